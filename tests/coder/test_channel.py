"""A real code on the erasure channel, its decoder beside peeling by hand, and the way of a message from end to end."""

from math import sqrt

import numpy as np
import pytest

from deanalysis import (
    Delivery,
    DensityEvolution,
    ErasureChannel,
    ErasureCode,
    InputError,
    Language,
    Learned,
    Poisson,
    Raw,
    Regular,
    SemanticCoder,
    Texts,
    Transmission,
    deliver,
    load_model,
    train,
)
from deanalysis.model import Ensemble
from deanalysis.theory.compression.communication import erasure_channel

pytestmark = pytest.mark.long

MODEL = load_model("ldpc(3,6)")


def checks_of(code: ErasureCode) -> np.ndarray:
    """Return the parity checks as a matrix, written from the graph."""
    matrix = np.zeros((code.graph.texts, code.length), dtype=int)
    for position in range(code.length):
        for edge in range(code.graph.start[position], code.graph.start[position + 1]):
            matrix[code.graph.ends[edge], position] += 1
    return matrix


def peeled(counts: np.ndarray, erased: np.ndarray) -> np.ndarray:
    """Return what is still erased when no check has exactly one erased position, a position met twice counting twice."""
    left = erased.copy()
    while True:
        ready = np.flatnonzero(counts @ left == 1)
        if not len(ready):
            return left
        left &= ~(counts[ready].astype(bool) & left).any(axis=0)


def test_words_satisfy_all_checks_and_carry_the_message() -> None:
    code, rng = ErasureCode.draw(MODEL.ensemble, 240, seed=3), np.random.default_rng(1)
    counts = checks_of(code)
    matrix = counts % 2
    rank = code.length - code.dimension
    assert rank <= code.graph.texts
    for _ in range(20):
        message = rng.integers(2, size=code.dimension).astype(np.uint8)
        word = code.encode(message)
        assert not (matrix @ word % 2).any()
        assert np.array_equal(code.message(word), message)
    words = {code.encode(np.eye(code.dimension, dtype=np.uint8)[place]).tobytes() for place in range(code.dimension)}
    assert len(words) == code.dimension


@pytest.mark.parametrize("share", [0.2, 0.35, 0.42, 0.5])
def test_decoding_is_peeling(share: float) -> None:
    code, rng = ErasureCode.draw(MODEL.ensemble, 240, seed=5), np.random.default_rng(2)
    counts, both = checks_of(code), set()
    for _ in range(40):
        word, erased = code.encode(rng.integers(2, size=code.dimension).astype(np.uint8)), rng.random(code.length) < share
        found = code.decode(np.where(erased, 1 - word, word).astype(np.uint8), erased)
        assert (found is None) == bool(peeled(counts, erased).any())
        if found is not None:
            assert np.array_equal(found, word)
        both.add(found is None)
    assert share != 0.42 or both == {True, False}


def test_blocks_are_lost_as_the_law_of_finite_size_says() -> None:
    channel = erasure_channel(DensityEvolution(MODEL.ensemble, MODEL.learner), 10_000)
    code, rng, trials = ErasureCode.draw(MODEL.ensemble, 10_000), np.random.default_rng(7), 600
    word = code.encode(rng.integers(2, size=code.dimension).astype(np.uint8))
    for erasure in ("0.42", "0.425", "0.43"):
        expected = channel.lost(erasure)
        lost = 0
        for _ in range(trials):
            erased = rng.random(code.length) < float(erasure)
            lost += code.decode(word, erased) is None
        assert lost / trials == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / trials))


def test_end_to_end_is_the_product_of_its_parts() -> None:
    """A message over blocks of length 10^4 arrives with the chance that all its blocks do; sent losslessly it takes more of them."""
    channel = erasure_channel(DensityEvolution(MODEL.ensemble, MODEL.learner), 10_000)
    code, paper = ErasureCode.draw(MODEL.ensemble, 10_000, seed=2), load_model("paper")
    learner = train(paper.ensemble, paper.learner, skills=20_000, c=3, R=2)
    texts = Texts.drawn(*learner.fresh(300))
    written, trials, blocks = Language().write(texts, 1), 150, []
    for learned in (learner.ordered, np.array([], dtype=np.int64)):
        coder = SemanticCoder(Learned.of(learned))
        for erasure in ("0.41", "0.42", "0.424"):
            found = deliver(coder, code, texts, written, float(erasure), trials=trials, seed=3)
            expected = channel.send(found.bits / len(texts), len(texts), erasure)
            assert expected.blocks == found.blocks
            assert expected.arrives == pytest.approx((1 - channel.lost(erasure)) ** found.blocks)
            spread = sqrt(expected.arrives * (1 - expected.arrives) / trials) + 0.01
            assert abs(found.arrived / trials - expected.arrives) < 4 * spread
            blocks.append(found.blocks)
        wrong = channel.send(found.bits / len(texts), len(texts), "0.41").arrives
        assert abs(found.arrived / trials - wrong) > 4 * spread
    assert blocks[-1] > 2 * blocks[0]


def test_a_lost_block_is_a_lost_message() -> None:
    code = ErasureCode.draw(MODEL.ensemble, 600)
    coder = SemanticCoder(Learned.of(range(50)))
    texts = Texts.of([{number % 50} for number in range(500)])
    written = Raw.of([b""] * 500)
    assert deliver(coder, code, texts, written, 0.9, trials=5).arrived == 0
    found = deliver(coder, code, texts, written, 0.05, trials=5)
    assert found.arrived == 5
    assert Delivery.from_dict(found.to_dict()) == found


def test_what_cannot_be_a_code() -> None:
    with pytest.raises(InputError, match="no free letter"):
        ErasureCode.draw(load_model("paper").ensemble, 100)
    with pytest.raises(InputError, match="length"):
        ErasureCode.draw(MODEL.ensemble, 0)
    code = ErasureCode.draw(MODEL.ensemble, 60)
    with pytest.raises(InputError, match="must have"):
        code.encode(np.zeros(3, dtype=np.uint8))
    poisson = ErasureCode.draw(Ensemble(Poisson(6), Regular(3)), 400)
    assert not (checks_by_rows(poisson) @ poisson.encode(np.ones(poisson.dimension, dtype=np.uint8)) % 2).any()


def checks_by_rows(code: ErasureCode) -> np.ndarray:
    """Return the checks of a code whose edges are not stored."""
    rows, matrix = code._rows, np.zeros((code.graph.texts, code.length), dtype=int)
    for check in range(code.graph.texts):
        for position in rows.skills[rows.start[check] : rows.start[check + 1]]:
            matrix[check, int(position) - 1] += 1
    return matrix


def test_thresholds_of_channel_codes() -> None:
    gradual = load_model("ldpc(2,4)")
    channel = erasure_channel(DensityEvolution(gradual.ensemble, gradual.learner), 1000)
    assert float(channel.threshold) == pytest.approx(1 / 3)
    assert channel.law is None
    assert (channel.lost("0.3"), channel.lost("0.34")) == (0.0, 1.0)
    assert ErasureChannel.from_dict(channel.to_dict()) == channel
    regular = erasure_channel(DensityEvolution(MODEL.ensemble, MODEL.learner), 1000)
    assert ErasureChannel.from_dict(regular.to_dict()) == regular
    sent = regular.send(50, 100, "0.4")
    assert Transmission.from_dict(sent.to_dict()) == sent
    for name in ("paper", "hypergraph(3)"):
        model = load_model(name)
        with pytest.raises(InputError, match="channel"):
            erasure_channel(DensityEvolution(model.ensemble, model.learner), 1000)
    for erasure in ("0", "1", "-1"):
        with pytest.raises(InputError, match="erasure"):
            channel.lost(erasure)


@pytest.mark.parametrize("matrix", [np.array([[1, 1, 0], [0, 1, 1]]), [[1, 1, 0], [0, 1, 1]], None, "ldpc(3,6)", MODEL.ensemble])
def test_a_code_is_made_of_a_graph(matrix: object) -> None:
    with pytest.raises(InputError, match="the code must be a graph"):
        ErasureCode(matrix)


@pytest.mark.parametrize("stated", [np.eye(3), "ldpc(3,6)", MODEL])
def test_a_code_is_drawn_of_an_ensemble(stated: object) -> None:
    with pytest.raises(InputError, match="the code's ensemble must be an Ensemble"):
        ErasureCode.draw(stated, 60)
