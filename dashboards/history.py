"""History: what was measured so far, in bounded memory; when it grows long, every other row goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from society.kernels.memes import count_knowers
from society.model import Society

type Array = np.ndarray[Any, np.dtype[Any]]

MOST_ROWS = 600
"""Rows kept at most; more than a chart on a screen can show."""


class History:
    """Rows of measures over steps, each with named arrays beside its numbers.

    Attributes
    ----------
    stride
        Of the rows that are due, one in so many is kept.
    """

    def __init__(self, *, limit: int = MOST_ROWS) -> None:
        self.limit = limit
        self.stride = 1
        self._steps: list[int] = []
        self._rows: list[dict[str, float]] = []
        self._arrays: list[Mapping[str, Array]] = []

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def last_step(self) -> int:
        """Step of the newest row; -1 before the first."""
        return self._steps[-1] if self._steps else -1

    def append(self, step: int, row: Mapping[str, float], arrays: Mapping[str, Array]) -> None:
        """Keep a row; of the same step, the newer one."""
        if step == self.last_step:
            self._steps.pop(), self._rows.pop(), self._arrays.pop()
        self._steps.append(step)
        self._rows.append({name: float(value) for name, value in row.items()})
        self._arrays.append(arrays)
        if len(self) > self.limit:
            self._thin()

    def _thin(self) -> None:
        """Drop every other row, but neither the first nor the newest."""
        self.stride *= 2
        keep = [*range(0, len(self) - 1, 2), len(self) - 1]
        self._steps, self._rows, self._arrays = (
            [kept[i] for i in keep] for kept in (self._steps, self._rows, self._arrays)
        )

    @property
    def steps(self) -> Array:
        """(n_rows,) steps."""
        return np.array(self._steps, "i8")

    @property
    def names(self) -> list[str]:
        """Names of all numbers."""
        return [*self._rows[-1]] if self._rows else []

    @property
    def newest(self) -> dict[str, float]:
        """The newest row."""
        return dict(self._rows[-1]) if self._rows else {}

    def column(self, name: str) -> Array:
        """(n_rows,) of one number; nan where it was not measured."""
        return np.array([row.get(name, np.nan) for row in self._rows], "f8")

    def kept(self) -> list[tuple[int, Mapping[str, Array]]]:
        """Each step with its arrays."""
        return [*zip(self._steps, self._arrays, strict=True)]

    def until(self, step: int) -> History:
        """The rows up to a step."""
        until = History(limit=self.limit)
        place = sum(each <= step for each in self._steps)
        until._steps, until._rows, until._arrays = self._steps[:place], self._rows[:place], self._arrays[:place]
        return until

    def person(self, row: int, uid: int, n_traits: int) -> tuple[Array, Array]:
        """(n,) steps and (n, n_traits) traits of the person of a row, whose `uid` this is, as far as they were kept."""
        steps, traits = [], []
        for step, arrays in self.kept():
            place = int(np.searchsorted(arrays["rows"], row))
            if place < len(arrays["rows"]) and arrays["rows"][place] == row and arrays["uid"][place] == uid:
                steps.append(step)
                traits.append(arrays["traits"][place])
        return np.array(steps, "i8"), np.array(traits, "f4").reshape(-1, n_traits)

    def stacked(self, name: str) -> Array:
        """(n_rows, …) of one array."""
        return np.stack([arrays[name] for arrays in self._arrays])

    def frame(self) -> pd.DataFrame:
        """All numbers, one row a step, as in the series of a study."""
        frame = pd.DataFrame(self._rows)
        frame.insert(0, "step", self.steps)
        return frame


def kept_of(model: Society, rows: Array) -> dict[str, Array]:
    """What is kept of a society at a step: traits of some people, who knows each item, how often clocks rang."""
    population = model.population
    kept = {name: population[name][rows] for name in ("uid", "traits") if name in population} | {"rows": rows}
    if "knows" in population:
        kept["known"] = count_knowers(population["knows"], model.memes.n_slots) / model.n_agents
    for event in model.scenario.events.values():
        if (rings := f"{event.name}.rings") in population:
            kept[rings] = np.array(population[rings].sum(dtype="i8"))
    return kept
