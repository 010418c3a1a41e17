"""A chain that is written as classes, one for each topic: against the command for chains, and what is alike in it."""

import numpy as np
import pytest
import sympy as sp

from deanalysis import (
    Chain,
    ChainEvolution,
    ClassEnsemble,
    ClassEvolution,
    Ensemble,
    Poisson,
    Regular,
    SkillClass,
    SkillLearner,
    TextType,
    letter,
)
from deanalysis.balls.bound_map import BoundMap
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.model.symbols import eps

WINDOW = 3


def coupled(topics: int) -> ClassEnsemble:
    """A (3,6) code spread over a chain: a skill of topic t is in one text of each of t, t + 1 and t + 2, which has two of its topic."""
    places = range(1, topics + WINDOW)
    classes = tuple(
        SkillClass(f"t{t}", sp.Rational(1, topics), eps, texts={f"p{t + k}": Regular(1) for k in range(WINDOW)})
        for t in range(1, topics + 1)
    )
    types = tuple(
        TextType(f"p{p}", sp.Rational(1, 2 * topics), {f"t{p - k}": Regular(2) for k in range(WINDOW) if 0 < p - k <= topics})
        for p in places
    )
    return ClassEnsemble(classes, types)


@pytest.mark.parametrize("topics", [2, 6])
def test_a_chain_written_as_classes_has_the_threshold_of_the_chain(topics: int) -> None:
    (jump,) = ClassEvolution(coupled(topics)).thresholds(eps, digits=30, search="0.4:1").emergence
    chain = Chain(Ensemble(Regular(6), Regular(3), eps), SkillLearner(1), topics, WINDOW, "spread")
    (same,) = ChainEvolution(chain).thresholds(eps, digits=30)
    assert (jump.status, jump.value) == ("proved", same.value)
    assert isinstance(jump.fixed_point, dict)
    assert tuple(jump.fixed_point.values()) == same.fixed_point
    assert jump.classes == tuple(f"t{t}" for t in range(1, topics + 1))


def iterated(evolution: ClassEvolution, **values: str) -> dict[sp.Symbol, float]:
    """Iterate all equations in floats, each unknown on its own."""
    bound = evolution.at(**values)
    step = compile_floats(sp.Tuple(*bound.right_sides), *bound.unknowns)
    state, change = np.array(bound.starts, dtype=float), 1.0
    while change > 1e-14:
        following = np.array(step(*state))
        change, state = float(np.max(np.abs(following - state))), following
    return dict(zip(bound.unknowns, state.tolist(), strict=True))


@pytest.mark.parametrize("value", ["0.57", "0.7"])
def test_unknowns_that_mirror_each_other_are_alike_and_no_others(value: str) -> None:
    """Topics 3 and 4 mirror each other, so that p4 and p5 teach topic 3 alike, too: one unknown fewer than half of them."""
    evolution = ClassEvolution(coupled(6))
    states = iterated(evolution, eps=value)
    f = BoundMap.of(evolution, {eps: sp.Rational(value)})
    assert (len(states), len(f.unknowns)) == (18, 8)
    values = np.array([states[symbol] for symbol in f.places])
    places = np.array(list(f.places.values()))
    apart = np.abs(values[:, None] - values[None, :])
    assert np.all((apart < 1e-12) == (places[:, None] == places[None, :]))
    proved = evolution.fixed_point(eps=value)
    assert [float(proved.q[evolution.labels[symbol]]) for symbol in f.places] == pytest.approx(list(values), rel=1e-10)


def test_classes_are_alike_once_letters_have_the_same_value() -> None:
    a, b = letter("A"), letter("B")
    classes = SkillClass("a", "1/2", a), SkillClass("b", "1/2", b)
    types = tuple(TextType(f"t{name}", 1, {name: Poisson(3), other: Poisson(1)}) for name, other in ("ab", "ba"))
    evolution = ClassEvolution(ClassEnsemble(classes, types))
    half, third = sp.Rational(1, 2), sp.Rational(1, 3)
    assert len(BoundMap.of(evolution, {a: half, b: half}).unknowns) == 1
    assert len(BoundMap.of(evolution, {a: half, b: third}).unknowns) == 2
    assert len(BoundMap.of(evolution, {a: half}, b).unknowns) == 2


def test_an_unknown_that_is_like_one_at_zero_is_zero() -> None:
    f = BoundMap.of(ClassEvolution(coupled(4)), {eps: sp.Rational(1, 2)})
    first = f.unknowns[0]
    left = f.without({first: sp.S.Zero})
    like = [symbol for symbol, place in f.places.items() if f.unknowns[place] == first]
    assert len(like) == 2
    assert [dict(left.fixed)[symbol] for symbol in like] == [0, 0]
    assert not left.places.keys() & set(like)


def test_what_is_learned_completely_past_a_jump_is_exactly_zero() -> None:
    (jump,) = ClassEvolution(coupled(2)).thresholds(eps, digits=40, search="0.8:0.9").emergence
    assert isinstance(jump.lands_on, dict)
    assert len(jump.lands_on) == 6
    assert {(number.text, number.low, number.high) for number in jump.lands_on.values()} == {("0", "0", "0")}
