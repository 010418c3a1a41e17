"""How large to build, and floors, against simulated graphs, published sizes, and each other."""

from math import sqrt

import pytest

from deanalysis import InputError, StuckSets, load_model, simulate, size
from deanalysis.theory.sizing.failure import Building
from deanalysis.theory.sizing.size import Size, _most_items, least_texts, with_degree

PUBLISHED = {100: 156, 200: 292, 300: 428, 400: 564, 500: 696, 600: 828, 700: 964, 800: 1096, 900: 1228, 1000: 1360}
"""Cells of invertible Bloom lookup tables for items in 4 subtables that fail once in 240 times: a published table of simulated sizes."""
FAILURE = 1 / 240


@pytest.fixture(scope="module")
def buildings() -> dict[int, Building]:
    model = load_model("hypergraph(4)")
    return {degree: Building(with_degree(model, degree).ensemble, model.learner) for degree in (3, 4, 5)}


@pytest.mark.parametrize("items", PUBLISHED)
def test_published_sizes_and_their_degree_are_found(items: int, buildings: dict[int, Building]) -> None:
    found = {degree: least_texts(building, items, FAILURE, "law").texts for degree, building in buildings.items()}
    assert min(found, key=found.__getitem__) == 4
    assert abs(found[4] - PUBLISHED[items]) <= 4


@pytest.mark.parametrize("items", [5, 60, 1000, 10**7])
def test_the_answer_is_least_and_inverse_questions_agree(items: int, buildings: dict[int, Building]) -> None:
    building = buildings[4]
    found = least_texts(building, items, FAILURE, "law")
    assert found.failure <= FAILURE < building.failure(items, found.texts - 4, "law").failure
    fits = _most_items(building, found.texts, FAILURE, "law").skills
    assert fits >= items > _most_items(building, found.texts - 4, FAILURE, "law").skills
    assert building.failure(items, found.texts, "law") == found


def test_failure_falls_with_texts_and_grows_with_items(buildings: dict[int, Building]) -> None:
    by_texts = [buildings[4].failure(200, texts, "law").failure for texts in range(240, 400, 20)]
    by_items = [buildings[4].failure(items, 292, "law").failure for items in range(20, 300, 20)]
    assert by_texts == sorted(by_texts, reverse=True)
    assert by_items == sorted(by_items)


def test_sizes_are_written_and_read_and_degrees_compared() -> None:
    found = size("hypergraph(3)", items=100, failure="1/240", degrees="4:5", method="law")
    assert (found.texts, found.degree, [degree for degree, _ in found.compared]) == (156, 4, [4, 5])
    assert Size.from_dict(found.to_dict()) == found


def test_recursion_is_what_is_simulated() -> None:
    """50 users, load 0.5: one of five frames loses some."""
    model = load_model("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)")
    exact = size(model, items=50, texts=100)
    assert exact.method == "recursion"
    graphs = 4000
    seen = simulate(model.ensemble.at(G="1/2"), model.learner, skills=50, replicates=graphs, seed=3, workers=1)
    stuck = 1 - seen.residues.get(0, 0) / graphs
    error = sqrt(exact.failure * (1 - exact.failure) / graphs)
    assert abs(stuck - exact.failure) < 4 * error
    assert abs(exact.left - seen.zeta.mean) < 4 * seen.zeta.standard_error


SIMULATED = [
    ("ldpc(3,6)", "repeated", {"eps": "0.2"}, 120, 0.018361),
    ("ldpc(3,6)", "distinct", {"eps": "0.2"}, 120, 0.005726),
    ("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "distinct", {"G": "0.2"}, 60, 0.011508),
    ("hypergraph(3)", "parts", {"d": "0.4"}, 40, 0.022768),
]


@pytest.mark.parametrize(("name", "matching", "values", "skills", "bound"), SIMULATED)
def test_sets_that_are_left_are_seen(name: str, matching: str, values: dict[str, str], skills: int, bound: float) -> None:
    """Of 1, 2 and 3 skills, as often as A_k/(1 + S) says; with 10^5 graphs they agree as well (|z| < 1.5)."""
    model, graphs = load_model(name, matching=matching), 12_000
    ensemble = model.ensemble.at(**values)
    floor = StuckSets(ensemble, model.learner, skills).floor()
    assert round(floor.bound, 6) == bound
    seen = simulate(ensemble, model.learner, skills=skills, replicates=graphs, seed=8, workers=1).residues
    for k, mean in enumerate(floor.sets[:3], start=1):
        expected = graphs * mean / (1 + floor.bound)
        assert abs(seen.get(k, 0) - expected) < 4 * sqrt(expected) + 1e-9
    most = graphs * max(floor.sets) / (1 + floor.bound)
    assert abs(most - seen[floor.sets.index(max(floor.sets)) + 1]) < abs(1.5 * most - seen[floor.sets.index(max(floor.sets)) + 1])


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"items": 100, "failure": "0"}, "failure must lie between 0 and 1"),
        ({"items": 100, "failure": "1e-320"}, "failure must be at least 1e-300"),
        ({"items": 100, "failure": "1e-300"}, "cannot be reached with up to 1e.12 texts"),
        ({"items": 0, "failure": "0.1"}, "items must be a whole number from 1"),
        ({"items": 100}, "needs two of"),
        ({"items": 5, "texts": 3}, "texts must be at least 4, one in each part"),
        ({"items": 100, "failure": "0.1", "degrees": "7:3"}, "LO at most HI"),
        ({"items": 100, "failure": "0.1", "method": "magic"}, "method must be"),
    ],
)
def test_impossible_wishes_are_one_line(wish: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        size("hypergraph(4)", **wish)


def test_what_no_number_of_texts_reaches_is_said() -> None:
    with pytest.raises(InputError, match="a skill may be in no text"):
        size(load_model(texts="poisson(3*g)", skills="polynomial(0.1 + 0.9*x^3)"), items=100, failure="0.01")


def test_skills_have_room_for_their_texts() -> None:
    assert size("irsa(x^8)", items=3, failure="0.01").texts > 8
    assert size("irsa(x^8)", items=1, failure="0.01").texts == 8
    with pytest.raises(InputError, match="needs 8 texts"):
        size("irsa(x^8)", items=3, texts=6)


def test_sets_beyond_floats_are_said() -> None:
    ensemble = load_model("paper").ensemble.at(c=5, R="0.5")
    sets = StuckSets(ensemble, load_model("paper").learner, 10**6)
    with pytest.raises(InputError, match="more stuck sets than floats hold"):
        sets.floor(largest=300)
    assert sets.floor().block == pytest.approx(1)


def test_texts_are_those_of_the_laws() -> None:
    model = load_model("ldpc(3,6)")
    with pytest.raises(InputError, match="texts must be 60, as the laws say"):
        StuckSets(model.ensemble.at(eps="0.2"), model.learner, 120, 40)
