"""The probability that a Poisson text teaches a skill is the success probability at c q, for s-skill and Poisson learners."""

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, Poisson, PoissonLearner, R, SkillLearner, c, q, x
from deanalysis.present.paper.derivations import Derivation, Range, Step, present

texts = Poisson(c)
anywhere = (Range(c, 0, 9), Range(q, 0, 1), Range(R, 0, 3))
half = PoissonLearner(sp.exp(-x / 2))
k = sp.Symbol("k", integer=True, nonnegative=True)


def by_definition(s: int) -> sp.Expr:
    """Return T(q) = sum_{k<s} q^k rho^(k)(1-q)/k!, straight from the law of the texts."""
    rho = texts.edge_pgf(x)
    return sp.Add(*(q**i * sp.diff(rho, x, i).subs(x, 1 - q) / sp.factorial(i) for i in range(s)))


def by_rule(learner: SkillLearner | PoissonLearner) -> sp.Expr:
    """Return T(q) as the package derives it."""
    return DensityEvolution(Ensemble(texts, Poisson(c * R)), learner).teaching


derivation = Derivation(
    name="teaching probability",
    symbol=r"\Pr(k \text{ others novel})",
    steps=(
        *(Step(by_definition(s), SkillLearner(s).success.subs(x, c * q), f"the {s}-skill learner", anywhere) for s in (1, 2, 3)),
        *(Step(by_definition(s), by_rule(SkillLearner(s)), f"the derived T(q), s = {s}", anywhere) for s in (1, 2, 3)),
        Step(
            sp.summation((c * q / 2) ** k / sp.factorial(k), (k, 0, sp.oo)) * sp.exp(-c * q),
            by_rule(half),
            "a_k = 2^{-k} at a Poisson(c q) number of other novel skills",
            anywhere,
        ),
        Step(
            q**k * texts.edge_derivative(1 - q, k) / sp.factorial(k),
            Poisson(c * q).pmf(k),
            "q^k rho^(k)(1-q)/k!: Poisson(c q) other skills are novel, so T(q) = P_suc(c q) for every rule",
            anywhere,
        ),
    ),
    reference="Liao, Chang, Hong, arXiv:2404.07009v3; Yu, Chang et al., arXiv:2008.07561",
)

if __name__ == "__main__":
    present(derivation)
