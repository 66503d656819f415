"""Measures of the ledger divided by kind of people: by age, by group, by use of each platform.

Each flow of the ledger has one for each division, such as `work_by_age`; they are taken only where `record.measures`
names them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from society.measures.base import MEASURES, Measure, Values, a_year, rows_of
from society.population import Array

if TYPE_CHECKING:
    from society.model import Society

AGES = {"under_18": (-np.inf, 18.0), "from_18_to_24": (18.0, 25.0), "from_25": (25.0, np.inf)}
"""Classes of age: name to youngest and (excluded) oldest age."""

FLOWS = {
    "work": "Work on own interest by each account of the ledger",
    "drift_work": "Work on own interest by the mean movement of each source",
    "gain": "Stated gain of each platform",
}
"""Columns of the ledger with what they are."""


def of_age(age: Array) -> dict[str, Array]:
    """Who is in each class of age; nobody whose age is nan."""
    return {name: (age >= low) & (age < high) for name, (low, high) in AGES.items()}


def ever_used(model: Society, platform: str) -> Array:
    """(n_agents,) who has ever met a platform."""
    return ~np.isnan(rows_of(model, "age_at_entry")[platform])


def _by_age(model: Society) -> dict[str, Array]:
    lived = model.n_steps - model.population.get("entered", 0)
    return of_age(model.population["age"] - lived * model.years_per_step)


def _by_group(model: Society) -> dict[str, Array]:
    names = model.population.labels("group")
    return {name: model.population["group"] == number for number, name in enumerate(names)}


def _by_use(model: Society) -> dict[str, Array]:
    met = {platform: ever_used(model, platform) for platform in model.platforms}
    return {f"{name}.{key}": who for name, users in met.items() for key, who in (("ever", users), ("never", ~users))}


DIVISIONS: dict[str, tuple[str, str, Callable[[Society], dict[str, Array]]]] = {
    "age": ("age", "by age at the start, or at which they entered later", _by_age),
    "group": ("group", "by group", _by_group),
    "use": ("age_at_entry", "by whether they ever used each platform", _by_use),
}
"""Name of a division to the column it needs, what it goes by, and who is in each part."""


def _divided(flow: str, division: str) -> Measure:
    """The measure of a flow of the ledger by kind of people."""
    column, goes_by, parts = DIVISIONS[division]

    def function(model: Society) -> Values:
        rows, kinds = rows_of(model, flow), parts(model)
        return {f"{row}.{kind}": a_year(model, rows[row], who) for row in rows for kind, who in kinds.items()}

    doc = f"{FLOWS[flow]}, a person and year lived since the start, {goes_by}."
    unit = "per person and year" if flow == "gain" else "reward per person and year"
    return Measure(f"{flow}_by_{division}", doc, (flow, column), function, if_named=True, unit=unit)


for _flow in FLOWS:
    for _division in DIVISIONS:
        MEASURES[f"{_flow}_by_{_division}"] = _divided(_flow, _division)
