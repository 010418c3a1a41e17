"""The giant component of the association graph: by balls, with proved digits, or by mpmath."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sympy as sp

from ...balls.bound import Bound
from ...balls.numbers import ZERO, Number, prove_number, prove_numbers
from ...balls.numerical.engines import MPMATH
from ...balls.numerical.roots import agreed, agreed_all
from ...errors import InputError
from ...model.symbols import q
from ..evolution.answers import Cause, State, Status, Undecided, by_method
from ..evolution.letters import vanishing
from ..evolution.states.fixed_points import LargestFixedPoint, LimitState, is_continuous, limit_reason
from ..evolution.states.numerical import SCANNED_STATES, NumericalState
from .equations import PercolationEquations, z
from .messages import BoundSystem, NumericalSystem

_NOTHING = Number("nan", "-inf", "inf")


@dataclass(frozen=True)
class GiantComponent(State):
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
    status: Status
    reason: str | None = None
    undecided: tuple[Undecided, ...] = ()

    def __repr__(self) -> str:
        approximation = f"independent approximation {self.independent_approximation}"
        return f"<giant component {self.giant_component} of {self.kept} kept; {approximation}; {self.status}>"

    def _repr_latex_(self) -> str:
        return f"$S = {self.giant_component.latex}$"


def giant_component(percolation: PercolationEquations, bound: Mapping[sp.Symbol, sp.Expr], digits: int, method: str) -> GiantComponent:
    """Return the giant component and its graph at bound letters, some of which may be 0 (see `Percolation.component`)."""
    if vanishing(bound):
        return _limit(percolation, bound, digits)
    return by_method(
        method,
        lambda: _proved(percolation, LargestFixedPoint(percolation.equation, bound), digits),
        lambda: _numerical(percolation, bound, digits),
        digits,
    )


def _numerical(percolation: PercolationEquations, bound: Mapping[sp.Symbol, sp.Expr], digits: int) -> GiantComponent:
    """Return the giant component that mpmath finds."""
    state = NumericalState(percolation.equation, bound).largest()
    learned = agreed(lambda: 1 - Bound((q,), bound, MPMATH).value(percolation.equation.novel, state()), digits)
    if percolation.association.learned and (learned == ZERO or percolation.equation.bind(bound).never_starts):
        return _nothing_learned(Status.NUMERICAL, "nothing is learned")
    exact, approximate = (
        NumericalSystem(system, percolation.equation, bound, state) for system in (percolation.system, percolation.approximation)
    )
    giant, approximated, kept, radius, finite = (
        agreed(part, digits) for part in (exact.giant, approximate.giant, exact.kept, exact.radius, exact.mean_component)
    )
    mean_degree, clustering = agreed_all(exact.graph, digits)
    reason = f"by mpmath: Newton's method for the messages, at the state of a {SCANNED_STATES}"
    return GiantComponent(giant, approximated, learned, kept, radius, finite, mean_degree, clustering, Status.NUMERICAL, reason)


def _nothing_learned(status: Status, reason: str | None = None) -> GiantComponent:
    return GiantComponent(ZERO, ZERO, ZERO, ZERO, ZERO, _NOTHING, _NOTHING, _NOTHING, status, reason)


def _limit(percolation: PercolationEquations, bound: Mapping[sp.Symbol, sp.Expr], digits: int) -> GiantComponent:
    """Return the limit of the giant component as the letters that are 0 fall to 0: at the limit of the state.

    The messages follow, for where the smallest solution has a Jacobian of a radius below 1, it moves continuously.
    """
    limit, system = LimitState(percolation.equation, bound), percolation.system
    continuous = is_continuous([*system.right_sides, system.finite], [*system.messages, z, q], bound)
    reason = limit_reason(bound)
    if not (limit.is_limit and continuous):
        nothing = dict.fromkeys(GiantComponent.measured(), _NOTHING)
        doubt = Undecided(Cause.GIANT_COMPONENT, "whether the giant component is continuous there")
        return GiantComponent(**nothing, status=Status.UNDECIDED, reason=f"{reason}: {doubt.about}", undecided=(doubt,))
    component = _proved(percolation, limit, digits)
    return replace(component, reason="; ".join(filter(None, (reason, component.reason))))


def _proved(percolation: PercolationEquations, largest: LargestFixedPoint, digits: int) -> GiantComponent:
    """Return the giant component with proved digits."""
    learned = _learned(percolation, largest, digits)
    if percolation.association.learned and learned == ZERO:
        return _nothing_learned(Status.PROVED)
    exact, approximate = (BoundSystem(system, largest) for system in (percolation.system, percolation.approximation))
    giant, approximated = (_giant(system, digits) for system in (exact, approximate))
    kept, branching, mean_degree, clustering = prove_numbers(lambda: [exact.kept(), exact.radius(), *exact.graph()], digits)
    finite = prove_numbers(lambda: [exact.mean_component()], digits)[0] if exact.percolates is not None else _NOTHING
    proved = all(number.has(digits) for number in (giant, approximated, learned, kept))
    doubt = Undecided(Cause.GIANT_COMPONENT, "whether there is a giant component, or its digits")
    status, said = Status.of(proved), () if proved else (doubt.about, (doubt,))
    return GiantComponent(giant, approximated, learned, kept, branching, finite, mean_degree, clustering, status, *said)


def _learned(percolation: PercolationEquations, largest: LargestFixedPoint, digits: int) -> Number:
    """Return 1 - zeta."""
    if largest.never_starts:
        return ZERO
    return prove_number(lambda: 1 - largest.evaluator.value(percolation.equation.novel, largest.state()), digits)


def _giant(system: BoundSystem, digits: int) -> Number:
    """Return the giant component; where it is undecided whether there is one, all that is known is that it is small."""
    if system.percolates is None:
        return Number("nan", "0", "1")
    return prove_number(system.giant, digits) if system.percolates else ZERO


def degree_law(percolation: PercolationEquations, bound: Mapping[sp.Symbol, sp.Expr], most: int, digits: int) -> tuple[Number, ...]:
    """Return the probabilities that a random vertex has 0, 1, ..., `most` associations (see `Percolation.degree_law`)."""
    largest = LargestFixedPoint(percolation.equation, bound)
    if percolation.association.learned and _learned(percolation, largest, digits) == ZERO:
        raise InputError("the association graph", "has no vertices: nothing is learned")
    system = BoundSystem(percolation.system, largest)
    return tuple(prove_numbers(lambda: system.degree_law(most + 1), digits))
