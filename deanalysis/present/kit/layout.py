"""From content to a self-contained page and to a LaTeX document."""

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from urllib.parse import quote

from .content import Figure, Section
from .style import COLOURS, DARK, save

__all__ = ["displayed", "document", "fitted", "page", "tabular", "tex"]

_SPECIAL = {
    **{"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"},
    **{mark: "\\" + mark for mark in "&%#_{}"},
    **{mark: f"${mark}$" for mark in "<>|"},
}
"""How to set what LaTeX reads otherwise, or its older encoding of fonts prints as another mark."""
_WIDE = 110
_COLOURED = {colour.lower(): f"line-{place}" for place, colour in enumerate(COLOURS)}
_INKS = {**_COLOURED, "#000000": "ink", "#ffffff": "page", "#dddddd": "line", "#888888": "muted"}
"""What the style sheet calls the colours and greys of a figure, so that they follow a dark page."""
_SHADES = re.compile("|".join(_INKS), re.IGNORECASE)
_CODE = re.compile(r"`([^`]*)`")
_PUNCTUATED = re.compile(r"(<math(?:(?!</math>).)*</math>[,.;:)]+)")


def page(title: str, subtitle: str, sections: list[Section], footer: str) -> str:
    """Return one HTML file: formulas as MathML, figures as SVG with their data, a script of its own, and no network."""
    filters = {
        "rich": _rich,
        "displayed": lambda latex: _mathml(latex, "block"),
        "drawn": _svg,
        "raw": _script,
        "plain": lambda words: words.replace("$", ""),
        "download": lambda table: "data:text/csv;charset=utf-8," + quote(table.csv),
    }
    environment = _environment(autoescape=True, filters=filters)
    colours = {"light": _declared(COLOURS), "dark": _declared(DARK)}
    return str(_render(environment, "page.html.j2", title, subtitle, sections, footer=footer, **colours))


def _declared(colours: Sequence[str]) -> str:
    """Return the declarations of the colours of lines."""
    return " ".join(f"--line-{place}: {colour};" for place, colour in enumerate(colours))


def document(title: str, subtitle: str, sections: list[Section]) -> str:
    """Return a LaTeX document; its figures lie beside it as PDF."""
    marks: dict[str, Any] = {
        "variable_start_string": "<<",
        "variable_end_string": ">>",
        "block_start_string": "<%",
        "block_end_string": "%>",
    }
    filters = {"tex": tex, "row": lambda cells: " & ".join(map(tex, cells)), "displayed": _display_tex}
    environment = _environment(autoescape=False, filters=filters, **marks)
    return str(_render(environment, "document.tex.j2", title, subtitle, [one for one in sections if not one.interactive]))


def _environment(*, autoescape: bool, filters: dict[str, Any], **marks: Any) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("deanalysis.present.report"),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **marks,
    )
    environment.filters.update(filters)
    return environment


def _render(environment: Any, template: str, title: str, subtitle: str, sections: list[Section], **more: str) -> Any:
    from ...version import __version__

    return environment.get_template(template).render(title=title, subtitle=subtitle, sections=sections, version=__version__, **more)


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
    return Markup(_SHADES.sub(lambda found: f"var(--{_INKS[found[0].lower()]})", drawing))


def tex(words: str) -> str:
    """Set text as LaTeX, with formulas between dollar signs and code between backquotes; everything else is escaped."""
    parts = words.split("$")
    return "".join(f"${part}$" if index % 2 else _escaped(part) for index, part in enumerate(parts))


def _escaped(words: str) -> str:
    pieces = _CODE.split(words)
    plain = ["".join(_SPECIAL.get(mark, mark) for mark in piece) for piece in pieces]
    return "".join(rf"\texttt{{{piece}}}" if index % 2 else piece for index, piece in enumerate(plain))


def _display_tex(latex: str) -> str:
    """Set a displayed formula, scaled down to the line where it is wider."""
    if len(latex) <= _WIDE:
        return f"\\begin{{equation*}}\n{latex}\n\\end{{equation*}}"
    return displayed(latex)


def displayed(latex: str) -> str:
    """Set a formula on a line of its own, scaled down where it is wider than that."""
    return r"\begin{center}" + fitted(rf"\displaystyle {latex}") + r"\end{center}"


def fitted(latex: str) -> str:
    """Set a formula within a line, scaled down where it is wider than that."""
    return rf"\resizebox{{\ifdim\width>\linewidth\linewidth\else\width\fi}}{{!}}{{${latex}$}}"


def tabular(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    r"""Return the lines of a booktabs table, scaled down where it is wider than the column; cells are LaTeX.

    >>> tabular(["", ""], [["a", "1"]])[2:-1]
    ['\\toprule', 'a & 1 \\\\', '\\bottomrule']
    """
    head = [" & ".join(header) + r" \\", r"\midrule"] if any(header) else []
    body = [r"\toprule", *head, *(" & ".join(row) + r" \\" for row in rows), r"\bottomrule"]
    box = r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%"
    return [box, rf"\begin{{tabular}}{{{'l' * len(header)}}}", *body, r"\end{tabular}}"]
