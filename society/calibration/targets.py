"""Targets: what was observed, a row each, and what their simulated values are."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from society.errors import InputError, did_you_mean
from society.measures import MEASURES
from society.population import Array
from society.scenario import Scenario
from society.tables import Table, parameter, problems

COLUMNS = ("measure", "step", "value", "sd")


class Target(Table):
    """One observed number."""

    measure: str = parameter(..., "Column of results, such as known.cooperative.")
    step: int | None = parameter(None, "Step at which it was observed; the last of the run unless given.", ge=0)
    value: float = parameter(..., "What was observed.")
    sd: float = parameter(0.0, "Standard deviation of the error of the observation.", ge=0)

    @property
    def measure_name(self) -> str:
        """The measure in `record.measures` that gives the column."""
        return self.measure.split(".")[0]


def read_targets(raw: Any, *, folder: Path) -> tuple[Target, ...]:
    """Targets given as rows, or as the name of a CSV file with columns measure, value and where known step and sd.

    Raises
    ------
    InputError
        With every problem, each starting with the place in the file.
    """
    at = "calibration.targets"
    if isinstance(raw, str):
        at, raw = str(folder / raw), _rows(folder / raw)
    if not isinstance(raw, list) or not raw:
        said = "must be a list of rows { measure = …, value = …, sd = … }, or the name of a CSV file"
        raise InputError(f"{at}: {said}")
    targets, found = [], []
    for number, row in enumerate(raw):
        place = f"{at}[{number}]"
        try:
            targets.append(target := Target.model_validate(row))
            if target.measure_name not in MEASURES:
                near = did_you_mean(target.measure_name, MEASURES)
                found.append(f"{place}.measure = {target.measure!r}: no such measure; {near}")
        except ValidationError as error:
            found += problems(error, table=Target, raw=row if isinstance(row, dict) else {}, at=place)
    places = [(target.measure, target.step) for target in targets]
    found += [f"{at}: {name!r} stands twice" for name, step in dict.fromkeys(places) if places.count((name, step)) > 1]
    if found:
        raise InputError(*found)
    return tuple(targets)


def _rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV file; an empty cell is one not given."""
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None
    if unknown := [name for name in frame.columns if name not in COLUMNS]:
        raise InputError(f"{path}: unknown column {unknown[0]!r}; {did_you_mean(unknown[0], COLUMNS)}")
    return [{str(key): _cell(key, text) for key, text in row.items() if text} for row in frame.to_dict("records")]


def _cell(key: Any, text: str) -> Any:
    if key == "measure":
        return text
    try:
        return int(text) if key == "step" else float(text)
    except ValueError:
        return text  # which is then no number


@dataclass(frozen=True)
class Observed:
    """All targets, as arrays, in a scenario whose last step is known.

    Attributes
    ----------
    targets
        One an observed number.
    steps
        (n_targets,) the step of each.
    values, sds
        (n_targets,) what was observed, and the standard deviation of its error.
    """

    targets: tuple[Target, ...]
    steps: tuple[int, ...]
    values: Array
    sds: Array

    @classmethod
    def of(cls, targets: Sequence[Target], scenario: Scenario) -> Observed:
        """The targets of a scenario, which must last as long as they do."""
        last = scenario.run.steps
        if late := [target for target in targets if target.step is not None and target.step > last]:
            said = f"step = {late[0].step}: the run ends at step {last} (run.steps)"
            raise InputError(f"calibration.targets: {late[0].measure}: {said}")
        steps = tuple(last if target.step is None else target.step for target in targets)
        values, sds = (np.array([getattr(target, name) for target in targets]) for name in ("value", "sd"))
        return cls(tuple(targets), steps, values, sds)

    @property
    def names(self) -> list[str]:
        """The measure and step of each, in one word."""
        return [f"{target.measure}@{step}" for target, step in zip(self.targets, self.steps, strict=True)]

    def recorded(self, scenario: Scenario) -> Scenario:
        """The scenario with no more recorded, and for no longer, than the targets need."""
        return scenario.replace(
            {
                "record.measures": [*dict.fromkeys(target.measure_name for target in self.targets)],
                "record.every": gcd(*self.steps) or 1,
                "record.agents": False,
                "run.steps": max(self.steps),
            }
        )

    def unknown(self, columns: Set[str]) -> list[str]:
        """What is wrong with the targets that are none of these columns of results."""
        known = columns - {"run_id", "step"}
        missing = dict.fromkeys(target.measure for target in self.targets if target.measure not in known)
        return [f"calibration.targets: {name!r} is not in the results; {did_you_mean(name, known)}" for name in missing]

    def read(self, series: pd.DataFrame) -> Array:
        """(n_targets,) simulated values in the series of one run.

        Raises
        ------
        InputError
            If a measure has no such column, or no value at its step.
        """
        table = series.set_index("step")
        if unknown := self.unknown({*table.columns}):
            raise InputError(unknown[0])
        found = [table[target.measure].get(step) for target, step in zip(self.targets, self.steps, strict=True)]
        values = np.array(found, float)
        if not np.isfinite(values).all():
            raise InputError(f"{self.names[int(np.argmin(np.isfinite(values)))]} has no value")
        return values
