"""Reading the tables of a sweep file: every problem in words, with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from society.errors import InputError, did_you_mean
from society.files import Raw
from society.scenario import TOP_LEVEL, Scenario
from society.sweeps.arms import ARM_NAME, Arm, ArmTable
from society.sweeps.designs import DESIGNS, Design
from society.sweeps.designs.given import Given
from society.sweeps.factors import FORM_KEYS, Factor, placed, read_factor
from society.tables import problems

_PLACE = re.compile(
    r'(?P<head>sweep|set|factors|arm\.(?:"[^"]+"|[\w-]+)(?:\.set)?)'
    r'\.(?:(?P<plain>[^"]+)|"(?P<quoted>[^"]+)"(?:\.(?P<within>\w+(?:\.\w+)*))?)'
)
WHOLE = ("graph", "population")
"""Tables without a name that may be set whole."""
TABLES = ("sweep", "set", "factors", "arm")


class Reader:
    """Makes the parts of a sweep from tables and gathers all problems on the way.

    Attributes
    ----------
    problems
        What is wrong so far.
    unread
        Factors that could not be read.
    """

    def __init__(self, raw: Raw, *, scenarios: Mapping[str, Scenario], folder: Path) -> None:
        self.raw, self.folder, self.scenarios = raw, folder, dict(scenarios)
        self.unread: set[str] = set()
        self.problems = [f"{key}: unknown table; {did_you_mean(key, TABLES)}" for key in raw if key not in TABLES]
        if "sweep" not in raw and {*raw} & {*TOP_LEVEL}:
            self.problems = ["has no table [sweep], but those of a scenario; society run runs it"]
        elif "sweep" not in raw:
            self.problems.append("sweep: is required; the table [sweep] names the scenario and the design")

    def table(self, key: str) -> Raw:
        """The table of this name, or an empty one and a problem more if it is something else."""
        table = self.raw.get(key, {})
        if isinstance(table, dict):
            return table
        self.problems.append(f"{key} = {table!r}: must be a table, [{key}]")
        return {}

    def design(self) -> Design | None:
        """The `[sweep]` table, of the class that its design chooses."""
        raw = self.table("sweep")
        if not isinstance(self.raw.get("sweep"), dict):
            return None
        kind = raw.get("design", "grid")
        if isinstance(kind, dict):
            self.problems.append(
                'sweep.design: is a name, such as "lhs"; what belongs to it stands beside it in [sweep]'
            )
            return None
        if not isinstance(kind, str) or kind not in DESIGNS:
            self.problems.append(f"sweep.design = {kind!r}: no such design; {did_you_mean(str(kind), DESIGNS)}")
            return None
        try:
            return DESIGNS[kind].model_validate(raw, context={"folder": self.folder})
        except ValidationError as error:
            self.problems += problems(error, table=DESIGNS[kind], raw=raw, at="sweep")
            return None

    def base(self, design: Design | None) -> Scenario | None:
        """The scenario that `[sweep]` names; None if it names none, and a problem more if it should."""
        if design is None and isinstance(named := self.table("sweep").get("scenario"), str):
            return self.scenario("sweep.scenario", named)
        if design and design.scenario is not None:
            return self.scenario("sweep.scenario", design.scenario)
        if design and not self.raw.get("arm"):
            self.problems.append("sweep.scenario: is required; it is the scenario file that is varied")
        return None

    def factors(self, design: Design | None) -> dict[str, Factor]:
        """All factors by path, in the order of the file or of the columns of given rows."""
        factors: dict[str, Factor] = {}
        for path, raw in self.table("factors").items():
            self.unread.add(path)
            try:
                self.check_path(f"factors.{path}", path, raw, is_factor=True)
                factors[path] = read_factor(path, raw, folder=self.folder)
                self.unread.remove(path)
            except InputError as error:
                self.problems += error.problems
        if not isinstance(design, Given) or self.problems:
            return factors
        try:
            for path, entry in next(iter(design.rows), {}).items():
                self.check_path(f"sweep.rows[0]: {path}", path, entry, is_factor=True)
            return design.factors(factors, folder=self.folder)
        except InputError as error:
            self.problems += error.problems
            return {}

    def values(self, at: str, raw: Any) -> dict[str, Any]:
        """Values by path, those of data made absolute."""
        values = {}
        for path, value in raw.items():
            try:
                self.check_path(f"{at}.{path}", path, value)
                values[path] = placed(path, value, self.folder)
            except InputError as error:
                self.problems += error.problems
        return values

    def check_path(self, at: str, path: str, value: Any, *, is_factor: bool = False) -> None:
        """Refuse the seed, and tables that come of a path without quotes."""
        if path == "run.seed":
            raise InputError(f"{at}: seeds are the sweep's; say replicates, and under [sweep] the seed of the first")
        marks = FORM_KEYS if is_factor else {"kind"}
        is_whole = path in WHOLE and not (isinstance(value, dict) and not {*value} & marks)
        if "." in path or is_whole:
            return
        if (inner := _unquoted(path, value, marks)) != path:
            raise InputError(f'{at}: a path is written in quotes: "{inner}" = …')
        raise InputError(f'{at}: must be a path in quotes, such as "platform.feed.power"')

    def scenario(self, at: str, name: str) -> Scenario | None:
        """The scenario of a file, read once."""
        if name not in self.scenarios:
            try:
                self.scenarios[name] = Scenario.from_file(self.folder / name)
            except InputError as error:
                self.problems += [f"{at} = {name!r}: {problem}" for problem in error.problems]
                return None
        return self.scenarios[name]

    def arms(self, base: Scenario | None) -> dict[str, Arm]:
        """All arms by name; one called "" if none is named."""
        shared = self.values("set", self.table("set"))
        arms = {}
        for name, raw in self.table("arm").items():
            table = self._arm_table(name, raw)
            scenario = base
            if table and table.scenario is not None:
                scenario = self.scenario(f"arm.{name}.scenario", table.scenario)
            elif table and "scenario" not in self.table("sweep"):
                self.problems.append(f"arm.{name}.scenario: is required, since [sweep] names no scenario")
            if table and scenario:
                values = {**shared, **self.values(f"arm.{name}.set", table.set)}
                arms[name] = Arm(scenario, values, table.title, table.scenario is not None)
        if base and not self.raw.get("arm"):
            arms[""] = Arm(base, shared)
        return arms

    def _arm_table(self, name: str, raw: Any) -> ArmTable | None:
        at = f"arm.{name}"
        if not isinstance(raw, dict):
            self.problems.append(f"{at} = {raw!r}: must be a table, [arm.{name}]")
            return None
        if not re.fullmatch(ARM_NAME, name):
            self.problems.append(f"{at}: a name must be made of letters, digits, _ . -")
            return None
        if dotted := [key for key in raw if "." in key]:
            self.problems.append(f'{at}: "{dotted[0]}" belongs under [{at}.set]')
            return None
        try:
            return ArmTable.model_validate(raw)
        except ValidationError as error:
            self.problems += problems(error, table=ArmTable, raw=raw, at=at)
            return None


def _unquoted(path: str, value: Any, marks: Collection[str]) -> str:
    """The path that somebody meant who wrote it without quotes, up to a table with one of the marks."""
    while isinstance(value, dict) and value and not {*value} & {*marks}:
        key, value = next(iter(value.items()))
        path = f"{path}.{key}"
    return path


def keys(path: str) -> list[str]:
    """The keys of a path in a sweep file, where a path of the scenario is one key, in quotes if more follow it.

    Raises
    ------
    InputError
        If it is none.
    """
    if (root := path.partition(".")[0]) not in TABLES:
        raise InputError(f"{path}: unknown table {root!r}; {did_you_mean(root, TABLES)}")
    place = _PLACE.fullmatch(path)
    if not place:
        raise InputError(f"{path}: is not a path such as sweep.replicates or factors.platform.feed.power")
    head = [text.strip('"') for text in re.findall(r'"[^"]+"|[^."]+', place["head"])]
    within = place["within"].split(".") if place["within"] else []
    return [*head, place["plain"] or place["quoted"], *within]
