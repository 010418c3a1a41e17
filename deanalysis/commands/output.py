"""What goes out beside tables: JSON, and what memory it took."""

from __future__ import annotations

import json
from typing import Any

import click

__all__ = ["peak_bytes", "print_json"]


def peak_bytes() -> int:
    """Return the largest resident size of this process and its workers."""
    import resource

    own, workers = (resource.getrusage(user).ru_maxrss for user in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(_own_peak() or own, workers) * 1024


def _own_peak() -> int | None:
    """Return the peak of this program in KiB; what `getrusage` says also counts the program that started it."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration, ValueError):
        return None


def print_json(content: Any) -> None:
    """Print one JSON object on one line."""
    click.echo(json.dumps(content, allow_nan=False, default=str))
