"""Where the Jacobian of a system at q = 0 has the Perron eigenvalue 1, and whether that bounds complete learning.

The unknowns fall into blocks that depend on each other; q = 0 changes stability where the Jacobian of a block, which does not decrease in
its entries, has the spectral radius 1 (Perron, Frobenius): it is proved to be below 1 or above it in the rest of a range.
"""

from __future__ import annotations

import sympy as sp
from flint import arb, ctx

from ...balls.bound_map import BoundMap
from ...balls.monotone import contracts, locate
from ...balls.systems import Box, perron, prove_zero
from .changes import Change, beside, criticality, led_by
from .jumps import Search

__all__ = ["binds", "stability_points"]

_PRECISION, _FINE = 64, 128
_NARROW, _FINEST, _MOST_PIECES = 1e-2, 1e-9, 400
_GENERIC = 0.377


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
    parts = [_of_block(f, block, low, high) for block in _blocks(f, low + _GENERIC * (high - low))]
    found = [point for part in parts for point in part.changes]
    return Search(sorted(found, key=lambda point: float(point.place)), [interval for part in parts for interval in part.undecided])


def _blocks(f: BoundMap, p: arb) -> list[tuple[sp.Symbol, ...]]:
    """Return the unknowns that depend on each other and on themselves to first order at q = 0, for generic values of the letter."""
    slopes = f.jacobian([arb(0)] * len(f.unknowns), arb(p.mid()))
    on = {row: {one for one, slope in zip(f.unknowns, slopes[place], strict=True) if slope > 0} for place, row in enumerate(f.unknowns)}
    for through in f.unknowns:
        for row in f.unknowns:
            on[row] |= on[through] if through in on[row] else set()
    return list(
        dict.fromkeys(tuple(one for one in f.unknowns if one in on[row] and row in on[one]) for row in f.unknowns if row in on[row])
    )


def _of_block(f: BoundMap, block: tuple[sp.Symbol, ...], low: arb, high: arb) -> Search:
    """Return where the spectral radius of one block is 1."""
    own = f.without({symbol: sp.S.Zero for symbol in f.unknowns if symbol not in block})
    system, waiting, found = criticality(own, block), [(low, high)], Search([], [])
    for _ in range(_MOST_PIECES):
        if not waiting:
            break
        low, high = waiting.pop()
        if _is_stable(own, low.union(high)) is not None:
            continue
        middle = arb(((low + high) / 2).mid())
        box = _critical(own, system, middle) if high - low < _NARROW * abs(high) else None
        if box is not None and low < box[-1] < high:
            before, after = beside(box[-1])
            waiting += [(low, before), (after, high)]
            sides = _is_stable(own, before), _is_stable(own, after)
            if None not in sides and sides[0] != sides[1]:
                found.changes.append(Change("stability", f, system, box, bool(sides[1]), leaving=led_by(f, block)))
        elif high - low > _FINEST * abs(high):
            waiting += [(middle, high), (low, middle)]
        else:
            found.undecided.append((float(low), float(high)))
    return Search(found.changes, found.undecided + [(float(start), float(end)) for start, end in waiting])


def _is_stable(f: BoundMap, p: arb) -> bool | None:
    """Whether the spectral radius at q = 0 is proved to be below 1, or above it, all over a ball of values of the letter."""
    with ctx.workprec(_FINE):
        slopes = f.jacobian([arb(0)] * len(f.unknowns), p)
        if not all(slope.is_finite() for row in slopes for slope in row):
            return None
        excess = [[int(i == k) - slope for k, slope in enumerate(row)] for i, row in enumerate(slopes)]
        v = perron(slopes)[1]
        if contracts(excess, v):
            return True
        grown = (sum((arb(max(slope.lower(), arb(0))) * one for slope, one in zip(row, v, strict=True)), arb(0)) for row in slopes)
        return False if all(image > one for image, one in zip(grown, v, strict=True)) else None


def _critical(f: BoundMap, system: BoundMap, p: arb) -> Box | None:
    """Return the box of a Perron vector that is proved to be positive, and of the value of the letter, near one."""
    with ctx.workprec(_FINE):
        box = prove_zero(system.excess(None), [*perron(f.jacobian([arb(0)] * len(f.unknowns), p))[1], p], least=1.0)
    return box if box is not None and all(side > 0 for side in box[:-1]) else None


def binds(change: Change) -> bool | None:
    """Whether complete learning ends at a stability point: on its stable side the largest fixed point is 0, in all that leaves 0 there."""
    p = beside(change.place)[int(change.above)]
    with ctx.workprec(_FINE):
        state = locate(change.f, p)
    if state is None:
        return None
    left = set(change.f.zeros(state).unknowns) & set(change.leaving)
    places = [place for place, symbol in enumerate(change.f.unknowns) if symbol in left]
    return not left if not left or any(state[place] > 0 for place in places) else None
