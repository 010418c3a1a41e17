"""The least chi-square: a coarse grid of all parameters, then least squares from the best places, and from jumps between other points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np

from ..curves.parameters import Parameter
from .problem import GUESS, Floats, Problem, Tie

_AT_START, _ROUGHLY = 1e-4, 1e-6
"""Of chi^2, relative: to choose among places of the grid, and among its minima."""
_ROUNDS, _HOPELESS = 12, 10.0
"""How often a jump is tried between other points, as long as that helps, and how many times the least chi^2 is too much to begin there."""


def minimise(problem: Problem, starts: int = 4, also: Sequence[Floats] = ()) -> tuple[Floats, float]:
    """Return the coordinates at which chi^2 is least, and its value there: the best of so many starts from a grid, and of others.

    Curves that share no parameter are solved one by one.
    """
    if all(slot.curve is not None for slot in problem.slots):
        at = np.empty(len(problem.slots))
        for places, curve in zip(problem.places, problem.data.curves, strict=True):
            alone = Problem(problem.form, problem.data.only(curve), guess=problem.guess)
            at[places] = minimise(alone, starts, [start[places] for start in also])[0]
        return at, problem.chi_square(at)
    rough = min((problem.solve(start, settled=_AT_START) for start in (*_starts(problem, starts), *also)), key=lambda found: found[1])
    return moved(problem, *problem.solve(rough[0]))


def _starts(problem: Problem, count: int) -> list[Floats]:
    """Return the best places of a coarse grid, no two of them with the same shared parameters beside the location."""
    place = next((parameter for parameter in problem.parameters if parameter.name == problem.form.location), None)
    others = [parameter for parameter in problem.parameters if parameter is not place and parameter is not GUESS]
    shared = [parameter for parameter in others if parameter.name not in problem.own]
    own = [parameter for parameter in others if parameter.name in problem.own]
    where = np.array(place.grid_coordinates()) if place else np.zeros(1)
    is_own = place is not None and place.name in problem.own
    found = []
    for common in product(*(parameter.grid_coordinates() for parameter in shared)):
        grids = [_costs(problem, index, dict(_named(shared, common)), own, where) for index in range(len(problem.data.curves))]
        least = [costs.min(axis=0) for costs, _, _ in grids]
        best = [int(costs.argmin()) for costs in least] if is_own else [int(sum(least).argmin())] * len(least)
        cost = sum(float(costs[column]) for costs, column in zip(least, best, strict=True))
        rows = [int(costs[:, column].argmin()) for (costs, _, _), column in zip(grids, best, strict=True)]
        guesses = [float(guess[row, column]) for (_, guess, _), row, column in zip(grids, rows, best, strict=True)]
        chosen = [dict(_named(own, each[row])) for (_, _, each), row in zip(grids, rows, strict=True)]
        for index, column in enumerate(best):
            chosen[index] |= {place.name: float(where[column])} if place else {}
            chosen[index] |= {GUESS.name: guesses[index] if GUESS.name in problem.own else float(np.mean(guesses))}
        found.append((cost, np.array([_of_slot(slot.name, slot.curve, dict(_named(shared, common)), chosen) for slot in problem.slots])))
    return [start for _, start in sorted(found, key=lambda one: one[0])[:count]]


def _named(parameters: list[Parameter], coordinates: tuple[float, ...]) -> Iterator[tuple[str, float]]:
    return ((parameter.name, coordinate) for parameter, coordinate in zip(parameters, coordinates, strict=True))


def _of_slot(name: str, curve: int | None, common: dict[str, float], chosen: list[dict[str, float]]) -> float:
    return common[name] if name in common else chosen[curve or 0][name]


def _costs(
    problem: Problem, index: int, common: dict[str, float], own: list[Parameter], where: Floats
) -> tuple[Floats, Floats, list[tuple[float, ...]]]:
    """Return chi^2 of a curve by its own parameters and the location, the best guess for each, and those own parameters."""
    each = list(product(*(parameter.grid_coordinates() for parameter in own)))
    domains = {parameter.name: parameter for parameter in problem.parameters}
    size = {"size": problem.data.sizes.get(problem.data.curves[index].name, 0.0)}
    costs, guesses = np.empty((len(each), len(where))), np.empty((len(each), len(where)))
    for row, coordinates in enumerate(each):
        values = {name: domains[name].value(at) for name, at in {**common, **dict(_named(own, coordinates))}.items()} | size
        costs[row], guesses[row] = along_location(problem, index, values, where)
    return costs, guesses, each


def along_location(problem: Problem, index: int, values: Mapping[str, float], where: Floats) -> tuple[Floats, Floats]:
    """Return chi^2 of a curve, roughly, at logarithms of its location, and the best guess at each."""
    curve, weight = problem.data.curves[index], problem.data.curves[index].error ** -2.0
    ratios = curve.x / np.exp(where)[:, None] if problem.form.location else np.broadcast_to(curve.x, (1, len(curve)))
    left = 1 - problem.form.rise(values, ratios, quickly=True)
    guess = np.full(len(where), problem.guess) if problem.guess is not None else _best_guess(left, curve.y, weight)
    return ((1 - (1 - guess[:, None]) * left - curve.y) ** 2) @ weight, guess


def _best_guess(left: Floats, y: Floats, weight: Floats) -> Floats:
    """Return the guess at which (1 - guess) `left` is nearest to 1 - y."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = ((left * (1 - y)) @ weight) / (left**2 @ weight)
    return np.clip(1 - np.nan_to_num(share, nan=1.0), GUESS.low, GUESS.high)


Best = tuple[Floats, float]
"""Coordinates, and chi^2 there."""


def moved(problem: Problem, at: Floats, least: float, tie: Tie | None = None, settled: float = _ROUGHLY) -> Best:
    """Solve with each jump kept between two neighbouring points, and between others as long as that helps.

    chi^2 jumps where a jump passes a point, and has no slope just beyond it: a state before its jump moves with the root of the distance.
    """
    best = at, least
    for place, slot in enumerate(problem.slots):
        if slot.name == problem.form.location and (tie is None or place != tie.place):
            for _ in range(_ROUNDS):
                best = min([best, *_between_points(problem, best, place, tie, settled, here=True)], key=lambda one: one[1])
                found = min([best, *_between_points(problem, best, place, tie, settled, here=False)], key=lambda one: one[1])
                if found[1] >= best[1] - 1e-6:
                    break
                best = found
    return best


def _between_points(problem: Problem, best: Best, place: int, tie: Tie | None, settled: float, *, here: bool) -> Iterator[Best]:
    """Yield the best places with a jump between the points where it is, from both ends; or between those before, after, and far off."""
    points = problem.passes(best[0], place)
    gap = int(np.searchsorted(points, best[0][place]))

    def placed(other: int, share: float) -> Floats:
        start = best[0].copy()
        start[place] = (1 - share) * points[other - 1] + share * points[other]
        return start if tie is None else tie.tied(start)

    def beginning(other: int) -> float:
        return problem.chi_square(placed(other, 0.5))

    inside = range(1, len(points))
    afar = [gap + sign * 2**power for power in range(1, len(points).bit_length()) for sign in (-1, 1)]
    others = {gap - 1, gap + 1, min((other for other in afar if other in inside), key=beginning, default=0)}
    for other, share in [(gap, 0.01), (gap, 0.99)] if here else [(other, 0.5) for other in others]:
        if other in inside and (here or beginning(other) < _HOPELESS * best[1]):
            yield problem.solve(placed(other, share), tie, settled, {place: (float(points[other - 1]), float(points[other]))})
