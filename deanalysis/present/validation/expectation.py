"""What theory says at one point, how far a graph of finite size may stray from it, and near which jumps graphs are divided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ...theory.evolution.thresholds.results import Thresholds
from .small_sets import Rare

SMEARED = 5.0
"""Within so many n^(-1/2) of a jump, relatively, graphs of n skills may fall on either side: some ten widths of the law of finite size."""
_SOFTEST = 1e-3
"""The least 1 - r of which the allowance is reckoned: at a jump, where it vanishes, the allowance stays finite."""
_NAMES = {"potential": "potential threshold"}
UNPROVED = "the fixed point is not proved"


@dataclass(frozen=True)
class Expected:
    """What theory says at one point, by the name of the quantity, and what it leaves out (`allowance`).

    `reason` says why the point cannot be decided, if so; `percolates` whether there is a giant component; `jumps_known` whether jumps were
    looked for: where they were not, graphs that fall into two kinds say that one is near. `passes`: whether a front passes all topics of a
    chain; None where that is not clear. `tests` counts the quantities that may each be off by chance: one, or the places of a chain. `rare`
    says how a quantity varies that few graphs have.
    """

    values: dict[str, float]
    allowance: dict[str, float]
    reason: str = ""
    percolates: bool = True
    jumps_known: bool = True
    passes: bool | None = None
    tests: int = 1
    rare: dict[str, Rare] = field(default_factory=dict)

    def times(self, factor: float) -> Expected:
        """Return a wrong theory, to see that the test can fail."""
        return replace(self, values={name: factor * value for name, value in self.values.items()})


def stray_of(radius: float) -> float:
    """Return how many skills of a graph the theory leaves out, about: one, with all that hang on it, 1/(1 - r).

    r is the largest eigenvalue of the Jacobian of density evolution: f'(q) with one class.
    """
    return 1 / max(_SOFTEST, 1 - radius)


def allowance_of(names: Iterable[str], stray: float, degree: float, skills: float) -> dict[str, float]:
    """Return the allowance of fractions of skills, and of texts, of which a skill has `degree` times as many."""
    return {name: stray * (1.0 if name.startswith("zeta") else degree) / skills for name in names}


def divided_by(jumps: Thresholds, name: str, here: float, skills: float) -> str:
    """Say near which jump a letter is, where graphs are divided; nothing where it is near none."""
    for jump in jumps:
        if jump.value is not None and abs(here - float(jump.value)) < SMEARED * float(jump.value) / skills**0.5:
            which = f"the {_NAMES.get(jump.kind, jump.kind)} at {jump.value}"
            return f"{name} is within {SMEARED:g}/sqrt(n) of {which}, where graphs of this size are divided"
    return ""
