"""Density evolution with several classes of skills and types of texts: one unknown for each class, or each kind of edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import sympy as sp

from ...model.classes import ClassEnsemble
from ...model.exact import Limit, Value, bindings
from ...model.formula import latex
from ..evolution.equations.sums import TextSums, joint_sums

_LONG = 40
"""Letters and unknowns on all right sides up to which they are printed in full; beyond, parts that repeat get names, to fit a page."""


@dataclass(frozen=True)
class ClassEquations:
    """q = f(q) for the edges (j, k) between texts of type j and skills of class k (theory, section 7).

    q_jk = eps_k d_j L_k(1 - T_1k, ..., 1 - T_Jk)/d_j L_k(1) is the probability that a class-k skill at the end of an edge of a type-j text
    is still novel, not counting that edge, and T_jk that a type-j text teaches a given novel class-k skill of its own: sum_m a_m times the
    chance that m of its other skills of the type's level are novel, and none of a lower level. T_jk = 0 for classes below that level.
    Edges whose equations are the same share one unknown, so that Poisson skills have one for each class:
    q_k = eps_k exp(-sum_j R_jk c_jk P_suc,j(sum_k' c_jk' q_k')).

    >>> from deanalysis.model import Poisson
    >>> from deanalysis.model.classes import SkillClass, TextType
    >>> from deanalysis.model.symbols import R
    >>> basic, domain = SkillClass("basic", "1/2"), SkillClass("domain", "1/2", requires=("basic",))
    >>> general = TextType("general", R / 2, {"basic": Poisson(3)})
    >>> expert = TextType("expert", R / 2, {"basic": Poisson(2), "domain": Poisson(4)})
    >>> for equation in ClassEquations(ClassEnsemble((basic, domain), (general, expert))).equations:
    ...     print(equation)
    Eq(q_basic, exp(-3*R*exp(-3*q_basic)))
    Eq(q_domain, exp(-4*R*exp(-2*q_basic)*exp(-4*q_domain)))
    """

    ensemble: ClassEnsemble

    def __post_init__(self) -> None:
        for kind in self.ensemble.type_names:
            self.ensemble.learner_of(kind).check()

    @cached_property
    def _edges(self) -> dict[tuple[str, str], sp.Symbol]:
        """The unknown of each kind of edge (type, class), and of a class without edges under the type ''."""
        unknown: dict[tuple[str, str], sp.Symbol] = {}
        for name in self.ensemble.names:
            groups = self.ensemble.skill_law(name).alike or [("",)]
            for kinds in groups:
                label = name if len(groups) < 2 else f"{kinds[0]}_{name}"
                unknown |= {(kind, name): sp.Symbol(f"q_{label}", nonnegative=True) for kind in kinds}
        return unknown

    @cached_property
    def unknowns(self) -> tuple[sp.Symbol, ...]:
        """The unknowns, in the order of the classes."""
        return tuple(dict.fromkeys(self._edges.values()))

    @cached_property
    def class_of(self) -> dict[sp.Symbol, str]:
        """The class of each unknown."""
        return {symbol: name for (_, name), symbol in self._edges.items()}

    @cached_property
    def kind_of(self) -> dict[sp.Symbol, str]:
        """The first type of texts that each unknown is of; '' where its class is in no text."""
        return {symbol: kind for (kind, _), symbol in reversed(self._edges.items())}

    def edge(self, kind: str, name: str) -> sp.Symbol:
        """Return the unknown of the edges between texts of a type and skills of a class."""
        return self._edges[kind, name]

    def unknowns_of(self, name: str) -> tuple[sp.Symbol, ...]:
        """Return the unknowns of a class."""
        return tuple(symbol for symbol in self.unknowns if self.class_of[symbol] == name)

    @cached_property
    def starts(self) -> tuple[sp.Expr, ...]:
        """The unknowns before training: eps of their class."""
        return tuple(self.ensemble.skill_class(self.class_of[symbol]).unknown for symbol in self.unknowns)

    def own(self, kind: str) -> tuple[str, ...]:
        """Return the classes that a type of texts teaches: those of its level."""
        level = self.ensemble.level_of_type(kind)
        return tuple(name for name in self.ensemble.text_law(kind).kinds if self.ensemble.level(name) == level)

    def sums(
        self, kind: str, novel: Mapping[str, sp.Expr], beside: str | None = None, known: Mapping[str, sp.Expr] | None = None
    ) -> tuple[sp.Expr, TextSums]:
        """Return the chance that all lower-level skills of a text are `known` (1 - q), and sums over its novel ones of its own level.

        With `beside`, it is the other skills of a text that are meant, seen from one of that class.
        """
        known = known or {name: 1 - self.edge(kind, name) for name in self.ensemble.text_law(kind).kinds}
        return joint_sums(self.ensemble.text_law(kind), self.ensemble.learner_of(kind), known, novel, beside)

    @cached_property
    def _teaching(self) -> dict[tuple[str, str], sp.Expr]:
        chances = {}
        for kind in self.ensemble.type_names:
            own = self.own(kind)
            for name in own:
                factor, sums = self.sums(kind, {other: self.edge(kind, other) for other in own}, name)
                chances[kind, name] = factor * sums.teaches(sp.S.Zero, sp.S.One)
        return chances

    def teaching(self, kind: str, name: str) -> sp.Expr:
        """Return T_jk, the probability that a text of a type teaches a given novel skill of its own of a class."""
        return self._teaching.get((kind, name), sp.S.Zero)

    def foundation(self, kind: str) -> sp.Expr:
        """Return the chance that all lower-level skills of a text are known; for Poisson laws it is exp(-sum_g c_hg q_g)."""
        return self.sums(kind, {name: self.edge(kind, name) for name in self.own(kind)})[0]

    @property
    def labels(self) -> dict[sp.Symbol, str]:
        """The names of the unknowns, without q_."""
        return {symbol: symbol.name.removeprefix("q_") for symbol in self.unknowns}

    def _untaught(self, name: str) -> dict[str, sp.Expr]:
        return {kind: 1 - self.teaching(kind, name) for kind in self.ensemble.skill_law(name).kinds}

    def _left(self, name: str, untaught: sp.Expr) -> sp.Expr:
        """Return the chance to be novel of a skill that nobody teaches with a given probability.

        With Poisson(d) prerequisites per skill, all are known with probability A = exp(-(d/t) int_0^t q) at position t, and
        q(t) = eps (1 - A (1 - untaught)): it is solved by the same q at all t. With Poisson(d t), by
        q(t) = eps u e^(eps d t)/(1 - u + u e^(eps d t)), u being the chance that nobody teaches, of which the mean over t is returned
        (derived in `derivations/prerequisites.py`).
        """
        skill_class = self.ensemble.skill_class(name)
        if skill_class.prerequisites is None:
            return skill_class.unknown * untaught
        mean = skill_class.prerequisites.mean
        if skill_class.prerequisites.per == "skill":
            (state,) = self.unknowns_of(name)
            return skill_class.unknown * (1 - sp.exp(-mean * state) * (1 - untaught))
        return sp.log(1 + (sp.exp(mean * skill_class.unknown) - 1) * untaught) / mean

    @cached_property
    def right_sides(self) -> tuple[sp.Expr, ...]:
        """f, in the order of the unknowns."""
        sides = []
        for symbol in self.unknowns:
            name, kind = self.class_of[symbol], self.kind_of[symbol]
            untaught = self.ensemble.skill_law(name).edge_pgf(kind, self._untaught(name)) if kind else sp.S.One
            sides.append(self._left(name, untaught))
        return tuple(sides)

    @property
    def equations(self) -> tuple[sp.Eq, ...]:
        """The equations q = f(q)."""
        return tuple(sp.Eq(symbol, side, evaluate=False) for symbol, side in zip(self.unknowns, self.right_sides, strict=True))

    @property
    def shown(self) -> tuple[sp.Eq, ...]:
        """The equations as one would write them: where they are long, with a letter T for each chance that a text teaches.

        >>> from deanalysis import Ensemble, Poisson, SkillLearner
        >>> parts = ClassEnsemble.of(Ensemble(Poisson(3), Poisson(2)), SkillLearner(1), parts=30)
        >>> long = ClassEquations(parts).shown
        >>> len(long), long[1]
        (31, Eq(q_skills_1, exp(-2*T_texts)))
        """
        if sum(len(side.free_symbols) for side in self.right_sides) <= _LONG:
            return self.equations
        marks: dict[sp.Expr, sp.Symbol] = {}
        for (kind, name), chance in self._teaching.items():
            same = all(chance == other for (of, _), other in self._teaching.items() if of == kind)
            marks.setdefault(chance, sp.Symbol(f"T_{kind}" if same else f"T_{kind}_{name}", positive=True))
        sides = (side.xreplace(marks) for side in self.right_sides)
        named = (sp.Eq(mark, chance, evaluate=False) for chance, mark in marks.items())
        return (*named, *(sp.Eq(symbol, side, evaluate=False) for symbol, side in zip(self.unknowns, sides, strict=True)))

    def _repr_latex_(self) -> str:
        return "$\\begin{gathered}" + " \\\\ ".join(map(latex, self.shown)) + "\\end{gathered}$"

    @cached_property
    def jacobian(self) -> sp.Matrix:
        """df/dq; a jump is where, at the largest fixed point, its Perron eigenvalue is 1, and so det(1 - J) = 0.

        >>> from deanalysis.model import Poisson
        >>> from deanalysis.model.classes import SkillClass, TextType
        >>> from deanalysis.model.symbols import R, c
        >>> one = ClassEnsemble((SkillClass("a", 1),), (TextType("t", R, {"a": Poisson(c)}),))
        >>> ClassEquations(one).jacobian
        Matrix([[R*c**2*exp(-c*q_a)*exp(-R*c*exp(-c*q_a))]])
        """
        return sp.Matrix(self.right_sides).jacobian(self.unknowns)

    @cached_property
    def novel(self) -> dict[str, sp.Expr]:
        """zeta by class: the probability that a skill of it is still novel in the end, eps_k L_k(1 - T_1k, ..., 1 - T_Jk)."""
        return {name: self._left(name, self.ensemble.skill_law(name).pgf(self._untaught(name))) for name in self.ensemble.names}

    def novel_between(self, name: str, low: sp.Expr, high: sp.Expr) -> sp.Expr:
        """Return the probability that a skill of a class with prerequisites is novel at a position between two of its order, from 0 to 1.

        With Poisson(d t) prerequisites it is (I(high) - I(low))/(high - low), I(t) = log(1 - u + u e^(eps d t))/d; with Poisson(d) it
        is the same at all positions.
        """
        skill_class = self.ensemble.skill_class(name)
        if skill_class.prerequisites is None or skill_class.prerequisites.per == "skill":
            return self.novel[name]
        untaught, mean = self.ensemble.skill_law(name).pgf(self._untaught(name)), skill_class.prerequisites.mean
        grown = [sp.log(1 - untaught + untaught * sp.exp(skill_class.unknown * mean * place)) for place in (low, high)]
        return (grown[1] - grown[0]) / (mean * (high - low))

    @cached_property
    def testing_errors(self) -> dict[str, sp.Expr]:
        """By type: one more text, attached like the others, requires a novel skill: 1 - P_j(1 - q_j1, ..., 1 - q_jK)."""
        laws = ((kind, self.ensemble.text_law(kind)) for kind in self.ensemble.type_names)
        return {kind: 1 - law.pgf({name: 1 - self.edge(kind, name) for name in law.kinds}) for kind, law in laws}

    @cached_property
    def training_errors(self) -> dict[str, sp.Expr]:
        """By type: a training text is not understood.

        It is if all lower-level skills in it are known and, of its j own-level ones that nobody else teaches, it teaches all, with
        probability a_(j-1), which takes that all their prerequisites are known.
        """
        errors = {}
        for kind in self.ensemble.type_names:
            factor, sums = self.sums(kind, {name: self._teachable(kind, name) for name in self.own(kind)})
            errors[kind] = 1 - factor * sums.learned_from(sp.S.Zero, sp.S.One)
        return errors

    def _teachable(self, kind: str, name: str) -> sp.Expr:
        """Return the chance that nobody else has taught a skill, but that it could be learned: untaught (eps - q)/(1 - untaught) or q."""
        skill_class, state = self.ensemble.skill_class(name), self.edge(kind, name)
        if skill_class.prerequisites is None:
            return state
        untaught = self.ensemble.skill_law(name).edge_pgf(kind, self._untaught(name))
        return untaught * (skill_class.unknown - state) / (1 - untaught)

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return self.ensemble.letters

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        return self.ensemble.limits

    def at(self, **values: Value) -> Self:
        """Return a copy with letters bound by name, exactly."""
        return self.bind(bindings(values))

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return a copy with letters bound."""
        return type(self)(self.ensemble.bind(bound))
