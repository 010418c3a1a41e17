"""One form fitted to measured curves: the least chi-square, its test, and the intervals of its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..curves.forms import Form, Theory
from ..points.measurements import Floats, Measurements
from ..results import Candidate
from .intervals import LEVEL, Interval
from .problem import LOCATIONS, Problem
from .profiles import Axis, LowerError, ParameterAxis, Profile, ScaleAxis
from .search import minimise

_RESTARTS = 3
"""How often a lower chi-square that profiles meet is taken for a new beginning."""


@dataclass
class Fitted:
    """A form at its least chi^2."""

    problem: Problem
    at: Floats
    chi_square: float

    @classmethod
    def of(
        cls, form: Form, data: Measurements, own: Sequence[str], guess: float | None, starts: int = 4, known: Sequence[Fitted] = ()
    ) -> Fitted | None:
        """Fit a form, also from where it is as in fits that are known; None where there are not more points than parameters."""
        problem = Problem(form, data, own=own, guess=guess)
        if problem.degrees < 1:
            return None
        also = [start for one in known if (start := one.start_of(problem)) is not None]
        return cls(problem, *minimise(problem, starts, also))

    def start_of(self, other: Problem) -> Floats | None:
        """Return where another problem, of this form or of one that contains it, is as this fit; None for other forms."""
        form, larger = self.problem.form, other.form
        more = {} if form == larger else form.within(larger) if isinstance(form, Theory) and isinstance(larger, Theory) else None
        if more is None:
            return None
        return other.coordinates([more | self.problem.values(self.at, index) for index in range(len(self.data.curves))])

    @property
    def data(self) -> Measurements:
        """The measurements."""
        return self.problem.data

    @property
    def p_value(self) -> float:
        """The chance of so large a chi^2 where the form is right: of its law, or of F's where the noise was estimated."""
        return self.data.p_value(self.chi_square, self.problem.degrees)

    @property
    def aic(self) -> float:
        """chi^2 + 2 k."""
        return self.chi_square + 2 * len(self.problem.slots)

    @property
    def spread(self) -> float:
        """chi^2 per degree of freedom where that is more than 1: how much larger the squared errors are than stated."""
        return max(1.0, self.chi_square / self.problem.degrees)

    @property
    def rise(self) -> float:
        """By how much chi^2 rises at the ends of intervals."""
        from scipy.stats import chi2, f

        known = self.data.noise_degrees is None
        return float(chi2.ppf(LEVEL, 1) if known else f.ppf(LEVEL, 1, self.data.noise_degrees))

    def values(self, index: int) -> dict[str, float]:
        """Return the values of a curve's parameters; of a theory both `scale` and `emergence`."""
        values, form = self.problem.values(self.at, index), self.problem.form
        if isinstance(form, Theory):
            values["scale"] = values["emergence"] / form.bend(values)[0]
        return values

    def predicted(self, index: int, x: Floats) -> Floats:
        """Return y of a curve at x."""
        return self.problem.predicted(self.at, index, np.asarray(x, dtype=float))

    def candidate(self, kind: str, significance: float) -> Candidate:
        """Return what the table of all models says of this one."""
        names = self._reported()
        shared = {name: value for name, value in self.values(0).items() if name in names and not self._is_own(name)}
        groups = {
            curve.name: {name: value for name, value in self.values(index).items() if name in names and self._is_own(name)}
            for index, curve in enumerate(self.data.curves)
        }
        verdict = "fits" if self.p_value >= significance else "does not fit"
        own = groups if any(groups.values()) else {}
        tested = (self.chi_square, self.problem.degrees, self.p_value, self.aic, verdict)
        return Candidate(self.problem.form.name, kind, shared, own, len(self.problem.slots), *tested)

    def _reported(self) -> list[str]:
        names = [parameter.name for parameter in self.problem.parameters]
        return [*names, "scale"] if isinstance(self.problem.form, Theory) else names

    def _is_own(self, name: str) -> bool:
        """Whether each curve has a parameter for itself; of scale and emergence, that is so if c or the shape is."""
        own = self.problem.own
        if name not in LOCATIONS:
            return name in own
        bending = {parameter.name for parameter in self.problem.form.parameters} - {"room", "skills"}
        return "emergence" in own or (name == "scale" and bool(own & bending))

    def intervals(self) -> tuple[dict[str, Interval], dict[str, dict[str, Interval]]]:
        """Return the intervals of the shared parameters, and of each curve's own; moves to a lower chi^2 that is met on the way."""
        for _ in range(_RESTARTS):
            try:
                return self._intervals()
            except LowerError as lower:
                self.at, self.chi_square = lower.at, lower.least
        return self._intervals(strict=False)

    def _intervals(self, *, strict: bool = True) -> tuple[dict[str, Interval], dict[str, dict[str, Interval]]]:
        shared: dict[str, Interval] = {}
        groups: dict[str, dict[str, Interval]] = {}
        for name, curve, axis in self._axes():
            into = shared if curve is None else groups.setdefault(self.data.curves[curve].name, {})
            into[name] = self._interval(axis, strict)
        return shared, groups

    def _axes(self) -> Iterator[tuple[str, int | None, Axis]]:
        """Yield the parameters, the scale among them, each with its curve where it is not shared."""
        for place, slot in enumerate(self.problem.slots):
            yield slot.name, slot.curve, ParameterAxis(self.problem, place)
        if isinstance(self.problem.form, Theory):
            for index in range(len(self.data.curves)) if self._is_own("scale") else [None]:
                yield "scale", index, ScaleAxis(self.problem, index or 0)

    def _interval(self, axis: Axis, strict: bool) -> Interval:
        low, high = Profile(self.problem, axis, self.at, self.chi_square, self.rise * self.spread, strict).interval()
        value = axis.parameter.value
        return Interval(value(axis.of(self.at)), *(None if end is None else value(end) for end in (low, high)))
