"""Several classes simulated: against theory on both sides of each jump, and the loop against brute force on small graphs."""

import copy

import numpy as np
import pytest

from deanalysis import (
    ClassEnsemble,
    ClassEvolution,
    Ensemble,
    InputError,
    Poisson,
    PoissonLearner,
    Prerequisites,
    R,
    Regular,
    SkillClass,
    SkillLearner,
    TextType,
    simulate,
    validate,
)
from deanalysis.simulate.classes import ClassGraph, Training, sample_classes
from deanalysis.simulate.order import draw_order
from deanalysis.simulate.streams import new_streams

TWO_LEVELS = ClassEnsemble(
    (SkillClass("basic", "2/3"), SkillClass("domain", "1/3", requires=("basic",))),
    (TextType("general", "1.2", {"basic": Poisson(3)}), TextType("expert", R, {"basic": Poisson(2), "domain": Poisson(4)})),
)
NAMES = ("one", "two", "three")
THREE_LEVELS = ClassEnsemble(
    tuple(SkillClass(name, "1/3", "9/10" if place == 1 else 1, requires=NAMES[:place][-1:]) for place, name in enumerate(NAMES)),
    tuple(
        TextType(f"t{name}", R / 3, {**{lower: Poisson("1/2") for lower in NAMES[:place]}, name: Poisson(6)}, SkillLearner(1 + (place > 0)))
        for place, name in enumerate(NAMES)
    ),
)
TWO_TYPES = ClassEnsemble(
    (SkillClass("a", "1/2"), SkillClass("b", "1/2")),
    (
        TextType("t", R, {"a": Poisson(4), "b": Poisson("1/4")}),
        TextType("u", R / 2, {"a": Poisson("1/4"), "b": Poisson(6)}, SkillLearner(2)),
    ),
)
USERS = ClassEnsemble(
    (SkillClass("a", "1/2", texts=Regular(2)), SkillClass("b", "1/2", texts=Regular(3))),
    (TextType("slots", R, {"a": Poisson(1 / R), "b": Poisson(3 / (2 * R))}, PoissonLearner("exp(-x/2)")),),
)


def ordered(per: str, mean: str) -> ClassEnsemble:
    return ClassEnsemble((SkillClass("a", 1, prerequisites=Prerequisites(mean, per)),), (TextType("t", R, {"a": Poisson(3)}),))


CASES = [
    (TWO_LEVELS, ("0.4", "0.6")),
    (THREE_LEVELS, ("0.7", "1.1", "1.7", "5.5")),
    (TWO_TYPES, ("0.7", "1")),
    (USERS, ("0.4", "2")),
    (ordered("skill", "1/2"), ("1.3", "1.9")),
    (ordered("pair", "2"), ("1.8", "2.4")),
]


@pytest.mark.parametrize(("ensemble", "values"), CASES, ids=lambda one: "" if isinstance(one, ClassEnsemble) else ",".join(one))
def test_theory_and_simulation_agree_and_could_disagree(ensemble: ClassEnsemble, values: tuple[str, ...]) -> None:
    evolution = ClassEvolution(ensemble)
    points = [{"R": value} for value in values]
    run = {"skills": 60_000, "replicates": 8, "seed": 3, "workers": 1}
    result = validate(evolution, points, **run)
    assert result.verdict == "agrees", [(point.parameters, point.z, point.why) for point in result.points]
    assert validate(evolution, points[:1], theory_factor=1.04, **run).verdict == "disagrees"


def numbers(nodes: slice) -> range:
    return range(nodes.start, nodes.stop)


def brute(drawn: ClassGraph, ensemble: ClassEnsemble, training: Training, order: dict[int, set[int]]) -> set[int]:
    """Learn by the rules, text by text, until nothing changes; return what is still novel."""
    texts: list[list[int]] = [[] for _ in range(drawn.graph.texts)]
    for skill in range(1, drawn.graph.skills + 1):
        for edge in range(drawn.graph.start[skill - 1], drawn.graph.start[skill]):
            texts[drawn.graph.ends[edge]].append(skill)
    novel = set(np.flatnonzero(training.novel).tolist())
    levels = {skill: level for level, names in enumerate(ensemble.levels) for name in names for skill in numbers(drawn.classes[name])}
    for level in range(len(ensemble.levels)):
        changed = True
        while changed:
            changed = False
            for kind in ensemble.type_names:
                if ensemble.level_of_type(kind) != level:
                    continue
                for text in numbers(drawn.types[kind]):
                    missing = [skill for skill in texts[text] if skill in novel]
                    if any(levels[skill] < level for skill in missing) or len(missing) > training.patience[text]:
                        continue
                    taught = {skill for skill in missing if not order.get(skill, set()) & novel}
                    changed |= bool(taught)
                    novel -= taught
    return novel


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize(
    "ensemble",
    [
        TWO_LEVELS.at(R="0.7"),
        THREE_LEVELS.at(R=2),
        TWO_TYPES.at(R="0.7"),
        USERS.at(R=2),
        ClassEnsemble.of(Ensemble(Regular(4), Regular(2)), SkillLearner(2), 3),
        ordered("skill", "1").at(R="1.5"),
        ordered("pair", "2").at(R="1.5"),
    ],
    ids=["levels", "three", "types", "users", "regular", "skill", "pair"],
)
def test_the_loop_against_brute_force(ensemble: ClassEnsemble, number: int) -> None:
    rng = np.random.default_rng(number)
    drawn = sample_classes(ensemble, 60, rng)
    training = Training.start(ensemble, drawn, new_streams(number, (), len(ensemble.types)), rng)
    before = copy.deepcopy(training)
    ranges = training.ordered(ensemble.levels[0])
    waits: dict[int, set[int]] = {}
    if ranges:
        drawn_order = draw_order(ranges, training.novel, copy.deepcopy(training.rng))
        for skill in range(1, 61):
            for place in range(drawn_order.start[skill - 1], drawn_order.start[skill]):
                waits.setdefault(int(drawn_order.waiting[place]), set()).add(skill)
        assert all(required < skill for skill, some in waits.items() for required in some)
    for level in range(len(ensemble.levels)):
        training.learn(level)
    assert set(np.flatnonzero(training.novel).tolist()) == brute(drawn, ensemble, before, waits)


def test_graphs_are_what_the_laws_say() -> None:
    ensemble = ClassEnsemble.of(Ensemble(Regular(6), Regular(3)), SkillLearner(1), 2)
    drawn = sample_classes(ensemble, 10_000, np.random.default_rng(1))
    assert set(np.diff(drawn.graph.start)) <= {2, 3}
    assert drawn.graph.edges >= 3 * 10_000 - 5
    degrees = np.bincount(drawn.graph.ends, minlength=drawn.graph.texts)
    assert (degrees == 6).mean() > 0.999
    poisson = sample_classes(TWO_LEVELS.at(R=1), 30_000, np.random.default_rng(2))
    assert poisson.graph.texts == 36_000 + 30_000
    assert poisson.graph.edges == pytest.approx(36_000 * 3 + 30_000 * 6, rel=0.02)


def test_results_survive_and_do_not_depend_on_workers(tmp_path) -> None:
    path = tmp_path / "classes.csv"
    run = {"skills": 2000, "replicates": 4, "seed": 5}
    ensemble = TWO_LEVELS.at(R="0.6")
    first = simulate(ensemble, ensemble.learner, workers=1, output=path, **run)
    again = simulate(ensemble, ensemble.learner, workers=2, **run)
    assert first.quantities == again.quantities
    assert [name for name in first.quantities if name.startswith("zeta:")] == ["zeta:basic", "zeta:domain"]
    kept = path.read_text()
    assert simulate(ensemble, ensemble.learner, workers=1, output=path, **run).quantities == first.quantities
    assert path.read_text() == kept
    assert type(first).from_dict(first.to_dict()).quantities == first.quantities


def test_what_classes_do_not_have_is_refused() -> None:
    ensemble = TWO_LEVELS.at(R=1)
    for option in ({"one_pass": True}, {"rounds": 3}):
        with pytest.raises(InputError, match="several classes"):
            simulate(ensemble, ensemble.learner, skills=100, replicates=1, **option)
    with pytest.raises(InputError, match="skills"):
        simulate(ensemble, ensemble.learner, skills=1, replicates=1, workers=1)
