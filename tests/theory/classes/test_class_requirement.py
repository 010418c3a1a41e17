"""Requirements and scaling of several classes: against one class, against states beside what is returned, and what is refused."""

import math

import pytest

from deanalysis import (
    ClassEnsemble,
    ClassEvolution,
    DensityEvolution,
    Ensemble,
    InputError,
    NegativeBinomial,
    Poisson,
    R,
    Regular,
    SkillClass,
    SkillLearner,
    TextType,
    load_model,
)

BASIC, DOMAIN = SkillClass("basic", "2/3"), SkillClass("domain", "1/3", requires=("basic",))
GENERAL = TextType("general", "1.2", {"basic": Poisson(3)})
EXPERT = TextType("expert", R, {"basic": Poisson(2), "domain": Poisson(4)})
LEVELS = ClassEvolution(ClassEnsemble((BASIC, DOMAIN), (GENERAL, EXPERT)))
PAPER = load_model("paper").ensemble
ONE, PLAIN = ClassEvolution(ClassEnsemble.of(PAPER, SkillLearner(1))), DensityEvolution(PAPER, SkillLearner(1))


@pytest.mark.parametrize("target", [{"zeta": "1e-7"}, {"zeta": "0.5"}, {"testing_error": "1e-4"}])
def test_one_class_requires_what_the_plain_model_does(target: dict[str, str]) -> None:
    found = ONE.require(parameter="R", c=5, search="1:6", digits=12, **target)
    plain = PLAIN.require(parameter="R", c=5, digits=12, **target)
    assert (str(found.value), found.at_emergence, found.status) == (str(plain.value), plain.at_emergence, plain.status)


@pytest.mark.parametrize(("zeta", "of"), [("0.01", None), ("0.01", "domain"), ("0.0005", "domain"), ("1e-8", "domain")])
def test_a_target_is_kept_past_the_requirement_and_not_before(zeta: str, of: str | None) -> None:
    found = LEVELS.require(zeta=zeta, of=of, search="0.3:20")
    for shift, kept in ((1 - 1e-6, False), (1 + 1e-6, True)):
        state = LEVELS.fixed_point(R=str(float(found.value) * shift)).zeta
        worst = max(float(value) for name, value in state.items() if of in (None, name))
        assert (worst <= float(zeta)) is kept
    assert found.status == "proved"


def test_what_is_kept_all_over_or_nowhere_or_of_nothing_is_refused() -> None:
    for zeta, search, message in (("0.9", "1:2", "all over"), ("1e-9", "0.3:0.4", "nowhere")):
        with pytest.raises(InputError, match=message):
            LEVELS.require(zeta=zeta, search=search)
    with pytest.raises(InputError, match="basic"):
        LEVELS.require(zeta="0.1", of="general")


def test_states_beside_a_jump_go_by_the_square_root() -> None:
    scaling = LEVELS.scaling(search="0.4:0.6")
    law = scaling.law("q", "before")
    star = float(law["R*"])
    for distance, accuracy in ((1e-5, 0.02), (1e-7, 2e-3)):
        state = LEVELS.fixed_point(R=repr(star - distance)).q
        grown = (float(state["domain"]) - float(law["q*_domain"])) / distance**0.5
        assert grown == pytest.approx(float(law["A_domain"]), rel=accuracy)
    assert "A_basic" not in dict(law.constants)


def test_one_class_scales_as_the_plain_model_does() -> None:
    found, plain = ONE.scaling("R", c=5, search="2:3"), PLAIN.scaling("R", c=5)
    for quantity, where in (("q", "before"), ("zeta", "before"), ("rounds", "before"), ("rounds", "past")):
        names = {"q": "A_skills", "zeta": "A_skills"}
        assert str(found.law(quantity, where)[names.get(quantity, "A")]) == str(plain.law(quantity, where)["A"])


def test_far_from_the_jumps_one_class_falls_as_the_plain_model_does() -> None:
    for ensemble, values in ((PAPER, {"c": 5}), (Ensemble(Poisson(3), NegativeBinomial(3 * R, 2)), {})):
        one, plain = ClassEvolution(ClassEnsemble.of(ensemble, SkillLearner(1))), DensityEvolution(ensemble, SkillLearner(1))
        far = one.scaling("R", search="2:2.1", **values).law("zeta:skills", "R to infinity")
        wanted = plain.scaling("R", **values).law("zeta", "R to infinity")
        assert [str(far[name]) for name in ("exponent", "constant")] == [str(wanted[name]) for name in ("exponent", "constant")]
        assert far.kind == wanted.kind


def test_far_from_the_jumps_zeta_falls_by_the_law_and_by_no_other() -> None:
    far = LEVELS.scaling(search="1:1.1").law("zeta:domain", "R to infinity")
    for load, accuracy in ((1, 1e-3), (3, 1e-12)):
        zeta = float(LEVELS.fixed_point(R=load).zeta["domain"])
        assert zeta == pytest.approx(float(far["constant"]) * math.exp(-float(far["exponent"]) * load), rel=accuracy)
    assert float(far["q_basic"]) == pytest.approx(float(LEVELS.fixed_point(R=3).q["basic"]))


def test_where_there_is_no_law_far_from_the_jumps_the_reason_says_so() -> None:
    stuck = ClassEvolution(ClassEnsemble.of(Ensemble(Regular(2), Poisson(2 * R)), SkillLearner(1)))
    users = ClassEvolution(ClassEnsemble((SkillClass("a", 1),), (TextType("t", 2, {"a": Poisson(R)}),)))
    some, fewer = (
        ClassEvolution(ClassEnsemble((SkillClass("a", 1),), (TextType("t", ratio, {"a": Poisson(3)}),))) for ratio in (1 + R, 2 - R)
    )
    for evolution, said in (
        (stuck, "teach nothing before"),
        (users, "not only a factor"),
        (some, "in proportion"),
        (fewer, "in proportion"),
    ):
        assert any(said in reason for reason in evolution.scaling(search="1:1.1").reasons)
