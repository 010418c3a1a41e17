"""The command line as tests run it: a whole process, or within this one, and what it prints as JSON."""

import io
import json
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from deanalysis.cli import main

TIMEOUT = 120
LEVELS = """
[skills.basic]
share = "2/3"
[skills.domain]
share = "1/3"
requires = ["basic"]
[texts.general]
ratio = "1.2"
skills = {basic = "poisson(3)"}
[texts.expert]
ratio = "R"
skills = {basic = "poisson(2)", domain = "poisson(4)"}
"""


class Done(NamedTuple):
    """What a command leaves: its exit status and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deanalysis", *arguments], capture_output=True, text=True, timeout=TIMEOUT, cwd=folder, check=False
    )


def run_here(*arguments: str, folder: Path | None = None) -> Done:
    """Run a command in this process, which costs no start of Python; an exception that `main` lets through is one here, too."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    with patch.object(sys, "argv", ["deanalysis", *arguments]), chdir(folder or Path()), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
    return Done(status, out.getvalue(), err.getvalue())


def output(*arguments: str, folder: Path | None = None) -> dict:
    done = run_here(*arguments, "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    content = json.loads(done.stdout)
    assert isinstance(content, dict)
    return content
