"""Kicks: their lengths and directions, the jump term that they are at a rate, and their place in the ledger."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.events.lives import STILL, happening, lived
from tests.societies import CONSTANT_RATE, Raw
from tests.tolerance import has_mean, has_share, has_variance

N = 20_000
TWO = ("anger", "calm")


def moved(kick: Raw, *, n_agents: int = N, traits: tuple[str, ...] = TWO, years: float = 0.25, **when: Any) -> Any:
    """(n_agents, n_traits) where people are, who start at the origin and are kicked once unless said otherwise."""
    event = {"blow": {"kick": kick} | (when or {"at": 0.0})}
    return lived(years, happening(n_agents, traits, event=event)).population["traits"].astype("f8")


def lengths(**kick: Any) -> Any:
    return np.sqrt((moved(kick) ** 2).sum(axis=1))


def test_a_fixed_length_is_that_length() -> None:
    assert lengths(size=0.5) == pytest.approx(0.5, rel=1e-6)


def test_a_normal_length_is_the_absolute_value_of_a_normal_number() -> None:
    found = lengths(size=2.0, law="normal")
    assert has_mean(found, 2.0 * np.sqrt(2.0 / np.pi))
    assert has_mean(found**2, 4.0)
    assert has_share(found > 2.0, 0.31731050786)


@pytest.mark.parametrize("tail", [0.5, 1.5, 3.0])
def test_the_tail_of_displacement_is_that_of_the_lengths(tail: float) -> None:
    found = lengths(size=0.1, law="heavy_tailed", tail=tail)
    assert found.min() >= 0.1 * (1 - 1e-6)
    for j in (0.15, 0.3, 1.0):
        assert has_share(found > j, (0.1 / j) ** tail)


@pytest.mark.parametrize("n_traits", [2, 5])
def test_a_random_direction_is_the_same_in_law_whichever_way(n_traits: int) -> None:
    found = moved({}, traits=tuple("abcde")[:n_traits])
    for d in range(n_traits):
        assert has_mean(found[:, d], 0.0)
        assert has_mean(found[:, d] ** 2, 1.0 / n_traits)
        assert has_mean(found[:, d] * found[:, d - 1], 0.0)
    assert (found**2).sum(axis=1) == pytest.approx(1.0, rel=1e-6)


def test_of_one_trait_both_ways_are_as_likely() -> None:
    found = moved({}, traits=("calm",))
    assert has_share(found > 0, 0.5)
    assert np.abs(found) == pytest.approx(1.0)


def test_of_two_traits_every_angle_is_as_likely() -> None:
    found = moved({})
    angle = np.arctan2(found[:, 1], found[:, 0])
    for low in np.linspace(-np.pi, np.pi, 9)[:-1]:
        assert has_share((angle >= low) & (angle < low + np.pi / 4), 1 / 8)


def test_towards_a_point_leads_towards_it_on_the_traits_it_names() -> None:
    assert moved({"size": 0.5, "towards": {"anger": -2.0}}, n_agents=2) == pytest.approx(np.array([[-0.5, 0.0]] * 2))
    assert moved({"size": 5.0, "towards": {"anger": 30.0, "calm": 40.0}}, n_agents=1) == pytest.approx(
        np.array([[3.0, 4.0]])
    )


def test_towards_a_point_leads_not_beyond_it_however_many_the_doses() -> None:
    found = moved({"size": 0.4, "towards": {"calm": 1.0}}, n_agents=3, every=0.05, count=4)
    assert found[:, 1].tolist() == [1.0] * 3


def test_towards_a_point_leads_not_beyond_it_however_many_the_events() -> None:
    kick = {"size": 0.75, "towards": {"calm": 1.0}}
    event = {name: {"at": 0.0, "kick": kick} for name in ("a", "b", "c")}
    assert lived(0.25, happening(event=event)).population["traits"][:, 0].tolist() == [1.0] * 6


def test_away_from_a_point_leads_away_from_where_earlier_events_have_led() -> None:
    # from 0 to 2 and then away from 1, which from 0 would lead down
    event = {
        "a": {"at": 0.0, "kick": {"size": 2.0, "along": {"calm": 1.0}}},
        "b": {"at": 0.0, "kick": {"away": {"calm": 1.0}}},
    }
    assert lived(0.25, happening(event=event)).population["traits"][:, 0].tolist() == [3.0] * 6


def test_away_from_a_point_leads_away_from_it() -> None:
    found = moved({"size": 0.5, "away": {"anger": 3.0, "calm": -4.0}}, n_agents=2)
    assert found == pytest.approx(np.array([[-0.3, 0.4]] * 2))


def test_along_a_direction_leads_there_whatever_its_length() -> None:
    for scale in (1.0, 100.0):
        found = moved({"size": 0.5, "along": {"anger": 3.0 * scale, "calm": -4.0 * scale}}, n_agents=2)
        assert found == pytest.approx(np.array([[0.3, -0.4]] * 2))


def test_a_kick_does_not_depend_on_the_learning_rate() -> None:
    learning = STILL["learning"] | {"age_curve": [[20.0, 10.0]]}
    event = {"blow": {"at": 0.0, "kick": {"size": 0.5, "along": {"calm": 1.0}}}}
    quick = happening(event=event, process=STILL | {"learning": learning})
    assert lived(0.25, quick).population["traits"][:, 0].tolist() == [0.5] * 6


@pytest.mark.parametrize(
    ("law", "tail", "mean_square"), [("fixed", 1.5, 0.04), ("normal", 1.5, 0.04), ("heavy_tailed", 6.0, 0.04 * 1.5)]
)
def test_at_a_rate_variance_grows_with_the_rate_and_the_mean_square_of_lengths(
    law: str, tail: float, mean_square: float
) -> None:
    # compound Poisson: Var = λ t E[J²] / D a trait; Pareto's E[J²] = s² α/(α − 2)
    found = moved({"size": 0.2, "law": law, "tail": tail}, years=2.0, rate=3.0)
    for d in range(2):
        assert has_mean(found[:, d], 0.0)
        assert has_variance(found[:, d], 3.0 * 2.0 * mean_square / 2)


def test_at_a_rate_the_tail_is_that_of_the_one_large_kick() -> None:
    # P(|x| > j) → λ t (s/j)^α; at j = 50 s what the other kicks add is below 2 %
    found = moved({"size": 0.1, "law": "heavy_tailed", "tail": 1.5}, traits=("calm",), n_agents=100_000, rate=4.0)
    assert has_share(np.abs(found[:, 0]) > 5.0, 50.0**-1.5)


@pytest.mark.parametrize(
    "kick", [{"law": "normal"}, {"law": "heavy_tailed"}, {"law": "normal", "towards": {"calm": 9.0}}]
)
def test_kicks_do_not_depend_on_the_length_of_a_step(kick: Raw) -> None:
    event = {"blow": {"rate": 3.0, "kick": kick}}
    one, other = (lived(1, happening(200, TWO, event=event, steps_per_year=n)).population["traits"] for n in (1, 52))
    assert one == pytest.approx(other, rel=1e-4, abs=1e-5)


def test_a_kick_of_no_length_changes_no_bit() -> None:
    processes = {"ageing": {}, "exploration": {}, "landscape": {}, "learning": {"age_curve": CONSTANT_RATE}}
    tables = {"environment": {"home": {"kind": "wells"}}, "process": processes}
    blow = {"blow": {"rate": 3.0, "kick": {"size": 0.0, "law": "heavy_tailed"}}}
    without, with_blow = (lived(2, happening(50, TWO, event=event, **tables)) for event in ({}, blow))
    one, other = without.state(), with_blow.state()
    assert {name for name in one.keys() & other.keys() if one[name] != other[name]} == set()


def test_the_work_of_a_kick_stands_in_the_ledger_by_its_name() -> None:
    # R = −x²/2, from 0 to 1 by the kick alone: η h ∇R(0) = 0, so U falls by ½
    tables = {"environment": {"home": {"kind": "quadratic"}}, "process": {"landscape": {}} | STILL}
    event = {"blow": {"at": 0.0, "kick": {"along": {"calm": 1.0}}}}
    population = lived(0.25, happening(event=event, **tables)).population
    accounts = dict(zip(population.labels("account"), population["work"][:, 0].tolist(), strict=True))
    assert accounts == {"landscape": 0.0, "event.blow.kick": -0.5, "chance": 0.0, "bounds": 0.0}


def test_in_the_next_step_the_kick_is_over() -> None:
    event = {"blow": {"at": 0.0, "kick": {"along": {"calm": 1.0}}}}
    assert lived(2, happening(event=event)).population["traits"][:, 0].tolist() == [1.0] * 6
