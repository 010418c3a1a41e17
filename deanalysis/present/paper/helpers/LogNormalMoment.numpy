@numpy.vectorize
def LogNormalMoment(b, k, s):
    """E[W^k e^{-sW}] with log W normal of deviation b and mean -b^2/2: the trapezoidal rule over log W = b z + b^2 (k - 1/2)."""
    h = 0.1 / max(1, b)
    z = h * numpy.arange(-int(40 / h), int(40 / h) + 1)
    with numpy.errstate(over="ignore", under="ignore"):
        inside = numpy.exp(-(z**2) / 2 - (s * numpy.exp(b * z + b**2 * (k - 0.5)) if s else 0))
    return numpy.exp(b**2 * k * (k - 1) / 2) * h * inside.sum() / numpy.sqrt(2 * numpy.pi)
