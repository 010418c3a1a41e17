"""The report: the page is whole and needs no network, and the document compiles."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deanalysis import load_model, report
from tests.system import compile_latex, needs

MODELS = ["paper", "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "ldpc(3,6)", "hypergraph(3)"]


@pytest.fixture(scope="module", params=MODELS)
def written(request, tmp_path_factory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    result = report(load_model(request.param), folder, skills=4_000, replicates=4, seed=2)
    assert result.validation.verdict in ("agrees", "undecided")
    return request.param, folder


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "xlink:href", "data") and not (value or "").startswith("#"):
                self.loads.append(value or "")
        if tag not in ("meta", "link", "br", "img", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_needs_no_network(written: tuple[str, Path]) -> None:
    model, folder = written
    text = (folder / "index.html").read_text()
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert tags.loads == []
    assert "script" not in tags.seen
    assert len(tags.ids) == len(set(tags.ids))
    assert tags.seen.count("svg") == 7
    assert tags.seen.count("math") > 20
    for heading in ("The model", "The equations", "Thresholds", "Learning curves", "Scaling laws", "Semantic compression", "Validation"):
        assert f"<h2>{heading}</h2>" in text
    assert ("Phase diagram" in text) is (model == "paper")
    assert "&lt;code" not in text
    assert "$" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)


def test_the_table_of_the_paper(tmp_path) -> None:
    report(load_model("paper"), tmp_path, skills=2_000, replicates=3, seed=2)
    text = (tmp_path / "report.tex").read_text()
    rows, percolating = (re.findall(r"^\$(\d)\$ & (\S+) & ", part, flags=re.MULTILINE) for part in text.split(r"\section{Percolation}"))
    shown = dict(rows)
    assert shown["1"] == shown["2"] == "none"
    assert shown["5"] == "$2.45653088923920$"
    assert len(shown) == len(percolating) == 8
    assert dict(percolating)["3"] == "$0.539192137558454$"


def test_the_document_compiles_without_warnings(written: tuple[str, Path]) -> None:
    _, folder = written
    log = compile_latex(folder / "report.tex")
    assert "Overfull" not in log
    assert "Warning" not in log


def test_the_page_in_a_browser(written: tuple[str, Path], tmp_path) -> None:
    program = needs("chromium")
    _, folder = written
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    flags += f"--disable-component-update --disable-sync --user-data-dir={tmp_path} --window-size=900,3000".split()
    page, picture = f"file://{folder}/index.html", tmp_path / "page.png"
    done = subprocess.run([program, *flags, "--dump-dom", page], capture_output=True, text=True, timeout=120, check=True)
    assert "<math" in done.stdout
    subprocess.run([program, *flags, f"--screenshot={picture}", page], capture_output=True, timeout=120, check=True)
    assert picture.stat().st_size > 50_000


def test_the_same_report_twice_is_the_same(tmp_path) -> None:
    pages = []
    for name in ("a", "b"):
        report(load_model("ldpc(3,6)"), tmp_path / name, skills=2_000, replicates=3, seed=2)
        pages.append((tmp_path / name / "index.html").read_text())
    assert pages[0] == pages[1]
