"""A model as LaTeX, in letters that an author can change, and as code in other languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

import sympy as sp

from ...errors import InputError
from ...model.popularity import LogNormalMoment
from ...model.symbols import letter, q
from ...symbolic.algebra import simplified
from ...theory.evolution.thresholds.results import Threshold, Thresholds
from ...theory.facades.density_evolution import DensityEvolution
from ..kit.cases import Case, free_thresholds, numbered
from .languages import LANGUAGES, Exported
from .latex_blocks import COLUMN, LINE, PACKAGES, Letters, Named, align, complete, fresh, learning_plot, named_branches, threshold_table

_DIGITS, _WORD = 17, 24
"""Digits of a threshold in code, enough for any double; the longest word that labels begin with."""


def functions(evolution: DensityEvolution) -> list[Exported]:
    """Return f, T, what is still novel and the errors, of q and the free letters."""
    shown = {
        "f": (evolution.right_side, "q = f(q): the skill on a random edge is still novel"),
        "T": (evolution.teaching, "a text teaches a given novel skill"),
        "zeta": (evolution.novel, "a random skill is still novel, q being the largest fixed point"),
        "testing_error": (evolution.testing_error, "one more text requires a novel skill"),
        "training_error": (evolution.training_error, "a training text is not understood"),
    }
    arguments = (q, *ordered(evolution.letters))
    return [Exported(name, arguments, body, what) for name, (body, what) in shown.items()]


def exported(evolution: DensityEvolution) -> tuple[list[Exported], list[str]]:
    """Return the functions of an equation and its thresholds, and for the other letters why there are none.

    A threshold is a closed form, or a number with 17 proved digits where one letter is free.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> [function.name for function in exported(DensityEvolution(model.ensemble, model.learner))[0]]
    ['f', 'T', 'zeta', 'testing_error', 'training_error', 'R_fold', 'R_potential', 'R_emergence']
    """
    lists, reasons = free_thresholds(evolution, _DIGITS)
    shown = functions(evolution)
    for thresholds in lists:
        known = [(threshold.kind, body) for threshold in thresholds if threshold.kind != "cusp" and (body := _body(threshold)) is not None]
        names = numbered([f"{thresholds.parameter}_{kind}" for kind, _ in known], "_")
        shown += [
            Exported(name, ordered(body.free_symbols), body, f"{kind} threshold in {thresholds.parameter}")
            for name, (kind, body) in zip(names, known, strict=True)
        ]
    return shown, reasons


def ordered(letters: Iterable[sp.Basic]) -> tuple[sp.Symbol, ...]:
    """Return letters in the order of arguments."""
    return tuple(sorted(letters, key=str))


def _closed(threshold: Threshold) -> sp.Expr | None:
    """Return the closed form of a threshold; None where there is none, or where it is the root of a polynomial."""
    form = threshold.closed_form.expression if threshold.closed_form else None
    return form if isinstance(form, sp.Expr) and not form.atoms(sp.CRootOf) else None


def _body(threshold: Threshold) -> sp.Expr | None:
    """Return the closed form, or else the proved number."""
    form = _closed(threshold)
    return sp.Float(str(threshold.value), _DIGITS) if form is None and threshold.value is not None else form


def code(evolution: DensityEvolution, language: str) -> str:
    """Return code in a language: sympy, mathematica, julia, c, numpy or javascript.

    Raises `InputError` where a law is made of functions that the language is not given.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("ldpc(3,6)")
    >>> print(code(DensityEvolution(model.ensemble, model.learner), "julia").splitlines()[2])
    f(q, eps) = eps*(1 - (1 - q)^5)^2
    """
    from ...version import __version__

    target, (shown, reasons) = LANGUAGES[language](), exported(evolution)
    model = f"texts {evolution.ensemble.texts}, skills {evolution.ensemble.skills}, learner {evolution.learner}"
    letters = tuple(dict.fromkeys(letter for function in shown for letter in function.arguments))
    written = [*map(target.function, shown), *map(target.remark, reasons)]
    return "\n".join([target.head(f"deanalysis {__version__}: {model}", letters), *target.helpers(shown), *written]) + "\n"


def formulas(evolution: DensityEvolution) -> list[Named]:
    """Return the formulas of a model, each in terms of those before it: T, f by T, zeta by T, the errors; and the moments they name.

    >>> from deanalysis import load_model
    >>> model = load_model("paper")
    >>> for named in formulas(DensityEvolution(model.ensemble, model.learner))[:3]:
    ...     print(named.label, named.right)
    T exp(-c*q)
    f exp(-R*T*c)
    zeta exp(-R*T*c)
    """
    ensemble = evolution.ensemble
    taught, novel = (fresh(name, evolution.letters) for name in ("T", "zeta"))
    named = [
        Named("T", taught, evolution.teaching),
        Named("f", sp.Function("f")(q), ensemble.unknown * ensemble.skills.edge_pgf(1 - taught)),
        Named("zeta", novel, ensemble.unknown * ensemble.skills.pgf(1 - taught)),
        Named("testing", r"P_{\mathrm{test}}", evolution.testing_error),
        Named("uniform", r"P_{\mathrm{test}}^{\mathrm{uniform}}", 1 - ensemble.texts.pgf(1 - novel)),
        Named("training", r"P_{\mathrm{train}}", evolution.training_error),
    ]
    return [*_moments(named), *named]


def _moments(named: list[Named]) -> list[Named]:
    """Define the moments of log-normal popularity that occur, one formula for each shape."""
    shapes = sorted({moment.args[0] for formula in named for moment in formula.right.atoms(LogNormalMoment)}, key=str)
    k, s = sp.Symbol("k", integer=True, nonnegative=True), sp.Symbol("s", positive=True)
    root = sp.Pow(2 * sp.pi, -sp.S.Half, evaluate=False)
    return [
        Named(f"moment-{number}", moment, sp.Mul(root, moment.by_integral * sp.sqrt(2 * sp.pi), evaluate=False))
        for number, moment in enumerate((LogNormalMoment(shape, k, s) for shape in shapes), 1)
    ]


def closed_forms(lists: Iterable[Thresholds], evolution: DensityEvolution) -> list[Named]:
    """Return the closed forms of thresholds, by letters for the values of Lambert's W that occur, which are defined before them.

    >>> from deanalysis import load_model
    >>> model = load_model("paper")
    >>> evolution = DensityEvolution(model.ensemble, model.learner)
    >>> [(named.label, named.right) for named in closed_forms([evolution.thresholds("R", kind="emergence")], evolution)]
    [('u', -LambertW(-1/c)), ('R-emergence', u*exp(1/u)/c)]
    """
    stated = [threshold for thresholds in lists for threshold in thresholds if threshold.kind != "cusp"]
    written = [(threshold, form) for threshold in stated if (form := _closed(threshold)) is not None]
    names = named_branches([form for _, form in written], evolution.letters)
    labels = numbered([f"{threshold.parameter}-{threshold.kind}" for threshold, _ in written], "-")
    return [Named(str(-name), -name, -w) for w, name in names.items()] + [
        Named(
            label,
            letter(threshold.parameter),
            simplified(form.xreplace(names)) if form.has(sp.LambertW) else form,
            rf"^{{*}}_{{\mathrm{{{threshold.kind}}}}}",
        )
        for label, (threshold, form) in zip(labels, written, strict=True)
    ]


def latex_fragment(evolution: DensityEvolution, model: str, prefix: str | None = None, line: int = COLUMN) -> str:
    """Return what an author inputs: a comment with the packages it needs, the commands of the letters, formulas, table and curve.

    Table and curve are there where one letter is free. Lines fit a column of two. Labels begin with `prefix`, by default one that no other
    model has.
    """
    from ...version import __version__

    prefix = _prefix(evolution, model) if prefix is None else prefix
    lists, reasons = free_thresholds(evolution)
    shown = [*formulas(evolution), *closed_forms(lists, evolution)]
    novel = fresh("zeta", evolution.letters)
    letters = Letters.of([*(side for named in shown for side in named.sides), *evolution.letters, q, novel])
    head = f"% deanalysis {__version__}: {model}; needs the packages {', '.join(PACKAGES)}"
    parts = [head, *letters.definitions, align(shown, letters, prefix, line), *(f"% {reason}" for reason in reasons)]
    if len(evolution.letters) == 1:
        parts += [threshold_table(thresholds, letters, model, f"tab:{prefix}thresholds") for thresholds in lists]
        try:
            case = Case(evolution, next(iter(evolution.letters)).name, {})
            parts.append(learning_plot(case, letters, novel, model, f"fig:{prefix}curve"))
        except InputError:
            pass  # the equation cannot be inverted for the letter
    return "\n".join(parts)


def _prefix(evolution: DensityEvolution, model: str) -> str:
    """Name what labels begin with: the model as one word, and four digits that tell it from models of the same name.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> _prefix(DensityEvolution(model.ensemble, model.learner), "ldpc(3,6)")
    'ldpc-3-6-df39:'
    """
    word = re.sub("[^a-z0-9]+", "-", model.lower()).strip("-")[:_WORD].rstrip("-")
    return f"{word}-{sha256(f'{evolution.ensemble}; {evolution.learner}'.encode()).hexdigest()[:4]}:"


def latex_document(evolution: DensityEvolution, model: str) -> str:
    """Return the same as a document of one column that compiles by itself."""
    return complete(latex_fragment(evolution, model, line=LINE))
