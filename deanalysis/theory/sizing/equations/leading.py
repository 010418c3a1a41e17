"""The leading term of the floor in closed form: the stuck sets that are commonest as the number of skills grows."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ....checks import check_count
from ....model.degrees import Ensemble
from ....model.formula import Formula
from ....model.learners import Learner
from ....model.matching import PARTS
from ....record import Record
from .commonest import Counting, n

_MOST_EXCLUDED = 50
"""Sizes of sets that may be excluded: each adds a term to the floor of cycles."""


@dataclass(frozen=True)
class LeadingSets(Record):
    """Stuck sets of a number of skills with these degrees, and their mean number to leading order in n."""

    skills: int
    degrees: tuple[int, ...]
    mean: Formula

    def __repr__(self) -> str:
        return f"<{self.skills} skills of degrees {self.degrees}: {self.mean}>"

    def _repr_latex_(self) -> str:
        return rf"$A_{{{self.skills}}} \simeq {self.mean.latex}$"


@dataclass(frozen=True)
class FloorLaw(Record):
    """The floor to leading order in the number n of skills: of the chance that any skill stays novel, and of the share that does.

    `block` falls as n to the power `exponent`, `share` by one power more. `sets` are the stuck sets that both are made of; where that
    exponent is 0 these are all cycles of skills of degree 2, and `sets` is empty.
    """

    exponent: int
    block: Formula
    share: Formula
    sets: tuple[LeadingSets, ...] = ()

    def __repr__(self) -> str:
        return f"<floor: {self.block} of the graphs, {self.share} of the skills>"

    def _repr_latex_(self) -> str:
        return rf"$P \simeq {self.block.latex},\quad \zeta \simeq {self.share.latex}$"


def floor_law(ensemble: Ensemble, learner: Learner, *, least: int = 1) -> FloorLaw:
    """Return the leading term of the floor below all thresholds, as formulas in n and the letters of the model.

    A set of k skills with e edges, which meet t texts with at least j of the edges each, has a mean number of order n^(k + t - e), where j
    is the least with b_j > 0. So t = floor(e/j), and few sets have the largest power of n. Cycles are the exception: skills of degree 2,
    two of them in each text. Their mean number is x^k/(2k), x = eps lambda'(0) (a_0 - a_1) rho'(1), for k from 1 on, from 2 on where a
    skill meets a text once at most, and x^k/k for even k in two parts. They are nearly independent, so that 1 - (1-x)^{1/2} is the chance
    of one, if none is excluded. Sources: Orlitsky, Viswanathan, Zhang, IEEE Trans. IT 51(3), 2005 (degree 2); Ivanov, Brannstrom, Graell i
    Amat, Popovski, IEEE Commun. Letters 19(3), 2015 (users of distinct slots); other sets are counted here.

    Sets of fewer than `least` skills are excluded, as if graphs that have one were discarded (expurgation).
    Raises `InputError` where skills of degree 0 or 1 stay novel at any size, where the learner may fail at a single skill, and where no set
    can be stuck.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> floor_law(model.ensemble, model.learner).block
    625*eps^2/(18*n) + 20*eps/(9*n)
    """
    counting = Counting(ensemble, learner, check_count(least, 1, _MOST_EXCLUDED, "the least size of a stuck set"))
    if counting.has_cycles:
        return _of_cycles(counting)
    sets = counting.leading()
    means = [(len(one.degrees), one.mean) for one in sets]
    block, share = (sp.Add(*terms) for terms in ([mean for _, mean in means], [size * mean / n for size, mean in means]))
    found = tuple(LeadingSets(len(one.degrees), one.degrees, Formula.of(one.mean)) for one in sets)
    return FloorLaw(sets[0].power, Formula.of(block), Formula.of(share), found)


def _of_cycles(counting: Counting) -> FloorLaw:
    """Return the floor of cycles; those in two parts have an even number of skills, and are twice as many."""
    step = 2 if counting.ensemble.matching == PARTS else 1
    x = counting.cycle_step**step
    smallest = -(-counting.smallest // step)
    forbidden = sp.Add(*(x**half / (2 * half) for half in range(1, smallest)))
    block = 1 - sp.sqrt(1 - x) * sp.exp(forbidden)
    return FloorLaw(0, Formula.of(block), Formula.of(step * x**smallest / (2 * n * (1 - x))))
