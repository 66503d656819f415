"""What scenarios/sweeps/feed_and_friends.toml must show: graphs decide what is known, the feed what people become."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.linalg import eigsh
from scipy.special import expit

from tests.scenarios.sweeps.studies import assert_mean, done, load
from tests.scenarios.sweeps.test_default_model_sobol import captured
from tests.scenarios.worlds import standard_error

NAME, RATE = "feed_and_friends", "process.forgetting.rate"
N, FIRST, PER_YEAR, STEPS = 200, 8, 52, 260
TELLING = 2.0 * expit(-3)
SIZES = {
    "small": {"sweep.seed": 2001, "sweep.replicates": 6, f"factors.{RATE}": [1.2]},
    "whole": {"sweep.seed": 3001},
}
ANY_SIZE = pytest.mark.parametrize("size", ["small", pytest.param("whole", marks=pytest.mark.slow)])


@cache
def runs(size: str) -> pd.DataFrame:
    return done(NAME, SIZES[size])[0]


def pairs(size, outcome):
    """Outcome without and with the feed, by graph, rate of forgetting and replicate."""
    return runs(size).pivot(index=["graph", RATE, "replicate"], columns="arm", values=outcome)


def largest_eigenvalue(kind, seed):
    sweep = load(NAME, {"sweep.seed": seed, "sweep.replicates": 1})
    point = next(point for point in sweep.points() if point.labels["graph"] == kind)
    graph = sweep.scenario_of(point, replicate=0).build_graph()
    ties = csr_array((np.ones(len(graph.indices)), graph.indices, graph.indptr))
    return float(eigsh(ties, k=1, return_eigenvectors=False)[0])


def most(rate, eigenvalue):
    """Share of people who may know an invariant item in the end, at most, in the mean: the bound in weekly steps."""
    growth = np.exp(-rate / PER_YEAR) + TELLING * eigenvalue / PER_YEAR
    return np.sqrt(N * FIRST) * growth**STEPS / N


def test_the_eigenvalues_are_those_of_the_header():
    assert largest_eigenvalue("ring", 1) == pytest.approx(10.0)
    assert [largest_eigenvalue("hubs", seed) for seed in (1, 2, 3)] == pytest.approx([16] * 3, abs=1.5)
    assert pytest.approx(0.95, abs=0.005) == TELLING * 10
    assert pytest.approx(1.5, abs=0.05) == TELLING * 16


@ANY_SIZE
def test_what_is_forgotten_fast_dies_on_the_ring_and_lives_on_around_hubs(size):
    known = (
        runs(size)
        .query(f"`{RATE}` == 1.2 and arm == 'without_feed'")
        .pivot(index="replicate", columns="graph", values="known.invariant")
    )
    assert known["ring"].mean() < most(1.2, 10.0)
    more = (known["hubs"] - known["ring"]).to_numpy()
    assert more.mean() > 3 * standard_error(more)


@ANY_SIZE
@pytest.mark.parametrize("kind", ["cooperative", "invariant", "competitive"])
def test_the_feed_changes_nothing_of_what_people_know(size, kind):
    known = pairs(size, f"known.{kind}")
    assert (known["with_feed"] == known["without_feed"]).all()


@ANY_SIZE
@pytest.mark.parametrize(("trait", "target"), [("neuroticism", 2.0), ("conscientiousness", -2.0)])
def test_the_feed_makes_of_people_what_linear_theory_says_on_either_graph(size, trait, target):
    both = pairs(size, f"trait_mean.{trait}")
    moved = ((both["with_feed"] - both["without_feed"]) / target).groupby(["graph", "replicate"]).mean()
    expected = captured([1.2], [0.01], STEPS)[0]
    for graph in ("ring", "hubs"):
        assert_mean(moved[graph].to_numpy(), expected)
    assert_mean((moved["ring"] - moved["hubs"]).to_numpy(), 0.0)
