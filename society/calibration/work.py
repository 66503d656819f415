"""The work of a calibration: proposing, simulating and scoring trials, and keeping each as soon as it is done."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from society.calibration.distances import DISTANCES
from society.calibration.pool import Pool
from society.calibration.proposals import Proposer, same_point
from society.calibration.settings import Calibration
from society.calibration.study import JOURNAL, read_trials
from society.errors import InputError
from society.folder import FolderWriter, append_line
from society.model import Society
from society.population import Array
from society.recorder import Recorder
from society.sweeps.factors import Label
from society.sweeps.task import Result, Task, pickled

type Trial = dict[str, Any]
type Progress = Callable[[int, int, float], None]


class TrialWriter(FolderWriter):
    """Writes the trials of a calibration into its folder."""

    def append(self, trial: Trial) -> None:
        """Keep a trial; it is on disk when this returns."""
        with self._in_words():
            journal = self.folder / JOURNAL
            journal.parent.mkdir(exist_ok=True)
            append_line(journal, json.dumps(trial))


class Work:
    """Proposing, simulating and scoring the trials of a calibration.

    Making one simulates a step of the base scenario, so that what is wrong with it is said, and code is compiled.
    """

    def __init__(self, calibration: Calibration) -> None:
        self.calibration, header = calibration, calibration.header
        self.proposer = Proposer(calibration)
        self.distance = DISTANCES[header.distance]
        self.n_at_once = min(header.batch, header.trials) * header.replicates
        recorded = calibration.observed.recorded(calibration.base)
        self.base = pickled(recorded)
        recorder = Recorder(Society(recorded, threads=1))
        recorder.model.step()
        recorder.row()

    def do(self, writer: TrialWriter, pool: Pool, progress: Progress | None) -> None:
        """All trials that the folder does not hold, a batch at a time."""
        header, known = self.calibration.header, {trial["trial"]: trial for trial in read_trials(writer.folder)}
        best = np.inf
        for first in range(0, header.trials, header.batch):
            numbers = range(first, first + header.batch)  # a whole one, whatever the number of trials
            points = {number: self.proposer.ask() for number in numbers}
            if first + header.batch > header.trials:
                points = {number: points[number] for number in numbers if number < header.trials}
            self._check_known(writer.folder, points, known)
            new = {number: point for number, point in points.items() if number not in known}
            for trial in self._simulated(new, pool) if new else ():
                known[trial["trial"]] = trial
                writer.append(trial)
            for number in points:
                distance = known[number]["distance"]
                self.proposer.tell(number, distance)
                best = best if distance is None else min(best, distance)
            if progress:
                progress(min(first + header.batch, header.trials), header.trials, best)

    def _check_known(self, folder: Path, points: Mapping[int, Any], known: Mapping[int, Trial]) -> None:
        for number, point in points.items():
            if number in known and not same_point(known[number]["point"], point):
                said = "would now be at another point; versions of Optuna or numpy are others"
                raise InputError(f"{folder}: trial {number} {said}, and nothing can be added")

    def _simulated(self, points: Mapping[int, Mapping[str, Label]], pool: Pool) -> Iterator[Trial]:
        """Trials at some points, all replicates of all of them shared out among the workers."""
        start, n = time.perf_counter(), self.calibration.header.replicates
        tasks = [self._task(number, point, replicate) for number, point in points.items() for replicate in range(n)]
        results = pool.results(tasks)
        seconds = (time.perf_counter() - start) / len(points)
        for place, (number, point) in enumerate(points.items()):
            facts = {"trial": number, "point": dict(point), "seconds": round(seconds, 3)}
            yield {**facts, **self._scored(results[place * n : (place + 1) * n])}

    def _task(self, number: int, point: Mapping[str, Label], replicate: int) -> Task:
        values = {**self.calibration.values(point), "run.seed": self.calibration.seed + replicate}
        return Task(f"{number}-{replicate}", self.base, values)

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
