"""Skills that differ in popularity: W of mean 1, degrees Poisson of mean mu W, so that P(x) = E e^{-mu W (1-x)}.

Zipf's law of popularities, proportional to rank^-g with g < 1, is Pareto's of exponent 1/g where there are many skills.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any, ClassVar

import sympy as sp

from ..errors import InputError
from ..symbolic.algebra import simplified
from ..symbolic.functions import indexed_latex
from .compositions import Mixture
from .degrees import DegreeDistribution, require_popularity
from .exact import positive
from .laws import MixedPoisson, NegativeBinomial, Poisson, Regular

_PICKS = ("uniform", "popularity")
_WIDEST = 5
"""Largest sigma of a log-normal popularity: at 5, a typical edge leads to a skill that is e^25 times as popular as a typical skill."""


def check_picks(picks: str, skills: DegreeDistribution) -> str:
    """Return how fresh texts choose their skills: 'uniform', each equally often, or by 'popularity'; `InputError` where they cannot."""
    if picks not in _PICKS:
        raise InputError("picks", f"must be {' or '.join(_PICKS)}", given=picks)
    if picks == "popularity":
        require_popularity(skills)
    return picks


class _Mean(sp.Function):
    """E[g(W) e^{-sW}] for popularities W of mean 1: the shape of their law comes first, s last; `plain` is the mean at s = 0."""

    plain: ClassVar[Callable[..., sp.Expr]]

    @classmethod
    def eval(cls, *of: sp.Expr) -> sp.Expr | None:
        """Return the closed form at s = 0."""
        return cls.plain(*of[:-1]) if of[-1].is_zero else None


class Moment(_Mean):
    """E[W^k e^{-sW}]: `Moment(shape, k, s)`; its derivative by s is -Moment(shape, k + 1, s)."""

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Differentiate by s. Raises `InputError` for the shape."""
        shape, order, s = self.args
        if argindex != 3:
            raise InputError("the shape of pareto and log_normal", "is no letter to solve for", given=shape, remedy="set it")
        return -self.func(shape, order + 1, s)


class _ExponentialIntegral(sp.Function):
    """E_n(x), which stays as it is, where SymPy's own would be written out by the error function at half an odd number."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return indexed_latex(printer, r"\operatorname{E}", self.args[:1], self.args[1], exp)


class ParetoMoment(Moment):
    """E[W^k e^{-sW}] with P(W > w) = ((a-1)/(a w))^a."""

    @classmethod
    def plain(cls, shape: sp.Expr, order: sp.Expr) -> sp.Expr:
        if (order >= shape) == True:  # noqa: E712
            return sp.oo
        return ((shape - 1) / shape) ** order * shape / (shape - order)

    @property
    def by_integral(self) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
        """The factor, n and x by which it is a w^k E_n(x): n = a + 1 - k and x = w s, with the exponential integral and w = 1 - 1/a."""
        shape, order, s = self.args
        least = 1 - 1 / shape
        return shape * least**order, shape + 1 - order, least * s

    @property
    def shown(self) -> sp.Expr:
        """What a formula shows in its place."""
        factor, index, argument = self.by_integral
        return factor * _ExponentialIntegral(index, argument)

    @property
    def by_parts(self) -> sp.Expr:
        """The same, integrated by parts: M_k = (a w^(k-1) e^{-ws} - (a-k+1) M_{k-1})/s; s times it is finite at 0 where M_{k-1} is.

        >>> ParetoMoment(sp.Rational(3, 2), 2, sp.Symbol("x")).by_parts
        (-ParetoMoment(3/2, 1, x)/2 + exp(-x/3)/2)/x
        """
        shape, order, s = self.args
        least = 1 - 1 / shape
        return (shape * least ** (order - 1) * sp.exp(-least * s) - (shape - order + 1) * self.func(shape, order - 1, s)) / s


class LogNormalMoment(Moment):
    """E[W^k e^{-sW}] with log W normal of variance sigma^2."""

    @classmethod
    def plain(cls, shape: sp.Expr, order: sp.Expr) -> sp.Expr:
        return sp.exp(shape**2 * order * (order - 1) / 2)

    @property
    def by_integral(self) -> sp.Expr:
        """E W^k times the mean of e^{-s e^{sigma z + sigma^2 (k - 1/2)}} over a standard normal z, as an integral."""
        shape, order, s = self.args
        z = sp.Symbol("z", real=True)
        inside = sp.exp(-(z**2) / 2 - s * sp.exp(shape * z + shape**2 * (order - sp.Rational(1, 2))))
        return self.plain(shape, order) * sp.Integral(inside, (z, -sp.oo, sp.oo)) / sp.sqrt(2 * sp.pi)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return indexed_latex(printer, "M", (self.args[1], self.args[0]), self.args[2], exp)


class Digamma(sp.Function):
    """psi(a), the derivative of log Gamma; it stays as it is, where SymPy's own would be written out at every rational number."""

    nargs = 1

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\psi{'' if exp is None else f'^{{{exp}}}'}\left({printer.doprint(self.args[0])}\right)"


class ParetoLog(_Mean):
    """E[W log W e^{-sW}] with P(W > w) = ((a-1)/(a w))^a: `ParetoLog(a, s)`."""

    @classmethod
    def plain(cls, shape: sp.Expr) -> sp.Expr:
        return sp.log((shape - 1) / shape) + 1 / (shape - 1)


class LogNormalLog(_Mean):
    """E[W log W e^{-sW}] with log W normal of variance sigma^2: `LogNormalLog(sigma, s)`."""

    @classmethod
    def plain(cls, shape: sp.Expr) -> sp.Expr:
        return shape**2 / 2


@dataclass(frozen=True)
class _Popular(MixedPoisson):
    """A law by its moments of popularity."""

    average: sp.Expr
    shape: sp.Expr
    moment: ClassVar[type[Moment]]
    log_moment: ClassVar[type[_Mean]]

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self.average**order * self.moment(self.shape, sp.Integer(order), sp.factor_terms(self.average * (1 - argument)))


@dataclass(frozen=True)
class Pareto(_Popular):
    """Poisson degrees of a mean with Pareto popularity, P(W > w) proportional to w^-exponent from w = 1 - 1/exponent on.

    >>> Pareto(3, 4).mean, Pareto(3, 4).factorial_moment(2)
    (3, 81/8)
    """

    average: sp.Expr = field(metadata=positive("pareto mean"))
    shape: sp.Expr = field(metadata=positive("pareto exponent", 1))
    moment, log_moment = ParetoMoment, ParetoLog

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.shape <= 1) == True:  # noqa: E712
            raise InputError("pareto exponent", "must exceed 1, or there is no mean", given=self.shape)


@dataclass(frozen=True)
class LogNormal(_Popular):
    """Poisson degrees of a mean with log-normal popularity, log W normal of standard deviation sigma.

    >>> LogNormal(3, 1).mean, LogNormal(3, 1).factorial_moment(2)
    (3, 9*E)
    """

    average: sp.Expr = field(metadata=positive("log_normal mean"))
    shape: sp.Expr = field(metadata=positive("log_normal sigma"))
    moment, log_moment = LogNormalMoment, LogNormalLog

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.shape > _WIDEST) == True:  # noqa: E712
            raise InputError("log_normal sigma", f"must be at most {_WIDEST}", given=self.shape)


@singledispatch
def most_popular(law: DegreeDistribution, share: sp.Expr) -> tuple[DegreeDistribution, sp.Expr]:
    """Return the law of the most popular share of nodes, and the share of edges that is theirs. A new law registers its own.

    Where all nodes are alike (Poisson, regular), any are taken.

    >>> most_popular(Mixture((("1/2", Poisson(1)), ("1/2", Poisson(3)))), sp.Rational(1, 2))
    (Poisson(average=3), 3/4)
    >>> most_popular(Pareto(3, 2), sp.Rational(1, 4))
    (Pareto(average=6, shape=2), 1/2)
    """
    if share == 1:
        return law, sp.S.One
    raise InputError("the most popular skills", "are known of poisson, regular, pareto laws and mixtures of these", given=str(law))


@most_popular.register(Poisson)
@most_popular.register(Regular)
def _(law: DegreeDistribution, share: sp.Expr) -> tuple[DegreeDistribution, sp.Expr]:
    return law, share


@most_popular.register
def _(law: Pareto, share: sp.Expr) -> tuple[DegreeDistribution, sp.Expr]:
    gain = share ** (-1 / law.shape)
    return Pareto(law.average * gain, law.shape), share * gain


@most_popular.register
def _(law: Mixture, share: sp.Expr) -> tuple[DegreeDistribution, sp.Expr]:
    gains = [(part.mean / law.mean, weight, part) for weight, part in law.parts]
    if not share.is_number or any(not isinstance(part, (Poisson, Regular)) or not gain.is_number for gain, _, part in gains):
        requirement = "of a mixture need parts that are poisson or regular, in fixed proportions"
        raise InputError("the most popular skills", requirement, given=str(law))
    kept: list[tuple[sp.Expr, DegreeDistribution]] = []
    met, left = sp.S.Zero, share
    for gain, weight, part in sorted(gains, key=lambda group: -group[0]):
        if (taken := sp.Min(weight, left)) > 0:
            kept.append((taken / share, part))
        met, left = met + taken * gain, left - taken
    return kept[0][1] if len(kept) == 1 else Mixture(tuple(kept)), simplified(met)


@singledispatch
def popular_log(law: DegreeDistribution, s: sp.Expr) -> sp.Expr:
    """Return E[W log W e^{-sW}] for the popularities of a mixed Poisson law. A new law registers its own.

    >>> s = sp.Symbol("s", positive=True)
    >>> popular_log(NegativeBinomial(3, 1), s)
    (-log(s + 1) + Digamma(2))/(s + 1)**2
    >>> popular_log(Poisson(3), s)
    0
    """
    require_popularity(law)
    raise InputError("the popularity of a law", "must register its E[W log W e^{-sW}]", given=str(law))


@popular_log.register
def _(law: Poisson, s: sp.Expr) -> sp.Expr:
    return sp.S.Zero


@popular_log.register
def _(law: NegativeBinomial, s: sp.Expr) -> sp.Expr:
    return (law.shape / (law.shape + s)) ** (law.shape + 1) * (Digamma(law.shape + 1) - sp.log(law.shape + s))


@popular_log.register
def _(law: _Popular, s: sp.Expr) -> sp.Expr:
    return law.log_moment(law.shape, s)


@popular_log.register
def _(law: Mixture, s: sp.Expr) -> sp.Expr:
    gains = [(weight, part, part.mean / law.mean) for weight, part in law.parts]
    return sp.Add(*(w * g * (popular_log(part, g * s) + sp.log(g) * part.edge_pgf(1 - g * s / part.mean)) for w, part, g in gains))
