"""Measures of the ledger: own interest, who works on it, and what platforms gain.

Work and gain are flows: means a person and year lived, since the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from society.measures.base import Values, mean_years, measure, over_people, per_year, rows_of
from society.population import Array
from society.processes.ledger import teachers

if TYPE_CHECKING:
    from society.model import Society

QUADRANTS = ("symbiosis", "capture", "gift", "mutual_harm")
"""By number: 1 if the person loses, and 2 more if the platform does not gain."""


@measure("interest", unit="reward")
def interest(model: Society) -> Values:
    """Mean own interest U."""
    return {"": over_people(model.population["interest"])}


@measure("work", unit="reward per person and year")
def work(model: Society) -> Values:
    """Work on own interest by each account of the ledger, a person and year since the start."""
    return per_year(model, rows_of(model, "work"))


@measure("drift_work", if_named=True, unit="reward per person and year")
def drift_work(model: Society) -> Values:
    """Work on own interest by the mean movement of each source, a person and year since the start."""
    return per_year(model, rows_of(model, "drift_work"))


@measure("work", unit="reward per person and year")
def agitation(model: Society) -> Values:
    """Work of each source less the work of its mean movement, a person and year since the start."""
    whole = rows_of(model, "work")
    return per_year(model, {source: whole[source] - drift for source, drift in rows_of(model, "drift_work").items()})


@measure("world", unit="reward per person and year")
def world(model: Society) -> Values:
    """Change of own interest with personality held, a person and year since the start."""
    return per_year(model, {"": model.population["world"]})


@measure("gain", "attention", unit="per person and year")
def gain(model: Society) -> Values:
    """Stated gain of each platform, a person and year since the start."""
    return per_year(model, rows_of(model, "gain"))


@measure("gain", "attention", unit="share of people")
def quadrants(model: Society) -> Values:
    """Share of people in each quadrant of drift work on own interest and stated gain, by platform.

    Both since the start. Symbiosis: person and platform gain. Capture: the platform gains, the person loses. Gift: the
    person gains, the platform does not. Mutual harm: the person loses and the platform does not gain. A gain is above
    0; of 0 or less is none. Who neither gains nor loses, such as who never met the platform, is in no quadrant.
    """
    return _in_quadrants(model, lambda drift, gained: np.ones(len(drift)))


@measure("gain", "attention", if_named=True, unit="reward per person and year")
def quadrant_work(model: Society) -> Values:
    """Drift work on own interest by each platform on the people in each quadrant, a person of all and year."""
    return _in_quadrants(model, lambda drift, gained: drift / mean_years(model))


@measure("gain", "attention", if_named=True, unit="per person and year")
def quadrant_gain(model: Society) -> Values:
    """Stated gain of each platform from the people in each quadrant, a person of all and year."""
    return _in_quadrants(model, lambda drift, gained: gained / mean_years(model))


def _in_quadrants(model: Society, quantity: Callable[[Array, Array], Array]) -> Values:
    """Sum of a quantity of (drift work, gain) over the people in each quadrant, divided by the number of all."""
    found: Values = {}
    for platform, gained in rows_of(model, "gain").items():
        drift = _drift_work_for(model, platform)
        if drift is None:
            continue
        quadrant = np.where(abs(drift) > 0, (drift < 0) + 2 * ~(gained > 0), len(QUADRANTS))  # the last for nobody
        sums = np.bincount(quadrant, quantity(drift, gained), minlength=len(QUADRANTS))
        for name, total in zip(QUADRANTS, sums.tolist(), strict=False):
            found[f"{platform}.{name}"] = total / model.n_agents
    return found


def _drift_work_for(model: Society, platform: str) -> Array | None:
    """(n_agents,) drift work of all sources that serve a platform; None if there are none."""
    drifts = rows_of(model, "drift_work")
    serving = [drifts[row] for source, row in teachers(model) if source.serves(row) == platform]
    return np.sum(serving, axis=0) if serving else None
