"""The functions of a model as code in other languages: f, T, what is still novel, the errors, and the thresholds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import sympy as sp

from ...model.symbols import q
from ...theory.evolution.thresholds.results import Threshold, Thresholds
from ...theory.facades.density_evolution import DensityEvolution
from ..report.study import free_thresholds
from .languages import LANGUAGES

__all__ = ["Exported", "code", "exported", "functions"]

_DIGITS = 17


class Exported(NamedTuple):
    """A function of some letters, or a number where there are none, with what it is."""

    name: str
    arguments: tuple[sp.Symbol, ...]
    body: sp.Expr
    what: str


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
    >>> [one.name for one in exported(DensityEvolution(model.ensemble, model.learner))[0]]
    ['f', 'T', 'zeta', 'testing_error', 'training_error', 'R_fold', 'R_potential', 'R_emergence']
    """
    found, reasons = free_thresholds(evolution, _DIGITS)
    return [*functions(evolution), *(one for thresholds in found for one in _thresholds(thresholds))], reasons


def _thresholds(found: Thresholds) -> list[Exported]:
    """Return the thresholds in a letter, as functions of the others."""
    known = [(one, body) for one in found if one.kind != "cusp" and (body := _body(one)) is not None]
    kinds = [one.kind for one, _ in known]
    return [
        Exported(_named(found.parameter, kinds, place), _ordered(body.free_symbols), body, f"{one.kind} threshold in {found.parameter}")
        for place, (one, body) in enumerate(known)
    ]


def _ordered(letters: Iterable[sp.Basic]) -> tuple[sp.Symbol, ...]:
    return tuple(sorted(letters, key=str))


def _named(parameter: str, kinds: list[str], place: int) -> str:
    earlier = kinds[:place].count(kinds[place])
    return f"{parameter}_{kinds[place]}" + (f"_{earlier + 1}" if earlier else "")


def _body(found: Threshold) -> sp.Expr | None:
    """Return the closed form, or the proved number where there is none, or where it is the root of a polynomial."""
    form = found.closed_form.expression if found.closed_form else None
    if isinstance(form, sp.Expr) and not form.atoms(sp.CRootOf):
        return form
    return sp.Float(str(found.value), _DIGITS) if found.value is not None else None


def code(evolution: DensityEvolution, language: str) -> str:
    """Return code in a language: sympy, mathematica, julia, c, numpy or javascript.

    Raises `InputError` where a law is made of functions that the language is not given.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("ldpc(3,6)")
    >>> print(code(DensityEvolution(model.ensemble, model.learner), "julia").splitlines()[2])
    f(q, eps) = eps*(1 - (1 - q)^5)^2
    """
    from ...version import __version__

    target = LANGUAGES[language]()
    shown, reasons = exported(evolution)
    parts = [target.function(one.name, one.arguments, one.body, one.what) for one in shown]
    model = f"texts {evolution.ensemble.texts}, skills {evolution.ensemble.skills}, learner {evolution.learner}"
    head = target.head(f"deanalysis {__version__}: {model}", tuple(dict.fromkeys(one for part in shown for one in part.arguments)))
    return "\n".join([head, *target.helpers(shown), *parts, *map(target.remark, reasons)]) + "\n"
