"""Parity-check matrices: byte by byte through read and write, what is refused, and peeling beside a loop that peels."""

from pathlib import Path

import numpy as np
import pytest

import deanalysis as da

HAMMING = "7 3\n3 4\n1 1 1 2 2 2 3 \n4 4 4 \n1 0 0 \n2 0 0 \n3 0 0 \n1 2 0 \n1 3 0 \n2 3 0 \n1 2 3 \n1 4 5 7 \n2 4 6 7 \n3 5 6 7 \n"
"""The (7, 4) Hamming code, as MacKay's programs write it: a blank after each number but the sizes, and short lists filled up with zeros."""
BARE = HAMMING.replace(" 0", "")


def layouts() -> dict[str, str]:
    """Return the same code as other programs write it."""
    unsorted = HAMMING.replace("1 2 3 \n1 4 5 7", "3 1 2 \n7 1 5 4")
    parts = HAMMING.split("\n")
    spaced = "\n\n".join([*parts[:4], "\n".join(parts[4:11]), "\n".join(parts[11:])])
    return {
        "MacKay": HAMMING,
        "no blanks at the ends": HAMMING.replace(" \n", "\n"),
        "blanks at all ends": HAMMING.replace("7 3\n3 4\n", "7 3 \n3 4 \n"),
        "no zeros": BARE,
        "no zeros, no blanks": BARE.replace(" \n", "\n"),
        "tabs in lists": "\n".join(line if number < 4 else line.replace(" ", "\t") for number, line in enumerate(HAMMING.split("\n"))),
        "Windows": HAMMING.replace("\n", "\r\n"),
        "no end": HAMMING.rstrip("\n"),
        "not in order": unsorted,
        "an empty line between parts": spaced,
        "one edge": "1 1\n1 1\n1 \n1 \n1 \n1 \n",
        "empty lists": "3 2\n2 2\n2 0 1 \n2 1 \n1 2 \n0 0 \n1 0 \n1 3 \n1 0 \n",
        "empty lists, no zeros": "3 2\n2 2\n2 0 1\n2 1\n1 2\n\n1\n1 3\n1\n",
        "empty lists as 0": "3 2\n2 2\n2 0 1\n2 1\n1 2\n0\n1\n1 3\n1\n",
    }


@pytest.mark.parametrize("name", layouts())
@pytest.mark.parametrize("ending", [".alist", ".alist.gz"])
def test_a_file_goes_through_unchanged(name: str, ending: str, tmp_path: Path) -> None:
    (tmp_path / "code.alist").write_bytes(layouts()[name].encode())
    graph = da.Graph.read(tmp_path / "code.alist")
    graph.write(tmp_path / f"again{ending}")
    da.Graph.read(tmp_path / f"again{ending}").write(tmp_path / "last.alist")
    assert (tmp_path / "last.alist").read_bytes() == layouts()[name].encode()


def test_rows_are_texts_and_columns_are_skills(tmp_path: Path) -> None:
    (tmp_path / "code.alist").write_text(HAMMING)
    graph = da.Graph.read(tmp_path / "code.alist")
    assert [graph.skills_of(row) for row in (1, 2, 3)] == [[1, 4, 5, 7], [2, 4, 6, 7], [3, 5, 6, 7]]
    assert da.Graph.from_scipy(graph.to_scipy()) == graph


@pytest.mark.parametrize("seed", range(5))
def test_what_is_written_is_what_mackays_program_writes(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    matrix = (rng.random((30, 60)) < 0.07) * 1
    columns, rows = [np.flatnonzero(column) + 1 for column in matrix.T], [np.flatnonzero(row) + 1 for row in matrix]
    lines = [[60, 30], [max(map(len, columns)), max(map(len, rows))], [*map(len, columns)], [*map(len, rows)]]
    for lists in (columns, rows):
        lines += [[*entries, *[0] * (max(map(len, lists)) - len(entries))] for entries in lists]
    stated = "".join(" ".join(map(str, line)) + ("\n" if number < 2 else " \n") for number, line in enumerate(lines))
    graph = da.Graph.from_scipy(matrix)
    graph.write(tmp_path / "code.alist")
    assert (tmp_path / "code.alist").read_text() == stated
    assert da.Graph.read(tmp_path / "code.alist") == graph


def test_zeros_are_left_out_where_they_would_fill_the_disk(tmp_path: Path) -> None:
    graph = da.Graph.from_edges([*((0, skill) for skill in range(3000)), *((text, 0) for text in range(1, 3000))])
    graph.write(tmp_path / "code.alist")
    assert (tmp_path / "code.alist").stat().st_size < 200_000
    assert da.Graph.read(tmp_path / "code.alist").to_scipy().sum() == graph.edges


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1 2 0", "1 1 0", "line 8, must not list a number twice, got '1'"),
        ("1 4 5 7", "1 4 5 6", "line 12, must list columns that list the row, too, got '6'"),
        ("1 4 5 7", "1 4 5 8", "line 12, must list numbers from 1 to 7, got '8'"),
        ("1 4 5 7", "1 4 5 99999999999999999999", "line 12, must list numbers from 1 to 7"),
        ("1 2 0", "1 0 2", "line 8, must list as many ones as the weight says, and then zeros, got '2'"),
        ("1 2 0", "0 1 0", "line 8, must list numbers from 1 to 3, got '0'"),
        ("4 4 4", "4 4 3", "line 3, must hold weights that sum to those of the rows, 11, got '12'"),
        ("\n3 4", "\n3 5", "line 2, must state the largest weights, here 4, of at most 7, got '5'"),
        ("7 3\n", "7 3 64\n", "must begin with a line of two numbers"),
        ("7 3\n", "7 0\n", "line 1, must state from 1 to"),
        ("7 3\n", "2000000000 2000000000\n", "must hold the weights of 2000000000 columns"),
        ("1 2 3 \n", "", "must list 12 ones by columns and again by rows, got '30 numbers'"),
        ("3 5 6 7 \n", "3 5 6 7 \n1\n", "must list 12 ones"),
        ("1 2 0", "1 -2 0", "line 8, must hold whole numbers alone"),
        ("1 2 0", "1 2.0 0", "line 8, must hold whole numbers alone"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert HAMMING.count(old) == 1
    (tmp_path / "code.alist").write_text(HAMMING.replace(old, new))
    with pytest.raises(da.InputError) as refused:
        da.Graph.read(tmp_path / "code.alist")
    assert said in str(refused.value)


def peeled(checks: list[set[int]], erased: set[int]) -> set[int]:
    """Return what is left of erased columns when checks with one of them recover it, one at a time."""
    while alone := next((check & erased for check in checks if len(check & erased) == 1), None):
        erased = erased - alone
    return erased


@pytest.mark.parametrize("seed", range(8))
def test_peeling_a_code_is_what_a_loop_does(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    sockets = rng.permutation(np.repeat(np.arange(1, 121), 3)).reshape(60, 6)
    da.Graph.from_edges((row, int(column)) for row, columns in enumerate(sockets) for column in columns).write(tmp_path / "code.alist")
    graph = da.Graph.read(tmp_path / "code.alist")
    checks = [set(map(int, graph.skills_of(row))) for row in graph.text_names]
    for share in (0.3, 0.45, 0.6):
        erased = set((np.flatnonzero(rng.random(120) < share) + 1).tolist())
        learning = da.learn(graph, unknown=sorted(erased))
        assert set(learning.residue.skill_names) == peeled(checks, erased)
