"""The blocks of a LaTeX file: commands for letters, aligned formulas, a table of thresholds and a plotted curve."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from ...model.formula import latex, latex_terms
from ...model.symbols import letter, q
from ...theory.evolution.thresholds.results import Thresholds
from ..kit.cases import Case
from ..kit.curves import Table, evenly, reached_line
from ..kit.latex import tabular, tex

PACKAGES = ("amsmath", "booktabs", "graphicx", "pgfplots")
"""What a fragment needs."""
_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
_WORDS = ("Of", "Word", *_DIGITS)
LINE, COLUMN = 68, 34
"""How many characters wide a line of formulas is: on a page of one column, and where it has two."""
_SHORT, _ALONE = 14, 0.6
"""A left side up to so many characters stays beside its right side; a term that takes more than this share of a line is scaled to it."""
_POINTS = 60
"""Points of a plotted curve: with more of them TeX takes longer, with fewer corners show."""
_FITTED = (
    r"\providecommand{\fitted}[1]{\resizebox{\ifdim\width>0.66\linewidth 0.66\linewidth\else\width\fi}{!}{$\displaystyle #1$}}"
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
        symbols = sorted({symbol for expression in expressions for symbol in expression.atoms(sp.Symbol)}, key=str)
        return cls({symbol: _command(symbol.name) for symbol in symbols})

    def latex(self, expression: sp.Basic) -> str:
        """Return a formula in the commands."""
        return latex(expression, self.names, "rev-lex")

    def terms(self, expression: sp.Expr) -> list[str]:
        """Return the terms of a formula in the commands, with their signs."""
        return latex_terms(expression, self.names, "rev-lex")

    @property
    def definitions(self) -> list[str]:
        r"""The `\providecommand` of each letter, and of what scales what is too wide; fragments share them, and an author's own stand."""
        written = {name: _letter(symbol.name) for symbol, name in self.names.items()}
        return [*(rf"\providecommand{{{name}}}{{{shown}}}" for name, shown in written.items()), _FITTED]


def _command(name: str) -> str:
    r"""Name the command of a letter, which no other letter has in any fragment: a digit is a word, and what is such a word is marked.

    >>> [_command(name) for name in ("R", "m2", "mTwo", "v_L")]
    ['\\letterR', '\\lettermTwo', '\\lettermTwoWord', '\\lettervOfL']
    """
    marked = re.sub("|".join(_WORDS), r"\g<0>Word", name)
    return "\\letter" + "".join(_DIGITS[int(mark)] if mark in "0123456789" else "Of" if mark == "_" else mark for mark in marked)


def _letter(name: str) -> str:
    r"""Write a letter: eps is \varepsilon, m2 is {m_{2}}, which takes another index, and a word is one letter, as in \mathit{fqq}."""
    shown = latex(sp.Symbol(name)) if name != "eps" else r"\varepsilon"
    if re.fullmatch("[A-Za-z]{2,}", shown):
        return rf"\mathit{{{shown}}}"
    return f"{{{shown}}}" if "^" in shown or "_" in shown else shown


@dataclass(frozen=True)
class Named:
    """A formula under a name: the label, the left side as LaTeX or as a formula with a mark behind it, and the right side."""

    label: str
    left: str | sp.Expr
    right: sp.Expr
    mark: str = ""

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
    branches = sorted({w for form in forms for w in form.atoms(sp.LambertW)}, key=lambda w: (len(w.args), str(w)))
    return {w: -fresh(name, taken) for w, name in zip(branches, "uvwyz", strict=False)}


def align(formulas: Sequence[Named], letters: Letters, prefix: str = "", line: int = LINE) -> str:
    r"""Write formulas as an `align` block in lines of a width; long sums are broken at terms, wide left sides stand on lines of their own.

    >>> q = sp.Symbol("q")
    >>> print(align([Named("T", sp.Symbol("T"), (1 - q) ** 5)], Letters.of([q, sp.Symbol("T")])))
    \begin{align}
    \letterT &= \left(1 - \letterq\right)^{5} \label{eq:T}
    \end{align}
    """
    rows = [rf"{_row(named, letters, line)} \label{{eq:{prefix}{named.label}}}" for named in formulas]
    return "\\begin{align}\n" + " \\\\\n".join(rows) + "\n\\end{align}"


def _row(formula: Named, letters: Letters, line: int) -> str:
    left = [formula.left] if isinstance(formula.left, str) else [*letters.terms(formula.left), *filter(None, [formula.mark])]
    right = letters.terms(formula.right)
    room = line - width(" ".join(left))
    if isinstance(formula.left, str) or line - room <= _SHORT or width(" ".join(right)) <= room - _SHORT:
        return f"{''.join(left) if formula.mark else ' '.join(left)} &= {_broken(lines(right, room, line))}"
    return f"&{_broken(lines(left, line, line))} \\notag \\\\\n{{}}={{}} &{_broken(lines(right, line, line))}"


def _broken(shown: list[str]) -> str:
    return " \\notag \\\\\n&\\quad {} ".join(shown)


def lines(terms: Sequence[str], room: int = LINE, line: int = LINE) -> list[str]:
    """Fill lines with the terms of a sum; what is wide by itself is scaled.

    >>> lines(["1", "- x"])
    ['1 - x']
    """
    filled: list[list[str]] = [[]]
    for term in terms:
        if filled[-1] and width(" ".join([*filled[-1], term])) > room:
            filled.append([])
        filled[-1].append(term)
    return [" ".join(_fitted(term, line) for term in terms_of_line) for terms_of_line in filled]


def _fitted(term: str, line: int) -> str:
    if width(term) <= _ALONE * line:
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


def threshold_table(thresholds: Thresholds, letters: Letters, model: str, label: str = "tab:thresholds") -> str:
    """Write a booktabs table of thresholds with proved digits only, whose caption says what was searched; or why there is none."""
    parameter = letters.latex(letter(thresholds.parameter))
    told = ", ".join(filter(None, (thresholds.searched and f"searched: {thresholds.searched}", thresholds.reason)))
    where = rf"in ${parameter}$ for {broken_tex(model)}"
    if not thresholds:
        return rf"No threshold {where} ({tex(told)})." + "\n"
    caption = f"Thresholds {where}, with proved digits only{tex('; ' + told if told else '')}."
    rows = []
    for threshold in thresholds:
        bound = {None: "", True: ", binding", False: ", not binding"}[threshold.binding]
        numbers = ("" if number is None else number._repr_latex_() for number in (threshold.value, threshold.fixed_point))
        rows.append([threshold.kind, *numbers, threshold.status + bound])
    body = tabular(("kind", f"${parameter}^*$", f"${letters.latex(q)}$ there", "status"), rows)
    return "\n".join([r"\begin{table}[htbp]", r"\centering", rf"\caption{{{caption}}}", rf"\label{{{label}}}", body, r"\end{table}"])


def broken_tex(words: str) -> str:
    r"""Set text in which a line may end within a law, behind a comma or a sign.

    >>> broken_tex("a(1,2)")
    'a(\\allowbreak{}1,\\allowbreak{}2)'
    """
    return re.sub(r"([,:+*(])(?! )", r"\1\\allowbreak{}", tex(words))


def learning_plot(case: Case, letters: Letters, novel: sp.Symbol, model: str, label: str) -> str:
    """Write a figure for PGFPlots: what is novel and the testing error along the states that learning reaches, broken across a jump."""
    names = {"zeta": (f"${letters.latex(novel)}$", "thick"), "testing_error": (r"$P_{\mathrm{test}}$", "thick, dashed")}
    shown, (low, high) = letters.latex(case.curve.parameter), case.limits
    size = r"width={min(\linewidth,10cm)}, height={min(0.7\linewidth,6.5cm)}"
    shape = rf"{size}, ymin=-0.03, ymax=1.05, xmin={low:.6g}, xmax={high:.6g}"
    legend = "legend style={at={(0.5,1.03)}, anchor=south, legend columns=-1, draw=none}"
    plots = [r"\begin{figure}[htbp]", r"\centering", r"\begin{tikzpicture}", rf"\begin{{axis}}[{shape}, xlabel={{${shown}$}}, {legend}]"]
    for name, (quantity, style) in names.items():
        for number, segment in enumerate(_segments(case.table, case.parameter, name, case.limits)):
            points = " ".join(f"({x:.8g},{y:.6g})" for x, y in segment)
            plots.append(rf"\addplot[{style}{', forget plot' if number else ''}] coordinates {{{points}}}; % {name}")
        plots.append(rf"\addlegendentry{{{quantity}}}")
    told = f"{names['zeta'][0]} (solid) and {names['testing_error'][0]} (dashed)"
    caption = f"What learning reaches for {broken_tex(model)}, against ${shown}$: {told}."
    return "\n".join([*plots, r"\end{axis}", r"\end{tikzpicture}", rf"\caption{{{caption}}}", rf"\label{{{label}}}", r"\end{figure}"])


def _segments(table: Table, parameter: str, name: str, limits: tuple[float, float]) -> Iterator[list[tuple[float, float]]]:
    """Yield the reached parts of a curve, along each of which the parameter goes one way, cut at the limits and thinned."""
    x, y = reached_line(table, parameter, name)
    for part in np.ma.clump_unmasked(np.ma.masked_invalid(x + y)):
        order = np.argsort(x[part], kind="stable")
        across, up = x[part][order], y[part][order]
        inside = (across >= limits[0]) & (across <= limits[1])
        ends = [end for end in limits if across[0] < end < across[-1]]
        cut = np.append(across[inside], ends), np.append(up[inside], np.interp(ends, across, up))
        order = np.argsort(cut[0], kind="stable")
        chosen = order[evenly(cut[0][order] / (limits[1] - limits[0]), cut[1][order], _POINTS)]
        if len(chosen) > 1:
            yield list(zip(cut[0][chosen], cut[1][chosen], strict=True))


def complete(body: str) -> str:
    """Return a document that compiles by itself."""
    return f"{_PREAMBLE}{body}\n\\end{{document}}"
