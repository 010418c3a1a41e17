"""The largest fixed point of random monotone systems against plain iteration from above in mpmath, in particular beside folds."""

from itertools import product

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb

from deanalysis.balls.vectors.fixed_points import polished
from deanalysis.balls.vectors.formulas import Formula, Layer, Mean
from deanalysis.balls.vectors.intervals import Interval
from deanalysis.balls.vectors.layers import Layers
from deanalysis.balls.vectors.located import _below, contraction, locate
from deanalysis.balls.vectors.maps import LargeMap
from deanalysis.balls.vectors.paths import _Path, lowered

x, load, c = sp.symbols("x R c", positive=True)


def paper(rows: np.ndarray, weight: int, mean: object, letter: object = load) -> LargeMap:
    """Return q_i = exp(-R c T_i), T_i the mean of e^(-c q) over some unknowns, by a graph that `rows` gives."""
    n = rows.shape[1]
    taught = Formula(np.arange(n)[None, :], sp.exp(-c * x), (x,), {})
    share = Mean(n + 1 + rows, weight)
    left = Formula(2 * n + 1 + np.arange(n)[None, :], sp.exp(-load * c * x), (x,), {})
    layers = list[Layer]([taught, share, left])
    values = {c: sp.nsimplify(mean)} | ({} if letter is load else {load: letter})
    system = Layers(n, tuple(layers), 3 * n + 1 + np.arange(n))
    return LargeMap(system, (sp.S.One,), np.zeros(n, dtype=int), values, load if letter is load else None, 1)


def iterated(rows: np.ndarray, weight: int, mean: float, at: object, digits: int = 50, most: int = 20_000) -> list:
    """Iterate the same from 1 down, in mpmath, until nothing changes, with Aitken's steps where that is slow left out."""
    with mpmath.workdps(digits):
        q, at, mean = [mpmath.mpf(1)] * rows.shape[1], mpmath.mpf(at), mpmath.mpf(mean)
        for _ in range(most):
            taught = [mpmath.exp(-mean * value) for value in q]
            after = [mpmath.exp(-at * mean * mpmath.fsum(taught[k] for k in column) / weight) for column in rows.T]
            if max(abs(a - b) for a, b in zip(q, after, strict=True)) < mpmath.mpf(10) ** (5 - digits):
                return after
            q = after
    raise AssertionError("the iteration did not end")


def point(value: object) -> Interval:
    return Interval.of(np.float64(value))


@pytest.mark.parametrize("seed", range(8))
def test_the_box_of_a_random_system_holds_the_limit_of_the_iteration_and_the_digits_are_its_own(seed: int) -> None:
    draw = np.random.default_rng(seed)
    n, weight = int(draw.integers(1, 12)), 3
    rows, mean = draw.integers(0, n, (weight, n)), float(draw.choice([1.5, 3.0, 5.0]))
    at = float(draw.uniform(0.2, 4.0))
    f, expected = paper(rows, weight, mean), iterated(rows, weight, mean, at)
    found = locate(f, point(at), point(at))
    assert found is not None
    for low, high, exact in zip(found.box.low, found.box.high, expected, strict=True):
        assert float(low) <= exact <= float(high)
    digits = polished(f, found, arb(at))(150)
    with mpmath.workdps(60):
        for ball, exact in zip(digits, expected, strict=True):
            assert abs(mpmath.mpf(ball.str(50, radius=False, more=True)) - exact) < mpmath.mpf(10) ** -40
            assert ball.rad() < arb(2) ** -120


def test_a_box_for_an_interval_of_the_letter_holds_the_states_of_all_its_values() -> None:
    rows = np.array([[0, 0, 1], [0, 1, 2], [1, 2, 2]])
    for low, high in ((1.5, 1.5001), (2.6, 2.7), (0.5, 0.50001)):
        found = locate(paper(rows, 3, 5.0), point(low), point(high))
        if found is None:
            continue
        for at in (low, (low + high) / 2, high):
            for least, most, exact in zip(found.box.low, found.box.high, iterated(rows, 3, 5.0, at, 30), strict=True):
                assert float(least) <= exact <= float(most)
    assert found is not None


with mpmath.workdps(40):
    U = -mpmath.lambertw(mpmath.mpf(-1) / 5)
    FOLD, MET = U / 5 * mpmath.exp(1 / U), mpmath.exp(-U)
    """Letter and state at the emergence of the paper's model at c = 5 (theory, section 4)."""


@pytest.mark.parametrize("topics", [1, 4])
@pytest.mark.parametrize("off", ["1e-3", "1e-6", "1e-9"])
def test_no_step_goes_past_the_largest_of_two_states_that_are_very_near(topics: int, off: str) -> None:
    rows, one = np.tile(np.arange(topics), (1, 1)), np.float64
    with mpmath.workdps(40):
        before, after = float(FOLD * (1 - mpmath.mpf(off))), float(FOLD * (1 + mpmath.mpf(off)))
    f = paper(rows, 1, 5.0)
    with mpmath.workdps(40):
        start = MET + mpmath.sqrt(mpmath.mpf(off)) * mpmath.mpf("0.32")
        upper = mpmath.findroot(lambda q: q - mpmath.exp(-5 * mpmath.mpf(before) * mpmath.exp(-5 * q)), start)
        lower = mpmath.findroot(lambda q: q - mpmath.exp(-5 * mpmath.mpf(after) * mpmath.exp(-5 * q)), mpmath.mpf("1e-5"))
    assert upper > MET
    found = locate(f, point(before), point(before))
    if found is not None:
        assert all(float(low) <= upper <= float(high) for low, high in zip(found.box.low, found.box.high, strict=True))
    found = locate(f, point(after), point(after))
    assert found is not None
    assert all(float(low) <= lower <= float(high) for low, high in zip(found.box.low, found.box.high, strict=True))
    assert locate(f, point(before), point(after)) is None
    w = np.ones(topics)
    for _ in range(200):
        w_lower = lowered(f, w, point(before))
        if w_lower is None or not np.any(w_lower < w):
            break
        assert np.all(w_lower >= one(float(upper)) * (1 - 1e-15))
        w = w_lower


def test_a_box_with_two_states_does_not_contract() -> None:
    f, at = paper(np.array([[0]]), 1, 5.0), float(FOLD * (1 - mpmath.mpf("1e-4")))
    both = Interval(np.array([0.76]), np.array([0.79]))
    assert contraction(f, both, np.ones(1), point(at)) >= 1
    assert contraction(f, Interval(np.array([0.9]), np.array([0.91])), np.ones(1), point(at)) < 1


@pytest.mark.parametrize("topics", [1, 3])
@pytest.mark.parametrize("off", ["1e-2", "1e-4", "1e-6"])
def test_of_two_states_near_each_other_the_box_holds_the_largest_alone(topics: int, off: str) -> None:
    with mpmath.workdps(40):
        at, apart = float(FOLD * (1 - mpmath.mpf(off))), mpmath.sqrt(mpmath.mpf(off)) * mpmath.mpf("0.32")
        upper, lower = (
            mpmath.findroot(lambda q: q - mpmath.exp(-5 * mpmath.mpf(at) * mpmath.exp(-5 * q)), MET + side * apart) for side in (1, -1)
        )
    assert upper > MET > lower
    found = locate(paper(np.arange(topics)[None, :], 1, 5.0), point(at), point(at))
    assert found is not None
    assert found.factor < 1
    for low, high in zip(found.box.low, found.box.high, strict=True):
        assert lower < float(low) <= upper <= float(high)


@pytest.mark.parametrize("off", [1e-2, 1e-4])
def test_a_point_from_below_is_not_above_what_f_gives_there(off: float) -> None:
    """Between two states near the fold f raises points, below the lower one it lowers them down to near 0."""
    with mpmath.workdps(40):
        at = float(FOLD * (1 - mpmath.mpf(off)))
    f, refused, taken = paper(np.array([[0]]), 1, 5.0), 0, 0
    for x0, reach in product(np.linspace(0.05, 0.9, 18), np.geomspace(1e-6, 0.3, 12)):
        low = _below(f, np.array([x0]), np.array([reach]), point(at))
        if low is None:
            refused += 1
            continue
        taken += bool(low[0] > 0)
        assert low[0] <= max(x0 - 2 * reach, 0)
        with mpmath.workdps(40):
            left = mpmath.exp(-5 * mpmath.mpf(at) * mpmath.exp(-5 * mpmath.mpf(float(low[0]))))
            assert low[0] == 0 or left >= mpmath.mpf(float(low[0]))
    assert refused > 0
    assert taken > 0


def test_a_path_that_rises_above_1_is_not_taken() -> None:
    moving, steps = np.array([True, True]), [np.array([-0.1, -0.01]), np.array([0.0, 0.02])]
    for level, inside in ((0.5, True), (1.0, False)):
        path = _Path(np.full(2, level), steps, moving)
        assert path.stays_inside(path.series(Interval(np.float64(0), np.float64(2)))) is inside
    falling = _Path(np.ones(2), steps[:1], moving)
    assert falling.stays_inside(falling.series(Interval(np.float64(0), np.float64(2))))


def test_series_of_a_path_hold_its_derivatives() -> None:
    steps = [np.array([-0.1]), np.array([0.03]), np.array([-0.002])]
    path = _Path(np.array([0.9]), steps, np.array([True]))
    at = mpmath.mpf("1.7")
    exact = mpmath.taylor(lambda s: mpmath.mpf(0.9) + sum(mpmath.mpf(float(d[0])) * s**k for k, d in enumerate(steps, 1)), at, 3)
    for s in (Interval.of(np.float64(1.7)), Interval(np.float64(1), np.float64(2))):
        for part, value in zip(path.series(s), exact, strict=False):
            assert float(part.low[0]) - 1e-16 <= value <= float(part.high[0]) + 1e-16
