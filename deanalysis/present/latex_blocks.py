"""The blocks of a LaTeX file: commands for letters, aligned formulas, a table of thresholds and a plotted curve."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from ..equations.formula import latex, latex_terms
from ..model.symbols import q
from ..solve.results import Threshold, Thresholds
from .curves import Table
from .layout import tex

__all__ = ["PACKAGES", "Letters", "Named", "align", "complete", "fresh", "learning_plot", "named_branches", "threshold_table"]

PACKAGES = ("amsmath", "booktabs", "graphicx", "pgfplots")
"""What a fragment needs."""
_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
_LINE, _SHORT, _ALONE = 68, 14, 40
_POINTS = 60
_FITTED = (
    r"\newcommand{\fitted}[1]{\resizebox{\ifdim\width>0.72\linewidth 0.72\linewidth\else\width\fi}{!}{$\displaystyle #1$}}"
    " % scales what is wider than the line"
)
_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage[margin=26mm]{geometry}
\usepackage{amsmath}
\usepackage{booktabs}
\usepackage{graphicx}
\usepackage{pgfplots}
\pgfplotsset{compat=1.16}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em}
\setlength{\emergencystretch}{5em}
\begin{document}
"""


@dataclass(frozen=True)
class Letters:
    r"""The letters of some formulas, each with a command of its own, so that an author changes it in one place.

    >>> R, eps, m2 = sp.symbols("R eps m2")
    >>> letters = Letters.of([R + eps, m2])
    >>> letters.latex(R * m2), letters.names[eps]
    ('\\letterR \\lettermTwo', '\\lettereps')
    """

    names: Mapping[sp.Symbol, str]

    @classmethod
    def of(cls, expressions: Iterable[sp.Basic]) -> Letters:
        """Return the letters that occur, bound ones included."""
        names: dict[str, str] = {}
        symbols = sorted({one for expression in expressions for one in expression.atoms(sp.Symbol)}, key=str)
        for name in dict.fromkeys(symbol.name for symbol in symbols):
            names[name] = _command(name, set(names.values()))
        return cls({symbol: names[symbol.name] for symbol in symbols})

    def latex(self, expression: sp.Basic) -> str:
        """Return a formula in the commands."""
        return latex(expression, self.names, "rev-lex")

    def terms(self, expression: sp.Expr) -> list[str]:
        """Return the terms of a formula in the commands, with their signs."""
        return latex_terms(expression, self.names, "rev-lex")

    @property
    def definitions(self) -> list[str]:
        r"""The `\newcommand` of each letter, and the one that scales what is too wide."""
        written = {name: _letter(symbol.name) for symbol, name in self.names.items()}
        return [*(rf"\newcommand{{{name}}}{{{shown}}}" for name, shown in written.items()), _FITTED]


def _command(name: str, taken: set[str]) -> str:
    r"""Name the command of a letter: R is \letterR, m2 is \lettermTwo, v_L is \lettervOfL; one that is taken gets another ending."""
    command = "\\letter" + "".join(_DIGITS[int(one)] if one in "0123456789" else "Of" if one == "_" else one for one in name)
    while command in taken:
        command += "Too"
    return command


def _letter(name: str) -> str:
    r"""Write a letter: eps is \varepsilon, m2 is m_{2}, and a word is one letter, as in \mathit{fqq}."""
    shown = latex(sp.Symbol(name)) if name != "eps" else r"\varepsilon"
    if re.fullmatch("[A-Za-z]{2,}", shown):
        return rf"\mathit{{{shown}}}"
    return f"{{{shown}}}" if "^" in shown else shown


@dataclass(frozen=True)
class Named:
    """A formula under a name: the label, the left side as LaTeX or as a formula with a mark behind it, and the right side."""

    label: str
    left: str | sp.Expr
    right: sp.Expr
    mark: str = ""

    def left_terms(self, letters: Letters) -> list[str]:
        """Return the left side as LaTeX, term by term."""
        return [self.left] if isinstance(self.left, str) else [*letters.terms(self.left), *filter(None, [self.mark])]

    @property
    def sides(self) -> list[sp.Expr]:
        """The formulas in it."""
        return [self.right] if isinstance(self.left, str) else [self.left, self.right]


def fresh(name: str, taken: Iterable[sp.Symbol]) -> sp.Symbol:
    """Return a symbol of this name, or a longer one where a letter has it already."""
    names = {symbol.name for symbol in taken}
    while name in names:
        name += "_q"
    return sp.Symbol(name, positive=True)


def named_branches(forms: Iterable[sp.Expr], taken: Iterable[sp.Symbol]) -> dict[sp.Expr, sp.Expr]:
    """Return what to put for each value of Lambert's W in some formulas: W is -u, so that no W stands in an exponent.

    >>> named_branches([sp.LambertW(-1 / sp.Symbol("c"))], [])
    {LambertW(-1/c): -u}
    """
    found = sorted({w for form in forms for w in form.atoms(sp.LambertW)}, key=lambda w: (len(w.args), str(w)))
    return {w: -fresh(name, taken) for w, name in zip(found, "uvwyz", strict=False)}


def align(formulas: Sequence[Named], letters: Letters, prefix: str = "") -> str:
    r"""Write formulas as an `align` block; a long sum is broken at its terms, a wide left side stands on lines of its own.

    >>> q = sp.Symbol("q")
    >>> print(align([Named("T", sp.Symbol("T"), (1 - q) ** 5)], Letters.of([q, sp.Symbol("T")])))
    \begin{align}
    \letterT &= \left(1 - \letterq\right)^{5} \label{eq:T}
    \end{align}
    """
    rows = [rf"{_row(one, letters)} \label{{eq:{prefix}{one.label}}}" for one in formulas]
    return "\\begin{align}\n" + " \\\\\n".join(rows) + "\n\\end{align}"


def _row(formula: Named, letters: Letters) -> str:
    left, right = formula.left_terms(letters), letters.terms(formula.right)
    room = _LINE - width(" ".join(left))
    if isinstance(formula.left, str) or _LINE - room <= _SHORT or width(" ".join(right)) <= room - _SHORT:
        return f"{''.join(left) if formula.mark else ' '.join(left)} &= {_broken(lines(right, room))}"
    return f"&{_broken(lines(left))} \\notag \\\\\n{{}}={{}} &{_broken(lines(right))}"


def _broken(shown: list[str]) -> str:
    return " \\notag \\\\\n&\\quad {} ".join(shown)


def lines(terms: Sequence[str], room: int = _LINE) -> list[str]:
    """Fill lines with the terms of a sum; what is wide by itself is scaled.

    >>> lines(["1", "- x"])
    ['1 - x']
    """
    filled: list[list[str]] = [[]]
    for term in terms:
        if filled[-1] and width(" ".join([*filled[-1], term])) > room:
            filled.append([])
        filled[-1].append(term)
    return [" ".join(map(_fitted, line)) for line in filled]


def _fitted(term: str) -> str:
    if width(term) <= _ALONE:
        return term
    sign, rest = (term[:2], term[2:]) if term[:2] in ("+ ", "- ") else ("", term)
    return rf"{sign}\fitted{{{rest}}}"


def width(formula: str) -> int:
    r"""Estimate the width of a formula in characters, from above: an operator counts as 3, an index as 1.

    >>> width(r"\left(1 - \letterq\right)^{5}"), width(r"\lettervOfL")
    (8, 2)
    """
    without = re.sub(r"\\(left|right|frac|operatorname|displaystyle|fitted|mathrm)\b", "", formula).replace("Of", " \\")
    plain = re.sub(r"\\[A-Za-z]+", "l", without)
    return len(re.sub(r"[{}^_&\s]", "", plain.replace("+", "+++").replace("-", "---")))


def threshold_table(found: Thresholds, letters: Letters, model: str, label: str = "tab:thresholds") -> str:
    """Write a booktabs table of thresholds with proved digits only, whose caption says what was searched; or why there is none."""
    parameter = letters.latex(next(symbol for symbol in letters.names if symbol.name == found.parameter))
    told = ", ".join(filter(None, (f"searched: {found.searched}" if found.searched else "", found.reason or "")))
    where = rf"in ${parameter}$ for {tex(model)}"
    if not found:
        return rf"No threshold {where} ({tex(told)})." + "\n"
    caption = f"Thresholds {where}, with proved digits only{tex('; ' + told if told else '')}."
    rows = [" & ".join(_cells(one)) + r" \\" for one in found]
    header = rf"kind & ${parameter}^*$ & ${letters.latex(q)}$ there & status \\"
    body = [r"\begin{tabular}{llll}", r"\toprule", header, r"\midrule", *rows, r"\bottomrule", r"\end{tabular}"]
    return "\n".join([r"\begin{table}[htbp]", r"\centering", rf"\caption{{{caption}}}", rf"\label{{{label}}}", *body, r"\end{table}"])


def _cells(found: Threshold) -> list[str]:
    bound = {None: "", True: ", binding", False: ", not binding"}[found.binding]
    numbers = [str(one._repr_latex_()) if one is not None else "" for one in (found.value, found.fixed_point)]
    return [found.kind, *numbers, found.status + bound]


def learning_plot(table: Table, parameter: sp.Symbol, limits: tuple[float, float], letters: Letters, novel: sp.Symbol, origin: str) -> str:
    """Write what is novel and the testing error along the states that learning reaches, broken across a jump, for PGFPlots."""
    names = {"zeta": (f"${letters.latex(novel)}$", "thick"), "testing_error": (r"$P_{\mathrm{test}}$", "thick, dashed")}
    shape = rf"width=0.7\linewidth, height=0.45\linewidth, ymin=-0.03, ymax=1.05, xmin={limits[0]:.6g}, xmax={limits[1]:.6g}"
    head = f"{shape}, xlabel={{${letters.latex(parameter)}$}}, legend pos=outer north east"
    plots = [f"% {origin}", r"\begin{tikzpicture}", rf"\begin{{axis}}[{head}]"]
    for name, (shown, style) in names.items():
        for place, segment in enumerate(_segments(table, parameter.name, name, limits)):
            points = " ".join(f"({x:.6g},{y:.6g})" for x, y in segment)
            plots.append(rf"\addplot[{style}{', forget plot' if place else ''}] coordinates {{{points}}}; % {name}")
        plots.append(rf"\addlegendentry{{{shown}}}")
    return "\n".join([*plots, r"\end{axis}", r"\end{tikzpicture}"])


def _segments(table: Table, parameter: str, name: str, limits: tuple[float, float]) -> list[list[tuple[float, float]]]:
    """Return the reached parts of a curve within the limits, each thinned to a few points."""
    parts: list[list[tuple[float, float]]] = [[]]
    for x, y, reached in zip(table[parameter], table[name], table["reached"], strict=True):
        if reached and math.isfinite(x) and math.isfinite(y):
            parts[-1].append((float(x), float(y)))
        elif parts[-1]:
            parts.append([])
    within = [_within(part, *limits) for part in parts if len(part) > 1]
    return [_thinned(part, limits[1] - limits[0]) for part in within if len(part) > 1]


def _within(points: list[tuple[float, float]], low: float, high: float) -> list[tuple[float, float]]:
    """Cut a curve, along which x goes one way, at the limits."""
    (*xs,), (*ys,) = zip(*sorted(points), strict=True)
    ends = [(x, float(np.interp(x, xs, ys))) for x in (low, high) if xs[0] < x < xs[-1]]
    return sorted([*(point for point in points if low <= point[0] <= high), *ends])


def _thinned(points: list[tuple[float, float]], span: float) -> list[tuple[float, float]]:
    """Keep the ends, and points that are some way from the last one kept."""
    kept = points[:1]
    for point in points[1:-1]:
        if abs(point[0] - kept[-1][0]) / span + abs(point[1] - kept[-1][1]) > 2 / _POINTS:
            kept.append(point)
    return [*kept, points[-1]]


def complete(body: str) -> str:
    """Return a document that compiles by itself."""
    return f"{_PREAMBLE}{body}\n\\end{{document}}"
