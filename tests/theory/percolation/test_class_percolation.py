"""Percolation of several classes: against one class, against components of graphs by class, and on both sides of each threshold."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import sympy as sp
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from deanalysis import (
    Association,
    ClassEnsemble,
    ClassEvolution,
    ClassPercolation,
    DensityEvolution,
    Ensemble,
    InputError,
    Learner,
    Percolation,
    Poisson,
    PoissonLearner,
    Prerequisites,
    R,
    Regular,
    SkillClass,
    SkillLearner,
    TextType,
    c,
    eps,
    validate,
)
from deanalysis.balls.numbers import ZERO
from deanalysis.simulate.classes import ClassGraph, Training, sample_classes
from deanalysis.simulate.streams import new_streams
from deanalysis.theory.percolation.classes.equations import learned_messages
from deanalysis.theory.percolation.giant import GiantComponent

PAPER, CODE = Ensemble(Poisson(c), Poisson(c * R)), Ensemble(Regular(4), Regular(3), eps)
LEVELS = ClassEnsemble(
    (SkillClass("basic", "2/3"), SkillClass("domain", "1/3", "9/10", requires=("basic",))),
    (TextType("general", "1.2", {"basic": Poisson(1)}), TextType("expert", R, {"basic": Poisson("1/2"), "domain": Poisson("3/2")})),
)
MIXED = ClassEnsemble(
    (SkillClass("a", "1/2", texts={"t": Regular(2)}), SkillClass("b", "1/2")),
    (
        TextType("t", 1, {"a": Poisson(1), "b": Poisson("1/4")}, SkillLearner(2)),
        TextType("u", R, {"b": Poisson("4/3")}, PoissonLearner("exp(-x/2)")),
    ),
)
ONCE = ClassEnsemble(
    (
        SkillClass("basic", "1/2", "1/2", texts={"general": Regular(1), "expert": Poisson(2 * R)}),
        SkillClass("domain", "1/2", requires=("basic",)),
    ),
    (
        TextType("general", "1/4", {"basic": Poisson(2)}, SkillLearner(2)),
        TextType("expert", R, {"basic": Poisson(1), "domain": Poisson(1)}, SkillLearner(2)),
    ),
)
"""Each basic skill is in one general text alone, which no other text teaches it."""
APART = ClassEnsemble(
    (SkillClass("a", "1/2", "1/2"), SkillClass("b", "1/4", "1/2"), SkillClass("n", "1/4")),
    (TextType("t", R, {"a": Poisson(3)}), TextType("u", "1/8", {"b": Poisson(1)})),
)
"""Texts of b are few, n has none, and no text joins two classes."""
UNDERSTOOD, THINNED = Association(edges="understood"), Association(keep="0.9")


def plain_and_classes(
    ensemble: Ensemble, learner: Learner, association: Association | None = None, parts: int = 1
) -> tuple[Percolation, ClassPercolation]:
    stated = association or Association()
    classes = ClassEvolution(ClassEnsemble.of(ensemble, learner, parts))
    return Percolation(DensityEvolution(ensemble, learner), stated), ClassPercolation(classes, stated)


@pytest.mark.parametrize(
    ("ensemble", "learner", "association", "parts", "values"),
    [
        (PAPER, SkillLearner(1), None, 1, {"c": 1, "R": "1.5"}),
        (PAPER, SkillLearner(1), None, 2, {"c": 1, "R": "1.5"}),
        (PAPER, SkillLearner(2), UNDERSTOOD, 2, {"c": 2, "R": "0.6"}),
        (PAPER, PoissonLearner("exp(-x/2)"), THINNED, 1, {"c": 1, "R": "2"}),
        (PAPER, SkillLearner(1), None, 1, {"c": 1, "R": "1"}),
        (PAPER, SkillLearner(1), Association(keep="1/2", learned=False), 2, {"c": 2, "R": "1"}),
        (CODE, SkillLearner(1), None, 1, {"eps": "0.3"}),
        (CODE, SkillLearner(1), UNDERSTOOD, 2, {"eps": "0.8"}),
        (Ensemble(Regular(2), Poisson("1.5")), SkillLearner(1), None, 1, {}),
        (Ensemble(Poisson(3), Regular(1), "1/2"), SkillLearner(1), None, 1, {}),
    ],
)
def test_one_class_is_as_without_classes(
    ensemble: Ensemble, learner: Learner, association: Association | None, parts: int, values: dict[str, str]
) -> None:
    plain, classes = (one.component(digits=12, **values) for one in plain_and_classes(ensemble, learner, association, parts))
    for name in (*GiantComponent.measured(), "status"):
        assert str(getattr(classes, name)) == str(getattr(plain, name)), name
    assert {str(share) for share in classes.giant_component_by_class.values()} == {str(plain.giant_component)}


@pytest.mark.parametrize(
    ("association", "values", "letter", "search", "approximate"),
    [
        (None, {"c": 1}, "R", "0.5:2", False),
        (UNDERSTOOD, {"c": 1}, "R", "0.5:2", False),
        (None, {"c": 3}, "R", "0.2:2", False),
        (None, {"c": 3}, "R", "0.2:2", True),
        (Association(keep="p"), {"c": 1, "R": 2}, "p", None, False),
        (Association(keep="p", learned=False), {"c": 1, "R": 2}, "p", None, False),
        (UNDERSTOOD, {"c": 6}, "R", "0.3:6", False),
    ],
)
def test_one_class_has_the_thresholds_it_has_without_classes(
    association: Association | None, values: dict[str, str], letter: str, search: str | None, approximate: bool
) -> None:
    plain, classes = (
        one.thresholds(letter, digits=14, search=search, approximate=approximate, **values)
        for one in plain_and_classes(PAPER, SkillLearner(1), association)
    )
    assert [(str(one.value), one.learned_side, one.status) for one in classes] == [
        (str(one.value), one.learned_side, one.status) for one in plain
    ]


@pytest.mark.parametrize(
    ("ensemble", "association", "value"),
    [(ONCE, None, "0.25"), (LEVELS, None, "0.9"), (LEVELS, UNDERSTOOD, "1.3"), (MIXED, None, "1"), (MIXED, THINNED, "1.5")],
)
def test_graphs_agree_and_could_disagree(ensemble: ClassEnsemble, association: Association | None, value: str) -> None:
    run = {"skills": 100_000, "replicates": 8, "seed": 5, "workers": 1, "association": association or Association()}
    evolution, points = ClassEvolution(ensemble), [{"R": value}]
    result = validate(evolution, points, **run)
    assert result.verdict == "agrees", (result.points[0].z, result.why)
    assert result.points[0].theory["giant_component"] > 0.1
    assert validate(evolution, points, theory_factor=1.03, **run).verdict == "disagrees"
    assert validate(evolution, points, independent=True, **run).points[0].z["giant_component"] != result.points[0].z["giant_component"]


@pytest.mark.parametrize(("ensemble", "edges", "value"), [(LEVELS, "all", "0.9"), (MIXED, "understood", "1.3")])
def test_the_giant_component_by_class_is_that_of_graphs(ensemble: ClassEnsemble, edges: str, value: str) -> None:
    """Components by another program, that of SciPy, of graphs that this one draws and learns on."""
    bound, shares = ensemble.at(R=value), []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        drawn = sample_classes(bound, 60_000, rng)
        training = Training.start(bound, drawn, new_streams(seed, (), len(bound.types)), rng)
        for level in range(len(bound.levels)):
            training.learn(level)
        shares.append(by_components(drawn, training.novel, edges))
    found = ClassPercolation(ClassEvolution(ensemble), Association(edges=edges)).component(R=value).giant_component_by_class
    mean, error = np.mean(shares, axis=0), np.std(shares, axis=0, ddof=1) / len(shares) ** 0.5
    theory = np.array([float(found[name]) for name in bound.names])
    assert np.all(np.abs(mean - theory) < 4 * error)
    assert np.any(np.abs(mean - 1.03 * theory) > 4 * error)


def by_components(drawn: ClassGraph, novel: np.ndarray, edges: str) -> list[float]:
    """Return the share of each class in the largest component."""
    graph = drawn.graph
    skills, texts = np.repeat(np.arange(1, graph.skills + 1), np.diff(graph.start.astype(int))), graph.ends.astype(int)
    stuck = np.zeros(graph.texts, dtype=bool)
    stuck[texts[novel[skills] > 0]] = True
    joined = (novel[skills] == 0) & ~(stuck[texts] & (edges == "understood"))
    size = graph.skills + 1 + graph.texts
    ends = skills[joined], graph.skills + 1 + texts[joined]
    labels = connected_components(coo_array((np.ones(joined.sum()), ends), (size, size)), directed=False)[1]
    largest = np.argmax(np.bincount(labels[1 : graph.skills + 1][novel[1:] == 0]))
    inside = (labels[: graph.skills + 1] == largest) & (novel == 0)
    return [float(inside[skills].mean()) for skills in drawn.classes.values()]


@pytest.mark.parametrize("edges", ["all", "understood"])
def test_a_giant_component_is_there_past_the_threshold_and_not_before(edges: str) -> None:
    few = (replace(LEVELS.types[0], ratio="0.4"), LEVELS.types[1])
    percolation = ClassPercolation(ClassEvolution(replace(LEVELS, types=few)), Association(edges=edges))
    (threshold,) = percolation.thresholds(search="0.05:3")
    assert (threshold.status, threshold.learned_side) == ("proved", "above")
    for factor, there in ((1 - 1e-6, False), (1 + 1e-6, True)):
        state = percolation.component(R=f"{float(threshold.value) * factor:.12g}")
        assert (float(state.giant_component) > 0, state.status) == (there, "proved")
        assert (float(state.branching_factor) > 1) is there


def test_a_jump_of_what_is_learned_can_make_a_giant_component() -> None:
    """Where understood texts alone associate, classes that are stuck percolate with the jump of the last of them."""
    three = Ensemble(Poisson(3 * R), Regular(3))
    plain, classes = plain_and_classes(three, SkillLearner(1), UNDERSTOOD)
    for one, other in zip(plain.thresholds(search="0.1:3"), classes.thresholds(search="0.1:3"), strict=True):
        assert (str(one.value), one.learned_side) == (str(other.value), other.learned_side)


def test_a_class_of_small_components_alone_has_no_share() -> None:
    percolation = ClassPercolation(ClassEvolution(APART))
    state = percolation.component(R=1)
    assert {name: float(share) > 0 for name, share in state.giant_component_by_class.items()} == {"a": True, "b": False, "n": False}
    assert (state.giant_component_by_class["b"], state.learned_by_class["n"], state.status) == (ZERO, ZERO, "proved")
    assert float(state.giant_component) == pytest.approx(float(state.giant_component_by_class["a"]) / 2, rel=1e-14)


def test_giant_components_of_classes_that_no_text_joins_are_not_compared() -> None:
    """Theory adds them up; in a graph the largest component is one of them."""
    halves = ClassEnsemble(
        (SkillClass("a", "1/2", "1/2"), SkillClass("b", "1/2", "1/2")), tuple(TextType(kind, 1, {kind: Poisson(2)}) for kind in "ab")
    )
    point = validate(ClassEvolution(halves), [{}], skills=20_000, replicates=4, seed=3, workers=1, association=Association()).points[0]
    assert "giant_component" not in point.z
    assert abs(point.z["mean_degree"]) < 4


def test_what_there_is_not_is_refused() -> None:
    ordered = ClassEnsemble((SkillClass("a", 1, prerequisites=Prerequisites("1/2")),), (TextType("t", R, {"a": Poisson(3)}),))
    with pytest.raises(InputError, match="prerequisites"):
        ClassPercolation(ClassEvolution(ordered))
    with pytest.raises(InputError, match="one probability"):
        ClassPercolation(ClassEvolution(LEVELS), Association(keep="decay(1/2)"))
    with pytest.raises(InputError, match="auto or balls"):
        ClassPercolation(ClassEvolution(LEVELS)).component(R=1, method="mpmath")


def by_rules(patience: int, others: str, edges: str, chance: dict[tuple[str, str], sp.Rational]) -> dict[str, sp.Rational]:
    """Return the chances that a text, seen from a skill, leads nowhere, and that it teaches this one and leads nowhere, state by state.

    Skills of the lower class a that are novel keep the text from teaching; novel ones of b are learned where it is understood.
    """
    sums = {"nowhere": sp.S.Zero, "taught": sp.S.Zero}
    for states in product(*([key for key in chance if key[0] == name] for name in others)):
        likely = sp.prod(chance[state] for state in states)
        ready = ("a", "novel") not in states
        novel = sum(name == "b" and state.startswith("novel") for name, state in states)
        understood, taught = ready and novel <= patience, ready and novel + 1 <= patience
        vertices = [state for name, state in states if state.startswith("known") or (name == "b" and understood)]
        if all(state.endswith("dead") for state in vertices) or (edges == "understood" and not understood):
            sums["nowhere"] += likely
            sums["taught"] += likely if taught else 0
    return sums


@pytest.mark.parametrize(("patience", "edges"), [(1, "all"), (2, "all"), (1, "understood"), (2, "understood")])
def test_what_a_text_of_two_levels_leads_to_is_counted_state_by_state(patience: int, edges: str) -> None:
    mixed = TextType("t", R, {"a": Regular(1), "b": Regular(3)}, SkillLearner(patience))
    levels = ClassEnsemble((SkillClass("a", "1/2"), SkillClass("b", "1/2", requires=("a",))), (mixed,))
    values = {"q_a": "2/7", "q_b": "3/5", "v_L_a": "1/3", "v_L_b": "1/5", "v_N_b": "4/9"}
    q_a, q_b, dead_a, dead_b, novel_b = map(sp.Rational, values.values())
    chance = {
        **{("a", "known dead"): dead_a, ("a", "known alive"): 1 - q_a - dead_a, ("a", "novel"): q_a},
        **{("b", "known dead"): dead_b, ("b", "known alive"): 1 - q_b - dead_b},
        **{("b", "novel dead"): novel_b, ("b", "novel alive"): q_b - novel_b},
    }
    shown = {str(one.lhs): one.rhs for one in learned_messages(ClassEvolution(levels), Association(edges=edges)).shown}
    for name, others in (("a", "bbb"), ("b", "abb")):
        counted = by_rules(patience, others, edges, chance)
        put = {sp.Symbol(letter, nonnegative=True): sp.Rational(value) for letter, value in values.items()}
        taught = sp.Symbol(f"Y_t_{name}", nonnegative=True) - shown[f"Z_t_{name}"]
        assert shown[f"Y_t_{name}"].xreplace(put) == counted["nowhere"]
        assert taught.xreplace(put) == (counted["taught"] if name == "b" else 0)
