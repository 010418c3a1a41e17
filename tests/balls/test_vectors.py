"""Arrays of intervals against balls of 200 bits: whatever is computed with them holds what the exact arithmetic gives."""

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import arb, arb_series, ctx

from deanalysis.balls.compiling import BALLS
from deanalysis.balls.numerical.jets import Jet
from deanalysis.balls.vectors import intervals
from deanalysis.balls.vectors.intervals import Interval
from deanalysis.balls.vectors.kinds import INTERVAL_JETS, INTERVAL_KIND, balls_of, is_elementary, of_balls

BITS = 200
ENDS = [0.0, -0.0, 5e-324, -5e-324, 1e-310, 1e-300, 1e-160, 0.3, 1.0, -1.0, 1 + 2**-52, 7.5, -2.5, 1e160, 1e300, 1.7e308, -1.7e308]
BINARY: list[Callable[[Any, Any], Any]] = [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b]
x, y, z = sp.symbols("x y z", positive=True)


def holds(enclosed: Interval, exact: arb, place: int = 0) -> bool:
    """Whether an interval holds all of a ball, or of a number that is known to less than the interval tells."""
    low, high = float(np.ravel(enclosed.low)[place]), float(np.ravel(enclosed.high)[place])
    return bool(exact.lower() >= arb(low)) and bool(exact.upper() <= arb(high))


@pytest.mark.parametrize("number", range(len(BINARY)))
def test_operations_hold_the_exact_value_at_all_ends(number: int) -> None:
    operation = BINARY[number]
    with ctx.workprec(4000):
        for a in ENDS:
            for b in ENDS:
                if number == 3 and b == 0:
                    continue
                with np.errstate(all="ignore"):
                    enclosed = operation(Interval.of(np.array([a])), Interval.of(np.array([b])))
                assert holds(enclosed, operation(arb(a), arb(b))), (a, b)


def test_operations_of_wide_intervals_hold_what_points_of_them_give() -> None:
    draw = random.Random(1)
    with ctx.workprec(4000), np.errstate(all="ignore"):
        for _ in range(3000):
            (a, b), (c, d) = sorted(draw.sample(ENDS, 2)), sorted(draw.sample(ENDS, 2))
            one, other = Interval(np.array([a]), np.array([b])), Interval(np.array([c]), np.array([d]))
            for operation in BINARY:
                enclosed = operation(one, other)
                for s in (a, b, draw.choice(ENDS)):
                    for t in (c, d, draw.choice(ENDS)):
                        if a <= s <= b and c <= t <= d and (operation is not BINARY[3] or t != 0):
                            assert holds(enclosed, operation(arb(s), arb(t))), (a, b, c, d, s, t)


def test_operations_with_whole_numbers_hold_the_exact_value() -> None:
    draw = np.random.default_rng(8)
    points = draw.uniform(-1, 1, 200) * 10.0 ** draw.uniform(-10, 10, 200)
    with ctx.workprec(BITS):
        for number in (0, 1, 3, 7, 10, 2**53, 2**60 + 1):
            for operation in BINARY[: 4 if number else 3]:
                enclosed, swapped = operation(Interval.of(points), number), operation(number, Interval.of(points))
                for place, point in enumerate(points.tolist()):
                    assert holds(enclosed, operation(arb(point), arb(number)), place), (number, point)
                    assert holds(swapped, operation(arb(number), arb(point)), place), (number, point)


def test_one_over_what_may_be_zero_is_all_numbers() -> None:
    for low, high in ((0.0, 1.0), (-1.0, 0.0), (-1.0, 1.0), (0.0, 0.0)):
        for over in (1.0, 0.0):
            with np.errstate(all="ignore"):
                enclosed = Interval.of(np.array([over])) / Interval(np.array([low]), np.array([high]))
            assert (float(enclosed.low[0]), float(enclosed.high[0])) == (-np.inf, np.inf)


def test_an_interval_without_an_end_and_one_that_is_no_number_do_not_become_known() -> None:
    everything, none = Interval(np.array([-np.inf]), np.array([np.inf])), Interval.of(np.array([np.nan]))
    zero = Interval.of(np.array([0.0]))
    with np.errstate(all="ignore"):
        for enclosed in (everything * zero, zero * everything, everything * 0, none * 2, none * zero, everything - everything):
            assert (float(enclosed.low[0]), float(enclosed.high[0])) == (-np.inf, np.inf)
        assert float(intervals.exp(everything).low[0]) == 0
        assert float(intervals.exp(everything).high[0]) == np.inf
        for enclosed in (none + 1, intervals.exp(none), intervals.log(none), none**3, none / 3):
            assert not bool(enclosed.low[0] > -1e300)
            assert not bool(enclosed.high[0] < 1e300)


@pytest.mark.parametrize("exponent", [-3, -2, -1, 0, 1, 2, 3, 4, 7, 100, 1001])
def test_powers_hold_those_of_points_and_even_ones_are_not_negative(exponent: int) -> None:
    draw = random.Random(exponent)
    with ctx.workprec(4000), np.errstate(all="ignore"):
        for _ in range(200):
            low, high = sorted([draw.choice([draw.uniform(-2, 2), *ENDS]) for _ in range(2)])
            enclosed = Interval(np.array([low]), np.array([high])) ** exponent
            for point in (low, high, 0.0, (low + high) / 2):
                if low <= point <= high and (point != 0 or exponent >= 0):
                    assert holds(enclosed, arb(point) ** exponent), (low, high, point)
            if exponent > 0 and exponent % 2 == 0:
                assert bool(enclosed.low[0] >= -1e-300) or enclosed.high[0] == np.inf


def test_numbers_of_any_size_are_enclosed() -> None:
    with ctx.workprec(BITS):
        for value in (0, 1, 2**53, 2**53 + 1, -(2**53) - 1, 3**40, 10**307):
            assert holds(Interval.of(value), arb(value))
            assert holds(Interval.ratio(value), arb(value))
    for value in (10**400, -(10**400)):
        for enclosed in (Interval.of(value), Interval.ratio(value)):
            assert bool(enclosed.low <= -np.inf if value < 0 else enclosed.high >= np.inf)
    for p, q in ((1, 3), (-2, 7), (10**400, 3 * 10**399), (1, 10**400), (2**53 + 1, 2), (-1, 10**320)):
        with ctx.workprec(4000):
            assert holds(Interval.ratio(p, q), arb(p) / arb(q))


ARGUMENTS = {
    "exp": [lambda draw: draw.uniform(-5, 5), lambda draw: draw.uniform(-750, 709.7), lambda draw: 10 ** draw.uniform(-320, 2)],
    "log": [lambda draw: 10 ** draw.uniform(-323, 308), lambda draw: 1 + draw.uniform(-1, 1) * 10 ** draw.uniform(-16, -0.1)],
}


@pytest.mark.parametrize("name", ["exp", "log"])
def test_exp_and_log_of_numpy_are_off_by_less_than_four_units(name: str) -> None:
    draw = random.Random(2)
    points = np.array([law(draw) for law in ARGUMENTS[name] for _ in range(20_000)])
    with np.errstate(all="ignore"):
        values, enclosed = getattr(np, name)(points), getattr(intervals, name)(Interval.of(points))
    with ctx.workprec(120):
        for place, (point, value) in enumerate(zip(points.tolist(), values.tolist(), strict=True)):
            exact = getattr(arb(point), name)()
            assert abs(arb(value) - exact) <= 4 * math.ulp(float(exact.mid())), point
            assert holds(enclosed, exact, place), point


def test_exp_and_log_at_their_extremes() -> None:
    edges = [-1e308, -746.0, -745.14, -745.13, -744.5, -708.5, 5e-324, 709.78271289338397, 709.79, 1e308]
    with ctx.workprec(BITS), np.errstate(all="ignore"):
        enclosed = intervals.exp(Interval.of(np.array(edges)))
        for place, point in enumerate(edges[:-1]):
            assert holds(enclosed, arb(point).exp(), place)
        assert float(enclosed.high[-1]) == np.inf
        for low, high in ((0.0, 1.0), (-1.0, 2.0), (-2.0, -1.0)):
            unknown = intervals.log(Interval(np.array([low]), np.array([high])))
            assert (float(unknown.low[0]), float(unknown.high[0])) == (-np.inf, np.inf)


def grown(draw: random.Random, depth: int) -> sp.Expr:
    """Return a random expression."""
    if depth == 0:
        return draw.choice([x, y, z, sp.Rational(draw.randint(-9, 9), draw.randint(1, 7)), sp.pi, sp.E, sp.Integer(2) ** 80])
    one, other = grown(draw, depth - 1), grown(draw, depth - 1)
    ways = [lambda: one + other, lambda: one - other, lambda: one * other, lambda: sp.exp(-one), lambda: one ** draw.randint(2, 5)]
    ways += [lambda: one / (other**2 + 1), lambda: sp.log(1 + one**2), lambda: sp.sqrt(one**2 + sp.Rational(1, 3))]
    return draw.choice(ways)()


def test_random_expressions_hold_what_balls_give_and_their_jets_the_taylor_coefficients() -> None:
    draw, names = random.Random(4), (x, y, z)
    for _ in range(150):
        expression = grown(draw, 3)
        if not is_elementary(expression) or expression.has(sp.zoo, sp.nan):
            continue
        starts = [draw.uniform(0, 2) for _ in names]
        widths = [draw.choice([0.0, 1e-12, 0.01]) for _ in names]
        boxes = [Interval(np.array([low]), np.array([low + width])) for low, width in zip(starts, widths, strict=True)]
        points = [low + width * draw.random() for low, width in zip(starts, widths, strict=True)]
        steps = [draw.uniform(-1, 1) for _ in names]
        jets = [Jet((box, Interval.of(np.array([step])), *[Interval.of(np.zeros(1))] * 2)) for box, step in zip(boxes, steps, strict=True)]
        with np.errstate(all="ignore"):
            enclosed = INTERVAL_KIND.spread(INTERVAL_KIND.compiled(expression, names)(*boxes), 1)
            series = INTERVAL_JETS.spread(INTERVAL_JETS.compiled(expression, names)(*jets), 1)
        with ctx.workprec(BITS):
            ctx.cap = 4
            moved = [arb_series([arb(point), arb(step)]) for point, step in zip(points, steps, strict=True)]
            exact = BALLS.compile(expression, names)(*moved)
            if not isinstance(exact, arb_series):
                exact = arb_series([arb(exact)])
            assert holds(enclosed, exact[0]), expression
            for order, part in enumerate(series.coefficients if isinstance(series, Jet) else [series]):
                assert holds(part, exact[order]), (expression, order)


def test_what_arrays_do_not_know_is_evaluated_in_balls() -> None:
    formula = sp.LambertW(x) + x
    assert not is_elementary(formula)
    box = Interval(np.array([0.3, 0.5]), np.array([0.31, 0.5]))
    enclosed = INTERVAL_KIND.compiled(formula, [x])(box)
    with ctx.workprec(BITS):
        for place, point in enumerate((0.305, 0.5)):
            assert holds(enclosed, arb(point).lambertw() + point, place)
    assert bool(enclosed.low[0] < enclosed.high[0])


def test_sums_hold_the_exact_sum_in_any_order() -> None:
    draw = np.random.default_rng(5)
    for count in (1, 2, 7, 1000):
        terms = draw.uniform(-1, 1, (count, 5)) * 10.0 ** draw.uniform(-20, 20, (count, 5))
        enclosed = intervals.added(Interval.of(terms))
        for place in range(5):
            assert enclosed.low[place] <= math.fsum(terms[:, place]) <= enclosed.high[place]
    cancelling = np.array([[1e16], [1.0], [-1e16]])
    assert intervals.added(Interval.of(cancelling)).low[0] <= 1 <= intervals.added(Interval.of(cancelling)).high[0]
    assert intervals.added(Interval.of(cancelling)).high[0] < 100


def test_balls_become_intervals_around_them_and_back() -> None:
    with ctx.workprec(BITS):
        balls = [arb(1) / 3, arb(0.5), arb(2) ** -1080, arb(0, 1e-300), arb("1e400"), arb(-1) / 7, arb("nan"), arb(3, 2)]
        enclosed = of_balls(balls)
        for place, ball in enumerate(balls):
            if ball.is_finite():
                assert arb(float(enclosed.low[place])) <= ball.lower()
                assert ball.upper() <= arb(float(enclosed.high[place]))
        assert enclosed.low[1] == enclosed.high[1] == 0.5
        assert (enclosed.low[6], enclosed.high[6]) == (-np.inf, np.inf)
        for ball, back in zip(balls[:4], balls_of(enclosed[:4]), strict=True):
            assert back.contains(ball)
