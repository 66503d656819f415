"""Calibration: a calibration file, read, checked and immutable."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from society.calibration.targets import Observed, Target, read_targets
from society.errors import InputError, did_you_mean, found_in
from society.files import Raw, read_tables, refuse_other_files, short_name
from society.scenario import TOP_LEVEL, Scenario
from society.sweeps import Sweep
from society.sweeps.factors import Factor, Label
from society.sweeps.storing import stored_tables
from society.tables import Table, parameter, problems

FILE = "calibration.toml"
MAX_SEED = 2**63 - 10**4
CHECKED_POINTS = 64
"""Random points at which the scenario is checked before the first trial."""
TABLES = ("calibration", "set", "factors")


class Header(Table):
    """What is calibrated, how long, and against what."""

    scenario: str = parameter(..., "Scenario file, from the folder of this file.")
    name: str = parameter("calibration", "Short name, used for the results folder.", pattern=r"^\w[\w.-]*$")
    title: str = parameter("", "One line for headings.")
    targets: Any = parameter(..., "Rows of measure, step, value and sd, or the name of a CSV file of them.")
    distance: Literal["chi_square", "likelihood"] = parameter(
        "chi_square", "What is made small; see the documentation."
    )
    replicates: int = parameter(4, "Societies in each trial; their seeds are the same in all trials.", ge=1, le=10**4)
    trials: int = parameter(100, "Points of the space of factors that are tried.", ge=1, le=10**5)
    batch: int = parameter(
        1, "Trials proposed at once, before the first of them is known. Results depend on it, and not on workers.", ge=1
    )
    slices: int = parameter(
        9,
        "Trials along each factor through the best point, to see how far it is determined; 0 for none.",
        ge=0,
        le=1000,
    )
    sampler: Literal["tpe", "cmaes", "qmc", "random"] = parameter("tpe", "How points are proposed.")
    seed: int | None = parameter(None, "Root of all seeds; run.seed of the scenario unless given.", ge=0, le=MAX_SEED)


@dataclass(frozen=True)
class Calibration:
    """A checked calibration. Make one with `from_file` or `from_dict`.

    Attributes
    ----------
    header
        The `[calibration]` table.
    targets
        What was observed.
    space
        The factors over the base scenario, as a sweep of random points.
    source
        The file, for messages.
    """

    header: Header
    targets: tuple[Target, ...]
    space: Sweep
    source: str

    @classmethod
    def from_file(cls, path: str | Path) -> Calibration:
        """Read a calibration file, the scenario and the targets that it names.

        Raises
        ------
        InputError
            With every problem found, each with file, path, value and what is allowed.
        """
        path = Path(path)
        raw = read_tables(path, what="a calibration file")
        if isinstance(raw.get("calibration"), dict):
            raw["calibration"].setdefault("name", short_name(path.stem) or "calibration")
        return cls._read(raw, folder=path.parent, source=str(path))

    @classmethod
    def from_dict(
        cls, raw: Raw, *, source: str = "calibration", scenarios: Mapping[str, Scenario] | None = None
    ) -> Calibration:
        """Check a calibration given as nested dictionaries, as TOML would give them.

        Parameters
        ----------
        raw
            The tables.
        source
            What messages call it.
        scenarios
            Scenarios by the names that the tables call them; any other name is that of a file.
        """
        return cls._read(raw, folder=Path(), source=source, scenarios=scenarios)

    @classmethod
    def _read(
        cls, raw: Raw, *, folder: Path, source: str, scenarios: Mapping[str, Scenario] | None = None
    ) -> Calibration:
        with found_in(source):
            refuse_other_files(raw, wanted="calibration")
        if "calibration" not in raw and {*raw} & {*TOP_LEVEL}:
            raise InputError(f"{source}: has no table [calibration], but those of a scenario; society run runs it")
        found = [f"{key}: unknown table; {did_you_mean(key, TABLES)}" for key in raw if key not in TABLES]
        if not isinstance(raw.get("factors"), dict) or not raw["factors"]:
            found.append('factors: is required; the table of what is varied, such as "platform.feed.power"')
        table = raw.get("calibration")
        if not isinstance(table, dict):
            found.append("calibration: is required; a calibration file has a table [calibration]")
            raise InputError(*found).within(source)
        header = _or_problems(lambda: _header(table), found)
        targets = _or_problems(lambda: read_targets(table.get("targets", []), folder=folder), found)
        space = _or_problems(lambda: _space(raw, scenarios=scenarios, folder=folder, source=source), found)
        if header is not None and targets and space is not None:
            calibration = cls(header, targets, space, source)
            found += calibration._problems()
        if found or header is None or not targets or space is None:
            raise InputError(*found).within(source)
        return calibration

    @property
    def factors(self) -> Mapping[str, Factor]:
        """What is varied, by path."""
        return self.space.factors

    @property
    def seed(self) -> int:
        """Root of all seeds: replicate r has this one and r more."""
        return self.space.seed

    @cached_property
    def base(self) -> Scenario:
        """The scenario with the values of `[set]`."""
        return self.space.base.replace({**self.space.arms[""].values, "run.seed": self.seed})

    @cached_property
    def observed(self) -> Observed:
        """The targets as arrays."""
        return Observed.of(self.targets, self.base)

    def values(self, labels: Mapping[str, Label]) -> dict[str, Any]:
        """What is set by path at a point of the space of factors."""
        return {path: self.factors[path].value(label) for path, label in labels.items()}

    def texts(self) -> dict[str, str]:
        """All files to store, by name: together they are the calibration, wherever they lie."""
        import tomli_w

        tables = stored_tables(self.space)
        header = self.header.model_dump(exclude_none=True) | {"scenario": "scenario.toml"}
        header["targets"] = [target.model_dump(exclude_none=True) for target in self.targets]
        stored: Raw = {"calibration": header, **{key: tables[key] for key in ("set", "factors") if key in tables}}
        return {FILE: tomli_w.dumps(stored), "scenario.toml": self.space.base.to_toml()}

    def _problems(self) -> list[str]:
        header, found = self.header, []
        if "run.steps" in self.factors or "run" in self.factors:
            found.append(
                'factors."run.steps": targets are at fixed steps, so that the length of a run cannot be varied'
            )
        try:
            self.observed  # noqa: B018
        except InputError as error:
            found += error.problems
        n_targets, exact = len(self.targets), [target.measure for target in self.targets if target.sd == 0]
        if header.distance == "likelihood" and header.replicates < 2:
            found.append(f"calibration.replicates = {header.replicates}: a likelihood needs at least 2")
        elif header.distance == "likelihood" and exact and header.replicates <= n_targets:
            said = f"must be above the number of targets, {n_targets}, since {exact[0]!r} has no sd"
            found.append(f"calibration.replicates = {header.replicates}: {said}")
        elif header.replicates == 1 and exact:
            found.append(f"calibration.replicates = 1: must be at least 2, since {exact[0]!r} has no sd")
        return found


def _or_problems[T](read: Callable[[], T], found: list[str]) -> T | None:
    """What is read; if it cannot be, None, and why."""
    try:
        return read()
    except InputError as error:
        found += error.problems
        return None


def _header(table: Raw) -> Header:
    try:
        return Header.model_validate(table)
    except ValidationError as error:
        raise InputError(*problems(error, table=Header, raw=table, at="calibration")) from None


def _space(raw: Raw, *, scenarios: Mapping[str, Scenario] | None, folder: Path, source: str) -> Sweep | None:
    """The scenario and factors as a sweep of random points, which checks them; None if the tables name none."""
    header = raw["calibration"]
    if not isinstance(header.get("scenario"), str) or not isinstance(raw.get("factors"), dict) or not raw["factors"]:
        return None
    table: Raw = {"scenario": header["scenario"], "design": "random", "samples": CHECKED_POINTS}
    if type(seed := header.get("seed")) is int and 0 <= seed <= MAX_SEED:
        table["seed"] = seed
    tables: Raw = {"sweep": table, **{key: raw[key] for key in ("set", "factors") if key in raw}}
    try:
        return Sweep.from_dict(tables, source=source, scenarios=scenarios, folder=folder)
    except InputError as error:
        said = (problem.removeprefix(f"{source}: ") for problem in error.problems)
        raise InputError(*(re.sub(r"^sweep\b", "calibration", problem) for problem in said)) from None
