"""The sections of the report of a table of measurements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from ...measured import shown
from ...measured.curves.forms import Theory
from ...measured.curves.learning_curves import ROOM, SHAPE
from ...measured.points.measurements import Measurements
from ...measured.results import CurveFit
from ...model.formula import latex
from ...record import Table as Rows
from ..kit.measured import PANELS, best_of, fit_figure, lines_table, model_labels, panels_of, points_table, shown_curves
from ..kit.verbatim import Verbatim
from .content import Equation, Figure, Grid, Said, Section, Text, cell

_MOST, _NAME, _SENTENCE = 100, 40, 2000
"""Rows of a grid, and characters of a name and of a sentence, at the most."""
_ALONE = "all points"
_SHORT = {ROOM: sp.Symbol("k", positive=True), SHAPE: sp.Symbol("a", positive=True)}
"""Letters of formulas for parameters with long names."""
_PROFILES = "least squares; intervals of 95 % by profile likelihood."


@dataclass(frozen=True)
class FitStudy:
    """A fit, with the arguments that it was called with."""

    fit: CurveFit
    asked: dict[str, Any]

    @property
    def data(self) -> Measurements:
        """The measurements."""
        data: Measurements = self.fit.fitted[0].data
        return data

    @property
    def count(self) -> int:
        """How many curves there are."""
        return len(self.data.curves)

    @property
    def axis(self) -> tuple[str, str]:
        """What the axes of a figure are called."""
        return str(self.asked["x"]), str(self.asked["y"]) if self.asked.get("of", "accuracy") == "accuracy" else f"1 - {self.asked['y']}"

    @cached_property
    def numbers(self) -> list[int]:
        """The numbers of the curves that the figure shows."""
        return shown_curves(self.fit)


def measurements_section(study: FitStudy) -> Section:
    """Return what was measured, and what was done to it."""
    rows: list[tuple[Said, ...]] = []
    for curve in study.data.curves[:_MOST]:
        ends = (curve.x[0], curve.x[-1], curve.y.min(), curve.y.max(), np.median(curve.error))
        rows.append((Verbatim(curve.name or _ALONE, _NAME), f"${len(curve)}$", *(cell(float(end)) for end in ends)))
    x, y = (Verbatim(str(study.asked[axis])) for axis in ("x", "y"))
    kind = ", an accuracy." if study.asked.get("of", "accuracy") == "accuracy" else ", an error; below, $y$ is 1 less it."
    words = ("$x$ is the column ", x, "; $y$ is the column ", y, kind, *_asked_rows(study))
    caption = f"The curves{_first(study.count)}; points at the same $x$ are one, their mean."
    header = ("curve", "points", "$x$ from", "to", "least $y$", "largest $y$", "standard error, median")
    notes = _sentences(study.fit.notes)
    return Section("The measurements", (Text(words), Grid(caption, header, tuple(rows), "as they were given."), *notes))


def _asked_rows(study: FitStudy) -> tuple[str | Verbatim, ...]:
    where = dict(study.asked.get("where") or {})
    return tuple(part for name, value in where.items() for part in (" Only rows with ", Verbatim(f"{name} = {value}"), "."))


def _first(count: int) -> str:
    return f", the first {_MOST} of {count}" if count > _MOST else ""


def verdict_section(study: FitStudy) -> Section:
    """Return the verdict, the formula of the model, and its parameters with intervals."""
    fit = study.fit
    words = (
        r"The theory is fitted to all curves together: $y = y_0 + (1 - y_0)(1 - P_{\mathrm{test}}(R))$, where $R = x/\mathrm{scale}$ texts "
        r"per skill were presented, $y_0$ is what guessing reaches (`guess`), and $P_{\mathrm{test}}$ is the testing error at the largest "
        "fixed point $q$ of density evolution, jumps included. At $x$ = `emergence` learning jumps, or rises most steeply."
    )
    rival = fit.candidates[0]
    usual = "" if rival.kind == "theory" else f" A usual form is better by AIC, and {rival.verdict}: {rival.model}."
    test = f"$\\chi^2 = {fit.chi_square:.6g}$ with {fit.degrees_of_freedom} degrees of freedom, {_chance(fit.p_value)}"
    rule = f"A model fits where $p$ is at least {cell(fit.significance)}."
    told = Text(f"The theory's best model by AIC, `{fit.model}`, {fit.verdict}: {test}. {rule}{usual}")
    parameters = [grid_of(shown.parameters_table(fit), "Parameters that all curves share.", _PROFILES)]
    if fit.groups:
        parameters.append(grid_of(shown.groups_table(fit), "Each curve's own parameters", _PROFILES))
    said = _sentences(shown.intervals_said(fit))
    return Section("Does the theory fit?", (told, Text(words), *_equations(study), *_letters(study), *parameters, *said))


def _chance(p: float) -> str:
    """Say a p-value; 0 is one below all floats."""
    return f"$p =$ {cell(float(f'{p:.3g}'))}" if p > 0 else r"$p < 10^{-300}$"


def _equations(study: FitStudy) -> list[Equation]:
    """Return the fixed-point equation and the testing error of the chosen model, with k for its room and a for its popularities."""
    found = best_of(study.fit, "theory")
    form = found and found[1].problem.form
    if not isinstance(form, Theory):
        return []
    equation = form.curve.equation
    sides = {"fixed point": ("q", equation.right_side), "testing error": (r"P_{\mathrm{test}}", equation.testing_error)}
    return [Equation(name, f"{left} = {latex(right.xreplace(_SHORT))}") for name, (left, right) in sides.items()]


def _letters(study: FitStudy) -> list[Text]:
    """Return which letters of the formulas stand for which parameters."""
    found = best_of(study.fit, "theory")
    form = found and found[1].problem.form
    if not isinstance(form, Theory):
        return []
    spread = form.shape_parameter
    told = [f"k = `{name}`" for name in ("room",) if form.curve.has_room] + ([f"a = `{spread.name}`"] if spread else [])
    return [Text(f"In these formulas {' and '.join(told)}.")] if told else []


def figure_section(study: FitStudy) -> Section:
    """Return the curves with their residuals."""
    fit, labels = study.fit, model_labels(study.fit)
    points, lines = points_table(fit), lines_table(fit, study.numbers)
    names = panels_of(fit, study.numbers)
    some = f" The {PANELS} curves with the largest residuals of the theory, of {study.count}." if study.count > PANELS else ""
    other = f", and {labels[1].partition(': ')[2]}, the usual form of least AIC (dashed)" if labels[1] else ""
    caption = (
        f"Measured points with bars of two standard errors, and {fit.model}, the theory's model of least AIC (line, dotted across a "
        f"jump){other}. Below each panel the residuals, (measured - model)/standard error, with the band from -2 to 2: 95 % of "
        f"them lie in it where a model is right.{some}"
    )
    tables = {"points": points, "lines": lines}
    drawing = fit_figure(points, lines, names, labels, study.axis)
    return Section("Curves and residuals", (Figure("curves", caption, "measured points; curves in floats.", drawing, tables),))


def models_section(study: FitStudy) -> Section:
    """Return all models by AIC."""
    words = (
        "All models are fitted to the same points in the same way. AIC is $\\chi^2 + 2k$ with $k$ parameters: the least is best. The usual "
        "forms have a height, a place and a steepness for each curve."
    )
    sure = "least squares, from the best places of a grid; $p$ of the law of $\\chi^2$, or of $F$ where the noise was estimated."
    return Section("All models", (Text(words), grid_of(shown.models_table(study.fit), "All models by AIC.", sure)))


def curves_section(study: FitStudy) -> Section | None:
    """Return theory and usual forms on each curve alone, by AIC and by foretelling."""
    fit = study.fit
    if not fit.curves:
        return None
    words = "Each curve is fitted alone. Foretelling: fitted to its first points, how far is a model off the points that follow?"
    tables = shown.curves_table(fit), shown.foretelling_table(fit)
    by_aic = grid_of(tables[0], "The best model of the theory and the best usual form, by AIC", "each curve fitted alone.")
    foretold = grid_of(tables[1], "What is foretold, by the model of each kind that foretells best", "measured.")
    said = (_sentences(table.notes) for table in tables)
    return Section("Curve by curve", (Text(words), by_aic, *next(said), foretold, *next(said)))


def emergence_section(study: FitStudy) -> Section | None:
    """Return whether curves jump or rise gradually, where, and whether at one x."""
    found = study.fit.emergence
    if found is None:
        return None
    words = (
        "By the points alone a curve jumps where two neighbouring points hold more than half of its rise. Its onset is that of a power law "
        "with floor; the first point that is surely above the start tells where it has left it."
    )
    return _answered("Emergence", words, found, "Where each curve leaves its start, and how", "intervals of 95 %.")


def room_section(study: FitStudy) -> Section | None:
    """Return room by the size of trained models."""
    found = study.fit.room_law
    if found is None:
        return None
    words = (
        "Room is the share of the skills that a trained model can keep, read from its plateau. What else limits a plateau counts as "
        "lack of room."
    )
    return _answered("Room by size", words, found, "Room by the number of parameters of trained models", "intervals of 95 %.")


def _answered(title: str, words: str, found: Any, caption: str, sure: str) -> Section:
    """Return a section of an answer that has a table and sentences."""
    told = _sentences(found.sentences())
    return Section(title, (Text(words), grid_of(found.table(), caption, sure), *told))


def how_section(study: FitStudy) -> Section:
    """Return how all that was computed."""
    words = (
        "Least squares, weighted by the standard errors of the points, start from the best places of a coarse grid of all parameters; as "
        r"$\chi^2$ jumps where a jump of the curve passes a point, jumps are tried between other points as well. An interval is where "
        r"$\chi^2$, least over all other parameters, is within that of a 95 % interval of its least value. A model does not fit where so "
        f"large a $\\chi^2$ has a chance below {study.fit.significance:g}. Standard errors are taken as right and independent. "
        "Points of one training run, measured on the same items, are not quite so."
    )
    return Section("How it was computed", (Text(words),))


def _sentences(told: Iterable[str | None]) -> list[Text]:
    """Return sentences of results, which may hold words of others, each as a paragraph."""
    return [Text(Verbatim(f"{sentence[:1].upper()}{sentence[1:]}.", _SENTENCE)) for sentence in told if sentence]


def grid_of(table: Rows, caption: str, sure: str) -> Grid:
    """Return the first rows of a result's table: the cells that name a row are words of others, and numbers are formulas."""
    rows = [(*(Verbatim(str(one), _NAME) for one in row[: table.keys]), *map(_cell, row[table.keys :])) for row in table.rows[:_MOST]]
    more = f"{caption.removesuffix('.')}{_first(len(table.rows))}."
    return Grid(more, tuple(map(str, table.header)), tuple(rows), sure)


def _cell(value: object) -> Said:
    """Return a cell that may be a number."""
    try:
        number = float(str(value))
    except ValueError:
        return Verbatim(str(value)) if str(value) else ""
    return cell(number) if np.isfinite(number) else Verbatim(str(value))
