"""Measures of capture: a society compared with its paired twin, person by person.

In this order: how far people were moved towards the captor's target, what own interest they lost by it, and (in the
ledger) the captor's work a year. Cosines describe and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from society.kernels.sums import mean
from society.measures.base import Values, measure, over_people
from society.measures.divisions import of_age
from society.population import Array
from society.processes.ledger import own_interest

if TYPE_CHECKING:
    from society.model import Society


@measure("traits", compares=True, unit="share of the way to the target")
def capture(model: Society) -> Values:
    """Displacement towards a platform's target against the twin without it, (x − x⁰)·T / T·T, by age at entry.

    Measured for the platforms named in `record.twins`; exactly zero without the platform.
    """
    return _towards_targets(model, captured)


@measure("interest", compares=True, unit="reward")
def interest_lost(model: Society) -> Values:
    """Own interest U(x⁰) − U(x) lost by being x and not the twin's x⁰, both judged in the world with the platform."""
    return {path.removeprefix("platform."): over_people(lost(model, twin)) for path, twin in model.twins.items()}


@measure("traits", if_named=True, unit="cosine")
def capture_cosine(model: Society) -> Values:
    """Cosine between displacement against the twin and a platform's target; descriptive only, by age at entry.

    For the same platforms as `capture`, among those who were displaced.
    """
    return _towards_targets(model, _cosine)


def displacement(model: Society, twin: Society) -> Array:
    """(n_agents, n_traits) personality less the twin's; nan for who is not there in both."""
    moved = model.population["traits"].astype("f8") - twin.population["traits"]
    moved[~in_both(model, twin)] = np.nan
    return moved


def in_both(model: Society, twin: Society) -> Array:
    """(n_agents,) whose row belongs to the same person in both societies."""
    same: Array = model.population["uid"] == twin.population["uid"]
    return same


def captured(model: Society, twin: Society, platform: str) -> Array:
    """(n_agents,) capture c = (x − x⁰)·T / T·T; nan where the target is the origin."""
    along, square, _ = _projected(model, twin, platform)
    return along / square if square else np.full(model.n_agents, np.nan)


def lost(model: Society, twin: Society) -> Array:
    """(n_agents,) interest lost U(x⁰) − U(x), in the world of the first society; nan before the first step."""
    without = np.full(model.n_agents, np.nan)
    if model.n_steps:
        there = np.ascontiguousarray(twin.population["traits"].T)
        own_interest(model, slice(0, model.n_agents), there, without, np.empty(model.n_agents))
        without[~in_both(model, twin)] = np.nan
    return without - model.population["interest"]


def _cosine(model: Society, twin: Society, platform: str) -> Array:
    along, square, length = _projected(model, twin, platform)
    lengths = np.sqrt(square) * length
    cosines: Array = np.divide(along, lengths, out=np.full(model.n_agents, np.nan), where=lengths > 0)
    return cosines


def _projected(model: Society, twin: Society, platform: str) -> tuple[Array, float, Array]:
    """Displacement along a target, the target's square, and the length of displacement on the traits it names."""
    moved, target = displacement(model, twin), model.scenario.platform[platform].target
    along, square, length = np.zeros(model.n_agents), 0.0, np.zeros(model.n_agents)
    for d, trait in enumerate(model.scenario.population.traits):
        if trait in target:
            along += target[trait] * moved[:, d]
            square += target[trait] * target[trait]
            length += moved[:, d] * moved[:, d]
    return along, square, np.sqrt(length)


def _towards_targets(model: Society, of_people: Callable[[Society, Society, str], Array]) -> Values:
    """Mean of a number of each person, for the platforms that twins lack, by age at entry."""
    found: Values = {}
    for path, twin in model.twins.items():
        family, _, platform = path.partition(".")
        if family == "platform":
            values = of_people(model, twin, platform)
            found |= {
                f"{platform}{group}": float(mean(values, who)) for group, who in _entrants(model, platform).items()
            }
    return found


def _entrants(model: Society, platform: str) -> dict[str, Array]:
    """Who is counted: everybody who met the platform, and by age at entry; everybody if nobody can meet it."""
    if platform not in model.platforms or "age_at_entry" not in model.population:
        return {"": np.ones(model.n_agents, bool)}
    age = model.population["age_at_entry"][[*model.platforms].index(platform)]
    return {"": ~np.isnan(age), **{f".{group}": who for group, who in of_age(age).items()}}
