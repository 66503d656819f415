"""Simulator: from points of the space of factors to trials with a distance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from society.calibration.distances import DISTANCES
from society.calibration.settings import Calibration
from society.errors import InputError
from society.model import Society
from society.population import Array
from society.recorder import Recorder
from society.sweeps.factors import Label, Levels, Options
from society.sweeps.task import Result, Task, pickled

type Point = Mapping[str, Label]
type Trial = dict[str, Any]
type Do = Callable[[Sequence[Task]], Iterable[Result]]


class Simulator:
    """Simulates the replicates of trials and scores them.

    Making one simulates a step of the base scenario, so that what is wrong with it is said, and code is compiled.

    Parameters
    ----------
    calibration
        What is calibrated.
    do
        Does runs, and gives their results in whatever order.
    timeout
        Seconds that a run may take.

    Raises
    ------
    InputError
        If the scenario cannot be built, or a target is a column that its results do not have.
    """

    def __init__(self, calibration: Calibration, do: Do, timeout: float | None = None) -> None:
        self.calibration, self.timeout = calibration, timeout
        self._do = do
        self.distance = DISTANCES[calibration.header.distance]
        recorded = calibration.observed.recorded(calibration.base)
        self.base = pickled(recorded)
        recorder = Recorder(Society(recorded, threads=1))
        recorder.model.step()
        self._check_targets({*recorder.row()})

    def trials(self, points: Mapping[int, Point]) -> Iterator[tuple[int, Trial]]:
        """A trial for each of some numbered points, as soon as all of its replicates are done."""
        n = self.calibration.header.replicates
        tasks = [self._task(number, point, replicate) for number, point in points.items() for replicate in range(n)]
        found: dict[int, dict[int, Result]] = {number: {} for number in points}
        for result in self._do(tasks):
            number, replicate = map(int, result.run_id.split("-"))
            found[number][replicate] = result
            if len(found[number]) == n:
                results = [each for _, each in sorted(found.pop(number).items())]
                yield number, {"point": dict(points[number]), "seconds": _seconds(results), **self._scored(results)}

    def _check_targets(self, known: set[str]) -> None:
        """Refuse targets that are in the results of no point, as far as the levels of single factors tell."""
        if not self.calibration.observed.unknown(known):
            return
        for path, factor in self.calibration.factors.items():
            for label in factor.levels() if isinstance(factor, Levels | Options) else ():
                changed = self.calibration.base.replace(self.calibration.values({path: label}))
                with suppress(InputError):  # of a level that cannot be built, which its trials will say
                    known |= {*Recorder(Society(self.calibration.observed.recorded(changed), threads=1)).row()}
        if unknown := self.calibration.observed.unknown(known):
            raise InputError(*unknown).within(self.calibration.source)

    def _task(self, number: int, point: Point, replicate: int) -> Task:
        values = {**self.calibration.values(point), "run.seed": self.calibration.seed + replicate}
        return Task(f"{number}-{replicate}", self.base, values, timeout=self.timeout)

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


def _seconds(results: Sequence[Result]) -> float:
    """What the runs of a trial took together, of those that came to their end."""
    return round(sum(float(result.facts.get("wall_s", 0.0)) for result in results), 3)
