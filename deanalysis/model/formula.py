"""A formula to show: the expression with its LaTeX and its plain text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

import sympy as sp
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from ..record import Record, Shown
from ..symbolic.algebra import simplified
from ..symbolic.functions import SparsePolynomial, indexed_latex
from .symbols import eps

_SHOWN = 3
"""Terms of a long polynomial that are printed before its last."""
_MOST_BITS = 1000
"""Numbers of more bits are shown by fifteen digits: nobody reads three hundred."""


class PositiveFirst:
    """Lets a sum begin with a positive term, as 1 - x, where it has one."""

    def _as_ordered_terms(self, expr: sp.Add, order: str | None = None) -> list[sp.Expr]:
        terms: list[sp.Expr] = super()._as_ordered_terms(expr, order)  # type: ignore[misc]
        return sorted(terms, key=lambda term: not terms[0].could_extract_minus_sign() or term.could_extract_minus_sign())


class _Abridged:
    """Writes a long polynomial by its first terms and its last, in brackets unless it is the whole formula."""

    gap: ClassVar[str]
    brackets: ClassVar[str]
    _print: Any

    def doprint(self, expr: sp.Basic) -> str:
        return self._abridged(expr) if isinstance(expr, SparsePolynomial) else str(super().doprint(expr))  # type: ignore[misc]

    def _print_SparsePolynomial(self, expr: SparsePolynomial, exp: str | None = None) -> str:
        return self.brackets.format(self._abridged(expr)) + (f"^{{{exp}}}" if exp is not None else "")

    def _abridged(self, expr: SparsePolynomial) -> str:
        coefficients, argument = expr.args
        z = argument if argument.is_Symbol else self._named(self.brackets.format(self._print(argument)))
        pairs = coefficients.rationals
        first = len(pairs) if len(pairs) <= _SHOWN + 2 else _SHOWN
        terms = [self._print(value * z**degree) for degree, value in (*pairs[:first], pairs[-1])]
        return " + ".join([*terms[:first], *([self.gap, terms[-1]] if first < len(pairs) else [])])

    def _named(self, name: str) -> sp.Symbol:
        """Return a letter that is printed as it is named."""
        return sp.Symbol(name)


class _Latex(_Abridged, PositiveFirst, LatexPrinter):
    """Fractions stand before what they multiply, a - a x is a (1 - x), what a sum's term has in common is written once."""

    gap, brackets = r"\cdots", r"\left({}\right)"

    def _named(self, name: str) -> sp.Symbol:
        letter = sp.Dummy()
        self._settings["symbol_names"][letter] = name
        return letter

    def doprint(self, expr: sp.Basic) -> str:
        return str(super().doprint(_prepared(expr)))

    def _print_AppliedUndef(self, expr: Any) -> str:
        return f"{expr.func.__name__}({', '.join(map(self._print, expr.args))})"

    def _print_ExpBase(self, expr: sp.exp, exp: str | None = None) -> str:
        (exponent,) = expr.args
        return f"e^{{{exponent}}}" if exponent.is_Rational and exp is None else str(super()._print_ExpBase(expr, exp))

    def _print_LambertW(self, expr: sp.LambertW, exp: str | None = None) -> str:
        return indexed_latex(self, "W", expr.args[1:] or (sp.S.Zero,), expr.args[0], exp)

    def _print_Mul(self, expr: sp.Mul) -> str:
        number, rest = expr.as_coeff_Mul()
        has_denominator = any(factor.is_Pow and factor.exp.could_extract_minus_sign() for factor in sp.Mul.make_args(rest))
        is_monomial = not rest.has(sp.Add) and bool(rest.is_polynomial())
        if not isinstance(number, sp.Rational) or number.q == 1 or has_denominator or (abs(number.p) == 1 and is_monomial):
            shown = str(super()._print_Mul(expr))
            return rf"- \left({shown[3:-1]}\right)" if shown.startswith("- (") else shown
        written = self._print(rest) if not rest.is_Add else rf"\left({self._print(rest)}\right)"
        return rf"{'- ' if number < 0 else ''}\frac{{{abs(number.p)}}}{{{number.q}}} {written}"

    def _print_Sum(self, expr: sp.Sum) -> str:
        collected = sp.powsimp(sp.expand_power_base(expr.function, force=True), combine="exp", force=True)
        return str(super()._print_Sum(sp.Sum(collected, *expr.limits)))

    def _as_ordered_terms(self, expr: sp.Add, order: str | None = None) -> list[sp.Expr]:
        return super()._as_ordered_terms(_joined(expr), order)

    def terms(self, expr: sp.Expr) -> list[str]:
        """Return the terms of a sum, each with its sign except a first + ."""
        shown: list[str] = []
        expr = _prepared(expr)
        for term in self._as_ordered_terms(expr) if isinstance(expr, sp.Add) else [expr]:
            negative = bool(shown) and term.could_extract_minus_sign()
            shown.append(f"{'- ' if negative else '+ ' if shown else ''}{self._print(-term if negative else term)}")
        return shown


def _prepared(expr: sp.Basic) -> sp.Basic:
    """Put what functions say is shown in their place (`shown`), and take common factors out of sums in products."""
    shown = expr.replace(lambda inner: hasattr(inner, "shown"), lambda inner: inner.shown)
    return shown.replace(lambda inner: inner.is_Mul, _without_contents)


def _divided(factor: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return the common rational factor of a sum, or of a whole power of one, and what is left."""
    base, exponent = factor.as_base_exp()
    if not base.is_Add or not exponent.is_Integer or base.as_coeff_Add()[0] == 1:
        return sp.S.One, factor
    content, rest = base.primitive()
    return content**exponent, rest**exponent


def _without_contents(expr: sp.Mul) -> sp.Expr:
    """Take the common factor out of each sum in a product, q (2 - 2 q) to 2 q (1 - q); 1 + x/2, and a number times a sum, stay."""
    contents, factors = zip(*map(_divided, expr.args), strict=True)
    if all(content == 1 for content in contents) or sum(not factor.is_Rational for factor in factors) < 2:
        return expr
    return sp.Mul(*contents, *factors)


def _joined(expr: sp.Add) -> sp.Add:
    """Join a - a x to a (1 - x), where a is a number other than 1 and more terms follow."""
    number, others = expr.as_coeff_Add()
    terms = sp.Add.make_args(others)
    opposite = next((term for term in terms if term.as_coeff_Mul()[0] == -number), None)
    if abs(number) in (0, 1) or opposite is None or len(terms) == 1:
        return expr
    inner = sp.Mul(number, 1 + opposite / number, evaluate=False)
    return sp.Add(*(term for term in terms if term != opposite), inner, evaluate=False)


class _Text(_Abridged, PositiveFirst, StrPrinter):
    gap, brackets = "...", "({})"

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        return str(super()._print_Pow(expr, rational)).replace("**", "^")

    def _print_Relational(self, expr: sp.Rel) -> str:
        return f"{self._print(expr.lhs)} {'=' if expr.rel_op == '==' else expr.rel_op} {self._print(expr.rhs)}"

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "e"


def _printer(names: Mapping[sp.Symbol, str] | None, order: str | None) -> _Latex:
    return _Latex({"symbol_names": {eps: r"\varepsilon", **(names or {})}, "order": order, "fold_frac_powers": True})


def latex(expression: sp.Basic, names: Mapping[sp.Symbol, str] | None = None, order: str | None = None) -> str:
    r"""Return LaTeX as a careful author writes it, the branch of Lambert's W included; letters may be given names.

    >>> y = sp.Symbol("y")
    >>> print(latex(sp.Rational(7, 10) * (1 - y) + sp.Rational(3, 10) * (1 - y) ** 2, order="rev-lex"))
    \frac{7}{10} \left(1 - y\right) + \frac{3}{10} \left(1 - y\right)^{2}
    """
    return str(_printer(names, order).doprint(_rounded(expression)))


def latex_terms(expression: sp.Expr, names: Mapping[sp.Symbol, str] | None = None, order: str | None = None) -> list[str]:
    """Return the terms of a sum as LaTeX, with their signs, so that a line can be broken between them."""
    return _printer(names, order).terms(expression)


def text(expression: sp.Basic) -> str:
    """Return plain text in the notation of the command line.

    >>> text(sp.Symbol("c") ** 2 / 3)
    'c^2/3'
    """
    return str(_Text({"order": None}).doprint(_rounded(expression)))


def _rounded(expression: sp.Basic) -> sp.Basic:
    """Give numbers of hundreds of digits, such as high powers of a fraction, to fifteen."""
    long = [number for number in expression.atoms(sp.Rational) if max(abs(number.p), number.q).bit_length() > _MOST_BITS]
    return expression.xreplace({number: number.evalf(15) for number in long})


def named_lambert(formula: "Formula") -> str:
    r"""Return LaTeX in which -W is called u, so that no W stands in an exponent, followed by what u is.

    >>> c = sp.Symbol("c")
    >>> w = sp.LambertW(-1 / c)
    >>> print(named_lambert(Formula.of(-sp.exp(-1 / w) * w / c)))
    \frac{u e^{\frac{1}{u}}}{c},\quad u = - W_{0}\left(- \frac{1}{c}\right)
    """
    if formula.expression is None or len(lamberts := formula.expression.atoms(sp.LambertW)) != 1:
        return formula.latex
    (w,) = lamberts
    u = sp.Symbol("u", positive=True)
    return rf"{latex(simplified(formula.expression.xreplace({w: -u})))},\quad u = {latex(-w)}"


@dataclass(frozen=True)
class Formula(Record):
    """A formula by its LaTeX and its text; `expression` is the SymPy value where the formula was derived, not read back."""

    latex: str
    text: str
    expression: sp.Basic | None = field(default=None, compare=False)

    @classmethod
    @lru_cache(maxsize=1024)
    def of(cls, expression: sp.Basic) -> "Formula":
        """Return the formula of an expression."""
        return cls(latex(expression), text(expression), expression)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    table = Shown.table

    def __repr__(self) -> str:
        return self.text
