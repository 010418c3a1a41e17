"""The parametric degree laws, each with the closed forms that beat the general way."""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ..checks import require_between, require_positive, require_whole
from ..errors import InputError
from ..symbolic.functions import PowerLawSum
from .degrees import DegreeDistribution, Limit
from .exact import exact
from .symbols import x

__all__ = ["Binomial", "Geometric", "NegativeBinomial", "Poisson", "Regular", "Zipf"]

_k = sp.Symbol("k", integer=True, nonnegative=True)
_MANY_TERMS = 1_000_000
_MANY_SUMMANDS = 200_000
_FEW_SUMMANDS = 100
_STEEPEST, _LEAST_ENDLESS = 100, 2
_MOST_SPARED = 1000


@dataclass(frozen=True)
class Poisson(DegreeDistribution):
    """Poisson(mean), P(x) = e^{-mean(1-x)}: each of many skills is required independently.

    >>> from deanalysis.model.symbols import c
    >>> Poisson(c).edge_pgf()
    exp(-c*(1 - x))
    """

    average: sp.Expr

    def __post_init__(self) -> None:
        self._set("average", require_positive(exact(self.average, "poisson mean"), "poisson mean"))

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.derivative(argument, 0)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self.average**order * sp.exp(-self.average * (1 - argument))

    def pmf(self, degree: int) -> sp.Expr:
        return sp.exp(-self.average) * self.average**degree / sp.factorial(degree)

    @property
    def support(self) -> tuple[int, int | None] | None:
        return 1, None

    @property
    def is_mixed_poisson(self) -> bool:
        return True


@dataclass(frozen=True)
class Regular(DegreeDistribution):
    """Every degree is D: P(x) = x^D.

    >>> Regular(3).edge_pgf()
    x**2
    """

    degree: sp.Expr

    def __post_init__(self) -> None:
        self._set("degree", require_whole(exact(self.degree, "regular degree"), 1, "regular degree"))
        if self.degree.is_Integer and self.degree > _MANY_TERMS:
            raise InputError("regular degree", f"must be at most {_MANY_TERMS}", given=self.degree)

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.derivative(argument, 0)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        if self.degree.is_Integer and order > self.degree:
            return sp.Integer(0)
        return sp.prod([self.degree - i for i in range(order)]) * argument ** (self.degree - order)

    def pmf(self, degree: int) -> sp.Expr:
        return sp.Integer(1) if self.degree == degree else sp.Integer(0)

    @property
    def support(self) -> tuple[int, int | None] | None:
        return (int(self.degree), int(self.degree)) if self.degree.is_Integer else None


@dataclass(frozen=True)
class Binomial(DegreeDistribution):
    """Binomial(N, P): P(x) = (1 - P + P x)^N.

    >>> Binomial(3, "1/2").pmf(1)
    3/8
    """

    count: sp.Expr
    probability: sp.Expr

    def __post_init__(self) -> None:
        self._set("count", require_whole(exact(self.count, "binomial N"), 1, "binomial N"))
        self._set("probability", require_between(exact(self.probability, "binomial P"), 0, 1, "binomial P", open_low=True))

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.derivative(argument, 0)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        if self.count.is_Integer and order > self.count:
            return sp.Integer(0)
        falling = sp.prod([self.count - i for i in range(order)])
        return falling * self.probability**order * (1 - self.probability * (1 - argument)) ** (self.count - order)

    @property
    def limits(self) -> list[Limit]:
        return [Limit(self.count, 1, None), Limit(self.probability, 0, 1)]

    @property
    def support(self) -> tuple[int, int | None] | None:
        if not self.count.is_Integer:
            return None
        return (int(self.count) if self.probability == 1 else 1), int(self.count)


@dataclass(frozen=True)
class NegativeBinomial(DegreeDistribution):
    """Negative binomial of a mean and a shape r: P(x) = (1 + mean(1-x)/r)^{-r}, Poisson with Gamma(r) popularity.

    >>> NegativeBinomial(2, 1).pgf()
    1/(3 - 2*x)
    """

    average: sp.Expr
    shape: sp.Expr

    def __post_init__(self) -> None:
        self._set("average", require_positive(exact(self.average, "negative_binomial mean"), "negative_binomial mean"))
        self._set("shape", require_positive(exact(self.shape, "negative_binomial shape"), "negative_binomial shape"))

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.derivative(argument, 0)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        rising = sp.prod([self.shape + i for i in range(order)])
        base = 1 + self.average * (1 - argument) / self.shape
        return rising * (self.average / self.shape) ** order * base ** (-self.shape - order)

    @property
    def support(self) -> tuple[int, int | None] | None:
        return 1, None

    @property
    def is_mixed_poisson(self) -> bool:
        return True


@dataclass(frozen=True)
class Geometric(DegreeDistribution):
    """Geometric on 0, 1, 2, ... of a mean: P(x) = 1/(1 + mean(1-x)), the negative binomial of shape 1.

    >>> Geometric(1).pmf(2)
    1/8
    """

    average: sp.Expr

    def __post_init__(self) -> None:
        self._set("average", require_positive(exact(self.average, "geometric mean"), "geometric mean"))

    @property
    def as_negative_binomial(self) -> NegativeBinomial:
        """The same law under its general name."""
        return NegativeBinomial(self.average, sp.Integer(1))

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.as_negative_binomial.pgf(argument)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self.as_negative_binomial.derivative(argument, order)

    @property
    def support(self) -> tuple[int, int | None] | None:
        return 1, None

    @property
    def is_mixed_poisson(self) -> bool:
        return True


@dataclass(frozen=True)
class Zipf(DegreeDistribution):
    """Power law: p_k proportional to k^-exponent (e^{-k/cutoff}, where that is given) for kmin <= k <= kmax, or for all k >= kmin.

    The generating function is an unevaluated `Sum`, so that a cut-off of 10^5 costs nothing here; without kmax it is a `PowerLawSum`, the
    exponent must exceed 2, and from an exponent of 3 down the second moment is infinite.

    >>> Zipf(2, 1, 2).pmf(2)
    1/5
    >>> Zipf("5/2", 1).factorial_moment(2)
    oo
    """

    exponent: sp.Expr
    least: sp.Expr
    largest: sp.Expr | None = None
    cutoff: sp.Expr | None = None

    def __post_init__(self) -> None:
        if self.cutoff is not None:
            self._set("cutoff", require_positive(exact(self.cutoff, "zipf cutoff"), "zipf cutoff"))
        exponent = exact(self.exponent, "zipf exponent")
        if not exponent.free_symbols and (exponent.is_real is not True or abs(exponent) > _STEEPEST):
            raise InputError("zipf exponent", f"must be a real number from -{_STEEPEST} to {_STEEPEST}", given=exponent)
        self._set("exponent", exponent)
        self._set("least", _bound(self.least, _MANY_SUMMANDS, "zipf kmin"))
        if self.largest is None:
            self._require_mean()
            return
        self._set("largest", _bound(self.largest, _MANY_SUMMANDS, "zipf kmax"))
        if self.least > self.largest:
            raise InputError("zipf kmin", "must not exceed kmax", given=f"{self.least} > {self.largest}")

    def _require_mean(self) -> None:
        """Refuse what has no mean without kmax, and more than a sum without end is made for."""
        if self.exponent.free_symbols:
            raise InputError("zipf exponent", "must be a number without KMAX", given=self.exponent, remedy="give KMAX")
        if self.exponent <= _LEAST_ENDLESS:
            raise InputError("zipf exponent", f"must exceed {_LEAST_ENDLESS} without KMAX, or there is no mean", given=self.exponent)
        if self.cutoff is not None:
            raise InputError("zipf cutoff", "needs a KMAX", given=self.cutoff)
        _bound(self.least, _MOST_SPARED, "zipf kmin without KMAX")

    @property
    def limits(self) -> list[Limit]:
        least = _LEAST_ENDLESS if self.largest is None else -_STEEPEST
        return [Limit(self.exponent, least, _STEEPEST), *([] if self.cutoff is None else [Limit(self.cutoff, 0, None)])]

    def _sum(self, term: sp.Expr, least: int | None = None) -> sp.Expr:
        return sp.Sum(term, (_k, least if least is not None else self.least, self.largest))

    @property
    def _decay(self) -> sp.Expr:
        return sp.S.One if self.cutoff is None else sp.exp(-1 / self.cutoff)

    def weight(self, degree: sp.Expr) -> sp.Expr:
        """Return what p_k is proportional to, k^-exponent (e^{-k/cutoff}, where that is given)."""
        return degree**-self.exponent * self._decay**degree

    @cached_property
    def _weight(self) -> sp.Expr:
        return self._moment(sp.Integer(1), 0) if self.largest is None else self._sum(self.weight(_k))

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.derivative(argument, 0)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self._moment(argument, order) / self._weight

    def edge_derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self._moment(argument, order + 1) / self._moment(sp.Integer(1), 1)

    def _moment(self, argument: sp.Expr, order: int) -> sp.Expr:
        if self.largest is None:
            return PowerLawSum(self.exponent, self.least, sp.Integer(order), argument)
        if order > self.largest:
            return sp.Integer(0)
        falling = sp.prod([_k - i for i in range(order)])
        power = self._decay**order * (self._decay * argument) ** (_k - order)
        return self._sum(falling * _k**-self.exponent * power, max(int(self.least), order))

    def pmf(self, degree: int) -> sp.Expr:
        inside = self.least <= degree and (self.largest is None or degree <= self.largest)
        weight = self._weight if self.largest is None or self.largest > _FEW_SUMMANDS else self._weight.doit()
        return self.weight(sp.Integer(degree)) / weight if inside else sp.Integer(0)

    @property
    def support(self) -> tuple[int, int | None] | None:
        return int(self.least), None if self.largest is None else int(self.largest)


def _bound(value: sp.Expr, most: int, argument: str) -> sp.Expr:
    """Return an end of a power law, a whole number."""
    bound = exact(value, argument)
    if not (bound.is_Integer and 1 <= bound <= most):
        raise InputError(argument, f"must be a whole number from 1 to {most}", given=bound)
    return bound
