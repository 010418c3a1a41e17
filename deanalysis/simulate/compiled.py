"""Loops are compiled once and kept, where there is a place to keep them: beside the package, or in the user's cache."""

from collections.abc import Callable
from typing import Any

import numba


def njit(*, cache: bool, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile as `numba.njit` does; where nothing can be written, compile anew in each process and keep nothing.

    >>> @njit(cache=True)
    ... def double(number):
    ...     return 2 * number
    >>> double(21)
    42
    """

    def decorate(function: Callable[..., Any]) -> Any:
        try:
            return numba.njit(cache=cache, **options)(function)
        except RuntimeError:  # no locator available: neither the package's folder, nor the user's cache can be written
            return numba.njit(**options)(function)

    return decorate
