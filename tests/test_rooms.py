"""The rules of the house: imports follow the arrows, no numerics in formulas, and the witness knows no theory."""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "deanalysis"
MAY_IMPORT = {
    "model": {"model"},
    "equations": {"model", "equations"},
    "solve": {"model", "equations", "solve"},
    "simulate": {"model", "simulate"},
    "apply": {"model", "simulate", "apply"},
    "present": {"model", "equations", "solve", "simulate", "apply", "present"},
}
NUMERICS = {"mpmath", "numpy", "scipy", "flint", "numba"}


def imported(path: Path) -> tuple[set[str], set[str]]:
    """Return the rooms and the outside packages that a file imports, anywhere in it."""
    rooms, outside = set(), set()
    here = path.relative_to(HOUSE.parent).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            outside |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            outside.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level] + tuple(filter(None, (node.module or "").split(".")))
            for place in [base] if len(base) > 1 else [(*base, alias.name) for alias in node.names]:
                if place[1] in MAY_IMPORT:
                    rooms.add(place[1])
    return rooms, outside


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_follow_the_arrows(room: str) -> None:
    files = list((HOUSE / room).glob("**/*.py"))
    assert files
    for path in files:
        rooms, outside = imported(path)
        assert rooms <= MAY_IMPORT[room], path
        assert "deanalysis" not in outside, path
        if room in ("model", "equations"):
            assert not outside & NUMERICS, path


def test_the_rule_can_fail() -> None:
    assert imported(HOUSE / "present" / "validation.py")[0] >= {"simulate", "solve"}
    assert "flint" in imported(HOUSE / "solve" / "numbers.py")[1]
