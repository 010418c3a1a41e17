"""Words, formulas and tables as LaTeX, none of them wider than its line."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPECIAL = {
    **{"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"},
    **{mark: "\\" + mark for mark in "&%#_{}"},
    **{mark: f"${mark}$" for mark in "<>|"},
}
"""How to set what LaTeX reads otherwise, or its older encoding of fonts prints as another mark."""
_WITHIN_LINE = r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}"


def tex(words: str) -> str:
    r"""Set text as LaTeX, with formulas between dollar signs and code between backquotes; everything else is escaped.

    >>> print(tex("50 % of $q$ by `a_b`"))
    50 \% of $q$ by \texttt{a\_b}
    """
    parts = words.split("$")
    return "".join(f"${part}$" if index % 2 else _escaped(part) for index, part in enumerate(parts))


def _escaped(words: str) -> str:
    pieces = ["".join(_SPECIAL.get(mark, mark) for mark in piece) for piece in re.split(r"`([^`]*)`", words)]
    return "".join(rf"\texttt{{{piece}}}" if index % 2 else piece for index, piece in enumerate(pieces))


def displayed(latex: str) -> str:
    """Set a formula on a line of its own, scaled down where it is wider than that."""
    return r"\begin{center}" + fitted(rf"\displaystyle {latex}") + r"\end{center}"


def fitted(latex: str) -> str:
    """Set a formula within a line, scaled down where it is wider than that."""
    return f"{_WITHIN_LINE}{{${latex}$}}"


def tabular(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""Return a booktabs table, scaled down where it is wider than the column; cells are LaTeX, a header of empty cells is left out.

    >>> tabular(["", ""], [["a", "1"]]).splitlines()[2:-1]
    ['\\toprule', 'a & 1 \\\\', '\\bottomrule']
    """
    lines = [" & ".join(row) + r" \\" for row in (header, *rows)]
    body = [r"\toprule", *([lines[0], r"\midrule"] if any(header) else []), *lines[1:], r"\bottomrule"]
    return "\n".join([f"{_WITHIN_LINE}{{%", rf"\begin{{tabular}}{{{'l' * len(header)}}}", *body, r"\end{tabular}}"])
