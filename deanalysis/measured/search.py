"""The least chi-square: a coarse grid of all parameters, then least squares from the best places, and from jumps between other points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np

from .parameters import Parameter
from .problem import GUESS, Floats, Problem

_ROUGHLY = 1e-6
"""Of chi^2, to choose among its minima."""
_ROUNDS = 3
"""How often a jump is tried between other points, as long as that helps."""


def minimise(problem: Problem, starts: int = 4) -> tuple[Floats, float]:
    """Return the coordinates at which chi^2 is least, and its value there: the best of so many starts."""
    rough = min((problem.solve(start, settled=_ROUGHLY) for start in _starts(problem, starts)), key=lambda found: found[1])
    return problem.solve(moved(problem, *rough)[0])


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
    curve, form = problem.data.curves[index], problem.form
    each = list(product(*(parameter.grid_coordinates() for parameter in own)))
    domains = {parameter.name: parameter for parameter in problem.parameters}
    size = {"size": problem.data.sizes.get(curve.name, 0.0)}
    ratios = curve.x / np.exp(where)[:, None] if form.location else np.broadcast_to(curve.x, (1, len(curve)))
    costs, guesses = np.empty((len(each), len(where))), np.empty((len(each), len(where)))
    for row, coordinates in enumerate(each):
        values = {name: domains[name].value(at) for name, at in {**common, **dict(_named(own, coordinates))}.items()} | size
        left = 1 - form.rise(values, ratios, quickly=True)
        weight = curve.error**-2.0
        guess = np.full(len(where), problem.guess) if problem.guess is not None else _best_guess(left, curve.y, weight)
        costs[row] = ((1 - (1 - guess[:, None]) * left - curve.y) ** 2) @ weight
        guesses[row] = guess
    return costs, guesses, each


def _best_guess(left: Floats, y: Floats, weight: Floats) -> Floats:
    """Return the guess at which (1 - guess) `left` is nearest to 1 - y."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = ((left * (1 - y)) @ weight) / (left**2 @ weight)
    return np.clip(1 - np.nan_to_num(share, nan=1.0), GUESS.low, GUESS.high)


def moved(problem: Problem, at: Floats, least: float, fixed: Mapping[int, float] | None = None) -> tuple[Floats, float]:
    """Try each location between other neighbouring points, since chi^2 jumps where a jump of the curve passes a point."""
    free = [place for place, slot in enumerate(problem.slots) if slot.name == problem.form.location and place not in (fixed or {})]
    for place in free:
        owner = problem.slots[place].curve
        indices = range(len(problem.data.curves)) if owner is None else [owner]
        curves = [problem.data.curves[index] for index in indices if problem.jumps(at, index)]
        if not curves:
            continue
        points = np.log(np.unique(np.concatenate([curve.x[curve.x > 0] for curve in curves])))
        for _ in range(_ROUNDS):
            gap = int(np.searchsorted(points, at[place]))
            near = [(points[other - 1] + points[other]) / 2 for other in (gap - 1, gap + 1) if 1 <= other < len(points)]
            tried = (problem.solve(_at(at, place, middle), fixed, _ROUGHLY) for middle in near)
            found = min(tried, key=lambda one: one[1], default=(at, least))
            if found[1] >= least - 1e-6:
                break
            at, least = found
    return at, least


def _at(start: Floats, place: int, coordinate: float) -> Floats:
    changed = start.copy()
    changed[place] = coordinate
    return changed
