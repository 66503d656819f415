"""What scenarios/hated_taste.toml must show: opposed camps where dislikes are balanced, and nothing where they are not.

Influence is linear and chance the same for twins, so that their difference is that of the equation without chance:
d ← d + η ρ h (W d − d) from 1 in the west and 0 elsewhere.
"""

from functools import cache

import numpy as np
import pytest

from society.model import Society
from tests.scenarios.worlds import load, run, standard_error

SEEDS = range(1, 21)
H = 1 / 12
CRAZE, END = 60, 360
"""Steps: the west has taken it up after step 61."""
ROUNDING = 2e-5
"""Of single precision: in each of 300 steps both twins round numbers below 1 by at most 2⁻²⁵."""

LIKED = {"process.peers.between_groups": 1.0}
IGNORED = {"process.peers.between_groups": 0.0}
SLIGHTED = {"process.peers.between_groups": -0.1}
THIRD_GROUP = {"population.groups.south": 1.0}
VARIANTS = {"hated": {}, "liked": LIKED, "ignored": IGNORED, "slighted": SLIGHTED, "third group": THIRD_GROUP}


@cache
def taste(variant, seed, steps, happens=True):
    """(n,) liking after so many steps, with the craze or in the twin without it."""
    changes = VARIANTS[variant] | {"run.seed": seed, "event.craze.enabled": happens}
    return run(load("hated_taste", changes), steps).population["traits"][:, 0].astype(float)


def difference(variant, seed, steps):
    """(n,) what the craze did to liking: x − x⁰."""
    return taste(variant, seed, steps) - taste(variant, seed, steps, False)


@cache
def ties(variant, seed):
    """(n, n) weights of ties, and (n,) the group of each person by its place in order of names: east, (south,) west."""
    model = Society(load("hated_taste", VARIANTS[variant] | {"run.seed": seed}))
    group, graph = model.population["group"], model.graph
    between = model.scenario.process["peers"].between_groups
    weights = np.zeros((model.n_agents, model.n_agents))
    for i in range(model.n_agents):
        friends = graph.neighbours(i)
        weights[i, friends] = np.where(group[friends] == group[i], 1.0, between)
    return weights, np.array(model.population.labels("group"))[group]


def means(variant, seed):
    """(n, n) W, a row for each person: 0 for who has nobody to look to."""
    weights, _ = ties(variant, seed)
    total = np.abs(weights).sum(axis=1, keepdims=True)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0), total[:, 0] > 0


def expected(variant, seed, steps):
    """(n,) the difference by the linear equation, in the steps of the scenario."""
    walk, is_drawn = means(variant, seed)
    d = (ties(variant, seed)[1] == "west").astype(float)
    for _ in range(steps - CRAZE - 1):
        d = d + H * np.where(is_drawn, walk @ d - d, 0.0)
    return d


def camps(variant, seed):
    """(n,) where balanced influence ends: σ Σ_west |a| / Σ |a|, with σ = 1 in the west."""
    weights, group = ties(variant, seed)
    weight = np.abs(weights).sum(axis=1)
    return np.where(group == "west", 1.0, -1.0) * weight[group == "west"].sum() / weight.sum()


@cache
def modes(variant, seed):
    """(n,) rising eigenvalues of W, which is like a symmetric matrix."""
    walk, _ = means(variant, seed)
    root = np.sqrt(np.abs(ties(variant, seed)[0]).sum(axis=1))
    return np.linalg.eigvalsh(root[:, None] * walk / root)


def left(variant, seed, mode):
    """What a step after step decay at the rate of a mode leaves of the craze by the end."""
    return (1 - H * (1 - modes(variant, seed)[mode])) ** (END - CRAZE - 1)


def distance(variant, seed, place):
    """Root mean square distance of what the craze did from a place, people by the weight of their ties."""
    weight = np.abs(ties(variant, seed)[0]).sum(axis=1)
    return np.sqrt(np.average((difference(variant, seed, END) - place) ** 2, weights=weight))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("steps", [CRAZE + 1, CRAZE + 2, CRAZE + 14, END])
def test_what_the_craze_does_follows_the_linear_equation(variant, steps):
    np.testing.assert_allclose(difference(variant, 1, steps), expected(variant, 1, steps), atol=ROUNDING)


def test_before_the_craze_it_makes_no_difference():
    assert not difference("hated", 1, CRAZE).any()


@pytest.mark.parametrize(("variant", "sign"), [("hated", -1.0), ("ignored", 0.0), ("liked", 1.0)])
def test_liking_falls_at_once_if_a_hated_group_adopts_it(variant, sign):
    """By η ρ h times the share of ties to the west."""
    weights, group = ties("liked", 1)
    east = group == "east"
    to_west = weights[:, ~east].sum(axis=1) / weights.sum(axis=1)
    found = difference(variant, 1, CRAZE + 2)
    np.testing.assert_allclose(found[east], sign * H * to_west[east], atol=1e-6)
    assert (np.sign(np.round(found[east & (to_west > 0)], 6)) == sign).all()


@pytest.mark.parametrize("variant", ["hated", "slighted"])
def test_balanced_dislike_ends_in_two_opposed_camps(variant):
    for seed in SEEDS[:5]:
        assert distance(variant, seed, camps(variant, seed)) < left(variant, seed, -2) + ROUNDING


def test_nobody_is_between_the_camps():
    """Not of twins but of one society, over seeds: the west likes it by 1/2, and the east dislikes it by as much."""
    sides = []
    for seed in SEEDS:
        liking, group = taste("hated", seed, END), ties("hated", seed)[1]
        sides.append([liking[group == "west"].mean(), liking[group == "east"].mean(), liking.mean()])
    for side, middle in zip(np.array(sides).T, (0.5, -0.5, 0.0), strict=True):
        assert abs(side.mean() - middle) < 4 * standard_error(side)
        assert standard_error(side) < 0.02


def test_without_the_craze_there_are_no_camps():
    apart = []
    for seed in SEEDS:
        liking, group = taste("hated", seed, END, False), ties("hated", seed)[1]
        apart.append(liking[group == "west"].mean() - liking[group == "east"].mean())
    assert abs(np.mean(apart)) < 4 * standard_error(np.array(apart))


def test_slighter_dislike_takes_longer():
    for seed in SEEDS[:5]:
        assert modes("slighted", seed)[-2] > modes("hated", seed)[-2]


def test_without_dislike_all_come_to_like_it():
    for seed in SEEDS[:5]:
        assert distance("liked", seed, np.abs(camps("liked", seed))) < left("liked", seed, -2) + ROUNDING


def test_three_groups_that_hate_one_another_forget_it():
    for seed in SEEDS[:5]:
        assert modes("third group", seed)[-1] < 0.8
        assert distance("third group", seed, 0.0) < left("third group", seed, -1) + ROUNDING


def test_two_groups_do_not_forget_it():
    """Negative control: there the largest eigenvalue is 1."""
    for seed in SEEDS[:5]:
        assert modes("hated", seed)[-1] == pytest.approx(1.0)
        assert distance("hated", seed, 0.0) > 0.4
