"""Functions that mpmath lacks, or that need care: exponentials beyond memory, and the moments E[W^k e^{-sW}] of popularities."""

from typing import Any

import mpmath

__all__ = ["exp", "log_normal_moment", "pareto_moment"]

_LARGEST_EXPONENT, _NEAR_ZERO = 80, 1e-9


def exp(value: Any) -> Any:
    """Return e^value; beyond any number that fits into memory it is 0, or an error."""
    value = mpmath.mpf(value)
    if mpmath.isfinite(value) and mpmath.mag(value) > _LARGEST_EXPONENT:
        if value > 0:
            raise OverflowError
        return mpmath.mpf(0)
    return mpmath.exp(value)


def pareto_moment(shape: Any, order: int, s: Any) -> Any:
    """E[W^k e^{-sW}] = a w^k E_{a+1-k}(w s) with the least popularity w = 1 - 1/a."""
    least = 1 - mpmath.mpf(1) / shape
    if s == 0:
        return shape * least**order / (shape - order) if shape > order else mpmath.inf
    return shape * least**order * _exponential_integral(shape + 1 - order, least * s)


def _exponential_integral(n: Any, x: Any) -> Any:
    """E_n(x), near 0 by n E_{n+1} = e^{-x} - x E_n from an index in (0, 1], where the sums that mpmath takes need ever more digits."""
    if x > _NEAR_ZERO:
        return mpmath.expint(n, x)
    steps, falling = int(mpmath.ceil(n)) - 1, mpmath.exp(-x)
    start = n - steps
    if start == 1:
        value = mpmath.e1(x)
    else:
        value = x ** (start - 1) * mpmath.gamma(1 - start) - falling * mpmath.hyp1f1(1, 2 - start, x) / (1 - start)
    for step in range(steps):
        value = (falling - x * value) / (start + step)
    for step in range(-steps):
        value = (falling + (step + 1 - start) * value) / x
    return value


def log_normal_moment(shape: Any, order: int, s: Any) -> Any:
    """Integrate over log W = sigma z - sigma^2/2; with W^k the normal law is that of mean k sigma."""
    scale, middle = mpmath.exp(shape**2 * order * (order - 1) / 2), shape * shape * (order - mpmath.mpf(1) / 2)
    if s == 0:
        return scale
    reach = mpmath.sqrt(2 * mpmath.log(2) * mpmath.mp.prec) + 1
    whole = mpmath.quad(lambda z: mpmath.exp(-z * z / 2 - s * mpmath.exp(shape * z + middle)), mpmath.linspace(-reach, reach, 9))
    return scale * whole / mpmath.sqrt(2 * mpmath.pi)
