"""Plain text as a graph, beside another tokenizer, and texts whose sentences are known since they were made one by one."""

import gzip
import re
import tracemalloc
import unicodedata
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import deanalysis as da

WORDS = ["a", "The", "bear", "Bear", "sleeps", "don't", "x86", "HTTP", "b"]
NUMBERS = ["12", "3.5", "1,000"]
MARKS = [" ", ", ", "; ", " -- ", "\t", ' "', " (", "!? ", " _", "_ "]


def words_of(texts: list[str], least: int = 1) -> list[list[str]]:
    """Return the words of each text that are in at least so many texts, each once, by a regular expression for ASCII."""
    found = [list(dict.fromkeys(re.findall(r"[a-z0-9]+(?:['.,][a-z0-9]+)*", text.lower()))) for text in texts]
    kept = [[word for word in text if re.search("[a-z]", word) and sum(word in other for other in found) >= least] for text in found]
    return [text for text in kept if text]


def graph_of(text: str | bytes, **options: object) -> da.Graph:
    with TemporaryDirectory() as folder:
        path = Path(folder, "text")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return da.corpus(path, **options)


def rows_of(graph: da.Graph) -> list[list[object]]:
    return [graph.named(graph.row(text)) for text in range(graph.texts)]


def contents_of(graph: da.Graph) -> list[str]:
    return [graph.content(text) for text in range(graph.texts)]


@settings(max_examples=80)
@given(
    lines=st.lists(st.lists(st.sampled_from(WORDS + NUMBERS), max_size=7), min_size=1, max_size=12),
    marks=st.lists(st.sampled_from(MARKS), min_size=1, max_size=7),
    least=st.integers(1, 3),
)
def test_lines_have_the_words_that_another_tokenizer_finds(lines: list[list[str]], marks: list[str], least: int) -> None:
    texts = ["".join(map("".join, zip(line, cycle(marks), strict=False))) for line in lines]
    expected = words_of(texts, least)
    if not expected:
        with pytest.raises(da.InputError, match=r"must (hold|leave) at least one word"):
            graph_of("\n".join(texts), unit="line", min_count=least)
        return
    graph = graph_of("\n".join(texts), unit="line", min_count=least)
    assert rows_of(graph) == expected
    assert graph.skill_names == list(dict.fromkeys(word for text in expected for word in text))


@settings(max_examples=80)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), min_size=1, max_size=12), st.integers(1, 99))
def test_sentences_are_found_again(made: list[list[str]], seed: int) -> None:
    """Sentences are wrapped at random and put one after another, or into paragraphs divided by lines without letters."""
    rng = np.random.default_rng(seed)
    sentences = [f"We {' '.join(words)}{rng.choice(['.', '!', '?'])}" for words in made]
    wrapped = [re.sub(" ", lambda _: rng.choice([" ", "\n", "  "]), sentence) for sentence in sentences]
    text = "".join(sentence + rng.choice([" ", "\n", "\n\n", "\n%\n"]) for sentence in wrapped)
    graph = graph_of(text)
    assert contents_of(graph) == sentences
    assert rows_of(graph) == words_of(sentences)


@pytest.mark.parametrize("unit", ["sentence", "line"])
def test_what_is_read_in_many_blocks_is_read_alike(unit: str) -> None:
    """Characters of three bytes and ends of lines of two lie across the ends of blocks, and long paragraphs are taken apart."""
    sentences = [f"Zwölf Bären № {number} “schlafen”, usw. im Winter{number % 977}." for number in range(40_000)]
    text = "\r\n".join(sentences)
    graph = graph_of(text.encode(), unit=unit)
    assert contents_of(graph) == sentences
    packed = graph_of(gzip.compress(text.encode("utf-16")), unit=unit, encoding="utf-16")
    assert (contents_of(packed), rows_of(packed)) == (sentences, rows_of(graph))
    assert [name.rpartition(":")[2] for name in graph.text_names] == [str(number) for number, _ in enumerate(sentences, 1)]


def test_a_sentence_that_goes_on_after_an_abbreviation_is_one_however_the_paragraph_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    from deanalysis.graphs import corpus

    text = "He came etc.\n12\nand so on. (“It’s”)\nShe\nleft i.e. \nwent. 3.\nThen 4.\n5 went. The end!\n)\nAh."
    whole = contents_of(graph_of(text))
    assert whole[0] == "He came etc. 12 and so on."
    for enough in range(1, 60):
        monkeypatch.setattr(corpus, "_ENOUGH", enough)
        assert contents_of(graph_of(text)) == whole


def test_lines_end_as_on_any_system() -> None:
    graph = graph_of(b"a b\rc\r\n\r\nd\n\ne", unit="line")
    assert rows_of(graph) == [["a", "b"], ["c"], ["d"], ["e"]]
    assert [name.rpartition(":")[2] for name in graph.text_names] == ["1", "2", "4", "6"]


def test_words_are_those_of_unicode_in_one_case() -> None:
    text = "Straße STRASSE Éte e\u0301te É co\u00adop it’s IT'S _very_ snake_case x² 3.14 2nd ½ 日本 ﬁne"
    (found,) = rows_of(graph_of(text, unit="line"))
    expected = ["strasse", "éte", "é", "coop", "it's", "very", "snake", "case", "x", "2nd", "日", "本", "fine"]
    assert found == [unicodedata.normalize("NFC", word) for word in expected]


def test_a_text_that_occurs_twice_is_two_texts_and_a_word_that_occurs_twice_is_one_skill() -> None:
    graph = graph_of("A b a.\nA b a.\n\n5\n", unit="line")
    assert rows_of(graph) == [["a", "b"], ["a", "b"]]
    assert [name.rpartition(":")[2] for name in graph.text_names] == ["1", "2"]


def test_rare_words_are_left_out_and_with_them_the_texts_that_have_no_others() -> None:
    graph = graph_of("a b\nc d\na c\n\nd e", unit="line", min_count=2)
    assert rows_of(graph) == [["a"], ["c", "d"], ["a", "c"], ["d"]]
    assert contents_of(graph) == ["a b", "c d", "a c", "d e"]
    assert rows_of(graph_of("a b\nc d\na c", unit="line", min_count=2)) == [["a"], ["c"], ["a", "c"]]
    with pytest.raises(da.InputError, match=r"^min_count must leave at least one word, got '3'$"):
        graph_of("a b\nc d\na c", unit="line", min_count=3)


@pytest.mark.parametrize("text", ["", "\n", "12 3.5\n% %\n", "...\n\n--"])
def test_where_there_is_no_word_it_is_said(text: str) -> None:
    with pytest.raises(da.InputError, match=r"^files must hold at least one word$"):
        graph_of(text)


def test_more_words_than_a_graph_can_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from deanalysis.graphs import corpus

    monkeypatch.setattr(corpus, "LARGEST_INDEX", 3)
    assert graph_of("a b\na a", unit="line").edges == 3
    with pytest.raises(da.InputError, match=r"^files must hold at most 3 words, each counted once in a text, got '4'$"):
        graph_of("a b\na c", unit="line")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unit": "word"}, "unit must be sentence or line, got 'word'"),
        ({"min_count": 0}, "min_count must be a whole number from 1 to 2147483647, got '0'"),
        ({"encoding": "klingon"}, "encoding must be one that Python knows, such as utf-8, latin-1 or cp1252, got 'klingon'"),
        ({"encoding": "hex"}, "encoding must be one that Python knows, such as utf-8, latin-1 or cp1252, got 'hex'"),
    ],
)
def test_options_are_checked(options: dict[str, object], said: str) -> None:
    with pytest.raises(da.InputError) as error:
        graph_of("a b", **options)
    assert str(error.value) == said


def test_a_sentence_without_end_is_refused_in_bounded_memory() -> None:
    tracemalloc.start()
    with pytest.raises(da.InputError, match=r"must have sentences of at most 1000000 characters$"):
        graph_of(gzip.compress(b"ab cd\n" * 2_000_000))
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()


def test_a_long_paragraph_of_sentences_is_read() -> None:
    text = "".join(f"It is number {number}.\n" for number in range(100_000))
    assert len(text) > 1.9e6
    assert graph_of(text).texts == 100_000
