"""What measured curves say of emergence, and of the sizes of trained models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ..record import ALWAYS, Record, Table
from .least_squares.intervals import Interval


@dataclass(frozen=True)
class LargestStep(Record):
    """The largest step of a curve between two neighbouring points, `before` and `after`, as a `share` of the whole rise.

    The whole rise is the largest one from any point to a later one. `verdict` is `jump` where the step is surely more than half of it,
    `gradual` where surely no step between neighbours is, `undecided` otherwise; each of the first two is wrong for at most 5 % of curves.
    Between two neighbouring points a jump cannot be told from a fast rise.
    """

    verdict: str
    before: float
    after: float
    share: float | None = field(default=None, metadata=ALWAYS)


@dataclass(frozen=True)
class TheorySides(Record):
    """The least chi^2 of a model of the theory where its curve jumps, and where it rises gradually (c below the cusp).

    `verdict` is `jump` or `gradual` where the other side is worse by more than `rise`, that of a 95 % interval, widened where the model
    does not fit; `undecided` otherwise. `emergence` is the x of the jump, or of the steepest rise, at the least chi^2 of both. `fits` says
    whether the model fits at all: the verdict of a model that does not is one about that model alone.
    """

    model: str
    verdict: str
    chi_square: dict[str, float]
    rise: float
    emergence: float
    fits: bool


@dataclass(frozen=True)
class CurveEmergence(Record):
    """Where one curve leaves its start, and how.

    `onset` is that of a power law with floor, with a 95 % interval, widened where that form does not fit (`p_value`). The curve is not
    shown to be above its first point up to `stays`, and is above it at `left`, the first of all points to be so with 95 % certainty (both
    None where there is no such point). `by_theory` is the theory's verdict on this curve alone.
    """

    curve: str
    step: LargestStep
    onset: Interval | None = field(default=None, metadata=ALWAYS)
    exponent: float | None = field(default=None, metadata=ALWAYS)
    p_value: float | None = field(default=None, metadata=ALWAYS)
    stays: float | None = field(default=None, metadata=ALWAYS)
    left: float | None = field(default=None, metadata=ALWAYS)
    by_theory: TheorySides | None = field(default=None, metadata=ALWAYS)


@dataclass(frozen=True)
class OneOnset(Record):
    """Whether all curves leave their start at one x, by power laws from an onset on: one `onset` for all against each its own.

    F is `statistic`, with `degrees` of freedom and `p_value`; `verdict` is `differ` where p is below the significance, `may be one`
    otherwise. `one_gap` says whether all onsets lie between the same two neighbouring points: then the points alone do not tell them
    apart, and the test rests on the form of the rise after them.
    """

    onset: float
    statistic: float
    degrees: tuple[int, float]
    p_value: float
    verdict: str
    one_gap: bool


@dataclass(frozen=True)
class Emergence(Record):
    """Whether curves jump or rise gradually, and where: by the points alone, by the theory, and whether it is at one x for all.

    `verdict` is that of the points (`LargestStep`): the one that all decided curves share, `differs` where curves differ, `undecided` where
    none is decided.
    """

    verdict: str
    by_theory: TheorySides | None
    one_onset: OneOnset | None
    curves: tuple[CurveEmergence, ...]

    def table(self) -> Table:
        """Return a row for each curve."""
        header = ("curve", "largest step", "of the rise", "verdict", "onset [95 %]", "left its start")
        rows = [_row(curve) for curve in self.curves]
        return Table(header, rows, self.sentences())

    def sentences(self) -> tuple[str, ...]:
        """Return what is found, in words."""
        return (_by_points(self), *filter(None, (_by_theory(self.by_theory), _of_one(self.one_onset))))

    def __repr__(self) -> str:
        return f"<{'; '.join(self.sentences())}>"


def _row(curve: CurveEmergence) -> tuple[object, ...]:
    step = curve.step
    share = "" if step.share is None else f"{step.share:.2f}"
    left = "not shown" if curve.left is None else f"{curve.stays:.6g} to {curve.left:.6g}"
    return curve.curve, f"{step.before:.6g} to {step.after:.6g}", share, step.verdict, curve.onset or "", left


def _by_points(found: Emergence) -> str:
    count = {verdict: sum(curve.step.verdict == verdict for curve in found.curves) for verdict in ("jump", "gradual", "undecided")}
    of = f" of {len(found.curves)} curves" if len(found.curves) > 1 else ""
    told = {
        "jump": "more than half of the rise lies between two neighbouring points: a jump, or a rise too fast for the points",
        "gradual": "no two neighbouring points hold half of the rise: gradual",
        "undecided": "undecided whether two neighbouring points hold half of the rise",
    }
    return "; ".join(told[verdict] + (f" ({number}{of})" if of else "") for verdict, number in count.items() if number)


def _by_theory(found: TheorySides | None) -> str | None:
    if found is None:
        return None
    told = {"jump": "a jump", "gradual": "gradual", "undecided": "undecided between a jump and a gradual rise"}[found.verdict]
    doubt = "" if found.fits else ", though that model does not fit"
    return f"by {found.model}: {told}, at x = {found.emergence:.4g}{doubt}"


def _of_one(found: OneOnset | None) -> str | None:
    if found is None:
        return None
    one = f"all curves may leave their start at x = {found.onset:.4g}"
    told = "curves leave their start at different x" if found.verdict == "differ" else one
    gap = ", all between the same two neighbouring points, so that this rests on the form of the rise" if found.one_gap else ""
    return f"{told} (p = {found.p_value:.3g}{gap})"


PUBLISHED = {
    "Hoffmann et al. 2022, approach 1": 0.50,
    "Hoffmann et al. 2022, approach 2": 0.49,
    "Hoffmann et al. 2022, approach 3": 0.46,
    "Kaplan et al. 2020": 0.73,
}
"""Published exponents of the best number of parameters by compute (arXiv:2203.15556, table 2; arXiv:2001.08361)."""


@dataclass(frozen=True)
class RoomLaw(Record):
    """Room for skills by the number N of parameters of trained models: room = factor N^exponent.

    `rooms` are those of the best model of the theory that has room, `model`, even where that does not fit (`fits`). The exponent has a
    95 % interval of Student's t, widened where the rooms lie further off the law than their own intervals say; p tests the law.
    `falls` names models that have less room than a smaller one, with 95 % certainty for all neighbours together.

    `best_parameters` and `best_texts` are the exponents of C in the best number of parameters and of texts for a budget C
    (`room_law.best_exponents`); None where room does not grow. `published` has the exponents of the former that others found.
    """

    model: str
    fits: bool
    sizes: dict[str, float]
    rooms: dict[str, Interval]
    exponent: Interval
    factor: float
    p_value: float
    falls: tuple[str, ...] = field(default=(), metadata=ALWAYS)
    best_parameters: Interval | None = field(default=None, metadata=ALWAYS)
    best_texts: Interval | None = field(default=None, metadata=ALWAYS)

    ALSO: ClassVar = {"published": "published"}

    @property
    def published(self) -> dict[str, float]:
        """Published exponents of the best number of parameters by compute."""
        return PUBLISHED

    def table(self) -> Table:
        """Return a row for each trained model, by size."""
        rows = [(name, f"{self.sizes[name]:.6g}", str(self.rooms[name])) for name in sorted(self.rooms, key=self.sizes.__getitem__)]
        return Table(("curve", "parameters", "room [95 %]"), rows, self.sentences())

    def sentences(self) -> tuple[str, ...]:
        """Return what is found, in words."""
        doubt = "" if self.fits else ", which does not fit: rooms stand for plateaus"
        law = f"room ~ N^a with a = {self.exponent} by {self.model}{doubt}; p = {self.p_value:.3g} that it is a power law"
        falls = f"less room than a smaller model: {', '.join(self.falls)}" if self.falls else None
        return tuple(filter(None, (law, falls, self._split())))

    def _split(self) -> str:
        if self.best_parameters is None:
            return "room does not grow with N: no compute-optimal split"
        published = ", ".join(f"{value:.2f} ({name})" for name, value in PUBLISHED.items())
        return f"compute-optimal N ~ C^b with b = {self.best_parameters}; published: {published}"

    def __repr__(self) -> str:
        return f"<{'; '.join(self.sentences())}>"
