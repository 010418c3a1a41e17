"""The thresholds of a chain or a protograph along a letter: every jump of its largest fixed point, with proved digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sympy as sp
from flint import arb, ctx

from ...balls.compiling import ball_of
from ...balls.numbers import prove_numbers
from ...balls.vectors.jumps import Jump, Walk, walk
from ...balls.vectors.maps import LargeMap
from ...balls.vectors.stability import is_binding, stability_point
from ...model.chains import Chain
from ...model.formula import text
from ...model.symbols import letter
from ..evolution.answers import Status
from ..evolution.search import Range, inner
from ..evolution.thresholds.results import Threshold, Thresholds
from .states import numerical
from .system import ChainSystem

_LONG, _LONG_WINDOWS = 60, 20
"""Topics, and windows, beyond which chains are taken to be alike: from topic to topic jumps come nearer to each other, by a factor of 0.05
at a window of 2 and 0.2 at one of 3."""

_VISIBLE = 1e-6
"""How much of a topic is learned at a jump at least, for it to be named."""


def chain_thresholds(
    system: ChainSystem,
    symbol: sp.Symbol,
    bound: Mapping[sp.Symbol, sp.Expr],
    search: Range,
    digits: int,
    progress: Callable[[float], None] | None = None,
) -> Thresholds:
    """Return all jumps that are met in a range of a letter; see `ChainEvolution.thresholds`."""
    low, high = inner(search)
    f = system.map(bound, symbol)
    ends = float(ball_of(low).mid()), float(ball_of(high).mid())
    entries = _stability(f, symbol, ends, system, digits)
    leaps = [float(entry.value) for entry in entries if entry.value is not None]
    directions = (ends,) if f.easier == 1 else (ends[::-1],) if f.easier == -1 else (ends, ends[::-1])
    walks = [walk(f, start, end, progress, leaps) for start, end in directions]
    jumps = [(jump, way.direction > 0) for way in walks for jump in way.jumps()]
    entries += [_threshold(system, f, symbol, jump, is_rising, digits) for jump, is_rising in jumps]
    entries.sort(key=lambda entry: (f.easier or 1) * float(entry.value or 0))
    where = f"{symbol} from {text(low)} to {text(high)}"
    reason = None if entries else f"no emergence was met in {where}"
    return Thresholds(str(symbol), tuple(entries), reason, _searched(where, [jump for jump, _ in jumps], walks))


def _searched(where: str, jumps: Sequence[Jump], walks: Sequence[Walk]) -> str:
    """Say how a range was searched, what was proved of its jumps only nearly, and where following ended early."""
    said = [f"{where}: followed in floats from jump to jump; each jump is proved, and not that there is no other one"]
    said += [f"following ended at {way.place:.10g}, before the end of the range" for way in walks if not way.is_done]
    if widest := max((jump.gap for jump in jumps), default=0.0):
        said.append(f"the state beyond a jump is proved within {widest:.0e} of it")
    for jump in jumps:
        if jump.between is not None:
            said.append(f"the jump near {jump.place:.10g} is proved to be between two values that share the digits shown")
        if jump.since != jump.place:
            said.append(f"from {jump.since:.10g} to the jump at {jump.place:.10g} the state falls in steps that were not told apart")
    return "; ".join(said)


def _threshold(system: ChainSystem, f: LargeMap, symbol: sp.Symbol, jump: Jump, is_rising: bool, digits: int) -> Threshold:
    """Return the entry of a jump: numbers with proved digits where its fold, or that it is between two values, is proved."""
    side, factor = "above" if is_rising else "below", system.layout.chain.with_ends(symbol)
    if jump.after is None or (jump.fold is None and jump.between is None):
        value = numerical(jump.place)
        ends = None if factor is None else numerical(jump.place * float(factor))
        return Threshold("emergence", str(symbol), value, None, Status.NUMERICAL, side, with_ends=ends)

    def compute() -> list[arb]:
        if jump.fold is not None:
            before, p = jump.fold.balls(ctx.prec)
        else:
            before, p = [], _hull(jump.between)
        return [p, *([] if factor is None else [p * ball_of(factor)]), *before]

    value, *numbers = prove_numbers(compute, digits)
    ends = None if factor is None else numbers.pop(0)
    fell = f.floats(jump.before, jump.place, system.measures) - f.floats(jump.after.point, jump.place, system.measures)
    classes = system.layout.jumping(fell[: system.zeta.size] > _VISIBLE)
    state, status = system.layout.by_topic(numbers) if numbers else None, Status.of(jump.between is not None or value.has(digits))
    return Threshold("emergence", str(symbol), value, state, status, side, classes=classes, with_ends=ends)


def _hull(ends: tuple[float, float] | None) -> arb:
    low, high = ends or (0.0, 0.0)
    return arb(low).union(arb(high))


def _stability(f: LargeMap, symbol: sp.Symbol, ends: tuple[float, float], system: ChainSystem, digits: int) -> list[Threshold]:
    """Return where q = 0 changes stability, if it is a state and does so."""
    point = stability_point(f, *ends)
    if point is None:
        return []
    factor = system.layout.chain.with_ends(symbol)

    def compute() -> list[arb]:
        place = point.balls(ctx.prec)[-1]
        return [place] if factor is None else [place, place * ball_of(factor)]

    value, *rest = prove_numbers(compute, digits)
    binding = is_binding(f, float(value))
    status, side = Status.of(binding is not None and value.has(digits)), "above" if f.easier == 1 else "below"
    return [Threshold("stability", str(symbol), value, None, status, side, binding=binding, with_ends=rest[0] if rest else None)]


def fewer_topics(chain: Chain) -> int:
    """Return the number of topics of which the jumps of all longer chains are taken."""
    return max(_LONG, _LONG_WINDOWS * chain.window) + 2 * chain.known


def of_longer(found: Thresholds, chain: Chain, topics: int) -> Thresholds:
    """Return what was found of a chain of fewer topics as what is said of a long one, without proof."""
    entries = []
    for entry in found:
        value = numerical(float(entry.value or 0))
        factor = chain.with_ends(letter(entry.parameter))
        ends = None if factor is None else numerical(float(entry.value or 0) * float(factor))
        entries.append(Threshold(entry.kind, entry.parameter, value, None, Status.NUMERICAL, entry.learned_side, with_ends=ends))
    reason = f"the jumps are those of a chain of {topics} topics, from which one of {chain.topics} differs by less than floats tell"
    return Thresholds(found.parameter, tuple(entries), reason, found.searched)
