"""Collections that the system's packages install, learned from nothing: near the shares that another program counted.

Its words were found by another tokenizer, so that shares differ by some hundredths; Debian's dependencies have no words, and agree.
"""

import gzip
import re

import pytest
from own_graphs import DEBIAN, bible, debian
from system import collection

import deanalysis as da
from deanalysis.graphs.corpus import collect

COLLECTIONS = [
    ("/usr/share/games/fortunes", "utf-8", 0.534),
    ("/usr/share/dictd/foldoc.dict.dz", "utf-8", 0.726),
    ("/usr/share/dictd/gcide.dict.dz", "latin-1", 0.904),
]


@pytest.mark.parametrize(("path", "encoding", "share"), COLLECTIONS, ids=["fortunes", "foldoc", "gcide"])
def test_what_is_learned_of_a_collection_is_near_what_is_known_of_it(path: str, encoding: str, share: float) -> None:
    collected = collect(collection(path), encoding=encoding)
    assert da.learn(collected.graph).learned == pytest.approx(share, abs=0.1)
    assert all(str(file).endswith(".dat") for file in collected.skipped)


def test_links_of_fortunes_are_not_read_twice() -> None:
    fortunes = collection("/usr/share/games/fortunes")
    graph = collect(fortunes).graph
    read = {str(name).rpartition(":")[0] for name in graph.text_names}
    assert len(read) > 10
    assert not any(name.endswith(".u8") for name in read)


def test_a_million_lines_are_one_graph_with_words_as_another_tokenizer_finds_them() -> None:
    gcide = collection("/usr/share/dictd/gcide.dict.dz")
    graph = da.corpus(gcide, unit="line", encoding="latin-1")
    assert graph.texts > 900_000
    written = re.split("\r\n?|\n", gzip.decompress(gcide.read_bytes()).decode("latin-1"))
    for text in range(0, graph.texts, graph.texts // 1000):
        line = written[int(str(graph.text_names[text]).rpartition(":")[2]) - 1]
        assert graph.content(text) == " ".join(line.split())
        if line.isascii():
            found = re.findall(r"(?:[a-z0-9]|(?<=[a-z])[.':](?=[a-z])|(?<=[0-9])[.,';](?=[0-9]))+", line.lower().replace("_", " "))
            assert graph.skills_of(graph.text_names[text]) == [word for word in dict.fromkeys(found) if re.search("[a-z]", word)]


def test_verses_are_lines_of_a_book() -> None:
    assert bible("line").texts == 31_102


def test_packages_are_texts_and_what_they_depend_on_skills() -> None:
    """The manual's program reads the control file of the whole archive; archives differ a little from the one that the page tells of."""
    graph, page = debian(), DEBIAN.read_text()
    shares = [float(share) for share in re.findall(r"\d\.\d\d+", page[page.index("apt-cache dumpavail |") :])]
    assert shares == [0.524, 0.66, 0.665]
    assert da.learn(graph).learned == pytest.approx(shares[0], abs=0.05)
    assert da.learn(graph.rewired(1)).learned == pytest.approx(shares[1], abs=0.05)
