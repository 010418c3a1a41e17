"""The rules of the house: what each room may import, formulas without numerics, no circle, and commands that load what they need alone."""

import ast
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "deanalysis"
SHARED = {"errors", "checks", "record", "version", "writing"}
MAY_IMPORT = {
    "symbolic": set(),
    "model": {"symbolic"},
    "balls": {"symbolic"},
    "theory": {"symbolic", "model", "balls"},
    "simulate": {"symbolic", "model"},
    "graphs": {"model", "simulate"},
    "coder": {"model", "simulate", "graphs"},
    "measured": {"model", "balls", "theory", "graphs"},
    "present": {"symbolic", "model", "balls", "theory", "simulate", "graphs", "coder", "measured"},
}
ACROSS = {
    ("compression", "scaling"),
    ("sizing", "scaling"),
    ("plane", "classes"),
    ("plane", "percolation"),
    ("scaling", "classes"),
    ("percolation", "classes"),
}
"""Which subject imports which other one, beside evolution, which all do: a channel code's finite length and the states to stop at;
regions of classes and percolation lines are diagrams; classes scale at jumps, and percolate, as one does; what is built passes a jump."""
MOST_LINES, MOST_FILES, MOST_FILES_OF_THEORY = 300, 24, 10
NUMERICS = {"mpmath", "numpy", "scipy", "flint", "numba"}

Module = tuple[str, ...]


def modules(house: Path) -> dict[Module, Path]:
    """Return the files of a package by the names of their modules, without that of the package."""
    named = {path.relative_to(house).with_suffix("").parts: path for path in sorted(house.rglob("*.py"))}
    return {name[:-1] if name[-1] == "__init__" else name: path for name, path in named.items()}


@cache
def import_statements(text: str) -> list[ast.Import | ast.ImportFrom]:
    """Return the import statements of a file, anywhere in it."""
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]


def imported(package: Module, text: str, known: dict[Module, Path]) -> tuple[set[Module], set[str]]:
    """Return the modules of the package and the outside packages that a file in that part of the package imports."""
    own: set[Module] = set()
    outside: set[str] = set()
    for node in import_statements(text):
        if isinstance(node, ast.Import):
            outside |= {alias.name.split(".")[0] for alias in node.names}
        elif node.level == 0:
            outside.add((node.module or "").split(".")[0])
        else:
            base = package[: len(package) - node.level + 1] + tuple(filter(None, (node.module or "").split(".")))
            own |= {(*base, alias.name) if (*base, alias.name) in known else base for alias in node.names}
    return own, outside


def broken_rules(house: Path) -> list[str]:
    """Say which imports of a package break a rule."""
    said, graph, known = [], {}, modules(house)
    for name, path in known.items():
        own, outside = imported(path.relative_to(house).parts[:-1], path.read_text(encoding="utf-8"), known)
        graph[name] = own - {name}
        said += [f"{name} imports {one}: {rule}" for one in own if (rule := _forbidden(name, one))]
        if "deanalysis" in outside:
            said.append(f"{name} imports the package by its name")
        if _is_formula(name) and outside & NUMERICS:
            said.append(f"{name}: a file of formulas imports numerics")
        said += [f"{name}: a file of formulas imports {one}" for one in own if _is_formula(name) and one[:1] == ("balls",)]
    return said + [f"a circle: {circle}" for circle in circles(graph)]


def _forbidden(name: Module, other: Module) -> str:
    """Return the rule that an import breaks, if any."""
    if not name or name[0] not in MAY_IMPORT or not other or other[0] in SHARED:
        return ""
    if other[0] != name[0]:
        return "" if other[0] in MAY_IMPORT[name[0]] else "not in the table of rooms"
    if name[0] != "theory" or len(name) < 2 or len(other) < 2 or name[1] in (other[1], "facades"):
        return ""
    if other[1] == "facades":
        return "no subject imports a facade"
    return "" if other[1] == "evolution" or (name[1], other[1]) in ACROSS else "subjects import evolution alone"


def _is_formula(name: Module) -> bool:
    return name[:1] in (("model",), ("symbolic",)) or "equations" in name


def circles(graph: dict[Module, set[Module]]) -> list[list[Module]]:
    """Return the modules that import each other, directly or not."""
    reached = {name: _reached(graph, name) for name in graph}
    groups = {frozenset(other for other in reached[name] if name in reached[other]) for name in graph if name in reached[name]}
    return [sorted(group) for group in groups]


def _reached(graph: dict[Module, set[Module]], start: Module) -> set[Module]:
    found: set[Module] = set()
    waiting = [start]
    while waiting:
        new = graph.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def test_imports_keep_the_rules() -> None:
    assert len(modules(HOUSE)) > 150
    assert broken_rules(HOUSE) == []


@pytest.mark.parametrize(
    ("path", "line", "said"),
    [
        ("model/laws.py", "from ..balls.numbers import Number", "not in the table of rooms"),
        ("simulate/kernel.py", "from ..theory.evolution.search import Range", "not in the table of rooms"),
        ("balls/numbers.py", "from ..model.symbols import q", "not in the table of rooms"),
        ("coder/coder.py", "    from ..theory.evolution.search import Range", "not in the table of rooms"),
        ("theory/scaling/finite_size.py", "from ..design.equations import Design", "subjects import evolution alone"),
        ("theory/evolution/search.py", "from ..facades.percolation import Percolation", "no subject imports a facade"),
        ("theory/evolution/equations/curve.py", "import numpy", "a file of formulas imports numerics"),
        ("theory/percolation/equations.py", "from ...balls.bound import Bound", "a file of formulas imports"),
        ("model/exact.py", "import mpmath", "a file of formulas imports numerics"),
        ("balls/systems.py", "from .monotone import locate", "a circle"),
        ("present/kit/style.py", "from deanalysis.errors import InputError", "by its name"),
    ],
)
def test_each_rule_can_fail(path: str, line: str, said: str, tmp_path: Path) -> None:
    house = tmp_path / "deanalysis"
    for file in modules(HOUSE).values():
        copy = house / file.relative_to(HOUSE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text(encoding="utf-8") + (f"\n\ndef _more():\n    {line.strip()}\n" if copy == house / path else ""))
    broken = broken_rules(house)
    assert any(said in one for one in broken), broken


def too_large(house: Path) -> list[str]:
    """Say which files have more than 300 lines, and which folders more than 24 files, within theory more than 10."""
    files = list(house.rglob("*.py"))
    said = [f"{path.relative_to(house)}: {lines} lines" for path in files if (lines := len(path.read_text().splitlines())) > MOST_LINES]
    for folder in {path.parent for path in files}:
        most = MOST_FILES_OF_THEORY if "theory" in folder.relative_to(house).parts else MOST_FILES
        if (count := len(list(folder.glob("*.py")))) > most:
            said.append(f"{folder.relative_to(house)}: {count} files")
    return said


def test_files_and_folders_stay_small(tmp_path: Path) -> None:
    assert too_large(HOUSE) == []
    for number in range(MOST_FILES_OF_THEORY + 1):
        (tmp_path / "theory" / "plane").mkdir(parents=True, exist_ok=True)
        (tmp_path / "theory" / "plane" / f"file_{number}.py").write_text("\n" * (MOST_LINES + (number == 0)))
    assert sorted(too_large(tmp_path)) == ["theory/plane/file_0.py: 301 lines", "theory/plane: 11 files"]


def test_files_of_tests_have_names_of_their_own() -> None:
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]
    assert len(names) > 100
    assert len(names) == len(set(names)), "pytest imports test files by their names alone"
