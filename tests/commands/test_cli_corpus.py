"""The command about plain text, as a person or a program meets it."""

import gzip
from pathlib import Path

import pytest
from command_line import output, run_here

import deanalysis as da

STORY = "Der Bär. Der Bär schläft. Im Winter schläft der Bär.\n\nDer Wald ist still.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "old.txt").write_text(STORY, encoding="latin-1")
    return tmp_path


def test_corpus_answers_as_a_graph_does(folder: Path) -> None:
    found = output("corpus", "story.txt", "--known-top", "1", "--rewire", "2", "--save", "story.csv", folder=folder)
    assert (found["texts"], found["skills"], found["edges"], found["known"]) == (4, 8, 14, 1)
    assert found["learned"] == 3 / 8
    assert output("graph", "story.csv", "--known-top", "1", "--rewire", "2", folder=folder) == found
    assert da.Graph.read(folder / "story.csv").skills_of("story.txt:3") == ["im", "winter", "schläft", "der", "bär"]


def test_options_decide_what_is_a_text_and_a_word(folder: Path) -> None:
    lines = output("corpus", "old.txt", "--unit", "line", "--encoding", "latin-1", "--min-count", "2", "--rewire", "0", folder=folder)
    assert (lines["texts"], lines["skills"]) == (2, 1)
    (folder / "more").mkdir()
    (folder / "more" / "packed.gz").write_bytes(gzip.compress(STORY.encode()))
    assert output("corpus", "story.txt", "more", "--rewire", "0", folder=folder)["texts"] == 8


def test_binary_files_of_a_folder_are_left_out_and_said(folder: Path) -> None:
    (folder / "old.txt").write_bytes(b"\0")
    done = run_here("corpus", ".", "--rewire", "0", "--json", folder=folder)
    assert (done.returncode, done.stderr) == (0, "binary, so left out: 1 of 2 files, the first is old.txt\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "files must name at least one file or folder, and none may be empty"),
        ("nowhere", "the file nowhere must be one that can be read: No such file or directory"),
        (
            "story.txt old.txt",
            "--encoding must be that of all files: byte 5 (0xe4) of old.txt is not utf-8; for Western texts try latin-1 or cp1252",
        ),
        ("story.txt --unit word", "--unit must be sentence or line, got 'word'"),
        ("story.txt --min-count 0", "--min-count must be a whole number from 1 to 2147483647, got '0'"),
        ("story.txt --min-count 9", "--min-count must leave at least one word, got '9'"),
        ("story.txt --encoding klingon", "--encoding must be one that Python knows, such as utf-8, latin-1 or cp1252, got 'klingon'"),
        ("binary", "the file binary must be text, and holds a zero byte; state its --encoding if it is UTF-16 or UTF-32"),
        ("story.txt .", "files must name each file once, also by its folder, got 'story.txt'"),
    ],
)
def test_wrong_input_is_said_in_one_line(line: str, said: str, folder: Path) -> None:
    (folder / "binary").write_bytes(b"\0\1")
    done = run_here("corpus", *line.split(), folder=folder)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"deanalysis: {said}\n")
