"""`DensityEvolution`: a model's equations together with the numbers that are solved from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sympy as sp

from ...balls.numbers import check_digits
from ...checks import check_count
from ...model.exact import Value
from ...model.learners import Ideal, SkillLearner, refuse_ideal
from ..evolution.answers import check_method
from ..evolution.equations.closed_forms import FoldCurve, fold_curve
from ..evolution.equations.curve import Curve, curve
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.letters import Named
from ..evolution.search import Question, Search
from ..evolution.states.fixed_points import fixed_point, trajectory
from ..evolution.states.ideal import least_potential
from ..evolution.states.requirement import required, target_of
from ..evolution.thresholds.codes import design_rate, stability_point
from ..evolution.thresholds.find import thresholds
from ..evolution.thresholds.results import FixedPoint, Requirement, Thresholds
from ..training.equations import CapacityEquation

if TYPE_CHECKING:
    from ..plane.diagram import PhaseDiagram
    from ..scaling.scaling import Scaling
    from ..training.early import Epoch, Pass

_MOST_ROUNDS = 1_000_000


@dataclass(frozen=True)
class DensityEvolution(FixedPointEquation):
    """Density evolution of a learner on an ensemble: equation, fixed point, thresholds (theory, sections 3 and 4).

    >>> from deanalysis import R, Ensemble, Poisson, SkillLearner, c
    >>> evolution = DensityEvolution(Ensemble(texts=Poisson(c), skills=Poisson(c * R)), SkillLearner(1))
    >>> evolution.thresholds(R, c=5, digits=50)[0]
    <fold R* = 0.75356299165763681368... ; 50 digits proved>
    >>> evolution.thresholds(R).emergence[0].closed_form
    -exp(-1/LambertW(-1/c))*LambertW(-1/c)/c
    """

    def thresholds(
        self, parameter: Named = None, *, kind: str = "all", digits: int = 15, search: Search = None, method: str = "auto", **values: Value
    ) -> Thresholds:
        """Return the thresholds in `parameter`, which may be left out where one letter is free: of one kind, or all (theory, section 4).

        'emergence' (q = f, f_q = 1, the largest fixed point jumps), 'fold' (any other such point), 'stability' (f'(0) = 1), 'potential'
        (the global minimiser of the potential jumps) and 'cusp' (q = f, f_q = 1, f_qq = 0, which also solves for one letter left free).
        Where the parameter can be isolated, all turning points of the curve of fixed points are found; otherwise those in a range of its
        values, `search` ("LO:HI"; by default its domain, up to 128; of a cusp, the range of the other letter). While other letters are
        free, closed forms are returned.

        `method` is 'balls' (ball arithmetic: proved or undecided), 'mpmath' (sign changes of a scan are refined, with the digits on which
        two precisions agree: numerical) or 'auto': balls, and mpmath for what they leave undecided. Only balls find cusps.

        Where the parameter is the fraction of a code's symbols that are erased, and the learner peels, `code` is its rate with its gap
        to capacity.

        Raises `InputError` for an unknown kind, method or letter, for cusps by mpmath, and for a range outside the domain.

        >>> from deanalysis import load_model
        >>> model = load_model("irsa(0.5631*x^2 + 0.0436*x^3 + 0.3933*x^5)")
        >>> DensityEvolution(model.ensemble, model.learner).thresholds("G", kind="stability")
        [<stability G* = 0.887941751021133 ; 15 digits proved, binding>]
        >>> DensityEvolution(model.ensemble, model.learner).thresholds("G", kind="emergence", digits=20, method="mpmath")
        [<emergence G* = 0.89810389211443698004 ; 20 digits numerical>]
        """
        question = Question.of(self, parameter, digits, search, values)
        found, ensemble = thresholds(question, kind, method), question.bound.ensemble
        if question.free or search is not None or kind not in ("all", "emergence") or self.learner != SkillLearner(1):
            return found
        rate = design_rate(1 - ensemble.ratio, (ensemble.unknown,), question.parameter)
        return found.of_code(rate, digits, lambda: stability_point(question.bound, digits))

    def fixed_point(self, *, digits: int = 15, method: str = "auto", **values: Value) -> FixedPoint:
        """Return the largest fixed point and the errors there, with proved digits; every letter must be bound.

        `method` is that of `thresholds`; by mpmath it is the last change of sign of f(q) - q that a scan finds. A letter may be 0, which
        asks for the limit of the state as it falls to 0; the reason says so. Of the ideal learner it is the fixed point of least potential.

        >>> from deanalysis import load_model
        >>> model = load_model("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)")
        >>> found = DensityEvolution(model.ensemble, model.learner).fixed_point(G=0)
        >>> found.zeta, found.reason
        (0, 'the limit as G falls to 0')
        """
        if isinstance(self.learner, Ideal):
            return least_potential(self, self.all_bound(values), check_digits(digits), check_method(method))
        return fixed_point(self, self.all_bound(values, limits=True), check_digits(digits), check_method(method))

    def scaling(self, parameter: Named = None, *, digits: int = 15, **values: Value) -> Scaling:
        """Return the scaling laws in `parameter`, which may be left out where one letter is free: far away, at jumps, at finite size.

        The expansion as learning gets easy without end, classified by the laws of the model; amplitude, exponent and rounds at each jump,
        from the derivatives of f; the chance to get stuck on graphs of n skills near it (see `deanalysis.theory.scaling.finite_size`). With
        one more letter free, those at the cusp. Theory, section 5.

        >>> from deanalysis import load_model
        >>> model = load_model("paper")
        >>> found = DensityEvolution(model.ensemble, model.learner).scaling("R", c=5)
        >>> found.law("q", "before").formula, found.law("q", "before")["A"], found.finite_size[0].alpha
        (q - q* ~ A (R* - R)^(1/2) + B (R* - R), 0.209664508949830, 4.91153986693622)
        """
        from ..scaling.scaling import scaling

        return scaling(self, parameter, digits=digits, **values)

    def require(
        self,
        testing_error: Value | None = None,
        parameter: Named = None,
        *,
        training_error: Value | None = None,
        zeta: Value | None = None,
        digits: int = 15,
        method: str = "auto",
        **values: Value,
    ) -> Requirement:
        """Return the least R (or the bound on another letter) from which one measure is at most a target.

        The measure is the testing error, the training error or `zeta`, the fraction of skills that stay novel: the loss rate of random
        access, the share of symbols that an erasure code leaves. `method` is that of `thresholds`.

        >>> from deanalysis import load_model
        >>> model = load_model("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)")
        >>> DensityEvolution(model.ensemble, model.learner).require(zeta="0.001")
        <greatest G = 0.938635341973392 for zeta 0.00100000000000000, just past an emergence, proved>
        """
        refuse_ideal(self.learner, "the requirement")
        name, target = target_of(testing_error=testing_error, training_error=training_error, zeta=zeta)
        bound, symbol = self.free(values, parameter, alone=True)
        return required(self.curve(symbol), bound, name, target, check_digits(digits), check_method(method))

    def one_pass(self, *, digits: int = 15, **values: Value) -> Pass:
        """Return what is left after each text has been presented once, with proved digits (see `OnePass`); every letter must be bound."""
        refuse_ideal(self.learner, "one pass")
        from ..training.early import one_pass

        return one_pass(self.bind(self.all_bound(values)), check_digits(digits))

    def epochs(self, passes: int, **values: Value) -> list[Epoch]:
        """Return the states after passes 1, 2, ... over the texts in the same order, in floats; every letter must be bound."""
        refuse_ideal(self.learner, "epochs")
        from ..training.early import epochs

        return epochs(self.bind(self.all_bound(values)), passes)

    def trajectory(self, rounds: int, **values: Value) -> list[float]:
        """Return q_0, ..., q_rounds, the state after each parallel round (a picture of learning, not a solver)."""
        refuse_ideal(self.learner, "the trajectory")
        rounds = check_count(rounds, 0, _MOST_ROUNDS, "rounds")
        return trajectory(self.bind(self.all_bound(values)), rounds)

    @cached_property
    def fold_curve(self) -> FoldCurve | None:
        """All folds of Poisson(c) texts on Poisson(cR) skills in closed form, for any learner, by x = cq; None for other models.

        c(x) = (x/eps) e^y, R(x) = y/(c P_suc(x)) with y = -P_suc/(x P_suc') (theory, section 4; derived in `derivations/fold_curve.py`).

        >>> from deanalysis import load_model
        >>> model = load_model("paper", learner="success:exp(-x/2)")
        >>> print(DensityEvolution(model.ensemble, model.learner).fold_curve)
        c = x*exp(2/x), R = 2*exp(x/2 - 2/x)/x^2 with x = c q
        """
        return fold_curve(self)

    def phase_diagram(
        self, x: sp.Symbol | str, y: sp.Symbol | str, x_limits: tuple[float, float], y_limits: tuple[float, float], **values: Value
    ) -> PhaseDiagram:
        """Return fold curves, cusps, potential line and stability line in a rectangle of two letters, all others bound.

        The lines are followed in floats, without gaps, from proved thresholds on columns and rows of the rectangle and from proved cusps.
        Raises `InputError` where a letter other than the two is free, or the limits are no intervals.

        >>> from deanalysis import load_model
        >>> model = load_model("paper")
        >>> DensityEvolution(model.ensemble, model.learner).phase_diagram("c", "R", (0, 8), (0, 3))
        <phase diagram in c and R: lines 1 emergence, 1 fold, 1 potential; 1 cusps>
        """
        refuse_ideal(self.learner, "a phase diagram")
        from ..plane.one_class import phase_diagram

        across, upward, bound = self.plane("a phase diagram", x, y, values)
        return phase_diagram(self, (across, upward), (x_limits, y_limits), bound)

    def curve(self, parameter: sp.Symbol | str) -> Curve:
        """Return the curve of fixed points inverted for a parameter."""
        return curve(self, next((symbol for symbol in self.letters if symbol.name == str(parameter)), parameter))


@dataclass(frozen=True)
class Capacity(CapacityEquation, DensityEvolution):
    """Density evolution with room for the most popular share of the skills: `Capacity.of(ensemble, learner, kept)`.

    Fixed point, thresholds and passes are those of `DensityEvolution`; q counts kept skills alone, zeta and the errors all skills. What is
    of graphs in which every skill can be learned is refused: scaling, percolation, validation, the search for laws.

    >>> from deanalysis import R, Ensemble, Poisson, SkillLearner, c
    >>> half = Capacity.of(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1), "1/2")
    >>> half.thresholds(R, c=6).emergence[0]
    <emergence R* = 10.4232457445791 ; 15 digits proved>
    """
