"""Whatever bytes a file of a graph holds, it is a graph or one clear line."""

import gzip
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies as st
from system import required

import deanalysis as da
from deanalysis.graphs import endings

required("networkx")
required("pyarrow")

PACKED = [f"{ending}.gz" for form, ending in endings.ENDINGS.items() if form != "parquet"]
ENDINGS = [*endings.ENDINGS.values(), *PACKED]
GRAPH = da.Graph.from_edges([("a", "x"), ("b", "x"), ("b", "y"), ("c", "z"), ("c", "x")])
WORDS = [
    *(b"0 1 2 3 -1 1.5 nan 99999999999999999999 \n \r\n \t , ; \" ' { } [ ] : # % text skill skills edge node incidences".split(b" ")),
    *(b"%%MatrixMarket matrix coordinate array pattern real integer complex general symmetric null true <graphml> </graphml>".split()),
    b"<node id='a'/>", b"<edge source='a' target='b'/>", b"\xff", b"\0", b"\xef\xbb\xbf", b"PAR1", b"PK\x03\x04", b"\x1f\x8b", b"\x93NUMPY",
]  # fmt: skip


def read(ending: str, content: bytes) -> da.Graph | da.InputError:
    """Read a file with some content; whatever else than `InputError` is raised is the failure of the test."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"graph{ending}")
        path.write_bytes(content)
        try:
            graph = da.Graph.read(path)
        except da.InputError as error:
            return checked(error)
        assert graph.edges == len(graph.to_edges()) > 0
        assert int(graph.required.max()) < graph.skills
        return graph


def checked(error: da.InputError) -> da.InputError:
    """Return an error that is one line, and not a long one."""
    assert "\n" not in str(error)
    assert len(str(error)) < 500
    return error


def written(ending: str) -> bytes:
    """Return what is written of a graph."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"graph{ending}")
        GRAPH.write(path)
        return path.read_bytes()


@pytest.mark.parametrize("ending", ENDINGS)
@given(content=st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(WORDS), max_size=40).map(b" ".join)), packed=st.booleans())
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_graph_or_an_error(ending: str, content: bytes, packed: bool) -> None:
    read(ending, gzip.compress(content) if packed and ending.endswith(".gz") else content)


@pytest.mark.parametrize("ending", ENDINGS)
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_damaged_files_are_a_graph_or_an_error(ending: str, data: st.DataObject) -> None:
    content = bytearray(gzip.decompress(written(ending)) if ending.endswith(".gz") else written(ending))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        end = data.draw(st.sampled_from([at, at + 1, at + 8, len(content)]))
        content[at:end] = data.draw(st.one_of(st.binary(max_size=4), st.sampled_from(WORDS)))
        if not content:
            break
    read(ending, gzip.compress(content) if ending.endswith(".gz") else bytes(content))


@pytest.mark.parametrize("ending", PACKED)
def test_packed_files_that_are_cut_short_are_said_to_be(ending: str) -> None:
    content = written(ending)
    for size in (0, 5, len(content) // 2, len(content) - 1):
        assert isinstance(read(ending, content[:size]), da.InputError), size


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("other", ENDINGS)
def test_mislabelled_files_are_said_to_be(ending: str, other: str) -> None:
    if ending != other:
        assert isinstance(read(ending, written(other)), da.InputError)


def test_pictures_are_no_graphs() -> None:
    from matplotlib.figure import Figure

    picture = io.BytesIO()
    Figure().savefig(picture, format="png")
    for ending in ENDINGS:
        assert isinstance(read(ending, picture.getvalue()), da.InputError)


@pytest.mark.parametrize("end", [b"3 1%", b"2 2array", b"3 3\0\n3 1\n", b"2 1,", b"2"])
def test_what_kills_a_parser_in_c_does_not_reach_it(end: bytes) -> None:
    read(".mtx", b"%%MatrixMarket matrix coordinate pattern general\n3 3 5\n1 1\n2 1\n" + end)
