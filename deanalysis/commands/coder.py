"""The commands that code files of texts: encode, decode."""

from __future__ import annotations

from typing import Any

import click

__all__ = ["decode", "encode"]

_LEARNED = click.option("--learned", required=True, metavar="FILE", help="The list of learned skills, one to a line.")
_OUTPUT = click.option("-o", "--output", required=True, metavar="FILE", help="The file to write.")


@click.command()
@click.argument("texts")
@_LEARNED
@_OUTPUT
def encode(texts: str, learned: str, output: str) -> None:
    """Encode a file of texts with a list of learned skills.

    A skill is a whole number, from 0 to 2^31 - 1: of a corpus, say, the number of a word. A line of TEXTS holds the skills of one text with
    blanks between, as "17 3 204"; an empty line is a text without skills. The list has one skill to a line, the most popular first where
    that is known.
    """
    from ..coder.files import read_learned, read_texts
    from ..present.kit.files import writing

    coder = _coder(read_learned(learned))
    found = read_texts(texts)
    content = coder.encode(found)
    with writing(output) as path:
        path.write_bytes(content)
    understood = int(coder.learned.ranks(found)[0].sum())
    click.echo(f"{len(found)} texts, {understood} of them understood: {len(content)} bytes")


@click.command()
@click.argument("file")
@_LEARNED
@_OUTPUT
def decode(file: str, learned: str, output: str) -> None:
    """Decode what encode wrote, with the same list of learned skills."""
    from ..coder.files import as_lines, read_file, read_learned
    from ..present.kit.files import writing

    coder = _coder(read_learned(learned))
    found = coder.decode(read_file(file))
    with writing(output) as path:
        path.write_bytes(as_lines(found))
    click.echo(f"{len(found)} texts")


def _coder(learned: Any) -> Any:
    from ..coder.coder import SemanticCoder

    return SemanticCoder(learned)
