"""A language: what is written is read, it has the stated length, and nothing else is a text of it."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from deanalysis import InputError, Language, Raw, Texts


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sets(st.integers(min_value=0, max_value=2**31 - 1), max_size=8), max_size=20),
    st.integers(min_value=1, max_value=50),
    st.floats(min_value=1, max_value=5),
    st.floats(min_value=0, max_value=3),
    st.integers(min_value=1, max_value=10**5),
)
def test_what_is_written_is_read(texts: list[set[int]], words: int, length: float, noise: float, common: int) -> None:
    language, stated = Language(words, length, noise, common), Texts.of(texts)
    assert language.read(language.write(stated, seed=1)) == stated


def test_lengths_and_seeds() -> None:
    language = Language(length=3, noise=1.5)
    texts = Texts.of([{number, number + 1} for number in range(20_000)])
    written = language.write(texts, seed=5)
    words = np.array([len(written[number].split()) for number in range(len(written))])
    assert words.mean() == pytest.approx(2 * 3 * 2.5, rel=0.01)
    assert written == language.write(texts, seed=5)
    assert written != language.write(texts, seed=6)
    plain = Language(words=1, length=1, noise=0).write(Texts.of([{4}]), seed=1)
    assert plain[0] == b"bucu"


def test_what_is_no_text_of_it() -> None:
    for wrong in (b"ba b", b"aa", b"bab", b"ba  ba", b" ba", b"ba ", b"b1", b"BA", b"\xff\xff", b"ba" * 40):
        with pytest.raises(InputError, match="words of the language"):
            Language().read(Raw.of([wrong]))
    for options in ({"words": 0}, {"length": 0.5}, {"noise": -1}, {"common": 0}, {"length": float("nan")}):
        with pytest.raises(InputError, match="must be"):
            Language(**options)


def test_the_longest_words() -> None:
    """The largest skill with the most words: each has eight syllables, and no space is wanting for any of them."""
    language, texts = Language(words=10**6, length=3, noise=0), Texts.of([{2**31 - 1}, {2**31 - 2, 2**31 - 1}] * 50)
    written = language.write(texts, seed=1)
    assert {len(word) for number in range(len(written)) for word in written[number].split()} == {16}
    assert language.read(written) == texts
