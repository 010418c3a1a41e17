"""Files of graphs: read back what is written, what each format keeps, and what is said of those that cannot be read."""

import csv
import gzip
import json
import re
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io
import scipy.sparse
from hypothesis import given, settings, strategies as st
from system import required

import deanalysis as da
from deanalysis.graphs import endings

required("networkx")
parquet, arrow = required("pyarrow.parquet"), required("pyarrow")

ENDINGS = list(endings.ENDINGS.values())
NAMED, UNNAMED = [".csv", ".tsv", ".parquet", ".jsonl", ".json", ".graphml"], [".alist", ".mtx", ".npz"]
AWKWARD = [
    "a,b",
    'say "x"',
    "two\nlines",
    "two\r\nlines",
    "\r",
    "tab\there",
    "<b>&amp;</b>",
    "été",
    "\u2028",
    "=1+1",
    " blank ",
    "'",
    "💡",
    "1",
]
LETTERS = st.characters(codec="utf-8", exclude_characters="\0\ufffe\uffff", exclude_categories=("Cc", "Cs"))
NAMES = st.one_of(st.text(LETTERS, min_size=1, max_size=6), st.sampled_from(AWKWARD))


def again(graph: da.Graph, path: Path) -> da.Graph:
    """Return a graph written and read."""
    graph.write(path)
    return da.Graph.read(path)


def edges_of(graph: da.Graph) -> set[tuple[object, object]]:
    return set(graph.to_edges())


@pytest.mark.parametrize("ending", NAMED)
@pytest.mark.parametrize("packed", ["", ".gz"])
@given(edges=st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_names_are_kept(ending: str, packed: str, edges: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    graph = da.Graph.from_edges(edges)
    found = again(graph, tmp_path_factory.mktemp("files") / f"graph{ending}{packed if ending != '.parquet' else ''}")
    assert edges_of(found) == edges_of(graph)
    assert list(found.text_names) == list(graph.text_names)
    if ending in (".json", ".graphml"):
        assert found == graph


@pytest.mark.parametrize("ending", [".jsonl", ".json", ".parquet"])
def test_numbers_stay_numbers(ending: str, tmp_path: Path) -> None:
    graph = da.Graph.from_edges([(np.int64(7), 1), (7, 2), (8, 1)])
    assert again(graph, tmp_path / f"graph{ending}") == da.Graph.from_edges([(7, 1), (7, 2), (8, 1)])


@pytest.mark.parametrize("ending", [*UNNAMED, ".jsonl", ".json", ".graphml"])
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_texts_without_skills_are_kept(ending: str, packed: str, tmp_path: Path) -> None:
    graph = da.Graph.from_scipy([[1, 0, 1], [0, 0, 0], [0, 1, 1]])
    assert again(graph, tmp_path / f"graph{ending}{packed}").text_degrees.tolist() == [2, 0, 2]
    if ending in (".alist", ".mtx", ".npz", ".json"):
        assert again(graph, tmp_path / f"graph{ending}{packed}") == graph


def test_numbers_that_are_too_long_for_parquet_are_text(tmp_path: Path) -> None:
    assert again(da.Graph.from_edges([(2**63, -(2**63))]), tmp_path / "graph.parquet").to_edges() == [(str(2**63), -(2**63))]


def test_lines_keep_the_words_of_texts(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text('{"skills": ["a", "b", "a"], "content": "a b a"}\n\n{"text": "second", "skills": [], "content": ""}\n')
    graph = da.Graph.read(path)
    assert (graph.text_names, graph.contents, graph.edges) == ([1, "second"], ["a b a", ""], 2)
    assert again(graph, tmp_path / "again.jsonl").contents == graph.contents
    (tmp_path / "plain.jsonl").write_text('[1, 2]\n["x"]\n')
    again(da.Graph.read(tmp_path / "plain.jsonl"), tmp_path / "last.jsonl")
    assert (tmp_path / "last.jsonl").read_text() == '[1, 2]\n["x"]\n'


HIF_NAME = {"type": ["string", "integer"]}
HIF_ENTRY = {"weight": {"type": "number"}, "attr": {"type": "object"}}
HIF = {
    "type": "object",
    "required": ["incidences"],
    "additionalProperties": False,
    "properties": {
        "network-type": {"enum": ["undirected", "directed", "asc"]},
        "metadata": {"type": "object"},
        **{
            part: {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": keys,
                    "additionalProperties": False,
                    "properties": {**HIF_ENTRY, "direction": {"enum": ["head", "tail"]}, **dict.fromkeys(keys, HIF_NAME)},
                },
            }
            for part, keys in {"incidences": ["edge", "node"], "edges": ["edge"], "nodes": ["node"]}.items()
        },
    },
}
"""The rules of the Hypergraph Interchange Format, version 0.1.0 (github.com/HIF-org/HIF-standard), as a schema of our own."""


def test_hypergraphs_keep_to_the_standard(tmp_path: Path) -> None:
    validate: Callable[..., None] = required("jsonschema").validate
    graph = da.Graph.from_edges([("a", 1), ("b", 1), (("u", "v"), "x"), (2.5, "x")])
    graph.write(tmp_path / "graph.json")
    content = json.loads((tmp_path / "graph.json").read_text())
    assert content == graph.to_dict()
    validate(content, HIF)
    assert da.Graph.from_dict(content).to_edges() == [("a", 1), ("b", 1), ("('u', 'v')", "x"), ("2.5", "x")]
    for wrong in ({"edges": []}, {"incidences": [{"edge": "a", "node": 1.5}]}, {"incidences": [], "network-type": "tree"}):
        with pytest.raises(required("jsonschema").ValidationError):
            validate(wrong, HIF)
        with pytest.raises(da.InputError, match=r"^the content"):
            da.Graph.from_dict(wrong)


def test_hypergraphs_of_others_are_read() -> None:
    content = {
        "network-type": "directed",
        "metadata": {"name": "small"},
        "nodes": [{"node": "lone", "attr": {"age": 3}}, {"node": 1, "weight": 2.0}],
        "edges": [{"edge": "empty"}],
        "incidences": [
            {"edge": "e", "node": 1, "direction": "head"},
            {"edge": "e", "node": 1, "direction": "tail"},
            {"edge": 2, "node": 1},
        ],
    }
    graph = da.Graph.from_dict(content)
    assert (graph.text_names, graph.skill_names, graph.to_edges()) == (["empty", "e", 2], ["lone", 1], [("e", 1), (2, 1)])


def test_tables_take_any_two_columns(tmp_path: Path) -> None:
    (tmp_path / "edges.csv").write_text('weight,to,from\n1,"x,1",a\n\n2,y,a\n2,y,a\n')
    graph = da.Graph.read(tmp_path / "edges.csv", columns=("from", "to"))
    assert graph.to_edges() == [("a", "x,1"), ("a", "y")]
    parquet.write_table(arrow.table({"to": ["x", "y"], "from": [1, 1], "weight": [0.5, 0.5]}), tmp_path / "edges.parquet")
    assert da.Graph.read(tmp_path / "edges.parquet", columns=("from", "to")).to_edges() == [(1, "x"), (1, "y")]
    with pytest.raises(da.InputError, match="text or whole numbers in the column weight, got 'double'"):
        da.Graph.read(tmp_path / "edges.parquet", columns=("weight", "to"))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [2, 5000])
def test_a_wrong_row_is_said_with_its_line(newline: str, size: int, tmp_path: Path) -> None:
    lines = ["text,skill", *(f'"{number}{newline}",x' for number in range(size)), "", "a,b,c"]
    (tmp_path / "edges.csv").write_text(newline.join(lines) + newline, newline="")
    with pytest.raises(da.InputError, match=f"line {2 * size + 3}, must have 2 cells, got 'a, b, c'"):
        da.Graph.read(tmp_path / "edges.csv")


def test_tables_are_read_in_pieces(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    edges = list(zip(rng.integers(30_000, size=200_000).tolist(), rng.integers(999, size=200_000).tolist(), strict=True))
    with (tmp_path / "edges.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("text", "skill"), *((f"text {text}", f"été {skill}") for text, skill in edges)])
    calls: list[tuple[int, int]] = []
    graph = da.Graph.read(tmp_path / "edges.csv", progress=lambda done, of: calls.append((done, of)))
    assert graph == da.Graph.from_edges((f"text {text}", f"été {skill}") for text, skill in edges)
    size = (tmp_path / "edges.csv").stat().st_size
    assert len(calls) > 2
    assert calls == sorted(calls)
    assert calls[-1] == (size, size)


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".mtx"])
def test_an_endless_line_takes_no_memory(ending: str, tmp_path: Path) -> None:
    path, head = tmp_path / f"graph{ending}", b"text,skill\n" if ending == ".csv" else b"text\tskill\n"
    with path.open("wb") as file:
        file.write({".mtx": b"%%MatrixMarket matrix coordinate pattern general\n%", ".jsonl": b"[1]\n["}.get(ending, head) + b"a")
        file.truncate(2**30)
    tracemalloc.start()
    with pytest.raises(da.InputError, match="line 2, must have at most"):
        da.Graph.read(path)
    assert tracemalloc.get_traced_memory()[1] < (2**29 if ending == ".jsonl" else 2**24)
    tracemalloc.stop()


@pytest.mark.parametrize("ending", [".csv", ".alist", ".jsonl", ".json", ".graphml", ".npz"])
def test_what_unpacks_to_too_much_is_refused(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deanalysis.graphs.reading._ALLOWED", 2**20)
    row = {".csv": b"text,skill\n", ".jsonl": b'["x"]\n'}.get(ending, b" \n")
    (tmp_path / f"graph{ending}.gz").write_bytes(gzip.compress(row + row * 2_000_000))
    with pytest.raises(da.InputError, match="must not unpack to more than 200 times its size"):
        da.Graph.read(tmp_path / f"graph{ending}.gz")


def matrix_market(*lines: str, kind: str = "coordinate real general") -> Callable[[Path], Any]:
    return lambda path: path.with_suffix(".mtx").write_text("\n".join([f"%%MatrixMarket matrix {kind}", *lines, ""]))


def saved(**arrays: Any) -> Callable[[Path], Any]:
    stated = {"format": b"csr", "shape": [2, 2], "data": [1, 1], "indices": [0, 1], "indptr": [0, 1, 2]} | arrays
    return lambda path: np.savez(path.with_suffix(".npz"), **{name: np.array(value) for name, value in stated.items()})


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (matrix_market("2000000000 2000000000 1", "1 1 1"), "must have fewer rows and columns for 1 entries"),
        (matrix_market("9 9 2000000000", "1 1 1"), "must not claim more entries than it has"),
        (matrix_market("200000 200000", "1", kind="array real general"), "must not claim more entries than it has"),
        (matrix_market("9 9 3", "1 1 1"), "must be a file of Matrix Market"),
        (matrix_market("2 2 1", "3 1 1"), "must be a file of Matrix Market"),
        (matrix_market("2 2 2", "1 1 1", "2 2\0"), "must be text, which has no zero bytes"),
        (matrix_market("2 2 1", "1 1 nan"), "must hold numbers"),
        (matrix_market("2 2 1", "1 1 0"), "must have from 1 to 2147483647 edges"),
        (saved(shape=[2, 2_000_000_000]), "must have fewer rows and columns for 2 entries"),
        (saved(indices=[0, 7]), "must be a matrix that scipy.sparse.save_npz wrote"),
        (saved(indptr=[0, 9, 2]), "must be a matrix that scipy.sparse.save_npz wrote"),
        (saved(data=[object()] * 2), "must hold arrays of numbers that are whole, got 'data.npy'"),
        (saved(data=["a", "b"]), "must be a matrix of numbers"),
        (saved(format=b"dia", data=[[1, 1]], offsets=[0]), "must hold a matrix that is CSR, CSC or COO"),
    ],
)
def test_matrices_that_claim_too_much_are_refused(write: Callable[[Path], Any], said: str, tmp_path: Path) -> None:
    write(tmp_path / "graph")
    (path,) = tmp_path.iterdir()
    with pytest.raises(da.InputError) as refused:
        da.Graph.read(path)
    assert said in str(refused.value)


def test_an_array_that_claims_more_than_it_holds_is_not_allocated(tmp_path: Path) -> None:
    from zipfile import ZipFile

    saved()(tmp_path / "graph")
    with ZipFile(tmp_path / "graph.npz") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["data.npy"] = members["data.npy"].replace(b"(2,), }         ", b"(20000000000,), }")
    assert b"20000000000" in members["data.npy"]
    with ZipFile(tmp_path / "graph.npz", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(da.InputError, match=r"must hold arrays of numbers that are whole, got 'data.npy'"):
        da.Graph.read(tmp_path / "graph.npz")


def test_matrices_of_scipy_are_taken_as_they_are(tmp_path: Path) -> None:
    twice = scipy.sparse.coo_array(([1, -1, 0, 1], ([0, 0, 1, 2], [1, 1, 0, 2])), shape=(3, 3))
    for matrix in (twice, np.array([[0, 2.5, 0], [0, 0, 0], [0, 0, -1j]])):
        assert da.Graph.from_scipy(matrix).to_edges() == [(1, 2), (3, 3)]
    symmetric = scipy.sparse.coo_array([[1, 1], [1, 0]])
    scipy.io.mmwrite(tmp_path / "graph.mtx", symmetric, symmetry="symmetric")
    assert da.Graph.read(tmp_path / "graph.mtx") == da.Graph.from_scipy(symmetric)
    for wrong in ([[float("nan")]], [["a"]], 3, [[0, 0]], None):
        with pytest.raises(da.InputError):
            da.Graph.from_scipy(wrong)


@pytest.mark.parametrize("ending", [ending for ending in ENDINGS if ending != ".graphml"])  # NetworkX takes a minute
def test_a_million_skills_in_one_text(ending: str, tmp_path: Path) -> None:
    graph = da.Graph.from_scipy(np.ones((1, 10**6), dtype=np.uint8))
    found = again(graph, tmp_path / f"graph{ending}")
    assert (found.texts, found.skills, found.edges) == (1, 10**6, 10**6)


@pytest.mark.parametrize(
    ("edges", "ending", "said"),
    [
        ([(1, "x"), ("1", "x")], ".csv", "must differ when they are written, got '1'"),
        ([(1, "x"), ("1", "x")], ".graphml", "must differ when they are written, got '1'"),
        ([("", "x")], ".csv", "must not be empty"),
        ([("a\0", "x")], ".json", "nor hold a zero byte"),
        ([("\ud800", "x")], ".csv", "text that UTF-8 can hold"),
        ([("\ud800", "x")], ".jsonl", "text that UTF-8 can hold"),
        ([("\ud800", "x")], ".parquet", "text that UTF-8 can hold"),
    ],
)
def test_names_that_a_format_cannot_hold_are_refused(edges: list[tuple[object, object]], ending: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(da.InputError, match=said):
        da.Graph.from_edges(edges).write(tmp_path / f"graph{ending}")
    assert not list(tmp_path.iterdir())


def test_a_file_is_replaced_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, graph = tmp_path / "graph.csv", da.Graph.from_edges([("a", "x")])
    graph.write(path)
    before = path.read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("deanalysis.graphs.tables.as_text", killed)
    with pytest.raises(KeyboardInterrupt):
        graph.write(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_paths_that_cannot_be_used(tmp_path: Path) -> None:
    graph = da.Graph.from_edges([("a", "x")])
    for path, said in (
        (tmp_path / "missing.csv", "No such file"),
        (tmp_path / "graph.txt", "must end with one of .alist .mtx"),
        (tmp_path / "graph.parquet.gz", "must not be packed by gzip"),
        ("a\0.csv", "must be a path"),
        ("\ud800.csv", "must be a path"),
        (3, "must be a path"),
    ):
        with pytest.raises(da.InputError, match=said):
            da.Graph.read(path)  # type: ignore[arg-type]
    (tmp_path / "folder.csv").mkdir()
    for wrong, said in ((tmp_path / "folder.csv", "must be a file, no folder"), (tmp_path / "missing" / "graph.csv", "No such file")):
        with pytest.raises(da.InputError, match="must be a file"):
            graph.write(wrong)
        with pytest.raises(da.InputError, match=said):
            da.Graph.read(wrong)
    with pytest.raises(da.InputError, match="format must be one of alist, mtx"):
        graph.write(tmp_path / "graph.csv", format="xml")
    graph.write(tmp_path / "graph.data", format="hif")
    assert da.Graph.read(tmp_path / "graph.data", format="hif") == graph
    with pytest.raises(da.InputError, match="columns must be left out"):
        da.Graph.read(tmp_path / "graph.data", format="hif", columns=("a", "b"))
    with pytest.raises(da.InputError, match="columns must be the names of two columns"):
        da.Graph.read(tmp_path / "graph.data", format="csv", columns="ab")  # type: ignore[arg-type]


@pytest.mark.parametrize(("ending", "package", "purpose"), [(".parquet", "pyarrow", "Parquet"), (".graphml", "networkx", "GraphML")])
def test_a_package_that_is_not_installed_is_named(
    ending: str, package: str, purpose: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = da.Graph.from_edges([("a", "x")])
    graph.write(tmp_path / f"graph{ending}")
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.setitem(sys.modules, name, None)
    for refused in (graph.write, da.Graph.read):
        with pytest.raises(da.InputError) as error:
            refused(tmp_path / f"graph{ending}")  # type: ignore[operator]
        assert re.fullmatch(rf"the package {package} is needed for .*{purpose[:3]}.*; install deanalysis\[graphs\]", str(error.value))


def test_a_file_is_packed_where_its_name_says_so_and_there_alone(tmp_path: Path) -> None:
    content = b"text,skill\na,x\n"
    for name, written in (("a.csv", gzip.compress(content)), ("a.csv.gz", content), ("b.csv.gz", b"")):
        (tmp_path / name).write_bytes(written)
        said = f"the file {name} must be packed by gzip where its name ends with .gz, and there alone; rename it"
        with pytest.raises(da.InputError) as refused:
            da.Graph.read(tmp_path / name)
        assert str(refused.value) == said


@pytest.mark.parametrize(("byte", "at"), [(b"\xff", 0), (b"\0", 11), (b"\xff", 2**19 + 7), (b"\0", 3 * 2**19 + 1), (b"\xc3", 2**20)])
def test_the_byte_that_is_no_text_is_named(byte: bytes, at: int, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes((b"text,skill\n" + b"a,x\n" * (at // 4))[:at] + byte + b",x\n")
    with pytest.raises(da.InputError, match=rf"must be text in UTF-8, which has no byte {byte[0]:#04x} as there is at {at};"):
        da.Graph.read(tmp_path / "a.csv")


def test_endings_tell_graphs_from_models() -> None:
    assert all(endings.is_graph_file(f"my.graph{ending.upper()}{packed}") for ending in ENDINGS for packed in ("", ".gz"))
    assert not any(endings.is_graph_file(path) for path in ("paper", "model.toml", "ldpc(3,6)", "a.csv.zip", "csv", "graph.gz"))
