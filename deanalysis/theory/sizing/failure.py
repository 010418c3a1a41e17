"""The chance that anything is left on graphs of finite size: before a jump, or in a small set; exactly, where graphs are small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import sympy as sp

from ...checks import check_count
from ...errors import InputError
from ...model.compositions import Polynomial
from ...model.degrees import Ensemble
from ...model.exact import Value
from ...model.laws import Regular
from ...model.learners import Learner, SkillLearner
from ...model.matching import DISTINCT, PARTS, one_degree
from ...record import Record, Table
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.search import Question
from ..evolution.thresholds.find import GUARD, AtThreshold, thresholds
from ..scaling.finite_size import FiniteSize, finite_size
from .counting.given import Graphs
from .counting.means import mean_numbers
from .recursion import recursion, seconds

_MOST_TERMS, _SMALL, FEW = 300, 10, 12
"""Most sizes of sets that are added up; small ones have at most a tenth of the skills, and of so few skills all sets count."""
_NEGLIGIBLE, _CERTAIN = 1e-15, 1e20
"""Sets that add nothing to those before, and a mean number at which something is left for certain."""
MOST_NODES = 10**12
_DIGITS = 15
_QUICK = 5
"""Seconds that the recursion may take where it is not asked for: a size needs it two or three times."""


@dataclass(frozen=True)
class Failure(Record):
    """The chance that anything is left, on graphs of `skills` skills and `texts` texts.

    `of_jump`: learning stops before the jump (law of finite size). `of_small_sets`: with S the mean number of small stuck sets it is
    S/(1 + S), as if they came independently; S alone is a bound. Both together: 1 - (1 - of_jump)(1 - of_small_sets). `failure` is that,
    or exact where `method` is 'recursion', and `of_jump` what small sets do not explain; where it is 'corrected', texts are in parts, and
    `of_jump` is that of distinct texts. `left` is the mean share of the skills that is left, likewise.
    """

    skills: int
    texts: int
    failure: float
    of_jump: float
    of_small_sets: float
    left: float
    method: str

    def __repr__(self) -> str:
        return f"<{self.skills} skills, {self.texts} texts: anything is left with probability {self.failure:.6g} ({self.method})>"

    def table(self) -> Table:
        """Return the chances in one row."""
        header = ("skills", "texts", "failure", "of jump", "of small sets", "mean share left", "method")
        numbers = (f"{value:.6g}" for value in (self.failure, self.of_jump, self.of_small_sets, self.left))
        return Table(header, [(self.skills, self.texts, *numbers, self.method)], keys=2)


def small(means: Iterator[float], skills: int, most: float) -> list[float]:
    """Return A_1, A_2, ... of the sets that are small: up to a size, until nothing is added, or until large sets begin to add more.

    >>> small(iter([0.0, 1e-2, 1e-4, 1e-5, 1e-3, 1e-2]), 100, 50)
    [0.0, 0.01, 0.0001, 1e-05]
    """
    found: list[float] = []
    count = skills if skills <= FEW else min(max(4, skills // _SMALL), int(max(most, 4)), _MOST_TERMS)
    fell = False
    for mean in islice(means, count):
        found.append(min(mean, _CERTAIN))
        if mean > _CERTAIN:
            return found
        last, before = max(found[-3:]), max(found[-4:-1], default=0.0)
        if fell and last > before and skills > FEW:
            return found[: len(found) - 3 + min(range(4), key=found[-4:].__getitem__)]
        fell = fell or (len(found) > 3 and last < before)
        if fell and last < _NEGLIGIBLE * sum(found):
            return found
    return found


def failure(graphs: Graphs, law: FiniteSize | None, value: Value, method: str = "auto") -> Failure:
    """Return the chance that anything is left, where the letter of the law of finite size, if there is a jump, has a value.

    `method` is 'law', 'recursion', or 'auto': recursion where it takes seconds, or corrects the law. Of up to 12 skills all sets count,
    and no jump.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("hypergraph(4)")
    >>> law = DensityEvolution(model.ensemble, model.learner).scaling("d").finite_size[0]
    >>> failure(Graphs(model.ensemble.at(d="100/156"), model.learner, 100, 156), law, "100/156")
    <100 skills, 156 texts: anything is left with probability 0.00350066 (corrected)>
    """
    skills, texts = graphs.skills, graphs.texts
    left = 1.0 if law is None else float(law.residue)
    of_small, share = _of_small(graphs, left * skills / 2)
    if method == "recursion" or (method == "auto" and _is_quick(graphs)):
        exact = recursion(graphs.ensemble, graphs.learner, skills=skills, texts=texts)
        return Failure(skills, texts, exact.stuck, _beyond(exact.stuck, of_small), of_small, exact.zeta, "recursion")
    stops = law is not None and skills > FEW
    if method == "auto" and stops and graphs.ensemble.matching == PARTS and (large := _large(graphs, left * skills / 2)):
        jump, lost = large
        return Failure(skills, texts, _either(jump, of_small), jump, of_small, lost + (1 - jump) * share, "corrected")
    jump = law.stuck(value, skills) if law is not None and stops else 0.0
    return Failure(skills, texts, _either(jump, of_small), jump, of_small, jump * left + (1 - jump) * share, "law")


def _either(jump: float, of_small: float) -> float:
    """Return the chance of one of two that are independent; however small, it keeps its digits."""
    return jump + of_small - jump * of_small


def _beyond(stuck: float, of_small: float) -> float:
    """Return the chance that is left for the jump."""
    return max(0.0, 1 - (1 - stuck) / (1 - of_small)) if of_small < 1 else 0.0


@dataclass(frozen=True)
class Building:
    """What is built of a model whose one free letter, or whose texts, follow from the numbers of skills and texts.

    A letter in which the ratio changes takes the value that gives the numbers. Where there is none, and all texts have one degree, their
    degrees become what the edges make them: the two whole numbers next to edges per text. `known` is the law of finite size in the letter,
    where somebody has it.
    """

    ensemble: Ensemble
    learner: Learner
    known: FiniteSize | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.learner, SkillLearner):
            raise InputError("size", "is known for s-skill learners", given=str(self.learner))
        free = self.ensemble.letters - ({self.letter} if self.letter else set())
        if free:
            raise InputError("the model", f"must have every other letter bound; {', '.join(sorted(map(str, free)))} is free")
        if self.letter is None and (one_degree(self.ensemble.texts) is None or one_degree(self.ensemble.skills) is None):
            requirement = "must have a letter in which the ratio of texts to skills changes, or nodes of one degree on both sides"
            raise InputError("the model", requirement, given=self.ensemble)

    @cached_property
    def letter(self) -> sp.Symbol | None:
        """The letter that follows from the numbers, if any."""
        letters = self.ensemble.ratio.free_symbols
        if len(letters) > 1:
            raise InputError("the model", "must have one letter in which the ratio changes", given=", ".join(sorted(map(str, letters))))
        return next(iter(letters), None)

    @cached_property
    def step(self) -> int:
        """By how many the number of texts changes: by as many as there are parts."""
        return one_degree(self.ensemble.skills) or 1 if self.ensemble.matching == PARTS else 1

    @property
    def fewest(self) -> int:
        """The fewest texts that there may be: as many as a skill may meet, where they are distinct."""
        _, largest = self.ensemble.skills.support or (1, None)
        return largest if self.ensemble.matching == DISTINCT and largest is not None else self.step

    def in_no_text(self, skills: int) -> float:
        """Return the chance that one of so many unknown skills is in no text, where it does not depend on their number."""
        chance = self.ensemble.skills.pmf(0) * self.ensemble.unknown
        return 0.0 if chance.free_symbols else float(1 - (1 - chance) ** skills)

    def value(self, skills: int, texts: int) -> sp.Expr:
        """Return the value of the letter at which there are so many."""
        assert self.letter is not None
        found = [value for value in sp.solve(self._ratio, self.letter) if value.is_positive is not False]
        if len(found) != 1:
            raise InputError("the ratio", "must be given by one value of its letter", given=self.ensemble.ratio)
        return found[0].xreplace({_R: sp.Rational(texts, skills)})

    @cached_property
    def _ratio(self) -> sp.Expr:
        return self.ensemble.ratio - _R

    def graphs(self, skills: int, texts: int) -> Graphs:
        """Return the graphs of so many skills and texts."""
        if self.letter is not None:
            return Graphs(self.ensemble.bind({self.letter: self.value(skills, texts)}), self.learner, skills, texts)
        return Graphs(self._concentrated(skills, texts), self.learner, skills, texts)

    def _concentrated(self, skills: int, texts: int) -> Ensemble:
        edges = (one_degree(self.ensemble.skills) or 0) * skills
        low, more = divmod(edges, texts)
        if low < 1:
            raise InputError("texts", "must be at most as many as there are edges", given=texts)
        shares = ((low, sp.Rational(texts - more, texts)), (low + 1, sp.Rational(more, texts)))
        return replace(self.ensemble, texts=Regular(low) if not more else Polynomial(shares))

    def failure(self, skills: int, texts: int, method: str = "auto") -> Failure:
        """Return the chance that anything is left, by a method as of `failure`."""
        graphs = self.graphs(check_count(skills, 1, MOST_NODES, "items"), check_count(texts, 1, MOST_NODES, "texts"))
        if self.letter is not None:
            return failure(graphs, self.law, self.value(skills, texts), method)
        return failure(graphs, _law(graphs.ensemble, self.learner), graphs.ensemble.unknown, method)

    def has_law(self, skills: int) -> bool:
        """Whether so many skills are enough for the law of finite size, where there is one law for all numbers of texts."""
        return self.letter is None or skills <= FEW or self.law is None or self.law.holds(skills)

    @cached_property
    def law(self) -> FiniteSize | None:
        """The law of finite size at the last jump, if there is a jump."""
        return self.known or _law(self.ensemble, self.learner)


def _of_small(graphs: Graphs, most: float) -> tuple[float, float]:
    """Return the chance that a small set is left, and the mean share of the skills in those."""
    sets = small(mean_numbers(graphs, float), graphs.skills, most)
    number = sum(sets)
    return number / (1 + number), sum(k * mean for k, mean in enumerate(sets, start=1)) / (graphs.skills * (1 + number))


def _large(graphs: Graphs, most: float) -> tuple[float, float] | None:
    """Return the chance that more than small sets is left, and the mean share, where texts are distinct in place of in parts.

    That is the recursion without what the small sets of that matching do; on what is larger, the matching has next to no effect.
    """
    distinct = graphs._replace(ensemble=replace(graphs.ensemble, matching=DISTINCT))
    if not _is_quick(distinct):
        return None
    exact = recursion(distinct.ensemble, distinct.learner, skills=distinct.skills, texts=distinct.texts)
    of_small, share = _of_small(distinct, most)
    return _beyond(exact.stuck, of_small), max(0.0, exact.zeta - share)


def _is_quick(graphs: Graphs) -> bool:
    """Whether the recursion holds, and takes seconds."""
    return seconds(graphs.ensemble, graphs.learner, graphs.skills, graphs.texts) < _QUICK


_R = sp.Symbol("texts_per_skill", positive=True)
_EPS = sp.Symbol("unknown_share", positive=True)


def _law(ensemble: Ensemble, learner: Learner) -> FiniteSize | None:
    """Return the law of finite size at the last jump, in the letter of an ensemble, or else in the share of unknown skills."""
    stated = ensemble if ensemble.letters else replace(ensemble, unknown=_EPS)
    (letter,) = stated.letters
    equation = FixedPointEquation(stated, learner)
    jumps = thresholds(Question.of(equation, letter, _DIGITS + GUARD), "emergence")
    return finite_size(AtThreshold(equation, jumps[-1]), _DIGITS) if len(jumps) else None
