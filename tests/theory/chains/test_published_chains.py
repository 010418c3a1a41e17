"""Thresholds of coupled systems that papers print, and plain iteration of the equations as papers write them."""

import numpy as np
import pytest

from deanalysis import Chain, ChainEvolution, Protograph, load_model

AR4JA = np.array([[0, 0, 1, 0, 2], [1, 1, 0, 1, 3], [1, 2, 0, 2, 1]])
"""The base matrix of rate 1/2, whose fifth column is punctured (Divsalar, Dolinar, Jones, Andrews, IEEE JSAC 27(6), 2009)."""


def is_decoded(matrix: np.ndarray, punctured: int, eps: float, rounds: int = 20_000) -> bool:
    """Iterate one message per edge of a base matrix, with parallel edges one by one; ask for every column."""
    check, bit = np.repeat(np.argwhere(matrix), matrix[matrix > 0], axis=0).T
    unknown = np.where(bit == punctured, 1.0, eps)
    alike = (bit[:, None] == bit) & ~np.eye(bit.size, dtype=bool), (check[:, None] == check) & ~np.eye(bit.size, dtype=bool)
    q = unknown.copy()
    for _ in range(rounds):
        missed = 1 - np.where(alike[1], 1 - q, 1).prod(axis=1)
        q = unknown * np.where(alike[0], missed, 1).prod(axis=1)
    erased = [np.prod(missed[bit == column]) for column in range(matrix.shape[1])]
    return max(erased) < 1e-6


def test_ar4ja_has_the_threshold_of_its_messages() -> None:
    """Plain iteration decodes on the one side of the proved threshold 0.438743116083414, and not on the other."""
    protograph = Protograph(AR4JA.tolist(), punctured=(5,))
    (found,) = ChainEvolution(Chain(protograph)).thresholds("eps", kind="emergence")
    value = float(found.value)
    assert str(found.value) == "0.438743116083414"
    assert is_decoded(AR4JA, 4, value - 2e-6)
    assert not is_decoded(AR4JA, 4, value + 2e-6)
    assert found.classes == ("v1", "v2", "v3", "v4", "v5")


def test_long_fuse_layouts_have_the_threshold_of_xorsat() -> None:
    """0.9179352767 for three cells (Dietzfelbinger et al., ICALP 2010; as coupled ALOHA, Liva, Paolini, Lentmaier, Chiani, ISIT 2012)."""
    shorter, longer = (ChainEvolution(Chain.fuse(3, segments)).thresholds("d", search="0.8:1", digits=10)[-1] for segments in (12, 24))
    assert 1e-3 < float(shorter.value) - 0.9179352767 < 1e-2
    assert 0 < float(longer.value) - 0.9179352767 < 1e-5
    assert float(longer.with_ends) == pytest.approx(float(longer.value) * 24 / 26, abs=1e-9)


def test_the_potential_threshold_beside_a_chain_is_that_of_an_ideal_decoder() -> None:
    """0.48815 for the (3,6) code (Kudekar, Richardson, Urbanke, IEEE Trans. IT 57(2), 2011)."""
    (found,) = ChainEvolution(load_model("chain(ldpc(3,6), 50, 3)").ensemble).thresholds("eps", kind="potential")
    assert float(found.value) == pytest.approx(0.48815, abs=5e-6)


@pytest.mark.parametrize(("topics", "printed"), [(3, 0.714309), (5, 0.587842), (9, 0.512034)])
def test_matrices_that_are_spread_have_the_thresholds_of_terminated_codes(topics: int, printed: float) -> None:
    """The (3,6) code of 2L + 1 positions, spread as [1 1] + [1 1] + [1 1] (Kudekar, Richardson, Urbanke 2011, figure 5)."""
    chain = Chain(Protograph([[3, 3]]), topics=topics, window=3, coupling="spread", spreading=([[1, 1]],) * 3)
    (found,) = ChainEvolution(chain).thresholds("eps", kind="emergence")
    assert float(found.value) == pytest.approx(printed, abs=1e-6)
