"""The cusp of the s-skill learner lies at x = cq = s: c_s = s exp(e^s Gamma(s,s)/s^s), R_s = e^s (s-1)!/(c_s s^s)."""

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, Poisson, R, SkillLearner, c, x
from deanalysis.model.symbols import t
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.evolution.equations.closed_forms import FoldCurve, fold_curve

anywhere = (Range(x, 0, 9),)
LEARNERS = (1, 2, 3, 4, 5)
s = sp.Symbol("s", integer=True, positive=True)


def folds(skills: int) -> FoldCurve:
    """Return the fold curve of the s-skill learner as the package derives it."""
    curve = fold_curve(DensityEvolution(Ensemble(texts=Poisson(c), skills=Poisson(c * R)), SkillLearner(skills)))
    assert curve is not None
    return curve


def tail(skills: int) -> sp.Expr:
    """Return e^s Gamma(s, s) = (s-1)! sum_{k<s} s^k/k!."""
    return sp.factorial(skills - 1) * sp.Add(*(sp.Rational(skills**k, sp.factorial(k)) for k in range(skills)))


def steps(skills: int) -> list[Step]:
    """Return the steps for one s: y(x), the condition 1 + x y' = 0 at x = s alone, and c and R there."""
    curve, powers = folds(skills), range(skills)
    exponent = sp.factorial(skills - 1) * sp.Add(*(x ** (k - skills) / sp.factorial(k) for k in powers))
    missing = sp.factorial(skills - 1) * sp.Add(*((skills - k) * x ** (k - skills) / sp.factorial(k) for k in powers))
    born = skills * sp.exp(tail(skills) / skills**skills)
    ratio = sp.exp(skills) * sp.factorial(skills - 1) / (born * skills**skills)
    return [
        Step(curve.exponent.subs(t, x), exponent, f"y = -P_suc/(x P_suc') = (s-1)! sum_(k<s) x^(k-s)/k!, s = {skills}", anywhere),
        Step(
            curve.cusp_condition.subs(t, x),
            1 - missing,
            f"x c'/c = 1 + x y', falling terms alone, so it has one zero, s = {skills}",
            anywhere,
        ),
        Step(missing.subs(x, skills), sp.Integer(1), f"at x = s the sum telescopes to 1, s = {skills}"),
        Step(curve.c.subs(t, skills), born, f"c there, s = {skills}"),
        Step(curve.R.subs(t, skills), ratio, f"R there, s = {skills}"),
    ]


def at_any_s() -> tuple[Step, ...]:
    """Return the steps for a letter s: P_suc = Gamma(s, x)/Gamma(s), c(x) = x e^y turns at x = s, and c there."""
    success = sp.uppergamma(s, x) / sp.gamma(s)
    y = -success / (x * sp.diff(success, x))
    born = x * sp.exp(y)
    return (
        Step(y, sp.exp(x) * sp.uppergamma(s, x) / x**s, "y = -P_suc/(x P_suc') with P_suc = Gamma(s, x)/Gamma(s)"),
        Step(
            sp.diff(born, x) / born,
            (x - s) * sp.exp(x) * sp.uppergamma(s, x) / x ** (s + 1),
            "c'/c changes its sign at x = s alone: c(x) is least there",
        ),
        Step(born.subs(x, s), s * sp.exp(sp.exp(s) * sp.uppergamma(s, s) / s**s), "c at x = s"),
    )


derivation = Derivation(
    name="cusp of the s-skill learner",
    symbol="c_s",
    steps=(*(step for skills in LEARNERS for step in steps(skills)), *at_any_s()),
    reference="theory of the cusp for the paper's model: Liao, Chang, Hong, arXiv:2404.07009v3",
)

if __name__ == "__main__":
    present(derivation)
