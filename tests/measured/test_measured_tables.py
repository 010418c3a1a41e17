"""Tables that are not as they should be: each is read right, or refused in one line that says what to do."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from deanalysis import fit
from deanalysis.errors import InputError
from deanalysis.measured.points.measurements import Measurements, measured
from deanalysis.measured.points.tables import Asked, Columns, read_columns

ROWS = ((100, 0.15), (200, 0.18), (400, 0.28), (600, 0.65), (800, 0.86), (1000, 0.95), (1100, 0.97), (1500, 0.99))
ASKED = Asked("x", "y", error="e")
HEADER = "x,y,e,g"


def text(rows: object = ROWS, *, header: str = HEADER, mark: str = ",", end: str = "\n", error: object = 0.01, group: str = "a") -> str:
    lines = [f"{x},{y},{error},{group}" for x, y in rows]  # type: ignore[attr-defined]
    return end.join([header, *lines]).replace(",", mark) + end


def read(folder: Path, content: str | bytes, asked: Asked = ASKED, name: str = "table.csv") -> Columns:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_columns(path, asked)


def points(folder: Path, content: str | bytes, asked: Asked = ASKED, name: str = "table.csv") -> Measurements:
    return measured(read(folder, content, asked, name))


AS_IT_IS = {
    "CRLF": (text(end="\r\n").encode(), "t.csv"),
    "CR": (text(end="\r").encode(), "t.csv"),
    "a byte order mark": ("\ufeff" + text()).encode(),
    "gzip": (gzip.compress(text().encode()), "t.csv.gz"),
    "tabs": (text(mark="\t").encode(), "t.tsv"),
    "blanks after commas": text(mark=", ").encode(),
    "empty lines": text(end="\n\n").encode(),
    "no last end of line": text().rstrip().encode(),
    "rows out of order": text(ROWS[::-1]).encode(),
    "quotes": text(group='"a, b"').encode(),
}


@pytest.mark.parametrize("kind", AS_IT_IS)
def test_files_of_all_kinds_are_the_same_curve(kind: str, tmp_path: Path) -> None:
    stated = AS_IT_IS[kind]
    content, name = stated if isinstance(stated, tuple) else (stated, "t.csv")
    (curve,) = points(tmp_path, content, name=name).curves
    assert list(zip(curve.x.tolist(), curve.y.tolist(), strict=True)) == [(float(x), y) for x, y in ROWS]
    assert curve.error == pytest.approx(0.01)


REFUSED = [
    ("", "the file table.csv must not be empty"),
    ("\n\n", "the file table.csv must not be empty"),
    (HEADER + "\n", "the table must have a row below the names of its columns"),
    (text(mark=";"), "divided by semicolons: put commas in their place"),
    (text(mark="\t"), "divided by tabs: let its name end with .tsv"),
    (text(header="x,y,y,e,g"), "y must be the name of one column of the table: there are several"),
    (text(header="u,y,e,g"), "x must be a column of the table, which has u, y, e, g, got 'x'"),
    (text() + "5,6\n", "line 10, must have 4 cells, got '2'"),
    (text() + '"5,6\n', "must be a table of text"),
    (text().encode("utf-16"), "must be text in UTF-8"),
    (text(group="é").encode("latin-1"), "must be text in UTF-8"),
    (gzip.compress(text().encode()), "must be packed by gzip where its name ends with .gz"),
    (text([*ROWS, (-1, 0.5)]), "x, in row 10, must not be negative, got '-1'"),
    (text([(0, 0.5)] * 9), "x must be positive somewhere in the curve a"),
    (text([*ROWS, (1e300, 0.5)]), "x, in row 10, must be 0, or lie between 1e-100 and 1e+100"),
    (text([*ROWS, (5e-324, 0.5)]), "take another unit of x"),
    (text([*ROWS, (5, "")]), "y, in row 10, must be a finite number, got an empty cell; leave such rows out"),
    (text([*ROWS, (5, "nan")]), "y, in row 10, must be a finite number, got 'nan'"),
    (text([*ROWS, (5, "inf")]), "y, in row 10, must be a finite number"),
    (text([*ROWS, (5, "1_0")]), "y, in row 10, must be a finite number"),
    (text([*ROWS, (5, "٣")]), "y, in row 10, must be a finite number"),
    (text([*ROWS, (5, '"0,5"')]), "write decimals with a point"),
    (text([*ROWS, (5, "50%")]), "state shares, as 0.15"),
    (text([*ROWS, (5, "half")]), "y, in row 10, must be a finite number, got 'half'"),
    (text([(x, 100 * y) for x, y in ROWS], error=1), "divide percent by 100"),
    (text([(x, 4 - 3 * y) for x, y in ROWS]), "y, in row 2, must be shares between 0 and 1"),
    (text(error=-0.01), "error, in row 2, must not be negative"),
    (text(error=0), "error, in row 2, must be positive, as the other errors are not those of shares of one number of items"),
    (text(error=1e-300), "error, in row 2, must be 0, or lie between 1e-09 and 1"),
    (text(error=1e300), "error, in row 2, must be 0, or lie between 1e-09 and 1"),
    (text() + "9,0.9,0,a\n", "error, in row 10, must be positive"),
    (text() + f"{'9' * 2**20},0.9,0.01,a\n", "must have at most 1048576 bytes"),
]


@pytest.mark.parametrize(("content", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_is_no_table_of_measurements_is_refused(content: str | bytes, said: str, tmp_path: Path) -> None:
    asked = Asked("x", "y", "g", "e")
    with pytest.raises(InputError) as refused:
        points(tmp_path, content, asked)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked("x", "x"), "x must be a column that no other of x, y, error and group names"),
        (Asked("x", "y", error="y"), "y must be a column that no other"),
        (Asked("x", "y", group="x"), "x must be a column that no other"),
        (Asked("x", "y", others=("size",)), "size must be a column of the table"),
        (Asked("x", "y", where=(("model", "a"),)), "where must be a column of the table"),
        (Asked("x", "y", where=(("g", "b"),)), "the table must have a row below the names of its columns with g=b"),
        (Asked("x" * 100, "y"), "x must be a column of the table"),
    ],
)
def test_what_is_asked_for_must_be_there(asked: Asked, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, text(), asked)
    assert said in str(refused.value)


def test_many_columns_are_no_long_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, ",".join(f"column{number}" for number in range(10_000)) + "\n")
    assert len(str(refused.value)) < 500


def test_a_column_may_have_the_name_of_an_argument(tmp_path: Path) -> None:
    found = read(tmp_path, text(header="step,accuracy,x,y"), Asked("step", "accuracy", error="x", others=("step",)))
    assert found.x.tolist() == found.others["step"].tolist() == [x for x, _ in ROWS]
    assert found.error is not None
    assert found.error.tolist() == [0.01] * len(ROWS)


def test_more_groups_than_curves_are_refused(tmp_path: Path) -> None:
    rows = "\n".join(f"{number},0.5,0.01,name{number}" for number in range(1, 1002))
    with pytest.raises(InputError, match="group must name at most 1000 curves"):
        read(tmp_path, f"{HEADER}\n{rows}\n", Asked("x", "y", "g", "e"))


def test_rows_that_are_given_twice_say_nothing_of_noise(tmp_path: Path) -> None:
    """Without errors, copies of rows do not scatter, and must not make the noise vanish; with errors they are pointed out."""
    once, twice = points(tmp_path, text(), Asked("x", "y")), points(tmp_path, text(ROWS * 3), Asked("x", "y"))
    assert twice.curves[0].error == pytest.approx(once.curves[0].error)
    assert twice.scatter == (0, 0)
    assert any("16 rows are the same as others" in note for note in twice.notes)
    assert any("16 rows are the same as others" in note for note in points(tmp_path, text(ROWS * 3)).notes)
    assert once.notes[-1].startswith("no errors were given")


def test_rows_at_the_same_x_show_the_noise(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.02, (50, len(ROWS)))
    rows = [(x, y + off) for row in noise for (x, y), off in zip(ROWS, row, strict=True)]
    found = points(tmp_path, text(rows), Asked("x", "y"))
    assert found.curves[0].error == pytest.approx(0.02 / 50**0.5, rel=0.1)
    assert found.scatter[1] == 49 * len(ROWS)
    assert found.notes[0].startswith("400 rows are merged into 8 points")


def test_errors_of_0_are_those_of_shares_where_the_others_say_of_how_many(tmp_path: Path) -> None:
    rows = [f"{x},{y},{(y * (1 - y) / 1000) ** 0.5:.6f},a" for x, y in ROWS]
    (curve,) = points(tmp_path, "\n".join([HEADER, "10,0,0,a", *rows])).curves
    assert curve.error[0] == pytest.approx((1 / 1003 * (1002 / 1003) / 1001) ** 0.5, rel=1e-3)


def test_a_curve_that_a_constant_fits_is_named() -> None:
    x = np.array([1.0, 2, 3, 4])
    flat = Columns(x, np.full(4, 0.5), np.full(4, 0.1), np.zeros(4, int), ("flat",), x, {})
    rising = Columns(x, np.array([0, 0.3, 0.6, 0.9]), np.full(4, 0.1), np.zeros(4, int), ("rising",), x, {})
    assert measured(flat).constant(0.01) == ("flat",)
    assert measured(rising).constant(0.01) == ()


def test_rows_are_chosen_by_numbers_as_well() -> None:
    x, y = zip(*ROWS, strict=True)
    table = {"x": [*x, *x], "y": [*y, *(0.5 for _ in y)], "e": [0.01] * 16, "seed": [1] * 8 + [2] * 8}
    chosen, alone = (fit(table, "x", "y", error="e", models="paper", compare=False, where={"seed": seed}) for seed in (1, "1"))
    assert chosen.points == len(ROWS)
    assert chosen == alone
