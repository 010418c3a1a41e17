"""Curricula, replayed with sets: each text has its novel skills at its turn and no others, and in the end all is learned that can be."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from system import collection

import deanalysis as da
from deanalysis.graphs.curricula import Curriculum, curriculum
from deanalysis.graphs.graph import Graph
from deanalysis.graphs.learning import learn

HARD = ["plain", "#hash", "a\tb", 'quo"te', "two\nlines", "<b>bold</b>", "back\rspace", "=1+1", "-x", "@y", "a, b", " blank ", "’ü"]


def replayed(graph: Graph, found: Curriculum, known: set[object], most: int) -> set[object]:
    """Learn from the steps in turn, each of which must have from 1 to `most` novel skills and teach them all; return what is known."""
    learned = set(known)
    for step in found.steps:
        novel = set(graph.skills_of(step.text)) - learned
        assert 1 <= len(novel) <= most
        assert novel == set(step.skills)
        assert len(step.skills) == len(novel)
        learned |= novel
    return learned


def drawn(seed: int, texts: int, skills: int, mean: float) -> Graph:
    rng = np.random.default_rng(seed)
    rows = [set(rng.integers(skills, size=1 + rng.poisson(mean)).tolist()) for _ in range(texts)]
    return Graph.from_edges((f"text {number}", skill) for number, row in enumerate(rows) for skill in row)


@pytest.mark.parametrize("s", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_each_text_has_its_novel_skills_at_its_turn(s: int, seed: int) -> None:
    graph = drawn(seed, 150, 200, (1.9, 5, 7)[s - 1])
    known = graph.skill_names[3::17]
    found = curriculum(graph, da.SkillLearner(s), known=known)
    learning = learn(graph, da.SkillLearner(s), known=known)
    learned = replayed(graph, found, set(known), s)
    assert learned == set(learning.learned_skills)
    assert found.skills == len(learned) - len(known) == sum(learning.cascade)
    assert (found.texts, found.rounds) == (len(found.steps), learning.rounds)
    left = [len(set(graph.skills_of(text)) - learned) for text in graph.text_names]
    assert found.blocked == {count: left.count(count) for count in sorted(set(left) - {0})}
    assert len(found.steps) > 5


@given(
    st.lists(st.sets(st.integers(0, 9), min_size=1, max_size=5), min_size=1, max_size=20),
    st.integers(1, 3),
    st.sets(st.integers(0, 9)),
    st.integers(0, 2),
)
@settings(max_examples=150)
def test_any_small_graph(rows: list[set[int]], s: int, known: set[int], top: int) -> None:
    graph = Graph.from_edges((number, skill) for number, row in enumerate(rows) for skill in sorted(row))
    there, top = known & set(graph.skill_names), min(top, graph.skills)
    learning = learn(graph, da.SkillLearner(s), known=there, known_top=top)
    before = {name for name, number in zip(graph.skill_names, learning.round_of.tolist(), strict=True) if number == 0}
    assert replayed(graph, curriculum(graph, da.SkillLearner(s), known=there, known_top=top), before, s) == set(learning.learned_skills)


def test_poisson_learners_teach_at_most_as_many_as_their_text_has_patience_for() -> None:
    graph, learner = drawn(7, 400, 200, 2.5), da.PoissonLearner("exp(-x/2)")
    known = graph.skill_names[::9]
    learning = learn(graph, learner, known=known, seed=5)
    found = curriculum(graph, learner, known=known, seed=5)
    assert replayed(graph, found, set(known), 99) == set(learning.learned_skills)
    patience = learning.setting.patience
    assert all(len(step.skills) <= patience[graph.number("text", step.text)] for step in found.steps)
    assert max(len(step.skills) for step in found.steps) > 1


@pytest.mark.parametrize("s", [1, 2])
def test_the_sentences_of_a_real_text_are_read_in_turn(s: int) -> None:
    graph = da.corpus(collection("/usr/share/dictd/foldoc.dict.dz"))
    learning, found = learn(graph, da.SkillLearner(s), known_top=100), curriculum(graph, da.SkillLearner(s), known_top=100)
    known = graph.named(learning.round_of == 0)
    assert len(known) == 100
    assert replayed(graph, found, set(known), s) == set(learning.learned_skills)
    assert all(step.words == graph.content(graph.number("text", step.text)) for step in found.steps[::100])


def test_rounds_are_in_order_and_texts_within_a_round_too() -> None:
    graph = drawn(3, 300, 200, 1.5)
    turns = [(step.round, graph.number("text", step.text)) for step in curriculum(graph).steps]
    assert turns == sorted(turns)
    assert len({text for _, text in turns}) == len(turns)
    assert turns[-1][0] > 2


def test_nothing_to_learn_is_an_empty_curriculum() -> None:
    graph = Graph.from_edges([("t", "a"), ("t", "b")])
    assert curriculum(graph) == Curriculum(0, 0, 0, {2: 1})
    assert curriculum(graph, known=["a", "b"]) == Curriculum(0, 0, 0, {})


def test_numbers_are_written_and_read_back_from_json() -> None:
    found = curriculum(drawn(1, 60, 60, 2.0))
    assert Curriculum.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    assert set(found.to_dict()) == {"texts", "skills", "rounds", "blocked"}


def hard_graph() -> Graph:
    return Graph.from_edges((f"text of {name}", name) for name in HARD)


def test_a_table_gives_every_name_back(tmp_path: Path) -> None:
    graph = hard_graph()
    curriculum(graph).write(tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["skill"] for row in rows] == HARD
    assert [row["text"] for row in rows] == list(graph.text_names)
    assert [row["words"] for row in rows] == HARD
    assert {row["round"] for row in rows} == {"1"}


def test_a_text_of_several_skills_takes_a_row_for_each(tmp_path: Path) -> None:
    graph = Graph.from_edges([("t", "a, b"), ("t", "c")])
    curriculum(graph, da.SkillLearner(2)).write(tmp_path / "two.csv")
    with (tmp_path / "two.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1:] == [["t", "a, b", "1", "a, b c"], ["t", "c", "1", "a, b c"]]


def test_a_deck_is_what_anki_reads(tmp_path: Path) -> None:
    """Anki skips lines that begin with #, and reads the others as quoted fields; columns must not be named as no field is."""
    curriculum(hard_graph()).write(tmp_path / "all.tsv")
    written = (tmp_path / "all.tsv").read_bytes().decode()
    head, cards = written[: written.index('"')], written[written.index('"') :]
    assert head == "#separator:tab\n#html:false\n"
    assert list(csv.reader(cards.splitlines(keepends=True), delimiter="\t"))[:4] == [[name, name] for name in HARD[:4]]
    assert not any(line.startswith("#") for line in cards.split("\n"))
    assert cards.count('"') == 4 * len(HARD) + 4


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("all.txt", r"must end in .csv .* or .tsv .*, got"),
        ("no/such/folder.csv", "can be written"),
        ("folder.tsv", "can be"),
    ],
)
def test_a_file_that_cannot_be_is_one_line(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "folder.tsv").mkdir()
    with pytest.raises(da.InputError, match=said):
        curriculum(hard_graph()).write(tmp_path / name)


def test_names_that_are_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(da.InputError, match="must be text that UTF-8 can hold"):
        curriculum(Graph.from_edges([("t", "\ud800")])).write(tmp_path / "all.csv")
    assert list(tmp_path.iterdir()) == []


def test_what_is_shown_is_the_first_page_and_what_blocks() -> None:
    found = curriculum(Graph.from_edges([*((number, f"<b>{number}") for number in range(30)), ("t", "x"), ("t", "y")]))
    table = found.table()
    assert [row[1] for row in table.rows] == [f"<b>{number}" for number in range(10)]
    assert table.notes == ("Texts that teach: 30; skills that are taught: 30; rounds: 1.", "Texts with novel skills left: 1 with 2.")
    assert "<b>" not in found._repr_html_()


def test_a_long_text_is_cut_where_it_is_shown() -> None:
    graph = Graph.from_edges(("t", f"word{number}") for number in range(1000))
    ((_, _, _, words),) = curriculum(graph, known=graph.skill_names[1:]).table().rows
    assert len(words) == 80
    assert words.endswith("…")
