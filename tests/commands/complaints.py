"""What no command may leave behind, and how one is run that may take too long."""

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from command_line import Done, run_here

_AGAIN = 0.5
"""Seconds until a command that is to stop is told so again."""


def complaints(arguments: list[str], done: Done) -> Iterator[str]:
    """Say what a command must not have left behind."""
    allowed = (0, 1, 2) if arguments[0] in ("validate", "report") else (0, 2)
    if done.returncode not in allowed:
        yield f"exit status {done.returncode}"
    if "Traceback" in done.stderr or "please report" in done.stderr:
        yield f"a fault: {done.stderr.strip()}"
    if done.returncode == 2 and not (done.stderr.startswith("deanalysis: ") and done.stderr.count("\n") == 1 and not done.stdout):
        yield f"status 2 with {done.stdout!r} and {done.stderr!r}"
    if done.returncode < 2 and not (done.stdout.strip() or arguments[0] in ("encode", "decode")):
        yield "silence"
    if done.returncode < 2 and done.stderr:
        yield f"status {done.returncode} with {done.stderr!r}"
    if done.returncode < 2 and "--json" in arguments:
        try:
            yield from _unproved(json.loads(done.stdout, parse_constant=_refuse))
        except ValueError as error:
            yield f"no JSON: {error}"
    elif re.search(r"\bnan\b|\bzoo\b|Infinity\b", done.stdout) and "proved" in done.stdout.replace("not proved", ""):
        yield "nan beside what is called proved"


def _refuse(name: str) -> None:
    raise ValueError(name)


def _unproved(content: Any) -> Iterator[str]:
    """Find what is called proved and holds no number."""
    if isinstance(content, dict):
        if content.get("status") == "proved" and any(text in json.dumps(content) for text in ('"nan"', '"inf"', '"zoo"')):
            yield f"called proved: {content}"
        for part in content.values():
            yield from _unproved(part)
    elif isinstance(content, list):
        for part in content:
            yield from _unproved(part)


class Overtime(BaseException):
    """A command has used up its processor time; no `except Exception` on the way may catch it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop what uses more processor time, again and again: what is called from C may lose an exception."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Overtime

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def run_limited(arguments: list[str], folder: Path, seconds: float) -> Done | None:
    """Run a command in a folder of its files; None where it takes too long."""
    try:
        with limited(seconds):
            return run_here(*arguments, folder=folder)
    except Overtime:
        return None
