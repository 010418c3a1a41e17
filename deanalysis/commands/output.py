"""What a command answers, and how that is printed: as JSON, or as tables, formulas and sentences that fit the terminal or are LaTeX."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any, NamedTuple

import click

from ..errors import visible
from ..record import Record, Table

_LEAST, _EDGES, _BETWEEN = 30, 2, 3
"""Columns of a line: the least for a cell that is folded, those at its edges, and those between two cells."""

_MOST_PLACES = 60
"""Rows of a table by topic or by class: what a person reads; programs take all of them from the JSON."""

Part = Any
"""What is shown of an answer: a sentence, a formula, a table, or a template with a formula for each {} in it."""


class Answer(NamedTuple):
    """What a command answers: the content of its JSON, the parts that are shown without it, and the exit status."""

    content: Mapping[str, Any]
    parts: Iterable[Part]
    status: int = 0

    @classmethod
    def of(cls, result: Record) -> Answer:
        """Return the answer of a command that has one result."""
        return cls(result.to_dict(), [result.table()])

    @classmethod
    def of_points(
        cls, points: Sequence[Mapping[str, Any]], contents: Iterable[dict[str, Any]], sweep: object, parts: Iterable[Part]
    ) -> Answer:
        """Return the answer at the points of a sweep; the one answer, without its parameters, where nothing is swept."""
        done = [*contents]
        return cls({"points": with_parameters(points, done)} if sweep else done[0], parts)

    def print(self, as_json: bool, form: str) -> int:
        """Print the answer; return its status."""
        if as_json:
            print_json(self.content)
        else:
            for part in self.parts:
                (print_latex if form == "latex" else print_text)(part)
        return self.status


def with_parameters(points: Iterable[Mapping[str, Any]], contents: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the values of letters, as text, before what holds at each point."""
    return [
        {"parameters": {name: str(value) for name, value in point.items()}, **content}
        for point, content in zip(points, contents, strict=True)
    ]


def print_json(content: Mapping[str, Any]) -> None:
    """Print one JSON object on one line."""
    click.echo(json.dumps(content, allow_nan=False))


def print_text(part: Part) -> None:
    r"""Print a part as text.

    >>> from deanalysis.model.formula import Formula
    >>> print_text(("50 % of {}", Formula(r"\frac{1}{c}", "1/c")))
    50 % of 1/c
    """
    match part:
        case Table():
            if part.rows:
                print_table([str(name) for name in part.header], part.rows, part.keys)
            for note in filter(None, part.notes):
                click.echo(visible(note, "\n"))
        case str():
            click.echo(visible(part, "\n\t"))
        case (template, *formulas):
            click.echo(template.format(*formulas))
        case _:
            click.echo(f"  {part}")


def print_latex(part: Part) -> None:
    r"""Print a part as LaTeX, which needs amsmath, booktabs and graphicx.

    >>> print_latex("R* > 2; 50 %")
    \begin{sloppypar}R* $>$ 2; 50 \%\end{sloppypar}
    """
    from ..present.kit.latex import displayed, fitted, tabular, tex

    match part:
        case Table():
            if part.rows:
                cells = [[tex(cell._repr_latex_() if hasattr(cell, "_repr_latex_") else str(cell)) for cell in row] for row in part.rows]
                header = [tex(str(name)) for name in part.header or [""] * len(cells[0])]
                click.echo("\n".join([r"\begin{center}", tabular(header, cells), r"\end{center}"]))
            for note in filter(None, part.notes):
                print_latex(note)
        case str():
            print_latex((part,))
        case (template, *formulas):
            words = zip_longest(map(tex, template.split("{}") if formulas else [template]), (fitted(formula.latex) for formula in formulas))
            click.echo(rf"\begin{{sloppypar}}{''.join(filter(None, chain(*words)))}\end{{sloppypar}}")
        case _:
            click.echo(displayed(part.latex))


def fields(result: object, *names: str, missing: str = "none") -> Table:
    """Return a table of some fields of a result by their names."""
    return Table((), [(name, known(getattr(result, name), missing)) for name in names])


def shortened(table: Table, what: str) -> Table:
    """Return a table by topic, class or position whose rows are not more than a person reads; a note says how many are left out.

    >>> shortened(Table(("topic", "zeta"), [(1, 0.5)] * 63), "topics").notes
    ('... and 3 more topics, which --json has',)
    """
    more = len(table.rows) - _MOST_PLACES
    if more <= 0:
        return table
    return table._replace(rows=table.rows[:_MOST_PLACES], notes=(f"... and {more} more {what}, which --json has", *table.notes))


def known(value: object, missing: str = "none") -> object:
    """Return a value; `missing` stands for none, and for a number of which no digit is known."""
    return missing if value is None or str(value) == "nan" else value


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]], keys: int = 1) -> None:
    """Print a table to standard output, in blocks of as many columns as fit the line, each behind the first `keys` columns.

    Prose and formulas are folded, to 30 columns at least; what is wider than the line stands in a block of its own.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as Lines
    from rich.text import Text

    console = Console()
    names, cells = header or [""] * len(rows[0]), [[visible(str(cell)) for cell in row] for row in rows]
    for columns in _blocks([_width(name, [row[at] for row in cells]) for at, name in enumerate(names)], console.width - _EDGES, keys):
        lines = Lines(box=SIMPLE_HEAD, pad_edge=False, show_header=any(header))
        for column in columns:
            lines.add_column(names[column], overflow="fold", no_wrap=column < keys)
        for row in cells:
            lines.add_row(*(Text(row[column]) for column in columns))
        console.print(lines)


def _width(name: str, cells: Sequence[str]) -> int:
    """Return how many columns of a line the cells need: what has blanks can be folded."""
    needed = max(map(len, [name, *cells]))
    return min(needed, max(_LEAST, len(name))) if any(" " in cell for cell in cells) else needed


def _blocks(widths: Sequence[int], line: int, keys: int) -> Iterator[list[int]]:
    """Yield the columns of each block.

    >>> list(_blocks([4, 30, 30, 30], 78, keys=1))
    [[0, 1, 2], [0, 3]]
    """
    first = list(range(keys))
    block = list(first)
    for column in range(keys, len(widths)):
        wide = sum(widths[shown] + _BETWEEN for shown in [*block, column]) - _BETWEEN
        if len(block) > keys and wide > line:
            yield block
            block = list(first)
        block.append(column)
    yield block


def limits_said(points: Iterable[Mapping[str, Any]], results: Iterable[Any]) -> list[str]:
    """Return what is said of the points of a sweep at which a letter is 0: their results are limits.

    >>> from types import SimpleNamespace
    >>> limits_said([{"c": "0"}, {"c": "1"}], [SimpleNamespace(reason="the limit as c falls to 0"), SimpleNamespace(reason=None)])
    ['c=0: the limit as c falls to 0']
    """
    return [f"{named(point)}: {result.reason}" for point, result in zip(points, results, strict=True) if is_limit(point)]


def is_limit(point: Mapping[str, Any]) -> bool:
    """Whether a letter is 0, which asks for a limit.

    >>> is_limit({"c": "5", "R": "0.0"}), is_limit({"c": "5", "R": "1e-9"})
    (True, False)
    """
    from ..model.exact import exact_number

    return any(exact_number(value, name) == 0 for name, value in point.items())


def named(values: Mapping[str, Any]) -> str:
    """Return bindings as one reads them, decimals as decimals.

    >>> named({"c": "5", "R": "5/2"})
    'c=5, R=2.5'
    """
    from ..model.exact import decimal

    return ", ".join(f"{name}={decimal(value)}" for name, value in values.items())


def at(point: Mapping[str, Any], letters: Iterable[str]) -> list[str]:
    """Return the values of some letters at a point as one reads them."""
    from ..model.exact import decimal

    return [decimal(point[name]) for name in letters]
