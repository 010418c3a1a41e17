"""The command about plain text: a graph of sentences or lines and the words in them, and what is learned on it."""

from __future__ import annotations

from typing import Any

import click

from ..errors import visible
from .graph import about_graph
from .options import WHOLE
from .progress import progress_bar


@click.command()
@about_graph(
    click.argument("files", metavar="FILE...", nargs=-1),
    click.option("--unit", default="sentence", metavar="UNIT", help="What a text is: sentence (default) or line."),
    click.option("--min-count", type=WHOLE, default=1, metavar="N", help="Leave out words that are in fewer texts (default 1)."),
    click.option("--encoding", default="utf-8", metavar="E", help="Encoding of all files (default utf-8), such as latin-1."),
)
def corpus(files: tuple[str, ...], unit: str, min_count: int, encoding: str) -> Any:
    """Learn the words of plain text: sentences or lines are texts, the words in them skills.

    Each FILE is plain text, also gzipped, or a folder: of that all files are read but hidden and binary ones and symbolic links. A
    line without letters and digits ends a paragraph.
    """
    from ..graphs.corpus import collect

    with progress_bar("bytes") as step:
        collected = collect(files, unit=unit, min_count=min_count, encoding=encoding, progress=step)
    if collected.note:
        click.echo(visible(collected.note), err=True)
    return collected.graph
