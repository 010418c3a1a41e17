"""What the rooms inside `present` may import of each other: kit is for all, the report stands last."""

from tests.test_rooms import HOUSE, imported, modules

MAY_IMPORT = {"kit": set(), "paper": {"kit"}, "validation": {"kit"}, "report": {"kit", "paper", "validation"}}


def test_kit_serves_all_and_nothing_imports_the_report() -> None:
    known = modules(HOUSE)
    inside = {name: path for name, path in known.items() if name[0:1] == ("present",) and len(name) == 3}
    assert {name[1] for name in inside} == set(MAY_IMPORT)
    broken = [
        f"{name} imports {other}"
        for name, path in inside.items()
        for other in imported(name[:-1], path.read_text(encoding="utf-8"), known)[0]
        if other[:1] == ("present",) and other[1] not in MAY_IMPORT[name[1]] | {name[1]}
    ]
    assert broken == []
