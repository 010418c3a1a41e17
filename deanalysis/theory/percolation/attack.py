"""Attacks: remove a share of the learned skills, those that most texts require first; and the share that leaves no giant component."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import sympy as sp
from flint import arb, ctx

from ...balls.compiling import ball_of
from ...balls.numbers import check_digits, prove_number
from ...checks import require_between
from ...errors import InputError
from ...model.association import HIGHEST_CUT, Association, Cutoff, Uniform
from ...model.exact import Value, exact_number
from ..evolution.answers import Cause, Status, Undecided
from ..evolution.states.fixed_points import LargestFixedPoint
from ..evolution.thresholds.results import Threshold, Thresholds
from .equations import PercolationEquations, approximate_system, system_of
from .messages import BoundSystem, determinant, less_than_one

_BITS = 200
"""Bits in which shares of skills are added up, degree by degree: 15 digits are left where all but 10^-40 of them cancel."""
_DIGITS = 15
"""Digits of the part of the last degree that is kept: an exact number in all formulas, which more digits make longer."""

Attacked = TypeVar("Attacked", bound=PercolationEquations)


def attacked(percolation: Attacked, share: Value, **values: Value) -> Attacked:
    """Return the same percolation after an attack that removes `share` of its vertices in order of degree, every letter being bound.

    The chance to be a vertex of degree k is L_k (1 - eps (1 - T)^k) for learned skills, L_k for all; skills of more than K texts go,
    and of those of K texts as many as it takes, to 15 digits. Raises `InputError` where something is removed already.

    >>> from deanalysis import load_model
    >>> from deanalysis.theory.facades.density_evolution import DensityEvolution
    >>> from deanalysis.theory.facades.percolation import Percolation
    >>> model = load_model("paper")
    >>> whole = Percolation(DensityEvolution(model.ensemble, model.learner))
    >>> float(attacked(whole, "0.1", c=1, R=2).component(c=1, R=2).giant_component) < 0.4
    True
    """
    removed = require_between(exact_number(share, "attack"), 0, 1, "attack")
    attack = _Attack(percolation, values)
    if removed == 0:
        return percolation
    with ctx.workprec(_BITS):
        left = attack.whole() * (1 - ball_of(removed))
        for degree in range(HIGHEST_CUT + 1):
            vertices = attack.vertices(degree)
            if left < vertices:
                part = sp.Rational((left / vertices).mid().str(_DIGITS, radius=False))
                return replace(percolation, association=attack.cut(degree, sp.Max(0, part)))
            left = left - vertices
    raise InputError("attack", f"must leave no skill of more than {HIGHEST_CUT} texts", given=share)


def attack_thresholds(
    percolation: PercolationEquations, parameter: str, *, digits: int = 15, approximate: bool = False, **values: Value
) -> Thresholds:
    """Return the share of the vertices, called `parameter`, that is removed in order of degree when the giant component disappears.

    With vertices of degree below K and a part s of those of degree K kept, the Jacobian of the messages is J + s N. Its spectral radius
    grows with K and s; K is the first degree with a radius above 1 at s = 1, s the least root of det(1 - J - s N), and the share is what
    that leaves out (for texts of two skills Callaway, Newman, Strogatz, Watts, PRL 85, 2000). `approximate` asks for the independent
    approximation. Raises `InputError` where something is removed already, or K would be above 1000.

    >>> from deanalysis.model import Ensemble, Geometric, Regular
    >>> from deanalysis.theory.facades.percolation import site_percolation
    >>> attack_thresholds(site_percolation(Ensemble(Regular(2), Geometric("1/(exp(0.4) - 1)"))), "a")
    [<percolation a* = 0.118212568401217 ; 15 digits proved>]
    """
    check_digits(digits)
    attack = _Attack(percolation, values, approximate)
    if percolation.association.learned and (reason := percolation.equation.bind(attack.values).never_starts):
        return Thresholds(parameter, (), f"no giant component: {reason}")
    there = attack.bound(percolation.association).percolates
    if there is None:
        doubt = Undecided(Cause.GIANT_COMPONENT, "whether there is a giant component before the attack")
        return Thresholds(parameter, (), str(doubt), undecided=(doubt,))
    if not there:
        return Thresholds(parameter, (), f"no giant component for any {parameter}: there is none before the attack")
    degree = attack.critical_degree()
    value = prove_number(lambda: attack.critical_share(degree), digits)
    with ctx.workprec(_BITS):
        status = Status.of(value.has(digits) and attack.part_kept(degree) > 0)
    return Thresholds(parameter, (Threshold("percolation", parameter, value, None, status, "below"),))


class _Attack:
    """What is left of an association graph, every letter being bound, while vertices are removed in order of degree."""

    def __init__(self, percolation: PercolationEquations, values: dict[str, Value], approximate: bool = False) -> None:
        self.equation, self.association, self.approximate = percolation.equation, percolation.association, approximate
        if self.association.kept != Uniform(sp.S.One):
            raise InputError("attack", "must not be given with another way to keep skills", given=self.association.kept)
        self.values = percolation.all_bound(values)
        self.law = self.equation.bind(self.values).ensemble.skills
        self.largest = LargestFixedPoint(self.equation, self.values)

    def cut(self, degree: int, part: sp.Expr) -> Association:
        """Return the association graph of the vertices of lower degree, and of a part of those of this one."""
        return Association(self.association.edges, Cutoff(degree, part), self.association.learned)

    @property
    def _learned(self) -> bool:
        """Whether a vertex is the likelier the more texts it has."""
        return self.association.learned and not self.approximate

    def whole(self) -> arb:
        """Return the share of skills that are vertices."""
        return 1 - self._value(self.equation.novel) if self._learned else arb(1)

    def vertices(self, degree: int) -> arb:
        """Return the share of skills that are vertices of a degree."""
        if not self._learned:
            return ball_of(self.law.pmf(degree))
        missed = self._value(self.equation.ensemble.unknown) * (1 - self._value(self.equation.teaching)) ** degree
        return ball_of(self.law.pmf(degree)) * (1 - missed)

    def _value(self, expression: sp.Expr) -> arb:
        return self.largest.evaluator.value(expression, self.largest.state())

    def critical_degree(self) -> int:
        """Return the first degree at which a radius above 1 is proved, by doubling and halving; `InputError` where it is too high."""
        low, high = 0, 1
        with ctx.workprec(_BITS):
            while not self._percolates_to(high):
                if high == HIGHEST_CUT:
                    raise InputError("attack", f"must have its threshold where no skill of more than {HIGHEST_CUT} texts is left")
                low, high = high, min(2 * high, HIGHEST_CUT)
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if self._percolates_to(middle) else (middle, high)
        return high

    def _percolates_to(self, degree: int) -> bool:
        return bool(self.bound(self.cut(degree, sp.S.One)).radius() > 1)

    def bound(self, association: Association) -> BoundSystem:
        """Return the message system of an association graph at the state in which learning stops."""
        return BoundSystem((approximate_system if self.approximate else system_of)(self.equation, association), self.largest)

    def part_kept(self, degree: int) -> arb:
        """Return the part s of the vertices of the critical degree that is kept at the threshold: 2 C/(sqrt(B^2 - 4 A C) - B).

        det(1 - J - s N) = A s^2 + B s + C with A = det N, C = det(1 - J) and A + B + C = det(1 - J - N).
        """
        start, end = (less_than_one(self.bound(self.cut(degree, part)).jacobian()) for part in (sp.S.Zero, sp.S.One))
        steps = [[before - after for before, after in zip(*rows, strict=True)] for rows in zip(start, end, strict=True)]
        if len(start) == 1:
            return start[0][0] / steps[0][0]
        mixed = start[0][0] * steps[1][1] + start[1][1] * steps[0][0] - start[0][1] * steps[1][0] - start[1][0] * steps[0][1]
        constant, square = determinant(start), determinant(steps)
        return 2 * constant / ((mixed**2 - 4 * square * constant).sqrt() + mixed)

    def critical_share(self, degree: int) -> arb:
        """Return the share of the vertices that is removed at the threshold."""
        kept = sum((self.vertices(lower) for lower in range(degree)), arb(0)) + self.part_kept(degree) * self.vertices(degree)
        return 1 - kept / self.whole()
