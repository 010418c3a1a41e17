"""A graph beside rewired copies and theory: the shares add up, and the jump in known skills is that of a scan."""

import json

import numpy as np
import pytest

import deanalysis as da
from deanalysis.present.validation.graphs import GraphComparison, compare
from deanalysis.present.validation.known import compare_known, known_curves


def of_words(texts: int, least: int, seed: int) -> da.Graph:
    """Return a graph of texts of at least so many words each: the word of rank r is met in proportion to 1/r."""
    rng = np.random.default_rng(seed)
    sizes = least + rng.poisson(3, texts)
    share = np.cumsum(1 / np.arange(1, texts // 3))
    words = np.searchsorted(share / share[-1], rng.random(int(sizes.sum())))
    return da.Graph.from_edges(zip(np.repeat(np.arange(texts), sizes).tolist(), words.tolist(), strict=True))


def test_differences_add_up_to_what_the_graph_learns_and_go_through_json() -> None:
    graph = of_words(3000, 1, seed=1)
    compared = compare(graph, copies=3, known_top=5)
    assert compared.rewired is not None
    assert compared.correlations is not None
    assert compared.finite_size is not None
    parts = compared.repeated_edges.learned + compared.finite_size.learned + compared.correlations.learned
    assert float(compared.density_evolution.learned) + parts == pytest.approx(compared.learned, abs=1e-12)
    content = json.loads(json.dumps(compared.to_dict()))
    assert set(content["rewired"]) >= {"learned", "understood"}
    assert set(content["rewired"]["learned"]) == {"mean", "low", "high"}
    assert content["known"] == 5
    assert np.array_equal(compared.rewired.first.round_of, da.learn(graph.rewired(1), known_top=5).round_of)
    assert GraphComparison.from_dict(content) == compared


def test_a_random_graph_has_no_correlations_and_an_ordered_one_has() -> None:
    graph = of_words(6000, 1, seed=2).rewired(5)
    compared = compare(graph, copies=8)
    assert compared.rewired is not None
    assert compared.correlations is not None
    spread = (compared.rewired.learned.high - compared.rewired.learned.low) * 2
    assert abs(compared.correlations.learned) < spread
    assert abs(compared.finite_size.learned) < 0.01  # type: ignore[union-attr]
    ordered = da.Graph.from_edges((text, skill) for text in range(4000) for skill in (text, (text + 1) % 4000, (text + 2) % 4000))
    assert compare(ordered, known=[0, 1], copies=2).correlations.learned > 0.9  # type: ignore[union-attr]


def test_the_emergence_in_known_words_is_where_learning_again_for_each_number_jumps() -> None:
    graph = of_words(4000, 4, seed=3)
    compared = compare_known(graph, copies=2)
    learned = [da.learn(graph, known_top=known).learned for known in range(120)]
    jump = int(np.argmax(np.diff(learned))) + 1
    assert learned[jump] - learned[jump - 1] > 0.3
    assert (compared.graph.known, compared.graph.is_jump) == (jump, True)
    assert compared.theory.is_jump
    below, past = compared.theory.known - 1, compared.theory.known
    assert compared.of_theory.learned(past) - compared.of_theory.learned(below) > 0.3
    rewired = [da.learn(graph.rewired(2), known_top=known).learned for known in range(120)]
    assert compared.rewired[1].known == int(np.argmax(np.diff(rewired))) + 1
    curves = known_curves(compared)
    assert curves["graph"][curves["known"] == jump] == learned[jump]


def test_what_cannot_be_compared_is_one_line() -> None:
    graph = of_words(50, 1, seed=1)
    with pytest.raises(da.InputError, match="copies"):
        compare(graph, copies=-1)
    with pytest.raises(da.InputError, match="known_top"):
        compare(graph, known_top=10_000)
    with pytest.raises(da.InputError, match="known must name skills of the graph"):
        compare(graph, known=["nobody"])
