"""What a phase diagram holds: lines of one kind each, and cusps; as a value, as JSON and as PGFPlots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...record import Record, Shown, Table
from ..evolution.thresholds.results import Threshold

__all__ = ["Ends", "PhaseDiagram", "PhaseLine", "cusp_place"]

Ends = tuple[float, float]


@dataclass(frozen=True)
class PhaseLine(Record):
    """A stretch of one kind, as points (x, y) in order with the state q there (the higher of two at a potential threshold)."""

    kind: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    q: tuple[float, ...]

    def table(self) -> Table:
        """Return the kind, the number of points, and the ends."""
        (first, last) = (f"({self.x[place]:.6g}, {self.y[place]:.6g})" for place in (0, -1))
        return Table(("line", "points", "from", "to"), [(self.kind, len(self.x), first, last)])

    def __repr__(self) -> str:
        return f"<{self.kind} line of {len(self.x)} points from ({self.x[0]:.4g}, {self.y[0]:.4g}) to ({self.x[-1]:.4g}, {self.y[-1]:.4g})>"


@dataclass(frozen=True)
class PhaseDiagram(Record):
    """The lines and cusps of a rectangle of two letters: 'emergence', 'fold', 'potential' and 'stability' lines in floats, cusps proved.

    A 'percolation' line is there where one was asked for (`deanalysis.theory.plane.percolation_line`), proved at each of its points.

    Lines that meet share a point, so that they can be drawn without gaps.
    """

    x: str
    y: str
    limits: tuple[Ends, Ends]
    lines: tuple[PhaseLine, ...]
    cusps: tuple[Threshold, ...]

    table = Shown.table

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{sum(line.kind == kind for line in self.lines)} {kind}" for kind in dict.fromkeys(line.kind for line in self.lines)
        )
        return f"<phase diagram in {self.x} and {self.y}: lines {counts or 'none'}; {len(self.cusps)} cusps>"

    def of_kind(self, kind: str) -> tuple[PhaseLine, ...]:
        """Return the lines of one kind."""
        return tuple(line for line in self.lines if line.kind == kind)

    def cusp_points(self) -> list[tuple[float, float]]:
        """Return the cusps as points (x, y)."""
        return [cusp_place(cusp, self.x) for cusp in self.cusps]

    def pgfplots(self) -> str:
        r"""Return the lines as PGFPlots `\addplot` commands, and the cusps as marks."""
        styles = {
            "emergence": "thick",
            "fold": "thick, dashed",
            "potential": "densely dotted",
            "stability": "dash dot",
            "percolation": "dash dot dot",
        }
        plots = [
            f"\\addplot[{styles[line.kind]}] coordinates {{{_coordinates(zip(line.x, line.y, strict=True))}}}; % {line.kind}"
            for line in self.lines
        ]
        plots += [f"\\addplot[only marks] coordinates {{{_coordinates([point])}}}; % cusp" for point in self.cusp_points()]
        return "\n".join(plots) + "\n"


def _coordinates(points: Iterable[Ends]) -> str:
    return " ".join(f"({x:.8g},{y:.8g})" for x, y in points)


def cusp_place(cusp: Threshold, x: str) -> Ends:
    """Return the point (x, y) at which a cusp lies."""
    ((_, other),) = cusp.at
    value = float(cusp.value or 0), float(other)
    return value if cusp.parameter == x else value[::-1]
