"""Small societies to which something happens, and in which nothing else does."""

from __future__ import annotations

from typing import Any

from society.model import Society
from tests.societies import CONSTANT_RATE, CROWD, Raw, crowd, make_society

STILL: Raw = {"ageing": {}, "learning": {"rule": "gradient", "temperature": 0.0, "age_curve": CONSTANT_RATE}}
"""Processes by which nobody moves unless something happens; η = 0.1 a year."""


def happening(
    n_agents: int = 6, traits: tuple[str, ...] = ("calm",), *, steps_per_year: int = 4, **tables: Any
) -> Society:
    """People on their own, all at the origin, with the given tables, of which `event` is one."""
    model = make_society(
        **{
            "run": {"steps": 10**6, "steps_per_year": steps_per_year},
            "population": crowd(n_agents, *traits) | {"trait_sd": 0.0},
            "graph": CROWD,
            "process": STILL,
        }
        | tables
    )
    return model


def lived(years: float, model: Society) -> Society:
    """The society so many years later."""
    for _ in range(round(years * model.scenario.run.steps_per_year)):
        model.step()
    return model
