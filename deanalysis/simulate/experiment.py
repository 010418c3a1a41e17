"""What is simulated, with the hash that tells it from any other; and how much memory that takes, known before anything is allocated."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, singledispatch
from pathlib import Path
from typing import Any, Protocol

import sympy as sp

from ..checks import check_count, require_kind
from ..errors import InputError
from ..model.association import Association
from ..model.classes import ClassEnsemble
from ..model.degrees import Ensemble
from ..model.exact import Value, bindings
from ..model.learners import Ideal, Learner
from ..model.matching import DISTINCT
from .graphs import check_room, is_stored, skills_of
from .sampling import has_popularity
from .streams import LARGEST_INDEX

SAMPLER = 1
"""Part of every model's hash; a change of what any seed gives is a new number."""
PROCESS_BYTES = 2.5e8  # bytes of a process without a graph: Python, NumPy, SymPy and the compiled loops
ELIMINATED = (48, 60, 80)
"""Bytes an edge, a text and a skill take more at most while elimination puts its equations in order."""
_CGROUP = Path("/sys/fs/cgroup")
_LIMITS = [("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes")]


class Task(Protocol):
    """What decides the result of a trial, but for its seed and number, as far as plans and results files look at it."""

    @property
    def model(self) -> str:
        """A hash of what affects the answer, but for letters left free, size and seed."""

    @property
    def skills(self) -> int:
        """Number of skills."""

    @property
    def edges(self) -> float:
        """How many edges a graph has on average."""

    @property
    def rounds(self) -> int:
        """How many rounds the trajectory is followed for."""

    @property
    def association(self) -> Association | None:
        """The graph whose components are counted, if any."""

    @property
    def ideal(self) -> bool:
        """Whether it is also asked what elimination determines."""

    @property
    def learner(self) -> Learner:
        """Who learns."""


class Drawing(Task, Protocol):
    """A task that draws graphs of a size."""

    @property
    def size(self) -> int:
        """The number by which the size is stated: that of all skills, of the skills of a topic, or of texts."""

    @property
    def sized_by(self) -> str:
        """The argument that states it."""


@dataclass(frozen=True)
class Experiment:
    """What decides the result of a trial, but for its seed and number: model, size, and how texts are presented.

    `passes`: how many times each text is presented, in turn; 0 stands for again and again, until nothing changes. `rounds`: how
    many rounds the trajectory is followed for. `association`: the graph whose components are counted, if any. `ideal`: whether it is also
    asked what elimination determines. `texts_per_graph`: how many texts each graph has; the number of skills, 0 as long as letters are
    free, then follows from their ratio.
    """

    ensemble: Ensemble | ClassEnsemble
    learner: Learner
    skills: int
    passes: int = 0
    rounds: int = 0
    association: Association | None = None
    ideal: bool = False
    texts_per_graph: int | None = None

    def __post_init__(self) -> None:
        require_kind(self.ensemble, (Ensemble, ClassEnsemble), "the ensemble", "an Ensemble, such as load_model('paper').ensemble")
        require_kind(self.learner, Learner, "the learner", "a Learner, such as SkillLearner(1)")
        if self.ideal or isinstance(self.learner, Ideal):
            self._check_ideal()

    def _check_ideal(self) -> None:
        """Refuse elimination where texts are presented one after the other, or where some of them teach only after others."""
        if self.passes:
            what = "ideal" if self.ideal else "the learner ideal"
            raise InputError(what, "must not be given with `one_pass` or `passes`: elimination uses all texts together")
        classes = self.ensemble if isinstance(self.ensemble, ClassEnsemble) else None
        if classes is not None and (len(classes.levels) > 1 or any(kind.prerequisites for kind in classes.classes)):
            raise InputError("ideal", "needs classes of one level, without prerequisites")

    @classmethod
    def of(
        cls, ensemble: Ensemble | ClassEnsemble, learner: Learner, skills: int | None, texts_per_graph: int | None, **options: Any
    ) -> "Experiment":
        """Check sizes, that of skills or that of texts, and return the experiment; the options are its other fields."""
        if texts_per_graph is None:
            return cls(ensemble, learner, check_count(skills, 1, LARGEST_INDEX, "skills"), **options)
        if skills is not None:
            raise InputError("texts_per_graph", "must not be given with `skills`, whose number follows from it", given=texts_per_graph)
        texts = check_count(texts_per_graph, 1, LARGEST_INDEX, "texts_per_graph")
        return cls(ensemble, learner, 0, texts_per_graph=texts, **options)

    def at(self, values: Mapping[str, Value]) -> "Experiment":
        """Return the experiment with letters bound by name; raise `InputError` if one is left free."""
        associated = self.association.bind(bindings(values)) if self.association else None
        bound = replace(self, ensemble=self.ensemble.at(**values), learner=self.learner.at(**values), association=associated)
        free = sorted(map(str, bound.letters))
        if free:
            raise InputError("the model", f"must have every letter bound; {', '.join(free)} is free", remedy=f"set {free[0]}")
        return bound._sized()

    def _sized(self) -> "Experiment":
        """Return a bound experiment with its number of skills, if there are graphs of such a size."""
        if not isinstance(self.ensemble, Ensemble):
            return self
        if self.texts_per_graph is None:
            check_room(self.ensemble, self.skills, round(self.texts))
            return self
        skills = skills_of(self.ensemble, self.texts_per_graph)
        check_room(self.ensemble, skills, self.texts_per_graph)
        return replace(self, skills=skills)

    @property
    def size(self) -> int:
        """What the size is stated by: the number of skills, or of texts."""
        return self.texts_per_graph or self.skills

    @property
    def sized_by(self) -> str:
        """The argument that states the size."""
        return "skills" if self.texts_per_graph is None else "texts_per_graph"

    @property
    def implied(self) -> frozenset[str]:
        """Names of the letters that follow from its size: none."""
        return frozenset()

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        associated = self.association.letters if self.association else frozenset()
        return self.ensemble.letters | self.learner.letters | associated

    @cached_property
    def edges(self) -> float:
        """How many edges a graph has on average."""
        if isinstance(self.ensemble, ClassEnsemble):
            laws = ((kind.ratio, self.ensemble.text_law(kind.name)) for kind in self.ensemble.types)
            return sum(float(ratio * law.mean(name)) for ratio, law in laws for name in law.kinds) * self.skills
        return float(self.ensemble.skills.mean) * self.skills

    @cached_property
    def texts(self) -> float:
        """How many texts a graph has, about."""
        if isinstance(self.ensemble, ClassEnsemble):
            return sum(float(kind.ratio) for kind in self.ensemble.types) * self.skills
        return float(self.texts_per_graph or float(self.ensemble.ratio) * self.skills)

    @cached_property
    def model(self) -> str:
        """A hash of what affects the answer, but for letters left free, size and seed.

        >>> from deanalysis.model import Poisson, SkillLearner
        >>> stated = Experiment(Ensemble(Poisson(3), Poisson(2)), SkillLearner(1), 100)
        >>> stated.model == Experiment(Ensemble(Poisson("3.0"), Poisson(2)), SkillLearner(1), 200).model
        True
        >>> stated.model == Experiment(Ensemble(Poisson(3), Poisson(2)), SkillLearner(2), 100).model
        False
        """
        mode = f"one_pass={self.passes == 1} rounds={self.rounds}" + (f"; {self.association}" if self.association else "")
        mode += (f"; passes={self.passes}" if self.passes > 1 else "") + ("; ideal" if self.ideal else "")
        mode += f"; texts={self.texts_per_graph}" if self.texts_per_graph else ""
        return hashlib.sha256(f"{_stated(self.ensemble)}; {self.learner} {self.learner.success}; {mode}".encode()).hexdigest()[:16]

    @cached_property
    def path(self) -> tuple[int, ...]:
        """Where the streams of its graphs begin: the same for all learners, so that they meet the same graphs.

        So does a number of texts that the number of skills would give as well.
        """
        digest = hashlib.sha256(_stated(self.ensemble).encode()).digest()
        start = (*(int.from_bytes(digest[first : first + 4]) for first in range(0, 16, 4)), self.skills)
        given = self.texts_per_graph
        return start if given is None or given == round(replace(self, texts_per_graph=None).texts) else (*start, given, 0)


def _stated(ensemble: Ensemble | ClassEnsemble) -> str:
    """State an ensemble with everything that its graphs depend on, the way of sampling included."""
    if isinstance(ensemble, ClassEnsemble):
        laws = [*map(ensemble.text_law, ensemble.type_names), *map(ensemble.skill_law, ensemble.names)]
        learners = (str(ensemble.learner_of(kind).success) for kind in ensemble.type_names)
        pgfs = (str(draw.law.pgf()) for law in laws for draw in law.draws)
        return "; ".join([f"sampler {SAMPLER}", str(ensemble), *learners, *pgfs])
    return f"sampler {SAMPLER}; {ensemble}; {ensemble.texts.pgf()}; {ensemble.skills.pgf()}"


@singledispatch
def expected_bytes(experiment: Task) -> float:
    """Return how much memory a process with one graph of an experiment needs at most, about; each kind of experiment registers its own.

    Of an `Experiment` (see `graphs` and `kernel`), a text takes 10 bytes, a skill 13, more where they have popularities; an edge 4 if it
    is stored, and a text 8 and an edge 4 more where rows of skills are kept: where a text can teach several skills at once, or texts are
    presented once. Counting components takes 8 more a text and 28 a skill; elimination what `ELIMINATED` says, and the bits of what peeling
    leaves. With classes an edge takes 40 more while the graph is put together.
    """
    raise NotImplementedError


@expected_bytes.register
def _expected_bytes(experiment: Experiment) -> float:
    ensemble, counted = experiment.ensemble, experiment.association is not None
    if isinstance(ensemble, ClassEnsemble):
        per_edge, per_text, per_skill = 44, 40 + 8 * counted, 40 + 28 * counted
    else:
        stored, reach = is_stored(ensemble), experiment.learner.reach
        rows = bool(experiment.passes) or reach is None or reach > 1
        distinct = ensemble.matching == DISTINCT
        per_edge = 4 * stored + 4 * max(rows, distinct and not ensemble.texts.is_mixed_poisson)
        per_text = 10 + 8 * max(rows, distinct) + (16 + 24 * distinct) * has_popularity(ensemble.texts) + 8 * counted
        per_skill = 13 + 32 * has_popularity(ensemble.skills) + 28 * counted
    if experiment.ideal or isinstance(experiment.learner, Ideal):
        per_edge, per_text, per_skill = (sum(pair) for pair in zip((per_edge, per_text, per_skill), ELIMINATED, strict=True))
    return PROCESS_BYTES + per_edge * experiment.edges + per_text * experiment.texts + per_skill * experiment.skills


def check_memory(experiments: Sequence[Drawing], workers: int) -> None:
    """Refuse a size that cannot fit, and say which would."""
    needed, there = max(map(expected_bytes, experiments)) * workers, available_bytes()
    if needed > there:
        size = experiments[0].size
        argument = experiments[0].sized_by
        fits = max(0, int(size * (there - PROCESS_BYTES * workers) / (needed - PROCESS_BYTES * workers)))
        where = f"needs about {needed / 2**30:.3g} GiB on {workers} workers, {there / 2**30:.3g} GiB are free"
        raise InputError(argument, where, given=size, remedy=f"{fits} would fit")


def available_bytes() -> float:
    """Return how much memory is free, for this container if it has a limit."""
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
        uses = dict(line.split() for line in (_CGROUP / names[1]).with_name("memory.stat").read_text().splitlines())
        return float(limit), float(used) - float(uses.get("inactive_file", 0))
    except (OSError, ValueError):
        return float("inf"), 0.0
