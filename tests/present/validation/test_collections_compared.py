"""Real graphs beside theory: rewired at fixed degrees they learn what theory says, though they themselves do not."""

from collections.abc import Callable

import pytest
from own_graphs import bible, debian, foldoc, fortunes

import deanalysis as da

GRAPHS = [
    (fortunes, 0, 0.534),
    (foldoc, 0, 0.726),
    (debian, 0, 0.524),
    (lambda: bible("sentence"), 0, None),
    (lambda: bible("line"), 100, None),
]


@pytest.mark.parametrize(("made", "known_top", "stated"), GRAPHS, ids=["fortunes", "foldoc", "debian", "bible", "verses"])
def test_rewired_graphs_agree_with_theory_and_the_real_one_does_not(
    made: Callable[[], da.Graph], known_top: int, stated: float | None
) -> None:
    compared = da.compare(made(), known_top=known_top, copies=4)
    assert compared.finite_size is not None
    assert compared.correlations is not None
    assert abs(compared.finite_size.learned) < 0.01
    assert abs(compared.finite_size.understood) < 0.01
    assert compared.correlations.learned < -0.05
    if stated is not None:
        assert compared.learned == pytest.approx(stated, abs=0.1)


@pytest.mark.parametrize("made", [fortunes, debian], ids=["fortunes", "debian"])
def test_density_evolution_which_repeats_edges_is_off_where_there_are_hubs(made: Callable[[], da.Graph]) -> None:
    compared = da.compare(made(), copies=4)
    assert compared.rewired is not None
    assert compared.rewired.learned.high < float(compared.density_evolution.learned)
    assert compared.repeated_edges.learned < -0.01


def test_verses_jump_in_the_number_of_known_words_at_another_place_than_theory() -> None:
    compared = da.compare_known(bible("line"), copies=4)
    assert compared.graph.is_jump
    assert compared.theory.is_jump
    assert compared.graph.known > 5 * compared.theory.known
    assert all(copy.is_jump and copy.known < compared.graph.known / 2 for copy in compared.rewired)
    assert f"jumps at k = {compared.graph.known}" in compared.sentence
    assert f"jumps at k = {compared.theory.known}" in compared.sentence
