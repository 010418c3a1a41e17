"""Small stuck sets and the error floor that they make far from the jump."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from math import inf
from typing import Any

import sympy as sp
from flint import arb, fmpq

from ...balls.numbers import Number, prove_number
from ...checks import check_count
from ...errors import InputError
from ...model.degrees import Ensemble
from ...model.exact import letters_within
from ...model.learners import Learner, refuse_ideal
from ...model.matching import one_degree
from ...record import ALWAYS, Record, Shown, Table
from .counting.given import Graphs, exactly
from .counting.means import mean_numbers
from .failure import MOST_NODES, small

_MOST_SIZE = 60
"""Largest stuck set whose mean number is asked for exactly."""


@dataclass(frozen=True)
class Floor(Record):
    """The error floor of graphs of `skills` skills and `texts` texts, from the mean numbers A_1, A_2, ... of small stuck sets (`sets`).

    With S = sum A_k over the sets that count, `bound` = S bounds the chance that such a set is stuck (the mean of a number that is at least
    1 then), `block` = S/(1 + S) is that chance if stuck sets that do not touch come independently, and `share` = sum k A_k/(n (1 + S)) the
    mean share of the skills that is left. Sets of up to `expurgated` skills are left out.
    """

    skills: int
    texts: int
    sets: tuple[float, ...]
    bound: float
    block: float
    share: float
    expurgated: int = field(default=0, metadata=ALWAYS)

    def __repr__(self) -> str:
        return f"<floor of {self.skills} skills, {self.texts} texts: block {self.block:.6g}, share {self.share:.6g}>"

    def table(self) -> Table:
        """Return the mean numbers by size, and what they say."""
        rows = [(k, f"{mean:.6g}") for k, mean in enumerate(self.sets, start=1)]
        counted = f" of more than {self.expurgated} skills" if self.expurgated else ""
        notes = (
            f"{self.skills} skills, {self.texts} texts",
            f"a small set{counted} is stuck with probability {self.block:.6g}, at most {self.bound:.6g}",
            f"mean share of the skills left: {self.share:.6g}",
        )
        return Table(("skills in the set", "mean number of stuck sets"), rows, notes)


def texts_of(ensemble: Ensemble, skills: int) -> tuple[int, ...]:
    """Return how many texts go with so many skills: R n, rounded; of texts of one degree the last may be cut, or left out.

    >>> from deanalysis import load_model
    >>> texts_of(load_model("ldpc(3,6)").ensemble, 5), texts_of(load_model("irsa(x^3)").ensemble.at(G="3/4"), 5)
    ((3, 2), (7,))
    """
    exact = ensemble.ratio * skills
    if one_degree(ensemble.texts) and one_degree(ensemble.skills):
        return int(sp.ceiling(exact)), int(sp.floor(exact))
    return (round(float(exact)),)


@dataclass(frozen=True)
class StuckSets(Shown):
    """The stuck sets of graphs of `skills` skills: sets of which each text has no skill, or so many that it teaches none of them.

    Arguments: ensemble and learner with all letters bound; `skills`, and `texts` (default: R n, rounded). Raises `InputError` where a
    letter is free, and where nodes differ in popularity while those on the other side have their degrees.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> sets = StuckSets(model.ensemble.at(eps="0.2"), model.learner, 120)
    >>> sets.mean(1), round(sets.floor().bound, 6)
    (0.00373476914458225, 0.018361)
    """

    ensemble: Ensemble
    learner: Learner
    skills: int
    texts: int | None = None

    def __post_init__(self) -> None:
        refuse_ideal(self.learner, "the count of stuck sets")
        if free := sorted(map(str, letters_within((self.ensemble, self.learner)))):
            raise InputError("the model", f"must have every letter bound; {', '.join(free)} is free", remedy=f"set {free[0]}")
        object.__setattr__(self, "skills", check_count(self.skills, 1, MOST_NODES, "skills"))
        stated = texts_of(self.ensemble, self.skills)
        if self.texts is not None and check_count(self.texts, 1, MOST_NODES, "texts") not in stated:
            raise InputError("texts", f"must be {stated[0]}, as the laws say", given=self.texts, remedy="leave it out")
        object.__setattr__(self, "texts", check_count(self.texts or stated[0], 1, MOST_NODES, "texts"))

    def __repr__(self) -> str:
        return f"<stuck sets of {self.skills} skills, {self.texts} texts: {self.ensemble}>"

    def table(self) -> Table:
        """Return the mean numbers of small stuck sets by size, and the floor that they make."""
        return self.floor().table()

    @cached_property
    def graphs(self) -> Graphs:
        """The graphs that are counted."""
        assert self.texts is not None
        return Graphs(self.ensemble, self.learner, self.skills, self.texts)

    def mean(self, k: int, digits: int = 15) -> Number:
        """Return A_k, the mean number of stuck sets of k unknown skills, exactly.

        Without repeated edges, where both sides have given degrees, it is a number without proof, with an error of order 1/n^3
        (`counting.configuration`).
        Raises `InputError` where that takes too much.
        """
        k = check_count(k, 1, min(self.skills, _MOST_SIZE), "k")

        def compute() -> Any:
            found = next(islice(mean_numbers(self.graphs, exactly), k - 1, None), None)
            if found is None:
                raise InputError("k", "must be smaller for these laws, or counting takes too much", given=k)
            return arb(found) if isinstance(found, fmpq) else found

        found = compute()
        return Number(f"{found:.6g}", "-inf", "inf") if isinstance(found, float) else prove_number(compute, digits)

    def floor(self, *, expurgated: int = 0, largest: int | None = None) -> Floor:
        """Return the error floor: that of all sets that are small, or of up to `largest` skills.

        Sets are small up to a tenth of the skills (all, of up to 12 skills) and as long as larger ones are rarer. `expurgated`: graphs with
        a stuck set of up to so many skills are not used, as of codes; to first order the others are as they were.
        """
        expurgated = check_count(expurgated, 0, self.skills, "expurgated")
        means = mean_numbers(self.graphs, float)
        if largest is None:
            sets = small(means, self.skills, self.skills / 2)
        else:
            sets = list(islice(means, check_count(largest, 1, self.skills, "largest")))
        counted = [0.0 if k <= expurgated else mean for k, mean in enumerate(sets, start=1)]
        bound, weighted = sum(counted), sum(k * mean for k, mean in enumerate(counted, start=1))
        if not bound < inf:
            raise InputError("largest", "must be smaller: there are more stuck sets than floats hold", given=largest)
        block, share = bound / (1 + bound), weighted / (self.skills * (1 + bound))
        return Floor(self.skills, self.graphs.texts, tuple(counted), bound, block, share, expurgated)
