"""Measures of where people live, and of births."""

from __future__ import annotations

from typing import TYPE_CHECKING

from society.measures.base import Values, measure, over_people, per_year, years_of

if TYPE_CHECKING:
    from society.model import Society


@measure("moves", unit="share of people")
def living(model: Society) -> Values:
    """Share of people who live in each environment."""
    environment = model.population["environment"]
    return {name: over_people((environment == number).astype("f8")) for number, name in enumerate(model.environments)}


@measure("moves", unit="per person and year")
def moves(model: Society) -> Values:
    """Moves from one environment to another, a person and year since the start."""
    return per_year(model, {"": model.population["moves"].astype("f8")})


@measure("entered", unit="per person and year")
def births(model: Society) -> Values:
    """Births, and so deaths, a person and year since the start."""
    return {"": model.n_born / model.n_agents / years_of(model)}
