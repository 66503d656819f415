"""Panels of the page of studies: charts that are worked out while the page stays usable, the table, the run."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import pandas as pd
import reacton.ipyvuetify as rv
import solara
import solara.lab

from dashboards.actions import in_order
from dashboards.address import Address
from dashboards.session import as_bytes
from dashboards.studies_session import StudySession
from dashboards.studies_views import STUDY_VIEWS, Picture, StudyView, facts_of, newness, picture
from dashboards.views import Setting
from dashboards.widgets import Chart, Table

type Touch = Callable[[], None]


@solara.component
def StudyPanels(session: StudySession, dark: bool, touch: Touch, version: Any) -> Any:
    """The table of runs, the run that was chosen, and all charts that apply."""
    tables = session.tables
    with solara.Div(classes=["society-main"]) as main:
        Runs(session, touch, version)
        with solara.Div(classes=["society-grid"]):
            if session.address.run:
                Run(session, touch, version)
            for name, view in STUDY_VIEWS.items():
                if view.applies(tables):
                    settings, chosen = view.chosen(tables, session.settings(name))
                    StudyPanel(session, view, settings, chosen, dark, touch, version).key(name)
            if not tables.outcomes:
                solara.Div(classes=["society-blank"], children=["No run has an outcome yet."])
    return main


@solara.component
def Runs(session: StudySession, touch: Touch, version: Any) -> Any:
    """A page of the table of runs."""
    page = session.page()

    def go(number: int) -> Callable[[], None]:
        return in_order(lambda: session.see(page=str(number)), touch)

    def choose(run_id: str) -> None:
        if run_id != session.address.run:
            session.choose(run_id)
            touch()

    def order(name: str) -> None:
        if name != session.address.view.get("order", ""):
            session.see(order=name)
            touch()

    with solara.Div(classes=["society-panel", "society-runs"], attributes={"data-panel": "runs"}) as main:
        with solara.Div(classes=["society-head"]):
            solara.HTML("h3", unsafe_innerHTML="Runs")
            solara.Div(classes=["society-quiet", "society-count"], children=[page.said])
            for icon, name, number in (
                ("left", "Previous page", page.number - 1),
                ("right", "Next page", page.number + 1),
            ):
                solara.Button(
                    icon_name=f"mdi-chevron-{icon}", icon=True, small=True, on_click=go(number),
                    disabled=not 1 <= number <= page.n_pages, attributes={"aria-label": name, "title": name},
                )  # fmt: skip
        with solara.Div(classes=["society-body"]):
            Table.element(
                columns=page.columns, rows=page.rows, chosen=session.address.run, on_chosen=choose,
                order=session.address.view.get("order", ""), on_order=order,
            )  # fmt: skip
    return main


@solara.component
def Run(session: StudySession, touch: Touch, version: Any) -> Any:
    """What is known of the run that was chosen, and what can be done with it."""
    run_id, tables = session.address.run, session.tables
    run = tables.run(run_id)

    def close() -> None:
        session.choose("")
        touch()

    def replay() -> None:
        session.start_replay()
        touch()

    with solara.Div(classes=["society-panel"], attributes={"data-panel": "run"}) as main:
        with solara.Div(classes=["society-head"]):
            solara.HTML("h3", unsafe_innerHTML=f"Run {escape(run_id)}")
            solara.Button(
                icon_name="mdi-close", icon=True, small=True, on_click=close, attributes={"aria-label": "Close"}
            )
        with solara.Div(classes=["society-body", "society-card"]):
            if run is None:
                solara.Text("There is no such run any more.")
                return main
            with solara.Div(classes=["society-do"]):
                solara.Button("Replay", icon_name="mdi-replay", small=True, color="primary", on_click=replay)
                query = Address(study=session.address.study, run=run_id).to_query()
                solara.Button(
                    "Open in Explore", icon_name="mdi-open-in-new", small=True, outlined=True, link=True,
                    attributes={"href": f"/explore?{query}", "target": "_blank"},
                )  # fmt: skip
                with solara.FileDownload(session.run_toml, f"{run_id}.toml"):
                    solara.Button("Scenario (TOML)", icon_name="mdi-download", small=True, outlined=True)
            if isinstance(run.get("error"), str):
                solara.Div(classes=["society-say"], children=[run["error"]])
            hidden = (*tables.outcomes, "error", "run_id")
            Facts(facts_of(run, hidden))
            if measured := facts_of({name: run[name] for name in tables.outcomes}):
                solara.HTML("h3", unsafe_innerHTML="Outcomes at the last recorded step", style="margin: 8px 0 2px")
                Facts(measured)
            if trace := tables.failure(run_id):
                solara.HTML("h3", unsafe_innerHTML="How it failed", style="margin: 8px 0 2px")
                solara.Div(classes=["society-trace"], children=[trace])
    return main


@solara.component
def Facts(facts: dict[str, str]) -> Any:
    """Names and values."""
    lines = [
        solara.Div(children=[solara.Text(name), solara.Text(text)], attributes={"title": f"{name}: {text}"})
        for name, text in facts.items()
    ]
    return solara.Div(classes=["society-facts", "society-study-facts"], children=lines)


@solara.component
def StudyPanel(
    session: StudySession, view: StudyView, settings: list[Setting], chosen: dict[str, str], dark: bool, touch: Touch,
    version: Any,
) -> Any:  # fmt: skip
    """One chart with its settings; while another is worked out, that of before stays."""
    selection = session.selection
    assert session.folder is not None
    news = newness(view, session.tables, session.folder.version)
    needs = [news, repr(session.filters), chosen, session.address.run]
    task = solara.lab.use_task(lambda: picture(view, selection, chosen), dependencies=needs, raise_error=False)
    drawn, said = task.latest or (None, "")
    if task.error and not task.pending:
        drawn, said = None, f"This view failed. {type(task.exception).__name__}: {task.exception}"
    with solara.Div(classes=["society-panel", "society-study"], attributes={"data-panel": view.name}) as main:
        with solara.Div(classes=["society-head"]):
            solara.HTML("h3", unsafe_innerHTML=view.title)
            if drawn is not None and drawn.table is not None:
                Data(drawn, f"{view.name}-{chosen.get('measure', chosen.get('show', ''))}".replace(" ", "-"))
        with solara.Div(classes=["society-set"]):
            for setting in settings:
                Choice(session, view.name, setting, chosen[setting.name], touch).key(setting.name)
        with solara.Div(classes=["society-body"]):
            if drawn is not None:
                Chart.element(spec=drawn.spec, dark=dark)
            elif said and not task.pending:
                solara.Div(classes=["society-note"], children=[said])
            if task.pending:
                solara.Div(classes=["society-working"], children=["Working out …"])
        if drawn is not None and drawn.foot:
            solara.Div(classes=["society-foot"], children=[drawn.foot], attributes={"title": drawn.foot})
    return main


@solara.component
def Data(drawn: Picture, name: str) -> Any:
    """The table behind a chart, as a file."""
    with solara.FileDownload(lambda: as_bytes(pd.DataFrame(drawn.table), "csv"), f"{name}.csv") as main:
        solara.Button(
            icon_name="mdi-download", icon=True, small=True,
            attributes={"aria-label": "Data of this chart (CSV)", "title": "Data of this chart (CSV)"},
        )  # fmt: skip
    return main


@solara.component
def Choice(session: StudySession, panel: str, setting: Setting, chosen: str, touch: Touch) -> Any:
    """One setting of a view."""

    def choose(option: str) -> None:
        session.see(**{f"{panel}.{setting.name}": option})
        touch()

    return rv.Select(
        items=[*setting.options], v_model=chosen, on_v_model=choose, dense=True, hide_details=True,
        attributes={"aria-label": setting.label, "title": setting.label}, menu_props={"maxHeight": 420},
    )  # fmt: skip
