"""Panels: views of a society, each with its settings; they need a `Session` and a society that stands still."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

import reacton.ipyvuetify as rv
import solara

from dashboards.board import Board, Figured
from dashboards.session import Session
from dashboards.views import Scene, Setting, View, view_of

type Touch = Callable[[], None]


@dataclass(frozen=True)
class Drawn:
    """One view as it is to be shown: its title, settings, figure, and what is said of the figure or instead of it."""

    title: str
    widget: str
    settings: list[Setting] = field(default_factory=list)
    figure: dict[str, Any] = field(default_factory=dict)
    foot: str = ""
    problem: str = ""
    note: str = ""
    selected: int = -1

    @property
    def shell(self) -> Drawn:
        """All but the figure, which changes from frame to frame."""
        return replace(self, figure={})


def chosen_panels(session: Session, offered: list[str], standard: Sequence[str]) -> list[str]:
    """The panels that the address names; the standard ones, as far as they are offered, if it names none."""
    wanted = [panel for panel in session.address.view.get("panels", "").split(",") if panel in offered]
    return wanted or [panel for panel in standard if panel in offered]


def settings_of(session: Session, panel: str) -> dict[str, str]:
    """Settings of a panel by name, and those of the whole page."""
    view = session.address.view
    own = {name.removeprefix(f"{panel}."): value for name, value in view.items() if name.startswith(f"{panel}.")}
    return {name: value for name, value in view.items() if "." not in name} | own


def worked_out(session: Session, scene: Scene, panel: str, view: View | None = None) -> Drawn:
    """What a panel shows of a scene."""
    view = view or view_of(panel)
    try:
        settings, chosen = view.chosen(scene, settings_of(session, panel))
        figure = view.figure(scene, chosen)
        return Drawn(view.title, view.widget, settings, figure, _foot(view, scene, figure), selected=scene.selected)
    except Exception as error:  # one view that fails leaves the others, and the page, as they are
        traceback.print_exc()
        return Drawn(view.title, view.widget, problem=f"This view failed. {type(error).__name__}: {error}")


def _foot(view: View, scene: Scene, figure: dict[str, Any]) -> str:
    """What has to be said of a figure."""
    if view.widget == "chart":
        return str(figure["spec"].get("doc", ""))
    sample = scene.sample
    of_all = "" if sample.is_all else f" of {sample.n_agents:,}"
    who = f"{len(sample.rows):,}{of_all} people" + ("" if sample.is_all else ", whole communities")
    said = [figure["info"].get("foot", ""), who]
    if len(figure.get("arrows", b"")):
        said.append("arrows: mean drift over the last half year, the longest fills its cell")
    said.append("crosses: wells" if figure["info"].get("marks") else "")
    return "; ".join(part for part in said if part) + "; click one for their card"


@solara.component
def PanelChoice(session: Session, offered: dict[str, str], shown: list[str], touch: Touch) -> Any:
    """Which panels are shown, of those offered with their titles."""
    panels = [*offered]

    def choose(numbers: list[int]) -> None:
        if numbers:
            session.see(panels=",".join(panels[number] for number in sorted(numbers)))
            touch()

    with rv.ChipGroup(
        v_model=[panels.index(panel) for panel in shown], on_v_model=choose, multiple=True, column=True,
        class_="mb-1 py-0",
    ) as main:  # fmt: skip
        for title in offered.values():
            rv.Chip(
                children=[title], small=True, filter=True, outlined=True,
                tag="button", attributes={"type": "button"},
            )  # fmt: skip
    return main


@solara.component
def Panel(session: Session, panel: str, drawn: Drawn, board: Board, dark: bool, touch: Touch) -> Any:
    """One view: its title and settings, its figure on a board, and a sentence about it."""

    def select(row: int) -> None:
        if row != session.selected:
            session.select(row)
            touch()

    with solara.Div(classes=["society-panel"], attributes={"data-panel": panel}) as main:
        with solara.Div(classes=["society-head"]):
            solara.HTML("h3", unsafe_innerHTML=escape(drawn.title))
            for setting in drawn.settings:
                name = setting.name if setting.is_shared else f"{panel}.{setting.name}"
                chosen = setting.of({setting.name: session.address.view.get(name, "")})
                Choice(session, name, setting, chosen, touch).key(name)
        with solara.Div(classes=["society-body"]):
            if drawn.problem:
                solara.Div(classes=["society-say"], children=[drawn.problem])
            elif drawn.note:
                solara.Div(classes=["society-blank"], children=[drawn.note])
            else:
                Figured(board, panel, drawn.widget, dark, drawn.selected, select)
        if drawn.foot:
            solara.Div(classes=["society-foot"], children=[drawn.foot], attributes={"title": drawn.foot})
    return main


@solara.component
def Choice(session: Session, name: str, setting: Setting, chosen: str, touch: Touch) -> Any:
    """One setting of a view, by its name in the address."""

    def choose(option: str) -> None:
        session.see(**{name: option})
        touch()

    return rv.Select(
        items=[*setting.options], v_model=chosen, on_v_model=choose, dense=True, hide_details=True,
        attributes={"aria-label": setting.label}, menu_props={"maxHeight": 420},
    )  # fmt: skip
