"""Every command, of random models and options, right and wrong: no traceback, no silence, and nothing called proved that is no number."""

import os
import shlex
from pathlib import Path

import pytest
from command_line import Done
from complaints import complaints, run_limited
from random_commands import command
from random_files import FILES, write_files

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""The exception that stops a command is lost where C calls back, as at a collection of garbage; it comes again."""

NUMBERS = range(int(os.environ.get("RANDOM_COMMANDS", "80")))
SECONDS = 3.0


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Done | None]:
    """Run all commands, each in a folder of its own; None is one that was stopped."""
    done = {}
    for number in NUMBERS:
        folder = tmp_path_factory.mktemp("command")
        write_files(folder)
        done[number] = run_limited(command(number), folder, SECONDS)
    return done


def test_no_command_ends_in_a_fault_or_in_silence(ran: dict[int, Done | None]) -> None:
    """A command that is stopped is none of these: on a terminal it shows that it works. But few may be."""
    found = {shlex.join(command(number)): list(complaints(command(number), done)) for number, done in ran.items() if done is not None}
    assert not {line: said for line, said in found.items() if said}
    assert len(found) > 0.85 * len(ran)


def test_commands_are_of_all_kinds_and_many_are_right(ran: dict[int, Done | None]) -> None:
    assert {command(number)[0] for number in NUMBERS} >= {
        "threshold",
        "evolve",
        "require",
        "percolation",
        "scaling",
        "classes",
        "simulate",
        "graph",
    }
    assert sum(done is not None and done.returncode == 0 for done in ran.values()) > len(ran) / 4


BROKEN = [
    (["derive"], Done(2, "", "")),
    (["derive"], Done(2, "", "deanalysis: one\ndeanalysis: two\n")),
    (["derive"], Done(2, "q = 1\n", "deanalysis: one\n")),
    (["derive"], Done(2, "", "deanalysis: internal error, please report this line: TypeError\n")),
    (["derive"], Done(0, "\n", "")),
    (["derive"], Done(0, "q = 1\n", "Warning: overflow\n")),
    (["derive"], Done(1, "q = 1\n", "")),
    (["evolve"], Done(0, "q nan\nstatus proved\n", "")),
    (["evolve", "--json"], Done(0, '{"q": NaN}', "")),
    (["evolve", "--json"], Done(0, '{"points": [{"q": "nan", "status": "proved"}]}', "")),
]


@pytest.mark.parametrize(("arguments", "done"), BROKEN)
def test_what_is_wrong_is_noticed(arguments: list[str], done: Done) -> None:
    assert list(complaints(arguments, done))


def test_the_same_number_is_the_same_command(tmp_path: Path) -> None:
    assert [command(number) for number in range(50)] == [command(number) for number in range(50)]
    assert {argument for number in range(300) for argument in command(number)} >= {"--json", "--learner", "levels.toml", "counts.csv"}
    write_files(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
