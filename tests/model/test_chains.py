"""Chains of topics: what states one, how its edges are coupled, what it costs at its ends, and what is refused."""

from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pytest
import sympy as sp

from deanalysis import Chain, Ensemble, InputError, Poisson, Protograph, R, Regular, SkillLearner, c, d, eps, load_model
from deanalysis.model.chains import parted
from deanalysis.model.reading import parse_law

PAPER = load_model("paper").ensemble
CODE = load_model("ldpc(3,6)").ensemble
SPREAD = "1 1\n\n1 1\n\n1 1\n"
TOML = """
[texts]
degrees = "poisson(c)"
[skills]
degrees = "poisson(c*R)"
[learner]
rule = "2-skill"
[parameters]
c = "5"
[chain]
topics = 20
window = "3"
"""


def toml(folder: Path, content: str = TOML) -> str:
    path = folder / "chain.toml"
    path.write_text(content)
    return str(path)


def mean(chain: Chain, side: int) -> dict[int, sp.Expr]:
    """The mean number of edges by offset, of a skill (0) or a text (1) of the one class and type."""
    law = (chain.cell.classes[0].law, chain.cell.types[0].law)[side]
    return {edge.offset: law.mean(kind) for kind, edge in chain.cell.edges.items()}


@pytest.mark.parametrize("coupling", ["uniform", "spread"])
def test_edges_are_shared_among_the_offsets(coupling: str) -> None:
    chain = Chain(CODE, topics=5, window=3, coupling=coupling)
    assert mean(chain, 0) == dict.fromkeys(range(3), 1)
    assert mean(chain, 1) == dict.fromkeys(range(3), 2)


def test_uniform_edges_choose_by_chance_and_spread_ones_do_not() -> None:
    uniform, spread = (Chain(CODE, topics=5, window=3, coupling=coupling).cell.classes[0].law for coupling in ("uniform", "spread"))
    at = dict(zip("012", sp.symbols("x_0 x_1 x_2"), strict=True))
    assert sp.expand(uniform.pgf(at) - (sum(at.values()) / 3) ** 3) == 0
    assert sp.expand(spread.pgf(at) - sp.prod(at.values())) == 0


@pytest.mark.parametrize("law", ["poisson(4)", "geometric(2)", "negative_binomial(4, 2)", "regular(6)", "binomial(6, 1/3)"])
def test_equal_parts_make_up_the_law(law: str) -> None:
    whole, z = parse_law(law), sp.Symbol("z", positive=True)
    for parts in (1, 2, 3):
        assert sp.simplify(parted(whole, parts).pgf(z) ** parts - whole.pgf(z)) == 0


@pytest.mark.parametrize(("law", "parts"), [("regular(3)", 2), ("binomial(5, 1/3)", 2), ("polynomial(x^2)", 2)])
def test_some_laws_have_no_equal_parts(law: str, parts: int) -> None:
    with pytest.raises(InputError, match=f"cannot be spread in {parts} equal parts"):
        Chain(Ensemble(Poisson(2), parse_law(law)), topics=3, window=parts, coupling="spread")
    assert Chain(Ensemble(Poisson(2), parse_law(law)), topics=3, window=parts).positions == 4


@pytest.mark.parametrize(
    ("ends", "window", "positions", "per_topic"),
    [
        ("open", 3, 10, "10/8"),
        ("open", 1, 8, "1"),
        ("one", 3, 9, "9/8"),
        ("one", 4, 10, "19/16"),
        ("ring", 3, 8, "1"),
        ("open", 12, 19, "19/8"),
    ],
)
def test_what_the_ends_cost(ends: str, window: int, positions: int, per_topic: str) -> None:
    chain = Chain(PAPER, topics=8, window=window, ends=ends)
    assert chain.positions == positions
    assert chain.texts_per_topic == sp.Rational(per_topic)
    assert chain.with_ends(R) == (None if per_topic == "1" else sp.Rational(per_topic))
    assert chain.with_ends(c) is None


def test_a_letter_that_counts_skills_per_text_falls_with_the_ends() -> None:
    assert load_model("fuse(3, 12)").ensemble.with_ends(d) == sp.Rational(12, 14)
    assert load_model("chain(ldpc(3,6), 12, 3)").ensemble.with_ends(eps) is None


def test_fuse_filters_are_spread_hypergraphs() -> None:
    fuse, coupled = load_model("fuse(3, 12)"), load_model("chain(hypergraph(3), 12, 3)", coupling="spread")
    assert fuse.ensemble == coupled.ensemble == Chain.fuse(3, 12)
    assert (fuse.name, fuse.learner) == ("fuse(3, 12)", SkillLearner(1))
    with pytest.raises(InputError, match="the cells of an item must be a whole number from 2 to 1000"):
        Chain.fuse(1, 12)


def test_letters_are_bound_in_the_topic_and_the_learner() -> None:
    chain = Chain(PAPER, load_model("paper", learner="success:exp(-a*x)").learner, topics=np.int64(50), window=3.0)
    assert {symbol.name for symbol in chain.letters} == {"a", "c", "R"}
    bound = chain.at(c=5, a="1/2")
    assert bound.letters == {R}
    assert (bound.topics, bound.ensemble.texts, str(bound.learner)) == (50, Poisson(5), "exp(-x/2)")
    assert type(chain.topics) is int
    assert chain.limits == PAPER.limits


def test_what_is_seen_of_a_chain() -> None:
    ring = Chain(CODE, topics=9, window=2, ends="ring", known=2)
    assert repr(ring) == "<Chain: 9 topics, window 2, uniform, ring with 2 known, of texts regular(6), skills regular(3), unknown eps>"
    assert str(ring).startswith("chain of 9 topics, window 2, uniform, ring with 2 known: texts regular(6)")
    assert (
        repr(Chain(CODE, ends="one")) == "<Chain: 1 topic, window 1, uniform, one end, of texts regular(6), skills regular(3), unknown eps>"
    )
    assert r"P(x) = x^{6},\quad L(x) = x^{3},\quad L = 9,\quad W = 2\ (\text{uniform, ring with 2 known})" in ring._repr_latex_()
    spread = Chain(Protograph([[3, 3]]), topics=4, window=2, coupling="spread", spreading=([[1, 2]], [[2, 1]]))
    assert str(spread) == ("chain of 4 topics, window 2, spread: base matrix [3 3], unknown eps, spread in [1 2] + [2 1]; learner 1-skill")
    assert repr(spread) == "<Chain: 4 topics, window 2, spread, of Protograph: 1 types of texts, 2 classes of skills>"


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"topics": 0}, "the topics of a chain must be a whole number from 1 to 10000, got '0'"),
        ({"topics": 10_001}, "from 1 to 10000"),
        ({"topics": 2.5}, "the topics of a chain"),
        ({"topics": "__import__('os')"}, "the topics of a chain"),
        ({"topics": None}, "the topics of a chain must be a number"),
        ({"window": 0}, "the window of a chain must be a whole number from 1 to 1000"),
        ({"window": True}, "the window of a chain"),
        ({"topics": 3, "window": 4, "ends": "ring"}, "the window of a ring must be at most its 3 topics, got '4'"),
        ({"coupling": "both"}, "coupling must be uniform or spread, got 'both'"),
        ({"ends": []}, "ends must be open or one or ring"),
        ({"known": 1}, "known goes with a ring"),
        ({"ends": "ring", "known": 2}, "known must be a whole number from 0 to 1"),
        ({"ends": "ring", "known": -1}, "known must be a whole number"),
        ({"ensemble": "paper"}, "the ensemble of a chain must be an Ensemble or a Protograph"),
        ({"ensemble": Chain(PAPER)}, "the ensemble of a chain must be an Ensemble or a Protograph"),
        ({"learner": 2}, "the learner must be a Learner"),
        ({"spreading": ([[1]],)}, "an edge spreading needs a protograph"),
        ({"spreading": 3}, "spreading must be a list"),
        ({"ensemble": Protograph([[3, 3]]), "window": 2, "coupling": "spread"}, "must state the matrices that its own is spread into"),
        ({"ensemble": Protograph([[3, 3]]), "coupling": "spread", "spreading": ([[1, 1]], [[2, 2]])}, "which has 2 matrices, got '1'"),
        ({"ensemble": Protograph([[3, 3]]), "window": 2, "coupling": "spread", "spreading": ([[1, 1]], [[1, 2]])}, "must sum to"),
        ({"ensemble": Protograph([[3, 3]]), "window": 2, "coupling": "spread", "spreading": ([[1, 1]], [[2]])}, "must sum to"),
        ({"ensemble": Protograph([[3, 3]]), "window": 2, "coupling": "spread", "ends": "one", "spreading": ([[1, 1]], [[2, 2]])}, "alike"),
        ({"ensemble": Protograph(np.ones((100, 100), int)), "topics": 21}, "at most 200000 kinds of edges, over all topics, got '210000'"),
        ({"ensemble": Protograph(np.ones((300, 300), int)), "window": 1000}, "got '90000000'"),
        ({"topics": 10_000, "window": 21}, "got '210000'"),
    ],
)  # fmt: skip
def test_what_is_no_chain(stated: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        Chain(**({"ensemble": PAPER} | stated))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_protograph_is_spread_by_its_matrices(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    path.write_text(SPREAD)
    chain = load_model(f"chain(protograph({path}), 9, 3)").ensemble
    assert chain == Chain(Protograph([[3, 3]]), topics=9, window=3, coupling="spread", spreading=([[1, 1]],) * 3)
    assert sorted(edge for edge in chain.cell.edges.values()) == [(0, column, offset) for column in (0, 1) for offset in range(3)]
    uniform = load_model(f"chain(protograph({path}), 9, 5)", coupling="uniform").ensemble
    assert uniform == Chain(Protograph([[3, 3]]), topics=9, window=5)
    assert len(uniform.cell.edges) == 10
    assert load_model(load_model(f"chain(protograph({path}), 9, 3)"), coupling="uniform").ensemble == replace(uniform, window=3)
    with pytest.raises(InputError, match="the window must be that of the edge spreading, which has 3 matrices, got '2'"):
        load_model(f"chain(protograph({path}), 9, 2)")
    with pytest.raises(InputError, match="must be a file of one matrix, got '3 matrices'"):
        load_model(f"protograph({path})")


def test_a_protograph_alone_is_a_chain_of_one_topic(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    path.write_text("1 2 0\n1 1 0\n")
    model = load_model(f"protograph({path})", punctured="2", unknown="eps/2")
    assert model.is_chain
    assert not model.has_classes
    chain = model.ensemble
    assert (chain.topics, chain.window, chain.ensemble.unknowns) == (1, 1, (eps / 2, 1, eps / 2))
    assert [law.law.kinds for law in chain.cell.classes] == [("1_1", "2_1"), ("1_2", "2_2"), ()]
    assert [law.law.mean("1_2") for law in chain.cell.types] == [2, 0]
    assert [texts.ratio for texts in chain.cell.types] == [sp.Rational(1, 3)] * 2
    with pytest.raises(InputError, match="texts must not be given with a protograph"):
        load_model(model, texts="regular(3)")
    with pytest.raises(InputError, match="coupling does not go with protograph"):
        load_model(f"protograph({path})", coupling="spread")


def test_options_override_the_laws_of_a_topic_and_the_learner() -> None:
    model = load_model("chain(paper, 50, 3)", skills="regular(4)", texts="poisson(4/R)", unknown="eps", learner="2-skill")
    assert model.ensemble == Chain(Ensemble(Poisson(4 / R), Regular(4), eps), SkillLearner(2), 50, 3)
    assert model.learner == model.ensemble.learner
    again = load_model(model, coupling="uniform", ends="ring", known=5)
    assert (again.ensemble.ends, again.ensemble.known, again.ensemble.ensemble) == ("ring", 5, model.ensemble.ensemble)
    assert load_model(again, learner="1-skill").ensemble.known == 5
    assert load_model("fuse(3, 9)", ends="ring", known=2).name == "fuse(3, 9), ends ring, known 2"


def test_a_file_states_a_chain(tmp_path: Path) -> None:
    model = load_model(toml(tmp_path))
    assert model.ensemble == Chain(PAPER, SkillLearner(2), 20, 3)
    assert {symbol.name: value for symbol, value in model.bound.items()} == {"c": 5}
    more = TOML + 'coupling = "spread"\nends = "ring"\nknown = 4\n'
    assert load_model(toml(tmp_path, more)).ensemble == Chain(PAPER, SkillLearner(2), 20, 3, "spread", "ring", 4)
    assert load_model(toml(tmp_path, more), ends="one", known="0", coupling="uniform").ensemble == Chain(
        PAPER, SkillLearner(2), 20, 3, "uniform", "one"
    )


def test_a_file_of_one_topic_goes_into_a_chain_with_its_values_and_its_learner(tmp_path: Path) -> None:
    path = toml(tmp_path, TOML.partition("[chain]")[0])
    model = load_model(f"chain({path}, 7, 2)", coupling="spread")
    assert model.ensemble == Chain(PAPER, SkillLearner(2), 7, 2, "spread")
    assert {symbol.name: value for symbol, value in model.bound.items()} == {"c": 5}
    assert model.name == f"chain({path}, 7, 2), coupling spread"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("windows = 3", "[chain] has no key 'windows'; there are topics, window, coupling, ends, known"),
        ('coupling = "x"', "chain.toml: [chain]: coupling must be uniform or spread"),
        ("coupling = 3", "coupling must be uniform or spread"),
        ("known = true", "known"),
        ("known = 1", "known goes with a ring"),
        ('ends = "ring"\nknown = 21', "known must be a whole number from 0 to 20"),
        ("[skills.a]\n", "chain.toml"),
    ],
)
def test_what_is_wrong_with_a_chain_in_a_file(more: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_model(toml(tmp_path, TOML + more))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("line", "said"), [("topics = 20\n", "must have the key topics"), ('window = "3"\n', "must have the key window")])
def test_a_chain_in_a_file_has_topics_and_a_window(line: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        load_model(toml(tmp_path, TOML.replace(line, "")))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("chain", "must be written chain(paper, 50, 3)"),
        ("chain()", "must have a model, a number of topics and a window"),
        ("chain(paper, 3)", "must have a model"),
        ("chain(paper, 0, 3)", "L of chain(MODEL, L, W) must be a whole number of at least 1, got '0'"),
        ("chain(paper, 3, 1.5)", "W of chain(MODEL, L, W)"),
        ("chain(paper, 3, )", "W of chain(MODEL, L, W)"),
        ("chain(paper, L, 3)", "L of chain(MODEL, L, W)"),
        ("chain(paper, 1e9, 3)", "the topics of a chain must be a whole number from 1 to 10000"),
        ("chain(, 3, 3)", "MODEL"),
        ("chain(nothing, 3, 3)", "MODEL must be a preset"),
        ("chain(chain(paper, 3, 2), 3, 2)", "must have a model of one class, or a protograph"),
        ("chain(" * 9999 + "paper" + ", 3, 2)" * 9999, "must have a model of one class, or a protograph"),
        ("chain(fuse(3, 12), 3, 2)", "must have a model of one class, or a protograph"),
        ("chain(levels.toml, 3, 2)", "levels.toml"),
        ("chain(protograph(none.txt), 3, 2)", "must name a file, and there is none, got 'none.txt'"),
        ("fuse(3)", "must have the cells of an item"),
        ("fuse(3, 0)", "N of fuse(K, N) must be a whole number of at least 1, got '0'"),
        ("fuse(1, 9)", "K of fuse(K, N) must be a whole number of at least 2, got '1'"),
        ("fuse(2000, 9)", "the cells of an item must be a whole number from 2 to 1000"),
        ("protograph", "must be written protograph(FILE)"),
        ("protograph()", "must name a file"),
    ],
)
def test_bad_names(name: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load_model(name)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("paper", {"coupling": "spread"}, "coupling does not go with paper"),
        ("paper", {"ends": "ring"}, "ends does not go with paper"),
        ("paper", {"known": 0}, "known does not go with paper"),
        ("fuse(3, 9)", {"coupling": "uniform"}, "coupling does not go with fuse(3, 100)"),
        ("chain(paper, 9, 3)", {"punctured": "1"}, "punctured does not go with paper"),
        ("chain(paper, 9, 3)", {"coupling": "Uniform"}, "coupling must be uniform or spread"),
        ("chain(paper, 9, 3)", {"ends": "ring", "known": "many"}, "known must be a whole number"),
        (load_model("paper"), {"coupling": "spread"}, "coupling does not go with paper, which is no chain"),
        (load_model("fuse(3, 9)"), {"punctured": "1"}, "punctured goes with a protograph"),
        (None, {"texts": "poisson(2)", "skills": "poisson(2)", "ends": "one"}, "ends does not go with a model of laws alone"),
    ],
)
def test_options_that_do_not_go_with_a_model(name: object, options: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        load_model(name, **options)
    assert said in str(caught.value)


@pytest.mark.parametrize("punctured", ["", ",", "1,", "1,x", "0", "1.5", "4"])
def test_columns_are_numbers_of_columns(punctured: str, tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    path.write_text("1 2 0\n1 1 0\n")
    with pytest.raises(InputError, match="punctured"):
        load_model(f"protograph({path})", punctured=punctured)
    assert load_model(f"chain(protograph({path}), 5, 2)", punctured=[1, 3]).ensemble.ensemble.punctured == (1, 3)


@pytest.mark.parametrize("name", ["chain(paper, 10000, 3)", "chain(paper, 3, 1000)", "fuse(6, 10000)"])
def test_large_chains_are_stated_in_no_time(name: str) -> None:
    start = process_time()
    chain = load_model(name).ensemble
    assert process_time() - start < 0.3
    assert chain.positions == chain.topics + chain.window - 1
