"""Compiled functions in balls: Taylor coefficients, compositions, integrals, and values where the formula is 0/0, such as (1 - e^-q)/q."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import sympy as sp
from flint import acb, acb_series, arb, arb_series, ctx

from ..symbolic.algebra import power_series, simplified
from ..symbolic.functions import PowerLawSum, SparsePolynomial
from .tails import Tail

_TERMS, _NEAR = 16, 0.5
"""Taylor coefficients of a formula that is 0/0 at 0, and the distance from 0 within which they serve wide balls: there the rest is below
2^-16 of a function that is entire, as all are that occur, and each coefficient costs about as much as a value."""


def taylor(function: Callable[..., Any], point: Any, count: int, others: Sequence[Any] = ()) -> list[Any]:
    """Enclose the first `count` Taylor coefficients of a compiled function around every point of a real or complex ball.

    They are by its first argument; `others` are the further ones. Where the ball is so wide that the function is not defined on it, the
    coefficients are not a number.

    >>> taylor(lambda x: x * x, arb(3), 2)
    [9.00000000000000, 6.00000000000000]
    """
    return taylors(lambda *arguments: (function(*arguments),), point, count, 1, others)[0]


def taylors(function: Callable[..., Any], point: Any, count: int, length: int, others: Sequence[Any] = ()) -> list[list[Any]]:
    """Do the same for a compiled tuple of `length` functions, which share what they have in common."""
    number: Any
    series_of: Any
    number, series_of = (acb, acb_series) if isinstance(point, acb) else (arb, arb_series)
    kept, ctx.cap = ctx.cap, count
    try:
        results = function(series_of([point, 1]), *others)
    except (ValueError, ZeroDivisionError):
        return [[number("nan")] * count] * length
    finally:
        ctx.cap = kept
    series = [result if isinstance(result, series_of) else series_of([number(result)]) for result in results]
    return [[coefficients[order] for order in range(count)] for coefficients in series]


def composed(coefficients: Sequence[arb], at: arb_series) -> arb_series:
    """Compose the series sum_j coefficients_j (at - at_0)^j; one that is infinite leaves the coefficients in front of it alone."""
    step = arb_series([arb(0), *(at[j] for j in range(1, ctx.cap))])
    total, power = arb_series([coefficients[0]]), arb_series([1])
    for j in range(1, ctx.cap):
        power = power * step
        total += arb_series([arb(0)] * j + [coefficients[j] * power[i] for i in range(j, ctx.cap)])
    return total


def by_squares(base: Any, exponent: int) -> Any:
    """Raise to a whole power from 0 on by products alone; the base may be 0, a ball around it, or a series that begins with it.

    >>> by_squares(arb(0, 1), 2)
    [+/- 1.01]
    """
    result, square = None, base
    while exponent:
        if exponent % 2:
            result = square if result is None else result * square
        exponent //= 2
        square = square * square if exponent else square
    return base * 0 + 1 if result is None else result


def integral(function: Callable[[acb], acb], low: acb, high: acb) -> acb:
    """Enclose the integral of a meromorphic function along a straight line.

    An exception inside, such as that of Ctrl-C, ends it and is raised here; FLINT alone would go on and raise another.

    >>> integral(lambda z: z.exp(), acb(0), acb(1))
    [1.71828182845904 +/- 6.23e-15]
    """
    raised: list[BaseException] = []

    def guarded(point: acb, analytic: bool) -> acb:
        if raised:
            return acb(0)
        try:
            return function(point)
        except BaseException as error:
            raised.append(error)
            return acb(0)

    whole = acb.integral(guarded, low, high)
    if raised:
        raise raised[0]
    return whole


def definite(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return (start, end, letters) -> the integral of a function with values in [0, 1], such as a probability; at its start it may be 0/0.

    The end may be a real or complex ball, or a series.

    >>> definite(lambda y: y)(arb(0), arb(1)).contains(arb(1) / 2)
    True
    """

    def whole(start: Any, end: Any, *letters: Any) -> Any:
        if isinstance(end, arb_series):
            inside = taylor(function, end[0], ctx.cap, letters)
            return composed([whole(start, end[0], *letters), *(inside[k - 1] / k for k in range(1, ctx.cap))], end)
        known, nearly = [acb(value) for value in letters], arb(start) + arb(2) ** -ctx.prec
        up_to = partial(integral, lambda point: function(point, *known), acb(nearly))
        if any(value.imag != 0 for value in known):
            return acb("nan")
        first = (nearly - arb(start)).union(arb(0))
        if isinstance(end, acb):
            middle = acb(end.real.mid(), end.imag.mid())
            return up_to(middle) + (end - middle) * function(end, *known) + first
        real = arb(arb(end).mid())
        rest = (arb(end) - real) * function(arb(end), *letters) if arb(end).rad() > 0 else arb(0)
        return up_to(acb(real)).real + rest + first

    return whole


def is_singular(expression: sp.Expr, variable: sp.Symbol) -> bool:
    """Whether there are negative powers of a variable in an expression."""
    return any(part.base == variable and part.exp.is_negative for part in expression.atoms(sp.Pow))


def without_singular(expression: sp.Expr, variable: sp.Symbol, name: Callable[[sp.Expr, sp.Expr, int], sp.Expr]) -> sp.Expr:
    """Replace the smallest parts that are 0/0 at the value 0 of a variable by `name(part, N, m)`, part = N/variable^m (see `regular`)."""
    if not is_singular(expression, variable):
        return expression
    inside = [without_singular(part, variable, name) for part in expression.args]
    replaced = expression.func(*inside) if tuple(inside) != expression.args else expression
    if not (is_singular(replaced, variable) and isinstance(expression, sp.Expr)):
        return replaced
    quotient = regular(expression, variable)
    return replaced if quotient is None else name(expression, *quotient)


@cache
def regular(expression: sp.Expr, variable: sp.Symbol) -> tuple[sp.Expr, int] | None:
    """Return N and m with expression = N/variable^m, N analytic at 0 and proved to vanish there to order m; None where that is not found.

    Of sums, integrals and long polynomials no power series is known: what holds them is not multiplied out.

    >>> q = sp.Symbol("q", positive=True)
    >>> regular((1 - sp.exp(-q)) / q, q)
    (1 - exp(-q), 1)
    """
    if expression.has(sp.Sum, sp.Integral) or any(part.has(variable) for part in expression.atoms(SparsePolynomial, PowerLawSum)):
        return None
    if _least_power(expression, variable) >= 0 or _divides_by_zero(expression, variable):
        return None
    terms = sp.Add.make_args(sp.expand_mul(expression))
    exponents = [sp.sympify(term.as_powers_dict()[variable]) for term in terms]
    if not all(exponent.is_Integer for exponent in exponents):
        return None
    order = -min(exponents)
    numerator = sp.Add(*(term * variable**order for term in terms))
    if order <= 0 or is_singular(numerator, variable):
        return None
    try:
        leading = power_series(numerator, variable, int(order))
    except ValueError:
        return None
    return (numerator, int(order)) if all(simplified(value) == 0 for value in leading) else None


def _least_power(expression: sp.Expr, variable: sp.Symbol) -> int:
    """Return the least whole power of a variable that terms of an expression could have, were it multiplied out, which takes longer."""
    if expression.is_Add:
        return min(_least_power(term, variable) for term in expression.args)
    if expression.is_Mul:
        return sum(_least_power(factor, variable) for factor in expression.args)
    base, exponent = expression.as_base_exp()
    return int(exponent) if base == variable and exponent.is_Integer else 0


def _divides_by_zero(expression: sp.Expr, variable: sp.Symbol) -> bool:
    """Whether there is a division, other than by powers of the variable, by what is 0 where that is 0: no recurrence goes through it."""
    bases = {power.base for power in expression.atoms(sp.Pow) if power.exp.is_negative} - {variable}
    return any(base.has(variable) and base.xreplace({variable: sp.S.Zero}).is_zero for base in bases)


def extended(direct: Callable[..., Any], numerator: Callable[..., Any], order: int) -> Callable[..., Any]:
    """Return a compiled formula f = N/y^m that can be had over balls and of power series around 0, too, and of what falls to 0.

    With n = m + 16, f(y) = N_m + N_{m+1} y + ... + N_{n-1} y^{n-m-1} + y^{n-m} r(y), N_j the Taylor coefficients at 0. The k-th Taylor
    coefficient of r at y is the divided difference of N at n times 0 and k + 1 times y, and so the Taylor coefficient of N of order n + k
    somewhere between 0 and y (of a complex y, a mean of those there).
    """

    def function(state: Any, *values: Any) -> Any:
        place = _near_zero(state)
        if place is None:
            return direct(state, *values)
        moving = isinstance(state, arb_series)
        start = taylor(numerator, type(place)(0), order + _TERMS, values)[order:]
        rest = taylor(numerator, place.union(type(place)(0)), order + _TERMS + (ctx.cap if moving else 1), values)[order + _TERMS :]
        at = state if moving else place
        total: Any = composed(rest, state) if moving else rest[0]
        for value in reversed(start):
            total = total * at + value
        return Tail.flat(total, state.start) if isinstance(state, Tail) else total

    return function


def _near_zero(state: Any) -> Any:
    """Return the ball of states where it contains 0 or is wide and near 0, or those of what falls to 0."""
    if isinstance(state, Tail):
        return state.ball() if state.decay > 0 else None
    start: Any = state[0] if isinstance(state, arb_series) else state
    if not isinstance(start, (arb, acb)):
        return None
    origin: Any = type(start)(0)
    is_wide = abs(start) < _NEAR and 2 * start.rel_accuracy_bits() < ctx.prec
    return start if is_wide or start.contains(origin) else None
