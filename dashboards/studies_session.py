"""StudySession: what one browser window shows of stored results: a folder, filters, a chosen run, a replay.

No pages here; a page calls it and draws what it says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pandas as pd

from dashboards.address import Address
from dashboards.live import LiveRun
from dashboards.replay import Replay
from dashboards.session import Session
from dashboards.studies_filters import WHERE, Filters, label, sorted_by
from dashboards.studies_folder import Folder, Tables
from dashboards.studies_views import STUDY_VIEWS, Selection
from dashboards.views import Settings
from society.errors import InputError

PAGE = 50
"""Runs on a page of the table."""
REPLAY = "replay."
"""Before the settings of the views of a replay, among those of the page."""
FILTERS = ("status", "arm", "text", WHERE)


@dataclass(frozen=True)
class TablePage:
    """A page of the table of runs, as the widget `Table` reads it."""

    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    said: str
    number: int
    n_pages: int


class StudySession:
    """One window's results.

    Parameters
    ----------
    address
        What the window's link says.

    Attributes
    ----------
    folder
        The results that are open; None if there are none.
    error
        What is wrong with what was asked for last, in words.
    watched
        The views of the run that is done again; None if there is none.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self.folder: Folder | None = None
        self.error = ""
        self.watched: Session | None = None
        self.replay: Replay | None = None
        self._shown: tuple[Any, pd.DataFrame, str] | None = None
        if address.study:
            self.open(address)

    def open(self, address: Address) -> None:
        """Show another folder; what is wrong with it is kept in `error`."""
        try:
            folder = Folder(address.study)
        except (InputError, OSError) as error:
            self.error = str(error)
            return
        self.end_replay()
        self.folder, self.address, self.error = folder, address, ""
        if address.run and folder.tables.run(address.run) is None:
            self.error = f"{address.study}: no run {address.run!r}"
            self.address = replace(address, run="")
        elif "at" in address.view:
            at = address.view["at"]
            self.start_replay(int(at) if at.isdecimal() else None)

    def close(self) -> None:
        """End what runs; the window is gone."""
        self.end_replay()

    @property
    def stamp(self) -> tuple[Any, ...]:
        """What differs whenever there is something new to see."""
        return self.folder and self.folder.stamp, self.replay and self.replay.stamp

    @property
    def tables(self) -> Tables:
        """The tables of the folder that is open."""
        assert self.folder is not None
        return self.folder.tables

    def see(self, **settings: str) -> None:
        """Change settings; another filter or order begins at the first page."""
        if any(name.startswith(FILTERS) or name == "order" for name in settings):
            settings = {**settings, "page": ""}
        self.address = self.address.seen(**settings)

    def choose(self, run_id: str) -> None:
        """Choose a run, or with an empty id none."""
        self.address, self.error = replace(self.address, run=run_id), ""

    def settings(self, panel: str) -> Settings:
        """What is set of a panel, by name."""
        view = self.address.view
        return {name.removeprefix(f"{panel}."): text for name, text in view.items() if name.startswith(f"{panel}.")}

    def link(self) -> str:
        """The query that opens the same view."""
        view = {name: text for name, text in self.address.view.items() if not name.startswith(REPLAY)}
        if self.watched is not None:
            view |= {REPLAY + name: text for name, text in self.watched.address.view.items()}
        return replace(self.address, view=view).to_query()

    # Runs.

    @property
    def filters(self) -> Filters:
        """Which runs are shown."""
        return Filters.of(self.address.view)

    @property
    def selection(self) -> Selection:
        """The runs that pass the filters, in the order of the table; all if a filter is wrong."""
        return Selection(self.tables, self._passing()[0], self.address.run)

    @property
    def problems(self) -> list[str]:
        """What is wrong with what was asked for, and with the filters, in words."""
        return [text for text in (self.error, self._passing()[1] if self.folder else "") if text]

    def _passing(self) -> tuple[pd.DataFrame, str]:
        order = self.address.view.get("order", "")
        key = (self.folder and self.folder.version, self.filters, order)
        if self._shown is None or self._shown[0] != key:
            runs, problem = self.tables.runs, ""
            try:
                runs = self.filters(runs)
            except InputError as error:
                problem = str(error)
            self._shown = (key, sorted_by(runs, order), problem)
        return self._shown[1:]

    def page(self) -> TablePage:
        """The page of the table that is shown."""
        runs, tables = self.selection.runs, self.tables
        n_pages = max(1, -(-len(runs) // PAGE))
        wanted = self.address.view.get("page", "1")
        number = min(int(wanted) if wanted.isdecimal() and int(wanted) else 1, n_pages)
        own = runs.iloc[(number - 1) * PAGE : number * PAGE]
        names = self._columns(runs)
        numeric = {name for name in names if pd.api.types.is_numeric_dtype(runs[name])}
        columns = [
            {"name": name, "label": name if len(name) < 26 else "…" + ".".join(name.split(".")[-2:]), "title": name,
             "right": name in numeric}
            for name in names
        ]  # fmt: skip
        cells = [["" if value is None or value != value else label(value) for value in own[name]] for name in names]
        rows = [
            {"key": run_id, "state": status, "cells": [column[i] for column in cells]}
            for i, (run_id, status) in enumerate(zip(own["run_id"], own["status"], strict=True))
        ]
        first = (number - 1) * PAGE + 1
        said = (
            f"{first:,}–{first + len(own) - 1:,} of {len(runs):,} run{'s' * (len(runs) > 1)}" if len(runs) else "no run"
        )
        said += f" of {len(tables.runs):,} in all" if len(runs) < len(tables.runs) else ""
        return TablePage(columns, rows, said, number, n_pages)

    def _columns(self, runs: pd.DataFrame) -> list[str]:
        """Columns of the table: what the run is, the measure that is drawn over time, time and errors."""
        tables = self.tables
        view = STUDY_VIEWS["time"]
        measure = view.chosen(tables, self.settings("time"))[1]["measure"] if view.applies(tables) else ""
        arm = ["arm"] if tables.study.arms else []
        wanted = ["run_id", "status", *arm, *tables.study.factors, "replicate", "seed", measure, "steps_done", "wall_s"]
        errors = ["error"] if runs["error"].notna().any() else []
        return [name for name in (*wanted, *errors) if name in runs]

    # A run done again.

    def start_replay(self, step: int | None = None) -> None:
        """Do the chosen run again, and show it at a step, or at its last one."""
        run = self.tables.run(self.address.run)
        if run is None:
            return
        self.end_replay()
        try:
            scenario = self.tables.study.scenario(self.address.run)
        except (InputError, OSError) as error:
            self.error = str(error)
            return
        recorded = run.get("state_hash")
        self.replay = Replay(scenario, recorded=recorded if isinstance(recorded, str) else None, step=step)
        view = {k.removeprefix(REPLAY): text for k, text in self.address.view.items() if k.startswith(REPLAY)}
        self.watched = Session(Address(view=view))
        self.watched.run = cast(LiveRun, self.replay)  # panels ask of it what a replay answers too
        self.see(at=str(scenario.run.steps if step is None else step))

    def scrub(self, step: int) -> None:
        """Show the run that is done again at a step."""
        if self.replay is not None:
            self.replay.show(step)
            self.see(at=str(step))

    def end_replay(self) -> None:
        """Go back to the study."""
        if self.replay is not None:
            self.replay.close()
            self.see(at="")
        self.replay = self.watched = None

    # What can be taken home.

    def run_toml(self) -> str:
        """The exact scenario of the chosen run; why there is none, as a comment, if it cannot be read any more."""
        try:
            return self.tables.study.scenario(self.address.run).to_toml()
        except (InputError, OSError) as error:
            return "".join(f"# {line}\n" for line in str(error).splitlines())

    def series(self) -> pd.DataFrame:
        """The series of the measure that is drawn over time, of all runs that pass the filters."""
        _, settings = STUDY_VIEWS["time"].chosen(self.tables, self.settings("time"))
        return self.tables.study.read_series([settings["measure"]], [*dict.fromkeys(self.selection.runs["run_id"])])
