"""What semantic compression takes, in proved bits: at a state of learning, before and after each jump, and how long to train for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
from flint import arb, ctx

from ...balls.numbers import Number, check_digits, number, prove_numbers
from ...balls.numerical.floats import compile_floats
from ...checks import check_count
from ...errors import InputError
from ...model.exact import Value, exact_number
from ...model.symbols import q, t
from ...record import Record
from ..evolution.equations.curve import curve
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.states.fixed_points import LargestFixedPoint
from ..evolution.thresholds.find import Place, both_sides, working_bits
from ..scaling.compute import STATES, reached_states
from .equations import SemanticCode, cost_of
from .semantic_rate import Rate

_MOST = 10**12
"""Skills, at most: floats still count them exactly."""


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


@dataclass(frozen=True)
class Stop(Record):
    """How many texts to train on, of a stream of `stream` texts, so that all together take fewest bits.

    The texts of training go to both ends losslessly, R n of them; from then on a text takes what `compress` says at R. `bits` is the mean
    over the whole stream, `lossless_bits` what a text takes without training. `place` says whether the best is 'never' to train, just past
    an 'emergence', or in between ('smooth'); never, the coder still knows a text that requires no skill.
    """

    ratio: float
    texts: float
    bits: float
    lossless_bits: float
    stream: float
    place: str

    def __repr__(self) -> str:
        return f"<train on {self.texts:.8g} texts ({self.place}): {self.bits:.6g} bits per text instead of {self.lossless_bits:.6g}>"

    def _repr_latex_(self) -> str:
        return f"$R = {self.ratio:.8g}$"


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
    digits, bound = check_digits(digits), evolution.bind(evolution.all_bound(dict(values)))
    rate, largest, known = _rate(bound, size, lossless_bits, picks), LargestFixedPoint(bound, {}), bound.known_state

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
    digits, (bound, letter) = check_digits(digits), evolution.with_one_letter(parameter, values)
    rate = _rate(bound, size, lossless_bits, picks)
    results = []
    for sides in both_sides(bound, letter, digits, "the gain"):
        with ctx.workprec(working_bits(digits)):
            before, past = (_at(rate, side.place, digits) for side in sides)
        results.append((sides[0].number(letter, digits), before, past))
    return results


def best_stop(
    evolution: FixedPointEquation,
    size: int,
    lossless_bits: Value,
    stream: Value,
    parameter: sp.Symbol | str | None = None,
    *,
    picks: str = "uniform",
    **values: Value,
) -> Stop:
    """Return how many texts of a stream to train on, in floats; the letter left free must be R, texts per skill.

    Minimises (R n ell + (S - R n) bits(R))/S over the states that learning reaches, and just past each jump.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> best_stop(DensityEvolution(model.ensemble, model.learner), 100_000, 256, "1e7", "R", c=5)
    <train on 245653.09 texts (emergence): 83.0125 bits per text instead of 256>
    """
    from scipy.optimize import minimize_scalar

    total, (bound, letter) = float(exact_number(stream, "stream")), evolution.with_one_letter(parameter, values)
    if bound.ensemble.ratio != letter:
        raise InputError("stream", "needs R, texts per skill, to solve for", given=letter)
    if not total > 0:
        raise InputError("stream", "must be a positive number of texts", given=stream)
    rate, bent = _rate(bound, size, lossless_bits, picks), curve(bound, letter)
    lossless = float(Place().value(rate.code.lossless(rate.cost)))
    ratio, state = (compile_floats(part, t) for part in (bent.value, bent.along(q)))

    def mean(value: float, at: float) -> float:
        """Return the mean bits of the stream, trained until a value of R and the state there."""
        spent = value * rate.size / total
        if spent > 1:
            return np.inf
        bits = float(rate.balls(Place((q, letter), (arb(at), arb(value))), None)[1].mid())
        return spent * lossless + (1 - spent) * bits

    def on_curve(place: float) -> float:
        return mean(float(ratio(place)), float(state(place)))

    reached = reached_states(bent, ratio(STATES))
    means = np.array([on_curve(place) if there else np.inf for place, there in zip(STATES, reached, strict=True)])
    never = mean(0.0, float(bound.ensemble.unknown))
    candidates = [(min(lossless, never), 0.0, "never")]
    if np.isfinite(means).any():
        best = int(np.argmin(means))
        around = [STATES[place] if 0 <= place < len(STATES) and reached[place] else STATES[best] for place in (best - 1, best + 1)]
        least = minimize_scalar(on_curve, bounds=around, method="bounded", options={"xatol": 1e-10 * STATES[best]})
        candidates.append((float(least.fun), float(ratio(least.x)), "smooth"))
    for _, past in both_sides(bound, letter, 15, "stream"):
        jump, landed = (float(past.number(symbol, 15)) for symbol in (letter, q))
        candidates.append((mean(jump, landed), jump, "emergence"))
    bits, value, place = min(candidates)
    return Stop(value, value * rate.size, bits, lossless, total, place)


def _rate(equation: FixedPointEquation, size: int, lossless_bits: Value, picks: str) -> Rate:
    return Rate(SemanticCode(equation, picks), cost_of(lossless_bits), check_count(size, 1, _MOST, "size"))


def _at(rate: Rate, place: Place, digits: int) -> Compression:
    """Return what a text takes at a place, with the digits that are known there."""
    counts = rate.best_counts(place)
    return _result(rate, [number(ball, digits) for ball in rate.balls(place, counts)], counts)


def _result(rate: Rate, numbers: Sequence[Number], counts: tuple[int, ...] | None) -> Compression:
    """Return the numbers by name."""
    return Compression(**dict(zip(Compression.measured(), numbers, strict=True)), counts=counts, size=rate.size, picks=rate.code.picks)
