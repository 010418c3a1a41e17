"""Planted classes beside what they are said to be: shares, degrees, and how classes follow each other from skill to skill."""

import numpy as np
import pytest

import deanalysis as da
from deanalysis.graphs.association.planted import planted
from deanalysis.graphs.graph import Graph


def next_classes(graph: Graph, classes: np.ndarray) -> np.ndarray:
    """Return, by class of a skill, how many other skills of each class its texts have, on average."""
    one_hot = np.eye(classes.max() + 1)[classes]
    incidence = graph.to_scipy().astype(float)
    met = incidence.T @ (incidence @ one_hot) - graph.skill_degrees[:, None] * one_hot
    return (one_hot.T @ met) / one_hot.sum(axis=0)[:, None]


@pytest.mark.parametrize(("classes", "mixing"), [(2, 0.2), (4, 0.5), (3, 0), (3, 1)])
def test_classes_follow_each_other_as_the_kesten_stigum_bound_has_it(classes: int, mixing: float) -> None:
    """From skill to skill a class is kept with correlation (1 - mixing)^2, among c^2 R skills: b lambda^2 is c^2 R (1 - mixing)^4."""
    drawn = planted(60_000, "1.5", da.Poisson(3), classes=classes, mixing=mixing)
    found = next_classes(drawn.graph, drawn.classes)
    kept = (1 - mixing) ** 2
    expected = 9 * 1.5 * (kept * np.eye(classes) + (1 - kept) / classes)
    assert found == pytest.approx(expected, abs=0.3)
    assert np.sort(np.linalg.eigvals(found).real)[-2] / 13.5 == pytest.approx(kept, abs=0.012)


def test_shares_are_of_skills_and_of_texts_and_degrees_tell_nothing() -> None:
    drawn = planted(30_000, 2, da.Poisson(3), classes=["0.2", "0.3", "0.5"], mixing="0.3")
    assert np.bincount(drawn.classes).tolist() == [6000, 9000, 15000]
    assert np.bincount(drawn.text_classes) / 60_000 == pytest.approx([0.2, 0.3, 0.5], abs=0.01)
    degrees = drawn.graph.skill_degrees
    assert [degrees[drawn.classes == k].mean() for k in range(3)] == pytest.approx([6, 6, 6], abs=0.12)
    own = drawn.classes[drawn.graph.required] == drawn.text_classes[drawn.graph.text_of]
    assert own.mean() == pytest.approx(0.7 + 0.3 * (0.04 + 0.09 + 0.25), abs=0.006)


@pytest.mark.parametrize(
    ("law", "single"),
    [(da.Regular(3), 0), (da.NegativeBinomial(3, 2), 3 * (2 / 5) ** 3), (da.Zipf(3, 1, 50), 0.832), (da.LogNormal(3, 1), None)],
)
def test_texts_draw_any_law(law: da.DegreeDistribution, single: float | None) -> None:
    """The mean is that of the law, and so is the share of texts of one skill: 2 (3/5) (2/5)^2 (2/5), and 1/(1 + 1/8 + 1/27 + ...)."""
    sizes = planted(40_000, 1, law, mixing=1).graph.text_degrees
    assert sizes.mean() == pytest.approx(float(law.mean), rel=0.03)
    assert (sizes == 1).mean() == pytest.approx(single if single is not None else (sizes == 1).mean(), abs=0.01)


def test_a_seed_is_a_graph() -> None:
    one, same, other = (planted(500, 2, da.Poisson(3), seed=seed) for seed in (5, 5, 6))
    assert one.graph == same.graph
    assert one.graph != other.graph
    assert (one.graph.skills, one.graph.texts) == (500, 1000)


def test_many_edges_are_drawn_at_once() -> None:
    assert planted(200_000, 2, da.Poisson(3)).graph.edges == pytest.approx(1_200_000, rel=0.01)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"skills": 0}, "skills must be a whole number from 1"),
        ({"ratio": -1}, "ratio must be positive"),
        ({"ratio": "0.0001"}, "ratio must give from 1 to"),
        ({"texts": 3}, "texts must be a degree law"),
        ({"texts": da.Poisson(da.c)}, "texts must have every letter bound; c is free"),
        ({"classes": 0}, "classes must be a whole number from 1 to 100"),
        ({"classes": 101}, "classes must be a whole number from 1 to 100"),
        ({"classes": ["0.5", "0.6"]}, "classes must be a number, or shares with sum 1"),
        ({"classes": ["0.999", "0.001"]}, "classes must have at least one skill each"),
        ({"classes": "two"}, "classes must be a whole number"),
        ({"mixing": 2}, "mixing must lie in [0, 1]"),
        ({"mixing": "m"}, "mixing"),
        ({"seed": -1}, "seed must be a whole number"),
    ],
)
def test_what_cannot_be_drawn_is_said(changed: dict, said: str) -> None:
    options = {"skills": 100, "ratio": 2, "texts": da.Poisson(3)} | changed
    with pytest.raises(da.InputError) as error:
        planted(**options)
    assert str(error.value).startswith(said)
