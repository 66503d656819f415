"""Proposals: within the ranges, the same each time, and learning from what is told."""

from __future__ import annotations

import pytest

from society.calibration.proposals import Proposer
from society.sweeps.factors import Label
from tests.calibration.forgetters import IDLE_PATH, RANGE, RATE_PATH, calibration, tables

FORMS = {
    RATE_PATH: RANGE,
    IDLE_PATH: {"mean": 1.0, "sd": 0.5, "low": 0.0},
    "meme.joke.first_holders": {"low": 10, "high": 200, "whole": True},
    "process.forgetting.immunity": [True, False],
    "graph": {"options": {
        "alone": {"kind": "networkx", "generator": "empty_graph"},
        "ring": {"kind": "networkx", "generator": "cycle_graph"},
    }},
}  # fmt: skip


def points(n: int, *, batch: int = 1, **header: object) -> list[dict[str, Label]]:
    """The first n points, each scored by the square of its rate less 1."""
    proposer = Proposer(calibration(tables(batch=batch, **header) | {"factors": FORMS}))
    found = []
    for first in range(0, n, batch):
        asked = [proposer.ask() for _ in range(batch)]
        for number, point in enumerate(asked):
            proposer.tell(first + number, (float(point[RATE_PATH]) - 1.0) ** 2)
        found += asked
    return found


SAMPLERS = ("tpe", "cmaes", "qmc", "random")


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_points_are_within_what_factors_allow(sampler: str) -> None:
    for point in points(20, sampler=sampler):
        assert 0.1 <= float(point[RATE_PATH]) <= 10.0
        assert float(point[IDLE_PATH]) >= 0.0
        assert isinstance(holders := point["meme.joke.first_holders"], int)
        assert 10 <= holders <= 200
        assert point["process.forgetting.immunity"] in (True, False)
        assert point["graph"] in ("alone", "ring")


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_same_scores_give_the_same_points(sampler: str) -> None:
    assert points(16, sampler=sampler, batch=4) == points(16, sampler=sampler, batch=4)


def test_another_seed_gives_other_points() -> None:
    assert points(3, seed=1) != points(3, seed=2)


@pytest.mark.parametrize("sampler", ["tpe", "cmaes"])
def test_later_points_are_nearer_to_what_scored_well(sampler: str) -> None:
    off = [abs(float(point[RATE_PATH]) - 1.0) for point in points(60, sampler=sampler)]
    assert sum(off[30:]) < sum(off[:30])


def test_a_trial_that_failed_is_told_too() -> None:
    proposer = Proposer(calibration())
    for number in range(15):
        point = proposer.ask()
        proposer.tell(number, None if float(point[RATE_PATH]) > 1 else 1.0)
