"""What a measure is, the table of all of them, and means over people, which most of them are."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, Protocol

import numpy as np

from society.errors import InputError, did_you_mean
from society.kernels.sums import mean
from society.population import Array

if TYPE_CHECKING:
    from society.model import Society

type Values = dict[str, float]
type Measuring = Callable[[Society], Values]


class Columned(Protocol):
    """What has columns: a society, or the plan of one."""

    @property
    def population(self) -> Container[str]:
        """The columns by name."""


@dataclass(frozen=True)
class Measure:
    """A number, or several, that describe a society."""

    name: str
    doc: str
    needs: tuple[str, ...]
    """Columns without which it does not apply."""
    function: Measuring
    if_named: bool = False
    """Whether it is taken only where `record.measures` names it."""
    compares: bool = False
    """Whether its values are themselves differences from a twin."""
    unit: str = ""
    """Of its values, where they have one."""

    def applies_to(self, model: Columned) -> bool:
        """Whether the society has what it measures."""
        return all(column in model.population for column in self.needs)

    def __call__(self, model: Society) -> Values:
        """Values by result column."""
        return {f"{self.name}.{key}" if key else self.name: value for key, value in self.function(model).items()}


MEASURES: dict[str, Measure] = {}
"""Every measure by name."""


def measure(
    *needs: str, if_named: bool = False, compares: bool = False, unit: str = ""
) -> Callable[[Measuring], Measuring]:
    """Register a function as the measure of its name, for societies that have the columns `needs`."""

    def register(function: Measuring) -> Measuring:
        doc = cleandoc(function.__doc__ or "")
        MEASURES[function.__name__] = Measure(function.__name__, doc, needs, function, if_named, compares, unit)
        return function

    return register


def choose(names: Iterable[str], model: Columned) -> list[Measure]:
    """The named measures; if none is named, all that apply to the society but those taken only if named."""
    names = tuple(names)
    for name in names:
        if name not in MEASURES:
            raise InputError(f"record.measures: no measure {name!r}; {did_you_mean(name, MEASURES)}")
        if not MEASURES[name].applies_to(model):
            missing = [column for column in MEASURES[name].needs if column not in model.population]
            raise InputError(f"record.measures: {name!r} needs {missing[0]!r}, which no process here owns")
    if names:
        return [each for each in MEASURES.values() if each.name in names]
    return [each for each in MEASURES.values() if each.applies_to(model) and not each.if_named]


def over_people(values: Array, who: Array | None = None) -> float:
    """Mean over people (of those `who`), but for those with nan."""
    return float(mean(values, np.ones(len(values), bool) if who is None else who))


def years_of(model: Society) -> float:
    """Years since the start, a step at least."""
    return max(model.n_steps, 1) * model.years_per_step


def steps_lived(model: Society) -> Array:
    """(n_agents,) steps that each has lived since the start, which itself counts as one."""
    entered = model.population.get("entered", np.zeros(model.n_agents, "i4"))
    lived: Array = (max(model.n_steps, 1) - entered).astype("f8")  # whole, so that they add up without error
    return lived


def mean_years(model: Society, who: Array | None = None) -> float:
    """Years that people (those `who`) have lived since the start, in the mean; a step if they have just been born."""
    return (over_people(steps_lived(model), who) or 1.0) * model.years_per_step


def a_year(model: Society, values: Array, who: Array | None = None) -> float:
    """What has come together for people (those `who`) since the start, by the years that they have lived together.

    What the dead did is gone with them, and so are their years. Who has nan counts in neither.
    """
    if "entered" not in model.population:  # nobody is born, so that all have lived as long
        return over_people(values, who) / years_of(model)
    known = ~np.isnan(values)
    known = known if who is None else known & who
    return over_people(values, known) / mean_years(model, known)


def per_year(model: Society, rows: dict[str, Array]) -> Values:
    """Each of several flows a person and year lived."""
    return {name: a_year(model, row) for name, row in rows.items()}


def rows_of(model: Society, column: str) -> dict[str, Array]:
    """Rows (n_agents,) of a column by the names along its first dimension."""
    population = model.population
    labels = population.labels(population.columns[column].dims[0])
    return dict(zip(labels, population[column], strict=True))
