"""One pass over the texts: the differential equation in the fraction of edges presented; for Poisson laws, the exponential integral."""

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, NegativeBinomial, Poisson, PoissonLearner, R, SkillLearner, c, eps
from deanalysis.model.symbols import q
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.training.equations import OnePass, tau

anywhere = (Range(tau, 0, 1), Range(c, 0, 6), Range(R, 0, 3), Range(eps, 0, 1))


def along(learner: SkillLearner | PoissonLearner) -> list[Step]:
    """Return the step to dq/dR = -c q T(q): with t the fraction of texts, R t have been presented."""
    evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R), eps), learner)
    model = OnePass(evolution)
    speed = sp.diff(model.state, tau) / model.slowness / R
    return [
        Step(
            speed,
            -c * model.state * evolution.teaching.xreplace({q: model.state}),
            f"dq/d(R t) = (dq/dtau)/(R dt/dtau) = -c q T(q), {learner}",
            anywhere,
        )
    ]


def closed() -> list[Step]:
    """Return the step to Ei(c eps) - Ei(c q) = c R: its derivative by q is that of R."""
    state = sp.Symbol("q", positive=True)
    taught = sp.exp(-c * state)
    return [
        Step(
            sp.diff(-sp.Ei(c * state), state),
            -1 / (state * taught),
            "d(cR)/dq = -1/(q T(q)) with T = e^(-cq): cR = Ei(c eps) - Ei(cq)",
            (Range(state, 0, 1), Range(c, 0, 6)),
        )
    ]


def by_popularity() -> list[Step]:
    """Return the step for Gamma popularity: q = E W e^(-cRW tau) is -1/(cR) times the derivative of zeta, whatever has been presented."""
    model = OnePass(DensityEvolution(Ensemble(Poisson(c), NegativeBinomial(c * R, 2), eps), SkillLearner(2)))
    return [Step(-sp.diff(model.novel, tau) / (c * R), model.state, "q is the mean of eps W e^(-cRW tau)", anywhere)]


derivation = Derivation(
    name="one pass",
    symbol=r"\frac{\mathrm{d}(cR)}{\mathrm{d}q}",
    steps=(*along(SkillLearner(1)), *along(SkillLearner(3)), *along(PoissonLearner("exp(-x/2)")), *closed(), *by_popularity()),
    reference="theory, section 5",
)

if __name__ == "__main__":
    present(derivation)
