"""Explore: one live society, to watch and to steer."""

from __future__ import annotations

from typing import Any

import solara

from dashboards import charts
from dashboards.card import card_of
from dashboards.page import Kind, LivePage
from dashboards.panels import chosen_panels, worked_out
from dashboards.screen import Memory, Picture
from dashboards.session import Session
from dashboards.views import Scene, view_of

STANDARD = ("graph", "personality", "measures", "distribution", "information", "platforms")
"""Panels unless chosen otherwise, as far as they apply."""
OFFERED = (*STANDARD, "measures-2", "distribution-2")


def work(session: Session, memory: Memory) -> Picture:
    """All panels that were chosen, from one look at the society."""
    run = session.run
    assert run is not None
    assert run.sample is not None
    ways = {row: run.person_history(row) for row in session.persons}
    with run.look() as model:
        assert model is not None
        trails = {row: traits for row, (_, traits) in ways.items()}
        scene = Scene(model, run.sample, run.history, session.selected, trails, memory)
        offered = {panel: _titled(panel) for panel in OFFERED if view_of(panel).applies(scene)}
        shown = chosen_panels(session, [*offered], STANDARD)
        panels = {panel: worked_out(session, scene, panel) for panel in shown}
        is_there = 0 <= session.selected < model.n_agents
        card = card_of(model, run.sample, session.selected) if is_there else None
        n_steps = model.n_steps
    cards = [(card, charts.person_over_time(*ways[card.row], run.scenario))] if card else []
    return Picture(offered, shown, panels, cards, n_steps=n_steps)


def _titled(panel: str) -> str:
    number = panel.partition("-")[2]
    return view_of(panel).title + (f" {number}" if number else "")


EXPLORE = Kind("explore", Session, work)


@solara.component
def Explore() -> Any:
    """The page of one society."""
    return LivePage(EXPLORE)
