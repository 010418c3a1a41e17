"""Figures of chains of topics: zeta by topic at values of a letter, the wave in rounds, and thresholds that tend to the potential one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model.chains import Chain
from ...model.exact import Value
from ...theory.chains.saturation import Saturation
from ...theory.chains.states import ChainState
from ...theory.facades.chain_evolution import ChainEvolution
from .curves import Table
from .figures import letter_of
from .style import COLOURS, draw_intervals, legend_beside, line_of, mark_of, styled, write_either

LINES = 6
"""Lines of a figure: there are as many looks."""
_MOST_ROUNDS, _DONE = 2_000, 0.01
"""Rounds that are followed for a figure; and how near all topics are to where they end, when the last line of it is drawn."""


def place_of(chain: Chain) -> str:
    """Return what zeta is told by: topics, or the classes of a protograph of one topic."""
    return "topic" if chain.topics > 1 else "class"


def by_place(chain: Chain, zeta: Sequence[Any]) -> NDArray[np.float64]:
    """Return zeta by topic, the mean over its classes, or by class where there is one topic.

    >>> from deanalysis import Protograph
    >>> by_place(Chain(Protograph([[2, 1]]), topics=2, window=1), [0.0, 1.0, 0.5, 0.75])
    array([0.5  , 0.625])
    """
    rows = np.array([float(value) for value in zeta]).reshape(chain.topics, -1)
    return rows.mean(axis=1) if chain.topics > 1 else rows[0]


def profile_table(chain: Chain, states: Mapping[str, ChainState]) -> Table:
    """Return zeta by topic (or class), a column for each state by its name."""
    columns = {name: by_place(chain, state.zeta) for name, state in states.items()}
    return Table({place_of(chain): _numbers(columns), **columns})


def wave_table(evolution: ChainEvolution, rounds: Sequence[int], values: Mapping[str, Value]) -> Table:
    """Return zeta by topic (or class) after some of the parallel rounds, a column for each: `round 0`, ...

    >>> from deanalysis import load_model
    >>> table = wave_table(ChainEvolution(load_model("chain(paper, 3, 2)").ensemble), [0, 1], {"c": 1, "R": 1})
    >>> list(table.columns), float(table["round 1"][1].round(6))
    (['topic', 'round 0', 'round 1'], 0.692201)
    """
    followed = evolution.trajectory(max(rounds), **values)
    columns = {f"round {number}": by_place(evolution.chain, followed[number]) for number in rounds}
    return Table({place_of(evolution.chain): _numbers(columns), **columns})


def _numbers(columns: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.arange(1.0, 1 + len(next(iter(columns.values()))))


def rounds_shown(evolution: ChainEvolution, values: Mapping[str, Value]) -> list[int]:
    """Return up to six rounds, evenly spaced from none to when nearly all is learned that will be."""
    followed = np.array(evolution.trajectory(min(evolution.rounds(**values) or _MOST_ROUNDS, _MOST_ROUNDS), **values))
    away = np.flatnonzero(np.max(np.abs(followed - followed[-1]), axis=1) > _DONE)
    return spaced(int(away[-1]) + 1 if len(away) else 1)


def spaced(last: int) -> list[int]:
    """Return up to six whole numbers from 0 to the last.

    >>> spaced(50), spaced(2)
    ([0, 10, 20, 30, 40, 50], [0, 1, 2])
    """
    return list(dict.fromkeys(round(float(number)) for number in np.linspace(0, last, LINES)))


def saturation_table(saturation: Saturation) -> Table:
    """Return a row for each chain: `window`, `topics`, the letter, and what it is with the ends (nan where there is none)."""

    def of(number: Any) -> float:
        return np.nan if number is None else float(number)

    rows = [(chain.window, chain.topics, of(chain.value), of(chain.with_ends)) for chain in saturation.chains]
    return Table.of_rows(("window", "topics", saturation.parameter, "with_ends"), rows)


@styled
def draw_profiles(axes: Any, table: Table, measured: Sequence[Table] = (), names: Mapping[str, str] | None = None) -> None:
    """Draw zeta by topic, a line for each column after the first; by class a dash for each.

    Beside each line its measured marks with intervals, from columns `low`, `best` and `high`.
    """
    from matplotlib.ticker import MaxNLocator

    place, *columns = table.columns
    for style, name in enumerate(columns):
        look = line_of(style) if place == "topic" else {**mark_of(style), "marker": "_", "markersize": 12}
        axes.plot(table[place], table[name], label=(names or {}).get(name, name), **look)
    for style, marks in enumerate(measured):
        draw_intervals(axes, marks[place], marks["low"], marks["best"], marks["high"], **mark_of(style))
    axes.set(xlabel=place, ylabel=r"$\zeta$, skills still novel", ylim=(-0.02, 1.02))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_beside(axes)


@styled
def draw_saturation(axes: Any, table: Table, parameter: str, potential: float | None = None) -> None:
    """Draw thresholds against the number of topics, a line for each window, beside the potential threshold of one topic."""
    for style, window in enumerate(np.unique(table["window"])):
        chosen = table["window"] == window
        look = {**line_of(style), **mark_of(style), "linestyle": line_of(style)["linestyle"]}
        axes.plot(table["topics"][chosen], table[parameter][chosen], label=f"$W = {window:g}$", **look)
    if potential is not None:
        axes.axhline(potential, color="black", linestyle=":", linewidth=1, label="potential threshold")
    topics = np.unique(table["topics"])
    axes.set(xlabel="topics $L$", ylabel=f"threshold in {letter_of(parameter)}", xscale="log")
    axes.set_xticks(topics, [f"{topic:g}" for topic in topics])
    axes.minorticks_off()
    legend_beside(axes)


@styled
def draw_speed(axes: Any, table: Table, parameter: str, potential: float | None = None) -> None:
    """Draw the speed of the front along a letter, in topics per round, with 0, and the potential threshold of one topic."""
    axes.plot(table[parameter], table["speed"], color=COLOURS[0])
    axes.axhline(0, color="#888888", linewidth=1)
    if potential is not None:
        axes.axvline(potential, color="black", linestyle=":", linewidth=1, label="potential threshold")
        axes.legend()
    axes.set(xlabel=letter_of(parameter), ylabel="topics per round")


def write_wave(evolution: ChainEvolution, rounds: int, values: Mapping[str, Value], output: str | Path) -> None:
    """Write the wave in rounds: a figure of up to six of them (.svg, .pdf, .png), or a table of all of them (.csv)."""
    table, shown = wave_table(evolution, range(rounds + 1), values), [f"round {number}" for number in spaced(rounds)]
    drawn = Table({name: column for name, column in table.columns.items() if name == place_of(evolution.chain) or name in shown})
    write_either(output, table, lambda *axes: draw_profiles(axes[0], drawn))


def write_saturation(saturation: Saturation, output: str | Path) -> None:
    """Write thresholds against topics and window: a figure (.svg, .pdf, .png) or a table (.csv)."""
    table, potential = saturation_table(saturation), saturation.potential
    draw = {"parameter": saturation.parameter, "potential": None if potential is None else float(potential)}
    write_either(output, table, lambda *axes: draw_saturation(axes[0], table, **draw))
