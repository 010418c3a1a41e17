"""Programs, packages and collections of texts that tests need, and what LaTeX says of a document."""

import os
import shutil
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest


def needs(program: str) -> str:
    """Return a program of the system, or skip; in CI a skip is a failure."""
    found = shutil.which(program)
    if found is None:
        missing(program)
    return str(found)


def required(package: str) -> ModuleType:
    """Import a package of the extras, or skip, a whole file too; in CI a skip is a failure."""
    if find_spec(package) is None:
        missing(package)
    return import_module(package)


def collection(path: str) -> Path:
    """Return a collection of texts that a package of the system installs, or skip, a whole file too; in CI a skip is a failure."""
    if not Path(path).exists():
        missing(path)
    return Path(path)


def missing(name: str) -> NoReturn:
    """Skip what needs something that is not here; in CI a skip is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{name} is missing in CI")
    pytest.skip(f"{name} is not installed", allow_module_level=True)


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
