"""The interactive part of the report page: its formulas as JavaScript, its sliders, and what they may be set to."""

from __future__ import annotations

import json

import sympy as sp

from ...errors import InputError
from ...model.learners import SkillLearner
from ...model.symbols import t
from ...theory.evolution.equations.closed_forms import fold_curve
from ...theory.facades.density_evolution import DensityEvolution
from ..kit.figures import letter_of
from ..paper.export import functions, ordered
from ..paper.languages import LANGUAGES, Language
from .content import Explorer, Section, Slider, Text
from .study import Study

_MOST_SKILLS, _STEPS = 5, 200
"""The largest s to choose, unless the model has a larger one: each is a script of its own; and steps of a slider, about one a pixel."""


def explorer_section(study: Study) -> Section | None:
    """Return the section with sliders, or None where the formulas cannot be written in JavaScript."""
    try:
        sliders, learners = _sliders(study), _learners(study)
        script = _script(study, sliders, learners)
    except InputError:
        return None
    words = (
        f"Move the sliders: the page computes everything below from the exported formulas. First the learning curve along "
        f"{letter_of(str(study.parameter))}, with the states that are reached (thick) among all fixed points; then the rounds of density "
        "evolution, which stop at the largest fixed point; last "
        + ("the phase diagram with the folds and their cusp." if study.folds is not None else "all fixed points.")
    )
    choice = tuple(s for s in learners if s)
    return Section("Try it", (Text(words), Explorer(tuple(sliders), choice, _rule(study), study.folds is not None, script)))


def _rule(study: Study) -> int:
    """Return the s of an s-skill learner, 0 of any other."""
    learner = study.evolution.learner
    return learner.s if isinstance(learner, SkillLearner) else 0


def _learners(study: Study) -> dict[int, DensityEvolution]:
    """Return the s-skill learners to choose from, by s; the learner itself, by 0, where it is another one."""
    rule, evolution = _rule(study), study.evolution
    if not rule:
        return {0: evolution}
    return {s: DensityEvolution(evolution.ensemble, SkillLearner(s)) for s in range(1, max(_MOST_SKILLS, rule) + 1)}


def _sliders(study: Study) -> list[Slider]:
    """Return the letters in order of their names, each with its range and a first value at which something has been learned."""
    case, (low, high) = study.cases[-1], study.limits
    jumps, value = [float(jump.value) for jump in case.thresholds.emergence if jump.value is not None], (low + high) / 2
    if jumps:
        value = min(high, 1.05 * max(jumps)) if case.curve.learned_side == "above" else max(low, 0.95 * min(jumps))
    sliders = [_slider(str(study.parameter), low, high, value)]
    if study.other is not None:
        born = float(study.cusp.at[0][1]) if study.cusp is not None else 3.0
        sliders.append(_slider(str(study.other), 0.0, 3 * born, float(case.values[str(study.other)])))
    return sorted(sliders, key=lambda slider: slider.name)


def _slider(name: str, *ends: float) -> Slider:
    """Return the slider of a letter from its lowest and highest value and its first one, which are rounded to steps."""
    step = float(f"{(ends[1] - ends[0]) / _STEPS:.1g}")
    low, high, value = (round(round(end / step) * step, 12) for end in ends)
    return Slider(name, max(low, step), high, step, value)


def _script(study: Study, sliders: list[Slider], learners: dict[int, DensityEvolution]) -> str:
    """Return the model as JavaScript: `model`, from which the page computes."""
    language, evolution = LANGUAGES["javascript"](), study.evolution
    written = ",\n".join(_learner(language, s, learner, study.parameter) for s, learner in learners.items())
    fields = [
        f"parameter: {json.dumps(str(study.parameter))}",
        f"sense: {1 if evolution.curve(study.parameter).learned_side == 'above' else -1}",
        f"letters: {json.dumps([{key: getattr(slider, key) for key in ('name', 'shown', 'low', 'high')} for slider in sliders])}",
        f"learners: [{written}]",
        _entry(language, "unknown", ordered(evolution.letters), evolution.ensemble.unknown),
    ]
    helpers = language.helpers([function for learner in learners.values() for function in functions(learner)])
    return "\n".join([*language.imports, *helpers, "const model = {" + ",\n".join(fields) + "};"])


def _learner(language: Language, s: int, evolution: DensityEvolution, parameter: sp.Symbol) -> str:
    """Write a learner as an object: its functions, the curve of its fixed points and, in the plane of c and R, its folds."""
    curve, letters = evolution.curve(parameter), ordered(evolution.letters)
    along = (t, *(letter for letter in letters if letter != parameter))
    folds = fold_curve(evolution) if len(letters) == 2 else None
    of_curve = [
        *(_entry(language, name, along, body) for name, body in (("value", curve.value), ("q", curve.q))),
        f"bounded: {json.dumps(curve.bounded)}",
        f"learnsAlong: {curve.learns_along}",
    ]
    of_folds = [] if folds is None else [_entry(language, name, (t,), body) for name, body in (("c", folds.c), ("R", folds.R))]
    parts = [
        *(f"s: {s}", f"stuck: {json.dumps(bool(evolution.never_starts))}", f"completes: {json.dumps(evolution.completes)}"),
        *(_entry(language, function.name, function.arguments, function.body) for function in functions(evolution)),
        f"curve: {{{', '.join(of_curve)}}}",
        f"folds: {{{', '.join(of_folds)}}}" if of_folds else "folds: null",
    ]
    return f"{{{', '.join(parts)}}}"


def _entry(language: Language, name: str, arguments: tuple[sp.Symbol, ...], body: sp.Expr) -> str:
    return f"{name}: ({', '.join(map(language.letter, arguments))}) => {language.formula(body)}"
