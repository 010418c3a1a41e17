"""Degree laws with several kinds of edges: how many skills of each class a text has, or texts of each type a skill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import sympy as sp

from ..checks import require_between
from ..errors import InputError
from ..symbolic.algebra import simplified
from .degrees import DegreeDistribution, typed
from .exact import Stated, Value, exact
from .laws import ClosedLaw, Poisson


@dataclass(frozen=True)
class Draw(Stated):
    """A number of edges by a law, each of which chooses its kind by weights that sum to one, independently."""

    law: DegreeDistribution
    weights: tuple[tuple[str, sp.Expr], ...]

    def __post_init__(self) -> None:
        total = sp.Add(*(require_between(weight, 0, 1, f"the weight of {kind}") for kind, weight in self.weights))
        if simplified(total - 1) != 0:
            raise InputError(f"the weights of {self.law}", "must sum to one", given=typed(total))

    def __str__(self) -> str:
        if len(self.weights) == 1:
            return f"{self.weights[0][0]}: {self.law}"
        return f"{self.law} among {', '.join(f'{kind}: {typed(weight)}' for kind, weight in self.weights)}"


@dataclass(frozen=True)
class JointLaw(Stated):
    """Independent draws, each kind of edge in one of them: P(x) = prod_i P_i(sum_k w_ik x_k).

    Laws per pair are draws of one kind each; a single draw over all kinds is a degree law whose edges are mixed
    (multi-edge type ensembles; Richardson, Urbanke, *Modern Coding Theory*, 2008, chapter 7).

    >>> from deanalysis.model import Poisson, Regular
    >>> law = JointLaw.of({"a": Poisson(2), "b": Regular(3)})
    >>> law.mean("b"), law.kinds
    (3, ('a', 'b'))
    >>> JointLaw.among(Regular(6), {"a": "1/3", "b": "2/3"}).mean("a")
    2
    """

    draws: tuple[Draw, ...]

    def __post_init__(self) -> None:
        if len(set(self.kinds)) < len(self.kinds):
            raise InputError("a joint law", "must draw each kind of edge once", given=", ".join(self.kinds))

    @classmethod
    def of(cls, laws: Mapping[str, DegreeDistribution]) -> Self:
        """Return independent laws, one for each kind."""
        return cls(tuple(Draw(law, ((kind, sp.S.One),)) for kind, law in laws.items()))

    @classmethod
    def among(cls, law: DegreeDistribution, weights: Mapping[str, Value]) -> Self:
        """Return one law whose edges choose their kinds by weights; those of weight 0 are left out."""
        chosen = tuple((kind, exact(weight, f"the weight of {kind}")) for kind, weight in weights.items())
        return cls((Draw(law, tuple((kind, weight) for kind, weight in chosen if weight != 0)),))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of edges that there can be."""
        return tuple(kind for draw in self.draws for kind, _ in draw.weights)

    @cached_property
    def alike(self) -> list[tuple[str, ...]]:
        """The kinds of edges at whose ends the other edges have one law: those of one draw, and of all Poisson draws together.

        >>> from deanalysis.model import Regular
        >>> JointLaw.of({"a": Poisson(2), "b": Regular(3), "c": Poisson(1)}).alike
        [('a', 'c'), ('b',)]
        """
        groups: dict[int, list[str]] = {}
        for number, draw in enumerate(self.draws):
            groups.setdefault(-1 if isinstance(draw.law, Poisson) else number, []).extend(kind for kind, _ in draw.weights)
        return [tuple(kinds) for kinds in groups.values()]

    def mean(self, kind: str) -> sp.Expr:
        """Return the mean number of edges of a kind."""
        return sp.Add(*(draw.law.mean * weight for draw in self.draws for name, weight in draw.weights if name == kind))

    def pgf(self, at: Mapping[str, sp.Expr]) -> sp.Expr:
        """Return P(x) = E prod_k x_k^(number of edges of kind k)."""
        return self.novel(at, {})[0]

    def edge_pgf(self, kind: str, at: Mapping[str, sp.Expr]) -> sp.Expr:
        """Return the derivative of P by x_kind at x over that at 1: the law of the other edges at the end of one of that kind."""
        return self.novel(at, {}, kind)[0]

    def novel(self, known: Mapping[str, sp.Expr], novel: Mapping[str, sp.Expr], beside: str | None = None) -> tuple[sp.Expr, Product]:
        """Return the law of how many edges are novel: P(x) at x_k = known_k + novel_k y, as a factor without y and a law in y.

        With `beside`, it is that of the *other* edges at the end of one of that kind. Where the chances of being known and novel do not sum
        to one the law is defective: what is missing is the chance that some edge is neither.
        """
        stretches = []
        for draw in self.draws:
            start = sp.Add(*(weight * known[kind] for kind, weight in draw.weights))
            slope = sp.Add(*(weight * novel.get(kind, sp.S.Zero) for kind, weight in draw.weights))
            stretches.append(Stretch(draw.law, beside in dict(draw.weights), start, slope))
        still, moving = (Product(tuple(line for line in stretches if (line.slope == 0) is fixed)) for fixed in (True, False))
        return still.pgf(sp.S.Zero), moving

    def _latex(self, printer: Any) -> str:
        return f"P(x) = {printer._print(self.pgf({kind: sp.Symbol(f'x_{kind}') for kind in self.kinds}))}"

    def __str__(self) -> str:
        return "; ".join(map(str, self.draws))


class Stretch(NamedTuple):
    """A law's pgf, or that of its edges, along a straight line: P(start + slope y)."""

    law: DegreeDistribution
    of_edges: bool
    start: sp.Expr
    slope: sp.Expr


@dataclass(frozen=True)
class Product(ClosedLaw):
    """The law of a sum of independent numbers, such as that of a text's novel skills over classes: a product of pgfs along a line.

    >>> from deanalysis.model import Poisson, Regular
    >>> law = JointLaw.of({"a": Poisson(2), "b": Regular(3)}).novel({"a": 1, "b": 0}, {"b": 1})[1]
    >>> law.pgf(sp.Symbol("z")), law.support
    (z**3, (3, 3))
    """

    stretches: tuple[Stretch, ...]

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        """Return a derivative, by Leibniz's rule; Poisson laws are one Poisson law together."""
        poisson = [stretch for stretch in self.stretches if isinstance(stretch.law, Poisson)]
        exponent = sp.Add(*(stretch.law.mean * (stretch.start + stretch.slope * argument - 1) for stretch in poisson))
        growth, together = sp.Add(*(stretch.law.mean * stretch.slope for stretch in poisson)), sp.exp(exponent)
        total = [growth**k * together for k in range(order + 1)]
        for stretch in self.stretches:
            if stretch in poisson:
                continue
            derivative = stretch.law.edge_derivative if stretch.of_edges else stretch.law.derivative
            own = [stretch.slope**k * derivative(stretch.start + stretch.slope * argument, k) for k in range(order + 1)]
            total = [sp.Add(*(sp.binomial(n, k) * own[k] * total[n - k] for k in range(n + 1))) for n in range(order + 1)]
        return total[order]

    @property
    def support(self) -> tuple[int, int | None] | None:
        """Least positive and largest possible number, the least 1 where that is not known."""
        supports = [stretch.law.support for stretch in self.stretches]
        largest = [known[1] for known in supports if known is not None and known[1] is not None]
        if len(largest) < len(supports):
            return None
        most = sum(largest) - sum(stretch.of_edges for stretch in self.stretches)
        certain = all(stretch.start == 0 and not stretch.of_edges for stretch in self.stretches)
        fixed = certain and all(known is not None and known[0] == known[1] for known in supports)
        return (most if fixed else 1), most

    def __str__(self) -> str:
        return " * ".join(f"{stretch.law} at {typed(stretch.start)} + ({typed(stretch.slope)}) y" for stretch in self.stretches)
