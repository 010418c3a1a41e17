"""The largest fixed point of the equations of several classes, and the errors there, with proved digits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sympy as sp
from flint import arb

from ...balls.bound_map import BoundMap
from ...balls.monotone import locate, refined
from ...balls.numbers import ZERO, Number, prove_numbers
from ...balls.precision import at_rising_precision
from ...symbolic.algebra import simplified
from ..evolution.answers import Status
from ..evolution.thresholds.results import ClassState
from .equations import ClassEquations

__all__ = ["class_state"]

_MOST_BITS = 512
"""Bits up to which a state is tried; one that needs more is next to a jump by 1e-75."""


def class_state(equations: ClassEquations, bound: Mapping[sp.Symbol, sp.Expr], digits: int) -> ClassState:
    """Return the largest fixed point with every letter bound; see `ClassEvolution.fixed_point`."""
    f = BoundMap.of(equations, bound)
    box = at_rising_precision(lambda: locate(f), _MOST_BITS)
    if box is None:
        unknown = Number("nan", "0", "1")
        names = {"q": equations.labels.values(), "zeta": equations.ensemble.names}
        return ClassState(
            **{name: dict.fromkeys(names.get(name, equations.ensemble.type_names), unknown) for name in ClassState.measured()},
            status=Status.UNDECIDED,
        )
    reduced = f.zeros(box)
    kept = [side for symbol, side in zip(f.unknowns, box, strict=True) if symbol in reduced.unknowns]
    parts: dict[str, dict[str, sp.Expr]] = {
        "q": {label: symbol for symbol, label in equations.labels.items()},
        "zeta": equations.novel,
        "testing_error": equations.testing_errors,
        "testing_error_uniform": _uniform_errors(equations),
        "training_error": equations.training_errors,
    }
    numbers = iter(_proved(reduced, kept, [one for named in parts.values() for one in named.values()], digits))
    state = {name: {key: next(numbers) for key in named} for name, named in parts.items()}
    complete = all(one.has(digits) for named in state.values() for one in named.values())
    return ClassState(**state, status=Status.of(complete))


def _uniform_errors(equations: ClassEquations) -> dict[str, sp.Expr]:
    """By type: a fresh text that picks its skills uniformly within each class requires a novel one: with zeta in place of q."""
    laws = ((kind, equations.ensemble.text_law(kind)) for kind in equations.ensemble.type_names)
    return {kind: 1 - law.pgf({name: 1 - equations.novel[name] for name in law.kinds}) for kind, law in laws}


def _proved(f: BoundMap, box: list[arb], expressions: Iterable[sp.Expr], digits: int) -> list[Number]:
    """Return expressions of the unknowns at the fixed point in a box; those that are exactly 0 are known to all digits."""
    put = [sp.sympify(expression).xreplace(dict(f.fixed)) for expression in expressions]
    exact = [one.is_number and bool(simplified(one.xreplace(dict(f.values))) == 0) for one in put]
    function = f.compiled(put)

    def compute() -> list[arb]:
        return [arb(value) for value in function(*refined(f, box, None), *f.known(None))]

    return [ZERO if zero else one for zero, one in zip(exact, prove_numbers(compute, digits), strict=True)]
