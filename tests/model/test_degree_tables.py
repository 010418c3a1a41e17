"""A table of degrees is understood in every dialect in which people keep one, or refused with its line; it is never misread."""

import re
from collections import Counter
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, strategies as st

from deanalysis import InputError, parse_law
from deanalysis.model.reading import read_counts

COUNTS = st.dictionaries(st.integers(0, 10**6), st.integers(0, 10**9), min_size=1, max_size=12)
BLANKS = st.lists(st.sampled_from(["", "   ", "# a remark", "% 3,5", "# 1 2"]), max_size=3)


@st.composite
def written(draw: st.DrawFn, counts: dict[int, int]) -> bytes:
    """Write a table in one of its dialects."""
    between = draw(st.sampled_from([",", ";", "\t", " ", "  ", " , ", "; "]))
    order = draw(st.sampled_from([("degree", "count"), ("count", "degree"), ("Degree", "N"), ("frequency", "k"), None]))
    quote = draw(st.sampled_from(["", '"']))
    number = draw(st.sampled_from(["{}", "{}.0"]))
    swapped = order is not None and order[0] in ("count", "frequency")
    rows = [(str(count), str(degree)) if swapped else (str(degree), str(count)) for degree, count in counts.items()]
    lines = [between.join(f"{quote}{number.format(cell)}{quote}" for cell in row) for row in rows]
    if order:
        lines.insert(0, draw(st.sampled_from(["", "# "])) + between.join(f"{quote}{name}{quote}" for name in order))
    lines = draw(BLANKS) + [line for row in lines for line in (row, *draw(BLANKS))]
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines) + draw(st.sampled_from(["", "\n"]))
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


@given(st.data())
def test_every_dialect_reads_back(tmp_path_factory, data: st.DataObject) -> None:
    counts = data.draw(COUNTS)
    path = tmp_path_factory.mktemp("tables") / "table"
    path.write_bytes(data.draw(written(counts)))
    assert read_counts(path) == counts


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.sampled_from(["", "degree\n", "# k\n"]), st.sampled_from(["\n", "\n\n"]))
def test_one_degree_a_line_is_counted(tmp_path_factory, degrees: list[int], header: str, between: str) -> None:
    path = tmp_path_factory.mktemp("tables") / "table"
    path.write_text(header + between.join(map(str, degrees)))
    assert read_counts(path) == Counter(degrees)


@given(st.integers(3, 40), st.integers(0, 99), st.sampled_from([",", "\t", " "]))
def test_a_list_of_edges_is_no_table(tmp_path_factory, size: int, seed: int, between: str) -> None:
    graph = nx.gnm_random_graph(size, 2 * size, seed=seed)
    path = tmp_path_factory.mktemp("tables") / "edges"
    path.write_text("".join(f"{a}{between}{b}\n" for a, b in graph.edges))
    with pytest.raises(InputError, match=r"line \d+, must not repeat the degree"):
        read_counts(path)


def test_a_well_known_graph(tmp_path: Path) -> None:
    """Zachary's karate club: its edges are refused, and its degrees, counted or not, are one law."""
    club = nx.karate_club_graph()
    degrees = [degree for _, degree in club.degree]
    nx.write_edgelist(club, tmp_path / "edges", data=False)
    (tmp_path / "tallied").write_text("count;degree\n" + "".join(f"{number};{degree}\n" for degree, number in Counter(degrees).items()))
    (tmp_path / "plain").write_text("\n".join(map(str, degrees)))
    with pytest.raises(InputError, match="line 2, must not repeat the degree 0, got '0 2'; give one line for each degree"):
        parse_law("table(edges)", folder=tmp_path)
    tallied, plain = (parse_law(f"table({name})", folder=tmp_path) for name in ("tallied", "plain"))
    assert tallied == plain
    assert 34 * plain.mean == 2 * 78


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("source,target\n1,2\n", "line 1, must name the columns degree and count, got 'source,target'; a list of edges"),
        ("text\tskill\n1\t2\n", "line 1, must name the columns degree and count"),
        ("node\n1\n", "line 1, must name the columns"),
        ("degree,degree\n1,2\n", "line 1, must name the columns"),
        ("count\n1\n", "line 1, must name the columns"),
        ("index,degree,count\n0,1,2\n", "line 1, must name the columns"),
        ("degree,count\n1,2\n\n1,3\n", "line 4, must not repeat the degree 1"),
        ("1,3\n2,-4\n", "line 2, must be a degree and a count, whole numbers, got '2,-4'"),
        ("1,3\n2,0.5\n", "line 2, must be a degree and a count"),
        ("1,3\n2\n", "line 2, must be a degree and a count"),
        ("1\n2,4\n", "line 2, must be a degree, a whole number"),
        ("1,,3\n", "line 1, must be a degree"),
        ("1,2,3\n", "line 1, must be a degree"),
        ("2,1,000\n", "line 1, must be a degree"),
        ("2,000\n", "line 1, must be a degree"),
        ("1,3\ntwo,4\n", "line 2, must be a degree"),
        ("degree,3\n", "line 1, must be a degree"),
        ("-1,2\n", "line 1, must be a degree"),
        ("%%MatrixMarket matrix coordinate integer general\n3 3 2\n1 2 1\n", "line 2, must be a degree"),
        ("", "must have at least one line"),
        ("# nothing\n", "must have at least one line"),
        ("degree,count\n", "must have at least one line"),
        ("0,5\n", "mean must be positive"),
        ("1,0\n", "must not all be zero"),
        ("1,2\0\n", "line 1, must be"),
    ],
)  # fmt: skip
def test_refuses_with_the_line(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "bad.csv").write_text(content)
    with pytest.raises(InputError, match=re.escape(words)) as caught:
        parse_law("table(bad.csv)", folder=tmp_path)
    assert "\n" not in str(caught.value)
    assert "bad.csv" in str(caught.value) or "line" not in words


def test_what_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "table").write_bytes(b"\xff\xfe\x00\xd8")
    (tmp_path / "latin").write_bytes("1,2 \xe9".encode("latin-1"))
    for name, words in (("table", "it is not text"), ("latin", "it is not text"), ("none", "missing"), (".", "must name a file")):
        with pytest.raises(InputError, match=words):
            read_counts(tmp_path / name)
