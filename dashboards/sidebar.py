"""The left-hand side of a page: which scenario, its parameters by table, and what can be downloaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import reacton.ipyvuetify as rv
import solara

from dashboards.actions import in_order
from dashboards.address import Address
from dashboards.controls import Control, as_toml, groups, heading
from dashboards.session import Session
from society.errors import InputError

type Touch = Callable[[], None]


@solara.component
def Sidebar(session: Session, touch: Touch, version: int, own: Callable[..., Any] | None = None) -> Any:
    """Scenario, what is a page's `own`, changes that wait, parameters, downloads."""
    opened, set_opened = solara.use_state("")
    scenario = session.applied
    shown = [session.address.scenario, repr(session.address.values)]
    tables = solara.use_memo(lambda: groups(scenario) if scenario is not None else {}, shown)
    with solara.Div(classes=["society-side"]) as main:
        ScenarioChoice(session, touch, version)
        if own is not None:
            own(session, touch, version)
        if session.pending:
            Waiting(session, touch, len(session.pending))
        if scenario is not None:
            for table, controls in tables.items():
                changed = sum(control.path in session.pending for control in controls)
                is_open = table == opened
                label = heading(scenario, table) + (f" ({changed} changed)" if changed else "")
                solara.Button(
                    label, icon_name="mdi-chevron-down" if is_open else "mdi-chevron-right", text=True, small=True,
                    classes=["society-group"], attributes={"aria-expanded": str(is_open).lower()},
                    on_click=lambda table=table, is_open=is_open: set_opened("" if is_open else table),
                )  # fmt: skip
                if is_open:
                    for control in controls:
                        Parameter(session, control, touch, session.pending.get(control.path, control.value)).key(
                            f"{control.path} {session.address.to_query()}"
                        )
            if session.run is not None:
                Downloads(session)
    return main


@solara.component
def ScenarioChoice(session: Session, touch: Touch, version: int) -> Any:
    """A list of scenario files nearby, in which any path can be typed."""
    files = solara.use_memo(lambda: nearby(session.address.scenario), [session.address.scenario])

    def choose(file: str | None) -> None:
        if file and file != session.address.scenario:
            session.open(Address(scenario=file, view=session.address.view).seen(person="", trails=""))
            touch()

    with solara.Div() as main:
        rv.Combobox(
            label="Scenario file", items=files, v_model=session.address.scenario, on_v_model=choose, dense=True,
            hide_details=True, class_="mb-2 mt-2",
        )  # fmt: skip
        if session.address.study:
            said = f"Run {session.address.run or 'of the base scenario'} of {session.address.study}"
            solara.Div(classes=["society-note"], children=[said])
        if session.address.values:
            with solara.Div(classes=["society-note"]):
                said = ", ".join(f"{path} = {as_toml(value)}" for path, value in session.address.values.items())
                solara.Text(f"Applied: {said}", style="overflow-wrap: anywhere")
                solara.Button("Back to the file", text=True, small=True, on_click=in_order(session.restore, touch))
    return main


def nearby(file: str) -> list[str]:
    """Scenario files in the present folder's `scenarios` and beside a file."""
    folders = [Path("scenarios"), *([Path(file).parent] if file else [])]
    found = sorted(path for folder in dict.fromkeys(folders) for path in folder.glob("*.toml"))
    return [*dict.fromkeys(str(path) for path in found)]


@solara.component
def Waiting(session: Session, touch: Touch, n: int) -> Any:
    """How many changes wait, and what to do with them."""
    with solara.Div(classes=["society-apply"]) as main:
        solara.Text(f"{n} change{'s' * (n > 1)} not applied yet: what is shown runs without.")
        with solara.Row(gap="6px"):
            solara.Button("Apply and restart", color="primary", small=True, on_click=in_order(session.apply, touch))
            solara.Button("Discard", text=True, small=True, on_click=in_order(session.discard, touch))
    return main


@solara.component
def Parameter(session: Session, control: Control, touch: Touch, value: Any) -> Any:
    """One parameter: its label with help, and how it is set."""
    problem, set_problem = solara.use_state("")

    def change(new: Any) -> None:
        if session.change(control.path, new, shown=control.value):
            set_problem("")
        else:
            set_problem(session.error)
            session.error = ""
        touch()

    def typed(text: str) -> None:
        try:
            change(control.parsed(text))
        except InputError as error:
            set_problem(str(error).removeprefix("--set "))

    changed = ["society-changed"] if control.path in session.pending else []
    with solara.Div(classes=["society-control", *changed], attributes={"title": control.help}) as main:
        if control.kind == "switch":
            rv.Switch(
                label=control.label, v_model=value, on_v_model=change, dense=True, hide_details=True, class_="mt-0"
            )
        elif control.kind == "choice":
            solara.Div(classes=["society-label"], children=[control.label])
            rv.Select(
                items=[*control.options], v_model=value, on_v_model=change, dense=True, hide_details=True,
                attributes={"aria-label": control.label},
            )  # fmt: skip
        else:
            solara.Div(classes=["society-label"], children=[control.label])
            Typed(control, value, typed, change)
        if problem:
            solara.Text(problem, style="color: #d55e00; font-size: 12px; overflow-wrap: anywhere")
    return main


@solara.component
def Typed(control: Control, value: Any, typed: Callable[[str], None], change: Callable[[Any], None]) -> Any:
    """A field for a value, with a slider beside it where it is a number."""
    shown = str(value) if control.kind == "text" and value is not None else as_toml(value)
    if control.slider is None:
        return Field(control.label, shown, typed)
    low, high = control.slider
    step = 10.0 ** round(_log10((high - low) / 200))
    with solara.Div(classes=["society-pair"]) as main:
        rv.Slider(
            min=low, max=high, step=step, v_model=min(max(float(value), low), high), dense=True, hide_details=True,
            on_v_model=lambda new: change(float(f"{new:.10g}")), class_="society-slider",
            attributes={"aria-label": control.label},
        )  # fmt: skip
        Field(control.label, shown, typed)
    return main


@solara.component
def Field(label: str, shown: str, typed: Callable[[str], None]) -> Any:
    """A field for text whose label stands elsewhere; who cannot see it is told it all the same."""
    field = solara.InputText("", value=shown, on_value=typed, continuous_update=False, dense=True, hide_details=True)
    solara.use_effect(lambda: setattr(solara.get_widget(field), "attributes", {"aria-label": label}), [label])
    return field


def _log10(value: float) -> float:
    import math

    return math.log10(value)


@solara.component
def Downloads(session: Session) -> Any:
    """What can be taken home, as files; figures are saved in their own corners."""
    with solara.Div() as main:
        solara.HTML("h3", unsafe_innerHTML="Download", style="margin: 12px 0 4px")
        with solara.Div(classes=["society-get"]):
            for each in session.downloads():
                with solara.FileDownload(each.content, each.file):
                    solara.Button(each.label, icon_name="mdi-download", text=True, small=True)
    return main
