"""The report of a table of measurements: its numbers are those of the fit, and names of strangers stay names."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import chromium as chromium, open_page

import deanalysis as da
from deanalysis import InputError, report_fit
from deanalysis.present.report.fits import FitReport
from tests.markup import Tags
from tests.system import compile_latex

pytestmark = pytest.mark.long

SECTIONS = ("The measurements", "Does the theory fit?", "Curves and residuals", "All models", "Curve by curve", "Emergence", "Room by size")
LAST = "How it was computed"
HOSTILE = ["<script>alert(1)</script>", r"\input{/etc/passwd}", "$x$ `code` & % #"]
PLAIN = ["a", "b", "c"]
ROOMS = dict(zip((1e8, 3e8, 1e9), (0.5, 0.7, 0.9), strict=True))


def table(names: list[str]) -> dict[str, Any]:
    """Return curves with noise of models with room for some of the skills, at c = 3 and a guess of 1/4."""
    chance, x = np.random.default_rng(1), np.concatenate([[0], np.geomspace(50, 5000, 20)])
    rows: dict[str, Any] = {"x$": [], "y<b>": [], "who": [], "e": [], "N": []}
    for name, (size, room) in zip(names, ROOMS.items(), strict=True):
        capacity = da.Capacity.of(da.Ensemble(da.Poisson(da.c), da.Poisson(da.c * da.R)), da.SkillLearner(1), str(room)).at(c=3)
        right = [1 - float(capacity.fixed_point(R=repr(float(at) / 400)).testing_error) if at else np.exp(-3) for at in x]
        rows["x$"] += x.tolist()
        rows["y<b>"] += (0.25 + 0.75 * np.array(right) + chance.normal(0, 0.01, len(x))).tolist()
        rows["who"] += [name] * len(x)
        rows["e"] += [0.01] * len(x)
        rows["N"] += [size] * len(x)
    return rows


def written(names: list[str], folder: Path, **options: Any) -> FitReport:
    asked = {"group": "who", "error": "e", "size": "N", "models": "paper+room", "name": names[0], **options}
    return report_fit(table(names), "x$", "y<b>", folder, **asked)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FitReport]:
    """The report of curves with hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    return folder, written(HOSTILE, folder)


def test_the_page_is_well_formed_and_needs_no_network(hostile: tuple[Path, FitReport]) -> None:
    folder, report = hostile
    page, tags = (folder / "index.html").read_text(encoding="utf-8"), Tags()
    tags.feed(page)
    assert (report.page, report.document) == (folder / "index.html", folder / "report.tex")
    assert tags.open == tags.loads == []
    assert tags.seen.count("script") == 0
    assert tags.seen.count("svg") == 1
    assert [heading for heading in (*SECTIONS, LAST) if f"<h2>{heading}</h2>" not in page] == []
    assert page.count("<figcaption>") == page.count("How sure:")
    assert {path.name for path in folder.glob("*.*")} == {"curves.pdf", "index.html", "lines.csv", "points.csv", "report.tex"}


def test_names_add_no_markup(hostile: tuple[Path, FitReport], tmp_path: Path) -> None:
    written(PLAIN, tmp_path)
    seen = []
    for folder in (hostile[0], tmp_path):
        tags = Tags()
        tags.feed(re.sub(r"<svg.*?</svg>", "", (folder / "index.html").read_text(encoding="utf-8"), flags=re.DOTALL))
        seen.append(tags.seen)
    assert seen[0] == seen[1]


def test_its_numbers_are_those_of_the_fit(hostile: tuple[Path, FitReport]) -> None:
    folder, report = hostile
    told, found = (folder / "report.tex").read_text(encoding="utf-8"), report.fit
    assert found.fits
    assert f"chi^2 = {found.chi_square:.6g}$ with {found.degrees_of_freedom} degrees of freedom" in told
    for name, interval in found.parameters.items():
        row = rf"\{{{name}\}} & " + " & ".join(re.escape(f"${end:.4g}$") for end in (interval.value, interval.low, interval.high))
        assert re.search(row, told), row
    for one in found.candidates:
        assert f"& ${one.count}$ & ${float(f'{one.chi_square:.6g}'):.4g}$" in told
    points = np.genfromtxt(folder / "points.csv", delimiter=",", names=True)
    assert len(points) == found.points
    assert np.sum(points["theory"] ** 2) == pytest.approx(found.chi_square, rel=1e-6)
    assert found.room_law is not None
    assert str(found.room_law.exponent).partition(" ")[0] in told


def test_the_document_compiles_without_warnings(hostile: tuple[Path, FitReport]) -> None:
    log = compile_latex(hostile[0] / "report.tex")
    assert "Overfull" not in log
    assert "Warning" not in log


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_in_a_browser(hostile: tuple[Path, FitReport], chromium: Any, width: int, scheme: str) -> None:
    with open_page(chromium, hostile[0] / "index.html", viewport={"width": width, "height": 900}, color_scheme=scheme) as (page, wrong):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown = {" ".join(name.split()) for name in page.locator("td bdi").all_text_contents()}
        assert {*HOSTILE} <= shown
        assert HOSTILE[0] in page.locator("h1").text_content()
    assert wrong == []


def test_what_does_not_fit_is_said_first(tmp_path: Path) -> None:
    falling = {"x": list(range(1, 9)), "y": [0.2, 0.4, 0.6, 0.7, 0.6, 0.4, 0.3, 0.2], "e": [0.001] * 8}
    report = report_fit(falling, "x", "y", tmp_path, error="e", guess=0, models="paper", compare=False)
    page = report.page.read_text()
    assert report.fit.verdict == "does not fit"
    assert "<code>paper</code>, does not fit:" in page
    assert report.fit.p_value == 0
    assert "p < 10^{-300}" in (tmp_path / "report.tex").read_text()
    assert "assume that it is right" in page
    assert "<h2>Curve by curve</h2>" not in page
    assert "<h2>Room by size</h2>" not in page


def test_an_error_is_shown_as_what_it_leaves(tmp_path: Path) -> None:
    errors = {"x": [1, 2, 3, 4, 5, 6, 8], "loss": [0.99, 0.98, 0.97, 0.02, 0.01, 0, 0]}
    report = report_fit(errors, "x", "loss", tmp_path, of="error", guess=0, models="paper", compare=False)
    assert "is 1 less it." in report.page.read_text()
    assert np.genfromtxt(tmp_path / "points.csv", delimiter=",", names=True)["y"].max() == 1


def test_what_is_wrong_stops_it_and_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must be a column"):
        report_fit(table(PLAIN), "nothing", "y<b>", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_same_report_twice_is_the_same(hostile: tuple[Path, FitReport], tmp_path: Path) -> None:
    written(HOSTILE, tmp_path)
    assert (tmp_path / "index.html").read_bytes() == (hostile[0] / "index.html").read_bytes()
