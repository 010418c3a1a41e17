"""The functions of a model as code in other languages: f, T, what is still novel, the errors, and the thresholds."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from ...model.symbols import q
from ...theory.evolution.thresholds.results import Threshold
from ...theory.facades.density_evolution import DensityEvolution
from ..kit.cases import free_thresholds, numbered
from .languages import Exported, language_named

__all__ = ["code", "exported", "functions"]

_DIGITS = 17


def functions(evolution: DensityEvolution) -> list[Exported]:
    """Return f, T, what is still novel and the errors, of q and the free letters."""
    shown = {
        "f": (evolution.right_side, "q = f(q): the skill on a random edge is still novel"),
        "T": (evolution.teaching, "a text teaches a given novel skill"),
        "zeta": (evolution.novel, "a random skill is still novel, q being the largest fixed point"),
        "testing_error": (evolution.testing_error, "one more text requires a novel skill"),
        "training_error": (evolution.training_error, "a training text is not understood"),
    }
    arguments = (q, *_ordered(evolution.letters))
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
            Exported(name, _ordered(body.free_symbols), body, f"{kind} threshold in {thresholds.parameter}")
            for name, (kind, body) in zip(names, known, strict=True)
        ]
    return shown, reasons


def _ordered(letters: Iterable[sp.Basic]) -> tuple[sp.Symbol, ...]:
    return tuple(sorted(letters, key=str))


def _body(threshold: Threshold) -> sp.Expr | None:
    """Return the closed form, or the proved number where there is none, or where it is the root of a polynomial."""
    form = threshold.closed_form.expression if threshold.closed_form else None
    if isinstance(form, sp.Expr) and not form.atoms(sp.CRootOf):
        return form
    return sp.Float(str(threshold.value), _DIGITS) if threshold.value is not None else None


def code(evolution: DensityEvolution, language: str) -> str:
    """Return code in a language: sympy, mathematica, julia, c, numpy or javascript.

    Raises `InputError` where a law is made of functions that the language is not given.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("ldpc(3,6)")
    >>> print(code(DensityEvolution(model.ensemble, model.learner), "julia").splitlines()[2])
    f(q, eps) = eps*(1 - (1 - q)^5)^2
    """
    from ...version import __version__

    target, (shown, reasons) = language_named(language), exported(evolution)
    model = f"texts {evolution.ensemble.texts}, skills {evolution.ensemble.skills}, learner {evolution.learner}"
    letters = tuple(dict.fromkeys(letter for function in shown for letter in function.arguments))
    written = [*map(target.function, shown), *map(target.remark, reasons)]
    return "\n".join([target.head(f"deanalysis {__version__}: {model}", letters), *target.helpers(shown), *written]) + "\n"
