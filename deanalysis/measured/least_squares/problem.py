"""A form beside measured curves: weighted residuals over the parameters that all curves share and those that each has for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ..curves.forms import Form, Theory, location
from ..curves.parameters import Parameter
from ..points.measurements import Measurements

Floats = NDArray[np.float64]

GUESS = Parameter("guess", 0.0, 0.95, natural=(True, False))
LOCATIONS = ("scale", "emergence")
"""Names of the place of the theory's curves on the axis of x: one is had from the other."""
STEP = 1e-5
"""Of the differences that make a Jacobian, in coordinates of size 1: rounding and curvature cost about the same."""
_MOST_STEPS = 200
"""Of least squares: along a curved valley it takes a hundred."""
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


Within = Mapping[int, tuple[float, float]]
"""Ends of coordinates by their places."""


class Tie(NamedTuple):
    """A coordinate that is not free: it follows from the others."""

    place: int
    follows: Callable[[Floats], float]

    def tied(self, at: Floats) -> Floats:
        """Return coordinates with that one as it has to be."""
        changed = at.copy()
        changed[self.place] = self.follows(at)
        return changed


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

    def place_of(self, name: str, index: int) -> int:
        """Return the place of a curve's parameter."""
        return next(place for place in self.places[index] if self.slots[place].name == name)

    def is_sharp(self, at: Floats, index: int) -> bool:
        """Whether a curve jumps, and no finite size smooths the jump."""
        return isinstance(self.form, Theory) and self.form.is_sharp and self.form.own_bend(self.values(at, index))[1]

    def passes(self, at: Floats, place: int) -> Floats:
        """Return the coordinates of a location at which a jump passes a point, in ascending order: there chi^2 jumps."""
        form, owner, points = self.form, self.slots[place].curve, []
        for index in range(len(self.data.curves)) if owner is None else [owner]:
            if isinstance(form, Theory) and self.is_sharp(at, index):
                values, x = self.values(at, index), self.data.curves[index].x
                points.append(np.log(x[x > 0]) - np.log(form.own_bend(values)[0] / form.bend(values)[0]))
        return np.unique(np.concatenate(points)) if points else np.empty(0)

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

    def coordinates(self, values: Sequence[Mapping[str, float]]) -> Floats:
        """Return the coordinates at which each curve has these values; shared ones are the first curve's."""
        return np.array([slot.parameter.coordinate(values[slot.curve or 0][slot.name]) for slot in self.slots])

    def predicted(self, at: Floats, index: int, x: Floats) -> Floats:
        """Return y of a curve at x."""
        values = self.values(at, index)
        return values["guess"] + (1 - values["guess"]) * self._risen(values, x)

    def of_curve(self, at: Floats, index: int) -> Floats:
        """Return the residuals of a curve in standard errors."""
        curve = self.data.curves[index]
        guess = self.values(at, index)["guess"]
        return (guess + (1 - guess) * self._rise(at, index) - curve.y) / curve.error

    def _rise(self, at: Floats, index: int) -> Floats:
        """Return the rise of a curve at its points, which is kept: most parameters that are varied leave most curves as they are."""
        places = [place for place in self.places[index] if self.slots[place].parameter is not GUESS]
        key = (index, *at[places])
        if key not in self._kept:
            if len(self._kept) > _KEPT:
                self._kept.clear()
            self._kept[key] = self._risen(self.values(at, index), self.data.curves[index].x)
        return self._kept[key]

    def _risen(self, values: Mapping[str, float], x: Floats) -> Floats:
        return self.form.rise(values, x if self.form.location is None else x / values[self.form.location])

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
            moved[place] += STEP if at[place] < middle[place] else -STEP
            columns.append((self.residuals(moved) - here) / (moved[place] - at[place]))
        return np.stack(columns, axis=1)

    def slopes(self, at: Floats, tie: Tie | None = None) -> Floats:
        """Return the derivatives where a coordinate follows from the others; by itself they are 0."""
        slopes = self.jacobian(at)
        if tie is not None:
            here = tie.follows(at)
            follows = [0.0 if place == tie.place else tie.follows(at + STEP * unit) - here for place, unit in enumerate(np.eye(len(at)))]
            slopes = slopes + np.outer(slopes[:, tie.place], follows) / STEP
            slopes[:, tie.place] = 0.0
        return slopes

    def solve(self, start: Floats, tie: Tie | None = None, settled: float = 1e-9, within: Within | None = None) -> tuple[Floats, float]:
        """Return where chi^2 is least near a start, and its value there; `settled` is its relative error.

        A coordinate may follow from the others (`tie`); some are kept `within` narrower ends, which may be one value. Coordinates at an end
        of their domain beyond which chi^2 falls stay there, as least squares is slow along ends; if at the result it falls inwards, they
        are let go.
        """
        ends = [(within or {}).get(place, whole) for place, whole in enumerate(zip(*self.bounds, strict=True))]
        low, high = np.array(ends).T
        at = np.clip(start, low, high)
        at = at if tie is None else tie.tied(at)
        pressed = self.pressed(at, tie)
        found = self._solved(at, tie, pressed, (low, high), settled)
        if (pressed & ~self.pressed(found[0], tie)).any():
            found = self._solved(found[0], tie, np.zeros_like(pressed), (low, high), settled)
        return found

    def pressed(self, at: Floats, tie: Tie | None = None) -> NDArray[np.bool_]:
        """Return which coordinates are at an end of their domain, with chi^2 falling outwards."""
        low, high = self.bounds
        ends = (at <= low) | (at >= high)
        if not ends.any():
            return ends
        slope = self.slopes(at, tie).T @ self.residuals(at)
        return np.where(at <= low, slope > 0, np.where(at >= high, slope < 0, False))

    def _solved(
        self, start: Floats, tie: Tie | None, held: NDArray[np.bool_], bounds: tuple[Floats, Floats], settled: float
    ) -> tuple[Floats, float]:
        """Return the least chi^2 over the coordinates that are not held."""
        from scipy.optimize import least_squares

        (low, high), places = bounds, np.arange(len(start))
        free = places[~held & (low < high) & (places != (-1 if tie is None else tie.place))]
        if not len(free):
            return start, self.chi_square(start)

        def filled(part: Floats) -> Floats:
            everything = start.copy()
            everything[free] = part
            return everything if tie is None else tie.tied(everything)

        margin = _MARGIN * (high - low)[free]
        found = least_squares(
            lambda part: self.residuals(filled(part)),
            np.clip(start[free], low[free] + margin, high[free] - margin),
            jac=lambda part: self.slopes(filled(part), tie)[:, free],
            bounds=(low[free], high[free]),
            xtol=1e-7,
            ftol=settled,
            gtol=1e-9,
            max_nfev=_MOST_STEPS,
        )
        return self._at_ends(filled(found.x)), float(2 * found.cost) + self.data.scatter[0]

    def _at_ends(self, at: Floats) -> Floats:
        """Return coordinates that are next to an end of their domain as that end."""
        low, high = self.bounds
        return np.where(at - low < _AT_END * (high - low), low, np.where(high - at < _AT_END * (high - low), high, at))
