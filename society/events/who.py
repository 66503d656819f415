"""Who: the people that an event reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema

from society.errors import InputError, did_you_mean
from society.kernels.philox import fill_uniform
from society.population import Array
from society.tables import Listed, Table, parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class Range(Table):
    """From `low` on and below `high`; without bound on a side that is not given."""

    low: float | None = parameter(None, "The lowest value that belongs to it.")
    high: float | None = parameter(None, "The value below which it ends.")

    def holds(self, values: Array) -> Array:
        """(n,) boolean: which values belong to it."""
        inside = np.ones(len(values), bool)
        if self.low is not None:
            inside &= values >= self.low
        if self.high is not None:
            inside &= values < self.high
        return inside

    def check(self, path: str) -> list[str]:
        """The lower bound is below the upper."""
        if self.low is None or self.high is None or self.low < self.high:
            return []
        return [f"{path}.low = {self.low} is not below {path}.high = {self.high}"]


def _person(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise InputError(f"{value!r} is no name of a person: must be a string or a whole number")
    return value


Person = Annotated[Any, BeforeValidator(_person), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}]})]
"""What the graph calls a person."""


class Who(Table):
    """Those for whom all conditions hold at the beginning of the step; everybody if there are none."""

    age: Range | None = parameter(None, "Ages reached; any if not given.", unit="years")
    traits: dict[str, Range] = parameter({}, "Personality reached, by trait.")
    groups: Listed[tuple[str, ...]] = parameter((), "Groups reached; any if empty.")
    environments: Listed[tuple[str, ...]] = parameter((), "Environments whose people are reached; any if empty.")
    platforms: Listed[tuple[str, ...]] = parameter((), "Platforms of which one must be used; none if empty.")
    fraction: float = parameter(
        1.0, "Share of people reached, by a lot that each draws once and for all.", symbol="p", ge=0, le=1
    )
    ids: Listed[tuple[Person, ...]] = parameter((), "People reached, by their names in the graph; any if empty.")

    def check(self, scenario: Scenario) -> list[str]:
        """Whatever is named exists, and no range is empty."""
        found = self.age.check("who.age") if self.age else []
        for trait, values in self.traits.items():
            found += scenario.population.check_trait("who.traits", trait) + values.check(f"who.traits.{trait}")
        found += absent("who.groups", "group", self.groups, scenario.population.groups)
        found += absent("who.environments", "environment", self.environments, scenario.environment)
        return found + absent("who.platforms", "platform", self.platforms, scenario.platform)

    def inputs(self) -> Iterator[str]:
        """Columns that the conditions are about."""
        about = (("age", self.age), ("traits", self.traits), ("group", self.groups), ("is_user", self.platforms))
        return (column for column, condition in about if condition)

    def reached(self, model: Society, key: np.uint64, named: Array | None) -> Array:
        """(n_agents,) boolean: who is reached, `key` that of the lots and `named` who is among `ids`."""
        population = model.population
        reached = np.ones(model.n_agents, bool) if named is None else named.copy()
        if self.fraction < 1.0:
            lot = np.empty(model.n_agents)
            fill_uniform(key, 0, population["uid"], lot)
            reached &= lot < self.fraction
        if self.age:
            reached &= self.age.holds(population["age"])
        for trait, values in self.traits.items():
            reached &= values.holds(population["traits"][:, model.trait_index(trait)])
        if self.groups:
            reached &= _among(population["group"], population.labels("group"), self.groups)
        if self.environments:
            reached &= _among(population["environment"], population.labels("environment"), self.environments)
        if self.platforms:
            rows = [row for row, name in enumerate(model.platforms) if name in self.platforms]
            reached &= population["is_user"][rows].any(axis=0)
        return reached

    def named(self, model: Society, event: str) -> Array:
        """(n_agents,) boolean: who of those at the start is among `ids`.

        Raises
        ------
        InputError
            If the graph knows nobody of a name.
        """
        labels = model.graph.labels.astype(np.str_)
        names = [str(each) for each in self.ids]
        for name in sorted({*names} - {*labels.tolist()})[:1]:
            said = f"no person {name!r} in the graph; {did_you_mean(name, labels.tolist())}"
            raise InputError(f"{event}.who.ids: {said}").within(model.scenario.source)
        return np.isin(labels, names)


def absent(field: str, noun: str, names: Iterable[str], known: Iterable[str]) -> list[str]:
    """A problem for each name that is not known."""
    known = [*known]
    return [f"{field}: no {noun} {name!r}; {did_you_mean(name, known)}" for name in names if name not in known]


def _among(numbers: Array, labels: tuple[str, ...], names: tuple[str, ...]) -> Array:
    return np.isin(numbers, [number for number, label in enumerate(labels) if label in names])
