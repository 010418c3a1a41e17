"""What the report of a chain of topics, or of a protograph, looks at: the letter that is varied, its jumps, and values around them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

from ...checks import require_kind
from ...errors import InputError
from ...model.chains import Chain
from ...model.presets import Model
from ...theory.evolution.thresholds.results import Thresholds
from ...theory.facades.chain_evolution import ChainEvolution

_AROUND = (0.8, 0.95, 1.05, 1.3)
"""Values at which topics are shown: below the first jump and above the last one, as multiples of them."""
_ABOVE = 1.1
"""Where the wave is shown: so many times the last jump, towards where learning is easier."""
_PLAIN = ("0.25", "0.5", "0.75", "1")
"""Values that are shown where there is no jump."""


@dataclass(frozen=True)
class ChainStudy:
    """A chain with one letter left free, the others bound."""

    model: Model
    evolution: ChainEvolution
    parameter: sp.Symbol
    values: dict[str, Any]

    @classmethod
    def of(cls, model: Model, values: dict[str, str], parameter: str | None) -> ChainStudy:
        """Return the study of a chain with some letters bound; raise `InputError` unless exactly one letter is left."""
        require_kind(model, Model, "the model", "what load_model returns")
        evolution = ChainEvolution(model.ensemble)
        free = sorted(evolution.letters - {symbol for symbol in evolution.letters if symbol.name in values}, key=str)
        if len(free) != 1 or parameter not in (None, str(free[0])):
            names = ", ".join(map(str, free)) or "none"
            raise InputError("report", f"must be left with one free letter; free: {names}", remedy="bind the others by `values`")
        evolution.at(**values)
        return cls(model, evolution, free[0], values)

    @property
    def chain(self) -> Chain:
        """The chain, with the letter left free."""
        return self.evolution.chain

    @property
    def name(self) -> str:
        """The letter by its name."""
        return self.parameter.name

    @cached_property
    def thresholds(self) -> Thresholds:
        """The thresholds of the chain in the letter."""
        return self.evolution.thresholds(self.name, **self.values)

    @cached_property
    def jumps(self) -> list[float]:
        """Where the state jumps, in the order in which learning gets easier."""
        return [float(jump.value) for jump in self.thresholds.of_kind("emergence") if jump.value is not None]

    @property
    def is_rising(self) -> bool:
        """Whether learning gets easier as the letter grows."""
        return not self.thresholds or self.thresholds[0].learned_side == "above"

    def beyond(self, share: float) -> str:
        """Return the value at a share of the jumps, of the first one below 1, of the last above; where learning is harder below 1."""
        jump = self.jumps[0] if share < 1 else self.jumps[-1]
        return f"{jump * share if self.is_rising else jump * (2 - share):.4g}"

    def at(self, value: str) -> dict[str, Any]:
        """Return the values of all letters."""
        return {**self.values, self.name: value}

    @cached_property
    def shown(self) -> list[str]:
        """The values of the letter at which topics are shown."""
        return [self.beyond(share) for share in _AROUND] if self.jumps else list(_PLAIN)

    @property
    def above(self) -> str | None:
        """Where the wave is shown; None where there is no jump."""
        return self.beyond(_ABOVE) if self.jumps else None

    @cached_property
    def of_topic(self) -> Thresholds | None:
        """The thresholds of one topic, in random order; None of a protograph."""
        return None if self.evolution.topic is None else self.evolution.topic.thresholds(self.name, **self.values)

    @cached_property
    def potential(self) -> float | None:
        """The last potential threshold of one topic, if there is one."""
        found = [] if self.of_topic is None else self.of_topic.of_kind("potential")
        return float(found[-1].value) if found and found[-1].value is not None else None
