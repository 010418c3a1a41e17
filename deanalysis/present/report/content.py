"""The parts a report is made of, said once and laid out twice: as a page and as a LaTeX document."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..kit.curves import Table
from ..kit.style import new_figure

__all__ = ["Equation", "Explorer", "Figure", "Grid", "Section", "Slider", "Text", "cell", "drawn"]


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
    """A table: cells are text with formulas between dollar signs; `sure` says how sure its numbers are."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sure: str
    kind: str = "grid"


def cell(value: Any) -> str:
    r"""Return how a number is written in a grid, or in a text: a proved one by its digits, a float by four; what there is not by nothing.

    >>> print(cell(0.25), cell(1.25e-7))
    $0.25$ $1.25 \cdot 10^{-7}$
    """
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value._repr_latex_())
    mantissa, _, exponent = f"{value:.4g}".partition("e")
    return rf"${mantissa} \cdot 10^{{{int(exponent)}}}$" if exponent else f"${mantissa}$"


@dataclass(frozen=True)
class Figure:
    """A drawn figure with its data: `name` is the stem of its files; `sure` says how sure what it shows is."""

    name: str
    caption: str
    sure: str
    drawing: Any = field(repr=False)
    tables: dict[str, Table] = field(repr=False)
    kind: str = "figure"

    @property
    def inches(self) -> float:
        """How wide it is drawn; of more than seven, it has several panels, which take the width of the page, or scroll."""
        return float(self.drawing.get_figwidth())


def drawn(name: str, caption: str, sure: str, tables: dict[str, Table], draw: Callable[..., None], **size: Any) -> Figure:
    """Return a figure of a size (`new_figure`), drawn onto its axes."""
    drawing, axes = new_figure(**size)
    draw(*axes)
    return Figure(name, caption, sure, drawing, tables)


@dataclass(frozen=True)
class Slider:
    """A letter that a reader of the page may set."""

    name: str
    low: float
    high: float
    step: float
    value: float

    @property
    def shown(self) -> str:
        """How the page writes the letter."""
        return "ε" if self.name == "eps" else self.name


@dataclass(frozen=True)
class Explorer:
    """What a page computes itself: sliders for letters and for the s of s-skill learners (if there are any), the model as a script.

    `plane` says whether there is a phase diagram.
    """

    sliders: tuple[Slider, ...]
    skills: tuple[int, ...]
    s: int
    plane: bool
    script: str = field(repr=False)
    kind: str = "explorer"


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it; an interactive one stands on the page alone."""

    title: str
    parts: tuple[Text | Equation | Grid | Figure | Explorer, ...]

    @property
    def anchor(self) -> str:
        """The name by which the table of contents finds it.

        >>> Section("Learning curves", ()).anchor
        'learning-curves'
        """
        return self.title.lower().replace(" ", "-")

    @property
    def interactive(self) -> bool:
        """Whether it is for the page alone."""
        return any(part.kind == "explorer" for part in self.parts)
