"""The sizes of trained models: given, in a column, or read from their names."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from ...errors import InputError
from .tables import Columns

BY_NAME = "names"
"""What stands in place of a column where sizes are read from the names of curves."""
_SIZE = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)([kmbt])(?![a-z0-9])", re.IGNORECASE)
_UNITS = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}


def size_of(name: str) -> float:
    """Return the number of parameters that a name states, as 70m, 1.4b or 1b-bf16.

    Raises `InputError` where a name has no such number, or two.

    >>> size_of("pythia-1b-bf16"), size_of("Llama-2-70B")
    (1000000000.0, 70000000000.0)
    """
    found = {float(number) * _UNITS[unit.lower()] for number, unit in _SIZE.findall(name)}
    if len(found) != 1:
        requirement = "must be one number such as 70m or 1.4b in the name of each curve"
        raise InputError("size", requirement, given=name, remedy="state a column of sizes")
    return found.pop()


def sizes_of(columns: Columns, size: str | Mapping[str, float] | None) -> dict[str, float]:
    """Return the number of parameters of each curve's model, from a column, a mapping or the names; empty where none is given.

    Raises `InputError` where a curve has no size, several, or one that is not positive.
    """
    if size is None:
        return {}
    if size == BY_NAME:
        return {name: size_of(name) for name in columns.names}
    if isinstance(size, str):
        by_group = {name: np.unique(columns.others[size][columns.groups == index]) for index, name in enumerate(columns.names)}
    else:
        if missing := [name for name in columns.names if name not in size]:
            raise InputError("size", "must have a number for each curve", given=f"none for {missing[0]}")
        by_group = {name: np.array([float(size[name])]) for name in columns.names}
    for name, sizes in by_group.items():
        if len(sizes) != 1 or not sizes[0] > 0:
            raise InputError("size", "must be one positive number for each curve", given=f"{', '.join(map(str, sizes[:3]))} for {name}")
    return {name: float(sizes[0]) for name, sizes in by_group.items()}
