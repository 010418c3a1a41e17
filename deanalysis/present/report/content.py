"""The parts a report is made of, said once and laid out twice: as a self-contained page and as a LaTeX document."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from ..kit.curves import Table
from ..kit.latex import displayed, tabular, tex
from ..kit.style import COLOURS, DARK, new_figure, save
from ..kit.verbatim import Verbatim

_WIDE = 110
"""A formula of more characters of LaTeX may be too wide for a line of the document, and is scaled to it."""
_COLOURED = {colour.lower(): f"line-{number}" for number, colour in enumerate(COLOURS)}
_INKS = {**_COLOURED, "#000000": "ink", "#ffffff": "page", "#dddddd": "line", "#888888": "muted"}
"""What the style sheet calls the colours and greys of a figure, so that they follow a dark page."""
_SHADES = re.compile("|".join(_INKS), re.IGNORECASE)
_CODE = re.compile(r"`([^`]*)`")
_PUNCTUATED = re.compile(r"(<math(?:(?!</math>).)*</math>[,.;:)]+)")

Said = str | Verbatim | tuple[str | Verbatim, ...]
"""Text of the house, with formulas between dollar signs and code between backquotes; words of others; or both in a row."""
_MARKS = {"variable_start_string": "<<", "variable_end_string": ">>", "block_start_string": "<%", "block_end_string": "%>"}


@dataclass(frozen=True)
class Text:
    """A paragraph; formulas stand between dollar signs."""

    words: Said
    kind: str = "text"


@dataclass(frozen=True)
class Equation:
    """A displayed formula with its name."""

    name: str
    latex: str
    kind: str = "equation"


@dataclass(frozen=True)
class Grid:
    """A table: cells are text with formulas between dollar signs, or words of others; `sure` says how sure its numbers are."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Said, ...], ...]
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


def page(title: Said, subtitle: Said, sections: list[Section], footer: str) -> str:
    """Return one HTML file: formulas as MathML, figures as SVG with their data, a script of its own, and no network."""
    filters: dict[str, Any] = {
        "rich": _rich,
        "displayed": lambda latex: _mathml(latex, "block"),
        "drawn": _svg,
        "raw": _script,
        "plain": _plain,
        "download": lambda table: "data:text/csv;charset=utf-8," + quote(table.csv),
    }
    content: dict[str, Any] = {"title": title, "subtitle": subtitle, "sections": sections, "footer": footer}
    for scheme, colours in (("light", COLOURS), ("dark", DARK)):
        content[scheme] = " ".join(f"--line-{number}: {colour};" for number, colour in enumerate(colours))
    return _rendered("page.html.j2", content, filters, autoescape=True)


def document(title: Said, subtitle: Said, sections: list[Section]) -> str:
    """Return a LaTeX document; its figures lie beside it as PDF."""
    filters: dict[str, Any] = {
        "tex": _tex,
        "tabular": lambda header, rows: tabular([_tex(cell) for cell in header], [[_tex(cell) for cell in row] for row in rows]),
        "displayed": _display_tex,
    }
    content = {"title": title, "subtitle": subtitle, "sections": [section for section in sections if not section.interactive]}
    return _rendered("document.tex.j2", content, filters, autoescape=False, **_MARKS)


def _rendered(template: str, content: dict[str, Any], filters: dict[str, Any], **options: Any) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from ...version import __version__

    environment = Environment(loader=PackageLoader(__package__), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)
    environment.filters.update(filters)
    return environment.get_template(template).render(**content, version=__version__)


def _mathml(latex: str, display: str) -> Any:
    from latex2mathml.converter import convert

    return Markup(convert(latex, display=display))


def _script(source: str) -> Any:
    """Set a script as it is; nothing in it may end the element."""
    return Markup(source.replace("</", r"<\/"))


def _parts(said: Said) -> tuple[str | Verbatim, ...]:
    return said if isinstance(said, tuple) else (said,)


def _rich(said: Said) -> Any:
    """Set what is said as HTML."""
    return Markup("").join(part.html if isinstance(part, Verbatim) else _formulas(part) for part in _parts(said))


def _tex(said: Said) -> str:
    """Set what is said as LaTeX."""
    return "".join(part.latex if isinstance(part, Verbatim) else tex(part) for part in _parts(said))


def _plain(said: Said) -> str:
    """Set what is said without formulas, for an attribute or the title of a window."""
    return "".join(part.shown if isinstance(part, Verbatim) else part.replace("$", "") for part in _parts(said))


def _formulas(words: str) -> Any:
    """Set text with formulas between dollar signs and code between backquotes; everything else is escaped."""
    parts = words.split("$")
    plain = [_CODE.sub(r"<code>\1</code>", str(escape(part))) for part in parts]
    set_words = "".join(_mathml(part, "inline") if index % 2 else plain[index] for index, part in enumerate(parts))
    return Markup(_PUNCTUATED.sub(r'<span class="whole">\1</span>', set_words))


def _svg(figure: Figure) -> Any:
    stream = BytesIO()
    save(figure.drawing, stream, "svg", transparent=True)
    written = stream.getvalue().decode()
    drawing = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{figure.name}-", written[written.index("<svg") :])
    return Markup(_SHADES.sub(lambda shade: f"var(--{_INKS[shade[0].lower()]})", drawing))


def _display_tex(latex: str) -> str:
    """Set a displayed formula, scaled down to the line where it is wider."""
    return f"\\begin{{equation*}}\n{latex}\n\\end{{equation*}}" if len(latex) <= _WIDE else displayed(latex)
