"""Far from the thresholds: the Laplace transform of the popularity at large s, and the exponents kappa and kappa + 1 that follow."""

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, NegativeBinomial, Pareto, Poisson, R, SkillLearner, c, letter
from deanalysis.model.degrees import DegreeDistribution
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.scaling.equations.expansions import Expansion, LowerTail, expansion, lower_tail

s, y = letter("s"), letter("y")
where = (Range(s, 1, 99), Range(y, 0, 1), Range(c, 1, 6), Range(R, 1, 9))


def tail_of(law: DegreeDistribution) -> LowerTail:
    """Return the tail that the package states."""
    tail = lower_tail(law)
    assert isinstance(tail, LowerTail)
    return tail


def gamma(r: sp.Rational) -> list[Step]:
    """Return the steps for Gamma popularity of shape r: its density begins like r^r w^(r-1)/Gamma(r), so b Gamma(r + 1) = r^r."""
    tail = tail_of(NegativeBinomial(c * R, r))
    found = expansion(DensityEvolution(Ensemble(Poisson(c), NegativeBinomial(c * R, r)), SkillLearner(1)), R)
    assert isinstance(found, Expansion)
    return [
        Step(tail.pgf(s), r**r * s**-r, f"b Gamma(kappa + 1) s^-kappa with kappa = r (Tauber), r = {r}", where),
        Step((1 + s / r) ** -r, tail.pgf(s) * (1 + r / s) ** -r, f"which is the leading term of (1 + s/r)^-r, r = {r}", where),
        Step(found.zeta, r**r * (c * R) ** -r, f"zeta ~ b Gamma(kappa + 1) (cR)^-kappa, r = {r}", where),
        Step(
            found.testing_error,
            r * r**r * c**-r * R ** -(r + 1),
            f"P_test ~ c q ~ b kappa Gamma(kappa + 1) c^-kappa R^-(kappa + 1), r = {r}",
            where,
        ),
    ]


def pareto(exponent: sp.Rational) -> list[Step]:
    """Return the steps for Pareto popularity, bounded from below by 1 - 1/a: an exponential."""
    tail, least = tail_of(Pareto(c * R, exponent)), 1 - 1 / exponent
    inside = exponent * least**exponent * (least + y / s) ** -(exponent + 1) * sp.exp(-(least + y / s) * s) / s
    return [
        Step(
            inside / (sp.exp(-least * s) * sp.exp(-y)),
            tail.coefficient / s * (1 + y / (least * s)) ** -(exponent + 1),
            f"with w = least + y/s: the leading term times e^-y (1 + y/(least s))^-(a+1) (Watson's lemma), a = {exponent}",
            where,
        ),
        Step(tail.following, -(exponent + 1) / least, f"whose mean is 1 - (a + 1)/(least s) + ..., a = {exponent}", where),
    ]


def power_law() -> Step:
    """Return the step for any lower tail P(W < w) = b w^kappa: its transform, integrated, at s = c R."""
    w, b, kappa = letter("w"), letter("b"), letter("kappa")
    transform = sp.integrate(b * kappa * w ** (kappa - 1) * sp.exp(-c * R * w), (w, 0, sp.oo))
    return Step(
        transform, b * sp.gamma(kappa + 1) * (c * R) ** -kappa, "E e^(-cRW) with the density b kappa w^(kappa-1) at 0, zeta as T to 1"
    )


derivation = Derivation(
    name="lower tails",
    symbol=r"\zeta",
    steps=(
        *(step for shape in ("2", "1/2", "4/5") for step in gamma(sp.Rational(shape))),
        *(step for a in (3, 4) for step in pareto(sp.Integer(a))),
        power_law(),
    ),
    reference="theory, section 5; Tauberian theorem: Feller, An Introduction to Probability Theory, vol. 2, XIII.5",
)

if __name__ == "__main__":
    present(derivation)
