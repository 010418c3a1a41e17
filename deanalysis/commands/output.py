"""What commands print: JSON, or tables, formulas and paragraphs, as text that fits the terminal or as LaTeX."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click

from .options import is_limit

if TYPE_CHECKING:
    from ..model.formula import Formula
    from ..record import Record

__all__ = ["Writer", "as_texts", "limits_said", "named", "print_json", "print_points", "print_rows", "print_table", "show", "shown"]

_LEAST, _EDGES, _BETWEEN = 30, 2, 3
"""Columns of a line: the least for a cell that is folded, those at its edges, and those between two cells."""


def print_json(content: Any) -> None:
    """Print one JSON object on one line."""
    click.echo(json.dumps(content, allow_nan=False))


def print_points(points: Sequence[dict[str, Any]], sweep: Sequence[str]) -> None:
    """Print the results of a sweep as JSON, or the one result where nothing is swept, without its parameters."""
    print_json({"points": points} if sweep else {name: value for name, value in points[0].items() if name != "parameters"})


def show(result: Record, as_json: bool) -> None:
    """Print a result: as JSON, or its table and the sentences below."""
    if as_json:
        print_json(result.to_dict())
        return
    header, rows, notes = result.table()
    if rows:
        print_table([str(name) for name in header], rows)
    for note in filter(None, notes):
        click.echo(note)


class Writer:
    r"""Prints to standard output in one of two forms, 'text' or 'latex'; the LaTeX needs amsmath, booktabs and graphicx.

    >>> from deanalysis.model.formula import Formula
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
        if not self.latex:
            click.echo("".join(f"{words}{formula}" for words, formula in zip_longest(parts, (one.text for one in formulas), fillvalue="")))
            return
        from ..present.kit.latex import fitted, tex

        pairs = zip_longest(map(tex, parts), (fitted(one.latex) for one in formulas), fillvalue="")
        click.echo(rf"\begin{{sloppypar}}{''.join(f'{words}{formula}' for words, formula in pairs)}\end{{sloppypar}}")

    def formula(self, shown: Formula) -> None:
        """Print a formula on a line of its own."""
        if not self.latex:
            click.echo(f"  {shown.text}")
            return
        from ..present.kit.latex import displayed

        click.echo(displayed(shown.latex))

    def table(self, header: Sequence[str], rows: Sequence[Sequence[object]], keys: int = 1) -> None:
        """Print a table."""
        if not self.latex:
            print_table(header, rows, keys)
            return
        from ..present.kit.latex import tabular, tex

        cells = [[tex(str(cell)) for cell in row] for row in rows]
        click.echo("\n".join([r"\begin{center}", tabular([tex(name) for name in header], cells), r"\end{center}"]))


def print_rows(rows: Sequence[Sequence[object]]) -> None:
    """Print names and values, as a table without a header."""
    print_table(("", ""), rows)


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]], keys: int = 1) -> None:
    """Print a table to standard output, in blocks of as many columns as fit the line, each behind the first `keys` columns.

    Prose and formulas are folded, to 30 columns at least; what is wider than the line stands in a block of its own.
    """
    from rich.console import Console

    console = Console()
    names = header or [""] * len(rows[0])
    for columns in _blocks([_width(name, [row[at] for row in rows]) for at, name in enumerate(names)], console.width - _EDGES, keys):
        console.print(_table(names, rows, columns, keys))


def _width(name: str, cells: Sequence[object]) -> int:
    """Return how many columns of a line the cells need: what has blanks can be folded."""
    written = [str(cell) for cell in cells]
    needed = max(map(len, [name, *written]))
    return min(needed, max(_LEAST, len(name))) if any(" " in cell for cell in written) else needed


def _blocks(widths: Sequence[int], line: int, keys: int) -> Iterator[list[int]]:
    """Yield the columns of each block.

    >>> list(_blocks([4, 30, 30, 30], 78, keys=1))
    [[0, 1, 2], [0, 3]]
    """
    first = list(range(keys))
    block = list(first)
    for column in range(keys, len(widths)):
        wide = sum(widths[one] + _BETWEEN for one in [*block, column]) - _BETWEEN
        if len(block) > keys and wide > line:
            yield block
            block = list(first)
        block.append(column)
    yield block


def _table(header: Sequence[str], rows: Sequence[Sequence[object]], columns: Sequence[int], keys: int) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_header=any(header))
    for column in columns:
        table.add_column(header[column], overflow="fold", no_wrap=column < keys)
    for row in rows:
        table.add_row(*(Text(str(row[column])) for column in columns))
    return table


def limits_said(points: list[dict[str, Any]]) -> list[str]:
    """Return what is said of the points of a sweep that are limits.

    >>> limits_said([{"parameters": {"c": "0"}, "reason": "the limit as c falls to 0"}, {"parameters": {"c": "1"}}])
    ['c=0: the limit as c falls to 0']
    """
    return [f"{named(point['parameters'])}: {point['reason']}" for point in points if is_limit(point["parameters"])]


def named(values: dict[str, str]) -> str:
    """Return bindings as one reads them.

    >>> named({"c": "5", "R": "2"})
    'c=5, R=2'
    """
    return ", ".join(f"{name}={value}" for name, value in shown(values).items())


def as_texts(point: dict[str, Any]) -> dict[str, str]:
    """Return the values of letters as text."""
    return {name: str(value) for name, value in point.items()}


def shown(point: dict[str, Any]) -> dict[str, str]:
    """Return the values of letters as a person reads them, decimals as decimals."""
    from ..model.exact import decimal

    return {name: decimal(value) for name, value in point.items()}
