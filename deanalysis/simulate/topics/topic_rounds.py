"""A chain of topics round after round, on one graph: zeta by topic, when the front passed each topic, and how fast it moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...checks import require_kind
from ...errors import InputError
from ...model.chains import Chain
from ...model.exact import Value
from ...model.learners import Learner
from ...record import Record, Table
from ..experiment import check_memory
from ..streams import check_seed
from .chain_experiment import ChainExperiment
from .chain_trials import ChainTraining

_MOST = 10**7
"""Numbers that are kept: topics times rounds."""
_LEAST_STEP = 0.05
"""Of zeta at a front: where topics ahead have not so much more left than those behind, it is none."""
_MARGIN, _FEWEST = 0.3, 4
"""The part of a front's way at both of its ends in which it may be faster, by the end of the chain or by the other front; and of how many
topics the rest must be."""


@dataclass(frozen=True, repr=False)
class TopicRounds(Record):
    """Zeta by topic after 0, 1, 2, ... rounds on one graph of a chain: `zeta[round][topic]`, both from 0.

    In a round every text that was ready before it teaches. `skills` is the number of skills of each class of a topic, `known` how many
    topics of a ring were known before, and `ends` those of the chain.
    """

    skills: int
    seed: int
    ends: str
    known: int
    zeta: tuple[tuple[float, ...], ...]

    @property
    def rounds(self) -> int:
        """How many rounds it took until nothing changed."""
        return len(self.zeta) - 1

    @property
    def step(self) -> tuple[float, float]:
        """Zeta behind the front and ahead of it: the least that is left of a topic, and the most halfway through the rounds."""
        unknown = np.array(self.zeta)[:, self.known :]
        if not unknown.size:
            return 0.0, 0.0
        return float(unknown[-1].min()), float(unknown[len(unknown) // 2].max())

    @property
    def passed(self) -> tuple[float | None, ...]:
        """When the front passed each topic, in rounds: its zeta went through the middle of the step; None where it was not passed.

        Between rounds zeta is interpolated; a topic that was below from the start was passed at 0.
        """
        level = sum(self.step) / 2
        return tuple(_crossing(of_topic, level) for of_topic in np.array(self.zeta).T)

    @property
    def speed(self) -> float | None:
        """How many topics the front passes in a round, by least squares over the middle of its way; the mean of both fronts of two.

        None where there is no front, where it gets stuck, and where too few topics are left between the ends of its way.
        """
        behind, ahead = self.step
        passed = self.passed[self.known :]
        if ahead - behind < _LEAST_STEP or any(when is None for when in passed):
            return None
        when = np.array(passed, dtype=float)
        meeting = len(when) - 1 if self.ends == "one" else int(when.argmax())
        slopes = [_slope(way) for way in (when[: meeting + 1], when[meeting:][::-1])[: 1 if self.ends == "one" else 2]]
        if any(slope is None or slope <= 0 for slope in slopes):
            return None
        return len(slopes) / sum(slope for slope in slopes if slope)

    def __repr__(self) -> str:
        topics = len(self.zeta[0])
        moved = "" if self.speed is None else f": {self.speed:.4g} topics per round"
        return f"<{self.rounds} rounds of {topics} topics of {self.skills} skills{moved}>"

    def table(self) -> Table:
        """Return when each topic was passed, and what is left of it."""
        last = self.zeta[-1]
        rows = [
            (topic, "never" if when is None else when, left) for topic, (when, left) in enumerate(zip(self.passed, last, strict=True), 1)
        ]
        speed = "no front" if self.speed is None else f"{self.speed:.4g} topics per round"
        return Table(("topic", "passed after", "zeta at last"), rows, (f"{self.rounds} rounds, seed {self.seed}; {speed}",))


def _crossing(zetas: NDArray[np.float64], level: float) -> float | None:
    """Return where a sequence that falls goes through a level, between numbers by interpolation; None where it does not."""
    below = np.flatnonzero(zetas <= level)
    if not len(below):
        return None
    first = int(below[0])
    return first - float((level - zetas[first]) / (zetas[first - 1] - zetas[first])) if first else 0.0


def _slope(when: NDArray[np.float64]) -> float | None:
    """Return the rounds per topic in the middle of a front's way."""
    margin = int(_MARGIN * len(when))
    middle = when[margin : len(when) - margin]
    return float(np.polyfit(np.arange(len(middle)), middle, 1)[0]) if len(middle) >= _FEWEST else None


def follow(chain: Chain, learner: Learner | None = None, *, skills: int, seed: int = 1, **values: Value) -> TopicRounds:
    """Learn on one graph of a chain, and follow zeta by topic from round to round.

    Arguments: a chain and values of its letters; the learner, that of the chain if None; the number of skills of each class of a topic.

    How far the speed of one graph is off is seen by those of other seeds.

    Raises `InputError` where a letter is left free, and where the size or the number of rounds does not fit.

    >>> from deanalysis.model.presets import load_model
    >>> follow(load_model("chain(paper, 30, 2)").ensemble, skills=5000, c=4, R="1.2")
    <81 rounds of 30 topics of 5000 skills: 0.1928 topics per round>
    """
    require_kind(chain, Chain, "the model", "a Chain, such as load_model('chain(paper, 50, 3)').ensemble")
    experiment = ChainExperiment.of(chain, learner, skills, None, None).at(values)
    check_memory([experiment], 1)
    training = ChainTraining.of(experiment, check_seed(seed), 0)
    if len(training.learned) * chain.topics > _MOST:
        raise InputError("rounds", f"times topics must be at most {_MOST}", given=f"{len(training.learned) - 1} x {chain.topics}")
    zeta = tuple(tuple(row) for row in by_topic(training).tolist())
    return TopicRounds(experiment.size, seed, chain.ends, chain.known, zeta)


def by_topic(training: ChainTraining) -> NDArray[Any]:
    """Return zeta by round and topic."""
    first = training.drawn.skills[:: training.experiment.classes]
    topics, rounds = len(first) - 1, len(training.learned)
    order = training.state.order[: training.learned[-1]].astype(np.int64) - 1
    topic = np.searchsorted(first, order, "right") - 1
    number = np.repeat(np.arange(1, rounds), np.diff(training.learned))
    learned = np.bincount(number * topics + topic, minlength=rounds * topics).reshape(rounds, topics)
    unknown = np.add.reduceat(training.unknown[1:], first[:-1], dtype=np.int64)
    return (unknown - np.cumsum(learned, axis=0)) / np.diff(first)
