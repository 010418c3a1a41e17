"""Tables and figures of a graph that exists: its degrees, what is learned where the commonest skills are known, and the cascade."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .curves import Floats, Table
from .style import draw_divided, line_of, mark_of, plain_ticks, styled

_MARKS = 120
"""Marks of a degree law, at the most: they still look like a line where there are many degrees."""
_GRID = 200
"""Points of a curve along the number of known skills, evenly by its logarithm."""
_UNLIKELY = 0.3
"""Shares below that of one node are drawn down to this part of it."""


def degree_table(degrees: NDArray[np.int64], tails: Mapping[str, Callable[[Floats], Floats]]) -> Table:
    """Return the share of nodes of at least each degree that there is, and what laws say of it, by their names."""
    values, counts = np.unique(degrees, return_counts=True)
    at_least = np.cumsum(counts[::-1])[::-1] / len(degrees)
    laws = {name: tail(values.astype(float)) for name, tail in tails.items()}
    return Table({"degree": values.astype(float), "nodes": counts.astype(float), "at_least": at_least, **laws})


@styled
def draw_degrees(axes: Any, table: Table, what: str) -> None:
    """Draw both axes by logarithms: marks for the share of nodes of at least a degree, and lines for the laws."""
    degree, share = table["degree"], table["at_least"]
    shown = np.unique(np.geomspace(1, len(degree), _MARKS).astype(int)) - 1
    axes.plot(degree[shown], share[shown], label=what, **{**mark_of(0), "markersize": 3})
    for style, name in enumerate(list(table.columns)[3:], start=1):
        axes.plot(degree, table[name], label=name, **{**line_of(style), "linewidth": 1.2})
    axes.set(xlabel=f"degree $k$ of {what}", ylabel="share of degree $k$ or more")
    axes.set(xscale="symlog" if degree[0] == 0 else "log", yscale="log", ylim=(_UNLIKELY * share[-1], 2))
    plain_ticks(axes.xaxis, degree[-1] / max(degree[0], 1))
    axes.legend()


def places_of(skills: int, jumps: Sequence[int] = ()) -> NDArray[np.int64]:
    """Return numbers of known skills at which a curve is computed: none, evenly by the logarithm to all, and on both sides of jumps.

    >>> places_of(10, [7]).tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    """
    beside = [place for jump in jumps for place in (jump - 1, jump) if 0 <= place <= skills]
    return np.unique(np.concatenate([[0], np.geomspace(1, skills, _GRID).round(), beside]).astype(np.int64))


def known_table(places: NDArray[np.int64], learned: Floats, jumps: Sequence[int] = ()) -> Table:
    """Return what is learned where the commonest skills are known, with a row of nan before the places where it jumps."""
    at = np.searchsorted(places, jumps)
    return Table({"known": np.insert(places.astype(float), at, np.nan), "learned": np.insert(np.asarray(learned, dtype=float), at, np.nan)})


@styled
def draw_known(axes: Any, graph: Table, copies: Sequence[Table], theory: Table) -> None:
    """Draw what is learned against the number k of the commonest skills that are known, by its logarithm from 1 on; dotted across jumps."""
    lines = [(graph, "graph", 0), *((copy, "_" if number else "rewired", 1) for number, copy in enumerate(copies))]
    for table, name, style in (*lines, (theory, "theory", 2)):
        draw_divided(axes, table["known"], table["learned"], label=name, **line_of(style))
    axes.set(xlabel="commonest skills known before, $k$", ylabel="share learned or known", ylim=(-0.02, 1.02))
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xlim(0, graph["known"][-1])
    axes.legend()


def cascade_table(cascade: Sequence[int], known: int, skills: int) -> Table:
    """Return how many skills each round teaches, and the share that is learned or known after it; round 0 is the start."""
    taught = np.array([0, *cascade], dtype=float)
    return Table({"round": np.arange(len(taught), dtype=float), "taught": taught, "learned": (known + np.cumsum(taught)) / skills})


@styled
def draw_cascade(axes: Any, tables: Mapping[str, Table]) -> None:
    """Draw how many skills each round teaches, by the logarithm."""
    for style, (name, table) in enumerate(tables.items()):
        look = {**line_of(style), "marker": mark_of(style)["marker"], "markersize": 3}
        axes.plot(table["round"][1:], table["taught"][1:], label=name, **look)
    axes.set(xlabel="round", ylabel="skills learned in the round", yscale="log")
    most = max(table["taught"].max() for table in tables.values())
    plain_ticks(axes.yaxis, most)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend()
