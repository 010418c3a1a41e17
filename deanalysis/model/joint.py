"""Degree laws with several kinds of edges: how many skills of each class a text has, or texts of each type a skill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import sympy as sp

from ..checks import require_between
from ..errors import InputError
from ..symbolic.algebra import simplified
from .degrees import DegreeDistribution, Limit, typed
from .exact import Value, bind, exact
from .laws import Poisson
from .symbols import x

__all__ = ["Draw", "JointLaw", "Product", "Stretch"]


class Draw(NamedTuple):
    """A number of edges by a law, each of which chooses its kind by weights that sum to one, independently."""

    law: DegreeDistribution
    weights: tuple[tuple[str, sp.Expr], ...]

    def __str__(self) -> str:
        if len(self.weights) == 1:
            return f"{self.weights[0][0]}: {self.law}"
        return f"{self.law} among {', '.join(f'{kind}: {typed(weight)}' for kind, weight in self.weights)}"


@dataclass(frozen=True)
class JointLaw:
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
        kinds = [kind for draw in self.draws for kind, _ in draw.weights]
        if len(set(kinds)) < len(kinds):
            raise InputError("a joint law", "must draw each kind of edge once", given=", ".join(kinds))
        for draw in self.draws:
            total = sp.Add(*(require_between(weight, 0, 1, f"the weight of {kind}") for kind, weight in draw.weights))
            if simplified(total - 1) != 0:
                raise InputError(f"the weights of {draw.law}", "must sum to one", given=typed(total))

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

    @cached_property
    def _places(self) -> dict[str, tuple[int, sp.Expr]]:
        return {kind: (number, weight) for number, draw in enumerate(self.draws) for kind, weight in draw.weights}

    def mean(self, kind: str) -> sp.Expr:
        """Return the mean number of edges of a kind."""
        if kind not in self._places:
            return sp.S.Zero
        number, weight = self._places[kind]
        return self.draws[number].law.mean * weight

    def pgf(self, at: Mapping[str, sp.Expr]) -> sp.Expr:
        """Return P(x) = E prod_k x_k^(number of edges of kind k)."""
        return Product(self._stretches(at, {}, None)).pgf(sp.S.Zero)

    def edge_pgf(self, kind: str, at: Mapping[str, sp.Expr]) -> sp.Expr:
        """Return the derivative of P by x_kind at x over that at 1: the law of the other edges at the end of one of that kind."""
        return Product(self._stretches(at, {}, kind)).pgf(sp.S.Zero)

    def novel(self, known: Mapping[str, sp.Expr], novel: Mapping[str, sp.Expr], beside: str | None = None) -> tuple[sp.Expr, Product]:
        """Return the law of how many edges are novel: P(x) at x_k = known_k + novel_k y, as a factor without y and a law in y.

        With `beside`, it is that of the *other* edges at the end of one of that kind. Where the chances of being known and novel do not sum
        to one the law is defective: what is missing is the chance that some edge is neither.
        """
        parts = self._stretches(known, novel, beside)
        still = [part for part in parts if part.slope == 0]
        return Product(tuple(still)).pgf(sp.S.Zero), Product(tuple(part for part in parts if part.slope != 0))

    def _stretches(self, known: Mapping[str, sp.Expr], novel: Mapping[str, sp.Expr], beside: str | None) -> tuple[Stretch, ...]:
        parts = []
        for number, (law, weights) in enumerate(self.draws):
            start = sp.Add(*(weight * known[kind] for kind, weight in weights))
            slope = sp.Add(*(weight * novel.get(kind, sp.S.Zero) for kind, weight in weights))
            parts.append(Stretch(law, beside is not None and self._places[beside][0] == number, start, slope))
        return tuple(parts)

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        weights = (weight.free_symbols for draw in self.draws for _, weight in draw.weights)
        return frozenset().union(*(draw.law.letters for draw in self.draws), *weights)

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        weights = [Limit(weight, 0, 1) for draw in self.draws for _, weight in draw.weights if weight.free_symbols]
        return [*(limit for draw in self.draws for limit in draw.law.limits), *weights]

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return a copy with letters bound."""
        if not self.letters & set(bound):
            return self
        return type(self)(
            tuple(Draw(draw.law.bind(bound), tuple((kind, bind(weight, bound)) for kind, weight in draw.weights)) for draw in self.draws)
        )

    def _repr_latex_(self) -> str:
        return f"$P(x) = {sp.latex(self.pgf({kind: sp.Symbol(f'x_{kind}') for kind in self.kinds}))}$"

    def __str__(self) -> str:
        return "; ".join(map(str, self.draws))


class Stretch(NamedTuple):
    """A law's pgf, or that of its edges, along a straight line: P(start + slope y)."""

    law: DegreeDistribution
    of_edges: bool
    start: sp.Expr
    slope: sp.Expr

    def derivative(self, y: sp.Expr, order: int) -> sp.Expr:
        """Return the derivative by y."""
        place = self.start + self.slope * y
        value = self.law.edge_derivative(place, order) if self.of_edges else self.law.derivative(place, order)
        return self.slope**order * value


@dataclass(frozen=True)
class Product(DegreeDistribution):
    """The law of a sum of independent numbers, such as that of a text's novel skills over classes: a product of pgfs along a line.

    >>> from deanalysis.model import Poisson, Regular
    >>> law = JointLaw.of({"a": Poisson(2), "b": Regular(3)}).novel({"a": 1, "b": 0}, {"b": 1})[1]
    >>> law.pgf(x), law.support
    (x**3, (3, 3))
    """

    stretches: tuple[Stretch, ...]

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        """Return the product."""
        return self.derivative(argument, 0)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        """Return a derivative, by Leibniz's rule; Poisson laws are one Poisson law together."""
        poisson = [part for part in self.stretches if isinstance(part.law, Poisson)]
        exponent = sp.Add(*(part.law.mean * (part.start + part.slope * argument - 1) for part in poisson))
        growth, together = sp.Add(*(part.law.mean * part.slope for part in poisson)), sp.exp(exponent)
        total = [growth**k * together for k in range(order + 1)]
        for stretch in self.stretches:
            if stretch in poisson:
                continue
            own = [stretch.derivative(argument, k) for k in range(order + 1)]
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
