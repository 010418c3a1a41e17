"""One expression, compiled once, for any kind of number: balls, power series of them, bounds towards infinity, mpmath's numbers, floats.

Constants stay exact until the moment of evaluation (a plain `lambdify` would hide floats inside), so the same compiled function is right
at any precision.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from ..errors import InputError
from ..symbolic.functions import Coefficients, SparsePolynomial

_MOST_DECIMAL_BITS = 10_000
"""Bits of a number that is printed in decimal digits, which take time as their square, and of which Python reads 4300 at most."""

Function = Callable[..., Any]
Names = Mapping[str, Function]
"""Functions by the names that stand for them in printed code."""

Rows = Sequence[Sequence[Any]]


_CONSTANTS = {"Exp1": "exp(1)", "Pi": "pi()", "Infinity": "infinity()"} | dict.fromkeys(
    ("NaN", "NegativeInfinity", "ComplexInfinity"), "unknown()"
)


class ExactPrinter(PythonCodePrinter):
    """Prints code in which every number is exact, and every function is one of an arithmetic's names."""

    def __init__(self, settings: Mapping[str, object] | None = None) -> None:
        super().__init__({**(settings or {}), "fully_qualified_modules": False, "allow_unknown_functions": True})

    def _print_Rational(self, expr: sp.Rational) -> str:
        return f"rational({int(expr.p):#x}, {int(expr.q):#x})"

    def _print_Half(self, expr: sp.Rational) -> str:
        return self._print_Rational(expr)

    def _print_Integer(self, expr: sp.Integer) -> str:
        """Print a whole number; the digits of a long one are hexadecimal, for decimal ones take time and are limited by Python."""
        return str(expr.p) if expr.p.bit_length() < _MOST_DECIMAL_BITS else f"{int(expr.p):#x}"

    def _print_NumberSymbol(self, expr: sp.NumberSymbol) -> str:
        raise InputError("a law or learner", "may hold no other constants than e and pi", given=expr)

    def _print_ComplexRootOf(self, expr: sp.CRootOf) -> str:
        return f"root_of({expr.index}, {', '.join(f'{int(a):#x}' for a in reversed(expr.poly.all_coeffs()))})"

    def _print_LambertW(self, expr: sp.LambertW) -> str:
        branch = expr.args[1] if len(expr.args) > 1 else 0
        return f"lambertw({self._print(expr.args[0])}, {branch})"

    def _print_Pow(self, expr: sp.Pow, **kwargs: object) -> str:
        base, exponent = self._print(expr.base), expr.exp
        if exponent.is_Integer:
            whole = f"whole_power({base}, {abs(int(exponent))})"
            return whole if exponent > 0 else f"(rational(1, 1)/{whole})"
        return f"power({base}, {self._print(exponent)})"


for _name, _code in _CONSTANTS.items():
    setattr(ExactPrinter, f"_print_{_name}", lambda self, expr, code=_code: code)


class Arithmetic:
    """A kind of number: its functions by the names that are printed, and how it evaluates sums, integrals and long polynomials.

    Those become functions of their own, so that SymPy never sees what is inside them.
    """

    names: Names
    modules: ClassVar[tuple[str, ...]] = ()
    printer: ClassVar[type] = ExactPrinter

    def compile(self, expression: sp.Expr, variables: Sequence[sp.Symbol]) -> Function:
        """Return a function of such numbers; raise `InputError` where the expression holds a function that they do not have."""
        fixed = expression.as_immutable() if isinstance(expression, sp.MatrixBase) else expression
        return _compiled(self, fixed, tuple(variables))

    def constant(self, value: sp.Expr) -> Any:
        """Return a constant expression as a number at the working precision."""
        return self.compile(value, ())()

    def number(self, value: Any) -> Any:
        """Return what a letter stands for: an exact expression, a function that computes it to the working precision, or a number."""
        return self.constant(value) if isinstance(value, sp.Basic) else value() if callable(value) else value

    @property
    def precision(self) -> int:
        """The working precision in bits."""
        raise NotImplementedError

    def value(self, function: Function, arguments: Sequence[Any]) -> Any:
        """Return the value of a compiled function."""
        raise NotImplementedError

    def taylors(self, function: Function, point: Any, count: int, length: int, others: Sequence[Any] = ()) -> Rows:
        """Return the first `count` Taylor coefficients of a compiled tuple of functions by its first argument."""
        raise NotImplementedError

    def power_sum(self, coefficient: sp.Expr, variables: Sequence[sp.Symbol], degrees: range, shift: int) -> Function:
        """Return x, ... -> the sum of a(k) x^(k + shift) over some k, a being a function of k and other letters, `variables`."""
        raise NotImplementedError

    def polynomial(self, coefficients: Coefficients) -> Callable[[Any], Any]:
        """Return a polynomial of few powers as a function."""
        raise NotImplementedError

    def integral(self, function: Function) -> Function:
        """Return start, end, ... -> the integral of a compiled function by its first argument."""
        raise NotImplementedError

    def prepared(self, expression: sp.Expr, variables: Sequence[sp.Symbol]) -> tuple[sp.Expr, Names]:
        """Return what is compiled in place of an expression, with functions that stand for parts of it."""
        return expression, {}

    def rewritten(self, plain: sp.Expr) -> sp.Expr:
        """Return what is printed in place of an expression without sums and integrals."""
        return plain

    def lambdified(self, expression: sp.Expr, variables: Sequence[sp.Symbol], parts: Names) -> Function:
        """Compile an expression; `parts` are functions in it that are compiled already."""
        plain, opaque = self._opaque(expression)
        names = {**self.names, **opaque, **parts}
        unknown = {str(part.func) for part in plain.atoms(sp.Function)} - {*names, "LambertW", "Abs"}
        if unknown and not self.modules:
            raise InputError("a law or learner", "may use exp, log and powers alone", given=", ".join(sorted(unknown)))
        limit = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(0)
        try:
            modules: list[Any] = [names, *self.modules]
            return sp.lambdify([*variables], self.rewritten(plain), modules=modules, printer=self.printer, cse=True, dummify=True)
        finally:
            sys.set_int_max_str_digits(limit)

    def _opaque(self, expression: sp.Expr) -> tuple[sp.Expr, dict[str, Function]]:
        """Replace sums, integrals and long polynomials by functions of their own."""
        functions: dict[str, Function] = {}
        polynomials: dict[Coefficients, str] = {}

        def named(function: Function) -> str:
            functions[name := f"_part_{len(functions)}"] = function
            return name

        def replaced(part: sp.Expr) -> sp.Expr:
            if isinstance(part, SparsePolynomial):
                coefficients, argument = part.args
                if coefficients not in polynomials:
                    polynomials[coefficients] = named(self.polynomial(coefficients))
                return sp.Function(polynomials[coefficients])(argument)
            (index, low, high), (outer, inner) = part.limits[0], part.function.as_independent(part.limits[0][0], as_Add=False)
            if isinstance(part, sp.Integral):
                letters = sorted(inner.free_symbols - {index}, key=str)
                return outer * sp.Function(named(self.integral(self.compile(inner, [index, *letters]))))(low, high, *letters)
            coefficient, base, shift = _power_in(inner, index)
            letters = sorted(coefficient.free_symbols - {index}, key=str)
            total = self.power_sum(coefficient, [index, *letters], range(int(low), int(high) + 1), shift)
            return outer * sp.Function(named(total))(base, *letters)

        return expression.replace(lambda part: isinstance(part, (SparsePolynomial, sp.Sum, sp.Integral)), replaced), functions


def horner(by_gaps: Iterable[tuple[int, Any]], at: Any) -> Any:
    """Evaluate a polynomial of few powers: its coefficients come highest first, each with the gap to the next power."""
    value = at * 0
    for gap, weight in by_gaps:
        value = value + weight if gap == 0 else (value + weight) * (at if gap == 1 else at**gap)
    return value


@lru_cache(maxsize=2048)
def _compiled(arithmetic: Arithmetic, expression: sp.Expr, variables: tuple[sp.Symbol, ...]) -> Function:
    """Compile; a function takes some 10 kB, and a study of many models asks for each a few dozen times."""
    prepared, parts = arithmetic.prepared(expression, variables)
    return arithmetic.lambdified(prepared, variables, parts)


def _power_in(term: sp.Expr, index: sp.Symbol) -> tuple[sp.Expr, sp.Expr, int]:
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
