"""Theory and simulation agree on every kind of model, and the same test notices a theory that is 3 % off."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm, t, ttest_1samp

from deanalysis import DensityEvolution, InputError, load_model, validate
from deanalysis.present.kit.curves import Table
from deanalysis.present.validation.comparison import points_around, write_validation
from deanalysis.present.validation.validate import Validation, _deviate, _Quantity
from deanalysis.simulate.estimates import Moments

pytestmark = pytest.mark.long

OPTIONS = {"skills": 120_000, "replicates": 16, "seed": 11}
CASES = {
    "gradual": ({"text": "paper"}, {"c": "2"}),
    "just past the cusp": ({"text": "paper"}, {"c": "3"}),
    "both sides of the jump": ({"text": "paper"}, {"c": "5"}),
    "2-skill": ({"text": "paper", "learner": "2-skill"}, {"c": "6"}),
    "3-skill": ({"text": "paper", "learner": "3-skill"}, {"c": "8"}),
    "a_k = 2^-k": ({"text": "paper", "learner": "success:exp(-x/2)"}, {"c": "4"}),
    "a = 1, 1/2": ({"text": "paper", "learner": "success:exp(-x)*(1+x/2)"}, {"c": "5"}),
    "prior knowledge": ({"texts": "regular(4)", "skills": "poisson(4*R)", "unknown": "0.6"}, {}),
    "popularity": ({"texts": "poisson(3)", "skills": "negative_binomial(3*R, 0.8)"}, {}),
    "ldpc": ({"text": "ldpc(3,6)"}, {}),
    "irsa": ({"text": "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"}, {}),
    "heavy texts": ({"texts": "negative_binomial(3*G, 2)", "skills": "polynomial(0.3*x^2+0.7*x^4)", "learner": "success:exp(-x/2)",
                     "unknown": "0.9"}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_theory_agrees_and_three_percent_off_does_not(name: str, tmp_path: Path) -> None:
    laws, values = CASES[name]
    model = load_model(**laws)
    evolution = DensityEvolution(model.ensemble, model.learner)
    (parameter,) = {str(symbol) for symbol in evolution.letters} - set(values)
    points = points_around(evolution, parameter, values)
    options = {**OPTIONS, "results": tmp_path / "graphs"}
    right = validate(evolution, points, **options)
    assert right.verdict == "agrees", right.to_dict()
    wrong = validate(evolution, points, theory_factor=1.03, **options)
    assert wrong.verdict == "disagrees"
    assert Validation.from_dict(right.to_dict()) == right


@pytest.mark.parametrize(
    ("name", "values"), [("paper", {"c": 5, "R": "2.6"}), ("ldpc(3,6)", {"eps": "0.42"}), ("paper", {"c": 5, "R": "2.3"})]
)
def test_each_side_of_a_jump_is_decided_by_itself(name: str, values: dict[str, object]) -> None:
    """Also where nearly everything is learned, a theory of the other side would be found out."""
    model = load_model(name)
    evolution = DensityEvolution(model.ensemble, model.learner)
    result = validate(evolution, [values], **OPTIONS)
    assert result.verdict == "agrees"
    assert result.points[0].simulation["zeta"].best == pytest.approx(result.points[0].theory["zeta"], rel=0.01, abs=1e-3)


def test_another_learner_s_theory_is_rejected() -> None:
    """One uniform per edge is another learner than one per text (theory, section 2): 0.11114 against 0.14504."""
    model = load_model("paper", learner="success:exp(-x/2)")
    evolution = DensityEvolution(model.ensemble, model.learner)
    result = validate(evolution, [{"c": 3, "R": "0.8"}], **OPTIONS)
    assert result.verdict == "agrees"
    assert result.points[0].simulation["zeta"].best == pytest.approx(0.14504, abs=0.002)


def test_at_the_jump_nothing_is_decided() -> None:
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner)
    result = validate(evolution, [{"c": 5, "R": "2.4565"}], skills=5_000, replicates=4, seed=1)
    assert result.verdict == "undecided"
    assert "emergence at 2.456" in result.points[0].why


def test_too_small_a_simulation_decides_nothing() -> None:
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner)
    assert validate(evolution, [{"c": 3, "R": "0.8"}], skills=200, replicates=3, seed=1).verdict == "undecided"
    with pytest.raises(InputError, match="replicates"):
        validate(evolution, [{"c": 3, "R": "0.8"}], replicates=2)


SWEPT = {"gradual": (0.4, 1.2), "a_k = 2^-k": (0.3, 1.0), "popularity": (0.2, 1.0), "irsa": (0.6, 1.2), "ldpc": (0.3, 0.6)}


def table_of_forty(name: str) -> tuple[DensityEvolution, list[dict[str, object]]]:
    laws, values = CASES[name]
    model = load_model(**laws)
    evolution = DensityEvolution(model.ensemble, model.learner)
    (parameter,) = {str(symbol) for symbol in evolution.letters} - set(values)
    low, high = SWEPT[name]
    return evolution, [{**values, parameter: f"{low + (high - low) * index / 39:.4f}"} for index in range(40)]


@pytest.mark.parametrize("name", SWEPT)
def test_a_table_of_forty_points_does_not_cry_wolf(name: str, tmp_path: Path) -> None:
    """Nor does it go deaf: a theory 3 % off is rejected, with ten of the points already."""
    evolution, points = table_of_forty(name)
    options = {"skills": 30_000, "replicates": 8, "seed": 5, "results": tmp_path / "graphs"}
    right = validate(evolution, points, **options)
    assert right.verdict == "agrees", right.why
    assert 4.7 < right.limit < 4.9
    assert validate(evolution, points[::4], theory_factor=1.03, **options).verdict == "disagrees"


def test_an_error_that_no_point_shows_is_seen_in_all_of_them_together() -> None:
    """0.2 % off: every point is within its limit, the pooled deviate is not."""
    evolution, points = table_of_forty("gradual")
    result = validate(evolution, points, skills=50_000, replicates=12, seed=5, theory_factor=1.002)
    assert result.largest < result.limit
    assert result.verdict == "disagrees"
    assert "over all points together" in result.why
    assert abs(result.pooled["zeta"]) > 4


def test_points_of_which_none_is_decided_do_not_add_up_to_agreement() -> None:
    evolution, points = table_of_forty("gradual")
    result = validate(evolution, points, skills=1_000, replicates=3, seed=5)
    assert {point.verdict for point in result.points} == {"undecided"}
    assert result.pooled
    assert result.verdict == "undecided"
    more = validate(evolution, points[:2], skills=100_000, replicates=8, seed=5)
    assert "decided (2 of 2), each quantity's pooled over all points below 4, and an error" in more.why


def test_the_limit_of_one_point_is_four() -> None:
    evolution, points = table_of_forty("gradual")
    result = validate(evolution, points[:1], skills=20_000, replicates=8, seed=1)
    assert result.limit == pytest.approx(4)
    assert result.pooled == {}


def test_theory_and_simulation_as_files(tmp_path) -> None:
    evolution, points = table_of_forty("gradual")
    result = validate(evolution, points[::10], skills=20_000, replicates=8, seed=1, results=tmp_path / "rows.csv")
    assert validate(evolution, points[::10], skills=20_000, replicates=8, seed=1, results=tmp_path / "rows.csv") == result
    assert (tmp_path / "rows.csv").read_text().count("\n") == 33
    for kind in ("svg", "pdf", "png", "csv"):
        write_validation(result, evolution, tmp_path / f"out.{kind}")
        assert (tmp_path / f"out.{kind}").stat().st_size > 300
    table = Table.read(tmp_path / "out.csv")
    assert table["R"].tolist() == [float(point["R"]) for point in points[::10]]
    for index, point in enumerate(result.points):
        assert table["zeta_theory"][index] == pytest.approx(point.theory["zeta"], rel=1e-9)
        assert table["zeta_best"][index] == pytest.approx(point.simulation["zeta"].best, rel=1e-9)
        assert table["training_error_z"][index] == pytest.approx(point.z["training_error"], rel=1e-9)
    with pytest.raises(InputError, match=r"must end in \.svg"):
        write_validation(result, evolution, tmp_path / "out.doc")
    with pytest.raises(InputError, match="exactly one letter varies"):
        write_validation(validate(evolution, points[:1], skills=500, replicates=3, seed=1), evolution, tmp_path / "one.svg")


def test_a_figure_where_the_letter_cannot_be_isolated(tmp_path) -> None:
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner)
    result = validate(evolution, [{"R": 1, "c": value} for value in (1, 2, 3)], skills=2_000, replicates=4, seed=1)
    write_validation(result, evolution, tmp_path / "out.svg")
    assert (tmp_path / "out.svg").stat().st_size > 1000


def test_divided_graphs_are_reported() -> None:
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner)
    result = validate(evolution, [{"c": 5, "R": "2.4565"}], skills=5_000, replicates=40, seed=1)
    assert result.points[0].emerged is not None
    assert 0 < result.points[0].emerged.low < result.points[0].emerged.best < result.points[0].emerged.high < 1
    assert Validation.from_dict(result.to_dict()) == result


def moments_of(values: np.ndarray) -> Moments:
    first, *others = (Moments.of(float(value), 10**9) for value in values)
    return sum(others, first)


@pytest.mark.parametrize("count", [3, 4, 8, 30, 300])
@pytest.mark.parametrize("shift", [-0.01, -0.001, 0.0004, 0.003, 0.02])
def test_a_deviate_is_as_unlikely_as_student_s_t(count: int, shift: float) -> None:
    values = np.random.default_rng(count).normal(0.3, 0.004, count)
    tested = ttest_1samp(values, 0.3 + shift)
    deviate = _deviate(moments_of(values), 0.3 + shift, 0.0)
    assert 2 * norm.sf(abs(deviate)) == pytest.approx(tested.pvalue, rel=1e-6)
    assert np.sign(deviate) == np.sign(tested.statistic)


def test_a_deviate_of_graphs_that_all_say_the_same_is_a_number() -> None:
    same = moments_of(np.full(4, 0.25))
    assert _deviate(same, 0.25, 0.0) == 0
    assert 1e3 >= _deviate(same, 0.2, 0.0) == -_deviate(same, 0.3, 0.0) > 4


@pytest.mark.parametrize("limit", [4.0, 5.0])
@pytest.mark.parametrize("allowance", [0.0, 4e-4])
@pytest.mark.parametrize("spread", [0.8, 0.99, 1.01, 1.2])
def test_a_point_has_power_where_three_percent_would_be_a_deviate_beyond_the_limit(limit: float, allowance: float, spread: float) -> None:
    """Just so: by Student's t of 3 % of the mean, its error widened by the allowance, one more than the limit."""
    count, mean = 12, 0.3
    widest = ((0.03 * mean / t.isf(norm.sf(limit + 1), count - 1)) ** 2 - allowance**2) ** 0.5
    values = mean + np.tile([-1.0, 1.0], count // 2) * spread * widest * (count - 1) ** 0.5
    assert _Quantity(mean, allowance, moments_of(values)).notices(limit) is (spread < 1)
