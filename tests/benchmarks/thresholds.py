"""How long thresholds take, beside what they are to be compared with: `python tests/benchmarks/thresholds.py`."""

import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

import mpmath
import sympy as sp
from flint import arb, arb_poly, ctx
from sympy.core.cache import clear_cache

from deanalysis import DensityEvolution, Ensemble, Poisson, Polynomial, R, SkillLearner, c, load_model, q
from deanalysis.balls.compiling import ball_of, compile_balls

_FEW, _MANY = 5, 30
_LONGEST = 120.0
_ZIPF = (
    ("poisson(4*G)", "zipf({},2,100000)"),
    ("zipf({},1,100000)", "poisson(4*R)"),
)


def seconds(work: Callable[[], object], times: int = _FEW) -> float:
    """Return the median time of some runs after a first one."""
    work()
    return timed(work, times)


def timed(work: Callable[[], object], times: int = 1) -> float:
    """Return the median time of some runs."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken)


def show(row: str, time: float, *ratios: str) -> None:
    """Print one row."""
    print(f"{row:<66} {time * 1000:12.3f} ms   {'; '.join(ratios)}", flush=True)


def lambert(digits: int) -> arb:
    """Evaluate W_0(-1/5) in ball arithmetic, from which q* = exp(W_0(-1/5)) follows."""
    with ctx.workprec(int(digits * 3.33) + 40):
        return (arb(-1) / 5).lambertw(0)


def solved_by_sympy(digits: int, *, forget: bool = False) -> sp.Matrix:
    """Solve q = f, f_q = 1 in (q, R) at c = 5, from a guess with two right digits."""
    if forget:
        clear_cache()
    f = sp.exp(-5 * R * sp.exp(-5 * q))
    return sp.nsolve((f - q, sp.diff(f, q) - 1), (q, R), (0.77, 2.45), prec=digits, maxsteps=50)


def fold(digits: int, times: int) -> None:
    """Time all folds at c = 5 beside LambertW and nsolve."""
    evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))
    ours = seconds(lambda: evolution.thresholds(R, kind="fold", c=5, digits=digits), times)
    jump = seconds(lambda: evolution.thresholds(R, kind="emergence", c=5, digits=digits), times)
    every = seconds(lambda: evolution.thresholds(R, c=5, digits=digits), times)
    function = seconds(lambda: lambert(digits), times)
    show(f"all folds proved, the lower one to {digits} digits", ours, f"{ours / function:.1f} x LambertW")
    show(f"the same, and the emergence to {digits} digits, where it lands, too", jump, f"{jump / function:.1f} x LambertW")
    show(f"every kind of threshold to {digits} digits", every, f"{every / function:.1f} x LambertW")
    show(f"  one LambertW in balls, {digits} digits", function)
    if digits <= 1000 or solves_in_time():
        theirs = timed(lambda: solved_by_sympy(digits), _FEW if digits <= 50 else 1)
        cold = timed(lambda: solved_by_sympy(digits, forget=True))
        show(f"  sympy.nsolve of q = f, f_q = 1, {digits} digits", theirs, f"{theirs / ours:.0f} x all folds")
        show("  the same with SymPy's cache emptied before", cold, f"{cold / ours:.0f} x all folds")


def solves_in_time() -> bool:
    """Estimate from 2500 digits, by the square of the digits, whether nsolve has 10,000 in two minutes."""
    expected = timed(lambda: solved_by_sympy(2500)) * 16
    if expected > _LONGEST:
        print(f"  sympy.nsolve at 10000 digits is left out: about {expected:.0f} s", flush=True)
    return expected <= _LONGEST


def ldpc() -> None:
    """Time the threshold of the (3,6) code."""
    model = load_model("ldpc(3,6)")
    evolution = DensityEvolution(model.ensemble, model.learner)
    show("ldpc(3,6), emergence to 50 digits", seconds(lambda: evolution.thresholds(kind="emergence", digits=50), 50))
    show("ldpc(3,6), every kind to 50 digits", seconds(lambda: evolution.thresholds(digits=50), 50))


def command(*options: str) -> Callable[[], object]:
    """Run the command line as a process of its own."""
    return lambda: subprocess.run([sys.executable, "-m", "deanalysis", "threshold", *options], check=True, capture_output=True)


def zipf() -> None:
    """Time power laws with a cut-off of 10^5, as whole processes."""
    cases = [(exponent, rule, "15") for exponent in ("2.2", "1.5", "3") for rule in ("1-skill", "2-skill", "success:exp(-x/2)")]
    for exponent, rule, digits in [*cases, ("2.2", "1-skill", "50")]:
        for texts, skills in _ZIPF:
            texts, skills = texts.format(exponent), skills.format(exponent)
            time = timed(command("--texts", texts, "--skills", skills, "--learner", rule, "--digits", digits))
            show(f"process: {texts}, {skills}, {rule}, {digits}", time)


def sparse() -> None:
    """Time the generating function of a table of degrees beside the dense polynomial of FLINT, and what is found with such tables."""
    degrees = [*range(1, 400), *range(400, 13_413, 65), 13_413]
    law = Polynomial.from_counts({degree: max(1, round(30_000 / degree**1.8)) for degree in degrees})
    at, ours = arb(1) - arb(2) ** -10, compile_balls(law.pgf(q), [q])
    with ctx.workprec(128):
        dense = arb_poly([ball_of(law.pmf(degree)) for degree in range(degrees[-1] + 1)])
        here, there = seconds(lambda: ours(at), _MANY), seconds(lambda: dense(at), _MANY)
    show(f"generating function of {len(degrees)} degrees up to {degrees[-1]}, one value", here, f"{here / there:.3f} x arb_poly")
    show("  arb_poly of python-flint, the same value", there)
    evolution = DensityEvolution(Ensemble(Poisson(c), law), SkillLearner(2))
    show("every kind of threshold with that law, 2-skill", timed(lambda: evolution.thresholds("c")))
    code = ("--skills", "edge(3/20*x + 3/20*x^2 + 14/20*x^50)", "--texts", "edge(x^15)", "--unknown", "eps")
    show("process: deanalysis threshold of a code with x^50 and x^15", timed(command(*code)))


def main() -> None:
    """Print every row."""
    print(f"Python {sys.version.split()[0]}, SymPy {sp.__version__}, mpmath {mpmath.__version__} ({mpmath.libmp.BACKEND})")
    for digits, times in ((50, 50), (1000, 30), (10_000, 10)):
        fold(digits, times)
    ldpc()
    show("process: deanalysis threshold paper --set c=5", seconds(command("paper", "--set", "c=5")))
    zipf()
    sparse()


if __name__ == "__main__":
    main()
