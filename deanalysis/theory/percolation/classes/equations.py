"""Percolation on what several classes of skills learn: messages along each kind of edge, exactly and for independent skills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, Self

import sympy as sp

from ....checks import require_kind
from ....errors import InputError
from ....model.association import Association, Uniform
from ....model.exact import Limit
from ....model.formula import latex
from ...classes.equations import ClassEquations
from ...evolution.letters import Lettered
from ..equations import z


class ClassMessages(NamedTuple):
    """v = Phi(v, z) for `messages` v with `right_sides` Phi; at z = 1 the `trivial` state, without a giant component, solves it.

    `finite` is H_k(v, z) by class, the chance that a skill of it is a vertex of a finite component; `text` sums over the types of texts
    how many there are of one, per skill, times what generates the number of vertices in it. `learned` and `novel` are the messages of
    learned and of novel skills by the unknown q of their edges. All of it are formulas in q; `shown` are the equations as one would write
    them.
    """

    messages: tuple[sp.Symbol, ...]
    right_sides: tuple[sp.Expr, ...]
    trivial: tuple[sp.Expr, ...]
    finite: dict[str, sp.Expr]
    text: sp.Expr
    shown: tuple[sp.Eq, ...]
    learned: Mapping[sp.Symbol, sp.Symbol] = MappingProxyType({})
    novel: Mapping[sp.Symbol, sp.Symbol] = MappingProxyType({})


class _Edges:
    """The symbols of a system: a message for each unknown of density evolution, and chances of a text for each kind of edge."""

    def __init__(self, equations: ClassEquations) -> None:
        self.equations, self.ensemble = equations, equations.ensemble
        self.unknowns = [symbol for symbol in equations.unknowns if equations.kind_of[symbol]]

    def messages(self, letter: str) -> dict[sp.Symbol, sp.Symbol]:
        """Return a message by the unknown of its edges."""
        return {symbol: sp.Symbol(f"{letter}_{self.equations.labels[symbol]}", nonnegative=True) for symbol in self.unknowns}

    def of_text(self, kind: str, by_unknown: Mapping[sp.Symbol, sp.Expr]) -> dict[str, sp.Expr]:
        """Return what there is for each unknown, by class, along the edges of a type of texts."""
        return {name: by_unknown[self.equations.edge(kind, name)] for name in self.ensemble.text_law(kind).kinds}

    def chances(self, letter: str) -> dict[tuple[str, str], sp.Symbol]:
        """Return a symbol for each kind of edge (type, class)."""
        edges = ((kind, name) for kind in self.ensemble.type_names for name in self.ensemble.text_law(kind).kinds)
        return {(kind, name): sp.Symbol(f"{letter}_{kind}_{name}", nonnegative=True) for kind, name in edges}

    def along(self, symbol: sp.Symbol, chances: Mapping[tuple[str, str], sp.Expr]) -> sp.Expr:
        """Return the mean over the other edges of a skill at the end of an edge, of the product of their chances."""
        name = self.equations.class_of[symbol]
        law = self.ensemble.skill_law(name)
        return law.edge_pgf(self.equations.kind_of[symbol], {kind: chances[kind, name] for kind in law.kinds})

    def around(self, name: str, chances: Mapping[tuple[str, str], sp.Expr]) -> sp.Expr:
        """Return the same over all edges of a skill of a class."""
        law = self.ensemble.skill_law(name)
        return law.pgf({kind: chances[kind, name] for kind in law.kinds})


def independent_messages(equations: ClassEquations, shares: Mapping[str, sp.Expr]) -> ClassMessages:
    """Return site percolation in which a skill of class k is a vertex with probability s_k, independently of the graph.

    v_jk = 1 - s_k + s_k d_j L_k(Y_1k, ..., Y_Jk)/d_j L_k(1), Y_jk = d_k P_j(v_j1, ..., v_jK)/d_k P_j(1), S_k = s_k (1 - L_k(Y_1k, ...)).

    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> from deanalysis.model.classes import ClassEnsemble
    >>> two = ClassEquations(ClassEnsemble.of(Ensemble(Poisson(3), Poisson(1)), SkillLearner(1), parts=2))
    >>> independent_messages(two, dict.fromkeys(two.ensemble.names, sp.Rational(1, 4))).shown[0]
    Eq(Y_texts_skills_1, exp(3*v_skills_1/2 + 3*v_skills_2/2 - 3))
    """
    edges, ensemble = _Edges(equations), equations.ensemble
    v, nowhere = edges.messages("v"), edges.chances("Y")
    law_of = ensemble.text_law
    leading = {(kind, name): law_of(kind).edge_pgf(name, edges.of_text(kind, v)) for kind, name in nowhere}
    put = {symbol: leading[edge] for edge, symbol in nowhere.items()}

    def through(symbol: sp.Symbol, weight: sp.Expr) -> sp.Expr:
        share = shares[equations.class_of[symbol]]
        return 1 - share + weight * share * edges.along(symbol, nowhere)

    finite = {name: z * shares[name] * edges.around(name, nowhere) for name in ensemble.names}
    shown = [sp.Eq(symbol, leading[edge], evaluate=False) for edge, symbol in nowhere.items()]
    shown += [sp.Eq(message, through(symbol, sp.S.One), evaluate=False) for symbol, message in v.items()]
    shown += [sp.Eq(sp.Symbol(f"S_{name}"), shares[name] * (1 - edges.around(name, nowhere)), evaluate=False) for name in ensemble.names]
    return ClassMessages(
        messages=tuple(v.values()),
        right_sides=tuple(through(symbol, z).xreplace(put) for symbol in v),
        trivial=(sp.S.One,) * len(v),
        finite={name: side.xreplace(put) for name, side in finite.items()},
        text=sp.Add(*(ensemble.text_type(kind).ratio * law_of(kind).pgf(edges.of_text(kind, v)) for kind in ensemble.type_names)),
        shown=tuple(shown),
    )


def learned_messages(equations: ClassEquations, association: Association) -> ClassMessages:
    """Return the messages of learned skills: those of one class (theory, section 6) along each kind of edge (section 7).

    v_L: the skill on an edge is learned without this text, and its other texts lead to no infinite component; v_N, along the edges of
    texts that teach it: it is novel without this text and, once learned through it, its other texts lead to none. A text leads a learned
    skill to none with probability Y, without having taught it with probability Z. It teaches its m novel skills of its own level, all at
    once, with probability a_(m-1), and only if its lower-level skills are known; to be novel at a lower level is to stay so. With the
    other skills of a text counted by class, Y and Z are the sums over m of one class, its generating function one of several variables.

    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> from deanalysis.model.classes import ClassEnsemble
    >>> one = ClassEquations(ClassEnsemble.of(Ensemble(Poisson(1), Poisson("3/2")), SkillLearner(1)))
    >>> learned_messages(one, Association()).shown[1]
    Eq(Z_texts_skills, Y_texts_skills - exp(v_L_skills - 1))
    """
    edges, ensemble = _Edges(equations), equations.ensemble
    kept, unknown = _kept(association), {skill_class.name: skill_class.unknown for skill_class in ensemble.classes}
    learned, novel = edges.messages("v_L"), edges.messages("v_N")
    taught = {equations.edge(kind, name) for kind in ensemble.type_names for name in equations.own(kind)}
    novel = {symbol: message for symbol, message in novel.items() if symbol in taught}
    nowhere, untaught = edges.chances("Y"), edges.chances("Z")

    def leading(kind: str, beside: str | None) -> sp.Expr:
        """The text leads nowhere, or with `beside` leads a learned skill nowhere: its other skills are dead, once they are learned."""
        known = edges.of_text(kind, learned)
        state = {name: equations.edge(kind, name) for name in known}
        own = equations.own(kind)
        understood = _understood(equations, kind, beside, {name: novel[state[name]] for name in own}, known)
        if association.edges == "understood":
            return understood + 1 - _understood(equations, kind, beside, {name: state[name] for name in own}, None)
        law, dead = ensemble.text_law(kind), {name: known[name] + state[name] for name in known}
        anyhow = law.pgf(dead) if beside is None else law.edge_pgf(beside, dead)
        return understood + anyhow - _understood(equations, kind, beside, {name: state[name] for name in own}, known)

    def teaching(kind: str, name: str) -> sp.Expr:
        """The text teaches a novel skill, and leads it nowhere."""
        if name not in equations.own(kind):
            return sp.S.Zero
        dead = {other: novel[equations.edge(kind, other)] for other in equations.own(kind)}
        factor, sums = equations.sums(kind, dead, name, edges.of_text(kind, learned))
        return sp.powsimp(factor * sums.teaches(sp.S.Zero, sp.S.One), combine="exp")

    chances = {symbol: leading(*edge) for edge, symbol in nowhere.items()}
    put = {**chances, **{symbol: chances[nowhere[edge]] - teaching(*edge) for edge, symbol in untaught.items()}}

    def messages(weight: sp.Expr) -> list[sp.Expr]:
        stay = {symbol: unknown[equations.class_of[symbol]] * edges.along(symbol, untaught) for symbol in learned}
        sides = [(1 - kept) * (1 - symbol) + weight * kept * (edges.along(symbol, nowhere) - stay[symbol]) for symbol in learned]
        return sides + [(1 - kept) * symbol + weight * kept * stay[symbol] for symbol in novel]

    vertices = {name: kept * (edges.around(name, nowhere) - unknown[name] * edges.around(name, untaught)) for name in ensemble.names}
    shown = [sp.Eq(symbol, side, evaluate=False) for symbol, side in chances.items()]
    shown += [sp.Eq(symbol, nowhere[edge] - teaching(*edge), evaluate=False) for edge, symbol in untaught.items()]
    unknowns = (*learned.values(), *novel.values())
    shown += [sp.Eq(message, side, evaluate=False) for message, side in zip(unknowns, messages(sp.S.One), strict=True)]
    shown += [
        sp.Eq(sp.Symbol(f"S_{name}"), kept * (1 - equations.novel[name]) - finite, evaluate=False) for name, finite in vertices.items()
    ]
    return ClassMessages(
        messages=unknowns,
        right_sides=tuple(side.xreplace(put) for side in messages(z)),
        trivial=(*(1 - symbol for symbol in learned), *novel),
        finite={name: z * side.xreplace(put) for name, side in vertices.items()},
        text=sp.Add(*(ensemble.text_type(kind).ratio * leading(kind, None) for kind in ensemble.type_names)),
        shown=tuple(shown),
        learned=learned,
        novel=novel,
    )


def _understood(
    equations: ClassEquations, kind: str, beside: str | None, novel: Mapping[str, sp.Expr], known: Mapping[str, sp.Expr] | None
) -> sp.Expr:
    """Return sum_m a_(m-1) times the chance of m novel skills, the others known: the text comes to be understood."""
    factor, sums = equations.sums(kind, novel, beside, known)
    return sp.powsimp(sp.expand_mul(factor * sums.learned_from(sp.S.Zero, sp.S.One)), combine="exp")


def _kept(association: Association) -> sp.Expr:
    if not isinstance(association.kept, Uniform):
        raise InputError("percolation of classes", "keeps all skills with one probability", given=association.kept)
    return association.kept.p


@dataclass(frozen=True)
class ClassPercolationEquations(Lettered):
    """The equations of percolation on what is learned by several classes: exact, and in the independent approximation.

    Raises `InputError` for a class with prerequisites, and for skills that are kept by their degree.
    """

    equations: ClassEquations
    association: Association = field(default_factory=Association)

    def __post_init__(self) -> None:
        require_kind(self.equations, ClassEquations, "percolation of classes", "that of a ClassEvolution")
        if ordered := [kind.name for kind in self.equations.ensemble.classes if kind.prerequisites is not None]:
            raise InputError("percolation of classes", "needs classes without prerequisites", given=", ".join(ordered))
        _kept(self.association)

    @cached_property
    def system(self) -> ClassMessages:
        """The equations, exact."""
        return learned_messages(self.equations, self.association) if self.association.learned else self.approximation

    @cached_property
    def approximation(self) -> ClassMessages:
        """The equations of independent site percolation, the share of a class that is learned being that of its vertices."""
        kept, novel = _kept(self.association), self.equations.novel
        shares = {name: kept * (1 - zeta) if self.association.learned else kept for name, zeta in novel.items()}
        return independent_messages(self.equations, shares)

    def _repr_latex_(self) -> str:
        return "$\\begin{gathered}" + " \\\\ ".join(map(latex, self.system.shown)) + "\\end{gathered}$"

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return self.equations.letters | self.association.letters

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        return [*self.equations.limits, *self.association.kept.limits]

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return a copy with letters bound."""
        return type(self)(self.equations.bind(bound), self.association.bind(bound))
