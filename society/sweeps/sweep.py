"""Sweep: a sweep file, read, checked and immutable: which runs there are, not how they are run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from society.errors import InputError, did_you_mean
from society.files import Raw, read_tables
from society.scenario import Scenario
from society.sweeps.designs import MAX_RUNS, Design, Row
from society.sweeps.designs.given import Csv
from society.sweeps.factors import Factor, Label
from society.sweeps.reading import TABLES, Arm, Reader
from society.sweeps.seeds import MAX_SEED, independent_seed

CHECKED_AT_ONCE = 2000
"""Points up to which all are checked when a sweep is read; the points of larger ones are checked by `Sweep.check`."""


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

    Attributes
    ----------
    design
        The `[sweep]` table.
    base
        The scenario that all arms start from which name none of their own.
    factors
        What is varied, by path.
    arms
        Variants in which every point is run, by name; a single one called "" if the file names none.
    raw
        What the file said.
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
    source: str = "sweep"

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
            raw["sweep"].setdefault("name", re.sub(r"[^\w.-]+|^\W+", "-", path.stem).lstrip("-.") or "sweep")
        return cls._read(raw, folder=path.parent, source=str(path))

    @classmethod
    def from_dict(cls, raw: Raw, *, source: str = "sweep", scenarios: Mapping[str, Scenario] | None = None) -> Sweep:
        """Check a sweep given as nested dictionaries, as TOML would give them.

        Parameters
        ----------
        raw
            The tables.
        source
            What messages call it.
        scenarios
            Scenarios by the names that the tables call them; any other name is a file.
        """
        return cls._read(raw, folder=Path(), source=source, scenarios=scenarios or {})

    @classmethod
    def from_scenarios(cls, scenarios: Mapping[str, Scenario], *, replicates: int = 1) -> Sweep:
        """Several scenarios as the arms of a sweep without factors, each with its own seed in the first replicate."""
        header = {"design": "grid", "name": "-".join(scenarios)[:80], "pairing": "own", "replicates": replicates}
        raw = {"sweep": header, "arm": {name: {"scenario": name} for name in scenarios}}
        return cls.from_dict(raw, scenarios=scenarios)

    @classmethod
    def from_folder(cls, folder: str | Path) -> Sweep:
        """The sweep whose `texts` stand in a folder."""
        return cls.from_file(Path(folder) / "sweep.toml")

    @classmethod
    def _read(cls, raw: Raw, *, folder: Path, source: str, scenarios: Mapping[str, Scenario] | None = None) -> Sweep:
        raw = deepcopy(raw)
        reader = Reader(raw, folder=folder, scenarios=scenarios or {})
        design = reader.design()
        base = None
        if design and design.scenario is not None:
            base = reader.scenario("sweep.scenario", design.scenario)
        elif design and "arm" not in raw:
            reader.problems.append("sweep.scenario: is required; the scenario file that is varied")
        factors = reader.factors(design) if design else {}
        arms = reader.arms(base)
        if reader.problems or not design:
            raise InputError(*reader.problems).within(source)
        base = base or next(iter(arms.values())).scenario
        sweep = cls(design, base, factors, arms, raw, reader.scenarios, folder, source)
        if found := sweep._problems():
            raise InputError(*found).within(source)
        if len(sweep.points()) <= CHECKED_AT_ONCE:
            sweep.check()
        return sweep

    @property
    def name(self) -> str:
        """Short name."""
        return self.design.name or self.base.scenario.name

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
        return getattr(self.design, "samples", None)

    @property
    def n_runs(self) -> int:
        """Points of all arms times replicates."""
        return len(self.points()) * self.replicates

    @property
    def n_excluded(self) -> int:
        """How many rows of the design the constraints exclude."""
        return self._rows[1]

    def points(self) -> list[Point]:
        """All points, arms outermost, the rows of the design within: those that fulfil the constraints."""
        return self._points

    @cached_property
    def _points(self) -> list[Point]:
        return [
            Point(number, name, {**arm.values, **values}, labels)
            for name, arm in self.arms.items()
            for number, (labels, values) in enumerate(zip(self._rows[0], self._values, strict=True))
        ]

    @cached_property
    def _values(self) -> list[dict[str, Any]]:
        return [{path: self.factors[path].value(label) for path, label in row.items()} for row in self._rows[0]]

    @cached_property
    def _rows(self) -> tuple[list[Row], int]:
        """The rows of the design, and how many were excluded."""
        return [*self.design.draw(self.factors, seed=self.seed)], 0

    def seed_of(self, point: Point, replicate: int) -> int:
        """The seed of a run: it does not change when replicates, rows, levels or arms are added."""
        if self.pairing == "independent":
            return independent_seed(self.seed, replicate=replicate, arm=point.arm, labels=point.labels)
        own = self.pairing == "own" and self.design.seed is None
        return (self.arms[point.arm].scenario.run.seed if own else self.seed) + replicate

    def scenario_of(self, point: Point, *, replicate: int) -> Scenario:
        """The exact scenario of a run, seed included."""
        seed = self.seed_of(point, replicate)
        return self.arms[point.arm].scenario.replace({**point.values, "run.seed": seed})

    def replace(self, values: Mapping[str, Any]) -> Sweep:
        """The same sweep with other values, by path: ``sweep.replicates``, ``factors.platform.feed.power``.

        Raises
        ------
        InputError
            If there is no such place, or the sweep would be wrong.
        """
        raw = deepcopy(self.raw)
        for path, value in values.items():
            *parents, last = _keys(path)
            table = raw
            for key in parents:
                table = table.setdefault(key, {})
            table[last] = value
        return Sweep._read(raw, folder=self.folder, source=self.source, scenarios=self.scenarios)

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
        found: dict[str, list[Any]] = {}
        for number, point in enumerate(self.points()):
            for problem in self._point_problems(point):
                found.setdefault(_sort(problem), [problem, point, 0])[2] += 1
            if progress:
                progress(number + 1)
        if found:
            shown = [self._told(*each) for each in [*found.values()][:SHOWN_PROBLEMS]]
            more = [f"and {len(found) - SHOWN_PROBLEMS} problems more"] if len(found) > SHOWN_PROBLEMS else []
            raise InputError(*shown, *more).within(self.source)

    def _point_problems(self, point: Point) -> Iterator[str]:
        scenario = self.arms[point.arm].scenario
        try:
            scenario.replace(point.values)
        except InputError as error:
            for problem in error.problems:
                yield problem.removeprefix(f"{scenario.source}: ")

    def _told(self, problem: str, point: Point, n_points: int) -> str:
        where = f"row {point.row}" + (f" of arm {point.arm!r}" if point.arm else "")
        set_there = ", ".join(f"{path} = {label!r}" for path, label in point.labels.items())
        n_all = len(self.points())
        which = "all points" if n_points == n_all > 1 else f"{n_points} of {n_all} points, first {where}"
        return f"{problem} ({which}{': ' if set_there and which != 'all points' else ''}" + (
            f"{set_there})" if which != "all points" else ")"
        )

    def _problems(self) -> list[str]:
        """What is wrong between tables that are each right in themselves."""
        if found := self.design.check(self.factors):
            return found
        size = self.design.size(self.factors) * len(self.arms) * self.replicates
        if size > MAX_RUNS:
            return [f"sweep: {size:,} runs; at most {MAX_RUNS:,} make a sweep"]
        if not self.points():
            return ["sweep: the design is empty: it has no points"]
        if max(self.seed, *(arm.scenario.run.seed for arm in self.arms.values())) + self.replicates - 1 > MAX_SEED:
            return [f"sweep.replicates = {self.replicates}: the seeds would go beyond {MAX_SEED}"]
        return []

    def to_toml(self) -> str:
        """The sweep file that stands in a study folder, beside the scenarios of `texts`."""
        import tomli_w

        return tomli_w.dumps(self._stored())

    def texts(self) -> dict[str, str]:
        """All files to store, by name: together they are the sweep, wherever they lie."""
        files = {"sweep.toml": self.to_toml(), "scenario.toml": self.base.to_toml()}
        if isinstance(self.design, Csv):
            files["design.csv"] = self.design.to_csv()
        return files | {_arm_file(name): arm.scenario.to_toml() for name, arm in self.arms.items() if arm.own}

    def _stored(self) -> Raw:
        raw = deepcopy(self.raw)
        raw["sweep"] |= {"scenario": "scenario.toml", "name": self.name}
        if isinstance(self.design, Csv):
            raw["sweep"]["rows"] = "design.csv"
        for name, arm in self.arms.items():
            if arm.own:
                raw["arm"][name]["scenario"] = _arm_file(name)
        return raw


SHOWN_PROBLEMS = 20
"""Problems of points that a message shows at most."""


def _arm_file(name: str) -> str:
    return f"scenarios/{name}.toml"


def _sort(problem: str) -> str:
    """The problem without the value that has it."""
    return re.sub(r" = .*: ", ": ", problem, count=1)


def _keys(path: str) -> list[str]:
    """The keys of a path in a sweep file, in which paths of the scenario are one key."""
    root, _, rest = path.partition(".")
    if root == "sweep":
        keys = [root, rest]
    elif root in ("set", "factors"):
        keys = [root, rest.strip('"')]
    elif root == "arm":
        name, _, inner = rest.partition(".")
        table, _, place = inner.partition(".")
        keys = [root, name, table, place.strip('"')] if table == "set" else [root, name, inner]
    else:
        raise InputError(f"{path}: unknown table {root!r}; {did_you_mean(root, TABLES)}")
    if not all(keys):
        raise InputError(f"{path!r}: is not a path such as sweep.replicates or factors.platform.feed.power")
    return keys
