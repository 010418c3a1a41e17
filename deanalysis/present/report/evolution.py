"""The sections of a report about the model, its equations, its thresholds, and the curves that all fixed points lie on."""

from __future__ import annotations

from typing import Any

from ...model.exact import decimal
from ...model.formula import latex, named_lambert
from ...model.symbols import eps, t, x
from ...theory.evolution.equations.density_evolution import FixedPointEquation
from ...theory.evolution.thresholds.results import Threshold
from ...theory.facades.percolation import Percolation
from ...theory.plane.percolation_line import with_percolation
from ..kit.cases import Case
from ..kit.curves import maxwell_table, potential_table
from ..kit.figures import draw_inversion, draw_maxwell, draw_potential
from ..kit.plane import draw_phase_diagram, phase_table
from .content import Equation, Grid, Section, Text, cell, drawn
from .study import Study


def model_section(study: Study) -> Section:
    """Return the laws and the learner that were stated."""
    ensemble, learner = study.evolution.ensemble, study.evolution.learner
    unknown = r"$\varepsilon$" if ensemble.unknown == eps else rf"$\varepsilon = {latex(ensemble.unknown)}$"
    rows = (
        ("texts", f"`{ensemble.texts.written(decimal)}`", f"$P(x) = {latex(ensemble.texts.pgf(x))}$"),
        ("skills", f"`{ensemble.skills.written(decimal)}`", f"$L(x) = {latex(ensemble.skills.pgf(x))}$"),
        ("texts per skill", "derived", f"$R = L'(1)/P'(1) = {latex(ensemble.ratio)}$"),
        ("unknown before training", f"`{decimal(ensemble.unknown)}`", unknown),
        ("learner", f"`{learner}`", rf"$P_{{\mathrm{{suc}}}}(x) = {latex(learner.success)}$"),
    )
    words = (
        "A text requires some of the skills: a random bipartite graph, stated by the laws of its degrees. A learner is presented the texts "
        "again and again; a text teaches a novel skill with probability $a_k$ if $k$ other skills that it requires are novel."
    )
    grid = Grid("The model.", ("", "law", "formula"), rows, "stated by you; every other quantity is derived.")
    return Section("The model", (Text(words), grid))


def equation_section(evolution: FixedPointEquation) -> Section:
    """Return the fixed-point equation and the errors."""
    words = (
        "Let $q$ be the probability that the skill at the end of a random edge is still novel, not counting that edge, and $T(q)$ the "
        "probability that a text teaches a given novel skill of its own. Learning stops at the largest solution in "
        rf"$[0, {latex(evolution.ensemble.unknown)}]$ of $q = \varepsilon\,\lambda(1 - T(q))$."
    )
    formulas = {
        "skills, by edges": (r"\lambda(x)", evolution.ensemble.skills.edge_pgf(x)),
        "texts, by edges": (r"\rho(x)", evolution.ensemble.texts.edge_pgf(x)),
        "fixed point": ("q", evolution.right_side),
        "teaching": ("T(q)", evolution.teaching),
        "skills still novel": (r"\zeta", evolution.novel),
        "testing error": (r"P_{\mathrm{test}}", evolution.testing_error),
        "training error": (r"P_{\mathrm{train}}", evolution.training_error),
    }
    equations = [Equation(name, f"{left} = {latex(right)}") for name, (left, right) in formulas.items()]
    return Section("The equations", (Text(words), *equations))


def threshold_section(study: Study) -> Section:
    """Return closed forms and a table: all thresholds in the letter, or the first ones for some values of a second letter."""
    parameter, thresholds = latex(study.parameter), study.cases[0].thresholds
    words = (
        f"The equation is inverted for ${parameter}$; every turning point of the curve ${parameter}(q)$ is isolated in ball "
        "arithmetic, so that a list called proved is complete. A turning point that sets a record as learning gets easier is an "
        "emergence, where the fraction of learned skills jumps; any other is a fold. At the potential threshold the global "
        "minimiser of the potential jumps, at a stability point $q = 0$ changes stability. Only proved digits are shown."
    )
    parts: list[Any] = [Text(words), *_closed_forms(study, parameter)]
    if study.other is not None:
        caption = f"Thresholds in ${parameter}$: none where learning is gradual."
        header: tuple[str, ...] = (f"${latex(study.other)}$", "emergence", "$q$ there", "lands on", "potential", "lower fold")
        rows, shown = [_row(case) for case in study.tabulated], study.tabulated
    else:
        caption = f"Thresholds in ${parameter}$, all of them."
        header = ("kind", "value", "$q$ there", "lands on", "status")
        rows, shown = [_entry(threshold) for threshold in thresholds], study.cases
    if rows:
        statuses = sorted({threshold.status for case in shown for threshold in case.thresholds})
        parts.append(Grid(caption, header, tuple(rows), f"{', '.join(statuses) or 'proved'}; each digit shown is proved."))
    if thresholds.code is not None and study.other is None:
        parts.append(Equation("rate, gap to capacity, margin to the stability point", thresholds.code.latex))
    if thresholds.reason and study.other is None:
        parts.append(Text(f"{thresholds.reason[0].upper()}{thresholds.reason[1:]}."))
    return Section("Thresholds", tuple(parts))


def _closed_forms(study: Study, parameter: str) -> list[Equation]:
    thresholds = study.evolution.thresholds(study.parameter) or study.cases[0].thresholds
    shown = [
        Equation(f"{threshold.kind}, closed form", f"{parameter}^* = {named_lambert(threshold.closed_form)}")
        for threshold in thresholds
        if threshold.closed_form and threshold.kind != "cusp"
    ]
    if study.folds is not None and not shown:
        folds = {"c": study.folds.c, "R": study.folds.R}
        shown = [Equation("all folds, by x = cq", f"{name}(x) = {latex(formula.subs(t, x))}") for name, formula in folds.items()]
    return shown


def _row(case: Case) -> tuple[str, ...]:
    """Return the first threshold of each kind for one value of the second letter."""
    first = {threshold.kind: threshold for threshold in reversed(case.thresholds)}
    jump = first.get("emergence")
    there = ["none", "", ""] if jump is None else [cell(jump.value), cell(float(jump.fixed_point or 0)), cell(float(jump.lands_on or 0))]
    others = (cell(first[kind].value) if kind in first else "none" for kind in ("potential", "fold"))
    return (*(f"${value}$" for value in case.values.values()), *there, *others)


def _entry(threshold: Threshold) -> tuple[str, ...]:
    bounds = {None: "", True: ", bounds complete learning", False: ", does not bound complete learning"}[threshold.binding]
    numbers = map(cell, (threshold.value, threshold.fixed_point, threshold.lands_on))
    return (threshold.kind, *numbers, threshold.status + bounds)


def phase_section(study: Study) -> Section:
    """Return the phase diagram in the plane of the two free letters."""
    if study.cusp is None or study.other is None:
        return Section("Phase diagram", (Text("No cusp was found in the searched range."),))
    ((_, born),) = study.cusp.at
    limits = (0.0, 3.0 * float(born)), (0.0, 3.5 * float(study.cusp.value or 1))
    diagram = with_percolation(study.evolution.phase_diagram(study.other, study.parameter, *limits), Percolation(study.evolution))
    words = (
        f"Emergence and lower fold are born together in a cusp at $c = {born}$, $R = {study.cusp.value}$; for smaller $c$ learning "
        "is gradual. Between the two folds density evolution has two stable states, of which learning reaches the one with more novel "
        "skills; at the potential threshold between them the two have equal potential."
    )
    caption = (
        "Phase diagram in the plane of $c$ and $R$: emergence (solid), lower fold (dashed), potential threshold (dotted) and the cusp, "
        "followed from proved points; and the percolation line (dash-dotted), from which on learned skills hang together."
    )
    sure, tables = "lines followed in floats from proved points; the cusp is proved.", {"phase_diagram": phase_table(diagram)}
    figure = drawn("phase_diagram", caption, sure, tables, lambda axes: draw_phase_diagram(axes, diagram))
    return Section("Phase diagram", (Text(words), figure))


def potential_section(case: Case) -> Section:
    """Return the potential at several values of the parameter, and Maxwell's construction on the curve of fixed points."""
    tables = {"maxwell": maxwell_table(case.curve, case.values), "potential": potential_table(case.curve, case.values, case.thresholds)}
    parameter = latex(case.curve.parameter)
    words = (
        "Density evolution goes downhill in the potential "
        rf"$U(q) = -q\,T(q) + \int_0^q T - \varepsilon L(1 - T(q))/L'(1)$, which is stationary exactly at the fixed points. Learning stops "
        f"at the first minimum that it meets. Where the global minimiser jumps is the potential threshold: there a chord at constant "
        f"${parameter}$ cuts off equal areas from the curve of fixed points in the plane of $A$, $B$ (Maxwell's construction)."
    )
    caption = (
        rf"Left: ${parameter}$ against the area $B$ of the fixed points (EXIT-like curve), with the chord of equal areas. Right: the "
        rf"potential, less its value at $q = 0$, for values of ${parameter}$ at and around the thresholds."
    )

    def draw(left: Any, right: Any) -> None:
        draw_maxwell(left, tables["maxwell"], case.thresholds, case.parameter)
        draw_potential(right, tables["potential"], case.parameter)

    sure = "thresholds proved; curves in floats."
    return Section("Potential", (Text(words), drawn("potential", caption, sure, tables, draw, columns=2, width=8.4, height=3.4)))


def inversion_section(case: Case) -> Section:
    """Return the curve of all fixed points, with its turns."""
    parameter = latex(case.curve.parameter)
    easier = "grows" if case.curve.learned_side == "above" else "falls"
    words = f"All fixed points lie on one curve, the equation inverted for ${parameter}$ along a state $t$:"
    caption = (
        f"The curve ${parameter}(q)$ and its records: as ${parameter}$ {easier}, $q$ runs along the thick line and jumps at each emergence."
    )
    formulas = (
        Equation(f"curve, {case.parameter}(t)", f"{parameter} = {latex(case.curve.value)}"),
        Equation("fixed point, q(t)", f"q = {latex(case.curve.q)}"),
    )

    def draw(axes: Any) -> None:
        draw_inversion(axes, case.table, case.thresholds, case.parameter, case.limits)

    figure = drawn("inversion", caption, "turning points proved; the curve in floats.", {"inversion": case.table}, draw)
    return Section("The curve of fixed points", (Text(words), *formulas, figure))
