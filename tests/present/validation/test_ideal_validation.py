"""Potential thresholds, confirmed: between them and emergence peeling stops, and elimination goes on as the least potential says."""

import pytest

from deanalysis import DensityEvolution, Ideal, InputError, load_model, validate
from deanalysis.present.validation.comparison import points_around
from deanalysis.present.validation.theory import ideal_of
from deanalysis.theory.facades.chain_evolution import ChainEvolution

OPTIONS = {"skills": 10_000, "replicates": 32, "seed": 2, "workers": 1}


def evolution_of(name: str) -> DensityEvolution:
    model = load_model(name)
    return DensityEvolution(model.ensemble, model.learner)


CASES = [("paper", {"c": 5}, "R"), ("ldpc(3,6)", {}, "eps"), ("hypergraph(3)", {}, "d")]


@pytest.mark.parametrize(("name", "values", "letter"), CASES)
def test_elimination_confirms_the_least_potential(name: str, values: dict, letter: str) -> None:
    evolution = evolution_of(name)
    points = points_around(ideal_of(evolution), letter, values)
    found = validate(evolution, points, ideal=True, **OPTIONS)
    assert found.verdict == "agrees"
    more, less = found.points if found.points[0].theory["zeta_ideal"] > 0.1 else found.points[::-1]
    for point in (more, less):
        assert point.verdict == "agrees"
        assert abs(point.z["zeta_ideal"]) < 4
    assert less.theory["zeta"] > 0.3 > 0.01 > less.theory["zeta_ideal"]
    assert validate(evolution, points, ideal=True, theory_factor=1.03, **OPTIONS).verdict == "disagrees"
    assert validate(ideal_of(evolution), points, **OPTIONS).verdict == "agrees"
    assert validate(ideal_of(evolution), points, theory_factor=1.03, **OPTIONS).verdict == "disagrees"


def test_points_are_on_both_sides_of_the_potential_threshold_and_short_of_emergence() -> None:
    assert points_around(ideal_of(evolution_of("ldpc(3,6)")), "eps", {}) == [{"eps": "0.561"}, {"eps": "0.459"}]
    assert points_around(ideal_of(evolution_of("paper")), "R", {"c": 5}) == [{"c": 5, "R": "0.85"}, {"c": 5, "R": "1.15"}]
    gradual = points_around(ideal_of(evolution_of("paper")), "R", {"c": 2})
    assert gradual == points_around(evolution_of("paper"), "R", {"c": 2})


def test_next_to_the_potential_threshold_nothing_is_decided() -> None:
    found = validate(evolution_of("paper"), [{"c": 5, "R": "1.01"}], ideal=True, **(OPTIONS | {"skills": 1000}))
    assert found.verdict == "undecided"
    assert "of the potential threshold at 1.00000000000000, where graphs of this size are divided" in found.points[0].why


def test_the_theory_of_peeling_is_no_theory_of_elimination() -> None:
    between = [{"c": 5, "R": "1.3"}]
    options = OPTIONS | {"skills": 3000}
    assert validate(DensityEvolution(load_model("paper").ensemble, Ideal()), between, **options).verdict != "disagrees"
    by_texts = validate(evolution_of("paper"), between, ideal=True, **options).points[0]
    assert by_texts.simulation["zeta_ideal"].best < 0.01 < 0.9 < by_texts.theory["zeta"]


def test_it_needs_one_class_and_one_topic() -> None:
    chain = load_model("chain(paper, 4, 2)").ensemble
    with pytest.raises(InputError, match=r"^ideal needs one class of skills and one topic$"):
        validate(ChainEvolution(chain), [{"c": 5, "R": 1}], ideal=True, **OPTIONS)
