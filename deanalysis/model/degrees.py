"""Degree distributions, of which a law declares its generating function and inherits the rest; and the ensemble that two of them state.

To add a law, write a frozen dataclass with `pgf` like those in `laws.py`, a rule in `reading.py` if
it is to be typed and, only where a closed form is better than the general way, `derivative` or `pmf`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import sympy as sp

from ..checks import require_kind
from ..errors import InputError
from ..symbolic.algebra import simplified
from .exact import Stated, between
from .matching import REPEATED, check_matching
from .symbols import x

_HIGHEST_LEAST = 17
"""Degrees among which the least is looked for: a law of one's own is differentiated as often, which must not take seconds."""


@dataclass(frozen=True)
class DegreeDistribution(Stated):
    """A law of the degree K of a text or a skill, P(x) = E x^K (Richardson, Urbanke 2008, section 3.4).

    A subclass declares `pgf(argument)`; mean, edge pgf, factorial moments, pmf and the derivatives
    follow from it. Fields hold SymPy expressions, in which letters may be free.
    """

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        """Return P(argument) = sum_k p_k argument^k."""
        raise NotImplementedError

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        """Return the derivative P^(order) at `argument`."""
        return sp.diff(self.pgf(x), x, order).subs(x, argument)

    @cached_property
    def mean(self) -> sp.Expr:
        """E K = P'(1)."""
        return self.factorial_moment(1)

    def factorial_moment(self, order: int) -> sp.Expr:
        """Return E K(K-1)...(K-order+1) = P^(order)(1)."""
        return self.derivative(sp.Integer(1), order)

    def edge_pgf(self, argument: sp.Expr = x) -> sp.Expr:
        """Return rho(argument) = P'(argument)/P'(1): the law of the other edges at the end of a random edge."""
        return self.edge_derivative(argument, 0)

    def edge_derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        """Return rho^(order)(argument) = P^(order+1)(argument)/P'(1)."""
        return self.derivative(argument, order + 1) / self.mean

    def pmf(self, degree: int) -> sp.Expr:
        """Return p_k = P^(k)(0)/k!."""
        return self.derivative(sp.Integer(0), degree) / sp.factorial(degree)

    @property
    def support(self) -> tuple[int, int | None] | None:
        """Least positive and largest possible degree; None in second place where it is unbounded or not known, None if neither is known."""
        for degree in range(1, _HIGHEST_LEAST):
            chance = self.pmf(degree)
            if chance.is_zero is not True:
                return (degree, None) if chance.is_positive else None
        return None

    @property
    def is_mixed_poisson(self) -> bool:
        """Whether degrees come from popularity: P(x) = E e^{-W(1-x)}."""
        return False

    @property
    def is_uniform(self) -> bool:
        """Whether every edge chooses its end among all nodes alike: degrees are plain Poisson."""
        return False

    def _expressions(self) -> list[sp.Expr]:
        return [value for held in fields(self) if held.init and isinstance(value := getattr(self, held.name), sp.Expr)]

    def _latex(self, printer: Any) -> str:
        return f"P(x) = {printer._print(self.pgf())}"

    def __str__(self) -> str:
        return self.written()

    def written(self, number: Callable[[sp.Expr], str] | None = None) -> str:
        """Return the law as one types it (`deanalysis.model.reading`), its numbers as `number` writes them (default: as fractions)."""
        name = "".join("_" + letter.lower() if letter.isupper() else letter for letter in type(self).__name__).lstrip("_")
        return f"{name}({', '.join(map(number or typed, self._expressions()))})"


def require_law(value: DegreeDistribution, argument: str) -> DegreeDistribution:
    """Return `value` if it is a degree law; `InputError` where it is anything else."""
    return require_kind(value, DegreeDistribution, argument, "a degree law, such as Poisson(3) or parse_law('poisson(3)')")


def require_popularity(skills: DegreeDistribution) -> None:
    """Raise `InputError` unless the skills get their texts by popularity."""
    if not skills.is_mixed_poisson:
        raise InputError("popularity", "is that of skills whose law is mixed Poisson", given=skills)


def typed(value: sp.Expr) -> str:
    """Return an expression as one types it."""
    return str(value).replace("**", "^")


@dataclass(frozen=True)
class Ensemble(Stated):
    """Texts with degree law P, skills with degree law L, and a fraction `unknown` (eps) of skills not known before training.

    `matching` says how the ends of edges are matched (`MATCHINGS`): on graphs of finite size it counts, in density evolution it does not.
    Every edge has two ends, so the ratio R = L'(1)/P'(1) of texts to skills is derived (theory, section 1).

    >>> from deanalysis.model.laws import Poisson
    >>> from deanalysis.model.symbols import R, c
    >>> Ensemble(texts=Poisson(c), skills=Poisson(c * R)).ratio
    R
    """

    texts: DegreeDistribution
    skills: DegreeDistribution
    unknown: sp.Expr = field(default=sp.S.One, metadata=between("unknown", 0, 1, open_low=True))
    matching: str = REPEATED

    def __post_init__(self) -> None:
        super().__post_init__()
        for law in (require_law(self.texts, "texts"), require_law(self.skills, "skills")):
            total = law.pgf(sp.S.One)
            if total != 1 and not total.free_symbols and simplified(total - 1) != 0:
                raise InputError(f"the law {law}", "must have a generating function that is 1 at x = 1", given=total)
        check_matching(self.matching, self.texts, self.skills)

    @cached_property
    def ratio(self) -> sp.Expr:
        """R = L'(1)/P'(1), texts per skill."""
        return self.skills.mean / self.texts.mean

    def __str__(self) -> str:
        return self.written()

    def written(self, number: Callable[[sp.Expr], str] | None = None) -> str:
        """Return the laws as one types them, their numbers as `number` writes them (default: as fractions)."""
        laws = f"texts {self.texts.written(number)}, skills {self.skills.written(number)}"
        return f"{laws}, unknown {(number or typed)(self.unknown)}" + ("" if self.matching == REPEATED else f", matching {self.matching}")

    def _latex(self, printer: Any) -> str:
        return rf"P(x) = {printer._print(self.texts.pgf())},\quad L(x) = {printer._print(self.skills.pgf())}"

    def __repr__(self) -> str:
        return f"<Ensemble: {self}>"
