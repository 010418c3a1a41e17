"""The named degree laws, each with the closed forms that beat the general way."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import sympy as sp

from ..errors import InputError
from .degrees import DegreeDistribution, typed
from .exact import Value, bind, exact, require_between, require_positive, require_whole
from .symbols import x

__all__ = ["PGF", "Binomial", "Geometric", "Mixture", "NegativeBinomial", "Poisson", "Polynomial", "Regular", "Zipf"]

_k = sp.Symbol("k", integer=True, nonnegative=True)
_MANY_TERMS = 10_000_000


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
    """Power law with cut-offs: p_k proportional to k^-exponent for kmin <= k <= kmax.

    The generating function is an unevaluated `Sum`, so that a cut-off of 10^5 costs nothing here.

    >>> Zipf(2, 1, 2).pmf(2)
    1/5
    """

    exponent: sp.Expr
    least: sp.Expr
    largest: sp.Expr

    def __post_init__(self) -> None:
        exponent = exact(self.exponent, "zipf exponent")
        if not exponent.free_symbols and (exponent.is_real is not True or abs(exponent) > 100):
            raise InputError("zipf exponent", "must be a real number from -100 to 100", given=exponent)
        self._set("exponent", exponent)
        for name, argument in (("least", "zipf kmin"), ("largest", "zipf kmax")):
            bound = exact(getattr(self, name), argument)
            if not (bound.is_Integer and 1 <= bound <= _MANY_TERMS):
                raise InputError(argument, f"must be a whole number from 1 to {_MANY_TERMS}", given=bound)
            self._set(name, bound)
        if self.least > self.largest:
            raise InputError("zipf kmin", "must not exceed kmax", given=f"{self.least} > {self.largest}")

    def _sum(self, term: sp.Expr, least: int | None = None) -> sp.Expr:
        return sp.Sum(term, (_k, least if least is not None else self.least, self.largest))

    @cached_property
    def _weight(self) -> sp.Expr:
        return self._sum(_k**-self.exponent)

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.derivative(argument, 0)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self._moment(argument, order) / self._weight

    def edge_derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self._moment(argument, order + 1) / self._moment(sp.Integer(1), 1)

    def _moment(self, argument: sp.Expr, order: int) -> sp.Expr:
        if order > self.largest:
            return sp.Integer(0)
        falling = sp.prod([_k - i for i in range(order)])
        power = sp.Integer(1) if argument == 1 else argument ** (_k - order)
        return self._sum(falling * _k**-self.exponent * power, max(int(self.least), order))

    def pmf(self, degree: int) -> sp.Expr:
        inside = self.least <= degree <= self.largest
        return sp.Integer(degree) ** -self.exponent / self._weight.doit() if inside else sp.Integer(0)

    @property
    def support(self) -> tuple[int, int | None] | None:
        return int(self.least), int(self.largest)


@dataclass(frozen=True)
class Polynomial(DegreeDistribution):
    """Finitely many degrees: P(x) = sum_k p_k x^k, from the pairs (k, p_k); an empirical table is one, too.

    >>> Polynomial(((2, "0.5"), (3, "0.5"))).mean
    5/2
    """

    terms: tuple[tuple[int, sp.Expr], ...]

    def __post_init__(self) -> None:
        collected: dict[int, sp.Expr] = {}
        for degree, probability in dict(self.terms).items() if isinstance(self.terms, Mapping) else self.terms:
            if isinstance(degree, bool) or int(degree) != degree or degree < 0:
                raise InputError("polynomial degree", "must be a whole number of at least 0", given=degree)
            value = exact(probability, f"polynomial coefficient of x^{degree}")
            collected[int(degree)] = collected.get(int(degree), sp.Integer(0)) + value
        for degree, value in collected.items():
            require_between(value, 0, 1, f"polynomial coefficient of x^{degree}")
        self._set("terms", tuple((degree, value) for degree, value in sorted(collected.items()) if value != 0))
        total = sp.Add(*(value for _, value in self.terms))
        excess = sp.expand(total - 1)
        if excess != 0 and not excess.free_symbols:
            raise InputError("polynomial coefficients", "must sum to 1", given=total)
        if all(degree == 0 for degree, _ in self.terms):
            raise InputError("polynomial mean", "must be positive", given=0)

    @classmethod
    def from_counts(cls, counts: Mapping[int, int]) -> Self:
        """Return the empirical law of a table {degree: count}.

        >>> Polynomial.from_counts({1: 3, 2: 1}).pmf(1)
        3/4
        """
        total = sum(counts.values())
        if total <= 0 or any(count < 0 for count in counts.values()):
            raise InputError("table counts", "must not be negative and must not all be zero", given=dict(counts))
        return cls(tuple((degree, sp.Rational(count, total)) for degree, count in counts.items() if count))

    @classmethod
    def from_edges(cls, edges: Mapping[int, Value]) -> Self:
        """Return the law whose *edge* pgf is sum_j lambda_j x^j; node fractions are proportional to lambda_j/(j+1).

        >>> str(Polynomial.from_edges({1: "0.5", 2: "0.5"}))
        'polynomial(3*x^2/5 + 2*x^3/5)'
        """
        values = {degree: exact(value, f"edge coefficient of x^{degree}") for degree, value in edges.items()}
        checked = cls(tuple((degree + 1, value) for degree, value in values.items()))
        weight = sp.Add(*(value / degree for degree, value in checked.terms))
        return cls(tuple((degree, value / degree / weight) for degree, value in checked.terms))

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.derivative(argument, 0)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return sp.Add(*(sp.ff(degree, order) * value * argument ** (degree - order) for degree, value in self.terms if degree >= order))

    def pmf(self, degree: int) -> sp.Expr:
        return dict(self.terms).get(degree, sp.Integer(0))

    @property
    def support(self) -> tuple[int, int | None] | None:
        positive = [degree for degree, _ in self.terms if degree > 0]
        return min(positive), max(positive)

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        if not self.letters & set(bound):
            return self
        return type(self)(tuple((degree, bind(value, bound)) for degree, value in self.terms))

    def _expressions(self) -> list[sp.Expr]:
        return [value for _, value in self.terms]

    def __str__(self) -> str:
        return f"polynomial({' + '.join(typed(value * x**degree) for degree, value in self.terms)})"


@dataclass(frozen=True)
class Mixture(DegreeDistribution):
    """A share w_i of the nodes follows law i: P(x) = sum_i w_i P_i(x).

    >>> Mixture((("0.3", Poisson(2)), ("0.7", Poisson(9)))).mean
    69/10
    """

    parts: tuple[tuple[sp.Expr, DegreeDistribution], ...]

    def __post_init__(self) -> None:
        parts = tuple((exact(weight, "mixture weight"), law) for weight, law in self.parts)
        for weight, _ in parts:
            require_between(weight, 0, 1, "mixture weight")
        total = sp.Add(*(weight for weight, _ in parts))
        if not total.free_symbols and total != 1:
            raise InputError("mixture weights", "must sum to 1", given=total)
        self._set("parts", tuple((weight, law) for weight, law in parts if weight != 0))

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.derivative(argument, 0)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return sp.Add(*(weight * law.derivative(argument, order) for weight, law in self.parts))

    def edge_derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return sp.Add(*(weight * law.derivative(argument, order + 1) / self.mean for weight, law in self.parts))

    def pmf(self, degree: int) -> sp.Expr:
        return sp.Add(*(weight * law.pmf(degree) for weight, law in self.parts))

    @property
    def support(self) -> tuple[int, int | None] | None:
        supports = [law.support for _, law in self.parts]
        if any(support is None for support in supports):
            return None
        largest = [support[1] for support in supports if support]
        return min(support[0] for support in supports if support), (None if None in largest else max(largest))  # type: ignore[type-var]

    @property
    def is_mixed_poisson(self) -> bool:
        return all(law.is_mixed_poisson for _, law in self.parts)

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        if not self.letters & set(bound):
            return self
        return type(self)(tuple((bind(weight, bound), law.bind(bound)) for weight, law in self.parts))

    def _expressions(self) -> list[sp.Expr]:
        return [weight for weight, _ in self.parts] + [value for _, law in self.parts for value in law._expressions()]

    def __str__(self) -> str:
        return f"mixture({', '.join(f'{typed(weight)}: {law}' for weight, law in self.parts)})"


@dataclass(frozen=True)
class PGF(DegreeDistribution):
    """A law given by its generating function alone, an expression in `deanalysis.x`; the value at 1 must be 1.

    The first 32 coefficients are checked not to be negative where no letter is free.

    >>> import sympy as sp
    >>> PGF(sp.log(1 - x / 2) / sp.log(sp.Rational(1, 2))).pmf(1)
    1/(2*log(2))
    """

    function: sp.Expr

    def __post_init__(self) -> None:
        function = exact(self.function, "the generating function")
        self._set("function", function)
        if sp.simplify(function.subs(x, 1) - 1) != 0:
            raise InputError("the generating function", "must be 1 at x = 1", given=function.subs(x, 1))
        require_positive(self.mean, "the mean of the generating function")
        if function.free_symbols == {x}:
            coefficients = sp.series(function, x, 0, 32).removeO()
            if any(coefficients.coeff(x, k).is_negative for k in range(32)):
                raise InputError("the generating function", "must have coefficients that are not negative", given=function)

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.function.subs(x, argument)

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        return frozenset(self.function.free_symbols) - {x}
