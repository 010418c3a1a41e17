"""Thresholds of percolation along a letter with several classes: where the spectral radius passes 1 along the largest fixed point.

The range is divided at the jumps of the state, which are proved to be all; in between, crossings of the radius of the messages' Jacobian
are isolated.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp
from flint import arb, ctx

from ....balls.bound_map import BoundMap
from ....balls.compiling import ball_of
from ....balls.numbers import Number, prove_numbers
from ....balls.precision import STEPS
from ....balls.systems import Box, refine_system
from ....model.formula import text
from ...classes.changes import Change, Enclosed, beside, grown
from ...classes.jumps import find_changes
from ...classes.radius import Crossing, Radius
from ...classes.thresholds import said_of_undecided
from ...evolution.answers import Status
from ...evolution.search import Range, inner
from ...evolution.thresholds.results import Threshold, Thresholds
from ..equations import z
from .component import bound_messages
from .equations import ClassPercolationEquations


def class_percolation_thresholds(
    percolation: ClassPercolationEquations,
    letter: sp.Symbol,
    bound: Mapping[sp.Symbol, sp.Expr],
    search: Range,
    digits: int,
    *,
    approximate: bool,
) -> Thresholds:
    """Return all thresholds in a range of a letter; see `ClassPercolation.thresholds`."""
    radius = _radius(percolation, letter, bound, approximate=approximate)
    labels = percolation.equations.labels
    of_state = {labels[symbol]: radius.f.places[symbol] for symbol in labels if symbol in radius.f.places}
    low, high = inner(search)
    with ctx.workprec(STEPS[0]):
        ends = arb(ball_of(low).mid()), arb(ball_of(high).mid())
        jumps = find_changes(radius.f, *ends)
        places, undecided, thresholds = list(ends), list(jumps.undecided), list[Threshold]()
        for change in jumps.changes:
            sides = beside(change.place)
            places[-1:-1] = sides
            before, after = map(radius.is_above_one, sides)
            if None in (before, after):
                undecided.append((float(sides[0]), float(sides[1])))
            elif before != after:
                numbers = prove_numbers(lambda change=change: _at_jump(change), digits)  # type: ignore[misc]
                thresholds.append(_stated(letter, of_state, numbers, bool(after), isinstance(change, Change), digits))
        for start, end in zip(places[::2], places[1::2], strict=True):
            passed, left = radius.crossings(start, end)
            undecided += left
            for crossing in passed:
                numbers = prove_numbers(lambda crossing=crossing: _at_crossing(crossing, len(radius.f.unknowns)), digits)  # type: ignore[misc]
                thresholds.append(_stated(letter, of_state, numbers, crossing.is_after, True, digits))
    thresholds.sort(key=lambda threshold: float(threshold.value or 0))
    where = f"{letter} from {text(low)} to {text(high)}"
    reason = said_of_undecided(undecided) or (None if thresholds else f"no percolation threshold in {where}")
    return Thresholds(str(letter), tuple(thresholds), reason, f"{where}, but for 1e-10 beside each jump of what is learned")


def _radius(percolation: ClassPercolationEquations, letter: sp.Symbol, bound: Mapping[sp.Symbol, sp.Expr], *, approximate: bool) -> Radius:
    """Return the spectral radius of the messages at the trivial ones, along the state, if they depend on it."""
    f = BoundMap((), (), (), bound, letter)
    if percolation.association.learned:
        f = BoundMap.of(percolation.equations, bound, letter)
    system = percolation.approximation if approximate else percolation.system
    at_one = {z: sp.S.One}
    plain = system._replace(right_sides=tuple(side.xreplace(at_one) for side in system.right_sides))
    joint, trivial = bound_messages(f, plain, bound, letter)
    n = len(f.unknowns)
    messages = joint.unknowns[n:]
    w = {message: sp.Dummy(f"w_{message}", nonnegative=True) for message in messages}
    return Radius(f, tuple(w.values()), grown(joint.sides[n:], dict(zip(messages, trivial, strict=True)), w))


def _at_crossing(crossing: Crossing, count: int) -> Box:
    """Return the letter and the state at a crossing to the current precision."""
    box = refine_system(crossing.system.excess(None), crossing.box, ctx.prec - 10)
    return [box[-1], *box[:count]]


def _at_jump(change: Change | Enclosed) -> Box:
    """Return the letter and the state before a jump."""
    before, _, p = change.states()
    return [p, *before]


def _stated(letter: sp.Symbol, places: Mapping[str, int], numbers: list[Number], above: bool, certain: bool, digits: int) -> Threshold:
    value, *states = numbers
    fixed_point = {label: states[place] for label, place in places.items()} or None
    status = Status.of(certain and value.has(digits))
    return Threshold("percolation", str(letter), value, fixed_point, status, "above" if above else "below")
