"""Trained models beside the theory: accuracy of Pythia's eight sizes along training, what fits it, where it rises, and room by size."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from deanalysis import CurveFit, fit
from deanalysis.measured.points.measurements import measured
from deanalysis.measured.points.tables import Asked, read_columns
from deanalysis.present.kit.curves import Table
from deanalysis.present.kit.measured import best_of, curve_names, fit_figure, lines_table, model_labels, shown_curves
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import styled

FROM_ELSEWHERE = "pythia_zero_shot.csv"
"""Evaluations of the models of EleutherAI/pythia (Apache-2.0): columns model, step, task, accuracy, standard_error."""
TOLERANCE = 1e-3
"""Least squares, on another machine, comes to the same place up to this."""
TASKS = ("lambada_openai", "sciq", "arc_easy")
CAPTION = """Accuracy on LAMBADA against training steps, of the eight sizes of Pythia (marks, bars of two standard errors), with the fit of
the theory's model of least AIC, c and scale being those of all sizes and room each size's own (line), and of the usual form of least AIC,
all parameters being each size's own (dashed). Below each panel the residuals in standard errors, linear from -4 to 4 and logarithmic
beyond; the band is from -2 to 2. Marks are drawn where the measurements are at hand, which are not kept here. The tables have, for each
size, the onset, the room, and how theory and usual forms compare on it alone, for sciq and arc_easy as well; the file fits.json has all
of what was found. Nothing is drawn at random."""


def measurements() -> Path:
    """Return the table of measurements, in the folder that the variable DEANALYSIS_DATA names, else in shared/data beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("DEANALYSIS_DATA", beside)) / FROM_ELSEWHERE


def data(folder: Path) -> None:
    """Fit the three tasks, in two processes; write a row for each size, and for LAMBADA the fits along steps and at the points."""
    files, asked = FigureFiles(__file__, folder), {"group": "model", "error": "standard_error", "size": "names"}
    with ProcessPoolExecutor(2) as pool:
        started = [pool.submit(fit, measurements(), "step", "accuracy", where={"task": task}, **asked) for task in TASKS]
        fits = dict(zip(TASKS, (future.result() for future in started), strict=True))
    for task, found in fits.items():
        files.write(by_size(found), f"sizes_{task}")
    drawn = fits[TASKS[0]]
    files.write(lines_table(drawn, shown_curves(drawn)), "lines")
    files.write(at_points(drawn), "at_points")
    shown = {"names": list(curve_names(drawn)), "labels": list(model_labels(drawn))}
    files.write_content({"drawn": shown, **{task: found.to_dict() for task, found in fits.items()}}, "fits")


def at_points(found: CurveFit) -> Table:
    """Return what theory and the usual form say at each point."""
    kinds, rows = ("theory", "usual"), []
    for index, curve in enumerate(found.fitted[0].data.curves):
        said = [best_of(found, kind)[1].predicted(index, curve.x) for kind in kinds]  # type: ignore[index]
        rows += [(index + 1, *row) for row in zip(curve.x, *said, strict=True)]
    return Table.of_rows(("curve", "x", *kinds), rows)


def points_of(said: Table) -> Table:
    """Return the points with residuals of what is said of them; nan where the measurements are not at hand."""
    y = error = np.full(len(said["x"]), np.nan)
    if measurements().exists():
        asked = Asked("step", "accuracy", "model", "standard_error", where=(("task", TASKS[0]),))
        curves = measured(read_columns(measurements(), asked)).curves
        y, error = np.concatenate([curve.y for curve in curves]), np.concatenate([curve.error for curve in curves])
    residuals = {kind: (y - said[kind]) / error for kind in ("theory", "usual")}
    return Table({"curve": said["curve"], "x": said["x"], "y": y, "error": error, **residuals})


def by_size(found: CurveFit) -> Table:
    """Return a row for each size, by its number of parameters: its onset and its room with intervals, and theory against usual forms."""
    law, rising = found.room_law, found.emergence
    assert law is not None
    assert rising is not None
    header = (
        "parameters",
        *("onset", "onset_low", "onset_high"),
        *("room", "room_low", "room_high"),
        *("aic_theory", "aic_usual", "off_theory", "off_usual"),
    )
    onsets = {row.curve: row.onset for row in rising.curves}
    rows = []
    for one in found.curves:
        told = [bound for interval in (onsets[one.curve], law.rooms[one.curve]) for bound in _bounds(interval)]
        kinds = ("theory", "usual")
        aic, off = [one.best(kind).aic for kind in kinds], [one.best_foretelling(kind).foretold for kind in kinds]  # type: ignore[union-attr]
        rows.append((law.sizes[one.curve], *told, *aic, *off))
    return Table.of_rows(header, sorted(rows))


def _bounds(interval: Any) -> tuple[float, float, float]:
    return tuple(float("nan") if bound is None else bound for bound in (interval.value, interval.low, interval.high))  # type: ignore[return-value]


@styled
def draw(folder: Path) -> None:
    """Draw LAMBADA by size, with residuals."""
    files = FigureFiles(__file__, folder)
    lines, said = files.read("lines", "at_points")
    content = files.read_content("fits")
    sizes, shown = content[TASKS[0]]["room_law"]["sizes"], content["drawn"]
    names = dict(sorted(enumerate(shown["names"], start=1), key=lambda one: sizes[one[1]]))
    files.save(fit_figure(points_of(said), lines, names, shown["labels"], ("training steps", "accuracy")))


def told(folder: Path) -> Iterator[str]:
    """Yield what was found, as lines."""
    content = FigureFiles(__file__, folder).read_content("fits")
    for task in TASKS:
        found = CurveFit.from_dict(content[task])
        yield f"{task}: {found!r}"
        yield from (f"  {one.model:<22} {one.kind:<7} {one.chi_square:>12.1f} {one.aic:>12.1f} {one.verdict}" for one in found.candidates)
        yield from (f"  {one!r}" for one in found.curves)
        answers = filter(None, (found.emergence, found.room_law))
        yield from (f"  {sentence}" for answer in answers for sentence in answer.sentences() if sentence)


if __name__ == "__main__":
    run(__file__, data, draw)
    print(*told(Path(__file__).parent), sep="\n")
