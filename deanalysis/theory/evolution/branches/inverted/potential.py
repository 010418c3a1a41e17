"""Where the global minimiser of the potential jumps: the edges of the lower convex hull of the curve (B, A), Maxwell's construction."""

from itertools import combinations
from typing import NamedTuple

from flint import arb, ctx

from .....balls.isolation import Zero
from .....balls.precision import at_rising_precision
from .....balls.systems import Box, prove_zero, refine_system
from .....model.symbols import t
from .bound_curve import BoundCurve
from .maxwell import Maxwell, Piece

__all__ = ["Edge", "Hull", "hull", "refined_states"]

_MOST_BITS = 512


class Edge(NamedTuple):
    """A jump of the global minimiser between two states with equal potential; the first is exactly 0 where its piece is the origin."""

    box: Box
    before: Piece
    after: Piece


class Hull(NamedTuple):
    """The jumps of the global minimiser in ascending order of the scale, and whether they are proved to be all of them."""

    edges: list[Edge]
    complete: bool


class _Solver(Maxwell):
    """Finds the edges of the hull of one bound curve, nearly, and proves them."""

    def __init__(self, bound: BoundCurve, zeros: list[Zero]) -> None:
        rises = zeros[0].slope < 0 if zeros else bool(bound.fold_condition(arb(1) / 2)[0] > 0)
        turns = [bound.refined(zero) for zero in zeros]
        super().__init__(bound, turns, rises, lambda value: arb(arb(value).mid()), lambda part: arb(2) ** (-ctx.prec // part))
        self.bound = bound

    def system(self, before: Piece) -> "_Tangent | _Bitangent":
        """Return the equations of an edge."""
        return _Tangent(self) if before.is_origin else _Bitangent(self)

    def supports(self, edge: Edge) -> bool | None:
        """Whether no other piece has a state with as low a potential at the scale of an edge; None where that cannot be told."""
        second = edge.box[-1]
        scale = second / self.bound.loop(second, 1)[0]
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
        ends = [(end - scale * self.bound.loop(end, 1)[0]) for end in (arb(around.lower()), arb(around.upper()))]
        rise, run = self.areas(around)
        above = rise - scale * run - level
        if not piece.is_origin and not (ends[0] < 0 < ends[1]):
            return None
        return True if above > 0 else False if above < 0 else None

    def _reaches(self, piece: Piece, scale: arb) -> bool | None:
        """Whether a scale lies strictly between those at the ends of a piece; None where that cannot be told."""
        lowest = self._ball_scale(piece.low) if piece.low is not None else self.floor(piece)
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
        (rise, run), (rise0, run0), g = solver.areas(state), solver.areas(arb(0)), solver.bound.loop(state, 2)
        return [(rise - rise0) * g[0] - state * (run - run0)], [[(rise - rise0) * g[1] - (run - run0)]]


class _Bitangent:
    """An edge between two states: equal slopes t1 g2 = t2 g1, and (A1 - A2) g1 = t1 (B1 - B2)."""

    def __init__(self, solver: _Solver) -> None:
        self.solver = solver

    def __call__(self, box: Box) -> tuple[list[arb], list[list[arb]]]:
        one, two = box
        solver = self.solver
        (a1, b1), (a2, b2), g1, g2 = solver.areas(one), solver.areas(two), solver.bound.loop(one, 2), solver.bound.loop(two, 2)
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

    def attempt() -> Hull:
        solver = _Solver(bound, zeros)
        edges = _edges(solver)
        return Hull(edges or [], edges is not None and _is_chain(solver, edges))

    return at_rising_precision(attempt, _MOST_BITS, settled=lambda hull: hull.complete)


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
    edges.sort(key=lambda edge: float((edge.box[-1] / solver.bound.loop(edge.box[-1], 2)[0]).mid()))
    return [edge for edge in edges if not (solver.bound.curve.bounded and edge.box[-1] > solver.bound.loop(edge.box[-1], 2)[0])]


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
