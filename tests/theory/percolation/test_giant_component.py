"""The giant component: the literature's numbers to all digits, and a plain iteration of the rules in floats."""

from itertools import pairwise
from math import factorial

import mpmath
import numpy as np
import pytest
import sympy as sp
from percolation_models import ERDOS_RENYI, PAPER, graph, percolation
from scipy.special import expn

from deanalysis import (
    Association,
    DensityEvolution,
    Ensemble,
    InputError,
    Occupation,
    Percolation,
    Poisson,
    PoissonLearner,
    Polynomial,
    R,
    Regular,
    SkillLearner,
    site_percolation,
)
from deanalysis.simulate.tables import probabilities
from deanalysis.theory.percolation.giant import GiantComponent


def test_published() -> None:
    found = graph(ERDOS_RENYI["skills"]).component()
    assert found.giant_component.text == ERDOS_RENYI["value_15_digits"] == found.independent_approximation.text
    assert found.status == "proved"


@pytest.mark.parametrize("mean", ["1.0000000000000000000000001", "1.000001", "1.001", "1.01", "1.5", "5"])
def test_erdos_renyi_to_forty_digits(mean: str) -> None:
    """S = 1 + W(-c e^-c)/c (Erdos, Renyi 1960), also where iterating takes millions of steps; mean size 1/(1 - c(1-S))."""
    found = graph(f"poisson({mean})").component(digits=40)
    with mpmath.workdps(160):
        c = mpmath.mpf(mean)
        giant = 1 + mpmath.lambertw(-c * mpmath.exp(-c)).real / c
        assert mpmath.nstr(found.giant_component.mpf(), 40) == mpmath.nstr(giant, 40)
        assert found.mean_component.text == mpmath.nstr(1 / (1 - c * (1 - giant)), 40, strip_zeros=False)


# The rules once more, in floats and with sums over k instead of closed forms: any law by its probabilities, any learner by its a_k.


ENSEMBLES = [
    ({"texts": "poisson(1)", "skills": "poisson(1.5)"}, "1"),
    ({"texts": "poisson(3)", "skills": "poisson(1.2)", "learner": "2-skill"}, "1"),
    ({"texts": "poisson(3)", "skills": "negative_binomial(1.2, 1)", "learner": "3-skill"}, "1"),
    ({"texts": "regular(6)", "skills": "regular(3)", "unknown": "0.6"}, "1"),
    ({"texts": "regular(4)", "skills": "geometric(2)", "unknown": "0.7"}, "decay(0.9)"),
    ({"texts": "polynomial(0.2*x + 0.8*x^5)", "skills": "poisson(2)", "learner": "success:exp(-x/2)"}, "0.8"),
    ({"texts": "binomial(6, 0.4)", "skills": "poisson(2)", "learner": "success:exp(-x)*(1+x/2)", "unknown": "0.95"}, "cutoff(4, 0.3)"),
    ({"texts": "geometric(2)", "skills": "zipf(2.5, 1, 50)", "unknown": "0.8"}, "1"),
    ({"texts": "poisson(2)", "skills": "poisson(0.4)"}, "1"),
    ({"texts": "poisson(2)", "skills": "poisson(0.9)", "learner": "success:(1-exp(-x))/x"}, "1"),
    ({"texts": "poisson(2)", "skills": "polynomial(0.3 + 0.7*x^3)", "unknown": "0.3"}, "0.9"),
]


class Iteration:
    """The largest fixed point of density evolution, then the smallest of the messages, by iterating sums over degrees."""

    def __init__(self, asked: Percolation) -> None:
        ensemble, learner = asked.equation.ensemble, asked.equation.learner
        self.texts, self.skills = (probabilities(law) for law in (ensemble.texts, ensemble.skills))
        self.eps, self.understood = float(ensemble.unknown), asked.association.edges == "understood"
        self.a = [1.0, *map(float, learner.probabilities(len(self.texts)))]
        self.phi = np.array([float(asked.association.kept.probability(k)) for k in range(len(self.skills))])
        self.binomial = np.array(
            [
                [factorial(d) // (factorial(k) * factorial(d - k)) if k <= d else 0 for k in range(len(self.texts))]
                for d in range(len(self.texts))
            ],
            dtype=float,
        )

    def over_texts(self, weights: list[float], known: float, novel: float) -> float:
        """Sum over texts met along an edge, with d others, k of them novel: weights_k binomial(d, k) known^(d-k) novel^k."""
        total, mean = 0.0, float(np.arange(len(self.texts)) @ self.texts)
        for degree, chance in enumerate(self.texts[1:], start=1):
            d = degree - 1
            k = np.arange(d + 1)
            total += (
                chance * degree / mean * float(np.sum(np.array(weights[: d + 1]) * self.binomial[d, : d + 1] * known ** (d - k) * novel**k))
            )
        return total

    def over_skills(self, x: float, weights: np.ndarray, along_edges: bool = True) -> float:
        k = np.arange(len(self.skills))
        chances = self.skills * weights
        return float(np.sum(chances[1:] * k[1:] * x ** (k[1:] - 1)) / (self.skills @ k)) if along_edges else float(np.sum(chances * x**k))

    def run(self, rounds: int = 20_000) -> float:
        one, q = np.ones_like(self.phi), self.eps
        for _ in range(rounds):
            q, before = self.eps * self.over_skills(1 - self.over_texts(self.a[1:], 1 - q, q), one), q
            if abs(q - before) < 1e-15:
                break
        taught = self.over_texts(self.a[1:], 1 - q, q)
        known = novel = 0.0
        left, steps = [1 - a for a in self.a], [a - b for a, b in pairwise(self.a)]
        for _ in range(rounds):
            before = known, novel
            here = 1 - q if self.understood else known
            lost = self.over_texts(left, here, q) if not self.understood else 1 - self.over_texts(self.a, 1 - q, q)
            teaches, waits = self.over_texts(self.a[1:], known, novel), self.over_texts(steps, known, novel)
            y, z = teaches + waits + lost, waits + lost
            gone = self.over_skills(1, 1 - self.phi), self.eps * self.over_skills(1 - taught, 1 - self.phi)
            novel = gone[1] + self.eps * self.over_skills(z, self.phi)
            known = gone[0] - gone[1] + self.over_skills(y, self.phi) - self.eps * self.over_skills(z, self.phi)
            if max(abs(known - before[0]), abs(novel - before[1])) < 1e-15:
                break
        vertices = [
            self.over_skills(a, self.phi, False) - self.eps * self.over_skills(b, self.phi, False) for a, b in ((1, 1 - taught), (y, z))
        ]
        return vertices[0] - vertices[1]


@pytest.mark.parametrize("edges", ["all", "understood"])
@pytest.mark.parametrize(("laws", "keep"), ENSEMBLES, ids=lambda value: str(value)[:60])
def test_iterating_the_rules_leads_to_the_proved_component(laws: dict[str, str], keep: str, edges: str) -> None:
    asked = percolation(Association(edges=edges, keep=keep), **laws)
    found = asked.component()
    assert found.status == "proved"
    assert Iteration(asked).run() == pytest.approx(float(found.giant_component), abs=2e-9)


def test_where_learning_never_starts_there_is_no_component_however_large_the_radius() -> None:
    stuck = percolation(texts="regular(4)", skills="poisson(4*R)")
    assert stuck.component(R=9) == GiantComponent.from_dict(stuck.component(R=9).to_dict())
    assert stuck.component(R=9).giant_component.text == "0"
    found = stuck.thresholds("R")
    assert not found
    assert found.reason == "no giant component: learning never starts: every text requires at least 4 skills"


def test_everything_learned_is_the_plain_graph() -> None:
    """But for skills that no text requires and that were not known before."""
    complete = percolation(text="ldpc(3,6)").component(eps="0.4")
    assert (complete.learned.text, complete.giant_component.text) == ("1.00000000000000", "1.00000000000000")
    some = percolation(texts="poisson(2)", skills="polynomial(0.7*x^2 + 0.3*x^3)", unknown="0.3").component()
    plain = percolation(Association(learned=False), texts="poisson(2)", skills="polynomial(0.7*x^2 + 0.3*x^3)").component()
    assert some.giant_component == plain.giant_component
    laws = {"texts": "poisson(2)", "skills": "polynomial(0.3 + 0.7*x^3)"}
    left, whole = percolation(**laws, unknown="0.3").component(), percolation(Association(learned=False), **laws).component()
    assert left.kept.text == "0.910000000000000"
    finite = 0.7 - float(whole.giant_component)
    sizes = float(whole.mean_component) * (0.3 + finite) - 0.3
    assert float(left.mean_component) == pytest.approx((0.21 + sizes) / (0.21 + finite), rel=1e-12)


def test_a_component_that_knows_one_skill_knows_all() -> None:
    """Texts of two skills teach along the edges of a graph, so the giant component is learned as a whole: types do not mix."""
    for unknown in ("0.99", "0.5"):
        found = percolation(texts="regular(2)", skills="poisson(1.5)", unknown=unknown).component()
        assert found.giant_component.text == ERDOS_RENYI["value_15_digits"]


def test_exactly_at_the_threshold_there_is_none() -> None:
    found = graph("poisson(1)").component()
    assert (found.giant_component.text, found.branching_factor.text, found.status) == ("0", "1.00000000000000", "proved")
    assert found.to_dict()["mean_component"] is None


def test_clustering_of_the_paper_s_graph_before_learning() -> None:
    """1/(cR + 1) (Newman, Strogatz, Watts), and a mean degree of c^2 R."""
    plain = Percolation(PAPER.equation, Association(learned=False))
    for mean, ratio in ((2, 3), (5, "0.4")):
        found = plain.component(c=mean, R=ratio)
        assert float(found.clustering) == pytest.approx(1 / (mean * float(ratio) + 1), rel=1e-14)
        assert float(found.mean_degree) == pytest.approx(mean**2 * float(ratio), rel=1e-14)


def test_infinite_moments_are_infinite_and_not_a_fault() -> None:
    """Texts and skills of infinite variance, beside an iteration of the equations in floats."""
    found = percolation(texts="pareto(2, 2)", skills="pareto(3, 2)").component()
    assert (found.branching_factor.text, found.status) == ("nan", "proved")

    def moment(k: int, s: float) -> float:
        return 2 * 0.5**k * expn(3 - k, s / 2) if s > 0 else 2 * 0.5**k / (2 - k)

    def texts(u: float, order: int = 0) -> float:
        return moment(order + 1, 2 * (1 - u)) * 2**order

    q, learned, novel = 1.0, 1e-6, 1e-6
    for _ in range(200):
        q = moment(1, 3 * texts(1 - q))
    for _ in range(500):
        rest = texts(learned + q) - texts(learned) - texts(learned, 1) * q
        to_novel = texts(learned, 1) * novel + rest
        y = texts(learned) + to_novel
        learned, novel = moment(1, 3 * (1 - y)) - moment(1, 3 * (1 - to_novel)), moment(1, 3 * (1 - to_novel))
    giant = 1 - moment(0, 3 * texts(1 - q)) - moment(0, 3 * (1 - y)) + moment(0, 3 * (1 - to_novel))
    assert float(found.giant_component) == pytest.approx(giant, abs=1e-9)
    assert float(found.kept) == float(found.learned) == pytest.approx(1 - moment(0, 3 * texts(1 - q)), abs=1e-9)


class Halved(Occupation):
    """Keep half of the skills of an odd number of texts, and all others."""

    def probability(self, degree: int) -> sp.Expr:
        return sp.Rational(1, 2) if degree % 2 else sp.Integer(1)


def test_an_occupation_of_one_s_own() -> None:
    skills = Polynomial(((2, sp.Rational(1, 2)), (3, sp.Rational(1, 2))))
    own = site_percolation(Ensemble(texts=Regular(2), skills=skills), Halved()).component()
    assert float(own.branching_factor) == pytest.approx((2 / 2 + 6 / 4) / 2.5)
    with pytest.raises(InputError, match="degree at most 1000"):
        site_percolation(Ensemble(texts=Regular(2), skills=Poisson(3)), Halved()).component()


def test_the_law_of_degrees_adds_up() -> None:
    chances = [float(one) for one in PAPER.degree_law(60, c=1, R="1.5")]
    assert sum(chances) == pytest.approx(1, abs=1e-12)
    assert sum(degree * chance for degree, chance in enumerate(chances)) == pytest.approx(float(PAPER.component(c=1, R="1.5").mean_degree))
    graph_law = graph("poisson(1.5)").degree_law(3)
    assert [float(one) for one in graph_law] == pytest.approx([np.exp(-1.5) * 1.5**k / factorial(k) for k in range(4)])


def test_results_can_be_read_back() -> None:
    found = PAPER.component(c=1, R="1.5", digits=30)
    assert GiantComponent.from_dict(found.to_dict()) == found
    assert "0.2966" in found._repr_latex_()


def test_a_learner_stated_by_an_integral_and_all_in_the_giant_component_by_mpmath() -> None:
    integral = DensityEvolution(Ensemble(Poisson(6), Poisson(6 * R)), PoissonLearner("(1 - exp(-x))/x"))
    proved, numerical = (Percolation(integral).component(R=3, method=method) for method in ("balls", "mpmath"))
    assert (str(numerical.giant_component), numerical.status) == (str(proved.giant_component), "numerical")
    assert str(numerical.mean_component) == str(proved.mean_component)
    code = DensityEvolution(Ensemble(Regular(6), Regular(3), "0.3"), SkillLearner(1))
    whole = Percolation(code).component(method="mpmath")
    assert (float(whole.giant_component), str(whole.mean_component)) == (1, "nan")
