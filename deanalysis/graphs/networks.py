"""Graphs as networks: those of NetworkX, bipartite or plain, and GraphML."""

from __future__ import annotations

import re
from collections.abc import Hashable
from io import BytesIO
from itertools import repeat
from typing import Any, BinaryIO
from warnings import catch_warnings

from ..errors import InputError
from .reading import Source, extra
from .rows import Name, Names, Numbered, Rows
from .writing import as_text

_SIDES = {0: 0, 1: 1, "0": 0, "1": 1}
"""Sides of nodes by their attribute `bipartite`: texts and skills."""
_MARKED = re.compile("(text|skill):(.+)", re.DOTALL)
_LARGEST = 2**28
"""Bytes of a file of GraphML: in memory it takes ten times as many."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rows_of_network(network: Any, bipartite: bool | None = None, where: str = "the network") -> Rows:
    """Return the rows of a graph of NetworkX; arguments and errors are those of `Exchanged.from_networkx`."""
    if not all(hasattr(network, name) for name in ("nodes", "edges", "is_directed", "is_multigraph")):
        raise InputError(where, "must be a graph of NetworkX", given=network)
    sides = dict(network.nodes(data="bipartite"))
    if bipartite is False or (bipartite is None and all(side is None for side in sides.values())):
        return _plain(network, where)
    return _bipartite(network, {node: _side(node, side, where) for node, side in sides.items()}, where)


def _side(node: Name, side: Any, where: str) -> int:
    found = _SIDES.get(side) if isinstance(side, Hashable) else None
    if found is None:
        raise InputError(where, f"must have the attribute bipartite, 0 or 1, at each node, also at {node!r}", given=side)
    return found


def _bipartite(network: Any, sides: dict[Name, int], where: str) -> Rows:
    named = Numbered(), Numbered()
    for node, side in sides.items():
        named[side].number(node)
    ends: list[tuple[Name, Name]] = []
    for one, other in network.edges():
        if sides[one] == sides[other]:
            raise InputError(where, f"must have edges between texts and skills alone, not between {one!r} and {other!r}")
        ends.append((one, other) if sides[one] == 0 else (other, one))
    return _joined(ends, named, where)


def _plain(network: Any, where: str) -> Rows:
    for is_so, kind, remedy in (
        (network.is_directed(), "undirected", "graph.to_undirected() forgets the directions"),
        (network.is_multigraph(), "without parallel edges", "networkx.Graph(graph) merges them"),
        (any(one == other for one, other in network.edges()), "without loops", "remove networkx.selfloop_edges(graph)"),
    ):
        if is_so:
            raise InputError(where, f"must be {kind}, where it is not bipartite", remedy=remedy)
    named = Numbered(), Numbered()
    named[0].array(list(network.nodes()))
    return _joined([(node, edge) for edge in network.edges() for node in edge], named, where)


def _joined(ends: list[tuple[Name, Name]], named: tuple[Numbered, Numbered], where: str) -> Rows:
    texts, skills = zip(*ends, strict=True) if ends else ((), ())
    if not texts:
        raise InputError(where, "must have an edge")
    return Rows.joined(named[0].array(texts), named[1].array(skills), *_unwrapped(named[0].names, named[1].names))


def _unwrapped(texts: list[Name], skills: list[Name]) -> tuple[list[Name], list[Name]]:
    """Return names without the kinds that `network_of` puts before them, if it did."""
    kinds = [*zip(texts, repeat("text")), *zip(skills, repeat("skill"))]
    if not all(isinstance(name, tuple) and len(name) == 2 and name[0] == kind for name, kind in kinds):
        return texts, skills
    return [name[1] for name in texts], [name[1] for name in skills]  # type: ignore[index]


def network_of(rows: Rows) -> Any:
    """Return the bipartite graph (`networkx.Graph`) of some rows, with the attribute `bipartite` 0 at texts and 1 at skills.

    Nodes are names; where a text and a skill have the same name, nodes are pairs ("text", name) and ("skill", name).
    """
    texts, skills = list(rows.text_names), list(rows.skill_names)
    if set(texts) & set(skills) or _unwrapped(texts, skills)[0] is not texts:
        texts, skills = [("text", name) for name in texts], [("skill", name) for name in skills]
    return _network(rows, texts, skills)


def _network(rows: Rows, texts: Names, skills: Names) -> Any:
    with extra("graphs of NetworkX"):
        from networkx import Graph
    network = Graph()
    network.add_nodes_from(texts, bipartite=0)
    network.add_nodes_from(skills, bipartite=1)
    ends = zip(rows.text_of.tolist(), rows.required.tolist(), strict=True)
    network.add_edges_from((texts[text], skills[skill]) for text, skill in ends)
    return network


def read_graphml(source: Source) -> Rows:
    """Read GraphML, as `rows_of_network` takes a graph; nodes are named by their identifiers."""
    with extra("GraphML"):
        import networkx
    content, where = source.whole(_LARGEST), f"the file {source.name}"
    if b"<!ENTITY" in content:
        raise source.refused("must not declare entities")
    try:
        with catch_warnings(action="ignore"):
            network = networkx.read_graphml(BytesIO(content))
    except Exception as error:  # NetworkX passes on what its parsers raise
        raise source.refused(f"must be GraphML ({error})") from None
    marked = {node: _MARKED.fullmatch(node) for node in network}
    if all(marked.values()):
        network = networkx.relabel_nodes(network, {node: (mark[1], mark[2]) for node, mark in marked.items() if mark})
    return rows_of_network(network, where=where)


def write_graphml(rows: Rows, file: BinaryIO) -> None:
    """Write bipartite GraphML; where a text and a skill have the same name, nodes are named text:NAME and skill:NAME.

    Raises `InputError` for a name with a character that XML cannot hold.
    """
    texts, skills = as_text(rows.text_names), as_text(rows.skill_names)
    wrong = next((name for name in (*texts, *skills) if _NOT_XML.search(name)), None)
    if wrong is not None:
        raise InputError("the names", "must be of characters that XML can hold", given=ascii(wrong))
    if set(texts) & set(skills) or all(map(_MARKED.fullmatch, (*texts, *skills))):
        texts, skills = [f"text:{name}" for name in texts], [f"skill:{name}" for name in skills]
    with extra("GraphML"):
        from networkx import write_graphml_xml
    write_graphml_xml(_network(rows, texts, skills), file)
