"""Session: what one browser window shows and has asked for: a scenario, changes to it, a live run, settings of views.

No pages here; a page calls it and draws what it says.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import pandas as pd

from dashboards.address import Address
from dashboards.live import LiveRun
from society.errors import InputError
from society.model import Society
from society.runner import agents_frame, state_hash
from society.scenario import Scenario


class Opened(Protocol):
    """What a window has of its own: made of an address, with what is wrong with it in words."""

    error: str

    def __init__(self, address: Address) -> None: ...


def opened[S: Opened](kind: type[S], query: str | None) -> S:
    """A session of what a link says; of nothing, with an error in words, if it cannot be read."""
    try:
        return kind(Address.from_query(query))
    except InputError as error:
        session = kind(Address())
        session.error = str(error)
        return session


class Session:
    """One window's society, with changes that are applied and changes that wait.

    Parameters
    ----------
    address
        What the window's link says.

    Attributes
    ----------
    pending
        Values by path that were changed and not applied yet.
    error
        What is wrong with what was asked for last, in words.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self.base: Scenario | None = None
        self.run: LiveRun | None = None
        self.pending: dict[str, Any] = {}
        self.error = ""
        if address.scenario or address.study:
            self.open(address)

    def open(self, address: Address) -> None:
        """Show another address: its file, values and step; what is wrong with it is kept in `error`."""
        try:
            base = _scenario_of(address)
            scenario = base.replace(address.values) if address.values else base
            address = self._checked(address, scenario)
        except InputError as error:
            self.error = str(error)
            return
        self.address, self.base, self.error, self.pending = address, base, "", {}
        self._start(scenario, step=address.step)

    def _checked(self, address: Address, scenario: Scenario) -> Address:
        """The address as it can be shown.

        Raises
        ------
        InputError
            If it cannot.
        """
        return address

    def _begin(self, scenario: Scenario) -> None:
        """Let the live run begin anew with a scenario."""
        if self.run is None:
            self.run = LiveRun(scenario)
        else:
            self.run.reset(scenario)

    def _start(self, scenario: Scenario, *, step: int = 0) -> None:
        self._begin(scenario)
        assert self.run is not None
        for row in self.persons:
            self.run.follow(row)
        if step:
            self.run.run_to(step)

    def close(self) -> None:
        """End the live run; the window is gone."""
        if self.run is not None:
            self.run.close()

    @property
    def applied(self) -> Scenario | None:
        """The scenario that was asked for last and is, or is about to be, on show."""
        return None if self.base is None else self._with(self.address.values)

    def _with(self, values: Mapping[str, Any]) -> Scenario:
        assert self.base is not None
        return self.base.replace(values) if values else self.base

    def value(self, path: str, otherwise: Any) -> Any:
        """What a parameter is to become; `otherwise` where nothing else was asked for."""
        return self.pending.get(path, otherwise)

    def change(self, path: str, value: Any, *, shown: Any) -> bool:
        """Note that a parameter is to have a value; `shown` is what it is now. Say whether the scenario allows it."""
        wanted = {**self.pending, path: value}
        if value == shown:
            del wanted[path]
        try:
            self._with({**self.address.values, **wanted})
        except InputError as error:
            self.error = str(error)
            return False
        self.pending, self.error = wanted, ""
        return True

    def discard(self) -> None:
        """Forget the changes that wait."""
        self.pending, self.error = {}, ""

    def apply(self) -> None:
        """Begin anew with the changes that wait."""
        if self.base is None:
            return
        self.address = replace(self.address, values={**self.address.values, **self.pending}, step=0)
        self.pending, self.error = {}, ""
        self._start(self._with(self.address.values))

    def restore(self) -> None:
        """Begin anew with the file as it is."""
        self.address = replace(self.address, values={}, step=0)
        self.pending = {}
        self.apply()

    def reset(self) -> None:
        """Begin anew with what is applied; changes that wait go on waiting."""
        self.error = ""
        if self.run is not None:
            self.run.reset()

    def run_to(self, text: str) -> None:
        """Step until so many steps are done; what is wrong with it is kept in `error`."""
        try:
            if not text.strip().isdecimal():
                raise InputError(f"run to step {text!r}: must be a whole number")
            if self.run is not None:
                self.run.run_to(int(text))
        except InputError as error:
            self.error = str(error)
        else:
            self.error = ""

    def sow(self, text: str) -> None:
        """Begin anew with another seed, and with the changes that wait."""
        if self.run is None or text.strip() == str(self.run.scenario.run.seed):
            return
        if not text.strip().isdecimal():
            self.error = f"run.seed = {text!r}: must be a whole number"
        elif self.change("run.seed", int(text), shown=None):
            self.apply()

    def see(self, **settings: str) -> None:
        """Change settings of views."""
        self.address = self.address.seen(**settings)

    @property
    def selected(self) -> int:
        """Row of the person on the card; -1 for nobody."""
        said = self.address.view.get("person", "")
        return int(said) if said.isdecimal() else -1

    @property
    def kept(self) -> tuple[int, ...]:
        """Rows of persons whose trails are kept."""
        return tuple(int(said) for said in self.address.view.get("trails", "").split(",") if said.isdecimal())

    @property
    def persons(self) -> tuple[int, ...]:
        """Rows of all persons who were chosen."""
        return tuple(dict.fromkeys((*self.kept, *([self.selected] if self.selected >= 0 else []))))

    def keep(self, row: int) -> None:
        """Keep the trail of a person, or let it go if it was kept."""
        rows = [kept for kept in self.kept if kept != row] if row in self.kept else [*self.kept, row]
        self.see(trails=",".join(map(str, rows)))

    def select(self, row: int) -> None:
        """Choose a person, or with -1 nobody."""
        self.see(person=str(row) if row >= 0 else "")
        if row >= 0 and self.run is not None:
            self.run.follow(row)

    @property
    def said(self) -> str:
        """What there is to say of it besides its scenario."""
        return ""

    def link(self) -> str:
        """The query that opens the same view, at the same step unless the society is playing."""
        run = self.run
        stands = run is not None and run.status in ("paused", "done")
        return replace(self.address, step=run.n_steps if run is not None and stands else 0).to_query()

    # What can be taken home.

    def downloads(self) -> list[Download]:
        """What can be taken home, each with the name of its file."""
        assert self.run is not None
        run, name = self.run, self.run.scenario.scenario.name
        return [
            Download("Scenario of this state (TOML)", f"{name}.toml", self.scenario_toml),
            Download("Measures (CSV)", f"{name}-measures.csv", lambda: as_bytes(run.history.frame(), "csv")),
            Download(
                "Measures (parquet)", f"{name}-measures.parquet", lambda: as_bytes(run.history.frame(), "parquet")
            ),
            Download("Everybody now (parquet)", f"{name}-people.parquet", self._people),
        ]

    def scenario_toml(self) -> str:
        """The exact scenario with as many steps as are shown, which `society run` brings to the same state."""
        assert self.run is not None
        with self.run.look() as model:
            assert model is not None
            return state_toml(model)

    def _people(self) -> bytes:
        assert self.run is not None
        with self.run.look() as model:
            assert model is not None
            frame = agents_frame(model)
        return as_bytes(frame, "parquet")


@dataclass(frozen=True)
class Download:
    """A file to take home: what it is, its name, and how its content is made."""

    label: str
    file: str
    content: Callable[[], str | bytes]


def state_toml(model: Society) -> str:
    """The exact scenario of a society with as many steps as it has made."""
    scenario = model.scenario.replace({"run.steps": model.n_steps})
    return (
        f"# {model.scenario.source}, seed {scenario.run.seed}, as it was after {model.n_steps} steps.\n"
        f"# `society run` of this file comes to the same state: state_hash {state_hash(model.state())}\n\n"
    ) + scenario.to_toml()


def as_bytes(frame: pd.DataFrame, kind: str) -> bytes:
    """A table as the content of a CSV or parquet file."""
    buffer = io.BytesIO()
    if kind == "csv":
        frame.to_csv(buffer, index=False)
    else:
        frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _scenario_of(address: Address) -> Scenario:
    """The scenario of a file, or the exact one of a run of a study."""
    if not address.study:
        return Scenario.from_file(address.scenario)
    from dashboards.studies_folder import open_study

    return open_study(address.study).scenario(address.run or None)
