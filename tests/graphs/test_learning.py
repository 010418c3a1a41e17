"""Learning on a graph that exists, beside NetworkX's cores and a loop that does what the definition says."""

import numpy as np
import pytest
from system import required

import deanalysis as da
from deanalysis.graphs.graph import Graph
from deanalysis.graphs.learning import learn

networkx = required("networkx")


def by_definition(texts: list[set[int]], skills: int, s: int, known: set[int]) -> tuple[set[int], list[int]]:
    """Learn in rounds: every text with at most s novel skills before a round teaches them in it. Return what is known, and when."""
    learned, rounds = set(known), [0 if skill in known else -1 for skill in range(skills)]
    number = 0
    while True:
        number += 1
        taught = set().union(*(text - learned for text in texts if 0 < len(text - learned) <= s))
        if not taught:
            return learned, rounds
        learned |= taught
        for skill in taught:
            rounds[skill] = number


@pytest.mark.parametrize("s", [1, 2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_learning_is_what_the_definition_says(s: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    texts = [set(rng.integers(40, size=1 + rng.poisson(1.5 + s)).tolist()) for _ in range(50)]
    graph = Graph.from_edges((number, skill) for number, text in enumerate(texts) for skill in sorted(text))
    known = [graph.skill_names[number] for number in range(0, graph.skills, 9)]
    learning = learn(graph, da.SkillLearner(s), known=known)
    named = [{graph.number("skill", skill) for skill in text} for text in texts]
    learned, rounds = by_definition(named, graph.skills, s, {graph.number("skill", name) for name in known})
    assert set(np.flatnonzero(~learning.is_novel).tolist()) == learned
    assert learning.round_of.tolist() == rounds
    assert learning.learned == len(learned) / graph.skills
    assert [len(text - learned) for text in named] == learning.novel_left.tolist()
    for skill, teacher in enumerate(learning.teacher_of.tolist()):
        assert (teacher >= 0) == (rounds[skill] > 0)
        if teacher >= 0:
            before = {other for other in learned if rounds[other] < rounds[skill]}
            able = [text for text, skills in enumerate(named) if skill in skills and len(skills - before) <= s]
            assert teacher == able[0]
