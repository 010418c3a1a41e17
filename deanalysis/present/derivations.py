"""Derivations that a machine checks: every step is an equality, proved symbolically or tested in ball arithmetic."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

import sympy as sp
from flint import arb, ctx

from ..solve.compiling import ball_of

__all__ = ["Answer", "Derivation", "Range", "Step"]

_POINTS, _BITS, _CLOSE = 40, 200, arb(2) ** -120


class Answer(Enum):
    """What the check of a step says."""

    TRUE = "True"
    UNKNOWN = "Unknown"
    FALSE = "False"


@dataclass(frozen=True)
class Range:
    """The assumption low < letter < high, from which points are drawn."""

    letter: sp.Symbol
    low: Fraction | int
    high: Fraction | int

    def draw(self, chance: random.Random) -> sp.Rational:
        """Draw an exact point."""
        low, high = Fraction(self.low), Fraction(self.high)
        point = low + (high - low) * Fraction(chance.randrange(1, 10**6), 10**6)
        return sp.Rational(point.numerator, point.denominator)


@dataclass(frozen=True)
class Step:
    """The equality left = right, for a reason, where the assumptions hold.

    >>> x = sp.Symbol("x", positive=True)
    >>> Step(sp.exp(sp.log(x)), x, "logarithm", (Range(x, 0, 9),)).check()
    <Answer.TRUE: 'True'>
    >>> Step(sp.LambertW(x) * sp.exp(sp.LambertW(x)), 2 * x, "wrong", (Range(x, 0, 9),)).check()
    <Answer.FALSE: 'False'>
    """

    left: sp.Expr
    right: sp.Expr
    reason: str
    assumptions: tuple[Range, ...] = ()

    def check(self) -> Answer:
        """Return TRUE if the sides are equal symbolically or at all of 40 points, FALSE if they differ at one, else UNKNOWN."""
        difference = self.left - self.right
        if difference == 0 or sp.simplify(difference) == 0:
            return Answer.TRUE
        chance = random.Random(0)
        letters = difference.free_symbols
        if letters - {assumption.letter for assumption in self.assumptions}:
            return Answer.UNKNOWN
        with ctx.workprec(_BITS):
            values = [self._at(difference, chance) for _ in range(_POINTS)]
        if any(value.is_finite() and not value.contains(arb(0)) for value in values):
            return Answer.FALSE
        return Answer.TRUE if all(abs(value) < _CLOSE for value in values) else Answer.UNKNOWN

    def _at(self, difference: sp.Expr, chance: random.Random) -> arb:
        point = {assumption.letter: assumption.draw(chance) for assumption in self.assumptions}
        return ball_of(difference.xreplace(point))


@dataclass(frozen=True)
class Derivation:
    """A result with the steps that lead to it and where it is published."""

    name: str
    result: sp.Eq
    steps: tuple[Step, ...]
    reference: str

    def check(self) -> list[Answer]:
        """Return the answer for each step."""
        return [step.check() for step in self.steps]

    def __str__(self) -> str:
        lines = [f"{answer.value}: {step.reason}" for answer, step in zip(self.check(), self.steps, strict=True)]
        return "\n".join([f"{self.name}: {self.result} ({self.reference})", *lines])
