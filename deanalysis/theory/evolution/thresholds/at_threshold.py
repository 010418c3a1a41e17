"""Formulas in q, the parameter and a cusp's other letter, evaluated at a threshold in balls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import sympy as sp
from flint import arb, ctx

from ....balls.bound import Bound
from ....balls.numbers import Number, number
from ....errors import InputError
from ....model.symbols import q
from ..answers import Status
from ..equations.density_evolution import FixedPointEquation
from ..search import Question
from .find import thresholds
from .results import Threshold

GUARD = 20
"""So many more digits a threshold needs than what is evaluated at it: second and third derivatives at it lose a few digits each."""


@dataclass(frozen=True)
class Place:
    """Values of letters, q among them, as balls, or as they are: where formulas are evaluated.

    q comes first, as formulas may seem singular where it is 0.
    """

    letters: tuple[sp.Symbol, ...] = ()
    balls: tuple[arb, ...] = ()
    exact: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)

    def value(self, expression: sp.Expr) -> arb:
        """Enclose a formula."""
        return Bound(self.letters, {}).value(expression.xreplace(dict(self.exact)), *self.balls)


@dataclass(frozen=True)
class AtThreshold:
    """A threshold with its letters; `equation` has all others bound. Raises `InputError` where the threshold is not proved.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> evolution = DensityEvolution(model.ensemble, model.learner)
    >>> jump = evolution.thresholds("R", c=5, digits=30).emergence[0]
    >>> AtThreshold(evolution.at(c=5), jump).number(evolution.at(c=5).right_side / q, 10)
    1.000000000
    """

    equation: FixedPointEquation
    threshold: Threshold

    def __post_init__(self) -> None:
        if self.threshold.status != Status.PROVED or self.threshold.value is None or self.threshold.fixed_point is None:
            raise InputError("the threshold", "must be proved to say what is near it", given=str(self.threshold))

    @property
    def parameter(self) -> sp.Symbol:
        """The letter of the threshold."""
        return self._letter(self.threshold.parameter)

    @property
    def easier(self) -> int:
        """1 where learning gets easier as the letter grows, else -1."""
        return 1 if self.threshold.learned_side == "above" else -1

    def _letter(self, name: str) -> sp.Symbol:
        return next(symbol for symbol in self.equation.letters if symbol.name == name)

    @cached_property
    def place(self) -> Place:
        """The values of q, the parameter and a cusp's other letter."""
        known: dict[sp.Symbol, Number] = {q: self.threshold.fixed_point, self.parameter: self.threshold.value}  # type: ignore[dict-item]
        known |= {self._letter(name): value for name, value in self.threshold.at}
        return Place(tuple(known), tuple(value.ball() for value in known.values()))

    def number(self, expression: sp.Expr, digits: int) -> Number:
        """Return the value of an expression with the digits that are proved, at most `digits`."""
        with ctx.workprec(working_bits(digits)):
            return number(self.place.value(expression), digits)


def working_bits(digits: int) -> int:
    """Return the bits to work with at a threshold, for so many digits."""
    return int(3.4 * (digits + GUARD)) + 60


def both_sides(equation: FixedPointEquation, letter: sp.Symbol, digits: int, what: str) -> list[tuple[AtThreshold, AtThreshold]]:
    """Return each emergence in a letter, all others bound, before its jump and past it, for so many digits.

    Raises `InputError`, of `what` needs them, where the jumps are not all known and proved.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> evolution = DensityEvolution(model.ensemble, model.learner).at(c=5)
    >>> for sides in both_sides(evolution, evolution.parameter("R"), 10, "an example"):
    ...     print([side.number(evolution.novel, 5) for side in sides])
    [0.77169, 4.6327e-06]
    """
    jumps = thresholds(Question.of(equation, letter, digits + GUARD), "emergence")
    if jumps.undecided:
        raise InputError(what, "needs all jumps to be known", given=jumps.reason)
    return [(AtThreshold(equation, jump), AtThreshold(equation, replace(jump, fixed_point=jump.lands_on))) for jump in jumps]
