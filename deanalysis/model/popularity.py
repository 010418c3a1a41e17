"""Skills that differ in popularity: W of mean 1, degrees Poisson of mean mu W, so that P(x) = E e^{-mu W (1-x)}.

Zipf's law of popularities, proportional to rank^-g with g < 1, is Pareto's of exponent 1/g where there are many skills.
"""

from dataclasses import dataclass
from functools import singledispatch
from typing import ClassVar

import sympy as sp

from ..checks import require_positive
from ..errors import InputError
from ..symbolic.algebra import simplified
from .compositions import Mixture
from .degrees import DegreeDistribution, Limit, require_popularity
from .exact import exact
from .laws import Geometric, NegativeBinomial, Poisson, Regular
from .moments import Digamma, LogMoment, LogNormalLog, LogNormalMoment, Moment, ParetoLog, ParetoMoment
from .symbols import x

__all__ = ["LogNormal", "Pareto", "check_picks", "most_popular", "popular_log"]


_PICKS = ("uniform", "popularity")


def check_picks(picks: str, skills: DegreeDistribution) -> str:
    """Return how fresh texts choose their skills: 'uniform', each equally often, or by 'popularity'; `InputError` where they cannot.

    >>> check_picks("popularity", Poisson(3))
    'popularity'
    """
    if picks not in _PICKS:
        raise InputError("picks", f"must be {' or '.join(_PICKS)}", given=picks)
    if picks == "popularity":
        require_popularity(skills)
    return picks


@dataclass(frozen=True)
class _Popular(DegreeDistribution):
    """A law by its moments of popularity."""

    average: sp.Expr
    shape: sp.Expr
    moment: ClassVar[type[Moment]]
    log_moment: ClassVar[type[LogMoment]]

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.derivative(argument, 0)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self.average**order * self.moment(self.shape, sp.Integer(order), sp.factor_terms(self.average * (1 - argument)))

    @property
    def support(self) -> tuple[int, int | None] | None:
        return 1, None

    @property
    def is_mixed_poisson(self) -> bool:
        return True


@dataclass(frozen=True)
class Pareto(_Popular):
    """Poisson degrees of a mean with Pareto popularity, P(W > w) proportional to w^-exponent from w = 1 - 1/exponent on.

    >>> Pareto(3, 4).mean, Pareto(3, 4).factorial_moment(2)
    (3, 81/8)
    """

    moment, log_moment = ParetoMoment, ParetoLog

    def __post_init__(self) -> None:
        self._set("average", require_positive(exact(self.average, "pareto mean"), "pareto mean"))
        exponent = require_positive(exact(self.shape, "pareto exponent"), "pareto exponent")
        if (exponent <= 1) == True:  # noqa: E712
            raise InputError("pareto exponent", "must exceed 1, or there is no mean", given=exponent)
        self._set("shape", exponent)

    @property
    def limits(self) -> list[Limit]:
        """What the fields must satisfy: there is a mean only for exponents above 1."""
        return [Limit(self.average, 0, None), Limit(self.shape, 1, None)]


@dataclass(frozen=True)
class LogNormal(_Popular):
    """Poisson degrees of a mean with log-normal popularity, log W normal of standard deviation sigma.

    >>> LogNormal(3, 1).mean, LogNormal(3, 1).factorial_moment(2)
    (3, 9*E)
    """

    moment, log_moment = LogNormalMoment, LogNormalLog

    def __post_init__(self) -> None:
        self._set("average", require_positive(exact(self.average, "log_normal mean"), "log_normal mean"))
        sigma = require_positive(exact(self.shape, "log_normal sigma"), "log_normal sigma")
        if (sigma > 5) == True:  # noqa: E712
            raise InputError("log_normal sigma", "must be at most 5", given=sigma)
        self._set("shape", sigma)


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
    if not share.is_number or any(
        not isinstance(part, (Poisson, Regular)) or not (part.mean / law.mean).is_number for _, part in law.parts
    ):
        raise InputError(
            "the most popular skills", "of a mixture need parts that are poisson or regular, in fixed proportions", given=str(law)
        )
    parts: list[tuple[sp.Expr, DegreeDistribution]] = []
    left = share
    for weight, part in sorted(law.parts, key=lambda one: -(one[1].mean / law.mean)):
        taken = sp.Min(weight, left)
        left -= taken
        parts += [(taken, part)] if taken > 0 else []
    met = sp.Add(*(weight * part.mean for weight, part in parts)) / law.mean
    law_of_kept = parts[0][1] if len(parts) == 1 else Mixture(tuple((weight / share, part) for weight, part in parts))
    return law_of_kept, simplified(met)


@singledispatch
def popular_log(law: DegreeDistribution, s: sp.Expr) -> sp.Expr:
    """Return E[W log W e^{-sW}] for the popularities of a mixed Poisson law. A new law registers its own.

    >>> s = sp.Symbol("s", positive=True)
    >>> popular_log(Geometric(3), s)
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
    shape = law.shape
    return (shape / (shape + s)) ** (shape + 1) * (Digamma(shape + 1) - sp.log(shape + s))


@popular_log.register
def _(law: Geometric, s: sp.Expr) -> sp.Expr:
    return popular_log(law.as_negative_binomial, s)


@popular_log.register
def _(law: _Popular, s: sp.Expr) -> sp.Expr:
    return law.log_moment(law.shape, s)


@popular_log.register
def _(law: Mixture, s: sp.Expr) -> sp.Expr:
    gains = [(weight, part, part.mean / law.mean) for weight, part in law.parts]
    inner = ((weight * gain, part, gain) for weight, part, gain in gains)
    return sp.Add(
        *(share * (popular_log(part, gain * s) + sp.log(gain) * part.edge_pgf(1 - gain * s / part.mean)) for share, part, gain in inner)
    )
