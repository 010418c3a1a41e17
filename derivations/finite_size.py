"""Graphs of finite size: alpha and beta of the paper's ensemble in closed form, and the published alpha of LDPC ensembles.

Both follow from the formula of `deanalysis.theory.scaling.equations.fluctuations`: the variance of W = kappa M + (1 - kappa) N - H by
exponential clocks, divided by the square of its slope. Here it is written for the 1-skill learner in the values of rho and lambda, and
evaluated at the critical point.
"""

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, Poisson, R, Regular, SkillLearner, c, eps, letter
from deanalysis.model.degrees import DegreeDistribution
from deanalysis.model.symbols import q
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.scaling.equations.fluctuations import Fluctuations

u, mu, g, k = (letter(name) for name in ("u", "mu", "g", "k"))
r, s, r2, s2, k2, m2 = (letter(name) for name in ("r", "s", "r2", "s2", "k2", "m2"))
between = (Range(q, 0, 1), Range(eps, 0, 1))
anywhere = (*between, *(Range(symbol, 0, 1) for symbol in (r, r2, k2)), *(Range(symbol, 0, 9) for symbol in (mu, g, s, s2, m2)))


def variance(slope: sp.Expr) -> sp.Expr:
    """Return Var W for given degrees, with y = 1 - r for phi and `slope` for lambda'(y).

    r, s are rho and rho' at 1-q; r2, s2 those at (1-q)^2; g is rho'(1); k is lambda(y); k2, m2 are lambda and lambda' at y^2. With u edges
    of a text left and h = u where u > 1, R E h^2 and the others follow from R E K w^{K-1} = mu rho(w) and
    R E K^2 w^{K-1} = mu (rho(w) + w rho'(w)); those of the skills likewise.
    """
    y, kappa = 1 - r, 1 + k / ((1 - r) * slope)
    squares = mu * (q**2 * g + q - q * r)
    heavy = mu * q**2 * ((1 + g) - 2 * (r + (1 - q) * s) + r2 + (1 - q) ** 2 * s2)
    by_degree = mu * q * ((1 + g) - (r + (1 - q) * s))
    degrees = mu * y * (k + y * slope)
    novel = eps * degrees - eps**2 * mu * y**2 * (k2 + y**2 * m2)
    with_heavy = y * (squares - q * by_degree)
    edges = mu * q * y * (1 - q * y)
    return (
        kappa**2 * edges
        + 2 * kappa * (1 - kappa) * eps * (1 - y) * degrees
        - 2 * kappa * with_heavy
        + (1 - kappa) ** 2 * novel
        + squares
        - heavy
    )


def of_laws(texts: DegreeDistribution, skills: DegreeDistribution) -> sp.Expr:
    """Return the same with the values of two laws put in."""
    y = 1 - texts.edge_pgf(1 - q)
    known = {
        r: texts.edge_pgf(1 - q),
        s: texts.edge_derivative(1 - q, 1),
        r2: texts.edge_pgf((1 - q) ** 2),
        s2: texts.edge_derivative((1 - q) ** 2, 1),
        g: texts.edge_derivative(sp.Integer(1), 1),
        k: skills.edge_pgf(y),
        k2: skills.edge_pgf(y**2),
        m2: skills.edge_derivative(y**2, 1),
        mu: skills.mean,
    }
    return variance(skills.edge_derivative(y, 1)).xreplace(known)


def package(texts: DegreeDistribution, skills: DegreeDistribution, parameter: sp.Symbol, *, fixed: bool) -> Fluctuations:
    """Return what the package derives."""
    unknown = eps if parameter == eps else sp.Integer(1)
    return Fluctuations(DensityEvolution(Ensemble(texts, skills, unknown), SkillLearner(1)), parameter, fixed)


def ldpc() -> list[Step]:
    """Return the steps to the formula of Amraoui, Montanari, Richardson and Urbanke."""
    steps = [
        Step(
            package(Regular(size), Regular(d), eps, fixed=True).variance,
            of_laws(Regular(size), Regular(d)),
            f"Var W by rho and lambda, skills of degree {d}, texts of degree {size}",
            between,
        )
        for d, size in ((3, 6), (4, 5))
    ]
    critical = {k: q / eps}
    slope = 1 / (eps * s)
    published = (r**2 - r2 + s * (1 - 2 * q * r) - (1 - q) ** 2 * s2) / (mu * k**2 * s**2)
    published += eps**2 * (k**2 - k2 - (1 - r) ** 2 * m2) / (mu * k**2)
    by_eps = -mu * k**2 / slope
    steps.append(
        Step(
            (variance(slope) / by_eps**2).xreplace(critical),
            published.xreplace(critical),
            "at the critical point, q = eps lambda(y) and eps lambda'(y) rho'(1-q) = 1: the published alpha^2",
            anywhere,
        )
    )
    return steps


def paper() -> list[Step]:
    """Return the steps to the closed form of the paper's ensemble, at its critical point in the letter u: c = e^u/u, q = e^-u."""
    born = sp.exp(u) / u
    ratio = u / born * sp.exp(1 / u)
    at = {c: born, R: ratio, q: sp.exp(-u)}
    where = (Range(u, 0, 1),)
    drawn, fixed = (package(Poisson(c), Poisson(c * R), R, fixed=way) for way in (False, True))
    squared = ((born * ratio) ** 2 * sp.exp(-u) * (1 - sp.exp(-u)) - ratio).xreplace(at)
    return [
        Step(
            drawn.kappa.xreplace(at),
            1 + 1 / (u * sp.exp(1 / u) * (1 - sp.exp(-1 / u))),
            "kappa = 1 + 1/(c R phi), phi = 1 - e^(-1/u)",
            where,
        ),
        Step(
            (fixed.variance / fixed.slope**2).xreplace(at),
            squared - ratio / born * (1 / u - 1) ** 2,
            "the number of edges fixed as well: less (R*/c) (1/u - 1)^2",
            where,
        ),
        Step(
            (drawn.steps**2 / (drawn.curvature * drawn.slope**3)).xreplace(at),
            (u * sp.exp(1 / u)) ** 3 / (born * (1 - u)),
            "(beta/Omega)^3 = (u e^(1/u))^3/(c (1 - u))",
            where,
        ),
        Step((drawn.variance / drawn.slope**2).xreplace(at), squared, "alpha^2 = (c R*)^2 q (1 - q) - R*", where),
    ]


derivation = Derivation(
    name="finite size",
    symbol=r"\alpha^2",
    steps=(*ldpc(), *paper()),
    reference="Amraoui, Montanari, Richardson, Urbanke, IEEE Trans. IT 55(2), 2009; Janson, Luczak, Random Struct. Alg. 30, 2007",
)

if __name__ == "__main__":
    present(derivation)
