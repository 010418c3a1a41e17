"""The association graph: which skills are its vertices, and which texts associate them."""

from dataclasses import dataclass

import sympy as sp

from ..errors import InputError
from .exact import Stated, Value
from .occupation import Occupation, Uniform, parse_occupation

__all__ = ["EDGES", "Association"]

EDGES = ("all", "understood")
"""Which texts associate their skills: all, or those that are understood."""


@dataclass(frozen=True)
class Association(Stated):
    """Two vertices are associated when a text requires both (Liao, Chang, Hong, arXiv:2404.07009; theory, section 6).

    The vertices are the learned skills (or, with `learned=False`, any skills), each kept with the probability that `keep` gives;
    `edges` is 'all', or 'understood' if only texts that have been understood associate their skills.

    >>> Association(edges="understood", keep="0.9")
    Association(edges='understood', keep=Uniform(p=9/10), learned=True)
    """

    edges: str = "all"
    keep: Occupation | Value = sp.S.One
    learned: bool = True

    def __post_init__(self) -> None:
        if self.edges not in EDGES:
            raise InputError("edges", f"must be {' or '.join(EDGES)}", given=self.edges)
        if self.edges == "understood" and not self.learned:
            raise InputError("edges", "must be all where skills are kept whether learned or not", given=self.edges)
        keep = self.keep
        if not isinstance(keep, Occupation):
            keep = parse_occupation(keep, "the probability to keep a skill") if isinstance(keep, str) else Uniform(keep)
        object.__setattr__(self, "keep", keep)

    @property
    def kept(self) -> Occupation:
        """Which of the vertices stay."""
        assert isinstance(self.keep, Occupation)
        return self.keep

    def _repr_latex_(self) -> str:
        which = "learned skills" if self.learned else "skills, learned or not"
        return rf"{self.kept._repr_latex_().rstrip('$')},\quad\text{{{which}; edges {self.edges}}}$"

    def __str__(self) -> str:
        which = "learned skills" if self.learned else "skills, learned or not"
        kept = "" if self.kept == Uniform(sp.S.One) else f" kept with probability {self.kept}"
        return f"{which}{kept}; edges {self.edges}"
