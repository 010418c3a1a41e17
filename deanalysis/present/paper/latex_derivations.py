"""A derivation as LaTeX: its result, then every step with its reason, what is assumed and how it was checked."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import sympy as sp

from ...model.formula import text
from ..kit.latex import tex
from .derivations import Answer, Check, Derivation, Range, Step
from .latex_blocks import PACKAGES, Letters, Named, align, complete, named_branches

__all__ = ["latex_derivation", "present", "written_steps"]

_BALANCED = r"\(((?:[^()]|\([^()]*\))*)\)"
_MATHEMATICAL = re.compile(rf"[^\s^]*\^{_BALANCED}[^\s,;]*|[^\s,;]*[\^_][^\s,;]*")
_GREEK = re.compile(r"(?<![A-Za-z\\])(Omega|alpha|beta|delta|kappa|lambda|mu|phi|pi|rho|sum|zeta)(?![A-Za-z])")
_LONG, _PART = 180, 75


def present(derivation: Derivation) -> None:
    """Print a derivation: as text, with `--latex` as a fragment to be input, with `--document` as a document that compiles by itself."""
    if "--latex" in sys.argv[1:]:
        print(latex_derivation(derivation))
    elif "--document" in sys.argv[1:]:
        print(complete(latex_derivation(derivation)))
    else:
        print(derivation)


def latex_derivation(derivation: Derivation, prefix: str = "") -> str:
    r"""Return a fragment: title and reference, the commands of the letters, the result, and the steps.

    >>> x = sp.Symbol("x", positive=True)
    >>> step = Step(sp.exp(sp.log(x)), x, "e^log x", (Range(x, 0, 9),))
    >>> print(latex_derivation(Derivation("logarithm", "y", (step,), "Euler")).splitlines()[-4])
    \textbf{Step 1:} $e^{log}$ x. Here $0 < \letterx < 9$. Proved symbolically.
    """
    from ...version import __version__

    name = derivation.name.replace(" ", "-").replace(",", "")
    rows = written_steps(derivation)
    letters = Letters.of([*(side for row in rows for named in row for side in named.sides), *_ranged(derivation)])
    head = f"% deanalysis {__version__}: derivation of the {derivation.name}; needs the packages {', '.join(PACKAGES[:3])}"
    title = rf"\paragraph{{{tex(derivation.name[0].upper() + derivation.name[1:])}}} ({_reason(derivation.reference)})."
    result, *steps = [align(row, letters, f"{prefix}{name}-") for row in rows]
    told = [rf"\textbf{{Step {number}:}} {words}" for number, words in enumerate(_told(derivation, letters), 1)]
    return "\n".join([head, *letters.definitions, title, result, *(line for pair in zip(told, steps, strict=True) for line in pair)])


def written_steps(derivation: Derivation) -> list[list[Named]]:
    """Return the formulas of the result and of each step: u for -W(...), defined with the result, and abbreviations in very long steps."""
    sides = [side for step in derivation.steps for side in (step.left, step.right)]
    names = named_branches(sides, {symbol for side in sides for symbol in side.free_symbols})
    defined = [Named(str(-name), -name, -w) for w, name in names.items()]
    result = Named("result", derivation.symbol, derivation.result.xreplace(names))
    steps = [_step(str(number), step, names) for number, step in enumerate(derivation.steps, 1)]
    return [[result, *defined], *steps]


def _step(label: str, step: Step, names: dict[sp.Expr, sp.Expr]) -> list[Named]:
    """Return a step after the sums that it has to name, so that no term is too long to read."""
    sides = [step.left.xreplace(names), step.right.xreplace(names)]
    if max(len(text(term)) for side in sides for term in sp.Add.make_args(side)) <= _LONG:
        return [Named(label, *sides)]
    sums: dict[sp.Expr, sp.Symbol] = {}
    shorter = [sp.Add(*(_abbreviated(term, sums) for term in sp.Add.make_args(side))) for side in sides]
    return [*(Named(f"{label}-{name}", name, named) for named, name in sums.items()), Named(label, *shorter)]


def _abbreviated(term: sp.Expr, sums: dict[sp.Expr, sp.Symbol]) -> sp.Expr:
    """Put letters a_1, a_2, ... for the long sums in a term, the inner ones first."""

    def name(part: sp.Expr) -> sp.Symbol:
        return sums.setdefault(part, sp.Symbol(f"a_{len(sums) + 1}", real=True))

    return term.replace(lambda part: part.is_Add and len(text(part)) > _PART, name)


def _ranged(derivation: Derivation) -> list[sp.Symbol]:
    return [assumed.letter for step in derivation.steps for assumed in step.assumptions if isinstance(assumed, Range)]


def _told(derivation: Derivation, letters: Letters) -> Iterator[str]:
    """Yield the words of each step; what is assumed is said where it changes."""
    before: tuple[Range | sp.Rel, ...] = ()
    for step, check in zip(derivation.steps, derivation.check(), strict=True):
        assumed = _assumed(step, letters) if step.assumptions != before else ""
        before = step.assumptions
        yield f"{_reason(step.reason)}{f' ({_reason(step.reference)})' if step.reference else ''}.{assumed} {_checked(check)}."


def _assumed(step: Step, letters: Letters) -> str:
    relations = [assumed.relation.args if isinstance(assumed, Range) else (assumed,) for assumed in step.assumptions]
    shown = [" < ".join(letters.latex(end) for end in _chain(of)) if len(of) == 2 else letters.latex(of[0]) for of in relations]
    return f" Here {', '.join(f'${relation}$' for relation in shown)}." if shown else " Nothing is assumed."


def _chain(ends: tuple[sp.Rel, ...]) -> tuple[sp.Expr, ...]:
    """Return low, letter and high."""
    low, high = ends
    return low.lts, low.gts, high.gts


def _checked(check: Check) -> str:
    if check.answer is not Answer.TRUE:
        return f"Not checked: {check}"
    return f"Checked at {check.points} points" if check.points else "Proved symbolically"


def _reason(words: str) -> str:
    """Set words, with those that hold a power or an index as formulas."""
    return tex(_MATHEMATICAL.sub(lambda word: f"${_formula(word.group())}$", words))


def _formula(word: str) -> str:
    """Brace powers and indices of several letters, and write Greek letters."""
    braced = re.sub(r"\^(\w+|-\w+)", r"^{\1}", re.sub(rf"\^{_BALANCED}", r"^{\1}", word))
    return _GREEK.sub(r"\\\1", re.sub(r"_(\([^()]*\)|[A-Za-z0-9]+)", r"_{\1}", braced))
