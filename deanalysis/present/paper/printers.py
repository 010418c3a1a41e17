"""How each language writes a formula and a sum: SymPy's printers, with what they lack."""

from __future__ import annotations

from typing import Any, ClassVar

import sympy as sp
from sympy.codegen.ast import float64, real
from sympy.printing.c import C99CodePrinter
from sympy.printing.jscode import JavascriptCodePrinter
from sympy.printing.mathematica import MCodePrinter
from sympy.printing.numpy import NumPyPrinter as PlainNumPyPrinter
from sympy.printing.pycode import SymPyPrinter as PlainSymPyPrinter
from sympy.printing.str import StrPrinter

from ...model.formula import PositiveFirst
from ...symbolic.functions import SparsePolynomial

__all__ = ["CPrinter", "JavascriptPrinter", "JuliaPrinter", "MathematicaPrinter", "NumPyPrinter", "SymPyPrinter"]

_LONGEST = 2**31
_TAKEN = {"C", "D", "E", "I", "K", "N", "O", "Pi"}
"""What the Wolfram language calls something else."""
_TAKEN_IN_SCRIPTS = {
    "Math", "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default",
    "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if",
    "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected",
    "public", "return", "static", "sum", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void",
    "while", "with", "yield",
}  # fmt: skip
"""What means something else in JavaScript."""
_WORDS = {"begin", "const", "do", "else", "end", "export", "for", "function", "global", "if", "in", "let", "local", "quote", "true"}
"""Words of Julia."""


class _Worded(PositiveFirst):
    """Writes sums, integrals and Lambert's W with the words of a language; `beyond` is what a sum's last index is short of.

    A long polynomial is `polynomial` of its argument and of `pair` for each coefficient; `sums` are functions that come before formulas.
    """

    total: ClassVar[str]
    polynomial: ClassVar[str]
    pair: ClassVar[str] = "({degree}, {value})"
    whole: ClassVar[str]
    lambert: ClassVar[str] = "lambert_w({at}, {branch})"
    beyond: ClassVar[int] = 0
    _print: Any

    def __init__(self, settings: dict[str, Any] | None = None) -> None:
        super().__init__(settings or {})  # type: ignore[call-arg]
        self.sums: list[str] = []

    def _print_Sum(self, expr: sp.Sum) -> str:
        index, low, high = expr.limits[0]
        return self.total.format(term=self._print(expr.function), index=self._print(index), low=low, high=int(high) + self.beyond)

    def _print_Integral(self, expr: sp.Integral) -> str:
        index, low, high = map(self._print, expr.limits[0])
        return self.whole.format(term=self._print(expr.function), index=index, low=low, high=high)

    def _print_SparsePolynomial(self, expr: SparsePolynomial) -> str:
        return self.polynomial.format(pairs=self._pairs(expr), at=self._print(expr.args[1]))

    def _pairs(self, expr: SparsePolynomial) -> str:
        pairs = expr.args[0].rationals
        return ", ".join(self.pair.format(degree=degree, value=self._coefficient(value)) for degree, value in pairs)

    def _coefficient(self, value: sp.Rational) -> str:
        return repr(float(value))

    def _print_LambertW(self, expr: sp.LambertW) -> str:
        return self.lambert.format(at=self._print(expr.args[0]), branch=expr.args[1] if len(expr.args) > 1 else 0)

    def _print_ParetoMoment(self, expr: sp.Function) -> str:
        return f"{type(expr).__name__}({', '.join(map(self._print, expr.args))})"

    _print_LogNormalMoment = _print_ParetoMoment


class CPrinter(_Worded, C99CodePrinter):
    """Writes each sum as a function of its own, which comes before the one that uses it."""

    pair = "{{{degree}, {value}}}"

    def __init__(self) -> None:
        super().__init__({"type_aliases": {real: float64}})

    def _print_SparsePolynomial(self, expr: SparsePolynomial) -> str:
        at, name = self._print(expr.args[1]), f"sum_{len(self.sums) + 1}"
        terms = f"static const double terms[][2] = {{{self._pairs(expr)}}};"
        loop = f"for (int k = 0; k < {len(expr.args[0].terms)}; k++) total += terms[k][1]*pow(z, terms[k][0]);"
        self.sums.append(f"static double {name}(double z) {{\n    {terms}\n    double total = 0.0;\n    {loop}\n    return total;\n}}")
        return f"{name}({at})"

    def _print_Sum(self, expr: sp.Sum) -> str:
        index, low, high = expr.limits[0]
        letters = sorted(map(self._print, expr.free_symbols))
        name = f"sum_{len(self.sums) + 1}"
        declared = ", ".join(f"double {letter}" for letter in letters) or "void"
        term = self._print(expr.function)
        loop = f"for (int {index} = {low}; {index} <= {high}; {index}++) total += {term};"
        self.sums.append(f"static double {name}({declared}) {{\n    double total = 0.0;\n    {loop}\n    return total;\n}}")
        return f"{name}({', '.join(letters)})"

    def _print_Integer(self, expr: sp.Integer) -> str:
        return f"{int(expr)}.0" if abs(int(expr)) >= _LONGEST else str(int(expr))


class JavascriptPrinter(_Worded, JavascriptCodePrinter):
    """Writes sums with a function that the page defines."""

    reserved_words = _TAKEN_IN_SCRIPTS
    total = "sum({low}, {high}, ({index}) => {term})"
    polynomial, pair = "((z) => [{pairs}].reduce((total, [k, w]) => total + w*Math.pow(z, k), 0))({at})", "[{degree}, {value}]"


class JuliaPrinter(_Worded, StrPrinter):
    """Writes powers and sums as Julia does."""

    total = "sum({term} for {index} in {low}:{high})"
    polynomial = "(z -> sum(w*z^k for (k, w) in [{pairs}]))({at})"

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return f"{expr.name}_" if expr.name in _WORDS else expr.name

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        return str(super()._print_Pow(expr, rational)).replace("**", "^")

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "exp(1)"


class NumPyPrinter(_Worded, PlainNumPyPrinter):
    """Writes sums over ranges."""

    total, beyond = "sum({term} for {index} in range({low}, {high}))", 1
    polynomial = "(lambda z: sum(w*z**k for k, w in [{pairs}]))({at})"


class SymPyPrinter(_Worded, PlainSymPyPrinter):
    """Writes everything exactly, by its name in `sympy`."""

    total = "sympy.Sum({term}, ({index}, {low}, {high}))"
    polynomial = "(lambda z: sympy.Add(*(w*z**k for k, w in [{pairs}])))({at})"
    whole = "sympy.Integral({term}, ({index}, {low}, {high}))"
    lambert = "sympy.LambertW({at}, {branch})"

    def _coefficient(self, value: sp.Rational) -> str:
        return str(self._print(value))

    def _print_Rational(self, expr: sp.Rational) -> str:
        return f"sympy.Rational({expr.p}, {expr.q})"

    _print_Half = _print_Rational

    def _print_Float(self, expr: sp.Float) -> str:
        return f"sympy.Float({str(expr)!r})"

    def _print_Function(self, expr: sp.Function) -> str:
        return f"sympy.{type(expr).__name__}({', '.join(map(self._print, expr.args))})"

    _print_exp = _print_Function

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "sympy.E"

    def _print_Pi(self, expr: sp.Expr) -> str:
        return f"sympy.{expr}"

    _print_Infinity = _print_Pi

    def _print_NegativeInfinity(self, expr: sp.Expr) -> str:
        return f"-{self._print(-expr)}"


class MathematicaPrinter(_Worded, MCodePrinter):
    """Writes sums, integrals and Lambert's W, and keeps off letters that mean something else."""

    total, whole = "Sum[{term}, {{{index}, {low}, {high}}}]", "NIntegrate[{term}, {{{index}, {low}, {high}}}]"
    lambert = "ProductLog[{branch}, {at}]"
    polynomial, pair = "(Total[{{{pairs}}}] /. argument -> {at})", "{value}*argument^{degree}"

    def _coefficient(self, value: sp.Rational) -> str:
        return str(self._print(value))

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        plain = str(expr).replace("_", "")
        return f"{plain}Letter" if plain in _TAKEN else plain
