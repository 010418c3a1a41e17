"""Chains and protographs simulated: against plain iteration of their equations, against one topic alone, and learned by brute force."""

from typing import Any, NamedTuple

import numpy as np
import pytest
from routes.chain_states import State, folded, geometric, poisson, poisson_spread, protograph, regular, terminated, uniform

from deanalysis import (
    Chain,
    Ensemble,
    Geometric,
    NegativeBinomial,
    Poisson,
    PoissonLearner,
    Protograph,
    Regular,
    SkillLearner,
    TrialStats,
    load_model,
    simulate,
)
from deanalysis.present.validation.validate import _deviate

RUN = {"replicates": 16, "seed": 3, "workers": 1}
AR4JA = ((0, 0, 1, 0, 2), (1, 1, 0, 1, 3), (1, 2, 0, 2, 1))


class Case(NamedTuple):
    """A chain, its values and size, and what iteration says of it."""

    chain: Any
    values: dict[str, str]
    skills: int
    state: State


def chain(texts: Any, skills: Any, *shape: int, unknown: Any = 1, **options: Any) -> Chain:
    return Chain(Ensemble(texts, skills, unknown), SkillLearner(1), *shape, **options)


def stated(text: str, **options: Any) -> Chain:
    return load_model(text, **options).ensemble


def blocks(parts: list[np.ndarray], topics: int, unknown: str, ends: str = "open") -> Case:
    """Return a chain of a protograph by its edge spreading, and what is left of the protograph that it is as a whole."""
    spreading = tuple(tuple(map(tuple, part.tolist())) for part in parts)
    base = tuple(map(tuple, sum(parts).tolist()))
    made = Chain(Protograph(base), topics=topics, window=len(parts), coupling="spread", spreading=spreading, ends=ends)
    whole = terminated(parts, topics * (1 + (ends == "one")))
    state = protograph(whole, np.full(whole.shape[1], float(unknown)))
    state = state._replace(zeta=state.zeta.reshape(-1, parts[0].shape[1]).mean(axis=1))
    return Case(made, {"eps": unknown}, 5000, folded(state, topics, len(parts)) if ends == "one" else state)


CASES = {
    "paper": Case(stated("chain(paper, 12, 3)"), {"c": "5", "R": "0.85"}, 10_000, uniform(12, 3, poisson(4.25), poisson(5))),
    "wave": Case(stated("chain(paper, 12, 2)"), {"c": "4", "R": "1.05"}, 40_000, uniform(12, 2, poisson(4.2), poisson(4))),
    "ldpc": Case(stated("chain(ldpc(3,6), 10, 3)"), {"eps": "0.54"}, 10_000, uniform(10, 3, regular(3), regular(6), 0.54)),
    "spread": blocks([np.array([[1, 1]])] * 3, 10, "0.56"),
    "spread unevenly": blocks([np.array([[1, 1, 1], [0, 1, 2]]), np.array([[1, 0, 1], [2, 1, 1]])], 8, "0.75"),
    "spread, one end": blocks([np.array([[1, 1]]), np.array([[1, 2]]), np.array([[1, 1]])], 6, "0.6", "one"),
    "spread, one end, texts in the middle": blocks([np.array([[2, 1]])] * 2, 6, "0.6", "one"),
    "fuse": Case(stated("fuse(3, 10)"), {"d": "0.97"}, 10_000, poisson_spread(10, 3, 2.91)),
    "two skills": Case(
        Chain(stated("chain(paper, 2, 2)").ensemble, SkillLearner(2), 10, 3),
        {"c": "6", "R": "0.42"},
        10_000,
        uniform(10, 3, poisson(2.52), poisson(6), two=True),
    ),
    "ring": Case(
        chain(Poisson(4), Poisson(4.2), 12, 3, ends="ring", known=3),
        {},
        40_000,
        uniform(12, 3, poisson(4.2), poisson(4), ends="ring", known=3),
    ),
    "ring of regular": Case(
        chain(Regular(6), Regular(3), 10, 2, unknown="0.54", ends="ring", known=2),
        {},
        10_000,
        uniform(10, 2, regular(3), regular(6), 0.54, ends="ring", known=2),
    ),
    "one end": Case(chain(Poisson(5), Poisson(4.25), 6, 3, ends="one"), {}, 10_000, uniform(6, 3, poisson(4.25), poisson(5), ends="one")),
    "one end, texts in the middle": Case(
        chain(Poisson(5), Poisson(4.25), 4, 4, ends="one"), {}, 10_000, uniform(4, 4, poisson(4.25), poisson(5), ends="one")
    ),
    "one end, of regular": Case(
        chain(Regular(6), Regular(3), 6, 4, unknown="0.6", ends="one"),
        {},
        10_000,
        uniform(6, 4, regular(3), regular(6), 0.6, ends="one"),
    ),
    "texts draw": Case(chain(Regular(4), Poisson(3.4), 10, 3), {}, 10_000, uniform(10, 3, poisson(3.4), regular(4))),
    "both draw": Case(chain(Geometric(4), Regular(3), 8, 2, unknown="0.8"), {}, 10_000, uniform(8, 2, regular(3), geometric(4), 0.8)),
    "AR4JA": Case(Chain(Protograph(AR4JA, (5,))), {"eps": "0.46"}, 10_000, protograph(np.array(AR4JA), np.array([0.46] * 4 + [1]))),
}


def quantities(case: Case) -> dict[str, float]:
    """Return what iteration says: means over all skills and texts, and zeta by topic or, of one topic, by class."""
    state, cell = case.state, case.chain.cell
    means = {name: float(np.average(getattr(state, name), weights=state.texts)) for name in ("training", "testing")}
    names = (
        [f":{topic}" for topic in range(1, case.chain.topics + 1)] if case.chain.topics > 1 else [f":{own.name}" for own in cell.classes]
    )
    parts = {f"zeta{name}": float(zeta) for name, zeta in zip(names, state.zeta, strict=True)}
    return {"zeta": float(state.zeta.mean()), "training_error": means["training"], "testing_error": means["testing"], **parts}


@pytest.mark.parametrize("name", CASES)
def test_graphs_are_what_iteration_says_and_could_be_something_else(name: str) -> None:
    case = CASES[name]
    stats = simulate(case.chain.at(**case.values), skills=case.skills, **RUN)
    expected = quantities(case)
    z = {name: _deviate(stats.quantities[name], value, 0.0) for name, value in expected.items()}
    assert max(map(abs, z.values())) < 4, z
    assert abs(_deviate(stats.zeta, 1.03 * expected["zeta"], 0.0)) > 4


def apart(one: TrialStats, other: TrialStats, name: str) -> float:
    """Return the difference of a quantity between two simulations, over its standard error."""
    first, second = one.quantities[name], other.quantities[name]
    error = (first.standard_error**2 + second.standard_error**2) ** 0.5
    return (first.mean - second.mean) / error


@pytest.mark.parametrize("coupling", ["uniform", "spread"])
@pytest.mark.parametrize(
    ("texts", "skills", "unknown", "learner"),
    [
        (Poisson(3), Poisson("2.4"), 1, SkillLearner(1)),
        (Regular(6), Regular(3), "0.5", SkillLearner(1)),
        (Regular(4), Poisson(3), "0.8", SkillLearner(2)),
        (Poisson(4), NegativeBinomial(3, "0.8"), "0.9", SkillLearner(1)),
        (Geometric(4), Regular(3), "0.9", PoissonLearner("exp(-x/2)")),
    ],
    ids=["paper", "regular", "texts", "popularity", "hesitant"],
)
def test_one_topic_is_the_plain_model(texts: Any, skills: Any, unknown: Any, learner: Any, coupling: str) -> None:
    ensemble = Ensemble(texts, skills, unknown)
    plain = simulate(ensemble, learner, skills=20_000, **RUN)
    alone = simulate(Chain(ensemble, learner, coupling=coupling), skills=20_000, **RUN | {"seed": 4})
    assert plain.zeta.standard_error < 0.01 * plain.zeta.mean
    for name in ("zeta", "testing_error", "training_error"):
        assert abs(apart(plain, alone, name)) < 4.5
