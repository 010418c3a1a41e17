"""What an ensemble of several classes is made of: classes of skills, their prerequisites, and types of texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp

from ..checks import require_between, require_positive
from ..errors import InputError
from .degrees import DegreeDistribution, typed
from .exact import Stated, exact
from .learners import Learner
from .symbols import identifier

__all__ = ["Prerequisites", "SkillClass", "TextType"]

_BESIDE = r",\quad "


@dataclass(frozen=True)
class Prerequisites(Stated):
    """Skills of a class in a fixed order, each of which can be learned only when all its prerequisites, earlier ones, are known.

    `per` says how many there are: 'skill', each skill has Poisson(mean) of them, drawn uniformly from all earlier ones; 'pair', each
    earlier one of n is a prerequisite with probability mean/n, so that the skill at position t of the order has Poisson(mean t).

    >>> Prerequisites("1/2")
    Prerequisites(mean=1/2, per='skill')
    """

    mean: sp.Expr
    per: str = "skill"

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", require_positive(exact(self.mean, "prerequisites"), "prerequisites"))
        if self.per not in ("skill", "pair"):
            raise InputError("prerequisites per", "must be skill or pair", given=self.per)

    def _repr_latex_(self) -> str:
        position = "" if self.per == "skill" else r"\,t"
        return rf"$\text{{prerequisites of a skill: }} \mathrm{{Poisson}}\left({sp.latex(self.mean)}{position}\right)$"

    def __str__(self) -> str:
        return f"{typed(self.mean)} per {self.per}"


@dataclass(frozen=True)
class SkillClass(Stated):
    """A class of skills: its `share` of all, the fraction `unknown` (eps) of them not known before training, the classes it `requires`.

    `texts` says in how many texts of each type one of its skills is: a law by the name of each type, or one law for all together, each of
    whose edges chooses its type as often as there are such edges; if None, texts choose skills uniformly, so that the number
    is Poisson.
    """

    name: str
    share: sp.Expr
    unknown: sp.Expr = sp.S.One
    requires: tuple[str, ...] = ()
    texts: Mapping[str, DegreeDistribution] | DegreeDistribution | None = None
    prerequisites: Prerequisites | None = None

    def __post_init__(self) -> None:
        identifier(self.name, "the name of a class")
        share, unknown = f"the share of {self.name}", f"the unknown of {self.name}"
        object.__setattr__(self, "share", require_between(exact(self.share, share), 0, 1, share, open_low=True))
        object.__setattr__(self, "unknown", require_between(exact(self.unknown, unknown), 0, 1, unknown, open_low=True))
        object.__setattr__(self, "requires", (self.requires,) if isinstance(self.requires, str) else tuple(self.requires))
        if self.prerequisites is not None and self.texts is not None:
            raise InputError(f"the class {self.name}", "must leave its skills' law Poisson where they have prerequisites")

    def _repr_latex_(self) -> str:
        parts = [rf"{_said(self.name)}: s = {sp.latex(self.share)}", rf"\varepsilon = {sp.latex(self.unknown)}"]
        parts += [rf"\text{{requires }} {', '.join(map(_said, self.requires))}"] if self.requires else []
        return rf"${_BESIDE.join([*parts, *_formulas('L', self.texts)])}$"


@dataclass(frozen=True)
class TextType(Stated):
    """A type of texts: `ratio`, how many there are per skill of all classes together; how many skills of each class one has; its learner.

    `skills` is a law by the name of each class, or one law for all together, each of whose edges chooses a skill uniformly from all
    classes. `learner` None stands for that of the ensemble.
    """

    name: str
    ratio: sp.Expr
    skills: Mapping[str, DegreeDistribution] | DegreeDistribution
    learner: Learner | None = None

    def __post_init__(self) -> None:
        identifier(self.name, "the name of a type of texts")
        ratio = f"the ratio of {self.name}"
        object.__setattr__(self, "ratio", require_positive(exact(self.ratio, ratio), ratio))
        if not isinstance(self.skills, DegreeDistribution) and not self.skills:
            raise InputError(f"the texts {self.name}", "must require skills of at least one class")

    def _repr_latex_(self) -> str:
        return f"${_BESIDE.join([f'{_said(self.name)}: m/n = {sp.latex(self.ratio)}', *_formulas('P', self.skills)])}$"


def _said(name: str) -> str:
    escaped = name.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}"


def _formulas(pgf: str, laws: Mapping[str, DegreeDistribution] | DegreeDistribution | None) -> list[str]:
    """Return the generating function of each law, with what it is of where that is said."""
    if isinstance(laws, Mapping):
        return [f"{pgf}_{{{_said(name)}}}(x) = {sp.latex(law.pgf())}" for name, law in laws.items()]
    return [] if laws is None else [f"{pgf}(x) = {sp.latex(laws.pgf())}"]
