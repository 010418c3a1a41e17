"""Far from the thresholds: what Laplace's transform of the popularity does at large s, and the exponents kappa and kappa + 1."""

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, NegativeBinomial, Pareto, Poisson, R, SkillLearner, c, letter
from deanalysis.equations.expansions import Expansion, expansion, lower_tail
from deanalysis.present.derivations import Derivation, Range, Step

r, s, a, w, y = (letter(name) for name in ("r", "s", "a", "w", "y"))
where = (Range(r, 0, 5), Range(s, 1, 99), Range(a, 2, 6), Range(y, 0, 1), Range(c, 1, 6), Range(R, 1, 9))


def gamma() -> list[Step]:
    """Return the steps for Gamma popularity of shape r: P(W < w) ~ b w^r with b = r^r/Gamma(r + 1)."""
    b = r**r / sp.gamma(r + 1)
    density = r**r * w ** (r - 1) * sp.exp(-r * w) / sp.gamma(r)
    tail = lower_tail(NegativeBinomial(c * R, r))
    found = expansion(DensityEvolution(Ensemble(Poisson(c), NegativeBinomial(c * R, r)), SkillLearner(1)), R)
    assert tail is not None
    assert isinstance(found, Expansion)
    return [
        Step(
            density,
            b * r * w ** (r - 1) * sp.exp(-r * w),
            "the density begins like b kappa w^(kappa - 1), kappa = r",
            (Range(w, 0, 9), *where),
        ),
        Step(tail.pgf(s), b * sp.gamma(r + 1) * s**-r, "b Gamma(kappa + 1) s^-kappa (Tauber)", where),
        Step((1 + s / r) ** -r, tail.pgf(s) * (1 + r / s) ** -r, "and that is the leading term of (1 + s/r)^-r", where),
        Step(found.zeta, b * sp.gamma(r + 1) * (c * R) ** -r, "zeta ~ b Gamma(kappa + 1) (cR)^-kappa", where),
        Step(
            found.testing_error,
            b * r * sp.gamma(r + 1) * c**-r * R ** -(r + 1),
            "P_test ~ c q ~ b kappa Gamma(kappa + 1) c^-kappa R^-(kappa + 1)",
            where,
        ),
    ]


def pareto() -> list[Step]:
    """Return the steps for Pareto popularity, bounded from below by 1 - 1/a: an exponential."""
    tail = lower_tail(Pareto(c * R, a))
    least = 1 - 1 / a
    assert tail is not None
    inside = a * least**a * (least + y / s) ** -(a + 1) * sp.exp(-(least + y / s) * s) / s
    return [
        Step(
            inside,
            tail.pgf(s) * sp.exp(-y) * (1 + y / (least * s)) ** -(a + 1),
            "with w = least + y/s the density is that of the leading term times e^-y (1 + y/(least s))^-(a+1): Watson's lemma",
            where,
        ),
        Step(tail.following, -(a + 1) / least, "whose mean is 1 - (a + 1)/(least s) + ...", where),
    ]


derivation = Derivation(
    name="lower tails",
    result=sp.Eq(sp.Symbol("zeta"), sp.Symbol("b") * sp.gamma(sp.Symbol("kappa") + 1) * (c * R) ** -sp.Symbol("kappa"), evaluate=False),
    steps=(*gamma(), *pareto()),
    reference="theory, section 5; Tauberian theorem: Feller, An Introduction to Probability Theory, vol. 2, XIII.5",
)

if __name__ == "__main__":
    print(derivation)
