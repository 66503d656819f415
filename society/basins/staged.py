"""Staged: a society in which some of its people stand in rows of their own, for what a source rewards to be asked.

Only the people are copied; nothing that is asked of a staged society changes the society itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from society.population import Array, Population

if TYPE_CHECKING:
    from society.model import Society


class StagedPopulation:
    """The columns of a population for the people in `rows`, one of whom may stand there many times.

    Parameters
    ----------
    population
        The whole population.
    rows
        (n,) who stands in each row.
    values
        Columns in which the people on stage differ from who they are.
    """

    def __init__(self, population: Population, rows: Array, values: Mapping[str, Array]) -> None:
        self._population, self._rows, self._own = population, rows, dict(values)

    def __getitem__(self, name: str) -> Array:
        if name not in self._own:
            dims = self._population.columns[name].dims
            if "agent" not in dims:
                return self._population[name]
            self._own[name] = np.take(self._population[name], self._rows, axis=dims.index("agent"))
        return self._own[name]

    def __contains__(self, name: object) -> bool:
        return name in self._population

    def __getattr__(self, name: str) -> Any:
        return getattr(self._population, name)


class Staged:
    """A society as a process sees it, with the people on stage for its population; all else is the society's."""

    def __init__(self, model: Society, rows: Array, values: Mapping[str, Array]) -> None:
        self._model = model
        self.n_agents = len(rows)
        self.population: Any = StagedPopulation(model.population, rows, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)


def staged(model: Society, row: int, n: int, *, values: Mapping[str, Any] | None = None) -> Any:
    """The society with the person of a row standing in n rows, with other `values` (one person's) by column."""
    columns = {
        name: np.repeat(np.asarray(value, model.population[name].dtype)[None], n, axis=0)
        for name, value in (values or {}).items()
    }
    return Staged(model, np.full(n, row), columns)
