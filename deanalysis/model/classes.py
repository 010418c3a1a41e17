"""Several classes of skills and types of texts, in levels: a foundation and what is built on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import sympy as sp

from ..errors import InputError
from ..symbolic.algebra import simplified
from .class_parts import Prerequisites, SkillClass, TextType
from .degrees import DegreeDistribution, Limit, typed
from .ensembles import Ensemble
from .exact import Stated, letters_within
from .joint import JointLaw
from .laws import Poisson
from .learners import Learner, SkillLearner

__all__ = ["ClassEnsemble", "Prerequisites", "SkillClass", "TextType"]

_MOST = 1000


@dataclass(frozen=True)
class ClassEnsemble(Stated):
    """K classes of skills and J types of texts (theory, section 7).

    With c_jk the mean number of class-k skills in a type-j text and s_k the share of class k, a class-k skill is in ratio_j c_jk/s_k type-j
    texts on average: a law stated for the skills must have that mean.

    A class that requires others is one level above the highest of them; the level of a type is the highest level among its classes.
    Training goes level by level: a text teaches only skills of its type's level, and only when every lower-level skill in it is known.

    >>> from deanalysis.model.symbols import R
    >>> basic, domain = SkillClass("basic", "2/3"), SkillClass("domain", "1/3", requires=("basic",))
    >>> general = TextType("general", "1.2", {"basic": Poisson(3)})
    >>> expert = TextType("expert", R, {"basic": Poisson(2), "domain": Poisson(4)})
    >>> ensemble = ClassEnsemble((basic, domain), (general, expert))
    >>> ensemble.degree("expert", "domain"), ensemble.level_of_type("expert")
    (12*R, 1)
    """

    classes: tuple[SkillClass, ...]
    types: tuple[TextType, ...]
    learner: Learner = field(default_factory=lambda: SkillLearner(1))

    @classmethod
    def of(cls, ensemble: Ensemble, learner: Learner, parts: int = 1) -> Self:
        """Return an ensemble of one class, in so many equal and alike parts ("skills", or "skills_1", "skills_2", ...).

        >>> from deanalysis.model import Regular
        >>> ClassEnsemble.of(Ensemble(texts=Regular(6), skills=Regular(3)), SkillLearner(1), parts=2)
        <2 classes of skills, 1 types of texts, 1 levels>
        """
        names = ["skills"] if parts == 1 else [f"skills_{number}" for number in range(1, parts + 1)]
        share = sp.Rational(1, parts)
        classes = tuple(SkillClass(name, share, ensemble.unknown, texts=ensemble.skills) for name in names)
        return cls(classes, (TextType("texts", ensemble.ratio, ensemble.texts),), learner)

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", tuple(self.classes))
        object.__setattr__(self, "types", tuple(self.types))
        for what, parts in (("classes", self.classes), ("types of texts", self.types)):
            names = [part.name for part in parts]
            if not 1 <= len(names) <= _MOST or len(set(names)) < len(names):
                raise InputError(f"the {what}", f"must be 1 to {_MOST}, each with a name of its own", given=", ".join(names))
        total = sp.Add(*(one.share for one in self.classes))
        if simplified(total - 1) != 0:
            raise InputError("the shares of the classes", "must sum to one", given=typed(total))
        self._check_names()
        _ = self.levels  # raises where they go round in a cycle
        self._check_means()

    def _check_names(self) -> None:
        for one in self.classes:
            _check_known(one.requires, self.names, f"{one.name} requires", "class")
            if isinstance(one.texts, Mapping):
                _check_known(one.texts, self.type_names, f"the class {one.name} is", "type of texts")
        for kind in self.types:
            if isinstance(kind.skills, Mapping):
                _check_known(kind.skills, self.names, f"the texts {kind.name} require", "class")

    def _check_means(self) -> None:
        for one in self.classes:
            if one.texts is None:
                continue
            law = self.skill_law(one.name)
            for kind in self.types:
                stated, follows = law.mean(kind.name), self.degree(kind.name, one.name)
                if simplified(stated - follows) != 0:
                    who = f"the law of {one.name} in the texts {kind.name}"
                    raise InputError(
                        who, f"must have the mean ratio x skills per text / share = {typed(simplified(follows))}", given=typed(stated)
                    )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the classes."""
        return tuple(one.name for one in self.classes)

    @cached_property
    def type_names(self) -> tuple[str, ...]:
        """The names of the types of texts."""
        return tuple(kind.name for kind in self.types)

    def skill_class(self, name: str) -> SkillClass:
        """Return a class by its name."""
        return self.classes[self.names.index(name)]

    def text_type(self, name: str) -> TextType:
        """Return a type of texts by its name."""
        return self.types[self.type_names.index(name)]

    def learner_of(self, name: str) -> Learner:
        """Return the learner of a type of texts."""
        return self.text_type(name).learner or self.learner

    @cached_property
    def _text_laws(self) -> dict[str, JointLaw]:
        shares = {one.name: one.share for one in self.classes}
        laws = ((kind.name, kind.skills) for kind in self.types)
        return {name: JointLaw.of(law) if isinstance(law, Mapping) else JointLaw.among(law, shares) for name, law in laws}

    def text_law(self, name: str) -> JointLaw:
        """Return the joint law of how many skills of each class a text of a type has."""
        return self._text_laws[name]

    def degree(self, kind: str, name: str) -> sp.Expr:
        """Return ratio_j c_jk/s_k: in how many texts of a type a skill of a class is, on average."""
        return self.text_type(kind).ratio * self.text_law(kind).mean(name) / self.skill_class(name).share

    @cached_property
    def _skill_laws(self) -> dict[str, JointLaw]:
        return {one.name: self._skill_law(one) for one in self.classes}

    def _skill_law(self, one: SkillClass) -> JointLaw:
        degrees = {kind.name: self.degree(kind.name, one.name) for kind in self.types}
        degrees = {name: degree for name, degree in degrees.items() if degree != 0}
        if one.texts is None:
            return JointLaw.of({name: Poisson(degree) for name, degree in degrees.items()})
        if isinstance(one.texts, DegreeDistribution):
            if not degrees:
                raise InputError(f"the class {one.name}", "must be in some text, as it has a law", given=str(one.texts))
            total = sp.Add(*degrees.values())
            return JointLaw.among(one.texts, {name: simplified(degree / total) for name, degree in degrees.items()})
        return JointLaw.of(one.texts)

    def skill_law(self, name: str) -> JointLaw:
        """Return the joint law of how many texts of each type a skill of a class is in."""
        return self._skill_laws[name]

    @cached_property
    def levels(self) -> tuple[tuple[str, ...], ...]:
        """The classes of each level, from the foundation up."""
        levels: list[tuple[str, ...]] = []
        left, known = list(self.classes), set[str]()
        while left:
            ready = tuple(one.name for one in left if known.issuperset(one.requires))
            if not ready:
                raise InputError("requires", "must not go round in a cycle", given=", ".join(one.name for one in left))
            levels.append(ready)
            known.update(ready)
            left = [one for one in left if one.name not in known]
        return tuple(levels)

    def level(self, name: str) -> int:
        """Return the level of a class, the foundation being 0."""
        return next(number for number, names in enumerate(self.levels) if name in names)

    def level_of_type(self, name: str) -> int:
        """Return the level of a type of texts: the highest among its classes."""
        return max(self.level(one) for one in self.text_law(name).kinds)

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return letters_within((*self.classes, *self.types, *(self.learner_of(name) for name in self.type_names)))

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        limits = [
            limit for one in self.classes for limit in (*self.skill_law(one.name).limits, Limit(one.unknown, 0, 1), Limit(one.share, 0, 1))
        ]
        return limits + [limit for kind in self.types for limit in (*self.text_law(kind.name).limits, Limit(kind.ratio, 0, None))]

    def __str__(self) -> str:
        classes = (
            f"class {one.name}: share {typed(one.share)}, unknown {typed(one.unknown)}, in {self.skill_law(one.name) or 'no text'}"
            + (f", requires {', '.join(one.requires)}" if one.requires else "")
            + (f", prerequisites {one.prerequisites}" if one.prerequisites else "")
            for one in self.classes
        )
        types = (
            f"texts {kind.name}: ratio {typed(kind.ratio)}, {self.text_law(kind.name)}, learner {self.learner_of(kind.name)}"
            for kind in self.types
        )
        return "; ".join([*classes, *types])

    def _repr_latex_(self) -> str:
        parts: tuple[Any, ...] = (*self.classes, *self.types)
        lines = (part._repr_latex_().strip("$") for part in parts)
        return "$\\begin{gathered}" + r" \\ ".join(lines) + "\\end{gathered}$"

    def __repr__(self) -> str:
        return f"<{len(self.classes)} classes of skills, {len(self.types)} types of texts, {len(self.levels)} levels>"


def _check_known(names: Sequence[str] | Mapping[str, object], there: Sequence[str], who: str, what: str) -> None:
    for name in names:
        if name not in there:
            raise InputError(who, f"an unknown {what} {name!r}", remedy=f"there are {', '.join(there)}")
