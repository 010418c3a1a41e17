"""The command about a graph that exists, and its file as the model of other commands, as a person or a program meets them."""

import csv
import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import output, run, run_here

import deanalysis as da
from deanalysis.graphs.erasures import erasures
from deanalysis.present.validation.graphs import compare

EDGES = [("t", "a"), ("u", "a"), ("u", "b"), ("v", "b"), ("v", "c"), ("v", "d")]
"""a is learned from t, b from u, and v is left with two novel skills."""
HOSTILE = [
    "\x1b[2J\x1b]0;owned\x07",
    "a\nb",
    "<script>alert(1)</script>",
    "[bold]",
    "\u202eright",
    '"a", b',
    "$x$",
    "\u2028",
    "\x9b1m",
    "x\r",
]
PROMISED = ["skills", "texts", "edges", "ratio", "learned", "understood", "rounds", "rewired", "theory", "known"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    da.Graph.from_edges(EDGES).write(tmp_path / "e.csv")
    da.Graph.from_edges(EDGES[:3]).write(tmp_path / "all.csv")
    da.Graph.from_edges([("t", "a"), ("t", "b"), ("u", "a"), ("u", "b")]).write(tmp_path / "none.csv")
    (tmp_path / "known").write_text("d\n", encoding="utf-8")
    return tmp_path


def graph(folder: Path, *options: str, file: str = "e.csv") -> dict:
    return output("graph", file, *options, folder=folder)


def test_what_is_promised_is_there_and_right(folder: Path) -> None:
    found = graph(folder)
    assert list(found)[:10] == ["skills", "texts", "edges", "ratio", "known", "learned", "understood", "rounds", "rewired", "theory"]
    assert [found[key] for key in PROMISED[:7]] == [4, 3, 6, 0.75, 0.5, pytest.approx(2 / 3), 2]
    assert found["known"] == 0
    assert found["rewired"].keys() == {"learned", "understood", "copies"}
    assert all(found["rewired"][share].keys() == {"mean", "low", "high"} for share in ("learned", "understood"))
    assert {"learned", "understood"} <= found["theory"].keys()
    assert (found["cascade"], found["blocked"], found["residue"]) == ([1, 1], {"2": 1}, {"skills": 2, "texts": 1, "edges": 2})


@pytest.mark.parametrize("options", [(), ("--known-top", "1", "--rewire", "2", "--seed", "7"), ("--learner", "2-skill")])
def test_numbers_are_those_of_the_functions(options: tuple[str, ...], folder: Path) -> None:
    learner = da.SkillLearner(2 if "--learner" in options else 1)
    top, copies, seed = (1, 2, 7) if "--seed" in options else (0, 4, 1)
    expected = compare(da.Graph.from_edges(EDGES), learner, known_top=top, copies=copies, seed=seed).to_dict()
    assert {key: value for key, value in graph(folder, *options).items() if key in expected} == json.loads(json.dumps(expected))


def test_without_copies_there_is_no_comparison_with_them(folder: Path) -> None:
    found = graph(folder, "--rewire", "0")
    assert (found["rewired"], found["correlations"], found["finite_size"]) == (None, None, None)


def test_known_skills_are_those_of_the_file_and_the_commonest(folder: Path) -> None:
    assert (graph(folder, "--known", "known")["learned"], graph(folder, "--known", "known")["known"]) == (1, 1)
    assert graph(folder, "--known", "known", "--known-top", "2")["known"] == 3
    (folder / "known").write_text("d\r\nd\n\n", encoding="utf-8")
    assert graph(folder, "--known", "known")["known"] == 1


def test_columns_and_formats_are_stated(folder: Path) -> None:
    (folder / "x.txt").write_text(
        '"from, in";to\n'.replace(";", ",") + "".join(f"{text},{skill}\n" for text, skill in EDGES), encoding="utf-8"
    )
    assert graph(folder, "--format", "csv", "--columns", '"from, in",to', file="x.txt")["learned"] == 0.5
    assert graph(folder, "--columns", "skill, text")["skills"] == 3


def test_a_curriculum_is_written(folder: Path) -> None:
    graph(folder, "--curriculum", "order.csv")
    with (folder / "order.csv").open(encoding="utf-8", newline="") as file:
        assert [*csv.reader(file)] == [["text", "skill", "round", "words"], ["t", "a", "1", "a"], ["u", "b", "2", "a b"]]
    graph(folder, "--curriculum", "order.tsv", "--known", "known")
    assert (folder / "order.tsv").read_text(encoding="utf-8").splitlines()[-1] == '"c"\t"b c d"'


def test_residue_and_graph_are_written(folder: Path) -> None:
    graph(folder, "--residue", "left.json.gz", "--save", "same.mtx")
    assert da.Graph.read(folder / "left.json.gz").to_edges() == [("v", "c"), ("v", "d")]
    assert da.Graph.read(folder / "same.mtx").edges == 6


@pytest.mark.parametrize("ending", ["csv", "svg", "pdf", "png"])
def test_a_curve_is_written_and_its_emergence_said(ending: str, folder: Path) -> None:
    found = graph(folder, "--curve", f"curve.{ending}", "--rewire", "1")["emergence"]
    assert (found["graph"]["known"], found["graph"]["past"]) == (3, 1)
    assert len(found["rewired"]) == 1
    assert (folder / f"curve.{ending}").stat().st_size > 20


def test_gifts_are_found(folder: Path) -> None:
    assert graph(folder, "--gifts", "2")["gifts"]["gifts"] == [{"skill": "c", "releases": 1, "after": 4}]
    assert graph(folder, "--gifts", "1", "--known", "known")["gifts"]["gifts"] == []


def test_erasures_are_those_of_the_function_and_go_on_where_they_stopped(folder: Path) -> None:
    options = ("--unknown", "0.5", "--punctured", "c, d", "--workers", "1", "--seed", "3", "--rewire", "0")
    found = graph(folder, *options, "--replicates", "20", "--output", "draws.csv")["erasures"]
    direct = erasures(da.Graph.from_edges(EDGES), unknown="0.5", punctured=["c", "d"], replicates=20, seed=3, workers=1).to_dict()
    times = ("seconds", "edges_per_second")
    assert {key: value for key, value in found.items() if key not in times} == {key: direct[key] for key in direct if key not in times}
    assert found["decoded"]["mean"] == 0
    rows = (folder / "draws.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 21
    graph(folder, *options[:-4], "--replicates", "25", "--output", "draws.csv")
    assert (folder / "draws.csv").read_text(encoding="utf-8").splitlines()[:21] == rows
    assert len((folder / "draws.csv").read_text(encoding="utf-8").splitlines()) == 26


def test_classes_are_found_again_and_points_written(folder: Path) -> None:
    drawn = da.planted(600, 3, da.Poisson(3), mixing="0.1")
    drawn.graph.write(folder / "p.csv")
    of_skill = {str(skill): drawn.classes[skill - 1] for _, skill in drawn.graph.to_edges()}
    lines = "".join(f"{skill},{'old' if number else 'new'}\n" for skill, number in of_skill.items())
    (folder / "classes.csv").write_text(f"skill,class\n{lines}", encoding="utf-8")
    options = ("--rewire", "0", "--seed", "3")
    found = graph(folder, *options, "--classes", "classes.csv", "--embedding", "points.csv", file="p.csv")["association"]
    direct = da.embed(da.learn(da.Graph.read(folder / "p.csv"))).agreement(of_skill, seed=3).to_dict()
    assert found == json.loads(json.dumps(direct))
    assert found["agreement"] > 0.9
    points = (folder / "points.csv").read_text(encoding="utf-8").splitlines()
    assert (points[0], len(points) - 1) == ('"skill","x1","x2"', round(found["placed"] * found["skills"]))
    assert "agreement" not in graph(folder, *options, "--embedding", "points.csv", file="p.csv")["association"]
    assert "written: points.csv" in run_here("graph", "p.csv", *options, "--embedding", "points.csv", folder=folder)[1]


def test_names_with_commas_stand_in_quotes(folder: Path) -> None:
    da.Graph.from_edges([("t", "a, b"), ("t", 'c"'), ("u", "d")]).write(folder / "x.csv")
    options = ("--unknown", "1", "--replicates", "2", "--workers", "1", "--rewire", "0")
    assert graph(folder, *options, "--punctured", '"a, b", "c""",d', file="x.csv")["erasures"]["decoded"]["mean"] == 0


BAD = [
    ("nowhere.csv", "the file nowhere.csv must be one that can be read: No such file or directory"),
    ("paper", "the file paper must end with one of .alist .mtx .npz .csv .tsv .parquet .jsonl .json .graphml, perhaps with .gz"),
    ("e.csv --format pdf", "--format must be one of alist, mtx, npz, csv, tsv, parquet, jsonl, hif, graphml, got 'pdf'"),
    ("e.csv --columns text", "--columns must name two columns, of texts and of skills, as text,skill, got 'text'"),
    ("e.csv --columns text,text", "--columns must name two columns"),
    ("e.csv --columns text,skill,x", "--columns must name two columns"),
    ("e.csv --columns '\"text,skill'", "--columns must be names separated by commas"),
    ("e.csv --columns text,word", "must have the columns text and word, once each, got 'text, skill'"),
    ("e.csv --learner 0-skill", "--learner: the s of an s-skill learner must be a whole number from 1 to 50, got '0'"),
    ("e.csv --learner success:exp(-a*x)", "--learner must have every letter bound; a is free"),
    ("e.csv --known nowhere", "--known: the file nowhere must be one that can be read"),
    ("e.csv --known .", "--known: the file"),
    ("e.csv --known empty", "--known: the file empty must have a name on at least one line"),
    (
        "e.csv --known binary",
        "--known: the file binary must be text in UTF-8, which has no byte 0xff as there is at 1; convert it to UTF-8\n",
    ),
    ("e.csv --known strangers", "--known must name skills of the graph, got 'z'"),
    ("e.csv --known-top -1", "--known-top must be a whole number from 0"),
    ("e.csv --known-top 5", "--known-top must be a whole number from 0 to 4, got '5'"),
    ("e.csv --rewire -1", "--rewire must be a whole number from 0 to 1000, got '-1'"),
    ("e.csv --rewire 1001", "--rewire must be a whole number from 0 to 1000"),
    ("e.csv --gifts 0", "--gifts must be a whole number from 1"),
    ("e.csv --gifts 5", "--gifts must be a whole number from 1 to 4, got '5'"),
    ("e.csv --seed -1", "--seed must be a whole number from 0"),
    ("e.csv --unknown 2", "--unknown must lie in [0, 1], got '2'"),
    ("e.csv --unknown p", "--unknown"),
    ("e.csv --unknown 0.5 --replicates 0", "--replicates must be a whole number from 1"),
    ("e.csv --unknown 0.5 --workers 0", "--workers must be a whole number from 1"),
    ("e.csv --unknown 0.5 --punctured z", "--punctured must name skills of the graph, got 'z'"),
    ("e.csv --unknown 0.5 --punctured a,,b", "--punctured must name skills of the graph, got ''"),
    ("e.csv --unknown 0.5 --punctured ''", "--punctured must be names separated by commas"),
    ("e.csv --unknown 0.5 --punctured d --known known", "--known must not name what is punctured, got 'd'"),
    ("e.csv --punctured a", "--punctured needs --unknown, the probability of an erasure, got 'a'"),
    ("e.csv --replicates 3", "--replicates needs --unknown"),
    ("e.csv --output o.csv", "--output needs --unknown"),
    ("e.csv --workers 1", "--workers needs --unknown"),
    ("e.csv --curriculum out.pdf", "--curriculum: the curriculum's file must end in .csv (a table) or .tsv (a deck), got 'out.pdf'"),
    ("e.csv --curriculum no/out.csv", "--curriculum must be a file in a folder that can be written, got 'no/out.csv'"),
    ("e.csv --curriculum folder.csv", "--curriculum must be a file in a folder that can be written, got 'folder.csv'"),
    ("e.csv --curriculum e.csv/out.csv", "--curriculum must be a file in a folder"),
    ("e.csv --curve curve.tex", "--curve must end in .svg, .pdf, .png or .csv, got 'curve.tex'"),
    ("e.csv --curve no/curve.svg", "--curve must be a file in a folder"),
    ("e.csv --classes nowhere.csv", "--classes: the file nowhere.csv must be one that can be read"),
    ("e.csv --classes e.csv", "--classes: the file e.csv must have the columns skill and class, once each, got 'text, skill'"),
    ("e.csv --classes twice", "--classes: a skill must have one class, got 'a'"),
    ("e.csv --classes alike", "--classes must name from 2 to 101 classes, got '1'"),
    ("e.csv --classes foreign", "--classes must name skills of the graph, got 'z'"),
    ("e.csv --classes without", "--classes: the file without, line 3, must name a skill and a class, got 'b, '"),
    ("e.csv --embedding points.txt", "--embedding: the embedding's file must end in .csv, got 'points.txt'"),
    ("e.csv --embedding no/points.csv", "--embedding must be a file in a folder that can be written, got 'no/points.csv'"),
    ("e.csv --embedding e.csv", "--embedding must not be a file that is read"),
    ("e.csv --residue left.txt", "--residue: the file left.txt must end with one of .alist"),
    ("e.csv --residue no/left.csv", "--residue must be a file in a folder"),
    ("all.csv --residue left.csv", "--residue has nothing to write: everything is learned, got 'left.csv'"),
    ("e.csv --save graph.parquet.gz", "--save: the file graph.parquet.gz must not be packed by gzip; Parquet is packed in itself"),
    ("e.csv --save e.csv", "--save must not be a file that is read, got 'e.csv'"),
    ("e.csv --curriculum link.csv", "--curriculum must not be a file that is read, got 'link.csv'"),
    ("e.csv --save x.csv --residue x.csv", "--save must be another file than --residue, got 'x.csv'"),
    ("e.csv --save x.csv --curve ./x.csv", "--save must be another file than --curve"),
    ("e.csv --unknown 0.5 --output all.csv", "--output must name a new file or one of this tool's, got 'all.csv'"),
    ("e.csv --unknown 0.5 --output no/o.csv", "--output must be a file in a folder"),
    ("e.csv --report e.csv", "--report must be a folder that can be written, got 'e.csv'"),
    ("e.csv --report e.csv/in", "--report must be a folder that can be written"),
]
"""What is typed, and what is said of it."""


@pytest.mark.parametrize(("line", "said"), BAD, ids=[line for line, _ in BAD])
def test_wrong_input_is_one_line_and_said_before_the_work(line: str, said: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(*arguments: object, **options: object) -> None:
        raise AssertionError("that is too late")

    tables = {"twice": "a,x\na,y", "alike": "a,x\nb,x", "foreign": "a,x\nz,y", "without": "a,x\nb,"}
    classes = ((name, f"skill,class\n{rows}\n".encode()) for name, rows in tables.items())
    for name, content in (("empty", b""), ("binary", b"d\xff\n"), ("strangers", b"a\nz\n"), *classes):
        (folder / name).write_bytes(content)
    (folder / "folder.csv").mkdir()
    (folder / "link.csv").symlink_to("e.csv")
    before = sorted(folder.iterdir())
    monkeypatch.setattr("deanalysis.present.validation.graphs.compare_learned", work)
    done = run_here("graph", *shlex.split(line), folder=folder)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("deanalysis: " + said) or said in done.stderr
    assert sorted(folder.iterdir()) == before


def test_no_graph_of_hostile_names_moves_a_terminal_or_breaks_a_line_of_json(folder: Path) -> None:
    da.Graph.from_edges([("t", name) for name in HOSTILE] + [("u", name) for name in HOSTILE[1:]]).write(folder / "x.csv")
    told = run_here("graph", "x.csv", "--gifts", "9", "--rewire", "0", folder=folder)
    assert told.returncode == 0
    assert all(mark.isprintable() or mark == "\n" for mark in told.stdout), told.stdout
    assert "[U+000A]" in told.stdout
    found = graph(folder, "--gifts", "10", "--rewire", "0", file="x.csv")["gifts"]["gifts"]
    assert {gift["skill"] for gift in found} <= set(HOSTILE)


def test_a_name_of_many_characters_fills_no_terminal(folder: Path) -> None:
    da.Graph.from_edges([("t", "x" * 10**5), ("t", "y")]).write(folder / "x.csv")
    told = run_here("graph", "x.csv", "--gifts", "1", "--rewire", "0", folder=folder)
    assert told.returncode == 0
    assert len(told.stdout) < 3000
    assert graph(folder, "--gifts", "1", "--rewire", "0", file="x.csv")["gifts"]["gifts"][0]["skill"] == "x" * 10**5


def test_an_error_moves_no_terminal(folder: Path) -> None:
    for arguments in (
        ["\x1b[2J.csv"],
        ["e.csv", "--save", "\x1b[2J"],
        ["e.csv", "--known", "\x1b[2J\u202e"],
        ["e.csv", "--columns", "\x9b1m"],
    ):
        done = run_here("graph", *arguments, folder=folder)
        assert done.returncode == 2
        assert done.stderr[:-1].isprintable()


def test_a_terminal_that_lacks_characters_shows_their_numbers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    da.Graph.from_edges([("t", "Bär中"), ("t", "b")]).write(folder / "x.csv")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = run("graph", "x.csv", "--gifts", "1", "--rewire", "0", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u4e2d" in done.stdout


@pytest.mark.parametrize("file", ["all.csv", "none.csv"])
def test_where_all_or_nothing_is_learned_there_is_no_nan(file: str, folder: Path) -> None:
    more = ("--unknown", "1", "--replicates", "1", "--workers", "1", "--gifts", "1", "--curve", "curve.csv", "--known-top", "0")
    found = graph(folder, *more, "--curriculum", "order.csv", file=file)
    assert found["learned"] == (file == "all.csv")
    assert found["erasures"]["decoded"]["mean"] == (file == "all.csv")
    assert graph(folder, "--known-top", str(found["skills"]), file=file)["learned"] == 1


@pytest.mark.parametrize("learner", ["2-skill", "3-skill"])
def test_where_each_text_is_learned_at_once_theory_has_its_digits(learner: str, folder: Path) -> None:
    found = graph(folder, "--learner", learner, file="all.csv")
    assert (found["learned"], found["theory"]["learned"], found["theory"]["understood"], found["theory"]["status"]) == (1, 1, 1, "proved")
    evolved = output("evolve", "all.csv", "--learner", learner, folder=folder)
    assert (evolved["training_error"], evolved["zeta"], evolved["status"]) == (0, 0, "proved")


MODELS = {
    "derive e.csv": lambda found: found["equation"]["text"].startswith("q = "),
    "evolve e.csv": lambda found: 0 < found["zeta"] < 1,
    "threshold e.csv --unknown eps": lambda found: found["parameter"] == "eps",
    "require e.csv --unknown eps --testing-error 0.1": lambda found: 0 < found["value"] < 1,
    "percolation e.csv": lambda found: 0 <= found["giant_component"] < 1,
    "scaling e.csv --unknown eps": lambda found: found,
    "compress e.csv --size 1000 --lossless-bits 30": lambda found: 0 < found["understood"] < 1,
    "classes e.csv": lambda found: found["q"].keys() == {"skills"},
    "simulate e.csv --size 1000 --replicates 2 --workers 1": lambda found: found["skills"] == 1000,
    "validate e.csv --size 1000 --replicates 3 --workers 1": lambda found: found["verdict"] in ("agrees", "undecided", "disagrees"),
    "phase e.csv --skills poisson(c) --unknown eps --x c=1:2 --y eps=0.9:1": lambda found: "lines" in found,
}


@pytest.mark.parametrize("line", MODELS)
def test_a_graph_file_is_a_model(line: str, folder: Path) -> None:
    assert MODELS[line](output(*line.split(), folder=folder))


def test_a_graph_as_a_model_is_its_two_degree_laws(folder: Path) -> None:
    laws = ("--texts", "polynomial(x/3 + x^2/3 + x^3/3)", "--skills", "polynomial(x/2 + x^2/2)")
    assert output("evolve", "e.csv", folder=folder) == output("evolve", *laws)
    found = graph(folder, "--rewire", "0")["density_evolution"]
    assert found["learned"] == pytest.approx(1 - output("evolve", *laws)["zeta"], abs=1e-12)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("threshold e.csv", "--parameter must name the letter to solve for; no letter is free"),
        ("evolve bad.csv", "the file bad.csv must have the columns text and skill, once each, got 'a, b'; name the two"),
        ("evolve empty.csv", "the file empty.csv must not be empty"),
        ("evolve cut.csv.gz", "the file cut.csv.gz must be"),
        ("evolve folder.csv", "the file folder.csv must be a file, no folder and no device"),
        ("evolve gone.mtx", "the file gone.mtx must be one that can be read: No such file or directory"),
    ],
)
def test_a_graph_file_that_is_no_model_is_one_line(line: str, said: str, folder: Path) -> None:
    (folder / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (folder / "empty.csv").touch()
    (folder / "cut.csv.gz").write_bytes(b"\x1f\x8b\x08")
    (folder / "folder.csv").mkdir()
    done = run_here(*line.split(), folder=folder)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr


def test_an_interrupt_keeps_finished_draws(folder: Path) -> None:
    options = ("--unknown", "0.5", "--workers", "1", "--seed", "3", "--rewire", "0", "--output", "draws.csv")
    command = [sys.executable, "-m", "deanalysis", "graph", "e.csv", *options, "--replicates", "1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        while process.poll() is None and not ((folder / "draws.csv").exists() and (folder / "draws.csv").stat().st_size > 1000):
            pass
        process.send_signal(signal.SIGINT)
        told, said = process.communicate(timeout=60)
    assert (process.returncode, told, said) == (130, "", "deanalysis: interrupted; rows already written are kept\n")
    rows = len((folder / "draws.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert graph(folder, *options, "--replicates", str(rows))["erasures"]["replicates"] == rows


def test_who_reads_no_further_ends_it_in_silence(folder: Path) -> None:
    command = [sys.executable, "-m", "deanalysis", "graph", "e.csv", "--rewire", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(60) == 1
