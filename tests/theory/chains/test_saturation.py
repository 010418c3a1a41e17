"""Thresholds of chains by length and window: against iterated values, and the limit that they tend to."""

import pytest
import sympy as sp

from deanalysis import InputError, load_model
from deanalysis.model.chains import Chain
from deanalysis.model.protographs import Protograph
from deanalysis.theory.chains.saturation import Saturation
from deanalysis.theory.facades.chain_evolution import ChainEvolution


@pytest.fixture(scope="module")
def codes() -> Saturation:
    """(3,6) codes of 8 and 16 topics, W = 2."""
    return ChainEvolution(load_model("chain(ldpc(3,6), 8, 3)").ensemble).saturation(topics=[8, 16], windows=[2], digits=8)


def test_each_chain_has_its_last_jump(codes: Saturation) -> None:
    assert [(one.topics, one.window, str(one.status)) for one in codes.chains] == [(8, 2, "proved"), (16, 2, "proved")]
    assert float(codes.chains[1].value) == pytest.approx(0.4880788, abs=1e-7)
    assert codes.chains[1].with_ends is None


def test_longer_chains_are_nearer_to_where_the_front_is_pinned(codes: Saturation) -> None:
    first, second = map(codes.difference, codes.chains)
    assert first is not None
    assert second is not None
    assert first == pytest.approx(0.4886172546 - 0.4881508842, abs=2e-8)
    assert second == pytest.approx(-7.21e-5, abs=1e-6)


def test_the_paper_needs_one_text_per_skill_and_its_ends_more() -> None:
    table = ChainEvolution(load_model("chain(paper, 8, 3)").ensemble).saturation("R", c=5, topics=[8], windows=[3], search="0.9:1.1")
    (one,) = table.chains
    assert str(table.potential) == "1.000000000"
    assert float(one.value) == pytest.approx(0.975397, abs=1e-6)
    assert float(one.with_ends) == pytest.approx(0.975397 * 10 / 8, abs=2e-6)
    assert table.table().rows[0][:2] == (3, 8)


def test_a_table_is_read_back(codes: Saturation) -> None:
    assert Saturation.from_dict(codes.to_dict()) == codes


def test_a_matrix_is_spread_in_as_many_parts_as_it_is() -> None:
    chain = Chain(Protograph(((3, 3),)), topics=4, window=3, coupling="spread", spreading=(((1, 1),), ((1, 1),), ((1, 1),)))
    with pytest.raises(InputError, match="windows must be 3, in which the matrix is spread"):
        ChainEvolution(chain).saturation(windows=[2, 3], topics=[4], search=(sp.Rational(1, 5), sp.Integer(1)))
