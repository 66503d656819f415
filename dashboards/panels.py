"""Panels: views of a society side by side, each with its settings, and the card of the person who was chosen.

They need a `Session` and a society that stands still; any page can show them.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reacton.ipyvuetify as rv
import solara

from dashboards import charts
from dashboards.card import Card, card_of
from dashboards.session import Session
from dashboards.views import VIEWS, Scene, Setting, view_of
from dashboards.widgets import Chart, Plane

type Touch = Callable[[], None]

STANDARD = ("graph", "personality", "measures", "distribution", "information", "platforms")
"""Panels unless chosen otherwise, as far as they apply."""


@dataclass(frozen=True)
class Drawn:
    """The settings that a panel offers, its figure, and what went wrong instead of it."""

    settings: list[Setting]
    figure: dict[str, Any]
    problem: str = ""


@solara.component
def Panels(session: Session, dark: bool, touch: Touch, version: int) -> Any:
    """All panels that were chosen, from one look at the society."""
    run = session.run
    memory = solara.use_memo(dict, [run.generation])
    steps, trail = run.person_history(session.selected) if session.selected >= 0 else (None, None)
    if run.sample is None:  # nor wait for it: the first build has the kernels
        return solara.Div(classes=["society-blank"], children=["Building the society …" if not run.error else ""])
    found: dict[str, Drawn] = {}
    card = None
    with run.look() as model:
        if model is None:
            return solara.Div(classes=["society-blank"], children=["Building the society …"])
        scene = Scene(model, run.sample, run.history, session.selected, trail, memory)
        offered = [panel for panel in (*STANDARD, "measures-2", "distribution-2") if view_of(panel).applies(scene)]
        wanted = [panel for panel in session.address.view.get("panels", "").split(",") if panel in offered]
        shown = wanted or [panel for panel in STANDARD if panel in offered]
        for panel in shown:
            found[panel] = _worked_out(session, scene, panel)
        if session.selected >= 0:
            card = card_of(model, run.sample, session.selected)
    with solara.Div(classes=["society-main"]) as main:
        PanelChoice(session, offered, shown, touch)
        with solara.Div(classes=["society-grid"]):
            for place, (panel, drawn) in enumerate(found.items()):
                Panel(session, panel, drawn, dark, touch).key(panel)
                if place == 0 and card is not None:
                    spec = charts.person_over_time(steps, trail, run.scenario) if len(steps) else None
                    Person(session, card, spec, dark, touch).key("person")
    return main


def _worked_out(session: Session, scene: Scene, panel: str) -> Drawn:
    """What a panel shows of a scene."""
    view = view_of(panel)
    own = {name: value for name, value in session.address.view.items() if "." not in name}
    own |= {
        name.removeprefix(f"{panel}."): value
        for name, value in session.address.view.items()
        if name.startswith(f"{panel}.")
    }
    try:
        settings, chosen = view.chosen(scene, own)
        figure = view.figure(scene, chosen)
        return Drawn(settings, {**figure, "selected": scene.selected} if view.widget == "plane" else figure)
    except Exception as error:  # one view that fails leaves the others, and the page, as they are
        traceback.print_exc()
        return Drawn([], {}, f"{type(error).__name__}: {error}")


@solara.component
def PanelChoice(session: Session, offered: list[str], shown: list[str], touch: Touch) -> Any:
    """Which panels are shown."""

    def choose(numbers: list[int]) -> None:
        if numbers:
            session.see(panels=",".join(offered[number] for number in sorted(numbers)))
            touch()

    with rv.ChipGroup(
        v_model=[offered.index(panel) for panel in shown], on_v_model=choose, multiple=True, column=True,
        class_="mb-1 py-0",
    ) as main:  # fmt: skip
        for panel in offered:
            number = panel.partition("-")[2]
            rv.Chip(
                children=[VIEWS[panel.partition("-")[0]].title + (f" {number}" if number else "")],
                small=True,
                filter=True,
                outlined=True,
            )
    return main


@solara.component
def Panel(session: Session, panel: str, drawn: Drawn, dark: bool, touch: Touch) -> Any:
    """One view: its title and settings, the figure, and a sentence about it."""
    view = view_of(panel)
    with solara.Div(classes=["society-panel"], attributes={"data-panel": panel}) as main:
        with solara.Div(classes=["society-head"]):
            solara.HTML("h3", unsafe_innerHTML=view.title)
            for setting in drawn.settings:
                name = setting.name if setting.is_shared else f"{panel}.{setting.name}"
                Choice(
                    session, name, setting, setting.of({setting.name: session.address.view.get(name, "")}), touch
                ).key(name)
        with solara.Div(classes=["society-body"]):
            if drawn.problem:
                solara.Div(classes=["society-say"], children=[f"This view failed. {drawn.problem}"])
            elif view.widget == "plane":
                Plane.element(
                    **drawn.figure, dark=dark,
                    on_selected=lambda row: (session.select(row), touch()) if row != session.selected else None,
                )  # fmt: skip
            else:
                Chart.element(spec=drawn.figure["spec"], dark=dark)
        if foot := _foot(session, panel, drawn.figure):
            solara.Div(classes=["society-foot"], children=[foot], attributes={"title": foot})
    return main


def _foot(session: Session, panel: str, figure: dict[str, Any]) -> str:
    """What has to be said of a figure."""
    if doc := figure.get("spec", {}).get("doc"):
        return str(doc)
    sample = session.run.sample
    if view_of(panel).widget != "plane":
        return ""
    who = (
        f"{len(sample.rows):,} of {sample.n_agents:,} people, whole communities"
        if not sample.is_all
        else f"{sample.n_agents:,} people"
    )
    if view_of(panel).name == "personality":
        foot = figure["info"]["foot"] + "; " if figure and figure["info"]["foot"] else ""
        return f"{foot}{who}; arrows: mean drift over the last half year, the longest fills its cell; crosses: wells"
    return f"{who}; click one for their card"


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


@solara.component
def Person(session: Session, card: Card, spec: dict[str, Any] | None, dark: bool, touch: Touch) -> Any:
    """The card of one person: numbers, traits over time, friends, items, and what there is by name."""

    def choose(row: int) -> None:
        session.select(row)
        touch()

    with solara.Div(classes=["society-panel"], attributes={"data-panel": "person"}) as main:
        with solara.Div(classes=["society-head"]):
            said = f"Person {card.row:,}" + (f" (named {card.label})" if card.label != str(card.row) else "")
            solara.HTML("h3", unsafe_innerHTML=said)
            solara.Button(
                icon_name="mdi-close",
                icon=True,
                small=True,
                on_click=lambda: choose(-1),
                attributes={"aria-label": "Close"},
            )
        with solara.Div(classes=["society-body", "society-card"]):
            if spec is not None:
                with solara.Div(classes=["society-chart-small"]):
                    Chart.element(spec=spec, dark=dark)
            facts = [solara.Div(children=[solara.Text(name), solara.Text(value)]) for name, value in card.facts.items()]
            solara.Div(classes=["society-facts"], children=facts)
            Friends(card, choose)
            for name, items in card.items.items():
                solara.Div(children=[solara.Text(f"{name} ({len(items)}): {', '.join(items) or 'nothing'}")])
            for name, bars in card.bars.items():
                with solara.Div(classes=["society-chart-small"]):
                    Chart.element(spec=bars, dark=dark).key(name)
    return main


@solara.component
def Friends(card: Card, choose: Callable[[int], None]) -> Any:
    """Those the person hears from, the closest first."""
    with solara.Div() as main:
        more = f", the closest {len(card.friends)}" if card.n_friends > len(card.friends) else ""
        solara.Text(f"Hears from {card.n_friends:,} people{more}: ", style="font-weight: 600")
        for row, weight in card.friends:
            solara.Button(
                f"{row:,}",
                text=True,
                x_small=True,
                on_click=lambda row=row: choose(row),
                attributes={"title": f"weight {weight:.3g}"},
            )
    return main
