"""What small stuck sets leave where density evolution leaves nothing: it is of the order 1/n or less, and few graphs have any of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...errors import InputError
from ...model.degrees import Ensemble
from ...model.learners import Learner
from ...theory.sizing.floor import StuckSets


class Rare(NamedTuple):
    """How a quantity varies that few graphs have: its standard deviation in one graph, and how much a graph has that has it (`event`).

    Of K graphs that have it, K is Poisson's: one event more than the normal law allows keeps its tail within that of 4 deviations.
    """

    deviation: float = 0.0
    event: float = 0.0


ORDINARY = Rare()
"""Nothing beside the spread that is seen: of a quantity that all graphs have."""


class Floor(NamedTuple):
    """The mean share of the skills that small sets leave, how far it may be off, and how it varies."""

    share: float
    unsure: float
    rare: Rare


def floor_of(ensemble: Ensemble, learner: Learner, skills: int) -> Floor | None:
    """Return what small stuck sets leave of graphs of a size; None where their numbers are not known.

    They are taken to come independently, but for S/(1 + S) + 1/n of what they leave, S their mean number: such are the pairs that do not.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> floor = floor_of(model.ensemble.at(eps="0.2"), model.learner, 120)
    >>> f"{floor.share:.3g} +- {floor.unsure:.1g}"
    '0.000329 +- 9e-06'
    """
    try:
        found = StuckSets(ensemble, learner, skills).floor()
    except InputError:
        return None
    share = found.share
    return Floor(share, share * (found.block + 1 / skills), _varying(found.sets, skills)) if found.sets else None


def _varying(means: Sequence[float], skills: int) -> Rare:
    """Return how the share varies: k skills are left with probability A_k/(1 + S), if stuck sets that do not touch come independently."""
    first, second, third = (sum(k**power * mean for k, mean in enumerate(means, start=1)) / (1 + sum(means)) for power in (1, 2, 3))
    return Rare((second - first**2) ** 0.5 / skills, third / second / skills if second else 0.0)
