"""Percolation: the literature's numbers to all digits, a plain iteration of the rules in floats, and S on both sides of each threshold."""

import csv
from itertools import pairwise
from math import factorial
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.special import expn

from deanalysis import (
    Association,
    DensityEvolution,
    Ensemble,
    InputError,
    Occupation,
    Percolation,
    Poisson,
    Polynomial,
    Regular,
    attack_thresholds,
    attacked,
    load_model,
    site_percolation,
)
from deanalysis.balls.numbers import Number
from deanalysis.simulate.tables import probabilities
from deanalysis.theory.percolation.giant import GiantComponent

TABLE = (Path(__file__).parents[2] / "reference" / "published.csv").read_text().splitlines()
(ERDOS_RENYI,) = [row for row in csv.DictReader(TABLE) if row["kind"] == "percolation"]


def percolation(association: Association | None = None, **laws: str) -> Percolation:
    model = load_model(**laws)
    return Percolation(DensityEvolution(model.ensemble, model.learner), association or Association())


def graph(degrees: str, keep: str = "1") -> Percolation:
    """Return site percolation on a random graph: texts of two skills are its edges."""
    return percolation(Association(keep=keep, learned=False), texts="regular(2)", skills=degrees)


PAPER = percolation(text="paper")


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


def test_exponential_degrees() -> None:
    """p_k = (1 - e^{-1/kappa}) e^{-k/kappa} percolates from kappa = 1/log 3 on (Newman, Strogatz, Watts, PRE 64, 2001), a mean of 1/2."""
    (found,) = graph("geometric(m)").thresholds("m")
    assert (found.value.text, found.closed_form.text, found.learned_side) == ("0.500000000000000", "1/2", "above")
    assert mpmath.almosteq(1 / mpmath.log(3), 1 / mpmath.log(1 + 1 / mpmath.mpf(found.value.text)))


def test_power_law_with_a_cut_off() -> None:
    """Li_{tau-2}(e^{-1/kappa}) = 2 Li_{tau-1}(e^{-1/kappa}) (the same paper), by polylogarithms."""
    (found,) = graph("zipf(2.5, 1, 2000, kappa)").thresholds("kappa", search=("1", "20"))
    with mpmath.workdps(30):
        wanted = mpmath.findroot(
            lambda kappa: mpmath.polylog(0.5, mpmath.exp(-1 / kappa)) - 2 * mpmath.polylog(1.5, mpmath.exp(-1 / kappa)), (5, 6), "anderson"
        )
    assert found.value.text == mpmath.nstr(wanted, 15, strip_zeros=False)
    assert found.status == "proved"


def test_power_law() -> None:
    """The exponent at which a power law up to degree 1000 stops percolating, by the moments: E K(K-1) = E K (Molloy, Reed 1995)."""
    (found,) = graph("zipf(tau, 1, 1000)").thresholds("tau", search=("2", "5"))
    k = [mpmath.mpf(degree) for degree in range(1, 1001)]
    wanted = mpmath.findroot(lambda tau: sum(d ** (2 - tau) - 2 * d ** (1 - tau) for d in k), 3.4)
    assert found.value.text == mpmath.nstr(wanted, 15, strip_zeros=False)
    assert found.learned_side == "below"


@pytest.mark.parametrize("degrees", ["poisson(3)", "geometric(2)", "zipf(2.5, 1, 100, 10)", "polynomial(0.5*x + 0.5*x^4)"])
def test_the_occupation_at_which_a_graph_falls_apart(degrees: str) -> None:
    """p_c = E K/E K(K-1) (Callaway, Newman, Strogatz, Watts, PRL 85, 2000)."""
    (found,) = graph(degrees, "p").thresholds("p")
    chances = probabilities(load_model(texts="regular(2)", skills=degrees).ensemble.skills)
    k = np.arange(len(chances))
    assert float(found.value) == pytest.approx((chances @ k) / (chances @ (k * (k - 1))), rel=1e-10)
    below, above = (graph(degrees, f"{float(found.value) * factor:.12g}").component() for factor in (0.999, 1.001))
    assert (float(below.giant_component), float(above.giant_component) > 0) == (0, True)


def test_closed_form_of_the_paper_s_case() -> None:
    """c^2 R p = 1 (theory, section 6)."""
    (found,) = percolation(Association(keep="p", learned=False), text="paper").thresholds("R")
    assert found.closed_form.text == "1/(c^2*p)"
    (bound,) = percolation(Association(keep="p", learned=False), text="paper").thresholds("R", c=2, p="1/4")
    assert bound.value.text == "1.00000000000000"


def test_theory_s_numbers() -> None:
    understood = Percolation(PAPER.equation, Association(edges="understood"))
    assert [f"{float(one.component(c=1, R='1.5').giant_component):.4f}" for one in (PAPER, understood)] == ["0.2966", "0.2706"]
    assert PAPER.component(c=1, R="1.5").independent_approximation.text == "0"
    thresholds = [one.thresholds("R", c=c)[0].value for one, c in ((PAPER, 1), (understood, 1), (PAPER, 3))]
    assert [f"{float(value):.6f}" for value in thresholds] == ["1.115743", "1.173731", "0.539192"]


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


@pytest.mark.parametrize("edges", ["all", "understood"])
@pytest.mark.parametrize(
    ("laws", "values", "letter"),
    [
        ({"text": "paper"}, {"c": 1}, "R"),
        ({"text": "paper"}, {"c": 5}, "R"),
        ({"text": "paper", "learner": "3-skill"}, {"c": 4}, "R"),
        ({"text": "paper", "learner": "success:exp(-x/2)"}, {"c": 2}, "R"),
        ({"text": "ldpc(3,6)"}, {}, "eps"),
        ({"text": "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"}, {}, "G"),
        ({"texts": "regular(3)", "skills": "negative_binomial(3*R, 2)", "unknown": "0.9"}, {}, "R"),
        ({"text": "paper"}, {"R": 2}, "c"),
    ],
    ids=str,
)  # fmt: skip
def test_the_component_appears_at_the_threshold(laws: dict[str, str], values: dict[str, object], letter: str, edges: str) -> None:
    asked = percolation(Association(edges=edges), **laws)
    found = asked.thresholds(letter, **values)
    assert len(found) == (1 if letter in ("R", "eps") else 2)
    assert found.reason is None
    for one in found:
        assert one.status == "proved"
        less, more = (asked.component(**values, **{letter: f"{float(one.value) * factor:.15g}"}) for factor in (0.9999, 1.0001))
        inside, outside = (more, less) if one.learned_side == "above" else (less, more)
        assert float(inside.giant_component) > 0 == float(outside.giant_component)
        assert float(outside.branching_factor) < 1 < float(inside.branching_factor)


def test_learned_skills_percolate_before_they_emerge() -> None:
    for c in ("3", "5", "8"):
        (emergence,) = PAPER.equation.thresholds("R", c=c).emergence
        (found,) = PAPER.thresholds("R", c=c)
        assert float(found.value) < float(emergence.value)


def test_where_few_skills_stay_the_component_appears_with_the_jump() -> None:
    kept = Percolation(PAPER.equation, Association(keep="1/20"))
    (found,) = kept.thresholds("R", c=5, digits=30)
    (emergence,) = PAPER.equation.thresholds("R", c=5, digits=30).emergence
    assert found.value == emergence.value
    before, after = (kept.component(c=5, R=R).giant_component for R in ("2.4565", "2.4566"))
    assert (float(before), float(after) > 0.01) == (0, True)


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
    for c, R in ((2, 3), (5, "0.4")):
        found = plain.component(c=c, R=R)
        assert float(found.clustering) == pytest.approx(1 / (c * float(R) + 1), rel=1e-14)
        assert float(found.mean_degree) == pytest.approx(c * c * float(R), rel=1e-14)


def test_an_attack_removes_the_share_and_hurts_more_than_chance() -> None:
    values = {"c": 2, "R": "3/2"}
    whole = PAPER.component(**values)
    for share in (0.1, 0.25):
        after = attacked(PAPER, share, **values).component(**values)
        diluted = Percolation(PAPER.equation, Association(keep=1 - share)).component(**values)
        assert float(after.kept) == pytest.approx((1 - share) * float(whole.kept), rel=1e-12)
        assert float(after.giant_component) < float(diluted.giant_component) < float(whole.giant_component)
    assert attacked(PAPER, 0, **values) == PAPER
    assert float(attacked(PAPER, 1, **values).component(**values).kept) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("decay", ["0.4", "0.1"])
def test_the_share_that_an_attack_must_remove(decay: str) -> None:
    """By hand for p_k proportional to e^{-k d}: sum_{k<K} k (k-1) p_k and a part of the K-th are the mean degree (Callaway et al.)."""
    (found,) = attack_thresholds(graph(f"geometric(1/(exp({decay})-1))"), "a", digits=25)
    with mpmath.workdps(40):
        step = mpmath.exp(-mpmath.mpf(decay))
        chances = [(1 - step) * step**k for k in range(400)]
        mean, total, degree = step / (1 - step), mpmath.mpf(0), 0
        while total + degree * (degree - 1) * chances[degree] < mean:
            total += degree * (degree - 1) * chances[degree]
            degree += 1
        part = (mean - total) / (degree * (degree - 1) * chances[degree])
        removed = 1 - sum(chances[:degree]) - part * chances[degree]
        assert found.value.text == mpmath.nstr(removed, 25, strip_zeros=False)
    assert (found.status, found.learned_side) == ("proved", "below")


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        (PAPER, {"c": 1, "R": 2}),
        (percolation(Association("understood"), text="paper", learner="2-skill"), {"c": 2, "R": 1}),
        (graph("pareto(3, 1.5)"), {}),
    ],
)
def test_there_is_a_giant_component_on_one_side_of_that_share(asked: Percolation, values: dict[str, object]) -> None:
    (found,) = attack_thresholds(asked, "a", **values)
    before, after = (attacked(asked, f"{float(found.value) + step:.12g}", **values).component(**values) for step in (-1e-4, 1e-4))
    assert before.giant_component != after.giant_component == Number("0", "0", "0")


def test_no_share_where_there_is_nothing_to_remove() -> None:
    assert "there is none before the attack" in attack_thresholds(PAPER, "a", c=1, R=1).reason
    assert "learning never starts" in attack_thresholds(percolation(text="hypergraph(3)", texts="regular(4)"), "a").reason


def test_a_letter_in_a_denominator_has_the_inverse_thresholds() -> None:
    laws = {"unknown": "0.5", "learner": "success:exp(-x/2)"}
    asked = [(f"poisson({text})", f"geometric({skill})") for text, skill in (("4.155", "1.92{}c"), ("4.155{}c", "1.92"))]
    for texts, skills in asked:
        inverse, plain = (
            percolation(Association("understood"), texts=texts.format(sign), skills=skills.format(sign), **laws).thresholds("c")
            for sign in "/*"
        )
        assert [float(one.value) for one in inverse] == pytest.approx([1 / float(one.value) for one in plain][::-1], rel=1e-14)
        assert {one.status for one in (*inverse, *plain)} == {"proved"}
        flipped = {"above": "below", "below": "above"}
        assert [one.learned_side for one in inverse] == [flipped[one.learned_side] for one in plain][::-1]


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


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: PAPER.degree_law(-1, c=1, R=1), "from 0 to 10000"),
        (lambda: percolation(texts="regular(4)", skills="poisson(2)").degree_law(3), "nothing is learned"),
        (lambda: PAPER.component(c=1), "every letter bound; R is free"),
        (lambda: PAPER.component(c=1, R=1, p=2), "names no letter 'p'"),
        (lambda: PAPER.thresholds(c=1, R=1), "no letter is free"),
        (lambda: Association(edges="some"), "must be all or understood"),
        (lambda: Association(edges="understood", learned=False), "whether learned or not"),
        (lambda: Association(keep="2"), "must lie in"),
        (lambda: Association(keep="cutoff(2000)"), "at most 1000"),
        (lambda: Association(keep="cutoff(2"), "needs ')'"),
        (lambda: attacked(Percolation(PAPER.equation, Association(keep="1/2")), "0.1", c=1, R=2), "another way to keep"),
        (lambda: attacked(PAPER, "1.5", c=1, R=2), "must lie in"),
        (lambda: attacked(PAPER, "a", c=1, R=2), "attack must be a number"),
        (lambda: attack_thresholds(Percolation(PAPER.equation, Association(keep="1/2")), "a", c=1, R=2), "another way to keep"),
        (lambda: attack_thresholds(PAPER, "a", c=1), "R is free"),
    ],
)
def test_wrong_input(wrong, words: str) -> None:
    with pytest.raises(InputError, match=words.replace("(", r"\(").replace(")", r"\)")):
        wrong()
