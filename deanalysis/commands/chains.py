"""What commands answer of chains of topics and of protographs: equations for a topic t, and where learning stops, by topic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import InputError
from ..record import Record, Table
from .options import Given, Many, Values, evolution_of, swept, whole
from .output import Answer, Part, at, shortened
from .progress import progress_bar

_STATED = {"zeta": "novel", "testing_error": "testing_errors", "training_error": "training_errors"}
"""What is derived beside the equations, by class or by type, and the attribute that holds it."""


def derived(model: Any, values: Values, language: str) -> Answer:
    """Answer with the equations of a topic t: indexed sums, however many topics there are."""
    from ..model.formula import Formula
    from ..theory.chains.equations import ChainEquations, t

    if language not in ("text", "latex"):
        raise InputError("--format", "must be text or latex for a chain of topics or a protograph", given=language)
    stated = ChainEquations(model.ensemble).at(**values)
    equations = [Formula.of(equation) for equation in stated.equations]
    others = {name: {part: Formula.of(side) for part, side in getattr(stated, held).items()} for name, held in _STATED.items()}
    teaching = {kind: Formula.of(stated.teaching(kind, t)) for kind in model.ensemble.cell.edges}
    content: dict[str, Any] = {"equation": equations[0].to_dict(), "equations": [equation.to_dict() for equation in equations]}
    content["teaching"] = {kind: formula.to_dict() for kind, formula in teaching.items()}
    content |= {name: {part: formula.to_dict() for part, formula in sides.items()} for name, sides in others.items()}
    rows = [("equation", equation) for equation in equations]
    rows += [(name if len(sides) == 1 else f"{name} {part}", formula) for name, sides in others.items() for part, formula in sides.items()]
    content["ends"] = _ends_said(model.ensemble)
    return Answer(content, [*_formulas(rows, language), content["ends"]] if content["ends"] else _formulas(rows, language))


def _formulas(rows: list[tuple[str, Any]], language: str) -> list[Part]:
    """Return formulas as a table, or as LaTeX, one below the other."""
    if language == "text":
        return [shortened(Table((), rows), "formulas")]
    from ..present.kit.latex import displayed

    return [displayed(formula.latex) for _, formula in rows]


def _ends_said(chain: Any) -> str | None:
    """Say what holds beyond the topics of a chain."""
    last, known = chain.topics, chain.known
    if last == chain.window == 1:
        return None
    if chain.ends == "ring":
        return f"topics are counted round a ring of {last}" + (f"; those from 1 to {known} are known: q = 0" if known else "")
    beyond = f"t > {last} are mirror images of {2 * last + 1} - t" if chain.ends == "one" else f"t > {last} are known: q = 0"
    return f"topics t < 1 are known: q = 0; topics {beyond}"


def thresholds_of(model: Any, values: Values, method: str, **asked: Any) -> Record:
    """Return the thresholds of a chain; show how much of the letter's range is searched."""
    refuse_of_chains(method)
    with progress_bar("percent") as step:
        thresholds: Record = evolution_of(model).thresholds(**asked, progress=lambda share: step(int(100 * share), 100), **values)
    return thresholds


def saturated(
    model: Any, values: Values, topics: str, windows: Given, output: Given, parameter: Given, kind: str, method: str, **asked: Any
) -> Record:
    """Return the last jumps of chains like the one stated with other numbers of topics, and windows; write them where a file is given."""
    refuse_of_chains(method)
    if kind not in ("all", "emergence"):
        raise InputError("--kind", "must be all or emergence with --topics", given=kind)
    from ..present.kit.chains import write_saturation
    from ..present.kit.style import TABLE_OR_FIGURE, check_output

    if output is not None:
        check_output(output, TABLE_OR_FIGURE)
    sizes = {"topics": _listed(topics, "--topics"), "windows": _listed(windows, "--windows") if windows else [model.ensemble.window]}
    with progress_bar("percent") as step:
        found = evolution_of(model).saturation(parameter, **sizes, **asked, progress=lambda share: step(int(100 * share), 100), **values)
    if output is not None:
        write_saturation(found, output)
    table: Record = found
    return table


def _listed(text: str, option: str) -> list[int]:
    """Read whole numbers between commas."""
    return [whole(part, option) for part in text.split(",")]


def drawn_rounds(model: Any, values: Values, rounds: int | None, sweep: Many, output: str) -> None:
    """Write zeta by topic after rounds as a figure or a table."""
    from ..present.kit.chains import write_wave
    from ..present.kit.style import TABLE_OR_FIGURE, check_output

    check_output(output, TABLE_OR_FIGURE)
    if rounds is None or sweep:
        raise InputError("--output", "needs --rounds, and no --sweep", given=output)
    write_wave(evolution_of(model), rounds, values, output)


def refuse_of_chains(method: str, passes: int | None = None) -> None:
    """Refuse what is asked of models of one topic alone."""
    if method not in ("auto", "balls"):
        raise InputError("--method", "must be auto or balls for a chain of topics or a protograph", given=method)
    if passes is not None:
        raise InputError("--passes", "does not go with a chain of topics or a protograph", given=passes)


def evolved(model: Any, values: Values, rounds: int | None, sweep: Many, digits: int) -> Answer:
    """Answer with the states in which learning stops, by topic, and with zeta after each round where rounds are asked for."""
    evolution = evolution_of(model)
    letters, points = swept(model, values, sweep)
    states = [evolution.fixed_point(digits=digits, **point) for point in points]
    contents = [state.to_dict() for state in states]
    if rounds is not None:
        for content, point in zip(contents, points, strict=True):
            content["trajectory"] = evolution.trajectory(rounds, **point)
    parts = _swept(states, points, letters) if sweep else _told(evolution, states[0], contents[0])
    return Answer.of_points(points, contents, sweep, parts)


def _swept(states: list[Any], points: list[Values], letters: list[str]) -> Iterator[Part]:
    """Yield the least and the greatest zeta of a topic at each point."""
    rows = [
        (*at(point, letters), min(state.zeta, key=float), max(state.zeta, key=float), state.status)
        for point, state in zip(points, states, strict=True)
    ]
    yield Table((*letters, "least zeta", "greatest zeta", "status"), rows, keys=len(letters))


def _told(evolution: Any, state: Any, content: Mapping[str, Any]) -> Iterator[Part]:
    """Yield zeta by topic and class, the errors by position and type, and the greatest zeta of a topic by round."""
    cell, topics = evolution.chain.cell, evolution.chain.topics
    places = _places(len(state.zeta), [part.name for part in cell.classes], "topic" if topics > 1 else "")
    yield shortened(Table((*places[0], "zeta"), [(*place, zeta) for place, zeta in zip(places[1], state.zeta, strict=True)]), "rows")
    places = _places(len(state.testing_error), [part.name for part in cell.types], "position" if evolution.chain.positions > 1 else "")
    errors = zip(places[1], state.testing_error, state.training_error, strict=True)
    header = (*places[0], "testing_error", "training_error")
    yield shortened(Table(header, [(*place, testing, training) for place, testing, training in errors]), "rows")
    if "trajectory" in content:
        rows = [(number, f"{min(zeta):.9g}", f"{max(zeta):.9g}") for number, zeta in enumerate(content["trajectory"])]
        yield Table(("round", "least zeta", "greatest zeta"), rows)
    yield f"status {state.status}"
    if state.reason:
        yield str(state.reason)


def _places(count: int, names: list[str], counted: str) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Return how places and kinds are headed, and the place and kind of each value; what there is one of is left out."""
    several = len(names) > 1
    header = (*([counted] if counted else []), *(["class" if counted != "position" else "type"] if several else []))
    return header, [
        (*([index // len(names) + 1] if counted else []), *([names[index % len(names)]] if several else [])) for index in range(count)
    ]
