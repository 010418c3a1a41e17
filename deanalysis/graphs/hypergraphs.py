"""Graphs as hypergraphs: a line of JSON for each text, and the Hypergraph Interchange Format (HIF), whose edges are texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np

from ..errors import InputError
from .reading import Source
from .rows import Name, Numbered, Rows
from .writing import as_json

_LONGEST = 2**28
"""Bytes of a line of JSON: 10^7 skills in one text."""
_LARGEST = 2**29
"""Bytes of a file of HIF."""
_KINDS = ("undirected", "directed", "asc")
"""Values of the key `network-type` of HIF."""


def read_lines(source: Source) -> Rows:
    """Read a text from each line: a list of skills, or an object with the key `skills`, and perhaps `text` (its name) and `content`.

    Raises `InputError`, with the line, for anything else, and where two texts have the same name.
    """
    texts, skills, contents = Numbered(), Numbered(), list[str]()
    required, counts = [np.zeros(0, dtype=np.uint32)], list[int]()
    for number, line in enumerate(source.lines(_LONGEST, "\n"), start=1):
        if not line.strip():
            continue
        text = _of_line(source, line, number)
        if text["text"] in texts:
            raise source.refused("must not repeat the name of a text", line=number, given=text["text"])
        texts.number(text["text"])
        required.append(skills.array(text["skills"]))
        counts.append(len(text["skills"]))
        contents += [text["content"]] if "content" in text else []
    if not any(counts):
        raise source.refused("must have a text that requires a skill")
    rows = Rows.joined(np.repeat(np.arange(len(counts)), counts), np.concatenate(required), _counted(texts.names), skills.names)
    return rows.with_contents(contents if len(contents) == len(counts) else None)


def _counted(names: list[Name]) -> Sequence[Name]:
    """Return names, or a range that equals them."""
    numbers = range(1, len(names) + 1)
    return numbers if names == list(numbers) else names


def _of_line(source: Source, line: str, number: int) -> Mapping[str, Any]:
    """Return a text as its keys `text`, `skills` and perhaps `content`."""

    def refused(requirement: str, given: object = None) -> InputError:
        return source.refused(requirement, line=number, given=given)

    value = _parsed(line, lambda reason: refused(f"must be a list or an object of JSON ({reason})"))
    text = {"text": number} | (value if isinstance(value, dict) else {"skills": value})
    if not isinstance(text.get("skills"), list) or not isinstance(text.get("content", ""), str):
        raise refused('must be a list of skills, or an object {"skills": [...]}', line.strip())
    wrong = [name for name in [text["text"], *text["skills"]] if not is_name(name)]
    if wrong:
        raise refused("must name texts and skills by strings or whole numbers", json.dumps(wrong[0]))
    return text


def _parsed(content: str, refused: Callable[[str], InputError]) -> Any:
    """Return what JSON holds."""
    try:
        return json.loads(content)
    except RecursionError:
        raise refused("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise refused(f"{error.msg} at character {error.pos + 1}") from None
    except ValueError:
        raise refused("a number has too many digits") from None


def is_name(value: Any) -> bool:
    """Whether a value of JSON can be a name: a string that is not empty, or a whole number."""
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def write_lines(rows: Rows, file: BinaryIO) -> None:
    """Write each text on a line: a list where texts have no names and no contents, else an object."""
    skills, texts = as_json(rows.skill_names), as_json(rows.text_names)
    is_plain = rows.contents is None and texts == list(range(1, rows.texts + 1))
    for number, name in enumerate(texts):
        required = [skills[skill] for skill in rows.row(number).tolist()]
        content = {} if rows.contents is None else {"content": rows.contents[number]}
        line = required if is_plain else {"text": name, "skills": required, **content}
        file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def read_hif(source: Source) -> Rows:
    """Read HIF, by `rows_of_hif`."""
    content = _parsed(source.text(_LARGEST), lambda reason: source.refused(f"must be JSON ({reason})"))
    return rows_of_hif(content, f"the file {source.name}")


def write_hif(rows: Rows, file: BinaryIO) -> None:
    """Write HIF."""
    file.write(json.dumps(hif_of(rows), ensure_ascii=False).encode() + b"\n")


def hif_of(rows: Rows) -> dict[str, Any]:
    """Return what HIF holds: every text as an edge, every skill as a node, in their order, and their incidences."""
    texts, skills = as_json(rows.text_names), as_json(rows.skill_names)
    ends = zip(rows.text_of.tolist(), rows.required.tolist(), strict=True)
    return {
        "network-type": "undirected",
        "incidences": [{"edge": texts[text], "node": skills[skill]} for text, skill in ends],
        "edges": [{"edge": name} for name in texts],
        "nodes": [{"node": name} for name in skills],
    }


def rows_of_hif(content: Any, where: str) -> Rows:
    """Return the rows of what HIF holds; weights, directions and attributes are not kept, and an incidence that is repeated counts once."""
    if not isinstance(content, Mapping) or "incidences" not in content:
        raise InputError(where, "must be an object of HIF, with the key incidences")
    if content.get("network-type", _KINDS[0]) not in _KINDS:
        raise InputError(where, f"must have a network-type of {', '.join(_KINDS)}", given=content["network-type"])
    texts, skills = Numbered(), Numbered()
    for named, part, key in ((texts, "edges", "edge"), (skills, "nodes", "node")):
        named.array([name for (name,) in _named(content.get(part, []), f"{where}: {part}", key)])
    incidences = _named(content["incidences"], f"{where}: incidences", "edge", "node")
    if not incidences:
        raise InputError(f"{where}: incidences", "must not be empty")
    edges, nodes = zip(*incidences, strict=True)
    return Rows.joined(texts.array(edges), skills.array(nodes), texts.names, skills.names)


def _named(entries: Any, where: str, *keys: str) -> list[tuple[Name, ...]]:
    """Return the names under some keys of each entry of a list."""
    if not isinstance(entries, list):
        raise InputError(where, "must be a list")
    return [_names(entry, f"{where}[{number}]", keys) for number, entry in enumerate(entries)]


def _names(entry: Any, where: str, keys: Iterable[str]) -> tuple[Name, ...]:
    names = tuple(entry.get(key) for key in keys) if isinstance(entry, Mapping) else (None,)
    if not all(map(is_name, names)):
        raise InputError(where, f"must be an object with {' and '.join(keys)}, strings or whole numbers", given=entry)
    return names
