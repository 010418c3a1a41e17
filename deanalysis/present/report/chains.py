"""The report of a chain of topics, or of a protograph: equations for a topic t, what the order saves, the wave, theory beside graphs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.exact import bindings, decimal
from ...model.formula import latex
from ...model.protographs import Protograph
from ...theory.evolution.letters import domain
from ...theory.evolution.thresholds.results import Threshold, Thresholds
from ..kit.chains import (
    LINES,
    draw_profiles,
    draw_saturation,
    draw_speed,
    place_of,
    profile_table,
    rounds_shown,
    saturation_table,
    wave_table,
)
from ..kit.curves import Table
from ..validation.comparison import place_table, points_around
from ..validation.validate import Validation, Verdict, validate
from .chain_study import ChainStudy
from .content import Equation, Grid, Section, Text, cell, drawn
from .experiment import validation_section
from .writing import Counter, Progress, had, needed, tried

_SKILLS, _FEWEST = 600_000, 1_000
"""Skills of a graph of a chain in all, and of a class of a topic at least."""
_EQUATIONS = 12
"""Equations that are shown: a protograph has one for each kind of edge, and they are all alike."""
_SIZES, _WINDOWS, _DIGITS = (4, 8, 16), (2, 3, 4), 8
"""Chains whose thresholds are laid beside each other: soon found, and long enough to see where they tend to."""
_FASTER, _SPEEDS = 1.6, 13
"""How far beyond the last jump the speed is shown where topics never learn alone; and at how many values: a line that looks smooth."""


def chain_sections(study: ChainStudy, options: dict[str, Any], replicates: int, progress: Progress) -> tuple[list[Section], Validation]:
    """Return the sections in order, and the comparison of theory with graphs in it."""
    points = tried(lambda: points_around(study.evolution, study.name, study.values))
    count = Counter(progress, 0 if isinstance(points, InputError) else replicates * len(points))

    def compared() -> Validation:
        return validate(study.evolution, needed(points), replicates=replicates, progress=count.part(), **options)

    validation = tried(compared)
    if isinstance(validation, InputError):
        validation = Validation((), Verdict.UNDECIDED, str(validation), options["skills"], replicates, options["seed"])
    sections = [
        model_section(study),
        equation_section(study),
        had("Thresholds", lambda: threshold_section(study)),
        had("By topic" if study.chain.topics > 1 else "By class", lambda: profile_section(study, validation)),
        *([had("The wave", lambda: wave_section(study))] if study.chain.topics > 1 else []),
        *([had("Saturation", lambda: saturation_section(study))] if _saturates(study) else []),
        validation_section(validation),
    ]
    return sections, validation


def skills_of(study: ChainStudy, most: int) -> int:
    """Return how many skills each class of a topic has in the graphs."""
    return min(most, max(_FEWEST, _SKILLS // (study.chain.topics * len(study.chain.cell.classes))))


def model_section(study: ChainStudy) -> Section:
    """Return what was stated: one topic, the topics, and how they are coupled."""
    chain, alone = study.chain, study.chain.ensemble
    if isinstance(alone, Protograph):
        what = [("one topic", f"`protograph of {alone.rows} x {alone.columns}`", f"{len(chain.cell.edges)} kinds of edges")]
    else:
        what = [
            ("texts of one topic", f"`{alone.texts.written(decimal)}`", f"mean ${latex(alone.texts.mean)}$"),
            ("skills of one topic", f"`{alone.skills.written(decimal)}`", f"mean ${latex(alone.skills.mean)}$"),
            ("unknown before training", f"`{decimal(alone.unknown)}`", ""),
        ]
    rows = [
        *what,
        ("topics, window", f"`{chain.topics}, {chain.window}`", f"$L = {chain.topics},\\ W = {chain.window}$"),
        ("coupling, ends", f"`{chain.coupling}, {chain.ends}`", f"${latex(chain.texts_per_topic)}$ positions of texts per topic"),
        ("learner", f"`{chain.learner}`", rf"$P_{{\mathrm{{suc}}}}(x) = {latex(chain.learner.success)}$"),
    ]
    words = (
        "Each topic has equally many skills. A text at a position draws its skills from the topics up to its own, as many as the window "
        "says. At the ends of a chain topics are missing, so that the texts there have fewer skills and are easier; what is learned there "
        "travels inwards."
        if chain.topics > 1
        else "Classes of skills of equal size; a text of each type has so many skills of each class as the base matrix says."
    )
    return Section("The model", (Text(words), Grid("The model.", ("", "law", "meaning"), tuple(rows), "stated by you.")))


def equation_section(study: ChainStudy) -> Section:
    """Return the equations of a topic t, and what is left of skills and texts there."""
    evolution = study.evolution
    equations = [Equation(f"equation {number}", latex(one)) for number, one in enumerate(evolution.equations, start=1)]
    names = (
        (r"\zeta_t", r"P_{\mathrm{test},t}", r"P_{\mathrm{train},t}")
        if study.chain.topics > 1
        else (r"\zeta", r"P_{\mathrm{test}}", r"P_{\mathrm{train}}")
    )
    others = dict(zip(names, (evolution.novel, evolution.testing_errors, evolution.training_errors), strict=True))
    told = [
        Equation(name, rf"{left} = {latex(right)}")
        for left, by_kind in others.items()
        for name, right in list(by_kind.items())[:_EQUATIONS]
    ]
    words = (
        "$q_t$ is the probability that a skill of topic $t$ at the end of an edge is still novel, not counting that edge; in topics that "
        "are missing it is 0. Learning stops at the largest solution."
        if study.chain.topics > 1
        else "Each $q$ is the probability that a skill at the end of an edge of one kind is still novel, not counting that edge. Learning "
        "stops at the largest solution."
    )
    left_out = len(equations) - _EQUATIONS
    more = [Text(f"{left_out} more equations of the same form are left out.")] if left_out > 0 else []
    return Section("The equations", (Text(words), *equations[:_EQUATIONS], *more, *told))


def threshold_section(study: ChainStudy) -> Section:
    """Return the jumps of the chain, and beside them those of one topic alone: what the order of the texts saves."""
    symbol, thresholds = latex(study.parameter), study.thresholds
    words = (
        f"Each jump of the largest fixed point in ${symbol}$. A front that goes from topic to topic may stop at several of them; after the "
        "last one it goes through. Only proved digits are shown."
    )
    header = ("kind", f"${symbol}^*$", "with ends", "what jumps", "status")
    rows = [_row(one) for one in thresholds]
    parts: list[Any] = [Text(words)]
    if rows:
        parts.append(_grid(f"Thresholds in ${symbol}$.", header, rows, "each digit shown is proved where its status says so."))
    if thresholds.reason:
        parts.append(Text(f"{thresholds.reason[0].upper()}{thresholds.reason[1:]}."))
    return Section("Thresholds", (*parts, *_saved(study)))


def _row(threshold: Threshold) -> tuple[str, ...]:
    moving = threshold.classes[:LINES]
    more = f" and {len(threshold.classes) - LINES} more" if len(threshold.classes) > LINES else ""
    return threshold.kind, cell(threshold.value), cell(threshold.with_ends), f"{', '.join(moving)}{more}", str(threshold.status)


def _saved(study: ChainStudy) -> list[Any]:
    """Return the thresholds of one topic in random order beside the last jump of the chain."""
    alone, chain = study.of_topic, study.thresholds.of_kind("emergence")
    if alone is None or study.chain.topics == 1:
        return []
    of_kinds: list[tuple[str, Thresholds]] = [
        ("one topic, in random order: emergence", alone.of_kind("emergence")),
        ("one topic: potential threshold, which chains tend to", alone.of_kind("potential")),
        ("this chain: last jump", chain),
    ]
    rows = [(name, *((cell(found[-1].value), cell(found[-1].with_ends)) if found else ("none", ""))) for name, found in of_kinds]
    symbol = latex(study.parameter)
    grid = _grid("What the order saves.", ("", f"${symbol}^*$", "with ends"), rows, "proved.")
    emergence, last = of_kinds[0][1], chain[-1].value if chain else None
    if not emergence or emergence[-1].value is None or last is None:
        return [grid]
    ends = chain[-1].with_ends
    factor = float(emergence[-1].value) / float(ends or last)
    words = f"In random order the threshold is ${factor:.4g}$ times that of the chain{', its ends included' if ends else ''}."
    cost = f" The chain takes ${latex(study.chain.texts_per_topic)}$ times the texts of its topics alone."
    return [grid, Text(words + ("" if ends or study.chain.texts_per_topic == 1 else cost))]


def _grid(caption: str, header: tuple[str, ...], rows: Sequence[tuple[str, ...]], sure: str) -> Grid:
    """Return a table without the columns in which nothing stands."""
    kept = [number for number in range(len(header)) if any(row[number] for row in rows)]
    return Grid(caption, tuple(header[number] for number in kept), tuple(tuple(row[number] for number in kept) for row in rows), sure)


def profile_section(study: ChainStudy, validation: Validation) -> Section:
    """Return zeta by topic at values of the letter, and where graphs were drawn those beside it; by class also as a table."""
    chain, evolution = study.chain, study.evolution
    states = {value: evolution.fixed_point(**study.at(value)) for value in study.shown}
    table, symbol = profile_table(chain, states), latex(study.parameter)
    place = place_of(chain)
    names = {value: f"${symbol} = {value}$" for value in states}
    caption = f"Fraction of novel skills by {place}, at values of ${symbol}$ on both sides of the jumps."
    sure = f"{', '.join(sorted({str(state.status) for state in states.values()}))} at each {place}."
    parts: list[Any] = [drawn("profile", caption, sure, {"profile": table}, lambda axes: draw_profiles(axes, table, names=names))]
    if chain.topics == 1:
        rows = tuple(
            (f"`{part.name}`", *(cell(state.zeta[number]) for state in states.values())) for number, part in enumerate(chain.cell.classes)
        )
        parts.append(Grid("Novel skills by class.", ("class", *names.values()), rows, sure))
    return Section("By topic" if chain.topics > 1 else "By class", (*parts, *_beside_graphs(study, validation)))


def _beside_graphs(study: ChainStudy, validation: Validation) -> list[Any]:
    """Return zeta by topic, or by class, where graphs were drawn: theory beside them."""
    points = [point for point in validation.points if point.theory][:LINES]
    if not points:
        return []
    place, tables = place_of(study.chain), [place_table(point, study.chain) for point in points]
    values = [point.parameters[study.name] for point in points]
    theory = Table({place: tables[0][place], **{value: table["zeta"] for value, table in zip(values, tables, strict=True)}})
    files = {f"by_place_{value}": table for value, table in zip(values, tables, strict=True)}
    labels = {value: f"${latex(study.parameter)} = {value}$" for value in values}
    lines = "lines" if place == "topic" else "dashes"
    graphs = f"{validation.replicates} graphs of {validation.skills} skills of each class of a topic"
    caption, sure = f"Theory ({lines}) and means over {graphs} (marks).", f"simulation with 95 % intervals, seed {validation.seed}."
    return [drawn("by_place", caption, sure, files, lambda axes: draw_profiles(axes, theory, tables, labels))]


def wave_section(study: ChainStudy) -> Section:
    """Return zeta by topic after some rounds past the last jump, and the speed of the front along the letter."""
    if study.above is None:
        return Section("The wave", (Text("There is no jump, so that topics learn alone and there is no front."),))
    values, symbol, evolution = study.at(study.above), latex(study.parameter), study.evolution
    table = wave_table(evolution, rounds_shown(evolution, values), values)
    caption = f"Fraction of novel skills by topic after some rounds, at ${symbol} = {study.above}$."
    figure = drawn("wave", caption, "parallel rounds, in floats.", {"wave": table}, lambda axes: draw_profiles(axes, table))
    rounds = evolution.rounds(**values)
    told = f"At ${symbol} = {study.above}$ nothing changes any more after {rounds} rounds." if rounds is not None else ""
    try:
        speed = float(evolution.wave(**values).speed)
    except InputError as error:
        return Section("The wave", (Text(f"{told} There is no front of a steady speed: {error}."), figure))
    words = f"{told} The front moves by ${speed:.4g}$ topics per round."
    return Section("The wave", (Text(words.strip()), figure, _speeds(study)))


def _speeds(study: ChainStudy) -> Any:
    """Return the speed of the front along the letter, from the last jump on, up to where topics learn alone."""
    alone = [] if study.of_topic is None else study.of_topic.of_kind("emergence")
    start, end = study.jumps[-1], float(study.beyond(_FASTER))
    if alone and alone[-1].value is not None:
        end = float(alone[-1].value)
    values = [f"{start + (end - start) * share:.6g}" for share in np.linspace(0, 1, _SPEEDS, endpoint=False)[1:] ** 2]
    rows = [(float(value), _speed(study, value)) for value in values]
    table, symbol = Table.of_rows((study.name, "speed"), rows), latex(study.parameter)
    caption = (
        f"Speed of the front against ${symbol}$, from the last jump to where topics learn alone. It vanishes where the front is pinned, "
        "next to the potential threshold."
    )

    def draw(axes: Any) -> None:
        draw_speed(axes, table, study.name, study.potential)

    return drawn("speed", caption, "in floats.", {"speed": table}, draw)


def _speed(study: ChainStudy, value: str) -> float:
    """Return the speed of the front at a value of the letter; nan where there is no front."""
    front = tried(lambda: study.evolution.wave(**study.at(value)))
    return np.nan if isinstance(front, InputError) else float(front.speed)


def _saturates(study: ChainStudy) -> bool:
    """Whether chains of other lengths and windows can be laid beside this one."""
    return study.chain.topics > 1 and study.chain.ends == "open" and study.of_topic is not None and bool(study.jumps)


def saturation_section(study: ChainStudy) -> Section:
    """Return the thresholds of chains of some lengths and windows, beside the potential threshold of one topic."""
    most = domain(study.evolution, study.parameter, bindings(study.values)).high
    low, high = 0.5 * min(study.jumps), 2.0 * max(study.jumps)
    search = f"{low:.4g}", f"{high if most is None else min(high, float(most)):.4g}"
    found = study.evolution.saturation(study.name, topics=_SIZES, windows=_WINDOWS, digits=_DIGITS, search=search, **study.values)
    table, symbol = saturation_table(found), latex(study.parameter)
    words = (
        "As the topics get many, the last jump tends to where the front is no longer pinned between two topics; as the window grows, that "
        "tends to the potential threshold of one topic, whatever its own emergence is: threshold saturation."
    )
    rows = [
        (
            f"${chain.window}$",
            f"${chain.topics}$",
            "none" if chain.value is None else cell(chain.value),
            cell(chain.with_ends),
            str(chain.status or ""),
        )
        for chain in found.chains
    ]
    shown = [("" if before and before[0] == row[0] else row[0], *row[1:]) for before, row in pairwise([(), *rows])]
    header = ("$W$", "$L$", f"${symbol}^*$", "with ends", "status")
    grid = _grid("Thresholds by window and topics.", header, shown, "proved where it says so.")
    caption = "Thresholds against the number of topics, beside the potential threshold of one topic."

    def draw(axes: Any) -> None:
        draw_saturation(axes, table, study.name, study.potential)

    return Section("Saturation", (Text(words), drawn("saturation", caption, "proved at the marks.", {"saturation": table}, draw), grid))
