"""Giant components of learned skills: theory agrees with graphs, the independent approximation does not, and the test can tell."""

import numpy as np
import pytest

from deanalysis import Association, DensityEvolution, InputError, Percolation, load_model, validate
from deanalysis.present.kit.curves import Table
from deanalysis.present.validation.comparison import comparison_table, write_validation
from deanalysis.present.validation.validate import Validation
from deanalysis.simulate.components import choose
from deanalysis.simulate.graphs import edges_of, sample_graph
from deanalysis.simulate.kernel import ONE, begin, give, learn, rows_of
from deanalysis.simulate.streams import new_streams

OPTIONS = {"skills": 150_000, "replicates": 12, "seed": 4}
PAPER = {"text": "paper"}
TWO = {"texts": "poisson(3)", "skills": "poisson(3*R)", "learner": "2-skill"}
THREE = {"texts": "poisson(3)", "skills": "negative_binomial(3*R, 1)", "learner": "3-skill"}
LDPC = {"text": "ldpc(3,6)"}
KNOWING = {"texts": "regular(4)", "skills": "poisson(4*R)", "unknown": "0.9"}
HALVING = {"texts": "polynomial(0.3*x + 0.7*x^4)", "skills": "geometric(2*R)", "learner": "success:exp(-x/2)"}
# The model, what it is asked, the letter and by which factor it is away from the threshold.
CASES = {
    "1-skill, below": (PAPER, {"c": 1}, "all", "1", "R", 0.8),
    "1-skill, near": (PAPER, {"c": 1}, "all", "1", "R", 1.05),
    "1-skill, far": (PAPER, {"c": 1}, "all", "1", "R", 2.5),
    "1-skill, before a jump": (PAPER, {"c": 3}, "all", "1", "R", 1.4),
    "1-skill, understood, near": (PAPER, {"c": 1}, "understood", "1", "R", 1.05),
    "2-skill, below": (TWO, {}, "all", "1", "R", 0.8),
    "2-skill, far": (TWO, {}, "all", "1", "R", 2.0),
    "2-skill, understood, near": (TWO, {}, "understood", "1", "R", 1.05),
    "3-skill, popularity, near": (THREE, {}, "all", "1", "R", 1.05),
    "3-skill, popularity, understood, far": (THREE, {}, "understood", "1", "R", 2.5),
    "configuration model with prior knowledge, near": (LDPC, {}, "all", "1", "eps", 1 / 1.05),
    "configuration model with prior knowledge, below": (LDPC, {}, "understood", "1", "eps", 1.02),
    "regular texts with prior knowledge, diluted, near": (KNOWING, {}, "all", "0.8", "R", 1.05),
    "regular texts with prior knowledge, attacked, far": (KNOWING, {}, "all", "cutoff(10, 0.5)", "R", 1.3),
    "a_k = 2^-k, decay, understood, near": (HALVING, {}, "understood", "decay(0.9)", "R", 1.05),
}  # fmt: skip


WRONG = (
    "1-skill, near",
    "1-skill, far",
    "1-skill, before a jump",
    "1-skill, understood, near",
    "2-skill, far",
    "3-skill, popularity, understood, far",
    "configuration model with prior knowledge, below",
)
"""Where the approximation is off by more than graphs of this size stray near a threshold."""


def asked(name: str) -> tuple[Percolation, dict[str, str]]:
    laws, values, edges, keep, letter, factor = CASES[name]
    model = load_model(**laws)
    percolation = Percolation(DensityEvolution(model.ensemble, model.learner), Association(edges, keep))
    threshold = percolation.thresholds(letter, **values)[0]
    return percolation, {**values, letter: f"{factor * float(threshold.value):.6g}"}


@pytest.mark.parametrize("name", CASES)
def test_exact_theory_agrees_and_three_percent_off_does_not(name: str) -> None:
    percolation, point = asked(name)
    right = validate(percolation.equation, [point], association=percolation.association, **OPTIONS)
    assert right.verdict == "agrees", right.to_dict()
    assert set(right.points[0].theory) >= {"giant_component", "susceptibility", "mean_degree", "clustering"}
    wrong = validate(percolation.equation, [point], association=percolation.association, theory_factor=1.04, **OPTIONS)
    assert wrong.verdict == "disagrees"
    assert Validation.from_dict(right.to_dict()) == right


@pytest.mark.parametrize("name", WRONG)
def test_the_independent_approximation_is_rejected(name: str) -> None:
    percolation, point = asked(name)
    found = validate(percolation.equation, [point], association=percolation.association, independent=True, **OPTIONS)
    exact = validate(percolation.equation, [point], association=percolation.association, **OPTIONS)
    apart = abs(found.points[0].theory["giant_component"] - exact.points[0].theory["giant_component"])
    assert apart > 0.025
    assert found.verdict == "disagrees", found.to_dict()
    assert abs(found.points[0].z["giant_component"]) > 4 > abs(exact.points[0].z["giant_component"])


@pytest.mark.parametrize(
    ("laws", "keep"), [({"texts": "regular(2)", "skills": "geometric(2)"}, "1/2"), ({"texts": "poisson(2)", "skills": "poisson(2)"}, "1")]
)
def test_skills_kept_whatever_is_learned_agree_with_independent_percolation(laws: dict[str, str], keep: str) -> None:
    """The second is the paper's graph before learning, with clustering 1/(cR + 1) = 1/3."""
    model = load_model(**laws, learner="1-skill")
    found = validate(DensityEvolution(model.ensemble, model.learner), [{}], association=Association(keep=keep, learned=False), **OPTIONS)
    assert found.verdict == "agrees", found.to_dict()
    assert found.points[0].theory["clustering"] == pytest.approx(1 / 3 if keep == "1" else 0)


@pytest.mark.parametrize(("edges", "keep"), [("all", "1"), ("understood", "decay(0.8)")])
def test_degrees_of_the_association_graph(edges: str, keep: str) -> None:
    """The law of degrees is that of a graph of 10^6 skills, whose 2-skill learner stops with some texts not understood."""
    model = load_model(texts="poisson(2)", skills="negative_binomial(2, 1)", unknown="0.9", learner="2-skill")
    association = Association(edges, keep)
    percolation = Percolation(DensityEvolution(model.ensemble, model.learner), association)
    graph, _ = sample_graph(model.ensemble, 1_000_000, new_streams(1, (), 3), np.random.default_rng(1))
    known = np.random.default_rng(2).random(graph.skills + 1) > 0.9
    state = begin(graph, (~known).astype(np.uint8) * (np.arange(graph.skills + 1) > 0))
    patience = np.full(graph.texts, 2, dtype=np.uint16)
    rows = rows_of(graph, state, patience, 2)
    give(state.words, patience)
    learn(graph, rows, state)
    vertices = 1 - state.novel
    vertices[0] = 0
    choose(association.kept, graph, new_streams(2, (), 1)[0], vertices)
    ends = np.empty(graph.edges, dtype=np.uint32)
    edges_of(graph, np.arange(graph.edges), graph.edges, ends)
    skills = np.repeat(np.arange(1, graph.skills + 1), np.diff(graph.start))
    counting = (vertices[skills] == 1) & ((state.words[ends] < ONE) | (edges == "all"))
    others = np.bincount(ends[counting], minlength=graph.texts) - 1
    degrees = np.bincount(skills[counting], others[ends[counting]], minlength=graph.skills + 1)[vertices == 1].astype(int)
    shares = np.bincount(degrees, minlength=10)[:10] / len(degrees)
    theory = np.array([float(one) for one in percolation.degree_law(9)])
    assert np.abs(shares - theory) == pytest.approx(0, abs=4.5 * float(np.sqrt(np.max(theory) / len(degrees))))
    assert theory[1] > 0.02


def test_tables_and_figures_hold_the_giant_component(tmp_path) -> None:
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner)
    points = [{"c": 1, "R": value} for value in ("1", "1.5", "2")]
    result = validate(evolution, points, association=Association(), skills=20_000, replicates=4, seed=1)
    table = comparison_table(result)
    assert table["giant_component_theory"][0] == 0 < table["giant_component_theory"][1] < table["giant_component_best"][2]
    for name in ("run.csv", "run.svg"):
        write_validation(result, evolution, tmp_path / name)
    assert list(Table.read(tmp_path / "run.csv").columns) == list(table.columns)


def test_where_no_skill_is_outside_the_giant_component() -> None:
    """No finite component has a mean size there, and the difference still has its deviate."""
    model = load_model(texts="regular(6)", skills="regular(3)", unknown="eps")
    evolution, options = DensityEvolution(model.ensemble, model.learner), {"skills": 3000, "replicates": 6, "seed": 1, "workers": 1}
    (point,) = validate(evolution, [{"eps": "0.3"}], association=Association(), **options).points
    assert (point.theory["giant_component"], point.theory["susceptibility"]) == (1, 0)
    assert set(point.theory) == set(point.z)
    assert all(np.isfinite(z) and abs(z) < 4 for z in point.z.values())
    (wrong,) = validate(evolution, [{"eps": "0.3"}], association=Association(), theory_factor=0.97, **options).points
    assert wrong.z["giant_component"] > 4


def test_wrong_use() -> None:
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner)
    with pytest.raises(InputError, match="names no letter"):
        validate(evolution, [{"c": 1, "R": 1, "p": "1/2"}], association=Association(), **OPTIONS)
    with pytest.raises(InputError, match="every letter bound; p is free"):
        validate(evolution, [{"c": 1, "R": 1}], association=Association(keep="p"), **OPTIONS)
