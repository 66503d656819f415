"""The work of a calibration: a search for the best point, then slices through it; what is done is kept at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import numpy as np

from society.calibration.proposals import Proposer
from society.calibration.settings import Calibration
from society.calibration.simulator import Point, Simulator, Trial
from society.calibration.study import JOURNAL, SEARCH, SLICE, read_trials
from society.errors import InputError
from society.folder import FolderWriter, append_line
from society.sweeps.factors import Factor, Label, Levels, Normal, Options

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
    """All trials of a calibration that a folder does not hold.

    Parameters
    ----------
    calibration
        What is to be tried.
    proposer
        What proposes the trials of the search, from the first on.
    simulator
        What does them.
    progress
        Called when it starts and after each trial with the number of trials done, that of all, and the smallest
        distance so far.
    """

    def __init__(
        self, calibration: Calibration, *, proposer: Proposer, simulator: Simulator, progress: Progress | None
    ) -> None:
        self.calibration, self.proposer, self.simulator = calibration, proposer, simulator
        self._progress = progress or (lambda done, total, best: None)
        self._n_all = calibration.header.trials + sum(map(len, along_factors(calibration).values()))

    def do(self, writer: TrialWriter) -> None:
        """Search, then slice."""
        kept = read_trials(writer.folder)
        searched = {trial["trial"]: trial for trial in kept if trial["phase"] == SEARCH}
        sliced = {trial["trial"]: trial for trial in kept if trial["phase"] == SLICE}
        self._search(writer, searched)
        done = [trial for trial in searched.values() if trial["distance"] is not None]
        if done:
            best = min(done, key=lambda trial: (trial["distance"], trial["trial"]))
            self._slice(writer, best, searched=searched, sliced=sliced)

    def _search(self, writer: TrialWriter, known: dict[int, Trial]) -> None:
        """Trials proposed one batch after the other; those that are known are only proposed, and told, once more."""
        header = self.calibration.header
        best = min((trial["distance"] for trial in known.values() if trial["distance"] is not None), default=np.inf)
        n_done = len(known)
        self._progress(n_done, self._n_all, best)
        for first in range(0, header.trials, header.batch):
            asked = [self.proposer.ask() for _ in range(header.batch)]  # a whole batch, whatever the number of trials
            points = dict(enumerate(asked[: header.trials - first], start=first))
            _check_known(writer.folder, points, known)
            new = {number: point for number, point in points.items() if number not in known}
            for number, trial in self.simulator.trials(new):
                known[number] = {"phase": SEARCH, "trial": number, **trial}
                writer.append(known[number])
                n_done += 1
                best = best if trial["distance"] is None else min(best, trial["distance"])
                self._progress(n_done, self._n_all, best)
            for number in points:
                self.proposer.tell(number, known[number]["distance"])

    def _slice(self, writer: TrialWriter, best: Trial, *, searched: dict[int, Trial], sliced: dict[int, Trial]) -> None:
        """Trials along each factor through the best point, but for those that have been tried.

        They take the lowest numbers that are free, in order: those that were not done when somebody stopped get the
        numbers that they would have had.
        """
        labels = along_factors(self.calibration)
        points = [{**best["point"], path: label} for path in labels for label in labels[path]]
        tried = [trial["point"] for trial in (*searched.values(), *sliced.values())]
        new: list[Point] = []
        for point in points:
            if point not in tried and point not in new:
                new.append(point)
        free = (number for number in count() if number not in sliced)
        n_done = self._n_all - len(new)
        for number, trial in self.simulator.trials(dict(zip(free, new, strict=False))):
            writer.append({"phase": SLICE, "trial": number, **trial})
            n_done += 1
            self._progress(n_done, self._n_all, best["distance"])


def along_factors(calibration: Calibration) -> dict[str, list[Label]]:
    """Labels along each factor, evenly over what it may be: all levels, or as many numbers as there are slices."""
    n = calibration.header.slices
    return {path: [*_along(factor, n)] if n else [] for path, factor in calibration.factors.items()}


def _along(factor: Factor, n: int) -> Iterator[Label]:
    if isinstance(factor, Levels | Options):
        return iter(factor.levels())
    places = (np.arange(n) + 0.5) / n if isinstance(factor, Normal) else np.linspace(0.0, 1.0, n)
    return iter(dict.fromkeys(factor.quantile(places)))


def _check_known(folder: Path, points: Mapping[int, Point], known: Mapping[int, Trial]) -> None:
    for number, point in points.items():
        if number in known and known[number]["point"] != point:
            said = "would now be at another point, since versions of Optuna or numpy are others"
            raise InputError(f"{folder}: trial {number} {said}; nothing can be added")
