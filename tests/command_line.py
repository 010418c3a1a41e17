"""The command line as tests run it: a whole process, and what it prints as JSON."""

import json
import subprocess
import sys
from pathlib import Path

TIMEOUT = 120


def run(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deanalysis", *arguments], capture_output=True, text=True, timeout=TIMEOUT, cwd=folder, check=False
    )


def output(*arguments: str) -> dict:
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    content = json.loads(done.stdout)
    assert isinstance(content, dict)
    return content
