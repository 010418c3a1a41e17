"""Figures of fits: residuals are those of the points, jumps are dotted, and names of strangers stay names."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest

import deanalysis as da
from deanalysis.present.kit.measured import PANELS, curve_names, figure_of, fit_figure, lines_table, panels_of, points_table, shown_curves
from deanalysis.present.kit.style import save

X = np.concatenate([[0.0], np.linspace(250, 700, 19)])
HOSTILE = ["$x^2", r"$\nothing$", r"\alpha$", "<b>", "%_{", "中\ud800\x07", "x" * 200]


def curves(c: float, names: list[str], scale: float = 200.0) -> dict[str, Any]:
    """Return curves of the paper's model by points without noise; each of them is off it by two errors at x = 600."""
    evolution = da.DensityEvolution(da.Ensemble(da.Poisson(da.c), da.Poisson(da.c * da.R)), da.SkillLearner(1))
    y = np.array([np.exp(-c), *(1 - float(evolution.fixed_point(c=c, R=repr(float(x / scale))).testing_error) for x in X[1:])])
    y[X == 600] -= 0.02
    columns = {"x": np.tile(X, len(names)), "y": np.tile(y, len(names)), "e": np.full(len(X) * len(names), 0.01)}
    return columns | {"who": [name for name in names for _ in X]}


@pytest.fixture(scope="module")
def jumping() -> da.CurveFit:
    return da.fit(curves(5, ["a", "b"]), "x", "y", group="who", error="e", guess=0, models="paper", compare=False)


def test_residuals_are_those_of_the_points(jumping: da.CurveFit) -> None:
    points = points_table(jumping)
    assert points["curve"].tolist() == [1.0] * len(X) + [2.0] * len(X)
    assert np.sum(points["theory"] ** 2) == pytest.approx(jumping.chi_square, rel=1e-6)
    best = next(one for one in jumping.candidates if one.kind == "usual")
    assert np.sum(points["usual"] ** 2) == pytest.approx(best.chi_square, rel=1e-6)
    off = points["theory"][points["x"] == 600]
    assert off == pytest.approx([-2, -2], abs=0.2)


def test_lines_break_at_the_jump_and_nowhere_else(jumping: da.CurveFit) -> None:
    lines = lines_table(jumping, [2])
    (gap,) = np.flatnonzero(np.isnan(lines["theory"]))
    assert lines["x"][gap] == pytest.approx(jumping.parameters["emergence"].value, rel=1e-4)
    assert lines["theory"][gap + 1] - lines["theory"][gap - 1] > 0.9
    assert np.isfinite(lines["usual"]).all()
    assert (np.diff(lines["x"]) > 0).all()
    assert lines["x"][[0, -1]].tolist() == [0, 700]


def figure(fit: da.CurveFit, names: list[str]) -> Any:
    shown = shown_curves(fit)
    return fit_figure(
        points_table(fit), lines_table(fit, shown), dict(zip(shown, names, strict=True)), ("theory", "usual"), (r"$\nothing$", "y")
    )


def test_each_curve_has_a_panel_with_its_residuals_below(jumping: da.CurveFit) -> None:
    axes = figure(jumping, list(curve_names(jumping))).axes
    assert [one.get_title() for one in axes] == ["a", "b", "", ""]
    for above, below in zip(axes[:2], axes[2:], strict=True):
        assert above.get_xscale() == below.get_xscale() == "symlog"
        assert [line.get_linestyle() for line in above.lines if len(line.get_xdata()) == 2] == [":"]
        low, high = below.get_ylim()
        points = np.concatenate([line.get_ydata() for line in below.lines])
        assert low < points.min() < points.max() < high
        (band,) = below.patches
        assert (band.get_y(), band.get_height()) == (-2, 4)


def test_names_of_strangers_are_no_formulas(jumping: da.CurveFit) -> None:
    for name in HOSTILE:
        drawn = figure(jumping, [name, name])
        save(drawn, BytesIO(), "svg")
        assert len(drawn.axes[0].get_title()) <= 31


def test_the_worst_of_many_curves_are_shown() -> None:
    names = [f"curve {number}" for number in range(PANELS + 3)]
    table = curves(2, names)
    bad = np.array([name in names[3:5] for name in table["who"]])
    table["y"] = table["y"] + np.where(bad, 0.05 * (-1.0) ** np.arange(len(bad)), 0)
    found = da.fit(table, "x", "y", group="who", error="e", guess=0, models="paper", compare=False)
    shown = shown_curves(found)
    assert len(shown) == PANELS
    assert {4, 5} <= set(shown)


def test_panels_stand_by_size() -> None:
    sizes = {"large": 3e9, "small": 1e8}
    found = da.fit(curves(5, ["large", "small"]), "x", "y", group="who", error="e", guess=0, models="paper", compare=False, size=sizes)
    assert panels_of(found, [1, 2]) == {2: "small", 1: "large"}
    assert [axes.get_title() for axes in figure_of(found).axes[:2]] == ["small", "large"]
