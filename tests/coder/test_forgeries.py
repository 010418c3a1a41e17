"""Files that nobody wrote: with bytes put in, and with tables, stacks and texts that a writer of lies would choose, all digests right."""

import hashlib
from collections.abc import Callable

import constriction
import numpy as np
import pytest
import zstandard

from deanalysis import InputError, Learned, Raw, SemanticCoder, Texts
from deanalysis.coder import coder as blocks, sets
from deanalysis.coder.coder import read_block, unpack, write_block
from deanalysis.coder.sets import Groups, _read_evenly, _write_evenly, read_sets
from deanalysis.coder.texts import MOST_SKILLS, as_bytes, from_bytes
from deanalysis.coder.wire import DamagedError, Reader, listed, measured

LEARNED = Learned.of([7, 2, 9, 30, 31, 32, 1])
CODER = SemanticCoder(LEARNED)
TEXTS = Texts.of([{2, 7}, set(), {9, 5}, {1, 2, 7, 9, 30}, {31}, {31, 32}] * 5)
HEAD = 42


def body_of(content: bytes) -> bytes:
    """The one block of a small file."""
    return content[HEAD + 4 : HEAD + 4 + int.from_bytes(content[HEAD : HEAD + 4], "little")]


BODY = body_of(CODER.encode(TEXTS))


def sealed(body: bytes) -> bytes:
    """A file of one block with the digests that it should have."""
    head = CODER.encode(TEXTS)[:26]
    digest = hashlib.blake2b(head, digest_size=16)
    content = head + digest.digest()
    for part in (len(body).to_bytes(4, "little") + body, bytes(4)):
        digest.update(part)
        content += part + digest.digest()
    return content


def is_refused_or_written_so(body: bytes) -> bool:
    """Whether a forged block is refused, or is what `encode` writes of the texts in it."""
    try:
        texts = CODER.decode(sealed(body))
    except InputError as error:
        return "damaged" in str(error)
    return CODER.encode(texts) == sealed(body)


def test_the_seal_is_right() -> None:
    assert sealed(BODY) == CODER.encode(TEXTS)


def test_one_byte_put_in_anywhere() -> None:
    for place in range(len(BODY) + 1):
        for byte in (0, 1, 2, 3, 50, 127, 128, 129, 255):
            assert is_refused_or_written_so(BODY[:place] + bytes([byte]) + BODY[place:]), (place, byte)


def test_one_byte_changed_or_left_out_anywhere() -> None:
    for place in range(len(BODY)):
        assert is_refused_or_written_so(BODY[:place] + BODY[place + 1 :]), place
        for bit in range(8):
            assert is_refused_or_written_so(BODY[:place] + bytes([BODY[place] ^ 1 << bit]) + BODY[place + 1 :]), (place, bit)


def test_many_bytes_put_in_changed_and_left_out() -> None:
    rng = np.random.default_rng(7)
    for _ in range(1500):
        changed, times = bytearray(BODY), int(rng.integers(1, 4))
        for _ in range(times):
            place, byte = int(rng.integers(len(changed))), int(rng.integers(256))
            changed[place : place + int(rng.integers(2))] = bytes([byte] * int(rng.integers(3)))
        assert is_refused_or_written_so(bytes(changed)), bytes(changed)


def parts_of(body: bytes) -> tuple[list[list[int]], bytes, bytes]:
    reader = Reader(body)
    return [reader.numbers(1000) for _ in range(4)], reader.string(), reader.string()


def joined(tables: list[list[int]], stack: bytes, others: bytes) -> bytes:
    return b"".join(map(listed, tables)) + measured(stack) + measured(others)


def test_words_below_a_stack() -> None:
    tables, stack, others = parts_of(BODY)
    assert joined(tables, stack, others) == BODY
    for word in (1, 2**31, 2**32 - 1):
        with pytest.raises(DamagedError):
            read_block(joined(tables, word.to_bytes(4, "little") + stack, others), LEARNED)


Kinds = tuple[np.ndarray, np.ndarray, np.ndarray]
FEW = Texts.of([set(), {7}, {7}, {2, 7}] * 6)
"""Texts of no, one and two skills, of which the first two alone are met."""


@pytest.mark.parametrize(
    "lie",
    [
        lambda kinds, where, frequencies: (kinds, where, frequencies + np.array([1, -2, 1])),
        lambda kinds, where, frequencies: (kinds[::-1], len(kinds) - 1 - where, frequencies[::-1]),
        lambda kinds, where, frequencies: (np.append(kinds, 4), where, np.append(frequencies, 0)),
        lambda kinds, where, frequencies: (
            np.append(kinds, 3),
            np.where(where == 2, 2 + np.arange(24) // 12, where),
            np.array([6, 12, 3, 3]),
        ),
    ],
    ids=["counts", "falling", "a kind of no text", "a kind that is there twice"],
)
def test_tables_that_differ_from_what_is_on_the_stack_or_tell_it_in_another_way(
    monkeypatch: pytest.MonkeyPatch, lie: Callable[[np.ndarray, np.ndarray, np.ndarray], Kinds]
) -> None:
    block, unique = read_block(body_of(CODER.encode(FEW)), LEARNED), np.unique
    monkeypatch.setattr(blocks.np, "unique", lambda *arguments, **options: lie(*unique(*arguments, **options)))
    forged = write_block(block, LEARNED)
    monkeypatch.undo()
    with pytest.raises(DamagedError):
        read_block(forged, LEARNED)


def test_a_table_of_fewer_groups_than_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    block = read_block(body_of(CODER.encode(FEW)), LEARNED)
    for table, right in (([18, 6, 0, 0, 0, 0, 0], True), ([18, 6], False), ([18, 6, 0, 0, 0, 0, 0, 0], False)):
        monkeypatch.setattr(blocks.Groups, "best", lambda count, _, table=table: blocks.Groups(np.array(table), count))
        forged = write_block(block, LEARNED)
        if right:
            assert read_block(forged, LEARNED).ranks == block.ranks
        else:
            with pytest.raises(DamagedError):
                read_block(forged, LEARNED)


def test_no_block_is_empty_or_larger_than_one_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DamagedError):
        read_block(joined([[], [], [0], []], b"", b""), LEARNED)
    body = body_of(CODER.encode(Texts.of([{7}, {7}, {7}, {2, 7}] * 6)))
    _, frequencies, table, _ = parts_of(body)[0]
    assert max(frequencies) < sum(frequencies)
    assert max(table) < sum(table)
    for name, count in (("_MOST_TEXTS", sum(frequencies)), ("_MOST_SKILLS", sum(table))):
        monkeypatch.setattr(blocks, name, count)
        assert len(read_block(body, LEARNED).understood) == 24
        monkeypatch.setattr(blocks, name, count - 1)
        with pytest.raises(DamagedError):
            read_block(body, LEARNED)
        monkeypatch.undo()


def test_a_set_that_is_not_in_order() -> None:
    """The first texts of a block go in ascending order, so that there is one file for them."""
    block = read_block(body_of(CODER.encode(Texts.of([{7, 2, 9}, {30, 31}]))), LEARNED)
    falling = Texts.joined(block.ranks.counts, np.concatenate([row[::-1] for row in map(np.array, block.ranks)]).astype(np.uint32))
    forged = write_block(blocks.Block(block.understood, falling, block.others), LEARNED)
    with pytest.raises(DamagedError):
        read_block(forged, LEARNED)


@pytest.mark.parametrize(
    "written", [b"\x02\x01\x01abc", b"\x02\x01\x01a", b"\x02\x01\x00ab", b"\x01\x02ab", b"\x03\x01\x01\x00ab", b"\x02\x81\x00\x01ab"]
)
def test_texts_whose_lengths_are_not_theirs(written: bytes) -> None:
    with pytest.raises(DamagedError):
        unpack(zstandard.ZstdCompressor(level=3).compress(written), 2)


def test_a_frame_that_says_more_than_it_needs() -> None:
    """A checksum, the bit that has no meaning, or bytes behind its end would be a second file for the same texts."""
    written = b"\x02\x01\x01ab"
    plain = zstandard.ZstdCompressor(level=3).compress(written)
    assert unpack(plain, 2) == Raw.of([b"a", b"b"])
    for frame in (
        zstandard.ZstdCompressor(level=3, write_checksum=True).compress(written),
        plain[:4] + bytes([plain[4] | 0x10]) + plain[5:],
        plain + b"\x00",
        plain + plain,
    ):
        with pytest.raises(DamagedError):
            unpack(frame, 2)
    assert unpack(b"", 0) == Raw.of([])
    for frame in (b"\x00", plain):
        with pytest.raises(DamagedError):
            unpack(frame, 0)


def test_a_frame_of_more_than_a_block_may_hold_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = zstandard.ZstdCompressor(level=3).compress(bytes(blocks._MOST_BYTES + blocks._HEAD + 1))
    unsaid = zstandard.ZstdCompressor(level=3, write_content_size=False).compress(b"\x02\x01\x01ab")
    monkeypatch.setattr(blocks.zstandard, "ZstdDecompressor", None)
    for frame in (huge, unsaid):
        with pytest.raises(DamagedError):
            unpack(frame, 2)


def test_numbers_are_written_in_the_shortest_way() -> None:
    for content in (b"\x80\x00", b"\x81\x80\x00", b"\xff\x00"):
        with pytest.raises(DamagedError):
            Reader(content).number(1000)
        with pytest.raises(DamagedError):
            from_bytes(Raw.of([content]))
    assert Reader(b"\x80\x01").number(1000) == 128
    with pytest.raises(DamagedError):
        Reader(b"\x01\x02").end()


def test_numbers_and_strings_end_where_they_may() -> None:
    assert Reader(b"\x05").number(5) == 5
    assert Reader(b"\x01a").string() == b"a"
    for content, most in ((b"\x05", 4), (b"\x80", 1000), (b"", 1000), (b"\x80" * 10 + b"\x01", 2**100)):
        with pytest.raises(DamagedError):
            Reader(content).number(most)
    for content in (b"\x02a", b"\x01", b"\x03a"):
        with pytest.raises(DamagedError):
            Reader(content).string()


def test_skills_beyond_the_largest() -> None:
    largest = as_bytes(Texts.of([{MOST_SKILLS}]))[0]
    assert from_bytes(Raw.of([largest])) == Texts.of([{MOST_SKILLS}])
    for wrong in (largest + b"\x00", b"\x80\x80\x80\x80\x08", largest[:-1] + b"\x08", b"\x00" + largest, b"\x00\x00" + largest):
        with pytest.raises(DamagedError):
            from_bytes(Raw.of([wrong]))


def test_a_skill_ends_in_its_text_and_takes_five_bytes_at_most() -> None:
    for rows in ([b"\x80", b"\x01"], *([b"\x80" * count + b"\x01"] for count in range(5, 20))):
        with pytest.raises(DamagedError):
            from_bytes(Raw.of(rows))
    assert from_bytes(Raw.of([b"\x80\x01", b"\x01"])) == Texts.of([{128}, {1}])


def test_a_value_of_two_parts_is_below_its_size() -> None:
    """5001 values go as 2501 pairs, of which one value too many can be made."""
    sizes = np.array([5001], dtype=np.int32)
    for value, right in ((5000, True), (5001, False)):
        coder = constriction.stream.stack.AnsCoder()
        _write_evenly(coder, np.array([value], dtype=np.int32), sizes)
        if right:
            assert _read_evenly(coder, sizes).tolist() == [value]
        else:
            with pytest.raises(DamagedError):
                _read_evenly(coder, sizes)


@pytest.mark.parametrize("size", [0, -1, -5, -5000, -(2**30)])
def test_a_group_that_has_nothing_left_gives_no_value(size: int) -> None:
    with pytest.raises(DamagedError):
        _read_evenly(constriction.stream.stack.AnsCoder(np.arange(1, 9, dtype=np.uint32)), np.array([3, size], dtype=np.int32))


@pytest.mark.parametrize("table", [[8], [2, 1, 1, 1, 1, 1, 1]], ids=["one group", "a group of each"])
def test_a_text_of_more_skills_than_are_learned(table: list[int]) -> None:
    """Whatever is on the stack: there are seven skills, and a set holds none twice."""
    groups = Groups(np.array(table), len(LEARNED))
    for seed in range(1, 60):
        words = np.random.default_rng(seed).integers(1, 2**32, 3).astype(np.uint32)
        with pytest.raises(DamagedError):
            read_sets(np.array([len(LEARNED) + 1]), groups, [3], constriction.stream.stack.AnsCoder(words))


def test_the_stack_is_one_of_words() -> None:
    tables, stack, others = parts_of(BODY)
    for wrong in (stack[:-1], stack + bytes(1), stack + b"\x01\x02\x03", stack + bytes(4), b""):
        with pytest.raises(DamagedError):
            read_block(joined(tables, wrong, others), LEARNED)
    assert constriction.stream.stack.AnsCoder(np.frombuffer(stack, dtype="<u4").astype(np.uint32)).num_words() == len(stack) // 4


def refuses(body: bytes) -> None:
    assert body != BODY
    with pytest.raises(InputError, match="damaged"):
        CODER.decode(sealed(body))


def test_groups_that_take_more_bits_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    block = read_block(BODY, LEARNED)
    with monkeypatch.context() as forged:
        forged.setattr(Groups, "best", lambda count, ranks: Groups(np.bincount(ranks, minlength=count), count))
        body = write_block(block, LEARNED)
    refuses(body)


def test_batches_of_another_size_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    block = read_block(BODY, LEARNED)
    with monkeypatch.context() as forged:
        forged.setattr(sets, "_FIRST", 10)
        body = write_block(block, LEARNED)
    refuses(body)
