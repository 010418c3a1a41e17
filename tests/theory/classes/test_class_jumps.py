"""Jumps and stability points of codes as classes, against plain iteration of equations that are written here by hand."""

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy as sp

from deanalysis import (
    ClassEnsemble,
    ClassEvolution,
    DensityEvolution,
    Ensemble,
    Poisson,
    Regular,
    SkillClass,
    SkillLearner,
    TextType,
    c,
    letter,
)

EPS = letter("eps")
Step = Callable[[tuple[float, ...], float], tuple[float, ...]]


def accumulated(q: int, a: int, unknown: object = EPS) -> ClassEvolution:
    """Repeat-accumulate codes: each of `info` in q checks, each check with `a` of them and two of `parity`."""
    checks = Fraction(q, a)
    share = 1 / (1 + checks)
    classes = (
        SkillClass("info", share, unknown, texts={"check": Regular(q)}),
        SkillClass("parity", 1 - share, EPS, texts={"check": Regular(2)}),
    )
    return ClassEvolution(ClassEnsemble(classes, (TextType("check", checks * share, {"info": Regular(a), "parity": Regular(2)}),)))


def accumulating(q: int, a: int, hidden: bool = False) -> Step:
    """One round of the edge values of `info` and `parity`, and their zeta behind them."""

    def step(state: tuple[float, ...], eps: float) -> tuple[float, ...]:
        info, parity = state[:2]
        own = 1 - (1 - info) ** (a - 1) * (1 - parity) ** 2
        other = 1 - (1 - info) ** a * (1 - parity)
        first = 1.0 if hidden else eps
        return first * own ** (q - 1), eps * other, first * own**q, eps * other**2

    return step


def accumulate_repeat_accumulate() -> tuple[ClassEvolution, Step]:
    """Half of the information is accumulated first, its sums are sent alone; then it is repeated four times."""
    classes = (
        SkillClass("sent", "1/6", EPS, texts={"inner": Regular(2)}),
        SkillClass("info", "1/6", 1, texts={"inner": Regular(1), "outer": Regular(4)}),
        SkillClass("parity", "2/3", EPS, texts={"outer": Regular(2)}),
    )
    types = (
        TextType("inner", "1/6", {"sent": Regular(2), "info": Regular(1)}),
        TextType("outer", "2/3", {"info": Regular(1), "parity": Regular(2)}),
    )

    def step(state: tuple[float, ...], eps: float) -> tuple[float, ...]:
        sent, inward, outward, parity = state[:4]
        by_inner, by_outer = 1 - (1 - sent) ** 2, 1 - (1 - parity) ** 2
        to_sent, to_parity = 1 - (1 - sent) * (1 - inward), 1 - (1 - outward) * (1 - parity)
        return (
            eps * to_sent,
            by_outer**4,
            by_inner * by_outer**3,
            eps * to_parity,
            eps * to_sent**2,
            by_inner * by_outer**4,
            eps * to_parity**2,
        )

    return ClassEvolution(ClassEnsemble(classes, types)), step


def two_edge_types(a: int, b: int) -> tuple[ClassEvolution, Step]:
    """Class `a` is in three of the first checks and in two of the second, class `b` in so many of either."""
    classes = (
        SkillClass("a", "1/2", EPS, texts={"c1": Regular(3), "c2": Regular(2)}),
        SkillClass("b", "1/2", EPS, texts={"c1": Regular(a), "c2": Regular(b)}),
    )
    types = TextType("c1", "1/2", {"a": Regular(3), "b": Regular(a)}), TextType("c2", "1/2", {"a": Regular(2), "b": Regular(b)})

    def step(state: tuple[float, ...], eps: float) -> tuple[float, ...]:
        a1, a2, b1, b2 = state[:4]
        ta1, tb1 = 1 - (1 - a1) ** 2 * (1 - b1) ** a, 1 - (1 - a1) ** 3 * (1 - b1) ** (a - 1)
        ta2, tb2 = 1 - (1 - a2) * (1 - b2) ** b, 1 - (1 - a2) ** 2 * (1 - b2) ** (b - 1)
        edges = eps * ta1**2 * ta2**2, eps * ta1**3 * ta2, eps * tb1 ** (a - 1) * tb2**b, eps * tb1**a * tb2 ** (b - 1)
        return (*edges, eps * ta1**3 * ta2**2, eps * tb1**a * tb2**b)

    return ClassEvolution(ClassEnsemble(classes, types)), step


def with_single_edges(shared: int) -> tuple[ClassEvolution, Step]:
    """Class `b` has one text alone, with so many skills of class `a`: its edge value never moves, and its zeta does."""
    classes = (
        SkillClass("a", "1/2", EPS, texts={"c1": Regular(3), "c2": Regular(shared)}),
        SkillClass("b", "1/2", EPS, texts={"c2": Regular(1)}),
    )
    types = TextType("c1", "1/4", {"a": Regular(6)}), TextType("c2", "1/2", {"a": Regular(shared), "b": Regular(1)})

    def step(state: tuple[float, ...], eps: float) -> tuple[float, ...]:
        a1, a2 = state[:2]
        own, other, alone = 1 - (1 - a1) ** 5, 1 - (1 - eps) * (1 - a2) ** (shared - 1), 1 - (1 - a2) ** shared
        return eps * own**2 * other**shared, eps * own**3 * other ** (shared - 1), eps * own**3 * other**shared, eps * alone

    return ClassEvolution(ClassEnsemble(classes, types)), step


def iterated(step: Step, count: int, eps: float, starts: tuple[float, ...], rounds: int = 100_000) -> list[float]:
    """Iterate from the start and return zeta by class."""
    state = starts
    for _ in range(rounds):
        after = step(state, eps)
        if max(abs(one - other) for one, other in zip(after, state, strict=False)) < 1e-13 and len(state) == len(after):
            break
        state = after
    return list(state[-count:])


CODES = {
    "nonsystematic 3": (accumulated(3, 1, 1), accumulating(3, 1, hidden=True), "0.617404249385951"),
    "nonsystematic 4": (accumulated(4, 1, 1), accumulating(4, 1, hidden=True), "0.703296703296703"),
    "systematic (3, 3)": (accumulated(3, 3), accumulating(3, 3), "0.444779734839824"),
    "systematic (3, 2)": (accumulated(3, 2), accumulating(3, 2), "0.542543107685647"),
    "accumulate-repeat-accumulate": (*accumulate_repeat_accumulate(), None),
    "two edge types": (*two_edge_types(2, 2), "0.689369129839621"),
    "single edges": (*with_single_edges(1), "0.655316575724658"),
    "single edges, two more": (*with_single_edges(2), None),
}


@pytest.mark.parametrize("name", CODES)
def test_a_jump_lies_where_plain_iteration_has_it(name: str) -> None:
    evolution, step, value = CODES[name]
    found = evolution.thresholds(EPS)
    (jump,) = found.emergence
    assert (jump.status, jump.learned_side, found.reason) == ("proved", "below", None)
    assert value in (None, str(jump.value))
    starts = tuple(float(sp.sympify(start).subs(EPS, float(jump.value))) for start in evolution.starts)
    names = evolution.ensemble.names
    above, below = (iterated(step, len(names), float(jump.value) * shift, starts) for shift in (1 + 1e-5, 1 - 1e-5))
    moved = tuple(one for one, before, after in zip(names, above, below, strict=True) if before - after > 0.05)
    assert jump.classes == moved
    assert moved


def test_states_right_above_a_jump_are_proved() -> None:
    state = accumulated(3, 1, 1).fixed_point(eps="0.618")
    assert state.status == "proved"
    above = iterated(accumulating(3, 1, hidden=True), 2, 0.618, (1.0, 0.618))
    assert [float(one) for one in state.zeta.values()] == pytest.approx(above, rel=1e-9)
    assert float(state.q["info"]) == pytest.approx(0.38102, abs=1e-5)


@pytest.mark.parametrize(("q", "a", "point"), [(2, 2, "1/3"), (2, 1, "1/2"), (2, 3, "1/4")])
def test_stability_points_of_systems_without_a_jump(q: int, a: int, point: str) -> None:
    eps = sp.Rational(point)
    jacobian = eps * sp.Matrix([[(a - 1), 2], [a, 1]])
    assert max(jacobian.eigenvals()) == 1
    found = accumulated(q, a).thresholds(EPS)
    (stable,) = (one for one in found if one.kind == "stability")
    assert stable.value is not None
    assert abs(Fraction(stable.value.text) - Fraction(point)) < Fraction(1, 10**14)
    assert (stable.status, stable.learned_side, stable.classes) == ("proved", "below", ("info", "parity"))
    assert stable.binding is (not found.emergence or float(found.emergence[0].value) > float(stable.value))


@pytest.mark.parametrize("degrees", [(3, 6), (4, 8)])
def test_classes_that_are_alike_jump_where_one_does(degrees: tuple[int, int]) -> None:
    """They are not joined, so that each has a Perron vector of its own: as unknowns of their own, their fold would be a double zero."""
    skills, texts = degrees
    classes = tuple(SkillClass(name, "1/2", EPS, texts={f"t{name}": Regular(skills)}) for name in "ab")
    types = tuple(TextType(f"t{name}", "1/4", {name: Regular(texts)}) for name in "ab")
    evolution = ClassEvolution(ClassEnsemble(classes, types))
    (jump,) = evolution.thresholds(EPS, digits=30).emergence
    (alone,) = DensityEvolution(Ensemble(Regular(texts), Regular(skills), EPS), SkillLearner(1)).thresholds(EPS, digits=30).emergence
    assert (jump.classes, jump.status, jump.value) == (("a", "b"), "proved", alone.value)
    assert isinstance(jump.fixed_point, dict)
    assert jump.fixed_point["a"] == jump.fixed_point["b"] == alone.fixed_point
    law = evolution.scaling(EPS, search="0.3:0.5").law("q", "before")
    assert law["A_a"] == law["A_b"]


def test_classes_that_jump_at_one_place_are_enclosed_and_not_called_proved() -> None:
    """Half of b is known before, so that q_b = q_a/2, which no renaming shows."""
    load = letter("r")
    classes = SkillClass("a", "1/2"), SkillClass("b", "1/2", "1/2")
    types = TextType("ta", load / 2, {"a": Poisson(5)}), TextType("tb", load / 4, {"b": Poisson(10)})
    evolution = ClassEvolution(ClassEnsemble(classes, types))
    found = evolution.thresholds(load, search="2:3")
    (jump,) = found.emergence
    assert (jump.classes, jump.status, jump.learned_side) == (("a", "b"), "undecided", "above")
    assert found.reason is not None
    assert "not that there is one jump alone" in found.reason
    (alone,) = DensityEvolution(Ensemble(Poisson(5), Poisson(5 * load)), SkillLearner(1)).thresholds(load).emergence
    assert jump.value is not None
    assert alone.value is not None
    assert float(jump.value.low) <= float(alone.value) <= float(jump.value.high)
    assert float(jump.value.high) - float(jump.value.low) < 1e-13
    nearby = evolution.scaling(load, search=(float(jump.value) - 1e-3, float(jump.value) + 1e-3))
    assert [reason for reason in nearby.reasons if "enclosed alone" in reason]
    assert {law.where for law in nearby.laws} == {"r to infinity"}


def test_learning_that_gets_easier_and_then_harder_jumps_where_one_class_says_it_does() -> None:
    ensemble = Ensemble(Poisson(c), Poisson(3 * c))
    found = ClassEvolution(ClassEnsemble.of(ensemble, SkillLearner(1))).thresholds(c, search="2:8")
    (jump,) = found.emergence
    assert float(jump.value) == pytest.approx(5.3405, abs=1e-4)
    assert (jump.learned_side, jump.status) == ("below", "proved")
    for shift, learned in ((-1e-3, True), (1e-3, False)):
        mean, q = float(jump.value) + shift, 1.0
        for _ in range(20_000):
            q = math.exp(-3 * mean * math.exp(-mean * q))
        assert (q < 0.1) is learned


def test_a_jump_known_to_too_few_digits_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deanalysis.theory.classes.changes.refine_system", lambda function, box, bits: box)
    (jump,) = accumulated(3, 3).thresholds(EPS, digits=40, search="0.44:0.45").emergence
    assert jump.status == "undecided"
    assert jump.value is not None
    assert jump.value.digits < 40


def test_a_state_known_to_too_few_digits_or_not_at_all_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deanalysis.theory.classes.states.refined", lambda f, box, p: box)
    assert accumulated(3, 3).fixed_point(digits=40, eps="0.46").status == "undecided"
    monkeypatch.setattr("deanalysis.theory.classes.states.locate", lambda f: None)
    state = accumulated(3, 3).fixed_point(eps="0.46")
    assert state.status == "undecided"
    assert {number.text for number in state.q.values()} == {"nan"}


def test_a_stability_point_whose_binding_is_unknown_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deanalysis.theory.classes.thresholds.locate", lambda f, p: None)
    (point,) = accumulated(2, 2).thresholds(EPS, search="0.3:0.4")
    assert (point.kind, point.status, point.binding) == ("stability", "undecided", None)


def test_a_range_may_end_where_a_class_vanishes() -> None:
    """There its skills have infinitely many texts each: the search says what it could not decide, and no more."""
    s = letter("s")
    halves = SkillClass("a", s), SkillClass("b", 1 - s, "1/2")
    evolution = ClassEvolution(ClassEnsemble(halves, (TextType("t", 1, {"a": Poisson(2), "b": Poisson(1)}),)))
    assert "1 to 1" in (evolution.thresholds("s").reason or "")
    assert "continuous" in (evolution.thresholds("s", search="0.1:0.9").reason or "")
