"""What a terminal shows while a command works, and how a command ends when it is interrupted."""

import contextlib
import io
import os
import pty
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from threading import Event

import pytest

from deanalysis.commands.progress import working

SLOW = ("threshold", "--texts", "zipf(1.5,1,100000)", "--skills", "poisson(c)", "--digits", "4000")


class Terminal(io.StringIO):
    """A terminal that says when something has been written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        count = super().write(text)
        self.written.set()
        return count


def test_a_terminal_shows_the_time_and_is_cleared_before_the_answer() -> None:
    terminal, answer = Terminal(), io.StringIO()
    with redirect_stderr(terminal), redirect_stdout(answer):
        with working("threshold", after=0.0):
            assert terminal.written.wait(60)
            print("0.5")
            shown = terminal.getvalue()
        assert sys.stdout is answer
    assert "threshold: working, 0 s" in shown
    assert shown.endswith("\r\x1b[K")
    assert terminal.getvalue() == shown
    assert answer.getvalue() == "0.5\n"


def test_what_ends_at_once_shows_nothing() -> None:
    terminal = Terminal()
    with redirect_stderr(terminal), working("threshold", after=600.0):
        pass
    assert terminal.getvalue() == ""


def test_nothing_is_shown_where_there_is_no_terminal() -> None:
    errors, answer = io.StringIO(), io.StringIO()
    with redirect_stderr(errors), redirect_stdout(answer), working("threshold", after=0.0):
        assert sys.stdout is answer
        assert sys.stderr is errors


def test_a_command_shows_progress_and_ends_in_one_line_when_it_is_interrupted() -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-m", "deanalysis", *SLOW], stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):
            while part := os.read(ours, 4096):
                shown += part
                if b"working" in part:
                    process.send_signal(signal.SIGINT)
        os.close(ours)
        assert process.stdout is not None
        assert process.stdout.read() == b""
        assert process.wait() == 130
    lines = shown.decode().replace("\r\n", "\n").splitlines()
    assert lines[-1].endswith("deanalysis: interrupted; rows already written are kept")
    assert b"Traceback" not in shown
    assert shown.count(b"\n") == 1


@pytest.mark.parametrize("command", ["threshold", "scaling", "derive"])
def test_an_interrupt_in_sympy_or_flint_is_one_line(command: str) -> None:
    """The signal comes from a callback in the middle of the work, wherever that is."""
    script = (
        "import os, signal, sys\nfrom sympy.core.mul import Mul\nfrom deanalysis.cli import main\n"
        "flatten = Mul.flatten.__func__\n"
        "calls = [0]\n"
        "def counted(cls, seq):\n"
        "    calls[0] += 1\n"
        "    if calls[0] == 200: os.kill(os.getpid(), signal.SIGINT)\n"
        "    return flatten(cls, seq)\n"
        "Mul.flatten = classmethod(counted)\n"
        f"sys.argv = ['deanalysis', {command!r}, '--texts', 'poisson(5)', '--skills', 'polynomial(0.5*x^2+0.5*x^7)', '--unknown', 'eps']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 130
    assert done.stderr == "deanalysis: interrupted; rows already written are kept\n"
    assert done.stdout == ""
