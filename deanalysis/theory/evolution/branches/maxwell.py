"""Where the global minimiser of the potential jumps: Maxwell's construction, nearly in any arithmetic, and proved in balls.

At a jump two stretches of a curve have the same potential A(t) - scale B(t), with A and B those of `Curve.potential`. In the plane of
(B, A) such a pair is an edge of the lower convex hull of the curve.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from itertools import combinations, pairwise
from typing import Any, NamedTuple

from flint import arb, ctx

from ....balls.isolation import is_positive
from ....balls.precision import at_rising_precision
from ....balls.systems import Box, System, prove_zero, refine_system
from .bound_curve import BoundCurve, Path
from .branch import Root

_STEPS, _FAR = 200, 200
"""Newton steps at most, and factors of 4 by which the end of a stretch is looked for: states q of e^-100 do occur."""
_MOST_BITS = 512
"""Bits of the last attempt at a jump, more than for turning points: differences of potentials cancel further."""


class Piece(NamedTuple):
    """A stretch of the curve on which the scale grows with t, between two turning points (None: an end); or the point t = 0 alone."""

    number: int
    low: Any
    high: Any
    is_origin: bool = False


class Jump(NamedTuple):
    """A jump of the global minimiser: whether from t = 0, and its two states, a function that returns them to the current precision."""

    from_origin: bool
    states: Callable[[], Sequence[Any]]


class Maxwell:
    """The stretches between known turning points at the current precision, and the scales at which two have the same potential."""

    def __init__(self, path: Path, turns: Sequence[Any]) -> None:
        self.path, self.turns, unit = path, [turn() for turn in turns], path.thin(1)
        self.rises = turns[0].slope < 0 if turns else bool(path.loop(unit, 1)[0] / 2 < path.loop(unit / 2, 1)[0])

    def tolerance(self, part: int) -> Any:
        """Return that part of the working precision."""
        return self.path.thin(2) ** (-self.path.arithmetic.precision // part)

    @cached_property
    def starts_at_origin(self) -> bool:
        """Whether g(0) = 0, so that t = 0 is a fixed point for every value of the parameter."""
        curve = self.path.curve
        return curve.equation.bind(self.path.values).completes if curve.learns_along < 0 else self.path.never_starts is not None

    @cached_property
    def stretches(self) -> list[Piece]:
        """The stretches on which the scale grows, in ascending order of t."""
        ends = list(pairwise([None, *self.turns, None]))
        return [Piece(number, *pair) for number, pair in enumerate(ends[0 if self.rises else 1 :: 2], start=1)]

    @cached_property
    def pieces(self) -> list[Piece]:
        """These stretches, after the point t = 0 where it is a fixed point."""
        return [Piece(0, None, None, True), *self.stretches] if self.starts_at_origin else self.stretches

    def pairs(self) -> list[tuple[Piece, Piece]]:
        """Return the pairs of pieces between which the minimiser may jump."""
        return [pair for pair in combinations(self.pieces, 2) if not grows_from_origin(*pair)]

    def level(self, state: Any, scale: Any) -> Any:
        """Return the potential."""
        rise, run = self.path.areas(state)
        return rise - scale * run

    def scale(self, state: Any) -> Any:
        """Return the scale."""
        return self.path.thin(self.path.scale(state))

    @cached_property
    def origin_top(self) -> Any:
        """The scale up to which t = 0 is a minimum; None where it always is."""
        slope = self.path.loop(self.path.thin(0), 2)[1]
        return self.path.thin(1 / slope) if slope > 0 else None

    def floor(self, piece: Piece) -> Any:
        """Return the scale at which a piece without a lower turning point begins."""
        return (self.starts_at_origin and not piece.is_origin and self.origin_top) or self.path.thin(0)

    def state(self, piece: Piece, scale: Any, near: Any = None) -> Any:
        """Return the state of a piece at a scale, looked for from a state nearby; None where the piece does not reach it."""
        if piece.is_origin:
            return self.path.thin(0)
        if piece.low is None and scale <= self.floor(piece):
            return None
        low, high = (None if end is None else self.path.thin(end) for end in (piece.low, piece.high))
        if high is None and self.path.curve.bounded:
            high = self.path.thin(1)
        start = low or high or self.path.thin(1)
        for _ in range(_FAR):
            if low is None and self._gap(start, scale) < 0:
                low = start
            elif high is None and self._gap(start, scale) > 0:
                high = start
            if low is not None and high is not None:
                break
            start = start / 4 if low is None else start * 4
        if low is None or high is None or self._gap(low, scale) > 0 or self._gap(high, scale) < 0:
            return None
        return self._between(low, high, scale, near)

    def _gap(self, state: Any, scale: Any) -> Any:
        return self.path.thin(state - scale * self.path.loop(state, 1)[0])

    def _between(self, low: Any, high: Any, scale: Any, near: Any) -> Any:
        """Solve t = scale g(t) by Newton steps that a bracket keeps from straying."""
        state = near if near is not None and low < near < high else self.path.thin((low + high) / 2)
        for _ in range(_STEPS):
            value, slope = self.path.loop(state, 2)
            gap, fall = self.path.thin(state - scale * value), self.path.thin(1 - scale * slope)
            low, high = (low, state) if gap > 0 else (state, high)
            following = self.path.thin(state - gap / fall) if fall != 0 else low
            if not low < following < high:
                following = self.path.thin((low + high) / 2)
            near, state = state, following
            if abs(state - near) <= abs(state) * self.tolerance(2):
                break
        return state

    def crossing(self, before: Piece, after: Piece) -> list[Any] | None:
        """Return the states of two pieces at the one scale at which their potentials are equal; None where there is none.

        The difference of the potentials grows with the scale at the rate B(t2) - B(t1) > 0.
        """
        low, high = self._overlap(before, after)
        if high is not None and not low < high:
            return None
        scale = self.path.thin((low + high) / 2) if high is not None else 2 * low
        first = second = None
        for _ in range(_STEPS):
            first, second = self.state(before, scale, first), self.state(after, scale, second)
            if first is None or second is None:
                return None
            (a, b), (c, d) = self.path.areas(first), self.path.areas(second)
            difference, rate = self.path.thin(a - c - scale * (b - d)), self.path.thin(d - b)
            low, high = (low, scale) if difference > 0 else (scale, high)
            following = self.path.thin(scale - difference / rate) if rate > 0 else low
            if not following > low or (high is not None and not following < high):
                following = self.path.thin((low + high) / 2) if high is not None else 2 * scale
            if abs(following - scale) <= scale * self.tolerance(2):
                return [first, second] if abs(difference) <= abs(rate) * scale * self.tolerance(3) else None
            scale = following
        return None

    def _overlap(self, before: Piece, after: Piece) -> tuple[Any, Any]:
        """Return the range of scales that both pieces reach; no upper end where neither has one."""
        lows = self.floor(before) if before.low is None else self.scale(before.low), self.scale(after.low)
        tops = [self.scale(piece.high) for piece in (before, after) if piece.high is not None]
        tops += [self.origin_top] if before.is_origin and self.origin_top is not None else []
        if self.path.curve.bounded and after.high is None:
            tops.append(self.scale(self.path.thin(1)))
        return max(lows, key=float), min(tops, key=float, default=None)


def grows_from_origin(before: Piece, after: Piece) -> bool:
    """Whether the minimiser goes from the point t = 0 to a piece without a jump."""
    return before.is_origin and not after.is_origin and after.low is None


class Edge(NamedTuple):
    """A jump that is proved: the box of its states (of the second one alone where the first is t = 0), and their pieces."""

    box: Box
    before: Piece
    after: Piece


class ProvedMaxwell(Maxwell):
    """Maxwell's construction for one bound curve, with proofs."""

    path: BoundCurve

    def enclosed(self, piece: Piece, scale: arb) -> arb | None:
        """Enclose the state of a piece at a scale, to half the bits; None where that fails at this precision."""
        state = self.state(piece, arb(scale.mid()))
        if state is None or piece.is_origin:
            return state
        around = state + arb(0, abs(state) * arb(2) ** (-ctx.prec // 2))
        gaps = [end - scale * self.path.loop(end, 1)[0] for end in (arb(around.lower()), arb(around.upper()))]
        inside = (piece.low is None or around > piece.low) and (piece.high is None or around < piece.high)
        return around if inside and gaps[0] < 0 < gaps[1] else None

    def edges(self) -> list[Edge] | None:
        """Return the proved edges in the admissible range of the scale; None where a proof fails at this precision."""
        edges = []
        for before, after in self.pairs():
            states = self.crossing(before, after)
            if states is None:
                continue
            box = prove_zero(system(self.path, before), states[1:] if before.is_origin else states)
            supports = None if box is None else self._supports(edge := Edge(box, before, after))
            if supports is None:
                return None
            if supports:
                edges.append(edge)
        edges.sort(key=lambda edge: float(self.path.scale(edge.box[-1]).mid()))
        return [edge for edge in edges if not (self.path.curve.bounded and self.path.scale(edge.box[-1]) > 1)]

    def _supports(self, edge: Edge) -> bool | None:
        """Whether no other piece has a state with as low a potential at the scale of an edge; None where that cannot be told."""
        second = edge.box[-1]
        scale = self.path.scale(second)
        others = [piece for piece in self.pieces if piece.number not in (edge.before.number, edge.after.number)]
        answers = [self._is_above(piece, scale, self.level(second, scale)) for piece in others]
        return False if False in answers else None if None in answers else True

    def _is_above(self, piece: Piece, scale: arb, level: arb) -> bool | None:
        """Whether a piece has no state at a scale, or one of higher potential; None where that cannot be told."""
        reaches = self._reaches(piece, scale)
        if not reaches:
            return True if reaches is False else None
        state = self.enclosed(piece, scale)
        return None if state is None else is_positive(self.level(state, scale) - level)

    def _reaches(self, piece: Piece, scale: arb) -> bool | None:
        """Whether a scale lies strictly between those at the ends of a piece; None where that cannot be told."""
        lowest = self.floor(piece) if piece.low is None else self.path.scale(piece.low)
        highest = self.path.scale(piece.high) if piece.high is not None else self.origin_top if piece.is_origin else None
        if scale < lowest or (highest is not None and scale > highest):
            return False
        return True if scale > lowest and (highest is None or scale < highest) else None

    def is_chain(self, edges: list[Edge]) -> bool:
        """Whether consecutive edges share a piece, the first leaves the first piece, and the minimiser stays on the last."""
        if not self.pieces:
            return True
        joined = [self.pieces[0], *(edge.after for edge in edges)]
        pairs = [(piece, edge.before) for edge, piece in zip(edges, joined, strict=False)]
        if any(piece.number != before.number and not grows_from_origin(piece, before) for piece, before in pairs):
            return False
        last = joined[-1]
        if last.number == self.pieces[-1].number or grows_from_origin(last, self.pieces[-1]):
            return True
        if not self.path.curve.bounded:
            return False
        top = self.origin_top if last.is_origin else self.scale(last.high) if last.high is not None else None
        return top is None or bool(top > 1)


def hull(path: BoundCurve, turns: Sequence[Root]) -> tuple[list[Edge], bool]:
    """Return the jumps of the global minimiser along a curve whose turning points are all known, and whether these are proved to be all.

    Edges, in ascending order of the scale, are found nearly, then proved by Krawczyk's test and by comparison with every other minimum
    at that scale. As the minimiser only moves forward, a chain of edges that hangs together is complete.
    """

    def attempt() -> tuple[list[Edge], bool]:
        maxwell = ProvedMaxwell(path, turns)
        edges = maxwell.edges()
        return edges or [], edges is not None and maxwell.is_chain(edges)

    return at_rising_precision(attempt, _MOST_BITS, settled=lambda answer: answer[1])


def refined_states(path: BoundCurve, edge: Edge) -> Box:
    """Return the two states of an edge to the current precision."""
    box = refine_system(system(path, edge.before), edge.box, ctx.prec - 10)
    return box if len(box) == 2 else [arb(0), *box]


def system(path: BoundCurve, before: Piece) -> System:
    """Return the equations of an edge, from t = 0 or between two states."""
    return partial(_tangent if before.is_origin else _bitangent, path)


def _tangent(path: BoundCurve, box: Box) -> tuple[list[arb], list[list[arb]]]:
    """(A - A_0) g - t (B - B_0) = 0."""
    (state,) = box
    (rise, run), (rise0, run0), g = path.areas(state), path.areas(arb(0)), path.loop(state, 2)
    return [(rise - rise0) * g[0] - state * (run - run0)], [[(rise - rise0) * g[1] - (run - run0)]]


def _bitangent(path: BoundCurve, box: Box) -> tuple[list[arb], list[list[arb]]]:
    """Equal slopes t1 g2 = t2 g1, and (A1 - A2) g1 = t1 (B1 - B2)."""
    first, second = box
    (a1, b1), (a2, b2), g1, g2 = path.areas(first), path.areas(second), path.loop(first, 2), path.loop(second, 2)
    weight = path.evaluate(path.curve.potential.weight, second)
    jacobian = [
        [g2[0] - second * g1[1], first * g2[1] - g1[0]],
        [(a1 - a2) * g1[1] - (b1 - b2), weight * (second * -g1[0] + first * g2[0])],
    ]
    return [first * g2[0] - second * g1[0], (a1 - a2) * g1[0] - first * (b1 - b2)], jacobian
