"""All zeros are found, each once; what is no simple zero is never reported as one."""

import pytest
import sympy as sp
from flint import arb, ctx, fmpq
from hypothesis import given, settings, strategies as st

from deanalysis.balls.isolation import isolate, refine
from deanalysis.balls.tails import Tail
from deanalysis.model import Ensemble, Poisson, SkillLearner
from deanalysis.model.symbols import R, c
from deanalysis.theory.evolution.branches.inverted import Inverted
from deanalysis.theory.evolution.search import Question
from deanalysis.theory.facades.density_evolution import DensityEvolution


def product(roots: list[float]):
    def function(box: arb) -> tuple[arb, arb]:
        value, slope = arb(1), arb(0)
        for root in roots:
            value, slope = value * (box - root), slope * (box - root) + value
        return value, slope

    return function


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 999), max_size=6, unique=True))
def test_all_zeros_of_a_product(places: list[int]) -> None:
    roots = sorted(place / 1000 for place in places)
    with ctx.workprec(200):
        found = isolate(product(roots), arb(0), arb(1.0007))
        assert not found.undecided
        assert len(found.zeros) == len(roots)
        for zero, root in zip(found.zeros, roots, strict=True):
            assert refine(product(roots), zero.box, 100).overlaps(arb(root))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 999), max_size=4, unique=True), st.integers(1, 999))
def test_a_double_zero_hides_no_other(places: list[int], double: int) -> None:
    simple = sorted(place / 1000 for place in places if place != double)
    with ctx.workprec(120):
        found = isolate(product([*simple, double / 1000, double / 1000]), arb(0), arb(1.0007))
    assert any(box.contains(arb(double / 1000)) for box in found.undecided)
    assert len(found.zeros) == len(simple)
    assert all(zero.box.contains(arb(root)) for zero, root in zip(found.zeros, simple, strict=True))


NEARLY = st.tuples(st.integers(0, 16), st.integers(-3, 3)).map(lambda place: place[0] / 16 + place[1] * 1e-5)
"""Places on a grid that ends at 0 and 1, a little moved, so that some lie just beyond the ends."""


@settings(max_examples=60, deadline=None)
@given(st.lists(NEARLY, max_size=4, unique=True), st.integers(3, 7))
def test_no_root_is_lost_or_made_up_in_noise(places: list[float], digits: int) -> None:
    """Each root within stays in a zero or an undecided box, and each zero holds exactly one root."""
    exact, noise = product(places), arb(0, 10.0**-digits)
    with ctx.workprec(80):
        found = isolate(lambda box: (exact(box)[0] + noise, exact(box)[1]), arb(0), arb(1))
    boxes = [zero.box for zero in found.zeros] + found.undecided
    assert all(any(box.contains(arb(root)) for box in boxes) for root in places if 0 <= root <= 1)
    assert all(sum(zero.box.contains(arb(root)) for root in places) == 1 for zero in found.zeros)
    assert all(zero.slope * exact(zero.box)[1] > 0 for zero in found.zeros)


@pytest.mark.parametrize("root", [0.0, -1e-6, 1.0, 1 + 1e-6, 0.5])
def test_a_zero_at_an_end_is_undecided_where_noise_hides_on_which_side_it_lies(root: float) -> None:
    found = isolate(lambda box: (box - root + arb(0, 1e-5), arb(1)), arb(0), arb(1))
    assert len(found.zeros) == (root == 0.5)
    assert any(box.contains(arb(root)) for box in found.undecided) or root not in (0.0, 1.0)


def test_the_value_alone_changes_no_answer() -> None:
    function = product([0.1, 0.4, 0.45])
    alone = isolate(function, arb(0), arb(1), lambda state: function(state)[0])
    assert [zero.slope for zero in alone.zeros] == [zero.slope for zero in isolate(function, arb(0), arb(1)).zeros]
    root = refine(function, alone.zeros[1].box, 500, lambda state: function(state)[0])
    assert root.contains(arb(0.4))
    assert root.rel_accuracy_bits() >= 500


def test_what_is_left_after_the_most_boxes_is_undecided() -> None:
    function = product([place / 10 for place in range(1, 10)])
    few, enough = (isolate(function, arb(0), arb(1), most=most) for most in (20, 500))
    assert few.undecided
    assert (len(enough.zeros), enough.undecided) == (9, [])
    assert all(any(box.overlaps(zero.box) for box in [*few.undecided, *(one.box for one in few.zeros)]) for zero in enough.zeros)


def test_what_is_not_known_is_not_refined() -> None:
    blurred = refine(lambda state: (state * state - 2 + arb(0, 1e-12), 2 * state), arb(1.4, 0.1), 200)
    assert blurred.contains(arb(2).sqrt())
    assert 30 < blurred.rel_accuracy_bits() < 45
    assert refine(lambda state: (arb("nan"), arb("nan")), arb(1.4, 0.1), 200).overlaps(arb(1.3))


def test_an_undefined_function_is_undecided() -> None:
    found = isolate(lambda state: (arb("nan"), arb("nan")), arb(0), arb(1))
    assert not found.zeros
    assert found.undecided[0].contains(arb(0.5))


@pytest.mark.parametrize("precision", [64, 300, 3000])
def test_numbers_at_a_turning_point(precision: int) -> None:
    """c = 5: q* and R* of the upper fold by Lambert's function."""
    evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))
    values = {c: sp.Integer(5)}
    curve = Inverted(Question(evolution, R, values), evolution.curve(R))
    for turn, branch in zip(curve.turning_points, (0, -1), strict=True):
        with ctx.workprec(precision):
            found = curve.at(turn, (curve.curve.value, curve.curve.q))
            direct = [curve.path.evaluate(part, turn()) for part in (curve.curve.value, curve.curve.q)]
        with ctx.workprec(precision + 60):
            u = -(arb(-1) / 5).lambertw(branch)
            for ball, other, exact in zip(found, direct, (u / 5 * (1 / u).exp(), (-u).exp()), strict=True):
                assert ball.contains(exact)
                assert other.overlaps(ball)
                assert ball.rel_accuracy_bits() > precision - 25


def test_a_double_zero_is_undecided_not_reported() -> None:
    found = isolate(product([0.3, 0.3, 0.7]), arb(0), arb(1))
    assert len(found.zeros) == 1
    assert len(found.undecided) == 1
    assert found.undecided[0].contains(arb(0.3))


def test_two_close_zeros_are_told_apart() -> None:
    with ctx.workprec(200):
        found = isolate(product([0.3, 0.3 + 2.0**-40]), arb(0), arb(1))
    assert [zero.slope for zero in found.zeros] == [-1, 1]


def test_a_tail_encloses_what_it_bounds() -> None:
    for start in (4, 32):
        t = Tail.variable(start)
        bound = 1 - t * t * (-t).exp() / 2 + (1 + t / 3) ** -2
        for point in (start, start + 0.5, 2 * start, 50 * start):
            exact = 1 - arb(point) ** 2 * (-arb(point)).exp() / 2 + (1 + arb(point) / 3) ** -2
            assert bound.ball().overlaps(exact)
            pieces = ((t * t * (-t).exp(), arb(point) ** 2 * (-arb(point)).exp()), ((1 + t / 3) ** -2, (1 + arb(point) / 3) ** -2))
            for tail, value in pieces:
                assert tail.ball().contains(value)
    assert Tail.variable(64).exp().factor.is_nan()


@pytest.mark.parametrize(("rate", "width"), [(1.0, 0.0), (1.0, 0.5), (0.3, 0.2), (4.0, 3.5)])
@pytest.mark.parametrize("power", ["1", "2", "1/2"])
def test_a_tail_falls_as_slowly_as_the_least_of_its_rates(rate: float, width: float, power: str) -> None:
    """e^{-b t^m} with b in a ball: every b in it, at every t."""
    exponent = fmpq(*map(int, power.split("/")))
    for start in (4, 32, 200):
        bound = (-(Tail.variable(start) ** exponent) * arb(rate, width)).exp()
        for point in (start, 1.5 * start, 10 * start, 1000 * start):
            for one in (rate - width, rate, rate + width):
                value = (-arb(one) * arb(point) ** exponent).exp()
                falling = arb(point) ** -fmpq(bound.decay.numerator, bound.decay.denominator)
                assert bound.ball().contains(value)
                assert bound.factor.lower() * falling <= value <= bound.factor.upper() * falling
