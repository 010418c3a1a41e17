"""Density evolution of a chain for a topic t, as formulas: sums over the window, whatever the number of topics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import sympy as sp

from ...checks import require_kind
from ...model.chains import Chain
from ...model.degrees import DegreeDistribution
from ...model.exact import Limit, Value, bindings
from ...model.formula import latex
from ...model.joint import Draw, JointLaw
from .forms import Form, Laws, error_of_fresh, error_of_training, left_at_edge, left_at_node, ordered, teaching

t, j, k = sp.symbols("t j k", integer=True)
"""A topic or a position of texts; offsets within the window."""


@dataclass(frozen=True)
class ChainEquations:
    """q_t = f(..., q_(t-1), q_t, q_(t+1), ...) for a topic t of a chain; what is missing at its ends is known: q = 0 there.

    q_t is the probability that a skill of topic t at the end of an edge is still novel, not counting that edge. Uniformly coupled
    (Kudekar, Richardson, Urbanke 2011), q_t = eps lambda(1 - (1/W) sum_j T((1/W) sum_k q_(t+j-k))). Spread, there is an unknown for each
    offset, and for protographs one for each kind of edge, where the laws of the edges differ.

    >>> from deanalysis import load_model
    >>> ChainEquations(load_model("chain(paper, 50, 3)").ensemble).equations[0]
    Eq(q[t], exp(-R*c*Sum(exp(-c*Sum(q[j - k + t], (k, 0, 2))/3), (j, 0, 2))/3))
    """

    chain: Chain

    def __post_init__(self) -> None:
        require_kind(self.chain, Chain, "the chain", "a Chain, such as load_model('chain(paper, 50, 3)').ensemble")

    @cached_property
    def _names(self) -> dict[str, str]:
        """The name of the unknown of each kind of edge."""
        names, cell = dict[str, str](), self.chain.cell
        for skills in cell.classes:
            groups = skills.law.alike
            for kinds in groups:
                label = skills.name if len(groups) == 1 else kinds[0]
                names |= dict.fromkeys(kinds, "q" if len(cell.classes) == 1 and len(groups) == 1 else f"q_{label}")
        return names

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the unknowns of one topic."""
        return tuple(dict.fromkeys(self._names.values()))

    def state(self, kind: str, topic: sp.Expr) -> sp.Expr:
        """Return the unknown of edges of a kind at a topic; a protograph has one topic."""
        name = self._names[kind]
        return sp.IndexedBase(name)[topic] if self.chain.window > 1 or self.chain.topics > 1 else sp.Symbol(name, nonnegative=True)

    def _mean(self, draw: Draw, at: dict[str, sp.Expr], index: sp.Symbol, value: sp.Expr) -> sp.Expr:
        """Return the argument of a draw: what one kind of edge has, or the mean over those of all its kinds as a sum over the window."""
        kinds = [kind for kind, _ in draw.weights]
        if len(kinds) == 1:
            return at[kinds[0]]
        return sp.Sum(value, (index, 0, len(kinds) - 1)) / len(kinds)

    def _arguments(self, law: JointLaw, states: list[sp.Expr], form: Form, own: int | None) -> sp.Expr:
        return form.expression.xreplace(dict(zip(form.arguments, [states[group] for group in ordered(self._laws(law), own)], strict=True)))

    @staticmethod
    def _laws(law: JointLaw) -> list[DegreeDistribution]:
        return [draw.law for draw in law.draws]

    def _sorted(self, law: JointLaw, own: int | None = None) -> Laws:
        laws = self._laws(law)
        return tuple(laws[group] for group in ordered(laws, own))

    def _states_at(self, number: int, position: sp.Expr) -> list[sp.Expr]:
        """Return the arguments of a type of texts at a position: the unknowns of its skills, by draws."""
        edges, states = self.chain.cell.edges, []
        for draw in self.chain.cell.types[number].law.draws:
            kinds = [kind for kind, _ in draw.weights]
            first = edges[kinds[0]].offset
            at = {kind: self.state(kind, position - edges[kind].offset) for kind in kinds}
            states.append(self._mean(draw, at, k, self.state(kinds[0], position - first - k)))
        return states

    def teaching(self, kind: str, position: sp.Expr) -> sp.Expr:
        """Return T, the probability that a text at a position teaches a given novel skill at the end of an edge of a kind."""
        number = self.chain.cell.edges[kind].type
        law = self.chain.cell.types[number].law
        own = next(index for index, draw in enumerate(law.draws) if kind in dict(draw.weights))
        form = teaching(self._sorted(law, own), self.chain.learner)
        return self._arguments(law, self._states_at(number, position), form, own)

    def _taught_at(self, law: JointLaw) -> list[sp.Expr]:
        """Return the arguments of a class of skills of topic t: what its texts teach, by draws."""
        edges, taught = self.chain.cell.edges, []
        for draw in law.draws:
            kinds = [kind for kind, _ in draw.weights]
            at = {kind: self.teaching(kind, t + edges[kind].offset) for kind in kinds}
            taught.append(self._mean(draw, at, j, self.teaching(kinds[0], t + edges[kinds[0]].offset + j)))
        return taught

    @cached_property
    def equations(self) -> tuple[sp.Eq, ...]:
        """The equations of the unknowns of topic t."""
        equations = []
        for skills in self.chain.cell.classes:
            taught, starts = self._taught_at(skills.law), [kinds[0] for kinds in skills.law.alike]
            for own, draw in enumerate(skills.law.draws):
                kind = draw.weights[0][0]
                if kind in starts:
                    form = left_at_edge(self._sorted(skills.law, own), skills.unknown)
                    side = self._arguments(skills.law, taught, form, own)
                    equations.append(sp.Eq(self.state(kind, t), side, evaluate=False))
        return tuple(equations)

    @property
    def equation(self) -> sp.Eq:
        """The equation of topic t, the first where it has several unknowns."""
        return self.equations[0]

    @cached_property
    def novel(self) -> dict[str, sp.Expr]:
        """zeta by class: the probability that a skill of topic t is still novel in the end."""
        sides = {}
        for skills in self.chain.cell.classes:
            form = left_at_node(self._sorted(skills.law), skills.unknown)
            sides[skills.name] = self._arguments(skills.law, self._taught_at(skills.law), form, None)
        return sides

    @cached_property
    def testing_errors(self) -> dict[str, sp.Expr]:
        """By type: one more text at the position t, attached like the others, requires a novel skill."""
        return {
            texts.name: self._arguments(texts.law, self._states_at(number, t), error_of_fresh(self._sorted(texts.law)), None)
            for number, texts in enumerate(self.chain.cell.types)
        }

    @cached_property
    def training_errors(self) -> dict[str, sp.Expr]:
        """By type: a training text at the position t is not understood."""
        sides = {}
        for number, texts in enumerate(self.chain.cell.types):
            form = error_of_training(self._sorted(texts.law), self.chain.learner)
            sides[texts.name] = self._arguments(texts.law, self._states_at(number, t), form, None)
        return sides

    def _repr_latex_(self) -> str:
        return "$\\begin{gathered}" + " \\\\ ".join(map(latex, self.equations)) + "\\end{gathered}$"

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return self.chain.letters

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        return self.chain.limits

    def at(self, **values: Value) -> Self:
        """Return a copy with letters bound by name, exactly."""
        return self.bind(bindings(values))

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return a copy with letters bound."""
        return type(self)(self.chain.bind(bound))
