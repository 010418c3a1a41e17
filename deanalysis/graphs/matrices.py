"""Graphs as matrices: sparse ones of SciPy, Matrix Market and npz; rows are texts, columns are skills, and what is not 0 is an edge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.lib import format as npy

from ..errors import InputError
from ..simulate.streams import LARGEST_INDEX
from .reading import Source, opened
from .rows import Rows

_FREE, _PER_EDGE = 10_000_000, 100
"""A matrix may always have so many rows and columns, and beyond that so many for each entry: an empty row costs memory, too."""
_LONGEST = 2**20
"""Bytes of a line of Matrix Market."""
_LEAST_ENTRY = 2
"""Bytes of an entry of Matrix Market: a digit and what ends it."""


def rows_of_matrix(matrix: Any, where: str = "the matrix") -> Rows:
    """Return the rows of a matrix, of SciPy or dense; an entry that is stored as 0 is no edge, and one that is stored twice counts once.

    Raises `InputError` for what is no matrix of numbers, or holds something that is no number (NaN).
    """
    from scipy.sparse import coo_array

    try:
        entries = coo_array(matrix)
        (texts, skills), values = entries.coords, entries.data
        numeric = values.dtype.kind in "biufc" and not np.isnan(values).any()
    except (TypeError, ValueError) as error:
        raise InputError(where, f"must be a matrix of numbers ({error})") from None
    if not numeric:
        raise InputError(where, "must hold numbers")
    _check_shape(entries.shape, entries.nnz, where)
    kept = values != 0
    return Rows.joined(texts[kept], skills[kept], *(range(1, int(size) + 1) for size in entries.shape))


def _check_shape(shape: tuple[int, ...], entries: int, where: str) -> None:
    """Refuse a matrix whose shape alone fills the memory."""
    if max(shape) > LARGEST_INDEX or sum(map(int, shape)) > _FREE + _PER_EDGE * entries:
        raise InputError(where, f"must have fewer rows and columns for {entries} entries", given=" x ".join(map(str, shape)))


def matrix_of(rows: Rows) -> Any:
    """Return the sparse matrix (`csr_array`) of some rows, 1 where a text requires a skill."""
    from scipy.sparse import csr_array

    return csr_array((np.ones(rows.edges, dtype=np.uint8), rows.required.astype(np.int64), rows.start), shape=(rows.texts, rows.skills))


def read_mtx(source: Source) -> Rows:
    """Read a file of Matrix Market, of any kind that SciPy reads; a symmetric matrix is taken as a whole."""
    from scipy.io import mminfo, mmread

    where = f"the file {source.name}"
    with _refusing(where, "a file of Matrix Market"):
        with opened(source.path) as header:
            rows, columns, entries, kind, *_ = mminfo(_Bounded(header))
        stored = min(rows * columns, entries) if kind == "array" else entries
        if entries > LARGEST_INDEX or _LEAST_ENTRY * stored > source.most_unpacked:
            raise source.refused("must not claim more entries than it has", given=entries)
        _check_shape((rows, columns), entries, where)
        return rows_of_matrix(mmread(_Bounded(source)), where)


class _Bounded:
    """A text file for SciPy: no line is endless, the last one is ended, and zero bytes are refused, at which its parser leaves the file."""

    def __init__(self, source: Source) -> None:
        self._source, self._held = source, b""
        self._pieces = chain(source.pieces(_LONGEST), [b"\n"])

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        while len(self._held) < size and (piece := next(self._pieces, b"")):
            if b"\0" in piece:
                raise self._source.refused("must be text, which has no zero bytes")
            self._held += piece
        block, self._held = self._held[:size], self._held[size:]
        return block


def write_mtx(rows: Rows, file: BinaryIO) -> None:
    """Write a file of Matrix Market; names are not kept."""
    from scipy.io import mmwrite

    mmwrite(file, matrix_of(rows).tocoo(), field="pattern", symmetry="general")


def read_npz(source: Source) -> Rows:
    """Read a sparse matrix that SciPy saved (`save_npz`) as CSR, CSC or COO; nothing in it is run (no pickle)."""
    from scipy.sparse import load_npz

    where = f"the file {source.name}"
    with _refusing(where, "a matrix that scipy.sparse.save_npz wrote"):
        content = source.seekable()
        _check_arrays(source, content)
        content.seek(0)
        matrix = load_npz(content)
        if matrix.format not in ("csr", "csc", "coo"):
            raise source.refused("must hold a matrix that is CSR, CSC or COO", given=matrix.format, remedy="convert it by .tocsr()")
        if matrix.format != "coo":
            matrix.check_format(full_check=True)
        return rows_of_matrix(matrix, where)


def write_npz(rows: Rows, file: BinaryIO) -> None:
    """Write a matrix as `scipy.sparse.save_npz` does; names are not kept."""
    from scipy.sparse import save_npz

    content = BytesIO()  # a zip file is not written to a stream that is packed
    save_npz(content, matrix_of(rows))
    file.write(content.getvalue())


def _check_arrays(source: Source, content: BinaryIO) -> None:
    """Refuse arrays that claim more than they hold, before they are allocated."""
    with ZipFile(content) as archive:
        members = archive.infolist()
        source.check_unpacked(sum(member.file_size for member in members))
        for member in members:
            with archive.open(member) as array:
                version = npy.read_magic(array)
                read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
                shape, _, kind = read(array)
                size = kind.itemsize
                for length in shape:
                    size *= int(length)
                if kind.hasobject or size + array.tell() != member.file_size:
                    raise source.refused("must hold arrays of numbers that are whole", given=member.filename)


@contextmanager
def _refusing(where: str, meant: str) -> Iterator[None]:
    """Raise what SciPy says of a file as `InputError`."""
    try:
        yield
    except InputError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, EOFError, BadZipFile, NotImplementedError) as error:
        raise InputError(where, f"must be {meant} ({error})") from None
