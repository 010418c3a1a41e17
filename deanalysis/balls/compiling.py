"""One expression, compiled once, for floats, balls, truncated power series of balls, or bounds towards infinity.

Constants stay exact until the moment of evaluation (a plain `lambdify` would hide floats inside), so the
same compiled function is right at any precision.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
import sympy as sp
from flint import acb, arb, arb_series, ctx, fmpq, fmpz_poly
from sympy.printing.pycode import PythonCodePrinter

from ..errors import InputError
from ..symbolic.functions import Coefficients, PowerLawSum, SparsePolynomial
from .float_range import within_floats
from .growing_sums import GrowingSum, SparseSum
from .integrals import integral as enclosed
from .numerical.power_laws import power_law_floats
from .power_laws import power_law_sum
from .power_sums import Terms
from .removable import extended, is_singular, without_singular
from .tails import Tail
from .transforms import TRANSFORMS

__all__ = [
    "BallPrinter",
    "ball_of",
    "compile_balls",
    "compile_floats",
    "lambdified",
    "opaque",
    "power_in",
    "rational",
    "root_of",
    "taylor",
    "taylors",
]

_MOST_BITS = 10_000


def rational(value: sp.Expr) -> fmpq:
    """Return an exact SymPy rational as an exact FLINT one."""
    return fmpq(int(value.p), int(value.q))


def taylor(function: Callable[..., Any], point: arb, count: int, values: Sequence[arb] = ()) -> list[arb]:
    """Enclose the first `count` Taylor coefficients of a compiled function around every point of a ball.

    Where the ball is so wide that the function is not defined on it, they are not a number.

    >>> taylor(lambda x: x * x, arb(3), 2)
    [9.00000000000000, 6.00000000000000]
    """
    return taylors(lambda *arguments: (function(*arguments),), point, count, 1, values)[0]


def taylors(function: Callable[..., Any], point: arb, count: int, length: int, values: Sequence[arb] = ()) -> list[list[arb]]:
    """Do the same for a compiled tuple of `length` functions, which share what they have in common."""
    kept, ctx.cap = ctx.cap, count
    try:
        results = function(arb_series([point, 1]), *values)
    except (ValueError, ZeroDivisionError):
        return [[arb("nan")] * count] * length
    finally:
        ctx.cap = kept
    series = (result if isinstance(result, arb_series) else arb_series([arb(result)]) for result in results)
    return [[one[order] for order in range(count)] for one in series]


@cache
def _compiled(expression: sp.Expr, variables: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    if variables and is_singular(expression, variables[0]):
        return _extended(expression, variables)
    return _lambdified(expression, variables, {})


def _extended(expression: sp.Expr, variables: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    """Compile a formula in which what is 0/0 at the value 0 of the first variable is a function of its own."""
    functions: dict[str, Callable[..., Any]] = {}

    def name(part: sp.Expr, numerator: sp.Expr, order: int) -> sp.Expr:
        direct, above = (_lambdified(one, variables, {}) for one in (part, numerator))
        functions[f"_regular_{len(functions)}"] = extended(direct, above, order)
        return sp.Function(f"_regular_{len(functions) - 1}")(*variables)

    return _lambdified(without_singular(expression, variables[0], name), variables, functions)


def _lambdified(expression: sp.Expr, variables: tuple[sp.Symbol, ...], others: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    plain, functions = opaque(expression)
    functions |= others
    unknown = {str(part.func) for part in plain.atoms(sp.Function)} - {*_NAMESPACE, *functions, "LambertW", "Abs"}
    if unknown:
        raise InputError("a law or learner", "may use exp, log and powers alone in ball arithmetic", given=", ".join(sorted(unknown)))
    return lambdified(_complemented(plain.xreplace(_paired(plain))), variables, [{**_NAMESPACE, **functions}], BallPrinter)


def lambdified(expression: sp.Expr, variables: Sequence[sp.Symbol], modules: list[Any], printer: Any = None) -> Callable[..., Any]:
    """Compile by SymPy, which writes the expression into a docstring, whatever its numbers are."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return sp.lambdify(list(variables), expression, modules=modules, printer=printer, cse=True, dummify=True)
    finally:
        sys.set_int_max_str_digits(limit)


def _paired(expression: sp.Expr) -> dict[sp.Expr, sp.Expr]:
    """Write e^-x as the inverse of e^x where both occur: a division costs less than an exponential."""
    found = {one.args[0]: one for one in expression.atoms(sp.exp)}
    falling = [argument for argument in found if argument.could_extract_minus_sign() and -argument in found]
    return {found[argument]: sp.Function("inverse")(found[-argument]) for argument in falling}


def _complemented(expression: sp.Expr) -> sp.Expr:
    """Give sums of power laws 1 - z as well, for where z comes to 1."""
    named = sp.Function("PowerLawSum")
    return expression.replace(PowerLawSum, lambda *arguments: named(*arguments, 1 - arguments[-1]))


def compile_balls(expression: sp.Expr, variables: Sequence[sp.Symbol]) -> Callable[..., Any]:
    """Return a function of balls (or series, or tails) that encloses `expression` at the current precision.

    >>> from deanalysis.model.symbols import c, q
    >>> compile_balls(sp.exp(-c * q) / 3, [q, c])(arb(0), arb(5))
    [0.333333333333333 +/- 3.71e-16]
    """
    return _compiled(expression, tuple(variables))


def ball_of(value: sp.Expr) -> arb:
    """Enclose a constant expression at the current precision."""
    if value.is_Rational:
        return arb(rational(value))
    return _constant(value)()


@cache
def _constant(value: sp.Expr) -> Callable[[], arb]:
    return lambda: arb(compile_balls(value, [])())


def compile_floats(expression: sp.Expr, *variables: sp.Symbol) -> Callable[..., Any]:
    """Return a float function, for iterating and drawing; it also takes NumPy arrays.

    >>> from deanalysis.model.symbols import q
    >>> float(compile_floats(sp.exp(-q), q)(0.0))
    1.0
    """
    plain, functions = opaque(expression, _float_sum, make_sparse=_float_polynomial)
    known = {"LambertW": _float_lambert, "PowerLawSum": power_law_floats, **TRANSFORMS, **functions}
    return lambdified(within_floats(plain), variables, [known, "numpy"])


def _float_lambert(value: Any, branch: int = 0) -> Any:
    from scipy.special import lambertw

    return lambertw(value, branch).real


def _float_sum(term: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> tuple[Callable[..., Any], list[sp.Expr]]:
    """Sum by Horner's rule in floats."""
    coefficient, base, shift = power_in(term, index)
    letters = sorted(coefficient.free_symbols - {index}, key=str)
    one = sp.lambdify([index, *letters], coefficient, modules="numpy", dummify=True)
    degrees = np.arange(int(low), int(high) + 1, dtype=float)

    def total(at: Any, *values: float) -> Any:
        weights = np.broadcast_to(one(degrees, *values), degrees.shape)
        return np.polynomial.polynomial.polyval(at, np.concatenate([np.zeros(int(low) + shift), weights]))

    return total, [base, *letters]


@cache
def _float_polynomial(coefficients: Coefficients) -> Callable[[Any], Any]:
    """Evaluate a polynomial of few powers in floats: all terms at once, or by Horner's rule for many points."""
    degrees = np.array([degree for degree, _, _ in coefficients.terms], dtype=float)
    weights = np.array([p / q for _, p, q in coefficients.terms])

    def value(at: Any) -> Any:
        if np.ndim(at) == 0:
            return np.dot(weights, np.float64(at) ** degrees)
        total = np.zeros(np.shape(at))
        for gap, p, q in coefficients.by_gaps:
            total = (total + p / q) * at**gap
        return total

    return value


class BallPrinter(PythonCodePrinter):
    """Prints code in which every number is exact and every function is one of `_NAMESPACE`, or of another engine's (`engines`)."""

    def __init__(self, settings: Mapping[str, object] | None = None) -> None:
        super().__init__({**(settings or {}), "fully_qualified_modules": False, "allow_unknown_functions": True})

    def _print_Rational(self, expr: sp.Rational) -> str:
        return f"rational({int(expr.p):#x}, {int(expr.q):#x})"

    def _print_Integer(self, expr: sp.Integer) -> str:
        return str(expr.p) if expr.p.bit_length() < _MOST_BITS else f"{int(expr.p):#x}"

    def _print_Half(self, expr: sp.Rational) -> str:
        return self._print_Rational(expr)

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "exp(1)"

    def _print_Pi(self, expr: sp.Expr) -> str:
        return "pi()"

    def _print_Infinity(self, expr: sp.Expr) -> str:
        return "infinity()"

    def _print_NaN(self, expr: sp.Expr) -> str:
        return "unknown()"

    def _print_NegativeInfinity(self, expr: sp.Expr) -> str:
        return "unknown()"

    def _print_ComplexInfinity(self, expr: sp.Expr) -> str:
        return "unknown()"

    def _print_NumberSymbol(self, expr: sp.NumberSymbol) -> str:
        raise InputError("a law or learner", "may hold no other constants than e and pi", given=expr)

    def _print_ComplexRootOf(self, expr: sp.CRootOf) -> str:
        return f"root_of({expr.index}, {', '.join(f'{int(one):#x}' for one in reversed(expr.poly.all_coeffs()))})"

    def _print_exp(self, expr: sp.exp) -> str:
        return f"exp({self._print(expr.args[0])})"

    def _print_log(self, expr: sp.log) -> str:
        return f"log({self._print(expr.args[0])})"

    def _print_LambertW(self, expr: sp.LambertW) -> str:
        branch = expr.args[1] if len(expr.args) > 1 else 0
        return f"lambertw({self._print(expr.args[0])}, {branch})"

    def _print_Pow(self, expr: sp.Pow, **kwargs: object) -> str:
        base, exponent = self._print(expr.base), expr.exp
        if exponent.is_Integer:
            whole = f"whole_power({base}, {abs(int(exponent))})"
            return whole if exponent > 0 else f"(rational(1, 1)/{whole})"
        return f"power({base}, {self._print(exponent)})"


def power_in(term: sp.Expr, index: sp.Symbol) -> tuple[sp.Expr, sp.Expr, int]:
    """Split a(k) B^(k + shift) into a, B and shift, B^(n (k + shift)) being (B^n)^(k + shift); B = 1 where there is no such power."""
    coefficient, base, shift = sp.Integer(1), sp.Integer(1), 0
    for factor in sp.Mul.make_args(term):
        root, exponent = factor.as_base_exp()
        times = sp.expand(exponent).coeff(index)
        offset = sp.expand(exponent / times) - index if times.is_Integer and times != 0 else sp.S.Half
        if not root.has(index) and offset.is_Integer and (base == 1 or offset == shift):
            base, shift = base * root**times, int(offset)
        else:
            coefficient *= factor
    return coefficient, base, shift


def opaque(
    expression: sp.Expr,
    make_sum: Callable[..., Any] | None = None,
    make_integral: Callable[..., Any] | None = None,
    make_sparse: Callable[[Coefficients], Callable[[Any], Any]] | None = None,
) -> tuple[sp.Expr, dict[str, Callable[..., Any]]]:
    """Replace sums, integrals and long polynomials by functions of their own, so that nothing inside them is ever seen outside."""
    functions: dict[str, Callable[..., Any]] = {}
    polynomials: dict[Coefficients, sp.Function] = {}

    def replaced(part: sp.Expr, make: Callable[..., tuple[Callable[..., Any], list[sp.Expr]]]) -> sp.Expr:
        (index, low, high), term = part.limits[0], part.function
        outer, inner = term.as_independent(index, as_Add=False)
        function, arguments = make(inner, index, low, high)
        name = f"_sum_{len(functions)}"
        functions[name] = function
        return outer * sp.Function(name)(*arguments)

    def polynomial(coefficients: Coefficients, argument: sp.Expr) -> sp.Expr:
        if coefficients not in polynomials:
            name = f"_polynomial_{len(functions)}"
            functions[name], polynomials[coefficients] = (make_sparse or _sparse)(coefficients), sp.Function(name)
        return polynomials[coefficients](argument)

    expression = expression.replace(SparsePolynomial, polynomial)
    expression = expression.replace(lambda part: isinstance(part, sp.Sum), lambda part: replaced(part, make_sum or _sum))
    expression = expression.replace(lambda part: isinstance(part, sp.Integral), lambda part: replaced(part, make_integral or _definite))
    return expression, functions


@cache
def _sparse(coefficients: Coefficients) -> Callable[[Any], Any]:
    total = SparseSum(coefficients)
    return lambda at: _power_sum(total, at)


def _sum(term: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> tuple[Callable[..., Any], list[sp.Expr]]:
    coefficient, base, shift = power_in(term, index)
    letters = sorted(coefficient.free_symbols - {index}, key=str)
    terms = _terms(coefficient, index, int(low), int(high))
    plain = _terms_one_by_one(coefficient, index, letters, range(int(low), int(high) + 1), shift)

    def total(at: Any, *values: Any) -> Any:
        moving = isinstance(at, acb) or any(isinstance(value, (arb_series, acb)) for value in values)
        return plain(at, *values) if moving else _power_sum(terms.table(*values).shifted(shift), at)

    return total, [base, *letters]


def _terms_one_by_one(coefficient: sp.Expr, index: sp.Symbol, letters: list[sp.Symbol], degrees: range, shift: int) -> Callable[..., Any]:
    """Return the sum of a power series whose coefficients move, or that is asked for off the real line, straight from its terms."""
    one = compile_balls(coefficient, [index, *letters])

    def total(at: Any, *values: Any) -> Any:
        return sum((one(arb(k), *values) * _whole_power(at, k + shift) for k in degrees if k + shift > 0), _constant_term(values))

    def _constant_term(values: tuple[Any, ...]) -> Any:
        return sum((one(arb(k), *values) for k in degrees if k + shift == 0), arb(0))

    return total


def _definite(term: sp.Expr, variable: sp.Symbol, low: sp.Expr, high: sp.Expr) -> tuple[Callable[..., Any], list[sp.Expr]]:
    """Integrate a function with values in [0, 1], such as a probability; at its start it may be 0/0."""
    letters = sorted(term.free_symbols - {variable}, key=str)
    function = compile_balls(term, [variable, *letters])

    def integral(start: Any, end: Any, *values: Any) -> Any:
        if isinstance(end, arb_series):
            return _moving(lambda point: integral(start, point, *values), lambda point: function(point, *values), end)
        known, nearly = [acb(value) for value in values], arb(start) + arb(2) ** -ctx.prec
        whole_of = partial(enclosed, lambda point: function(point, *known), acb(nearly))
        if any(value.imag != 0 for value in known):
            return acb("nan")
        first = (nearly - arb(start)).union(arb(0))
        if isinstance(end, acb):
            middle = acb(end.real.mid(), end.imag.mid())
            return whole_of(middle) + (end - middle) * function(end, *known) + first
        real = arb(arb(end).mid())
        rest = (arb(end) - real) * function(arb(end), *values) if arb(end).rad() > 0 else arb(0)
        return whole_of(acb(real)).real + rest + first

    return integral, [low, high, *letters]


def _moving(whole: Callable[[arb], arb], function: Callable[[Any], Any], end: arb_series) -> arb_series:
    """Expand the integral of a function up to an end that moves."""
    point, step = end[0], arb_series([arb(0), *(end[order] for order in range(1, ctx.cap))])
    inside = arb_series(function(arb_series([point, 1])))
    total, power = arb_series([whole(point)]), arb_series([1])
    for order in range(1, ctx.cap):
        power *= step
        total += inside[order - 1] / order * power
    return total


@cache
def _terms(coefficient: sp.Expr, index: sp.Symbol, low: int, high: int) -> Terms:
    """Compile the coefficients of a power sum; powers of the index itself are left to `Terms`."""
    letters = sorted(coefficient.free_symbols - {index}, key=str)
    powers = sorted((part for part in coefficient.atoms(sp.Pow) if part.base == index and not part.exp.has(index)), key=str)
    known = {power: sp.Dummy() for power in powers}
    one = compile_balls(coefficient.xreplace(known), [index, *letters, *known.values()])
    exponents = [compile_balls(power.exp, letters) for power in powers]
    return Terms(lambda k, *rest: arb(one(k, *rest)), lambda *values: [arb(exponent(*values)) for exponent in exponents], low, high)


def _power_sum(total: GrowingSum, base: Any) -> Any:
    if isinstance(base, acb):
        return total.complex(base)
    if isinstance(base, arb_series):
        return total.series(base)
    return base.at_polynomial(total) if hasattr(base, "at_polynomial") else total(arb(base))


def _power_law(exponent: Any, least: Any, order: Any, at: Any, rest: Any) -> Any:
    total = power_law_sum(exponent, int(least), int(order))
    return total.below_one(rest) if isinstance(rest, Tail) else _power_sum(total, at)


def _apply(name: str) -> Callable[[Any], Any]:
    return lambda value: getattr(value, name)() if hasattr(value, name) else getattr(arb(value), name)()


def _whole_power(base: Any, exponent: int) -> Any:
    """Raise to a whole power; FLINT has none of a ball around 0, which is multiplied out."""
    first = base[0] if isinstance(base, arb_series) else base
    if not (isinstance(first, arb) and first.contains(arb(0))):
        return base**exponent
    result, square = None, base
    while exponent:
        if exponent % 2:
            result = square if result is None else result * square
        exponent //= 2
        square = square * square if exponent else square
    return result


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(base, (int, fmpq)):
        base = arb(base)
    if isinstance(base, acb) and not base.real > 0:
        return acb("nan")
    if isinstance(exponent, fmpq) and isinstance(base, arb) and base.contains(arb(0)) and base.lower() >= 0 and exponent > 0:
        return (base.upper() ** exponent).union(arb(0))
    return base**exponent


def _lambertw(value: Any, branch: int) -> Any:
    return arb(value).lambertw(branch)


def root_of(index: int, *coefficients: int) -> arb:
    """Enclose a real root of a polynomial, whose coefficients are given from the constant one on; the roots are counted from the least.

    >>> root_of(1, -2, 0, 1)
    [1.41421356237310 +/- 4.96e-15]
    """
    roots: Any = fmpz_poly(list(coefficients)).complex_roots()
    return sorted((root.real for root, _ in roots if root.imag == 0), key=lambda root: root.mid())[index]


_NAMESPACE = {
    **TRANSFORMS,
    "PowerLawSum": _power_law,
    "pi": arb.pi,
    "infinity": arb.pos_inf,
    "unknown": arb.nan,
    "exp": _apply("exp"),
    "log": _apply("log"),
    "sqrt": _apply("sqrt"),
    "power": _power,
    "whole_power": _whole_power,
    "inverse": lambda value: fmpq(1) / value,
    "lambertw": _lambertw,
    "root_of": root_of,
    "Digamma": lambda value: arb(value).digamma(),
    "rational": lambda p, q=1: fmpq(p, q),
}
