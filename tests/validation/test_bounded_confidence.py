"""Bounded confidence: how many groups are left of opinions that were uniform on [0, 1], all at once and by pairs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from society.model import Society
from society.population import Array
from tests.validation.evidence import run, society

SEEDS = range(1, 6)
LARGE = 0.1
"""Share of people from which on a group is large: those of a few extremists are not counted."""


def start(name: str, confidence: float, seed: int) -> Society:
    """A society of uniform opinions."""
    kind = "influence" if name == "hegselmann_krause" else "deffuant"
    model = society(name, {"run.seed": seed, f"process.{kind}.confidence": confidence})
    model.population["traits"][:, 0] = np.random.default_rng(seed).uniform(0.0, 1.0, model.n_agents)
    return model


def opinion(model: Society) -> Array:
    """Opinions at the end."""
    return run(model).population["traits"][:, 0]


def groups(x: Array, gap: float) -> list[Array]:
    """Opinions in order, cut where two are further apart than `gap`."""
    ordered = np.sort(x)
    return np.split(ordered, np.flatnonzero(np.diff(ordered) > gap) + 1)


def n_large(x: Array, gap: float) -> int:
    """Number of large groups."""
    return sum(len(each) >= LARGE * len(x) for each in groups(x, gap))


@pytest.mark.parametrize("seed", SEEDS)
def test_hegselmann_and_krause_agree_above_the_threshold(seed: int) -> None:
    assert len(groups(opinion(start("hegselmann_krause", 0.3, seed)), 0.15)) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_hegselmann_and_krause_split_below_it(seed: int) -> None:
    assert len(groups(opinion(start("hegselmann_krause", 0.15, seed)), 0.075)) > 1


def test_groups_of_hegselmann_and_krause_are_points_that_do_not_hear_each_other() -> None:
    model = start("hegselmann_krause", 0.15, 1)
    left = groups(opinion(model), 0.075)
    assert max(np.ptp(each) for each in left) < 1e-6
    assert min(later[0] - earlier[-1] for earlier, later in pairwise(left)) > 0.15
    before = model.population["traits"].copy()
    np.testing.assert_allclose(run(model, 5).population["traits"], before, atol=1e-6)


def test_hegselmann_and_krause_keep_the_order_of_opinions() -> None:
    model = start("hegselmann_krause", 0.2, 1)
    order = np.argsort(model.population["traits"][:, 0])
    for _ in range(20):
        assert (np.diff(run(model, 1).population["traits"][order, 0]) >= -1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("confidence", "expected"), [(0.5, 1), (0.2, 2)])
def test_deffuant_leaves_so_many_large_groups_as_go_into_1_by_twice_the_confidence(
    confidence: float, expected: int, seed: int
) -> None:
    assert n_large(opinion(start("deffuant", confidence, seed)), confidence / 2) == expected


def test_pairs_keep_the_mean_and_end_in_groups_that_do_not_hear_each_other() -> None:
    model = start("deffuant", 0.2, 1)
    mean = model.population["traits"].mean(dtype=float)
    end = opinion(model)
    assert end.mean(dtype=float) == pytest.approx(mean, abs=1e-5)
    left = groups(end, 0.1)
    assert min(later[0] - earlier[-1] for earlier, later in pairwise(left)) >= 0.2


@pytest.mark.parametrize("name", ["hegselmann_krause", "deffuant"])
def test_without_confidence_nobody_moves(name: str) -> None:
    """Negative control."""
    model = start(name, 0.0, 1)
    before = model.population["traits"].copy()
    np.testing.assert_array_equal(run(model, 50).population["traits"], before)


@pytest.mark.slow
def test_the_second_group_appears_where_1_by_twice_the_confidence_is_1871() -> None:
    """Ben-Naim et al. (2003), for endlessly many: below, at 1.67, most runs of 500 agree; above, at 2, few do."""
    below, above = (
        [n_large(opinion(start("deffuant", confidence, seed)), confidence / 2) for seed in range(20)]
        for confidence in (0.3, 0.25)
    )
    assert np.mean(np.array(below) == 1) > 0.75
    assert np.mean(np.array(above) == 2) > 0.75


@pytest.mark.slow
def test_deffuant_leaves_three_to_five_large_groups_at_a_tenth() -> None:
    found = [n_large(opinion(start("deffuant", 0.1, seed)), 0.05) for seed in range(20)]
    assert {3, 4, 5} >= {*found}
    assert 4.0 <= np.mean(found) <= 5.0
