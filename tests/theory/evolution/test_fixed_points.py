"""The largest fixed point: proved digits against plain iteration, also where iteration would mislead."""

from fractions import Fraction

import pytest

from deanalysis import (
    Capacity,
    DensityEvolution,
    Ensemble,
    FixedPoint,
    InputError,
    Poisson,
    Regular,
    Requirement,
    SkillLearner,
    eps,
    load_model,
)

CASES = [
    ("paper", {"c": 5, "R": "2.4"}),
    ("paper", {"c": 5, "R": "2.6"}),
    ("paper", {"c": "0.01", "R": "0.01"}),
    ("ldpc(3,6)", {"eps": "0.43"}),
    ("ldpc(3,6)", {"eps": "0.42"}),
    ("irsa(0.5631*x^2 + 0.0436*x^3 + 0.3933*x^5)", {"G": "0.893"}),
    ("hypergraph(2)", {"d": "0.6"}),
]


def evolution_of(name: str, **laws: str) -> DensityEvolution:
    model = load_model(name, **laws)
    return DensityEvolution(model.ensemble, model.learner)


@pytest.mark.parametrize(("name", "values"), CASES)
def test_iteration_tends_to_it(name: str, values: dict[str, object]) -> None:
    evolution = evolution_of(name)
    fixed = evolution.fixed_point(**values)
    assert fixed.status == "proved"
    assert fixed.rounds is not None
    assert evolution.trajectory(2 * fixed.rounds + 10, **values)[-1] == pytest.approx(float(fixed.q), abs=1e-12)
    before, at = evolution.trajectory(fixed.rounds, **values)[-2:]
    assert abs(at - float(fixed.q)) <= 1e-12 < abs(before - float(fixed.q))


@pytest.mark.parametrize("kept", ["1/2", "9/10", "999/1000"])
def test_what_is_not_kept_leaves_some_novel(kept: str) -> None:
    """f(0) > 0, however small, although a lone novel skill is always taught and no skill has degree 1."""
    room = Capacity.of(Ensemble(Poisson(3), Regular(3), unknown=eps), SkillLearner(1), kept)
    fixed = room.fixed_point(eps="0.3", method="balls")
    assert fixed.status == "proved"
    assert room.trajectory(400, eps="0.3")[-1] == pytest.approx(float(fixed.q), rel=1e-12) != 0


def test_a_fraction_unknown_ends_at_one_for_a_learner_with_room_for_some() -> None:
    """With room for 99 % it emerges nearly where it does with room for all; with room for half of the skills it does not."""
    few, most = (Capacity.of(Ensemble(Regular(6), Regular(3), unknown=eps), SkillLearner(1), kept) for kept in ("1/2", "99/100"))
    assert few.thresholds("eps", kind="emergence").emergence == ()
    (jump,) = most.thresholds("eps", kind="emergence")
    assert (jump.status, f"{float(jump.value):.9f}") == ("proved", "0.416743246")
    before, past = (most.trajectory(3000, eps=f"{float(jump.value) * factor}")[-1] for factor in (1.001, 0.999))
    assert before - past > 0.1


def test_two_precisions_agree() -> None:
    evolution = evolution_of("paper")
    few, many = (evolution.fixed_point(c=5, R="2.6", digits=digits) for digits in (30, 200))
    assert Fraction(few.q.low) < Fraction(many.q.low) < Fraction(many.q.high) < Fraction(few.q.high)
    assert float(many.q) == pytest.approx(2.26066156909619e-06, rel=1e-14)


@pytest.mark.parametrize(("ratio", "learned"), [("2.456530889239195", False), ("2.456530889239196", True)])
def test_a_hair_from_the_jump(ratio: str, learned: bool) -> None:
    fixed = evolution_of("paper").fixed_point(c=5, R=ratio)
    assert fixed.status == "proved"
    assert (float(fixed.q) < 0.01) is learned


def test_a_constant_equation_has_all_digits() -> None:
    fixed = evolution_of("paper", texts="poisson(3)", skills="regular(1)", unknown="1/3").fixed_point(digits=60)
    assert fixed.q.text == "0." + "3" * 60
    assert fixed.status == "proved"


def test_complete_learning_is_exactly_zero() -> None:
    fixed = evolution_of("ldpc(3,6)").fixed_point(eps="0.42", digits=30)
    assert (fixed.q.text, fixed.zeta.text, fixed.testing_error.text) == ("0", "0", "0")


def test_very_small_and_very_many() -> None:
    fixed = evolution_of("paper").fixed_point(c=2, R=2500, digits=20)
    assert fixed.q.text.endswith("e-2172")
    assert fixed.to_dict()["q"] == fixed.q.text
    assert FixedPoint.from_dict(fixed.to_dict()) == fixed
    assert fixed.status == "proved"


def test_results_read_back() -> None:
    fixed = evolution_of("paper").fixed_point(c=5, R="2.6", digits=20)
    assert FixedPoint.from_dict(fixed.to_dict()) == fixed
    needed = evolution_of("paper").require("0.1", c=5)
    assert Requirement.from_dict(needed.to_dict()) == needed


def test_letters_left_free_are_named() -> None:
    with pytest.raises(InputError, match="R is free"):
        evolution_of("paper").fixed_point(c=5)
    with pytest.raises(InputError, match="it has R, c"):
        evolution_of("paper").fixed_point(c=5, R=1, k=2)


@pytest.mark.parametrize(
    ("name", "laws", "values", "target"),
    [
        ("paper", {}, {"c": 2}, "0.3"),
        ("paper", {}, {"c": 5}, "1e-8"),
        ("paper", {"learner": "2-skill"}, {"c": 6}, "0.001"),
        ("ldpc(3,6)", {}, {}, "0.9"),
        ("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", {}, {}, "0.9"),
        ("paper", {"texts": "regular(3)", "skills": "negative_binomial(3*R, 0.8)", "unknown": "0.7"}, {}, "0.05"),
    ],
)
def test_require_is_the_inverse_of_evolve(name: str, laws: dict[str, str], values: dict[str, object], target: str) -> None:
    evolution = evolution_of(name, **laws)
    needed = evolution.require(target, **values, digits=20)
    assert needed.status == "proved"
    assert not needed.at_emergence
    errors = []
    for factor in (0.999, 1.001):
        shifted = repr(float(needed.value) * factor)
        errors.append(float(evolution.fixed_point(**values, **{needed.parameter: shifted}).testing_error))
    low, high = sorted(errors)
    assert low < float(target) < high
    assert (errors[0] > errors[1]) is (needed.learned_side == "above")


@pytest.mark.parametrize(
    ("name", "values", "targets", "jump"),
    [
        ("paper", {"c": 5}, ("0.978", "0.97", "0.9", "0.1", "1e-4"), "2.45653088923920"),
        ("ldpc(3,6)", {}, ("0.74", "0.6", "0.01"), "0.429439814419492"),
        ("hypergraph(3)", {}, ("0.7", "0.1"), "0.818469160761376"),
        ("irsa(0.9*x^3 + 0.1*x^24)", {}, ("0.9",), "0.938536389499204"),
        ("irsa(0.9*x^3 + 0.1*x^24)", {}, ("0.5", "0.1"), "0.908653700577844"),
    ],
)
def test_targets_within_a_jump_need_the_jump(name: str, values: dict[str, object], targets: tuple[str, ...], jump: str) -> None:
    for target in targets:
        needed = evolution_of(name).require(target, **values)
        assert (needed.value.text, needed.at_emergence) == (jump, True), target


def test_a_target_just_above_the_jump_is_reached_before_it() -> None:
    needed = evolution_of("paper").require("0.98", c=5)
    assert not needed.at_emergence
    assert float(needed.value) < 2.4565308892391953
    assert float(evolution_of("paper").fixed_point(c=5, R=needed.value.text).testing_error) == pytest.approx(0.98, rel=1e-12)


@pytest.mark.parametrize("target", ["1e-25", "1e-290"])
def test_very_small_targets(target: str) -> None:
    needed = evolution_of("paper").require(target, c=2, digits=30)
    again = evolution_of("paper").fixed_point(c=2, R=needed.value.text, digits=25)
    assert float(again.testing_error) == pytest.approx(float(target), rel=1e-12)


def test_what_is_not_quite_zero_is_not_called_zero() -> None:
    evolution = evolution_of("paper", texts="poisson(1)", skills="regular(3)", learner="success:exp(-1e-30)*exp(-x)")
    assert float(evolution.fixed_point().q) == pytest.approx(1e-60, rel=1e-6)


def test_complete_learning_leaves_what_no_text_requires() -> None:
    evolution = evolution_of(
        "paper", texts="edge(0.846*x^8 + 0.154*x)", skills="polynomial(0.1 + 0.9*x^6)", unknown="0.3", learner="3-skill"
    )
    fixed = evolution.fixed_point()
    assert (fixed.q.text, fixed.testing_error.text, fixed.status) == ("0", "0", "proved")
    assert float(fixed.zeta) == pytest.approx(0.03, rel=1e-14)


def test_require_within_a_jump_is_the_jump() -> None:
    needed = evolution_of("paper").require("0.5", c=5, digits=30)
    assert needed.at_emergence
    assert needed.value.text == "2.45653088923919532806243277807"


@pytest.mark.parametrize(
    ("target", "values"),
    [("2", {"c": 5}), ("0", {"c": 5}), ("0.9999", {"c": 5}), ("1", {"c": 5}), ("1e-400", {"c": 5}), ("c", {"c": 5}), ("-1", {"c": 5})],
)
def test_targets_out_of_reach(target: str, values: dict[str, object]) -> None:
    with pytest.raises(InputError, match="testing_error"):
        evolution_of("paper").require(target, **values)
