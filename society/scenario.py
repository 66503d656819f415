"""Scenario: a scenario file, read, checked and immutable.

Every parameter has one dotted path, the same in the file, in ``--set``, in sweeps and in Python:
``section.field`` or ``family.name.field``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from society.environments import ENVIRONMENTS, Environment
from society.errors import InputError, did_you_mean, found_in
from society.events import Event
from society.files import (
    DATA_SECTIONS,
    Raw,
    file_digest,
    make_absolute,
    read,
    refuse_other_files,
    set_value,
    short_name,
)
from society.graph import SocialGraph
from society.memes import AnyMeme, MemeFamily, MemeTable
from society.platforms import PlatformTable
from society.processes import PROCESSES, Process, Source
from society.processes.order import order_problems
from society.streams import Streams
from society.tables import ByPath, Listed, Name, Named, Share, Table, parameter, problems
from society.topologies import TOPOLOGIES, Topology


class Header(Table):
    """What the scenario is called and what it is for."""

    name: str = parameter(
        "scenario", "Short name, used for the results folder; the file's name unless given.", pattern=r"^\w[\w.-]*$"
    )
    title: str = parameter("", "One line for headings.")
    description: str = parameter("", "What is simulated and what should be seen.")


class Run(Table):
    """How long and from which seed."""

    steps: int = parameter(520, "Number of steps.", ge=0, le=10**9)
    steps_per_year: int = parameter(52, "Steps in a year; a step lasts h = 1/steps_per_year years.", ge=1, le=10**6)
    seed: int = parameter(1, "Seed of all random numbers.", ge=0, le=2**63 - 1)
    order: Listed[tuple[str, ...]] = parameter(
        (), "Names of all processes in the order of a step; the file's if empty."
    )


class PopulationTable(Table):
    """Who lives in the society."""

    n_agents: int | None = parameter(None, "Number of people; that of the graph if not given.", ge=1, le=2**31 - 2)
    traits: Listed[tuple[Name, ...]] = parameter(
        ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"),
        "Names of the personality traits.",
        min_length=1,
    )
    trait_sd: float = parameter(1.0, "Standard deviation of initial traits.", ge=0, le=1e6)
    trait_low: float | None = parameter(None, "Lowest value a trait can take; unbounded if not given.")
    trait_high: float | None = parameter(None, "Highest value a trait can take; unbounded if not given.")
    age_low: float = parameter(20.0, "Youngest initial age.", ge=0, le=150, unit="years")
    age_high: float = parameter(20.0, "Oldest initial age.", ge=0, le=150, unit="years")
    groups: dict[Name, Share] = parameter(
        {}, "Groups by name, with the share of people in each in proportion to the others."
    )
    path: str | None = parameter(None, "File with one row a person, CSV or parquet, for initial columns.")
    id: str | None = parameter(
        None, "Column of that file that holds the names of people in the graph; the first column if omitted."
    )
    initial: ByPath = parameter(
        {},
        "Initial columns by path, such as age or traits.openness, and the column of the file that holds each; without "
        "a file, the attribute of people in the graph.",
    )

    @property
    def trait_bounds(self) -> tuple[float, float]:
        """Lowest and highest value of a trait."""
        low = -math.inf if self.trait_low is None else self.trait_low
        return low, math.inf if self.trait_high is None else self.trait_high

    def check_trait(self, field: str, trait: str) -> list[str]:
        """A problem if `trait`, named in `field`, does not exist."""
        return [] if trait in self.traits else [f"{field}: no trait {trait!r}; {did_you_mean(trait, self.traits)}"]

    def check(self) -> list[str]:
        """Ranges must not be upside down, names not repeated."""
        found = []
        if self.age_low > self.age_high:
            found.append(f"population.age_low = {self.age_low} is above population.age_high = {self.age_high}")
        if self.trait_bounds[0] > self.trait_bounds[1]:
            found.append(f"population.trait_low = {self.trait_low} is above population.trait_high = {self.trait_high}")
        if self.path is not None and not self.initial:
            found.append("population.initial: is required, since population.path is given")
        if self.path is None and self.id is not None:
            found.append("population.path: is required, since population.id is given")
        found += [
            f"population.traits: {name!r} stands twice"
            for name in sorted({*self.traits})
            if self.traits.count(name) > 1
        ]
        return found


class Record(Table):
    """What is kept of a run; it never changes the run."""

    every: int = parameter(1, "Steps from one row of measures to the next.", ge=1, unit="steps")
    measures: Listed[tuple[str, ...]] = parameter((), "Names of the measures; all that apply if empty.")
    twins: Listed[tuple[str, ...]] = parameter(
        (), "Paths, such as platform.feed, without which a paired twin is run alongside to measure capture."
    )
    agents: bool = parameter(False, "Whether everybody's columns at the end are kept.")


SECTIONS: dict[str, type[Table]] = {"scenario": Header, "run": Run, "population": PopulationTable, "record": Record}
PLAIN_FAMILIES: dict[str, type[Named]] = {
    "platform": PlatformTable,
    "meme": MemeTable,
    "meme_family": MemeFamily,
    "event": Event,
}
FAMILIES = ("environment", "platform", "meme", "meme_family", "event", "process")
TOP_LEVEL = (*SECTIONS, "graph", *FAMILIES)
RESERVED = {"platform": ("life",), "process": ("chance", "bounds", "event")}
"""Names that the society itself uses: an option of attention, accounts of the ledger, how events are called."""


@dataclass(frozen=True)
class Scenario:
    """A checked scenario. Make one with `from_file` or `from_dict`, vary it with `replace`.

    Attributes
    ----------
    raw
        What the file said, after `extends`, with paths to data made absolute.
    source
        The file, for messages.
    """

    scenario: Header
    run: Run
    population: PopulationTable
    record: Record
    graph: Topology
    environment: Mapping[str, Environment]
    platform: Mapping[str, PlatformTable]
    meme: Mapping[str, MemeTable]
    meme_family: Mapping[str, MemeFamily]
    event: Mapping[str, Event]
    process: Mapping[str, Process]
    raw: Raw
    source: str = "scenario"

    @classmethod
    def from_file(cls, path: str | Path) -> Scenario:
        """Read a TOML file and whatever it extends.

        Raises
        ------
        InputError
            With every problem found, each with file, path, value and what is allowed.
        """
        path = Path(path)
        raw = read(path)
        raw.setdefault("scenario", {})
        if isinstance(raw["scenario"], dict):
            raw["scenario"].setdefault("name", short_name(path.stem) or "scenario")
        return cls.from_dict(raw, source=str(path))

    @classmethod
    def from_dict(cls, raw: Raw, *, source: str = "scenario") -> Scenario:
        """Check a scenario given as nested dictionaries, as TOML would give them."""
        return cls._checked(deepcopy(raw), source)

    @classmethod
    def _checked(cls, raw: Raw, source: str) -> Scenario:
        """The scenario of tables that nobody else holds."""
        with found_in(source):
            refuse_other_files(raw, wanted="scenario")
        make_absolute(raw, Path())
        reader = _Reader()
        parts: dict[str, Any] = {key: reader.section(key, table, raw.get(key, {})) for key, table in SECTIONS.items()}
        parts["graph"] = reader.chosen("graph", raw.get("graph", {}), TOPOLOGIES)
        for family in FAMILIES:
            parts[family] = reader.family(family, raw.get(family, {}))
        reader.problems += [
            f"{key}: unknown table; {did_you_mean(key, TOP_LEVEL)}" for key in raw if key not in TOP_LEVEL
        ]
        if not reader.problems:
            scenario = cls(**parts, raw=raw, source=source)
            reader.problems += scenario._problems()
        if reader.problems:
            raise InputError(*reader.problems).within(source)
        return scenario

    def replace(self, values: Mapping[str, Any]) -> Scenario:
        """The same scenario with other values, by dotted path; a path may end at a table and replaces it whole."""
        raw = deepcopy(self.raw)
        found: list[str] = []
        for path, value in sorted(values.items(), key=_order_of_setting):
            try:
                value = value.tolist() if isinstance(value, np.generic | np.ndarray) else deepcopy(value)
                set_value(raw, path, value, sections=(*SECTIONS, "graph"), families=FAMILIES)
            except InputError as error:
                found += error.problems
        try:
            scenario = Scenario._checked(raw, self.source)
        except InputError as error:
            raise InputError(*InputError(*found).within(self.source).problems, *error.problems) from None
        if found:
            raise InputError(*found).within(self.source)
        return scenario

    @cached_property
    def processes(self) -> tuple[Process, ...]:
        """Enabled events in order of name, then enabled processes in the order of a step."""
        names = self.run.order or tuple(self.process)
        return (*self.events.values(), *(self.process[name] for name in names if self.process[name].enabled))

    @cached_property
    def events(self) -> dict[str, Event]:
        """Enabled events by name."""
        return _enabled(self.event)

    @cached_property
    def environments(self) -> dict[str, Environment]:
        """Enabled environments by name."""
        return _enabled(self.environment)

    @cached_property
    def platforms(self) -> dict[str, PlatformTable]:
        """Enabled platforms by name."""
        return _enabled(self.platform)

    @cached_property
    def memes(self) -> dict[str, AnyMeme]:
        """Enabled items and families of items by name."""
        return _enabled({**self.meme, **self.meme_family})

    @cached_property
    def notices(self) -> list[str]:
        """What stands in the file but nothing here reads."""
        owned = {column.name for process in self.processes for column in process.columns()}
        pairs = (
            ("environment", "landscape_form"),
            ("platform", "attention"),
            ("meme", "knows"),
            ("meme_family", "knows"),
        )
        unread = [
            f"No process reads the tables [{family}.*]."
            for family, column in pairs
            if _enabled(getattr(self, family)) and column not in owned
        ]
        return unread + [notice for event in self.events.values() for notice in event.notices(self)]

    def no_table(self, path: str) -> str:
        """What is wrong with a path that names no table of a family, such as platform.feed; else nothing."""
        known = [f"{family}.{name}" for family in FAMILIES for name in getattr(self, family)]
        if path in known:
            return ""
        if within := [table for table in known if path.startswith(f"{table}.")]:
            return f"{path!r} is part of a table; only a whole one can be lacking: {within[0]!r}"
        if path.split(".")[0] in (*SECTIONS, "graph"):
            return f"no society is without {path!r}; {did_you_mean(path, known)}"
        return f"no {path!r} here; {did_you_mean(path, known)}"

    def build_graph(self) -> SocialGraph:
        """The social graph of a society of this scenario, the same each time."""
        with found_in(self.source):
            seed = int(Streams(self.run.seed).key("graph", "ties"))
            return self.graph.build(n_agents=self.population.n_agents, seed=seed)

    def resolved(self) -> Raw:
        """Every parameter with its value, defaults included, as nested dictionaries that `from_dict` accepts."""
        sections = {key: getattr(self, key).model_dump(mode="json", exclude_none=True) for key in (*SECTIONS, "graph")}
        families = {
            family: {name: _resolved(family, table) for name, table in getattr(self, family).items()}
            for family in FAMILIES
            if getattr(self, family)
        }
        return {**sections, **families}

    def to_toml(self) -> str:
        """The resolved scenario as TOML text."""
        import tomli_w

        return tomli_w.dumps(self.resolved())

    def digest(self, *, without_seed: bool = False) -> str:
        """sha256 of all parameters, the order of steps and the bytes of the files of data, wherever they lie."""
        resolved = self.resolved()
        for section, data in self._data_digests.items():
            del resolved[section]["path"]
            resolved[section]["sha256"] = data
        if without_seed:
            del resolved["run"]["seed"]
        resolved["run"]["order"] = [process.name for process in self.processes]
        return sha256(json.dumps(resolved, sort_keys=True).encode()).hexdigest()

    @cached_property
    def _data_digests(self) -> dict[str, str]:
        paths = {section: self.raw.get(section, {}).get("path") for section in DATA_SECTIONS}
        return {section: file_digest(path) for section, path in paths.items() if path}

    def _problems(self) -> list[str]:
        """What is wrong between tables that are each right in themselves."""
        found = self.population.check() + self._order_problems()
        for name in sorted({*self.meme} & {*self.meme_family}):
            found.append(f"meme.{name}: there is a meme_family.{name} too")
        families = {family: _enabled(getattr(self, family)) for family in FAMILIES}
        for family, tables in families.items():
            for name, table in tables.items():
                at = f"{family}.{name}"
                found += [at + problem if problem[0] == ":" else f"{at}.{problem}" for problem in table.check(self)]
        return found + [f"record.twins: {problem}" for path in self.record.twins if (problem := self.no_table(path))]

    def _order_problems(self) -> list[str]:
        order, names = self.run.order, tuple(self.process)
        found = [f"run.order: no process {name!r}; {did_you_mean(name, names)}" for name in order if name not in names]
        found += [f"run.order: {name!r} stands twice" for name in sorted({*order}) if order.count(name) > 1]
        needed = [name for name in names if self.process[name].enabled]
        if order:
            found += [f"run.order: does not say where process {name!r} comes" for name in needed if name not in order]
        rows = (
            [row for process in self.processes if isinstance(process, Source) for row in process.rows(self)]
            if not found
            else []
        )
        found += [f"process: two sources are called {row!r}" for row in sorted({*rows}) if rows.count(row) > 1]
        return found or order_problems(self.processes, PROCESSES)


class _Reader:
    """Builds tables and gathers all problems on the way."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def section(self, path: str, table: type[Table], raw: Any) -> Any:
        """The table at `path`, or None and a problem more."""
        if not isinstance(raw, dict):
            self.problems.append(f"{path} = {raw!r}: must be a table")
            return None
        try:
            return table.model_validate(raw)
        except ValidationError as error:
            self.problems += problems(error, table=table, raw=raw, at=path)
            return None

    def chosen(self, path: str, raw: Any, registry: Mapping[str, type[Table]]) -> Any:
        """The table at `path`, of the class that its `kind` chooses."""
        if not isinstance(raw, dict):
            return self.section(path, Table, raw)
        if "kind" not in raw:
            self.problems.append(f"{path}.kind: is required; {did_you_mean('', registry)}")
        elif raw["kind"] not in [*registry]:
            self.problems.append(
                f"{path}.kind = {raw['kind']!r}: no such kind; {did_you_mean(str(raw['kind']), registry)}"
            )
        else:
            return self.section(path, registry[raw["kind"]], raw)
        return None

    def family(self, family: str, raw: Any) -> dict[str, Any]:
        """All named tables of a family."""
        if not isinstance(raw, dict):
            self.problems.append(f"{family} = {raw!r}: must be tables, [{family}.name]")
            return {}
        return {name: self._named(family, name, table) for name, table in raw.items()}

    def _named(self, family: str, name: str, raw: Any) -> Any:
        path = f"{family}.{name}"
        if not isinstance(raw, dict):
            self.problems.append(f"{path} = {raw!r}: must be a table, [{family}.name]")
            return None
        if name in RESERVED.get(family, ()):
            self.problems.append(f"{path}: the society itself uses the name {name!r}; choose another")
            return None
        if "name" in raw:
            self.problems.append(f"{path}.name: the name is the key of the table")
            return None
        if family == "process":
            kind = raw.get("kind", name)
            raw = {"name": name, **{key: value for key, value in raw.items() if key != "kind"}}
            if not isinstance(kind, str) or kind not in PROCESSES:
                self.problems.append(f"{path}: no process of kind {kind!r}; {did_you_mean(str(kind), PROCESSES)}")
                return None
            return self.section(path, PROCESSES[kind], raw)
        if family == "environment":
            return self.chosen(path, {"name": name, **raw}, ENVIRONMENTS)
        full = path if family == "event" else name  # events stand among processes, and need names of their own
        return self.section(path, PLAIN_FAMILIES[family], {"name": full, **raw})


def _order_of_setting(item: tuple[str, Any]) -> tuple[int, bool]:
    """Whole tables before what stands in them, and a kind first, since it takes away the keys of another."""
    path = item[0]
    return path.count("."), not path.endswith(".kind")


def _enabled[T: Named](tables: Mapping[str, T]) -> dict[str, T]:
    """Enabled tables, in order of name so that the order of the file does not matter."""
    return {name: tables[name] for name in sorted(tables) if tables[name].enabled}


def _resolved(family: str, table: Named) -> Raw:
    values = table.model_dump(mode="json", exclude_none=True, exclude={"name"})
    return {"kind": table.kind, **values} if isinstance(table, Process) and family == "process" else values
