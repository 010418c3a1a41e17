"""A learner that has been trained on one graph: what it has learned, and fresh texts for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..checks import check_count
from ..errors import InputError
from ..model.ensembles import Ensemble
from ..model.exact import Value
from ..model.learners import Learner
from ..model.popularity import check_picks
from ..record import Shown, Table
from .experiment import Experiment
from .fresh import Fresh
from .memory import check_memory
from .sampling import Popularity
from .streams import LARGEST_INDEX, check_seed, new_streams
from .trials import set_up, teach

__all__ = ["Trained", "train"]

_MOST_TEXTS, _OF_FRESH = 10**8, 1


@dataclass(frozen=True, eq=False)
class Trained(Shown):
    """What has been learned on a graph of skills 1, ..., n: `learned` and the popularities by skill (None where all are alike)."""

    ensemble: Ensemble
    learned: NDArray[np.bool_]
    popularity: Popularity | None
    seed: int

    def __repr__(self) -> str:
        return f"<{int(self.learned.sum())} of {len(self.learned)} skills learned>"

    def table(self) -> Table:
        """Return the ensemble, how many skills are learned, and the seed."""
        learned = f"{int(self.learned.sum())} of {len(self.learned)} skills"
        return Table((), [("ensemble", self.ensemble), ("learned", learned), ("seed", self.seed)])

    @property
    def ordered(self) -> NDArray[np.int64]:
        """The learned skills, the most popular first."""
        skills = np.flatnonzero(self.learned)
        if self.popularity is not None:
            skills = skills[np.argsort(-self.popularity[skills], kind="stable")]
        return skills + 1

    def fresh(self, count: int, picks: str = "uniform", number: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Draw `count` fresh texts; return where each begins, and the end, and their skills in a row (a text may meet one twice).

        `picks` is 'uniform' or 'popularity'; `number` tells one draw from another. Raises `InputError` where there is no popularity.
        """
        count = check_count(count, 1, _MOST_TEXTS, "the texts")
        by_popularity = check_picks(picks, self.ensemble.skills) == "popularity"
        path = (_OF_FRESH, int(by_popularity), count, number)
        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=path))
        degrees, skills = new_streams(self.seed, path, 2)
        popularity = self.popularity if by_popularity else None
        return Fresh(self.ensemble.texts, popularity, degrees, skills, rng).draw(len(self.learned), count)


def train(ensemble: Ensemble, learner: Learner, *, skills: int, seed: int = 1, **values: Value) -> Trained:
    """Learn on one graph of `skills` skills until nothing changes.

    Raises `InputError` where a letter is left free or the size does not fit.

    >>> from deanalysis.model import Poisson, SkillLearner
    >>> train(Ensemble(Poisson(3), Poisson(6)), SkillLearner(1), skills=1000)
    <999 of 1000 skills learned>
    """
    skills = check_count(skills, 1, LARGEST_INDEX, "skills")
    seed = check_seed(seed)
    if not isinstance(ensemble, Ensemble):
        raise InputError("training", "needs one class of skills and one type of texts")
    experiment = Experiment(ensemble, learner, skills).at(values)
    check_memory([experiment], 1)
    setting = set_up(experiment, seed, 0)
    teach(setting)
    return Trained(setting.experiment.ensemble, setting.state.novel[1:] == 0, setting.popularity, seed)  # type: ignore[arg-type]
