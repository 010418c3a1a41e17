"""Percolation of models that several tests ask for."""

import csv
from pathlib import Path

from deanalysis import (
    Association,
    DensityEvolution,
    Percolation,
    load_model,
)

TABLE = (Path(__file__).parents[2] / "reference" / "published.csv").read_text().splitlines()
(ERDOS_RENYI,) = [row for row in csv.DictReader(TABLE) if row["kind"] == "percolation"]


def percolation(association: Association | None = None, **laws: str) -> Percolation:
    model = load_model(**laws)
    return Percolation(DensityEvolution(model.ensemble, model.learner), association or Association())


def graph(degrees: str, keep: str = "1") -> Percolation:
    """Return site percolation on a random graph: texts of two skills are its edges."""
    return percolation(Association(keep=keep, learned=False), texts="regular(2)", skills=degrees)


PAPER = percolation(text="paper")
