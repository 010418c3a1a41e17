"""Gifts beside the definition: closures with sets, the greedy choice among all skills, and all sets of gifts."""

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from system import collection

import deanalysis as da
from deanalysis.graphs.corpus import collect
from deanalysis.graphs.gifts import Gifts, gifts
from deanalysis.graphs.graph import Graph
from deanalysis.graphs.learning import learn

Texts = list[frozenset[object]]


def closure(texts: Texts, known: frozenset[object], s: int) -> frozenset[object]:
    """Return what is known in the end: a text with at most s novel skills teaches them."""
    while True:
        taught = frozenset().union(*(text for text in texts if len(text - known) <= s)) - known
        if not taught:
            return known
        known |= taught


def chosen_greedily(graph: Graph, texts: Texts, known: frozenset[object], s: int, count: int) -> list[tuple[object, int, int]]:
    """Return (gift, how many others it releases, how many are learned then), trying every novel skill each time."""
    learned, found = closure(texts, known, s), []
    order = sorted(graph.skill_names, key=lambda skill: (-len(graph.texts_of(skill)), graph.number("skill", skill)))
    while len(found) < count and (novel := [skill for skill in order if skill not in learned]):
        after = {skill: closure(texts, learned | {skill}, s) for skill in novel}
        best = max(novel, key=lambda skill: len(after[skill]))
        found.append((best, len(after[best]) - len(learned) - 1, len(after[best])))
        learned = after[best]
    return found


def given_commonest(graph: Graph, texts: Texts, known: frozenset[object], s: int, count: int) -> int:
    learned = closure(texts, known, s)
    for skill in [graph.skill_names[number] for number in np.argsort(-graph.skill_degrees, kind="stable").tolist()]:
        if count and skill not in learned:
            learned, count = closure(texts, learned | {skill}, s), count - 1
    return len(learned)


def listed(found: Gifts) -> list[tuple[object, int, int]]:
    return [(gift.skill, gift.releases, gift.after) for gift in found.gifts]


def texts_of(graph: Graph) -> Texts:
    return [frozenset(graph.skills_of(text)) for text in graph.text_names]


def drawn(seed: int, texts: int, skills: int, mean: float, exponent: float = 0.0) -> Graph:
    rng = np.random.default_rng(seed)
    weights = np.arange(1, skills + 1) ** -exponent
    sizes = np.minimum(1 + rng.poisson(mean, size=texts), skills)
    rows = [rng.choice(skills, size=size, replace=False, p=weights / weights.sum()).tolist() for size in sizes]
    return Graph.from_edges((number, skill) for number, row in enumerate(rows) for skill in row)


def check_greedy(graph: Graph, s: int, count: int, known: frozenset[object] = frozenset()) -> Gifts:
    """Check gifts against the definition of the greedy choice, or of what is given instead; return them."""
    texts = texts_of(graph)
    found = gifts(graph, count, da.SkillLearner(s), known=known)
    greedy, common = chosen_greedily(graph, texts, known, s, count), given_commonest(graph, texts, known, s, count)
    assert found.before == len(closure(texts, known, s))
    if not greedy:
        assert found.gifts == ()
    elif common > greedy[-1][2]:
        assert found.way == "commonest"
        assert found.gifts[-1].after == common
    else:
        assert found.way == "greedy"
        assert listed(found) == greedy
    return found


@given(
    st.lists(st.sets(st.integers(0, 11), min_size=1, max_size=5), min_size=1, max_size=22),
    st.integers(1, 3),
    st.sets(st.integers(0, 11), max_size=3),
    st.integers(1, 5),
)
@settings(max_examples=200)
def test_gifts_are_the_greedy_choice_on_any_small_graph(rows: list[set[int]], s: int, known: set[int], count: int) -> None:
    graph = Graph.from_edges((number, skill) for number, row in enumerate(rows) for skill in sorted(row))
    check_greedy(graph, s, min(count, graph.skills), frozenset(known & set(graph.skill_names)))


@pytest.mark.parametrize(("s", "mean"), [(1, 2.2), (1, 3.0), (2, 4.0), (3, 6.0)])
@pytest.mark.parametrize("exponent", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_many_gifts_in_turn_are_the_greedy_choice(s: int, mean: float, exponent: float, seed: int) -> None:
    """Numbers that are kept from one gift to the next are right: so many gifts meet each other's texts."""
    check_greedy(drawn(seed, 70, 60, mean, exponent), s, 12)


@pytest.mark.parametrize(("s", "skills", "mean"), [(1, 18, 3.2), (2, 18, 5.0)])
def test_three_gifts_are_the_best_three_where_the_greedy_choice_is(s: int, skills: int, mean: float) -> None:
    """Of all sets of three none teaches more than the best; the greedy choice is most often as good, and then that is what is found."""
    same = 0
    for seed in range(30):
        graph = drawn(seed, 16, skills, mean)
        texts = texts_of(graph)
        best = max(len(closure(texts, frozenset(chosen), s)) for chosen in combinations(graph.skill_names, 3))
        total = check_greedy(graph, s, 3).gifts
        reached = total[-1].after if total else len(closure(texts, frozenset(), s))
        assert reached <= best
        same += reached == best
    assert 20 <= same < 30


@pytest.mark.parametrize("learner", [da.SkillLearner(1), da.SkillLearner(2), da.PoissonLearner("exp(-x/2)")], ids=str)
def test_what_is_released_is_what_learning_says(learner: da.Learner) -> None:
    graph = drawn(5, 3000, 2500, 4.0, 0.8)
    known = list(graph.skill_names[:40])
    found = gifts(graph, 8, learner, known=known, known_top=5, seed=3)
    assert found.before == learned(graph, learner, known)
    for number, gift in enumerate(found.gifts, 1):
        assert gift.after == learned(graph, learner, known + found.names[:number])
    assert [gift.releases + 1 for gift in found.gifts] == np.diff([found.before, *(gift.after for gift in found.gifts)]).tolist()
    assert found.gifts[0].releases > 0


def learned(graph: Graph, learner: da.Learner, known: list[object]) -> int:
    return round(learn(graph, learner, known=known, known_top=5, seed=3).learned * graph.skills)


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.3])
def test_no_skill_releases_more_than_the_first_gift_of_a_large_graph(exponent: float) -> None:
    graph = drawn(2, 1500, 800, 5.0, exponent)
    (gift,) = gifts(graph, 1).gifts
    left = learn(graph)
    each = [learn(graph, known=[name]).learned for name in graph.named(left.is_novel)]
    assert gift.after == round(max(each) * graph.skills)


@pytest.mark.parametrize("seed", range(8))
def test_gifts_never_lose_to_the_commonest_skills(seed: int) -> None:
    graph = drawn(seed, 800, 500, 5.0, 1.0)
    novel = learn(graph).is_novel
    order = [number for number in np.argsort(-graph.skill_degrees, kind="stable").tolist() if novel[number]]
    for count in (1, 3, 20):
        common = learn(graph, known=graph.named(np.array(order[:count], dtype=np.int64)))
        assert gifts(graph, count).gifts[-1].after >= round(common.learned * graph.skills)


@pytest.mark.parametrize("path", ["/usr/share/games/fortunes", "/usr/share/dictd/foldoc.dict.dz"])
def test_gifts_of_a_real_text_release_what_learning_says_and_never_lose(path: str) -> None:
    graph = collect(collection(path)).graph
    left = learn(graph).is_novel
    order = [number for number in np.argsort(-graph.skill_degrees, kind="stable").tolist() if left[number]]
    found = gifts(graph, 3)
    assert found.gifts[-1].after == round(learn(graph, known=found.names).learned * graph.skills)
    assert found.gifts[-1].after >= round(learn(graph, known=graph.named(np.array(order[:3]))).learned * graph.skills)
    for skill in order[:50]:
        assert found.gifts[0].after >= round(learn(graph, known=[graph.skill_names[skill]]).learned * graph.skills)


def test_the_commonest_are_given_where_they_teach_more() -> None:
    """Two skills teach ten, but neither does so alone; of a pair each teaches the other, which is what the greedy choice sees."""
    graph = Graph.from_edges([*((f"t{i}", skill) for i in range(10) for skill in ("x", "y", i)), ("u", "p"), ("u", "q")])
    found = gifts(graph, 2)
    assert (found.way, listed(found)) == ("commonest", [("x", 0, 1), ("y", 10, 12)])
    assert "commonest" in found._repr_html_()
    assert gifts(graph, 1).names == ["p"]


def test_fewer_are_given_where_nothing_is_left_and_none_where_nothing_was() -> None:
    graph = Graph.from_edges([("t", "a"), ("t", "b"), ("u", "c"), ("u", "d")])
    assert listed(gifts(graph, 4)) == [("a", 1, 2), ("c", 1, 4)]
    assert gifts(graph, 2, known=["a", "c"]).gifts == ()


def test_progress_goes_up_to_the_end() -> None:
    calls: list[tuple[int, int]] = []
    gifts(drawn(1, 70, 60, 3.0), 5, progress=lambda done, of: calls.append((done, of)))
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    assert len(calls) >= 3
    assert calls[-1][0] == calls[-1][1]


def test_numbers_are_written_and_read_back_from_json() -> None:
    found = gifts(drawn(1, 70, 60, 3.0), 3)
    assert Gifts.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    assert set(found.to_dict()["gifts"][0]) == {"skill", "releases", "after"}


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"count": 0}, "count must be a whole number from 1 to 2, got '0'"),
        ({"count": 3}, "count must be a whole number from 1 to 2, got '3'"),
        ({"count": 1, "known": ["z"]}, "known must name skills of the graph, got 'z'"),
    ],
)
def test_what_cannot_be_given_is_one_line(stated: dict[str, object], said: str) -> None:
    with pytest.raises(da.InputError) as raised:
        gifts(Graph.from_edges([("t", "a"), ("t", "b")]), **stated)
    assert str(raised.value) == said
