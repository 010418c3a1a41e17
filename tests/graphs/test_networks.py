"""Graphs of NetworkX: cores beside NetworkX's own, and there and back."""

from pathlib import Path

import pytest
from system import required

import deanalysis as da

networkx = required("networkx")

REAL = {
    "karate club": networkx.karate_club_graph,
    "les miserables": networkx.les_miserables_graph,
    "southern women": networkx.davis_southern_women_graph,
}
RANDOM = {f"random {seed}": (lambda seed=seed: networkx.gnm_random_graph(300, 250 * (3 + seed % 3), seed=seed)) for seed in range(10)}


def core_by_learning(network: networkx.Graph, k: int) -> tuple[set[object], set[frozenset[object]]]:
    """Return the nodes and the edges of a core, as what a learner of k - 1 skills leaves."""
    residue = da.learn(da.Graph.from_networkx(network, bipartite=False), da.SkillLearner(k - 1)).residue
    return set(residue.text_names), {frozenset(edge) for edge in residue.skill_names}


@pytest.mark.parametrize("name", [*REAL, *RANDOM])
def test_cores_are_those_of_networkx_edge_by_edge(name: str) -> None:
    network = (REAL | RANDOM)[name]()
    for k in (2, 3, 4):
        core = networkx.k_core(network, k)
        assert core_by_learning(network, k) == (set(core.nodes), {frozenset(edge) for edge in core.edges}), k
    assert networkx.k_core(network, 3).size()


def test_nodes_without_edges_are_texts_too() -> None:
    network = networkx.Graph([("b", "a")])
    network.add_nodes_from(["c", "a"])
    graph = da.Graph.from_networkx(network)
    assert (graph.text_names, graph.skill_names, graph.text_degrees.tolist()) == (["b", "a", "c"], [("b", "a")], [1, 1, 0])


def test_the_attribute_says_which_nodes_are_texts() -> None:
    network = networkx.davis_southern_women_graph()
    graph = da.Graph.from_networkx(network)
    assert (graph.texts, graph.skills, graph.edges) == (18, 14, 89)
    assert set(graph.to_edges()) == {tuple(sorted(edge, key=lambda node: network.nodes[node]["bipartite"])) for edge in network.edges}
    assert da.Graph.from_networkx(graph.to_networkx()) == graph


def test_directions_are_not_kept_and_parallel_edges_count_once() -> None:
    network = networkx.MultiDiGraph([("x", "a"), ("a", "x"), ("a", "y"), ("a", "y")])
    networkx.set_node_attributes(network, {"a": 0, "x": 1, "y": 1}, "bipartite")
    assert da.Graph.from_networkx(network).to_edges() == [("a", "x"), ("a", "y")]


def one(kind: type, *edges: tuple[object, object], **sides: object) -> networkx.Graph:
    network = kind(edges)
    networkx.set_node_attributes(network, sides, "bipartite")
    return network


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (one(networkx.DiGraph, ("a", "b")), "must be undirected, where it is not bipartite"),
        (one(networkx.MultiGraph, ("a", "b")), "must be without parallel edges"),
        (one(networkx.Graph, ("a", "a")), "must be without loops"),
        (one(networkx.Graph, ("a", "b"), a=0), "0 or 1, at each node, also at 'b'"),
        (one(networkx.Graph, ("a", "b"), a=0, b=[1]), "0 or 1, at each node, also at 'b'"),
        (one(networkx.Graph, ("a", "b"), a=0, b=0), "not between 'a' and 'b'"),
        (one(networkx.Graph), "must have an edge"),
        ([("a", "b")], "must be a graph of NetworkX"),
    ],
)
def test_what_has_no_meaning_is_refused(network: object, said: str) -> None:
    with pytest.raises(da.InputError, match=r"^the network must") as refused:
        da.Graph.from_networkx(network)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "edges",
    [
        [("a", "x"), ("b", "x"), ("b", "y")],
        [(1, 1), (2, 1), (2, 2)],
        [(("text", 1), ("skill", "x")), (("text", 2), ("skill", "x"))],
        [("text:a", "skill:x"), ("text:b", "skill:x")],
    ],
)
def test_names_of_texts_may_be_those_of_skills(edges: list[tuple[object, object]], tmp_path: Path) -> None:
    graph = da.Graph.from_edges(edges)
    assert da.Graph.from_networkx(graph.to_networkx()) == graph
    graph.write(tmp_path / "graph.graphml")
    assert da.Graph.read(tmp_path / "graph.graphml").to_edges() == [(str(text), str(skill)) for text, skill in edges]


def test_a_plain_network_is_read_from_graphml(tmp_path: Path) -> None:
    networkx.write_graphml(networkx.karate_club_graph(), tmp_path / "karate.graphml")
    graph = da.Graph.read(tmp_path / "karate.graphml")
    assert (graph.texts, graph.skills, set(graph.text_degrees.tolist()) >= {16, 17}, set(graph.skill_degrees.tolist())) == (
        34,
        78,
        True,
        {2},
    )


def test_graphml_expands_no_entities(tmp_path: Path) -> None:
    nested = "".join(f'<!ENTITY e{number + 1} "{f"&e{number};" * 10}">' for number in range(9))
    document = f'<?xml version="1.0" encoding="CODE"?><!DOCTYPE x [<!ENTITY e0 "word">{nested}]><graphml>&e9;</graphml>'
    for code, said in (("utf-8", "must not declare entities"), ("utf-16", "must be GraphML")):
        (tmp_path / "bomb.graphml").write_bytes(document.replace("CODE", code).encode(code))
        with pytest.raises(da.InputError, match=said):
            da.Graph.read(tmp_path / "bomb.graphml")


def test_graphml_refuses_names_that_xml_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(da.InputError, match="XML can hold"):
        da.Graph.from_edges([("a", "\x01")]).write(tmp_path / "graph.graphml")
    assert not list(tmp_path.iterdir())
