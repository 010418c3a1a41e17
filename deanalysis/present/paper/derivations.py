"""Derivations that a machine checks, each step an equality proved symbolically or tested in ball arithmetic; and how they are printed."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import islice

import sympy as sp
from flint import arb, ctx

from ...balls.compiling import compile_balls, rational
from ...model.formula import text
from ...symbolic.algebra import simplified
from ..kit.latex import tex
from .latex_blocks import PACKAGES, Letters, Named, align, complete, named_branches

_POINTS, _TRIES = 40, 2000
"""At how many points a step is checked: one refutes it, more find sides that differ in a part of the ranges alone; and draws for them."""
_BITS, _CLOSE = 200, arb(2) ** -120
"""Bits of a check, and how close to 0 a difference counts as 0: 80 bits may cancel, and no wrong formula is so close at all points."""
_BALANCED = r"\(((?:[^()]|\([^()]*\))*)\)"
_MATHEMATICAL = re.compile(rf"[^\s^]*\^{_BALANCED}[^\s,;]*|[^\s,;]*[\^_][^\s,;]*")
_GREEK = re.compile(r"(?<![A-Za-z\\])(Omega|alpha|beta|delta|kappa|lambda|mu|phi|pi|rho|sum|zeta)(?![A-Za-z])")
_LONG, _PART = 180, 75
"""Characters of a term that is still read at a glance, and of a sum in a longer one that is worth a letter of its own."""

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


def present(derivation: Derivation) -> None:
    """Print a derivation: as text, with `--latex` as a fragment to be input, with `--document` as a document that compiles by itself."""
    document = "--document" in sys.argv[1:]
    fragment = latex_derivation(derivation) if document or "--latex" in sys.argv[1:] else str(derivation)
    print(complete(fragment) if document else fragment)


def latex_derivation(derivation: Derivation, prefix: str = "") -> str:
    r"""Return a fragment: title and reference, the commands of the letters, the result, and the steps.

    >>> x = sp.Symbol("x", positive=True)
    >>> step = Step(sp.exp(sp.log(x)), x, "e^log x", (Range(x, 0, 9),))
    >>> print(latex_derivation(Derivation("logarithm", "y", (step,), "Euler")).splitlines()[-4])
    \textbf{Step 1:} $e^{log}$ x. Here $0 < \letterx < 9$. Proved symbolically.
    """
    from ...version import __version__

    name = derivation.name.replace(" ", "-").replace(",", "")
    rows = written_steps(derivation)
    ranged = [assumed.letter for step in derivation.steps for assumed in step.assumptions if isinstance(assumed, Range)]
    letters = Letters.of([*(side for row in rows for named in row for side in named.sides), *ranged])
    head = f"% deanalysis {__version__}: derivation of the {derivation.name}; needs the packages {', '.join(PACKAGES[:3])}"
    title = rf"\paragraph{{{tex(derivation.name[0].upper() + derivation.name[1:])}}} ({_reason(derivation.reference)})."
    result, *steps = [align(row, letters, f"{prefix}{name}-") for row in rows]
    told = [rf"\textbf{{Step {number}:}} {words}" for number, words in enumerate(_told(derivation, letters), 1)]
    return "\n".join([head, *letters.definitions, title, result, *(line for pair in zip(told, steps, strict=True) for line in pair)])


def written_steps(derivation: Derivation) -> list[list[Named]]:
    """Return the formulas of the result and of each step: u for -W(...), defined with the result, and abbreviations in very long steps."""
    sides = [side for step in derivation.steps for side in (step.left, step.right)]
    names = named_branches(sides, {symbol for side in sides for symbol in side.free_symbols})
    defined = [Named(str(-name), -name, -w) for w, name in names.items()]
    result = Named("result", derivation.symbol, derivation.result.xreplace(names))
    steps = [_step(str(number), step, names) for number, step in enumerate(derivation.steps, 1)]
    return [[result, *defined], *steps]


def _step(label: str, step: Step, names: dict[sp.Expr, sp.Expr]) -> list[Named]:
    """Return a step after the sums that it has to name, so that no term is too long to read."""
    sides = [step.left.xreplace(names), step.right.xreplace(names)]
    if max(len(text(term)) for side in sides for term in sp.Add.make_args(side)) <= _LONG:
        return [Named(label, *sides)]
    sums: dict[sp.Expr, sp.Symbol] = {}
    shorter = [sp.Add(*(_abbreviated(term, sums) for term in sp.Add.make_args(side))) for side in sides]
    return [*(Named(f"{label}-{name}", name, named) for named, name in sums.items()), Named(label, *shorter)]


def _abbreviated(term: sp.Expr, sums: dict[sp.Expr, sp.Symbol]) -> sp.Expr:
    """Put letters a_1, a_2, ... for the long sums in a term, the inner ones first."""

    def name(part: sp.Expr) -> sp.Symbol:
        return sums.setdefault(part, sp.Symbol(f"a_{len(sums) + 1}", real=True))

    return term.replace(lambda part: part.is_Add and len(text(part)) > _PART, name)


def _told(derivation: Derivation, letters: Letters) -> Iterator[str]:
    """Yield the words of each step; what is assumed is said where it changes."""
    before: tuple[Range | sp.Rel, ...] = ()
    for step, check in zip(derivation.steps, derivation.check(), strict=True):
        assumed = _assumed(step, letters) if step.assumptions != before else ""
        before = step.assumptions
        yield f"{_reason(step.reason)}{f' ({_reason(step.reference)})' if step.reference else ''}.{assumed} {_checked(check)}."


def _assumed(step: Step, letters: Letters) -> str:
    stated = [(given.low, given.letter, given.high) if isinstance(given, Range) else (given,) for given in step.assumptions]
    shown = [" < ".join(letters.latex(sp.sympify(part)) for part in parts) for parts in stated]
    return f" Here {', '.join(f'${relation}$' for relation in shown)}." if shown else " Nothing is assumed."


def _checked(check: Check) -> str:
    if check.answer is not Answer.TRUE:
        return f"Not checked: {check}"
    return f"Checked at {check.points} points" if check.points else "Proved symbolically"


def _reason(words: str) -> str:
    """Set words, with those that hold a power or an index as formulas."""
    return tex(_MATHEMATICAL.sub(lambda word: f"${_formula(word.group())}$", words))


def _formula(word: str) -> str:
    """Brace powers and indices of several letters, and write Greek letters."""
    braced = re.sub(r"\^(\w+|-\w+)", r"^{\1}", re.sub(rf"\^{_BALANCED}", r"^{\1}", word))
    return _GREEK.sub(r"\\\1", re.sub(r"_(\([^()]*\)|[A-Za-z0-9]+)", r"_{\1}", braced))
