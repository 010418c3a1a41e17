"""LDPC codes, slotted ALOHA, hypergraph peeling and k-cores have the same equation as the paper's model, under other names."""

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, G, Poisson, Regular, SkillLearner, d, eps, load_model, q
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.evolution.equations.density_evolution import FixedPointEquation

LIVA = "Liva, IEEE Trans. Commun. 59(2), 2011"
anywhere = (Range(q, 0, 1), Range(eps, 0, 1), Range(G, 0, 2), Range(d, 0, 2))


def equation(name: str) -> FixedPointEquation:
    """Return the equation that the package derives for a preset."""
    model = load_model(name)
    return DensityEvolution(model.ensemble, model.learner)


def ldpc(dv: int, dc: int) -> Step:
    """Return the step to x = eps (1 - (1 - x)^(dc-1))^(dv-1)."""
    right = eps * (1 - (1 - q) ** (dc - 1)) ** (dv - 1)
    source = "Richardson, Urbanke, Modern Coding Theory, 2008, section 3.9"
    return Step(equation(f"ldpc({dv},{dc})").right_side, right, f"LDPC code, ({dv}, {dc}), erasure channel", anywhere, source)


def irsa() -> Step:
    """Return the step to q = lambda(p), p = 1 - e^(-q G L'(1)), with L = x^2/2 + 7 x^3/25 + 11 x^8/50."""
    p = 1 - sp.exp(-q * G * sp.Rational(18, 5))
    right = (p + sp.Rational(21, 25) * p**2 + sp.Rational(44, 25) * p**7) / sp.Rational(18, 5)
    evolution = equation("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)")
    return Step(
        evolution.right_side, right, "slotted ALOHA: users are skills, slots are texts", anywhere, "Liva, IEEE Trans. Commun. 59(2), 2011"
    )


def loss() -> Step:
    """Return the step to the packet loss rate: a user is lost if none of its copies gets through, L(p)."""
    p = 1 - sp.exp(-q * G * sp.Rational(18, 5))
    right = p**2 / 2 + sp.Rational(7, 25) * p**3 + sp.Rational(11, 50) * p**8
    evolution = equation("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)")
    return Step(evolution.novel, right, "the packet loss rate is zeta", anywhere, LIVA)


def core(k: int, hyperedge: int) -> Step:
    """Return the step to the k-core of hypergraphs: an edge stays if each other end has k - 1 further edges, of Poisson(r d q) many."""
    mean = hyperedge * d * q
    few = sp.exp(-mean) * sp.Add(*(mean**j / sp.factorial(j) for j in range(k - 1)))
    evolution = DensityEvolution(Ensemble(Poisson(hyperedge * d), Regular(hyperedge)), SkillLearner(k - 1))
    source = "Molloy, Random Struct. Alg. 27, 2005"
    return Step(evolution.right_side, (1 - few) ** (hyperedge - 1), f"{k}-core, hyperedges of {hyperedge} vertices", anywhere, source)


derivation = Derivation(
    name="LDPC, IRSA and hypergraphs as special cases",
    symbol=r"f(q)\text{, 3-uniform hypergraph}",
    steps=(ldpc(3, 6), ldpc(4, 8), irsa(), loss(), core(3, 2), core(3, 3), core(4, 3), core(2, 3)),
    reference="theory, section 9",
)

if __name__ == "__main__":
    present(derivation)
