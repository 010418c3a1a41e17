"""The wheel holds all that the program needs: it runs from there alone, without the checkout."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from system import required

pytestmark = pytest.mark.long

HOUSE = Path(__file__).parent.parent
NEEDED = ("pyproject.toml", "README.md", "LICENSE")
TEMPLATES = ("page.html.j2", "document.tex.j2", "explorer.js")
SOME = ("py.typed", "present/paper/helpers/lambert_w.c", *(f"present/report/templates/{name}" for name in TEMPLATES))
"""Files that no import would miss."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel from a copy of what it is made of, without a network."""
    required("hatchling")
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in NEEDED:
        shutil.copy(HOUSE / name, source)
    shutil.copytree(HOUSE / "deanalysis", source / "deanalysis", ignore=shutil.ignore_patterns("__pycache__"))
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(built), str(source))
    (file,) = built.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a folder of its own; the dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--no-index", "--no-compile", "--target", str(folder), str(wheel))
    return folder


def pip(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def run(installed: Path, folder: Path, *arguments: str) -> str:
    """Run Python in an empty folder, with the installed package first on the path, and return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=folder, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    files = [path for path in (HOUSE / "deanalysis").rglob("*") if path.is_file() and path.parent.name != "__pycache__"]
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        scripts = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "deanalysis = deanalysis.cli:main" in archive.read(scripts).decode()
    assert names == {path.relative_to(HOUSE).as_posix() for path in files}
    assert {f"deanalysis/{name}" for name in SOME} <= names


def test_what_runs_is_the_installed_package(installed: Path, tmp_path: Path) -> None:
    found = run(installed, tmp_path, "-c", "import deanalysis; print(deanalysis.__file__)")
    assert Path(found.strip()) == installed / "deanalysis" / "__init__.py"


def test_a_threshold_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    printed = run(installed, tmp_path, "-m", "deanalysis", "threshold", "paper", "--set", "c=5", "--kind", "emergence", "--json")
    (emergence,) = json.loads(printed)["thresholds"]
    assert float(emergence["value"]) == pytest.approx(2.45653088923920, rel=1e-14)


def test_the_report_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    run(installed, tmp_path, "-m", "deanalysis", "report", "paper", "--set", "c=2", "--output", "report")
    assert (tmp_path / "report" / "index.html").read_text().rstrip().endswith("</html>")
    assert any((tmp_path / "report").rglob("*.tex"))
