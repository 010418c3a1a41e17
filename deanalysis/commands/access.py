"""Random access by its own names: the packet loss rate, which is zeta, and the throughput G (1 - zeta), packets received per slot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..record import Table, written
from .options import Values, without
from .output import is_limit

Told = dict[str, Any]
"""`loss_rate` and `throughput`: numbers with proved digits, or estimates."""


def of_state(evolution: Any, state: Any, point: Values, digits: int) -> Told:
    """Return loss rate and throughput where learning stops; the offered load is G = 1/R users per slot."""
    from ..balls.compiling import ball_of
    from ..balls.numbers import ZERO, Number, number

    zeta = state.zeta
    if is_limit(point):
        return {"loss_rate": zeta, "throughput": ZERO}
    load = ball_of(1 / evolution.at(**point).ensemble.ratio)
    if zeta.is_enclosed:
        return {"loss_rate": zeta, "throughput": number(load * (1 - zeta.ball()), digits)}
    return {"loss_rate": zeta, "throughput": Number(number(load * (1 - float(zeta)), min(digits, 15)).text, "-inf", "inf")}


def of_graphs(stats: Any) -> Told:
    """Return loss rate and throughput in simulated frames."""
    from ..simulate.estimates import Estimate

    zeta, load = stats.estimate("zeta"), stats.skills / stats.texts_per_graph
    return {"loss_rate": zeta, "throughput": Estimate(*(load * (1 - lost) for lost in (zeta.high, zeta.best, zeta.low)))}


def spoken(name: str) -> str:
    """Return one of the names as people say it.

    >>> spoken("loss_rate"), spoken("throughput")
    ('packet loss rate', 'throughput')
    """
    return "packet loss rate" if name == "loss_rate" else name


def content_of(told: Told) -> dict[str, Any]:
    """Return what `--json` prints of them."""
    return {key: part for name, value in told.items() for key, part in written(name, value).items()}


def at_jumps(evolution: Any, thresholds: Any, values: Values, digits: int) -> list[Any]:
    """Return for each threshold the throughput just below it, where it is a jump that is proved and all letters are bound; else None."""
    from ..theory.evolution.answers import Status
    from ..theory.evolution.thresholds.find import AtThreshold

    bound = evolution.at(**without(values, thresholds.parameter))
    received = (1 - bound.novel) / bound.ensemble.ratio
    is_known = [jump.kind == "emergence" and jump.status == Status.PROVED and jump.lands_on is not None for jump in thresholds]
    past = (replace(jump, fixed_point=jump.lands_on) for jump in thresholds)
    return [AtThreshold(bound, jump).number(received, digits) if known else None for jump, known in zip(past, is_known, strict=True)]


def with_throughput(evolution: Any, thresholds: Any, values: Values, digits: int) -> tuple[dict[str, Any], list[Table]]:
    """Return the thresholds of random access for `--json`, and as tables, with the throughput just below each jump."""
    content, table = thresholds.to_dict(), thresholds.table()
    rates = at_jumps(evolution, thresholds, values, digits)
    for entry, rate in zip(content["thresholds"], rates, strict=True):
        entry |= {} if rate is None else written("throughput", rate)
    name = thresholds.parameter
    notes = (
        f"throughput just below {name} = {jump.value}: {rate} packets per slot"
        for jump, rate in zip(thresholds, rates, strict=True)
        if rate is not None
    )
    return content, [table._replace(notes=(*table.notes, *notes))]
