"""The sections of a report, computed from a study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import sympy as sp

from ...errors import InputError
from ...model.association import Association
from ...model.exact import decimal
from ...model.formula import latex, named_lambert
from ...model.symbols import eps, letter, t, x
from ...simulate.runs import sweep
from ...theory.evolution.equations.density_evolution import FixedPointEquation
from ...theory.evolution.thresholds.results import Threshold
from ...theory.facades.percolation import Percolation
from ...theory.plane.percolation_line import with_percolation
from ..kit.content import Equation, Figure, Grid, Section, Text
from ..kit.curves import Table, curve_table, maxwell_table, phase_table, potential_table, simulated_table
from ..kit.figures import draw_inversion, draw_learning_curve, draw_maxwell, draw_phase_diagram, draw_potential
from ..kit.points import points_around
from ..kit.style import new_figure, styled
from ..validation.validate import Validation, validate
from .compression import compression_section
from .explorer import explorer_section
from .percolation import percolation_section
from .scaling import STUCK, scaling_section
from .study import Case, Study

__all__ = ["had", "study_sections"]

_POINTS = 7
_Made = TypeVar("_Made")

Progress = Callable[[int, int], None] | None


@styled
def study_sections(
    study: Study, seed: int, skills: int, replicates: int, workers: int | None, progress: Progress
) -> tuple[list[Section], Validation]:
    """Return the sections of a report in order, and the comparison of theory with simulation in it."""
    options = {"seed": seed, "skills": skills, "replicates": replicates, "workers": workers}
    points, no_points = _tried(lambda: [one for case in study.cases for one in points_around(case.evolution, case.parameter, case.values)])
    last_case = study.cases[-1]
    laws, no_laws = _tried(lambda: study.evolution.scaling(study.parameter, **last_case.values))
    drawn = len(points or ()) + _POINTS * len(study.cases)
    count = _Counter(progress, replicates * drawn + (STUCK if laws and laws.finite_size else 0))
    percolation = Percolation(study.evolution)
    simulated, no_graphs = _tried(lambda: _simulated(study, percolation.association, options, count))
    found: Sequence[Table | None] = simulated or [None] * len(study.cases)

    def compared() -> Validation:
        around = _or_raise(points, no_points)
        return validate(study.evolution, around, association=percolation.association, progress=count.part(), **options)  # type: ignore[arg-type]

    validation, unvalidated = _tried(compared)
    validation = validation or Validation((), "undecided", str(unvalidated), skills, replicates, seed)
    sections = [_model_section(study), _equation_section(study.evolution)]
    if explored := had("Try it", lambda: explorer_section(study)):
        sections.append(explored)
    sections.append(had("Thresholds", lambda: _threshold_section(study)))
    if study.folds is not None:
        sections.append(had("Phase diagram", lambda: _phase_section(study)))
    else:
        sections.append(had("The curve of fixed points", lambda: _inversion_section(study.cases[0])))
    if not study.evolution.potential.has(sp.Integral):
        sections.append(had("Potential", lambda: _potential_section(last_case)))
    sections += [
        had("Learning curves", lambda: _learning_section(study, found, no_graphs, options)),
        had("Percolation", lambda: percolation_section(study, percolation, found)),
        had("Scaling laws", lambda: scaling_section(last_case, _or_raise(laws, no_laws), seed, workers, count.part)),
        had("Semantic compression", lambda: compression_section(study, seed)),
        _validation_section(validation),
    ]
    return sections, validation


def had(title: str, make: Callable[[], _Made]) -> _Made | Section:
    """Return a section, or, where it cannot be had, one that says why: the rest of the report is written all the same."""
    made, error = _tried(make)
    return made if error is None else Section(title, (Text(f"This section cannot be had for this model: {error}."),))  # type: ignore[return-value]


def _tried(make: Callable[[], _Made]) -> tuple[_Made | None, InputError | None]:
    """Return what is made and None, or None and the error that says why it cannot be had."""
    try:
        return make(), None
    except InputError as error:
        return None, error


def _or_raise(made: _Made | None, error: InputError | None) -> _Made:
    """Return what was made, for what depends on it; else raise the error anew."""
    if error is not None:
        raise error
    return made  # type: ignore[return-value]


class _Counter:
    """Counts finished graphs over all parts of a report."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def part(self) -> Callable[[int, int], None]:
        """Return what the next part is to call with the number of its finished graphs."""
        before = self.done

        def step(done: int, _: int) -> None:
            self.done = before + done
            if self.progress:
                self.progress(self.done, self.total)

        return step


def _model_section(study: Study) -> Section:
    ensemble, learner = study.evolution.ensemble, study.evolution.learner
    rows = (
        ("texts", f"`{ensemble.texts.written(decimal)}`", f"$P(x) = {latex(ensemble.texts.pgf(x))}$"),
        ("skills", f"`{ensemble.skills.written(decimal)}`", f"$L(x) = {latex(ensemble.skills.pgf(x))}$"),
        ("texts per skill", "derived", f"$R = L'(1)/P'(1) = {latex(ensemble.ratio)}$"),
        ("unknown before training", f"`{decimal(ensemble.unknown)}`", _named_unknown(ensemble.unknown)),
        ("learner", f"`{learner}`", rf"$P_{{\mathrm{{suc}}}}(x) = {latex(learner.success)}$"),
    )
    words = (
        "A text requires some of the skills: a random bipartite graph, stated by the laws of its degrees. A learner is presented the texts "
        "again and again; a text teaches a novel skill with probability $a_k$ if $k$ other skills that it requires are novel."
    )
    return Section(
        "The model", (Text(words), Grid("The model.", ("", "law", "formula"), rows, "stated by you; every other quantity is derived."))
    )


def _named_unknown(unknown: sp.Expr) -> str:
    """Return the fraction unknown as a formula; a letter that has its name already is no formula."""
    return r"$\varepsilon$" if unknown == eps else rf"$\varepsilon = {latex(unknown)}$"


def _equation_section(evolution: FixedPointEquation) -> Section:
    parts: list[Any] = [
        Text(
            "Let $q$ be the probability that the skill at the end of a random edge is still novel, not counting that edge, and $T(q)$ the "
            "probability that a text teaches a given novel skill of its own. Learning stops at the largest solution in "
            rf"$[0, {latex(evolution.ensemble.unknown)}]$ of $q = \varepsilon\,\lambda(1 - T(q))$."
        ),
        Equation("skills, by edges", rf"\lambda(x) = {latex(evolution.ensemble.skills.edge_pgf(x))}"),
        Equation("texts, by edges", rf"\rho(x) = {latex(evolution.ensemble.texts.edge_pgf(x))}"),
        Equation("fixed point", f"q = {latex(evolution.right_side)}"),
        Equation("teaching", f"T(q) = {latex(evolution.teaching)}"),
        Equation("skills still novel", rf"\zeta = {latex(evolution.novel)}"),
        Equation("testing error", rf"P_{{\mathrm{{test}}}} = {latex(evolution.testing_error)}"),
        Equation("training error", rf"P_{{\mathrm{{train}}}} = {latex(evolution.training_error)}"),
    ]
    return Section("The equations", tuple(parts))


def _threshold_section(study: Study) -> Section:
    parameter = latex(study.parameter)
    parts: list[Any] = [
        Text(
            f"The equation is inverted for ${parameter}$; every turning point of the curve ${parameter}(q)$ is isolated in ball "
            "arithmetic, so that a list called proved is complete. A turning point that sets a record as learning gets easier is an "
            "emergence, where the fraction of learned skills jumps; any other is a fold. At the potential threshold the global "
            "minimiser of the potential jumps, at a stability point $q = 0$ changes stability. Only proved digits are shown."
        )
    ]
    parts += _closed_forms(study, parameter)
    header = (
        (f"${latex(study.other)}$", "emergence", "$q$ there", "lands on", "potential", "lower fold")
        if study.other is not None
        else ("kind", "value", "$q$ there", "lands on", "status")
    )
    rows = [_row(case) for case in study.tabulated] if study.other is not None else [_entry(found) for found in study.cases[0].thresholds]
    reason = study.cases[0].thresholds.reason
    if rows:
        caption = f"Thresholds in ${parameter}$" + (": none where learning is gradual." if study.other is not None else ", all of them.")
        shown = study.tabulated if study.other is not None else study.cases
        statuses = sorted({one.status for case in shown for one in case.thresholds})
        parts.append(Grid(caption, header, tuple(rows), f"{', '.join(statuses) or 'proved'}; each digit shown is proved."))
    if reason and study.other is None:
        parts.append(Text(f"{reason[0].upper()}{reason[1:]}."))
    return Section("Thresholds", tuple(parts))


def _closed_forms(study: Study, parameter: str) -> list[Equation]:
    found = study.evolution.thresholds(study.parameter)
    closed = [(one.kind, one.closed_form) for one in found or study.cases[0].thresholds if one.closed_form and one.kind != "cusp"]
    shown = [Equation(f"{kind}, closed form", f"{parameter}^* = {named_lambert(form)}") for kind, form in closed]
    if study.folds is not None and not shown:
        curve = study.folds
        folds = [("c", curve.c), ("R", curve.R)]
        shown = [Equation("all folds, by $x = cq$".replace("$", ""), f"{name}(x) = {latex(formula.subs(t, x))}") for name, formula in folds]
    return shown


def _row(case: Case) -> tuple[str, ...]:
    first = next(iter(case.thresholds.emergence), None)
    cells = ["none", "", ""]
    if first is not None:
        cells = [_number(first.value), *(f"${_plain(float(state or 0))}$" for state in (first.fixed_point, first.lands_on))]
    others = (next((_number(found.value) for found in case.thresholds if found.kind == kind), "none") for kind in ("potential", "fold"))
    return (f"${next(iter(case.values.values()))}$", *cells, *others)


def _entry(found: Threshold) -> tuple[str, ...]:
    bounds = {None: "", True: ", bounds complete learning", False: ", does not bound complete learning"}[found.binding]
    return (found.kind, _number(found.value), _number(found.fixed_point), _number(found.lands_on), found.status + bounds)


def _number(value: Any) -> str:
    return str(value._repr_latex_()) if value is not None else ""


def _phase_section(study: Study) -> Section:
    if study.cusp is None or study.other is None:
        return Section("Phase diagram", (Text("No cusp was found in the searched range."),))
    ((_, born),) = study.cusp.at
    limits = (0.0, 3.0 * float(born)), (0.0, 3.5 * float(study.cusp.value or 1))
    diagram = study.evolution.phase_diagram(study.other, study.parameter, *limits)
    diagram = with_percolation(diagram, Percolation(study.evolution))
    figure, axes = new_figure()
    draw_phase_diagram(axes[0], diagram)
    words = (
        f"Emergence and lower fold are born together in a cusp at $c = {born}$, $R = {study.cusp.value}$; for smaller $c$ learning "
        "is gradual. Between the two folds density evolution has two stable states, of which learning reaches the one with more novel "
        "skills; at the potential threshold between them the two have equal potential."
    )
    caption = (
        "Phase diagram in the plane of $c$ and $R$: emergence (solid), lower fold (dashed), potential threshold (dotted) and the cusp, "
        "followed from proved points; and the percolation line (dash-dotted), from which on learned skills hang together."
    )
    sure = "lines followed in floats from proved points; the cusp is proved."
    return Section("Phase diagram", (Text(words), Figure("phase_diagram", caption, sure, figure, {"phase_diagram": phase_table(diagram)})))


def _potential_section(case: Case) -> Section:
    """Return the potential at several values of the parameter, and Maxwell's construction on the curve of fixed points."""
    table, levels = maxwell_table(case.curve, case.values), potential_table(case.curve, case.values, case.thresholds)
    figure, axes = new_figure(2, width=8.4, height=3.4)
    draw_maxwell(axes[0], table, case.thresholds, case.parameter)
    draw_potential(axes[1], levels, case.parameter)
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
    sure = "thresholds proved; curves in floats."
    return Section("Potential", (Text(words), Figure("potential", caption, sure, figure, {"maxwell": table, "potential": levels})))


def _inversion_section(case: Case) -> Section:
    table = curve_table(case.curve, case.values, case.thresholds)
    figure, axes = new_figure()
    draw_inversion(axes[0], table, case.thresholds, case.parameter, case.limits)
    parameter = latex(case.curve.parameter)
    words = f"All fixed points lie on one curve, the equation inverted for ${parameter}$ along a state $t$:"
    formulas = (
        Equation(f"curve, {case.parameter}(t)", f"{parameter} = {latex(case.curve.value)}"),
        Equation("fixed point, q(t)", f"q = {latex(case.curve.q)}"),
    )
    easier = "grows" if case.curve.learned_side == "above" else "falls"
    caption = (
        f"The curve ${parameter}(q)$ and its records: as ${parameter}$ {easier}, $q$ runs along the thick line and jumps at each emergence."
    )
    return Section(
        "The curve of fixed points",
        (Text(words), *formulas, Figure("inversion", caption, "turning points proved; the curve in floats.", figure, {"inversion": table})),
    )


def _learning_section(study: Study, simulated: Sequence[Table | None], no_graphs: InputError | None, options: dict[str, Any]) -> Section:
    figure, axes = new_figure(columns=2, width=7.6, height=3.3)
    tables: dict[str, Table] = {}
    for index, (case, found) in enumerate(zip(study.cases, simulated, strict=True)):
        curve = curve_table(case.curve, case.values, case.thresholds)
        tables |= {f"learning_theory{case.suffix}": curve} | ({f"learning_simulation{case.suffix}": found} if found is not None else {})
        for axis, quantity in zip(axes, ("zeta", "testing_error"), strict=True):
            draw_learning_curve(axis, curve, found, case.parameter, quantity, label=case.name, style=index, limits=study.limits)
    axes[1].legend()
    parameter = latex(study.parameter)
    caption = f"Fraction of novel skills and testing error against ${parameter}$: theory (lines, dotted across a jump)"
    sure, told = "jumps proved, curves in floats", [Text(f"Graphs cannot be simulated: {no_graphs}.")]
    if no_graphs is None:
        marks = f"means with 95 % intervals over {options['replicates']} graphs of {options['skills']} skills"
        caption, told = f"{caption} and simulation (marks, {marks})", []
        sure = f"{sure}; simulation with 95 % intervals, seed {options['seed']}"
    return Section("Learning curves", (*told, Figure("learning_curve", f"{caption}.", f"{sure}.", figure, tables)))


def _simulated(study: Study, association: Association, options: dict[str, Any], count: _Counter) -> list[Table]:
    """Simulate each case along the letter that is varied, and count components as well."""
    (low, high), tables = study.limits, []
    values = [f"{value:.4g}" for value in np.linspace(low + 0.08 * (high - low), high - 0.02 * (high - low), _POINTS)]
    for case in study.cases:
        points = [{**case.values, case.parameter: value} for value in values]
        found = sweep(case.evolution.ensemble, case.evolution.learner, points, association=association, progress=count.part(), **options)
        tables.append(simulated_table(case.parameter, list(zip(map(float, values), found, strict=True))))
    return tables


def _validation_section(validation: Validation) -> Section:
    if not validation.points:
        return Section("Validation", (Text(validation.sentence),))
    words = (
        f"{validation.sentence} The largest $|z|$ is ${validation.largest:.2f}$; the standard "
        f"errors come from {validation.replicates} independent graphs of {validation.skills} skills at each point."
    )
    rows = []
    for point in validation.points:
        place = ", ".join(f"${latex(letter(name))} = {value}$" for name, value in point.parameters.items())
        for name, z in point.z.items():
            simulated = point.simulation[name]
            known = f"${_plain(simulated.best)}$", f"$[{_plain(simulated.low)}, {_plain(simulated.high)}]$"
            rows.append(
                (
                    place,
                    r"$\zeta$" if name == "zeta" else name.replace("_", " "),
                    f"${_plain(point.theory[name])}$",
                    *known,
                    f"${_rounded(z)}$",
                )
            )
            place = ""
    sure = f"theory proved; simulation with 95 % intervals, seed {validation.seed}."
    grid = Grid("Theory beside simulation.", ("point", "quantity", "theory", "simulation", "95 % interval", "$z$"), tuple(rows), sure)
    return Section("Validation", (Text(words), grid))


def _rounded(z: float) -> str:
    return f"{z:.2f}".replace("-0.00", "0.00")


def _plain(value: float) -> str:
    mantissa, _, exponent = f"{value:.4g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa
