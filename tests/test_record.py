"""Records: what is written to JSON is read back the same, and says clearly what it lacks."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import pytest

from deanalysis import InputError
from deanalysis.balls.numbers import Number
from deanalysis.record import ALWAYS, BESIDE, SPREAD, Record, named

HALF, PI = Number("0.500", "0.499", "0.501"), Number("3.14159265358979324", "3.14159265358979323", "3.14159265358979324")


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Inner(Record):
    name: str = field(metadata=named("class"))
    value: Number


@dataclass(frozen=True)
class Outer(Record):
    inner: Inner
    many: tuple[Inner, ...]
    numbers: dict[str, Number]
    pairs: tuple[tuple[str, Number], ...]
    row: tuple[Number, ...]
    ends: tuple[float, float]
    colour: Colour
    maybe: Number | None = field(default=None, metadata=ALWAYS)
    left_out: Number | None = None
    either: Number | None = None
    unwritten: int = field(default=0, compare=False)

    ALSO: ClassVar = {"twice": "twice", SPREAD: "spread"}

    @property
    def twice(self) -> float:
        return 2 * self.ends[0]

    @property
    def spread(self) -> dict[str, Number]:
        return {"beside": HALF}


VALUE = Outer(Inner("a", HALF), (Inner("b", PI),), {"q": PI}, (("z", HALF),), (HALF, PI), (1.0, 2.0), Colour.RED, either=PI, unwritten=7)


def test_what_is_written_is_read_back() -> None:
    content = json.loads(json.dumps(VALUE.to_dict()))
    assert Outer.from_dict(content) == VALUE
    assert content["inner"] == {"class": "a", "value": 0.5, "enclosure": [0.499, 0.501]}
    assert content["numbers"] == {"q": "3.14159265358979324"}
    assert content["pairs"] == {"z": 0.5}
    assert content["pairs_enclosure"] == {"z": [0.499, 0.501]}
    assert content["either_enclosure"] == ["3.14159265358979323", "3.14159265358979324"]
    assert (content["maybe"], content["twice"], content["beside"]) == (None, 2.0, 0.5)
    assert not {"left_out", "unwritten"} & set(content)


def test_what_is_missing_is_said() -> None:
    content = VALUE.to_dict()
    del content["ends"]
    with pytest.raises(InputError, match="the content of Outer must have the key ends"):
        Outer.from_dict(content)


def test_numbers_are_named() -> None:
    assert Outer.measured() == ("numbers", "pairs", "row", "maybe", "left_out", "either")


@dataclass(frozen=True)
class Shapes(Record):
    state: Annotated[Any, Number | dict[str, Number] | tuple[Number, ...] | None]


@pytest.mark.parametrize("state", [PI, {"a": HALF, "b": PI}, (HALF, PI), (), None])
def test_a_number_an_object_and_a_row_are_told_apart(state: object) -> None:
    content = json.loads(json.dumps(Shapes(state).to_dict()))
    assert set(content) == {"state", "state_enclosure"}
    assert type(content["state"]) is {dict: dict, tuple: list, Number: str}.get(type(state), type(None))
    assert Shapes.from_dict(content) == Shapes(state)


@dataclass(frozen=True)
class Holder(Record):
    own: int
    inner: Inner | None = field(default=None, metadata=BESIDE)


def test_a_record_beside_the_fields_is_written_under_its_own_names() -> None:
    held = Holder(1, Inner("a", HALF))
    assert held.to_dict() == {"own": 1, "class": "a", "value": 0.5, "enclosure": [0.499, 0.501]}
    assert Holder.from_dict(held.to_dict()) == held
    assert Holder.from_dict(Holder(1).to_dict()) == Holder(1)
