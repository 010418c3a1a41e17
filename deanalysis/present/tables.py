"""Results as tables on a terminal."""

from collections.abc import Sequence
from typing import Any

from ..solve.results import Thresholds

__all__ = ["print_table", "threshold_rows"]


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


def threshold_rows(found: Thresholds) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Return header and rows of a table of thresholds; columns that would be empty throughout are left out."""
    header = ("kind", found.parameter, "at", "q there", "lands on", "status", "learned", "closed form", "classes")
    rows = [
        (
            one.kind,
            one.value or "",
            ", ".join(f"{name} = {value}" for name, value in one.at),
            one.fixed_point or "",
            one.lands_on or "",
            one.status + {None: "", True: ", binding", False: ", not binding"}[one.binding],
            one.learned_side,
            one.closed_form or "",
            " and ".join(one.classes),
        )
        for one in found
    ]
    kept = [index for index in range(len(header)) if any(str(row[index]) for row in rows)]
    return tuple(header[index] for index in kept), [tuple(row[index] for index in kept) for row in rows]
