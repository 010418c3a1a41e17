"""What is simulated: a model, a size and a way of presenting texts, with the hash that tells it from any other."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import sympy as sp

from ..checks import require_kind
from ..errors import InputError
from ..model.association import Association
from ..model.classes import ClassEnsemble
from ..model.ensembles import Ensemble
from ..model.exact import Value, bindings
from ..model.learners import Learner

__all__ = ["Experiment"]

_SAMPLER = 1


@dataclass(frozen=True)
class Experiment:
    """What decides the result of a trial, but for its seed and number: model, size, and how texts are presented.

    `passes`: how many times each text is presented, in turn; 0 stands for again and again, until nothing changes. `rounds`: how
    many rounds the trajectory is followed for. `association`: the graph whose components are counted, if any.
    """

    ensemble: Ensemble | ClassEnsemble
    learner: Learner
    skills: int
    passes: int = 0
    rounds: int = 0
    association: Association | None = None

    def __post_init__(self) -> None:
        require_kind(self.ensemble, (Ensemble, ClassEnsemble), "the ensemble", "an Ensemble, such as load_model('paper').ensemble")
        require_kind(self.learner, Learner, "the learner", "a Learner, such as SkillLearner(1)")

    def at(self, values: Mapping[str, Value]) -> "Experiment":
        """Return the experiment with letters bound by name; raise `InputError` if one is left free."""
        associated = self.association.bind(bindings(values)) if self.association else None
        bound = replace(self, ensemble=self.ensemble.at(**values), learner=self.learner.at(**values), association=associated)
        free = sorted(map(str, bound.letters))
        if free:
            raise InputError("the model", f"must have every letter bound; {', '.join(free)} is free", remedy=f"set {free[0]}")
        return bound

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
        return float(self.ensemble.ratio) * self.skills

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
        mode += f"; passes={self.passes}" if self.passes > 1 else ""
        return hashlib.sha256(f"{_stated(self.ensemble)}; {self.learner} {self.learner.success}; {mode}".encode()).hexdigest()[:16]

    @cached_property
    def path(self) -> tuple[int, ...]:
        """Where the streams of its graphs begin: the same for all learners, so that they meet the same graphs."""
        digest = hashlib.sha256(_stated(self.ensemble).encode()).digest()
        return (*(int.from_bytes(digest[first : first + 4]) for first in range(0, 16, 4)), self.skills)


def _stated(ensemble: Ensemble | ClassEnsemble) -> str:
    """State an ensemble with everything that its graphs depend on, the way of sampling included."""
    if isinstance(ensemble, ClassEnsemble):
        laws = [*map(ensemble.text_law, ensemble.type_names), *map(ensemble.skill_law, ensemble.names)]
        learners = (str(ensemble.learner_of(kind).success) for kind in ensemble.type_names)
        pgfs = (str(draw.law.pgf()) for law in laws for draw in law.draws)
        return "; ".join([f"sampler {_SAMPLER}", str(ensemble), *learners, *pgfs])
    return f"sampler {_SAMPLER}; {ensemble}; {ensemble.texts.pgf()}; {ensemble.skills.pgf()}"
