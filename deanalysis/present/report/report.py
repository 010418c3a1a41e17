"""The report: everything the tool knows of one model, as a page and as a LaTeX document with figures and their data."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

from ...errors import InputError
from ...model.association import Association
from ...model.exact import decimal
from ...model.presets import Model
from ...simulate.executors import checked_workers
from ...simulate.runs import sweep
from ...simulate.streams import check_seed
from ...theory.facades.percolation import Percolation
from ..kit.curves import Table, simulated_table
from ..kit.style import styled
from ..validation.comparison import points_around
from ..validation.validate import Validation, Verdict, validate
from .building import LEFT, TITLE, building_section
from .chain_study import ChainStudy
from .chains import chain_sections, skills_of
from .content import Section
from .evolution import equation_section, inversion_section, model_section, phase_section, potential_section, threshold_section
from .experiment import STUCK, compression_section, learning_section, percolation_section, scaling_section, validation_section
from .explorer import explorer_section
from .study import Study
from .writing import Counter, Progress, folder_of, had, needed, tried, write_files

_SKILLS, _REPLICATES, _POINTS = 50_000, 12, 7
"""Skills of a graph, graphs at a point, and simulated points of a curve: marks far smaller than the figure, in about a minute."""


class Report(NamedTuple):
    """Where the page and the document lie, and what the simulation said."""

    page: Path
    document: Path
    validation: Validation


def report(
    model: Model,
    folder: Path | str = "report",
    *,
    values: dict[str, Any] | None = None,
    parameter: str | None = None,
    seed: int = 1,
    skills: int = _SKILLS,
    replicates: int = _REPLICATES,
    workers: int | None = None,
    progress: Progress = None,
) -> Report:
    """Write a page (`index.html`) and a LaTeX document (`report.tex`, with its figures as PDF and data as CSV) about a model.

    The page opens without a network. Letters other than the varied one must be bound by `values`; for Poisson texts and skills c
    may be left free, and several values of it are shown. Raises `InputError` for a folder that cannot be written.
    """
    check_seed(seed)
    checked_workers(workers)
    bindings = {name: str(value) for name, value in (values or {}).items()}
    study = ChainStudy.of(model, bindings, parameter) if model.is_chain else Study.of(model, bindings, parameter)
    with folder_of(folder) as directory:
        if isinstance(study, ChainStudy):
            skills, stated = skills_of(study, skills), f"{model.ensemble}"
            options = {"seed": seed, "skills": skills, "workers": workers}
            sections, validation = styled(chain_sections)(study, options, replicates, progress)
        else:
            sections, validation = _study_sections(study, seed, skills, replicates, workers, progress)
            stated = f"{model.ensemble.written(decimal)}; learner {model.learner}"
        title = f"Learning on random bipartite graphs: {model.name}"
        bound = ", ".join(f"{name} = {value}" for name, value in study.values.items())
        subtitle = f"Model: {stated}.{f' Bound: {bound}.' if bound else ''}"
        of_skills = f"{skills} skills{' of each class of a topic' if model.is_chain else ''}"
        footer = f"simulated with seed {validation.seed}, {replicates} graphs of {of_skills} a point"
        return Report(*write_files(directory, title, subtitle, sections, footer), validation)


@styled
def _study_sections(
    study: Study, seed: int, skills: int, replicates: int, workers: int | None, progress: Progress
) -> tuple[list[Section], Validation]:
    """Return the sections in order, and the comparison of theory with simulation in it; what simulates runs first."""
    options = {"seed": seed, "skills": skills, "replicates": replicates, "workers": workers}
    percolation, last = Percolation(study.evolution), study.cases[-1]
    points = tried(lambda: [point for case in study.cases for point in points_around(case.evolution, case.parameter, case.values)])
    laws = tried(lambda: study.evolution.scaling(study.parameter, **last.values))
    graphs = replicates * (_POINTS * len(study.cases) + (0 if isinstance(points, InputError) else len(points)))
    jump = None if isinstance(laws, InputError) or not laws.finite_size else laws.finite_size[-1]
    count = Counter(progress, graphs + (0 if jump is None else STUCK + LEFT))
    simulated = tried(lambda: _simulated(study, percolation.association, options, count))
    measured = [None] * len(study.cases) if isinstance(simulated, InputError) else simulated

    def compared() -> Validation:
        step = count.part()
        return validate(study.evolution, needed(points), association=percolation.association, progress=step, **options)  # type: ignore[arg-type]

    validation = tried(compared)
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
        had("Scaling laws", lambda: scaling_section(last, needed(laws), seed, workers, count.part)),
        *([] if jump is None else [had(TITLE, lambda: building_section(last, jump, seed, workers, count.part))]),
        had("Semantic compression", lambda: compression_section(study, seed)),
        validation_section(validation),
    ]
    return sections, validation


def _simulated(study: Study, association: Association, options: dict[str, Any], count: Counter) -> list[Table]:
    """Simulate each case along the letter that is varied, and count components as well."""
    (low, high), tables = study.limits, []
    values = [f"{value:.4g}" for value in np.linspace(low + 0.08 * (high - low), high - 0.02 * (high - low), _POINTS)]
    for case in study.cases:
        points = [{**case.values, case.parameter: value} for value in values]
        runs = sweep(case.evolution.ensemble, case.evolution.learner, points, association=association, progress=count.part(), **options)
        tables.append(simulated_table(case.parameter, list(zip(map(float, values), runs, strict=True))))
    return tables
