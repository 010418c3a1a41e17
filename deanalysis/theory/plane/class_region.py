"""The region of two letters in which classes emerge, as lines and points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from .diagram import Ends

__all__ = ["ClassLine", "ClassRegion", "Point"]


class Point(NamedTuple):
    """A place in the plane."""

    x: float
    y: float


@dataclass(frozen=True)
class ClassLine:
    """A stretch of a fold line: 'emergence' where the largest fixed point jumps across it, else 'fold'; which classes the fold moves.

    `cusps` says which of its ends ('first', 'last') is a cusp, where two folds meet.
    """

    kind: str
    classes: tuple[str, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    cusps: tuple[str, ...] = ()

    def __repr__(self) -> str:
        where = f"({self.x[0]:.4g}, {self.y[0]:.4g}) to ({self.x[-1]:.4g}, {self.y[-1]:.4g})"
        return f"<{self.kind} line of {' and '.join(self.classes)} from {where}>"


@dataclass(frozen=True)
class ClassRegion:
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

    def __repr__(self) -> str:
        counts = f"{len(self.boundary)} lines of jumps, {len(self.corners)} corners, {len(self.cusps)} cusps"
        return f"<region in {self.x} and {self.y}: {counts}, from {self.proved} proved folds>"

    def to_dict(self) -> dict[str, Any]:
        """Return lines and points for JSON."""
        lines = [
            {"kind": line.kind, "classes": list(line.classes), "x": list(line.x), "y": list(line.y), "cusps": list(line.cusps)}
            for line in self.lines
        ]
        points = {name: [list(point) for point in getattr(self, name)] for name in ("corners", "cusps")}
        return {"x": self.x, "y": self.y, "limits": [list(ends) for ends in self.limits], "lines": lines, **points, "proved": self.proved}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> ClassRegion:
        """Return the region that `to_dict` wrote."""
        lines = tuple(
            ClassLine(line["kind"], tuple(line["classes"]), tuple(line["x"]), tuple(line["y"]), tuple(line["cusps"]))
            for line in content["lines"]
        )
        corners, cusps = (tuple(Point(*point) for point in content[name]) for name in ("corners", "cusps"))
        first, second = (tuple(ends) for ends in content["limits"])
        return cls(content["x"], content["y"], (first, second), lines, corners, cusps, content["proved"])
