"""Semantic compression: the entropy of flag, count and set; the bits of Poisson texts for large n; an index of a skill by popularity."""

import sympy as sp

from deanalysis import NegativeBinomial, Poisson, c
from deanalysis.model.popularity import Digamma, popular_log
from deanalysis.present.paper.derivations import Derivation, Range, Step, present

shares = sp.symbols("s_0:3", positive=True)
popularities = sp.symbols("w_0:3", positive=True)
n, p, s, digamma, fallback = sp.symbols("n p s D F", positive=True)
bit = 1 / sp.log(2)
small = tuple(Range(share, 0, sp.Rational(1, 3)) for share in shares)


def plogp(chance: sp.Expr) -> sp.Expr:
    """Return -chance log2 chance."""
    return -chance * sp.log(chance) * bit


def flag_and_count() -> Step:
    """Return the step from a flag, and the count of those understood, to one symbol for both."""
    understood = sum(shares)
    flag = plogp(understood) + plogp(1 - understood)
    count = understood * sum(plogp(share / understood) for share in shares)
    return Step(
        flag + count,
        sum(map(plogp, shares)) + plogp(1 - understood),
        "H2(pi) + pi H(K | understood) = -sum s_k log2 s_k - (1 - pi) log2(1 - pi)",
        small,
    )


def poisson_texts(count: int) -> Step:
    """Return the step for texts of a count: with s_k = p_k p^k, log2(N^k/k!) - log2 s_k is k log2(n/c) + c/log 2, whatever p is."""
    share = Poisson(c).pmf(count) * p**count
    sent = (count * sp.log(n * p) - sp.log(sp.factorial(count)) - sp.log(share)) * bit
    closed = (count * sp.log(n / c) + c) * bit
    reason = f"k = {count}: the set and its share of the entropy of the count"
    return Step(sent, closed, reason, (Range(n, 1, 1000), Range(p, 0, 1), Range(c, 0, 6)))


def sets(count: int) -> Step:
    """Return the step to what the set takes less than N^k/k!."""
    exact = sp.Mul(*(n - index for index in range(count))) / sp.factorial(count)
    leading = n**count / sp.factorial(count) * sp.Mul(*(1 - sp.Integer(index) / n for index in range(count)))
    return Step(exact, leading, f"binom(N, {count}) = N^k/k! prod (1 - i/N)", (Range(n, 10, 1000),))


def index() -> Step:
    """Return the step to the entropy of one index by popularity."""
    total = sum(popularities)
    entropy = sum(plogp(one / total) for one in popularities)
    weighted = sum(one * sp.log(one) for one in popularities) * bit
    ranges = tuple(Range(one, 0, 3) for one in popularities)
    return Step(entropy, sp.log(total) * bit - weighted / total, "H(index) = log2 sum w - sum w log2 w/sum w", ranges)


def gamma() -> Step:
    """Return the step for Gamma popularity of shape 2: integrate d(w^3 log w e^{-(2+s)w}), which is 0 at both ends."""
    closed = popular_log(NegativeBinomial(1, 2), s)
    closed = closed.xreplace({Digamma(sp.Integer(3)): digamma})
    moment = (2 / (2 + s)) ** 3
    reason = "(k + 1) E[W log W e^-sW] + E[W e^-sW] = (k + s) E[W^2 log W e^-sW], k = 2"
    return Step(3 * closed + moment, -(2 + s) * sp.diff(closed, s), reason, (Range(s, 0, 9), Range(digamma, 0, 1)))


def all_texts() -> Step:
    """Return the sum over all counts, with the flag of texts that are not understood and what these cost, F."""
    count = sp.Symbol("k", integer=True, nonnegative=True)
    understood = sp.exp(-c * (1 - p))
    term = Poisson(c).pmf(count) * p**count * bit
    sent = sp.summation(term * count, (count, 0, sp.oo)) * sp.log(n / c) + sp.summation(term * c, (count, 0, sp.oo))
    closed = (c * p * sp.log(n / c) + c) * understood * bit
    rest = plogp(1 - understood) + fallback
    reason = "summed over k: bits(text), up to O(1/n), P(p) = e^(-c(1-p))"
    return Step(sent + rest, closed + rest, reason, (Range(n, 1, 1000), Range(p, 0, 1), Range(c, 0, 6), Range(fallback, 0, 99)))


derivation = Derivation(
    name="semantic compression of Poisson texts",
    symbol=r"\mathrm{bits}",
    steps=(flag_and_count(), sets(2), sets(4), index(), gamma(), *(poisson_texts(count) for count in (0, 1, 2, 5)), all_texts()),
    reference="theory, section 8",
)

if __name__ == "__main__":
    present(derivation)
