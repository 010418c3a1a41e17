"""The sections of a graph's report about its degrees, what is learned, and prior knowledge."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...graphs.learning import commonest
from ...graphs.popularity import GraphEmergence
from ..kit.graphs import degree_table, draw_degrees, draw_known
from ..kit.verbatim import Verbatim
from ..validation.graphs import GraphComparison
from ..validation.known import KnownComparison, curve_table, theory_table
from ..validation.laws import LawFit, LawFits
from .content import Grid, Said, Section, Text, cell, drawn
from .graph_study import GraphStudy

_LEARNED = ("share of", "graph", "rewired", "95 % interval", "theory", "density evolution", "correlations", "finite size", "repeated edges")
_LAWS = {
    "poisson": "Poisson's law",
    "negative binomial": "a negative binomial law",
    "zipf": "a power law (zipf)",
    "log-normal": "a log-normal law",
}


def whole(number: int) -> str:
    r"""Return how a whole number is written in a grid or a text.

    >>> print(whole(12770))
    $12\,770$
    """
    return f"${number:,}$".replace(",", r"\,")


def signed(value: float) -> str:
    """Return a difference with its sign.

    >>> signed(-0.0942), signed(0.0)
    ('$-0.0942$', '$0.0000$')
    """
    return f"${value:+.4f}$" if round(value, 4) else "$0.0000$"


def graph_section(study: GraphStudy) -> Section:
    """Return the sizes of the graph, and its two degree laws with the laws that fit them best."""
    graph = study.graph
    rows = [
        ("texts", whole(graph.texts), "skills that a text requires", *_range(graph.text_degrees)),
        ("skills", whole(graph.skills), "texts that require a skill", *_range(graph.skill_degrees)),
        ("edges", whole(graph.edges), "", "", "", ""),
    ]
    grid = Grid("The graph.", ("", "number", "degree", "mean", "least", "most"), tuple(rows), "counted.")
    words = (
        "A text requires some of the skills: a bipartite graph, which is given here. A learner is presented the texts again and again; a "
        "text teaches a novel skill with probability $a_k$ if $k$ other skills that it requires are novel. There are "
        f"$R = {graph.ratio:.4g}$ texts per skill."
    )
    described = [Text(said(name, fits)) for name, fits in study.fits.items()]
    return Section("The graph", (Text(words), grid, _degree_figure(study), _fit_grid(study), *described))


def _range(degrees: NDArray[np.int64]) -> tuple[str, str, str]:
    return cell(float(degrees.mean())), whole(int(degrees.min())), whole(int(degrees.max()))


def _degree_figure(study: GraphStudy) -> Any:
    tables = {}
    for name, degrees in (("texts", study.graph.text_degrees), ("skills", study.graph.skill_degrees)):
        fits = study.fits[name]
        tables[f"degrees_{name}"] = degree_table(degrees, {fit.law: _tail(fits, fit) for fit in fits.fits[:2]})

    def draw(*axes: Any) -> None:
        for axis, (name, table) in zip(axes, tables.items(), strict=True):
            draw_degrees(axis, table, name.removeprefix("degrees_"))

    caption = "Share of texts, and of skills, of degree $k$ or more (marks), with the two laws of the least AIC (lines)."
    return drawn("degrees", caption, "degrees counted; laws by maximum likelihood.", tables, draw, columns=2, width=7.6, height=3.3)


def _tail(fits: LawFits, fit: LawFit) -> Any:
    return lambda degrees: fits.tail(fit, degrees)


def _fit_grid(study: GraphStudy) -> Grid:
    rows: list[tuple[Said, ...]] = []
    for name, fits in study.fits.items():
        for place, fit in enumerate(fits.fits):
            numbers = (f"${fit.log_likelihood:.1f}$", f"${fit.aic:.1f}$", _chance(fit.p_value), fit.verdict, _chance(fit.fit_p_value))
            rows.append((name if place == 0 else "", fit.law, _parameters(fit), *numbers))
        rows += [(name if not fits.fits else "", law, "", "", "", "", why, "") for law, why in fits.not_fitted.items()]
    caption = "Laws fitted to the degrees, each conditional on the least degree that there is; the best one first."
    sure = (
        "maximum likelihood with standard errors. The $p$ of the ratio is that of Vuong's test of the best law against this one, that of "
        "the fit an upper bound by Pearson's test; less than $0.05$ rejects."
    )
    header = ("degrees of", "law", "parameters", "log-likelihood", "AIC", "$p$ of ratio", "verdict", "$p$ of fit")
    return Grid(caption, header, tuple(rows), sure)


def _parameters(fit: LawFit) -> str:
    errors = {name: rf" \pm {error:.2g}" for name, error in fit.errors.items()}
    return ", ".join(f"{name} {cell(value)[:-1]}{_power(errors.get(name, ''))}$" for name, value in fit.parameters.items())


def _power(error: str) -> str:
    mantissa, _, exponent = error.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else error


def _chance(value: float | None) -> str:
    return "" if value is None else "$< 10^{-10}$" if value < 1e-10 else cell(float(f"{value:.2g}"))


def said(name: str, fits: LawFits) -> str:
    """Say which law is best, whether that is decided, and whether it fits."""
    if fits.best is None:
        return f"All {name} have degree {whole(fits.least)}: they are regular, and no law is fitted."
    rivals = [_LAWS[fit.law] for fit in fits.fits if fit.verdict == "undecided"]
    decided = f"which the likelihood ratio does not tell from {' or '.join(rivals)}" if rivals else "as the likelihood ratio decides"
    fit = {
        "fits": "it fits",
        "none fits": "none of the laws fits: the test rejects even the best one",
        "undecided": "there are too few degrees to tell whether it fits",
    }[fits.verdict]
    return f"The degrees of the {name} are described best by {_LAWS[fits.best.law]}, {decided}; {fit}."


def learned_section(study: GraphStudy) -> Section:
    """Return what is learned on the graph, rewired and in theory, with the differences named."""
    compared = study.compared
    known = f"Before training {whole(compared.known)} skills are known." if compared.known else "Nothing is known before training."
    words = (
        f"The learner is {study.learner}. {known} Theory describes large random graphs with the same degrees and no repeated edge. "
        "What the graph has beyond its degrees are correlations: which skills occur together. Density evolution lets a text meet a skill "
        "twice, which rewired copies do not."
    )
    rows = [
        _learned_row(compared, name, told) for name, told in (("learned", "skills learned or known"), ("understood", "texts understood"))
    ]
    rewired = "graph counted; " + (f"mean over {study.copies} rewired copies with Student's interval; " if compared.rewired else "")
    sure = f"{rewired}theory {compared.theory.status}, density evolution {compared.density_evolution.status}, both rounded."
    caption = (
        "What is learned: on the graph, on the graph rewired at fixed degrees, and in theory. Correlations are the graph less its copies, "
        "finite size the copies less theory, repeated edges theory less density evolution."
    )
    grid = Grid(caption, _LEARNED, tuple(rows), sure)
    return Section("What is learned", (Text(words), grid, Text(_difference_said(study)), Text(_tested_said(study))))


def _tested_said(study: GraphStudy) -> str:
    low, failed, high = map(cell, study.learning.testing_error(seed=study.seed))
    return f"A text that is left out of training, and tested then, fails with chance {failed} (95 % interval {low} to {high})."


def _learned_row(compared: GraphComparison, name: str, told: str) -> tuple[str, ...]:
    rewired, correlations, finite = (getattr(part, name, None) for part in (compared.rewired, compared.correlations, compared.finite_size))
    middle = ("", "") if rewired is None else (cell(rewired.best), f"${f'[{cell(rewired.low)}, {cell(rewired.high)}]'.replace('$', '')}$")
    theory = (cell(float(getattr(part, name))) for part in (compared.theory, compared.density_evolution))
    differences = (correlations, finite, getattr(compared.repeated_edges, name))
    return (told, cell(getattr(compared, name)), *middle, *theory, *("" if value is None else signed(value) for value in differences))


def _difference_said(study: GraphStudy) -> str:
    """Say how much the graph learns beside its copies, and these beside theory; and where a difference may be chance."""
    compared = study.compared
    told = f"The graph learns {cell(compared.learned)} of its skills in {compared.rounds} rounds."
    theory = f"Theory of its degrees says {cell(compared.theory.learned)}"
    if compared.rewired is None or compared.correlations is None or compared.finite_size is None:
        return f"{told} {theory}."
    correlations, mean = compared.correlations.learned, compared.rewired.learned
    chance = (mean.high - mean.low) / 2 * (study.copies + 1) ** 0.5
    due = f"${abs(correlations):.4f}$ {'more' if correlations > 0 else 'less'}"
    if not round(correlations, 4):
        due = "as much"
    elif abs(correlations) <= chance:
        due += ", which may be chance: one copy differs as much from another"
    else:
        due += " than its degrees explain, which is due to its correlations"
    finite = f"the copies, which are finite, differ from it by {signed(compared.finite_size.learned)}"
    return f"{told} Rewired it learns {cell(mean.best)}: the graph learns {due}. {theory}; {finite}."


def prior_section(study: GraphStudy) -> Section:
    """Return what is learned where the commonest skills are known: a figure, the jumps, and what they say."""
    along = study.along
    graph, theory, copies = curve_table(along.of_graph), theory_table(along.of_theory), [*map(curve_table, along.of_rewired)]
    tables = {"known_graph": graph, **{f"known_rewired_{number}": table for number, table in enumerate(copies, start=1)}}
    caption = (
        "Share of the skills that is learned or known where the $k$ commonest are known before and no others: on the graph, on each "
        "rewired copy, and in theory; dotted across jumps."
    )
    words = (
        "The $k$ commonest skills are known before. In theory the share that is unknown then depends on the degree. Where learning emerges "
        "says how much has to be known."
    )
    sure = f"graph and {len(copies)} copies counted at every $k$; theory in floats."
    shown = {**tables, "known_theory": theory}
    figure = drawn("known", caption, sure, shown, lambda axes: draw_known(axes, graph, copies, theory))
    return Section("Prior knowledge", (Text(words), figure, _jump_grid(along), Text(_jumps_said(study))))


def _jump_grid(along: KnownComparison) -> Grid:
    named = {"graph": along.graph, **{f"rewired copy {number}": one for number, one in enumerate(along.rewired, start=1)}}
    rows = [_step(name, step) for name, step in {**named, "theory": along.theory}.items()]
    caption = "Where learning emerges as more of the commonest skills are known: the largest step of each curve, and whether it is a jump."
    sure = "graph and copies counted, theory in floats; a step is a jump if it is more than $n^{2/3}$ of $n$ skills."
    return Grid(caption, ("", "$k$", "learned before", "learned past", ""), tuple(rows), sure)


def _step(name: str, step: GraphEmergence) -> tuple[str, ...]:
    if step.before == step.past:
        return (name, "", cell(step.before), cell(step.past), "all is learned with nothing known")
    return (name, whole(step.known), cell(step.before), cell(step.past), "jump" if step.is_jump else "no jump: gradual")


def _jumps_said(study: GraphStudy) -> Said:
    along, step = study.along, study.along.graph
    if step.before == step.past:
        return "On the graph everything is learned with nothing known before."
    others = f"{_theory_said(along)} {_copies_said(along)}"
    if not step.is_jump:
        size = cell(float(f"{step.past - step.before:.2g}"))
        return f"On the graph learning is gradual in $k$: the largest step, at $k = {step.known}$, is {size} of the skills. {others}"
    skill = Verbatim(str(study.graph.skill_names[commonest(study.graph)[step.known - 1]]))
    changed = f"”, are known, what is learned goes from {cell(step.before)} to {cell(step.past)}. {others}"
    return (f"The graph jumps at $k = {step.known}$: once the {step.known} commonest skills, the last of them “", skill, changed)


def _theory_said(along: KnownComparison) -> str:
    if not along.theory.is_jump:
        return "In theory of its degrees learning is gradual in $k$."
    told, away = f"Theory of its degrees jumps at $k = {along.theory.known}$.", along.graph.known - along.theory.known
    if not along.graph.is_jump:
        return told
    where = f"{abs(away)} known skills {'later' if away > 0 else 'earlier'}" if away else "at the same place"
    return f"{told} The graph jumps {where}."


def _copies_said(along: KnownComparison) -> str:
    """Say where the rewired copies jump, which have the same degrees."""
    if not along.rewired:
        return ""
    same = "which have the same degrees and no correlations beyond them"
    places, copies = [step.known for step in along.rewired if step.is_jump], len(along.rewired)
    if not places:
        return f"None of the {copies} rewired copies, {same}, jumps."
    where = f"$k = {min(places)}$" if min(places) == max(places) else f"$k = {min(places)}$ to ${max(places)}$"
    return f"Of {copies} rewired copies, {same}, {len(places)} jump, at {where}; theory's place is that of copies as they grow."
