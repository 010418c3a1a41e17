"""Chains and protographs, theory beside graphs: they agree by topic, class and position, and a theory that is 3 % off is noticed."""

from pathlib import Path

import pytest

from deanalysis import Chain, ChainEvolution, InputError, Protograph, load_model, simulate, validate
from deanalysis.present.validation.chains import MOST_PLACES, STUCK, chain_values, of_chain, places_of
from deanalysis.present.validation.comparison import place_table, points_around, write_validation
from deanalysis.present.validation.validate import Validation, _stuck
from deanalysis.simulate.statistics import QUANTITIES
from deanalysis.simulate.topics.chain_experiment import ChainExperiment

MATRIX = Protograph([[1, 2, 0, 1], [0, 1, 3, 1]])
OPTIONS = {"replicates": 12, "seed": 5}
CASES = {
    "uniform": (load_model("chain(paper, 6, 2)").ensemble, {"c": "4", "R": "0.9"}, 40_000),
    "spread": (load_model("chain(paper, 5, 3)", coupling="spread").ensemble, {"c": "5", "R": "0.8"}, 40_000),
    "one end, half a position": (load_model("chain(paper, 4, 2)", ends="one").ensemble, {"c": "5", "R": "0.8"}, 40_000),
    "ring": (load_model("chain(ldpc(3,6), 8, 3)", ends="ring", known="2").ensemble, {"eps": "0.6"}, 40_000),
    "2-skill": (load_model("chain(paper, 4, 2)", learner="2-skill").ensemble, {"c": "6", "R": "0.35"}, 40_000),
    "protograph": (Chain(MATRIX), {"eps": "0.8"}, 60_000),
    "chain of a protograph": (Chain(MATRIX, topics=3, window=2), {"eps": "0.8"}, 40_000),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_theory_agrees_and_three_percent_off_does_not(name: str, tmp_path: Path) -> None:
    chain, point, skills = CASES[name]
    evolution, options = ChainEvolution(chain), {**OPTIONS, "skills": skills, "results": tmp_path / "graphs.csv"}
    right = validate(evolution, [point], **options)
    assert right.verdict == "agrees", right.to_dict()
    assert validate(evolution, [point], theory_factor=1.03, **options).verdict == "disagrees"
    assert Validation.from_dict(right.to_dict()) == right
    measured = {*QUANTITIES, *ChainExperiment(chain, chain.learner, skills).part_names} - {"complete", "passed"}
    assert set(right.points[0].theory) == set(right.points[0].z) == measured


def test_a_theory_of_other_topics_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The right means do not help where the topics are exchanged."""
    chain, point, skills = CASES["ring"]

    def exchanged(*arguments: object) -> dict[str, float]:
        values = chain_values(*arguments)  # type: ignore[arg-type]
        return values | {"zeta:3": values["zeta:4"], "zeta:4": values["zeta:3"]}

    monkeypatch.setattr("deanalysis.present.validation.chains.chain_values", exchanged)
    result = validate(ChainEvolution(chain), [point], skills=skills, **OPTIONS)
    assert result.verdict == "disagrees"
    assert {name for name, z in result.points[0].z.items() if abs(z) > result.limit} == {"zeta:3", "zeta:4"}


def test_points_are_on_both_sides_of_all_jumps() -> None:
    evolution = ChainEvolution(load_model("chain(paper, 20, 3)").ensemble)
    jumps = [float(jump.value) for jump in evolution.thresholds("R", kind="emergence", search="0.5:2", c=5)]
    below, above = (float(point["R"]) for point in points_around(evolution, "R", {"c": "5"}))
    assert below < 0.9 * min(jumps)
    assert above > 1.1 * max(jumps)
    first, last = (
        float(point["eps"]) for point in points_around(ChainEvolution(load_model("chain(ldpc(3,6), 90, 2)").ensemble), "eps", {})
    )
    assert last < 0.44 < 0.54 < first < 1


def test_near_a_jump_nothing_is_decided() -> None:
    evolution = ChainEvolution(load_model("chain(paper, 6, 3)").ensemble)
    (jump,) = evolution.thresholds("R", search="0.5:2", c=5)
    near, far = (validate(evolution, [{"c": "5", "R": str(share * float(jump.value))}], skills=4_000, **OPTIONS) for share in (1.03, 1.6))
    assert near.verdict == "undecided"
    assert "within 5/sqrt(n) of the emergence at" in near.points[0].why
    assert "emergence" not in far.points[0].why
    assert of_chain(evolution, {"c": "5", "R": "1.6"}, 4_000).passes is True
    assert of_chain(evolution, {"c": "5", "R": "0.5"}, 4_000).passes is False


def test_fronts_that_pass_in_some_graphs_alone_are_said_to_be_near_a_jump() -> None:
    evolution, point = ChainEvolution(load_model("chain(paper, 12, 2)").ensemble), {"c": "5", "R": "1.1"}
    stats = simulate(evolution.chain.at(**point), skills=200, replicates=30, seed=1)
    theory = of_chain(evolution, point, 10**6)
    assert 0 < stats.quantities["passed"].total < 30
    assert theory.reason == ""
    assert _stuck(theory, stats) == STUCK


def test_of_a_long_chain_some_topics_are_compared() -> None:
    evolution = ChainEvolution(load_model("chain(paper, 90, 2)").ensemble)
    values = chain_values(evolution.chain.at(c=2, R=1), evolution.fixed_point(c=2, R=1, digits=6))
    assert [name for name in values if name.startswith("zeta:")] == [f"zeta:{topic}" for topic in places_of(90)]
    assert places_of(90)[::19] == [1, 90]
    assert places_of(MOST_PLACES) == list(range(1, MOST_PLACES + 1))
    assert len(places_of(MOST_PLACES + 1)) == 20


def test_a_validation_is_a_table(tmp_path: Path) -> None:
    chain, point, _ = CASES["uniform"]
    evolution = ChainEvolution(chain)
    result = validate(evolution, [point], skills=2_000, replicates=3, seed=1)
    write_validation(result, evolution, tmp_path / "table.csv")
    header, row = (tmp_path / "table.csv").read_text().splitlines()
    assert "zeta:6_z" in header
    assert len(header.split(",")) == len(row.split(","))
    write_validation(result, evolution, tmp_path / "figure.svg")
    assert (tmp_path / "figure.svg").read_text().startswith("<?xml")
    shown = place_table(result.points[0], chain)
    assert list(shown["topic"]) == [1, 2, 3, 4, 5, 6]
    assert shown["zeta"][3] == result.points[0].theory["zeta:4"]
    assert (shown["low"] <= shown["best"]).all()


def test_a_free_letter_is_said() -> None:
    with pytest.raises(InputError, match="R is free"):
        validate(ChainEvolution(load_model("chain(paper, 4, 2)").ensemble), [{"c": "5"}], skills=1_000, replicates=3)
