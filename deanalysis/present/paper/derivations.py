"""Derivations that a machine checks: every step is an equality, proved symbolically or tested in ball arithmetic."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import islice

import sympy as sp
from flint import arb, ctx

from ...balls.compiling import compile_balls, rational
from ...symbolic.algebra import simplified

__all__ = ["Answer", "Check", "Derivation", "Range", "Step"]

_POINTS, _TRIES, _BITS, _CLOSE = 40, 2000, 200, arb(2) ** -120

Point = Mapping[sp.Symbol, sp.Rational]


class Answer(Enum):
    """What the check of a step says."""

    TRUE = "True"
    UNKNOWN = "Unknown"
    FALSE = "False"


@dataclass(frozen=True)
class Check:
    """An answer, and at how many points the two sides were evaluated; 0 where a symbolic proof needed none, or no point could be found."""

    answer: Answer
    points: int

    def __str__(self) -> str:
        how = "symbolically" if self.points == 0 and self.answer is Answer.TRUE else f"{self.points} points"
        return f"{self.answer.value} ({how})"


@dataclass(frozen=True)
class Range:
    """The assumption low < letter < high, from which points are drawn.

    >>> x = sp.Symbol("x", positive=True)
    >>> Range(x, 2, 1).draw(random.Random(0)) is None
    True
    """

    letter: sp.Symbol
    low: Fraction | int
    high: Fraction | int

    def draw(self, chance: random.Random) -> sp.Rational | None:
        """Draw an exact point, or None where the range is empty."""
        low, high = Fraction(self.low), Fraction(self.high)
        if low >= high:
            return None
        return sp.Rational(low + (high - low) * Fraction(chance.randrange(1, 10**6), 10**6))

    @property
    def relation(self) -> sp.Basic:
        """The assumption as a formula."""
        low, high = sp.Rational(self.low), sp.Rational(self.high)
        return sp.And(sp.Lt(low, self.letter, evaluate=False), sp.Lt(self.letter, high, evaluate=False), evaluate=False)


@dataclass(frozen=True)
class Step:
    """The equality left = right, for a reason, where the assumptions hold: ranges of letters, and strict inequalities between them.

    >>> x = sp.Symbol("x", positive=True)
    >>> print(Step(sp.exp(sp.log(x)), x, "logarithm", (Range(x, 0, 9),)).check())
    True (symbolically)
    >>> print(Step(sp.LambertW(x) * sp.exp(sp.LambertW(x)), 2 * x, "wrong", (Range(x, 0, 9),)).check())
    False (40 points)
    >>> print(Step(x, x, "vacuous", (Range(x, 0, 1), x > 2)).check())
    Unknown (0 points)
    """

    left: sp.Expr
    right: sp.Expr
    reason: str
    assumptions: tuple[Range | sp.Rel, ...] = ()
    reference: str = ""

    def check(self) -> Check:
        """Return TRUE if the sides are equal symbolically or at 40 points, FALSE if they differ at one, else UNKNOWN.

        Points are exact and satisfy the assumptions; where none can be found, the step says nothing, and the answer is UNKNOWN.
        The slow part of the symbolic proof comes last: it is left for sides that cannot be evaluated.
        """
        ranges = [assumed for assumed in self.assumptions if isinstance(assumed, Range)]
        points = list(islice(self._points(ranges), _POINTS)) if self.assumptions else []
        if self.assumptions and len(points) < _POINTS:
            return Check(Answer.UNKNOWN, len(points))
        difference = self.left - self.right
        if difference == 0 or (difference.is_polynomial() and sp.expand(difference) == 0):
            return Check(Answer.TRUE, 0)
        free, letters = difference.free_symbols, {drawn.letter for drawn in ranges}
        evaluated = Check(Answer.UNKNOWN, 0) if free - letters else _evaluated(difference, points if free else [{}])
        if evaluated.answer is Answer.UNKNOWN and simplified(difference) == 0:
            return Check(Answer.TRUE, 0)
        return evaluated

    def _points(self, ranges: list[Range]) -> Iterator[Point]:
        """Yield points that satisfy all assumptions, drawn from the ranges and refused by the inequalities."""
        chance = random.Random(0)
        relations = [assumed for assumed in self.assumptions if not isinstance(assumed, Range)]
        for _ in range(_TRIES):
            point = {drawn.letter: drawn.draw(chance) for drawn in ranges}
            if None not in point.values() and all(relation.xreplace(point) == sp.true for relation in relations):
                yield point


def _evaluated(difference: sp.Expr, points: list[Point]) -> Check:
    """Evaluate the difference of two sides in balls: it is refuted where one of them excludes 0."""
    letters = sorted(difference.free_symbols, key=str)
    with ctx.workprec(_BITS):
        function = compile_balls(difference, letters)
        values = [arb(function(*(arb(rational(point[letter])) for letter in letters))) for point in points]
    if any(value.is_finite() and not value.contains(arb(0)) for value in values):
        return Check(Answer.FALSE, len(points))
    return Check(Answer.TRUE if all(abs(value) < _CLOSE for value in values) else Answer.UNKNOWN, len(points))


@dataclass(frozen=True)
class Derivation:
    """A result with the steps that lead to it and where it is published; the last step states the result, under the name `symbol` (LaTeX).

    So that no result can be written beside the steps that prove it, it is the right side of the last of them.
    """

    name: str
    symbol: str
    steps: tuple[Step, ...]
    reference: str

    @property
    def result(self) -> sp.Expr:
        """The result: the right side of the last step."""
        return self.steps[-1].right

    def check(self) -> list[Check]:
        """Return the answer for each step."""
        return [step.check() for step in self.steps]

    def __str__(self) -> str:
        lines = [f"{check}: {step.reason}" for check, step in zip(self.check(), self.steps, strict=True)]
        return "\n".join([f"{self.name}: {self.symbol} = {self.result} ({self.reference})", *lines])
