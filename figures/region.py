"""Where all classes emerge, in the plane of two loads: users of two kinds on one frame, and two subjects that hardly meet."""

import json
import sys
from pathlib import Path

from deanalysis import ClassEnsemble, ClassEvolution, ClassRegion, Poisson, Regular, SkillClass, TextType, letter
from deanalysis.present.classes import draw_region, region_table
from deanalysis.present.style import new_figure, save

A, B = letter("A"), letter("B")


def frame() -> ClassEvolution:
    """A users per slot send two copies of a packet, B users per slot five."""
    users = SkillClass("a", A / (A + B), texts=Regular(2)), SkillClass("b", B / (A + B), texts=Regular(5))
    return ClassEvolution(ClassEnsemble(users, (TextType("slots", 1 / (A + B), {"a": Poisson(2 * A), "b": Poisson(5 * B)}),)))


def subjects() -> ClassEvolution:
    """A and B texts per skill, each on one of two subjects, with a tenth of a skill of the other."""
    texts = (
        TextType("first", A, {"a": Poisson(4), "b": Poisson("1/10")}),
        TextType("second", B, {"a": Poisson("1/10"), "b": Poisson(6)}),
    )
    return ClassEvolution(ClassEnsemble((SkillClass("a", "1/2"), SkillClass("b", "1/2")), texts))


def data(folder: Path) -> None:
    """Follow the lines."""
    for name, evolution, most in (("frame", frame(), 1.0), ("subjects", subjects(), 3.0)):
        region = evolution.region("A", "B", (0.0, most), (0.0, most))
        region_table(region).write(folder / f"region_{name}.csv")
        (folder / f"region_{name}.json").write_text(json.dumps(region.to_dict(), indent=1) + "\n")


def draw(folder: Path) -> None:
    """Draw the lines."""
    figure, axes = new_figure(2, width=9.0, height=4.0)
    for place, name in enumerate(("frame", "subjects")):
        draw_region(axes[place], ClassRegion.from_dict(json.loads((folder / f"region_{name}.json").read_text())))
    axes[0].set(title="users per slot, 2 and 5 copies")
    axes[1].set(title="texts per skill, two subjects")
    save(figure, folder / "region.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
