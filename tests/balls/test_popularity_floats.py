"""Transforms of popularities in arrays of floats are those that balls enclose."""

import numpy as np
import pytest

from deanalysis.balls.numerical.popularity import log_normal_floats, pareto_floats
from deanalysis.balls.transforms import TRANSFORMS

AT = np.array([0.0, 1e-9, 1e-4, 0.01, 0.3, 1.0, 5.0, 40.0, 200.0])


@pytest.mark.parametrize("order", range(4))
@pytest.mark.parametrize(
    ("name", "floats", "shape"),
    [("ParetoMoment", pareto_floats, shape) for shape in (1.01, 1.5, 2.0, 3.0, 7.3, 40.0)]
    + [("LogNormalMoment", log_normal_floats, shape) for shape in (0.05, 0.5, 1.0, 2.0, 3.5, 5.0)],
)
def test_an_array_holds_what_balls_enclose(name: str, floats: object, shape: float, order: int) -> None:
    proved = np.array([TRANSFORMS[name](shape, order, float(s)) for s in AT])
    told = floats(shape, order, AT)  # type: ignore[operator]
    finite = np.isfinite(proved)
    assert told[finite] == pytest.approx(proved[finite], rel=1e-10, abs=1e-280)
    assert (told[~finite] == np.inf).all()
    assert told[finite] != pytest.approx(proved[finite] * 1.0001, rel=1e-10, abs=1e-280)


def test_shape_of_an_array_is_kept() -> None:
    assert pareto_floats(3.0, 1, AT.reshape(3, 3)).shape == (3, 3)
    assert TRANSFORMS["ParetoMoment"](3.0, 1, AT) == pytest.approx(pareto_floats(3.0, 1, AT), rel=1e-15)
