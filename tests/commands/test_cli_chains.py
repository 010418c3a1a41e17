"""Chains, fuse filters and protographs in the shell."""

import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from command_line import output, run_here

FILES = {
    "base.txt": "1 2 0\n1 1 1\n",
    "spread.txt": "1 1\n\n1 1\n",
    "chain.toml": '[texts]\ndegrees = "poisson(c)"\n[skills]\ndegrees = "poisson(c*R)"\n[chain]\ntopics = 5\nwindow = 2\n',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    return tmp_path


REFUSED = {
    "phase": "--x R=0:1 --y c=1:2",
    "require": "--zeta 0.1",
    "optimize": "--side texts --degrees 2:3",
    "percolation": "",
    "scaling": "",
    "compress": "--size 100",
    "classes": "",
}


@pytest.mark.parametrize("model", ["chain(paper, 5, 2)", "fuse(3, 5)", "protograph(base.txt)", "chain.toml"])
@pytest.mark.parametrize("command", REFUSED)
def test_commands_of_one_topic_refuse_chains(command: str, model: str, folder: Path) -> None:
    done = run_here(command, model, *shlex.split(REFUSED[command]), folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"deanalysis: MODEL must have one topic here, and be no protograph, got '{model}'; ")
    assert done.stderr.count("\n") == 1
    assert {path.name for path in folder.iterdir()} == set(FILES)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("evolve paper --ends ring", "--ends does not go with paper, got 'ring'"),
        ("evolve chain.toml --coupling no", "--coupling must be uniform or spread, got 'no'"),
        ("evolve chain.toml --known 2", "--known goes with a ring, got '2'"),
        ("evolve chain.toml --ends ring --known 6", "--known must be a whole number from 0 to 5, got '6'"),
        ("evolve chain.toml --ends ring --known k", "--known must be a whole number from 0 to 5, got 'k'"),
        ("evolve chain.toml --punctured 1", "--punctured goes with a protograph"),
        ("evolve protograph(base.txt) --punctured 4", "--punctured must be a whole number from 1 to 3, got '4'"),
        ("evolve protograph(base.txt) --punctured 1,a", "--punctured must be a number, got 'a'"),
        ("evolve protograph(base.txt) --texts poisson(2)", "--texts must not be given with a protograph"),
        ("evolve protograph(spread.txt)", "must be a file of one matrix, got '2 matrices'; write chain(protograph(FILE), L, W)"),
        ("evolve 'chain(protograph(spread.txt), 5, 3)'", "the window must be that of the edge spreading, which has 2 matrices, got '3'"),
        ("evolve 'chain(chain.toml, 5, 3)'", "must have a model of one class, or a protograph, got 'chain.toml'"),
        (
            "compress paper --size 1000 --set c=5 --set R=3 --lossless-bits 9 --erasure 0.1 --channel fuse(3,4)",
            "--channel must have one topic",
        ),
        ("report base.csv --coupling spread", "--coupling is for models; a graph has its own degrees"),
        ("report paper --known 3", "--known does not go with paper"),
    ],
)
def test_what_is_wrong_is_said_by_its_option(line: str, said: str, folder: Path) -> None:
    done = run_here(*shlex.split(line), folder=folder)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr


def test_presets_list_chains_with_their_letters() -> None:
    listed = {preset["form"]: preset["letters"] for preset in output("presets")["presets"]}
    assert listed["chain(paper, 50, 3)"] == ["c", "R"]
    assert listed["fuse(3, 100)"] == ["d"]
    assert listed["protograph(FILE)"] == ["eps"]
    assert json.loads(run_here("presets", "--json").stdout)["presets"][0]["form"] == "paper"


def test_a_chain_is_simulated_and_told_by_topic(folder: Path) -> None:
    line = [
        "simulate",
        "chain.toml",
        "--set",
        "c=5",
        "--set",
        "R=1.2",
        "--size",
        "100",
        "--seed",
        "1",
        "--workers",
        "1",
        "--replicates",
        "3",
    ]
    content = output(*line, folder=folder)
    assert (content["skills"], content["texts"], len(content["topics"])) == (500, 720, 5)
    assert sum(topic["mean"] for topic in content["topics"]) / 5 == pytest.approx(content["zeta"]["mean"])
    told = run_here(*line, folder=folder).stdout
    assert [row.split()[0] for row in told.split("topic")[1].splitlines()[2:7]] == ["1", "2", "3", "4", "5"]


def test_a_long_chain_is_told_in_few_rows() -> None:
    line = ["simulate", "fuse(3, 70)", "--set", "d=1/2", "--size", "10", "--seed", "1", "--workers", "1", "--replicates", "2"]
    told = run_here(*line).stdout
    assert "... and 10 more topics, which --json has\n" in told
    assert " 60 " in told
    assert " 61 " not in told
    assert len(output(*line)["topics"]) == 70


def test_a_large_protograph_is_told_in_few_rows(folder: Path) -> None:
    (folder / "large.txt").write_text(" ".join("1" * 80))
    told = run_here("simulate", "protograph(large.txt)", "--set", "eps=1/2", "--size", "2", "--workers", "1", "--seed", "1", folder=folder)
    assert "zeta:v50 " in told.stdout
    assert "zeta:v60 " not in told.stdout
    assert "more quantities, which --json has\n" in told.stdout


def test_a_ring_and_a_punctured_protograph_are_simulated_as_options_say(folder: Path) -> None:
    size = ["--size", "2000", "--seed", "1", "--workers", "1", "--replicates", "3"]
    ring = output("simulate", "chain.toml", "--ends", "ring", "--known", "2", "--set", "c=5", "--set", "R=1.2", *size, folder=folder)
    assert [topic["mean"] > 0 for topic in ring["topics"]] == [False, False, True, True, True]
    code = output("simulate", "protograph(base.txt)", "--punctured", "2,3", "--set", "eps=0.1", *size, folder=folder)
    assert code["zeta:v1"]["mean"] <= 0.11 < code["zeta:v3"]["mean"]


def learned_by_round(c: float, ratio: float, topics: int, window: int, rounds: int) -> list[np.ndarray]:
    """Iterate the equations of a uniform chain of the paper's model, with a sum over the window."""
    share, q = np.ones(window) / window, np.ones(topics)
    states = [q]
    for _ in range(rounds):
        q = np.exp(-c * ratio * np.convolve(np.exp(-c * np.convolve(q, share)), share, "valid"))
        states.append(q)
    return states


def test_a_chain_evolves_by_topic_and_by_round() -> None:
    line = ["evolve", "chain(paper, 5, 2)", "--set", "c=5", "--set", "R=0.9"]
    content = output(*line, "--rounds", "3")
    expected = learned_by_round(5, 0.9, 5, 2, 5000)
    assert [float(zeta) for zeta in content["zeta"]] == pytest.approx(expected[-1], rel=1e-10)
    assert content["status"] == "proved"
    assert np.allclose(content["trajectory"], expected[:4], rtol=1e-12)
    told = run_here(*line, "--sweep", "R=0.9:1.1:2").stdout
    assert [row.split()[0] for row in told.splitlines() if row.endswith("proved ")] == ["0.9", "1.1"]


def test_a_chain_is_derived_for_a_topic_t() -> None:
    content = output("derive", "chain(paper, 50, 3)")
    assert content["equations"][0]["text"] == "q[t] = exp(-R*c*Sum(exp(-c*Sum(q[j - k + t], (k, 0, 2))/3), (j, 0, 2))/3)"
    assert content["ends"] == "topics t < 1 are known: q = 0; topics t > 50 are known: q = 0"
    assert {name: list(content[name]) for name in ("zeta", "training_error")} == {"zeta": ["skills"], "training_error": ["texts"]}
    assert r"\sum_{j=0}^{2}" in run_here("derive", "chain(paper, 50, 3)", "--format", "latex").stdout


def test_thresholds_of_a_chain_say_what_its_ends_cost() -> None:
    (jump,) = output("threshold", "chain(paper, 8, 3)", "--set", "c=5", "--digits", "10")["thresholds"]
    assert jump["status"] == "proved"
    assert float(jump["value"]) == pytest.approx(0.975397, abs=1e-6)
    assert float(jump["with_ends"]) == pytest.approx(float(jump["value"]) * 10 / 8, rel=1e-9)


@pytest.mark.parametrize("command", ["evolve chain.toml --method mpmath", "evolve chain.toml --passes 2", "derive chain.toml --format c"])
def test_what_goes_with_one_topic_alone(command: str, folder: Path) -> None:
    done = run_here(*command.split(), folder=folder)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "chain of topics or a protograph" in done.stderr


def test_validation_of_a_chain_tells_the_topics_that_differ_most(folder: Path) -> None:
    line = ["validate", "chain.toml", "--set", "c=3", "--set", "R=0.5", "--size", "20000", "--replicates", "12", "--seed", "3"]
    done = run_here(*line, folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("agrees: ")
    assert "9 rows are left out" in done.stdout
    z = output(*line, folder=folder)["points"][0]["z"]
    worst = max((f"zeta:{topic}" for topic in range(1, 6)), key=lambda name: abs(z[name]))
    shown = [row.split()[2] for row in done.stdout.splitlines() if row.startswith(" c=3")]
    assert [name for name in shown if name.startswith("zeta")] == ["zeta", worst]
    assert run_here(*line, "--theory-factor", "1.03", folder=folder).returncode == 1


def test_rounds_are_drawn_and_written(folder: Path) -> None:
    line = "evolve chain.toml --set c=5 --set R=0.9 --rounds 3 -o"
    for name in ("wave.svg", "wave.csv"):
        assert run_here(*line.split(), name, folder=folder).returncode == 0
    header, first, *_ = (folder / "wave.csv").read_text().splitlines()
    assert header == "topic,round 0,round 1,round 2,round 3"
    expected = [1, *(state[0] for state in learned_by_round(5, 0.9, 5, 2, 3))]
    assert [float(value) for value in first.split(",")] == pytest.approx(expected, rel=1e-9)
    assert (folder / "wave.svg").read_text().startswith("<?xml")


def test_last_jumps_tend_to_the_potential_threshold(folder: Path) -> None:
    line = "threshold chain.toml --set c=5 --search 0.5:1.5 --digits 8 --topics 8,12 --windows 2,3 -o"
    content = output(*line.split(), "saturation.csv", folder=folder)
    assert [(chain["topics"], chain["window"]) for chain in content["chains"]] == [(8, 2), (12, 2), (8, 3), (12, 3)]
    assert float(content["chains"][2]["value"]) == pytest.approx(0.975397, abs=1e-6)
    assert float(content["potential"]) == 1
    rows = (folder / "saturation.csv").read_text().splitlines()
    assert (rows[0], len(rows)) == ("window,topics,R,with_ends", 5)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("evolve chain.toml --set c=5 --set R=1 -o wave.svg", "--output needs --rounds, and no --sweep, got 'wave.svg'"),
        ("evolve chain.toml --set c=5 --set R=1 --rounds 2 -o wave.txt", "--output must end in .svg, .pdf, .png or .csv, got 'wave.txt'"),
        ("evolve paper --set c=5 --set R=1 -o wave.svg", "--output goes with a chain of topics, got 'wave.svg'"),
        ("threshold paper --set c=5 --topics 8", "--topics goes with a chain of topics, got '8'"),
        ("threshold chain.toml --set c=5 --windows 2", "--windows goes with --topics, got '2'"),
        ("threshold chain.toml --set c=5 --topics 8,x", "--topics must be a whole number, got 'x'"),
        ("threshold chain.toml --set c=5 --topics 8 --kind cusp", "--kind must be all or emergence with --topics, got 'cusp'"),
        ("threshold chain.toml --topics 8 --set c=5 --method mpmath", "--method must be auto or balls"),
        ("report chain.toml", "report must be left with one free letter; free: R, c"),
    ],
)
def test_options_of_chains_are_checked(line: str, said: str, folder: Path) -> None:
    done = run_here(*line.split(), folder=folder)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr
    assert {path.name for path in folder.iterdir()} == set(FILES)


def test_texts_of_no_skills_are_always_understood(folder: Path) -> None:
    """A row of zeros changes nothing of the rest: a base matrix may have one, as it may have a column of zeros."""
    (folder / "row.txt").write_text("1 1 2\n0 0 0\n")
    (folder / "alone.txt").write_text("1 1 2\n")
    row, alone = (output("evolve", f"protograph({name}.txt)", "--set", "eps=0.4", "--json", folder=folder) for name in ("row", "alone"))
    assert row["zeta"] == alone["zeta"]
    assert (row["training_error"], row["testing_error"]) == ([*alone["training_error"], 0], [*alone["testing_error"], 0])
