"""Two engines, balls and mpmath: each checks the other, and what balls leave undecided is found without proof, with the cause.

`RANDOM_MODELS=200 pytest tests/theory/evolution/test_methods.py` compares both on that many random models.
"""

import json
import os
from decimal import Decimal, localcontext

import pytest
from hypothesis import Phase, given, settings
from random_ensembles import PLAIN, STAGED

from deanalysis import DensityEvolution, InputError, Percolation, load_model
from deanalysis.balls.isolation import Isolation
from deanalysis.balls.numbers import ZERO, Number
from deanalysis.theory.evolution.answers import Cause
from deanalysis.theory.evolution.branches import inverted
from deanalysis.theory.evolution.states import fixed_points, requirement
from deanalysis.theory.evolution.thresholds.results import FixedPoint, Requirement, Threshold, Thresholds
from deanalysis.theory.percolation import messages as branching
from deanalysis.theory.percolation.giant import GiantComponent
from tests.command_line import run_here

RANDOM_MODELS = int(os.environ.get("RANDOM_MODELS", "20"))
PRESETS = [
    ("paper", "R", {"c": "5"}),
    ("paper", "c", {"R": "3"}),
    ("ldpc(3,6)", "eps", {}),
    ("irsa(0.5*x^2+0.28*x^3+0.22*x^8)", "G", {}),
    ("irsa(0.5631*x^2 + 0.0436*x^3 + 0.3933*x^5)", "G", {}),
    ("hypergraph(3)", "d", {}),
    ("hypergraph(2)", "d", {}),
]


def evolution_of(preset: str | None = None, **laws: str) -> DensityEvolution:
    model = load_model(preset, **laws)
    return DensityEvolution(model.ensemble, model.learner)


def within(number: Number | None, proved: Number | None) -> bool:
    """Whether a number without proof lies in a proved enclosure, its last digit being rounded."""
    if number is None or proved is None:
        return number is proved
    with localcontext(prec=1100):
        if "nan" in (number.text, proved.text):
            return number.text == proved.text
        value, room = Decimal(number.text), Decimal((0, (1,), Decimal(number.text).as_tuple().exponent))  # type: ignore[arg-type]
        return bool(Decimal(proved.low) - room <= value <= Decimal(proved.high) + room)


def assert_same(numerical: Thresholds, proved: Thresholds) -> None:
    """Both engines have the same entries in the same order."""
    assert [one.kind for one in numerical] == [one.kind for one in proved]
    assert numerical.folds == proved.folds
    for one, other in zip(numerical, proved, strict=True):
        assert one.status == "numerical"
        assert other.status == "proved"
        assert one.value is not None
        assert one.value.enclosure() is None
        assert (one.learned_side, one.binding, one.closed_form) == (other.learned_side, other.binding, other.closed_form)
        for number, enclosed in ((one.value, other.value), (one.fixed_point, other.fixed_point), (one.lands_on, other.lands_on)):
            assert within(number, enclosed), (one, other)


@pytest.mark.parametrize(("preset", "letter", "values"), PRESETS)
def test_both_engines_agree_on_every_preset(preset: str, letter: str, values: dict[str, str]) -> None:
    evolution = evolution_of(preset)
    numerical, proved = (evolution.thresholds(letter, method=method, **values) for method in ("mpmath", "balls"))
    assert_same(numerical, proved)
    assert "scan of" in str(numerical.searched)


@settings(max_examples=3 * RANDOM_MODELS // 4, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(PLAIN)
def plain(laws: dict[str, str]) -> None:
    evolution = evolution_of(**laws)
    numerical, proved = (evolution.thresholds("G", method=method) for method in ("mpmath", "balls"))
    assert_same(numerical, proved)


@settings(max_examples=RANDOM_MODELS // 4, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(STAGED)
def staged(laws: dict[str, str]) -> None:
    evolution = evolution_of(**laws)
    assert_same(evolution.thresholds("G", method="mpmath"), evolution.thresholds("G", method="balls"))


def test_both_engines_agree_on_random_ensembles() -> None:
    plain()
    staged()


@pytest.mark.parametrize("skills", ["polynomial(0.05*x^2 + 0.95*x^5)", "polynomial(0.1*x^2 + 0.9*x^6)"])
def test_a_loop_that_is_0_at_0_but_for_rounding(skills: str) -> None:
    """T(0) = 1 as a sum of shares that are rounded; below the stability point no state near 0 is asked for."""
    evolution = evolution_of(
        learner="success:exp(-x/2)", texts="mixture(0.4: poisson(2*G), 0.6: poisson(9*G))", unknown="0.8", skills=skills
    )
    assert_same(evolution.thresholds("G", method="mpmath"), evolution.thresholds("G", method="balls"))


def test_a_jump_to_a_state_of_e_to_the_minus_100() -> None:
    """q = exp(-100 exp(-4 G q)) is exp(-100) but for rounding; the potential threshold is at one text for each skill."""
    evolution = evolution_of(texts="poisson(4*G)", skills="poisson(100)")
    numerical, proved = (evolution.thresholds("G", method=method) for method in ("mpmath", "balls"))
    assert_same(numerical, proved)
    assert [one.value.text for one in proved if one.kind == "potential" and one.value] == ["25.0000000000000"]
    (jump,) = proved.emergence
    assert float(jump.lands_on) == pytest.approx(3.720075976020836e-44, rel=1e-12)


def test_an_error_that_no_state_of_a_scan_reaches_is_refused() -> None:
    with pytest.raises(InputError, match="is reached by no state in the scan"):
        evolution_of("paper").require(testing_error="1e-200", c=5, method="mpmath")


def test_a_thousand_digits_of_mpmath_lie_in_the_proved_enclosure() -> None:
    evolution = evolution_of("paper")
    numerical, proved = (evolution.thresholds("R", c=5, digits=1000, method=method) for method in ("mpmath", "balls"))
    assert_same(numerical, proved)
    assert min(one.value.digits for one in numerical if one.value) == 1000


@pytest.mark.parametrize(
    ("preset", "values"), [("paper", {"c": "5", "R": "2.6"}), ("ldpc(3,6)", {"eps": "0.45"}), ("hypergraph(3)", {"d": "0.5"})]
)
def test_states_of_both_engines_agree(preset: str, values: dict[str, str]) -> None:
    evolution = evolution_of(preset)
    numerical, proved = (evolution.fixed_point(digits=40, method=method, **values) for method in ("mpmath", "balls"))
    assert (numerical.status, proved.status) == ("numerical", "proved")
    assert "scan of" in str(numerical.reason)
    for name in ("q", "zeta", "testing_error", "testing_error_uniform", "training_error"):
        assert within(getattr(numerical, name), getattr(proved, name)), name
    assert FixedPoint.from_dict(numerical.to_dict()) == numerical


def test_just_above_and_just_below_a_jump_the_state_is_the_right_one() -> None:
    evolution = evolution_of("paper")
    for value in ("2.45653088923919", "2.45653088923920"):
        numerical, proved = (evolution.fixed_point(c=5, R=value, method=method) for method in ("mpmath", "balls"))
        assert within(numerical.q, proved.q)


def test_what_balls_leave_undecided_is_found_with_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    evolution = evolution_of("paper")
    proved = evolution.thresholds("R", c=5, method="balls")
    monkeypatch.setattr(inverted.Inverted, "isolation", Isolation([], [inverted.arb("nan")]))
    found = evolution.thresholds("R", c=5)
    assert {one.cause for one in found.undecided} == {Cause.ENDS, Cause.POTENTIAL}
    assert "no bound was found near the ends of the curve" in str(found.reason)
    assert [(one.kind, one.status) for one in found] == [(one.kind, "numerical") for one in proved]
    assert all(within(one.value, other.value) for one, other in zip(found, proved, strict=True))
    assert Thresholds.from_dict(found.to_dict()) == found
    balls = evolution.thresholds("R", c=5, method="balls")
    assert len(balls) == 0
    assert str(balls.reason).startswith("undecided: no bound was found")


def test_a_state_that_balls_leave_undecided_is_found_with_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    evolution = evolution_of("paper")
    proved = evolution.fixed_point(c=5, R=3)
    undecided = "undecided", inverted.arb(0).union(inverted.arb(1))
    monkeypatch.setattr(fixed_points.LargestFixedPoint, "location", undecided)
    found = evolution.fixed_point(c=5, R=3)
    assert (found.status, found.undecided[0].cause) == ("numerical", Cause.FIXED_POINT)
    assert within(found.q, proved.q)
    assert evolution.fixed_point(c=5, R=3, method="balls").status == "undecided"


@pytest.mark.parametrize(
    ("preset", "values", "error"),
    [("paper", {"c": "5"}, "0.01"), ("paper", {"c": "2"}, "0.01"), ("ldpc(3,6)", {}, "0.95"), ("hypergraph(3)", {}, "0.5")],
)
def test_requirements_of_both_engines_agree(preset: str, values: dict[str, str], error: str) -> None:
    evolution = evolution_of(preset)
    numerical, proved = (evolution.require(error, digits=30, method=method, **values) for method in ("mpmath", "balls"))
    assert (numerical.status, proved.status) == ("numerical", "proved")
    assert (numerical.at_emergence, numerical.learned_side) == (proved.at_emergence, proved.learned_side)
    assert within(numerical.value, proved.value)
    assert within(numerical.fixed_point, proved.fixed_point)
    assert Requirement.from_dict(numerical.to_dict()) == numerical


def test_a_requirement_that_cannot_be_proved_is_found_with_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    evolution = evolution_of("paper")
    proved = evolution.require("0.01", c=5)

    def refused(*_: object) -> Requirement:
        raise requirement.NotProvedError("testing_error", "has no proved answer")

    monkeypatch.setattr(requirement, "require", refused)
    found = evolution.require("0.01", c=5)
    assert (found.status, found.undecided[0].about) == ("numerical", "has no proved answer")
    assert within(found.value, proved.value)
    with pytest.raises(InputError, match="has no proved answer"):
        evolution.require("0.01", c=5, method="balls")


@pytest.mark.parametrize("method", ["balls", "mpmath"])
def test_errors_that_are_kept_everywhere_or_nowhere_are_refused_by_both(method: str) -> None:
    with pytest.raises(InputError, match="is kept for every eps"):
        evolution_of(texts="poisson(1)", skills="regular(3)", unknown="eps").require("0.99", method=method)
    with pytest.raises(InputError, match="cannot be reached"):
        evolution_of(texts="regular(3)", skills="poisson(3*R)").require("0.5", "R", method=method)


COMPONENTS = [
    ("paper", {"c": "1", "R": "1.5"}),
    ("paper", {"c": "1", "R": "1.1"}),
    ("hypergraph(3)", {"d": "0.3"}),
    ("ldpc(3,6)", {"eps": "0.6"}),
]


@pytest.mark.parametrize(("preset", "values"), COMPONENTS)
def test_giant_components_of_both_engines_agree(preset: str, values: dict[str, str]) -> None:
    percolation = Percolation(evolution_of(preset))
    numerical, proved = (percolation.component(digits=25, method=method, **values) for method in ("mpmath", "balls"))
    assert (numerical.status, proved.status) == ("numerical", "proved")
    for name in GiantComponent.measured():
        assert within(getattr(numerical, name), getattr(proved, name)), name
    assert GiantComponent.from_dict(numerical.to_dict()) == numerical


@pytest.mark.parametrize(
    ("preset", "values", "count"), [("paper", {"c": "1"}, 1), ("paper", {"c": "3"}, 1), ("irsa(0.5*x^2+0.28*x^3+0.22*x^8)", {}, 2)]
)
def test_percolation_thresholds_of_both_engines_agree(preset: str, values: dict[str, str], count: int) -> None:
    """Users of IRSA that all decode hang together above G = 1/15, lambda'(1) rho'(1) = 1, and what is decoded up to the other threshold."""
    percolation = Percolation(evolution_of(preset))
    numerical, proved = (percolation.thresholds(digits=20, method=method, **values) for method in ("mpmath", "balls"))
    assert len(numerical) == len(proved) == count
    for one, other in zip(numerical, proved, strict=True):
        assert (one.status, other.status, one.learned_side) == ("numerical", "proved", other.learned_side)
        assert within(one.value, other.value)
        assert (one.fixed_point is None and other.fixed_point == ZERO) or within(one.fixed_point, other.fixed_point)


def test_a_giant_component_that_balls_leave_undecided_is_found_with_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    percolation = Percolation(evolution_of("paper"))
    proved = percolation.component(c=1, R="1.5")
    monkeypatch.setattr(branching.BoundSystem, "_decided", (None, None))
    found = percolation.component(c=1, R="1.5")
    assert (found.status, found.undecided[0].cause) == ("numerical", Cause.GIANT_COMPONENT)
    assert within(found.giant_component, proved.giant_component)
    assert percolation.component(c=1, R="1.5", method="balls").status == "undecided"


COMMANDS = [
    ("threshold", "paper", "--set", "c=5"),
    ("evolve", "paper", "--set", "c=5", "--set", "R=3"),
    ("require", "paper", "--set", "c=5", "--testing-error", "0.1"),
    ("percolation", "paper", "--set", "c=1", "--set", "R=1.5"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=[command[0] for command in COMMANDS])
def test_commands_take_the_method(command: tuple[str, ...]) -> None:
    statuses = []
    for method in ("auto", "balls", "mpmath"):
        done = run_here(*command, "--method", method, "--json")
        assert done.returncode == 0, done.stderr
        content = json.loads(done.stdout)
        statuses.append({one["status"] for one in content.get("thresholds", [content])} | {content.get("status")} - {None})
    assert statuses == [{"proved"}, {"proved"}, {"numerical"}]
    refused = run_here(*command, "--method", "guess")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "--method must be auto, balls or mpmath, got 'guess'" in refused.stderr


def test_what_is_proved_stays_and_only_open_kinds_are_completed() -> None:
    def entry(kind: str, value: str, status: str) -> Threshold:
        return Threshold(kind, "R", Number(value, value, value), None, status, "above")

    proved = Thresholds("R", (entry("stability", "1", "proved"), entry("fold", "2", "undecided")))
    numerical = Thresholds(
        "R", (entry("stability", "3", "numerical"), entry("fold", "2", "numerical"), entry("emergence", "4", "numerical"))
    )
    merged = proved.completed(numerical)
    assert [(one.kind, one.status) for one in merged] == [("stability", "proved"), ("fold", "numerical"), ("emergence", "numerical")]
    nothing = proved.completed(Thresholds("R", ()))
    assert [(one.kind, one.status) for one in nothing] == [("stability", "proved"), ("fold", "undecided")]


def test_a_touched_turning_point_stays_undecided() -> None:
    """Exactly at a cusp no sign changes, and neither engine can tell."""
    found = evolution_of("paper", learner="2-skill").thresholds("R", c="2*exp(3/4)", method="mpmath")
    assert found.undecided[0].cause is Cause.TURNS


def test_cusps_are_not_found_by_mpmath() -> None:
    paper = evolution_of("paper")
    with pytest.raises(InputError, match="method must be auto or balls for cusps, which only balls find, got 'mpmath'"):
        paper.thresholds("c", kind="cusp", method="mpmath")
    for letter in ("c", "R"):
        found = paper.thresholds(letter, method="mpmath")
        assert not found.of_kind("cusp")
        assert found.reason is not None
        assert found.reason.endswith("only balls find cusps")
        assert paper.thresholds(letter, method="balls").of_kind("cusp")


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(InputError, match="method must be auto, balls or mpmath, got 'newton'"):
        evolution_of("paper").thresholds("R", c=5, method="newton")


@pytest.mark.parametrize(
    ("preset", "values", "lowest"), [("irsa(0.5*x^2+0.28*x^3+0.22*x^8)", {"G": "1"}, 0.78973048224), ("hypergraph(2)", {"d": "1/2"}, 0.0)]
)
def test_exactly_at_the_stability_point_the_state_is_proved(preset: str, values: dict[str, str], lowest: float) -> None:
    found = evolution_of(preset).fixed_point(method="balls", **values)
    assert found.status == "proved"
    assert float(found.q) == pytest.approx(lowest, abs=1e-10)


def test_a_state_that_is_0_up_to_rounding_alone_keeps_no_stability_point_from_binding() -> None:
    """f(0) = 0 by the laws, but to 40 digits it is 5e-41."""
    texts, skills = "mixture(0.4: poisson(2*G), 0.6: poisson(9*G))", "polynomial(0.83*x^2 + 0.17*x^13)"
    evolution = evolution_of(texts=texts, skills=skills, learner="success:0.5*exp(-x) + 0.5*exp(-x/3)")
    found = [evolution.thresholds("G", kind="stability", method=method)[0] for method in ("balls", "mpmath")]
    assert [one.binding for one in found] == [True, True]


def test_floats_that_overflow_are_no_extrema() -> None:
    evolution = evolution_of(texts="negative_binomial(4*G, 3)", skills="polynomial(0.17*x^2 + 0.83*x^18)", learner="3-skill", unknown="0.8")
    assert_same(evolution.thresholds("G", method="mpmath"), evolution.thresholds("G", method="balls"))


def test_a_root_known_to_many_digits_is_found_to_fewer_again() -> None:
    """The bracket around the better root is as wide as the function can tell at the precision asked for."""
    evolution = evolution_of(texts="poisson(5*G)", skills="polynomial(0.921*x^3 + 0.079*x^40)")
    assert_same(evolution.thresholds("G", method="mpmath"), evolution.thresholds("G", method="balls"))


def test_potentials_are_compared_inside_the_range_of_both_pieces() -> None:
    """At the ends of a piece its state is a double root, which rounding loses."""
    evolution = evolution_of(texts="poisson(5*G)", skills="polynomial(0.925*x^3 + 0.075*x^30)")
    assert_same(evolution.thresholds("G", method="mpmath"), evolution.thresholds("G", method="balls"))
