"""What a fit shows: its verdict, and tables of parameters, of all models and of each curve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import sqrt

from ..record import Table
from .least_squares.intervals import Interval
from .results import Candidate, CurveFit, Foretelling

ALONE = "all points"
"""What a curve is called where no column names curves."""


def verdict(fit: CurveFit) -> tuple[str, ...]:
    """Return the verdict, the test that it rests on, and which of all models is best."""
    told = [f"{fit.model}, the theory's best model by AIC, {fit.verdict} {fit.points} points"]
    test = f"chi^2 = {fit.chi_square:.6g} with {fit.degrees_of_freedom} degrees of freedom, p = {fit.p_value:.3g}"
    told.append(f"{test}; a model fits where p is at least {fit.significance:g}")
    if fit.candidates and fit.candidates[0].kind != "theory":
        told.append(f"a usual form is better by AIC, and {fit.candidates[0].verdict}: {fit.candidates[0].model}")
    return tuple(told)


def parameters_table(fit: CurveFit) -> Table:
    """Return the parameters that all curves share."""
    return Table(("parameter", "value", "from", "to"), [(name, *_interval(found)) for name, found in fit.parameters.items()])


def groups_table(fit: CurveFit) -> Table:
    """Return each curve's own parameters, a row for each."""
    rows = [(_called(curve), name, *_interval(found)) for curve, own in fit.groups.items() for name, found in own.items()]
    return Table(("curve", "parameter", "value", "from", "to"), rows, keys=2)


def intervals_said(fit: CurveFit) -> Iterator[str]:
    """Say what the intervals are, and which parameters the data leave open."""
    yield "intervals: 95 %, by profile likelihood"
    if not fit.fits:
        factor = sqrt(max(1.0, fit.chi_square / fit.degrees_of_freedom))
        yield f"the model does not fit: intervals are {factor:.3g} times as wide as errors of y make them, and assume that it is right"
    if fit.undetermined:
        yield f"not determined by the data (? where no bound is found): {', '.join(fit.undetermined)}"


def models_table(fit: CurveFit) -> Table:
    """Return all models by AIC, the least first; k is the number of parameters."""
    return Table(("model", "kind", "k", "chi^2", "p", "AIC", "fits"), [_of_candidate(one) for one in fit.candidates])


def _of_candidate(one: Candidate) -> tuple[object, ...]:
    tested = f"{one.chi_square:.6g}", f"{one.p_value:.3g}", f"{one.aic:.6g}"
    return one.model, one.kind, one.count, *tested, _said(one.verdict == "fits")


def curves_table(fit: CurveFit) -> Table:
    """Return for each curve alone the best model of the theory beside the best usual form, by AIC; a note counts who wins."""
    found = [(one.curve, one.best("theory"), one.best("usual")) for one in fit.curves]
    rows = [
        (_called(curve), *_tested(theory, fit.significance), *_tested(usual, fit.significance), _difference(theory, usual))
        for curve, theory, usual in found
    ]
    fitting = sum(theory is not None and theory.p_value >= fit.significance for _, theory, _ in found)
    wins = _winners("by AIC", [None if not (theory and usual) else theory.aic < usual.aic for _, theory, usual in found])
    notes = (f"each curve alone; AIC: the theory's less that of the usual form; theory fits {fitting} of {len(found)} curves", wins)
    return Table(("curve", "theory", "fits", "usual form", "fits", "AIC"), rows, notes)


def foretelling_table(fit: CurveFit) -> Table:
    """Return for each curve how well its first points foretell the others, by theory and by a usual form; a note counts who wins."""
    pairs = [(one.curve, one.best_foretelling("theory"), one.best_foretelling("usual")) for one in fit.curves]
    told = [(curve, theory, usual) for curve, theory, usual in pairs if theory or usual]
    rows = [(_called(curve), *_foretold(theory), *_foretold(usual)) for curve, theory, usual in told]
    wins = _winners("by foretelling", [_foretells_better(theory, usual) for _, theory, usual in told])
    note = "off by: the root of the mean squared error of the points after the first 60 %, of each kind the model that foretells best"
    return Table(("curve", "theory", "off by", "usual form", "off by"), rows, (note, wins))


def emergence_table(fit: CurveFit) -> Table | None:
    """Return where each curve leaves its start, and whether it jumps; notes say what holds of all curves."""
    if fit.emergence is None:
        return None
    found = fit.emergence.table()
    return found._replace(rows=[(_called(str(row[0])), *row[1:]) for row in found.rows])


def _called(curve: str) -> str:
    return curve or ALONE


def _interval(found: Interval) -> tuple[str, str, str]:
    low, high = ("?" if bound is None else f"{bound:.4g}" for bound in (found.low, found.high))
    return f"{found.value:.4g}", low, high


def _said(fits: bool) -> str:
    return "yes" if fits else "no"


def _tested(one: Foretelling | None, significance: float) -> tuple[str, str]:
    return ("none", "") if one is None else (one.model, _said(one.p_value >= significance))


def _foretold(one: Foretelling | None) -> tuple[str, str]:
    return ("none", "") if one is None else (one.model, f"{one.foretold:.3g}")


def _difference(theory: Foretelling | None, usual: Foretelling | None) -> str:
    return "" if theory is None or usual is None else f"{theory.aic - usual.aic:.4g}"


def _foretells_better(theory: Foretelling | None, usual: Foretelling | None) -> bool | None:
    if theory is None or usual is None or theory.foretold is None or usual.foretold is None:
        return None
    return theory.foretold < usual.foretold


def _winners(how: str, theory_wins: Iterable[bool | None]) -> str:
    """Count the curves on which theory is better than the usual forms, and those on which both can be compared."""
    compared = [wins for wins in theory_wins if wins is not None]
    return f"{how}, theory is better than the usual forms on {sum(compared)} of {len(compared)} curves"
