"""All zeros are found, each once; what is no simple zero is never reported as one."""

from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from deanalysis.solve.isolation import isolate, refine
from deanalysis.solve.tails import Tail


def product(roots: list[float]):
    def function(box: arb) -> tuple[arb, arb]:
        value, slope = arb(1), arb(0)
        for root in roots:
            value, slope = value * (box - root), slope * (box - root) + value
        return value, slope

    return function


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 999), max_size=6, unique=True))
def test_all_zeros_of_a_product(places: list[int]) -> None:
    roots = sorted(place / 1000 for place in places)
    with ctx.workprec(200):
        found = isolate(product(roots), arb(0), arb(1.0007))
        assert not found.undecided
        assert len(found.zeros) == len(roots)
        for zero, root in zip(found.zeros, roots, strict=True):
            assert refine(product(roots), zero.box, 100).overlaps(arb(root))


def test_a_double_zero_is_undecided_not_reported() -> None:
    found = isolate(product([0.3, 0.3, 0.7]), arb(0), arb(1))
    assert len(found.zeros) == 1
    assert len(found.undecided) == 1
    assert found.undecided[0].contains(arb(0.3))


def test_two_close_zeros_are_told_apart() -> None:
    with ctx.workprec(200):
        found = isolate(product([0.3, 0.3 + 2.0**-40]), arb(0), arb(1))
    assert [zero.slope for zero in found.zeros] == [-1, 1]


def test_a_tail_encloses_what_it_bounds() -> None:
    for start in (4, 32):
        t = Tail.variable(start)
        bound = 1 - t * t * (-t).exp() / 2 + (1 + t / 3) ** -2
        for point in (start, start + 0.5, 2 * start, 50 * start):
            exact = 1 - arb(point) ** 2 * (-arb(point)).exp() / 2 + (1 + arb(point) / 3) ** -2
            assert bound.ball().overlaps(exact)
            pieces = ((t * t * (-t).exp(), arb(point) ** 2 * (-arb(point)).exp()), ((1 + t / 3) ** -2, (1 + arb(point) / 3) ** -2))
            for tail, value in pieces:
                assert tail.ball().contains(value)
    assert Tail.variable(64).exp().factor.is_nan()
