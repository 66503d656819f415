"""Points and studies with known answers, made without running anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from society.analysis.points import Points
from society.population import Array
from society.results import Study
from society.sweeps.sweep import Sweep
from tests.files import tiny

ISHIGAMI_S1 = (0.3139, 0.4424, 0.0)
ISHIGAMI_ST = (0.5576, 0.4424, 0.2437)
ISHIGAMI_VARIANCE = 13.8446


def ishigami(u: Array) -> Array:
    """sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1, x = π (2u − 1); its indices are above (Ishigami & Homma 1990)."""
    x = np.pi * (2 * u - 1)
    response: Array = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return response


def saltelli(n_blocks: int, n_factors: int, *, second_order: bool, rng: np.random.Generator) -> Array:
    """Rows A, AB_1 … AB_D, (BA_1 … BA_D,) B of each block, from independent uniform numbers."""
    a, b = rng.random((2, n_blocks, n_factors))
    exchanged = [(a, b), (b, a)] if second_order else [(a, b)]
    mixed = []
    for one, other in exchanged:
        for j in range(n_factors):
            rows = one.copy()
            rows[:, j] = other[:, j]
            mixed.append(rows)
    design: Array = np.stack([a, *mixed, b], axis=1).reshape(-1, n_factors)
    return design


def points(values: Array, factors: Any = None, *, is_common: bool = False, arm: str = "") -> Points:
    """Points with these runs; replicate r has seed r everywhere, or every run its own."""
    n, n_replicates = values.shape
    seeds = np.tile(np.arange(n_replicates), (n, 1)) if is_common else np.arange(values.size).reshape(values.shape)
    table = pd.DataFrame(np.arange(n)[:, None] if factors is None else factors)
    if not isinstance(factors, pd.DataFrame):
        table.columns = [f"x{j + 1}" for j in range(table.shape[1])]
    return Points(arm, "y", table, values, seeds)


class Made(Study):
    """The study of a sweep whose outcomes are given and not run."""

    def __init__(self, sweep: Sweep, outcomes: Callable[[pd.DataFrame], pd.DataFrame], folder: Path) -> None:
        super().__init__(folder, {
            "name": "made", "title": "Made", "kind": "sweep", "run_id": "made", "seed": sweep.seed, "status": "done",
            "schema_version": 1, "factors": [*sweep.factors], "arms": [arm for arm in sweep.arms if arm],
        })  # fmt: skip
        self._sweep, self._design = sweep, _design(sweep)
        self._outcomes = outcomes(self._design)
        facts = pd.DataFrame({"status": "done", "error": None}, index=self._design.index)
        self._runs = pd.concat([self._design, facts, self._outcomes], axis=1)

    @property
    def design(self) -> pd.DataFrame:
        return self._design

    @property
    def sweep(self) -> Sweep:
        return self._sweep

    @property
    def outcomes(self) -> list[str]:
        return [*self._outcomes]

    @property
    def runs(self) -> pd.DataFrame:
        return self._runs.copy()

    def fail(self, which: Any, status: str = "failed") -> None:
        """Let some runs have failed, or be missing."""
        self._runs.loc[which, "status"] = status

    def series_parts(self, columns: Any = None, run_ids: Any = None) -> Iterator[pd.DataFrame]:
        """Each outcome, ten times as much at step 4 and as it is at step 6."""
        for step, times in ((4, 10), (6, 1)):
            frame = self._outcomes[[*columns]] * times
            frame.insert(0, "run_id", self._design["run_id"])
            frame.insert(1, "step", step)
            yield frame


def sweep(factors: Mapping[str, Any], **settings: Any) -> Sweep:
    """A sweep of the tiny scenario."""
    arms = settings.pop("arm", {})
    raw = {"sweep": {"scenario": "tiny", **settings}, "factors": dict(factors), **({"arm": arms} if arms else {})}
    return Sweep.from_dict(raw, scenarios={"tiny": tiny()})


def _design(sweep: Sweep) -> pd.DataFrame:
    rows = [
        {"row": point.row, "arm": point.arm, "replicate": replicate, "seed": sweep.seed_of(point, replicate),
         **point.labels}
        for point in sweep.points() for replicate in range(sweep.replicates)
    ]  # fmt: skip
    design = pd.DataFrame(rows)
    design.insert(0, "run_id", [f"run-{number}" for number in range(len(design))])
    return design
