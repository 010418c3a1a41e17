"""The report of a graph: its numbers are those of the functions that it shows, and names of strangers stay names."""

import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import chromium as chromium, open_page

import deanalysis as da
from deanalysis import InputError, SkillLearner, report_graph
from deanalysis.graphs.graph import Graph
from deanalysis.present.kit.verbatim import Verbatim
from deanalysis.present.report.graph import GraphReport
from tests.markup import Tags
from tests.system import compile_latex

pytestmark = pytest.mark.long

HOSTILE = [
    *("<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "&amp;", "{{ 7 * 7 }}", "`code`", "$x^2$", "$", r"\input{/etc/passwd}"),
    *(
        r"\write18{touch written}",
        r"\end{document}",
        "\\",
        "%",
        "[1]",
        "a\nb\tc",
        "\x00\x07",
        "\u202eevil",
        "\ud800",
        "",
        "שלום עולם",
        "中文",
    ),
    *("😀", "x" * 10_000, "</td></table><h2>", '"quoted"', "=1+1", "-->"),
]
TOP = 140
"""Known skills, more than those at which the graph jumps."""
SECTIONS = ("The graph", "What is learned", "Prior knowledge", "Rounds of the cascade", "Order of learning", "Associations")


def sampled(texts: int, skills: int, mean: float, seed: int) -> Graph:
    """Sample a graph of texts of Poisson(mean) skills, drawn at random."""
    chance = np.random.default_rng(seed)
    rows = [chance.choice(skills, size=min(skills, count), replace=False) for count in chance.poisson(mean, texts)]
    return Graph.from_edges((text, int(skill)) for text, row in enumerate(rows) for skill in row)


def named(names: list[Any]) -> Graph:
    """Return a graph with some names of texts and skills, of which all but a part can be learned, one after another."""
    chance = random.Random(3)
    edges = [(names[0], names[0])]
    for place in range(1, len(names)):
        edges += [(names[place], names[place]), *((names[place], names[chance.randrange(place)]) for _ in range(2))]
    blocked = [("blocked", f"left {number}") for number in range(4)]
    return Graph.from_edges([*edges, *blocked, ("blocked", names[1]), ("other", "left 0"), ("other", "left 1")])


@pytest.fixture(scope="module")
def jumping(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, Path, GraphReport]:
    """The report of a graph that jumps: the paper's model where some have to be known for learning to emerge."""
    graph, folder = sampled(1650, 1500, 4.0, 1), tmp_path_factory.mktemp("jumping")
    return graph, folder, report_graph(graph, folder, known_top=TOP, copies=3, seed=2)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a graph with hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    report_graph(named(HOSTILE), folder, name=f"{HOSTILE[0]}$\\input{{x}}", copies=2)
    return folder


def text_of(folder: Path) -> str:
    return (folder / "report.tex").read_text(encoding="utf-8")


def test_the_page_is_well_formed_and_needs_no_network(jumping: tuple[Graph, Path, GraphReport]) -> None:
    _, folder, written = jumping
    assert (written.page, written.document) == (folder / "index.html", folder / "report.tex")
    page, tags = written.page.read_text(encoding="utf-8"), Tags()
    tags.feed(page)
    assert tags.open == tags.loads == []
    assert tags.seen.count("script") == 0
    assert len(tags.ids) == len(set(tags.ids))
    assert tags.seen.count("svg") == 3
    assert [heading for heading in SECTIONS if f"<h2>{heading}</h2>" not in page] == []
    assert {path.stem for path in folder.glob("*.pdf")} == {"degrees", "known", "cascade"}
    assert page.count("<figcaption>") == page.count("How sure:") == 3 + 8


def test_its_numbers_are_those_of_the_graph(jumping: tuple[Graph, Path, GraphReport]) -> None:
    graph, folder, written = jumping
    told, learning = text_of(folder), da.learn(graph, known_top=TOP)
    assert written.comparison.learned == learning.learned
    assert f"learns ${learning.learned:.4g}$ of its skills in {learning.rounds} rounds" in told
    correlations = written.comparison.correlations
    assert correlations is not None
    assert correlations.learned == pytest.approx(
        learning.learned - np.mean([da.learn(graph.rewired(2 + copy), known_top=TOP).learned for copy in range(3)])
    )
    assert f"${correlations.learned:+.4f}$" in told
    assert len(re.findall(r"rewired copy \d", told)) == 3
    order = da.curriculum(graph, known_top=TOP)
    assert f"The first 25 of {order.texts} texts" in told
    rows = re.findall(r"^\{(\d+)\} & \{(\d+)\}\w* & \$(\d+)\$ & ", told, flags=re.MULTILINE)
    assert [(int(text), int(skill), int(place)) for text, skill, place in rows] == [
        (step.text, step.skills[0], step.round) for step in order.steps[:25]
    ]
    for left, texts in list(order.blocked.items())[:10]:
        assert f"${left}$ & ${texts}$" in told
    for gift in da.gifts(graph, 3, known_top=TOP).gifts:
        assert f"{{{gift.skill}}} & ${gift.releases}$" in told


def test_it_says_where_learning_emerges(jumping: tuple[Graph, Path, GraphReport]) -> None:
    graph, folder, written = jumping
    found = da.known_curve(graph).emergence
    assert found.is_jump
    assert written.emergence.graph == found
    told = text_of(folder)
    skill = graph.skill_names[int(np.argsort(-graph.skill_degrees, kind="stable")[found.known - 1])]
    assert f"jumps at $k = {found.known}$: once the {found.known} commonest skills, the last of them “{{{skill}}}”, are known" in told
    assert written.emergence.theory.is_jump
    assert f"Theory of its degrees jumps at $k = {written.emergence.theory.known}$." in told
    away = found.known - written.emergence.theory.known
    assert f"The graph jumps {abs(away)} known skills {'later' if away > 0 else 'earlier'}." in told


def test_its_tables_hold_the_curves(jumping: tuple[Graph, Path, GraphReport]) -> None:
    graph, folder, written = jumping
    curve = da.known_curve(graph)
    rows = np.genfromtxt(folder / "known_graph.csv", delimiter=",", names=True)
    shown = rows[~np.isnan(rows["known"])]
    assert np.isnan(rows["known"]).sum() == 1
    assert shown["learned"] == pytest.approx(curve.learned[shown["known"].astype(int)])
    gap = int(np.flatnonzero(np.isnan(rows["known"]))[0])
    assert (rows["known"][gap - 1], rows["known"][gap + 1]) == (curve.emergence.known - 1, curve.emergence.known)
    degrees = np.genfromtxt(folder / "degrees_skills.csv", delimiter=",", names=True)
    assert degrees["at_least"] == pytest.approx([np.mean(graph.skill_degrees >= degree) for degree in degrees["degree"]])
    cascade = np.genfromtxt(folder / "cascade_graph.csv", delimiter=",", names=True)
    assert cascade["taught"][1:].tolist() == written.comparison.learning.cascade
    assert cascade["learned"][-1] == pytest.approx(written.comparison.learned)


def test_the_document_compiles_without_warnings(jumping: tuple[Graph, Path, GraphReport], hostile: Path) -> None:
    for folder in (jumping[1], hostile):
        log = compile_latex(folder / "report.tex")
        assert "Overfull" not in log
        assert "Warning" not in log
    assert not list(hostile.glob("written*"))


def test_names_add_no_markup(hostile: Path, tmp_path: Path) -> None:
    report_graph(named([f"n{number}" for number in range(len(HOSTILE))]), tmp_path, name="n", copies=2)
    tags = []
    for folder in (hostile, tmp_path):
        seen = Tags()
        seen.feed((folder / "index.html").read_text(encoding="utf-8"))
        assert seen.loads == seen.open == []
        tags.append(seen.seen)
    assert tags[0] == tags[1]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (800, "dark"), (390, "light")])
def test_the_page_in_a_browser(hostile: Path, chromium: Any, width: int, scheme: str) -> None:
    with open_page(chromium, hostile / "index.html", viewport={"width": width, "height": 900}, color_scheme=scheme) as (page, wrong):
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown = {" ".join(name.split()) for name in page.locator("td bdi").all_text_contents()}
        assert {Verbatim(name, most).shown for name in HOSTILE[:20] for most in (40,)} <= shown
        assert HOSTILE[0] in page.locator("h1").text_content()
        assert HOSTILE[0] in page.title()
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
    assert wrong == []


GRAPHS = {
    "one edge": ([("t", "a")], {}),
    "regular, all blocked": ([(text, skill) for text in range(9) for skill in range(3)], {}),
    "no rewired copies": ([("t", "a"), ("t", "b"), ("u", "a")], {"copies": 0}),
    "one copy": ([("t", "a"), ("t", "b"), ("u", "a"), ("u", "c")], {"copies": 1}),
    "two skills at once": ([("t", "a"), ("t", "b"), ("u", "a"), ("u", "b"), ("u", "c")], {"learner": SkillLearner(2)}),
    "patience": ([(text, skill) for text in range(30) for skill in range(text % 7 + 1)], {"learner": da.PoissonLearner("exp(-x/2)")}),
    "one text of many skills": ([("t", skill) for skill in range(500)], {}),
    "one skill of many texts": ([(text, "a") for text in range(500)], {}),
    "all known": ([("t", "a"), ("t", "b"), ("u", "b")], {"known": ["a", "b"]}),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_small_and_odd_graphs_have_reports(name: str, tmp_path: Path) -> None:
    edges, options = GRAPHS[name]
    written = report_graph(Graph.from_edges(edges), tmp_path, **{"copies": 2, **options})
    page = written.page.read_text(encoding="utf-8")
    assert [heading for heading in SECTIONS if f"<h2>{heading}</h2>" not in page] == []
    assert "cannot be had" not in page
    assert not re.search(r"\bnan\b", text_of(tmp_path))


def test_what_is_gradual_is_said_to_be(tmp_path: Path) -> None:
    report_graph(sampled(900, 1500, 2.0, 1), tmp_path, copies=2)
    told = text_of(tmp_path)
    assert "On the graph learning is gradual in $k$" in told
    assert "In theory of its degrees learning is gradual in $k$." in told
    assert "None of the 2 rewired copies" in told


def test_a_section_that_cannot_be_had_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refused(*arguments: object, **options: object) -> None:
        raise InputError("a skill", "is refused", given="$<b>")

    monkeypatch.setattr("deanalysis.present.report.graph_study.gifts", refused)
    report_graph(named(["a", "b", "c"]), tmp_path, copies=1)
    assert "This section cannot be had: {a skill is refused,{} got" in text_of(tmp_path)
    assert "&lt;b&gt;" in (tmp_path / "index.html").read_text()


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"copies": -1}, "copies"),
        ({"copies": "2"}, "copies"),
        ({"seed": -1}, "seed"),
        ({"known_top": 9}, "known_top"),
        ({"known": "ab"}, "known"),
    ],
)
def test_what_is_wrong_stops_it_and_leaves_no_folder(tmp_path: Path, options: dict[str, Any], argument: str) -> None:
    with pytest.raises(InputError, match=argument):
        report_graph(named(["a", "b", "c"]), tmp_path / "new", **options)
    assert not (tmp_path / "new").exists()


def test_the_same_report_twice_is_the_same(hostile: Path, tmp_path: Path) -> None:
    report_graph(named(HOSTILE), tmp_path, name=f"{HOSTILE[0]}$\\input{{x}}", copies=2)
    assert (tmp_path / "index.html").read_bytes() == (hostile / "index.html").read_bytes()
