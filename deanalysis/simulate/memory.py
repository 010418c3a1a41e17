"""How much memory a graph takes, and whether it is there: a size that cannot fit is refused before anything is allocated."""

import os
from pathlib import Path

from ..errors import InputError
from ..model.classes import ClassEnsemble
from .experiment import Experiment
from .graphs import is_stored
from .sampling import has_popularity

__all__ = ["check_memory", "expected_bytes"]

_PROCESS = 2.5e8
_CGROUP = Path("/sys/fs/cgroup")
_LIMITS = [("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes")]


def expected_bytes(experiment: Experiment) -> float:
    """Return how much memory a process with one graph of an experiment needs at most, about (see `graphs` and `kernel`).

    A text takes 10 bytes, a skill 13, more where they have popularities; an edge 4 if it is stored, and a text 8 and an edge 4 more
    where rows of skills are kept: where a text can teach several skills at once, or texts are presented once. Counting components takes 8
    more a text and 28 a skill. With classes an edge takes 40 while the graph is put together.
    """
    ensemble, skills, texts = experiment.ensemble, experiment.skills, experiment.texts
    if isinstance(ensemble, ClassEnsemble):
        return _PROCESS + 44 * experiment.edges + 40 * texts + 40 * skills
    stored = is_stored(ensemble)
    reach = experiment.learner.reach
    rows = experiment.passes or reach is None or reach > 1
    weighted = has_popularity(ensemble.skills)
    per_edge = 4 * stored + 4 * rows
    counted = experiment.association is not None
    per_text = 10 + 8 * rows + 16 * (ensemble.texts.is_mixed_poisson and stored) + 8 * counted
    per_skill = 13 + 32 * weighted + 28 * counted
    return _PROCESS + per_edge * experiment.edges + per_text * texts + per_skill * skills


def check_memory(experiments: list[Experiment], workers: int) -> None:
    """Refuse a size that cannot fit, and say which would."""
    needed, there = max(map(expected_bytes, experiments)) * workers, _available_bytes()
    if needed > there:
        skills = experiments[0].skills
        fits = max(0, int(skills * (there - _PROCESS * workers) / (needed - _PROCESS * workers)))
        where = f"needs about {needed / 2**30:.3g} GiB on {workers} workers, {there / 2**30:.3g} GiB are free"
        raise InputError("skills", where, given=skills, remedy=f"{fits} would fit")


def _available_bytes() -> float:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(float(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        free = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return min([free, *(limit - used for limit, used in map(_limits, _LIMITS))])


def _limits(names: tuple[str, str]) -> tuple[float, float]:
    """Return the limit of this container and what it uses, if it has one; files that were read do not count, as they can be let go."""
    try:
        limit, used = ((_CGROUP / name).read_text().strip() for name in names)
        parts = dict(line.split() for line in (_CGROUP / names[1]).with_name("memory.stat").read_text().splitlines())
        return float(limit), float(used) - float(parts.get("inactive_file", 0))
    except (OSError, ValueError):
        return float("inf"), 0.0
