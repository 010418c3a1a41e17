"""Next to a jump and next to a cusp: the two leading terms of q, by inserting them into f(q) = q; closed forms for the paper's model."""

from typing import ClassVar

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, Poisson, R, SkillLearner, c, letter
from deanalysis.model.symbols import q
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.scaling.equations.critical import Critical

delta, u = letter("delta"), letter("u")
fp, fqp, fqq, fqqq, fqqqq = (letter(name) for name in ("fp", "fqp", "fqq", "fqqq", "fqqqq"))
signs = tuple(Range(one, 0, 9) for one in (fp, fqp, fqq, fqqq, fqqqq))


class Jump(Critical):
    """The package's formulas with letters for the derivatives at a jump: f_p < 0 and f_qq < 0, as where learning gets easier with p."""

    third: ClassVar[sp.Expr] = fqqq

    def _derivative(self, expression: sp.Expr, name: str, states: int, parameters: int) -> sp.Expr:
        return {(0, 1): -fp, (1, 1): fqp, (2, 0): -fqq, (3, 0): self.third, (4, 0): fqqqq}[states, parameters]


class Cusp(Jump):
    """The same at a cusp: f_qqq < 0."""

    third = -fqqq


paper = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))


def left(step: sp.Expr, power: int, *, cusp: bool) -> sp.Expr:
    """Return the coefficient of delta^power in f - q, at q* + step and p* - delta^n, n = 3 at a cusp and 2 at a jump."""
    away = -(delta ** (3 if cusp else 2))
    third = Cusp.third if cusp else Jump.third
    curved = sp.Integer(0) if cusp else -fqq * step**2 / 2
    expanded = sp.expand(-fp * away + fqp * step * away + curved + third * step**3 / 6 + fqqqq * step**4 / 24)
    return expanded.coeff(delta, power)


def generic() -> list[Step]:
    """Return the steps at any jump and any cusp."""
    jump, cusp = Jump(paper, R, 1), Cusp(paper, R, 1)
    root = jump.amplitude * delta + jump.correction * delta**2
    cubic = cusp.cusp_amplitude * delta + cusp.cusp_correction * delta**2
    return [
        Step(left(root, 2, cusp=False) + fp, fp, "jump: A^2 = 2 f_p/f_qq balances the order delta", signs),
        Step(left(root, 3, cusp=False) + fp, fp, "jump: B balances the order delta^(3/2)", signs),
        Step(left(cubic, 3, cusp=True) + fp, fp, "cusp: A^3 = 6 f_p/f_qqq balances the order delta", signs),
        Step(left(cubic, 4, cusp=True) + fp, fp, "cusp: B balances the order delta^(4/3)", signs),
        Step(1 / (fqq * jump.amplitude), jump.rounds_before, "1 - f_q = -f_qq (q - q*): rounds before a jump", signs),
        Step(2 / (fqqq * cusp.cusp_amplitude**2), cusp.cusp_rounds, "1 - f_q = -f_qqq (q - q*)^2/2: rounds beside a cusp", signs),
        Step(
            sp.pi / sp.sqrt(fp * fqq / 2),
            jump.rounds_after,
            "int dx/(a + b x^2) = pi/sqrt(a b) with a = f_p delta, b = f_qq/2: rounds past a jump",
            signs,
        ),
    ]


def of_the_paper() -> list[Step]:
    """Return the steps at the emergence of the paper's model, in the letter u: c = e^u/u, q = e^-u, R = (u/c) e^(1/u)."""
    born = sp.exp(u) / u
    ratio = u / born * sp.exp(1 / u)
    at = {c: born, R: ratio, q: sp.exp(-u)}
    critical, where = Critical(paper, R, 1), (Range(u, 0, 1),)
    cusp = {c: sp.E, R: sp.Integer(1), q: sp.exp(-1)}
    third = sp.Rational(1, 3)
    return [
        Step(critical.rounds_after.subs(at), sp.pi * sp.sqrt(2 * ratio / (1 - u)), "rounds past it: pi sqrt(2 R*/(1 - u))", where),
        Step(critical.cusp_amplitude.subs(cusp), 6**third / sp.E, "at the cusp (c, R) = (e, 1): A = 6^(1/3)/e"),
        Step(
            critical.amplitude.subs(at),
            sp.sqrt(2 / (ratio * (1 - u))) / born,
            "q - q* ~ A (R* - R)^(1/2) with A = sqrt(2/(R* (1 - u)))/c",
            where,
        ),
    ]


derivation = Derivation(
    name="critical laws",
    symbol="A",
    steps=(*generic(), *of_the_paper()),
    reference="theory, section 5; fold and cusp: Strogatz, Nonlinear Dynamics and Chaos, 1994, chapters 3 and 4",
)

if __name__ == "__main__":
    present(derivation)
