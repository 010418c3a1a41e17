"""What a phase diagram holds, of one class or of many: lines of one kind each, corners and cusps; as a value, as JSON and as PGFPlots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

from ...record import ALWAYS, Record, Shown, Table
from ..evolution.thresholds.results import Threshold

Ends = tuple[float, float]

_PGFPLOTS = {
    "emergence": "thick",
    "fold": "thick, dashed",
    "potential": "densely dotted",
    "stability": "dash dot",
    "percolation": "dash dot dot",
}


class Point(NamedTuple):
    """A place in the plane."""

    x: float
    y: float

    @classmethod
    def of(cls, cusp: Threshold, x: str) -> Point:
        """Return where a proved cusp lies, `x` being the letter along."""
        ((_, other),) = cusp.at
        value = float(cusp.value or 0), float(other)
        return cls(*(value if cusp.parameter == x else value[::-1]))


@dataclass(frozen=True)
class PhaseLine(Record):
    """A stretch of one kind, as points (x, y) in order with the state q there, before a jump or the higher of two of equal potential.

    Where there are several classes, q holds the unknowns by name, and `classes` those that the fold moves. `cusps` says which of its
    ends ('first', 'last') is a cusp, where two folds meet.
    """

    kind: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    q: Annotated[Any, tuple[float, ...] | dict[str, tuple[float, ...]]] = ()
    classes: tuple[str, ...] = ()
    cusps: tuple[str, ...] = ()

    @property
    def ends(self) -> tuple[Point, Point]:
        """The first point and the last one."""
        return Point(self.x[0], self.y[0]), Point(self.x[-1], self.y[-1])

    @property
    def label(self) -> str:
        """The kind, and the classes if there are several."""
        return f"{self.kind} of {' and '.join(self.classes)}" if self.classes else self.kind

    def table(self) -> Table:
        """Return the kind, the number of points, and the ends."""
        ends = (f"({x:.6g}, {y:.6g})" for x, y in self.ends)
        return Table(("line", "points", "from", "to"), [(self.label, len(self.x), *ends)])

    def __repr__(self) -> str:
        first, last = (f"({x:.4g}, {y:.4g})" for x, y in self.ends)
        moved = f" of {' and '.join(self.classes)}," if self.classes else " of"
        return f"<{self.kind} line{moved} {len(self.x)} points from {first} to {last}>"


@dataclass(frozen=True)
class PhaseDiagram(Record):
    """The lines, cusps and corners in a rectangle of two letters, of one class or of several.

    Lines are in floats, followed without gaps from `proved` thresholds: 'emergence' where the largest fixed point jumps, 'fold', and for
    one class 'potential' and 'stability'. A 'percolation' line is there where one was asked for, proved at each of its points (see
    `deanalysis.theory.plane.percolation_line`). Lines that meet share a point, so that they can be drawn without gaps.

    Cusps of one class are proved thresholds; those of several classes are points of lines, like the corners in which lines of jumps meet.
    """

    x: str
    y: str
    limits: tuple[Ends, Ends]
    lines: tuple[PhaseLine, ...]
    cusps: tuple[Threshold | Point, ...]
    corners: tuple[Point, ...] = field(default=(), metadata=ALWAYS)
    proved: int = field(default=0, metadata=ALWAYS)

    table = Shown.table

    def __repr__(self) -> str:
        kinds = [line.kind for line in self.lines]
        counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
        corners = f"{len(self.corners)} corners, " if self.corners else ""
        return f"<phase diagram in {self.x} and {self.y}: lines {counts or 'none'}; {corners}{len(self.cusps)} cusps>"

    def of_kind(self, kind: str) -> tuple[PhaseLine, ...]:
        """Return the lines of one kind."""
        return tuple(line for line in self.lines if line.kind == kind)

    def listed(self) -> Table:
        """Return the lines as a table, with corners and cusps below."""
        points = [*(("corner", *corner) for corner in self.corners), *(("cusp", *cusp) for cusp in self.cusp_points())]
        notes = (f"{name} at {self.x} = {x:.15g}, {self.y} = {y:.15g}" for name, x, y in points)
        return Table(("line", "points", "from", "to"), [row for line in self.lines for row in line.table().rows], tuple(notes))

    def cusp_points(self) -> list[Point]:
        """Return the cusps as points (x, y)."""
        return [Point.of(cusp, self.x) if isinstance(cusp, Threshold) else cusp for cusp in self.cusps]

    def pgfplots(self) -> str:
        r"""Return the lines as PGFPlots `\addplot` commands, and cusps and corners as marks."""
        plots = [_addplot(_PGFPLOTS[line.kind], zip(line.x, line.y, strict=True), line.label) for line in self.lines]
        plots += [_addplot("only marks", [point], "cusp") for point in self.cusp_points()]
        plots += [_addplot("only marks", [point], "corner") for point in self.corners]
        return "".join(plots)


def _addplot(style: str, points: Iterable[Ends], label: str) -> str:
    coordinates = " ".join(f"({x:.8g},{y:.8g})" for x, y in points)
    return f"\\addplot[{style}] coordinates {{{coordinates}}}; % {label}\n"
