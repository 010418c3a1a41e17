"""Thresholds of percolation: the literature's numbers, S on both sides of each threshold, and what cannot be asked."""

import mpmath
import numpy as np
import pytest
from percolation_models import PAPER, graph, percolation

from deanalysis import (
    Association,
    InputError,
    Percolation,
    attack_thresholds,
    attacked,
    load_model,
)
from deanalysis.simulate.tables import probabilities


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
        (lambda: Association(keep="cutoff(2000)"), "from 0 to 1000"),
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
