"""All jumps and stability points of the largest fixed point of several classes along a letter, with proved digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy as sp
from flint import arb, ctx

from ...balls.bound_map import BoundMap
from ...balls.compiling import ball_of
from ...balls.monotone import locate
from ...balls.numbers import prove_numbers
from ...balls.precision import STEPS
from ...model.formula import text
from ...symbolic.algebra import simplified
from ..evolution.answers import Status
from ..evolution.search import Range, inner
from ..evolution.thresholds.results import Threshold, Thresholds
from .changes import FINE, Change, Enclosed, beside, grown, led_by
from .equations import ClassEquations
from .jumps import Search, find_changes
from .radius import Radius, blocks


def class_thresholds(
    equations: ClassEquations, symbol: sp.Symbol, bound: Mapping[sp.Symbol, sp.Expr], search: Range, digits: int
) -> Thresholds:
    """Return all changes in a range of a letter; see `ClassEvolution.thresholds`."""
    low, high = inner(search)
    outcome = changes_between(equations, symbol, bound, search)
    entries = [_threshold(equations, str(symbol), change, digits) for change in outcome.changes]
    if entries and all(entry.learned_side == "below" for entry in entries):
        entries.reverse()
    where = f"{symbol} from {text(low)} to {text(high)}"
    searched = f"{where}: the state is proved to change continuously everywhere else, but for 1e-10 beside each"
    reason = None if any(entry.kind == "emergence" for entry in entries) else f"no emergence: the state is continuous in {where}"
    enclosed = [change for change in outcome.changes if isinstance(change, Enclosed)]
    if enclosed:
        places = ", ".join(f"{float(change.low):.10g}" for change in enclosed)
        reason = f"the states on both sides of the jump at {places} are proved, and not that there is one jump alone in between"
    return Thresholds(str(symbol), tuple(entries), said_of_undecided(outcome.undecided) or reason, searched)


def said_of_undecided(intervals: Sequence[tuple[float, float]]) -> str | None:
    """Say in which intervals there may be another change, if there are any."""
    said = ", ".join(f"{low:.10g} to {high:.10g}" for low, high in intervals[:5]) + (", ..." if len(intervals) > 5 else "")
    return f"it stayed undecided whether there is another change in {said}" if intervals else None


def changes_between(equations: ClassEquations, symbol: sp.Symbol, bound: Mapping[sp.Symbol, sp.Expr], search: Range) -> Search:
    """Return all changes of the largest fixed point in a range of a letter."""
    low, high = inner(search)
    with ctx.workprec(STEPS[0]):
        f = BoundMap.of(equations, bound, symbol)
        ends = arb(ball_of(low).mid()), arb(ball_of(high).mid())
        points = stability_points(f, *ends)
        outcome = find_changes(f, *ends, points.changes)
    return outcome._replace(undecided=[*outcome.undecided, *points.undecided])


def _threshold(equations: ClassEquations, name: str, change: Change | Enclosed, digits: int) -> Threshold:
    zeta = change.f.compiled(list(equations.novel.values()))

    def compute() -> list[arb]:
        before, after, p = change.states()
        sides = [before] if after is None else [before, after]
        novel = [arb(value) for side in sides for value in zeta(*side, *change.f.known(p))]
        return [p, *(state for side in sides for state in side), *novel]

    value, *numbers = prove_numbers(compute, digits)
    count, classes = len(change.f.unknowns), len(equations.ensemble.names)
    landed = len(numbers) > count + classes
    states, novel = numbers[: count * (1 + landed)], numbers[count * (1 + landed) :]
    places = {equations.labels[symbol]: change.f.places[symbol] for symbol in equations.unknowns if symbol in change.f.places}
    before, after = ({label: side[place] for label, place in places.items() if side} for side in (states[:count], states[count:]))
    if isinstance(change, Change) and change.after is None:
        kind, changing, binding = "stability", _leaving(equations, change), binds(change)
        certain = binding is not None
    else:
        pairs = zip(equations.ensemble.names, novel[:classes], novel[classes:], strict=True)
        changing = tuple(name for name, first, last in pairs if float(first.low) > float(last.high))
        kind, binding, certain = "emergence", None, isinstance(change, Change)
    status = Status.of(certain and value.has(digits))
    side = "above" if change.above else "below"
    return Threshold(kind, name, value, before, status, side, lands_on=after or None, binding=binding, classes=changing)


def _leaving(equations: ClassEquations, change: Change) -> tuple[str, ...]:
    """Return the classes whose zeta is 0 at a stability point, and leaves 0 there."""
    nobody = {symbol: sp.S.Zero for symbol in change.f.unknowns if symbol not in change.system.unknowns}
    novel = {name: zeta.xreplace(dict(change.f.fixed)) for name, zeta in equations.novel.items()}
    leaving = set(change.leaving)
    return tuple(name for name, zeta in novel.items() if zeta.free_symbols & leaving and simplified(zeta.xreplace(nobody)) == 0)


_GENERIC = 0.377
"""The part of the way along a range at which a model is taken to have its usual zeros and no others."""


def stability_points(f: BoundMap, low: arb, high: arb) -> Search:
    """Return where q = 0 changes stability between two values of the map's letter, its ends left out; nothing where it is no fixed point.

    >>> from deanalysis.theory.classes.equations import ClassEquations
    >>> from deanalysis.model import Ensemble, Regular, SkillLearner
    >>> from deanalysis.model.classes import ClassEnsemble
    >>> from deanalysis.model.symbols import eps
    >>> code = Ensemble(texts=Regular(4), skills=Regular(2), unknown=eps)
    >>> f = BoundMap.of(ClassEquations(ClassEnsemble.of(code, SkillLearner(1))), {}, eps)
    >>> [point.place.overlaps(arb(1) / 3) for point in stability_points(f, arb(0.01), arb(1)).changes]
    [True]
    """
    if not f.unknowns or f.zeros([arb(0)] * len(f.unknowns)).unknowns:
        return Search([], [])
    low, high = beside(low)[1], beside(high)[0]
    changes, undecided = list[Change | Enclosed](), list[tuple[float, float]]()
    slopes = f.jacobian([arb(0)] * len(f.unknowns), arb((low + _GENERIC * (high - low)).mid()))
    nobody = dict.fromkeys(f.unknowns, sp.S.Zero)
    for indices in blocks(slopes):
        block = tuple(f.unknowns[index] for index in indices)
        w = {symbol: sp.Dummy(f"w_{symbol}", nonnegative=True) for symbol in block}
        rows = grown([f.sides[index] for index in indices], nobody, w)
        passed, left = Radius(f.without(nobody), tuple(w.values()), rows).crossings(low, high)
        changes += [Change("stability", f, point.system, point.box, not point.is_after, leaving=led_by(f, block)) for point in passed]
        undecided += left
    return Search(sorted(changes, key=lambda point: float(point.place)), undecided)


def binds(change: Change) -> bool | None:
    """Whether complete learning ends at a stability point: on its stable side the largest fixed point is 0, in all that leaves 0 there."""
    p = beside(change.place)[int(change.above)]
    with ctx.workprec(FINE):
        state = locate(change.f, p)
    if state is None:
        return None
    left = set(change.f.zeros(state).unknowns) & set(change.leaving)
    indices = [index for index, symbol in enumerate(change.f.unknowns) if symbol in left]
    return not left if not left or any(state[index] > 0 for index in indices) else None
