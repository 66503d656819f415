"""Studies: results on disk, those of a running sweep too: tables, intervals, comparisons, and runs done again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import reacton.ipyvuetify as rv
import solara
import solara.lab

from dashboards.actions import in_order
from dashboards.address import Address
from dashboards.board import Board
from dashboards.explore import work
from dashboards.page import Grid
from dashboards.pages import Pages, Theme
from dashboards.session import opened
from dashboards.studies_folder import studies_near
from dashboards.studies_panels import StudyPanels
from dashboards.studies_session import StudySession
from dashboards.studies_sidebar import StudySidebar
from dashboards.ticker import Ticker
from dashboards.widgets import Pulse
from society.errors import InputError
from society.folder import read_manifest
from society.results import MISSING

type Touch = Callable[[], None]


@solara.component
def Studies() -> Any:
    """The page: bar, filters, panels or a replay; drawn anew when something was written into the folder."""
    query = solara.use_router().search
    session = solara.use_memo(lambda: opened(StudySession, query), [])
    version, set_version = solara.use_state(0)
    frame, set_frame = solara.use_state(0)
    ticker = solara.use_memo(lambda: Ticker(lambda: session.stamp, set_frame), [])

    def live() -> Callable[[], None]:
        ticker.start()
        return in_order(ticker.close, session.close)

    solara.use_effect(live, [])
    dark = bool(solara.lab.use_dark_effective())

    def touch() -> None:
        set_version(lambda number: number + 1)

    if session.folder is not None:
        session.folder.refresh()
    now = (frame, version, session.folder and session.folder.version)
    with solara.Div(classes=["society-page"]) as main:
        with solara.Div(classes=["society-bar"]):
            StudyBar(session, now)
        StudySidebar(session, touch, now)
        with solara.Div(style="overflow-y: auto; min-width: 0; height: 100%"):
            for problem in session.problems:
                solara.Div(classes=["society-say"], children=[problem])
            if session.watched is not None:
                Watched(session, dark, touch, now)
            elif session.folder is not None:
                StudyPanels(session, dark, touch, now)
            else:
                Found(session, touch)
        Pulse.element(frame=frame, query=session.link(), on_drawn=ticker.answer)
    return main


@solara.component
def Found(session: StudySession, touch: Touch) -> Any:
    """What results there are in the folder `results`."""
    found = solara.use_memo(lambda: [(folder, titled(folder)) for folder in studies_near("results")], [])

    def opens(folder: str) -> Callable[[], None]:
        return in_order(lambda: session.open(Address(study=folder)), touch)

    with solara.Div(classes=["society-blank"]) as main:
        solara.Text("Choose a folder of results:" if found else "There are no results in the folder results.")
        for folder, title in found:
            solara.Button(f"{folder}: {title}", text=True, classes=["society-found"], on_click=opens(folder))
    return main


@solara.component
def StudyBar(session: StudySession, version: Any) -> Any:
    """Which results are shown, and how far they are."""
    with solara.Row(gap="6px", style="align-items: center; width: 100%; background: transparent") as main:
        Pages("studies", session.link())
        if session.folder is not None:
            title, quiet = headline(session)
            with solara.Div(classes=["society-status"]):
                solara.Div(classes=["society-state"], children=[title])
                solara.Div(classes=["society-quiet"], children=[quiet])
        else:
            solara.Div(classes=["society-status"])
        Theme()
    return main


def titled(folder: str) -> str:
    """What stands in a folder, in a line."""
    try:
        manifest = read_manifest(Path(folder))
    except InputError:
        return "cannot be read"
    kind, number = str(manifest.get("design") or manifest.get("kind") or "run"), manifest.get("n_runs")
    runs = f" of {number:,} runs" if number else ""
    return f"{manifest.get('title') or manifest.get('name') or ''} ({kind}{runs}, {manifest['status']})"


def headline(session: StudySession) -> tuple[str, str]:
    """What the results are and how far, in two lines."""
    tables = session.tables
    manifest, counts = tables.study.manifest, tables.counts
    left, status = tables.seconds_left, tables.study.status
    words = {MISSING: "to come"} if status == "running" else {}
    numbers = ", ".join(
        f"{number:,} {words.get(kind, kind)}" for kind, number in counts.items() if number or kind == "done"
    )
    eta = f", {in_words(left)} left" if left == left and status == "running" else ""
    said = [status] if sum(counts.values()) == 1 else [numbers + eta] if counts.get(status) else [status, numbers + eta]
    title = " · ".join([str(manifest["name"]), *said])
    kind = manifest.get("design") or manifest.get("kind") or "run"
    parts = [str(manifest.get(name) or "") for name in ("title", "change")] + [f"{kind}: {design_of(session)}"]
    return title, " · ".join(part for part in parts if part)


def design_of(session: StudySession) -> str:
    """Points, arms and replicates, in words."""
    study, runs = session.tables.study, session.tables.runs
    rows, replicates = runs["row"].nunique(), runs["replicate"].nunique()
    parts = [f"{rows:,} points"] if study.factors else []
    parts += [f"{len(study.arms)} arms"] if study.arms else []
    parts += [f"{replicates:,} replicate{'s' * (replicates > 1)}"]
    return " × ".join(parts)


def in_words(seconds: float) -> str:
    """A time to wait."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


@solara.component
def Watched(session: StudySession, dark: bool, touch: Touch, version: Any) -> Any:
    """A run that is done again: a slider over its steps, and the views of Explore at the step that is shown."""
    replay = session.replay
    if replay is None:  # left in another thread, and drawn once more before the page is
        return solara.Div()
    last = replay.scenario.run.steps
    at = session.address.view.get("at", "")
    wanted = min(int(at), last) if at.isdecimal() else last
    shown = max(replay.shown_step, 0)
    said = f"Step {shown:,} of {last:,} · year {shown / replay.scenario.run.steps_per_year:.1f}"

    def scrub(step: float) -> None:
        if str(int(step)) != session.address.view.get("at", ""):
            session.scrub(int(step))
            touch()

    def back() -> None:
        session.end_replay()
        touch()

    with solara.Div(attributes={"data-panel": "replay"}) as main:
        with solara.Div(classes=["society-scrub"]):
            solara.Button("Back to the study", icon_name="mdi-arrow-left", small=True, text=True, on_click=back)
            rv.Slider(
                min=0, max=last, step=replay.scenario.record.every, v_model=wanted, on_v_model=scrub,
                dense=True, hide_details=True, attributes={"aria-label": "step"},
            )  # fmt: skip
            solara.Div(classes=["society-scrubbed"], children=[said])
        kind = "society-say" if replay.error or replay.same is False else "society-note"
        made = f"Run {session.address.run} is being done again: step {replay.n_made:,} of {last:,} …"
        solara.Div(classes=[kind, "society-verdict"], children=[replay.error or replay.verdict or made])
        Still(session, dark, touch, version)
    return main


@solara.component
def Still(session: StudySession, dark: bool, touch: Touch, version: Any) -> Any:
    """The views of Explore of the society at the step that is shown."""
    board, memory = solara.use_memo(Board, []), solara.use_memo(dict, [])
    watched, replay = session.watched, session.replay
    is_there = watched is not None and replay is not None and replay.sample is not None
    picture = work(watched, memory) if watched is not None and is_there else None
    solara.use_effect(lambda: board.show(picture.figures) if picture is not None else None, None)
    if picture is None or watched is None:
        return solara.Div(classes=["society-blank"], children=["Building the society …"])
    return Grid(watched, picture, board, dark, touch, "")
