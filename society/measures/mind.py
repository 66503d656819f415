"""Measures of habits, moods, self-image and basins of personality."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from society.kernels.sums import mean
from society.measures.base import Values, measure, over_people
from society.population import Array

if TYPE_CHECKING:
    from society.model import Society


@measure("habit_depth")
def habit_depth(model: Society) -> Values:
    """Mean depth of habits: the curvature of their pull."""
    return {"": over_people(model.population["habit_depth"])}


@measure("habit_tenure", unit="years")
def habit_tenure(model: Society) -> Values:
    """Mean time for which people have kept to their habits in their place, in years."""
    return {"": over_people(model.population["habit_tenure"])}


@measure("mood", unit="share of people")
def mood(model: Society) -> Values:
    """Share of people in each mood, by its number."""
    column = model.population.columns["mood"]
    numbers = range(int(column.high) + 1)
    return {f"{number}": over_people((model.population["mood"] == number).astype("f8")) for number in numbers}


@measure("self_image", "practice")
def self_report_error(model: Society) -> Values:
    """Root mean square distance a trait of self-image from personality, mean over all and by practice."""
    error = _distance(model.population["self_image"], model.population["traits"])
    practises = model.population["practice"] > 0
    groups = {"": np.ones(model.n_agents, bool), "practising": practises, "others": ~practises}
    return {group: float(mean(error, who)) for group, who in groups.items()}


@measure("noticed_step", "changed_step", unit="share of people")
def noticed(model: Society) -> Values:
    """Share of people who have noticed a change in themselves, of all and of those changed beyond the threshold."""
    has_noticed, has_changed = (model.population[name] >= 0 for name in ("noticed_step", "changed_step"))
    everybody = np.ones(model.n_agents, bool)
    groups = {"": everybody, "changed": has_changed}
    return {group: float(mean(has_noticed.astype("f8"), who)) for group, who in groups.items()}


@measure("noticed_step", "changed_step", unit="years")
def detection_lag(model: Society) -> Values:
    """Mean time from a change beyond the threshold to noticing one, in years; below 0 for who noticed before."""
    noticed_step, changed_step = (model.population[name] for name in ("noticed_step", "changed_step"))
    lag = (noticed_step - changed_step) * model.years_per_step
    return {"": float(mean(lag, (noticed_step >= 0) & (changed_step >= 0)))}


@measure("traits", "endowment", if_named=True, unit="share of people")
def basin_occupancy(model: Society) -> Values:
    """Share of people in each basin of attraction, by environment and number of the well or attractor."""
    from society.basins import occupancy

    return occupancy(model)


@measure("traits", "endowment", if_named=True, unit="nats")
def basin_entropy(model: Society) -> Values:
    """Entropy of the shares of people in basins, in nats."""
    from society.basins import entropy, occupancy

    return {"": entropy(occupancy(model))}


def _distance(one: Array, other: Array) -> Array:
    """(n_agents,) root mean square distance a trait between two columns by trait."""
    square = np.zeros(len(one))
    for d in range(one.shape[1]):
        gap = one[:, d].astype("f8") - other[:, d]
        square += gap * gap
    distance: Array = np.sqrt(square / one.shape[1])
    return distance
