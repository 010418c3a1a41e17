"""Leading terms of floors against exact counts at growing sizes, against matrices that are listed, and against the literature."""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, product
from math import comb, factorial

import pytest
import sympy as sp

from deanalysis import FloorLaw, InputError, LightLoad, floor_law, light_load, load_model
from deanalysis.theory.sizing.equations.commonest import with_repetition, without_repetition
from deanalysis.theory.sizing.floor import StuckSets

SIZES = (10**3, 10**4, 10**5)


def law(name: str, learner: str = "1-skill", matching: str | None = None, least: int = 1) -> FloorLaw:
    model = load_model(name, learner=learner, matching=matching)
    return floor_law(model.ensemble, model.learner, least=least)


def coded(k: int, skill: int, text: int) -> Callable[[int], Fraction]:
    """Exact A_k of the 1-skill learner at eps = 1/5: k skills of one degree, texts that a set meets zero, two or three times."""

    def mean(n: int) -> Fraction:
        edges, texts = k * skill, n * skill // text
        met = ((twos, (edges - 2 * twos) // 3) for twos in range(edges // 2 + 1) if (edges - 2 * twos) % 3 == 0)
        ways = sum(comb(texts, twos) * comb(texts - twos, threes) * comb(text, 2) ** twos * comb(text, 3) ** threes for twos, threes in met)
        return Fraction(comb(n, k) * ways, 5**k * comb(n * skill, edges))

    return mean


def pairs(n: int) -> Fraction:
    """Users with the same 3 of n/G slots, G = 1/2."""
    return Fraction(comb(n, 2), comb(2 * n, 3))


def triangles(n: int) -> Fraction:
    """Triples of users whose 2 slots of 2 n each are three slots in all."""
    return Fraction(comb(n, 3) * comb(2 * n, 3) * 6, comb(2 * n, 2) ** 3)


def in_parts(n: int) -> Fraction:
    """Triples of items with the same 3 cells, one in each third of 2 n cells."""
    return Fraction(comb(n, 3) * 3**6, (2 * n) ** 6)


@pytest.mark.parametrize(
    ("sets", "values", "exact"),
    [
        (law("ldpc(3,6)").sets[0], {"eps": sp.Rational(1, 5)}, coded(1, 3, 6)),
        (law("ldpc(3,6)").sets[1], {"eps": sp.Rational(1, 5)}, coded(2, 3, 6)),
        (law("irsa(x^3)").sets[0], {"G": sp.S.Half}, pairs),
        (law("hypergraph(3)", "2-skill").sets[0], {"d": sp.S.Half}, in_parts),
    ],
)
def test_leading_terms_are_the_limit_of_exact_numbers(sets: object, values: dict[str, sp.Expr], exact: Callable[[int], Fraction]) -> None:
    for n in SIZES:
        leading = sp.Rational(
            sets.mean.expression.subs({sp.Symbol(name, positive=True): value for name, value in {**values, "n": n}.items()})
        )
        distance = float(Fraction(int(leading.p), int(leading.q)) / exact(n)) - 1
        assert abs(distance) < 20 / n
        assert distance != 0


MODELS = [
    ("ldpc(3,6)", "1-skill", "repeated"),
    ("ldpc(4,8)", "2-skill", "repeated"),
    ("ldpc(3,6)", "success:exp(-x/2)", "repeated"),
    ("irsa(0.5*x^3 + 0.5*x^4)", "1-skill", "repeated"),
    ("irsa(0.5*x^3 + 0.5*x^4)", "1-skill", "distinct"),
    ("irsa(0.5*x^2 + 0.5*x^4)", "2-skill", "distinct"),
    ("irsa(x^3)", "success:exp(-x/2)", "distinct"),
    ("hypergraph(3)", "1-skill", "parts"),
    ("hypergraph(2)", "2-skill", "parts"),
]


@pytest.mark.parametrize(("name", "learner", "matching"), MODELS)
def test_leading_terms_are_the_limit_of_stuck_sets_of_every_matching(name: str, learner: str, matching: str) -> None:
    model = load_model(name, learner=learner, matching=matching)
    found = floor_law(model.ensemble, model.learner)
    values = {letter.name: sp.Rational(1, 4) for letter in model.ensemble.letters}
    bound = {sp.Symbol(key, positive=True): value for key, value in values.items()}
    for size in {sets.skills for sets in found.sets}:
        leading = sp.Add(*(sets.mean.expression for sets in found.sets if sets.skills == size))
        distances = []
        for n in (12_000, 120_000):
            exact = StuckSets(model.ensemble.at(**values), model.learner, n).mean(size)
            distances.append(float(leading.subs({**bound, sp.Symbol("n", positive=True): n})) / float(exact) - 1)
        assert abs(distances[0]) < 40 / 12_000
        assert distances[1] == pytest.approx(distances[0] / 10, rel=0.1)


def test_cycles_of_distinct_slots_are_counted() -> None:
    model = load_model("irsa(x^2)")
    shares = {least: floor_law(model.ensemble, model.learner, least=least).share.expression for least in (3, 4)}
    of_three = sp.factor((shares[3] - shares[4]) * sp.Symbol("n", positive=True) / 3)
    value = of_three.subs({sp.Symbol("G", positive=True): sp.S.Half})
    for n in SIZES:
        assert abs(float(triangles(n)) / float(value) - 1) < 20 / n


def test_ways_are_those_of_matrices_that_are_listed() -> None:
    def weight(j: int) -> sp.Expr:
        return sp.Integer(j)

    for degrees, texts, first in (((2, 2), 2, 2), ((2, 3, 3), 3, 2), ((2, 2, 2, 2), 4, 2), ((3, 3, 3), 3, 3), ((2, 2, 3), 3, 2)):
        rows = [[chosen for chosen in product((0, 1), repeat=texts) if sum(chosen) == degree] for degree in degrees]
        sums = [[sum(column) for column in zip(*matrix, strict=True)] for matrix in product(*rows)]
        listed = sum(sp.prod(column) for column in sums if min(column) >= first)
        orders = sp.prod(map(factorial, degrees))
        assert without_repetition(degrees, texts, first, weight) == sp.Rational(listed * orders, factorial(texts))
    for edges, texts, first in ((5, 2, 2), (6, 3, 2), (7, 2, 3)):
        met = product(range(texts), repeat=edges)
        counts = ([chosen.count(text) for text in range(texts)] for chosen in met)
        listed = sum(sp.prod(count) for count in counts if min(count) >= first)
        assert with_repetition(edges, texts, first, weight) == sp.Rational(listed, factorial(texts))


def test_floors_of_degree_two_are_those_of_the_literature() -> None:
    """1 - (1 - eps lambda'(0) rho'(1))^{1/2}: abstract of Orlitsky, Viswanathan, Zhang, IEEE Trans. IT 51(3), 2005."""
    model = load_model("ldpc(2,6)")
    x = 5 * sp.Symbol("eps", positive=True)
    assert floor_law(model.ensemble, model.learner).block.expression == 1 - sp.sqrt(1 - x)
    distinct = floor_law(load_model("ldpc(2,6)", matching="distinct").ensemble, model.learner)
    assert sp.simplify(distinct.block.expression - (1 - sp.sqrt(1 - x) * sp.exp(x / 2))) == 0


def test_expurgation_takes_cycles_away() -> None:
    d, n = sp.symbols("d n", positive=True)
    x = 2 * d
    for matching, step, least in (("repeated", 1, 4), ("distinct", 1, 4), ("parts", 2, 5)):
        block = law("hypergraph(2)", matching=matching, least=least).block.expression
        cycles = sp.Add(*(step * x**k / (2 * k) for k in range(1, 40) if k >= least and k % step == 0))
        assert float((1 - sp.exp(-cycles) - block).subs(d, sp.Rational(1, 5))) == pytest.approx(0, abs=1e-12)
    assert sp.simplify(law("hypergraph(2)", matching="parts").share.expression - x**2 / (n * (1 - x**2))) == 0


def test_mixes_of_degrees_that_tie_are_all_found() -> None:
    found = {sets.degrees for sets in law("irsa(0.5*x^3 + 0.5*x^4)", matching="repeated").sets}
    assert found == {(3,), (4,), (3, 3)}
    assert {sets.degrees for sets in law("irsa(0.5*x^2 + 0.5*x^3)", "2-skill", "repeated").sets} == {(3,), (2, 2), (2, 2, 2)}
    assert law("irsa(0.5*x^3 + 0.5*x^4)").exponent == -1
    assert law("ldpc(4,8)", "2-skill", "distinct").exponent == -5


def users(m: int, number: int, s: int, matching: str) -> Fraction:
    """The chance that a user of 2 or 3 slots of m is not resolved among so many, by listing all choices."""
    everything = range(m)
    options = []
    for degree in (2, 3):
        if matching == "distinct":
            chosen = [tuple(slots) for slots in combinations(everything, degree)]
        else:
            chosen = list(product(everything, repeat=degree))
        options += [(slots, Fraction(1, 2 * len(chosen))) for slots in chosen]
    lost = Fraction(0)
    for choice in product(options, repeat=number):
        chance = Fraction(1)
        for _, own in choice:
            chance *= own
        lost += chance * Fraction(number - len(resolved([slots for slots, _ in choice], s)), number)
    return lost


def resolved(slots: list[tuple[int, ...]], s: int) -> set[int]:
    """Peel: a slot with at most s copies that are left gives its users."""
    done: set[int] = set()
    while True:
        left = [slot for user, chosen in enumerate(slots) if user not in done for slot in chosen]
        new = {user for user, chosen in enumerate(slots) if user not in done and any(left.count(slot) <= s for slot in chosen)}
        if not new:
            return done
        done |= new


@pytest.mark.parametrize(("matching", "s", "number"), [("distinct", 1, 2), ("repeated", 1, 1), ("repeated", 2, 1), ("repeated", 3, 2)])
def test_light_load_is_that_of_all_choices(matching: str, s: int, number: int) -> None:
    model = load_model("irsa(0.5*x^2 + 0.5*x^3)", learner=f"{s}-skill", matching=matching)
    found = light_load(model.ensemble, model.learner)
    assert isinstance(found, LightLoad)
    assert found.power == number - 1
    slots = 4
    factor = found.factor.expression.subs(sp.Symbol("m", positive=True), slots)
    listed = users(slots, number, s, matching)
    per_load = factor / sp.Integer(slots) ** (number - 1) * factorial(number - 1)
    assert sp.Rational(listed.numerator, listed.denominator) == per_load


def test_light_load_in_parts_and_of_learners_with_chances() -> None:
    m, load = sp.symbols("m G", positive=True)
    assert light_load(*parts("hypergraph(3)")).loss.expression == 27 * load / m**2
    uncertain = load_model("irsa(x^3)", learner="success:exp(-x/2)")
    half = light_load(uncertain.ensemble, uncertain.learner).factor.expression
    assert sp.simplify(half - light_load(*parts("irsa(x^3)")).factor.expression / 8) == 0


def parts(name: str) -> tuple[object, object]:
    model = load_model(name)
    return model.ensemble, model.learner


def test_what_has_no_floor_is_said() -> None:
    with pytest.raises(InputError, match="needs skills of degree 2 at least"):
        law("paper")
    with pytest.raises(InputError, match="a_0 = 1"):
        law("ldpc(3,6)", "success:exp(-x)/2")
    with pytest.raises(InputError, match="needs texts with more skills"):
        law("ldpc(3,6)", "6-skill")
    with pytest.raises(InputError, match="is the number of skills in a floor"):
        floor_law(*parts_of(texts="poisson(n)", skills="regular(3)"))
    with pytest.raises(InputError, match="needs texts poisson"):
        light_load(*parts("ldpc(3,6)"))


def parts_of(**laws: str) -> tuple[object, object]:
    model = load_model(**laws)
    return model.ensemble, model.learner
