"""What scenarios/million.toml must show, with fewer people; with all of them in the slow suite."""

import math

import numpy as np
import pytest

from tests.scenarios.worlds import load, run, share_of_users

FORGETTING, REDISCOVERY = 0.2, 0.002
TELLING = 10 / (1 + math.exp(3 + 4 * (1 - math.exp(-3))))
"""How fast a competitive item known to few is told, per knower and year: mean degree times the willingness at f = 0."""


@pytest.fixture(scope="module", params=[20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def model(request):
    n = request.param
    holders = {f"meme_family.{name}.first_holders": n // 1000 for name in ("craft", "custom", "tip")}
    return run(load("million", {"population.n_agents": n, **holders}))


def knowers(model, kind):
    """(n_agents, n_items) boolean: who knows the items of a kind."""
    bits = np.unpackbits(model.population["knows"].view("u1"), axis=1, bitorder="little")
    return bits[:, : model.memes.n_slots].astype(bool)[:, model.memes.of_kind(kind)]


@pytest.mark.parametrize("kind", ["invariant", "cooperative"])
def test_who_has_many_ties_hears_of_things_first(model, kind):
    """More of the tenth with most ties know an item, by 4 standard errors over its items."""
    known = knowers(model, kind)
    well_tied = model.graph.degree >= np.quantile(model.graph.degree, 0.9)
    gap = known[well_tied].mean(axis=0) - known.mean(axis=0)
    assert gap.mean() > 4 * gap.std(ddof=1) / math.sqrt(len(gap))


def known_after_a_year(telling):
    """Share of people who know an item after a year, from a thousandth: f' = (telling − forgetting) f + found."""
    rate = FORGETTING + REDISCOVERY - telling
    resting = REDISCOVERY / rate
    return resting + (0.001 - resting) * math.exp(-rate)


def test_competitive_items_are_withheld(model):
    """Between what is known if nobody tells anybody and if everybody's friends are all still to hear."""
    shares = knowers(model, "competitive").mean(axis=0)
    error = shares.std(ddof=1) / math.sqrt(len(shares))
    assert known_after_a_year(0.0) - 4 * error < shares.mean() < known_after_a_year(TELLING) + 4 * error


@pytest.mark.parametrize(("platform", "churn"), [("feed", (0.01, 0.05)), ("chat", (0.02, 0.05))])
def test_as_many_of_those_old_enough_use_a_platform_as_its_churn_says(model, platform, churn):
    old_enough = model.population["age"] >= 14 + 1 / 52
    uses = model.population["is_user"][[*model.platforms].index(platform)][old_enough]
    expected = share_of_users(*churn, 52)
    assert abs(uses.mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / len(uses))
