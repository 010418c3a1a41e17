"""Graphs of collections that packages of the system install; a test that asks for one that is not there is skipped, in CI it fails."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from system import collection, missing, needs

import deanalysis as da
from deanalysis.graphs.corpus import collect

DEBIAN = Path(__file__).parents[1] / "manual" / "debian.md"
_LEAST_PACKAGES = 10_000
"""Of an archive: a machine that knows its own packages alone is another graph."""


@cache
def fortunes() -> da.Graph:
    """Return the sentences of fortunes."""
    return collect(collection("/usr/share/games/fortunes")).graph


@cache
def foldoc() -> da.Graph:
    """Return the sentences of the dictionary of computing."""
    return da.corpus(collection("/usr/share/dictd/foldoc.dict.dz"))


@cache
def bible(unit: str) -> da.Graph:
    """Return the sentences, or the verses, of the King James Bible."""
    collection("/usr/lib/bible.data")
    verses = subprocess.run([needs("bible"), "-f", "ge1:1-re22:21"], capture_output=True, text=True, check=True).stdout
    with TemporaryDirectory() as folder:
        book = Path(folder, "bible.txt")
        book.write_text("\n".join(verse.partition(" ")[2] for verse in verses.splitlines()))
        return da.corpus(book, unit=unit)


@cache
def debian() -> da.Graph:
    """Return the packages of Debian's archive and what they depend on, as the manual's program reads them."""
    control = subprocess.run([needs("apt-cache"), "dumpavail"], capture_output=True, text=True, check=True).stdout
    if control.count("\nPackage: ") < _LEAST_PACKAGES:
        missing("the list of the packages of an archive")
    (program,) = re.findall(r"^```python\n(# dependencies\.py\n.*?)^```", DEBIAN.read_text(), flags=re.DOTALL | re.MULTILINE)
    with TemporaryDirectory() as folder:
        table = Path(folder, "debian.csv")
        table.write_text(subprocess.run([sys.executable, "-c", program], input=control, capture_output=True, text=True, check=True).stdout)
        return da.Graph.read(table)
