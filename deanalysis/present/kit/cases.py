"""A model of which one letter is left free: its thresholds, its curve of fixed points, and the range to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...errors import InputError
from ...theory.evolution.equations.curve import Curve
from ...theory.evolution.thresholds.results import Thresholds
from ...theory.facades.density_evolution import DensityEvolution
from .curves import Table, curve_table

_LEARNED = ("0.1", "0.5")
"""Testing errors at which most is learned, the better first."""


@dataclass(frozen=True)
class Case:
    """One binding of the letters that are not varied."""

    evolution: DensityEvolution
    parameter: str
    values: dict[str, Any]

    @cached_property
    def thresholds(self) -> Thresholds:
        """The thresholds in the parameter."""
        return self.evolution.thresholds(self.parameter, **self.values)

    @cached_property
    def curve(self) -> Curve:
        """The curve of fixed points in the parameter."""
        return self.evolution.curve(self.parameter)

    @cached_property
    def table(self) -> Table:
        """The curve of fixed points as numbers."""
        return curve_table(self.curve, self.values, self.thresholds)

    @property
    def name(self) -> str:
        """The binding as a formula."""
        return ", ".join(f"${letter} = {value}$" for letter, value in self.values.items())

    @property
    def suffix(self) -> str:
        """The binding as a part of the name of a file."""
        return "".join(f"_{name}{value}" for name, value in self.values.items())

    @cached_property
    def limits(self) -> tuple[float, float]:
        """The range of the parameter to show."""
        values = [float(threshold.value) for threshold in self.thresholds if threshold.value is not None]
        values = values or [next(reaching(self.evolution, self.parameter, self.values, _LEARNED), 2.0)]
        most = 1.0 if self.curve.bounded else float("inf")
        if self.thresholds and self.thresholds[0].learned_side == "below":
            return 0.6 * min(values), min(most, 1.4 * max(values))
        return 0.0, min(most, 1.35 * max(values))


def reaching(evolution: DensityEvolution, parameter: str, values: Mapping[str, Any], errors: Iterable[str]) -> Iterator[float]:
    """Yield the values of a parameter at which testing errors are reached, without those that are not."""
    for error in errors:
        with suppress(InputError):
            yield float(evolution.require(error, parameter, **values).value)


def free_thresholds(evolution: DensityEvolution, digits: int = 15) -> tuple[list[Thresholds], list[str]]:
    """Return the thresholds in each free letter that are found without binding the others, and for each other letter why there are none.

    >>> from deanalysis import load_model
    >>> lists, reasons = free_thresholds(DensityEvolution(*load_model("paper")[1:3]))
    >>> [thresholds.parameter for thresholds in lists], reasons
    (['R', 'c'], ['thresholds in R: real where c >= e', 'thresholds in c: no closed form was found with R left free; bind that first'])
    """
    lists, reasons = [], []
    for letter in sorted(map(str, evolution.letters)):
        try:
            lists.append(evolution.thresholds(letter, digits=digits))
            reason = lists[-1].reason
        except InputError as error:
            reason = str(error)
        if reason:
            reasons.append(f"thresholds in {letter}: {reason}")
    return lists, reasons


def numbered(names: Sequence[str], mark: str) -> list[str]:
    """Return names of which none is the same: the second x is x_2, if the mark is an underscore.

    >>> numbered(["R_fold", "c_fold", "R_fold"], "_")
    ['R_fold', 'c_fold', 'R_fold_2']
    """
    counts = [names[:index].count(name) for index, name in enumerate(names)]
    return [f"{name}{mark}{count + 1}" if count else name for name, count in zip(names, counts, strict=True)]
