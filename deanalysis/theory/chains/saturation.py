"""Threshold saturation: thresholds of chains by length and window, beside the potential threshold of one topic, to which they tend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import sympy as sp

from ...balls.numbers import Number
from ...errors import InputError
from ...model.chains import Chain
from ...model.degrees import Ensemble
from ...record import Record, Table
from ..evolution.answers import Status
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.search import Question, Range
from ..evolution.thresholds.find import thresholds
from .system import ChainSystem
from .thresholds import chain_thresholds


@dataclass(frozen=True)
class ChainThreshold(Record):
    """The last jump of a chain of `topics` and `window`: past it the front goes through; `value` is None where there is no jump.

    `with_ends` is the letter counted over all texts and skills, where the ends cost something in it.
    """

    topics: int
    window: int
    value: Number | None
    status: Status | None
    with_ends: Number | None = None

    def __repr__(self) -> str:
        return f"<{self.topics} topics, window {self.window}: {self.value}>"


@dataclass(frozen=True)
class Saturation(Record):
    """Thresholds of chains along a letter, by window and then topics, and the `potential` threshold of one topic, if it has one.

    As the topics get many the threshold tends to where the front is no longer pinned, and as the window grows that tends to the
    potential threshold.
    """

    parameter: str
    chains: tuple[ChainThreshold, ...]
    potential: Number | None = None

    def difference(self, chain: ChainThreshold) -> float | None:
        """Return how far the threshold of a chain is from the potential threshold; None where there is none of the two."""
        return None if chain.value is None or self.potential is None else float(chain.value.ball() - self.potential.ball())

    def table(self) -> Table:
        """Return a row for each chain."""
        header = ("window", "topics", self.parameter, "less potential", "with ends", "status")
        rows = [
            (
                chain.window,
                chain.topics,
                chain.value or "",
                _shown(self.difference(chain)),
                chain.with_ends or "",
                chain.status or "no jump",
            )
            for chain in self.chains
        ]
        note = None if self.potential is None else f"potential threshold of one topic: {self.potential}"
        return Table(header, rows, (note,), 2)

    def __repr__(self) -> str:
        return f"<{len(self.chains)} chains in {self.parameter}, potential threshold {self.potential}>"


def _shown(difference: float | None) -> str:
    return "" if difference is None else f"{difference:.3g}"


def saturation(
    chain: Chain,
    letter: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    search: Range,
    sizes: tuple[Sequence[int], Sequence[int]],
    digits: int,
    progress: Callable[[float], None] | None = None,
) -> Saturation:
    """Return the thresholds of chains like `chain` with the given numbers of topics, and windows (see `ChainEvolution.saturation`)."""
    topics, windows = sizes
    if chain.spreading and set(windows) != {chain.window}:
        raise InputError("windows", f"must be {chain.window}, in which the matrix is spread", given=", ".join(map(str, windows)))
    found = []
    for window in windows:
        for length in topics:
            one = replace(chain, topics=length, window=window)
            found.append(_last(one, letter, values, search, digits))
            if progress is not None:
                progress(len(found) / (len(topics) * len(windows)))
    return Saturation(letter.name, tuple(found), _potential(chain, letter, values, digits))


def _last(chain: Chain, letter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr], search: Range, digits: int) -> ChainThreshold:
    jumps = chain_thresholds(ChainSystem(chain), letter, values, search, digits)
    if not jumps:
        return ChainThreshold(chain.topics, chain.window, None, None)
    return ChainThreshold(chain.topics, chain.window, jumps[-1].value, jumps[-1].status, jumps[-1].with_ends)


def _potential(chain: Chain, letter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr], digits: int) -> Number | None:
    """Return the last potential threshold of one topic; None of a protograph, and where there is none."""
    if not isinstance(chain.ensemble, Ensemble):
        return None
    equation = FixedPointEquation(chain.ensemble, chain.learner)
    found = thresholds(Question(equation, letter, values, digits), "potential")
    return found[-1].value if found else None
