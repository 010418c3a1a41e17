"""Results as tables on a terminal."""

from collections.abc import Sequence
from typing import Any

__all__ = ["print_table"]


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table to standard output, as wide as its cells."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*header, box=SIMPLE_HEAD, pad_edge=False, show_header=any(header))
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console: Any = Console(soft_wrap=True)
    console.width = max(console.width, 10 + sum(max([len(str(row[i])) for row in rows] + [len(name)]) + 4 for i, name in enumerate(header)))
    console.print(table)
