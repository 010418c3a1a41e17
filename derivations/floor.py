"""Far from the jump, a (3,6) code fails at single skills and at pairs alike; with distinct or separate texts, at pairs alone.

A set of k unknown skills is stuck if every text has none of them or two at least. In the configuration model its 3k edges are a random
choice of 3k of the 3n ends of edges at the texts, of which there are n/2 with 6 ends each. The mean number A_k of such sets is counted
here, for k = 1, 2, 3, with its leading term as n grows. k skills meet at most floor(3k/2) texts, so that the power of n is
k + floor(3k/2) - 3k: -1, -1, -2, and not more from there on. The chance that any set is stuck is at most the sum of A_k, and of the same
first order.
"""

import sympy as sp

from deanalysis import G, eps, floor_law, letter, load_model
from deanalysis.present.paper.derivations import Derivation, Range, Step, present

n, m = letter("n"), letter("m")
x, z = sp.Symbol("x", positive=True), sp.Symbol("z")
text = sp.Poly(sum(sp.binomial(6, j) * z**j for j in range(2, 7)), z)
"""What one text adds: choices of two of its ends, or more."""


def ways(edges: int) -> sp.Expr:
    """Return [z^e] (1 + text)^m: how many choices of e ends leave no text with one of them."""
    return sp.Add(*(sp.expand_func(sp.binomial(m, used)) * (text**used).coeff_monomial(z**edges) for used in range(edges // 2 + 1)))


def mean(size: int) -> sp.Expr:
    """Return A_k = eps^k C(n, k) [z^3k] (1 + text)^(n/2)/C(3n, 3k)."""
    chosen = sp.expand_func(sp.binomial(n, size)) / sp.expand_func(sp.binomial(3 * n, 3 * size))
    return eps**size * chosen * ways(3 * size).subs(m, n / 2)


def block(name: str) -> sp.Expr:
    """Return n times the floor that the package gives for a preset."""
    model = load_model(name)
    law = floor_law(model.ensemble, model.learner).block.expression
    assert isinstance(law, sp.Expr)
    return n * law


three, six = m * 20, m * (m - 1) * (m - 2) / 6 * 15**3 + m * (m - 1) * 15 * 15 + m * (m - 1) / 2 * 20**2 + m
slots = n / G
pairs = sp.expand_func(sp.binomial(n, 2))
cycles = sum(sp.binomial(2 * k, k) * (x / 4) ** k for k in range(8))
large = (Range(n, 10, 1000), Range(eps, 0, 1))

derivation = Derivation(
    name="floor of a (3,6) code",
    symbol=r"n\,P(\text{stuck})",
    steps=(
        Step(ways(3), three, "three ends without a text that has one of them are in one text: C(6,3) = 20 choices", (Range(m, 2, 50),)),
        Step(
            ways(6),
            six,
            "six of them are in three texts, two each; in two, as 2 + 4 or 3 + 3; or in one",
            (Range(m, 2, 50),),
        ),
        Step(
            (text + 1).as_expr().as_poly(z).pow(7).coeff_monomial(z**6),
            six.subs(m, 7),
            "seven texts, multiplied out, give the same",
        ),
        Step(mean(1), 20 * eps * n / ((3 * n - 1) * (3 * n - 2)), "A_1 = eps n (n/2) 20/C(3n, 3)", large),
        Step(sp.limit(n * mean(1) / eps, n, sp.oo), sp.Rational(20, 9), "n A_1 tends to 20 eps/9"),
        Step(sp.limit(n * mean(2) / eps**2, n, sp.oo), sp.Rational(625, 18), "n A_2 tends to 625 eps^2/18"),
        Step(sp.limit(n * mean(3) / eps**3, n, sp.oo), sp.S.Zero, "sets of three skills are rarer by a power of n"),
        Step(
            sp.limit(n * pairs / sp.expand_func(sp.binomial(slots, 3)), n, sp.oo),
            block("irsa(x^3)"),
            "users who choose three of n/G slots, all distinct: pairs with the same slots, C(n,2)/C(n/G,3)",
            (Range(G, 0, 1),),
            "Ivanov, Brannstrom, Graell i Amat, Popovski, IEEE Commun. Letters 19(3), 2015",
        ),
        Step(
            sp.limit(n * pairs * (3 / slots) ** 3, n, sp.oo),
            block("hypergraph(3)").subs(letter("d"), G),
            "one cell in each third: pairs with the same three cells",
            (Range(G, 0, 1),),
        ),
        Step(
            cycles,
            sp.series(1 / sp.sqrt(1 - x), x, 0, 8).removeO(),
            "k skills of degree 2 that are stuck are cycles, in number C(2k, k) (x/4)^k, x = eps lambda'(0) rho'(1); with the empty set "
            "these add up to (1-x)^(-1/2), here to eight terms",
            (Range(x, 0, 1),),
        ),
        Step(
            1 - sp.exp(-sp.Rational(1, 2) * sp.log(1 / (1 - x))),
            1 - sp.sqrt(1 - x),
            "so the mean number of single cycles is (1/2) ln(1/(1-x)), and the chance of any 1 - (1-x)^(1/2)",
            (Range(x, 0, 1),),
            "Orlitsky, Viswanathan, Zhang, IEEE Trans. IT 51(3), 2005",
        ),
        Step(block("ldpc(3,6)"), sp.Rational(20, 9) * eps + sp.Rational(625, 18) * eps**2, "skills and pairs together", large),
    ),
    reference="Di, Proietti, Telatar, Richardson, Urbanke, IEEE Trans. IT 48(6), 2002, for stuck sets; counted here",
)

if __name__ == "__main__":
    present(derivation)
