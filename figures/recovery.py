"""Curves of six known models with noise, and the fits that recover them: gradual, a jump, popularity, room, two groups, finite size."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from deanalysis import Capacity, CurveFit, DensityEvolution, Ensemble, NegativeBinomial, Poisson, R, SkillLearner, c, fit, simulate
from deanalysis.measured.curves.forms import Theory
from deanalysis.present.kit.curves import Table
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import draw_divided, line_of, mark_of, new_panels, styled

SEED, SCALE, ERROR, SKILLS, GRAPHS = 1, 200, 0.01, 2_000, 100
BY_FACTORS, EVENLY, NARROWLY = np.geomspace(10, 3000, 30), np.linspace(25, 1000, 40), np.linspace(360, 640, 29)
PAPER, LEARNER = Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1)
CAPTION = f"""Synthetic curves, accuracy against x (marks, with standard errors), and the fits to them (lines, dotted across a jump); below,
each parameter as recovered, with its 95 % interval, and as it is. Points of (a) to (e) are proved fixed points at R = x/scale and
Gaussian noise of {ERROR}: (a) c = 2 and a guess of 1/4, (b) c = 5, (c) Gamma popularities, (d) room for 0.5, 0.7 and 0.9 of the skills,
(e) two curves with one c and two scales. (f) Means over {GRAPHS} graphs of {SKILLS} skills at each x, with errors as of k of
{GRAPHS} graphs that emerge. Seed {SEED}."""


@dataclass(frozen=True)
class Known:
    """Curves by name, the x of their points, how they are fitted, and the parameters that they have."""

    curves: dict[str, Any]
    x: Any
    options: dict[str, Any]
    true: dict[str, float]
    guess: float = 0.0


def evolved(values: dict[str, Any], skills: Any = PAPER.skills, scale: float = SCALE) -> Any:
    """Return the share of texts that is understood, a function of x, at the largest fixed point."""
    evolution = DensityEvolution(Ensemble(Poisson(c), skills), LEARNER)
    return lambda x: 1 - float(evolution.fixed_point(**values, R=repr(float(x) / scale)).testing_error)


def with_room(kept: str) -> Any:
    """Return the same with room for a share of the skills at c = 3."""
    room = Capacity.of(PAPER, LEARNER, kept).at(c=3)
    return lambda x: 1 - float(room.fixed_point(R=repr(float(x) / SCALE)).testing_error)


KNOWN = {
    "gradual": Known({"": evolved({"c": 2})}, BY_FACTORS, {"models": "paper"}, {"c": 2, "scale": SCALE, "guess": 0.25}, 0.25),
    "jump": Known({"": evolved({"c": 5})}, EVENLY, {"models": "paper", "guess": 0}, {"c": 5, "scale": SCALE}),
    "popularity": Known(
        {"": evolved({"c": 3}, NegativeBinomial(c * R, "3/2"))},
        BY_FACTORS,
        {"models": "gamma", "guess": 0},
        {"c": 3, "shape": 1.5, "scale": SCALE},
    ),
    "room": Known(
        {kept: with_room(kept) for kept in ("0.5", "0.7", "0.9")},
        BY_FACTORS,
        {"models": "paper+room", "guess": 0, "group": "curve"},
        {"c": 3, "scale": SCALE, **{f"room of {kept}": float(kept) for kept in ("0.5", "0.7", "0.9")}},
    ),
    "two groups": Known(
        {"fast": evolved({"c": "3.5"}, scale=100), "slow": evolved({"c": "3.5"}, scale=300)},
        BY_FACTORS,
        {"models": "paper", "guess": 0, "group": "curve", "own": "scale"},
        {"c": 3.5, "scale of fast": 100, "scale of slow": 300},
    ),
}
FINITE = Known({"": None}, NARROWLY, {"models": "paper", "guess": 0, "skills": "fit"}, {"c": 5, "scale": SCALE, "skills": SKILLS})


def data(folder: Path) -> None:
    """Write the points of each model, and its fit as JSON."""
    files, rng = FigureFiles(__file__, folder), np.random.default_rng(SEED)
    tables = {name: drawn(known, rng) for name, known in KNOWN.items()} | {"finite size": simulated()}
    for name, table in tables.items():
        files.write(table, name.replace(" ", "_"), seed=SEED)
    fits = {name: fitted(known, tables[name]).to_dict() for name, known in {**KNOWN, "finite size": FINITE}.items()}
    files.write_content(fits, "fits", seed=SEED)


def drawn(known: Known, rng: np.random.Generator) -> Table:
    """Return points with noise: the number of the curve, x, y and its standard error."""
    rows = []
    for number, curve in enumerate(known.curves.values()):
        clean = np.array([known.guess + (1 - known.guess) * curve(x) for x in known.x])
        rows += [(number, x, y, ERROR) for x, y in zip(known.x, clean + rng.normal(0, ERROR, len(clean)), strict=True)]
    return Table.of_rows(("curve", "x", "y", "error"), rows)


def simulated() -> Table:
    """Return means over graphs of finite size at c = 5; their errors are those of k of N graphs, (k+1)/(N+2) in place of k/N.

    Where all graphs are stuck, or none is, their own spread would say that the mean is exact.
    """
    rows = []
    for seed, x in enumerate(NARROWLY):
        run_of_x = simulate(PAPER.at(c=5, R=repr(float(x) / SCALE)), LEARNER, skills=SKILLS, replicates=GRAPHS, seed=SEED + seed)
        share = (GRAPHS * (1 - run_of_x.testing_error.mean) + 1) / (GRAPHS + 2)
        rows.append((0, x, 1 - run_of_x.testing_error.mean, (share * (1 - share) / GRAPHS) ** 0.5))
    return Table.of_rows(("curve", "x", "y", "error"), rows)


def fitted(known: Known, table: Table) -> CurveFit:
    """Return the fit of a model to its points."""
    names = list(known.curves)
    columns = {**table.columns, "curve": [names[int(number)] for number in table["curve"]]}
    return fit(columns, "x", "y", error="error", compare=False, **known.options)


@styled
def draw(folder: Path) -> None:
    """Draw points, fits, and what they recover."""
    files = FigureFiles(__file__, folder)
    fits = files.read_content("fits")
    figure, panels = new_panels("abc;def", width=10.5, height=7.4)
    for axes, (name, known) in zip(panels, {**KNOWN, "finite size": FINITE}.items(), strict=True):
        (table,), found = files.read(name.replace(" ", "_")), CurveFit.from_dict(fits[name])
        for number, curve in enumerate(known.curves):
            draw_curve(axes, table, found, number, curve)
        axes.set(xlabel="$x$", ylabel="accuracy", ylim=(-0.04, 1.04), xscale="log" if known.x is BY_FACTORS else "linear")
        axes.set_title(f"{name}: {found.verdict}, $p = {found.p_value:.2f}$")
        axes.text(0.0, -0.24, told(known, found), transform=axes.transAxes, va="top", size="small", family="monospace")
    files.save(figure)


def draw_curve(axes: Any, table: Table, found: CurveFit, number: int, curve: str) -> None:
    """Draw the points of one curve and its fit."""
    shown = table["curve"] == number
    x = table["x"][shown]
    axes.errorbar(x, table["y"][shown], table["error"][shown], **{**mark_of(number), "markersize": 3})
    form = Theory.named(found.model)
    values = {name: interval.value for name, interval in {**found.parameters, **found.groups.get(curve, {})}.items()}
    line = np.linspace(x[0], x[-1], 1201) if np.isclose(x[1] - x[0], x[-1] - x[-2]) else np.geomspace(x[0], x[-1], 1201)
    guess = values.get("guess", 0.0)
    y = guess + (1 - guess) * form.rise(values, line / values["emergence"])
    jumps = np.abs(np.diff(y, prepend=y[0])) > 0.2
    draw_divided(axes, line, np.where(jumps, np.nan, y), **line_of(number))


def told(known: Known, found: CurveFit) -> str:
    """Return each parameter with its interval beside what it is."""
    lines = []
    for name, value in known.true.items():
        parameter, _, curve = name.partition(" of ")
        interval = found.groups[curve][parameter] if curve else found.parameters[parameter]
        lines.append(f"{name:<13} {interval}; is {value:g}")
    return "\n".join(lines)


if __name__ == "__main__":
    run(__file__, data, draw)
