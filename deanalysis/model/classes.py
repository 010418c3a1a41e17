"""Several classes of skills and types of texts, in levels: a foundation and what is built on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, Self

import sympy as sp

from ..checks import require_kind
from ..errors import InputError
from ..symbolic.algebra import simplified
from .degrees import DegreeDistribution, Ensemble, typed
from .exact import Limit, Stated, between, letters_within, positive
from .joint import JointLaw
from .laws import Poisson
from .learners import Learner, SkillLearner, refuse_ideal
from .symbols import identifier

_MOST = 1000
"""Most classes and most types: the equations are one for each pair of them."""

Laws = Mapping[str, DegreeDistribution] | DegreeDistribution


@dataclass(frozen=True)
class Prerequisites(Stated):
    """Skills of a class in a fixed order, each of which can be learned only when all its prerequisites, earlier ones, are known.

    `per` says how many there are: 'skill', each skill has Poisson(mean) of them, drawn uniformly from all earlier ones; 'pair', each
    earlier one of n is a prerequisite with probability mean/n, so that the skill at position t of the order has Poisson(mean t).

    >>> Prerequisites("1/2")
    Prerequisites(mean=1/2, per='skill')
    """

    mean: sp.Expr = field(metadata=positive("prerequisites"))
    per: str = "skill"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.per not in ("skill", "pair"):
            raise InputError("prerequisites per", "must be skill or pair", given=self.per)

    def _latex(self, printer: Any) -> str:
        position = "" if self.per == "skill" else r"\,t"
        return rf"\text{{prerequisites of a skill: }} \mathrm{{Poisson}}\left({printer._print(self.mean)}{position}\right)"

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
    share: sp.Expr = field(metadata=between("the share of {self.name}", 0, 1, open_low=True))
    unknown: sp.Expr = field(default=sp.S.One, metadata=between("the unknown of {self.name}", 0, 1, open_low=True))
    requires: tuple[str, ...] = ()
    texts: Laws | None = None
    prerequisites: Prerequisites | None = None

    def __post_init__(self) -> None:
        identifier(self.name, "the name of a class")
        super().__post_init__()
        self._set("requires", (self.requires,) if isinstance(self.requires, str) else tuple(self.requires))
        if self.prerequisites is not None and self.texts is not None:
            raise InputError(f"the class {self.name}", "must leave its skills' law Poisson where they have prerequisites")

    def _latex(self, printer: Any) -> str:
        said = [rf"{_said(self.name)}: s = {printer._print(self.share)}", rf"\varepsilon = {printer._print(self.unknown)}"]
        said += [rf"\text{{requires }} {', '.join(map(_said, self.requires))}"] if self.requires else []
        return r",\quad ".join([*said, *_formulas("L", self.texts, printer)])


@dataclass(frozen=True)
class TextType(Stated):
    """A type of texts: `ratio`, how many there are per skill of all classes together; how many skills of each class one has; its learner.

    `skills` is a law by the name of each class, or one law for all together, each of whose edges chooses a skill uniformly from all
    classes. `learner` None stands for that of the ensemble.
    """

    name: str
    ratio: sp.Expr = field(metadata=positive("the ratio of {self.name}"))
    skills: Laws
    learner: Learner | None = None

    def __post_init__(self) -> None:
        identifier(self.name, "the name of a type of texts")
        super().__post_init__()
        if not isinstance(self.skills, DegreeDistribution) and not self.skills:
            raise InputError(f"the texts {self.name}", "must require skills of at least one class")

    def _latex(self, printer: Any) -> str:
        return r",\quad ".join([f"{_said(self.name)}: m/n = {printer._print(self.ratio)}", *_formulas("P", self.skills, printer)])


def _said(name: str) -> str:
    escaped = name.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}"


def _formulas(pgf: str, laws: Laws | None, printer: Any) -> list[str]:
    """Return the generating function of each law, with what it is of where that is said."""
    if isinstance(laws, Mapping):
        return [f"{pgf}_{{{_said(name)}}}(x) = {printer._print(law.pgf())}" for name, law in laws.items()]
    return [] if laws is None else [f"{pgf}(x) = {printer._print(laws.pgf())}"]


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
        require_kind(ensemble, Ensemble, "the ensemble", "an Ensemble, such as load_model('paper').ensemble")
        names = ["skills"] if parts == 1 else [f"skills_{number}" for number in range(1, parts + 1)]
        share = sp.Rational(1, parts)
        classes = tuple(SkillClass(name, share, ensemble.unknown, texts=ensemble.skills) for name in names)
        return cls(classes, (TextType("texts", ensemble.ratio, ensemble.texts),), learner)

    def __post_init__(self) -> None:
        self._set("classes", tuple(self.classes))
        self._set("types", tuple(self.types))
        for learner in (self.learner, *(texts.learner for texts in self.types if texts.learner)):
            refuse_ideal(learner, "a model of several classes")
        for what, names in (("classes", self.names), ("types of texts", self.type_names)):
            if not 1 <= len(names) <= _MOST or len(set(names)) < len(names):
                raise InputError(f"the {what}", f"must be 1 to {_MOST}, each with a name of its own", given=", ".join(names))
        total = sp.Add(*(skills.share for skills in self.classes))
        if simplified(total - 1) != 0:
            raise InputError("the shares of the classes", "must sum to one", given=typed(total))
        for skills in self.classes:
            _check_known(skills.requires, self.names, f"{skills.name} requires", "class")
            _check_known(skills.texts, self.type_names, f"the class {skills.name} is", "type of texts")
        for texts in self.types:
            _check_known(texts.skills, self.names, f"the texts {texts.name} require", "class")
        _ = self.levels  # raises where they go round in a cycle
        for skills, kind in product(self.classes, self.type_names):
            if skills.texts is not None:
                self._check_mean(skills.name, kind)

    def _check_mean(self, name: str, kind: str) -> None:
        """Refuse a law of skills whose mean is not that which follows from the texts."""
        stated, follows = self.skill_law(name).mean(kind), self.degree(kind, name)
        if simplified(stated - follows) != 0:
            requirement = f"must have the mean ratio x skills per text / share = {typed(simplified(follows))}"
            raise InputError(f"the law of {name} in the texts {kind}", requirement, given=typed(stated))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the classes."""
        return tuple(skills.name for skills in self.classes)

    @cached_property
    def type_names(self) -> tuple[str, ...]:
        """The names of the types of texts."""
        return tuple(texts.name for texts in self.types)

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
        shares = {skills.name: skills.share for skills in self.classes}
        laws = ((texts.name, texts.skills) for texts in self.types)
        return {name: JointLaw.of(law) if isinstance(law, Mapping) else JointLaw.among(law, shares) for name, law in laws}

    def text_law(self, name: str) -> JointLaw:
        """Return the joint law of how many skills of each class a text of a type has."""
        return self._text_laws[name]

    def degree(self, kind: str, name: str) -> sp.Expr:
        """Return ratio_j c_jk/s_k: in how many texts of a type a skill of a class is, on average."""
        return self.text_type(kind).ratio * self.text_law(kind).mean(name) / self.skill_class(name).share

    @cached_property
    def _skill_laws(self) -> dict[str, JointLaw]:
        return {skills.name: self._skill_law(skills.name, skills.texts) for skills in self.classes}

    def skill_law(self, name: str) -> JointLaw:
        """Return the joint law of how many texts of each type a skill of a class is in."""
        return self._skill_laws[name]

    def _skill_law(self, name: str, stated: Laws | None) -> JointLaw:
        if isinstance(stated, Mapping):
            return JointLaw.of(stated)
        degrees = {kind: degree for kind in self.type_names if (degree := self.degree(kind, name)) != 0}
        if stated is None:
            return JointLaw.of({kind: Poisson(degree) for kind, degree in degrees.items()})
        if not degrees:
            raise InputError(f"the class {name}", "must be in some text, as it has a law", given=str(stated))
        total = sp.Add(*degrees.values())
        return JointLaw.among(stated, {kind: simplified(degree / total) for kind, degree in degrees.items()})

    @cached_property
    def levels(self) -> tuple[tuple[str, ...], ...]:
        """The classes of each level, from the foundation up."""
        levels: list[tuple[str, ...]] = []
        left, known = list(self.classes), set[str]()
        while left:
            ready = tuple(skills.name for skills in left if known.issuperset(skills.requires))
            if not ready:
                raise InputError("requires", "must not go round in a cycle", given=", ".join(skills.name for skills in left))
            levels.append(ready)
            known.update(ready)
            left = [skills for skills in left if skills.name not in known]
        return tuple(levels)

    def level(self, name: str) -> int:
        """Return the level of a class, the foundation being 0."""
        return next(number for number, names in enumerate(self.levels) if name in names)

    def level_of_type(self, name: str) -> int:
        """Return the level of a type of texts: the highest among its classes."""
        return max(map(self.level, self.text_law(name).kinds))

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return letters_within((*self.classes, *self.types, *map(self.learner_of, self.type_names)))

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        laws = (*self._skill_laws.values(), *self._text_laws.values())
        fractions = [Limit(share, 0, 1) for skills in self.classes for share in (skills.unknown, skills.share)]
        return [*(limit for law in laws for limit in law.limits), *fractions, *(Limit(texts.ratio, 0, None) for texts in self.types)]

    def __str__(self) -> str:
        said = []
        for skills in self.classes:
            law = str(self.skill_law(skills.name)) or "no text"
            said.append(f"class {skills.name}: share {typed(skills.share)}, unknown {typed(skills.unknown)}, in {law}")
            said[-1] += f", requires {', '.join(skills.requires)}" if skills.requires else ""
            said[-1] += f", prerequisites {skills.prerequisites}" if skills.prerequisites else ""
        for texts in self.types:
            law, learner = str(self.text_law(texts.name)), self.learner_of(texts.name)
            said.append(f"texts {texts.name}: ratio {typed(texts.ratio)}, {law}, learner {learner}")
        return "; ".join(said)

    def _latex(self, printer: Any) -> str:
        lines = r" \\ ".join(map(printer._print, (*self.classes, *self.types)))
        return rf"\begin{{gathered}}{lines}\end{{gathered}}"

    def __repr__(self) -> str:
        return f"<{len(self.classes)} classes of skills, {len(self.types)} types of texts, {len(self.levels)} levels>"


def _check_known(stated: tuple[str, ...] | Laws | None, known: Sequence[str], who: str, what: str) -> None:
    """Refuse a name that is not known, in a list or in laws by names."""
    for name in stated if isinstance(stated, (tuple, Mapping)) else ():
        if name not in known:
            raise InputError(who, f"an unknown {what} {name!r}", remedy=f"there are {', '.join(known)}")
