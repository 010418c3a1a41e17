"""An error names what the user wrote: arguments where a function was called, options where a command was typed."""

import ast
import pickle
from pathlib import Path

import pytest
from command_line import run_here

import deanalysis as da
from deanalysis import InputError

LIBRARY = [
    path
    for room in ("symbolic", "model", "balls", "theory", "simulate", "coder", "present")
    for path in Path(da.__file__).parent.glob(f"{room}/**/*.py")
]


def _raised(path: Path) -> list[ast.Call]:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return [call for call in calls if getattr(call.func, "id", "") == "InputError"]


def test_no_function_speaks_of_options() -> None:
    calls = [(path.name, call) for path in LIBRARY for call in _raised(path)]
    assert len(calls) > 150
    said = [(name, text.value) for name, call in calls for text in ast.walk(call) if isinstance(text, ast.Constant)]
    assert [(name, text) for name, text in said if (isinstance(text, str) and text.startswith("--")) or " --" in str(text)] == []


def test_travels_between_processes_and_is_said_there_as_an_option() -> None:
    error = pickle.loads(pickle.dumps(InputError("skills:", "must be small, unlike `rounds`", given="`rounds`", remedy="see `unheard`")))
    assert str(error) == "skills: must be small, unlike `rounds`, got '`rounds`'; see `unheard`"
    said = error.spoken({"skills": "--size", "rounds": "--rounds"})
    assert str(said) == "--size: must be small, unlike --rounds, got '`rounds`'; see `unheard`"
    assert str(said.spoken({"size": "--wrong"})) == str(said)


def test_names_the_argument() -> None:
    evolution = da.DensityEvolution(da.Ensemble(da.Poisson(3), da.Poisson(3 * da.R)), da.SkillLearner(1))
    for words, call in (
        ("digits must be", lambda: evolution.fixed_point(R=2, digits=0)),
        ("skills must be", lambda: da.simulate(evolution.ensemble.at(R=2), da.SkillLearner(1), skills=0)),
        ("kind must be", lambda: evolution.thresholds(da.R, kind="none")),
        ("or both `texts` and `skills`", lambda: da.load_model(texts="poisson(3)")),
    ):
        with pytest.raises(InputError, match=words):
            call()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("evolve paper --set c=5 --set R=2 --digits 0", "--digits must be"),
        ("simulate paper --set c=5 --set R=2 --size 0", "--size must be"),
        ("simulate paper --set c=5 --set R=2 --size 10 --one-pass --rounds 3", "--rounds must not be given with --one-pass or --passes"),
        ("compress paper --set c=5 --set R=3 --size 100 --coder 0", "--coder must be"),
        ("optimize irsa(x^3) --side skills --degrees 2:4 --least 9=0.1", "--least 9 must bound one of the degrees allowed"),
        ("optimize irsa(x^3) --side skills --degrees 1:4", "give --until"),
        ("threshold --texts poison(3)", "give a preset, a TOML file, or both --texts and --skills"),
        ("threshold --texts poison(3) --skills poisson(2)", "--texts knows no law 'poison'"),
        ("threshold paper --parameter k", "--parameter names no letter 'k'"),
    ],
)  # fmt: skip
def test_names_the_option(arguments: str, words: str) -> None:
    done = run_here(*arguments.split())
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
