"""The report by the shell: a graph file has a report of its own, and options that make no sense for it are refused in one line."""

import json
from pathlib import Path

import pytest
from command_line import output, run_here

from deanalysis import Graph, learn, report_graph
from deanalysis.model.learners import SkillLearner

EDGES = [(f"t{text}", f"s{skill}") for text in range(40) for skill in {text % 7, text % 11, text % 13}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a graph file, and names of known skills."""
    Graph.from_edges(EDGES).write(tmp_path / "edges.csv")
    (tmp_path / "known.txt").write_text("s0\ns3\n")
    (tmp_path / "other.csv").write_text("doc,word\na,x\na,y\nb,x\n")
    return tmp_path


def test_a_graph_file_has_a_report(folder: Path) -> None:
    asked = ("edges.csv", "--known", "known.txt", "--known-top", "2", "--rewire", "2", "--learner", "2-skill", "--seed", "3", "-o", "out")
    told = output("report", *asked, folder=folder)
    learning = learn(Graph.read(folder / "edges.csv"), SkillLearner(2), known=["s0", "s3"], known_top=2)
    assert (told["page"], told["document"]) == ("out/index.html", "out/report.tex")
    assert (told["learned"], told["known"], told["rounds"]) == (learning.learned, learning.known, learning.rounds)
    assert set(told["emergence"]) >= {"graph", "rewired", "theory"}
    page = (folder / "out" / "index.html").read_text()
    assert "Learning on a graph: <bdi>edges.csv</bdi>" in page
    report_graph(
        Graph.read(folder / "edges.csv"),
        folder / "own",
        SkillLearner(2),
        name="edges.csv",
        known=["s0", "s3"],
        known_top=2,
        copies=2,
        seed=3,
    )
    assert (folder / "own" / "index.html").read_text() == page
    assert json.dumps(told, allow_nan=False)


def test_it_says_where_it_is(folder: Path) -> None:
    done = run_here("report", "other.csv", "--columns", "doc, word", "--rewire", "0", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("page:     report/index.html\ndocument: report/report.tex\n")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["edges.csv", "--texts", "poisson(3)"], "--texts is for models; a graph has its own degrees, got 'poisson(3)'"),
        (["edges.csv", "--skills", "poisson(3)"], "--skills is for models"),
        (["edges.csv", "--unknown", "1/2"], "--unknown is for models"),
        (["edges.csv", "--normalize"], "--normalize is for models"),
        (["edges.csv", "--set", "c=5"], "--set is for models; a graph has its own degrees, got 'c=5'"),
        (["edges.csv", "--parameter", "c"], "--parameter is for models"),
        (["edges.csv", "--workers", "2"], "--workers is for models"),
        (["paper", "--known-top", "0"], "--known-top is for graph files alone, got '0'"),
        (["paper", "--rewire", "3"], "--rewire is for graph files alone"),
        (["--known", "known.txt"], "--known does not go with paper"),
        (["paper", "--columns", "a,b"], "--columns is for graph files alone"),
        (["edges.csv", "--rewire", "5000"], "--rewire must be a whole number from 0 to 1000"),
        (["edges.csv", "--known-top", "99"], "--known-top must be a whole number from 0 to 13"),
        (["edges.csv", "--learner", "x"], "--learner must be 1-skill"),
        (["edges.csv", "--known", "none.txt"], "none.txt"),
        (["none.csv"], "none.csv"),
        (["edges.csv", "-o", "known.txt"], "--output must be a folder that can be written"),
    ],
)
def test_what_makes_no_sense_is_one_line(folder: Path, options: list[str], told: str) -> None:
    done = run_here("report", *options, folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (folder / "report").exists()


def test_other_commands_about_graphs_write_the_same_report(folder: Path) -> None:
    output("report", "edges.csv", "--rewire", "2", "-o", "one", folder=folder)
    output("graph", "edges.csv", "--rewire", "2", "--report", "two", folder=folder)
    assert (folder / "one" / "index.html").read_text() == (folder / "two" / "index.html").read_text()
    (folder / "verse.txt").write_text("A bear sleeps.\nThe bear sleeps.\n")
    done = run_here("corpus", "verse.txt", "--unit", "line", "--rewire", "1", "--report", "three", folder=folder)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "written: three/index.html, three/report.tex")
    assert "<bdi>verse.txt</bdi>" in (folder / "three" / "index.html").read_text()
