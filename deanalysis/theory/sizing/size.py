"""How large to build: the least number of texts for some skills and a chance of failure; how many skills fit; over degrees, too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from math import ceil

import sympy as sp

from ...checks import check_count
from ...errors import InputError
from ...model.exact import Value, exact_number
from ...model.laws import Poisson, Regular
from ...model.presets import Model, load_model
from ...record import ALWAYS, Record, Table
from .failure import MOST_NODES, Building, Failure

_MOST_DEGREE = 50
_LEAST_CHANCE = sp.Rational("1e-300")


@dataclass(frozen=True)
class Size(Record):
    """How large to build: `items` skills with `texts` texts fail, that is, anything is left, with the chance `failure`.

    `of_jump` and `of_small_sets` are what the law says (see `Failure`), `method` as there, `degree` the degree of the skills
    where several were compared, and `compared` the sizes by degree.
    """

    items: int
    texts: int
    ratio: float
    failure: float
    of_jump: float
    of_small_sets: float
    left: float
    method: str
    degree: int | None = field(default=None, metadata=ALWAYS)
    compared: tuple[tuple[int, Failure], ...] = ()

    @classmethod
    def of(cls, found: Failure, degree: int | None = None, compared: tuple[tuple[int, Failure], ...] = ()) -> Size:
        """Return the size that a chance of failure belongs to."""
        ratio = found.texts / found.skills
        chances = (found.failure, found.of_jump, found.of_small_sets, found.left)
        return cls(found.skills, found.texts, ratio, *chances, found.method, degree, compared)

    def __repr__(self) -> str:
        degree = f", degree {self.degree}" if self.degree else ""
        return f"<{self.texts} texts for {self.items} items{degree}: failure {self.failure:.6g} ({self.method})>"

    def table(self) -> Table:
        """Return a row for each degree that was compared, or the one."""
        header = ("degree", "items", "texts", "ratio", "failure", "of jump", "of small sets", "method")
        rows = self.compared or ((self.degree or 0, Failure(self.items, self.texts, self.failure, *self._parts, self.left, self.method)),)
        shown = [(*((degree,) if self.compared else ()), *_row(found)) for degree, found in rows]
        best = f"best degree: {self.degree}, {self.texts} texts" if self.compared else None
        return Table(header if self.compared else header[1:], shown, (best,))

    @property
    def _parts(self) -> tuple[float, float]:
        return self.of_jump, self.of_small_sets


def _row(found: Failure) -> tuple[object, ...]:
    chances = (f"{chance:.4g}" for chance in (found.failure, found.of_jump, found.of_small_sets))
    return (found.skills, found.texts, f"{found.texts / found.skills:.6g}", *chances, found.method)


def size(
    model: str | Model,
    *,
    items: int | None = None,
    failure: Value | None = None,
    texts: int | None = None,
    degrees: str | Iterable[int] | None = None,
    method: str = "auto",
    **values: Value,
) -> Size:
    """Return the least number of texts for `items` skills of which anything is left with a chance of at most `failure`.

    With `texts` in place of `items`, the most items that fit; with `texts` in place of `failure`, the chance. Texts in parts come in
    multiples of the parts. `degrees` ("3:7", or numbers) compares regular degrees of the skills. `method` is 'law' (jump and small
    sets), 'recursion' (exact, where it holds) or 'auto': recursion where it takes seconds. A letter in which the ratio changes follows from
    the numbers; if there is none, as with `ldpc`, the degrees of the texts do.

    Raises `InputError` for wishes that cannot be met by 10^12 texts.

    >>> size("hypergraph(4)", items=100, failure="1/240")
    <156 texts for 100 items: failure 0.00350066 (corrected)>
    >>> size("hypergraph(4)", texts=156, failure="1/240").items
    100
    """
    stated = load_model(model)
    wished = None if failure is None else _chance(failure)
    if sum(value is not None for value in (items, wished, texts)) != 2:
        raise InputError("the size", "needs two of `items`, `failure` and `texts`")
    if method not in ("auto", "law", "recursion"):
        raise InputError("method", "must be auto, law or recursion", given=method)
    bound = _bound(stated, values)
    if degrees is None:
        return Size.of(_found(Building(bound.ensemble, bound.learner), items, wished, texts, method))
    compared = tuple(
        (degree, _found(Building(with_degree(bound, degree).ensemble, bound.learner), items, wished, texts, method))
        for degree in _degrees(degrees)
    )
    degree, best = min(compared, key=lambda pair: (pair[1].texts, -pair[1].skills, pair[1].failure))
    return Size.of(best, degree, compared)


def _bound(model: Model, values: dict[str, Value]) -> Model:
    """Return a model with letters bound, those that its file binds too."""
    bound = {symbol.name: value for symbol, value in model.bound.items() if symbol in model.letters}
    if model.has_classes or model.is_chain:
        raise InputError("size", "needs one class of skills and one type of texts", given=model.name)
    return model._replace(ensemble=model.ensemble.at(**{**bound, **values}))


def with_degree(model: Model, degree: int) -> Model:
    """Return a model whose skills all have one degree, and whose texts are as many per skill as before."""
    ensemble = model.ensemble
    if ensemble.texts.is_uniform:
        return model._replace(ensemble=replace(ensemble, skills=Regular(degree), texts=Poisson(degree / ensemble.ratio)))
    return model._replace(ensemble=replace(ensemble, skills=Regular(degree)))


def _chance(failure: Value) -> float:
    chance = exact_number(failure, "failure")
    if not 0 < chance < 1:
        raise InputError("failure", "must lie between 0 and 1", given=failure, remedy="no finite number of texts never fails")
    if chance < _LEAST_CHANCE:
        raise InputError("failure", "must be at least 1e-300", given=failure)
    return float(chance)


def _degrees(degrees: str | Iterable[int]) -> list[int]:
    """Read "3:7" or numbers."""
    if isinstance(degrees, str):
        low, _, high = degrees.partition(":")
        ends = [check_count(int(part) if part.strip().isdecimal() else part, 1, _MOST_DEGREE, "degrees") for part in (low, high or low)]
        if ends[0] > ends[1]:
            raise InputError("degrees", "must be LO:HI with LO at most HI", given=degrees)
        return [*range(ends[0], ends[1] + 1)]
    return [check_count(degree, 1, _MOST_DEGREE, "degrees") for degree in degrees]


def _found(building: Building, items: int | None, failure: float | None, texts: int | None, method: str) -> Failure:
    """Return the failure of the size that is asked for."""
    if failure is None:
        assert items is not None
        assert texts is not None
        return building.failure(items, texts, method)
    if items is None:
        assert texts is not None
        return _most_items(building, check_count(texts, building.step, MOST_NODES, "texts"), failure, method)
    return least_texts(building, check_count(items, 1, MOST_NODES, "items"), failure, method)


def least_texts(building: Building, items: int, failure: float, method: str = "auto") -> Failure:
    """Return the failure of the least number of texts."""
    step = building.step
    if (lost := building.in_no_text(items)) > failure:
        requirement = "cannot be reached, whatever the number of texts: a skill may be in no text"
        raise InputError("failure", requirement, given=failure, remedy=f"ask for at least {lost:.6g}")

    by_law = "law" if building.has_law(items) else method

    def at(count: int, by: str = by_law) -> Failure:
        return building.failure(items, count * step, by)

    low = ceil(building.fewest / step) - 1
    high = max(low + 1, ceil(items / 8 / step))
    while at(high).failure > failure:
        low, high = high, 2 * high
        if high * step > MOST_NODES:
            raise InputError("failure", f"cannot be reached with up to {MOST_NODES:.0e} texts", given=failure)
    return _refined(at, _bisected(lambda count: at(count).failure <= failure, low, high), 1, failure, method, ceil(building.fewest / step))


def _most_items(building: Building, texts: int, failure: float, method: str) -> Failure:
    """Return the failure of the largest number of items."""
    texts -= texts % building.step

    def at(count: int, by: str | None = None) -> Failure:
        return building.failure(count, texts, by or ("law" if building.has_law(count) else method))

    if at(1).failure > failure:
        raise InputError("failure", f"cannot be reached by one item on {texts} texts", given=failure)
    low, high = 1, 2
    while at(high).failure <= failure and high < MOST_NODES:
        low, high = high, 2 * high
    return _refined(at, _bisected(lambda count: at(count).failure > failure, low, high) - 1, -1, failure, method)


def _bisected(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the least number in (low, high] from which on something holds that holds at high."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _refined(at: Callable[..., Failure], count: int, larger: int, failure: float, method: str, least: int = 1) -> Failure:
    """Return the failure where the law says that it is small enough; where the recursion is asked, it has the last word.

    `larger`: 1 where larger counts fail less, -1 where smaller ones do; `least`, the least count that there may be.
    """
    found = at(count, method)
    if found.method == "law":
        return found
    while found.failure > failure:
        count += larger
        found = at(count, method)
    while count - larger >= least and (closer := at(count - larger, method)).failure <= failure:
        count, found = count - larger, closer
    return found
