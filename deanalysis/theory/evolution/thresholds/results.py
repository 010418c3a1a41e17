"""What a solver returns: frozen values with a short repr, LaTeX, and a dictionary that can be read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from typing import Annotated, Any, ClassVar, overload

import sympy as sp

from ....balls.numbers import Number
from ....model.formula import Formula, latex
from ....model.symbols import letter
from ....record import ALWAYS, BESIDE, SPREAD, Record, Table
from ..answers import Cause, State, Status, Undecided
from .codes import Code

_SHOWN = 20
"""Digits in a repr, which is to stay on a line."""
_SAME = Decimal("1e-12")
"""How near, relative to their size, a point that balls enclose and one that mpmath finds are taken to be the same."""
_BINDING = {None: "", True: ", binding", False: ", not binding"}
TURNS = ("emergence", "fold")
_CAUSES = (
    (TURNS, {Cause.ENDS, Cause.TURNS}),
    (("stability",), {Cause.STABILITY}),
    (("potential",), {Cause.POTENTIAL}),
    (("cusp",), {Cause.CUSP}),
    (("percolation",), {Cause.GIANT_COMPONENT}),
)
"""Why entries of some kinds may be missing."""


def _short(number: Number | None) -> str:
    if number is None:
        return "?"
    return number.text if number.digits <= _SHOWN else f"{Context(prec=_SHOWN).create_decimal(number.text)}..."


def _of_one_class(state: Any) -> Any:
    """Return a q; nothing where there is one for each class, too many for a cell."""
    return "" if state is None or isinstance(state, (dict, tuple)) else state


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
    unknowns by name, before a jump and after it. Of a chain, `classes` are the topics that jump, `fixed_point` is a list by topic, and
    `with_ends` is the value over all texts and skills, where its ends cost something.
    """

    kind: str
    parameter: str
    value: Number | None
    fixed_point: Annotated[Any, Number | dict[str, Number] | tuple[Number, ...] | None]
    status: Status
    learned_side: str
    closed_form: Formula | None = field(default=None, metadata=ALWAYS)
    lands_on: Annotated[Any, Number | dict[str, Number] | None] = None
    binding: bool | None = None
    at: tuple[tuple[str, Number], ...] = ()
    minimal_polynomial: Formula | None = None
    classes: tuple[str, ...] = ()
    with_ends: Number | None = None

    def __repr__(self) -> str:
        if self.value is None:
            return f"<{self.kind} {self.parameter}* = {self.closed_form}>"
        where = "".join(f" at {name} = {_short(value)}" for name, value in self.at)
        claim = f"{self.value.digits} digits {self.status}{_BINDING[self.binding]}"
        jumping = f", {' and '.join(self.classes)}" if self.classes else ""
        return f"<{self.kind} {self.parameter}* = {_short(self.value)}{where} ; {claim}{jumping}>"

    @property
    def latex(self) -> str:
        """The threshold in LaTeX, without dollars."""
        shown = self.closed_form.latex if self.closed_form else ""
        value = self.value.latex if self.value else ""
        where = "".join(rf"\quad ({name} = {number.latex})" for name, number in self.at)
        return rf"\displaystyle {latex(letter(self.parameter))}^* = {' = '.join(filter(None, (shown, value)))}{where}"

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"

    def table(self) -> Table:
        """Return the row of this threshold."""
        return Thresholds(self.parameter, (self,)).table()

    def is_same(self, other: Threshold) -> bool:
        """Whether two entries are the same point, as far as the engines know it."""
        if self.value is None or other.value is None or "nan" in (self.value.text, other.value.text):
            return False
        first, second = Decimal(self.value.text), Decimal(other.value.text)
        same_kind = self.kind == other.kind or {self.kind, other.kind} == set(TURNS)
        return same_kind and abs(first - second) <= _SAME * abs(first)


@dataclass(frozen=True, repr=False)
class Thresholds(Sequence[Threshold], Record):
    """All thresholds in one parameter, in the order in which learning gets easier (of value, where f is not monotone in it).

    `reason` says why there is no emergence, or what stayed undecided; `searched` which values and states were searched, and `folds`
    how many turning points there are in all, of both kinds (None where they were not asked for). `undecided` is what could not be proved,
    each with its cause; where it is not empty, there may be more than the entries that are proved. `code` is what the thresholds say of a
    code, where the parameter is the fraction of its symbols that are erased.
    """

    parameter: str
    thresholds: tuple[Threshold, ...]
    reason: str | None = None
    searched: str | None = None
    folds: int | None = None
    undecided: tuple[Undecided, ...] = ()
    code: Code | None = field(default=None, metadata=BESIDE)

    @overload
    def __getitem__(self, index: int) -> Threshold: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Threshold, ...]: ...
    def __getitem__(self, index: int | slice) -> Threshold | tuple[Threshold, ...]:
        return self.thresholds[index]

    def __len__(self) -> int:
        return len(self.thresholds)

    def of_kind(self, kind: str) -> Thresholds:
        """Return those of one kind only; where there is none, the reason says so."""
        chosen = tuple(threshold for threshold in self if threshold.kind == kind)
        return replace(self, thresholds=chosen, reason=self.reason or (None if chosen else f"no {kind} in {self.parameter}"))

    @property
    def emergence(self) -> tuple[Threshold, ...]:
        """The jumps of the largest fixed point."""
        return self.of_kind("emergence").thresholds

    @property
    def is_open(self) -> bool:
        """Whether balls left something undecided."""
        return bool(self.undecided) or any(threshold.status == Status.UNDECIDED for threshold in self)

    def completed(self, numerical: Thresholds, _: int = 0) -> Thresholds:
        """Return what is proved, and what mpmath finds of the kinds that are not; entries that only balls have stay undecided."""
        proved = [threshold for threshold in self if threshold.status == Status.PROVED]
        others = [threshold for threshold in self if threshold.status != Status.PROVED]
        doubtful, left_open = {doubt.cause for doubt in self.undecided}, {other.kind for other in others}
        kinds = {kind for group, causes in _CAUSES for kind in group if doubtful & causes or left_open & set(group)}
        added = [new for new in numerical if new.kind in kinds and not any(new.is_same(known) for known in proved)]
        left = [other for other in others if not any(other.is_same(new) for new in added)]
        doubts = self.undecided or (Undecided(Cause.DIGITS, "the kind or all digits of an entry"),)
        word = Status.UNDECIDED if numerical.undecided else "not proved"
        reason = f"{word}: {'; '.join(doubt.about for doubt in doubts)}; by mpmath: {numerical.reason or numerical.searched}"
        folds = numerical.folds if "fold" in kinds else self.folds
        return replace(self, thresholds=(*proved, *added, *left), reason=reason, folds=folds, undecided=doubts)

    def of_code(self, rate: sp.Expr | None, digits: int, stability: Callable[[], Number | None] | None = None) -> Thresholds:
        """Return the same with what they say of a code of a design rate; None is of no code. `stability` finds its stability point."""
        if rate is None:
            return self
        points = {kind: [point.value for point in self.of_kind(kind) if point.value is not None] for kind in ("emergence", "stability")}
        stable = stability() if stability else next(iter(points["stability"]), None)
        last = points["emergence"][-1] if points["emergence"] else None if self.undecided else stable
        return replace(self, code=Code.of(rate, last, stable, digits))

    def _repr_latex_(self) -> str:
        lines = [rf"{threshold.latex} \quad\text{{({threshold.kind})}}" for threshold in self] or [rf"\text{{{self.reason}}}"]
        lines += [self.code.latex] if self.code else []
        return "$\\begin{gathered}" + " \\\\ ".join(lines) + "\\end{gathered}$"

    def table(self) -> Table:
        """Return a row for each threshold; columns that would be empty throughout are left out."""
        columns = (
            ("kind", [threshold.kind for threshold in self]),
            (self.parameter, [threshold.value or "" for threshold in self]),
            ("with ends", [threshold.with_ends or "" for threshold in self]),
            ("at", [", ".join(f"{name} = {value}" for name, value in threshold.at) for threshold in self]),
            ("q there", [_of_one_class(threshold.fixed_point) for threshold in self]),
            ("lands on", [_of_one_class(threshold.lands_on) for threshold in self]),
            ("status", [threshold.status + _BINDING[threshold.binding] for threshold in self]),
            ("learned", [threshold.learned_side for threshold in self]),
            ("closed form", [threshold.closed_form or "" for threshold in self]),
            ("classes", [" and ".join(threshold.classes) for threshold in self]),
        )
        header, cells = zip(*(column for column in columns if any(map(str, column[1]))), strict=True) if self else ((), ())
        searched = f"searched: {self.searched}" if self.searched else None
        return Table(header, list(zip(*cells, strict=True)), (self.reason, searched, str(self.code) if self.code else None))

    def __repr__(self) -> str:
        shown = repr(list(self.thresholds))
        return shown if self.reason is None else f"{shown} ({self.reason})"


@dataclass(frozen=True)
class FixedPoint(State):
    """The state in which learning stops, with the errors there (theory, section 3).

    `q` is the largest fixed point, `zeta` the fraction of skills still novel, `testing_error` that of one more text attached like the
    others, `testing_error_uniform` that of a text which picks skills uniformly, `training_error` that of a training text; `rounds` the
    number of parallel rounds until q is within 1e-12 (None beyond 10^6, or where floats do not get there). `status` is 'proved',
    'undecided' or 'numerical'; the `reason` says what was scanned or what is a limit, `undecided` what could not be proved.
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
    """The parameter from which on a `target` of a `measure`, such as 'zeta', is kept: at `value`, or just past it where it is a jump.

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
