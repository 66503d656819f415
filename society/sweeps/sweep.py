"""Sweep: a sweep file, read, checked and immutable. It says which runs there are, not how they are run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from society.errors import InputError, found_in
from society.files import Raw, read_tables, refuse_other_files, short_name
from society.scenario import Scenario
from society.sweeps.arms import Arm
from society.sweeps.checks import check_points, problems_beside, sweep_problems
from society.sweeps.constraints import known_values, read_constraint
from society.sweeps.designs import Design, Row
from society.sweeps.factors import Factor, Label
from society.sweeps.reading import Reader, keys
from society.sweeps.seeds import independent_seed
from society.sweeps.storing import stored_tables, stored_texts

CHECKED_AT_ONCE = 2000
"""Points up to which reading a sweep checks them all; whoever runs a larger one calls `Sweep.check` first."""
MAX_DRAWN, SLACK = 1000, 10
"""A random design gives up when fewer than one in so many points fulfil the constraints, but for so many of them."""


@dataclass(frozen=True, slots=True)
class Point:
    """One row of the design in one arm.

    Attributes
    ----------
    row
        Number of the design point, the same in all arms.
    arm
        Name of the arm; "" if the sweep names none.
    values
        What is set by path over the scenario of the arm.
    labels
        Number, string or boolean that stands for each factor in the design table.
    """

    row: int
    arm: str
    values: Mapping[str, Any]
    labels: Mapping[str, Label]


@dataclass(frozen=True)
class Sweep:
    """A checked sweep. Make one with `from_file` or `from_dict`, vary it with `replace`.

    Values that belong together are one factor if they stand in one table, whose options are whole tables by label, such
    as ``"graph" = { options = { … } }``. Those of several tables change together in a `zip` design, in the rows of a
    `list` or `csv` design, or between arms, each of which sets as many as it likes.

    Attributes
    ----------
    design
        The `[sweep]` table.
    base
        The scenario that arms start from which name none of their own.
    factors
        What is varied, by path.
    arms
        Variants in which every point is run, by name; a single one called "" if the file names none.
    raw
        What the file said.
    scenarios
        The scenarios it names, as it names them.
    folder
        What the names of files in it start from.
    source
        The file, for messages.
    """

    design: Design
    base: Scenario
    factors: Mapping[str, Factor]
    arms: Mapping[str, Arm]
    raw: Raw
    scenarios: Mapping[str, Scenario]
    folder: Path
    source: str

    @classmethod
    def from_file(cls, path: str | Path) -> Sweep:
        """Read a sweep file and the scenarios it names.

        Raises
        ------
        InputError
            With every problem found, each with file, path, value and what is allowed.
        """
        path = Path(path)
        raw = read_tables(path, what="a sweep file")
        if isinstance(raw.get("sweep"), dict):
            raw["sweep"].setdefault("name", short_name(path.stem) or "sweep")
        return cls._read(raw, scenarios={}, folder=path.parent, source=str(path))

    @classmethod
    def from_dict(
        cls,
        raw: Raw,
        *,
        source: str = "sweep",
        scenarios: Mapping[str, Scenario] | None = None,
        folder: str | Path = "",
    ) -> Sweep:
        """Check a sweep given as nested dictionaries, as TOML would give them; arrays of numpy are lists.

        Parameters
        ----------
        raw
            The tables.
        source
            What messages call it.
        scenarios
            Scenarios by the names that the tables call them; any other name is that of a file.
        folder
            From which the names of files start; where the program runs by default.

        Raises
        ------
        InputError
            With every problem found.
        """
        return cls._read(_plain(raw), scenarios=scenarios or {}, folder=Path(folder), source=source)

    @classmethod
    def from_scenarios(cls, scenarios: Mapping[str, Scenario], *, replicates: int = 1) -> Sweep:
        """Several scenarios, by name, as the arms of a sweep without factors.

        The first replicate of each has the seed that the scenario says.
        """
        header = {"name": "-".join(scenarios)[:80], "pairing": "own", "replicates": replicates}
        arms = {name: {"scenario": name} for name in scenarios}
        return cls.from_dict({"sweep": header, "arm": arms}, scenarios=scenarios)

    @classmethod
    def from_folder(cls, folder: str | Path) -> Sweep:
        """The sweep whose `texts` stand in a folder."""
        return cls.from_file(Path(folder) / "sweep.toml")

    @classmethod
    def _read(cls, raw: Raw, *, scenarios: Mapping[str, Scenario], folder: Path, source: str) -> Sweep:
        with found_in(source):
            refuse_other_files(raw, wanted="sweep")
        reader = Reader(raw, scenarios=scenarios, folder=folder)
        design = reader.design()
        base = reader.base(design)
        factors, arms = reader.factors(design), reader.arms(base)
        found = [*reader.problems]
        beside = problems_beside(reader.table("sweep").get("constraints"), arms, factors, reader.unread)
        if design is None or not arms:
            raise InputError(*dict.fromkeys([*found, *beside])).within(source)
        base = base or next(iter(arms.values())).scenario
        sweep = cls(design, base, factors, arms, raw, reader.scenarios, folder, source)
        found += sweep_problems(sweep, is_whole=not found, unread=reader.unread)
        if found:
            raise InputError(*dict.fromkeys([*found, *beside])).within(source)
        if len(sweep.points()) <= CHECKED_AT_ONCE:
            sweep.check()
        return sweep

    @property
    def name(self) -> str:
        """Short name."""
        return self.design.name or "sweep"

    @property
    def title(self) -> str:
        """One line for headings."""
        return self.design.title

    @property
    def description(self) -> str:
        """What is varied and what should be seen."""
        return self.design.description

    @property
    def kind(self) -> str:
        """Which design."""
        return self.design.kind

    @property
    def replicates(self) -> int:
        """Runs of each point in each arm."""
        return self.design.replicates

    @property
    def pairing(self) -> str:
        """Which runs share seeds."""
        return self.design.pairing

    @property
    def seed(self) -> int:
        """Root of all seeds."""
        return self.base.run.seed if self.design.seed is None else self.design.seed

    @property
    def samples(self) -> int | None:
        """How much is sampled, as the file says; None in designs that do not sample."""
        samples: int | None = getattr(self.design, "samples", None)
        return samples

    @property
    def n_runs(self) -> int:
        """Points of all arms times replicates."""
        return len(self.rows) * len(self.arms) * self.replicates

    @property
    def n_excluded(self) -> int:
        """How many rows of the design the constraints exclude."""
        return self._design_rows[1]

    @property
    def rows(self) -> list[Row]:
        """The labels of each design point by path, in order, those that the constraints exclude left out."""
        return self._design_rows[0]

    def points(self) -> list[Point]:
        """All points: arms outermost, the rows of the design within."""
        return self._points

    def seed_of(self, point: Point, replicate: int) -> int:
        """The seed of a run: it does not change when replicates, rows, levels or arms are added."""
        if self.pairing == "independent":
            return independent_seed(self.seed, replicate=replicate, arm=point.arm, labels=point.labels)
        if self.pairing == "own" and self.design.seed is None:
            return self.arms[point.arm].scenario.run.seed + replicate
        return self.seed + replicate

    def scenario_of(self, point: Point, *, replicate: int) -> Scenario:
        """The exact scenario of a run, seed included."""
        seed = self.seed_of(point, replicate)
        return self.arms[point.arm].scenario.replace({**point.values, "run.seed": seed})

    def replace(self, values: Mapping[str, Any]) -> Sweep:
        """The same sweep with other values by path, checked again.

        Parameters
        ----------
        values
            By path of the sweep file: ``sweep.replicates``, ``set.run.steps``, ``factors.platform.feed.power``, or part
            of a factor: ``factors."platform.feed.power".steps``.

        Raises
        ------
        InputError
            If there is no such place, or the sweep would be wrong.
        """
        raw = deepcopy(self.raw)
        for path, value in values.items():
            *parents, last = keys(path)
            table = raw
            for key in parents:
                table = table.setdefault(key, {})
                if not isinstance(table, dict):
                    raise InputError(f"{self.source}: {path}: {key!r} is a value, not a table")
            table[last] = _plain(value)
        return Sweep._read(raw, scenarios=self.scenarios, folder=self.folder, source=self.source)

    def check(self, progress: Callable[[int], None] | None = None) -> None:
        """Check the scenario of every point, without building its society.

        Reading a sweep does so up to `CHECKED_AT_ONCE` points; whoever runs a larger one calls this first.

        Parameters
        ----------
        progress
            Called with the number of points checked after each.

        Raises
        ------
        InputError
            With each problem once, where it first comes up and how many points have it.
        """
        check_points(self, progress)

    def to_toml(self) -> str:
        """The sweep file to store beside the scenarios of `texts`."""
        import tomli_w

        return tomli_w.dumps(stored_tables(self))

    def texts(self) -> dict[str, str]:
        """All files to store, by name: together they are the sweep, wherever they lie."""
        return stored_texts(self)

    @cached_property
    def _points(self) -> list[Point]:
        values = [{path: self.factors[path].value(label) for path, label in row.items()} for row in self.rows]
        return [
            Point(number, name, {**arm.values, **values[number]}, row)
            for name, arm in self.arms.items()
            for number, row in enumerate(self.rows)
        ]

    @cached_property
    def _design_rows(self) -> tuple[list[Row], int]:
        """The rows that fulfil the constraints in every arm, and the number of those that do not."""
        texts = self.design.constraints
        known = [known_values(arm, self.factors) for arm in self.arms.values()] if texts else []
        constraints = [read_constraint(text, self.factors, values) for values in known for text in texts]
        rows: list[Row] = []
        n_wanted, n_excluded = self.design.size(self.factors), 0
        for row in self.design.draw(self.factors, seed=self.seed) if n_wanted else ():
            if all(constraint.allows(row) for constraint in constraints):
                rows.append(row)
            else:
                n_excluded += 1
            if len(rows) == n_wanted:
                break
            if self.design.is_endless and n_excluded == MAX_DRAWN * (len(rows) + SLACK):
                said = f"only {len(rows)} of {n_excluded + len(rows):,} points drawn fulfil them"
                raise InputError(f"sweep.constraints: {said}, and {n_wanted:,} are wanted")
        return rows, n_excluded


def _plain(value: Any) -> Any:
    """The same in the types that TOML would give."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return [_plain(each) for each in value] if isinstance(value, list | tuple | range) else value
