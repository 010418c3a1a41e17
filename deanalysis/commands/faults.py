"""The last resort: a fault of this program's own, said in one line that holds all that a report of it needs."""

from __future__ import annotations

import platform
import shlex
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..errors import shorten

_HOME = Path(__file__).parents[1]
_LIBRARIES = ("deanalysis", "sympy", "python-flint", "numpy", "numba")


def fault(error: BaseException, arguments: Sequence[str]) -> str:
    """Return what is to be reported of an exception that nothing has foreseen: it, its place here, the command and the versions.

    >>> fault(ZeroDivisionError("division by zero"), ["derive", "a b"]).partition("; Python")[0]
    "internal error, please report this line: ZeroDivisionError 'division by zero' at cli.py; command: deanalysis derive 'a b'"
    """
    versions = ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    what = f"{type(error).__name__} {shorten(error)} at {_place(error)}"
    command = shlex.join(["deanalysis", *arguments])
    line = f"internal error, please report this line: {what}; command: {command}; Python {platform.python_version()}, {versions}"
    return " ".join(line.split())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _place(error: BaseException) -> str:
    """Return the innermost line of this package that the exception came through."""
    here = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(_HOME)]
    return f"{Path(here[-1].filename).relative_to(_HOME)}:{here[-1].lineno}" if here else "cli.py"
