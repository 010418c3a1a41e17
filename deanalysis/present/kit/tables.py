"""Results as tables on a terminal, never wider than it is."""

from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["print_table"]


_LEAST, _EDGES, _BETWEEN = 30, 2, 3


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]], keys: int = 1) -> None:
    """Print a table to standard output, in blocks of as many columns as fit the line, each behind the first `keys` columns.

    Prose and formulas are folded, to 30 columns at least; what is wider than the line stands in a block of its own.
    """
    from rich.console import Console

    console = Console()
    for columns in _blocks([_width(name, [row[at] for row in rows]) for at, name in enumerate(header)], console.width - _EDGES, keys):
        console.print(_table(header, rows, columns, keys))


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
