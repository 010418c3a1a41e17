"""The sections of a report in their order: what simulates runs first, and what cannot be had says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import sympy as sp

from ...errors import InputError
from ...model.association import Association
from ...simulate.runs import sweep
from ...theory.facades.percolation import Percolation
from ..kit.curves import Table, simulated_table
from ..kit.style import styled
from ..validation.points import points_around
from ..validation.validate import Validation, Verdict, validate
from .compression import compression_section
from .content import Section, Text
from .evolution import equation_section, inversion_section, model_section, phase_section, potential_section, threshold_section
from .experiment import learning_section, validation_section
from .explorer import explorer_section
from .percolation import percolation_section
from .scaling import STUCK, scaling_section
from .study import Study

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
    percolation, last = Percolation(study.evolution), study.cases[-1]
    points = _tried(lambda: [point for case in study.cases for point in points_around(case.evolution, case.parameter, case.values)])
    laws = _tried(lambda: study.evolution.scaling(study.parameter, **last.values))
    graphs = replicates * (_POINTS * len(study.cases) + (0 if isinstance(points, InputError) else len(points)))
    count = _Counter(progress, graphs + (0 if isinstance(laws, InputError) or not laws.finite_size else STUCK))
    simulated = _tried(lambda: _simulated(study, percolation.association, options, count))
    measured = [None] * len(study.cases) if isinstance(simulated, InputError) else simulated

    def compared() -> Validation:
        step = count.part()
        return validate(study.evolution, _needed(points), association=percolation.association, progress=step, **options)  # type: ignore[arg-type]

    validation = _tried(compared)
    if isinstance(validation, InputError):
        validation = Validation((), Verdict.UNDECIDED, str(validation), skills, replicates, seed)
    explored = had("Try it", lambda: explorer_section(study))
    curve = (
        had("Phase diagram", lambda: phase_section(study))
        if study.folds is not None
        else had("The curve of fixed points", lambda: inversion_section(study.cases[0]))
    )
    integrates = study.evolution.potential.has(sp.Integral)
    sections = [
        model_section(study),
        equation_section(study.evolution),
        *([explored] if explored is not None else []),
        had("Thresholds", lambda: threshold_section(study)),
        curve,
        *([] if integrates else [had("Potential", lambda: potential_section(last))]),
        had("Learning curves", lambda: learning_section(study, simulated, options)),
        had("Percolation", lambda: percolation_section(study, percolation, measured)),
        had("Scaling laws", lambda: scaling_section(last, _needed(laws), seed, workers, count.part)),
        had("Semantic compression", lambda: compression_section(study, seed)),
        validation_section(validation),
    ]
    return sections, validation


def had(title: str, make: Callable[[], _Made]) -> _Made | Section:
    """Return a section, or, where it cannot be had, one that says why: the rest of the report is written all the same."""
    made = _tried(make)
    return Section(title, (Text(f"This section cannot be had for this model: {made}."),)) if isinstance(made, InputError) else made


def _tried(make: Callable[[], _Made]) -> _Made | InputError:
    """Return what is made, or the error that says why it cannot be had."""
    try:
        return make()
    except InputError as error:
        return error


def _needed(made: _Made | InputError) -> _Made:
    """Return what was made, for what depends on it; else raise the error anew."""
    if isinstance(made, InputError):
        raise made
    return made


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


def _simulated(study: Study, association: Association, options: dict[str, Any], count: _Counter) -> list[Table]:
    """Simulate each case along the letter that is varied, and count components as well."""
    (low, high), tables = study.limits, []
    values = [f"{value:.4g}" for value in np.linspace(low + 0.08 * (high - low), high - 0.02 * (high - low), _POINTS)]
    for case in study.cases:
        points = [{**case.values, case.parameter: value} for value in values]
        runs = sweep(case.evolution.ensemble, case.evolution.learner, points, association=association, progress=count.part(), **options)
        tables.append(simulated_table(case.parameter, list(zip(map(float, values), runs, strict=True))))
    return tables
