"""A formula to show: the expression with its LaTeX and its plain text."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from ..model.symbols import eps

__all__ = ["Formula", "PositiveFirst", "latex", "named_lambert", "text"]


class PositiveFirst:
    """Lets a sum begin with a positive term, as 1 - x, where it has one."""

    def _as_ordered_terms(self, expr: sp.Add, order: str | None = None) -> list[sp.Expr]:
        terms: list[sp.Expr] = super()._as_ordered_terms(expr, order)  # type: ignore[misc]
        return sorted(terms, key=lambda term: not terms[0].could_extract_minus_sign() or term.could_extract_minus_sign())


class _Latex(PositiveFirst, LatexPrinter):
    def _print_LambertW(self, expr: sp.LambertW, exp: str | None = None) -> str:
        branch = self._print(expr.args[1]) if len(expr.args) > 1 else "0"
        power = rf"^{{{exp}}}" if exp is not None else ""
        return rf"W_{{{branch}}}{power}\left({self._print(expr.args[0])}\right)"


class _Text(PositiveFirst, StrPrinter):
    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        return str(super()._print_Pow(expr, rational)).replace("**", "^")

    def _print_Relational(self, expr: sp.Rel) -> str:
        return f"{self._print(expr.lhs)} {'=' if expr.rel_op == '==' else expr.rel_op} {self._print(expr.rhs)}"

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "e"


def latex(expression: sp.Basic) -> str:
    r"""Return LaTeX as a careful author writes it, the branch of Lambert's W included.

    >>> latex(sp.LambertW(-1 / sp.Symbol("c")))
    'W_{0}\\left(- \\frac{1}{c}\\right)'
    """
    settings = {"symbol_names": {eps: r"\varepsilon"}, "mul_symbol": None, "fold_short_frac": False}
    return str(_Latex(settings).doprint(expression))


def text(expression: sp.Basic) -> str:
    """Return plain text in the notation of the command line.

    >>> text(sp.Symbol("c") ** 2 / 3)
    'c^2/3'
    """
    return str(_Text({"order": None}).doprint(expression))


def named_lambert(formula: "Formula") -> str:
    r"""Return LaTeX in which -W is called u, so that no W stands in an exponent, followed by what u is.

    >>> c = sp.Symbol("c")
    >>> w = sp.LambertW(-1 / c)
    >>> print(named_lambert(Formula.of(-sp.exp(-1 / w) * w / c)))
    \frac{u e^{\frac{1}{u}}}{c},\quad u = - W_{0}\left(- \frac{1}{c}\right)
    """
    lamberts = formula.expression.atoms(sp.LambertW) if formula.expression is not None else set()
    if len(lamberts) != 1 or formula.expression is None:
        return formula.latex
    (w,) = lamberts
    u = sp.Symbol("u", positive=True)
    return rf"{latex(sp.simplify(formula.expression.xreplace({w: -u})))},\quad u = {latex(-w)}"


@dataclass(frozen=True)
class Formula:
    """A formula by its LaTeX and its text; `expression` is the SymPy value where the formula was derived, not read back."""

    latex: str
    text: str
    expression: sp.Basic | None = field(default=None, compare=False)

    @classmethod
    @lru_cache(maxsize=1024)
    def of(cls, expression: sp.Basic) -> "Formula":
        """Return the formula of an expression."""
        return cls(latex(expression), text(expression), expression)

    def to_dict(self) -> dict[str, str]:
        """Return {latex, text}."""
        return {"latex": self.latex, "text": self.text}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "Formula":
        """Return the formula that `to_dict` wrote."""
        return cls(content["latex"], content["text"])

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    def __repr__(self) -> str:
        return self.text
