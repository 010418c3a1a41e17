"""The sections of a report in which theory meets graphs: learning curves, components, scaling laws, semantic compression, validation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
import sympy as sp

from ...coder.language import Language
from ...errors import InputError
from ...model.association import Association
from ...model.formula import latex
from ...model.symbols import letter
from ...theory.compression.compress import gain_jumps
from ...theory.evolution.thresholds.results import Thresholds
from ...theory.facades.percolation import Percolation
from ...theory.scaling.scaling import Scaling
from ..kit.cases import Case
from ..kit.compression import bits_table, draw_bits, draw_system
from ..kit.curves import Table
from ..kit.figures import draw_learning_curve
from ..kit.percolation import draw_giant, giant_along, giant_curve
from ..kit.scaling import STUCK_POINTS, Part, draw_collapse, draw_panels, panels_size, scaling_panels, stuck_table
from ..paper.latex_blocks import fresh
from ..validation.coding import code_texts, coded_table, cost_by_count
from ..validation.validate import Validation
from .content import Equation, Grid, Section, Text, cell, drawn
from .study import Study

_PRESENT = 0.01
"""The least giant component that counts as one: below it, those of finite graphs are mostly chance."""
_NAMES = ("text leads nowhere", "and has not taught", "learned before", "novel before", "giant component")
_SIZES, _GRAPHS = (1_000, 10_000), 200
"""Sizes of graphs, and graphs of each at each mark: enough for marks that lie on one curve to within their errors, in seconds."""
STUCK = _GRAPHS * len(_SIZES) * STUCK_POINTS
"""How many graphs the section of scaling laws draws for each jump."""
_SKILLS, _TEXTS, _CODED = 20_000, 20_000, 6
"""Skills and texts of the coder, and values of the letter: its bytes vary by less than a mark, in seconds."""
_FORMULAS = {
    "flag and count": r"B_1 = -\sum_k s_k \log_2 s_k - (1 - \pi) \log_2 (1 - \pi)",
    "sets": r"B_2 = \sum_k s_k \log_2 \binom{N}{k}",
    "fallback": r"B_3 = \sum_k (p_k - s_k)\,\ell(k)",
}


def learning_section(study: Study, simulated: Sequence[Table] | InputError, options: dict[str, Any]) -> Section:
    """Return what is still novel and the testing error along the letter; where graphs cannot be simulated, why, and theory alone."""
    tables = {f"learning_theory{case.suffix}": case.table for case in study.cases}
    caption = f"Fraction of novel skills and testing error against ${latex(study.parameter)}$: theory (lines, dotted across a jump)"
    sure, told = "jumps proved, curves in floats", []
    if isinstance(simulated, InputError):
        told, simulated = [Text(f"Graphs cannot be simulated: {simulated}.")], []
    else:
        marks = f"means with 95 % intervals over {options['replicates']} graphs of {options['skills']} skills"
        caption = f"{caption} and simulation (marks, {marks})"
        sure = f"{sure}; simulation with 95 % intervals, seed {options['seed']}"
        tables |= {f"learning_simulation{case.suffix}": table for case, table in zip(study.cases, simulated, strict=True)}

    def draw(*axes: Any) -> None:
        for axis, quantity in zip(axes, ("zeta", "testing_error"), strict=True):
            for style, case in enumerate(study.cases):
                look: dict[str, Any] = {"label": case.name, "style": style, "limits": study.limits}
                draw_learning_curve(axis, case.table, simulated[style] if simulated else None, case.parameter, quantity, **look)
        axes[1].legend()

    figure = drawn("learning_curve", f"{caption}.", f"{sure}.", tables, draw, columns=2, width=7.6, height=3.3)
    return Section("Learning curves", (*told, figure))


def percolation_section(study: Study, percolation: Percolation, simulated: Sequence[Table | None]) -> Section:
    """Return the equations of the giant component, its thresholds, and its size beside simulation and the independent approximation."""
    if reason := study.evolution.never_starts:
        return Section("Percolation", (Text(f"No skill is associated with another: {reason}."),))
    words = (
        "Two learned skills are associated when a text requires both. $v_L$ is the probability that the skill on an edge is learned "
        "without this text and that its other texts lead to no infinite component, $v_N$ that it is novel without this text and, once "
        "learned through it, its other texts lead to none; $Y$ that a text leads a learned skill to none of them, $Z$ that it does "
        "so and has not taught it. The smallest solution gives the giant component $S$; it appears where the spectral radius of the "
        "Jacobian at $v_L = 1 - q$, $v_N = q$ passes 1. The usual formula, independent site percolation with each skill kept with "
        r"probability $1 - \zeta$, ignores that the same graph decides who learns."
    )
    *messages, giant = percolation.system.shown
    by_novel = giant.rhs.subs(study.evolution.novel, fresh("zeta", study.evolution.letters))
    equations = (*messages, sp.Eq(giant.lhs, by_novel, evaluate=False))
    theory = {
        f"percolation_theory{case.suffix}": giant_curve(percolation, case.parameter, case.values, study.limits) for case in study.cases
    }
    caption = (
        f"The giant component of learned skills against ${latex(study.parameter)}$: exact (solid), in the independent approximation "
        "(dashed) and in the graphs of the learning curves (marks)."
    )
    sure = "theory proved at the points that the lines join, jumps and onsets as well; means over graphs."

    def draw(axes: Any) -> None:
        for style, (case, exact, measured) in enumerate(zip(study.cases, theory.values(), simulated, strict=True)):
            draw_giant(axes, exact, measured, case.parameter, label=case.name or "exact", style=style)
        axes.set(xlim=study.limits)
        axes.legend()

    shown = [Equation(name, latex(equation)) for name, equation in zip(_NAMES, equations, strict=True)]
    figure = drawn("percolation", caption, sure, theory, draw)
    compared = Text(_compared(study, percolation, simulated))
    return Section("Percolation", (Text(words), *shown, _onsets(study, percolation), figure, compared))


def _compared(study: Study, percolation: Percolation, simulated: Sequence[Table | None]) -> str:
    """Say how far the graphs are from the exact giant component, and how far from the approximation, at half of the points."""
    distances: dict[str, list[float]] = {"giant_component": [], "independent_approximation": []}
    for case, measured in zip(study.cases, simulated, strict=True):
        if measured is not None:
            theory = giant_along(percolation, case.parameter, case.values, measured[case.parameter])
            present = theory["giant_component"] > _PRESENT
            for name, distance in distances.items():
                distance += list(np.abs(measured["giant_component_best"] - theory[name])[present])
    exact, independent = distances.values()
    if not exact:
        return f"At no simulated point is there a giant component of more than {_PRESENT:g} of all skills."
    return (
        f"Half of the {len(exact)} simulated points with a giant component of more than {_PRESENT:g} of all skills lie within "
        f"{np.median(exact):.2g} of the exact one; from the independent approximation they differ by up to {np.max(independent):.2g}."
    )


def _onsets(study: Study, percolation: Percolation) -> Grid:
    """Return the percolation thresholds of each case, in which what there is none of or what is undecided is said to be."""

    def told(onsets: Thresholds) -> list[str]:
        return [cell(onset.value) for onset in onsets] or ["undecided" if onsets.undecided else "none"]

    understood = Percolation(study.evolution, Association(edges="understood"))
    rows: list[tuple[str, ...]] = []
    for case in study.tabulated:
        onsets = [
            told(asked.thresholds(case.parameter, approximate=approximate, **case.values))
            for asked, approximate in ((percolation, False), (understood, False), (percolation, True))
        ]
        emergence = [cell(jump.value) for jump in case.thresholds.emergence] or ["none"]
        rows += zip_longest(*([f"${value}$"] for value in case.values.values()), *onsets, emergence, fillvalue="")
    caption = (
        f"Percolation thresholds in ${latex(study.parameter)}$, with all texts and with understood texts alone, beside the independent "
        "approximation."
    )
    bound = () if study.other is None else (f"${latex(study.other)}$",)
    header = (*bound, "percolation", "by understood texts", "independent", "emergence")
    return Grid(caption, header, tuple(rows), "proved; a range of the letter was searched.")


def scaling_section(case: Case, scaling: Scaling, seed: int, workers: int | None, part: Part) -> Section:
    """Return the laws of one case with a figure: far, beside the jump, and the chance to get stuck on simulated graphs."""
    bound = case.evolution.at(**case.values)
    panels, told = scaling_panels(bound, scaling), []
    if scaling.finite_size:
        try:
            stuck = stuck_table(bound, scaling.finite_size[0], dict.fromkeys(_SIZES, _GRAPHS), seed, workers, part)
            panels["stuck"] = (stuck, draw_collapse)
        except InputError as error:
            told.append(Text(f"Graphs of {' and '.join(map(str, _SIZES))} skills that get stuck cannot be shown: {error}."))
    where = f"Here {case.name}. " if case.name else ""
    words = (
        "Far from the thresholds the errors vanish by the lower tail of the skills' popularity, beside a jump by a square root. "
        f"{where}Graphs of $n$ skills get stuck before the jump with a chance whose width is of order $n^{{-1/2}}$, "
        "and whose middle is off by $n^{-2/3}$."
    )
    parts: list[Any] = [Text(words)]
    for law in scaling.laws:
        constants = "".join(rf",\quad {name} = {float(law[name]):.6g}" for name, _ in law.definitions)
        parts.append(Equation(f"{law.quantity.replace('_', ' ')}, {law.where}", law.formula.latex + constants))
    parts += [Equation("graphs that get stuck", law.latex) for law in scaling.finite_size]
    if panels:
        caption, sure = "Scaling laws (dashed) and the exact solution", "constants from proved thresholds; exact solutions in floats"
        if "stuck" in panels:
            caption = f"{caption}; graphs that get stuck, {_GRAPHS} of each size at each mark, on one curve"
            sure = f"{sure}; graphs counted"
        tables = {f"scaling_{name}": table for name, (table, _) in panels.items()}
        parts.append(drawn("scaling", f"{caption}.", f"{sure}.", tables, lambda *axes: draw_panels(axes, panels), **panels_size(panels)))
    return Section("Scaling laws", (*parts, *told, *(Text(f"{reason}.") for reason in scaling.reasons)))


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
    caption = (
        f"Bits per text against ${latex(study.parameter)}$ with {_SKILLS} skills: theory (lines, dotted across a jump), and the bytes of a "
        f"real coder, decoded again (marks, {_TEXTS} texts of one learner each), on texts of a language in which zstd takes "
        f"${cost.replace('*', ' ')}$ bits for $k$ skills."
    )
    theory = {f"compression_theory{case.suffix}": bits_table(case, study.limits, _SKILLS, cost) for case in study.cases}
    coded = {f"compression_coder{case.suffix}": _coded(case, study.limits, language, seed) for case in study.cases}

    def draw(axes: Any) -> None:
        for style, (case, by_theory, by_coder) in enumerate(zip(study.cases, theory.values(), coded.values(), strict=True)):
            draw_bits(axes, by_theory, by_coder, case.parameter, label=case.name, style=style)
        axes.set(xlim=study.limits, ylim=(0, None))
        axes.legend()

    system = "The system: a semantic code, then a channel code, designed apart."
    parts = [
        Text(words),
        *(Equation(name, formula) for name, formula in _FORMULAS.items()),
        drawn("compression", caption, f"bits proved; the coder's bytes counted, seed {seed}.", theory | coded, draw),
        *_gain_jumps(study, cost),
        drawn("system", system, "a drawing; no numbers.", {}, draw_system, width=8.6, height=2.5),
    ]
    return Section("Semantic compression", tuple(parts))


def _coded(case: Case, limits: tuple[float, float], language: Language, seed: int) -> Table:
    """Let a learner send texts at some values of the letter."""
    low, high = limits
    values = [f"{value:.4g}" for value in np.linspace(low + 0.1 * (high - low), high - 0.05 * (high - low), _CODED)]
    options: dict[str, Any] = {"skills": _SKILLS, "texts": _TEXTS, "language": language, "seed": seed}
    points = [(float(value), code_texts(case.evolution, **options, **{**case.values, case.parameter: value})) for value in values]
    return coded_table(case.parameter, points)


def _gain_jumps(study: Study, cost: str) -> list[Grid | Text]:
    """Return the bits before and past each jump; where the jumps are not all known, why."""
    rows, unknown = [], []
    for case in study.cases:
        try:
            jumps = gain_jumps(case.evolution, _SKILLS, cost, case.parameter, digits=10, **case.values)
        except InputError as error:
            unknown.append(Text(f"{case.name or 'Here'}: {error}."))
            continue
        numbers = ((value, before.bits_per_text, past.bits_per_text, before.gain, past.gain) for value, before, past in jumps)
        rows += [(case.name, *(f"${float(number):.6g}$" for number in row)) for row in numbers]
    header = ("", f"${latex(study.parameter)}^*$", "bits before", "bits past", "gain before", "gain past")
    return [*([Grid("Where the gain over the lossless code jumps.", header, tuple(rows), "proved.")] if rows else []), *unknown]


def validation_section(validation: Validation) -> Section:
    """Return the verdict, and theory beside simulation for each quantity at each point."""
    if not validation.points:
        return Section("Validation", (Text(validation.sentence),))
    words = (
        f"{validation.sentence} The largest $|z|$ is ${validation.largest:.2f}$; the standard "
        f"errors come from {validation.replicates} independent graphs of {validation.skills} skills at each point."
    )
    rows = []
    for point in validation.points:
        where = ", ".join(f"${latex(letter(name))} = {value}$" for name, value in point.parameters.items())
        for name in point.told:
            z = point.z[name]
            quantity = r"$\zeta$" if name == "zeta" else name.replace("_", " ")
            low, best, high = map(cell, point.simulation[name])
            interval = f"[{low}, {high}]".replace("$", "")
            deviate = f"{z:.2f}".replace("-0.00", "0.00")
            rows.append((where, quantity, cell(point.theory[name]), best, f"${interval}$", f"${deviate}$"))
            where = ""
    sure = f"theory proved; simulation with 95 % intervals, seed {validation.seed}."
    grid = Grid("Theory beside simulation.", ("point", "quantity", "theory", "simulation", "95 % interval", "$z$"), tuple(rows), sure)
    return Section("Validation", (Text(words), grid))
