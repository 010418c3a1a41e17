"""Mean numbers of stuck sets against all graphs of a few skills, as fractions."""

from fractions import Fraction
from itertools import islice
from math import comb, factorial, prod

import pytest
import sympy as sp
from every_graph import Chances, Weight, matched, skills_choose, stuck_sets, texts_choose
from flint import arb, ctx, fmpq, fmpq_poly

from deanalysis import Ensemble, Learner, Poisson, Polynomial, Regular, SkillLearner, StuckSets, load_model
from deanalysis.balls.compiling import ball_of
from deanalysis.model.reading import parse_learner
from deanalysis.theory.sizing.counting.given import Graphs, exactly
from deanalysis.theory.sizing.counting.means import mean_numbers

HALF = Fraction(1, 2)
LEARNERS: list[tuple[Learner, Weight]] = [
    (SkillLearner(1), lambda j: Fraction(j != 1)),
    (SkillLearner(2), lambda j: Fraction(j not in (1, 2))),
    (parse_learner("success:exp(-x/2)"), lambda j: 1 - HALF ** (j - 1) if j else Fraction(1)),
    (parse_learner("success:3/4*exp(-x)"), lambda j: Fraction(1, 4) if j == 1 else Fraction(1)),
]
"""Learners, and the chance that a text with so many of the skills teaches none of them."""
learners = pytest.mark.parametrize(("learner", "weight"), LEARNERS, ids=["1-skill", "2-skill", "doubtful", "hesitant"])
REPEATED_DISTINCT = pytest.mark.parametrize("matching", ["repeated", "distinct"])
MIXED: Chances = {0: Fraction(1, 10), 1: Fraction(1, 5), 2: Fraction(3, 10), 3: Fraction(2, 5)}


def law(chances: Chances) -> Regular | Polynomial:
    if len(chances) == 1:
        return Regular(next(iter(chances)))
    return Polynomial(tuple(chances.items()))


def of(degrees: tuple[int, ...]) -> Regular | Polynomial:
    """Return the law of some degrees."""
    return law({degree: Fraction(degrees.count(degree), len(degrees)) for degree in sorted(set(degrees))})


def counted(ensemble: Ensemble, learner: Learner, skills: int, texts: int) -> list[Fraction]:
    """Return what is to be tested, which must be rational."""
    found = list(islice(mean_numbers(Graphs(ensemble, learner, skills, texts), exactly), skills))
    assert all(isinstance(mean, fmpq) for mean in found)
    return [Fraction(int(mean.p), int(mean.q)) for mean in found]


@learners
@REPEATED_DISTINCT
@pytest.mark.parametrize(("degrees", "skills", "texts"), [({2: Fraction(1)}, 3, 4), ({3: Fraction(1)}, 2, 3), (MIXED, 2, 3), (MIXED, 3, 3)])
def test_skills_that_choose_texts(learner: Learner, weight: Weight, matching: str, degrees: Chances, skills: int, texts: int) -> None:
    if (skills, texts) == (3, 3) and matching == "repeated":
        degrees = {0: HALF, 2: HALF}
    ensemble = Ensemble(texts=Poisson(1), skills=law(degrees), unknown="2/3", matching=matching)
    exact = stuck_sets(skills_choose(degrees, skills, texts, matching), skills, texts, weight, Fraction(2, 3))
    assert counted(ensemble, learner, skills, texts) == exact


@learners
@pytest.mark.parametrize(("degree", "skills", "texts"), [(2, 3, 4), (2, 3, 5), (3, 3, 4), (3, 2, 7)])
def test_skills_that_choose_a_text_in_each_part(learner: Learner, weight: Weight, degree: int, skills: int, texts: int) -> None:
    ensemble = Ensemble(texts=Poisson(1), skills=Regular(degree), matching="parts")
    exact = stuck_sets(skills_choose({degree: Fraction(1)}, skills, texts, "parts"), skills, texts, weight)
    assert counted(ensemble, learner, skills, texts) == exact


@learners
@REPEATED_DISTINCT
@pytest.mark.parametrize(("degrees", "skills", "texts"), [({2: Fraction(1)}, 4, 3), ({3: Fraction(1)}, 3, 2), (MIXED, 3, 2), (MIXED, 4, 2)])
def test_texts_that_choose_skills(learner: Learner, weight: Weight, matching: str, degrees: Chances, skills: int, texts: int) -> None:
    ensemble = Ensemble(texts=law(degrees), skills=Poisson(1), unknown="1/3", matching=matching)
    exact = stuck_sets(texts_choose(degrees, skills, texts, matching), skills, texts, weight, Fraction(1, 3))
    assert counted(ensemble, learner, skills, texts) == exact


GIVEN = [
    ((2, 2, 2), (3, 3)),
    ((3, 3), (2, 2, 2)),
    ((2, 2, 2, 2), (4, 4)),
    ((1, 2, 3), (3, 3)),
    ((1, 1, 2, 3), (2, 2, 3)),
    ((0, 2, 2, 3), (4, 3)),
    ((2, 2), (1, 3)),
    ((2, 2), (3, 2)),
]


@learners
@pytest.mark.parametrize(("of_skills", "of_texts"), GIVEN)
def test_sockets_that_are_matched(learner: Learner, weight: Weight, of_skills: tuple[int, ...], of_texts: tuple[int, ...]) -> None:
    skills, texts = (
        law({degree: Fraction(side.count(degree), len(side)) for degree in sorted(set(side))}) for side in (of_skills, of_texts)
    )
    exact = stuck_sets(matched(of_skills, of_texts, "repeated"), len(of_skills), len(of_texts), weight, Fraction(1, 5))
    assert counted(Ensemble(texts=texts, skills=skills, unknown="1/5"), learner, len(of_skills), len(of_texts)) == exact


@learners
@pytest.mark.parametrize(("of_skills", "of_texts", "close"), [((1, 1, 2, 3), (2, 2, 3), 0.2), ((1, 1, 1, 2, 2, 3), (2, 2, 3, 3), 0.1)])
def test_sockets_that_are_matched_without_repeated_edges(
    learner: Learner, weight: Weight, of_skills: tuple[int, ...], of_texts: tuple[int, ...], close: float
) -> None:
    """An asymptotic formula counts the graphs: of four skills it is a fifth off, of six a tenth."""
    exact = stuck_sets(matched(of_skills, of_texts, "distinct"), len(of_skills), len(of_texts), weight)
    graphs = Graphs(Ensemble(texts=of(of_texts), skills=of(of_skills), matching="distinct"), learner, len(of_skills), len(of_texts))
    assert [*mean_numbers(graphs, float)] == pytest.approx([float(mean) for mean in exact], rel=close, abs=close / 5)


def matrices(rows: int, columns: dict[int, int]) -> Fraction:
    """Return how many matrices of 0 and 1 have so many rows of sum 3, and so many columns of each sum: [x^sums] e_3(x)^rows.

    e_3 = (p_1^3 - 3 p_1 p_2 + 2 p_3)/6 in power sums; [x^sums] p_1^A p_2^B p_3^C is a product over the columns. p_2^B p_3^C is kept at
    t^(B + width C).
    """
    width, product = 3 * rows + 1, fmpq_poly([1])
    for total, count in columns.items():
        terms = [(two + width * three, (total - 2 * two - 3 * three, two, three)) for three, two in pairs(total)]
        factor = [fmpq(0)] * (max(place for place, _ in terms) + 1)
        for place, counts in terms:
            factor[place] = fmpq(1, prod(map(factorial, counts)))
        product *= fmpq_poly(factor) ** count
    found = fmpq(0)
    for place, coefficient in enumerate(product.coeffs()):
        three, two = divmod(place, width)
        if (one := rows - two - three) >= 0:
            found += coefficient * factorial(3 * one + two) * (-3) ** two * 2**three / factorial(one)
    found *= fmpq(factorial(rows), 6**rows)
    return Fraction(int(found.p), int(found.q))


def pairs(total: int) -> list[tuple[int, int]]:
    return [(three, two) for three in range(total // 3 + 1) for two in range((total - 3 * three) // 2 + 1)]


def test_matrices_are_counted() -> None:
    assert matrices(4, {3: 4}) == 24
    assert matrices(2, {1: 6}) == 20
    assert matrices(5, {3: 5}) == 2040


@pytest.mark.parametrize(("skills", "degree", "close"), [(24, 6, 0.01), (60, 6, 6e-4), (40, 4, 2e-3)])
def test_codes_without_repeated_edges(skills: int, degree: int, close: float) -> None:
    """Pairs have the same three texts, triples two texts three times, or ... each twice: by numbers of matrices."""
    texts, model = 3 * skills // degree, load_model(f"ldpc(3,{degree})", matching="distinct")
    every = matrices(skills, {degree: texts})
    pair = Fraction(comb(skills, 2) * comb(texts, 3), 25) * matrices(skills - 2, {degree - 2: 3, degree: texts - 3}) / every
    sets = StuckSets(model.ensemble.at(eps="0.2"), model.learner, skills)
    assert float(sets.mean(2)) == pytest.approx(float(pair), rel=close)
    assert not sets.mean(2).is_enclosed
    assert float(sets.mean(1)) == 0
    triple = sum(
        ways * matrices(skills - 3, {degree - 3: threes, degree - 2: twos, degree: texts - twos - threes})
        for twos, threes, ways in ((0, 3, comb(texts, 3)), (3, 1, texts * comb(texts - 1, 3) * 6))
    )
    assert float(sets.mean(3)) == pytest.approx(float(comb(skills, 3) * triple / every / 125), rel=close)


@REPEATED_DISTINCT
def test_laws_without_an_end_are_enclosed(matching: str) -> None:
    """Skills whose degrees are Poisson(2) choose among three texts; of different ones they take three at most."""
    chances = {degree: Fraction(2**degree, factorial(degree)) for degree in range(3)}
    with ctx.workprec(200):
        total = ball_of(sp.exp(-2))
        if matching == "repeated":
            exact = (1 - total_of_one()) ** 3
        else:
            least = sum((arb(fmpq(c.numerator, c.denominator)) * total for c in chances.values()), arb(0))
            exact = total**2 + (arb(2) * total) ** 2 / 3 + (arb(2) * total) ** 2 / 3 + (1 - least) ** 2
    found = StuckSets(Ensemble(texts=Poisson("4/3"), skills=Poisson(2), matching=matching), SkillLearner(1), 2).mean(2, digits=30)
    assert found.digits == 30
    assert found.ball().overlaps(exact)


def total_of_one() -> arb:
    """The chance that one of three texts has exactly one edge of two skills, whose edges are Poisson(4)."""
    return ball_of(sp.exp(-sp.Rational(4, 3)) * sp.Rational(4, 3))
