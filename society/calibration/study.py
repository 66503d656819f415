"""CalibrationStudy: trials on disk, and what they say of the parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from society.calibration.distances import standard_errors
from society.calibration.fit import Fit, fit, spreads
from society.calibration.settings import FILE, Calibration
from society.errors import InputError
from society.folder import CALIBRATION, open_manifest
from society.population import Array
from society.scenario import Scenario
from society.sweeps.factors import Factor, Levels, Normal, Options, Range

JOURNAL = "journal/trials.jsonl"
SEARCH, SLICE = "search", "slice"
"""Phases of a calibration: trials that a sampler proposed, and those along each factor through the best of them."""
LEVEL = 0.95
ENOUGH = 5
"""Trials about as good as the best from which on they say how far a factor is determined."""
WIDE = 0.8
"""Share of what it may be that a factor covers in trials as good as the best, if the targets do not determine it."""
EDGE = 0.02
"""Share of a range within which the best value is said to stand at its edge."""
NO_FIT, FEW, OPEN, AT_EDGE, DETERMINED = "no point fits", "too few trials", "open", "at the edge", "determined"
OPEN_BELOW, OPEN_ABOVE = "open below", "open above"


class CalibrationStudy:
    """Trials of a calibration: `trials`, `best`, `targets`, `identifiability` and `notes`, and the best `scenario`.

    Use `CalibrationStudy.load(folder)`. It opens at any time; trials that are done count, however the rest ended.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.manifest = pd.Series(manifest, dtype=object)
        self.calibration = Calibration.from_file(folder / FILE)

    @classmethod
    def load(cls, folder: str | Path) -> CalibrationStudy:
        """Open the folder of a calibration.

        Raises
        ------
        InputError
            If there is none, or it was written by a later version.
        """
        folder = Path(folder)
        return cls(folder, open_manifest(folder, CALIBRATION))

    @property
    def status(self) -> str:
        """One of done, running, interrupted, failed, killed."""
        return str(self.manifest["status"])

    @cached_property
    def trials(self) -> pd.DataFrame:
        """One row a trial: phase, number, status, distance, factors, means of targets and their standard errors."""
        observed = self.calibration.observed
        columns = ["phase", "trial", "status", "error", "distance", *self.calibration.factors, *observed.names]
        rows = []
        for line in self._lines:
            facts = {key: line[key] for key in ("phase", "trial", "status", "error", "distance")}
            rows.append({**facts, **line["point"], **_summary(observed.names, line["simulated"])})
            rows[-1]["seconds"] = line["seconds"]
        frame = pd.DataFrame(rows, columns=None if rows else columns)
        return frame.astype({"distance": "f8"})

    @property
    def n_searched(self) -> int:
        """Trials of the search."""
        return int((self.trials["phase"] == SEARCH).sum())

    @property
    def n_failed(self) -> int:
        """Trials in which a run failed."""
        return int((self.trials["status"] == "failed").sum())

    @property
    def best(self) -> pd.Series[Any]:
        """The trial of the smallest distance, the first of several.

        Raises
        ------
        InputError
            If no trial has come to its end.
        """
        done = self.trials[np.isfinite(self.trials["distance"])]
        if done.empty:
            raise InputError(f"{self.folder}: no trial has come to its end")
        best: pd.Series[Any] = done.iloc[int(done["distance"].to_numpy().argmin())]
        return best

    def scenario(self) -> Scenario:
        """The scenario at the best point."""
        best = self.best
        labels = {path: _plain(best[path]) for path in self.calibration.factors}
        return self.calibration.base.replace(self.calibration.values(labels))

    @property
    def targets(self) -> pd.DataFrame:
        """One row a target: what was observed, what the best trial gives, and how many s both are apart (`z`).

        s is the sd of the target and the standard error of the trial together, and under a likelihood the spread of
        societies, too.
        """
        observed, simulated = self.calibration.observed, self._simulated
        means = simulated.mean(axis=0)
        s = spreads(simulated, observed.sds, distance=self.calibration.header.distance)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (means - observed.values) / s
        return pd.DataFrame(
            {
                "measure": [target.measure for target in observed.targets],
                "step": observed.steps,
                "value": observed.values,
                "sd": observed.sds,
                "simulated": means,
                "se": standard_errors(simulated),
                "z": np.where(means == observed.values, 0.0, z),
            }
        )

    @property
    def fit(self) -> Fit:
        """How the best trial meets all targets together."""
        header, factors = self.calibration.header, self.calibration.factors
        return fit(self._simulated, self.calibration.observed, distance=header.distance, n_factors=len(factors))

    @property
    def _simulated(self) -> Array:
        """(n_replicates, n_targets) values of the best trial."""
        best = self.best
        is_best = (line for line in self._lines if (line["phase"], line["trial"]) == (best["phase"], best["trial"]))
        return np.array(next(is_best)["simulated"])

    @cached_property
    def _lines(self) -> list[dict[str, Any]]:
        """The trials as they are kept."""
        return read_trials(self.folder)

    @property
    def identifiability(self) -> pd.DataFrame:
        """One row a factor: its best value, and where trials lie that are about as good.

        These are at most the 95 % quantile of χ² with one degree of freedom, 3.84, above the smallest distance: the
        limit of a profile likelihood, here among points that were tried: by the search, which keeps near what it finds,
        and along each factor through the best point. The true range is no narrower. `share`
        is the share of its allowed range that a factor covers there (on its own scale; of levels, those it takes), and
        `verdict` what that means: "no point fits" (what is nearest to targets that are not met is no estimate), "too
        few trials", "open" (not determined by the targets), "at the edge" of its range, "open below" or "open above"
        (bounded by the targets from the other side only: trials about as good reach this edge), or "determined".

        References
        ----------
        Raue, A., et al. (2009). Structural and practical identifiability analysis of partially observed dynamical
        models by exploiting the profile likelihood. Bioinformatics 25: 1923–1929.
        """
        from scipy.stats import chi2

        trials, best = self.trials, self.best
        good = trials[trials["distance"] <= best["distance"] + chi2.ppf(LEVEL, 1)]
        is_refused = self.fit.is_refused
        rows = []
        for path, factor in self.calibration.factors.items():
            row = {"factor": path, "best": best[path], **_extent(factor, good[path]), "trials": len(good)}
            rows.append({**row, "verdict": _verdict(factor, row, is_refused=is_refused)})
        return pd.DataFrame(rows)

    @property
    def notes(self) -> list[str]:
        """What has to be known to trust the best point."""
        from society.calibration.notes import notes

        return notes(self)

    def __repr__(self) -> str:
        return f"<CalibrationStudy {self.manifest['name']}: {self.status}, {len(self.trials)} trials>"


def read_trials(folder: Path) -> list[dict[str, Any]]:
    """The trials in the journal, in order; a torn line is no line."""
    lines: dict[tuple[str, int], dict[str, Any]] = {}
    path = folder / JOURNAL
    for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        with suppress(ValueError):
            line = json.loads(text)
            lines[line["phase"], line["trial"]] = line
    return [lines[key] for key in sorted(lines)]


def _summary(names: Sequence[str], simulated: list[list[float]]) -> dict[str, float]:
    """Means of replicates by target, and their standard errors; nothing of a trial that failed."""
    if not simulated:
        return {}
    values = np.array(simulated)
    errors = {f"{name} se": float(each) for name, each in zip(names, standard_errors(values), strict=True)}
    return dict(zip(names, values.mean(axis=0).tolist(), strict=True)) | errors


def _extent(factor: Factor, values: pd.Series[Any]) -> dict[str, Any]:
    """From where to where a factor goes, and the share of what it may be."""
    if isinstance(factor, Levels | Options):
        taken = [level for level in factor.levels() if level in {*values}]
        return {"low": taken[0], "high": taken[-1], "share": len(taken) / len(factor.levels())}
    low, high = values.min(), values.max()
    return {"low": low, "high": high, "share": _place(factor, high) - _place(factor, low)}


def _verdict(factor: Factor, row: Mapping[str, Any], *, is_refused: bool) -> str:
    """What the trials that are about as good as the best say of a factor."""
    if not is_refused and row["trials"] >= ENOUGH and row["share"] >= WIDE:
        return OPEN
    if not isinstance(factor, Levels | Options) and not EDGE < _place(factor, row["best"]) < 1 - EDGE:
        return AT_EDGE
    if is_refused:
        return NO_FIT
    if row["trials"] < ENOUGH:
        return FEW
    return DETERMINED if isinstance(factor, Levels | Options) else _sides(factor, row)


def _sides(factor: Factor, row: Mapping[str, Any]) -> str:
    """From which sides the targets bound a factor, by whether trials about as good as the best reach its edges."""
    below, above = _place(factor, row["low"]) <= EDGE, _place(factor, row["high"]) >= 1 - EDGE
    if below and above:
        return OPEN
    return OPEN_BELOW if below else OPEN_ABOVE if above else DETERMINED


def _place(factor: Factor, number: float) -> float:
    """Where a number lies in what a range or a normal distribution allows, from 0 to 1."""
    if isinstance(factor, Range):
        scale = np.log if factor.scale == "log" else float
        return float((scale(number) - scale(factor.low)) / (scale(factor.high) - scale(factor.low)))
    assert isinstance(factor, Normal)
    from scipy.stats import truncnorm

    low = -np.inf if factor.low is None else (factor.low - factor.mean) / factor.sd
    high = np.inf if factor.high is None else (factor.high - factor.mean) / factor.sd
    return float(truncnorm.cdf((number - factor.mean) / factor.sd, low, high))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
