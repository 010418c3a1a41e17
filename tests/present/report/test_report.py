"""The report: the page is whole and needs no network, and the document compiles."""

import re
from pathlib import Path
from typing import Any

import pytest
from browser import chromium as chromium, open_page

from deanalysis import DensityEvolution, InputError, load_model, report
from deanalysis.present.kit.cases import Case
from deanalysis.present.kit.verbatim import Verbatim
from deanalysis.present.report.building import TITLE
from deanalysis.present.report.content import Equation, Figure, Section, Text
from deanalysis.present.report.experiment import learning_section, scaling_section
from deanalysis.present.report.study import Study
from deanalysis.present.report.writing import had
from tests.markup import Tags
from tests.system import compile_latex

pytestmark = pytest.mark.long

OPTIONS = {"skills": 4_000, "replicates": 4, "seed": 2}
MODELS = ["paper", "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "ldpc(3,6)", "hypergraph(3)"]


@pytest.fixture(scope="module", params=MODELS)
def written(request, tmp_path_factory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    result = report(load_model(request.param), folder, **OPTIONS)
    assert result.validation.verdict in ("agrees", "undecided")
    return request.param, folder


def test_the_page_is_well_formed_and_needs_no_network(written: tuple[str, Path]) -> None:
    model, folder = written
    text = (folder / "index.html").read_text()
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert tags.loads == []
    assert tags.seen.count("script") == 1
    assert len(tags.ids) == len(set(tags.ids))
    assert tags.seen.count("svg") == 8 + 3
    assert tags.seen.count("math") > 20
    for heading in (
        "The model",
        "The equations",
        "Thresholds",
        "Learning curves",
        "Scaling laws",
        TITLE,
        "Semantic compression",
        "Validation",
    ):
        assert f"<h2>{heading}</h2>" in text
        assert f'<a href="#{heading.lower().replace(" ", "-")}">{heading}</a>' in text
    assert ("Phase diagram" in text) is (model == "paper")
    assert "&lt;code" not in text
    assert "$" not in re.sub(r"<(svg|script).*?</\1>", "", text, flags=re.DOTALL)


def test_legends_have_the_style_of_the_house(written: tuple[str, Path]) -> None:
    first = re.findall(r'id="[^"]*legend_\d+">\s*<g id="[^"]*?(line2d|patch|text)_', (written[1] / "index.html").read_text())
    assert first
    assert "patch" not in first, "a frame"


@pytest.mark.parametrize("written", ["paper"], indirect=True)
def test_the_table_of_the_paper(written: tuple[str, Path]) -> None:
    text = (written[1] / "report.tex").read_text()
    rows, percolating = (re.findall(r"^\$(\d)\$ & (\S+) & ", part, flags=re.MULTILINE) for part in text.split(r"\section{Percolation}"))
    shown = dict(rows)
    assert shown["1"] == shown["2"] == "none"
    assert shown["5"] == "$2.45653088923920$"
    assert len(shown) == len(percolating) == 8
    assert dict(percolating)["3"] == "$0.539192137558454$"


@pytest.mark.parametrize("written", ["irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"], indirect=True)
def test_thresholds_of_one_kind_stand_below_each_other(written: tuple[str, Path]) -> None:
    percolation = (written[1] / "report.tex").read_text().partition(r"\section{Percolation}")[2]
    rows = percolation.partition(r"\midrule")[2].partition(r"\bottomrule")[0].split(r"\\")
    first, second, rest = ([cell.strip() for cell in row.split("&")] for row in rows)
    assert [len(first), len(second), rest] == [4, 4, [""]]
    assert first[3] == "$0.938635341973392$"
    assert second[3] == ""
    assert all(cell.startswith("$1.") for cell in second[:3])
    assert re.search(r"S = .* - \\zeta\b", percolation)


def test_the_document_compiles_without_warnings(written: tuple[str, Path]) -> None:
    _, folder = written
    log = compile_latex(folder / "report.tex")
    assert "Overfull" not in log
    assert "Warning" not in log


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (768, "dark"), (360, "light")])
def test_the_page_in_a_browser(written: tuple[str, Path], chromium: Any, width: int, scheme: str) -> None:
    _, folder = written
    with open_page(chromium, folder / "index.html", viewport={"width": width, "height": 900}, color_scheme=scheme) as (page, wrong):
        assert page.locator("math").count() > 20
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        scrolls = page.evaluate("[...document.querySelectorAll('.drawn .scroll')].some((one) => one.scrollWidth > one.clientWidth)")
        assert scrolls is (width < 400)
        page_shade, ink = (page.evaluate(f"getComputedStyle(document.body).{name}") for name in ("backgroundColor", "color"))
        shades = [int(re.findall(r"\d+", shade)[0]) for shade in (page_shade, ink)]
        assert (shades[0] < shades[1]) is (scheme == "dark")
        assert page.locator("nav a").count() == page.locator("section").count()
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
    assert wrong == []


def test_each_figure_can_be_downloaded_and_says_how_sure_it_is(written: tuple[str, Path], chromium: Any) -> None:
    _, folder = written
    with open_page(chromium, folder / "index.html") as (page, _):
        links = page.locator("a[download]")
        assert links.count() == len(list(folder.glob("*.csv")))
        with page.expect_download() as download:
            links.first.click()
        name = links.first.get_attribute("download")
        assert Path(download.value.path()).read_text() == (folder / name).read_text()
        assert page.locator("figcaption").count() == page.locator("figcaption .sure").count()


@pytest.mark.parametrize("written", ["ldpc(3,6)"], indirect=True)
def test_the_same_report_twice_is_the_same(written: tuple[str, Path], tmp_path: Path) -> None:
    name, folder = written
    report(load_model(name), tmp_path, **OPTIONS)
    assert (tmp_path / "index.html").read_text() == (folder / "index.html").read_text()


def test_a_section_that_cannot_be_had_says_so() -> None:
    def refused() -> Section:
        raise InputError("size", "must be larger for this law of finite size", given=1000)

    (told,) = had("Scaling laws", refused).parts
    assert isinstance(told, Text)
    assert told.words[1] == Verbatim("size must be larger for this law of finite size, got '1000'", 400)
    assert had("x", lambda: Section("Percolation", ())) == Section("Percolation", ())


REFUSED = (
    *("kit.cases.curve_table", "report.evolution.maxwell_table", "report.explorer._script"),
    *(f"report.report.{name}" for name in ("points_around", "sweep", "validate")),
    *(f"report.report.{subject}_section" for subject in ("compression", "percolation", "scaling")),
)


def refused(*arguments: object, **options: object) -> None:
    raise InputError("size", "is refused", given=7)


def test_each_part_that_cannot_be_had_says_so_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in REFUSED:
        monkeypatch.setattr(f"deanalysis.present.{name}", refused)
    written = report(load_model("ldpc(3,6)"), tmp_path, skills=500, replicates=3, seed=2, workers=1)
    assert (written.validation.verdict, written.validation.points) == ("undecided", ())
    text = written.document.read_text()
    assert text.count("This section cannot be had: {size is refused,{} got \\textquotesingle{}7\\textquotesingle{}}.") == 6
    assert "Whether theory agrees with simulation is undecided: size is refused" in text
    for heading in ("The model", "The equations", "Thresholds", "Learning curves", "Scaling laws", "Percolation", "Validation"):
        assert rf"\section{{{heading}}}" in text


def test_learning_curves_stay_where_no_graph_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    study = Study.of(load_model("ldpc(3,6)"), {}, None)
    told, figure = learning_section(study, InputError("degrees", "are too large to sample"), {}).parts
    assert told == Text("Graphs cannot be simulated: degrees are too large to sample.")
    assert isinstance(figure, Figure)
    assert list(figure.tables) == ["learning_theory"]
    assert "simulation" not in figure.caption


@pytest.mark.parametrize(("given", "argument"), [({"seed": -1}, "seed"), ({"workers": 0}, "workers")])
def test_what_is_wrong_with_the_whole_stops_a_report(tmp_path: Path, given: dict[str, int], argument: str) -> None:
    with pytest.raises(InputError, match=argument):
        report(load_model("ldpc(3,6)"), tmp_path, skills=500, replicates=3, **given)


def test_scaling_laws_stay_where_graphs_are_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_model("ldpc(3,6)")
    case = Case(DensityEvolution(model.ensemble, model.learner), "eps", {})
    monkeypatch.setattr("deanalysis.present.report.experiment.scaling_panels", lambda *arguments: {})
    monkeypatch.setattr("deanalysis.present.report.experiment.stuck_table", refused)
    parts = scaling_section(case, case.evolution.scaling("eps"), 1, 1, None).parts
    assert sum(isinstance(part, Equation) for part in parts) > 4
    assert Text("Graphs of 1000 and 10000 skills that get stuck cannot be shown: size is refused, got '7'.") in parts
