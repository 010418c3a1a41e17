"""What a solver returns: frozen values with a short repr, LaTeX, and a dictionary that can be read back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context
from typing import Annotated, Any, ClassVar, overload

from ....balls.numbers import Number
from ....model.formula import Formula, latex
from ....model.symbols import letter
from ....record import ALWAYS, SPREAD, Record, Table
from ..answers import Status, Undecided

__all__ = ["ClassState", "FixedPoint", "Requirement", "Threshold", "Thresholds"]

_SHOWN = 20


def _short(number: Number | None) -> str:
    """Show a number rounded to 20 digits."""
    if number is None:
        return "?"
    return number.text if number.digits <= _SHOWN else f"{Context(prec=_SHOWN).create_decimal(number.text)}..."


def _of_one_class(state: Any) -> Any:
    """Return a q; nothing where there is one for each class, too many for a cell."""
    return "" if state is None or isinstance(state, dict) else state


@dataclass(frozen=True)
class Threshold(Record):
    """A value of the parameter at which the state of learning changes, by its name (theory, section 4).

    `kind` is 'emergence' (the largest fixed point jumps), 'fold' (any other turning point), 'stability' (of q = 0), 'potential'
    (the global minimiser of the potential jumps) or 'cusp' (a jump is born). `value` and `fixed_point` (q there) are None where
    letters are still free; `lands_on` is the q to which a jump leads. `status` is 'proved', 'undecided' (what could not be excluded
    is said in the reason) or 'numerical'; `learned_side` is 'above' or 'below'. `binding` says of a stability point whether it bounds
    complete learning, of a cusp whether it lies on the largest fixed point; `at` holds the other letter of a cusp. `closed_form` is the
    value as a formula, `minimal_polynomial` the irreducible polynomial of which an algebraic value is a root.

    Where there are several classes of skills, `classes` are those that jump (or leave 0), and `fixed_point` and `lands_on` the
    unknowns by name, before a jump and after it.
    """

    kind: str
    parameter: str
    value: Number | None
    fixed_point: Annotated[Any, Number | dict[str, Number] | None]
    status: Status
    learned_side: str
    closed_form: Formula | None = field(default=None, metadata=ALWAYS)
    lands_on: Annotated[Any, Number | dict[str, Number] | None] = None
    binding: bool | None = None
    at: tuple[tuple[str, Number], ...] = ()
    minimal_polynomial: Formula | None = None
    classes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        if self.value is None:
            return f"<{self.kind} {self.parameter}* = {self.closed_form}>"
        where = "".join(f" at {name} = {_short(value)}" for name, value in self.at)
        bound = {None: "", True: ", binding", False: ", not binding"}[self.binding]
        jumping = f", {' and '.join(self.classes)}" if self.classes else ""
        return f"<{self.kind} {self.parameter}* = {_short(self.value)}{where} ; {self.value.digits} digits {self.status}{bound}{jumping}>"

    def _repr_latex_(self) -> str:
        shown = self.closed_form.latex if self.closed_form else ""
        value = self.value.latex if self.value else ""
        where = "".join(rf"\quad ({name} = {number.latex})" for name, number in self.at)
        return f"$\\displaystyle {latex(letter(self.parameter))}^* = {' = '.join(filter(None, (shown, value)))}{where}$"

    def table(self) -> Table:
        """Return the row of this threshold."""
        return Thresholds(self.parameter, (self,)).table()


@dataclass(frozen=True, repr=False)
class Thresholds(Sequence[Threshold], Record):
    """All thresholds in one parameter, in the order in which learning gets easier (of value, where f is not monotone in it).

    `reason` says why there is no emergence, or what stayed undecided; `searched` which values and states were searched, and `folds`
    how many turning points there are in all, of both kinds (None where they were not asked for). `undecided` is what could not be proved,
    each with its cause; where it is not empty, there may be more than the entries that are proved.
    """

    parameter: str
    thresholds: tuple[Threshold, ...]
    reason: str | None = None
    searched: str | None = None
    folds: int | None = None
    undecided: tuple[Undecided, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Threshold: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Threshold, ...]: ...
    def __getitem__(self, index: int | slice) -> Threshold | tuple[Threshold, ...]:
        return self.thresholds[index]

    def __len__(self) -> int:
        return len(self.thresholds)

    def __iter__(self) -> Iterator[Threshold]:
        return iter(self.thresholds)

    def of_kind(self, kind: str) -> Thresholds:
        """Return those of one kind only; where there is none, the reason says so."""
        chosen = tuple(found for found in self if found.kind == kind)
        return replace(self, thresholds=chosen, reason=self.reason or (None if chosen else f"no {kind} in {self.parameter}"))

    @property
    def emergence(self) -> tuple[Threshold, ...]:
        """The jumps of the largest fixed point."""
        return self.of_kind("emergence").thresholds

    def _repr_latex_(self) -> str:
        lines = [rf"{found._repr_latex_().strip('$')} \quad\text{{({found.kind})}}" for found in self.thresholds] or [
            f"\\text{{{self.reason}}}"
        ]
        return "$\\begin{gathered}" + " \\\\ ".join(lines) + "\\end{gathered}$"

    def table(self) -> Table:
        """Return a row for each threshold; columns that would be empty throughout are left out."""
        header = ("kind", self.parameter, "at", "q there", "lands on", "status", "learned", "closed form", "classes")
        rows = [
            (
                one.kind,
                one.value or "",
                ", ".join(f"{name} = {value}" for name, value in one.at),
                _of_one_class(one.fixed_point),
                _of_one_class(one.lands_on),
                one.status + {None: "", True: ", binding", False: ", not binding"}[one.binding],
                one.learned_side,
                one.closed_form or "",
                " and ".join(one.classes),
            )
            for one in self
        ]
        kept = [index for index in range(len(header)) if any(str(row[index]) for row in rows)]
        notes = (self.reason, f"searched: {self.searched}" if self.searched else None)
        return Table(tuple(header[index] for index in kept), [tuple(row[index] for index in kept) for row in rows], notes)

    def __repr__(self) -> str:
        shown = repr(list(self.thresholds))
        return shown if self.reason is None else f"{shown} ({self.reason})"


@dataclass(frozen=True)
class FixedPoint(Record):
    """The state in which learning stops, with the errors there (theory, section 3).

    `q` is the largest fixed point, `zeta` the fraction of skills still novel, `testing_error` that of one more text attached
    like the others, `testing_error_uniform` that of a text which picks skills uniformly, `training_error`
    that of a training text; `rounds` the number of parallel rounds until q is within 1e-12 (None beyond 10^6, or where floats
    do not get there). `status` is 'proved', 'undecided' or 'numerical'; the `reason` says what was scanned or what is a limit, `undecided`
    what could not be proved.
    """

    q: Number
    zeta: Number
    testing_error: Number
    testing_error_uniform: Number
    training_error: Number
    rounds: int | None
    status: Status
    reason: str | None = None
    undecided: tuple[Undecided, ...] = ()

    def __repr__(self) -> str:
        return f"<fixed point q = {_short(self.q)}, zeta = {_short(self.zeta)}, testing error {_short(self.testing_error)}, {self.status}>"

    def _repr_latex_(self) -> str:
        return f"$q = {self.q.latex},\\quad \\zeta = {self.zeta.latex}$"


@dataclass(frozen=True)
class Requirement(Record):
    """The parameter from which on a `target` is kept: at `value` itself, or just past it where it is a jump.

    `measure` says of what: 'testing_error', 'training_error' or 'zeta'.

    `status` is 'proved', 'undecided' or 'numerical'; then the `reason` says what was scanned, and `undecided` what could not be proved.
    """

    parameter: str
    value: Number
    measure: str
    target: Number
    fixed_point: Number
    learned_side: str
    at_emergence: bool
    status: Status
    reason: str | None = None
    undecided: tuple[Undecided, ...] = ()

    ALSO: ClassVar = {SPREAD: "asked"}

    @property
    def asked(self) -> dict[str, Number]:
        """The target under the name of what is measured."""
        return {self.measure: self.target}

    def __repr__(self) -> str:
        bound = ("least" if self.learned_side == "above" else "greatest") + f" {self.parameter}"
        where = ", just past an emergence" if self.at_emergence else ""
        return f"<{bound} = {_short(self.value)} for {self.measure.replace('_', ' ')} {_short(self.target)}{where}, {self.status}>"

    def _repr_latex_(self) -> str:
        return f"${self.parameter} = {self.value.latex}$"


@dataclass(frozen=True)
class ClassState(Record):
    """The state in which learning stops, with several classes of skills and types of texts (theory, section 7).

    `q` by the name of the unknown's class (by type and class where a class has several unknowns), `zeta` by class, the errors by type of
    texts.
    """

    q: dict[str, Number]
    zeta: dict[str, Number]
    testing_error: dict[str, Number]
    testing_error_uniform: dict[str, Number]
    training_error: dict[str, Number]
    status: Status

    def __repr__(self) -> str:
        return f"<zeta {', '.join(f'{name} = {_short(value)}' for name, value in self.zeta.items())}; {self.status}>"

    def _repr_latex_(self) -> str:
        parts = [rf"\zeta_{{\mathrm{{{name}}}}} = {value.latex}" for name, value in self.zeta.items()]
        return "$" + r",\quad ".join(parts) + "$"

    def table(self) -> Table:
        """Return a row for each number."""
        rows = [(name.replace("_", " "), which, value) for name in self.measured() for which, value in getattr(self, name).items()]
        return Table((), rows, (self.status,))
