"""A form beside measured curves: weighted residuals over the parameters that all curves share and those that each has for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .forms import Form, Theory, location
from .measurements import Measurements
from .parameters import Parameter

Floats = NDArray[np.float64]

GUESS = Parameter("guess", 0.0, 0.95, natural=(True, False))
LOCATIONS = ("scale", "emergence")
"""Names of the place of the theory's curves on the axis of x: one is had from the other."""
_STEP = 1e-5
"""Of the differences that make a Jacobian, in coordinates of size 1: rounding and curvature cost about the same."""
_MOST_STEPS = 60
_MARGIN, _AT_END = 1e-9, 1e-7
"""Least squares begins so far inside of a domain, and what ends so near to its end is at it, as shares of the domain."""
_KEPT = 4096


@dataclass(frozen=True)
class Slot:
    """A parameter of one curve, or of all (`curve` None)."""

    parameter: Parameter
    curve: int | None = None

    @property
    def name(self) -> str:
        """The name of the parameter."""
        return self.parameter.name


class Problem:
    """chi^2 = sum ((y - guess - (1 - guess) h(x))/error)^2 over the points of all curves, h the rise of a form.

    `own` names the parameters that each curve has for itself; where there is one curve, all are shared. `guess` is a number, or None where
    it is to be fitted.
    """

    def __init__(self, form: Form, data: Measurements, *, own: Sequence[str] = (), guess: float | None = None) -> None:
        self.form, self.data, self.guess = form, data, guess
        place = [] if form.location is None else [location(form.location, data.least, data.most)]
        self.parameters = [*form.parameters, *place, *([GUESS] if guess is None else [])]
        alias = dict.fromkeys(LOCATIONS, form.location) if isinstance(form, Theory) else {}
        asked = {alias.get(name) or name for name in own}
        if unknown := asked - {parameter.name for parameter in self.parameters}:
            known = ", ".join(parameter.name for parameter in self.parameters)
            raise InputError("own", f"must be parameters of the model {form.name}: {known}", given=", ".join(sorted(unknown)))
        self.own = asked if len(data.curves) > 1 else set()
        shared = [Slot(parameter) for parameter in self.parameters if parameter.name not in self.own]
        each = [Slot(p, index) for index in range(len(data.curves)) for p in self.parameters if p.name in self.own]
        self.slots = [*shared, *each]
        self._kept: dict[tuple[Any, ...], Floats] = {}

    @cached_property
    def places(self) -> list[list[int]]:
        """The places of each curve's parameters among all."""
        return [[at for at, slot in enumerate(self.slots) if slot.curve in (None, index)] for index in range(len(self.data.curves))]

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """The least and the largest coordinates."""
        low, high = zip(*(slot.parameter.ends for slot in self.slots), strict=True)
        return np.array(low), np.array(high)

    def jumps(self, at: Floats, index: int) -> bool:
        """Whether a curve jumps."""
        return isinstance(self.form, Theory) and self.form.own_bend(self.values(at, index))[1]

    @property
    def degrees(self) -> int:
        """Points less parameters, points at the same x counted each."""
        return self.data.points + self.data.scatter[1] - len(self.slots)

    def values(self, at: Floats, index: int) -> dict[str, float]:
        """Return the values of a curve's parameters."""
        values = {self.slots[place].name: self.slots[place].parameter.value(float(at[place])) for place in self.places[index]}
        if self.guess is not None:
            values["guess"] = self.guess
        if size := self.data.sizes.get(self.data.curves[index].name):
            values["size"] = size
        return values

    def predicted(self, at: Floats, index: int, x: Floats) -> Floats:
        """Return y of a curve at x."""
        values = self.values(at, index)
        ratios = x if self.form.location is None else x / values[self.form.location]
        return values["guess"] + (1 - values["guess"]) * self.form.rise(values, ratios)

    def of_curve(self, at: Floats, index: int) -> Floats:
        """Return the residuals of a curve in standard errors."""
        key = (index, *at[self.places[index]])
        if key not in self._kept:
            if len(self._kept) > _KEPT:
                self._kept.clear()
            curve = self.data.curves[index]
            self._kept[key] = (self.predicted(at, index, curve.x) - curve.y) / curve.error
        return self._kept[key]

    def residuals(self, at: Floats) -> Floats:
        """Return all residuals."""
        return np.concatenate([self.of_curve(at, index) for index in range(len(self.data.curves))])

    def chi_square(self, at: Floats) -> float:
        """Return the sum of their squares, with that of points at the same x."""
        return float(np.sum(self.residuals(at) ** 2)) + self.data.scatter[0]

    def jacobian(self, at: Floats) -> Floats:
        """Return the derivatives of the residuals, by differences towards the middle of the domain."""
        here, middle = self.residuals(at), (self.bounds[0] + self.bounds[1]) / 2
        columns = []
        for place in range(len(at)):
            moved = at.copy()
            moved[place] += _STEP if at[place] < middle[place] else -_STEP
            columns.append((self.residuals(moved) - here) / (moved[place] - at[place]))
        return np.stack(columns, axis=1)

    def solve(self, start: Floats, fixed: Mapping[int, float] | None = None, settled: float = 1e-9) -> tuple[Floats, float]:
        """Return where chi^2 is least near a start, and its value there, some coordinates being fixed; `settled` is its relative error.

        Coordinates at an end of their domain beyond which chi^2 falls stay there, as least squares is slow along ends; if at the result it
        falls inwards, they are let go.
        """
        at = np.clip(start, *self.bounds)
        held = np.zeros(len(at), dtype=bool)
        for place, value in (fixed or {}).items():
            at[place], held[place] = value, True
        pressed = self.pressed(at)
        found = self._solved(at, held | pressed, settled)
        if (pressed & ~held & ~self.pressed(found[0])).any():
            found = self._solved(found[0], held, settled)
        return found

    def pressed(self, at: Floats) -> NDArray[np.bool_]:
        """Return which coordinates are at an end of their domain, with chi^2 falling outwards."""
        low, high = self.bounds
        ends = (at <= low) | (at >= high)
        if not ends.any():
            return ends
        slope = self.jacobian(at).T @ self.residuals(at)
        return np.where(at <= low, slope > 0, np.where(at >= high, slope < 0, False))

    def _solved(self, start: Floats, held: NDArray[np.bool_], settled: float) -> tuple[Floats, float]:
        """Return the least chi^2 over the coordinates that are not held."""
        from scipy.optimize import least_squares

        free, (low, high) = np.flatnonzero(~held), self.bounds
        if not len(free):
            return start, self.chi_square(start)

        def filled(part: Floats) -> Floats:
            everything = start.copy()
            everything[free] = part
            return everything

        margin = _MARGIN * (high - low)[free]
        found = least_squares(
            lambda part: self.residuals(filled(part)),
            np.clip(start[free], low[free] + margin, high[free] - margin),
            jac=lambda part: self.jacobian(filled(part))[:, free],
            bounds=(low[free], high[free]),
            xtol=1e-7,
            ftol=settled,
            gtol=1e-9,
            max_nfev=_MOST_STEPS,
        )
        near = filled(found.x)
        return np.where(near - low < _AT_END * (high - low), low, np.where(high - near < _AT_END * (high - low), high, near)), float(
            2 * found.cost
        ) + self.data.scatter[0]
