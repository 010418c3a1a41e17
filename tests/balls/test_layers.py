"""Layers of a large system against the same formulas in mpmath: values, Jacobians, slopes over boxes, and (f, J w)."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.sparse import csr_array

from deanalysis.balls.vectors import layers as module
from deanalysis.balls.vectors.formulas import Formula, Layer, Mean, Product
from deanalysis.balls.vectors.intervals import Interval
from deanalysis.balls.vectors.kinds import FLOAT_KIND, INTERVAL_KIND
from deanalysis.balls.vectors.layers import Layers, _around, _times

a, b, p, constant = sp.symbols("a b p k", positive=True)
FACTORS = 4


def some(seed: int, unknowns: int = 6, count: int = 9) -> tuple[Layers, list]:
    """Return layers of all kinds on random entries, one of which may occur twice, and how the same is computed from a list of entries."""
    draw = np.random.default_rng(seed)

    def where(rows: int, total: int) -> np.ndarray:
        return draw.integers(0, total, (rows, count))

    total, made, plain = unknowns + 1, list[Layer](), []
    numbers = [sp.Rational(int(draw.integers(1, 9)), 7) for _ in range(count)]
    made.append(Formula(where(2, total), p * sp.exp(-a * constant) + b**2 / 3, (a, b), {constant: numbers}))
    plain.append(lambda letter, x, number: letter * mpmath.exp(-x[0] * mpmath.mpf(numbers[number].p) / numbers[number].q) + x[1] ** 2 / 3)
    made.append(Mean(where(3, total + count), 5))
    plain.append(lambda letter, x, number: mpmath.fsum(x) / 5)
    made.append(Product(where(FACTORS, total + 2 * count), p / 2))
    plain.append(lambda letter, x, number: mpmath.fprod(x) * letter / 2)
    made.append(Product(where(2, total + 3 * count), sp.S.One))
    plain.append(lambda letter, x, number: x[0] * x[1])
    result = draw.integers(total, total + 4 * count, unknowns)
    return Layers(unknowns, tuple(made), result), plain


def values_of(system: Layers, plain: list, q: list, letter: float) -> list:
    """Compute the results entry by entry."""
    entries = [*q, mpmath.mpf(0)]
    for layer, formula in zip(system.layers, plain, strict=True):
        entries += [formula(letter, [entries[row[number]] for row in layer.where], number) for number in range(layer.count)]
    return [entries[number] for number in system.result]


def jacobian_of(system: Layers, plain: list, q: list, letter: float) -> list[list]:
    """Differentiate by central differences, the error of which is 1e-40."""
    with mpmath.workdps(80):
        h, columns = mpmath.mpf(10) ** -25, []
        for number in range(len(q)):
            up, down = ([value + side * h * (index == number) for index, value in enumerate(map(mpmath.mpf, q))] for side in (1, -1))
            pairs = zip(values_of(system, plain, up, letter), values_of(system, plain, down, letter), strict=True)
            columns.append([(high - low) / (2 * h) for high, low in pairs])
        return list(map(list, zip(*columns, strict=True)))


@pytest.mark.parametrize("dense", [0, 1000])
@pytest.mark.parametrize("seed", range(4))
def test_values_and_jacobian_are_those_of_the_formulas(seed: int, dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DENSE", dense)
    system, plain = some(seed)
    q = np.random.default_rng(seed + 50).uniform(0.1, 0.9, 6)
    expected = [float(value) for value in values_of(system, plain, list(map(mpmath.mpf, q)), 0.7)]
    assert system.values(FLOAT_KIND, q, np.zeros(1), {p: 0.7}) == pytest.approx(expected, rel=1e-13, abs=1e-15)
    j = system.jacobian(q, {p: 0.7})
    j = j if dense else j.toarray()
    assert j == pytest.approx(np.array(jacobian_of(system, plain, list(q), 0.7), dtype=float), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("width", [0.0, 1e-13, 1e-6, 0.05])
@pytest.mark.parametrize("seed", range(4))
def test_values_and_slopes_over_a_box_hold_those_of_its_points(seed: int, width: float) -> None:
    system, plain = some(seed)
    draw = np.random.default_rng(seed + 90)
    low = draw.uniform(0.1, 0.9, 6)
    box, letter = Interval(low, low + width), Interval(np.float64(0.7), np.float64(0.7 + width))
    middle, radius = (part.toarray() for part in system.slopes(box, {p: letter}))
    enclosed = system.values(INTERVAL_KIND, box, Interval.of(np.zeros(1)), {p: letter})
    with mpmath.workdps(60):
        for share in (0.0, 1.0, draw.uniform(0, 1, 6)):
            q, at = list(map(mpmath.mpf, box.low + (box.high - box.low) * share)), mpmath.mpf(float(letter.high if width else letter.low))
            for number, value in enumerate(values_of(system, plain, q, at)):
                assert float(enclosed.low[number]) <= value <= float(enclosed.high[number])
            exact = jacobian_of(system, plain, q, at)
            for i in range(6):
                for k in range(6):
                    assert abs(exact[i][k] - mpmath.mpf(middle[i, k])) <= mpmath.mpf(radius[i, k]) + mpmath.mpf(10) ** -38, (i, k)
    assert np.max(radius) < 200 * width + 1e-14


@pytest.mark.parametrize("seed", range(4))
def test_grown_layers_give_the_product_of_jacobian_and_direction_and_their_own_slopes(seed: int) -> None:
    system, plain = some(seed)
    draw = np.random.default_rng(seed + 7)
    q, w = draw.uniform(0.1, 0.9, 6), draw.uniform(-1, 1, 6)
    both = np.concatenate([q, w])
    grown = system.grown
    value = grown.values(FLOAT_KIND, both, np.zeros(1), {p: 0.7})
    expected = np.array(jacobian_of(system, plain, list(q), 0.7), dtype=float)
    assert value[:6] == pytest.approx(system.values(FLOAT_KIND, q, np.zeros(1), {p: 0.7}), rel=1e-14)
    assert value[6:] == pytest.approx(expected @ w, rel=1e-11, abs=1e-14)
    j = grown.jacobian(both, {p: 0.7})
    assert j[:6, :6] == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert j[6:, 6:] == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert not np.any(j[:6, 6:])
    h = 1e-6
    for number in range(6):
        step = h * (np.arange(6) == number)
        plus, minus = (system.jacobian(q + side * step, {p: 0.7}) @ w for side in (1, -1))
        assert j[6:, number] == pytest.approx((plus - minus) / (2 * h), rel=1e-6, abs=1e-7)
    middle, radius = (part.toarray() for part in grown.slopes(Interval.of(both), {p: Interval.of(np.float64(0.7))}))
    assert np.all(np.abs(j - middle) <= radius + 1e-14 * (1 + np.abs(j)))
    assert np.max(radius) < 1e-13


def exactly(matrix: csr_array) -> list[list[Fraction]]:
    return [[Fraction(float(value)) for value in row] for row in matrix.toarray()]


SIZES = [1.0, 1e8, -1e8, 1e-8, 1e-160, 1e-170, 1e-300, 5e-324, 1e150, 0.0, 1 / 3]


@pytest.mark.parametrize("sizes", [SIZES, SIZES[4:8], SIZES[3:8] + [0.0] * 20], ids=["all", "small", "few"])
@pytest.mark.parametrize("seed", range(20))
def test_products_of_matrices_of_intervals_hold_the_exact_ones_of_any_size(seed: int, sizes: list[float]) -> None:
    draw = np.random.default_rng(seed)
    shapes = (3, 12), (12, 4)
    one, other = (csr_array(draw.choice(sizes, shape) * draw.choice([1.0, 3.0, 1 / 7], shape)) for shape in shapes)
    radii = [csr_array(np.maximum(np.abs(draw.choice(sizes, shape)) * draw.choice([0.0, 1e-12], shape), 1e-150)) for shape in shapes]
    product, error = _times(one, radii[0], other, radii[1])
    held, errors = exactly(product), exactly(error)
    left, right, ra, rb = exactly(one), exactly(other), exactly(radii[0]), exactly(radii[1])
    for i in range(3):
        for k in range(4):
            for s, t in ((1, 1), (1, -1), (-1, 1), (0, 0)):
                exact = sum((left[i][m] + s * ra[i][m]) * (right[m][k] + t * rb[m][k]) for m in range(12))
                assert abs(exact - held[i][k]) <= errors[i][k], (i, k, float(exact), float(held[i][k]), float(errors[i][k]))


def test_radii_of_products_of_products_still_hold_what_is_too_small() -> None:
    one, small = csr_array(np.eye(2)), csr_array(np.full((2, 2), 1e-170))
    product, error = one, csr_array(1e-150 * np.eye(2))
    for _ in range(5):
        product, error = _times(small, csr_array(np.full((2, 2), 1e-150)), product, error)
        assert np.all(error.toarray() >= 1e-150)


def test_an_entry_that_is_an_argument_often_has_the_slopes_of_all_its_places() -> None:
    count = 1000
    draw = np.random.default_rng(3)
    slopes = [Interval.of(np.array([value])) for value in draw.uniform(-1, 1, count)]
    layer = Mean(np.zeros((count, 1), dtype=int), 1)
    middle, radius = _around(layer, slopes, 2)
    exact = sum(Fraction(float(slope.low[0])) for slope in slopes)
    assert abs(Fraction(float(middle.toarray()[0, 0])) - exact) <= Fraction(float(radius.toarray()[0, 0]))
    assert radius.toarray()[0, 0] < 1e-9
