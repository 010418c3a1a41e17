"""Degree laws made of parts: polynomials and tables, mixtures and thinnings of other laws, and any generating function."""

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from functools import cached_property
from numbers import Integral, Real
from typing import Any, Self

import sympy as sp

from ..checks import require_between, require_positive
from ..errors import InputError
from ..symbolic.algebra import simplified
from ..symbolic.functions import Coefficients, SparsePolynomial
from .degrees import DegreeDistribution, require_law, typed
from .exact import Limit, Value, between, exact, rounding_of, settled
from .laws import ClosedLaw
from .symbols import x

_FEW_TERMS = 16
"""So many terms are written as a sum of powers, in which SymPy can solve and factor; more of them are a `SparsePolynomial`."""


@dataclass(frozen=True)
class Polynomial(ClosedLaw):
    """Finitely many degrees: P(x) = sum_k p_k x^k, from the pairs (k, p_k); an empirical table is one, too.

    With `normalize`, fractions that their printed digits keep from summing to 1 are divided by their sum.

    >>> Polynomial(((2, "0.5"), (3, "0.5"))).mean
    5/2
    """

    terms: tuple[tuple[int, sp.Expr], ...]
    normalize: InitVar[bool] = False

    def __post_init__(self, normalize: bool) -> None:
        collected: dict[int, sp.Expr] = {}
        rounding = sp.S.Zero
        for degree, probability in _pairs(self.terms, "polynomial terms", "pairs (degree, probability)"):
            power = _degree(degree)
            collected[power] = collected.get(power, sp.S.Zero) + exact(probability, f"polynomial coefficient of x^{power}")
            rounding += rounding_of(probability)
        degrees = sorted(collected)
        chances = [require_between(collected[degree], 0, 1, f"polynomial coefficient of x^{degree}") for degree in degrees]
        shares = settled(chances, rounding, normalize, "polynomial coefficients")
        self._set("terms", tuple((degree, share) for degree, share in zip(degrees, shares, strict=True) if share != 0))
        if all(degree == 0 for degree, _ in self.terms):
            raise InputError("polynomial mean", "must be positive", given=0)

    @classmethod
    def from_counts(cls, counts: Mapping[int, int]) -> Self:
        """Return the empirical law of a table {degree: count}.

        >>> Polynomial.from_counts({1: 3, 2: 1}).pmf(1)
        3/4
        """
        table = _pairs(counts, "table counts", "a table {degree: count}", remedy="collections.Counter(degrees) makes one of degrees")
        for degree, count in table:
            if isinstance(count, bool) or not isinstance(count, Integral) or count < 0:
                raise InputError("table counts", "must be whole numbers of at least 0", given=f"{count} of degree {degree}")
        total = sum(int(count) for _, count in table)
        if total == 0:
            raise InputError("table counts", "must not all be zero", given=dict(table))
        return cls(tuple((degree, sp.Rational(int(count), total)) for degree, count in table if count))

    @classmethod
    def from_edges(cls, edges: Mapping[int, Value], normalize: bool = False) -> Self:
        """Return the law whose *edge* pgf is sum_j lambda_j x^j; node fractions are proportional to lambda_j/(j+1).

        >>> str(Polynomial.from_edges({1: "0.5", 2: "0.5"}))
        'polynomial(3*x^2/5 + 2*x^3/5)'
        """
        pairs = _pairs(edges, "edge coefficients", "a table {power: coefficient}")
        for degree, value in pairs:
            exact(value, f"edge coefficient of x^{degree}")
        checked = cls(tuple((degree + 1, value) for degree, value in pairs), normalize)
        weight = sp.Add(*(value / degree for degree, value in checked.terms))
        return cls(tuple((degree, value / degree / weight) for degree, value in checked.terms))

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        if self._coefficients is not None:
            return SparsePolynomial(self._coefficients.lowered(order), argument)
        return sp.Add(*(sp.ff(degree, order) * value * argument ** (degree - order) for degree, value in self.terms if degree >= order))

    def edge_derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        if self._coefficients is None:
            return super().edge_derivative(argument, order)
        edges = Coefficients.of((degree - 1, degree * value / self.mean) for degree, value in self.terms if degree)
        return SparsePolynomial(edges.lowered(order), argument)

    @cached_property
    def _coefficients(self) -> Coefficients | None:
        """The coefficients where they are many and all of them are numbers."""
        many = len(self.terms) > _FEW_TERMS and all(value.is_Rational for _, value in self.terms)
        return Coefficients.of(self.terms) if many else None

    def pmf(self, degree: int) -> sp.Expr:
        return dict(self.terms).get(degree, sp.Integer(0))

    @property
    def support(self) -> tuple[int, int | None] | None:
        positive = [degree for degree, _ in self.terms if degree > 0]
        return min(positive), max(positive)

    def written(self, number: Callable[[sp.Expr], str] | None = None) -> str:
        return f"polynomial({' + '.join((number or typed)(value * x**degree) for degree, value in self.terms)})"


@dataclass(frozen=True)
class Mixture(ClosedLaw):
    """A share w_i of the nodes follows law i: P(x) = sum_i w_i P_i(x).

    With `normalize`, shares that their printed digits keep from summing to 1 are divided by their sum.

    >>> from deanalysis.model.laws import Poisson
    >>> Mixture((("0.3", Poisson(2)), ("0.7", Poisson(9)))).mean
    69/10
    """

    parts: tuple[tuple[sp.Expr, DegreeDistribution], ...]
    normalize: InitVar[bool] = False

    def __post_init__(self, normalize: bool) -> None:
        stated = _pairs(self.parts, "mixture parts", "pairs (weight, law)")
        laws = [require_law(law, "mixture part") for _, law in stated]
        weights = [require_between(exact(weight, "mixture weight"), 0, 1, "mixture weight") for weight, _ in stated]
        weights = settled(weights, sp.Add(*(rounding_of(weight) for weight, _ in stated)), normalize, "mixture weights")
        self._set("parts", tuple((weight, law) for weight, law in zip(weights, laws, strict=True) if weight != 0))

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return sp.Add(*(weight * law.derivative(argument, order) for weight, law in self.parts))

    def edge_derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return sp.Add(*(weight * law.derivative(argument, order + 1) / self.mean for weight, law in self.parts))

    def pmf(self, degree: int) -> sp.Expr:
        return sp.Add(*(weight * law.pmf(degree) for weight, law in self.parts))

    @property
    def support(self) -> tuple[int, int | None] | None:
        supports = [support for _, law in self.parts if (support := law.support)]
        if len(supports) < len(self.parts):
            return None
        least, largest = zip(*supports, strict=True)
        return min(least), None if None in largest else max(largest)

    @property
    def is_mixed_poisson(self) -> bool:
        return all(law.is_mixed_poisson for _, law in self.parts)

    def written(self, number: Callable[[sp.Expr], str] | None = None) -> str:
        return f"mixture({', '.join(f'{(number or typed)(weight)}: {law.written(number)}' for weight, law in self.parts)})"


@dataclass(frozen=True)
class Thinned(ClosedLaw):
    """Each edge of a node is kept with probability `kept`, independently: P(1 - kept (1-x)); of a text's skills so many are unknown.

    >>> from deanalysis.model.laws import Regular
    >>> Thinned(Regular(2), "1/3").pmf(1)
    4/9
    """

    law: DegreeDistribution
    kept: sp.Expr = field(metadata=between("kept", 0, 1, open_low=True))

    def _at(self, argument: sp.Expr) -> sp.Expr:
        return 1 - self.kept * (1 - argument)

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self.kept**order * self.law.derivative(self._at(argument), order)

    def edge_derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return self.kept**order * self.law.edge_derivative(self._at(argument), order)

    @property
    def support(self) -> tuple[int, int | None] | None:
        if self.kept == 1 or self.law.support is None:
            return self.law.support
        return 1, self.law.support[1]

    def written(self, number: Callable[[sp.Expr], str] | None = None) -> str:
        return f"thinned({self.law.written(number)}, {(number or typed)(self.kept)})"


@dataclass(frozen=True)
class PGF(DegreeDistribution):
    """A law given by its generating function alone, an expression in `deanalysis.x`; the value at 1 must be 1.

    What vanishes at 1 above and below a fraction is cancelled: (1 - x^6)/(6(1 - x)) is uniform on 0 to 5. The first 32
    coefficients are checked not to be negative where no letter is free.

    >>> import sympy as sp
    >>> PGF(sp.log(1 - x / 2) / sp.log(sp.Rational(1, 2))).pmf(1)
    1/(2*log(2))
    """

    function: sp.Expr

    def __post_init__(self) -> None:
        function = exact(self.function, "the generating function")
        undefined = sp.nan, sp.zoo
        if function.subs(x, 1) in undefined and function.is_rational_function(x):
            function = sp.cancel(function)
        if function.subs(x, 1) in undefined:
            remedy = "cancel what vanishes there"
            raise InputError("the generating function", "must have a value at x = 1", given=self.function, remedy=remedy)
        self._set("function", function)
        if simplified(function.subs(x, 1) - 1) != 0:
            raise InputError("the generating function", "must be 1 at x = 1", given=function.subs(x, 1))
        require_positive(self.mean, "the mean of the generating function")
        if function.free_symbols == {x}:
            coefficients = sp.series(function, x, 0, 32).removeO()
            if any(coefficients.coeff(x, k).is_negative for k in range(32)):
                raise InputError("the generating function", "must have coefficients that are not negative", given=function)

    def pgf(self, argument: sp.Expr = x) -> sp.Expr:
        return self.function.subs(x, argument)

    @property
    def limits(self) -> list[Limit]:
        return [Limit(self.mean, 0, None)]


def _pairs(stated: Any, argument: str, meant: str, remedy: str = "") -> list[tuple[Any, Any]]:
    """Return a mapping, or a sequence of pairs, as a list of pairs."""
    try:
        return [(key, value) for key, value in (stated.items() if isinstance(stated, Mapping) else stated)]
    except (TypeError, ValueError):
        raise InputError(argument, f"must be {meant}", given=stated, remedy=remedy) from None


def _degree(stated: Any) -> int:
    """Return a degree as an int, if it is a whole number of at least 0."""
    is_degree = isinstance(stated, Real) and not isinstance(stated, bool) and float(stated).is_integer() and float(stated) >= 0
    if not is_degree:
        raise InputError("polynomial degree", "must be a whole number of at least 0", given=stated)
    return int(stated)
