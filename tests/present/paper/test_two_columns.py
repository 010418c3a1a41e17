"""Fragments of several models share one paper of two columns: nothing is defined twice, nothing is wider than a column."""

import re
from pathlib import Path

import pytest

from tests.command_line import LEVELS, run_here
from tests.system import compile_latex

ARTICLE = r"""\documentclass[twocolumn]{{article}}
\usepackage{{amsmath,booktabs,graphicx,pgfplots}}
\pgfplotsset{{compat=1.16}}
\begin{{document}}
{}
\end{{document}}
"""
IRREGULAR = "--skills", "edge(0.4*x + 0.3*x^3 + 0.3*x^8)", "--texts", "edge(0.3*x^5 + 0.7*x^6)", "--unknown", "eps"
MIXED = "--skills", "negative_binomial(3*R, 2)", "--texts", "mixture(0.68: poisson(0.501), 0.32: poisson(5.343))", "--learner", "2-skill"
LETTERS = "--texts", "poisson(m2)", "--skills", "poisson(mTwo)", "--set", "mTwo=3"
COMMANDS = {
    "code": ("derive", "ldpc(3,6)"),
    "aloha": ("derive", "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"),
    "paper": ("derive", "paper"),
    "paper at 5": ("derive", "paper", "--set", "c=5"),
    "paper at 3": ("derive", "paper", "--set", "c=3"),
    "irregular": ("derive", *IRREGULAR),
    "mixed": ("derive", *MIXED),
    "letters": ("derive", *LETTERS),
    "components": ("percolation", "paper", "--set", "c=1"),
    "component": ("percolation", "paper", "--set", "c=1.5", "--set", "R=2.5"),
    "along R": ("percolation", "paper", "--set", "c=1.5", "--sweep", "R=1:2:3"),
    "network": ("percolation", "hypergraph(2)", "--occupation", "1"),
    "laws": ("scaling", "paper", "--set", "c=5"),
    "levels": ("classes", "{folder}/levels.toml", "--set", "R=1/2"),
    "levels along R": ("classes", "{folder}/levels.toml", "--search", "0.2:2"),
}


@pytest.fixture(scope="module")
def fragments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("models")
    (folder / "levels.toml").write_text(LEVELS.replace("domain", "domain_knowledge"))
    done = {name: run_here(*(part.format(folder=folder) for part in command), "--format", "latex") for name, command in COMMANDS.items()}
    assert not [one.stderr for one in done.values() if one.returncode]
    return {name: one.stdout for name, one in done.items()}


def compiled(parts: list[str], folder: Path) -> str:
    path = folder / "paper.tex"
    path.write_text(ARTICLE.format("\n\n".join(parts)))
    return compile_latex(path)


@pytest.mark.parametrize(
    "names",
    [
        list(COMMANDS),
        ["code", "aloha"],
        ["paper at 5", "paper at 3"],
        ["components", "laws", "paper"],
        ["levels", "levels along R", "code"],
    ],
    ids=["all", "two models", "one model twice", "three commands", "several classes"],
)
def test_fragments_share_a_paper(names: list[str], fragments: dict[str, str], tmp_path: Path) -> None:
    log = compiled([fragments[name] for name in names], tmp_path)
    assert "Overfull \\hbox" not in log
    assert "Warning" not in log


def test_the_very_same_fragment_twice_compiles(fragments: dict[str, str], tmp_path: Path) -> None:
    """LaTeX says that its labels are there twice, and nothing else."""
    log = compiled([fragments["code"]] * 2, tmp_path)
    assert "Overfull \\hbox" not in log
    assert set(re.findall("LaTeX Warning: (Label|There were multiply)", log)) <= {"Label", "There were multiply"}


def test_a_wide_table_would_be_noticed(fragments: dict[str, str], tmp_path: Path) -> None:
    boxed = r"\\resizebox\{\\ifdim\\width>\\linewidth.*?\{!\}\{%\n(.*?\\end\{tabular\})\}"
    wide = re.sub(boxed, r"\1", fragments["aloha"], flags=re.DOTALL)
    assert wide != fragments["aloha"]
    assert "Overfull \\hbox" in compiled([wide], tmp_path)


def test_a_command_means_one_letter_in_all_of_them(fragments: dict[str, str]) -> None:
    meant: dict[str, str] = {}
    for fragment in fragments.values():
        for command, letter in re.findall(r"\\providecommand\{(\\letter\w+)\}\{(.*)\}", fragment):
            assert meant.setdefault(command, letter) == letter
    assert {r"\lettermTwo", r"\letterR", r"\lettereps"} <= set(meant)
    assert not any("\\newcommand" in fragment for fragment in fragments.values())


def test_labels_tell_models_apart(fragments: dict[str, str]) -> None:
    labels = [label for fragment in fragments.values() for label in re.findall(r"\\label\{(.*?)\}", fragment)]
    assert len(labels) == len(set(labels)) > 30


def test_what_older_encodings_print_otherwise_is_set_as_a_formula(fragments: dict[str, str]) -> None:
    captions = re.findall(r"\\caption\{(.*)\}", "\n".join(fragments.values()))
    assert any("$>$ 0" in caption for caption in captions)
    plain = [re.sub(r"\$.*?\$", "", caption) for caption in captions]
    assert not any(mark in caption for caption in plain for mark in "<>|")


def test_captions_say_what_was_typed(fragments: dict[str, str]) -> None:
    captions = {
        name: "".join(re.findall(r"\\caption\{(.*)\}", fragment)).replace("\\allowbreak{}", "") for name, fragment in fragments.items()
    }
    assert "paper, c=5" in captions["paper at 5"]
    assert "edge(0.4*x + 0.3*x\\textasciicircum{}3" in captions["irregular"]
