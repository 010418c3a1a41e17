"""From content to a self-contained page and to a LaTeX document."""

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from urllib.parse import quote

from ..kit.latex import displayed, tabular, tex
from ..kit.style import COLOURS, DARK, save
from .content import Figure, Section

__all__ = ["document", "page"]

_WIDE = 110
_COLOURED = {colour.lower(): f"line-{number}" for number, colour in enumerate(COLOURS)}
_INKS = {**_COLOURED, "#000000": "ink", "#ffffff": "page", "#dddddd": "line", "#888888": "muted"}
"""What the style sheet calls the colours and greys of a figure, so that they follow a dark page."""
_SHADES = re.compile("|".join(_INKS), re.IGNORECASE)
_CODE = re.compile(r"`([^`]*)`")
_PUNCTUATED = re.compile(r"(<math(?:(?!</math>).)*</math>[,.;:)]+)")
_MARKS = {"variable_start_string": "<<", "variable_end_string": ">>", "block_start_string": "<%", "block_end_string": "%>"}


def page(title: str, subtitle: str, sections: list[Section], footer: str) -> str:
    """Return one HTML file: formulas as MathML, figures as SVG with their data, a script of its own, and no network."""
    filters: dict[str, Any] = {
        "rich": _rich,
        "displayed": lambda latex: _mathml(latex, "block"),
        "drawn": _svg,
        "raw": _script,
        "plain": lambda words: words.replace("$", ""),
        "download": lambda table: "data:text/csv;charset=utf-8," + quote(table.csv),
    }
    colours = {"light": _declared(COLOURS), "dark": _declared(DARK)}
    content = {"title": title, "subtitle": subtitle, "sections": sections, "footer": footer, **colours}
    return _rendered("page.html.j2", content, filters, autoescape=True)


def _declared(colours: Sequence[str]) -> str:
    """Return the declarations of the colours of lines."""
    return " ".join(f"--line-{number}: {colour};" for number, colour in enumerate(colours))


def document(title: str, subtitle: str, sections: list[Section]) -> str:
    """Return a LaTeX document; its figures lie beside it as PDF."""
    filters: dict[str, Any] = {
        "tex": tex,
        "tabular": lambda header, rows: tabular([tex(cell) for cell in header], [[tex(cell) for cell in row] for row in rows]),
        "displayed": _display_tex,
    }
    content = {"title": title, "subtitle": subtitle, "sections": [section for section in sections if not section.interactive]}
    return _rendered("document.tex.j2", content, filters, autoescape=False, **_MARKS)


def _rendered(template: str, content: dict[str, Any], filters: dict[str, Any], **options: Any) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from ...version import __version__

    loader = PackageLoader(__package__)
    environment = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)
    environment.filters.update(filters)
    return environment.get_template(template).render(**content, version=__version__)


def _mathml(latex: str, display: str) -> Any:
    from latex2mathml.converter import convert
    from markupsafe import Markup

    return Markup(convert(latex, display=display))


def _script(source: str) -> Any:
    """Set a script as it is; nothing in it may end the element."""
    from markupsafe import Markup

    return Markup(source.replace("</", r"<\/"))


def _rich(words: str) -> Any:
    """Set text with formulas between dollar signs and code between backquotes; everything else is escaped."""
    from markupsafe import Markup, escape

    parts = words.split("$")
    plain = [_CODE.sub(r"<code>\1</code>", str(escape(part))) for part in parts]
    set_words = "".join(_mathml(part, "inline") if index % 2 else plain[index] for index, part in enumerate(parts))
    return Markup(_PUNCTUATED.sub(r'<span class="whole">\1</span>', set_words))


def _svg(figure: Figure) -> Any:
    from markupsafe import Markup

    stream = BytesIO()
    save(figure.drawing, stream, "svg", transparent=True)
    drawing = stream.getvalue().decode()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{figure.name}-", drawing)
    return Markup(_SHADES.sub(lambda shade: f"var(--{_INKS[shade[0].lower()]})", drawing))


def _display_tex(latex: str) -> str:
    """Set a displayed formula, scaled down to the line where it is wider."""
    return f"\\begin{{equation*}}\n{latex}\n\\end{{equation*}}" if len(latex) <= _WIDE else displayed(latex)
