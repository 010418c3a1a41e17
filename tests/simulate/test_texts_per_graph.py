"""A number of texts states the size of graphs as well; and how many skills are left is counted graph by graph."""

import pytest

from deanalysis import InputError, TrialStats, load_model, simulate, sweep
from deanalysis.simulate import experiment as memory
from tests.simulate.test_runs import THREE, told

LIVA = load_model("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)")


def run(model, texts: int, **options):
    values = options.pop("values", {})
    return simulate(model.ensemble.at(**values), model.learner, texts_per_graph=texts, seed=1, workers=1, **{"replicates": 20, **options})


@pytest.mark.parametrize(
    ("name", "values", "texts", "skills"),
    [
        ("irsa(x^3)", {"G": "0.05"}, 100, 5),
        ("irsa(x^3)", {"G": "0.01"}, 100, 1),
        ("paper", {"c": 3, "R": "0.7"}, 101, 144),
        ("hypergraph(3)", {"d": "0.7"}, 100, 70),
        ("ldpc(3,6)", {"eps": "0.4"}, 50, 100),
    ],
)
def test_graphs_have_as_many_texts(name: str, values, texts: int, skills: int) -> None:
    stats = run(load_model(name), texts, values=values)
    assert (stats.texts, stats.skills) == (20 * texts, skills)


def test_graphs_are_those_of_a_number_of_skills_where_both_have_the_same_size() -> None:
    at = {"values": {"G": "0.5"}}
    assert told(run(LIVA, 100, **at)) == told(simulate(LIVA.ensemble.at(G="0.5"), LIVA.learner, skills=50, replicates=20, seed=1))
    other = run(LIVA, 101, **at)
    assert (other.skills, other.texts_per_graph) == (50, 101)
    assert other.edges != run(LIVA, 100, **at).edges


def test_a_sweep_goes_on_where_it_stopped(tmp_path) -> None:
    points, path = [{"G": "0.05"}, {"G": "0.5"}, {"G": "0.9"}], tmp_path / "frames.csv"
    options = {"texts_per_graph": 100, "seed": 1, "workers": 1}
    sweep(LIVA.ensemble, LIVA.learner, points, replicates=3, output=path, **options)
    again = sweep(LIVA.ensemble, LIVA.learner, points, replicates=6, output=path, **options)
    alone = sweep(LIVA.ensemble, LIVA.learner, points, replicates=6, **options)
    assert list(map(told, again)) == list(map(told, alone))
    assert [stats.skills for stats in again] == [5, 50, 90]
    assert len(path.read_text().splitlines()) == 1 + 18
    with pytest.raises(InputError, match="holds another model"):
        sweep(LIVA.ensemble, LIVA.learner, points, replicates=6, output=path, **options | {"texts_per_graph": 101})


@pytest.mark.parametrize(
    ("name", "values", "options", "said"),
    [
        ("irsa(x^3)", {"G": "1/2"}, {"texts_per_graph": 9, "skills": 9}, "texts_per_graph must not be given with `skills`"),
        ("irsa(x^3)", {"G": "1/2"}, {"texts_per_graph": 0}, "texts_per_graph must be a whole number from 1"),
        ("irsa(x^3)", {"G": "1/2"}, {}, "skills is required"),
        (
            "irsa(x^3)",
            {"G": "0.001"},
            {"texts_per_graph": 100},
            "texts_per_graph must give at least one skill and one edge, with 1000 texts",
        ),
        ("irsa(x^3)", {"G": 9}, {"texts_per_graph": 10**9}, "texts_per_graph must give at most 2147483647 skills"),
        ("irsa(x^8)", {"G": 1}, {"texts_per_graph": 7}, "matching distinct needs 8 texts in a graph"),
        ("ldpc(3,4)", {"eps": "1/2"}, {"texts_per_graph": 101}, "texts_per_graph must give a whole number of skills of degree 3"),
        ("chain(paper, 3, 2)", {"c": 3, "R": 1}, {"texts_per_graph": 10}, "texts_per_graph goes with one class of skills"),
    ],
)
def test_what_no_graph_has_is_refused(name: str, values, options, said: str) -> None:
    model = load_model(name)
    with pytest.raises(InputError) as refused:
        simulate(model.ensemble.at(**values), model.learner, seed=1, **options)
    assert str(refused.value).startswith(said)


def test_laws_that_make_the_number_of_texts_random_are_refused() -> None:
    model = load_model(texts="polynomial(0.5*x + 0.5*x^3)", skills="regular(3)")
    with pytest.raises(InputError, match="texts_per_graph needs a law that is regular or Poisson"):
        run(model, 100)


def test_a_size_that_cannot_fit_is_said_in_texts(monkeypatch) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: 1e9)
    with pytest.raises(InputError, match=r"^texts_per_graph needs about .* would fit") as refused:
        run(LIVA, 10**9, values={"G": "0.9"})
    fits = int(str(refused.value).rpartition("; ")[2].split()[0])
    for texts, fit in ((fits - fits // 50, True), (fits + fits // 50, False)):
        experiment = memory.Experiment.of(LIVA.ensemble, LIVA.learner, None, texts).at({"G": "0.9"})
        assert (memory.expected_bytes(experiment) <= 1e9) is fit


def test_what_is_left_is_counted_graph_by_graph() -> None:
    """Graphs in which more than 64 skills are left are stuck, and not counted by their number."""
    parts = [simulate(THREE, LIVA.learner, skills=size, replicates=40, seed=2, workers=1) for size in (6, 1000)]
    small, large = parts
    assert sum(small.residues.values()) == 40
    assert sum(size * graphs for size, graphs in small.residues.items()) == pytest.approx(small.zeta.total * 6)
    assert small.stuck.best == 1 - small.residues[0] / 40
    assert small.stuck.low < small.stuck.best < small.stuck.high
    assert (large.stuck.best, sum(large.residues.values()) < 40) == (1, True)
    assert (small + small).residues == {size: 2 * graphs for size, graphs in small.residues.items()}
    assert TrialStats.from_dict(small.to_dict()) == small
    assert small.to_dict()["stuck"] == {"mean": small.stuck.best, "low": small.stuck.low, "high": small.stuck.high}
