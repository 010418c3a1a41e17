"""The loss at light load in a frame of given length: the power of the load, and its factor, exactly by the number of slots."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, repeat
from math import ceil

import sympy as sp

from ....errors import InputError
from ....model.degrees import Ensemble
from ....model.formula import Formula
from ....model.laws import Poisson
from ....model.learners import Learner
from ....model.matching import PARTS, REPEATED
from ....model.symbols import letter
from ....record import Record
from .growth import degrees_of
from .stuck import check_own, first_stuck, stuck_chance

m = letter("m")
"""How many texts there are: slots of a frame, cells of a table."""
load = letter("G")
"""Skills per text."""

Chances = list[tuple[sp.Expr, sp.Expr]]
"""Shares of the choices of users, and the chance of each that these users are stuck."""

_x = sp.Symbol("x", positive=True)


@dataclass(frozen=True)
class LightLoad(Record):
    """The share of the skills that stays novel as their number n = G m falls: `loss` = factor G^power, the factor exact in m."""

    power: int
    factor: Formula
    loss: Formula

    def __repr__(self) -> str:
        return f"<loss at light load: {self.loss}>"

    def _repr_latex_(self) -> str:
        return rf"$\zeta \simeq {self.loss.latex}$"


def light_load(ensemble: Ensemble, learner: Learner) -> LightLoad:
    """Return the loss of a frame of m slots as G falls to 0, for users (skills) that choose their slots, a Poisson number of mean G m.

    The least sets that can be stuck decide, of k users, so that the loss is proportional to G^(k-1). Where slots are distinct, or one in
    each part, these are k users of the same slots, k being the least number that a slot cannot resolve:

        loss = eps^k b_k^l (G m)^(k-1)/(k-1)! sum_l L_l (L_l/C(m, l))^(k-1), in parts (m/K)^K in place of C(m, l).

    Where they may repeat, even one user may be stuck: k = 1 and the loss tends to a constant, for the 1-skill learner. Letters of the
    laws may be free, and the mean number of users in a slot does not count. (A given number n of users has (n-1)...(n-k+1) in place of
    (G m)^(k-1).)

    Raises `InputError` for texts that are not Poisson, and for users without slots.

    >>> from deanalysis import load_model
    >>> model = load_model("irsa(x^3)")
    >>> light_load(model.ensemble, model.learner)
    <loss at light load: 6*G/((m - 2)*(m - 1))>
    """
    texts, skills = ensemble.texts, ensemble.skills
    check_own(m, ensemble, "texts")
    if not texts.is_uniform:
        raise InputError("the loss at light load", "needs texts poisson(MEAN), which skills choose", given=texts)
    degrees = [(int(degree), share) for degree, share in degrees_of(skills, "skills")]
    if degrees[0][0] == 0:
        raise InputError("the loss at light load", "needs skills that all have texts", given=skills)
    first = first_stuck(texts, learner)
    if first is None:
        raise InputError("the loss at light load", "needs a learner that can be stuck", given=learner)
    repeated = ensemble.matching == REPEATED
    size = ceil(first / degrees[-1][0]) if repeated else first
    stuck = _repeated(degrees, learner, size) if repeated else _alike(degrees, learner, size, ensemble.matching == PARTS)
    scale = m ** (size - 1) / sp.factorial(size - 1)
    factor = ensemble.unknown**size * sp.Add(*(share * scale * chance for share, chance in stuck))
    return LightLoad(size - 1, Formula.of(factor), Formula.of(factor * load ** (size - 1)))


def _falling(count: int) -> sp.Expr:
    """Return m (m-1) ... (m-count+1)."""
    return sp.prod([m - i for i in range(count)])


def _alike(degrees: list[tuple[int, sp.Expr]], learner: Learner, size: int, parts: bool) -> Chances:
    """Return the shares of so many users with the same number of slots, and the chances that these are the same, and stuck."""
    choices = {degree: (m / degree) ** degree if parts else _falling(degree) / sp.factorial(degree) for degree, _ in degrees}
    chance = stuck_chance(learner, size)
    return [(share**size, chance**degree / choices[degree] ** (size - 1)) for degree, share in degrees]


def _repeated(degrees: list[tuple[int, sp.Expr]], learner: Learner, size: int) -> Chances:
    """Return [x^e] L(x)^k, the share of k users with e edges, and e!/m^e [z^e] (sum_j b_j z^j/j!)^m, the chance that these are stuck."""
    users = sp.Poly(sum(share * _x**degree for degree, share in degrees) ** size, _x)
    most, first = users.degree(), first_stuck(Poisson(1), learner) or 1
    slot = sp.Poly(sum(stuck_chance(learner, j) * _x**j / sp.factorial(j) for j in range(1, most + 1)), _x)
    beyond = sp.Poly(_x ** (most + 1), _x)
    slots = list(accumulate(repeat(slot, most // first), lambda several, one: (several * one).rem(beyond)))

    def chance(edges: int) -> sp.Expr:
        counts = ((used, several.coeff_monomial(_x**edges)) for used, several in enumerate(slots, 1))
        ways = sp.Poly(sum(count / sp.factorial(used) * _falling(used) for used, count in counts), m)
        return sp.factorial(edges) * sp.Add(*(weight * m ** (power - edges) for (power,), weight in ways.terms()))

    return [(share, chance(edges)) for (edges,), share in users.terms()]
