"""Several classes: against one class, against plain iteration, against numbers from elsewhere, and at the edges."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx

from deanalysis import (
    ClassEnsemble,
    ClassEvolution,
    DegreeDistribution,
    DensityEvolution,
    Ensemble,
    G,
    Hierarchy,
    InputError,
    LogNormal,
    Mixture,
    Pareto,
    Poisson,
    PoissonLearner,
    Polynomial,
    Prerequisites,
    R,
    Regular,
    SkillClass,
    SkillLearner,
    TextType,
    c,
    cheapest,
    letter,
    load_model,
)
from deanalysis.balls.bound_map import BoundMap
from deanalysis.balls.monotone import locate
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.symbolic.algebra import sign
from deanalysis.theory.evolution.thresholds.results import ClassState, Threshold

ONE_SKILL = SkillLearner(1)


def hierarchy(learner: SkillLearner | PoissonLearner = ONE_SKILL) -> ClassEvolution:
    """Two levels: general texts on the basis, expert texts with Poisson(2) basic skills."""
    classes = SkillClass("basic", "2/3"), SkillClass("domain", "1/3", requires=("basic",))
    types = TextType("general", "1.2", {"basic": Poisson(3)}), TextType("expert", R, {"basic": Poisson(2), "domain": Poisson(4)})
    return ClassEvolution(ClassEnsemble(classes, types, learner))


def iterated(evolution: ClassEvolution, rounds: int = 200_000, **values: str) -> dict[str, float]:
    """Iterate the equations in floats from the start."""
    bound = evolution.at(**values)
    step = compile_floats(sp.Tuple(*bound.right_sides), *bound.unknowns)
    state = np.array([float(start) for start in bound.starts])
    for _ in range(rounds):
        following = np.array(step(*state), dtype=float)
        if np.max(abs(following - state)) < 1e-15:
            break
        state = following
    return {symbol.name.removeprefix("q_"): value for symbol, value in zip(bound.unknowns, state, strict=True)}


MODELS = [
    (Ensemble(Poisson(5), Poisson(5 * R)), SkillLearner(1), {"R": "2.4"}),
    (Ensemble(Poisson(5), Poisson(5 * R)), SkillLearner(1), {"R": "2.6"}),
    (Ensemble(Poisson(6), Poisson(6 * R), "9/10"), SkillLearner(2), {"R": "0.9"}),
    (load_model("ldpc(3,6)").ensemble, SkillLearner(1), {"eps": "0.45"}),
    (load_model("ldpc(3,6)").ensemble, SkillLearner(1), {"eps": "0.4"}),
    (Ensemble(Regular(4), Poisson(4 * R), "9/10"), PoissonLearner("exp(-x/2)"), {"R": "1"}),
    (load_model("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)").ensemble, SkillLearner(1), {"G": "0.95"}),
]


@pytest.mark.parametrize("parts", [1, 2, 5])
@pytest.mark.parametrize(("ensemble", "learner", "values"), MODELS)
def test_identical_classes_are_one(ensemble: Ensemble, learner: SkillLearner, values: dict[str, str], parts: int) -> None:
    one = DensityEvolution(ensemble, learner).fixed_point(digits=25, **values)
    several = ClassEvolution(ClassEnsemble.of(ensemble, learner, parts)).fixed_point(digits=25, **values)
    assert several.status == one.status == "proved"
    assert set(several.zeta.values()) == {one.zeta}
    assert set(several.q.values()) == {one.q}
    for name in ("testing_error", "testing_error_uniform", "training_error"):
        assert list(getattr(several, name).values()) == [getattr(one, name)]


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_identical_classes_jump_together(parts: int) -> None:
    ensemble = ClassEnsemble.of(Ensemble(Poisson(5), Poisson(5 * R)), SkillLearner(1), parts)
    (jump,) = ClassEvolution(ensemble).thresholds(digits=30, search="1:4")
    assert jump.value is not None
    assert jump.value.text.startswith("2.45653088923919532")
    assert jump.classes == ensemble.names
    assert Threshold.from_dict(jump.to_dict()) == jump


def test_two_classes_of_users_merged_on_one_frame() -> None:
    users = SkillClass("d2", "1/2", texts=Regular(2)), SkillClass("d3", "1/2", texts=Regular(3))
    slots = TextType("slots", 1 / G, {"d2": Poisson(G), "d3": Poisson(3 * G / 2)})
    stable, jump = ClassEvolution(ClassEnsemble(users, (slots,))).thresholds(search="0.3:1.5")
    assert (jump.kind, str(jump.value), jump.learned_side) == ("emergence", "0.792022134316736", "below")
    # Two of five edges are of users with two: G lambda'(0) 5/2 = 1, where learning has jumped past already.
    assert (stable.kind, float(stable.value), stable.binding, stable.status) == ("stability", 1.0, False, "proved")


def test_jumps_of_published_laws_and_the_order_in_which_learning_gets_easier() -> None:
    skills = Polynomial(((3, "0.9"), (24, "0.1")))
    found = ClassEvolution(ClassEnsemble.of(Ensemble(Poisson("5.1*G"), skills), SkillLearner(1))).thresholds("G", search="0.5:1.5")
    assert [str(jump.value) for jump in found] == ["0.938536389499204", "0.908653700577844"]
    assert found.reason is None


def test_stability_without_a_jump() -> None:
    found = ClassEvolution(ClassEnsemble.of(load_model("hypergraph(2)").ensemble, SkillLearner(1))).thresholds("d", search="0.2:0.9")
    assert [(one.kind, float(one.value)) for one in found] == [("stability", 0.5)]
    assert found.reason is not None
    assert "no emergence" in found.reason


@pytest.mark.parametrize("values", [{"R": "0.3"}, {"R": "0.49"}, {"R": "0.5"}, {"R": "3"}])
@pytest.mark.parametrize("learner", [SkillLearner(1), SkillLearner(2), PoissonLearner("exp(-x/2)")])
def test_the_largest_fixed_point_is_what_iteration_comes_to(values: dict[str, str], learner: SkillLearner) -> None:
    evolution = hierarchy(learner)
    state = evolution.fixed_point(**values)
    assert state.status == "proved"
    for name, value in iterated(evolution, **values).items():
        assert float(state.q[name]) == pytest.approx(value, rel=1e-6, abs=1e-12)
    assert ClassState.from_dict(state.to_dict()) == state


def test_it_is_the_largest_right_next_to_a_jump() -> None:
    evolution = ClassEvolution(ClassEnsemble.of(Ensemble(Poisson(5), Poisson(5 * R)), SkillLearner(1), 2))
    star = DensityEvolution(Ensemble(Poisson(5), Poisson(5 * R)), SkillLearner(1)).thresholds(R, digits=40).emergence[0].value
    assert star is not None
    for shift, emerged in ((Fraction(-1, 10**12), False), (Fraction(1, 10**12), True)):
        state = evolution.fixed_point(R=Fraction(star.text) + shift)
        assert state.status == "proved"
        assert all((float(zeta) < 1e-4) == emerged for zeta in state.zeta.values())


def test_levels_that_need_nothing_of_each_other_decouple() -> None:
    classes = SkillClass("basic", "1/2"), SkillClass("domain", "1/2", requires=("basic",))
    types = TextType("general", "0.6", {"basic": Poisson(3)}), TextType("expert", R, {"domain": Poisson(5)})
    both = ClassEvolution(ClassEnsemble(classes, types))
    alone = [
        DensityEvolution(Ensemble(Poisson(mean), Poisson(mean * ratio)), SkillLearner(1))
        for mean, ratio in ((3, sp.Rational(6, 5)), (5, 2 * R))
    ]
    state = both.fixed_point(R="1.25", digits=20)
    assert state.zeta["basic"] == alone[0].fixed_point(digits=20).zeta
    assert state.zeta["domain"] == alone[1].fixed_point(digits=20, R="1.25").zeta
    (jump,) = both.thresholds(digits=20, search="0.5:3")
    assert jump.classes == ("domain",)
    assert float(jump.value) == pytest.approx(float(alone[1].thresholds(R).emergence[0].value), rel=1e-14)


def test_the_price_of_a_foundation_to_thirty_digits() -> None:
    classes = SkillClass("B", "1/2"), SkillClass("h", "1/2", requires=("B",))
    types = TextType("tB", letter("R_B") / 2, {"B": Poisson(3)}), TextType("th", R / 2, {"B": Poisson(2), "h": Poisson(4)})
    evolution = ClassEvolution(ClassEnsemble(classes, types))
    _, fine = Hierarchy(evolution).thresholds(R_B="1.2", digits=30)
    assert abs(Decimal(fine.plain.text) - Decimal("1.4663503249889785382")) < Decimal("5.1e-20")
    with ctx.workprec(200):
        plain = -arb(-0.25).lambertw() / 4 * (-1 / arb(-0.25).lambertw()).exp()
        basis = DensityEvolution(Ensemble(Poisson(3), Poisson("3.6")), SkillLearner(1)).fixed_point(digits=40).zeta.ball()
        assert fine.value.ball().overlaps(plain * (2 * basis).exp())
        assert fine.plain.ball().overlaps(plain)
    (jump,) = evolution.thresholds(R, R_B="1.2", digits=30, search="1:3")
    assert jump.value == fine.value
    assert fine.formula is not None
    assert fine.formula.text == "-exp(2*q_B - 1/LambertW(-1/4))*LambertW(-1/4)/4"


def test_three_levels_price_each_other() -> None:
    names = ("one", "two", "three")
    classes = tuple(SkillClass(name, "1/3", requires=names[:place][-1:]) for place, name in enumerate(names))
    types = tuple(
        TextType(
            f"t{place}",
            Fraction(2, 3),
            {**{lower: Poisson("1/2") for lower in names[:place]}, name: Poisson(6)},
            SkillLearner(1 + (place > 0)),
        )
        for place, name in enumerate(names)
    )
    evolution = ClassEvolution(ClassEnsemble(classes, types))
    state = evolution.fixed_point(digits=25)
    found = Hierarchy(evolution).thresholds(digits=20)
    price = [math.exp(0.5 * sum(float(state.zeta[lower]) for lower in names[:place])) for place in range(3)]
    assert [float(level.price) for level in found] == pytest.approx(price, rel=1e-12)
    assert found[1].plain == found[2].plain


def test_the_cheapest_budget_against_a_grid() -> None:
    classes = SkillClass("basic", "1/2"), SkillClass("domain", "1/2", requires=("basic",))
    for meets in ("1/2", "4"):
        types = TextType("general", "1", {"basic": Poisson(4)}), TextType("expert", "1", {"basic": Poisson(meets), "domain": Poisson(4)})
        evolution = ClassEvolution(ClassEnsemble(classes, types))
        budget = cheapest(evolution)
        assert budget.status == "proved"
        assert budget.least * (1 - 1e-15) <= budget.total <= budget.least * (1 + 1e-8)
        spent = []
        for general in np.linspace(0.02, 1.5, 400):
            spent.append(general + 1.4663503249889785 / 2 * math.exp(float(Fraction(meets)) * iterated_one(8 * general)))
        assert budget.total <= min(spent)
        assert budget.total == pytest.approx(min(spent), rel=0.02)


def iterated_one(degree: float) -> float:
    """Iterate q = exp(-degree exp(-4 q)) from 1."""
    q = 1.0
    for _ in range(5000):
        q = math.exp(-degree * math.exp(-4 * q))
    return q


def test_a_class_that_no_text_contains_is_an_answer() -> None:
    classes = SkillClass("seen", "1/2"), SkillClass("unseen", "1/2", unknown="3/4")
    state = ClassEvolution(ClassEnsemble(classes, (TextType("t", 2, {"seen": Poisson(3)}),))).fixed_point()
    assert state.status == "proved"
    assert float(state.zeta["unseen"]) == 0.75
    assert float(state.zeta["seen"]) < 1


def test_a_class_that_never_starts() -> None:
    classes = SkillClass("a", "1/2"), SkillClass("b", "1/2", requires=("a",))
    types = TextType("t", 2, {"a": Regular(2)}), TextType("u", 2, {"a": Poisson(1), "b": Poisson(3)})
    state = ClassEvolution(ClassEnsemble(classes, types)).fixed_point()
    assert state.status == "proved"
    assert (float(state.zeta["a"]), float(state.training_error["t"])) == (1.0, 1.0)
    assert state.zeta["b"].text == str(
        ClassEvolution(ClassEnsemble.of(Ensemble(Poisson(3), Poisson("12*exp(-1)")), SkillLearner(1))).fixed_point().zeta["skills"]
    )


def test_prior_knowledge_and_learners_of_their_own() -> None:
    classes = SkillClass("a", "1/3", "1/2"), SkillClass("b", "2/3")
    types = (
        TextType("t", "1/2", {"a": Poisson(2), "b": Poisson(1)}, SkillLearner(2)),
        TextType("u", "1", {"a": Poisson(1), "b": Poisson(3)}, PoissonLearner("exp(-x/2)")),
    )
    evolution = ClassEvolution(ClassEnsemble(classes, types))
    qa, qb = evolution.unknowns
    t, u = 2 * qa + qb, qa + 3 * qb
    expected = sp.exp(-3 * sp.exp(-t) * (1 + t) - 3 * sp.exp(-u / 2)) / 2
    assert sp.simplify(evolution.right_sides[0] - expected) == 0
    state, found = evolution.fixed_point(), iterated(evolution)
    assert {name: float(value) for name, value in state.q.items()} == pytest.approx(found, rel=1e-12)


@pytest.mark.parametrize("per", ["skill", "pair"])
def test_prerequisites_against_the_integral_equation(per: str) -> None:
    skills = SkillClass("a", 1, "9/10", prerequisites=Prerequisites("1.2", per))
    evolution = ClassEvolution(ClassEnsemble((skills,), (TextType("t", 2, {"a": Poisson(3)}),)))
    steps = 4000
    places = (np.arange(steps) + 0.5) / steps
    q = np.full(steps, 0.9)
    for _ in range(400):
        earlier = (np.cumsum(q) - q / 2) / steps / places
        known = np.exp(-1.2 * earlier * (places if per == "pair" else 1.0))
        q = 0.9 * (1 - known * (1 - math.exp(-6 * math.exp(-3 * q.mean()))))
    assert float(evolution.fixed_point().zeta["a"]) == pytest.approx(q.mean(), rel=1e-5)
    last = evolution.novel_between("a", sp.Rational(9, 10), sp.S.One)
    (state,) = evolution.unknowns
    assert float(compile_floats(last, state)(q.mean())) == pytest.approx(q[steps * 9 // 10 :].mean(), rel=1e-4)


def test_more_than_one_prerequisite_each_leaves_something_unlearned_however_many_texts() -> None:
    skills = SkillClass("a", 1, prerequisites=Prerequisites(2))
    state = ClassEvolution(ClassEnsemble((skills,), (TextType("t", R, {"a": Poisson(3)}),))).fixed_point(R=1000, digits=20)
    with ctx.workprec(100):
        assert state.zeta["a"].ball().overlaps(1 + (-2 * arb(-2).exp()).lambertw() / 2)


def test_signs() -> None:
    q = sp.Symbol("q", nonnegative=True)
    assert sign(1 - (1 - q / 2) ** 5, {q}) == 1
    assert sign(-c * (1 - sp.exp(-c * q)), {q}) == -1
    assert sign(sp.S.Zero, {q}) == 0
    assert sign(1 - 2 * q, {q}) is None
    assert sign(1 - q, set()) is None


def test_a_box_holds_the_state_at_both_ends_of_its_values() -> None:
    f = BoundMap.of(hierarchy(), {}, R)
    for value in (0.2, 0.4935, 0.4936, 2.0):
        ends = value, value * (1 + 1e-6)
        box = locate(f, arb(ends[0]).union(arb(ends[1])))
        assert box is not None
        for end in ends:
            exact = iterated(hierarchy(), R=repr(end))
            for name, side in zip(("basic", "domain"), box, strict=True):
                assert abs(float(side.mid()) - exact[name]) <= float(side.rad()) + 1e-9


def test_letters_are_named() -> None:
    evolution = hierarchy()
    with pytest.raises(InputError, match="R is free"):
        evolution.fixed_point()
    with pytest.raises(InputError, match="no letter 'c'"):
        evolution.fixed_point(c=3)
    with pytest.raises(InputError, match="kind"):
        evolution.thresholds(kind="cusp")
    with pytest.raises(InputError, match="two different letters"):
        evolution.region("R", "R", (0, 1), (0, 1))


def test_levels_emerge_one_after_the_other_and_nothing_stays_undecided() -> None:
    names = ("one", "two", "three")
    classes = tuple(SkillClass(name, "1/3", requires=names[:place][-1:]) for place, name in enumerate(names))
    types = tuple(
        TextType(f"t{place}", R / 3, {**{lower: Poisson("1/2") for lower in names[:place]}, name: Poisson(4 + sp.Rational(place, 2))})
        for place, name in enumerate(names)
    )
    evolution = ClassEvolution(ClassEnsemble(classes, types))
    found = evolution.thresholds(search="1.4:2.6")
    assert found.reason is None
    assert [jump.classes for jump in found] == [names, names[1:], names[2:]]
    for jump, level in zip(found, range(3), strict=True):
        assert jump.value is not None
        own = Hierarchy(evolution).thresholds(R=jump.value.text, digits=12)[level]
        assert level == 0 or float(own.value) == pytest.approx(float(jump.value), rel=1e-9)


def test_steps_that_are_too_long_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deanalysis.balls.monotone._CAUTION", 1e6)
    evolution = ClassEvolution(ClassEnsemble.of(Ensemble(Poisson(5), Poisson(5 * R)), SkillLearner(1)))
    for value in ("2.4", "2.45", "2.456", "2.4565", "2.45653"):
        box = locate(BoundMap.of(evolution.at(R=value), {}))
        assert box is None or box[0] > 0.7


@pytest.mark.parametrize(
    ("texts", "skills"),
    [
        (LogNormal(3, "1/2"), Mixture((("3/10", Pareto(3, 2)), ("7/10", Poisson(5))))),
        (LogNormal("2.1", "1/2"), Mixture((("3/10", Pareto(3, 2)), ("7/10", Pareto(5, "3/2"))))),
        (Pareto("4.5", 2), Mixture((("9/10", LogNormal(8, 1)), ("1/10", Pareto(1, 3))))),
    ],
)
def test_moments_that_sympy_cannot_compare_are_compared_by_balls(texts: DegreeDistribution, skills: DegreeDistribution) -> None:
    ensemble = Ensemble(texts, skills)
    state = ClassEvolution(ClassEnsemble.of(ensemble, SkillLearner(1))).fixed_point()
    assert state.status == "proved"
    assert float(state.zeta["skills"]) == pytest.approx(float(DensityEvolution(ensemble, SkillLearner(1)).fixed_point().zeta), rel=1e-12)
