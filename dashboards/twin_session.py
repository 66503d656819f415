"""TwinSession: what one window of the Twin page shows: a society, and what its twin lacks or has otherwise."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from dashboards.address import Address
from dashboards.controls import as_toml
from dashboards.pair import PairRun
from dashboards.session import Download, Session, as_bytes, state_toml
from dashboards.twin_views import difference_of
from society.counterfactual import Counterfactual
from society.differences import people_differences
from society.errors import InputError
from society.files import parse_override
from society.scenario import FAMILIES, Scenario

LIKELY = ("platform", "event", "process", "meme", "meme_family", "environment")
"""Families of tables in the order in which a twin is likely to lack one."""
NEEDED = ("learning", "exploration", "ageing")
"""Kinds of processes without which there is rarely a twin worth looking at."""


class TwinSession(Session):
    """One window's society beside its twin.

    The twin lacks what `address.without` names and has the values of `address.twin`; where these say nothing, it lacks
    the first platform, or else the first event or process.
    """

    run: PairRun | None

    def _checked(self, address: Address, scenario: Scenario) -> Address:
        if not address.without and not address.twin:
            address = replace(address, without=(_first(scenario),))
        change = Counterfactual(address.without, dict(address.twin))
        change.check(scenario)
        change.applied(scenario)
        return address

    def _begin(self, scenario: Scenario) -> None:
        if self.run is None:
            self.run = PairRun(scenario, self.counterfactual)
        else:
            self.run.reset(scenario, change=self.counterfactual)

    @property
    def counterfactual(self) -> Counterfactual:
        """What the twin lacks and has otherwise."""
        return Counterfactual(self.address.without, dict(self.address.twin))

    @property
    def said(self) -> str:
        """What its twin lacks and has otherwise."""
        return f"; its twin is {self.counterfactual}"

    @property
    def lackable(self) -> list[str]:
        """Paths of all that a twin can lack."""
        scenario = self.applied
        return [] if scenario is None else lackable(scenario)

    def lack(self, paths: Sequence[str]) -> None:
        """Begin anew with a twin that lacks something else; what is wrong with that is kept in `error`."""
        self._differ(replace(self.address, without=tuple(paths), step=0))

    def vary(self, text: str) -> None:
        """Begin anew with a twin that has other values, as ``path=value`` one after the other, parted by semicolons.

        A table that is given a value is no longer one that the twin lacks.
        """
        try:
            values = dict(parse_override(part) for part in text.split(";") if part.strip())
        except InputError as error:
            self.error = str(error).replace("--set ", "")
            return
        kept = tuple(
            lacking for lacking in self.address.without if not any(path.startswith(f"{lacking}.") for path in values)
        )
        self._differ(replace(self.address, without=kept, twin=values, step=0))

    def _differ(self, address: Address) -> None:
        if self.applied is None or (address.without, address.twin) == (self.address.without, self.address.twin):
            return
        try:
            if not address.without and not address.twin:
                raise InputError("the twin: nothing differs; choose what it is without, or give it another value")
            self.address = self._checked(address, self.applied)
        except InputError as error:
            self.error = str(error)
            return
        self.error = ""
        self._start(self.applied)

    @property
    def values_said(self) -> str:
        """Values that the twin has, as `vary` takes them."""
        return "; ".join(f"{path}={as_toml(value)}" for path, value in self.address.twin.items())

    def command(self) -> str:
        """The command that runs the same pair over several seeds; of the downloaded scenario where values differ."""
        assert self.run is not None
        taken = f"{self.run.scenario.scenario.name}.toml"
        words = ["society", "twin", taken if self.address.values or self.address.study else self.address.scenario]
        words += [word for path in self.address.without for word in ("--without", path)]
        words += [word for path, value in self.address.twin.items() for word in ("--set", f"{path}={as_toml(value)}")]
        return shlex.join(words)

    # What can be taken home.

    def downloads(self) -> list[Download]:
        """Both scenarios, both and their difference over time, and how people differ."""
        assert self.run is not None
        name = self.run.scenario.scenario.name
        return [
            Download("Scenario as it is (TOML)", f"{name}.toml", self.scenario_toml),
            Download("Scenario of the twin (TOML)", f"{name}-twin.toml", self.twin_toml),
            Download("Difference (CSV)", f"{name}-difference.csv", lambda: as_bytes(self.difference(), "csv")),
            Download(
                "Difference (parquet)", f"{name}-difference.parquet", lambda: as_bytes(self.difference(), "parquet")
            ),
            Download(
                "Difference of everybody (parquet)",
                f"{name}-people.parquet",
                lambda: as_bytes(self.people_difference(), "parquet"),
            ),
        ]

    def twin_toml(self) -> str:
        """The exact scenario of the twin with as many steps as are shown."""
        assert self.run is not None
        with self.run.look():
            return state_toml(self.run.twin)

    def difference(self) -> pd.DataFrame:
        """One row a kept step and measure: as it is, in the twin, and the difference."""
        assert self.run is not None
        with self.run.look():
            return difference_of(*self.run.histories)

    def people_difference(self) -> pd.DataFrame:
        """One row a person who is in both, as in `TwinStudy.people`."""
        assert self.run is not None
        with self.run.look() as model:
            assert model is not None
            return people_differences(model, self.run.twin, self.counterfactual.platforms or [*model.platforms])


def lackable(scenario: Scenario) -> list[str]:
    """Paths of all tables that are switched on and that a twin can lack, the likely families first."""
    families = [*LIKELY, *(family for family in FAMILIES if family not in LIKELY)]
    return [
        f"{family}.{name}"
        for family in families
        for name, table in getattr(scenario, family).items()
        if getattr(table, "enabled", True)
    ]


def _first(scenario: Scenario) -> str:
    """What a twin lacks unless told otherwise: the first whose lack leaves a scenario that can be run."""
    paths = lackable(scenario)
    plain = [path for path in paths if path.partition(".")[2] not in NEEDED]
    for path in [*plain, *paths]:
        try:
            Counterfactual((path,)).applied(scenario)
        except InputError:
            continue
        return path
    raise InputError(f"{scenario.source}: there is nothing that a twin could lack; give it another value")
