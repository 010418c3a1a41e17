"""The growth rate of stuck sets against the logarithms of exact mean numbers, counted by whole numbers at three sizes."""

from collections.abc import Callable
from math import comb, factorial, log

import mpmath
import pytest
import sympy as sp
from flint import fmpq, fmpq_poly, fmpz_poly

from deanalysis import InputError, load_model
from deanalysis.theory.sizing.equations.growth import GrowthEquations, p
from deanalysis.theory.sizing.growth import GrowthCurve, growth_curve, growth_rate


def log_of(value: fmpq) -> float:
    return log(int(value.p)) - log(int(value.q))


def raised(polynomial: fmpz_poly, power: int, most: int) -> fmpz_poly:
    """Return a power, cut after so many coefficients."""
    result, square = fmpz_poly([1]), polynomial
    while power:
        if power & 1:
            result = fmpz_poly((result * square).coeffs()[: most + 1])
        square, power = fmpz_poly((square * square).coeffs()[: most + 1]), power >> 1
    return result


def coded(n: int, k: int, skill: int, text: int, s: int) -> float:
    """Log A_k of skills and texts of one degree each, with repeated edges."""
    edges, held = n * skill, k * skill
    ways = raised(fmpz_poly([0 if 1 <= j <= s else comb(text, j) for j in range(text + 1)]), edges // text, held)
    return log_of(fmpq(comb(n, k) * int(ways[held]), comb(edges, held)))


def placed(m: int, edges: int) -> fmpq:
    """The chance that no one of m cells, of which each of so many edges chooses one, is chosen once."""
    base = fmpq_poly([fmpq(0 if j == 1 else 1, factorial(j)) for j in range(edges + 1)])
    result, power, square = fmpq_poly([1]), m, base
    while power:
        if power & 1:
            result = fmpq_poly((result * square).coeffs()[: edges + 1])
        square, power = fmpq_poly((square * square).coeffs()[: edges + 1]), power >> 1
    return result[edges] * fmpq(factorial(edges), m**edges)


def hashed(n: int, k: int, cells: float) -> float:
    """Log A_k of items of 3 cells, one in each third."""
    return log_of(placed(round(n * cells / 3), k) ** 3 * comb(n, k))


def scattered(n: int, k: int, cells: float) -> float:
    """The same without thirds."""
    return log_of(placed(round(n * cells), 3 * k) * comb(n, k))


def mixed(n: int, k: int) -> float:
    """Log A_k of users of 2 or 3 slots, half of them each, with repetition, at G = 1."""
    chances = (
        placed(n, 2 * twos + 3 * (k - twos)) * comb(n // 2, twos) * comb(n // 2, k - twos)
        for twos in range(max(0, k - n // 2), min(k, n // 2) + 1)
    )
    return log_of(sum(chances, fmpq(0)))


def rate(count: Callable[[int, int], float], n: int, size: float) -> float:
    """The growth rate, from three sizes between which the power of n before the exponential cancels."""
    first, second, fourth = (count(times * n, round(times * n * size)) for times in (1, 2, 4))
    return (fourth - 2 * second + first) / n


@pytest.mark.parametrize(("name", "learner", "s"), [("ldpc(3,6)", "1-skill", 1), ("ldpc(2,4)", "1-skill", 1), ("ldpc(4,8)", "2-skill", 2)])
@pytest.mark.parametrize("size", [0.1, 0.5])
def test_the_rate_is_that_of_exact_numbers_of_codes(name: str, learner: str, s: int, size: float) -> None:
    skill, text = map(int, name[5:-1].split(","))
    exact = rate(lambda n, k: coded(n, k, skill, text, s), 200, size)
    model = load_model(name, learner=learner)
    (found,) = growth_curve(model.ensemble, model.learner, [size])
    assert found == pytest.approx(exact, abs=3e-5)
    assert abs(found * 1.03 - exact) > 1e-4


@pytest.mark.parametrize("size", [0.2, 0.5])
def test_parts_do_not_change_the_rate(size: float) -> None:
    model = load_model("hypergraph(3)")
    (found,) = growth_curve(model.ensemble, model.learner, [size], d="0.8")
    for count in (hashed, scattered):
        assert found == pytest.approx(rate(lambda n, k, count=count: count(n, k, 1.25), 120, size), abs=1e-4)


def test_several_degrees() -> None:
    model = load_model("irsa(0.5*x^2 + 0.5*x^3)")
    (found,) = growth_curve(model.ensemble, model.learner, [0.3], G=1)
    assert found == pytest.approx(rate(mixed, 40, 0.3), abs=3e-4)


def test_texts_that_choose_their_skills() -> None:
    model = load_model("paper")
    (found,) = growth_curve(model.ensemble, model.learner, [0.5], c=3, R=1)
    assert found == pytest.approx(log(2) + log(1 - 1.5 * 2.718281828459045**-1.5))


def test_the_first_zero_lies_where_the_rate_turns() -> None:
    for name, values in (("ldpc(3,6)", {}), ("irsa(0.5*x^2 + 0.5*x^3)", {"G": "0.9"}), ("hypergraph(3)", {"d": "0.7"})):
        model = load_model(name)
        zero = growth_rate(model.ensemble, model.learner, **values).first_zero
        below, above = growth_curve(model.ensemble, model.learner, [float(zero) * (1 - 1e-6), float(zero) * (1 + 1e-6)], **values)
        assert below < 0 < above


def test_the_stopping_ratio_solves_the_published_equation() -> None:
    """Kudekar, Richardson, Urbanke, IEEE Trans. IT 57(2), 2011, lemma 1 and example 2: x = 0.058 for (3, 6), and w = a(x)/6."""
    weights = [1, 0, *(comb(6, i) for i in range(2, 7))]

    def share(x: mpmath.mpf) -> mpmath.mpf:
        return sum(i * weight * x**i for i, weight in enumerate(weights)) / mpmath.polyval(weights[::-1], x) / 6

    def exponent(x: mpmath.mpf) -> mpmath.mpf:
        w = share(x)
        entropy = -w * mpmath.log(w) - (1 - w) * mpmath.log(1 - w)
        return -2 * entropy + mpmath.log(mpmath.polyval(weights[::-1], x)) / 2 - 3 * w * mpmath.log(x)

    model = load_model("ldpc(3,6)")
    with mpmath.workdps(30):
        root = mpmath.findroot(exponent, 0.058)
        assert round(float(root), 3) == 0.058
        assert growth_rate(model.ensemble, model.learner, digits=25).first_zero.text == mpmath.nstr(share(root), 25)


def test_digits_are_proved_at_any_precision() -> None:
    model = load_model("ldpc(3,6)")
    few, many = (growth_rate(model.ensemble, model.learner, digits=digits).first_zero for digits in (10, 60))
    assert many.digits == 60
    assert many.text.startswith(few.text[:-1])


def test_the_slope_is_the_stability_condition() -> None:
    model = load_model("ldpc(2,6)")
    equations = GrowthEquations(model.ensemble, model.learner)
    assert equations.slope == sp.log(5 * sp.Symbol("eps", positive=True))
    curve = GrowthCurve(GrowthEquations(model.ensemble.at(eps="0.1"), model.learner))
    assert curve.rate_at(1e-6) / 1e-6 == pytest.approx(float(sp.log("0.5")), abs=1e-3)
    assert growth_rate(model.ensemble, model.learner).first_zero.text == "0"
    assert growth_rate(model.ensemble, model.learner, eps="0.01").first_zero is None


def test_the_curve_of_a_code_is_short() -> None:
    model = load_model("ldpc(3,6)")
    equations = GrowthEquations(model.ensemble, model.learner)
    assert sp.simplify(equations.size - p * (1 - (1 - p) ** 5) / (1 - 6 * p * (1 - p) ** 5)) == 0


def test_learners_of_many_skills_have_a_first_zero() -> None:
    whole = load_model("ldpc(3,6)", learner="5-skill")
    assert growth_rate(whole.ensemble, whole.learner).first_zero is None
    for name, learner in (("ldpc(3,6)", "4-skill"), ("ldpc(3,100)", "50-skill")):
        model = load_model(name, learner=learner)
        zero = float(growth_rate(model.ensemble, model.learner).first_zero)
        below, above = growth_curve(model.ensemble, model.learner, [zero * 0.999, zero * 1.001])
        assert below < 0 < above
    (found,) = growth_curve(whole.ensemble, load_model("ldpc(3,6)", learner="4-skill").learner, [0.4])
    assert found == pytest.approx(growth_at(0.4), abs=4e-5)


def growth_at(size: float) -> float:
    """The rate of the 4-skill learner on (3, 6), from exact numbers."""
    return rate(lambda n, k: coded(n, k, 3, 6, 4), 500, size)


def test_a_zero_that_floats_cannot_see_is_said() -> None:
    model = load_model("ldpc(2,3)")
    assert growth_rate(model.ensemble, model.learner, eps="0.5").first_zero.text == "0"
    with pytest.raises(InputError, match="is too small for a scan in floats"):
        growth_rate(model.ensemble, model.learner, eps="0.4999999")


def test_what_has_no_growth_rate_is_said() -> None:
    model = load_model("ldpc(3,6)")
    with pytest.raises(InputError, match="needs texts with more skills"):
        growth_rate(model.ensemble, load_model("ldpc(3,6)", learner="6-skill").learner)
    with pytest.raises(InputError, match="names no letter 'G'"):
        growth_rate(model.ensemble, model.learner, G=1)
    with pytest.raises(InputError, match="all letters but eps bound, got 'd free'"):
        growth_rate(load_model("hypergraph(3)").ensemble, model.learner)
    with pytest.raises(InputError, match="must be poisson or have at most 200 degrees"):
        growth_rate(load_model(texts="geometric(3)", skills="regular(3)").ensemble, model.learner)
    with pytest.raises(InputError, match="must lie between 0 and 1"):
        growth_curve(model.ensemble, model.learner, [1.0])
