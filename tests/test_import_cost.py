"""What a command costs before it works: which files of the package, and which libraries, a fresh process has loaded when it ends."""

import json
import os
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from command_line import LEVELS, TIMEOUT

from deanalysis.cli import COMMANDS, cli

SOLVER = ("flint", "numba", "matplotlib", "scipy", "deanalysis.balls", "deanalysis.simulate", "deanalysis.coder", "deanalysis.present")
EXPERIMENT = ("numba", "matplotlib", "deanalysis.simulate", "deanalysis.coder", "deanalysis.present")
GRAPHS = ("deanalysis.graphs", "networkx", "pyarrow", "unicode_segmentation_rs")
MOST_FILES = 31
MUST_NOT_LOAD = {
    "--help": ("sympy", "deanalysis.model", *SOLVER),
    "derive paper": SOLVER,
    "derive paper --set c=5 --json": (*SOLVER, *GRAPHS),
    "derive --texts poisson(c) --skills polynomial(0.5x^2+0.5x^3) --learner 2-skill": SOLVER,
    "threshold paper --set c=5": (*EXPERIMENT, *GRAPHS),
    "threshold paper --parameter R": EXPERIMENT,
    "evolve paper --set c=5 --set R=2.6": EXPERIMENT,
    "evolve paper --set c=5 --sweep R=1:3:3": EXPERIMENT,
    "require paper --set c=2 --testing-error 0.01": EXPERIMENT,
    "percolation paper --set c=1 --set R=1.5": EXPERIMENT,
    "percolation paper --parameter R --set c=1": EXPERIMENT,
    "scaling paper --set c=5": EXPERIMENT,
    "compress paper --set c=5 --set R=3 --size 1000 --lossless-bits 100": EXPERIMENT,
    "phase paper --x c=7:8 --y R=0.01:0.02": EXPERIMENT,
    "classes levels.toml": EXPERIMENT,
    "fit curve.csv --x x --y y --model paper --guess 0 --no-compare": (*EXPERIMENT, "deanalysis.graphs.graph", "networkx", "pyarrow"),
    "presets": (*SOLVER, *GRAPHS),
    "evolve irsa(0.5*x^2+0.28*x^3+0.22*x^8) --set G=0.9": (*EXPERIMENT, "deanalysis.graphs.graph", "networkx", "pyarrow"),
    "graph edges.csv --rewire 0": ("matplotlib", "networkx", "pyarrow", "unicode_segmentation_rs", "deanalysis.coder"),
    "corpus story.txt --rewire 0": ("matplotlib", "networkx", "pyarrow", "deanalysis.coder"),
    "evolve edges.csv": ("matplotlib", "networkx", "pyarrow", "unicode_segmentation_rs", "deanalysis.coder", "deanalysis.present"),
}
"""What prints a list or a formula loads no solver; what prints a number loads no simulator, and nothing that draws."""

_SCRIPT = """
import io, json, sys
from contextlib import redirect_stdout
from deanalysis.cli import main
with redirect_stdout(io.StringIO()):
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, ended.code
print(json.dumps({name: bool(getattr(module, "__file__", None)) for name, module in sys.modules.items()}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files that commands read."""
    folder = tmp_path_factory.mktemp("model")
    for name, content in (("levels.toml", LEVELS), ("edges.csv", "text,skill\nt,a\nt,b\nu,a\n"), ("story.txt", "A bear sleeps.\n")):
        (folder / name).write_text(content)
    return folder


@cache
def loaded(command: str, folder: Path) -> dict[str, bool]:
    """Return the modules that a command has loaded, and whether each is a file."""
    environment = {name: value for name, value in os.environ.items() if name != "SYMPY_GROUND_TYPES"}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *shlex.split(command)],
        capture_output=True, text=True, timeout=TIMEOUT, check=True, cwd=folder, env=environment,
    )  # fmt: skip
    modules: dict[str, bool] = json.loads(done.stdout)
    return modules


@pytest.mark.parametrize("command", MUST_NOT_LOAD)
def test_a_command_loads_what_it_needs(command: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("model")
    curve = "x,y\n1,0.1\n2,0.3\n3,0.6\n4,0.7\n5,0.95\n"
    files = {"levels.toml": LEVELS, "edges.csv": "text,skill\nt,a\nt,b\nu,a\n", "story.txt": "A bear sleeps.\n", "curve.csv": curve}
    for name, content in files.items():
        (folder / name).write_text(content)
    modules = loaded(command, folder)
    assert sorted(set(MUST_NOT_LOAD[command]) & set(modules)) == []
    assert "deanalysis.commands" in modules


def test_a_formula_takes_few_files(folder: Path) -> None:
    modules = loaded("derive paper", folder)
    files = sorted(name for name, is_file in modules.items() if is_file and name.split(".")[0] == "deanalysis")
    assert len(files) <= MOST_FILES, files


@pytest.mark.parametrize(
    ("command", "library"),
    [
        ("threshold paper --set c=5", "flint"),
        ("threshold paper --set c=5", "deanalysis.balls"),
        ("simulate paper --set c=5 --set R=3 --size 100 --replicates 1 --workers 1", "numba"),
        ("percolation paper --set c=1 --sweep R=1:2:2 --output giant.svg", "matplotlib"),
    ],
)
def test_what_is_loaded_is_seen(command: str, library: str, folder: Path) -> None:
    assert library in loaded(command, folder)


def test_the_list_of_commands_says_what_each_says_first_of_itself() -> None:
    for name, sentence in COMMANDS.items():
        told = " ".join((cli.commands[name].help or "").split())
        assert sentence.endswith(".")
        assert told.startswith(sentence), name
