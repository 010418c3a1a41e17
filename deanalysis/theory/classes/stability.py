"""Where the Jacobian of a system at q = 0 has the Perron eigenvalue 1, and whether that bounds complete learning.

The unknowns fall into blocks that depend on each other; q = 0 changes stability where the Jacobian of a block, which does not decrease in
its entries, has the spectral radius 1 (Perron, Frobenius): it is proved to be below 1 or above it in the rest of a range.
"""

from __future__ import annotations

import sympy as sp
from flint import arb, ctx

from ...balls.bound_map import BoundMap
from ...balls.monotone import locate
from .changes import FINE, Change, Enclosed, beside, grown, led_by
from .jumps import Search
from .radius import Radius, blocks

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
    for places in blocks(slopes):
        block = tuple(f.unknowns[place] for place in places)
        w = {symbol: sp.Dummy(f"w_{symbol}", nonnegative=True) for symbol in block}
        rows = grown([f.sides[place] for place in places], nobody, w)
        passed, left = Radius(f.without(nobody), tuple(w.values()), rows).crossings(low, high)
        changes += [Change("stability", f, one.system, one.box, not one.is_after, leaving=led_by(f, block)) for one in passed]
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
    places = [place for place, symbol in enumerate(change.f.unknowns) if symbol in left]
    return not left if not left or any(state[place] > 0 for place in places) else None
