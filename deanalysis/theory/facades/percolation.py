"""`Percolation`: whether what is learned hangs together; giant component, threshold and association graph of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Self

import sympy as sp

from ...balls.numbers import ZERO, Number, check_digits, prove_number, prove_numbers
from ...checks import check_count, require_kind
from ...errors import InputError
from ...model.association import Association
from ...model.degrees import Limit
from ...model.ensembles import Ensemble
from ...model.exact import Value
from ...model.learners import SkillLearner
from ...model.occupation import Occupation
from ...model.symbols import q
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.letters import Lettered, vanishing
from ..evolution.search import parse_search
from ..evolution.states.fixed_points import LargestFixedPoint
from ..evolution.states.limits import LimitState, is_continuous, limit_reason
from ..evolution.thresholds.methods import by_method, check_method, filled
from ..evolution.thresholds.results import Cause, Thresholds, Undecided, doubts, read_doubts
from ..percolation.component import BoundSystem
from ..percolation.equations import MessageSystem, approximate_system, system_of, z
from ..percolation.thresholds import percolation_thresholds

__all__ = ["GiantComponent", "Percolation", "site_percolation"]

_NOTHING = Number("nan", "-inf", "inf")
_MOST_DEGREE = 10_000


@dataclass(frozen=True)
class GiantComponent:
    """The association graph at one point of the letters (theory, section 6), as fractions of all skills.

    `giant_component` is exact, `independent_approximation` what independent site percolation gives at the same share of skills,
    `learned` 1 - zeta, `kept` the vertices (learned skills that stay). `branching_factor` is the spectral radius at the state without a
    giant component: there is one where it exceeds 1. `mean_component` is the mean size of the component of a random vertex outside the
    giant one, `mean_degree` and `clustering` describe the association graph; they are nan where there is no vertex. `status` is 'proved',
    'undecided' or 'numerical', with the `reason`; `undecided` is what could not be proved.
    """

    giant_component: Number
    independent_approximation: Number
    learned: Number
    kept: Number
    branching_factor: Number
    mean_component: Number
    mean_degree: Number
    clustering: Number
    status: str
    reason: str | None = None
    undecided: tuple[Undecided, ...] = ()

    NAMES: ClassVar = (
        *("giant_component", "independent_approximation", "learned", "kept"),
        *("branching_factor", "mean_component", "mean_degree", "clustering"),
    )

    def __repr__(self) -> str:
        approximation = f"independent approximation {self.independent_approximation}"
        return f"<giant component {self.giant_component} of {self.kept} kept; {approximation}; {self.status}>"

    def _repr_latex_(self) -> str:
        return f"$S = {self.giant_component._repr_latex_().strip('$')}$"

    def to_dict(self) -> dict[str, Any]:
        """Return what `percolation --json` prints of it."""
        content: dict[str, Any] = {name: getattr(self, name).json() for name in self.NAMES}
        enclosures = {name: getattr(self, name).enclosure() for name in self.NAMES}
        content |= {"status": self.status, "enclosures": enclosures}
        return content | ({"reason": self.reason} if self.reason else {}) | doubts(self.undecided)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> GiantComponent:
        """Return the component that `to_dict` wrote."""
        numbers = {name: Number.from_json(content[name], content["enclosures"][name]) for name in cls.NAMES}
        return cls(**numbers, status=content["status"], reason=content.get("reason"), undecided=read_doubts(content))


@dataclass(frozen=True)
class Percolation(Lettered):
    """Percolation on the association graph of what a learner learns, exactly and in the independent approximation.

    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> from deanalysis.model.symbols import R, c
    >>> percolation = Percolation(FixedPointEquation(Ensemble(texts=Poisson(c), skills=Poisson(c * R)), SkillLearner(1)))
    >>> percolation.component(c=1, R="1.5", digits=10)
    <giant component 0.2966295084 of 0.6539738774 kept; independent approximation 0; proved>
    """

    equation: FixedPointEquation
    association: Association = field(default_factory=Association)

    def __post_init__(self) -> None:
        require_kind(self.equation, FixedPointEquation, "percolation", "that of a DensityEvolution")
        self.equation.require_room("percolation")

    @cached_property
    def system(self) -> MessageSystem:
        """The equations, exact."""
        return system_of(self.equation, self.association)

    @cached_property
    def approximation(self) -> MessageSystem:
        """The equations of independent site percolation at the same share of skills."""
        return approximate_system(self.equation, self.association)

    def _repr_latex_(self) -> str:
        return self.system._repr_latex_()

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return self.equation.letters | self.association.letters

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        return [*self.equation.limits, *self.association.kept.limits]

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return a copy with letters bound."""
        return type(self)(self.equation.bind(bound), self.association.bind(bound))

    def component(self, *, digits: int = 15, method: str = "auto", **values: Value) -> GiantComponent:
        """Return the giant component and its graph, with proved digits; every letter must be bound.

        `method` is 'balls' (proved or undecided), 'mpmath' (numerical) or 'auto', balls and mpmath where they are undecided.
        A letter may be 0, which asks for the limit as it falls to 0, by balls; the reason says so.

        >>> from deanalysis import load_model
        >>> model = load_model("paper")
        >>> diluted = Percolation(FixedPointEquation(model.ensemble, model.learner), Association(keep="p"))
        >>> found = diluted.component(c=1, R=2, p=0)
        >>> found.giant_component, found.reason
        (0, 'the limit as p falls to 0')
        """
        check_method(method)
        digits = check_digits(digits)
        bound = self.all_bound(values, limits=True)
        if vanishing(bound):
            return self._limit(bound, digits)
        return by_method(
            method,
            lambda: self._proved(LargestFixedPoint(self.equation, bound), digits),
            lambda found: found.status == "undecided",
            lambda: self._numerical(bound, digits),
            lambda proved, found: filled(proved, found, GiantComponent.NAMES, digits),
        )

    def _numerical(self, bound: Mapping[sp.Symbol, sp.Expr], digits: int) -> GiantComponent:
        """Return the giant component that mpmath finds."""
        from ...balls.numerical.engines import Function
        from ...balls.numerical.roots import agreed, agreed_all
        from ..evolution.states.numerical import SCANNED_STATES, numerical_state
        from ..percolation.numerical_component import NumericalSystem

        state, ratio = numerical_state(self.equation, bound), self.equation.ensemble.ratio.xreplace(dict(bound))
        learned = agreed(lambda: 1 - Function(q, bound).value(self.equation.novel, state()), digits)
        if self.association.learned and (learned == ZERO or self.equation.bind(bound).never_starts):
            return GiantComponent(ZERO, ZERO, ZERO, ZERO, ZERO, _NOTHING, _NOTHING, _NOTHING, "numerical", "nothing is learned")
        exact, approximate = (NumericalSystem(one, bound, state, ratio) for one in (self.system, self.approximation))
        parts = [exact.giant, approximate.giant, exact.kept, exact.radius, exact.mean_component]
        giant, approximated, kept, radius, finite = (agreed(part, digits) for part in parts)
        mean_degree, clustering = agreed_all(exact.graph, digits)
        reason = f"by mpmath: Newton's method for the messages, at the state of a {SCANNED_STATES}"
        return GiantComponent(giant, approximated, learned, kept, radius, finite, mean_degree, clustering, "numerical", reason)

    def _limit(self, bound: Mapping[sp.Symbol, sp.Expr], digits: int) -> GiantComponent:
        """Return the limit of the giant component as the letters that are 0 fall to 0: at the limit of the state.

        The messages follow, for where the smallest solution has a Jacobian of a radius below 1, it moves continuously.
        """
        limit, system = LimitState(self.equation, bound), self.system
        continuous = is_continuous([*system.right_sides, system.finite], [*system.messages, z, q], bound)
        found, reason = self._proved(limit, digits), limit_reason(bound)
        if not (limit.is_limit and continuous):
            nothing = dict.fromkeys(GiantComponent.NAMES, _NOTHING)
            doubt = Undecided(Cause.GIANT_COMPONENT, "whether the giant component is continuous there")
            return GiantComponent(**nothing, status="undecided", reason=f"{reason}: {doubt.about}", undecided=(doubt,))
        return replace(found, reason="; ".join(filter(None, (reason, found.reason))))

    def _proved(self, largest: LargestFixedPoint, digits: int) -> GiantComponent:
        """Return the giant component with proved digits."""
        learned = self._learned(largest, digits)
        if self.association.learned and learned == ZERO:
            return GiantComponent(ZERO, ZERO, ZERO, ZERO, ZERO, _NOTHING, _NOTHING, _NOTHING, "proved")
        exact, approximate = (BoundSystem(one, largest) for one in (self.system, self.approximation))
        giant, approximated = (_giant(one, digits) for one in (exact, approximate))
        kept, branching, mean_degree, clustering = prove_numbers(lambda: [exact.kept(), exact.radius(), *exact.graph()], digits)
        finite = prove_numbers(lambda: [exact.mean_component()], digits)[0] if exact.percolates is not None else _NOTHING
        proved = all(one.has(digits) for one in (giant, approximated, learned, kept))
        doubt = Undecided(Cause.GIANT_COMPONENT, "whether there is a giant component, or its digits")
        status, said = ("proved", ()) if proved else ("undecided", (doubt.about, (doubt,)))
        return GiantComponent(giant, approximated, learned, kept, branching, finite, mean_degree, clustering, status, *said)

    def degree_law(self, most: int, *, digits: int = 15, **values: Value) -> tuple[Number, ...]:
        """Return the probabilities that a random vertex has 0, 1, ..., `most` associations, with proved digits.

        They are generated by G(y) = H(v(y))/H(v(1)), H the chance to be a vertex in a finite component and v(y) the state without a giant
        component less (1 - y) times the chance that the skill on an edge is a vertex (for independent skills Newman, Strogatz, Watts).
        Raises `InputError` where there is no vertex.

        >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
        >>> percolation = Percolation(FixedPointEquation(Ensemble(texts=Poisson(1), skills=Poisson("1.5")), SkillLearner(1)))
        >>> percolation.degree_law(2, digits=5)
        (0.26078, 0.27804, 0.20105)
        """
        most = check_count(most, 0, _MOST_DEGREE, "the largest degree")
        digits = check_digits(digits)
        largest = LargestFixedPoint(self.equation, self.all_bound(values))
        if self.association.learned and self._learned(largest, digits) == ZERO:
            raise InputError("the association graph", "has no vertices: nothing is learned")
        system = BoundSystem(self.system, largest)
        return tuple(prove_numbers(lambda: system.degree_law(most + 1), digits))

    def thresholds(
        self,
        parameter: sp.Symbol | str | None = None,
        *,
        digits: int = 15,
        search: str | tuple[Value, Value] | None = None,
        approximate: bool = False,
        method: str = "auto",
        **values: Value,
    ) -> Thresholds:
        """Return all values of a letter at which a giant component appears or disappears, in ascending order, with proved digits.

        There the spectral radius of the Jacobian at the trivial solution passes 1, either gradually or with a jump of what is learned;
        `learned_side` is the side on which there is a giant component. `approximate` asks for those of the independent
        approximation. While other letters are free, closed forms are returned where the radius does not depend on q.

        >>> from deanalysis import load_model
        >>> model = load_model("paper")
        >>> percolation = Percolation(FixedPointEquation(model.ensemble, model.learner))
        >>> percolation.thresholds("R", c=1), percolation.thresholds("R", c=3)
        ([<percolation R* = 1.11574269517670 ; 15 digits proved>], [<percolation R* = 0.539192137558454 ; 15 digits proved>])
        >>> Percolation(percolation.equation, Association(learned=False, keep="p")).thresholds("R")
        [<percolation R* = 1/(c^2*p)>]
        """
        digits = check_digits(digits)
        bound, symbol = self._free(values, parameter)
        return percolation_thresholds(self, symbol, bound, digits, parse_search(search), approximate, check_method(method))

    def _learned(self, largest: LargestFixedPoint, digits: int) -> Number:
        """Return 1 - zeta."""
        if largest.never_starts:
            return ZERO
        return prove_number(lambda: 1 - largest.evaluator.value(self.equation.novel, largest.state()), digits)


def site_percolation(ensemble: Ensemble, keep: Occupation | Value = 1) -> Percolation:
    """Return independent site percolation on the association graph of an ensemble: each skill is kept with probability `keep`.

    With texts of two skills, `Regular(2)`, this is percolation on a random graph with the degree law of the skills.

    >>> from deanalysis.model import Poisson, Regular
    >>> site_percolation(Ensemble(texts=Regular(2), skills=Poisson("1.5"))).component(digits=30).giant_component
    0.582811643865811386041076010554
    >>> site_percolation(Ensemble(texts=Regular(2), skills=Poisson("m")), "p").thresholds("p")
    [<percolation p* = 1/m>]
    """
    return Percolation(FixedPointEquation(ensemble, SkillLearner(1)), Association(keep=keep, learned=False))


def _giant(system: BoundSystem, digits: int) -> Number:
    """Return the giant component; where it is undecided whether there is one, all that is known is that it is small."""
    if system.percolates is None:
        return Number("nan", "0", "1")
    return prove_number(system.giant, digits) if system.percolates else ZERO
