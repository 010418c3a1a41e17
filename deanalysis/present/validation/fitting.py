"""Exponents fitted to points, with the correction that the theory derives divided out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ...record import Record

_FEWEST = 3


@dataclass(frozen=True)
class Fit(Record):
    """y = factor x^exponent, with the standard error of the exponent (0 where points had no errors)."""

    exponent: float
    factor: float
    error: float

    def __repr__(self) -> str:
        return f"<fit: {self.factor:.6g} x^{self.exponent:.6g}, exponent +- {self.error:.2g}>"


def fit_exponent(x: Sequence[float], y: Sequence[float], *, correction: Any = 1.0, errors: Sequence[float] | None = None) -> Fit:
    """Fit y = factor x^exponent correction(x) by weighted least squares in the logarithms, the correction being given.

    Arguments: at least 3 points with positive x and y; `correction`, the derived 1 + (B/A) x^k + ... at each point; `errors`, the standard
    errors of y, which weight the points.

    Raises `InputError` for fewer points or values that are not positive.

    >>> fit_exponent([1, 2, 4], [3, 3 * 2**0.5, 6]).exponent.__round__(12)
    0.5
    """
    across, up = np.asarray(x, dtype=float), np.asarray(y, dtype=float) / np.asarray(correction, dtype=float)
    if len(across) < _FEWEST or not (across > 0).all() or not (up > 0).all():
        raise InputError("a fit", f"needs at least {_FEWEST} points with positive values", given=len(across))
    weights = np.ones(len(across)) if errors is None else np.asarray(y, dtype=float) / np.asarray(errors, dtype=float)
    (exponent, level), covariance = np.polyfit(np.log(across), np.log(up), 1, w=weights, cov="unscaled")
    return Fit(float(exponent), float(np.exp(level)), 0.0 if errors is None else float(covariance[0, 0] ** 0.5))
