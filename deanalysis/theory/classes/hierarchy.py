"""Levels of skills: the threshold of each in closed form where the lower ones are, and the cheapest way to the top.

Where one type of texts teaches the one class of a level and all laws are Poisson, q = eps exp(-c R F P_suc(c q)) with F the chance that all
lower-level skills of a text are known: a model of one class in which R F stands for R (theory, section 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import sympy as sp
from flint import arb

from ...balls.bound_map import BoundMap
from ...balls.monotone import locate, refined
from ...balls.numbers import Number, check_digits, prove_numbers
from ...balls.precision import at_rising_precision
from ...errors import InputError
from ...model.degrees import Ensemble
from ...model.exact import Value, bindings
from ...model.formula import Formula
from ...model.laws import Poisson
from ...model.symbols import check_letters, q
from ...record import Record, named
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.search import Question
from ..evolution.thresholds.find import thresholds
from ..evolution.thresholds.results import Threshold
from .equations import ClassEquations

_EFFECTIVE = sp.Symbol("R_F", positive=True)


@dataclass(frozen=True)
class Level:
    """The one class of a level, the type of texts that teaches it, and its model of one class, in which R_F = R F stands for R."""

    name: str
    kind: str
    state: sp.Symbol
    factor: sp.Expr
    reduced: FixedPointEquation

    @cached_property
    def emergence(self) -> list[Threshold]:
        """The jumps of the model of one class in R_F, in closed form while letters are free."""
        return list(thresholds(Question.of(self.reduced, _EFFECTIVE)).emergence)

    def closed_form(self) -> sp.Expr | None:
        """Return R* = R_F*/F, texts of its type per skill of its class, in the letters and the states of lower levels."""
        known = [jump.closed_form.expression for jump in self.emergence if jump.closed_form is not None]
        return sp.powsimp(known[0] / self.factor) if known and known[0] is not None else None

    def curve(self) -> sp.Expr:
        """Return the R_F at which a state is a fixed point: -log(q/eps)/(c P_suc(c q))."""
        ensemble = self.reduced.ensemble
        return (-sp.log(q / ensemble.unknown) / (ensemble.texts.mean * self.reduced.teaching)).xreplace({q: self.state})


@dataclass(frozen=True)
class LevelThreshold(Record):
    """The threshold of a level: R_F* of the model of one class times the price exp(sum_g c_hg q_g) of what lower levels have not learned.

    `value` is in texts of its type per skill of its class, `plain` that on a perfect foundation; `formula` is the closed form.
    """

    name: str = field(metadata=named("class"))
    value: Number
    plain: Number
    price: Number
    formula: Formula | None = field(metadata=named("closed_form"))

    def __repr__(self) -> str:
        return f"<level {self.name}: R* = {self.value} = {self.plain} x {self.price}>"

    def _repr_latex_(self) -> str:
        shown = f"{self.formula.latex} = " if self.formula else ""
        return rf"$R_{{\mathrm{{{self.name}}}}}^* = {shown}{self.value.latex}$"


@dataclass(frozen=True)
class Hierarchy:
    """The levels of an ensemble of classes that has one class and one teaching type of texts at each, with Poisson laws.

    Raises `InputError` for any other ensemble.

    >>> from deanalysis.model.classes import ClassEnsemble, SkillClass, TextType
    >>> from deanalysis.model.symbols import letter
    >>> b, h = letter("b"), letter("h")
    >>> basic, domain = SkillClass("basic", "1/2"), SkillClass("domain", "1/2", requires=("basic",))
    >>> general = TextType("general", letter("R_B") / 2, {"basic": Poisson(b)})
    >>> expert = TextType("expert", letter("R_h") / 2, {"basic": Poisson(letter("a")), "domain": Poisson(h)})
    >>> levels = Hierarchy(ClassEquations(ClassEnsemble((basic, domain), (general, expert))))
    >>> levels.levels[1].closed_form()
    -exp(a*q_basic - 1/LambertW(-1/h))*LambertW(-1/h)/h
    >>> levels.thresholds(b=3, R_B="1.2", a=2, h=4, digits=20)[1]
    <level domain: R* = 1.5940170687228183456 = 1.4663503249889785382 x 1.0870642857700456970>
    """

    evolution: ClassEquations

    def _repr_latex_(self) -> str:
        return self.evolution._repr_latex_()

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The levels, from the foundation up."""
        ensemble = self.evolution.ensemble
        return tuple(self._level(number, names) for number, names in enumerate(ensemble.levels))

    def _level(self, number: int, names: tuple[str, ...]) -> Level:
        evolution, ensemble = self.evolution, self.evolution.ensemble
        kinds = [kind for kind in ensemble.type_names if ensemble.level_of_type(kind) == number]
        if len(names) > 1 or len(kinds) != 1:
            who = f"level {number} of the hierarchy"
            raise InputError(
                who, "must have one class and one type of texts", given=f"{', '.join(names)} taught by {', '.join(kinds) or 'none'}"
            )
        (name,), (kind,) = names, kinds
        skill_class, draw = ensemble.skill_class(name), next(draw for draw in ensemble.text_law(kind).draws if draw.weights[0][0] == name)
        if (
            not isinstance(draw.law, Poisson)
            or len(draw.weights) > 1
            or skill_class.texts is not None
            or skill_class.prerequisites is not None
        ):
            raise InputError(f"the class {name}", "must have Poisson laws and no prerequisites in a hierarchy of closed forms")
        (state,) = evolution.unknowns_of(name)
        mean = draw.law.mean
        reduced = FixedPointEquation(Ensemble(Poisson(mean), Poisson(mean * _EFFECTIVE), skill_class.unknown), ensemble.learner_of(kind))
        return Level(name, kind, state, sp.powsimp(evolution.foundation(kind)), reduced)

    def thresholds(self, *, digits: int = 15, **values: Value) -> tuple[LevelThreshold, ...]:
        """Return the first threshold of each level, above the state in which the levels below have stopped; letters may stay free above.

        Levels that have none, as their learning is gradual, are left out.
        """
        digits = check_digits(digits)
        check_letters(values, self.evolution.letters, "the binding")
        bound = bindings(values)
        passed = []
        for number, level in enumerate(self.levels):
            reduced = level.reduced.bind(bound)
            states = self._states(number, bound)
            if states is None or reduced.letters - {_EFFECTIVE} or level.factor.xreplace(bound).free_symbols - set(self.evolution.unknowns):
                break
            jumps = thresholds(Question.of(reduced, _EFFECTIVE, digits + 3)).emergence
            if jumps and jumps[0].value is not None:
                passed.append(_level_threshold(level, jumps[0].value, states, digits))
        return tuple(passed)

    def _states(self, number: int, bound: Mapping[sp.Symbol, sp.Expr]) -> _Below | None:
        """Return the states of the levels below one, with proof; None where their letters are not all bound, or that fails."""
        symbols = [level.state for level in self.levels[:number]]
        sides = dict(zip(self.evolution.unknowns, self.evolution.right_sides, strict=True))
        starts = dict(zip(self.evolution.unknowns, self.evolution.starts, strict=True))
        free = frozenset().union(*(sides[symbol].free_symbols for symbol in symbols)) - set(symbols)
        if free - set(bound):
            return None
        used = {symbol: value for symbol, value in bound.items() if symbol in self.evolution.letters}
        f = BoundMap.of(
            _System(tuple(symbols), tuple(sides[symbol] for symbol in symbols), tuple(starts[symbol] for symbol in symbols)), used
        )
        box = at_rising_precision(lambda: locate(f), most=256)
        return None if box is None else _Below(f, box)


class _System(NamedTuple):
    """The equations of some levels alone."""

    unknowns: tuple[sp.Symbol, ...]
    right_sides: tuple[sp.Expr, ...]
    starts: tuple[sp.Expr, ...]


class _Below(NamedTuple):
    """The proved state of the levels below one."""

    f: BoundMap
    box: list[arb]

    def value(self, expression: sp.Expr) -> arb:
        """Enclose an expression of those states at the current precision."""
        (value,) = self.f.compiled([expression])(*refined(self.f, self.box, None), *self.f.known(None))
        return arb(value)


def _level_threshold(level: Level, plain: Number, states: _Below, digits: int) -> LevelThreshold:
    closed = level.closed_form()
    value, first, price = prove_numbers(
        lambda: [plain.ball() * (price := states.value(1 / level.factor)), plain.ball(), price], digits
    )  # fmt: skip
    return LevelThreshold(level.name, value, first, price, Formula.of(closed) if closed is not None else None)
