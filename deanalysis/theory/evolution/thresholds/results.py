"""What a solver returns: frozen values with a short repr, LaTeX, and a dictionary that can be read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, overload

from ....balls.numbers import Number
from ....model.formula import Formula, latex
from ....model.symbols import letter

__all__ = ["Cause", "ClassState", "FixedPoint", "Requirement", "Threshold", "Thresholds", "Undecided", "doubts", "read_doubts"]

_SHOWN = 20


class Cause(StrEnum):
    """What could not be proved."""

    ENDS = "ends"
    TURNS = "turns"
    STABILITY = "stability"
    POTENTIAL = "potential"
    CUSP = "cusp"
    GIANT_COMPONENT = "giant component"
    FIXED_POINT = "fixed point"
    DIGITS = "digits"


class Undecided(NamedTuple):
    """What a solver could not decide: the cause, and where, in words."""

    cause: Cause
    about: str

    def __str__(self) -> str:
        return f"undecided: {self.about}"

    def to_dict(self) -> dict[str, str]:
        """Return what JSON says of it."""
        return {"cause": str(self.cause), "about": self.about}

    @classmethod
    def from_dict(cls, content: Mapping[str, str]) -> Undecided:
        """Return what `to_dict` wrote."""
        return cls(Cause(content["cause"]), content["about"])


def _short(number: Number | None) -> str:
    """Show a number rounded to 20 digits."""
    if number is None:
        return "?"
    return number.text if number.digits <= _SHOWN else f"{Context(prec=_SHOWN).create_decimal(number.text)}..."


@dataclass(frozen=True)
class Threshold:
    """A value of the parameter at which the state of learning changes, by its name (theory, section 4).

    `kind` is 'emergence' (the largest fixed point jumps), 'fold' (any other turning point), 'stability' (of q = 0), 'potential'
    (the global minimiser of the potential jumps) or 'cusp' (a jump is born). `value` and `fixed_point` (q there) are None where
    letters are still free; `lands_on` is the q to which a jump leads. `status` is 'proved', 'undecided' (what could not be excluded
    is said in the reason) or 'numerical'; `learned_side` is 'above' or 'below'. `binding` says of a stability point whether it bounds
    complete learning, of a cusp whether it lies on the largest fixed point; `at` holds the other letter of a cusp. `closed_form` is the
    value as a formula, `minimal_polynomial` the irreducible polynomial of which an algebraic value is a root.

    Where there are several classes of skills, `classes` are those that jump (or leave 0), and `states` the unknowns by name with what they
    are before a jump and after it, in place of `fixed_point` and `lands_on`.
    """

    kind: str
    parameter: str
    value: Number | None
    fixed_point: Number | None
    status: str
    learned_side: str
    closed_form: Formula | None = None
    lands_on: Number | None = None
    binding: bool | None = None
    at: tuple[tuple[str, Number], ...] = ()
    minimal_polynomial: Formula | None = None
    classes: tuple[str, ...] = ()
    states: tuple[tuple[str, Number, Number | None], ...] = ()

    def __repr__(self) -> str:
        if self.value is None:
            return f"<{self.kind} {self.parameter}* = {self.closed_form}>"
        where = "".join(f" at {name} = {_short(value)}" for name, value in self.at)
        bound = {None: "", True: ", binding", False: ", not binding"}[self.binding]
        jumping = f", {' and '.join(self.classes)}" if self.classes else ""
        return f"<{self.kind} {self.parameter}* = {_short(self.value)}{where} ; {self.value.digits} digits {self.status}{bound}{jumping}>"

    def _repr_latex_(self) -> str:
        shown = self.closed_form.latex if self.closed_form else ""
        value = self.value._repr_latex_().strip("$") if self.value else ""
        where = "".join(rf"\quad ({name} = {number._repr_latex_().strip('$')})" for name, number in self.at)
        return f"$\\displaystyle {latex(letter(self.parameter))}^* = {' = '.join(filter(None, (shown, value)))}{where}$"

    def to_dict(self) -> dict[str, Any]:
        """Return the entry that `threshold --json` prints; what a kind does not have is left out."""
        content: dict[str, Any] = {
            "kind": self.kind,
            "parameter": self.parameter,
            "value": self.value.json() if self.value else None,
            "fixed_point": self.fixed_point.json() if self.fixed_point else None,
            "enclosure": self.value.enclosure() if self.value else None,
            "fixed_point_enclosure": self.fixed_point.enclosure() if self.fixed_point else None,
            "status": self.status,
            "learned_side": self.learned_side,
            "closed_form": self.closed_form.to_dict() if self.closed_form else None,
        }
        if self.lands_on is not None:
            content |= {"lands_on": self.lands_on.json(), "lands_on_enclosure": self.lands_on.enclosure()}
        if self.binding is not None:
            content["binding"] = self.binding
        if self.at:
            content["at"] = {name: value.json() for name, value in self.at}
            content["at_enclosure"] = {name: value.enclosure() for name, value in self.at}
        if self.minimal_polynomial is not None:
            content["minimal_polynomial"] = self.minimal_polynomial.to_dict()
        if self.classes:
            content["classes"] = list(self.classes)
            content |= _named("fixed_point", {name: before for name, before, _ in self.states})
            content |= _named("lands_on", {name: after for name, _, after in self.states if after is not None})
        return content

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Threshold:
        """Return the threshold that `to_dict` wrote."""
        closed, polynomial = content["closed_form"], content.get("minimal_polynomial")
        classes = tuple(content.get("classes", ()))
        before, after = (_read_named(content, name) if classes else {} for name in ("fixed_point", "lands_on"))
        at = tuple((name, Number.from_json(value, content["at_enclosure"][name])) for name, value in content.get("at", {}).items())
        return cls(
            content["kind"],
            content["parameter"],
            _read(content, "value", "enclosure"),
            None if classes else _read(content, "fixed_point", "fixed_point_enclosure"),
            content["status"],
            content["learned_side"],
            Formula.from_dict(closed) if closed else None,
            None if classes else _read(content, "lands_on", "lands_on_enclosure"),
            content.get("binding"),
            at,
            Formula.from_dict(polynomial) if polynomial else None,
            classes,
            tuple((name, number, after.get(name)) for name, number in before.items()),
        )


@dataclass(frozen=True, repr=False)
class Thresholds(Sequence[Threshold]):
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

    def __repr__(self) -> str:
        shown = repr(list(self.thresholds))
        return shown if self.reason is None else f"{shown} ({self.reason})"

    def to_dict(self) -> dict[str, Any]:
        """Return what `threshold --json` prints."""
        content: dict[str, Any] = {"parameter": self.parameter, "thresholds": [found.to_dict() for found in self]}
        known = {"reason": self.reason, "searched": self.searched, "folds": self.folds}
        content |= {name: value for name, value in known.items() if value is not None}
        return content | doubts(self.undecided)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Thresholds:
        """Return the thresholds that `to_dict` wrote."""
        found = tuple(Threshold.from_dict(entry) for entry in content["thresholds"])
        return cls(content["parameter"], found, content.get("reason"), content.get("searched"), content.get("folds"), read_doubts(content))


@dataclass(frozen=True)
class FixedPoint:
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
    status: str
    reason: str | None = None
    undecided: tuple[Undecided, ...] = ()

    NAMES: ClassVar = ("q", "zeta", "testing_error", "testing_error_uniform", "training_error")

    def __repr__(self) -> str:
        return f"<fixed point q = {_short(self.q)}, zeta = {_short(self.zeta)}, testing error {_short(self.testing_error)}, {self.status}>"

    def _repr_latex_(self) -> str:
        return f"$q = {self.q._repr_latex_().strip('$')},\\quad \\zeta = {self.zeta._repr_latex_().strip('$')}$"

    def to_dict(self) -> dict[str, Any]:
        """Return what `evolve --json` prints."""
        content: dict[str, Any] = {name: getattr(self, name).json() for name in self.NAMES}
        enclosures = {name: getattr(self, name).enclosure() for name in self.NAMES}
        content |= {"rounds": self.rounds, "status": self.status, "enclosures": enclosures}
        return content | ({"reason": self.reason} if self.reason else {}) | doubts(self.undecided)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> FixedPoint:
        """Return the fixed point that `to_dict` wrote."""
        numbers = {name: Number.from_json(content[name], content["enclosures"][name]) for name in cls.NAMES}
        said = content.get("reason"), read_doubts(content)
        return cls(**numbers, rounds=content["rounds"], status=content["status"], reason=said[0], undecided=said[1])


@dataclass(frozen=True)
class Requirement:
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
    status: str
    reason: str | None = None
    undecided: tuple[Undecided, ...] = ()

    def __repr__(self) -> str:
        bound = ("least" if self.learned_side == "above" else "greatest") + f" {self.parameter}"
        where = ", just past an emergence" if self.at_emergence else ""
        return f"<{bound} = {_short(self.value)} for {self.measure.replace('_', ' ')} {_short(self.target)}{where}, {self.status}>"

    def _repr_latex_(self) -> str:
        return f"${self.parameter} = {self.value._repr_latex_().strip('$')}$"

    def to_dict(self) -> dict[str, Any]:
        """Return what `require --json` prints."""
        content = {
            "parameter": self.parameter,
            "value": self.value.json(),
            "enclosure": self.value.enclosure(),
            self.measure: self.target.json(),
            f"{self.measure}_enclosure": self.target.enclosure(),
            "fixed_point": self.fixed_point.json(),
            "fixed_point_enclosure": self.fixed_point.enclosure(),
            "learned_side": self.learned_side,
            "at_emergence": self.at_emergence,
            "status": self.status,
        }
        return content | ({"reason": self.reason} if self.reason else {}) | doubts(self.undecided)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Requirement:
        """Return the requirement that `to_dict` wrote."""
        measure = next(name for name in ("testing_error", "training_error", "zeta") if name in content)
        numbers = {"value": ("value", "enclosure"), "target": (measure, f"{measure}_enclosure")}
        numbers["fixed_point"] = ("fixed_point", "fixed_point_enclosure")
        read: dict[str, Any] = {name: Number.from_json(*(content[key] for key in keys)) for name, keys in numbers.items()}
        others = {name: content[name] for name in ("parameter", "learned_side", "at_emergence", "status")}
        return cls(measure=measure, **read, **others, reason=content.get("reason"), undecided=read_doubts(content))


def doubts(undecided: Sequence[Undecided]) -> dict[str, Any]:
    """Return what JSON says of what could not be proved."""
    return {"undecided": [one.to_dict() for one in undecided]} if undecided else {}


def read_doubts(content: dict[str, Any]) -> tuple[Undecided, ...]:
    """Return what `doubts` wrote."""
    return tuple(map(Undecided.from_dict, content.get("undecided", ())))


def _read(content: dict[str, Any], name: str, enclosure: str) -> Number | None:
    return None if content.get(name) is None else Number.from_json(content[name], content[enclosure])


def _named(name: str, numbers: Mapping[str, Number]) -> dict[str, Any]:
    """Write numbers by name, with their enclosures."""
    return {
        name: {key: one.json() for key, one in numbers.items()},
        f"{name}_enclosure": {key: one.enclosure() for key, one in numbers.items()},
    }


def _read_named(content: dict[str, Any], name: str) -> dict[str, Number]:
    return {key: Number.from_json(value, content[f"{name}_enclosure"][key]) for key, value in content[name].items()}


@dataclass(frozen=True)
class ClassState:
    """The state in which learning stops, with several classes of skills and types of texts (theory, section 7).

    `q` by the name of the unknown's class (by type and class where a class has several unknowns), `zeta` by class, the errors by type of
    texts.
    """

    q: dict[str, Number]
    zeta: dict[str, Number]
    testing_error: dict[str, Number]
    testing_error_uniform: dict[str, Number]
    training_error: dict[str, Number]
    status: str

    NAMES: ClassVar = ("q", "zeta", "testing_error", "testing_error_uniform", "training_error")

    def __repr__(self) -> str:
        return f"<zeta {', '.join(f'{name} = {_short(value)}' for name, value in self.zeta.items())}; {self.status}>"

    def _repr_latex_(self) -> str:
        parts = [rf"\zeta_{{\mathrm{{{name}}}}} = {value._repr_latex_().strip('$')}" for name, value in self.zeta.items()]
        return "$" + r",\quad ".join(parts) + "$"

    def to_dict(self) -> dict[str, Any]:
        """Return what `classes --json` prints of the state."""
        found: dict[str, Any] = {}
        for name in self.NAMES:
            found |= _named(name, getattr(self, name))
        return {**found, "status": self.status}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> ClassState:
        """Return the state that `to_dict` wrote."""
        return cls(**{name: _read_named(content, name) for name in cls.NAMES}, status=content["status"])
