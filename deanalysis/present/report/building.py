"""The section of a report about what is left on graphs of finite size, and how large to build."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from ...balls.numbers import Number
from ...errors import InputError
from ...model.formula import latex
from ...model.symbols import letter
from ...theory.facades.density_evolution import DensityEvolution
from ...theory.scaling.finite_size import FiniteSize
from ...theory.sizing.counting.given import Graphs
from ...theory.sizing.equations.leading import floor_law
from ...theory.sizing.equations.light_load import light_load
from ...theory.sizing.failure import Building, Failure, failure
from ...theory.sizing.floor import StuckSets
from ...theory.sizing.growth import growth_rate
from ...theory.sizing.size import least_texts
from ..kit.cases import Case
from ..kit.curves import Table
from ..kit.figures import size_of
from ..kit.floor import draw_floor, floor_table, left_table, places_around
from ..kit.scaling import Part
from .content import Equation, Figure, Grid, Section, Text, cell, drawn
from .writing import tried

TITLE = "What is left, and how large to build"
_SIZES, _SIMULATED = (100, 1_000), 100
"""Skills of the graphs that lines show, and of those that are simulated: small ones, of which many are drawn in a second."""
_PLACES, _GRAPHS = 5, 400
LEFT = _PLACES * _GRAPHS
"""How many graphs the section draws."""
_ITEMS, _FAILURES = (100, 1_000), ("0.1", "0.01")
_COUNTED, _MOST_K = 1_000, 6
"""Skills of the graphs whose stuck sets are tabulated, and the largest set."""
_SHARES = (0.5, 0.75, 0.9)
"""Values of a letter that is not of the ratio, as shares of the threshold."""
_EASY = 0.5
"""Where stuck sets are counted, in loads that can be borne; twice the texts that are needed."""


def building_section(case: Case, law: FiniteSize, seed: int, workers: int | None, part: Part) -> Section:
    """Return the floor of small stuck sets, waterfall and floor beside simulated graphs, and how many texts some skills take."""
    evolution = case.evolution.at(**case.values)
    where = f"Here {case.name}. " if case.name else ""
    words = (
        "On graphs of finite size learning stops before the jump (waterfall), or in a small stuck set: skills of which each text has none, "
        f"or so many that it teaches none of them (floor). {where}The chance that anything is left is $1 - (1 - P)(1 - S/(1 + S))$, with "
        "the law $P$ of the jump and the mean number $S$ of small stuck sets, which is counted exactly."
    )
    figure = _waterfall(evolution, law, seed, workers, part)
    return Section(TITLE, (Text(words), *_formulas(evolution, law), _stuck_sets(evolution, law), figure, *_sizes(evolution, law)))


def _easy(law: FiniteSize) -> str:
    """Return a value of the letter far from the jump, where learning is easy."""
    return f"{float(law.threshold) * (_EASY if law.learned_side == 'below' else 1 / _EASY):.3g}"


def _formulas(evolution: DensityEvolution, law: FiniteSize) -> Iterator[Equation | Text]:
    """Yield the floor to leading order, the loss at light load, and from which share of the skills on stuck sets are many."""
    found = tried(lambda: floor_law(evolution.ensemble, evolution.learner))
    if isinstance(found, InputError):
        yield Text(f"No leading term of the floor: {found}.")
    else:
        yield Equation("a small set is stuck, leading order", rf"P \simeq {found.block.latex}")
        yield Equation("share left, leading order", rf"\zeta \simeq {found.share.latex}")
    with suppress(InputError):
        yield Equation("share left at light load, m texts", rf"\zeta \simeq {light_load(evolution.ensemble, evolution.learner).loss.latex}")
    with suppress(InputError):
        yield from _growth(evolution, law)


def _growth(evolution: DensityEvolution, law: FiniteSize) -> Iterator[Text]:
    """Yield the slope and the first zero of the growth rate."""
    in_ratio = letter(law.parameter) in evolution.ensemble.ratio.free_symbols
    values: dict[str, Any] = {law.parameter: _easy(law)} if in_ratio else {}
    growth = growth_rate(evolution.ensemble, evolution.learner, **values)
    at = f"at ${latex(letter(law.parameter))} = {_easy(law)}$" if in_ratio else "for skills that are all unknown"
    yield Text(rf"The mean number of stuck sets of a share $w$ of the skills grows as $e^{{n g(w)}}$; {at}, {_sign(growth.first_zero)}.")


def _sign(zero: Number | None) -> str:
    """Say where the growth rate is positive."""
    if zero is None:
        return "$g$ is negative, so that all of them are rare"
    if float(zero) == 0:
        return "$g$ is positive from $w = 0$ on, so that there are many of all sizes"
    return f"$g$ turns positive at $w = {float(zero):.6g}$, below which they are rare"


def _stuck_sets(evolution: DensityEvolution, law: FiniteSize) -> Grid:
    """Return the mean numbers of small stuck sets far from the jump."""
    value = _easy(law)
    bound = evolution.at(**{law.parameter: value})
    floor = StuckSets(bound.ensemble, bound.learner, _COUNTED).floor()
    rows = tuple((f"${k}$", cell(mean)) for k, mean in enumerate(floor.sets[:_MOST_K], start=1))
    caption = (
        f"Mean numbers of stuck sets at ${latex(letter(law.parameter))} = {value}$, {size_of(_COUNTED)}. Sets of all small sizes: "
        f"$S = {cell(floor.bound)[1:-1]}$, and a mean share of {cell(floor.share)} of the skills is left."
    )
    return Grid(caption, ("skills in the set", "mean number"), rows, "counted exactly, shown in floats.")


def _waterfall(evolution: DensityEvolution, law: FiniteSize, seed: int, workers: int | None, part: Part) -> Figure:
    """Return how often anything is left, and how much, by theory at all sizes and of simulated graphs at one."""
    theory = {size_of(n): floor_table(evolution, law, places_around(law, n), skills=n) for n in _SIZES}
    options: dict[str, Any] = {"replicates": _GRAPHS, "seed": seed, "workers": workers, "progress": part and part()}
    places = _measured_places(theory[size_of(_SIMULATED)], law.parameter)
    measured = tried(lambda: left_table(evolution, places, skills=_SIMULATED, **options))
    simulated = {} if isinstance(measured, InputError) else {size_of(_SIMULATED): measured}
    marks = "" if isinstance(measured, InputError) else f" Marks: {_GRAPHS} simulated graphs of {_SIMULATED} skills, with 95 % intervals."
    caption = (
        "Left: how often anything is left, in all (thick), of the jump (dotted) and of small sets (dashed). Right: the mean share of "
        f"the skills that is left.{marks}"
    )
    tables = {f"left_theory_{n}": table for n, table in zip(_SIZES, theory.values(), strict=True)}
    tables |= {f"left_simulation_{_SIMULATED}": table for table in simulated.values()}

    def draw(*axes: Any) -> None:
        for axis, quantity in zip(axes, ("stuck", "left"), strict=True):
            draw_floor(axis, theory, law.parameter, quantity, simulated=simulated)

    sure = f"law of finite size, stuck sets counted; simulation with 95 % intervals, seed {seed}."
    return drawn("what_is_left", caption, sure, tables, draw, columns=2, width=8.4, height=3.4)


def _measured_places(table: Table, parameter: str) -> list[str]:
    """Return places at which so many graphs can tell how often anything is left."""
    told = table[parameter][(table["stuck"] > 4 / _GRAPHS) & (table["stuck"] < 1 - 4 / _GRAPHS)]
    chosen = told[np.linspace(0, len(told) - 1, min(_PLACES, len(told))).round().astype(int)]
    return [f"{value:.4g}" for value in chosen]


def _loads(law: FiniteSize) -> list[str]:
    """Return values of the letter that can be borne, the easiest first."""
    return [f"{share * float(law.threshold):.3g}" for share in _SHARES]


def _failure(evolution: DensityEvolution, law: FiniteSize, value: str, skills: int) -> Failure:
    """Return how often anything is left at a value of the letter."""
    bound = evolution.at(**{law.parameter: value})
    return failure(Graphs(bound.ensemble, bound.learner, skills, round(float(bound.ensemble.ratio) * skills)), law, value, "law")


def _row(given: str, found: Failure) -> tuple[str, ...]:
    chances = (found.texts / found.skills, found.failure, found.of_jump, found.of_small_sets)
    return (f"${found.skills}$", given, f"${found.texts}$", *map(cell, chances))


def _sizes(evolution: DensityEvolution, law: FiniteSize) -> Iterator[Grid]:
    """Yield how many texts some skills take, where the letter is of the ratio; else what fails at some values of the letter."""
    if letter(law.parameter) in evolution.ensemble.ratio.free_symbols:
        building = Building(evolution.ensemble, evolution.learner, law)
        rows = []
        for items in _ITEMS:
            for chance in _FAILURES:
                with suppress(InputError):
                    rows.append((f"${chance}$", least_texts(building, items, float(chance), "law")))
        caption, first = "The least number of texts for some skills of which anything may be left with a chance of at most $P$.", "$P$"
    else:
        rows = [(f"${value}$", _failure(evolution, law, value, items)) for items in _ITEMS for value in _loads(law)]
        caption, first = "How often anything is left.", f"${latex(letter(law.parameter))}$"
    header = ("skills", first, "texts", "texts per skill", "anything is left", "of the jump", "of small sets")
    yield Grid(caption, header, tuple(_row(given, found) for given, found in rows), "law of finite size; stuck sets counted.")
