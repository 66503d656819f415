"""Simulator: from points of the space of factors to trials with a distance."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from society.calibration.distances import DISTANCES
from society.calibration.pool import Pool
from society.calibration.settings import Calibration
from society.errors import InputError
from society.model import Society
from society.population import Array
from society.recorder import Recorder
from society.sweeps.factors import Label
from society.sweeps.task import Result, Task, pickled

type Point = Mapping[str, Label]
type Trial = dict[str, Any]


class Simulator:
    """Simulates the replicates of trials and scores them.

    Making one simulates a step of the base scenario, so that what is wrong with it is said, and code is compiled.
    """

    def __init__(self, calibration: Calibration, pool: Pool) -> None:
        self.calibration, self.pool = calibration, pool
        self.distance = DISTANCES[calibration.header.distance]
        recorded = calibration.observed.recorded(calibration.base)
        self.base = pickled(recorded)
        recorder = Recorder(Society(recorded, threads=1))
        recorder.model.step()
        recorder.row()

    def trials(self, points: Sequence[Point]) -> Iterator[Trial]:
        """A trial for each point, all replicates of all of them shared out among the workers."""
        start, n = time.perf_counter(), self.calibration.header.replicates
        tasks = [self._task(place, point, replicate) for place, point in enumerate(points) for replicate in range(n)]
        results = self.pool.results(tasks)
        seconds = round((time.perf_counter() - start) / max(len(points), 1), 3)
        for place, point in enumerate(points):
            yield {"point": dict(point), "seconds": seconds, **self._scored(results[place * n : (place + 1) * n])}

    def _task(self, place: int, point: Point, replicate: int) -> Task:
        values = {**self.calibration.values(point), "run.seed": self.calibration.seed + replicate}
        return Task(f"{place}-{replicate}", self.base, values)

    def _scored(self, results: list[Result]) -> Trial:
        """The distance of a trial; none if one of its runs failed, or lacks a target."""
        try:
            simulated = np.array([self._read(result) for result in results])
        except InputError as error:
            return {"status": "failed", "error": str(error), "distance": None, "simulated": []}
        observed = self.calibration.observed
        distance = self.distance(simulated, observed.values, observed.sds)
        return {"status": "done", "error": None, "distance": distance, "simulated": simulated.tolist()}

    def _read(self, result: Result) -> Array:
        if result.error is not None:
            raise InputError(result.error)
        return self.calibration.observed.read(result.series)
