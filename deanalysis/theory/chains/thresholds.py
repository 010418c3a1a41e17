"""The thresholds of a chain or a protograph along a letter: every jump of its largest fixed point, with proved digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy as sp
from flint import arb, ctx

from ...balls.compiling import ball_of
from ...balls.numbers import Number, number, prove_numbers
from ...balls.vectors.jumps import Jump, walk
from ...balls.vectors.maps import LargeMap
from ...model.formula import text
from ..evolution.answers import Status
from ..evolution.search import Range
from ..evolution.thresholds.results import Threshold, Thresholds
from .system import ChainSystem

_LEFT_OUT = sp.Rational(1, 10**6)
"""The lowest part of a range, which is left out: at 0 a letter may leave no model."""

_FLOAT_DIGITS = 9
"""Digits of a place that floats give without proof."""

_VISIBLE = 1e-6
"""How much of a topic is learned at a jump at least, for it to be named."""


def chain_thresholds(
    system: ChainSystem,
    letter: sp.Symbol,
    bound: Mapping[sp.Symbol, sp.Expr],
    search: Range,
    digits: int,
    tick: Callable[[float], None] | None = None,
) -> Thresholds:
    """Return all jumps that are met in a range of a letter; see `ChainEvolution.thresholds`."""
    low, high = search[0] + (search[1] - search[0]) * _LEFT_OUT, search[1]
    f = system.map(bound, letter)
    ends = float(ball_of(low).mid()), float(ball_of(high).mid())
    entries = []
    for start, end in (ends,) if f.easier == 1 else (ends[::-1],) if f.easier == -1 else (ends, ends[::-1]):
        entries += [_threshold(system, f, letter, jump, end > start, digits) for jump in walk(f, start, end, tick).jumps()]
    where = f"{letter} from {text(low)} to {text(high)}"
    reason = None if entries else f"no emergence: the state is continuous in {where}"
    searched = f"{where}: followed in floats from jump to jump; each jump is proved, and not that there is no other one"
    return Thresholds(str(letter), tuple(entries), reason, searched)


def _threshold(system: ChainSystem, f: LargeMap, letter: sp.Symbol, jump: Jump, is_rising: bool, digits: int) -> Threshold:
    """Return the entry of a jump: numbers with proved digits where its fold is proved."""
    side, factor = "above" if is_rising else "below", system.layout.chain.with_ends(letter)
    if jump.fold is None or jump.after is None:
        value = _numerical(jump.place)
        ends = None if factor is None else _numerical(jump.place * float(factor))
        return Threshold("emergence", str(letter), value, None, Status.NUMERICAL, side, with_ends=ends)
    fold, after, measures = jump.fold, jump.after, system.measures

    def compute() -> list[arb]:
        before, p = fold.balls(ctx.prec)
        total = [] if factor is None else [p * ball_of(factor)]
        return [p, *total, *before]

    value, *numbers = prove_numbers(compute, digits)
    ends = None if factor is None else numbers.pop(0)
    fell = f.floats(fold.state, fold.place, measures) - f.floats(after.point, fold.place, measures)
    return Threshold(
        "emergence",
        str(letter),
        value,
        system.layout.by_topic(numbers),
        Status.of(value.has(digits)),
        side,
        classes=system.layout.jumping(fell[: system.zeta.size] > _VISIBLE),
        with_ends=ends,
    )


def _numerical(value: float) -> Number:
    return Number(number(arb(value), _FLOAT_DIGITS).text, "-inf", "inf")
