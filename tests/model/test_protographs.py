"""Base matrices: from lists, NumPy and files, as rows and as alists; everything else is one line that says what is wrong, and where."""

from pathlib import Path
from time import process_time

import numpy as np
import pytest
import sympy as sp

from deanalysis import Graph, InputError, Protograph, eps, load_model
from deanalysis.model.base_matrices import read_matrices

ALIST = """4 2
2 3
2 1 1 1
3 2
1 2
1 0
1 0
2 0
1 2 3
1 4 0
"""


def file(folder: Path, content: str | bytes, name: str = "base.txt") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("matrix", [np.array([[1, 2], [0, 3]]), sp.Matrix([[1, 2], [0, 3]]), [[np.int8(1), 2.0], (0, sp.Integer(3))]])
def test_a_matrix_is_taken_from_numpy_sympy_and_lists(matrix: object) -> None:
    assert Protograph(matrix, punctured=np.array([2])) == Protograph(((1, 2), (0, 3)), (2,))
    assert {type(entry) for row in Protograph(matrix).matrix for entry in row} == {int}


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"matrix": 5}, "the base matrix must be a list, got '5'"),
        ({"matrix": "12"}, "the base matrix must be a list"),
        ({"matrix": [1, 2]}, "the base matrix, row 1, must be a list"),
        ({"matrix": []}, "at least one row"),
        ({"matrix": [[]]}, "at least one row and one column"),
        ({"matrix": [[0, 0]]}, "at least one edge"),
        ({"matrix": [[1, 2], [1]]}, "row 2, must have 2 entries"),
        ({"matrix": [[1, -1]]}, "take 0 for -1"),
        ({"matrix": [[1, -2]]}, "from 0 to 1000, got '-2'"),
        ({"matrix": [[1, 1.5]]}, "got '1.5'"),
        ({"matrix": [[1, True]]}, "got 'True'"),
        ({"matrix": [[1, "a"]]}, "got 'a'"),
        ({"matrix": [[1, None]]}, "row 1, must be a whole number"),
        ({"matrix": np.zeros((2, 2, 2))}, "row 1, must be a whole number"),
        ({"matrix": [[1, 1001]]}, "got '1001'"),
        ({"matrix": np.ones((400, 400), int)}, "at most 100000"),
        ({"matrix": [[1, 1]], "punctured": (3,)}, "punctured must be a whole number from 1 to 2"),
        ({"matrix": [[1, 1]], "punctured": (0,)}, "punctured"),
        ({"matrix": [[1, 1]], "punctured": 1}, "punctured must be a list"),
        ({"matrix": [[1, 1]], "unknown": (eps, "1/2", "1/3")}, "one for each of 2 columns, got '3 fractions'"),
        ({"matrix": [[1, 1]], "unknown": ()}, "got '0 fractions'"),
        ({"matrix": [[1, 1]], "unknown": 2}, "unknown must lie in"),
    ],
)
def test_what_is_no_base_matrix(stated: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        Protograph(**stated)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_each_column_has_its_own_fraction_and_punctured_ones_are_unknown() -> None:
    graph = Protograph([[1, 2, 0], [1, 1, 0]], punctured=(2, 2), unknown=np.array(["eps", "eps", "1/3"]))
    assert graph.unknowns == (eps, 1, sp.Rational(1, 3))
    assert graph.punctured == (2,)
    assert graph.at(eps="0.4").unknowns == (sp.Rational(2, 5), 1, sp.Rational(1, 3))
    assert str(graph) == "base matrix [1 2 0; 1 1 0], unknown eps, 1, 1/3"
    assert sp.Matrix(graph.matrix)._repr_latex_()[16:-16] in graph._repr_latex_()
    assert graph.ratio == sp.Rational(2, 3)


@pytest.mark.parametrize(
    "content",
    [
        "1 2\n0 3\n",
        "1,2\r\n0,3\r\n",
        "\n\n1\t2 \t\n 0\t3\t\n\n",
        "# a base matrix\n1, 2,\n% of two rows\n0; 3  # ends\n",
        "\ufeff1 2\n0 3",
        "1 2\r0 3\r",
    ],
)
def test_rows_of_numbers_are_read(content: str, tmp_path: Path) -> None:
    assert read_matrices(file(tmp_path, content)) == (((1, 2), (0, 3)),)


def test_blank_lines_stand_between_matrices_and_comments_do_not(tmp_path: Path) -> None:
    assert read_matrices(file(tmp_path, "1 1\n# and\n0 2\n \n\n1 0\n1 0\n")) == (((1, 1), (0, 2)), ((1, 0), (1, 0)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "at least one row"),
        ("# nothing\n", "at least one row"),
        ("1 2\n1 two\n", "base.txt, line 2, must be a row of whole numbers, got '1 two'"),
        ("1 2\n1 2.5\n", "line 2"),
        ("one word\n", "line 1"),
        ("[1, 2]\n", "line 1"),
        ("1 2\n,,\n", "line 2"),
        ("1 ٢\n", "line 1"),
        ("1 2\n# c\n1 2 3\n", "line 3, must have 2 numbers, as the first row, got '3 numbers'"),
        ("1 2\n\n1 2 3\n", "line 3, must have 2 numbers"),
        ("1 2\n0 1\n\n1 2\n", "equally many rows, got '1 and 2'"),
        ("1 2\n0 1\n1 1 1\n1 2\n1 1\n1 1\n", "line 3, must have 2 numbers"),
        ("1 2\n3 -1\n", "line 2, must have numbers of edges"),
        ("1 2\n3 9999\n", "line 2, must be a whole number from 0 to 1000"),
        (b"\xff\xfe1\x00 \x002\x00", "it is not text"),
        (b"\x00\x01\x02", "line 1"),
        ("9" * 5000, "line 1"),
    ],
)
def test_what_is_no_file_of_matrices(content: str | bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_matrices(file(tmp_path, content))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_a_folder_and_one_that_is_too_large(tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as large:
        large.truncate(10**6 + 1)
    for name, said in (("none.txt", "there is none"), ("", "there is none"), ("large.txt", "1000000 bytes"), ("a\0b", "there is none")):
        with pytest.raises(InputError, match=said):
            load_model(f"protograph({tmp_path / name})")


@pytest.mark.parametrize("name", ["base.alist", "base.txt"])
@pytest.mark.parametrize("content", [ALIST, ALIST.replace(" 0", ""), ALIST.replace("\n", "\r\n"), "# of a code\n" + ALIST])
def test_an_alist_is_read_as_graphs_read_it(name: str, content: str, tmp_path: Path) -> None:
    graph = Graph.read(file(tmp_path, ALIST, "graph.alist"))
    assert np.array_equal(read_matrices(file(tmp_path, content, name))[0], graph.to_scipy().toarray())


def test_an_alist_of_parallel_edges_and_of_an_empty_column(tmp_path: Path) -> None:
    content = "3 1\n2 3\n2 1 0\n3\n1 1\n1\n\n1 1 2\n"
    assert read_matrices(file(tmp_path, content, "base.ALIST")) == (((2, 1, 0),),)


def test_what_could_be_both_is_rows_unless_its_name_says_alist(tmp_path: Path) -> None:
    content = "2 2\n2 2\n2 2\n2 2\n1 2\n1 2\n1 2\n1 2\n"
    assert read_matrices(file(tmp_path, content, "base.alist")) == (((1, 1), (1, 1)),)
    (as_rows,) = read_matrices(file(tmp_path, content))
    assert (len(as_rows), as_rows[0], as_rows[-1]) == (8, (2, 2), (1, 2))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (ALIST.replace("1 4 0", "1 3 0"), "the same edges"),
        (ALIST.replace("1 2\n1 0", "1 5\n1 0"), "the same edges"),
        (ALIST.replace("3 2\n", "3 1\n"), "as the weights say"),
        (ALIST.replace("1 2 3\n", ""), "as many as the weights say"),
        (ALIST.replace("2 1 1 1\n", "2 1 1 -1\n"), "as many as the weights say"),
        ("4 2\n", "must state columns and rows"),
        ("99999 99999\n1 1\n", "must state columns and rows"),
        ("0 0\n0 0\n", "must state columns and rows"),
    ],
)
def test_what_is_no_alist(wrong: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_matrices(file(tmp_path, wrong, "base.alist"))
    assert "\n" not in str(caught.value)


def test_a_matrix_of_a_standard_is_read_in_no_time(tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    matrix = np.zeros((46, 68), int)
    matrix.flat[generator.choice(46 * 68, 316, replace=False)] = 1
    path = file(tmp_path, "\n".join(" ".join(map(str, row)) for row in matrix))
    start = process_time()
    model = load_model(f"protograph({path})", punctured="1,2")
    assert len(model.ensemble.cell.edges) == 316
    assert process_time() - start < 0.3
    assert np.array_equal(model.ensemble.ensemble.matrix, matrix)
