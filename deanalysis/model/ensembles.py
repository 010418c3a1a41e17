"""The ensemble: a random bipartite graph of skills and texts, stated by its two degree laws."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ..checks import require_between
from ..errors import InputError
from ..symbolic.algebra import simplified
from .degrees import DegreeDistribution, Limit, require_law, typed
from .exact import Stated, exact

__all__ = ["Ensemble"]


@dataclass(frozen=True)
class Ensemble(Stated):
    """Texts with degree law P, skills with degree law L, and a fraction `unknown` (eps) of skills not known before training.

    Every edge has two ends, so the ratio R = L'(1)/P'(1) of texts to skills is derived (theory, section 1).

    >>> from deanalysis.model.laws import Poisson
    >>> from deanalysis.model.symbols import R, c
    >>> Ensemble(texts=Poisson(c), skills=Poisson(c * R)).ratio
    R
    """

    texts: DegreeDistribution
    skills: DegreeDistribution
    unknown: sp.Expr = sp.S.One

    def __post_init__(self) -> None:
        unknown = require_between(exact(self.unknown, "unknown"), 0, 1, "unknown", open_low=True)
        object.__setattr__(self, "unknown", unknown)
        for law in (require_law(self.texts, "texts"), require_law(self.skills, "skills")):
            total = law.pgf(sp.S.One)
            if total != 1 and not total.free_symbols and simplified(total - 1) != 0:
                raise InputError(f"the law {law}", "must have a generating function that is 1 at x = 1", given=total)

    @cached_property
    def ratio(self) -> sp.Expr:
        """R = L'(1)/P'(1), texts per skill."""
        return self.skills.mean / self.texts.mean

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        return [*self.texts.limits, *self.skills.limits, Limit(self.unknown, 0, 1)]

    def __str__(self) -> str:
        return self.written()

    def written(self, number: Callable[[sp.Expr], str] | None = None) -> str:
        """Return the laws as one types them, their numbers as `number` writes them (default: as fractions)."""
        laws = f"texts {self.texts.written(number)}, skills {self.skills.written(number)}"
        return f"{laws}, unknown {(number or typed)(self.unknown)}"

    def _repr_latex_(self) -> str:
        return f"$P(x) = {sp.latex(self.texts.pgf())},\\quad L(x) = {sp.latex(self.skills.pgf())}$"

    def __repr__(self) -> str:
        return f"<Ensemble: {self}>"
