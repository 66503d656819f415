"""The default model of all benchmarks: every process of quickstart, 8 traits, 64 items, 2 platforms, mean degree 10."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from society import Scenario

GRAPH: dict[str, Any] = {"kind": "erdos_renyi", "mean_degree": 10.0}

TRAITS = [
    "openness",
    "conscientiousness",
    "extraversion",
    "agreeableness",
    "neuroticism",
    "honesty",
    "patience",
    "ambition",
]


PLATFORMS: dict[str, Any] = {
    "feed": {
        "target": {"neuroticism": 2.0, "conscientiousness": -2.0},
        "power": 1.2,
        "entry_age": 13.0,
        "monthly_exit": 0.01,
        "monthly_return": 0.05,
    },
    "chat": {
        "target": {"extraversion": 2.0},
        "power": 0.6,
        "appeal": 0.5,
        "quality": 0.2,
        "monthly_exit": 0.02,
        "monthly_return": 0.05,
    },
}

PROCESSES: dict[str, Any] = {
    "ageing": {},
    "exploration": {},
    "attention": {"friends": 1.0, "taste": 0.5},
    "landscape": {},
    "peers": {"kind": "influence"},
    "capture": {},
    "exchange": {},
    "forgetting": {"rate": 0.2, "rediscovery": 0.002},
    "income": {},
    "learning": {},
}


def default_model(n_agents: int, changes: Mapping[str, Any] | None = None) -> Scenario:
    """The scenario for so many people, with changes by path.

    Information is already in circulation: 64 % of people know an item that does not lose by being known, 1 % one that
    does.
    """
    widely, hardly = round(0.64 * n_agents), round(0.01 * n_agents)
    tables = {
        "scenario": {"name": "benchmark"},
        "run": {"steps": 520, "steps_per_year": 52},
        "population": {"n_agents": n_agents, "traits": TRAITS, "age_low": 10.0, "age_high": 60.0},
        "graph": GRAPH,
        "environment": {"home": {"kind": "wells", "n_wells": 4}},
        "platform": PLATFORMS,
        "meme_family": {
            "craft": {"kind": "invariant", "n_items": 24, "first_holders": widely},
            "custom": {"kind": "cooperative", "n_items": 20, "first_holders": widely},
            "tip": {"kind": "competitive", "n_items": 20, "first_holders": hardly},
        },
        "process": PROCESSES,
    }
    return Scenario.from_dict(tables).replace(changes or {})
