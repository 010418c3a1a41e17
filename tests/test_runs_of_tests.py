"""How tests are run: on one thread each, the same in CI each time, long files first."""

import os
from types import SimpleNamespace

import hypothesis
import pytest
from conftest import pytest_collection_modifyitems
from system import required


class Item(SimpleNamespace):
    """What the order of tests depends on."""

    def get_closest_marker(self, name: str) -> bool:
        return name == "long" and self.nodeid.startswith("long")


def order(workers: int, *names: str) -> str:
    items = [Item(nodeid=name) for name in names]
    pytest_collection_modifyitems(SimpleNamespace(workerinput={"workercount": workers}), items)
    return " ".join(item.nodeid for item in items)


def test_each_worker_starts_with_long_files() -> None:
    names = ("a::1", "b::1", "b::2", "long1::1", "long1::2", "c::1", "long2::1", "d::1", "d::2", "d::3")
    assert order(1, *names) == "long1::1 long1::2 long2::1 a::1 b::1 b::2 c::1 d::1 d::2 d::3"
    assert order(2, *names) == "long1::1 long1::2 a::1 b::1 b::2 long2::1 c::1 d::1 d::2 d::3"
    assert order(9, *names) == order(1, *names)


def test_linear_algebra_has_one_thread() -> None:
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def test_examples_have_no_deadline_and_are_the_same_in_ci() -> None:
    assert hypothesis.settings.default.deadline is None
    assert hypothesis.settings.default.derandomize is bool(os.environ.get("CI"))


def test_what_is_missing_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception), match="no_such_module is missing in CI") as raised:
        required("no_such_module")
    assert raised.type is pytest.fail.Exception
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        required("no_such_module")
    assert required("os.path") is os.path
