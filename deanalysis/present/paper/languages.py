"""How each language writes a function and a comment; what it lacks comes along as a helper."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from typing import Any, NamedTuple

import sympy as sp

from ...errors import InputError
from ...model.moments import LogNormalMoment, ParetoMoment
from ...symbolic.functions import SparsePolynomial
from .printers import CPrinter, JavascriptPrinter, JuliaPrinter, MathematicaPrinter, NumPyPrinter, SymPyPrinter

__all__ = ["LANGUAGES", "Exported", "Language", "language_named"]

_HELPED = {"lambert_w": sp.LambertW, "ParetoMoment": ParetoMoment, "LogNormalMoment": LogNormalMoment}
_KNOWN = (sp.exp, sp.log, SparsePolynomial, *_HELPED.values())
_SUM = "const sum = (low, high, term) => { let total = 0; for (let k = low; k <= high; k++) total += term(k); return total; };"


class Exported(NamedTuple):
    """A function of some letters, or a number where there are none, with what it is."""

    name: str
    arguments: tuple[sp.Symbol, ...]
    body: sp.Expr
    what: str


@dataclass
class Language:
    """A language: its name, the suffix of its helpers, what prints its formulas, and its templates.

    A function is written as `defined` says, each argument as `argument`; one without arguments as `number`; the letters are `declared`
    below the `imports`. `underscore` is what its names have for that; where it knows Lambert's W and integrals, it needs no helpers.
    """

    name: str
    suffix: str
    printed_by: Callable[[], Any]
    defined: str
    number: str
    argument: str = "{}"
    comment: str = "# {}"
    imports: tuple[str, ...] = ()
    declared: str = ""
    underscore: str = "_"
    needs_helpers: bool = True

    @cached_property
    def printer(self) -> Any:
        """What prints its formulas."""
        return self.printed_by()

    def formula(self, body: sp.Expr) -> str:
        """Write a formula. Raises `InputError` for functions that the language is not given."""
        unknown = {type(part).__name__ for part in body.atoms(sp.Function) if not isinstance(part, _KNOWN)}
        if unknown or body.has(sp.Integral, sp.Derivative):
            raise InputError("format", f"cannot be {self.name} for this law", given=", ".join(sorted(unknown)) or "an integral")
        return str(self.printer.doprint(body if self.needs_helpers else _standard(body)))

    def head(self, title: str, letters: tuple[sp.Symbol, ...]) -> str:
        """Write the first lines."""
        declared = self.declared.format(names=", ".join(map(self.letter, letters)), words=" ".join(map(str, letters)))
        return "\n".join([self.remark(title), *self.imports, *filter(None, [declared])])

    def helpers(self, functions: Iterable[Exported]) -> list[str]:
        """Return the helpers that the functions need."""
        bodies = [function.body for function in functions]
        needed = [name for name, kind in _HELPED.items() if self.needs_helpers and any(body.has(kind) for body in bodies)]
        return [(files(__package__) / "helpers" / f"{name}{self.suffix}").read_text(encoding="utf-8").rstrip("\n") for name in needed]

    def function(self, shown: Exported) -> str:
        """Write a function, or a number where there are no arguments, with what it is, after the sums that it needs."""
        arguments = ", ".join(self.argument.format(self.letter(letter)) for letter in shown.arguments)
        template, known = self.defined if arguments else self.number, len(self.printer.sums)
        name, formula = shown.name.replace("_", self.underscore), self.formula(shown.body)
        written = template.format(name=name, arguments=arguments, formula=formula)
        return "\n".join([*self.printer.sums[known:], self.remark(shown.what), written])

    def remark(self, words: str) -> str:
        """Write a comment."""
        return self.comment.format(words)

    def letter(self, letter: sp.Symbol) -> str:
        """Write a letter."""
        return str(self.printer.doprint(letter))


def _standard(body: sp.Expr) -> sp.Expr:
    """Write moments of popularity by the exponential integral (Pareto) and as an integral (log-normal)."""
    return body.replace(ParetoMoment, _pareto).replace(LogNormalMoment, lambda *of: LogNormalMoment(*of).by_integral)


def _pareto(*of: sp.Expr) -> sp.Expr:
    factor, index, argument = ParetoMoment(*of).by_integral
    return factor * sp.expint(index, argument)


_ALL = (
    Language(
        "c",
        ".c",
        CPrinter,
        "double {name}({arguments}) {{ return {formula}; }}",
        "double {name}(void) {{ return {formula}; }}",
        argument="double {}",
        comment="// {}",
        imports=("#define _GNU_SOURCE", "#include <math.h>"),
    ),
    Language(
        "javascript",
        ".js",
        JavascriptPrinter,
        "const {name} = ({arguments}) => {formula};",
        "const {name} = {formula};",
        comment="// {}",
        imports=(_SUM,),
    ),
    Language("julia", ".jl", JuliaPrinter, "{name}({arguments}) = {formula}", "const {name} = {formula}"),
    Language(
        "mathematica",
        ".m",
        MathematicaPrinter,
        "{name}[{arguments}] := {formula};",
        "{name} = {formula};",
        argument="{}_",
        comment="(* {} *)",
        underscore="",
        needs_helpers=False,
    ),
    Language(
        "numpy", ".numpy", NumPyPrinter, "def {name}({arguments}):\n    return {formula}", "{name} = {formula}", imports=("import numpy",)
    ),
    Language(
        "sympy",
        ".py",
        SymPyPrinter,
        "{name} = {formula}",
        "{name} = {formula}",
        imports=("import sympy",),
        declared='{names} = sympy.symbols("{words}", positive=True)\nk, z = sympy.symbols("k z", real=True)',
        needs_helpers=False,
    ),
)
LANGUAGES = {language.name: language for language in _ALL}
"""The languages by their names on the command line."""


def language_named(name: str) -> Language:
    """Return a language that has written nothing yet."""
    return replace(LANGUAGES[name])
