"""Where the global minimiser of the potential jumps: the edges of the lower convex hull of the curve (B, A), Maxwell's construction."""

from functools import cached_property
from itertools import combinations, pairwise
from typing import NamedTuple

from flint import arb, ctx

from ....balls.isolation import Zero
from ....balls.systems import Box, prove_zero, refine_system
from ....model.symbols import t
from .bound_curve import BoundCurve

__all__ = ["Edge", "Hull", "hull", "refined_states"]

_PRECISIONS = (64, 128, 256, 512)
_STEPS, _FAR = 200, 60


class Piece(NamedTuple):
    """A stretch of the curve on which the scale grows with t, between two turning points (None: an end); or the point t = 0 alone."""

    number: int
    low: arb | None
    high: arb | None
    is_origin: bool = False


class Edge(NamedTuple):
    """A jump of the global minimiser between two states with equal potential; the first is exactly 0 where its piece is the origin."""

    box: Box
    before: Piece
    after: Piece


class Hull(NamedTuple):
    """The jumps of the global minimiser in ascending order of the scale, and whether they are proved to be all of them."""

    edges: list[Edge]
    complete: bool


class _Solver:
    """Finds the edges of the hull of one bound curve."""

    def __init__(self, bound: BoundCurve, zeros: list[Zero]) -> None:
        self.bound, self.zeros = bound, zeros

    @cached_property
    def starts_at_origin(self) -> bool:
        """Whether g(0) = 0, so that t = 0 is a fixed point for every value of the parameter."""
        equation = self.bound.curve.equation
        return equation.bind(self.bound.values).completes if self.bound.curve.learns_along < 0 else self.bound.is_stuck

    @cached_property
    def pieces(self) -> list[Piece]:
        """The stretches on which the scale grows, in ascending order of t."""
        ends = [None, *(self.bound.refined(zero) for zero in self.zeros), None]
        rises = self.zeros[0].slope < 0 if self.zeros else bool(self.bound.fold_condition(arb(1) / 2)[0] > 0)
        found = [Piece(number, *pair) for number, pair in enumerate(list(pairwise(ends))[0 if rises else 1 :: 2], start=1)]
        return [Piece(0, None, None, True), *found] if self.starts_at_origin else found

    def grows_from_origin(self, before: Piece, after: Piece) -> bool:
        """Whether the minimiser goes from the point t = 0 to a piece without a jump."""
        return before.is_origin and not after.is_origin and after.low is None

    def loop(self, state: arb) -> list[arb]:
        """Enclose g, g' at a state."""
        return self.bound.loop(state, 2)

    def areas(self, state: arb) -> tuple[arb, arb]:
        """Enclose A and B."""
        rise, run, _ = self.bound.curve.potential
        return self.bound.evaluate(rise, state), self.bound.evaluate(run, state)

    def at_origin(self) -> tuple[arb, arb]:
        """Enclose A and B at t = 0."""
        return self.areas(arb(0))

    def system(self, before: Piece) -> "_Tangent | _Bitangent":
        """Return the equations of an edge."""
        return _Tangent(self) if before.is_origin else _Bitangent(self)

    def state(self, piece: Piece, scale: arb, near: arb | None = None) -> arb | None:
        """Return, nearly, the state of a piece at a scale, looked for from a state nearby; None where the piece does not reach it."""
        if piece.is_origin:
            return arb(0)
        low, high = (arb(end.mid()) if end is not None else None for end in (piece.low, piece.high))
        if high is None and self.bound.curve.bounded:
            high = arb(1)
        start = high if low is None else low
        if start is None:
            start = arb(1)
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

    def _gap(self, state: arb, scale: arb) -> arb:
        return arb((state - scale * self.loop(state)[0]).mid())

    def _between(self, low: arb, high: arb, scale: arb, near: arb | None) -> arb:
        """Solve t = scale g(t) by Newton steps that a bracket keeps from straying."""
        state = near if near is not None and low < near < high else arb(((low + high) / 2).mid())
        for _ in range(_STEPS):
            g = self.loop(state)
            gap, slope = arb((state - scale * g[0]).mid()), arb((1 - scale * g[1]).mid())
            low, high = (low, state) if gap > 0 else (state, high)
            step = gap / slope if slope != 0 else arb("nan")
            following = arb((state - step).mid()) if step.is_finite() else low
            if not (low < following < high):
                following = arb(((low + high) / 2).mid())
            near, state = state, following
            if abs(state - near) <= abs(state) * arb(2) ** (-ctx.prec // 2):
                break
        return state

    def crossing(self, before: Piece, after: Piece) -> list[arb] | None:
        """Return, nearly, the states of two pieces at the one scale at which their potentials are equal; None where there is none.

        The difference of the potentials grows with the scale at the rate B(t2) - B(t1) > 0.
        """
        low, high = self._overlap(before, after)
        if low is None or (high is not None and not low < high):
            return None
        scale = arb(((low + high) / 2).mid()) if high is not None else 2 * low
        first = second = None
        for _ in range(_STEPS):
            first, second = self.state(before, scale, first), self.state(after, scale, second)
            if first is None or second is None:
                return None
            difference, rate = self._difference(first, second, scale)
            low, high = (low, scale) if difference > 0 else (scale, high)
            following = arb((scale - difference / rate).mid()) if rate > 0 else low
            if not following > low or (high is not None and not following < high):
                following = arb(((low + high) / 2).mid()) if high is not None else 2 * scale
            if abs(following - scale) <= scale * arb(2) ** (-ctx.prec // 2):
                return [first, second] if abs(difference) <= abs(rate) * scale * arb(2) ** (-ctx.prec // 3) else None
            scale = following
        return None

    def _overlap(self, before: Piece, after: Piece) -> tuple[arb | None, arb | None]:
        """Return the range of scales that both pieces reach; no upper end where neither has one."""
        low = self.scale(after.low) if after.low is not None else None
        tops = [self.scale(piece.high) for piece in (before, after) if piece.high is not None]
        if before.is_origin:
            tops += [top] if (top := self.origin_top()) is not None else []
        if self.bound.curve.bounded and after.high is None:
            tops.append(arb((1 / self.loop(arb(1))[0]).mid()))
        floor = self.scale(before.low) if before.low is not None else self._floor(before)
        low = floor if low is None or low < floor else low
        return low, min(tops, key=lambda top: float(top.mid())) if tops else None

    def _floor(self, piece: Piece) -> arb:
        """Return the scale at which a piece without a lower turning point begins."""
        return (self.origin_top() or arb(0)) if self.starts_at_origin and not piece.is_origin else arb(0)

    def origin_top(self) -> arb | None:
        """Return the scale up to which t = 0 is a minimum."""
        slope = self.loop(arb(0))[1]
        return arb((1 / slope).mid()) if slope > 0 else None

    def scale(self, state: arb) -> arb:
        """Return, nearly, the scale t/g(t) at a state."""
        return arb((state / self.loop(state)[0]).mid())

    def _difference(self, first: arb, second: arb, scale: arb) -> tuple[arb, arb]:
        (a, b), (c, d) = self.areas(first), self.areas(second)
        return arb((a - c - scale * (b - d)).mid()), arb((d - b).mid())

    def supports(self, edge: Edge) -> bool | None:
        """Whether no other piece has a state with as low a potential at the scale of an edge; None where that cannot be told."""
        second = edge.box[-1]
        scale = second / self.loop(second)[0]
        rise, run = self.areas(second)
        level = rise - scale * run
        answers = [
            self._is_above(piece, scale, level) for piece in self.pieces if piece.number not in (edge.before.number, edge.after.number)
        ]
        return False if False in answers else None if None in answers else True

    def _is_above(self, piece: Piece, scale: arb, level: arb) -> bool | None:
        """Whether a piece has no state at a scale, or one of higher potential; None where that cannot be told."""
        reaches = self._reaches(piece, scale)
        state = self.state(piece, arb(scale.mid())) if reaches else None
        if not reaches or state is None:
            return True if reaches is False else None
        around = state + arb(0, abs(state) * arb(2) ** (-ctx.prec // 2))
        ends = [(end - scale * self.loop(end)[0]) for end in (arb(around.lower()), arb(around.upper()))]
        rise, run = self.areas(around)
        above = rise - scale * run - level
        if not piece.is_origin and not (ends[0] < 0 < ends[1]):
            return None
        return True if above > 0 else False if above < 0 else None

    def _reaches(self, piece: Piece, scale: arb) -> bool | None:
        """Whether a scale lies strictly between those at the ends of a piece; None where that cannot be told."""
        lowest = self._ball_scale(piece.low) if piece.low is not None else self._floor(piece)
        highest = self._ball_scale(piece.high) if piece.high is not None else self.origin_top() if piece.is_origin else None
        if scale < lowest or (highest is not None and scale > highest):
            return False
        return True if scale > lowest and (highest is None or scale < highest) else None

    def _ball_scale(self, state: arb) -> arb:
        return self.bound.evaluate(t / self.bound.curve.loop, state)


class _Tangent:
    """The edge from the origin: (A - A_0) g - t (B - B_0) = 0."""

    def __init__(self, solver: _Solver) -> None:
        self.solver = solver

    def __call__(self, box: Box) -> tuple[list[arb], list[list[arb]]]:
        (state,), solver = box, self.solver
        (rise, run), (rise0, run0), g = solver.areas(state), solver.at_origin(), solver.loop(state)
        return [(rise - rise0) * g[0] - state * (run - run0)], [[(rise - rise0) * g[1] - (run - run0)]]


class _Bitangent:
    """An edge between two states: equal slopes t1 g2 = t2 g1, and (A1 - A2) g1 = t1 (B1 - B2)."""

    def __init__(self, solver: _Solver) -> None:
        self.solver = solver

    def __call__(self, box: Box) -> tuple[list[arb], list[list[arb]]]:
        one, two = box
        solver = self.solver
        (a1, b1), (a2, b2), g1, g2 = solver.areas(one), solver.areas(two), solver.loop(one), solver.loop(two)
        weight = solver.bound.evaluate(solver.bound.curve.potential.weight, two)
        values = [one * g2[0] - two * g1[0], (a1 - a2) * g1[0] - one * (b1 - b2)]
        jacobian = [
            [g2[0] - two * g1[1], one * g2[1] - g1[0]],
            [(a1 - a2) * g1[1] - (b1 - b2), weight * (two * -g1[0] + one * g2[0])],
        ]
        return values, jacobian


def hull(bound: BoundCurve, zeros: list[Zero]) -> Hull:
    """Return the jumps of the global minimiser of the potential along a curve whose turning points are all known.

    Edges are found nearly, then proved by Krawczyk's test and by comparison with every other minimum at the same scale. As the
    minimiser only moves forward with the scale, a chain of edges that hangs together is proved to be complete.
    """
    for precision in _PRECISIONS:
        with ctx.workprec(precision):
            solver = _Solver(bound, zeros)
            edges = _edges(solver)
            if edges is not None and _is_chain(solver, edges):
                return Hull(edges, True)
    return Hull(edges or [], False)


def refined_states(bound: BoundCurve, zeros: list[Zero], edge: Edge) -> tuple[arb, arb]:
    """Return the two states of an edge to the current precision."""
    box = refine_system(_Solver(bound, zeros).system(edge.before), edge.box, ctx.prec - 10)
    return (box[0], box[1]) if len(box) == 2 else (arb(0), box[0])


def _edges(solver: _Solver) -> list[Edge] | None:
    """Return the proved edges in the admissible range of the scale; None where a proof fails at this precision."""
    edges = []
    for before, after in combinations(solver.pieces, 2):
        states = None if solver.grows_from_origin(before, after) else solver.crossing(before, after)
        if states is None:
            continue
        box = prove_zero(solver.system(before), states[1:] if before.is_origin else states)
        if box is None:
            return None
        edge = Edge(box, before, after)
        supports = solver.supports(edge)
        if supports is None:
            return None
        if supports:
            edges.append(edge)
    edges.sort(key=lambda edge: float((edge.box[-1] / solver.loop(edge.box[-1])[0]).mid()))
    return [edge for edge in edges if not (solver.bound.curve.bounded and edge.box[-1] > solver.loop(edge.box[-1])[0])]


def _is_chain(solver: _Solver, edges: list[Edge]) -> bool:
    """Whether consecutive edges share a piece, the first leaves the first piece, and the minimiser stays on the last."""
    if not solver.pieces:
        return True
    joined = [solver.pieces[0], *(edge.after for edge in edges)]
    if any(
        edge.before.number != piece.number and not solver.grows_from_origin(piece, edge.before)
        for edge, piece in zip(edges, joined, strict=False)
    ):
        return False
    last = joined[-1]
    if last.number == solver.pieces[-1].number or solver.grows_from_origin(last, solver.pieces[-1]):
        return True
    if not solver.bound.curve.bounded:
        return False
    top = solver.origin_top() if last.is_origin else solver.scale(last.high) if last.high is not None else None
    return top is None or bool(top > 1)
