"""A model as LaTeX: its equations in letters that an author can change, closed forms, and a table and a curve where one letter is free."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

import sympy as sp

from ...errors import InputError
from ...model.moments import LogNormalMoment
from ...model.symbols import letter, q
from ...symbolic.algebra import simplified
from ...theory.evolution.thresholds.results import Thresholds
from ...theory.facades.density_evolution import DensityEvolution
from ..kit.cases import Case, free_thresholds, numbered
from .latex_blocks import COLUMN, LINE, PACKAGES, Letters, Named, align, complete, fresh, learning_plot, named_branches, threshold_table

__all__ = ["closed_forms", "formulas", "latex_document", "latex_fragment"]

_WORD = 24


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
    moments = [LogNormalMoment(shape, k, s) for shape in shapes]
    root = sp.Pow(2 * sp.pi, -sp.S.Half, evaluate=False)
    return [
        Named(f"moment-{number}", moment, sp.Mul(root, moment.by_integral * sp.sqrt(2 * sp.pi), evaluate=False))
        for number, moment in enumerate(moments, 1)
    ]


def closed_forms(lists: Iterable[Thresholds], evolution: DensityEvolution) -> list[Named]:
    """Return the closed forms of thresholds, by letters for the values of Lambert's W that occur, which are defined before them.

    >>> from deanalysis import load_model
    >>> model = load_model("paper")
    >>> evolution = DensityEvolution(model.ensemble, model.learner)
    >>> [(named.label, named.right) for named in closed_forms([evolution.thresholds("R", kind="emergence")], evolution)]
    [('u', -LambertW(-1/c)), ('R-emergence', u*exp(1/u)/c)]
    """
    closed = [
        (threshold, threshold.closed_form.expression)
        for thresholds in lists
        for threshold in thresholds
        if threshold.closed_form and threshold.kind != "cusp"
    ]
    written = [(threshold, form) for threshold, form in closed if isinstance(form, sp.Expr) and not form.atoms(sp.CRootOf)]
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

    Its lines fit a column of two. Labels begin with `prefix`, by default one that no other model has.
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
        parts += _plots(evolution, letters, novel, model, prefix)
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


def _plots(evolution: DensityEvolution, letters: Letters, novel: sp.Symbol, model: str, prefix: str) -> list[str]:
    """Return the learning curve in the free letter; none where the equation cannot be inverted for it."""
    (parameter,) = evolution.letters
    case = Case(evolution, parameter.name, {})
    try:
        return [learning_plot(case, letters, novel, model, f"fig:{prefix}curve")]
    except InputError:
        return []


def latex_document(evolution: DensityEvolution, model: str) -> str:
    """Return the same as a document of one column that compiles by itself."""
    return complete(latex_fragment(evolution, model, line=LINE))
