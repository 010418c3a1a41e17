"""All folds of Poisson texts on Poisson skills, for any learner, by x = cq: c(x) = x e^y and R(x) = y/(c P_suc), y = -P_suc/(x P_suc')."""

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, Poisson, PoissonLearner, R, SkillLearner, c, q, x
from deanalysis.model.symbols import t
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.evolution.equations.closed_forms import fold_curve

p, d = sp.symbols("p d", positive=True)
y = p / (x * d)
born, ratio = x * sp.exp(y), y / (x * sp.exp(y) * p)
state = x / born


def lhs(learner: SkillLearner | PoissonLearner) -> tuple[sp.Expr, sp.Expr]:
    """Return f(q) - q and f_q - 1 of a learner on its fold curve, as the package derives both."""
    evolution = DensityEvolution(Ensemble(texts=Poisson(c), skills=Poisson(c * R)), learner)
    curve = fold_curve(evolution)
    assert curve is not None
    at = {c: curve.c.subs(t, x), R: curve.R.subs(t, x)}
    f = evolution.right_side
    return tuple(part.subs(q, x / c).subs(R, at[R]).subs(c, at[c]) for part in (f - q, sp.diff(f, q) - 1))  # type: ignore[return-value]


anywhere = (Range(x, 1, 5),)
value_and_slope = (*anywhere, Range(p, 0, 1), Range(d, 0, 1))
learners = (SkillLearner(1), SkillLearner(2), SkillLearner(3), PoissonLearner(sp.exp(-x / 2)))

derivation = Derivation(
    name="fold curve of a Poisson learner",
    symbol="R(x)",
    steps=(
        *(Step(part, sp.Integer(0), f"q = f and f_q = 1 for {one}", anywhere) for one in learners for part in lhs(one)),
        Step(
            sp.exp(-born * ratio * p),
            state,
            "with p = P_suc(x), d = -P_suc'(x): q = f(q), as c R p = y and q = x/c = e^{-y}",
            value_and_slope,
        ),
        Step(born**2 * ratio * d * state, sp.Integer(1), "f_q = c^2 R d q = 1", value_and_slope),
        Step(ratio, 1 / (born * x * d), "the same R without y", value_and_slope),
    ),
    reference="Liao, Chang, Hong, arXiv:2404.07009v3; Yu, Chang et al., arXiv:2008.07561",
)

if __name__ == "__main__":
    present(derivation)
