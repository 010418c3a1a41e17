"""The block diagram of semantic communication."""

from typing import Any

from ..kit.style import COLOURS, styled

__all__ = ["draw_system"]

_BOXES = (
    ("texts", 0.0, 1.0),
    ("all skills learned?", 1.5, 1.0),
    ("semantic coder:\nset of indices", 3.2, 1.55),
    ("lossless coder", 3.2, 0.45),
    ("channel coder\n(LDPC)", 4.9, 1.0),
    ("channel\nerases bits", 6.3, 1.0),
    ("channel decoder:\npeeling", 7.7, 1.0),
    ("sets of skills", 9.3, 1.55),
    ("texts as written", 9.3, 0.45),
    ("learned skills, in order of popularity: shared by both ends", 6.25, 2.35),
)
_ARROWS = (
    (0, 1, ""),
    (1, 2, "yes"),
    (1, 3, "no"),
    (2, 4, ""),
    (3, 4, ""),
    (4, 5, ""),
    (5, 6, ""),
    (6, 7, ""),
    (6, 8, ""),
    (9, 2, "list"),
    (9, 7, "list"),
)


@styled
def draw_system(axes: Any) -> None:
    """Draw the block diagram of the system."""
    axes.set(xlim=(-0.5, 10.0), ylim=(0.1, 2.75))
    axes.axis("off")
    boxes = [
        axes.text(across, upward, words, ha="center", va="center", fontsize=8, bbox={"boxstyle": "round", "fc": "white", "ec": COLOURS[0]})
        for words, across, upward in _BOXES
    ]
    for first, second, label in _ARROWS:
        start, end = _BOXES[first][1:], _BOXES[second][1:]
        shared = label == "list"
        arrow = {"arrowstyle": "-|>", "color": COLOURS[1] if shared else "black", "linestyle": ":" if shared else "-", "lw": 1}
        ends = {"patchA": boxes[first].get_bbox_patch(), "patchB": boxes[second].get_bbox_patch(), "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", end, start, arrowprops={**arrow, **ends})
        if label and not shared:
            above = 0.14 if end[1] > start[1] else -0.14
            axes.text((start[0] + end[0]) / 2 - 0.2, (start[1] + end[1]) / 2 + above, label, fontsize=8, ha="center", va="center")
