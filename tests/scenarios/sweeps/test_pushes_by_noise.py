"""What scenarios/sweeps/pushes_by_noise.toml must show: the law of recovery by size of pushes, spacing and noise.

A person's days are a Markov chain on a fine grid. Who is carried to the nearest point of it is moved by a variance of
(spacing)²/12 a day, which is taken off that of chance (Sheppard 1898).
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from society.basins import mean_first_passage
from tests.scenarios.sweeps.studies import assert_count, done

NAME, SIZE, NOISE = "pushes_by_noise", "event.sessions.kick.size", "process.learning.temperature"
RATE, DAY, N_PUSHES = 2.0, 1 / 364, 26
BEFORE, DAYS = 182, 728
WELL = "basin_occupancy.moderate.0"
SMALL = {
    "sweep.seed": 2001,
    "sweep.replicates": 1,
    "set.population.n_agents": 1000,
    f"factors.{SIZE}": [0.02, 0.05],
    f"factors.{NOISE}": [0.02, 0.15],
}
WHOLE = {"sweep.seed": 3001}
GRID = np.linspace(-2.2, 2.2, 441)
SPACING = GRID[1] - GRID[0]


@cache
def runs(size: str) -> pd.DataFrame:
    return done(NAME, {"small": SMALL, "whole": WHOLE}[size])[0]


@cache
def day(noise, push=0.0):
    """(n, n) probabilities of where on the grid one is a day later."""
    mean = GRID + RATE * DAY * (GRID - GRID**3) - push
    edges = np.concatenate([[-np.inf], 0.5 * (GRID[1:] + GRID[:-1]), [np.inf]])
    deviation = np.sqrt(2 * RATE * noise * DAY - SPACING**2 / 12)
    return np.diff(ndtr((edges - mean[:, np.newaxis]) / deviation), axis=1)


def later(p, matrix, times):
    for _ in range(times):
        p = p @ matrix
    return p


@cache
def well(arm, size, noise):
    """Probability of being well in the end."""
    p = later((np.abs(GRID - 1) < SPACING / 2).astype(float), day(noise), BEFORE)
    n_left = DAYS - BEFORE
    if arm == "at_once":
        p, n_left = p @ day(noise, N_PUSHES * size), n_left - 1
    if arm == "weekly":
        for _ in range(N_PUSHES):
            p = later(p @ day(noise, size), day(noise), 6)
        n_left -= 7 * N_PUSHES
    p = later(p, day(noise), n_left)
    return p[GRID < -SPACING / 2].sum() + 0.5 * p[np.abs(GRID) < SPACING / 2].sum()


def check_laws(which):
    for (arm, size, noise), group in runs(which).groupby(["arm", SIZE, NOISE]):
        seen = round((group[WELL] * group["n_agents"]).sum())
        p = well(arm, 0.0 if arm == "waiting" else size, noise)
        assert_count(seen, p, int(group["n_agents"].sum()))


def test_as_many_are_well_as_the_chain_says():
    check_laws("small")


@pytest.mark.slow
def test_as_many_are_well_as_the_chain_says_at_every_point():
    check_laws("whole")


def test_without_pushes_their_size_makes_no_difference_whatever():
    outcomes = runs("small").query("arm == 'waiting'").groupby(NOISE)[[WELL, "trait_mean.neuroticism"]]
    assert (outcomes.nunique() == 1).all(axis=None)
    assert (outcomes.size() == 2).all()


def carried(size, days_between):
    """Where 26 pushes lead without noise, from the bottom of the well."""
    x = 1.0
    for _ in range(N_PUSHES):
        x -= size
        for _ in range(days_between):
            x += RATE * DAY * (x - x**3)
    return x


def test_between_the_thresholds_of_the_header_one_large_push_leads_out_and_many_small_ones_do_not():
    assert carried(0.0480, 7) > 0 > carried(0.0490, 7)
    assert N_PUSHES * 0.0380 < 1 < N_PUSHES * 0.0390
    assert well("weekly", 0.045, 0.005) < 0.25
    assert well("at_once", 0.045, 0.005) > 0.95


def test_noise_helps_who_is_pushed_too_little_and_harms_who_is_pushed_enough():
    r = runs("small").set_index(["arm", SIZE, NOISE])[WELL]
    assert r["weekly", 0.02, 0.15] > r["weekly", 0.02, 0.02]
    assert r["at_once", 0.05, 0.15] < r["at_once", 0.05, 0.02]


def test_at_the_threshold_of_weekly_pushes_noise_makes_little_difference():
    shares = [well("weekly", 0.05, noise) for noise in (0.02, 0.05, 0.1, 0.15, 0.2)]
    assert shares == pytest.approx([0.6] * 5, abs=0.02)


def kramers(noise):
    """Years to get well, in the limit of little noise."""
    return 2 * np.pi / (RATE * np.sqrt(2)) * np.exp(0.25 / noise)


def test_people_get_well_by_themselves_as_kramers_says():
    """The exact time to the bottom of the other well, near it and nearer the less noise there is."""
    ratios = []
    for noise in (0.02, 0.05, 0.1):
        exact = mean_first_passage(lambda x: x**2 / 2 - x**4 / 4, 1.0, -1.0, temperature=noise, rate=RATE)
        ratios.append(exact / kramers(noise))
    assert 1 < ratios[0] < ratios[1] < ratios[2] < 1.25
    assert ratios[0] < 1.04
    assert kramers(0.1) / kramers(0.2) == pytest.approx(3.49, abs=0.005)
