"""Protographs: a small matrix that says how many edges join each type of texts and each class of skills (base matrices of LDPC codes)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import sympy as sp

from ..checks import check_count, require_between
from ..errors import InputError
from .degrees import typed
from .exact import Limit, Stated, exact
from .symbols import eps

Matrix = tuple[tuple[int, ...], ...]

_MOST_EDGES, _LARGEST_ENTRY = 100_000, 1000
"""Kinds of edges, each of which is an unknown; and edges of one kind, the degree of a polynomial."""


@dataclass(frozen=True)
class Protograph(Stated):
    """A base matrix: rows are types of texts, columns classes of skills, entries numbers of parallel edges (Thorpe 2003).

    `unknown` is the fraction of skills not known before training, one for all classes or one by column; the columns in `punctured`,
    counted from 1, are never sent: their fraction is 1. Every row has as many texts as every column has skills. A column of zeros is a
    class that is in no text; what of it is unknown is never learned.

    Raises `InputError` for a matrix that is ragged, without an edge, or has entries that are no counts, and for columns that it lacks.

    >>> Protograph(((1, 2), (1, 2)), punctured=(2,)).unknowns
    (eps, 1)
    """

    matrix: Matrix
    punctured: tuple[int, ...] = ()
    unknown: Any = eps

    def __post_init__(self) -> None:
        self._set("matrix", checked_matrix(self.matrix, "the base matrix"))
        if not any(map(any, self.matrix)):
            raise InputError("the base matrix", "must have at least one edge")
        columns = [check_count(column, 1, self.columns, "punctured") for column in listed(self.punctured, "punctured")]
        self._set("punctured", tuple(sorted(set(columns))))
        stated = self.unknown.tolist() if hasattr(self.unknown, "tolist") else self.unknown
        several = isinstance(stated, (tuple, list))
        values = [exact(value, "unknown") for value in (stated if several else [stated])]
        fractions = tuple(require_between(value, 0, 1, "unknown", open_low=True) for value in values)
        if several and len(fractions) != self.columns:
            requirement = f"must be one fraction, or one for each of {self.columns} columns"
            raise InputError("unknown", requirement, given=f"{len(fractions)} fractions")
        self._set("unknown", fractions if several else fractions[0])

    @property
    def rows(self) -> int:
        """How many types of texts there are."""
        return len(self.matrix)

    @property
    def columns(self) -> int:
        """How many classes of skills there are."""
        return len(self.matrix[0])

    @property
    def unknowns(self) -> tuple[sp.Expr, ...]:
        """The fraction not known before training, by column."""
        stated = self.unknown if isinstance(self.unknown, tuple) else (self.unknown,) * self.columns
        return tuple(sp.S.One if number in self.punctured else value for number, value in enumerate(stated, start=1))

    @property
    def ratio(self) -> sp.Expr:
        """Texts per skill."""
        return sp.Rational(self.rows, self.columns)

    @property
    def rate(self) -> sp.Expr | None:
        """Design rate of the code: (columns - rows)/(columns that are sent), those that are not punctured; None where none is.

        >>> Protograph(((1, 2, 1), (1, 1, 2)), punctured=(2,)).rate
        1/2
        """
        sent = sum(unknown != 1 for unknown in self.unknowns)
        return sp.Rational(self.columns - self.rows, sent) if sent else None

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        return [Limit(value, 0, 1) for value in self.unknowns]

    def _latex(self, printer: Any) -> str:
        fractions = ", ".join(map(printer._print, self._fractions))
        return rf"B = {printer._print(sp.Matrix(self.matrix))},\quad \text{{unknown}}\ {fractions}"

    def __str__(self) -> str:
        return f"base matrix {written(self.matrix)}, unknown {', '.join(map(typed, self._fractions))}"

    @property
    def _fractions(self) -> tuple[sp.Expr, ...]:
        """The fractions unknown by column; one where all are equal."""
        return self.unknowns if len(set(self.unknowns)) > 1 else self.unknowns[:1]

    def __repr__(self) -> str:
        punctured = f", {len(self.punctured)} punctured" if self.punctured else ""
        return f"<Protograph: {self.rows} types of texts, {self.columns} classes of skills{punctured}>"


def listed(values: Any, what: str) -> list[Any]:
    """Return a row of values, also one of NumPy or SymPy, as a list; raise `InputError` for what is none.

    >>> listed((1, 2), "the row")
    [1, 2]
    """
    plain = values.tolist() if hasattr(values, "tolist") else values
    if isinstance(plain, (str, bytes, Set, Mapping)) or not isinstance(plain, Iterable):
        raise InputError(what, "must be a list", given=values)
    return list(plain)


def checked_matrix(matrix: Any, what: str) -> Matrix:
    """Return a matrix of counts: rows of equal length, in lists, tuples, NumPy or SymPy; raise `InputError` for another one.

    >>> checked_matrix(sp.Matrix([[1, 2], [3, 0]]), "the base matrix")
    ((1, 2), (3, 0))
    """
    rows = [listed(row, f"{what}, row {number},") for number, row in enumerate(listed(matrix, what), start=1)]
    if not rows or not rows[0]:
        raise InputError(what, "must have at least one row and one column")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise InputError(f"{what}, row {number},", f"must have {len(rows[0])} entries, as the first", given=f"{len(row)} entries")
    if sum(entry != 0 for row in rows for entry in row) > _MOST_EDGES:
        raise InputError(what, f"must have at most {_MOST_EDGES} entries that are not 0")
    return tuple(tuple(edge_count(entry, f"{what}, row {number},") for entry in row) for number, row in enumerate(rows, start=1))


def edge_count(entry: Any, where: str) -> int:
    """Return an entry of a base matrix; raise `InputError` where it is no number of edges.

    >>> edge_count(3, "row 1")
    3
    """
    if entry == -1:
        remedy = "of a matrix of shifts, whose -1 says that there is no edge, take 0 for -1 and 1 for a shift"
        raise InputError(where, "must have numbers of edges, which are not negative", given=entry, remedy=remedy)
    return check_count(entry, 0, _LARGEST_ENTRY, where)


def written(matrix: Matrix) -> str:
    """Return a matrix as one types it in a line.

    >>> written(((1, 2), (3, 0)))
    '[1 2; 3 0]'
    """
    return f"[{'; '.join(' '.join(map(str, row)) for row in matrix)}]"
