"""How each language writes a function and a comment; what it lacks comes along as a helper."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Any, ClassVar

import sympy as sp

from ...errors import InputError
from ...model.moments import LogNormalMoment, ParetoMoment
from ...symbolic.functions import SparsePolynomial
from .printers import CPrinter, JavascriptPrinter, JuliaPrinter, MathematicaPrinter, NumPyPrinter, SymPyPrinter

__all__ = ["LANGUAGES", "Language"]

_HELPED = {"lambert_w": sp.LambertW, "ParetoMoment": ParetoMoment, "LogNormalMoment": LogNormalMoment}
_KNOWN = (sp.exp, sp.log, SparsePolynomial, *_HELPED.values())
Symbols = tuple[sp.Symbol, ...]


class Language:
    """A language: its name, the suffix of its helpers, what writes its formulas, how a comment begins, whether it needs helpers.

    A function is written as `defined` says, each argument as `argument`; one without arguments as `number`.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]
    printed_by: ClassVar[Any]
    comment: ClassVar[str] = "#"
    needs_helpers: ClassVar[bool] = True
    imports: ClassVar[tuple[str, ...]] = ()
    defined: ClassVar[str]
    number: ClassVar[str]
    argument: ClassVar[str] = "{}"

    def __init__(self) -> None:
        self.printer = self.printed_by()

    def formula(self, body: sp.Expr) -> str:
        """Write a formula. Raises `InputError` for functions that the language is not given."""
        unknown = {type(part).__name__ for part in body.atoms(sp.Function) if not isinstance(part, _KNOWN)}
        if unknown or body.has(sp.Integral, sp.Derivative):
            raise InputError("format", f"cannot be {self.name} for this law", given=", ".join(sorted(unknown)) or "an integral")
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
        letters = [self.argument.format(self.letter(one)) for one in arguments]
        written = self.defined if letters else self.number
        return f"{self.remark(what)}\n{written.format(name=self.named(name), arguments=', '.join(letters), formula=self.formula(body))}"

    def named(self, name: str) -> str:
        """Write the name of a function."""
        return name

    def remark(self, words: str) -> str:
        """Write a comment."""
        return f"{self.comment} {words}"

    def letter(self, letter: sp.Symbol) -> str:
        """Write a letter."""
        return str(self.printer.doprint(letter))


class C(Language):
    """C99."""

    name, suffix, comment = "c", ".c", "//"
    printed_by = CPrinter
    imports = ("#define _GNU_SOURCE", "#include <math.h>")
    defined, argument = "double {name}({arguments}) {{ return {formula}; }}", "double {}"
    number = "double {name}(void) {{ return {formula}; }}"

    def function(self, name: str, arguments: Symbols, body: sp.Expr, what: str) -> str:
        """Write a function, after the sums that it needs."""
        known = len(self.printer.sums)
        shown = super().function(name, arguments, body, what)
        return "\n".join([*self.printer.sums[known:], shown])


class Javascript(Language):
    """JavaScript, as the report page runs it."""

    name, suffix, comment = "javascript", ".js", "//"
    printed_by = JavascriptPrinter
    imports = ("const sum = (low, high, term) => { let total = 0; for (let k = low; k <= high; k++) total += term(k); return total; };",)
    defined, number = "const {name} = ({arguments}) => {formula};", "const {name} = {formula};"


class Julia(Language):
    """Julia."""

    name, suffix = "julia", ".jl"
    printed_by = JuliaPrinter
    defined, number = "{name}({arguments}) = {formula}", "const {name} = {formula}"


class NumPy(Language):
    """Python with NumPy (and SciPy's Lambert W); q may be an array."""

    name, suffix = "numpy", ".numpy"
    printed_by = NumPyPrinter
    imports = ("import numpy",)
    defined, number = "def {name}({arguments}):\n    return {formula}", "{name} = {formula}"


class SymPy(Language):
    """Python with SymPy: expressions in symbols."""

    name, suffix = "sympy", ".py"
    printed_by = SymPyPrinter
    needs_helpers = False
    defined = number = "{name} = {formula}"
    imports = ("import sympy",)

    def head(self, title: str, letters: Symbols) -> str:
        """Write the first lines and declare the letters."""
        names = ", ".join(self.letter(one) for one in letters)
        declared = f'{names} = sympy.symbols("{" ".join(map(str, letters))}", positive=True)'
        return f'{super().head(title, letters)}\n{declared}\nk, z = sympy.symbols("k z", real=True)'


class Mathematica(Language):
    """The Wolfram language."""

    name, suffix = "mathematica", ".m"
    printed_by = MathematicaPrinter
    needs_helpers = False
    defined, number, argument = "{name}[{arguments}] := {formula};", "{name} = {formula};", "{}_"

    def remark(self, words: str) -> str:
        """Write a comment."""
        return f"(* {words} *)"

    def named(self, name: str) -> str:
        """Write the name of a function, without the underscores that mean something else."""
        return name.replace("_", "")


def _standard(body: sp.Expr) -> sp.Expr:
    """Write moments of popularity by the exponential integral (Pareto) and as an integral (log-normal)."""
    return body.replace(ParetoMoment, _pareto).replace(LogNormalMoment, lambda *of: LogNormalMoment(*of).by_integral)


def _pareto(*of: sp.Expr) -> sp.Expr:
    factor, index, argument = ParetoMoment(*of).by_integral
    return factor * sp.expint(index, argument)


LANGUAGES: dict[str, type[Language]] = {one.name: one for one in (C, Javascript, Julia, Mathematica, NumPy, SymPy)}
"""The languages by their names on the command line."""
