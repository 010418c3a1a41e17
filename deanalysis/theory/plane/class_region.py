"""The region of two letters in which classes emerge, as lines and points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ...record import Record, Shown, Table
from .diagram import Ends

__all__ = ["ClassLine", "ClassRegion", "Point"]


class Point(NamedTuple):
    """A place in the plane."""

    x: float
    y: float


@dataclass(frozen=True)
class ClassLine(Record):
    """A stretch of a fold line: 'emergence' where the largest fixed point jumps across it, else 'fold'; which classes the fold moves.

    `cusps` says which of its ends ('first', 'last') is a cusp, where two folds meet.
    """

    kind: str
    classes: tuple[str, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    cusps: tuple[str, ...] = ()

    def table(self) -> Table:
        """Return the kind, the number of points, and the ends."""
        (first, last) = (f"({self.x[place]:.6g}, {self.y[place]:.6g})" for place in (0, -1))
        return Table(("line", "points", "from", "to"), [(self.kind, len(self.x), first, last)])

    def __repr__(self) -> str:
        where = f"({self.x[0]:.4g}, {self.y[0]:.4g}) to ({self.x[-1]:.4g}, {self.y[-1]:.4g})"
        return f"<{self.kind} line of {' and '.join(self.classes)} from {where}>"


@dataclass(frozen=True)
class ClassRegion(Record):
    """The lines on which classes jump in the plane of two letters, the corners where such lines meet, and the cusps where they end.

    Lines are in floats, followed without gaps from `proved` folds; corners lie on them to the accuracy of their points.
    """

    x: str
    y: str
    limits: tuple[Ends, Ends]
    lines: tuple[ClassLine, ...]
    corners: tuple[Point, ...]
    cusps: tuple[Point, ...]
    proved: int

    @property
    def boundary(self) -> tuple[ClassLine, ...]:
        """The lines across which the largest fixed point jumps."""
        return tuple(line for line in self.lines if line.kind == "emergence")

    table = Shown.table

    def __repr__(self) -> str:
        counts = f"{len(self.boundary)} lines of jumps, {len(self.corners)} corners, {len(self.cusps)} cusps"
        return f"<region in {self.x} and {self.y}: {counts}, from {self.proved} proved folds>"
