"""Degree laws with closed forms that beat the general way, and the parametric ones among them."""

from dataclasses import dataclass, field
from functools import cached_property

import sympy as sp

from ..checks import check_count
from ..errors import InputError
from ..symbolic.functions import PowerLawSum
from .degrees import DegreeDistribution
from .exact import between, exact, positive, whole
from .symbols import x

_k = sp.Symbol("k", integer=True, nonnegative=True)
_LARGEST_DEGREE = 1_000_000
"""Of a regular law: each simulated text has so many skills, so that this bounds its memory."""
MANY_SUMMANDS = 200_000
"""Highest KMIN and KMAX of a power law: its terms are added up one by one, which bounds the time that takes."""
FEW_SUMMANDS = 100
"""So few terms are added up to the exact fraction p_k; of more, the fraction would have too many digits to read, and p_k holds a sum."""
_STEEPEST, _LEAST_ENDLESS = 100, 2
"""Exponents of power laws: beyond 100, degree 2 is 2^100 times rarer than degree 1; from 2 down, there is no mean without KMAX."""
_MOST_SPARED = 1000
"""Highest KMIN without KMAX: the terms before it are taken off one by one."""


class ClosedLaw(DegreeDistribution):
    """A law that declares `derivative`, for every order, in place of `pgf`."""

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.derivative(argument, 0)


class MixedPoisson(ClosedLaw):
    """A law of degrees that come from popularity; every degree is possible."""

    @property
    def support(self) -> tuple[int, int | None] | None:
        return 1, None

    @property
    def is_mixed_poisson(self) -> bool:
        return True


@dataclass(frozen=True)
class Poisson(MixedPoisson):
    """Poisson(mean), P(x) = e^{-mean(1-x)}: each of many skills is required independently.

    >>> from deanalysis.model.symbols import c
    >>> Poisson(c).edge_pgf()
    exp(-c*(1 - x))
    """

    average: sp.Expr = field(metadata=positive("poisson mean"))

    @property
    def is_uniform(self) -> bool:
        return True

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self.average**order * sp.exp(-self.average * (1 - argument))

    def pmf(self, degree: int) -> sp.Expr:
        return sp.exp(-self.average) * self.average**degree / sp.factorial(degree)


@dataclass(frozen=True)
class Regular(ClosedLaw):
    """Every degree is D: P(x) = x^D.

    >>> Regular(3).edge_pgf()
    x**2
    """

    degree: sp.Expr = field(metadata=whole("regular degree"))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.degree.is_Integer and self.degree > _LARGEST_DEGREE:
            raise InputError("regular degree", f"must be at most {_LARGEST_DEGREE}", given=self.degree)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return _of_power(argument, self.degree, order)

    def pmf(self, degree: int) -> sp.Expr:
        return sp.Integer(int(self.degree == degree))

    @property
    def support(self) -> tuple[int, int | None] | None:
        return (int(self.degree), int(self.degree)) if self.degree.is_Integer else None


@dataclass(frozen=True)
class Binomial(ClosedLaw):
    """Binomial(N, P): P(x) = (1 - P + P x)^N.

    >>> Binomial(3, "1/2").pmf(1)
    3/8
    """

    count: sp.Expr = field(metadata=whole("binomial N"))
    probability: sp.Expr = field(metadata=between("binomial P", 0, 1, open_low=True))

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self.probability**order * _of_power(1 - self.probability * (1 - argument), self.count, order)

    @property
    def support(self) -> tuple[int, int | None] | None:
        return (int(self.count) if self.probability == 1 else 1, int(self.count)) if self.count.is_Integer else None


def _of_power(base: sp.Expr, exponent: sp.Expr, order: int) -> sp.Expr:
    """Return a derivative of base^exponent by the base."""
    if exponent.is_Integer and order > exponent:
        return sp.Integer(0)
    return sp.prod([exponent - i for i in range(order)]) * base ** (exponent - order)


@dataclass(frozen=True)
class NegativeBinomial(MixedPoisson):
    """Negative binomial of a mean and a shape r: P(x) = (1 + mean(1-x)/r)^{-r}, Poisson with Gamma(r) popularity.

    >>> NegativeBinomial(2, 1).pgf()
    1/(3 - 2*x)
    """

    average: sp.Expr = field(metadata=positive("negative_binomial mean"))
    shape: sp.Expr = field(metadata=positive("negative_binomial shape"))

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        rising = sp.prod([self.shape + i for i in range(order)])
        base = 1 + self.average * (1 - argument) / self.shape
        return rising * (self.average / self.shape) ** order * base ** (-self.shape - order)


@dataclass(frozen=True)
class Geometric(NegativeBinomial):
    """Geometric on 0, 1, 2, ... of a mean: P(x) = 1/(1 + mean(1-x)), the negative binomial of shape 1.

    >>> Geometric(1).pmf(2)
    1/8
    """

    average: sp.Expr = field(metadata=positive("geometric mean"))
    shape: sp.Expr = field(default=sp.S.One, init=False, repr=False)


@dataclass(frozen=True)
class Zipf(ClosedLaw):
    """Power law: p_k proportional to k^-exponent (e^{-k/cutoff}, where that is given) for kmin <= k <= kmax, or for all k >= kmin.

    The generating function is an unevaluated `Sum`, so that a cut-off of 10^5 costs nothing here; without kmax it is a `PowerLawSum`, the
    exponent must exceed 2, and from an exponent of 3 down the second moment is infinite.

    >>> Zipf(2, 1, 2).pmf(2)
    1/5
    >>> Zipf("5/2", 1).factorial_moment(2)
    oo
    """

    exponent: sp.Expr = field(metadata=between("zipf exponent", -_STEEPEST, _STEEPEST))
    least: sp.Expr
    largest: sp.Expr | None = None
    cutoff: sp.Expr | None = field(default=None, metadata=positive("zipf cutoff"))

    def __post_init__(self) -> None:
        super().__post_init__()
        for end, name in {"least": "zipf kmin", **({} if self.largest is None else {"largest": "zipf kmax"})}.items():
            self._set(end, sp.Integer(check_count(exact(getattr(self, end), name), 1, MANY_SUMMANDS, name)))
        if self.largest is not None and self.least > self.largest:
            raise InputError("zipf kmin", "must not exceed kmax", given=f"{self.least} > {self.largest}")
        if self.largest is None:
            self._check_endless()

    def _check_endless(self) -> None:
        """Refuse what has no mean without kmax, and more than a sum without end is made for."""
        if self.exponent.free_symbols:
            raise InputError("zipf exponent", "must be a number without KMAX", given=self.exponent, remedy="give KMAX")
        if self.exponent <= _LEAST_ENDLESS:
            raise InputError("zipf exponent", f"must exceed {_LEAST_ENDLESS} without KMAX, or there is no mean", given=self.exponent)
        if self.cutoff is not None:
            raise InputError("zipf cutoff", "needs a KMAX", given=self.cutoff)
        check_count(self.least, 1, _MOST_SPARED, "zipf kmin without KMAX")

    @property
    def _decay(self) -> sp.Expr:
        return sp.S.One if self.cutoff is None else sp.exp(-1 / self.cutoff)

    def weight(self, degree: sp.Expr) -> sp.Expr:
        """Return what p_k is proportional to, k^-exponent (e^{-k/cutoff}, where that is given)."""
        return degree**-self.exponent * self._decay**degree

    @cached_property
    def _weight(self) -> sp.Expr:
        return self._moment(sp.Integer(1), 0)

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
        return sp.Sum(falling * _k**-self.exponent * power, (_k, max(int(self.least), order), self.largest))

    def pmf(self, degree: int) -> sp.Expr:
        inside = self.least <= degree and (self.largest is None or degree <= self.largest)
        weight = self._weight if self.largest is None or self.largest > FEW_SUMMANDS else self._weight.doit()
        return self.weight(sp.Integer(degree)) / weight if inside else sp.Integer(0)

    @property
    def support(self) -> tuple[int, int | None] | None:
        return int(self.least), None if self.largest is None else int(self.largest)
