"""Semantic compression as tables and figures: bits per text along a letter, and the block diagram of the system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from flint import arb

from ...model.exact import Value
from ...model.symbols import q
from ...theory.compression.equations import SemanticCode, cost_of
from ...theory.compression.semantic_rate import Rate
from ...theory.evolution.thresholds.find import Place
from ...theory.facades.density_evolution import DensityEvolution
from .cases import Case
from .curves import Floats, Table, evenly, jumps
from .figures import draw_reached, letter_of
from .style import COLOURS, TABLE_OR_FIGURE, kind_of, mark_of, styled, write_either

_POINTS = 160
"""Points of a line, enough to look smooth; each takes the entropies of a state, in balls."""
_LEAST = 1e-3
"""The least value of the letter, as a share of the range: at 0 there are no texts to speak of."""
_BOXES = {
    "texts": (0.0, 1.0),
    "all skills learned?": (1.5, 1.0),
    "semantic coder:\nset of indices": (3.2, 1.55),
    "lossless coder": (3.2, 0.45),
    "channel coder\n(LDPC)": (4.9, 1.0),
    "channel\nerases bits": (6.3, 1.0),
    "channel decoder:\npeeling": (7.7, 1.0),
    "sets of skills": (9.3, 1.55),
    "texts as written": (9.3, 0.45),
    "learned skills, in order of popularity: shared by both ends": (6.25, 2.35),
}
_ARROWS = {(0, 1): "", (1, 2): "yes", (1, 3): "no", (2, 4): "", (3, 4): "", (4, 5): "", (5, 6): "", (6, 7): "", (6, 8): ""}
_SHARED = ((9, 2), (9, 7))


def bits_table(case: Case, limits: tuple[float, float], size: int, lossless_bits: Value, picks: str = "uniform") -> Table:
    """Return what a text takes along the states that learning reaches: the letter, bits, gain, the share understood, and `reached`.

    Evaluated in floats on the curve of fixed points, between two values of the letter; a row with `reached` 0 divides the sides of a jump.
    """
    bound = case.evolution.at(**case.values)
    rate = Rate(SemanticCode(bound, picks), cost_of(lossless_bits), size)
    letters = (q, next(symbol for symbol in bound.letters if symbol.name == case.parameter))
    rows = []
    for value, state, reached in _states(case, limits):
        understood, bits, gain, *_ = rate.balls(Place(letters, (arb(state), arb(value))), None)
        rows.append((value, *(float(ball.mid()) for ball in (understood, bits, gain)), reached))
    return Table.of_rows((case.parameter, "understood", "bits", "gain", "reached"), rows)


def _states(case: Case, limits: tuple[float, float]) -> list[tuple[float, float, float]]:
    """Return values of the letter, the states reached there, and `reached`, as learning gets easier, with both sides of each jump."""
    reached, (low, high) = case.table["reached"] > 0, limits
    value, state = case.table[case.parameter][reached], case.table["q"][reached]
    if len(state) and state[-1] == 0:
        complete: Floats = np.linspace(value[-2], value[-1], _POINTS)
        value, state = np.append(value[:-2], complete), np.append(state[:-2], np.zeros(_POINTS))
    inside = (value >= max(low, _LEAST * high)) & (value <= high)
    value, state = value[inside], state[inside]
    rows = [(value[index], state[index], 1.0) for index in evenly(value / high, state, _POINTS)]
    for jump, before, after, _ in jumps(case.thresholds):
        if low <= jump <= high:
            rows += [(jump, before, 1.0), (jump, (before + after) / 2, 0.0), (jump, after, 1.0)]
    sense = 1 if case.curve.learned_side == "above" else -1
    return sorted(rows, key=lambda row: (sense * row[0], -row[1]))


@styled
def draw_bits(axes: Any, theory: Table, coded: Table | None, parameter: str, *, label: str = "", style: int = 0) -> None:
    """Draw bits per text against a letter: theory as a line, dotted across a jump, and the coder as marks."""
    draw_reached(axes, theory, parameter, "bits", label or "theory", style)
    if coded is not None:
        axes.plot(coded[parameter], coded["bits"], label=None if label else "coder", **mark_of(style))
    axes.set(xlabel=letter_of(parameter), ylabel="bits per text")


def write_compression(
    evolution: DensityEvolution, parameter: str, values: Mapping[str, Value], size: int, lossless_bits: Value, picks: str, output: str
) -> None:
    """Write what a text takes along a letter, as a figure (.svg, .pdf, .png) or a table (.csv)."""
    kind_of(output, TABLE_OR_FIGURE)
    case = Case(evolution, parameter, dict(values))
    table = bits_table(case, case.limits, size, lossless_bits, picks)

    def draw(axes: Any) -> None:
        draw_bits(axes, table, None, parameter)
        axes.set(xlim=case.limits, ylim=(0, None))

    write_either(output, table, draw)


@styled
def draw_system(axes: Any) -> None:
    """Draw the block diagram of semantic communication."""
    axes.set(xlim=(-0.5, 10.0), ylim=(0.1, 2.75))
    axes.axis("off")
    look = {"fontsize": 8, "ha": "center", "va": "center"}
    places, frame = list(_BOXES.values()), {"boxstyle": "round", "fc": "white", "ec": COLOURS[0]}
    boxes = [axes.text(*centre, words, bbox=frame, **look) for words, centre in _BOXES.items()]
    for first, second in (*_ARROWS, *_SHARED):
        arrow = {"arrowstyle": "-|>", "color": "black", "linestyle": "-", "lw": 1}
        arrow |= {"color": COLOURS[1], "linestyle": ":"} if (first, second) in _SHARED else {}
        ends = {"patchA": boxes[first].get_bbox_patch(), "patchB": boxes[second].get_bbox_patch(), "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", places[second], places[first], arrowprops={**arrow, **ends})
    for (first, second), label in _ARROWS.items():
        (left, start), (right, end) = places[first], places[second]
        if label:
            axes.text((left + right) / 2 - 0.2, (start + end) / 2 + (0.14 if end > start else -0.14), label, **look)
