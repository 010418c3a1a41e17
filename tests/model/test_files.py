"""TOML files and presets: what is written is read, and every misspelling is named."""

import numpy as np
import pytest
import sympy as sp

from deanalysis import InputError, SkillLearner, load_model

GOOD = """
[texts]
degrees = "poisson(c)"
[skills]
degrees = "poisson(c*R)"
unknown = "0.9"
[learner]
rule = "2-skill"
[parameters]
c = "5"
"""


def test_reads(tmp_path) -> None:
    path = tmp_path / "model.toml"
    path.write_text(GOOD)
    model = load_model(str(path))
    assert str(model.learner) == "2-skill"
    assert str(model.ensemble) == "texts poisson(c), skills poisson(R*c), unknown 9/10"
    assert {symbol.name: value for symbol, value in model.bound.items()} == {"c": 5}
    assert str(load_model(str(path), texts="regular(4)").ensemble.texts) == "regular(4)"


@pytest.mark.parametrize(
    ("wrong", "culprit"),
    [
        (GOOD.replace("degrees", "degres", 1), "degres"),
        (GOOD.replace("[learner]", "[lerner]"), "lerner"),
        (GOOD.replace('"poisson(c)"', '"poison(c)"'), "poison"),
        (GOOD.replace('"poisson(c)"', "5"), "texts.degrees"),
        (GOOD.replace('"0.9"', '"1.5"'), "unknown"),
        (GOOD.replace('c = "5"', 'k = "5"'), "'k'"),
        (GOOD.replace('c = "5"', 'c = "-5"'), "c must be positive"),
        (GOOD.replace('c = "5"', "c = [5]"), "c must be a number"),
        (GOOD.replace("[skills]", "[texts.a]"), "texts"),
        (GOOD + "[", "readable TOML"),
        ("texts = 5", "texts"),
        ("", "degrees"),
    ],
)
def test_names_the_culprit(tmp_path, wrong: str, culprit: str) -> None:
    path = tmp_path / "model.toml"
    path.write_text(wrong)
    with pytest.raises(InputError) as caught:
        load_model(str(path))
    assert culprit in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("paper", "R c"), ("ldpc(3,6)", "eps"), ("irsa(0.5*x^2+0.5*x^3)", "G"), ("hypergraph(3)", "d"), ("lt(100, 0.1, 0.5)", "R")],
)
def test_presets(name: str, letters: str) -> None:
    assert sorted(str(symbol) for symbol in load_model(name).letters) == letters.split()


@pytest.mark.parametrize(
    "name", ["ldpc(3)", "ldpc(3,6.5)", "ldpc", "paper(3)", "irsa(x^2.5)", "hypergraph(1)", "lt", "lt(10, 0.1)", "no", ""]
)
def test_bad_presets(name: str) -> None:
    with pytest.raises(InputError):
        load_model(name)


def test_a_path_is_taken_as_its_name_is(tmp_path) -> None:
    path = tmp_path / "model.toml"
    path.write_text(GOOD)
    assert load_model(path) == load_model(str(path))
    with pytest.raises(InputError, match="is a file that is missing"):
        load_model(tmp_path / "none.toml")


def test_a_model_is_taken_as_it_is_with_what_is_stated_beside_it() -> None:
    stated = load_model(load_model("ldpc(3,6)"), unknown="0.4", learner="2-skill")
    assert (stated.learner, stated.ensemble.unknown) == (SkillLearner(2), sp.Rational(2, 5))
    assert load_model(stated) == stated._replace(bound={})


@pytest.mark.parametrize("matrix", [np.array([[1, 1, 0], [0, 1, 1]]), [[1, 1, 0], [0, 1, 1]], 5, b"paper"])
def test_what_is_no_name_is_refused(matrix: object) -> None:
    with pytest.raises(InputError, match="MODEL must be the name of a preset"):
        load_model(matrix)
