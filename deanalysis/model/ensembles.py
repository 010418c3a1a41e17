"""The ensemble: a random bipartite graph of skills and texts, stated by its two degree laws."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy as sp

from ..errors import InputError
from ..symbolic.algebra import simplified
from .degrees import DegreeDistribution, require_law, typed
from .exact import Stated, fraction


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
    unknown: sp.Expr = field(default=sp.S.One, metadata=fraction("unknown"))

    def __post_init__(self) -> None:
        super().__post_init__()
        for law in (require_law(self.texts, "texts"), require_law(self.skills, "skills")):
            total = law.pgf(sp.S.One)
            if total != 1 and not total.free_symbols and simplified(total - 1) != 0:
                raise InputError(f"the law {law}", "must have a generating function that is 1 at x = 1", given=total)

    @cached_property
    def ratio(self) -> sp.Expr:
        """R = L'(1)/P'(1), texts per skill."""
        return self.skills.mean / self.texts.mean

    def __str__(self) -> str:
        return self.written()

    def written(self, number: Callable[[sp.Expr], str] | None = None) -> str:
        """Return the laws as one types them, their numbers as `number` writes them (default: as fractions)."""
        laws = f"texts {self.texts.written(number)}, skills {self.skills.written(number)}"
        return f"{laws}, unknown {(number or typed)(self.unknown)}"

    def _latex(self, printer: Any) -> str:
        return rf"P(x) = {printer._print(self.texts.pgf())},\quad L(x) = {printer._print(self.skills.pgf())}"

    def __repr__(self) -> str:
        return f"<Ensemble: {self}>"
