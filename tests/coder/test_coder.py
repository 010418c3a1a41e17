"""The semantic coder: every text comes back, and nothing else is ever taken for one."""

import hashlib
from math import lgamma, log

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from deanalysis import InputError, Learned, Raw, SemanticCoder, Texts
from deanalysis.coder.coder import bits_by, pack, read_block, unpack
from deanalysis.coder.texts import as_bytes, from_bytes
from deanalysis.coder.wire import DamagedError

SKILLS = st.integers(min_value=0, max_value=40)
CODER = SemanticCoder(Learned.of([7, 2, 9, 30, 31, 32, 1]))


def drawn(count: int, skills: int, mean: float, seed: int = 1) -> Texts:
    rng = np.random.default_rng(seed)
    sizes = rng.poisson(mean, count)
    return Texts.drawn(np.concatenate([[0], np.cumsum(sizes)]), rng.integers(skills, size=int(sizes.sum())))


@pytest.mark.parametrize("learned", [300_000, 150_000])
def test_a_million_texts_come_back_bit_by_bit(learned: int) -> None:
    texts = drawn(1_000_000, 300_000, 3)
    coder = SemanticCoder(Learned.of(np.random.default_rng(2).permutation(300_000)[:learned]))
    content = coder.encode(texts)
    assert coder.decode(content) == texts
    assert coder.encode(coder.decode(content)) == content


@settings(max_examples=200, deadline=None)
@given(st.lists(SKILLS, unique=True), st.lists(st.sets(SKILLS, max_size=20), max_size=60))
def test_any_texts_come_back(learned: list[int], texts: list[set[int]]) -> None:
    coder, stated = SemanticCoder(Learned.of(learned)), Texts.of(texts)
    assert coder.decode(coder.encode(stated)) == stated
    assert list(coder.decode(coder.encode(stated))) == [tuple(sorted(text)) for text in texts]
    written = Raw.of([str(sorted(text)).encode() for text in texts])
    received = coder.receive(coder.send(stated, written))
    assert received.understood.tolist() == [text <= set(learned) for text in texts]
    assert received.meanings == stated.where(received.understood)
    assert received.others == written.where(~received.understood)


@pytest.mark.parametrize(("skills", "mean"), [(20, 4), (1000, 8), (300_000, 3), (2_000_000_000, 6)])
def test_a_set_takes_what_there_are_such_sets(skills: int, mean: float) -> None:
    """Within 1 % of log2 binom(n, k) for the set and the entropy for the count; a coder without bits back would take log2 k! more."""
    texts = drawn(100_000, skills, mean)
    coder = SemanticCoder(Learned.of(np.arange(skills, dtype=np.uint32) if skills < 10**6 else np.unique(texts.skills)))
    listed, sizes = len(coder.learned), texts.counts
    sets = sum(lgamma(listed + 1) - lgamma(k + 1) - lgamma(listed - k + 1) for k in sizes) / log(2)
    shares = np.bincount(sizes)[np.bincount(sizes) > 0] / len(texts)
    expected = sets - len(texts) * float((shares * np.log2(shares)).sum())
    orders = sum(lgamma(k + 1) for k in sizes) / log(2)
    taken = 8 * len(coder.encode(texts))
    assert taken == pytest.approx(expected, rel=0.01)
    assert taken < expected + 0.2 * orders


def test_uneven_popularity_pays() -> None:
    """Indices take their entropy, though the coder is told the order alone."""
    rng = np.random.default_rng(3)
    weights = np.sort(rng.gamma(0.8, size=50_000))[::-1]
    shares = weights / weights.sum()
    picked = rng.choice(len(shares), size=(200_000, 2), p=shares)
    texts = Texts.drawn(np.arange(200_001) * 2, picked.ravel())
    entropy = -float((shares * np.log2(shares)).sum())
    taken = 8 * len(SemanticCoder(Learned.of(np.arange(len(shares)))).encode(texts)) / len(texts)
    assert taken == pytest.approx(2 * entropy - 1, rel=0.005)
    shuffled = 8 * len(SemanticCoder(Learned.of(rng.permutation(len(shares)))).encode(texts)) / len(texts)
    assert shuffled == pytest.approx(2 * np.log2(50_000) - 1, rel=0.005)
    assert shuffled - taken > 1


def small_file() -> bytes:
    return CODER.encode(Texts.of([{2, 7}, set(), {9, 5}, {1, 2, 7, 9, 30}, {31}, {31, 32}] * 5))


def test_any_damage_is_refused() -> None:
    content = small_file()
    for place in range(len(content)):
        for changed in (content[place] ^ 1, content[place] ^ 0x80, 0 if content[place] else 255):
            with pytest.raises(InputError, match="the file"):
                CODER.decode(content[:place] + bytes([changed]) + content[place + 1 :])
    for length in range(len(content)):
        with pytest.raises(InputError, match="the file"):
            CODER.decode(content[:length])
    for other in (b"", b"x", content + b"\0", content + content, b"PNG" + content, bytes(100)):
        with pytest.raises(InputError, match="the file"):
            CODER.decode(other)


def test_blocks_cannot_change_places() -> None:
    coder = SemanticCoder(Learned.of(range(64)))
    texts = drawn(400_000, 64, 1)
    content = coder.encode(texts)
    head = 8 + 2 + 16 + 16
    first = 4 + int.from_bytes(content[head : head + 4], "little") + 16
    second = 4 + int.from_bytes(content[head + first : head + first + 4], "little") + 16
    one, two = content[head : head + first], content[head + first : head + first + second]
    for changed in (two + one, two, one, one + one + two):
        with pytest.raises(InputError, match="damaged"):
            coder.decode(content[:head] + changed + content[head + first + second :])


def test_what_is_said_of_a_foreign_file() -> None:
    content = small_file()
    with pytest.raises(InputError, match="not one of a semantic coder"):
        CODER.decode(b"something else")
    with pytest.raises(InputError, match="another list"):
        SemanticCoder(Learned.of([7, 2])).decode(content)
    with pytest.raises(InputError, match="another list"):
        SemanticCoder(Learned.of([2, 7, 9, 30, 31, 32, 1])).decode(content)
    with pytest.raises(InputError, match="version 1, not 2"):
        CODER.decode(content[:8] + b"\2" + content[9:])
    with pytest.raises(InputError, match="as they are written"):
        CODER.receive(content)


def resealed(content: bytes) -> bytes:
    """Give a file of one block the digests that it should have."""
    head, size = content[:26], int.from_bytes(content[42:46], "little")
    digest = hashlib.blake2b(head, digest_size=16)
    sealed = head + digest.digest()
    for part in (content[42 : 46 + size], bytes(4)):
        digest.update(part)
        sealed += part + digest.digest()
    return sealed


def test_a_forged_file_is_refused_or_read() -> None:
    """Even with the right digests, nothing but texts or one line comes out."""
    content, rng, refused = small_file(), np.random.default_rng(4), []
    assert resealed(content) == content
    last = 46 + int.from_bytes(content[42:46], "little")
    for _ in range(4000):
        changed = bytearray(content)
        for _ in range(rng.integers(1, 4)):
            changed[rng.integers(46, last)] = rng.integers(256)
        try:
            texts = CODER.decode(resealed(bytes(changed)))
        except InputError as error:
            refused.append(str(error))
        else:
            assert all(skill < 2**31 for text in texts for skill in text)
    assert len(refused) > 2000
    assert set(refused) == {"the file is damaged"}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_of_nobody_are_no_block(content: bytes) -> None:
    with pytest.raises(DamagedError):
        read_block(content, CODER.learned)


def test_lists_and_texts_that_cannot_be() -> None:
    for skills in ([1, 1], [-1], [2**31], [1.5]):
        with pytest.raises(InputError, match="learned skills"):
            Learned.of(skills)
    for text in ({-1}, {2**31}, {True}, {"a"}):
        with pytest.raises(InputError, match="text 1"):
            Texts.of([text])
    with pytest.raises(InputError, match="must be that of 2 texts"):
        CODER.send(Texts.of([{1}, {2}]), Raw.of([b""]))
    with pytest.raises(InputError, match="at most 65536 skills"):
        SemanticCoder(Learned.of(np.arange(5_000_000))).encode(Texts.joined([70_000], np.arange(70_000)))


def test_sets_as_bytes() -> None:
    texts = Texts.of([{0}, {127, 128}, {2**31 - 1}, set(), {5, 6, 7, 1000}])
    assert from_bytes(as_bytes(texts)) == texts
    assert as_bytes(texts)[4] == b"\x05\x00\x00\xe0\x07"
    for wrong in (b"\x80", b"\x80\x00", b"\xff\xff\xff\xff\x0f", b"\xff" * 9):
        with pytest.raises(DamagedError):
            from_bytes(Raw.of([wrong]))


def test_the_lossless_code() -> None:
    raw = Raw.of([b"the same text"] * 1000)
    assert unpack(pack(raw), 1000) == raw
    assert bits_by("zstd", raw) < 20
    assert bits_by("xz", raw) < 20
    for content, count in ((pack(raw), 999), (pack(raw)[:-1], 1000), (b"", 1), (b"x", 0), (pack(raw) + b"x", 1000)):
        with pytest.raises(DamagedError):
            unpack(content, count)
