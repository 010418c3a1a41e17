"""Nothing is decided by looking into a sentence: what a reason says may be reworded, and no program takes it apart."""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "deanalysis"
SENTENCES = {"reason", "about", "why", "requirement", "remedy", "sentence", "searched", "gradual", "never_starts", "notes"}
"""Attributes that hold sentences."""
TAKING_APART = {
    "startswith",
    "endswith",
    "removeprefix",
    "removesuffix",
    "find",
    "index",
    "partition",
    "split",
    "count",
    "replace",
    "match",
}


def _is_sentence(node: ast.AST) -> bool:
    """Whether an expression is an attribute that holds a sentence, perhaps `or ""`, or an error as text."""
    if isinstance(node, ast.BoolOp):
        return any(map(_is_sentence, node.values))
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "str" and any(getattr(one, "id", "") == "error" for one in node.args)
    return isinstance(node, ast.Attribute) and node.attr in SENTENCES


def decisions(source: str) -> list[int]:
    """Return the lines of a program that look into a sentence."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKING_APART:
            lines += [node.lineno] if any(map(_is_sentence, (node.func.value, *node.args))) else []
        if isinstance(node, ast.Compare) and any(isinstance(operator, ast.In | ast.NotIn | ast.Eq | ast.NotEq) for operator in node.ops):
            lines += [node.lineno] if any(map(_is_sentence, (node.left, *node.comparators))) else []
    return lines


def test_no_file_looks_into_a_sentence() -> None:
    assert {str(path): lines for path in HOUSE.rglob("*.py") if (lines := decisions(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    "line",
    [
        'found.reason.startswith("undecided")',
        '"undecided" in (found.reason or "")',
        'bound.never_starts.removeprefix("learning never starts: ")',
        'str(error) == "no letter is free"',
        're.match("no .*", found.searched)',
    ],
)
def test_the_rule_can_fail(line: str) -> None:
    assert decisions(f"if {line}:\n    pass") == [1]
    assert decisions("if found.reason is None or found.undecided:\n    print(found.reason)") == []
