"""SIS: items forgotten at a rate and learnt again, on random regular graphs, against the pair approximation."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from society.population import Array
from tests.validation.evidence import Values, errors_from, knowers, run, society

BURN_IN, OBSERVED = 5, 10
RESOLUTIONS = (10, 20, 40)


def prevalence(seed: int, steps_per_year: int, values: Values | None = None) -> float:
    """Mean share of people who know an item, over 10 years after 5, and over four independent items."""
    model = society("sis_regular_graph", {"run.seed": seed, "run.steps_per_year": steps_per_year} | (values or {}))
    run(model, BURN_IN * steps_per_year)
    total = 0.0
    for _ in range(OBSERVED * steps_per_year):
        model.step()
        total += knowers(model).mean() / model.n_agents
    return total / (OBSERVED * steps_per_year)


def by_step(seeds: Iterable[int], values: Values | None = None) -> Array:
    """(n_graphs, 3) prevalence at steps of 1/10, 1/20 and 1/40 year."""
    return np.array([[prevalence(seed, each, values) for each in RESOLUTIONS] for seed in seeds])


def limit_of_small_steps(prevalences: Array) -> Array:
    """Extrapolate to h = 0 the parabola through h, h/2 and h/4: (m₁ − 6 m₂ + 8 m₄)/3."""
    return np.asarray(prevalences @ [1, -6, 8]) / 3


def pair_approximation(k: int, rate: float) -> float:
    return 1 - (k - 1) / (rate * k * (k - 1) - 1)


@pytest.fixture(scope="module")
def endemic() -> Array:
    return by_step(range(1, 21))


def test_prevalence_tends_to_the_pair_approximation_with_smaller_steps(endemic: Array) -> None:
    """k = 4, λ = 2, n = 2000, twenty graphs: 20/23 = .869565 at h → 0, within 4 SE."""
    assert pair_approximation(4, 2.0) == pytest.approx(20 / 23)
    assert errors_from(limit_of_small_steps(endemic), 20 / 23) < 4


def test_a_long_step_is_told_from_continuous_time(endemic: Array) -> None:
    """Negative control: at a step of 1/10 year alone the number is off, by more than 4 SE."""
    assert errors_from(endemic[:, 0], 20 / 23) > 4


def test_prevalence_tends_to_the_pair_approximation_at_higher_degree() -> None:
    """k = 8, λ = 1, twenty graphs: 48/55 = .872727 at h → 0, within 4 SE."""
    settings = {"graph.arguments": {"d": 8}, "process.exchange.contact": 1.0}
    assert errors_from(limit_of_small_steps(by_step(range(1, 21), settings)), pair_approximation(8, 1.0)) < 4


def test_below_the_threshold_it_dies_out() -> None:
    """λ = .1: growth is below 4 λ − 1 = −.6 a year; e^(−24) · 1700 < 1e-6 people are expected to be left after 40."""
    assert not knowers(run(society("sis_regular_graph", {"process.exchange.contact": 0.1}))).any()


def test_what_is_never_told_dies_out() -> None:
    """Negative control: without contact e^(−40) of each person's knowledge is left."""
    assert not knowers(run(society("sis_regular_graph", {"process.exchange.contact": 0.0}))).any()


def test_what_is_never_forgotten_reaches_everybody() -> None:
    """Negative control: without forgetting everybody on a connected graph knows it in the end."""
    model = run(society("sis_regular_graph", {"process.forgetting.rate": 0.0}))
    assert (knowers(model) == model.n_agents).all()
