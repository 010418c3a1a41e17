"""Closed forms of thresholds on a curve: candidates, of which the one that fits a state is taken."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import sympy as sp
from flint import arb, ctx

from .....balls.algebraic import Algebraic, algebraic
from .....balls.bound import Bound
from .....balls.compiling import ball_of
from .....model.formula import Formula
from .....model.symbols import t, x
from .....symbolic.functions import UNEVALUATED
from ...equations.closed_forms import ClosedForm, closed_forms
from ...equations.curve import Curve
from ...equations.self_dual import self_dual

__all__ = ["MATCHING", "ClosedForms", "Shown"]

MATCHING = 200
"""Bits at which a candidate is compared with a state."""

Shown = tuple[Formula | None, Formula | None]
"""A closed form, and the irreducible polynomial of which an algebraic value is a root; None where there is none."""


class _Candidates(NamedTuple):
    """Candidates for the closed form of a fold at bound letters: by Lambert's W with its formula, and algebraic numbers."""

    lambert: tuple[tuple[ClosedForm, Formula], ...]
    algebraic: tuple[Algebraic, ...]


@dataclass(frozen=True)
class ClosedForms:
    """The closed forms of the thresholds on one bound curve."""

    curve: Curve
    values: Mapping[sp.Symbol, sp.Expr]

    def of_turn(self, state: Callable[[], arb]) -> Shown:
        """Return the closed form of a turning point, whose state is had to the current precision."""
        candidates = _of_folds(self.curve, frozenset(self.values.items()))
        if not (candidates.lambert or candidates.algebraic):
            return None, None
        with ctx.workprec(MATCHING):
            here = state()
            for form, formula in candidates.lambert:
                if _fits(form, self.values, here):
                    return formula, None
            return self._algebraic(candidates.algebraic, here)

    def of_potential(self, from_origin: bool, state: Callable[[], arb]) -> Shown:
        """Return the closed form of a potential threshold by the later state of the jump."""
        symmetric = None if from_origin else self_dual(self.curve)
        with ctx.workprec(MATCHING):
            if from_origin:
                return self._algebraic(_of_tangents(self.curve, frozenset(self.values.items())), state())
            if symmetric is None:
                return None, None
            exact = symmetric.xreplace(dict(self.values))
            return (Formula.of(exact) if ball_of(exact).overlaps(self._value(state())) else None), None

    def _algebraic(self, candidates: Iterable[Algebraic], state: arb) -> Shown:
        for candidate in candidates:
            if candidate.fits(state):
                root = candidate.root(self._value(state))
                return (Formula.of(root) if root is not None else None), Formula.of(candidate.polynomial(x))
        return None, None

    def _value(self, state: arb) -> arb:
        return Bound((t,), self.values).value(self.curve.value, state)


@lru_cache(maxsize=128)
def _of_folds(curve: Curve, values: frozenset[tuple[sp.Symbol, sp.Expr]]) -> _Candidates:
    bound, forms = dict(values), closed_forms(curve).forms
    lambert = tuple((form, Formula.of(form.value.xreplace(bound))) for form in forms)
    if forms or curve.loop.has(*UNEVALUATED):
        return _Candidates(lambert, ())
    return _Candidates(lambert, algebraic((1 - curve.growth_rate).xreplace(bound), curve.value.xreplace(bound), t))


@lru_cache(maxsize=128)
def _of_tangents(curve: Curve, values: frozenset[tuple[sp.Symbol, sp.Expr]]) -> tuple[Algebraic, ...]:
    """Return the algebraic candidates for a jump of the global minimiser from t = 0."""
    bound = dict(values)
    loop = curve.loop.xreplace(bound)
    if not loop.is_rational_function(t):
        return ()
    rise, run = (part.xreplace(bound) for part in curve.potential[:2])
    return algebraic((rise - rise.subs(t, 0)) * loop - t * (run - run.subs(t, 0)), curve.value.xreplace(bound), t)


def _fits(form: ClosedForm, values: Mapping[sp.Symbol, sp.Expr], state: arb) -> bool:
    try:
        candidate = ball_of(form.state.xreplace(dict(values)))
    except (ValueError, ZeroDivisionError):
        return False
    return bool(candidate.is_finite() and candidate.overlaps(state))
