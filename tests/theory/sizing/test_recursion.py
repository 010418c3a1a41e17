"""The exact recursions of peeling, against all graphs of a few skills, fractions, each other, A_k and simulated graphs."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations, permutations, product
from math import comb, factorial

import numpy as np
import pytest

from deanalysis import Binomial, Ensemble, InputError, NegativeBinomial, Poisson, Polynomial, Regular, SkillLearner, load_model, simulate
from deanalysis.theory.sizing.peeling.edges import EdgeChain, Places
from deanalysis.theory.sizing.peeling.skills import SkillChain
from deanalysis.theory.sizing.peeling.windows import binomial
from deanalysis.theory.sizing.recursion import Recursion, recursion

PEELING = SkillLearner(1)
Edges = list[tuple[int, int]]
"""(skill, text) of each edge."""


def residue(edges: Edges, unknown: Iterable[int]) -> int:
    """Return how many skills are left, by a few lines of peeling."""
    left = set(unknown)
    while True:
        there = [(skill, text) for skill, text in edges if skill in left]
        degrees = Counter(text for _, text in there)
        taught = {skill for skill, text in there if degrees[text] == 1}
        if not taught:
            return len(left)
        left -= taught


def law(graphs: Iterable[tuple[Edges, Fraction]], skills: int, eps: Fraction = Fraction(1)) -> list[Fraction]:
    """Return the law of the number of skills left over weighted graphs and all sets of unknown skills."""
    left, total = [Fraction(0)] * (skills + 1), Fraction(0)
    sets = [chosen for size in range(skills + 1) for chosen in combinations(range(skills), size)] if eps < 1 else [tuple(range(skills))]
    for edges, weight in graphs:
        total += weight
        for unknown in sets:
            left[residue(edges, unknown)] += weight * eps ** len(unknown) * (1 - eps) ** (skills - len(unknown))
    return [value / total for value in left]


def same(result: Recursion, exact: list[Fraction]) -> bool:
    """Whether each chance has eleven digits in common with a fraction."""
    return all(value == pytest.approx(float(expected), rel=1e-11, abs=0) for value, expected in zip(result.left, exact, strict=True))


def by_skills(options: list[tuple[tuple[int, ...], Fraction]], skills: int) -> Iterator[tuple[Edges, Fraction]]:
    """Yield all graphs of skills that choose their texts independently."""
    for chosen in product(options, repeat=skills):
        weight = Fraction(1)
        for _, chance in chosen:
            weight *= chance
        yield [(skill, text) for skill, (texts, _) in enumerate(chosen) for text in texts], weight


def choices(degrees: dict[int, Fraction], texts: int, matching: str) -> list[tuple[tuple[int, ...], Fraction]]:
    """Return all choices of a skill, with their chances."""
    options = []
    for degree, chance in degrees.items():
        sets = list(combinations(range(texts), degree) if matching == "distinct" else product(range(texts), repeat=degree))
        options += [(chosen, chance / len(sets)) for chosen in sets]
    return options


@pytest.mark.parametrize("matching", ["repeated", "distinct"])
@pytest.mark.parametrize(("skills", "texts", "eps"), [(3, 4, "1"), (4, 3, "1"), (3, 3, "1/3")])
def test_skills_of_one_degree(matching: str, skills: int, texts: int, eps: str) -> None:
    exact = law(by_skills(choices({2: Fraction(1)}, texts, matching), skills), skills, Fraction(eps))
    ensemble = Ensemble(texts=Poisson(Fraction(2 * skills, texts)), skills=Regular(2), unknown=eps, matching=matching)
    assert same(recursion(ensemble, PEELING, skills=skills, texts=texts), exact)


@pytest.mark.parametrize("matching", ["repeated", "distinct"])
@pytest.mark.parametrize(("skills", "texts"), [(3, 3), (2, 5), (4, 2)])
def test_skills_of_several_degrees(matching: str, skills: int, texts: int) -> None:
    degrees = {0: Fraction(1, 20), 1: Fraction(1, 5), 2: Fraction(1, 4), 3: Fraction(1, 2)}
    if matching == "distinct" and texts < 3:
        degrees[2] += degrees.pop(3)
    skill_law = Polynomial(tuple(degrees.items()))
    ensemble = Ensemble(texts=Poisson(skill_law.mean * skills / texts), skills=skill_law, matching=matching)
    exact = law(by_skills(choices(degrees, texts, matching), skills), skills)
    assert same(recursion(ensemble, PEELING, skills=skills), exact)


def by_places(degree: int, skills: int, places: int) -> Iterator[tuple[Edges, Fraction]]:
    """Yield all matchings of the configuration model, with texts of so many places."""
    ends = [skill for skill in range(skills) for _ in range(degree)]
    for order in set(permutations(ends)):
        yield [(skill, place // places) for place, skill in enumerate(order)], Fraction(1)


@pytest.mark.parametrize(
    ("degree", "skills", "places", "eps"), [(2, 4, 4, "1"), (2, 4, 4, "2/5"), (3, 3, 3, "1"), (2, 3, 2, "3/4"), (2, 3, 1, "1/2")]
)
def test_texts_of_one_degree(degree: int, skills: int, places: int, eps: str) -> None:
    ensemble = Ensemble(texts=Regular(places), skills=Regular(degree), unknown=eps)
    assert same(recursion(ensemble, PEELING, skills=skills), law(by_places(degree, skills, places), skills, Fraction(eps)))


def test_texts_with_popularity() -> None:
    """Gamma popularity of shape r: texts fill up like Polya's urn, a text with j edges with weight r + j."""
    skills, texts, shape = 3, 3, Fraction(3, 2)

    def weight(edges: Edges) -> Fraction:
        chance, degrees = Fraction(1), Counter()
        for _, text in edges:
            chance *= shape + degrees[text]
            degrees[text] += 1
        return chance

    graphs = [(edges, weight(edges)) for edges, _ in by_skills(choices({2: Fraction(1)}, texts, "repeated"), skills)]
    ensemble = Ensemble(texts=NegativeBinomial(2, shape), skills=Regular(2))
    assert same(recursion(ensemble, PEELING, skills=skills), law(graphs, skills))


@pytest.mark.parametrize("eps", ["1", "1/3"])
@pytest.mark.parametrize(("matching", "texts", "largest"), [("repeated", 2, 3), ("repeated", 3, 2), ("distinct", 4, 3)])
def test_texts_that_choose_their_skills(matching: str, texts: int, largest: int, eps: str) -> None:
    skills = 3
    degrees = {1: Fraction(1, 2), 2: Fraction(1, 3), largest: Fraction(1, 6)} if largest == 3 else {1: Fraction(1, 3), 2: Fraction(2, 3)}
    options = choices(degrees, skills, matching)
    graphs = (([(skill, text) for text, skill in edges], weight) for edges, weight in by_skills(options, texts))
    text_law = Polynomial(tuple(degrees.items()))
    ensemble = Ensemble(texts=text_law, skills=Poisson(text_law.mean * texts / skills), unknown=eps, matching=matching)
    assert same(recursion(ensemble, PEELING, skills=skills), law(graphs, skills, Fraction(eps)))


def test_poisson_texts_choose_skills_or_are_chosen_by_poisson_skills() -> None:
    """Poisson skills are those of a binomial law of many trials, which is followed by another chain."""
    paper = recursion(load_model("paper").ensemble, PEELING, skills=12, texts=10, c=1, R="5/6")
    trials = 12

    def near(count: int) -> np.ndarray:
        chances = {k: comb(count, k) * (Fraction(5, 6) / count) ** k * (1 - Fraction(5, 6) / count) ** (count - k) for k in range(trials)}
        return SkillChain(12, 10, {k: float(chance) for k, chance in chances.items()}, distinct=False).left(np.eye(13)[12])

    first, second = near(400), near(800)
    assert 2 * second - first == pytest.approx(np.array(paper.left), rel=2e-5, abs=1e-9)


def test_two_chains_agree() -> None:
    """Skills of one degree by the edge, and by the skill: the two have no step in common."""
    unknown = np.eye(41)[40]
    by_edge, by_skill = EdgeChain(3, 40, 60, Places(1.0, 0)).left(unknown), SkillChain(40, 60, {3: 1.0}, distinct=False).left(unknown)
    assert by_edge == pytest.approx(by_skill, rel=1e-11, abs=1e-26)


@pytest.mark.parametrize(
    ("degrees", "skills", "texts", "distinct", "eps"),
    [
        ({2: 0.5, 3: 0.28, 8: 0.22}, 90, 100, True, 1),
        ({2: 0.5, 3: 0.28, 8: 0.22}, 130, 150, True, 1),
        ({3: 1.0}, 130, 150, True, 0.8),
        ({0: 0.1, 2: 0.5, 3: 0.4}, 90, 150, False, 1),
    ],
)
def test_windows_leave_out_next_to_nothing(monkeypatch, degrees: dict[int, float], skills: int, texts: int, distinct: bool, eps) -> None:
    unknown = np.eye(skills + 1)[skills] if eps == 1 else binomial(skills, eps)
    found = SkillChain(skills, texts, degrees, distinct=distinct).left(unknown)
    narrow = SkillChain(skills, texts, degrees, distinct=distinct).boxes(unknown, 1e-20)
    monkeypatch.setattr("deanalysis.theory.sizing.peeling.skills._SMALL", texts)
    chain = SkillChain(skills, texts, degrees, distinct=distinct)
    whole = chain.boxes(unknown, 1e-20)
    assert sum(box.shape[0] * box.shape[1] for box in narrow) < 0.8 * sum(box.shape[0] * box.shape[1] for box in whole)
    assert found == pytest.approx(chain.left(unknown), rel=1e-11, abs=1e-18)


def test_windows_that_leave_out_too_much_are_widened(monkeypatch) -> None:
    unknown = np.eye(131)[130]
    chain = SkillChain(130, 150, {3: 1.0}, distinct=True)
    expected = chain.left(unknown)
    seen: list[float] = []
    plain = SkillChain.left

    def left(self: SkillChain, starts: np.ndarray, level: float = 1e-4) -> np.ndarray:
        seen.append(level)
        return plain(self, starts, level)

    monkeypatch.setattr(SkillChain, "left", left)
    assert SkillChain(130, 150, {3: 1.0}, distinct=True).left(unknown) == pytest.approx(expected, rel=1e-9, abs=1e-15)
    assert len(seen) > 2


def test_tables_are_those_of_fractions() -> None:
    """S(N, c) = [x^N] F^c by multiplication of polynomials."""
    for places, weights in [
        (Places(1.0, 0), [Fraction(1, factorial(j)) for j in range(13)]),
        (Places(4.0, 1), [Fraction(comb(4, j)) for j in range(13)]),
        (Places(2.0, -1), [Fraction(comb(j + 1, j)) for j in range(13)]),
    ]:
        table = places.two_left(12, 4)
        powers = [[Fraction(int(N == 0)) for N in range(13)]]
        for _ in range(4):
            powers.append([sum(powers[-1][N - j] * weights[j] for j in range(2, N + 1)) for N in range(13)])
        for c, N in product(range(1, 5), range(2, 13)):
            if powers[c][N]:
                assert table[N, c] == pytest.approx(float(2 * c * weights[2] * powers[c - 1][N - 2] / (N * powers[c][N])), rel=1e-13)


def test_small_numbers_left_are_those_of_small_stuck_sets() -> None:
    """A_k = C(n,k) eps^k [x^{3k}] ((1+x)^6 - 6x)^60/C(360, 3k): far below the jump, what is left is a small stuck set."""
    found = recursion(load_model("ldpc(3,6)").ensemble, PEELING, skills=120, eps="1/50")
    polynomial = [1, 0, 15, 20, 15, 6, 1]
    power = [1]
    for _ in range(60):
        power = [sum(power[N - j] * polynomial[j] for j in range(min(N, 6) + 1) if N - j < len(power)) for N in range(10)]
    for k in (1, 2):
        expected = comb(120, k) * 0.02**k * power[3 * k] / comb(360, 3 * k)
        assert found.left[k] == pytest.approx(expected, rel=0.01)
        assert found.left[k] < expected
    assert found.at_most(2) == found.left[1] + found.left[2] == pytest.approx(found.stuck, rel=0.01)
    assert found.at_most(2) < found.stuck


@pytest.mark.parametrize(
    ("model", "values", "skills"),
    [
        (load_model("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"), {"G": "0.7"}, 70),
        (load_model("hypergraph(3)", matching="distinct"), {"d": "0.7"}, 105),
        (load_model("hypergraph(3)", matching="repeated"), {"d": "0.7"}, 105),
        (load_model("ldpc(3,6)"), {"eps": "0.35"}, 120),
        (load_model("paper"), {"c": 4, "R": 2}, 100),
    ],
)
def test_simulated_graphs_get_stuck_as_often(model, values, skills: int) -> None:
    found = recursion(model.ensemble, model.learner, skills=skills, **values)
    graphs = 4000
    drawn = simulate(model.ensemble.at(**values), model.learner, skills=skills, replicates=graphs, seed=11, workers=1)
    share = 1 - drawn.residues.get(0, 0) / graphs
    error = (found.stuck * (1 - found.stuck) / graphs) ** 0.5
    assert abs(share - found.stuck) < 4 * error
    assert abs(share - 1.6 * found.stuck) > 4 * error
    spread = sum(chance * (k / skills - found.zeta) ** 2 for k, chance in enumerate(found.left)) ** 0.5
    assert abs(drawn.zeta.mean - found.zeta) < 4 * spread / graphs**0.5
    seen, expected = drawn.residues.get(2, 0), graphs * found.left[2]
    assert abs(seen - expected) < 4 * (expected + 1) ** 0.5


def test_what_is_refused() -> None:
    model = load_model("hypergraph(3)")
    for ensemble, learner, arguments, said in [
        (model.ensemble, PEELING, {"skills": 10, "texts": 20}, "matching parts has no exact recursion"),
        (load_model("paper").ensemble, SkillLearner(2), {"skills": 10, "c": 1, "R": 1}, "learner must be the 1-skill learner"),
        (load_model("paper").ensemble, PEELING, {"skills": 10, "c": 1}, "texts must have every letter bound, got 'R'"),
        (load_model("paper").ensemble, PEELING, {"skills": 10, "z": 1}, "names no letter 'z'"),
        (load_model("paper").ensemble, PEELING, {"skills": 10, "c": 1, "R": 1, "texts": 11}, "texts must be 10, as the laws say"),
        (load_model("ldpc(3,6)").ensemble, PEELING, {"skills": 11, "eps": "0.3"}, "as many edges as regular(6) texts have places"),
        (load_model("ldpc(3,6)").ensemble, PEELING, {"skills": 12}, "unknown must have every letter bound"),
        (Ensemble(Binomial(4, "1/2"), Regular(3)), PEELING, {"skills": 12}, "the model must have texts or skills that are Poisson"),
        (load_model("paper").ensemble, PEELING, {"skills": 6000, "c": 1, "R": 1}, "skills must be a whole number from 1 to 5000"),
        (Ensemble(Poisson(8), Regular(8), matching="distinct"), PEELING, {"skills": 5000}, "fewer for an exact recursion on 5000 texts"),
        (load_model("irsa(x^8)").ensemble, PEELING, {"skills": 2, "texts": 7}, "texts must be at least 8"),
        (Ensemble(Regular(8), Poisson(8), matching="distinct"), PEELING, {"skills": 7}, "must have texts or skills that are Poisson"),
    ]:
        with pytest.raises(InputError, match=re.escape(said)):
            recursion(ensemble, learner, **arguments)


def test_a_result_is_written_and_read() -> None:
    found = recursion(load_model("paper").ensemble, PEELING, skills=5, c=1, R=2)
    assert Recursion.from_dict(found.to_dict()) == found
    assert found.to_dict()["stuck"] == found.stuck == pytest.approx(1 - found.left[0])
    assert found.zeta == pytest.approx(sum(k * chance for k, chance in enumerate(found.left)) / 5)
