"""Words, formulas and tables one after another: as text on a terminal, or as LaTeX that compiles in a column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from ...model.formula import Formula
from .layout import displayed, fitted, tex
from .tables import print_table

__all__ = ["Writer", "tabular"]


class Writer:
    r"""Prints to standard output in one of two forms, 'text' or 'latex'; the LaTeX needs amsmath, booktabs and graphicx.

    >>> R = Formula(r"\frac{1}{c}", "1/c")
    >>> Writer("text").words("50 % of {}", R)
    50 % of 1/c
    >>> Writer("latex").words("R* > 2; 50 %")
    \begin{sloppypar}R* $>$ 2; 50 \%\end{sloppypar}
    """

    def __init__(self, form: str) -> None:
        self.latex = form == "latex"

    def words(self, template: str, *formulas: Formula) -> None:
        """Print a paragraph, with a formula in place of each {}, if there are any."""
        parts = template.split("{}") if formulas else [template]
        written = [fitted(one.latex) if self.latex else one.text for one in formulas]
        plain = map(tex, parts) if self.latex else parts
        line = "".join(f"{words}{formula}" for words, formula in zip_longest(plain, written, fillvalue=""))
        print(rf"\begin{{sloppypar}}{line}\end{{sloppypar}}" if self.latex else line)

    def formula(self, shown: Formula) -> None:
        """Print a formula on a line of its own."""
        print(displayed(shown.latex) if self.latex else f"  {shown.text}")

    def table(self, header: Sequence[str], rows: Sequence[Sequence[object]], keys: int = 1) -> None:
        """Print a table."""
        if self.latex:
            print(
                "\n".join([r"\begin{center}", *tabular([tex(one) for one in header], [[tex(str(cell)) for cell in row] for row in rows])])
            )
            print(r"\end{center}")
        else:
            print_table(header, rows, keys)


def tabular(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    r"""Return the lines of a booktabs table, scaled down where it is wider than the column; cells are LaTeX.

    >>> tabular(["", ""], [["a", "1"]])[2:-1]
    ['\\toprule', 'a & 1 \\\\', '\\bottomrule']
    """
    head = [" & ".join(header) + r" \\", r"\midrule"] if any(header) else []
    body = [r"\toprule", *head, *(" & ".join(row) + r" \\" for row in rows), r"\bottomrule"]
    box = r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%"
    return [box, rf"\begin{{tabular}}{{{'l' * len(header)}}}", *body, r"\end{tabular}}"]
