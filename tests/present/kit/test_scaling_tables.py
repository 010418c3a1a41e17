"""What is drawn of scaling laws: the exact solution lies on the law, nearer as the law's place is approached."""

import numpy as np
import pytest

from deanalysis import DensityEvolution, load_model
from deanalysis.present.kit.scaling import beside_table, far_table

MODELS = [("paper", "R", {"c": 5}), ("ldpc(3,6)", "eps", {}), ("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "G", {})]


@pytest.mark.parametrize(("name", "parameter", "values"), MODELS)
def test_beside_a_jump(name: str, parameter: str, values) -> None:
    model = load_model(name)
    evolution = DensityEvolution(model.ensemble, model.learner).at(**values)
    table = beside_table(evolution, evolution.scaling(parameter))
    assert table is not None
    one, two = (np.abs(table[column] / table["exact"] - 1) for column in ("leading", "corrected"))
    assert one[0] < 5e-3
    assert two[0] < 2e-5
    assert two[-1] < one[-1] < 0.3


def test_far_from_the_thresholds() -> None:
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner).at(c=2)
    table = far_table(evolution, evolution.scaling("R"))
    assert table is not None
    for name in ("zeta", "testing_error"):
        ratio = table[f"{name}_law"] / table[name]
        assert abs(ratio[-1] - 1) < 0.05 < abs(ratio[0] - 1)
    ldpc = load_model("ldpc(3,6)")
    complete = DensityEvolution(ldpc.ensemble, ldpc.learner)
    assert far_table(complete, complete.scaling("eps")) is None
