"""Where all classes emerge, in the plane of two loads: users of two kinds on one frame, and two subjects that hardly meet."""

from pathlib import Path

from deanalysis import ClassEnsemble, ClassEvolution, PhaseDiagram, Poisson, Regular, SkillClass, TextType, letter
from deanalysis.present.kit.plane import draw_phase_diagram, phase_table
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import new_panels, styled

A, B = letter("A"), letter("B")
FEW, MANY = 2, 5
OWN, OTHER = {"a": 4, "b": 6}, "1/10"
CAPTION = f"""The lines on which classes jump in the plane of two loads A and B. (a) Slotted ALOHA in which A users per slot send {FEW}
copies of a packet and B users per slot {MANY}. (b) Two subjects of equally many skills: A texts per skill with Poisson({OWN["a"]})
skills of the first, B with Poisson({OWN["b"]}) of the second, and each with Poisson({OTHER}) of the other. Solid: the largest fixed
point jumps; dashed: other folds; marks: corners and cusps. Nothing is drawn at random."""


def frame() -> ClassEvolution:
    """A users per slot send few copies of a packet, B users per slot many."""
    users = SkillClass("a", A / (A + B), texts=Regular(FEW)), SkillClass("b", B / (A + B), texts=Regular(MANY))
    return ClassEvolution(ClassEnsemble(users, (TextType("slots", 1 / (A + B), {"a": Poisson(FEW * A), "b": Poisson(MANY * B)}),)))


def subjects() -> ClassEvolution:
    """A and B texts per skill, each on one of two subjects, with a tenth of a skill of the other."""
    texts = (
        TextType("first", A, {"a": Poisson(OWN["a"]), "b": Poisson(OTHER)}),
        TextType("second", B, {"a": Poisson(OTHER), "b": Poisson(OWN["b"])}),
    )
    return ClassEvolution(ClassEnsemble((SkillClass("a", "1/2"), SkillClass("b", "1/2")), texts))


def data(folder: Path) -> None:
    """Follow the lines."""
    files = FigureFiles(__file__, folder)
    for name, evolution, most in (("frame", frame(), 1.0), ("subjects", subjects(), 3.0)):
        diagram = evolution.phase_diagram("A", "B", (0.0, most), (0.0, most))
        files.write(phase_table(diagram), name)
        files.write_content(diagram.to_dict(), name)


@styled
def draw(folder: Path) -> None:
    """Draw the lines."""
    files = FigureFiles(__file__, folder)
    figure, panels = new_panels("ab", width=9.0, height=4.0)
    for axes, name in zip(panels, ("frame", "subjects"), strict=True):
        draw_phase_diagram(axes, PhaseDiagram.from_dict(files.read_content(name)))
    panels[0].set(title=f"users per slot, {FEW} and {MANY} copies")
    panels[1].set(title="texts per skill, two subjects")
    files.save(figure)


if __name__ == "__main__":
    run(__file__, data, draw)
