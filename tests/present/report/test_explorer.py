"""The interactive part of the page, driven in a real browser: what it computes is what Python proves, and nothing leaves the machine."""

import json
import random
from typing import Any

import pytest
from browser import chromium as chromium, open_page

from deanalysis import DensityEvolution, SkillLearner, load_model
from deanalysis.errors import InputError
from deanalysis.present.report.content import page as laid_out
from deanalysis.present.report.explorer import explorer_section
from deanalysis.present.report.study import Study

pytestmark = pytest.mark.long

MODELS = {
    "paper": {},
    "ldpc(3,6)": {},
    "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)": {},
    "hypergraph(3)": {"learner": "2-skill"},
    "gamma": {"texts": "poisson(4)", "skills": "negative_binomial(4*R, 4/5)"},
    "zipf": {"texts": "poisson(6*G)", "skills": "zipf(5/2, 3, 40)", "learner": "success:exp(-x/2)"},
    "a word of the language": {"texts": "poisson(5)", "skills": "poisson(5*var)"},
    "a word of the page": {"texts": "poisson(5)", "skills": "poisson(5*s)"},
    "pareto": {"texts": "poisson(5)", "skills": "pareto(5*R, 3)"},
}
LEARNER = "the learner"
NAMES = ("q", "zeta", "testing_error")


def study_of(name: str) -> Study:
    """Return the study of a model."""
    model = load_model(name if ("learner" in MODELS[name] and "texts" not in MODELS[name]) or not MODELS[name] else None, **MODELS[name])
    return Study.of(model, {}, None)


@pytest.fixture(scope="module", params=MODELS)
def opened(request: pytest.FixtureRequest, chromium: Any, tmp_path_factory: pytest.TempPathFactory):
    """Lay out the interactive part alone, and open it."""
    study = study_of(request.param)
    section = explorer_section(study)
    assert section is not None
    path = tmp_path_factory.mktemp("explorer") / "index.html"
    path.write_text(laid_out(request.param, "", [section], ""))
    with open_page(chromium, path) as (page, wrong):
        yield study, page, section.parts[1], wrong
        assert wrong == []


def slider(page: Any, name: str) -> Any:
    """Return the slider of a letter, or that of the s-skill learners."""
    return page.locator("#explorer-s" if name == LEARNER else f"#explorer-letter-{name}")


def moved(page: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Move sliders, and return what the page says then."""
    for name, value in values.items():
        slider(page, name).evaluate(
            "(slider, value) => { slider.step = 'any'; slider.value = value; slider.dispatchEvent(new Event('input')); }", str(value)
        )
    return {name: json.loads(page.locator(f"#explorer-{name}").get_attribute("data-value")) for name in (*NAMES, "jumps")}


def evolution_at(study: Study, s: int) -> DensityEvolution:
    """Return density evolution with the learner that the slider chooses."""
    return DensityEvolution(study.evolution.ensemble, SkillLearner(s)) if s else study.evolution


def test_sliders_move_and_values_agree_with_python(opened: tuple[Study, Any, Any, list[str]]) -> None:
    study, page, explorer, _ = opened
    chance = random.Random(1)
    for _ in range(6):
        values = {one.name: round(chance.uniform(one.low + 0.02 * (one.high - one.low), one.high), 6) for one in explorer.sliders}
        skills = {LEARNER: chance.choice(explorer.skills)} if explorer.skills else {}
        told = moved(page, {**values, **skills})
        proved = evolution_at(study, skills.get(LEARNER, 0)).fixed_point(**{name: str(value) for name, value in values.items()})
        for name in NAMES:
            assert told[name] == pytest.approx(float(getattr(proved, name)), rel=1e-9, abs=1e-9), (values, skills, name)


def test_jumps_agree_with_proved_emergences(opened: tuple[Study, Any, Any, list[str]]) -> None:
    study, page, explorer, _ = opened
    for s in explorer.skills[:3] or (0,):
        for case in study.cases:
            told = moved(page, {**case.values, **({LEARNER: s} if s else {})})["jumps"]
            try:
                proved = evolution_at(study, s).thresholds(case.parameter, kind="emergence", **case.values)
            except InputError:
                continue
            assert told == pytest.approx([float(one.value) for one in proved], rel=1e-9), (case.values, s)


def test_close_to_a_jump_the_right_branch_is_taken(opened: tuple[Study, Any, Any, list[str]]) -> None:
    study, page, explorer, _ = opened
    case = study.cases[-1]
    for found in case.thresholds.emergence:
        for side in (1 - 1e-6, 1 + 1e-6, 1 - 1e-8, 1 + 1e-8):
            value = f"{float(found.value) * side:.12f}"
            told = moved(page, {**case.values, **({LEARNER: explorer.s} if explorer.skills else {}), case.parameter: value})
            proved = case.evolution.fixed_point(**{**case.values, case.parameter: value})
            assert told["q"] == pytest.approx(float(proved.q), rel=1e-7, abs=1e-9)


def test_panels_are_drawn_again(opened: tuple[Study, Any, Any, list[str]]) -> None:
    _, page, explorer, _ = opened
    first = explorer.sliders[0]
    pictures = []
    for share in (0.3, 0.8):
        moved(page, {first.name: first.low + share * (first.high - first.low)})
        pictures.append([page.locator(f"#explorer-{name}").inner_html() for name in ("curve", "cobweb", "phase")])
    assert all(before != after for before, after in zip(*pictures, strict=True))
    assert all("NaN" not in picture and "<path" in picture for shown in pictures for picture in shown)


def test_a_real_hand_moves_a_slider(opened: tuple[Study, Any, Any, list[str]]) -> None:
    _, page, explorer, _ = opened
    page.reload()
    name = explorer.sliders[0].name
    shown = page.locator(f"#explorer-letter-{name}-shown")
    before = shown.inner_text()
    slider(page, name).focus()
    page.keyboard.press("ArrowLeft")
    assert shown.inner_text() != before


def test_a_law_without_javascript_has_no_interactive_part() -> None:
    import sympy as sp

    from deanalysis import PGF, Ensemble, Poisson, R, x
    from deanalysis.model.presets import Model

    model = Model("own", Ensemble(PGF(sp.cosh(x) / sp.cosh(1)), Poisson(3 * R)), SkillLearner(1))
    assert explorer_section(Study.of(model, {}, None)) is None
