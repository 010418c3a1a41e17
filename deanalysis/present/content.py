"""The parts a report is made of, said once and laid out twice: as a page and as a LaTeX document."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Equation", "Figure", "Grid", "Section", "Text"]


@dataclass(frozen=True)
class Text:
    """A paragraph; formulas stand between dollar signs."""

    words: str
    kind: str = "text"


@dataclass(frozen=True)
class Equation:
    """A displayed formula with its name."""

    name: str
    latex: str
    kind: str = "equation"


@dataclass(frozen=True)
class Grid:
    """A table: cells are text with formulas between dollar signs."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "grid"


@dataclass(frozen=True)
class Figure:
    """A drawn figure with its data: `name` is the stem of its files."""

    name: str
    caption: str
    drawing: Any = field(repr=False)
    tables: dict[str, Any] = field(repr=False)
    kind: str = "figure"


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it."""

    title: str
    parts: tuple[Text | Equation | Grid | Figure, ...]
