"""Derivations are true step by step; a step that is wrong, or that assumes what never holds, is caught."""

import runpy
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from deanalysis.present.paper.derivations import Answer, Check, Derivation, Range, Step

PROGRAMS = sorted((Path(__file__).parent.parent / "derivations").glob("*.py"))
RESULTS = {
    "association", "capacity", "classes", "compression", "critical_laws", "cusp_s_skill", "density_evolution", "emergence_lambert",
    "finite_size", "floor", "fold_curve", "hierarchy", "lagrange_series", "lower_tails", "one_pass", "potential_function",
    "potential_symmetry", "prerequisites", "prior_knowledge", "saturation", "site_percolation", "special_cases",
    "teaching_probability",
}  # fmt: skip


def derivation_of(path: Path) -> Derivation:
    """Run a program and return its derivation."""
    derivation = runpy.run_path(str(path))["derivation"]
    assert isinstance(derivation, Derivation)
    return derivation


def test_there_is_one_program_per_result() -> None:
    assert {path.stem for path in PROGRAMS} == RESULTS


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_every_step_is_true_and_any_mutated_one_is_not(path: Path) -> None:
    derivation = derivation_of(path)
    for step, check in zip(derivation.steps, derivation.check(), strict=True):
        assert check.answer is Answer.TRUE, step.reason
        for side in ("left", "right"):
            wrong = replace(step, **{side: getattr(step, side) * sp.Rational(1001, 1000) + sp.Rational(1, 10**6)})
            assert wrong.check().answer is not Answer.TRUE, step.reason


x, y = sp.symbols("x y", positive=True)


def test_answers_say_at_how_many_points() -> None:
    hard = sp.LambertW(x) + sp.log(sp.LambertW(x))
    assert Step(hard, sp.log(x), "evaluated", (Range(x, 0, 9),)).check() == Check(Answer.TRUE, 40)
    assert Step(sp.exp(sp.log(x)), x, "proved").check() == Check(Answer.TRUE, 0)
    assert str(Check(Answer.TRUE, 40)) == "True (40 points)"


def test_a_step_that_says_nothing_is_unknown() -> None:
    assert Step(sp.LambertW(x, -1), y, "no assumption on y", (Range(x, 0, 1),)).check().answer is Answer.UNKNOWN
    assert Step(sp.LambertW(x, -1), sp.LambertW(x, -1) + x, "not real there", (Range(x, 0, 1),)).check().answer is Answer.FALSE
    assert Step(sp.LambertW(x, -1), x, "nowhere real", (Range(x, 1, 2),)).check().answer is Answer.UNKNOWN


@pytest.mark.parametrize("vacuous", [(Range(x, 2, 1),), (Range(x, 0, 1), x > 2), (Range(x, 0, 1), Range(y, 0, 1), x + y > 3)])
def test_a_vacuous_assumption_is_caught(vacuous: tuple[Range | sp.Rel, ...]) -> None:
    assert Step(x, x, "true of nothing", vacuous).check() == Check(Answer.UNKNOWN, 0)
    assert Step(x, 2 * x, "true of nothing", vacuous).check() == Check(Answer.UNKNOWN, 0)


def test_points_satisfy_the_inequalities() -> None:
    where = (Range(x, 0, 3), Range(y, 0, 3), x < y)
    assert Step(sp.Max(x, y), y, "the larger one", where).check().answer is not Answer.FALSE
    assert Step(sp.sqrt((x - y) ** 2), y - x, "x < y", where).check() == Check(Answer.TRUE, 40)
    assert Step(sp.sqrt((x - y) ** 2), x - y, "x < y", where).check() == Check(Answer.FALSE, 40)
