"""Happening: all events of a step, so that none sees in the people and the world what another does in the same step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from society.events.what import own

if TYPE_CHECKING:
    from society.model import Society


def ask(model: Society) -> None:
    """Ask each event whom it reaches, before any acts."""
    for event in model.scenario.events.values():
        event.ask(model)


def change_world(model: Society) -> None:
    """Open and close platforms and move people, in order of moments; at the same moment, in order of name."""
    events = model.scenario.events.values()
    per_year = model.scenario.run.steps_per_year
    dates = [(part, each.name, each) for each in events for _, part in each.due(model.n_steps, per_year)]
    for *_, event in sorted(dates, key=lambda date: date[:2]):
        event.switch(model)
    number = {name: number for number, name in enumerate(model.environments)}
    movers = [(event.name, number[event.environment]) for event in events if event.environment in number]
    latest = np.full(model.n_agents if movers else 0, float(model.n_steps))
    for name, environment in movers:
        last = own(model, name, "last")
        moves = last >= latest
        latest[moves] = last[moves]
        model.population["environment"][moves] = environment
