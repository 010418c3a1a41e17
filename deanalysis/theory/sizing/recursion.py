"""The exact chance that peeling gets stuck on graphs of some hundreds of skills, and how many skills are then left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...checks import check_count, require_kind
from ...errors import InputError
from ...model.degrees import DegreeDistribution, Ensemble
from ...model.exact import Value, bindings
from ...model.laws import NegativeBinomial, Poisson, Regular
from ...model.learners import Learner, SkillLearner
from ...model.matching import DISTINCT, PARTS, one_degree
from ...model.symbols import check_letters
from ...record import Record, Table
from .peeling.edges import EdgeChain, Places
from .peeling.skills import SkillChain
from .peeling.texts import TextChain
from .peeling.windows import binomial

_MOST_NODES = 5000
_MOST_SECONDS, _MOST_NUMBERS = 200, 40_000_000
"""What one core takes, and half a gigabyte."""
_ROUNDING = 1e-10
_LARGEST = 200
"""Degree of skills: of larger ones, no chain is short enough."""
_SHOWN = 12
"""Numbers of skills left that are shown."""


@dataclass(frozen=True)
class Recursion(Record):
    """left[k]: the chance that k of the skills are left when no text teaches any more, k = 0, ..., n.

    All terms are positive, and every chance above 1e-14 has ten digits; one below 1e-24 may come out as 0.
    """

    skills: int
    texts: int
    left: tuple[float, ...]

    ALSO: ClassVar = {"stuck": "stuck", "zeta": "zeta"}

    @property
    def stuck(self) -> float:
        """The chance that anything is left."""
        return float(sum(reversed(self.left[1:])))

    @property
    def zeta(self) -> float:
        """The mean share of the skills that is left."""
        return float(np.arange(len(self.left)) @ np.array(self.left)) / self.skills

    def at_most(self, most: int) -> float:
        """Return the chance that something is left, but no more than so many skills: small stuck sets, where it is far below the jump."""
        return float(sum(reversed(self.left[1 : most + 1])))

    def __repr__(self) -> str:
        return f"<{self.skills} skills, {self.texts} texts: stuck {self.stuck:.10g}, zeta {self.zeta:.10g}>"

    def table(self) -> Table:
        """Return the chances of the first numbers of skills left, and of more."""
        rows = [(k, chance) for k, chance in enumerate(self.left[: _SHOWN + 1])]
        more = sum(self.left[_SHOWN + 1 :])
        return Table(("skills left", "chance"), [*rows, ("more", more)] if len(self.left) > _SHOWN + 1 else rows)


def recursion(ensemble: Ensemble, learner: Learner, *, skills: int, texts: int | None = None, **values: Value) -> Recursion:
    """Return the exact chance that peeling gets stuck, by the law of the number of skills left.

    Peeling is a Markov chain of the skills left, the texts with one edge left and those with more (Luby, Mitzenmacher, Shokrollahi,
    Spielman 2001; Karp, Luby, Shokrollahi, ISIT 2004; Di, Proietti, Telatar, Richardson, Urbanke, IEEE Trans. IT 48(6), 2002), followed
    through all its states. Graphs are those that are simulated, with `texts` texts, or R n, rounded; where texts are given, letters that
    change nothing but R may be free.

    The learner is the 1-skill learner. Skills are regular, matched repeatedly with texts that are Poisson, regular or negative binomial;
    or of finitely many degrees, matched repeatedly or distinct, with Poisson texts; or Poisson, with texts of any law. Raises
    `InputError` for any other model, and for graphs that are too large.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> recursion(model.ensemble, model.learner, skills=120, eps="0.2")
    <120 skills, 60 texts: stuck 0.01735538375, zeta 0.0003161743096>
    >>> model = load_model("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)")
    >>> round(recursion(model.ensemble, model.learner, skills=50, texts=100).zeta, 12)
    0.005594439071
    """
    require_kind(ensemble, Ensemble, "the ensemble", "an Ensemble, such as load_model('paper').ensemble")
    if learner != SkillLearner(1):
        raise InputError("learner", "must be the 1-skill learner for an exact recursion", given=learner)
    check_letters(values, ensemble.letters, "the binding")
    skills = check_count(skills, 1, _MOST_NODES, "skills")
    bound = ensemble.bind(bindings(values))
    chain = _chain(bound, skills, _texts(bound, skills, texts))
    if chain.seconds > _MOST_SECONDS or chain.numbers > _MOST_NUMBERS:
        took = f"about {chain.seconds:.0f} s, {chain.numbers:.1g} numbers"
        raise InputError("skills", f"must be fewer for an exact recursion on {chain.texts} texts", given=f"{skills}: {took}")
    left = chain.left(binomial(skills, _number(bound.unknown, "unknown")))
    if not abs(left.sum() - 1) < _ROUNDING:
        raise InputError("skills", "must be fewer: chances leave the range of floats", given=skills)
    return Recursion(skills, chain.texts, tuple(left.tolist()))


def seconds(ensemble: Ensemble, learner: Learner, skills: int, texts: int) -> float:
    """Return about how many seconds the recursion takes, infinity where there is none.

    >>> from deanalysis import load_model
    >>> model = load_model("irsa(x^3)")
    >>> seconds(model.ensemble, model.learner, 80, 100) < 1 < seconds(model.ensemble, model.learner, 800, 1000)
    True
    """
    try:
        chain = _chain(ensemble, skills, texts) if learner == SkillLearner(1) else None
    except InputError:
        chain = None
    return chain.seconds if chain and chain.numbers <= _MOST_NUMBERS else float("inf")


def _number(value: Value, argument: str) -> float:
    """Return an expression without letters as a number."""
    if getattr(value, "free_symbols", None):
        raise InputError(argument, "must have every letter bound", given=value)
    return float(value)


def _texts(ensemble: Ensemble, skills: int, texts: int | None) -> int:
    """Return the number of texts, as given or as the laws say; both must agree."""
    if texts is None:
        return check_count(round(_number(ensemble.ratio, "texts") * skills), 1, _MOST_NODES, "texts")
    count = check_count(texts, 1, _MOST_NODES, "texts")
    if not ensemble.ratio.free_symbols and round(float(ensemble.ratio) * skills) != count:
        raise InputError("texts", f"must be {round(float(ensemble.ratio) * skills)}, as the laws say", given=texts, remedy="leave it out")
    return count


def _chain(ensemble: Ensemble, skills: int, texts: int) -> EdgeChain | SkillChain | TextChain:
    """Return the chain of an ensemble, of which there are three."""
    degree, is_distinct = one_degree(ensemble.skills), ensemble.matching == DISTINCT
    if ensemble.matching == PARTS:
        raise InputError("matching parts", "has no exact recursion", given=ensemble, remedy="take distinct or repeated")
    if degree and not is_distinct and (places := _places(ensemble.texts, degree * skills, texts)):
        return EdgeChain(degree, skills, texts, places)
    if ensemble.texts.is_uniform and (chances := _degrees(ensemble.skills)):
        if is_distinct and max(chances) > texts:
            raise InputError("texts", f"must be at least {max(chances)}, as many different ones as a skill meets", given=texts)
        return SkillChain(skills, texts, chances, distinct=is_distinct)
    if ensemble.skills.is_uniform and (not is_distinct or _largest(ensemble.texts) <= skills):
        return TextChain(texts, _closed(ensemble.texts), skills, is_distinct)
    raise InputError("the model", "must have texts or skills that are Poisson, or regular skills, for an exact recursion", given=ensemble)


def _places(law: DegreeDistribution, edges: int, texts: int) -> Places | None:
    """Return how the edges of regular skills meet texts of a law, if they do so one by one."""
    if isinstance(law, Poisson):
        return Places(1.0, 0)
    if isinstance(law, Regular):
        if edges != texts * int(law.degree):
            raise InputError("skills", f"must have as many edges as regular({law.degree}) texts have places", given=f"{edges} edges")
        return Places(float(law.degree), 1)
    return Places(_number(law.shape, "the law of texts"), -1) if isinstance(law, NegativeBinomial) else None


def _largest(law: DegreeDistribution) -> float:
    """Return the largest degree of a law, infinity where there is none."""
    most = (law.support or (1, None))[1]
    return float("inf") if most is None else most


def _degrees(law: DegreeDistribution) -> dict[int, float] | None:
    """Return the chances of the degrees of a law that has no large ones."""
    most = _largest(law)
    return None if most > _LARGEST else {degree: _number(law.pmf(degree), "the law of skills") for degree in range(int(most) + 1)}


def _closed(law: DegreeDistribution) -> DegreeDistribution:
    """Return a law that has no free letter."""
    if law.letters:
        raise InputError("the law of texts", "must have every letter bound", given=law)
    return law
