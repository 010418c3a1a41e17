"""A branch: the zeros of a condition, whether they are on the largest fixed point, and slopes, whichever way its points are had."""

import pytest
import sympy as sp
from flint import arb, ctx

from deanalysis import DensityEvolution, R, load_model, q
from deanalysis.model.exact import bindings
from deanalysis.theory.evolution.branches.branch import Branch, ConstantBranch
from deanalysis.theory.evolution.branches.inverted import Inverted
from deanalysis.theory.evolution.branches.plane import PlaneBranch
from deanalysis.theory.evolution.search import Question
from deanalysis.theory.evolution.states.fixed_points import LargestFixedPoint

MODEL = load_model("paper")
EVOLUTION = DensityEvolution(MODEL.ensemble, MODEL.learner)
QUESTION = Question(EVOLUTION, R, bindings({"c": 5}), search=(sp.Rational(1, 100), sp.Integer(6)))
BRANCHES = [Inverted(QUESTION, EVOLUTION.curve(R)), PlaneBranch(QUESTION)]


@pytest.mark.parametrize("branch", BRANCHES)
@pytest.mark.parametrize(("state", "is_largest"), [("9/10", True), ("1/2", False), ("1/50", False)])
def test_the_point_at_a_state(branch: Branch, state: str, is_largest: bool) -> None:
    """R = -log(q)/(c e^(-cq)); between the folds at q = 0.077 and 0.772, and below, another fixed point is larger."""
    zeros = branch.zeros(q - sp.Rational(state))
    assert zeros.is_complete
    (point,) = zeros.points
    with ctx.workprec(150):
        at, value = point()
        assert at.overlaps(arb(sp.Rational(state).p) / sp.Rational(state).q)
        assert value.overlaps(-at.log() / 5 * (5 * at).exp())
        assert value.rel_accuracy_bits() > 120
        assert branch.is_largest(at, value) is is_largest


@pytest.mark.parametrize("branch", BRANCHES)
def test_points_beyond_a_bound_need_not_be_found(branch: Branch) -> None:
    condition = (q - sp.Rational(9, 10)) * (q - sp.Rational(1, 2))
    assert sorted(float(point()[0]) for point in branch.zeros(condition).points) == pytest.approx([0.5, 0.9])
    bounded = branch.zeros(condition, [sp.Rational(3, 4) - q])
    assert bounded.is_complete
    assert [float(point()[0]) for point in bounded.points if point()[0] > 0.75] == pytest.approx([0.9])


@pytest.mark.parametrize("branch", BRANCHES)
def test_the_slope_along_a_branch(branch: Branch) -> None:
    """dq/dR beside fixed points on both sides."""
    (point,) = branch.zeros(q - sp.Rational(9, 10)).points
    state, value = point()
    slope = float(branch.slope(q, state, value))
    below, above = (float(EVOLUTION.fixed_point(c=5, R=float(value) + step).q) for step in (-1e-5, 1e-5))
    assert slope == pytest.approx((above - below) / 2e-5, rel=1e-6)
    assert slope != pytest.approx(1.03 * (above - below) / 2e-5, rel=1e-3)


def test_a_letter_that_learning_does_not_depend_on() -> None:
    """p q = 1/2 at c = 2, R = 1: p = 1/(2q), of one and the same q."""
    p = sp.Symbol("p", positive=True)
    values = bindings({"c": 2, "R": 1})
    question = Question(EVOLUTION, p, values, search=(sp.Rational(1, 10), sp.Integer(9)))
    branch = ConstantBranch(question, LargestFixedPoint(EVOLUTION, values))
    zeros = branch.zeros(p * q - sp.Rational(1, 2))
    assert zeros.is_complete
    ((state, value),) = (point() for point in zeros.points)
    assert float(value) == pytest.approx(0.5 / float(EVOLUTION.fixed_point(c=2, R=1).q), rel=1e-12)
    assert branch.slope(p * q, state, value).overlaps(state)


def test_a_double_zero_is_no_point_and_leaves_the_list_open() -> None:
    """(q - 9/10)^2 touches zero."""
    for branch in BRANCHES:
        zeros = branch.zeros((q - sp.Rational(9, 10)) ** 2)
        assert (list(zeros.points), zeros.is_complete) == ([], False)
