"""What semantic compression takes, in proved bits: at a state of learning, before and after each jump, and at its best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp
from flint import ctx

from ...balls.numbers import Number, check_digits, number, prove_numbers
from ...checks import check_count
from ...model.exact import Value
from ...model.symbols import q
from ...record import Record
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.states.fixed_points import LargestFixedPoint
from ..evolution.thresholds.find import Place, both_sides, working_bits
from .equations import SemanticCode, cost_of
from .semantic_rate import Rate

_FEWEST, _MOST = 1, 10**12


@dataclass(frozen=True)
class Compression(Record):
    """What a text takes with n skills, in bits, when a trained learner sends what it understands as sets of skills.

    `understood` is the chance that a text is; `bits_per_text` the sum of `flag_and_count`, `indices` (the sets) and `fallback` (the
    others, losslessly); `lossless_bits` the mean cost without a learner, and `gain` the ratio of the two. `index_bits` is what one index
    takes, `learned` how many skills are listed. As n grows, a text takes `slope` log2 n + `offset` bits. `best_mix` is what it takes
    when the coder sends only texts of some `counts` of skills as sets, and all others losslessly, as well as that can be chosen.
    """

    understood: Number
    bits_per_text: Number
    gain: Number
    lossless_bits: Number
    flag_and_count: Number
    indices: Number
    fallback: Number
    learned: Number
    index_bits: Number
    slope: Number
    offset: Number
    best_mix: Number
    counts: tuple[int, ...] | None
    size: int
    picks: str

    def __repr__(self) -> str:
        return f"<{self.bits_per_text} bits per text, gain {self.gain}; {self.understood} of the texts are understood>"

    def _repr_latex_(self) -> str:
        return f"${self.bits_per_text.latex}\\ \\text{{bits per text}}$"


def compress(
    evolution: FixedPointEquation, size: int, lossless_bits: Value, *, picks: str = "uniform", digits: int = 15, **values: Value
) -> Compression:
    """Return what a text takes with `size` skills, with proved digits; every letter must be bound.

    Arguments: `lossless_bits`, what the lossless code takes for a text, a number or a polynomial in the number k of its skills; `picks`,
    how texts choose skills: 'uniform', or by 'popularity' (skills must be mixed Poisson). Raises `InputError` for anything else.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> compress(DensityEvolution(model.ensemble, model.learner), 100_000, 256, c=3, R=2)
    <50.9435960364541 bits per text, gain 5.02516547549593; 0.992239573387128 of the texts are understood>
    """
    digits = check_digits(digits)
    size = check_count(size, _FEWEST, _MOST, "size")
    bound = evolution.bind(evolution.all_bound(dict(values)))
    rate = Rate(SemanticCode(bound, picks), cost_of(lossless_bits), size)
    largest = LargestFixedPoint(bound, {})

    known = bound.known_state

    def at_the_end() -> Place:
        return Place((q,), (largest.state(),)) if known is None else Place(exact={q: known})

    if largest.location[0] == "undecided":
        return _at(rate, at_the_end(), digits)
    counts = rate.best_counts(at_the_end())
    return _result(rate, prove_numbers(lambda: rate.balls(at_the_end(), counts), digits), counts)


def gain_jumps(
    evolution: FixedPointEquation,
    size: int,
    lossless_bits: Value,
    parameter: sp.Symbol | str | None = None,
    *,
    picks: str = "uniform",
    digits: int = 15,
    **values: Value,
) -> list[tuple[Number, Compression, Compression]]:
    """Return where the gain jumps: each emergence threshold in `parameter`, with what a text takes just before it and just past it.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> for value, before, past in gain_jumps(DensityEvolution(model.ensemble, model.learner), 100_000, 256, "R", c=5):
    ...     print(value, before.gain, past.gain)
    2.45653088923920 1.01941373955108 3.25467899612346
    """
    digits = check_digits(digits)
    size = check_count(size, _FEWEST, _MOST, "size")
    bound, symbol = evolution.with_one_letter(parameter, values)
    rate = Rate(SemanticCode(bound, picks), cost_of(lossless_bits), size)
    results = []
    for sides in both_sides(bound, symbol, digits, "the gain"):
        with ctx.workprec(working_bits(digits)):
            before, past = (_at(rate, side.place, digits) for side in sides)
        results.append((sides[0].number(symbol, digits), before, past))
    return results


def _at(rate: Rate, place: Place, digits: int) -> Compression:
    """Return what a text takes at a place, with the digits that are known there."""
    counts = rate.best_counts(place)
    return _result(rate, [number(ball, digits) for ball in rate.balls(place, counts)], counts)


def _result(rate: Rate, found: Sequence[Number], counts: tuple[int, ...] | None) -> Compression:
    """Return the numbers by name."""
    return Compression(**dict(zip(Compression.measured(), found, strict=True)), counts=counts, size=rate.size, picks=rate.code.picks)
