"""Embeddings beside the projection that they never build, the random walk, the Bethe Hessian and planted classes."""

import csv
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import networkx
import numpy as np
import pytest

import deanalysis as da
from deanalysis.graphs.association import incidence
from deanalysis.graphs.association.embedding import Agreement, Embedding, embed
from deanalysis.graphs.association.planted import planted
from deanalysis.graphs.learning import GraphLearning, learn

CHAIN = da.Graph.from_edges([("t", "a"), ("u", "a"), ("u", "b"), ("v", "b"), ("v", "c"), ("x", "d"), ("y", "e"), ("y", "f"), ("y", "g")])
"""a, b, c hang together; d is learned alone; e, f, g are novel."""


def drawn(seed: int = 1, *, skills: int = 300, ratio: float = 1.2, mixing: float = 0.2) -> GraphLearning:
    return learn(planted(skills, ratio, da.Poisson(2), mixing=mixing, seed=seed).graph)


def projection(learning: GraphLearning, edges: str) -> networkx.Graph:
    """Return the association graph by its definition, pair by pair."""
    graph, built = learning.graph, networkx.Graph()
    built.add_nodes_from(np.flatnonzero(~learning.is_novel).tolist())
    for text in range(graph.texts):
        if edges == "all" or learning.is_understood[text]:
            built.add_edges_from(combinations([skill for skill in graph.row(text).tolist() if skill in built], 2))
    return built


def walk(learning: GraphLearning, skills: np.ndarray, stop: float) -> np.ndarray:
    """Return the chance of each step from skill to skill through a text, of those with two learned skills, counted edge by edge."""
    graph, place = learning.graph, {skill: number for number, skill in enumerate(skills.tolist())}
    rows = [[place[skill] for skill in graph.row(text).tolist() if skill in place] for text in range(graph.texts)]
    rows = [row for row in rows if len(row) > 1]
    degrees, chances = np.zeros(len(skills)), np.zeros((len(skills), len(skills)))
    for row in rows:
        degrees[row] += 1
    for row in rows:
        for one in row:
            chances[one, row] += 1 / (degrees[one] + stop) / (len(row) + stop)
    return chances


@pytest.mark.parametrize("edges", ["all", "understood"])
def test_the_largest_component_is_that_of_the_projection(edges: str) -> None:
    for seed in range(5):
        learning = drawn(seed, ratio=0.7)
        components = sorted(networkx.connected_components(projection(learning, edges)), key=lambda part: (-len(part), min(part)))
        found = embed(learning, edges=edges)
        assert found.numbers.tolist() == sorted(components[0])
        assert found.components == len(components) > 5
        assert found.placed == len(components[0]) / 300


@pytest.mark.parametrize("regularization", [0, 0.7])
def test_coordinates_are_eigenvectors_of_the_walk_that_may_stop(regularization: float) -> None:
    learning = drawn(ratio=2)
    found = embed(learning, dimensions=4, regularization=regularization)
    chances = walk(learning, found.numbers, regularization)
    assert found.eigenvalues == pytest.approx(np.sort(np.linalg.eigvals(chances).real)[::-1][:5])
    assert chances @ found.coordinates == pytest.approx(found.coordinates * found.eigenvalues[1:])
    assert (np.abs(found.coordinates).max(axis=0) == found.coordinates.max(axis=0)).all()
    assert found.significant is None
    assert found.eigenvalues[0] == pytest.approx(1) if regularization == 0 else found.eigenvalues[0] < 0.9


def test_large_and_small_matrices_are_decomposed_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    learning = drawn(ratio=3, mixing=0.1)
    sparse = embed(learning, dimensions=3)
    monkeypatch.setattr(incidence, "_DENSE", 10_000)
    dense = embed(learning, dimensions=3)
    assert dense.eigenvalues == pytest.approx(sparse.eigenvalues)
    assert dense.coordinates == pytest.approx(sparse.coordinates, abs=1e-6)
    assert (embed(learning, dimensions=3).coordinates == dense.coordinates).all()


@pytest.mark.parametrize(("ratio", "mixing", "classes"), [(2, 0.05, 4), (3, 0.2, 3), (1.5, 0.5, 2), (4, 0.1, 6), (0.9, 0.0, 3)])
def test_as_many_eigenvalues_are_above_the_noise_as_the_bethe_hessian_has_negative_ones(ratio: float, mixing: float, classes: int) -> None:
    """H(r) = (r^2 - 1) - r A + D of the bipartite graph (Saade, Krzakala, Zdeborova 2014), r^2 = sqrt(b)."""
    found = embed(learn(planted(400, ratio, da.Poisson(3), classes=classes, mixing=mixing).graph), dimensions=30)
    part = incidence.largest_component(found.learning, understood=False).incidence.toarray()
    of_texts, of_skills = part.sum(axis=1), part.sum(axis=0)
    b = (of_texts @ of_texts / of_texts.sum() - 1) * (of_skills @ of_skills / of_skills.sum() - 1)
    whole = np.block([[np.zeros((len(part),) * 2), part], [part.T, np.zeros((part.shape[1],) * 2)]])
    hessian = (b**0.5 - 1) * np.eye(len(whole)) - b**0.25 * whole + np.diag(whole.sum(axis=0))
    normalised = part / np.sqrt(np.outer(of_texts + b**0.5 - 1, of_skills + b**0.5 - 1))
    assert found.eigenvalues == pytest.approx(np.linalg.svd(normalised)[1][:31] ** 2)
    assert found.noise == pytest.approx(b**-0.5)
    assert 1 + found.significant == (np.linalg.eigvalsh(hessian) < 0).sum()


def agreements(ratio: float, mixing: float, **options: object) -> list[float]:
    """Return the agreements of four graphs of 8000 skills at c = 2."""
    return [*_agreements(ratio, mixing, options)]


def _agreements(ratio: float, mixing: float, options: dict) -> Iterator[float]:
    for seed in range(4):
        made = planted(8000, ratio, da.Poisson(2), mixing=mixing, seed=seed)
        yield embed(learn(made.graph), dimensions=1, **options).agreement(made.classes).agreement


def test_recovery_begins_at_the_kesten_stigum_bound_of_learned_skills() -> None:
    """At c = 2, mixing 0.4 the bound is R = 1.93: below it is nothing; above it the walk that never stops finds nothing either."""
    evolution = da.DensityEvolution(da.load_model("paper").ensemble, da.SkillLearner(1))
    (bound,) = da.Percolation(evolution, da.Association(keep="0.6^4")).thresholds("R", c=2)
    assert float(bound.value) == pytest.approx(1.92914, abs=1e-5)
    assert float(da.Percolation(evolution).component(c=2, R="1.92914").branching_factor) * 0.6**4 == pytest.approx(1, abs=1e-4)
    assert sum(agreements(1.4, 0.4)) / 4 < 0.015
    assert min(agreements(2.7, 0.4)) > 0.08
    assert sum(agreements(2.7, 0.4, regularization=0)) / 4 < 0.015


def test_without_mixing_classes_are_components() -> None:
    made = planted(1000, 2, da.Poisson(3), mixing=0)
    found = embed(learn(made.graph))
    assert len(set(made.classes[found.numbers].tolist())) == 1
    assert found.agreement(made.classes).agreement == pytest.approx(0, abs=1e-12)
    assert found.placed == pytest.approx(0.5, abs=0.02)


def test_unplaced_skills_are_said_and_not_compared() -> None:
    found = embed(learn(CHAIN))
    assert (found.names, found.components, found.placed) == (["a", "b", "c"], 2, pytest.approx(3 / 7))
    assert found.learned == pytest.approx(4 / 7)
    compared = found.agreement({"a": "left", "b": "left", "d": "right", "e": "right"})
    assert (compared.compared, compared.classes) == (2, 2)
    assert found.agreement(["x", "x", "y", "y", "y", "y", "y"]).compared == 3
    assert found.agreement(["x", None, "y", "y", "y", "y", "y"]).compared == 2


def test_where_nothing_is_learned_nothing_is_placed() -> None:
    found = embed(learn(da.Graph.from_edges([("t", "a"), ("t", "b")])))
    assert (found.placed, found.components, found.eigenvalues, found.coordinates.shape) == (0, 0, (), (0, 0))
    assert (found.noise, found.significant) == (1, 0)
    compared = found.agreement(["x", "y"])
    assert (compared.compared, compared.agreement) == (0, None)
    assert repr(compared) == "<agreement undefined among 0 skills of 2 classes>"


def test_there_are_no_more_coordinates_than_the_component_has() -> None:
    assert embed(learn(CHAIN), dimensions=9).coordinates.shape == (3, 1)


def test_results_are_written_and_read() -> None:
    compared = embed(learn(CHAIN)).agreement({"a": 1, "b": 1, "c": 2})
    content = compared.to_dict()
    numbers = ["skills", "learned", "components", "placed", "eigenvalues", "noise"]
    assert list(content) == [*numbers, "significant", "classes", "compared", "agreement"]
    assert Agreement.from_dict(content) == compared
    assert Embedding.from_dict(embed(learn(CHAIN)).to_dict()) == compared.embedding
    assert [str(name) for name, _ in compared.table().rows] == [*numbers[2:], "classes", "compared", "agreement"]


def test_coordinates_are_written(tmp_path: Path) -> None:
    found = embed(learn(CHAIN))
    found.write(tmp_path / "points.csv")
    with (tmp_path / "points.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["skill", "x1"]
    assert [(name, [float(x) for x in point]) for name, *point in rows] == [*zip("abc", found.coordinates.tolist(), strict=True)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"dimensions": 0}, "dimensions must be a whole number from 1 to 100"),
        ({"edges": "some"}, "edges must be all or understood, got 'some'"),
        ({"regularization": -1}, "regularization must lie in [0, "),
        ({"regularization": float("nan")}, "regularization must lie in [0, "),
        ({"regularization": "1"}, "regularization must be a number"),
    ],
)
def test_what_cannot_be_embedded_is_said(options: dict, said: str) -> None:
    with pytest.raises(da.InputError) as error:
        embed(learn(CHAIN), **options)
    assert str(error.value).startswith(said)
    with pytest.raises(da.InputError, match="learning must be what"):
        embed(CHAIN)


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        ({"z": 1, "a": 2}, "classes must name skills of the graph, got 'z'"),
        ({"a": 1, "b": 1}, "classes must be two or more, got '1'"),
        ({}, "classes must be two or more"),
        ([1, 2], "classes must be one for each of 7 skills, or name the skills, got '2 classes'"),
    ],
)
def test_what_cannot_be_compared_is_said(classes: object, said: str) -> None:
    with pytest.raises(da.InputError) as error:
        embed(learn(CHAIN)).agreement(classes)
    assert str(error.value).startswith(said)
