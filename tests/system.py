"""Programs of the system that tests need, and what LaTeX says of a document."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def needs(program: str) -> str:
    """Return a program of the system, or skip; in CI a skip is a failure."""
    found = shutil.which(program)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{program} is missing in CI")
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def compile_latex(document: Path, times: int = 2) -> str:
    """Compile a document, twice where references must settle, and return the log of the last run."""
    program = needs("pdflatex")
    for _ in range(times):
        done = subprocess.run(
            [program, "-interaction=nonstopmode", "-halt-on-error", document.name],
            cwd=document.parent, capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:]
    return document.with_suffix(".log").read_text(errors="replace")
