"""Statistics over independent graphs: the graph is the sample, not the skill."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

__all__ = ["QUANTITIES", "Estimate", "Moments", "Trial", "TrialStats"]

QUANTITIES = ("zeta", "testing_error", "training_error")


class Estimate(NamedTuple):
    """A mean over graphs with its 95 % interval."""

    low: float
    best: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """Return {mean, low, high}."""
        return {"mean": self.best, "low": self.low, "high": self.high}


class Trial(NamedTuple):
    """What one graph gave."""

    seed: int
    replicate: int
    skills: int
    texts: int
    edges: int
    zeta: float
    testing_error: float
    training_error: float
    rounds: int
    seconds: float


@dataclass(frozen=True)
class Moments:
    """Number, sum and sum of squares of a fraction over graphs; `+` merges.

    >>> (Moments.of(0.25, 8) + Moments.of(0.75, 8)).mean
    0.5
    """

    count: int
    total: float
    squares: float
    units: int

    @classmethod
    def of(cls, value: float, units: int) -> Moments:
        """Return the moments of one graph's fraction, counted over `units` things."""
        return cls(1, value, value * value, units)

    def __add__(self, other: Moments) -> Moments:
        pairs = ((getattr(self, field.name), getattr(other, field.name)) for field in fields(self))
        return Moments(*(one + two for one, two in pairs))

    @property
    def mean(self) -> float:
        """Mean over graphs."""
        return self.total / self.count

    @property
    def standard_error(self) -> float:
        """Standard error of the mean from the spread between graphs, never below one count in all."""
        spread = max(self.squares - self.total * self.total / self.count, 0.0)
        between = (spread / (self.count - 1) / self.count) ** 0.5 if self.count > 1 else float("inf")
        return max(between, 1 / self.units)

    def estimate(self) -> Estimate:
        """Return the mean with Student's 95 % interval, within [0, 1]; one graph alone tells nothing of the spread."""
        from scipy.stats import t

        half = float(t.ppf(0.975, self.count - 1)) * self.standard_error if self.count > 1 else 1.0
        return Estimate(max(0.0, self.mean - half), self.mean, min(1.0, self.mean + half))


@dataclass(frozen=True)
class TrialStats:
    """Sums over independent graphs of one model and size; `+` merges.

    `zeta`, `testing_error` and `training_error` are `Moments`; `.estimate()` gives (low, best, high).
    """

    seed: int
    skills: int
    replicates: int
    texts: int
    edges: int
    rounds: int
    seconds: float
    zeta: Moments
    testing_error: Moments
    training_error: Moments

    @classmethod
    def of(cls, trial: Trial, tested: int) -> TrialStats:
        """Return the statistics of one graph, with `tested` texts behind its testing error."""
        moments = (
            Moments.of(trial.zeta, trial.skills),
            Moments.of(trial.testing_error, tested),
            Moments.of(trial.training_error, trial.texts),
        )
        return cls(trial.seed, trial.skills, 1, trial.texts, trial.edges, trial.rounds, trial.seconds, *moments)

    def __add__(self, other: TrialStats) -> TrialStats:
        if (self.seed, self.skills) != (other.seed, other.skills):
            raise ValueError("only trials of one seed and size can be merged")
        summed = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in fields(self)
            if field.name not in ("seed", "skills")
        }
        return TrialStats(seed=self.seed, skills=self.skills, **summed)

    def __repr__(self) -> str:
        low, best, high = self.zeta.estimate()
        return f"<{self.replicates} graphs of {self.skills} skills: zeta = {best:.6g} [{low:.6g}, {high:.6g}]>"

    def _repr_latex_(self) -> str:
        low, best, high = self.zeta.estimate()
        return f"$\\zeta = {best:.6g}\\;[{low:.6g}, {high:.6g}]$"

    def to_dict(self) -> dict[str, Any]:
        """Return what `simulate --json` prints of the graphs: texts and edges are means per graph."""
        return {
            "skills": self.skills,
            "texts": _whole(self.texts / self.replicates),
            "edges": _whole(self.edges / self.replicates),
            "replicates": self.replicates,
            "seed": self.seed,
            **{name: getattr(self, name).estimate().to_dict() for name in QUANTITIES},
            "rounds": self.rounds / self.replicates,
            "seconds": self.seconds,
            "edges_per_second": self.edges / self.seconds,
            "moments": {name: [getattr(getattr(self, name), field.name) for field in fields(Moments)] for name in QUANTITIES},
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> TrialStats:
        """Return the statistics that `to_dict` wrote."""
        sums = {name: round(content[name] * content["replicates"]) for name in ("texts", "edges", "rounds")}
        moments: dict[str, Any] = {name: Moments(*content["moments"][name]) for name in QUANTITIES}
        kept = {name: content[name] for name in ("seed", "skills", "replicates", "seconds")}
        return cls(**kept, **sums, **moments)


def _whole(mean: float) -> float | int:
    return int(mean) if mean.is_integer() else mean
