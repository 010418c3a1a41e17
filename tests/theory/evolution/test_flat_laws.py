"""Laws whose curve is flat at q = 0 to a high order by design: the stability point against exact series and a fine grid in mpmath."""

from fractions import Fraction

import mpmath as mp
import pytest

from deanalysis import DensityEvolution, load_model
from deanalysis.theory.evolution.thresholds.results import Thresholds

Law = list[Fraction]


def tornado(highest: int) -> Law:
    """Coefficients 1/(i H(D)) of x^i, i = 1..D (Luby, Mitzenmacher, Shokrollahi, Spielman, IEEE Trans. IT 47(2), 2001)."""
    total = sum(Fraction(1, i) for i in range(1, highest + 1))
    return [1 / (i * total) for i in range(1, highest + 1)]


def right_regular(alpha: Fraction, terms: int) -> Law:
    """Coefficients of 1 - (1 - x)^alpha up to x^(N-1), scaled to sum to 1 (Shokrollahi 1999)."""
    law, binomial = [], Fraction(-1)
    for i in range(1, terms):
        binomial *= -(alpha - i + 1) / i
        law.append(-binomial)
    return [part / sum(law) for part in law]


def found(law: Law, texts: str) -> Thresholds:
    skills = " + ".join(f"{part}*x^{i}" for i, part in enumerate(law, 1))
    model = load_model(skills=f"edge({skills})", texts=texts, unknown="eps")
    return DensityEvolution(model.ensemble, model.learner).thresholds("eps")


@pytest.mark.parametrize(
    ("law", "texts", "mean"),
    [
        (tornado(8), "poisson(6)", 6),
        (tornado(12), "poisson(7/2)", Fraction(7, 2)),
        (tornado(30), "poisson(6)", 6),
        (right_regular(Fraction(1, 5), 13), "edge(x^5)", 5),
        (right_regular(Fraction(1, 2), 8), "edge(x^2)", 2),
        (right_regular(Fraction(1, 7), 40), "edge(x^7)", 7),
    ],
)
def test_the_stability_point_binds_where_the_curve_is_flat(law: Law, texts: str, mean: Fraction | int) -> None:
    """eps(q) = q/lambda(1 - T(q)) grows from 1/(lambda'(0) rho'(1)): no state but 0 below it, and no turning point."""
    answer = found(law, texts)
    (stable,) = (one for one in answer if one.kind == "stability")
    limit = 1 / (law[0] * mean)
    assert (stable.status, stable.binding) == ("proved", True)
    assert float(stable.value) == pytest.approx(float(limit), rel=1e-15)
    assert {one.kind for one in answer} == {"stability"}
    with mp.workdps(120):
        for n in range(1, 400):
            state = mp.mpf(n) / 400
            taught = mp.exp(-mean * state) if texts.startswith("poisson") else (1 - state) ** mean
            loop = mp.polyval([mp.mpf(part.numerator) / part.denominator for part in reversed(law)] + [0], 1 - taught)
            assert state / loop > mp.mpf(limit.numerator) / limit.denominator


@pytest.mark.parametrize(("weight", "power", "binds"), [("1/10", 20, True), ("1/4", 14, False)])
def test_a_flat_law_with_one_more_power(weight: str, power: int, binds: bool) -> None:
    """Much weight on a high power makes the curve fall below its start, at states far from 0."""
    law = [part * (1 - Fraction(weight)) for part in right_regular(Fraction(1, 5), 13)]
    law += [Fraction(0)] * (power - 1 - len(law)) + [Fraction(weight)]
    (stable,) = (one for one in found(law, "edge(x^5)") if one.kind == "stability")
    assert (stable.status, stable.binding) == ("proved", binds)
    start = 1 / (law[0] * 5)
    scales = [state / sum(part * (1 - (1 - state) ** 5) ** i for i, part in enumerate(law, 1)) for state in grid(100)]
    assert (min(scales) > start) is binds


def grid(count: int) -> list[Fraction]:
    """Return states in (0, 1], as exact numbers."""
    return [Fraction(n, count) for n in range(1, count + 1)]
