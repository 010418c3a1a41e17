"""Values with their intervals."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...record import ALWAYS, Record

LEVEL = 0.95
"""Of all intervals."""


@dataclass(frozen=True)
class Interval(Record):
    """A value with its 95 % interval by profile likelihood; `low` or `high` is None where the data set no such bound."""

    value: float
    low: float | None = field(default=None, metadata=ALWAYS)
    high: float | None = field(default=None, metadata=ALWAYS)

    @property
    def is_determined(self) -> bool:
        """Whether both bounds are set."""
        return self.low is not None and self.high is not None

    def __str__(self) -> str:
        low, high = ("?" if bound is None else f"{bound:.4g}" for bound in (self.low, self.high))
        return f"{self.value:.4g} [{low}, {high}]"

    def __repr__(self) -> str:
        return f"<{self}>"
