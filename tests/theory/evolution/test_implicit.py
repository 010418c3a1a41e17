"""A letter that cannot be isolated: the same answers as by inversion where both routes are open, and a certificate that refuses."""

import numpy as np
import pytest
from flint import arb, ctx

from deanalysis import DensityEvolution, InputError, load_model, q
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.balls.systems import isolate_system, prove_zero, refine_system
from deanalysis.model.exact import bindings
from deanalysis.model.symbols import letter
from deanalysis.theory.evolution.branches.plane import PlaneBranch
from deanalysis.theory.evolution.letters import domain
from deanalysis.theory.evolution.search import Question


def evolution_of(text: str | None = None, **laws: str) -> DensityEvolution:
    model = load_model(text, **laws)
    return DensityEvolution(model.ensemble, model.learner)


BOTH = [
    ("paper", {}, "R", {"c": 5}, "1/100:6"),
    ("paper", {"learner": "2-skill"}, "R", {"c": 7}, "1/100:6"),
    ("ldpc(3,6)", {}, "eps", {}, "1/10:1"),
    ("irsa(0.5631*x^2 + 0.0436*x^3 + 0.3933*x^5)", {}, "G", {}, "1/10:2"),
    ("irsa(0.9*x^3 + 0.1*x^24)", {}, "G", {}, "1/10:2"),
    ("hypergraph(3)", {"learner": "success:0.97*exp(-x)"}, "d", {}, "1/10:5"),
]


@pytest.mark.parametrize(("name", "laws", "parameter", "values", "search"), BOTH, ids=str)
def test_both_routes_agree(name: str, laws: dict[str, str], parameter: str, values: dict[str, object], search: str) -> None:
    evolution = evolution_of(name, **laws)
    explicit = evolution.thresholds(parameter, digits=20, **values)
    implicit = evolution.thresholds(parameter, digits=20, search=search, **values)
    assert implicit.searched.startswith(f"{parameter} from")
    seen = [(one.kind, one.value.text, one.fixed_point.text, one.lands_on, one.binding, one.learned_side, one.status) for one in implicit]
    known = [(one.kind, one.value.text, one.fixed_point.text, one.lands_on, one.binding, one.learned_side, one.status) for one in explicit]
    assert seen == known


IN_OTHER_LETTERS = [
    ({"text": "paper"}, "c", {"R": 3}, (0.05, 20)),
    ({"text": "paper", "learner": "2-skill"}, "c", {"R": "1/2"}, (0.05, 20)),
    ({"texts": "poisson(4.7)", "skills": "polynomial(w*x^3+(1-w)*x^24)"}, "w", {}, (0.5, 1)),
    ({"texts": "binomial(6,p)", "skills": "regular(3)"}, "p", {}, (0.05, 1)),
    ({"texts": "mixture(w: poisson(2), 1-w: poisson(9))", "skills": "regular(4)"}, "w", {}, (0, 1)),
    ({"text": "paper", "learner": "success:exp(-b*x)"}, "b", {"c": 9, "R": "1.2"}, (0.05, 1)),
    ({"texts": "poisson(a)", "skills": "poisson(a^2)"}, "a", {}, (0.1, 12)),
    ({"texts": "poisson(6)", "skills": "negative_binomial(9, k)"}, "k", {}, (0.2, 60)),
]


@pytest.mark.parametrize(("laws", "parameter", "values", "ends"), IN_OTHER_LETTERS, ids=str)
def test_jumps_are_where_iteration_jumps(
    laws: dict[str, str], parameter: str, values: dict[str, object], ends: tuple[float, float]
) -> None:
    """Iterate density evolution on a fine grid of the letter: its jumps, with their sides, are the emergences, and there are no others."""
    evolution = evolution_of(**laws)
    found = evolution.thresholds(parameter, kind="emergence", **values)
    assert not found.reason or "undecided" not in found.reason
    grid = np.linspace(*ends, 2002)[1:-1]
    step = compile_floats(evolution.at(**values).right_side, q, letter(parameter))
    states = np.ones_like(grid)
    for _ in range(20_000):
        states = step(states, grid)
    leaps = np.flatnonzero(np.abs(np.diff(states)) > 0.05)
    inside = [one for one in found if ends[0] < float(one.value) < ends[1]]
    places = sorted(float(one.value) for one in inside)
    assert len(leaps) == len(places)
    for leap, place in zip(leaps, places, strict=True):
        assert grid[leap] - 2e-2 < place < grid[leap + 1] + 2e-2
    for one in inside:
        leap = leaps[places.index(float(one.value))]
        assert one.learned_side == ("above" if states[leap + 1] < states[leap] else "below")
        assert sorted([float(one.fixed_point), float(one.lands_on)]) == pytest.approx(sorted(states[leap : leap + 2]), abs=0.06)
        assert one.status == "proved"


def test_what_was_searched_is_said() -> None:
    found = evolution_of("paper").thresholds("c", kind="emergence", R=3, search="6:20")
    assert len(found) == 0
    assert found.reason == "no emergence for c from 6 to 20: no jump"
    assert found.searched == "c from 6 to 20, all q in [0, 1]"


def test_domains() -> None:
    evolution = evolution_of(texts="poisson(3)", skills="mixture(w/2: regular(2), 1-w/2: regular(3))")
    assert str(domain(evolution, letter("w"), {})) == "(0, 2)"
    with pytest.raises(InputError, match="must sum to 1"):
        evolution_of(texts="poisson(3)", skills="polynomial(a*x^2+0.5*x^3)").thresholds("a")
    parabola = evolution_of(texts="poisson(3)", skills="polynomial((2*w-1)^2*x^2+(1-(2*w-1)^2)*x^3)")
    assert str(domain(parabola, letter("w"), {})) == "(0, 1)"
    with pytest.raises(InputError, match="search"):
        evolution_of(texts="binomial(6,p)", skills="regular(3)").thresholds("p", search="2:3")


def circle_and_line(box: list[arb]) -> tuple[list[arb], list[list[arb]]]:
    x, y = box
    return [x * x + y * y - 2, x - y], [[2 * x, 2 * y], [arb(1), arb(-1)]]


def touching(box: list[arb]) -> tuple[list[arb], list[list[arb]]]:
    x, y = box
    return [(x - 1) ** 2 - y, y], [[2 * (x - 1), arb(-1)], [arb(0), arb(1)]]


def test_the_certificate_refuses_a_wrong_root_a_wide_box_and_a_double_root() -> None:
    """Nothing is claimed for a box without a zero, one with two, or a singular one."""
    nowhere = isolate_system(circle_and_line, [arb(0.5, 0.2), arb(0.5, 0.2)], lambda box: False)
    assert nowhere.zeros == nowhere.undecided == []
    wide = isolate_system(circle_and_line, [arb(0, 2), arb(0.1, 2)], lambda box: False, most=1)
    assert wide.zeros == []
    assert wide.undecided
    double = isolate_system(touching, [arb(1.1, 0.5), arb(0.1, 0.5)], lambda box: False)
    assert double.zeros == []
    assert any(box[0].contains(arb(1)) for box in double.undecided)
    assert prove_zero(touching, [arb(1.001), arb(0)]) is None
    assert prove_zero(lambda box: ([box[0] ** 2 + 1], [[2 * box[0]]]), [arb(0.7)]) is None
    with ctx.workprec(200):
        box = prove_zero(circle_and_line, [arb(0.99), arb(1.01)])
        assert all(side.contains(arb(1)) for side in refine_system(circle_and_line, box, 150))


def test_a_shifted_double_root_is_not_certified() -> None:
    """The system of a fold, asked at a state 1 % off, finds its way back to the true one or to none."""
    solver = PlaneBranch(Question(evolution_of("paper"), letter("c"), bindings({"R": 3})))
    (true,) = solver.double_roots.zeros
    with ctx.workprec(128):
        box = prove_zero(solver.root, [arb(true[0].mid()) * 1.01, arb(true[1].mid()) * 0.99])
        assert box is None or all(one.overlaps(two) for one, two in zip(box, refine_system(solver.root, true, 100), strict=True))
        wrong = [arb(0.5, 1e-6), arb(5.3405, 1e-6)]
        assert isolate_system(solver.root, wrong, solver.root.excludes).zeros == []
