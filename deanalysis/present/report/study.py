"""What a report looks at: a model, the letter that is varied, and the cases in which the other letters are bound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ...checks import require_kind
from ...errors import InputError
from ...model.presets import Model
from ...theory.evolution.equations.closed_forms import FoldCurve, fold_curve
from ...theory.evolution.thresholds.results import Threshold
from ...theory.facades.density_evolution import DensityEvolution
from ..kit.cases import Case

_AROUND, _SHOWN = (0.75, 1.1, 1.85), ("2", "3", "5")
"""Which c are drawn: below, near and above the first cusp, as multiples of its c; and where there is none."""
_TABULATED = tuple(str(value) for value in range(1, 9))
"""Which c are tabulated."""


@dataclass(frozen=True)
class Study:
    """A model with the letter to vary; for Poisson texts and skills with c and R free, several values of c are shown."""

    model: Model
    parameter: sp.Symbol
    values: dict[str, str]
    other: sp.Symbol | None

    @classmethod
    def of(cls, model: Model, values: dict[str, str], parameter: str | None) -> Study:
        """Return the study of a model with some letters bound; exactly one letter must be left, or c and R of the plain Poisson model."""
        require_kind(model, Model, "the model", "what load_model returns")
        evolution = DensityEvolution(model.ensemble.at(**values), model.learner.at(**values))
        free = sorted(evolution.letters, key=str)
        plain = fold_curve(evolution)
        if parameter is None and plain is not None and len(free) == 2:
            ratio = evolution.ensemble.ratio
            return cls(model, ratio, values, next(symbol for symbol in free if symbol != ratio))
        chosen = [symbol for symbol in free if parameter in (None, str(symbol))]
        if len(chosen) != 1 or len(free) != 1:
            names = ", ".join(map(str, free)) or "none"
            raise InputError("report", f"must be left with one free letter; free: {names}", remedy="bind the others by `values`")
        evolution.curve(chosen[0])
        return cls(model, chosen[0], values, None)

    @cached_property
    def evolution(self) -> DensityEvolution:
        """Density evolution with the given letters bound."""
        return DensityEvolution(self.model.ensemble.at(**self.values), self.model.learner.at(**self.values))

    @cached_property
    def folds(self) -> FoldCurve | None:
        """The fold curve in the plane of c and R, where both are free."""
        return fold_curve(self.evolution) if self.other is not None else None

    def _cases(self, values: tuple[str, ...]) -> list[Case]:
        bindings = [{str(self.other): value} for value in values] if self.other is not None else [{}]
        return [Case(self.evolution, str(self.parameter), binding) for binding in bindings]

    @cached_property
    def cases(self) -> list[Case]:
        """The cases that are drawn and simulated: c below, near and above the first cusp."""
        if self.cusp is None:
            return self._cases(_SHOWN)
        ((_, born),) = self.cusp.at
        return self._cases(tuple(dict.fromkeys(f"{max(1, round(factor * float(born)))}" for factor in _AROUND)))

    @cached_property
    def limits(self) -> tuple[float, float]:
        """The range of the parameter in which all cases are shown."""
        return min(case.limits[0] for case in self.cases), max(case.limits[1] for case in self.cases)

    @cached_property
    def cusp(self) -> Threshold | None:
        """The first cusp in the plane of the two free letters, if there is one."""
        cusps = self.evolution.thresholds(self.parameter, kind="cusp") if self.other is not None else ()
        return cusps[0] if cusps else None

    @cached_property
    def tabulated(self) -> list[Case]:
        """The cases whose thresholds are tabulated."""
        return self._cases(_TABULATED)
