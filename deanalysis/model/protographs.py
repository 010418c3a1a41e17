"""Protographs: a small matrix that says how many edges join each type of texts and each class of skills (base matrices of LDPC codes)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from ..checks import require_between
from ..errors import InputError
from .exact import Limit, Stated, exact
from .symbols import eps

Matrix = tuple[tuple[int, ...], ...]

_MOST_EDGES, _LARGEST_ENTRY = 100_000, 1000
"""Kinds of edges, each of which is an unknown; and edges of one kind, the degree of a polynomial."""


@dataclass(frozen=True)
class Protograph(Stated):
    """A base matrix: rows are types of texts, columns classes of skills, entries numbers of parallel edges (Thorpe 2003).

    `unknown` is the fraction of skills not known before training, one for all classes or one by column; the columns in `punctured`,
    counted from 1, are never sent: their fraction is 1. Every row has as many texts as every column has skills.

    Raises `InputError` for a matrix that is ragged, empty, or has entries that are no counts, and for columns that it lacks.

    >>> Protograph(((1, 2), (1, 2)), punctured=(2,)).unknowns
    (eps, 1)
    """

    matrix: Matrix
    punctured: tuple[int, ...] = ()
    unknown: Any = eps

    def __post_init__(self) -> None:
        self._set("matrix", checked_matrix(self.matrix, "the base matrix"))
        self._set("punctured", tuple(self.punctured))
        for column in self.punctured:
            if isinstance(column, bool) or not isinstance(column, int) or not 1 <= column <= self.columns:
                raise InputError("punctured", f"must count columns from 1 to {self.columns}", given=column)
        stated = self.unknown if isinstance(self.unknown, (tuple, list)) else [self.unknown]
        fractions = tuple(require_between(exact(value, "unknown"), 0, 1, "unknown", open_low=True) for value in stated)
        if len(fractions) not in (1, self.columns):
            raise InputError("unknown", f"must be one fraction, or one for each of {self.columns} columns", given=len(fractions))
        self._set("unknown", fractions if len(fractions) > 1 else fractions[0])

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
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        return [Limit(value, 0, 1) for value in self.unknowns]

    def _latex(self, printer: Any) -> str:
        return rf"B = {printer._print(sp.Matrix(self.matrix))},\quad \varepsilon = {printer._print(sp.Tuple(*self.unknowns))}"

    def __str__(self) -> str:
        rows = "; ".join(" ".join(map(str, row)) for row in self.matrix)
        return f"base matrix {rows}, unknown {', '.join(map(str, self.unknowns))}"

    def __repr__(self) -> str:
        punctured = f", {len(self.punctured)} punctured" if self.punctured else ""
        return f"<Protograph: {self.rows} types of texts, {self.columns} classes of skills{punctured}>"


def checked_matrix(matrix: Sequence[Sequence[int]], what: str) -> Matrix:
    """Return a matrix of counts; raise `InputError` for another one."""
    rows = tuple(tuple(row) for row in matrix)
    if not rows or not rows[0] or not any(map(any, rows)):
        raise InputError(what, "must have at least one edge")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise InputError(f"{what}, row {number},", f"must have {len(rows[0])} entries, as the first", given=f"{len(row)} entries")
        for entry in row:
            if isinstance(entry, bool) or not isinstance(entry, int) or not 0 <= entry <= _LARGEST_ENTRY:
                raise InputError(f"{what}, row {number},", f"must have whole entries from 0 to {_LARGEST_ENTRY}", given=entry)
    if sum(entry > 0 for row in rows for entry in row) > _MOST_EDGES:
        raise InputError(what, f"must have at most {_MOST_EDGES} entries that are not 0")
    return rows
