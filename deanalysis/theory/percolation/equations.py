"""Percolation on the association graph: equations between messages along edges, for independent and for learned skills.

Every system has the same form, that of a branching process with as many types as messages: the smallest solution of
v = Phi(v) says with which probability the skill at the end of an edge leads to no infinite component, the trivial one is the
state without a giant component. With a weight z for each vertex, the same system generates the sizes of finite components.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import sympy as sp

from ...checks import require_kind
from ...model.association import Association, Occupation, Uniform
from ...model.degrees import Ensemble
from ...model.exact import Limit
from ...model.formula import latex
from ...model.symbols import q
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.equations.sums import TextSums
from ..evolution.letters import Lettered

z = sp.Symbol("z", nonnegative=True)
"""Weight of a vertex in the generating functions of component sizes."""
_u, _v = sp.Symbol("u", nonnegative=True), sp.Symbol("v", nonnegative=True)
_known, _novel = sp.Symbol("v_L", nonnegative=True), sp.Symbol("v_N", nonnegative=True)
_to_learned, _to_novel = sp.Symbol("Y", nonnegative=True), sp.Symbol("Z", nonnegative=True)


@dataclass(frozen=True)
class MessageSystem:
    """v = Phi(v, z) for `messages` v with `right_sides` Phi; at z = 1 it is solved by the `trivial` state.

    `condition` is det(1 - J), J the `jacobian` of Phi at the trivial state: zero at the threshold, where its spectral radius passes 1.

    `finite` is H(v, z), the chance that a random skill is a vertex of a finite component (generating its size, with z = 1 at the
    smallest solution); `text` generates how many vertices a random text associates.
    Where learning comes in, all are formulas in q, to be taken at a fixed point of density evolution; at q = 0, where no message speaks of
    novel skills, `complete` takes their place. `shown` are the equations as one would write them.
    """

    messages: tuple[sp.Symbol, ...]
    right_sides: tuple[sp.Expr, ...]
    trivial: tuple[sp.Expr, ...]
    finite: sp.Expr
    text: sp.Expr
    jacobian: sp.Matrix
    condition: sp.Expr
    shown: tuple[sp.Eq, ...]
    complete: MessageSystem | None = None

    def _repr_latex_(self) -> str:
        return "$\\begin{gathered}" + " \\\\ ".join(map(latex, self.shown)) + "\\end{gathered}$"


def independent_system(ensemble: Ensemble, keep: Occupation, share: sp.Expr = sp.S.One) -> MessageSystem:
    """Return site percolation in which each skill is a vertex with probability share phi_k, independently of the graph.

    u = rho(1 - F_1(1) + F_1(u)), S = F_0(1) - F_0(u) with F_0(x) = sum_k L_k phi_k x^k and F_1 = F_0'/L'(1) (theory, section 6; for
    texts of two skills Callaway, Newman, Strogatz, Watts, PRL 85, 2000); the message is v = 1 - F_1(1) + F_1(u).

    >>> from deanalysis.model import Poisson
    >>> from deanalysis.model.symbols import R, c, letter
    >>> system = independent_system(Ensemble(Poisson(c), Poisson(c * R)), Uniform(letter("p")))
    >>> system.condition
    -R*c**2*p + 1
    """
    texts, skills = ensemble.texts, ensemble.skills

    def through(u: sp.Expr, weight: sp.Expr) -> sp.Expr:
        return 1 - share * keep.edge_pgf(skills, sp.Integer(1)) + weight * share * keep.edge_pgf(skills, u)

    passed = texts.edge_pgf(_v)
    growth = share * keep.edge_pgf(skills, sp.Integer(1), 1) * texts.edge_derivative(sp.Integer(1), 1)
    giant = share * (keep.pgf(skills, sp.Integer(1)) - keep.pgf(skills, _u))
    shown = (
        sp.Eq(_u, texts.edge_pgf(through(_u, sp.Integer(1))), evaluate=False),
        sp.Eq(sp.Symbol("S"), giant, evaluate=False),
    )
    finite = z * share * keep.pgf(skills, passed)
    return MessageSystem((_v,), (through(passed, z),), (sp.Integer(1),), finite, texts.pgf(_v), sp.Matrix([[growth]]), 1 - growth, shown)


def learned_system(equation: FixedPointEquation, association: Association) -> MessageSystem:
    """Return the two-message system of learned skills (theory, section 6; derived in `derivations/association.py`).

    v_L: the skill on an edge is learned without this text, and its other texts lead to no infinite component; v_N: it is novel without
    this text and, once learned through it, its other texts lead to none. A text leads a learned skill to none with probability Y, without
    having taught it with probability Z.
    """
    ensemble, keep, unknown = equation.ensemble, association.kept, equation.ensemble.unknown
    skills, untaught, one = ensemble.skills, 1 - equation.teaching, sp.S.One
    of_edges = equation.of_edges
    learned, novel = (keep.edge_pgf(skills, one), unknown * keep.edge_pgf(skills, untaught))
    if isinstance(keep, Uniform):
        learned, novel = keep.p, keep.p * q

    def messages(y: sp.Expr, to_novel: sp.Expr, weight: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        kept, kept_novel = keep.edge_pgf(skills, y), unknown * keep.edge_pgf(skills, to_novel)
        return 1 - q - (learned - novel) + weight * (kept - kept_novel), q - novel + weight * kept_novel

    def vertices(y: sp.Expr, to_novel: sp.Expr) -> sp.Expr:
        return keep.pgf(skills, y) - unknown * keep.pgf(skills, to_novel)

    y = _leading_nowhere(of_edges, association.edges)
    to_novel = y - of_edges.teaches(_known, _novel)
    text = _leading_nowhere(equation.of_nodes, association.edges)
    shown = (
        sp.Eq(_to_learned, y, evaluate=False),
        sp.Eq(_to_novel, _to_learned - of_edges.teaches(_known, _novel), evaluate=False),
        *(sp.Eq(v, side, evaluate=False) for v, side in zip((_known, _novel), messages(_to_learned, _to_novel, one), strict=True)),
        sp.Eq(sp.Symbol("S"), vertices(one, untaught) - vertices(_to_learned, _to_novel), evaluate=False),
    )
    jacobian, condition = _criticality(equation, association)
    plain = independent_system(ensemble, keep)
    complete = replace(plain, finite=plain.finite - z * unknown * keep.pgf(skills, sp.Integer(0)))
    return MessageSystem(
        (_known, _novel), messages(y, to_novel, z), (1 - q, q), z * vertices(y, to_novel), text, jacobian, condition, shown, complete
    )  # fmt: skip


def _leading_nowhere(sums: TextSums, edges: str) -> sp.Expr:
    """Return Y: the text is understood, or would be if the skill it leads to were known, and leads nowhere, or it is not.

    Texts that are not understood associate the skills among them that are learned, unless only understood texts count.
    """
    if edges == "understood":
        return sums.learned_from(_known, _novel) + 1 - sums.learned_from(1 - q, q)
    return sums.learned_from(_known, _novel) + sums.generating(_known + q) - sums.learned_from(_known, q)


def _criticality(equation: FixedPointEquation, association: Association) -> tuple[sp.Matrix, sp.Expr]:
    """Return the Jacobian J at v_L = 1 - q, v_N = q, where Y = 1 and Z = 1 - T, by the chain rule, and det(1 - J).

    With a = F_1'(1), b = eps F_1'(1 - T) and alpha = sum_k a_k rho^(k+1)(1-q) q^k/k!, which is the slope of A = Y - Z by v_L and of Y by
    v_N, and with y that of Y by v_L: J = [[a y - b (y - alpha), a alpha + b T'], [b (y - alpha), -b T']], and
    det(1 - J) = (1 - a y)(1 + b T') + b (y - alpha)(1 - a alpha). Where all skills are kept, -b T' is f_q.
    """
    skills, sums, keep = equation.ensemble.skills, TextSums(equation.ensemble.texts, equation.learner, order=1), association.kept
    one, unknown = sp.S.One, equation.ensemble.unknown
    a, b = keep.edge_pgf(skills, one, 1), unknown * keep.edge_pgf(skills, 1 - equation.teaching, 1)
    alpha, slope = sums.teaches(1 - q, q), -b * sp.diff(equation.teaching, q)
    y = sums.generating(one) if association.edges == "all" else sums.learned_from(1 - q, q)
    jacobian = sp.Matrix([[a * y - b * (y - alpha), a * alpha - slope], [b * (y - alpha), slope]])
    return jacobian, (1 - a * y) * (1 - slope) + b * (y - alpha) * (1 - a * alpha)


def system_of(equation: FixedPointEquation, association: Association) -> MessageSystem:
    """Return the exact system of an association graph."""
    if association.learned:
        return learned_system(equation, association)
    return independent_system(equation.ensemble, association.kept)


def approximate_system(equation: FixedPointEquation, association: Association) -> MessageSystem:
    """Return independent site percolation at the same share of skills, phi_k (1 - zeta): what is right where skills are kept at random."""
    share = 1 - equation.novel if association.learned else sp.Integer(1)
    return independent_system(equation.ensemble, association.kept, share)


@dataclass(frozen=True)
class PercolationEquations(Lettered):
    """The equations of percolation on what a learner learns: exact, and in the independent approximation."""

    equation: FixedPointEquation
    association: Association = field(default_factory=Association)

    def __post_init__(self) -> None:
        require_kind(self.equation, FixedPointEquation, "percolation", "that of a DensityEvolution")
        self.equation.require_peeling("percolation")

    @cached_property
    def system(self) -> MessageSystem:
        """The equations, exact."""
        return system_of(self.equation, self.association)

    @cached_property
    def approximation(self) -> MessageSystem:
        """The equations of independent site percolation at the same share of skills."""
        return approximate_system(self.equation, self.association)

    def _repr_latex_(self) -> str:
        return self.system._repr_latex_()

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return self.equation.letters | self.association.letters

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        return [*self.equation.limits, *self.association.kept.limits]

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return a copy with letters bound."""
        return type(self)(self.equation.bind(bound), self.association.bind(bound))
