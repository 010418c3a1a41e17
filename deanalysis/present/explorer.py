"""The interactive part of the report page: its formulas as JavaScript, its sliders, and what they may be set to."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sympy as sp

from ..equations.fold_curve import fold_curve
from ..errors import InputError
from ..model.learners import SkillLearner
from ..model.symbols import t, x
from ..solve.evolution import DensityEvolution
from .content import Explorer, Section, Slider, Text
from .export import exported
from .figures import letter_of
from .languages import Javascript
from .study import Study

__all__ = ["explorer_section"]

_MOST_SKILLS, _STEPS = 5, 200


def explorer_section(study: Study) -> Section | None:
    """Return the section with sliders, or None where the formulas cannot be written in JavaScript."""
    try:
        script = _script(study)
    except InputError:
        return None
    parameter = letter_of(str(study.parameter))
    words = (
        f"Move the sliders: the page computes everything below from the exported formulas. First the learning curve along {parameter}, "
        "with the states that are reached (thick) among all fixed points; then the rounds of density evolution, which stop at the largest "
        "fixed point; last " + ("the phase diagram with the folds and their cusp." if study.folds is not None else "all fixed points.")
    )
    return Section(
        "Try it", (Text(words), Explorer(tuple(_sliders(study)), tuple(_skills(study)), _rule(study), study.folds is not None, script))
    )


def _rule(study: Study) -> int:
    learner = study.evolution.learner
    return learner.s if isinstance(learner, SkillLearner) else 0


def _skills(study: Study) -> list[int]:
    """Return the numbers s of the s-skill learners to choose from; none for other learners."""
    return list(range(1, max(_MOST_SKILLS, _rule(study)) + 1)) if _rule(study) else []


def _sliders(study: Study) -> list[Slider]:
    """Return the letters in order of their names, each with its range and a first value at which something has been learned."""
    case, (low, high) = study.cases[-1], study.limits
    jumps = [float(one.value) for one in case.thresholds.emergence if one.value is not None]
    sliders = [_slider(str(study.parameter), low, high, _beside(jumps, low, high, case.curve.learned_side))]
    if study.other is not None:
        born = float(study.cusp.at[0][1]) if study.cusp is not None else 3.0
        sliders.append(_slider(str(study.other), 0.0, 3 * born, float(case.values[str(study.other)])))
    return sorted(sliders, key=lambda one: one.name)


def _beside(jumps: list[float], low: float, high: float, side: str) -> float:
    """Return a value just past the last jump, or the middle of the range."""
    if not jumps:
        return (low + high) / 2
    return min(high, 1.05 * max(jumps)) if side == "above" else max(low, 0.95 * min(jumps))


def _slider(name: str, low: float, high: float, value: float) -> Slider:
    step = float(f"{(high - low) / _STEPS:.1g}")
    low, high, value = (round(round(one / step) * step, 12) for one in (low, high, value))
    return Slider(name, max(low, step), high, step, value)


@dataclass(frozen=True)
class _Chosen:
    """One of the learners: its functions, the curve of its fixed points and, in the plane of c and R, its folds."""

    s: int
    evolution: DensityEvolution
    parameter: sp.Symbol
    letters: tuple[sp.Symbol, ...]

    def script(self, language: Javascript) -> str:
        """Write it as an object."""
        functions = {one.name: one.body for one in exported(self.evolution, thresholds=False)}
        curve = self.evolution.curve(self.parameter)
        others = tuple(letter for letter in self.letters if letter != self.parameter)
        stuck = "true" if self.evolution.never_starts else "false"
        completes = "true" if self.evolution.completes else "false"
        parts = [f"s: {self.s}", f"stuck: {stuck}", f"completes: {completes}"]
        q_letters = (sp.Symbol("q"), *self.letters)
        parts += [_entry(language, name, q_letters, functions[name]) for name in ("f", "zeta", "testing_error")]
        inside = [_entry(language, "value", (t, *others), curve.value), _entry(language, "q", (t, *others), curve.q)]
        inside += [f"bounded: {json.dumps(curve.bounded)}", f"learnsAlong: {curve.learns_along}"]
        folds = fold_curve(self.evolution) if len(self.letters) == 2 else None
        if folds is None:
            shown = "null"
        else:
            shown = f"{{{_entry(language, 'c', (x,), folds.c.subs(t, x))}, {_entry(language, 'R', (x,), folds.R.subs(t, x))}}}"
        return f"{{{', '.join(parts)}, curve: {{{', '.join(inside)}}}, folds: {shown}}}"


def _entry(language: Javascript, name: str, arguments: tuple[sp.Symbol, ...], body: sp.Expr) -> str:
    return f"{name}: ({', '.join(map(language.letter, arguments))}) => {language.formula(body)}"


def _script(study: Study) -> str:
    """Return the model as JavaScript: `model`, from which the page computes."""
    language = Javascript()
    evolution = study.evolution
    letters = tuple(sorted(evolution.letters, key=str))
    chosen = [_Chosen(0, evolution, study.parameter, letters)]
    if _rule(study):
        chosen = [_Chosen(s, DensityEvolution(evolution.ensemble, SkillLearner(s)), study.parameter, letters) for s in _skills(study)]
    used = [one for each in chosen for one in exported(each.evolution, thresholds=False)]
    curve = evolution.curve(study.parameter)
    fields = {
        "parameter": json.dumps(str(study.parameter)),
        "sense": "1" if curve.learned_side == "above" else "-1",
        "letters": json.dumps([one.to_dict() for one in _sliders(study)]),
        "shown": json.dumps({"eps": "ε"}),
        "unknown": f"({', '.join(map(language.letter, letters))}) => {language.formula(evolution.ensemble.unknown)}",
        "learners": "[" + ",\n".join(one.script(language) for one in chosen) + "]",
    }
    body = ",\n".join(f"{name}: {value}" for name, value in fields.items())
    return "\n".join([*language.imports, *language.helpers(used), f"const model = {{{body}}};"])
