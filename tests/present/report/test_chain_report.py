"""The report of a chain of topics and of a protograph: a whole page with what the order saves, and a document that compiles."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser import chromium as chromium, open_page

from deanalysis import ChainEvolution, InputError, load_model, report
from deanalysis.present.kit.curves import Table
from deanalysis.present.report.chain_study import ChainStudy
from deanalysis.present.report.chains import skills_of, threshold_section
from tests.markup import Tags
from tests.system import compile_latex

pytestmark = pytest.mark.long

MODELS = ["chain(paper, 8, 3)", "protograph"]
HEADINGS = {
    "chain(paper, 8, 3)": ["The model", "The equations", "Thresholds", "By topic", "The wave", "Saturation", "Validation"],
    "protograph": ["The model", "The equations", "Thresholds", "By class", "Validation"],
}


@pytest.fixture(scope="module", params=MODELS)
def written(request, tmp_path_factory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    (folder / "base.txt").write_text("1 0 0 1 1\n0 2 1 0 1\n1 1 1 2 0\n")
    model = load_model(request.param if request.param != "protograph" else f"protograph({folder / 'base.txt'})")
    values = {"c": 5} if request.param != "protograph" else {}
    result = report(model, folder, values=values, skills=4_000, replicates=4, seed=2)
    assert result.validation.verdict in ("agrees", "undecided")
    return request.param, folder


def test_the_page_is_whole(written: tuple[str, Path]) -> None:
    model, folder = written
    text, tags = (folder / "index.html").read_text(), Tags()
    tags.feed(text)
    assert (tags.open, tags.loads) == ([], [])
    assert re.findall(r"<h2>(.*?)</h2>", text) == HEADINGS[model]
    assert len(tags.ids) == len(set(tags.ids))
    assert "cannot be had" not in text
    assert "$" not in re.sub(r"<(svg|script).*?</\1>", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("written", MODELS[:1], indirect=True)
def test_what_the_order_saves_stands_beside_random_order(written: tuple[str, Path]) -> None:
    text = (written[1] / "report.tex").read_text()
    saved = text.partition("What the order saves")[2].partition(r"\bottomrule")[0]
    last, with_ends = "0.975397179836818", "1.21924647479602"
    assert "one topic, in random order: emergence & $2.45653088923920$ & " in saved
    assert re.search(rf"last jump & \${last}\$ & \${with_ends}\$", saved)
    assert f"${2.4565308892392 / float(with_ends):.4g}$ times" in text
    assert abs(float(last) * 10 / 8 - float(with_ends)) < 1e-12


@pytest.mark.parametrize("written", MODELS[:1], indirect=True)
def test_the_figures_show_what_theory_says(written: tuple[str, Path]) -> None:
    folder, evolution = written[1], ChainEvolution(load_model("chain(paper, 8, 3)").ensemble)
    wave = Table.read(folder / "wave.csv")
    names = [name for name in wave.columns if name != "topic"]
    assert (names[0], len(names)) == ("round 0", 6)
    assert wave["round 0"].min() == 1
    assert all((wave[after] <= wave[before]).all() for before, after in pairwise(names))
    profile = Table.read(folder / "profile.csv")
    first = next(name for name in profile.columns if name != "topic")
    state = evolution.fixed_point(c=5, R=first, digits=10)
    assert profile[first] == pytest.approx([float(zeta) for zeta in state.zeta], rel=1e-9)
    saturation = Table.read(folder / "saturation.csv")
    chosen = (saturation["window"] == 3) & (saturation["topics"] == 8)
    assert saturation["R"][chosen] == pytest.approx([0.975397], abs=1e-6)
    speed = Table.read(folder / "speed.csv")["speed"]
    assert (speed[1:] > speed[:-1]).all()


@pytest.mark.parametrize("written", MODELS[1:], indirect=True)
def test_classes_of_a_protograph_are_told_by_name(written: tuple[str, Path]) -> None:
    text = (written[1] / "index.html").read_text()
    assert all(f"<code>{name}</code>" in text for name in ("v1", "v5"))
    simulated = sorted(written[1].glob("by_place_*.csv"))
    assert [len(Table.read(path)["class"]) for path in simulated] == [5, 5]


def test_the_document_compiles_without_warnings(written: tuple[str, Path]) -> None:
    log = compile_latex(written[1] / "report.tex")
    assert "Overfull" not in log
    assert "Warning" not in log


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_in_a_browser(written: tuple[str, Path], chromium: Any, width: int) -> None:
    with open_page(chromium, written[1] / "index.html", viewport={"width": width, "height": 900}) as (page, wrong):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("figure svg").count() >= 2
    assert wrong == []


@pytest.mark.parametrize(
    ("values", "parameter", "said"), [({}, None, "free: R, c"), ({"c": 5, "R": 1}, None, "free: none"), ({"c": 5}, "c", "free: R")]
)
def test_one_letter_must_be_free(values: dict[str, Any], parameter: str | None, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        report(load_model("chain(paper, 8, 3)"), tmp_path / "new", values=values, parameter=parameter)
    assert not (tmp_path / "new").exists()


def test_a_chain_without_a_jump_says_so() -> None:
    study = ChainStudy.of(load_model("chain(paper, 4, 2)"), {"c": "2"}, None)
    assert study.jumps == []
    assert study.above is None
    assert "o emergence" in str(threshold_section(study).parts[-2:])
    assert skills_of(study, 10) == 10
