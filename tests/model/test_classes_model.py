"""Classes, types and levels: what is inconsistent is said in one line."""

import pytest

from deanalysis import ClassEnsemble, InputError, Poisson, R, Regular, SkillClass, TextType, letter, load_model

GOOD = """
[skills.basic]
share = "2/3"
[skills.domain]
share = "1/3"
unknown = "0.9"
requires = ["basic"]
prerequisites = "1/2"
[texts.general]
ratio = "1.2"
skills = {basic = "poisson(3)"}
learner = "2-skill"
[texts.expert]
ratio = "R"
skills = {basic = "poisson(2)", domain = "poisson(4)"}
[learner]
rule = "1-skill"
[parameters]
R = "2"
"""


def read(tmp_path, text: str):
    path = tmp_path / "model.toml"
    path.write_text(text)
    return load_model(str(path))


def test_reads(tmp_path) -> None:
    model = read(tmp_path, GOOD)
    ensemble = model.ensemble
    assert ensemble.levels == (("basic",), ("domain",))
    assert str(ensemble.learner_of("general")) == "2-skill"
    assert str(ensemble.learner_of("expert")) == "1-skill"
    assert {symbol.name for symbol in model.bound} == {"R"}
    assert ensemble.degree("expert", "domain") == 12 * R
    assert str(load_model(str(tmp_path / "model.toml"), learner="3-skill").ensemble.learner_of("expert")) == "3-skill"


@pytest.mark.parametrize(
    ("wrong", "culprit"),
    [
        (GOOD.replace('"1/3"', '"1/2"'), "sum to one"),
        (GOOD.replace('requires = ["basic"]', 'requires = ["domain"]'), "cycle"),
        (GOOD.replace('share = "2/3"', 'share = "2/3"\nrequires = ["domain"]'), "cycle"),
        (GOOD.replace('requires = ["basic"]', 'requires = ["basis"]'), "unknown class 'basis'"),
        (GOOD.replace('{basic = "poisson(3)"}', '{base = "poisson(3)"}'), "unknown class 'base'"),
        (GOOD.replace('ratio = "1.2"\n', ""), "ratio"),
        (GOOD.replace('share = "2/3"\n', ""), "share"),
        (GOOD.replace('share = "2/3"', 'share = "2/3"\ndegrees = "regular(3)"'), "must have the mean"),
        (GOOD.replace('prerequisites = "1/2"', 'prerequisites = "-1"'), "positive"),
        (GOOD.replace('prerequisites = "1/2"', 'prerequisites = "1"\nprerequisites_per = "text"'), "skill or pair"),
        (GOOD.replace('prerequisites = "1/2"', 'prerequisites_per = "pair"'), "prerequisites"),
        (GOOD.replace('learner = "2-skill"', 'learner = "2"'), "texts.general.learner"),
        (GOOD.replace('requires = ["basic"]', 'requires = "basic"'), "list"),
        (GOOD.replace("unknown", "unkown"), "unkown"),
        (GOOD.replace('ratio = "1.2"', 'ratio = "0"'), "positive"),
        (GOOD + '[skills]\ndegrees = "poisson(2)"\n', "model.toml"),
        (GOOD.replace("[texts.expert]", "[texts.'no name']"), "identifier"),
    ],
)
def test_names_the_culprit(tmp_path, wrong: str, culprit: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, wrong)
    assert culprit in str(caught.value)
    assert "\n" not in str(caught.value)


def test_laws_of_a_file_are_not_replaced(tmp_path) -> None:
    read(tmp_path, GOOD)
    with pytest.raises(InputError, match="texts"):
        load_model(str(tmp_path / "model.toml"), texts="poisson(3)")


def test_one_law_whose_edges_choose_their_class() -> None:
    classes = SkillClass("a", "1/4", texts=Regular(3)), SkillClass("b", "3/4", texts=Regular(3))
    ensemble = ClassEnsemble(classes, (TextType("t", "1/2", Regular(6)),))
    assert ensemble.text_law("t").mean("b") * 2 == 9
    with pytest.raises(InputError, match="must have the mean"):
        ClassEnsemble(classes, (TextType("t", "1/3", Regular(6)),))


def test_letters_of_all_parts() -> None:
    classes = SkillClass("a", "s", letter("e")), SkillClass("b", "1 - s")
    ensemble = ClassEnsemble(classes, (TextType("t", R, {"a": Poisson("c")}),))
    assert sorted(map(str, ensemble.letters)) == ["R", "c", "e", "s"]
    assert ensemble.at(s="1/2", c=2).degree("t", "a") == 4 * R
