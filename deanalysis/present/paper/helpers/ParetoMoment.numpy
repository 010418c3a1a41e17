@numpy.vectorize
def ParetoMoment(a, k, s):
    """E[W^k e^{-sW}] of popularities with P(W > w) = ((a-1)/(a w))^a: over W = (1 - 1/a) e^y, with y = exp(t - e^-t)."""
    least, h = 1 - 1 / a, 1 / 64
    t = h * numpy.arange(-288, 449)
    y = numpy.exp(t - numpy.exp(-t))
    with numpy.errstate(over="ignore", under="ignore"):
        inside = y * (1 + numpy.exp(-t)) * numpy.exp((k - a) * y - (s * least * numpy.exp(y) if s else 0))
    return a * least**k * h * inside.sum()
