"""The commands `size` and `floor`, as they are typed."""

import pytest
from command_line import output, run_here

from deanalysis import Floor, Size


def test_a_size_is_printed_and_read_back() -> None:
    found = output("size", "hypergraph(4)", "--items", "100", "--failure", "1/240")
    assert (found["texts"], found["items"], found["ratio"]) == (156, 100, 1.56)
    assert set(found) >= {"failure", "of_jump", "of_small_sets", "degree"}
    assert Size.from_dict(found).texts == 156
    shown = run_here("size", "hypergraph(4)", "--texts-per-graph", "156", "--failure", "1/240")
    assert (shown.returncode, " 100 " in shown.stdout) == (0, True)


def test_a_floor_is_printed_and_read_back() -> None:
    found = output("floor", "ldpc(3,6)", "--set", "eps=0.2", "--size", "120")
    assert round(found["bound"], 6) == 0.018361
    names = {"skills", "texts", "sets", "bound", "block", "share", "expurgated"}
    assert Floor.from_dict({name: found[name] for name in names}).bound == found["bound"]
    less = output("floor", "ldpc(3,6)", "--set", "eps=0.2", "--size", "120", "--expurgate", "2")
    assert found["bound"] - less["bound"] == pytest.approx(sum(found["sets"][:2]))


WRONG = [
    (("size", "hypergraph(4)", "--items", "100", "--failure", "nan"), "--failure: every number must be finite"),
    (("size", "hypergraph(4)", "--items", "1e13", "--failure", "0.1"), "--items must be a whole number from 1 to 1000000000000"),
    (("size", "hypergraph(4)", "--items", "9", "--failure", "0.1", "--degrees", "3:x"), "--degrees must be a whole number"),
    (("size", "hypergraph(4)", "--items", "9", "--failure", "0.1", "--degrees", "\u00b3:4"), "--degrees must be a whole number"),
    (("size", "hypergraph(4)", "--items", "9", "--failure", "0.1", "--degrees", "1:60"), "--degrees must be a whole number"),
    (("size", "hypergraph(4)", "--items", "9", "--failure", "0.1", "--by", "guess"), "--by must be auto, law or recursion"),
    (("size", "ldpc(3,6)", "--items", "100", "--failure", "0.1"), "eps is free"),
    (("size", "paper", "--items", "100", "--failure", "0.1"), "c is free"),
    (("size", "ldpc(3,6)", "--set", "eps=0.2", "--items", "9", "--texts-per-graph", "99"), "--texts-per-graph must be at most"),
    (("size", "hypergraph(3)", "--learner", "success:exp(-x/2)", "--items", "9", "--failure", "0.1"), "s-skill learners"),
    (("size", "chain(paper,9,3)", "--items", "9", "--failure", "0.1"), "one topic"),
    (("floor", "ldpc(3,6)", "--size", "120"), "eps is free"),
    (("floor", "ldpc(3,6)", "--set", "eps=0.2", "--size", "120", "--texts-per-graph", "40"), "--texts-per-graph must be 60"),
    (("floor", "ldpc(3,6)", "--set", "eps=0.2", "--size", "120", "--expurgate", "300"), "--expurgate must be a whole number"),
    (("floor", "irsa(x^8)", "--set", "G=2", "--size", "5"), "--matching distinct needs 8 texts in a graph"),
    (("floor", "--texts", "geometric(5)", "--skills", "geometric(9)", "--size", "50"), "popularity differs"),
    (("floor", "--texts", "zipf(2.5,1)", "--skills", "poisson(9)", "--size", "50"), "few degrees above 400"),
    (("scaling", "ldpc(3,6)", "--at", "0.2"), "--at needs --size"),
    (("scaling", "ldpc(3,6)", "--size", "120", "--at", "2"), "must lie in (0, 1]"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_wrong_wishes_are_one_line(arguments: tuple[str, ...], said: str) -> None:
    done = run_here(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr
