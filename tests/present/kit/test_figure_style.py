"""Figures can be read in grey and by the colour-blind, and their programs leave the style to the style sheet."""

import ast
import re
import runpy
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deanalysis.present.kit.programs import FigureFiles
from deanalysis.present.kit.style import COLOURS, DARK, DASHES, MARKERS

FIGURES = Path(__file__).parents[3] / "figures"
PROGRAMS = sorted(FIGURES.glob("*.py"))
LEAST_LIGHTNESS, LEAST_OF_FIRST_THREE, LEAST_DISTANCE = 8, 15, 15
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
# Machado, Oliveira, Fernandes (2009), A physiologically-based model for simulation of color vision deficiency, severity 1, on linear RGB.
VISION = {
    "all cones": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


def linear(colour: str) -> np.ndarray:
    """Return linear RGB of '#rrggbb'."""
    values = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIE L*a*b* (D65) of linear RGB."""
    ratios = TO_XYZ @ np.clip(rgb, 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(ratios > (6 / 29) ** 3, np.cbrt(ratios), ratios / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def closest(colours: tuple[str, ...], seen: np.ndarray, parts: slice) -> float:
    """Return the least distance of two colours in some parts of L*a*b*."""
    places = [lab(seen @ linear(colour))[parts] for colour in colours]
    return min(float(np.linalg.norm(one - two)) for one, two in combinations(places, 2))


def test_the_conversion_is_that_of_cie() -> None:
    assert lab(linear("#FFFFFF")) == pytest.approx([100, 0, 0], abs=0.01)
    assert lab(linear("#FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    for seen in VISION.values():
        assert seen.sum(axis=1) == pytest.approx(np.ones(3), abs=2e-6)


def test_colours_differ_in_grey() -> None:
    assert closest(COLOURS, np.eye(3), slice(0, 1)) >= LEAST_LIGHTNESS
    assert closest(COLOURS[:3], np.eye(3), slice(0, 1)) >= LEAST_OF_FIRST_THREE


def contrast(one: str, other: str) -> float:
    """Return the ratio of luminances of the WCAG, 1 to 21."""
    darker, lighter = sorted(float((TO_XYZ @ linear(colour))[1]) + 0.05 for colour in (one, other))
    return lighter / darker


def shades(scheme: str) -> dict[str, str]:
    """Return the colours of the page by name, in the light or the dark, six digits each."""
    template = (FIGURES.parent / "deanalysis" / "present" / "report" / "templates" / "page.html.j2").read_text()
    declared = template.partition("prefers-color-scheme: dark")[scheme == "dark" and 2].partition(":root")[2].partition("}")[0]
    found = re.findall(r"--(\w+): (#\w+)", declared)
    return {name: colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:]) for name, colour in found}


def test_the_contrast_is_that_of_the_wcag() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21, abs=1e-3)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme: str) -> None:
    named = shades(scheme)
    for paper in ("page", "soft"):
        assert min(contrast(named[ink], named[paper]) for ink in ("ink", "muted", "accent")) >= 4.5
        assert contrast(named["second"], named[paper]) >= 3


def test_every_colour_stands_out_on_white() -> None:
    assert shades("light")["page"] == "#ffffff"
    assert min(contrast(colour, "#ffffff") for colour in COLOURS) >= 3


def test_every_colour_stands_out_on_a_dark_page_and_from_the_others() -> None:
    dark_page = shades("dark")["page"]
    assert len(DARK) == len(COLOURS)
    assert min(contrast(colour, dark_page) for colour in DARK) >= 4.5
    assert contrast(COLOURS[3], dark_page) < 3, "what it would be without colours of its own"
    assert closest(DARK, np.eye(3), slice(0, 1)) >= 6


@pytest.mark.parametrize("vision", VISION)
def test_dark_colours_differ_for_the_colour_blind(vision: str) -> None:
    assert closest(DARK, VISION[vision], slice(0, 3)) >= LEAST_DISTANCE


@pytest.mark.parametrize("vision", VISION)
def test_colours_differ_for_the_colour_blind(vision: str) -> None:
    assert closest(COLOURS, VISION[vision], slice(0, 3)) >= LEAST_DISTANCE


def test_each_colour_has_its_own_dash_and_mark() -> None:
    assert len(set(COLOURS)) == len(set(DASHES)) == len(set(MARKERS)) == len(COLOURS)


def test_the_test_of_colours_can_fail() -> None:
    okabe_ito = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
    assert closest(okabe_ito, np.eye(3), slice(0, 1)) < 1
    assert (
        closest(("#D55E00", "#6E8B00"), VISION["deuteranopia"], slice(0, 3))
        < LEAST_DISTANCE
        < closest(("#D55E00", "#6E8B00"), np.eye(3), slice(0, 3))
    )


def drawn(path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the figure that a program draws from its tables."""
    kept: list[Any] = []
    monkeypatch.setattr(FigureFiles, "save", lambda files, figure: kept.append(figure))
    runpy.run_path(str(path))["draw"](path.parent)
    return kept[0]


def look(handle: Any) -> tuple[Any, ...]:
    """Return dash and mark of a line, or of the line in a line with bars."""
    line = handle.lines[0] if hasattr(handle, "lines") else handle
    dash = None if line.get_linestyle() == "None" else str(line._unscaled_dash_pattern)
    return dash, line.get_marker()


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_nothing_in_a_panel_differs_by_colour_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for axes in drawn(path, monkeypatch).axes:
        handles, _ = axes.get_legend_handles_labels()
        looks = [look(handle) for handle in handles]
        assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_leaves_the_style_to_the_style_sheet(path: Path) -> None:
    tree = ast.parse(path.read_text())
    (draw,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "draw")
    assert [ast.unparse(one) for one in draw.decorator_list] == ["styled"]
    assert not re.search(r"matplotlib|rcParams|rc_context|fontsize|fontfamily|#[0-9a-fA-F]{6}", path.read_text())
