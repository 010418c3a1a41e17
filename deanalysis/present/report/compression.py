"""Semantic compression as a table, a figure and a section of a report: bits per text along a letter, theory beside the coder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp
from flint import arb

from ...coder.language import Language
from ...errors import InputError
from ...model.exact import Value
from ...model.formula import latex
from ...model.symbols import q
from ...theory.compression.compress import gain_jumps
from ...theory.compression.equations import SemanticCode, cost_of
from ...theory.compression.semantic_rate import Rate
from ...theory.evolution.thresholds.at_threshold import Place
from ...theory.facades.density_evolution import DensityEvolution
from ..kit.content import Equation, Figure, Grid, Section, Text
from ..kit.curves import Table, curve_table, jumps
from ..kit.figures import draw_reached, letter_of
from ..kit.files import TABLE_OR_FIGURE, kind_of, write_either
from ..kit.style import mark_of, new_figure, styled
from ..validation.coding import Coded, code_texts, cost_by_count
from .study import Case, Study
from .system import draw_system

__all__ = ["bits_table", "coded_table", "compression_section", "draw_bits", "write_compression"]

_POINTS = 160
_SKILLS, _TEXTS, _CODED = 20_000, 20_000, 6
_LEAST = 1e-3
_FORMULAS = (
    ("flag and count", r"B_1 = -\sum_k s_k \log_2 s_k - (1 - \pi) \log_2 (1 - \pi)"),
    ("sets", r"B_2 = \sum_k s_k \log_2 \binom{N}{k}"),
    ("fallback", r"B_3 = \sum_k (p_k - s_k)\,\ell(k)"),
)


def bits_table(case: Case, limits: tuple[float, float], size: int, lossless_bits: Value, picks: str = "uniform") -> Table:
    """Return what a text takes along the states that learning reaches: the letter, bits, gain, the share understood, and `reached`.

    Evaluated in floats on the curve of fixed points, between two values of the letter; a row with `reached` 0 divides the sides of a jump.
    """
    bound = case.evolution.at(**case.values)
    parameter, state, reached = _states(case, limits)
    rate = Rate(SemanticCode(bound, picks), cost_of(lossless_bits), size)
    letters = (q, next(symbol for symbol in bound.letters if symbol.name == case.parameter))
    columns = np.array([_point(rate, letters, at, value) for at, value in zip(state, parameter, strict=True)]).reshape(-1, 3)
    found = {name: columns[:, index] for index, name in enumerate(("understood", "bits", "gain"))}
    return Table({case.parameter: parameter, **found, "reached": reached})


def _states(case: Case, limits: tuple[float, float]) -> tuple[Any, Any, Any]:
    """Return values of the letter with the states reached there, in the order in which learning gets easier, both sides of each jump."""
    whole = curve_table(case.curve, case.values, case.thresholds)
    reached, (low, high) = whole["reached"] > 0, limits
    value, state = whole[case.parameter][reached], whole["q"][reached]
    if len(state) and state[-1] == 0:
        complete = np.linspace(value[-2], value[-1], _POINTS)
        value, state = np.append(value[:-2], complete), np.append(state[:-2], np.zeros(_POINTS))
    inside = (value >= max(low, _LEAST * high)) & (value <= high)
    value, state = value[inside], state[inside]
    along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(value)) / high + np.abs(np.diff(state)))]) if len(value) else value
    chosen: Any = np.unique(np.searchsorted(along, np.linspace(0, along[-1], _POINTS)).clip(max=len(value) - 1)) if len(value) else []
    rows = [(value[place], state[place], 1.0) for place in chosen]
    for jump, before, after, _ in jumps(case.thresholds):
        if low <= jump <= high:
            rows += [(jump, at, reached) for at, reached in ((before, 1.0), ((before + after) / 2, 0.0), (after, 1.0))]
    sense = 1 if case.curve.learned_side == "above" else -1
    ordered = np.array(sorted(rows, key=lambda row: (sense * row[0], -row[1]))).reshape(-1, 3)
    return ordered[:, 0], ordered[:, 1], ordered[:, 2]


def _point(rate: Rate, letters: tuple[sp.Symbol, ...], at: float, value: float) -> tuple[float, float, float]:
    understood, bits, gain, *_ = rate.balls(Place(letters, (arb(at), arb(value))), None)
    return float(understood.mid()), float(bits.mid()), float(gain.mid())


def coded_table(parameter: str, points: Sequence[tuple[float, Coded]]) -> Table:
    """Return what the coder took at values of a letter, and what the theory says there, with the lossless cost of other texts."""
    columns = {
        parameter: [value for value, _ in points],
        "bits": [one.bits for _, one in points],
        "bits_theory": [float(one.theory.bits_per_text) for _, one in points],
        "understood": [one.understood for _, one in points],
        "lossless": [one.lossless for _, one in points],
    }
    return Table({name: np.array(values) for name, values in columns.items()})


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

    def drawn() -> Any:
        figure, axes = new_figure()
        draw_bits(axes[0], table, None, parameter)
        axes[0].set(xlim=case.limits, ylim=(0, None))
        return figure

    write_either(output, table, drawn)


def compression_section(study: Study, seed: int) -> Section:
    """Return what a trained learner saves: formulas, bits per text along the letter with a real coder beside them, and the system."""
    language = Language()
    cost = cost_by_count(language, _SKILLS, _TEXTS)
    words = (
        "A text is understood if all its skills have been learned. It is then sent as the set of its skills' indices, the count first; any "
        r"other text goes as it is written, by a lossless code of $\ell$ bits. With $p = 1 - \zeta$, $s_k = p_k\,p^k$, $\pi = P(p)$ and "
        "$N = p\\,n$ learned skills a text takes $B_1 + B_2 + B_3$ bits: for which texts are understood and how many skills these have, "
        "for their sets of skills, and for the others."
    )
    parts: list[Any] = [Text(words), *(Equation(name, formula) for name, formula in _FORMULAS)]
    figure, axes = new_figure()
    tables: dict[str, Table] = {}
    for index, case in enumerate(study.cases):
        theory = bits_table(case, study.limits, _SKILLS, cost)
        coded = coded_table(case.parameter, _coded(case, study.limits, language, seed))
        tables |= {f"compression_theory{case.suffix}": theory, f"compression_coder{case.suffix}": coded}
        draw_bits(axes[0], theory, coded, case.parameter, label=case.name, style=index)
    axes[0].set(xlim=study.limits, ylim=(0, None))
    axes[0].legend()
    parameter = latex(study.parameter)
    caption = (
        f"Bits per text against ${parameter}$ with {_SKILLS} skills: theory (lines, dotted across a jump), and the bytes of a real coder, "
        f"decoded again (marks, {_TEXTS} texts of one learner each), on texts of a language in which zstd takes "
        f"${cost.replace('*', ' ')}$ bits for $k$ skills."
    )
    parts.append(Figure("compression", caption, f"bits proved; the coder's bytes counted, seed {seed}.", figure, tables))
    parts += _jumps(study, cost)
    system, (panel,) = new_figure(width=8.6, height=2.5)
    draw_system(panel)
    parts.append(
        Figure("system", "The system: a semantic code, then a channel code, designed apart.", "a drawing; no numbers.", system, {})
    )
    return Section("Semantic compression", tuple(parts))


def _coded(case: Case, limits: tuple[float, float], language: Language, seed: int) -> list[tuple[float, Coded]]:
    """Let a learner send texts at some values of the letter."""
    low, high = limits
    places = [f"{value:.4g}" for value in np.linspace(low + 0.1 * (high - low), high - 0.05 * (high - low), _CODED)]
    options: dict[str, Any] = {"skills": _SKILLS, "texts": _TEXTS, "language": language, "seed": seed}
    return [(float(place), code_texts(case.evolution, **options, **{**case.values, case.parameter: place})) for place in places]


def _jumps(study: Study, cost: str) -> list[Grid | Text]:
    """Return the bits before and past each jump; where the jumps are not all known, why."""
    rows, unknown = [], []
    for case in study.cases:
        try:
            found = gain_jumps(case.evolution, _SKILLS, cost, case.parameter, digits=10, **case.values)
        except InputError as error:
            unknown.append(Text(f"{case.name or 'Here'}: {error}."))
            continue
        numbers = ((value, before.bits_per_text, past.bits_per_text, before.gain, past.gain) for value, before, past in found)
        rows += [(case.name, *(f"${float(one):.6g}$" for one in row)) for row in numbers]
    header = ("", f"${latex(study.parameter)}^*$", "bits before", "bits past", "gain before", "gain past")
    return [*([Grid("Where the gain over the lossless code jumps.", header, tuple(rows), "proved.")] if rows else []), *unknown]
