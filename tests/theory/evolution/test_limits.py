"""Limits as a letter falls to 0, against the state at values just above 0, and what has no limit or none that is proved."""

import csv
import json

import pytest
from command_line import run_here

import deanalysis as da
from deanalysis.errors import InputError

IRSA = "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"
LIMITS = [
    (da.load_model(IRSA), "G", {}, (0, 0)),
    (da.load_model("paper"), "R", {"c": 5}, (1, 1)),
    (da.load_model("paper"), "c", {"R": 2}, (1, 1)),
    (da.load_model("paper", learner="2-skill"), "R", {"c": 5}, (1, 1)),
    (da.load_model("ldpc(3,6)"), "eps", {}, (0, 0)),
    (da.load_model("hypergraph(3)"), "d", {}, (0, 0)),
    (da.load_model(texts="poisson(3)", skills="pareto(5*R,2)"), "R", {}, (1, 1)),
    (da.load_model(texts="negative_binomial(g,3)", skills="geometric(2)"), "g", {}, (1 / 9, 1 / 3)),
    (da.load_model(texts="poisson(2)", skills="poisson(3)", unknown="1/2+g"), "g", {}, None),
    (da.load_model(texts="poisson(3)", skills="edge(g*x+(1-g)*x^4)"), "g", {}, (0, 0)),
    (da.load_model(texts="poisson(2)", skills="edge(g+(1-g)*x^2)", learner="2-skill"), "g", {}, (0, 0)),
]


def evolution(model):
    return da.DensityEvolution(model.ensemble, model.learner)


@pytest.mark.parametrize(("model", "letter", "values", "right"), LIMITS)
def test_the_limit_is_near_the_state_just_above_0(model, letter, values, right):
    limit = evolution(model).fixed_point(**values, **{letter: 0})
    beside = evolution(model).fixed_point(**values, **{letter: "1e-8"})
    assert limit.status == "proved"
    assert limit.reason == f"the limit as {letter} falls to 0"
    for name in limit.measured():
        assert float(getattr(limit, name)) == pytest.approx(float(getattr(beside, name)), abs=1e-6)
    if right is not None:
        assert (float(limit.q), float(limit.zeta)) == pytest.approx(right, abs=1e-14)


def test_mpmath_proves_no_limit():
    found = evolution(da.load_model(IRSA)).fixed_point(G=0, method="mpmath")
    assert (found.status, found.zeta.text) == ("numerical", "0")


def test_a_fixed_point_that_the_limit_loses_is_not_said():
    """For g = 0 learning never starts, q = 1; for every g > 0 all is learned."""
    loses = evolution(da.load_model(texts="edge(g+(1-g)*x)", skills="regular(3)"))
    assert float(loses.fixed_point(g="1e-3").q) == 0
    for method in ("auto", "balls", "mpmath"):
        found = loses.fixed_point(g=0, method=method)
        assert (found.status, found.q.json(), found.zeta.json()) == ("undecided", None, None)
        assert "whether the largest fixed point is continuous there" in found.reason


@pytest.mark.parametrize("texts", ["poisson(1/c)", "poisson(1/2/c)", "mixture(0.5:poisson(2),0.5:poisson(c))"])
def test_what_has_no_known_limit_is_one_line(texts):
    done = run_here("evolve", "--texts", texts, "--skills", "regular(3)", "--set", "c=0")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "deanalysis: c must be positive: this model has no limit at 0 that is known\n"


def test_another_letter_is_blamed_for_itself():
    with pytest.raises(InputError, match="unknown"):
        evolution(da.load_model(texts="poisson(c)", skills="regular(3)", unknown="eps")).fixed_point(c=0, eps=2)


PERCOLATION = [
    (da.load_model("paper"), {}, "R", {"c": 3}, 0),
    (da.load_model("paper"), {}, "c", {"R": 2}, 0),
    (da.load_model(IRSA), {}, "G", {}, 0),
    (da.load_model("ldpc(3,6)"), {"edges": "understood"}, "eps", {}, 1),
    (da.load_model("paper"), {"keep": "p"}, "p", {"c": 3, "R": 2}, 0),
    (da.load_model("paper"), {"keep": "p", "learned": False}, "p", {"c": 3, "R": 2}, 0),
    (da.load_model(texts="regular(2)", skills="poisson(2)"), {"keep": "p", "learned": False}, "p", {}, 0),
    (da.load_model(texts="regular(2)", skills="poisson(m)"), {"learned": False}, "m", {}, 0),
    (da.load_model("ldpc(3,6)"), {"keep": "1/2+g"}, "g", {"eps": "0.3"}, None),
]


@pytest.mark.parametrize(("model", "association", "letter", "values", "right"), PERCOLATION)
def test_the_giant_component_is_near_that_just_above_0(model, association, letter, values, right):
    asked = da.Percolation(evolution(model), da.Association(**association))
    limit = asked.component(**values, **{letter: 0})
    beside = asked.component(**values, **{letter: "1e-8"})
    assert (limit.status, limit.reason) == ("proved", f"the limit as {letter} falls to 0")
    for name in ("giant_component", "independent_approximation", "learned", "kept"):
        assert float(getattr(limit, name)) == pytest.approx(float(getattr(beside, name)), abs=1e-6)
    if right is not None:
        assert float(limit.giant_component) == right


def test_a_giant_component_without_a_proved_limit_is_not_said():
    loses = da.Percolation(evolution(da.load_model(texts="edge(g+(1-g)*x)", skills="regular(3)")))
    found = loses.component(g=0)
    assert (found.status, found.giant_component.json()) == ("undecided", None)


def test_sweeps_begin_at_0():
    done = run_here("evolve", IRSA, "--sweep", "G=0:1:3", "--json")
    first, second, _third = json.loads(done.stdout)["points"]
    assert (first["parameters"], first["zeta"], first["status"]) == ({"G": "0"}, 0, "proved")
    assert first["q_enclosure"] == [0, 0]
    assert first["reason"] == "the limit as G falls to 0"
    assert "reason" not in second
    assert "G=0: the limit as G falls to 0" in run_here("evolve", IRSA, "--sweep", "G=0:1:3").stdout


def test_a_table_of_components_begins_at_0(tmp_path):
    path = tmp_path / "components.csv"
    done = run_here("percolation", "paper", "--set", "c=3", "--sweep", "R=0:2:3", "-o", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "R=0: the limit as R falls to 0" in done.stdout
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [float(row["R"]) for row in rows] == [0, 1, 2]
    assert float(rows[0]["giant_component"]) == 0


@pytest.mark.parametrize("command", ["simulate", "validate"])
def test_no_graph_is_sampled_at_0(command):
    done = run_here(command, "paper", "--set", "c=3", "--sweep", "R=0:2:3", "--size", "100")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "R must be positive" in done.stderr


def test_other_questions_need_letters_above_0():
    with pytest.raises(InputError, match="R must be positive"):
        evolution(da.load_model("paper")).trajectory(3, c=3, R=0)
