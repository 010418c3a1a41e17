"""Systems of equations whose enclosures are noisy: no zero is lost, and what is not proved is not called so."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
from flint import arb, ctx

from deanalysis.balls.monotone import contracts
from deanalysis.balls.systems import Box, System, _add, isolate_system, krawczyk, prove_zero
from deanalysis.theory.percolation.messages import BoundSystem, _is_stable

Point = tuple[float, ...]


def noisy(roots: list[float], tilt: float, noise: float) -> tuple[System, list[Point]]:
    """Return (x - r_1) ... (x - r_n) = 0, y = tilt x^2 with noise in all enclosures, and its zeros."""

    def function(box: Box) -> tuple[list[arb], list[list[arb]]]:
        x, y = box
        value, slope = arb(1), arb(0)
        for root in roots:
            value, slope = value * (x - root), slope * (x - root) + value
        fog = arb(0, noise)
        return [value + fog, y - tilt * x * x + fog], [[slope + fog, fog], [fog - 2 * tilt * x, 1 + fog]]

    return function, [(root, tilt * root * root) for root in roots]


def inside(box: Box, point: Point) -> bool:
    return all(side.contains(arb(at)) for side, at in zip(box, point, strict=True))


@pytest.mark.parametrize("noise", [0.0, 1e-12, 1e-6, 1e-3, 0.03])
def test_every_zero_stays_in_a_box_of_its_own_or_in_an_undecided_one(noise: float) -> None:
    draw = random.Random(20)
    for _ in range(12):
        roots = sorted(draw.uniform(0, 1) for _ in range(draw.randint(1, 4)))
        function, zeros = noisy(roots, draw.uniform(-1, 1), noise)
        found = isolate_system(function, [arb(0.5, 0.75), arb(0, 1.5)], lambda box: False, most=300)
        for zero in zeros:
            assert any(inside(box, zero) for box in [*found.zeros, *found.undecided])
        for box in found.zeros:
            assert sum(inside(box, zero) for zero in zeros) == 1
        assert noise > 0 or len(found.zeros) == len(zeros)


def test_a_double_zero_stays_undecided_where_boxes_are_too_narrow_to_split() -> None:
    def function(box: Box) -> tuple[list[arb], list[list[arb]]]:
        x = box[0] - arb(1) / 3
        return [x * x], [[2 * x]]

    found = isolate_system(function, [arb(0.5, 0.5)], lambda box: False)
    assert not found.zeros
    assert any(inside(box, (1 / 3,)) for box in found.undecided)


def test_a_zero_that_two_boxes_hold_is_one_and_two_zeros_of_boxes_that_overlap_are_two() -> None:
    def met(box: Box) -> tuple[list[arb], list[list[arb]]]:
        """A zero where the first box is cut in two, of which each holds it, as their ends are rounded outwards."""
        return [box[0] - 1.4871], [[arb(1) if box[0].rad() < 0.4 else arb("nan")]]

    assert len(isolate_system(met, [arb(1.5, 0.5)], lambda box: False).zeros) == 1
    function, zeros = noisy([0.25, 0.75], 0.0, 0.0)
    found: list[Box] = []
    for x, size in ((0.25, 0.3), (0.75, 0.3), (0.3, 0.1), (0.7, 0.2)):
        _add(function, found, [arb(x, size), arb(0, 0.1)])
    assert [[inside(box, zero) for zero in zeros] for box in found] == [[True, False], [False, True]]


def test_interval_newton_keeps_what_is_in_a_box_and_is_certain_of_one_zero_only() -> None:
    draw, certain = random.Random(4), 0
    for _ in range(400):
        roots = [draw.uniform(0, 1) for _ in range(draw.randint(1, 3))]
        function, zeros = noisy(roots, draw.uniform(-1, 1), draw.choice([0.0, 1e-6, 1e-3]))
        near = draw.choice(zeros)
        size = 10 ** draw.uniform(-5, -0.3)
        box = [arb(at + draw.uniform(-1.5, 1.5) * size, size) for at in near]
        narrowed, one = krawczyk(function, box, function(box)[1])
        held = [zero for zero in zeros if inside(box, zero)]
        certain += one
        assert len(held) == 1 or not one
        assert all(narrowed is not None and inside(narrowed, zero) for zero in held)
    assert certain > 40


def test_a_zero_that_newton_s_steps_lead_to_is_proved_to_be_one() -> None:
    draw, proved = random.Random(7), 0
    for _ in range(100):
        roots = [draw.uniform(0, 1) for _ in range(2)]
        function, zeros = noisy(roots, draw.uniform(-1, 1), draw.choice([0.0, 0.0, 1e-9, 1e-2]))
        box = prove_zero(function, [arb(draw.uniform(0, 1)), arb(draw.uniform(-1, 1))])
        proved += box is not None
        assert box is None or sum(inside(box, zero) for zero in zeros) == 1
    assert proved > 30


@pytest.mark.parametrize("types", [1, 2, 3])
def test_a_contraction_is_one_for_every_matrix_of_the_box(types: int) -> None:
    draw, seen = np.random.default_rng(types), {True: 0, False: 0}
    for _ in range(300):
        middle, radius = draw.uniform(0, 1.4 / types, (types, types)), draw.choice([0.0, 0.05, 0.2])
        slopes = [[arb(entry, radius) for entry in row] for row in middle]
        excess = [[int(i == k) - slope for k, slope in enumerate(row)] for i, row in enumerate(slopes)]
        largest = max(abs(np.linalg.eigvals(middle + radius)))
        proved = contracts(excess, [arb(1)] * types)
        seen[proved] += 1
        assert largest < 1 or not proved
        assert proved or largest > 1 - 1e-9
        if types < 3:
            stable = _is_stable(excess)
            assert not stable or max(abs(np.linalg.eigvals(middle))) < 1
            assert stable or radius > 0 or largest > 1 - 1e-9
    assert min(seen.values()) > 30


def test_two_supercritical_types_are_not_stable_though_their_determinant_is_positive() -> None:
    assert not _is_stable([[arb(-1), arb(0)], [arb(0), arb(-1)]])
    assert not _is_stable([[arb("0.5"), arb("-0.9")], [arb("-0.9"), arb("0.5")]])
    assert not _is_stable([[arb(0, 0.1)]])
    assert not _is_stable([[arb(0)]])


class _Messages(BoundSystem):
    """One message with v - Phi(v) = -(v - r_1) ... (v - r_n), in place of one of a model."""

    roots: tuple[float, ...]
    starts: tuple[float, float]
    branching: arb
    types = 1
    system = SimpleNamespace(jacobian=np.array([[None]]))
    _is_exactly_critical = False

    def __call__(self, box: Box) -> tuple[list[arb], list[list[arb]]]:
        value, slope = arb(-1), arb(0)
        for root in self.roots:
            value, slope = value * (box[0] - root), slope * (box[0] - root) + value
        return [value], [[slope]]

    def trivial(self) -> Box:
        return [arb(1)]

    def jacobian(self) -> list[list[arb]]:
        return [[self.branching]]

    def _low(self) -> Box:
        return [arb(self.starts[0])]

    def _iterated(self) -> Box:
        return [arb(self.starts[1])]


def messages(roots: tuple[float, ...], starts: tuple[float, float], branching: arb) -> BoundSystem:
    system = object.__new__(_Messages)
    for name, value in (("roots", roots), ("starts", starts), ("branching", branching)):
        object.__setattr__(system, name, value)
    return system


def test_a_solution_at_which_messages_are_not_stable_is_not_the_smallest_one() -> None:
    system = messages((0.25, 0.5, 0.75, 1.0), (0.501, 0.251), arb(1.5))
    assert system.percolates is True
    assert system.giant_box is not None
    assert system.giant_box[0].contains(arb(0.25))
    assert messages((0.25, 0.5, 0.75, 1.0), (0.501, 0.499), arb(1.5)).percolates is None


def test_the_trivial_solution_is_no_giant_component_where_its_branching_factor_is_unsure() -> None:
    with ctx.workprec(64):
        assert messages((0.5, 1.0, 1.5), (0.999, 0.998), arb(1, 0.1)).percolates is None
