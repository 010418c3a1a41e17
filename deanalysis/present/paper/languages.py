"""How each language writes a function, a formula and a comment: SymPy's printers, with what they lack; helpers come along."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Any, ClassVar, NamedTuple

import sympy as sp
from sympy.codegen.ast import float64, real
from sympy.printing.c import C99CodePrinter
from sympy.printing.jscode import JavascriptCodePrinter
from sympy.printing.mathematica import MCodePrinter
from sympy.printing.numpy import NumPyPrinter
from sympy.printing.pycode import SymPyPrinter
from sympy.printing.str import StrPrinter

from ...errors import InputError
from ...model.formula import PositiveFirst
from ...model.popularity import LogNormalMoment, ParetoMoment
from ...symbolic.functions import SparsePolynomial

_HELPED = {"lambert_w": sp.LambertW, "ParetoMoment": ParetoMoment, "LogNormalMoment": LogNormalMoment}
_KNOWN = (sp.exp, sp.log, SparsePolynomial, *_HELPED.values())
_LONGEST = 2**31
"""From here on, a whole number is no `int` in C."""


class Exported(NamedTuple):
    """A function of some letters, or a number where there are none, with what it is."""

    name: str
    arguments: tuple[sp.Symbol, ...]
    body: sp.Expr
    what: str


class Language(PositiveFirst):
    """A language: templates for its functions, and for sums, integrals and Lambert's W, which SymPy's printer of it does not write.

    A function is written as `defined` says, each argument as `argument`; one without arguments as `number`; the letters are `declared`
    below the `imports`. `underscore` is what its names have for that; one that knows Lambert's W and integrals takes no helpers, which are
    files with a `suffix`. `beyond` is what a sum's last index is short of; a long polynomial is `polynomial` of its argument and of `pair`
    for each coefficient; `sums` are functions that come before the formulas that use them.
    """

    name: ClassVar[str]
    defined: ClassVar[str]
    number: ClassVar[str]
    argument: ClassVar[str] = "{}"
    comment: ClassVar[str] = "# {}"
    imports: ClassVar[tuple[str, ...]] = ()
    declared: ClassVar[str] = ""
    underscore: ClassVar[str] = "_"
    suffix: ClassVar[str | None] = None
    total: ClassVar[str]
    beyond: ClassVar[int] = 0
    whole: ClassVar[str]
    lambert: ClassVar[str] = "lambert_w({at}, {branch})"
    polynomial: ClassVar[str]
    pair: ClassVar[str] = "({degree}, {value})"
    settings: ClassVar[dict[str, Any]] = {}
    _print: Any

    def __init__(self) -> None:
        super().__init__(dict(self.settings))  # type: ignore[call-arg]
        self.sums: list[str] = []

    def formula(self, body: sp.Expr) -> str:
        """Write a formula. Raises `InputError` for functions that the language is not given."""
        unknown = {type(part).__name__ for part in body.atoms(sp.Function) if not isinstance(part, _KNOWN)}
        if unknown or body.has(sp.Integral, sp.Derivative):
            raise InputError("format", f"cannot be {self.name} for this law", given=", ".join(sorted(unknown)) or "an integral")
        return self.letter(body if self.suffix else _standard(body))

    def letter(self, letter: sp.Expr) -> str:
        """Write a letter, or a formula of what the language surely has."""
        return str(self.doprint(letter))  # type: ignore[attr-defined]

    def head(self, title: str, letters: tuple[sp.Symbol, ...]) -> str:
        """Write the first lines."""
        declared = self.declared.format(names=", ".join(map(self.letter, letters)), words=" ".join(map(str, letters)))
        return "\n".join([self.remark(title), *self.imports, *filter(None, [declared])])

    def helpers(self, functions: Iterable[Exported]) -> list[str]:
        """Return the helpers that the functions need."""
        bodies = [function.body for function in functions]
        needed = [name for name, kind in _HELPED.items() if self.suffix and any(body.has(kind) for body in bodies)]
        return [(files(__package__) / "helpers" / f"{name}{self.suffix}").read_text(encoding="utf-8").rstrip("\n") for name in needed]

    def function(self, shown: Exported) -> str:
        """Write a function, or a number where there are no arguments, with what it is, after the sums that it needs."""
        arguments, known = ", ".join(self.argument.format(self.letter(letter)) for letter in shown.arguments), len(self.sums)
        name, formula = shown.name.replace("_", self.underscore), self.formula(shown.body)
        written = (self.defined if arguments else self.number).format(name=name, arguments=arguments, formula=formula)
        return "\n".join([*self.sums[known:], self.remark(shown.what), written])

    def remark(self, words: str) -> str:
        """Write a comment."""
        return self.comment.format(words)

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


def _standard(body: sp.Expr) -> sp.Expr:
    """Write moments of popularity by the exponential integral (Pareto) and as an integral (log-normal)."""
    return body.replace(ParetoMoment, _pareto).replace(LogNormalMoment, lambda *of: LogNormalMoment(*of).by_integral)


def _pareto(*of: sp.Expr) -> sp.Expr:
    factor, index, argument = ParetoMoment(*of).by_integral
    return factor * sp.expint(index, argument)


class _C(Language, C99CodePrinter):
    """Writes each sum as a function of its own, which comes before the one that uses it."""

    name, suffix, argument, comment = "c", ".c", "double {}", "// {}"
    defined, number = "double {name}({arguments}) {{ return {formula}; }}", "double {name}(void) {{ return {formula}; }}"
    imports = ("#define _GNU_SOURCE", "#include <math.h>")
    pair = "{{{degree}, {value}}}"
    settings: ClassVar = {"type_aliases": {real: float64}}

    def _summed(self, declared: str, terms: str, loop: str) -> str:
        """Define the function of a sum; return its name."""
        name = f"sum_{len(self.sums) + 1}"
        self.sums.append(f"static double {name}({declared}) {{\n{terms}    double total = 0.0;\n    {loop}\n    return total;\n}}")
        return name

    def _print_SparsePolynomial(self, expr: SparsePolynomial) -> str:
        at = self._print(expr.args[1])
        terms = f"    static const double terms[][2] = {{{self._pairs(expr)}}};\n"
        loop = f"for (int k = 0; k < {len(expr.args[0].terms)}; k++) total += terms[k][1]*pow(z, terms[k][0]);"
        return f"{self._summed('double z', terms, loop)}({at})"

    def _print_Sum(self, expr: sp.Sum) -> str:
        index, low, high = expr.limits[0]
        letters = sorted(map(self._print, expr.free_symbols))
        loop = f"for (int {index} = {low}; {index} <= {high}; {index}++) total += {self._print(expr.function)};"
        return f"{self._summed(', '.join(f'double {letter}' for letter in letters) or 'void', '', loop)}({', '.join(letters)})"

    def _print_Integer(self, expr: sp.Integer) -> str:
        return f"{int(expr)}.0" if abs(int(expr)) >= _LONGEST else str(int(expr))


class _Javascript(Language, JavascriptCodePrinter):
    """Writes sums with a function that the page defines."""

    name, suffix, comment = "javascript", ".js", "// {}"
    defined, number = "const {name} = ({arguments}) => {formula};", "const {name} = {formula};"
    imports = ("const sum = (low, high, term) => { let total = 0; for (let k = low; k <= high; k++) total += term(k); return total; };",)
    total = "sum({low}, {high}, ({index}) => {term})"
    polynomial, pair = "((z) => [{pairs}].reduce((total, [k, w]) => total + w*Math.pow(z, k), 0))({at})", "[{degree}, {value}]"
    reserved_words: ClassVar = {
        "Math", "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default",
        "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if",
        "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected",
        "public", "return", "static", "sum", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void",
        "while", "with", "yield",
    }  # fmt: skip


class _Julia(Language, StrPrinter):
    """Writes powers and sums as Julia does."""

    name, suffix, defined, number = "julia", ".jl", "{name}({arguments}) = {formula}", "const {name} = {formula}"
    total, polynomial = "sum({term} for {index} in {low}:{high})", "(z -> sum(w*z^k for (k, w) in [{pairs}]))({at})"
    words: ClassVar = {"begin", "const", "do", "else", "end", "export", "for", "function", "global", "if", "in", "let", "local", "quote",
                       "true"}  # fmt: skip

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return f"{expr.name}_" if expr.name in self.words else expr.name

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        return str(super()._print_Pow(expr, rational)).replace("**", "^")

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "exp(1)"


class _NumPy(Language, NumPyPrinter):
    """Writes sums over ranges."""

    name, suffix, imports = "numpy", ".numpy", ("import numpy",)
    defined, number = "def {name}({arguments}):\n    return {formula}", "{name} = {formula}"
    total, beyond = "sum({term} for {index} in range({low}, {high}))", 1
    polynomial = "(lambda z: sum(w*z**k for k, w in [{pairs}]))({at})"


class _SymPy(Language, SymPyPrinter):
    """Writes everything exactly, by its name in `sympy`."""

    name, imports = "sympy", ("import sympy",)
    declared = '{names} = sympy.symbols("{words}", positive=True)\nk, z = sympy.symbols("k z", real=True)'
    defined = number = "{name} = {formula}"
    total, whole = "sympy.Sum({term}, ({index}, {low}, {high}))", "sympy.Integral({term}, ({index}, {low}, {high}))"
    polynomial = "(lambda z: sympy.Add(*(w*z**k for k, w in [{pairs}])))({at})"
    lambert = "sympy.LambertW({at}, {branch})"

    def _coefficient(self, value: sp.Rational) -> str:
        return str(self._print(value))

    def _print_Rational(self, expr: sp.Rational) -> str:
        return f"sympy.Rational({expr.p}, {expr.q})"

    def _print_Float(self, expr: sp.Float) -> str:
        return f"sympy.Float({str(expr)!r})"

    def _print_Function(self, expr: sp.Function) -> str:
        return f"sympy.{type(expr).__name__}({', '.join(map(self._print, expr.args))})"

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "sympy.E"

    def _print_Pi(self, expr: sp.Expr) -> str:
        return f"sympy.{expr}"

    def _print_NegativeInfinity(self, expr: sp.Expr) -> str:
        return f"-{self._print(-expr)}"

    _print_Half, _print_exp, _print_Infinity = _print_Rational, _print_Function, _print_Pi


class _Mathematica(Language, MCodePrinter):
    """Writes sums, integrals and Lambert's W, and keeps off letters that mean something else."""

    name, argument, comment, underscore = "mathematica", "{}_", "(* {} *)", ""
    defined, number = "{name}[{arguments}] := {formula};", "{name} = {formula};"
    total, whole = "Sum[{term}, {{{index}, {low}, {high}}}]", "NIntegrate[{term}, {{{index}, {low}, {high}}}]"
    lambert = "ProductLog[{branch}, {at}]"
    polynomial, pair = "(Total[{{{pairs}}}] /. argument -> {at})", "{value}*argument^{degree}"
    taken: ClassVar = {"C", "D", "E", "I", "K", "N", "O", "Pi"}

    def _coefficient(self, value: sp.Rational) -> str:
        return str(self._print(value))

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        plain = str(expr).replace("_", "")
        return f"{plain}Letter" if plain in self.taken else plain


LANGUAGES = {language.name: language for language in (_C, _Javascript, _Julia, _Mathematica, _NumPy, _SymPy)}
"""The languages by their names on the command line; an instance has written nothing yet."""
