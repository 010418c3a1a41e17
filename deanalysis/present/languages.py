"""How each language writes a formula, a sum, a function and a comment; what it lacks comes along as a helper."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Any, ClassVar

import sympy as sp
from sympy.codegen.ast import float64, real
from sympy.printing.c import C99CodePrinter
from sympy.printing.codeprinter import CodePrinter
from sympy.printing.jscode import JavascriptCodePrinter
from sympy.printing.mathematica import MCodePrinter
from sympy.printing.numpy import NumPyPrinter
from sympy.printing.pycode import SymPyPrinter
from sympy.printing.str import StrPrinter

from ..equations.formula import PositiveFirst
from ..errors import InputError
from ..model.popularity import LogNormalMoment, ParetoMoment

__all__ = ["LANGUAGES", "Language"]

_HELPED = {"lambert_w": sp.LambertW, "ParetoMoment": ParetoMoment, "LogNormalMoment": LogNormalMoment}
_KNOWN = (sp.exp, sp.log, *_HELPED.values())
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
Symbols = tuple[sp.Symbol, ...]


class Language:
    """A language: its name, the suffix of its helpers, how a comment begins, and whether it needs them."""

    name: ClassVar[str]
    suffix: ClassVar[str]
    comment: ClassVar[str] = "#"
    needs_helpers: ClassVar[bool] = True
    imports: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self.printer: Any = self._printer()

    def _printer(self) -> Any:
        raise NotImplementedError

    def formula(self, body: sp.Expr) -> str:
        """Write a formula. Raises `InputError` for functions that the language is not given."""
        unknown = {type(part).__name__ for part in body.atoms(sp.Function) if not isinstance(part, _KNOWN)}
        if unknown or body.has(sp.Integral, sp.Derivative):
            raise InputError("--format", f"cannot be {self.name} for this law", given=", ".join(sorted(unknown)) or "an integral")
        return str(self.printer.doprint(body if self.needs_helpers else _standard(body)))

    def head(self, title: str, letters: Symbols) -> str:
        """Write the first lines."""
        return "\n".join([self.remark(title), *self.imports])

    def helpers(self, functions: Iterable[Any]) -> list[str]:
        """Return the helpers that the functions need."""
        needed = [name for name, kind in _HELPED.items() if self.needs_helpers and any(one.body.has(kind) for one in functions)]
        return [(files(__package__) / "helpers" / f"{name}{self.suffix}").read_text(encoding="utf-8").rstrip("\n") for name in needed]

    def function(self, name: str, arguments: Symbols, body: sp.Expr, what: str) -> str:
        """Write a function, or a number where there are no arguments, with what it is."""
        shown = self.defined(name, [self.letter(one) for one in arguments], self.formula(body))
        return f"{self.remark(what)}\n{shown}"

    def remark(self, words: str) -> str:
        """Write a comment."""
        return f"{self.comment} {words}"

    def defined(self, name: str, arguments: list[str], formula: str) -> str:
        """Write the definition."""
        raise NotImplementedError

    def letter(self, letter: sp.Symbol) -> str:
        """Write a letter."""
        return str(self.printer.doprint(letter))


class _Sums(PositiveFirst, CodePrinter):
    """Writes Lambert's W and sums over integers with the words of a language."""

    over: ClassVar[str]
    step: ClassVar[int] = 0

    def _print_Sum(self, expr: sp.Sum) -> str:
        index, low, high = expr.limits[0]
        return self.over.format(term=self._print(expr.function), index=self._print(index), low=self._print(low), high=int(high) + self.step)

    def _print_LambertW(self, expr: sp.LambertW) -> str:
        return f"lambert_w({self._print(expr.args[0])}, {expr.args[1] if len(expr.args) > 1 else 0})"

    def _print_Function(self, expr: sp.Function) -> str:
        if isinstance(expr, (ParetoMoment, LogNormalMoment)):
            return f"{type(expr).__name__}({', '.join(map(self._print, expr.args))})"
        return str(super()._print_Function(expr))


class _CPrinter(_Sums, C99CodePrinter):
    """Writes each sum as a function of its own, which comes before the one that uses it."""

    def __init__(self) -> None:
        super().__init__({"type_aliases": {real: float64}})
        self.sums: list[str] = []

    def _print_Sum(self, expr: sp.Sum) -> str:
        index, low, high = expr.limits[0]
        letters = sorted(map(self._print, expr.free_symbols))
        name = f"sum_{len(self.sums) + 1}"
        declared = ", ".join(f"double {one}" for one in letters) or "void"
        term = self._print(expr.function)
        loop = f"for (int {index} = {low}; {index} <= {high}; {index}++) total += {term};"
        self.sums.append(f"static double {name}({declared}) {{\n    double total = 0.0;\n    {loop}\n    return total;\n}}")
        return f"{name}({', '.join(letters)})"

    def _print_Integer(self, expr: sp.Integer) -> str:
        return f"{int(expr)}.0" if abs(int(expr)) >= _LONGEST else str(int(expr))


class C(Language):
    """C99."""

    name, suffix, comment = "c", ".c", "//"
    imports = ("#define _GNU_SOURCE", "#include <math.h>")

    def _printer(self) -> _CPrinter:
        return _CPrinter()

    def defined(self, name: str, arguments: list[str], formula: str) -> str:
        declared = ", ".join(f"double {one}" for one in arguments) or "void"
        return f"double {name}({declared}) {{ return {formula}; }}"

    def function(self, name: str, arguments: Symbols, body: sp.Expr, what: str) -> str:
        """Write a function, after the sums that it needs."""
        known = len(self.printer.sums)
        shown = super().function(name, arguments, body, what)
        return "\n".join([*self.printer.sums[known:], shown])


class _JavascriptPrinter(_Sums, JavascriptCodePrinter):
    reserved_words = _TAKEN_IN_SCRIPTS
    over = "sum({low}, {high}, ({index}) => {term})"


class Javascript(Language):
    """JavaScript, as the report page runs it."""

    name, suffix, comment = "javascript", ".js", "//"
    imports = ("const sum = (low, high, term) => { let total = 0; for (let k = low; k <= high; k++) total += term(k); return total; };",)

    def _printer(self) -> _JavascriptPrinter:
        return _JavascriptPrinter()

    def defined(self, name: str, arguments: list[str], formula: str) -> str:
        return f"const {name} = ({', '.join(arguments)}) => {formula};" if arguments else f"const {name} = {formula};"


class _JuliaPrinter(PositiveFirst, StrPrinter):
    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return f"{expr.name}_" if expr.name in _WORDS else expr.name

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        return str(super()._print_Pow(expr, rational)).replace("**", "^")

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "exp(1)"

    def _print_Sum(self, expr: sp.Sum) -> str:
        index, low, high = expr.limits[0]
        return f"sum({self._print(expr.function)} for {index} in {low}:{high})"

    def _print_LambertW(self, expr: sp.LambertW) -> str:
        return f"lambert_w({self._print(expr.args[0])}, {expr.args[1] if len(expr.args) > 1 else 0})"


class Julia(Language):
    """Julia."""

    name, suffix = "julia", ".jl"

    def _printer(self) -> _JuliaPrinter:
        return _JuliaPrinter()

    def defined(self, name: str, arguments: list[str], formula: str) -> str:
        return f"{name}({', '.join(arguments)}) = {formula}" if arguments else f"const {name} = {formula}"


class _NumPyPrinter(_Sums, NumPyPrinter):
    over, step = "sum({term} for {index} in range({low}, {high}))", 1


class NumPy(Language):
    """Python with NumPy (and SciPy's Lambert W); q may be an array."""

    name, suffix = "numpy", ".numpy"
    imports = ("import numpy",)

    def _printer(self) -> _NumPyPrinter:
        return _NumPyPrinter()

    def defined(self, name: str, arguments: list[str], formula: str) -> str:
        return f"def {name}({', '.join(arguments)}):\n    return {formula}" if arguments else f"{name} = {formula}"


class _SymPyPrinter(_Sums, SymPyPrinter):
    def _print_Rational(self, expr: sp.Rational) -> str:
        return f"sympy.Rational({expr.p}, {expr.q})"

    def _print_Half(self, expr: sp.Rational) -> str:
        return self._print_Rational(expr)

    def _print_Sum(self, expr: sp.Sum) -> str:
        index, low, high = map(self._print, expr.limits[0])
        return f"sympy.Sum({self._print(expr.function)}, ({index}, {low}, {high}))"

    def _print_Function(self, expr: sp.Function) -> str:
        return f"sympy.{type(expr).__name__}({', '.join(map(self._print, expr.args))})"

    def _print_LambertW(self, expr: sp.LambertW) -> str:
        return self._print_Function(expr)

    def _print_exp(self, expr: sp.exp) -> str:
        return self._print_Function(expr)

    def _print_Integral(self, expr: sp.Integral) -> str:
        variable, low, high = map(self._print, expr.limits[0])
        return f"sympy.Integral({self._print(expr.function)}, ({variable}, {low}, {high}))"

    def _print_Infinity(self, expr: sp.Expr) -> str:
        return "sympy.oo"

    def _print_NegativeInfinity(self, expr: sp.Expr) -> str:
        return "-sympy.oo"

    def _print_Pi(self, expr: sp.Expr) -> str:
        return "sympy.pi"

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "sympy.E"

    def _print_Float(self, expr: sp.Float) -> str:
        return f"sympy.Float({str(expr)!r})"


class SymPy(Language):
    """Python with SymPy: expressions in symbols."""

    name, suffix = "sympy", ".py"
    needs_helpers = False
    imports = ("import sympy",)

    def _printer(self) -> _SymPyPrinter:
        return _SymPyPrinter()

    def head(self, title: str, letters: Symbols) -> str:
        """Write the first lines and declare the letters."""
        names = ", ".join(self.letter(one) for one in letters)
        declared = f'{names} = sympy.symbols("{" ".join(map(str, letters))}", positive=True)'
        return f'{super().head(title, letters)}\n{declared}\nk, z = sympy.symbols("k z", real=True)'

    def defined(self, name: str, arguments: list[str], formula: str) -> str:
        return f"{name} = {formula}"


class _MathematicaPrinter(MCodePrinter):
    def _print_Sum(self, expr: sp.Sum) -> str:
        index, low, high = map(self._print, expr.limits[0])
        return f"Sum[{self._print(expr.function)}, {{{index}, {low}, {high}}}]"

    def _print_LambertW(self, expr: sp.LambertW) -> str:
        return f"ProductLog[{expr.args[1] if len(expr.args) > 1 else 0}, {self._print(expr.args[0])}]"

    def _print_Integral(self, expr: sp.Integral) -> str:
        variable, low, high = map(self._print, expr.limits[0])
        return f"NIntegrate[{self._print(expr.function)}, {{{variable}, {low}, {high}}}]"

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        plain = str(expr).replace("_", "")
        return f"{plain}Letter" if plain in _TAKEN else plain


class Mathematica(Language):
    """The Wolfram language."""

    name, suffix = "mathematica", ".m"
    needs_helpers = False

    def _printer(self) -> _MathematicaPrinter:
        return _MathematicaPrinter()

    def remark(self, words: str) -> str:
        """Write a comment."""
        return f"(* {words} *)"

    def defined(self, name: str, arguments: list[str], formula: str) -> str:
        plain = name.replace("_", "")
        return f"{plain}[{', '.join(f'{one}_' for one in arguments)}] := {formula};" if arguments else f"{plain} = {formula};"


def _standard(body: sp.Expr) -> sp.Expr:
    """Write moments of popularity by the exponential integral (Pareto) and as an integral (log-normal)."""
    return body.replace(ParetoMoment, _pareto).replace(LogNormalMoment, lambda *of: LogNormalMoment(*of).by_integral)


def _pareto(*of: sp.Expr) -> sp.Expr:
    factor, index, argument = ParetoMoment(*of).by_integral
    return factor * sp.expint(index, argument)


LANGUAGES: dict[str, type[Language]] = {one.name: one for one in (C, Javascript, Julia, Mathematica, NumPy, SymPy)}
"""The languages by their names on the command line."""
