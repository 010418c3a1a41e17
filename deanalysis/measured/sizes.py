"""The sizes of trained models: given, in a column, or read from their names."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..errors import InputError
from .tables import Columns


def sizes_of(columns: Columns, size: str | Mapping[str, float] | None) -> dict[str, float]:
    """Return the number of parameters of each curve's model, from a column or a mapping; empty where neither is given.

    Raises `InputError` where a curve has no size, several, or one that is not positive.
    """
    if size is None:
        return {}
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
