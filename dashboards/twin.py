"""Twin: a society and its twin, which lacks something or has it otherwise, side by side and their difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import reacton.ipyvuetify as rv
import solara

from dashboards import charts
from dashboards.card import Card, card_of
from dashboards.page import Kind, LivePage
from dashboards.panels import Drawn, chosen_panels, settings_of, worked_out
from dashboards.screen import Memory, Picture
from dashboards.twin_session import TwinSession
from dashboards.twin_views import TWIN_VIEWS, alike
from dashboards.views import VIEWS, Scene, View
from society.model import Society

type Touch = Callable[[], None]

SIDE_BY_SIDE = ("graph", "personality", "distribution", "information", "platforms")
"""Views that are drawn of each society."""
OFFERED = ("graph", *TWIN_VIEWS, "personality", "distribution", "information", "platforms")
STANDARD = ("graph", *TWIN_VIEWS)


def work(session: TwinSession, memory: Memory) -> Picture:
    """All panels that were chosen, from one look at both societies."""
    run = session.run
    assert run is not None
    ways = [{row: run.person_history(row, side=side) for row in session.persons} for side in range(2)]
    with run.look() as model:
        assert model is not None
        scenes = scenes_of(session, (model, run.twin), ways, memory)
        offered = {panel: _view(panel).title for panel in OFFERED if _view(panel).applies(scenes[0])}
        shown = chosen_panels(session, [*offered], STANDARD)
        panels = {name: each for panel in shown for name, each in _drawn(session, scenes, panel).items()}
        cards, n_steps = _cards(session, scenes), model.n_steps
    if not cards:
        return Picture(offered, shown, panels, n_steps=n_steps)
    one, other = (charts.person_over_time(*way[session.selected], run.scenario) for way in ways)
    if one and other:
        one, other = alike(one, other)
    return Picture(offered, shown, panels, [*zip(cards, (one, other), strict=True)], place=2, n_steps=n_steps)


def scenes_of(
    session: TwinSession, models: tuple[Society, Society], ways: list[dict[int, Any]], memory: dict[Any, Any]
) -> list[Scene]:
    """The society as it is and its twin, each with the other beside it."""
    run = session.run
    assert run is not None
    assert run.sample is not None
    trails = [{row: traits for row, (_, traits) in way.items()} for way in ways]
    one, other = (
        Scene(model, run.sample, history, session.selected, trail, memory)
        for model, history, trail in zip(models, run.histories, trails, strict=True)
    )
    return [replace(one, beside=other), replace(other, beside=one)]


def _view(panel: str) -> View:
    return TWIN_VIEWS[panel] if panel in TWIN_VIEWS else VIEWS[panel]


def _drawn(session: TwinSession, scenes: list[Scene], panel: str) -> dict[str, Drawn]:
    """What a panel shows, or the two panels of a view that is drawn of each society."""
    view = _view(panel)
    one = worked_out(session, scenes[0], panel, view)
    if panel in TWIN_VIEWS:
        return {panel: one}
    title, twin = view.title, f"{panel}-twin"
    one = replace(one, title=f"{title} as it is")
    lacking = _lacking(session, scenes[1], panel, one)
    if lacking:
        return {panel: one, twin: Drawn(f"{title} {session.counterfactual}", view.widget, note=lacking)}
    other = replace(worked_out(session, scenes[1], panel, view), title=f"{title} {session.counterfactual}", settings=[])
    if view.widget == "chart" and not one.problem and not other.problem:
        specs = alike(one.figure["spec"], other.figure["spec"])
        one, other = (replace(each, figure={"spec": spec}) for each, spec in zip((one, other), specs, strict=True))
    return {panel: one, twin: other}


def _lacking(session: TwinSession, twin: Scene, panel: str, one: Drawn) -> str:
    """What is shown of the society and does not exist in its twin, in words; empty if nothing is lacking."""
    view, settings = _view(panel), settings_of(session, panel)
    if not view.applies(twin):
        return f"There is none {session.counterfactual}."
    chosen = {setting.name: setting.of(settings) for setting in one.settings}
    offered = {setting.name: setting.options for setting in view.settings(twin, {**settings, **chosen})}
    for name, option in chosen.items():
        if option not in offered.get(name, ()):
            return f"There is no {option} {session.counterfactual}."
    return ""


def _cards(session: TwinSession, scenes: list[Scene]) -> list[Card]:
    """The card of the person who was chosen in each society; none if nobody was."""
    row = session.selected
    if not 0 <= row < scenes[0].model.n_agents:
        return []
    one, other = (card_of(scene.model, scene.sample, row) for scene in scenes)
    is_same = one.uid == other.uid
    note = "" if is_same else "Another person has this place here: people were born since at different times."
    for name in one.bars.keys() & other.bars.keys():
        one.bars[name], other.bars[name] = alike(one.bars[name], other.bars[name])
    return [replace(one, where="as it is"), replace(other, side="-twin", where=str(session.counterfactual), note=note)]


@solara.component
def Change(session: TwinSession, touch: Touch, version: Any) -> Any:
    """What the twin lacks and has otherwise, and the command that runs the same."""

    def lack(paths: list[str]) -> None:
        session.lack(paths)
        touch()

    def vary(text: str) -> None:
        session.vary(text)
        touch()

    with solara.Div(classes=["society-change"]) as main:
        rv.Select(
            label="The twin is without", items=session.lackable, v_model=[*session.address.without], on_v_model=lack,
            multiple=True, small_chips=True, deletable_chips=True, dense=True, hide_details=True, class_="mb-2 mt-4",
        )  # fmt: skip
        solara.InputText(
            "The twin has (path=value; …)", value=session.values_said, on_value=vary,
            continuous_update=False, dense=True, hide_details=True,
        )  # fmt: skip
        if session.run is not None:
            with solara.Div(classes=["society-note"]):
                solara.Div(children=["Over several seeds, with intervals:"])
                solara.Div(classes=["society-command"], children=[session.command()])
    return main


TWIN = Kind("twin", TwinSession, work, Change, layout="society-pairs")


@solara.component
def Twin() -> Any:
    """The page of a society and its twin."""
    return LivePage(TWIN)
