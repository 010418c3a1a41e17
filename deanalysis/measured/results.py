"""What a fit to measured curves says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..record import ALWAYS, Record, Table
from .answers import Emergence, RoomLaw
from .least_squares.intervals import Interval


@dataclass(frozen=True)
class Candidate(Record):
    """A model fitted to all curves together: `parameters` are those that all share, `groups` those of each curve.

    chi^2 and its p-value test the fit; AIC = chi^2 + 2 k, k parameters, compares models: the least is best. `kind` is theory or usual.
    """

    model: str
    kind: str
    parameters: dict[str, float]
    groups: dict[str, dict[str, float]]
    count: int
    chi_square: float
    degrees_of_freedom: int
    p_value: float
    aic: float
    verdict: str

    def __repr__(self) -> str:
        return f"<{self.model}: chi^2 {self.chi_square:.6g} with {self.degrees_of_freedom} degrees of freedom, {self.verdict}>"


@dataclass(frozen=True)
class Foretelling(Record):
    """A model fitted to one curve: AIC over all of its points, and, fitted to the first ones alone, how well it foretells the rest.

    `foretold` is the root of the mean squared error of the points that follow (None where there are too few points).
    """

    model: str
    kind: str
    chi_square: float
    p_value: float
    aic: float
    foretold: float | None = None


@dataclass(frozen=True)
class CurveComparison(Record):
    """All models on one curve, by AIC; `seen` points are those from which the rest is foretold."""

    curve: str
    points: int
    seen: int
    models: tuple[Foretelling, ...]

    def best(self, kind: str | None = None) -> Foretelling | None:
        """Return the model with the least AIC, of one kind or of all."""
        return next((model for model in self.models if kind in (None, model.kind)), None)

    def best_foretelling(self, kind: str | None = None) -> Foretelling | None:
        """Return the model that foretells best, of one kind or of all."""
        told = [model for model in self.models if model.foretold is not None and kind in (None, model.kind)]
        return min(told, key=lambda model: model.foretold or 0.0, default=None)

    def __repr__(self) -> str:
        best, foretelling = self.best(), self.best_foretelling()
        return f"<{self.curve}: by AIC {best and best.model}, by foretelling {foretelling and foretelling.model}>"


@dataclass(frozen=True)
class CurveFit(Record):
    """The theory beside measured curves: the model that AIC chooses, its parameters with 95 % intervals, and whether it fits.

    `parameters` are shared by all curves, `groups` each curve's own. chi^2 with its p-value tests the fit: `verdict` is `fits`, or
    `does not fit` where p is below `significance`. Intervals of a model that does not fit are widened by sqrt(chi^2/degrees of freedom),
    as for data of which the errors are too small. `undetermined` names parameters that the data leave open on a side. `candidates` are
    all models, theory and usual forms, by AIC; `curves` compares them on each curve alone. `emergence` says how and where curves rise,
    `room_law` how room grows with the size of trained models (None without sizes, or without a model that has room).
    """

    model: str
    parameters: dict[str, Interval]
    groups: dict[str, dict[str, Interval]]
    chi_square: float
    degrees_of_freedom: int
    p_value: float
    verdict: str
    aic: float
    points: int
    significance: float
    undetermined: tuple[str, ...] = field(default=(), metadata=ALWAYS)
    candidates: tuple[Candidate, ...] = field(default=(), metadata=ALWAYS)
    curves: tuple[CurveComparison, ...] = field(default=(), metadata=ALWAYS)
    notes: tuple[str, ...] = field(default=(), metadata=ALWAYS)
    emergence: Emergence | None = field(default=None, metadata=ALWAYS)
    room_law: RoomLaw | None = field(default=None, metadata=ALWAYS)
    fitted: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    """The fits themselves, in the order of the candidates, with the data (`fitting.Fitted`); not written."""

    @property
    def fits(self) -> bool:
        """Whether the verdict is `fits`."""
        return self.verdict == "fits"

    def __repr__(self) -> str:
        told = ", ".join(f"{name} = {interval}" for name, interval in self.parameters.items())
        return f"<{self.model} {self.verdict}: {told}; chi^2 {self.chi_square:.6g} of {self.degrees_of_freedom}, p = {self.p_value:.3g}>"

    def table(self) -> Table:
        """Return a row for each parameter, of all curves and of each."""
        shared = [("all" if self.groups else "", name, str(interval)) for name, interval in self.parameters.items()]
        each = [(group, name, str(interval)) for group, own in self.groups.items() for name, interval in own.items()]
        degrees = f"{self.degrees_of_freedom} degrees of freedom"
        test = f"{self.model} {self.verdict}: chi^2 = {self.chi_square:.6g}, {degrees}, p = {self.p_value:.3g}"
        open_ends = f"not determined by the data: {', '.join(self.undetermined)}" if self.undetermined else None
        return Table(("curve", "parameter", "value [95 %]"), [*shared, *each], (test, open_ends, *self.notes, *self._said()), keys=2)

    def _said(self) -> tuple[str, ...]:
        """Return what is found of emergence and of room, in words."""
        return tuple(sentence for answer in (self.emergence, self.room_law) if answer for sentence in answer.sentences())
