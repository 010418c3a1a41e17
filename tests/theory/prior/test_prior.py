"""Prior knowledge by degree, beside the equation iterated as the theory states it, and beside graphs."""

from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp

import deanalysis as da
from deanalysis.graphs.graph import Graph
from deanalysis.graphs.learning import learn
from deanalysis.theory.evolution.answers import Status
from deanalysis.theory.prior.equations import ByDegree, of_commonest

SKILLS = da.Polynomial(((1, "0.5"), (2, "0.25"), (3, "0.15"), (30, "0.1")))
TEXTS = da.Polynomial(((2, "0.2"), (3, "0.5"), (5, "0.3")))
ENSEMBLE = da.Ensemble(TEXTS, SKILLS)


def iterated(known: dict[int, float], s: int, rounds: int = 20_000) -> tuple[float, float, float]:
    """Iterate q = lambda_unknown(1 - T(q)) of section 10, with all texts as they are; return q and the shares learned and understood."""
    skills = [(degree, float(share)) for degree, share in SKILLS.terms]
    mean, rho = sum(j * share for j, share in skills), [(j, j * float(share) / float(TEXTS.mean)) for j, share in TEXTS.terms]
    unknown = [(j, share * (1 - known.get(j, 0.0))) for j, share in skills]

    def binomial(n: int, q: float, most: int) -> float:
        return sum(float(sp.binomial(n, k)) * q**k * (1 - q) ** (n - k) for k in range(min(n, most) + 1))

    teaching: Callable[[float], float] = lambda q: sum(weight * binomial(j - 1, q, s - 1) for j, weight in rho)  # noqa: E731
    q = sum(j * share for j, share in unknown) / mean
    for _ in range(rounds):
        after = sum(j * share * (1 - teaching(q)) ** (j - 1) for j, share in unknown) / mean
        if abs(after - q) < 1e-15:
            break
        q = after
    zeta = sum(share * (1 - teaching(q)) ** j for j, share in unknown)
    return q, 1 - zeta, sum(float(share) * binomial(j, q, s) for j, share in TEXTS.terms)


@pytest.mark.parametrize("s", [1, 2])
@pytest.mark.parametrize("share", ["0", "0.02", "0.06", "0.1", "0.3", "0.7"])
def test_states_are_those_of_the_equation_that_the_theory_states(s: int, share: str) -> None:
    state = da.PriorKnowledge(ENSEMBLE, da.SkillLearner(s)).state(share)
    known = {degree: float(part) for degree, part in of_commonest(SKILLS, sp.Rational(share)).items()}
    q, learned, understood = iterated(known, s)
    assert float(state.q) == pytest.approx(q, abs=1e-9)
    assert float(state.learned) == pytest.approx(learned, abs=1e-9)
    assert float(state.understood) == pytest.approx(understood, abs=1e-9)
    assert state.status == "proved"
    assert da.PriorKnowledge(ENSEMBLE, da.SkillLearner(s)).curve([float(share)])[0] == pytest.approx(learned, abs=1e-6)


def test_all_known_and_what_is_known_by_any_degree() -> None:
    prior = da.PriorKnowledge(ENSEMBLE, da.SkillLearner(1))
    everything = prior.state(1)
    assert [float(number) for number in (everything.known, everything.learned, everything.understood, everything.q)] == [1, 1, 1, 0]
    assert float(prior.state({1: 1}).known) == 0.5
    assert float(prior.state({1: 1}).learned) == pytest.approx(iterated({1: 1.0}, 1)[1], abs=1e-9)
    with pytest.raises(da.InputError, match="table of degrees"):
        ByDegree(da.Ensemble(TEXTS, da.Poisson(3)), {})
    with pytest.raises(da.InputError, match="the share known"):
        prior.state("1.5")


def test_the_emergence_is_where_a_scan_of_states_jumps() -> None:
    prior = da.PriorKnowledge(ENSEMBLE, da.SkillLearner(1))
    (emergence,) = prior.emergence()
    shares = np.linspace(0, 0.2, 101)
    learned = [iterated({d: float(p) for d, p in of_commonest(SKILLS, sp.Rational(str(round(s, 6)))).items()}, 1)[1] for s in shares]
    jump = int(np.argmax(np.diff(learned)))
    assert learned[jump + 1] - learned[jump] > 0.2
    assert shares[jump] <= emergence.known <= shares[jump + 1]
    assert float(emergence.past.learned) - float(emergence.before.learned) > 0.2
    assert emergence.status == "proved"


@pytest.mark.parametrize(("terms", "degree"), [(((8, "0.9"), (40, "0.1")), 6), (((10, "0.9"), (50, "0.1")), 8), (((3, 1),), 6)])
def test_a_jump_to_all_is_found_where_bisection_finds_it(terms: tuple[tuple[int, str], ...], degree: int) -> None:
    """The state is iterated by hand, the share bisected. Of regular skills the share is that of bits that are not erased: 1 - 0.42944."""
    skills = da.Polynomial(terms)
    (emergence,) = da.PriorKnowledge(da.Ensemble(da.Regular(degree), skills), da.SkillLearner(1)).emergence()
    law = [(number, float(share)) for number, share in skills.terms]
    edges = sum(number * share for number, share in law)

    def stuck(known: float) -> bool:
        unknown = dict(law)
        for number, share in reversed(law):
            given = min(share, known)
            unknown[number] -= given
            known -= given
        state = 1.0
        for _ in range(30_000):
            untaught = 1 - (1 - state) ** (degree - 1)
            state = sum(number * share * untaught ** (number - 1) for number, share in unknown.items()) / edges
        return state > 1e-6

    low, high = 0.0, 1.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (middle, high) if stuck(middle) else (low, middle)
    assert emergence.known == pytest.approx(low, abs=2e-4)
    assert float(emergence.past.learned) == pytest.approx(1, abs=1e-9)
    assert float(emergence.before.learned) < 0.9


def test_where_all_is_learned_from_nothing_there_is_no_jump() -> None:
    ensemble = da.Ensemble(da.Polynomial(((1, "0.9"), (2, "0.1"))), da.Polynomial(((4, "0.5"), (6, "0.5"))))
    assert da.PriorKnowledge(ensemble, da.SkillLearner(1)).emergence() == ()


def sampled(skills: int, seed: int) -> Graph:
    """Draw a graph of the two laws by matching ends at random; an edge drawn twice counts once."""
    rng = np.random.default_rng(seed)

    def ends(law: da.Polynomial, nodes: int) -> np.ndarray:
        return np.repeat(
            np.arange(nodes), rng.permutation(np.repeat([d for d, _ in law.terms], [round(float(p) * nodes) for _, p in law.terms]))
        )

    of_skills = rng.permutation(ends(SKILLS, skills))
    of_texts = ends(TEXTS, round(skills * float(ENSEMBLE.ratio) / 10) * 10)
    edges = min(len(of_skills), len(of_texts))
    return Graph.joined(of_texts[:edges], of_skills[:edges], range(1, int(of_texts.max()) + 2), range(1, skills + 1))


@pytest.mark.parametrize("share", [0.04, 0.09])
def test_graphs_learn_as_much_as_the_theory_says_and_not_three_percent_more(share: float) -> None:
    skills, prior = 100_000, da.PriorKnowledge(ENSEMBLE, da.SkillLearner(1))
    (emergence,) = prior.emergence()
    assert abs(share - emergence.known) > 0.005
    learned = [learn(sampled(skills, seed), known_top=round(share * skills)).learned for seed in range(6)]
    theory, error = float(prior.state(str(share)).learned), max(np.std(learned) / 6**0.5, 1e-4)
    assert abs(np.mean(learned) - theory) < 5 * error
    assert abs(np.mean(learned) - 1.03 * theory) > 5 * error


def test_a_state_at_a_double_root_is_numerical_and_no_nan() -> None:
    """q = 4/9 is a double root: f(q) - q = 0 and f'(q) = 1, by SymPy; no ball shows that the largest fixed point is there."""
    texts, skills = ({1: 1, 2: 3, 3: 3}, {1: 1, 2: 3, 3: 3})
    ensemble = da.Ensemble(da.Polynomial.from_counts(texts), da.Polynomial.from_counts(skills))
    evolution, root = da.DensityEvolution(ensemble, da.SkillLearner(1)), sp.Rational(4, 9)
    excess = evolution.right_side - da.q
    assert excess.subs(da.q, root) == sp.diff(excess, da.q).subs(da.q, root) == 0
    state = da.PriorKnowledge(ensemble, da.SkillLearner(1)).state({})
    assert state.status is Status.NUMERICAL
    untaught = 1 - evolution.teaching.subs(da.q, root)
    assert float(state.learned) == pytest.approx(float(1 - ensemble.skills.pgf(untaught)), abs=1e-8)
    assert state.learned.enclosure() is None
    assert float(state.known) == 0
