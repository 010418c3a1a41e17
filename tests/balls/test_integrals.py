"""What is raised inside an integral comes out of it."""

import pytest
from flint import acb

from deanalysis.balls.series import integral


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError("inside")], ids=repr)
@pytest.mark.parametrize("calls", [1, 7])
def test_an_exception_inside_ends_an_integral(error: BaseException, calls: int) -> None:
    seen = 0

    def function(point: acb) -> acb:
        nonlocal seen
        seen += 1
        if seen == calls:
            raise error
        return (-point * point).exp()

    with pytest.raises(type(error)) as raised:
        integral(function, acb(-30), acb(30))
    assert raised.value is error
    assert seen == calls
