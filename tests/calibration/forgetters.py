"""A society in which calibration has known answers: everybody knows a joke and forgets it at a rate r.

After t years the share of people who know it is e^(−r t), by the law of large numbers; nobody tells it to anybody, so
that its transmissibility makes no difference.
"""

from __future__ import annotations

from math import exp
from typing import Any

from society.calibration import Calibration
from society.scenario import Scenario

type Raw = dict[str, Any]

N_PEOPLE, RATE, SD = 200, 1.5, 0.01
STEPS = (13, 26, 52)
RATE_PATH, IDLE_PATH = "process.forgetting.rate", "meme.joke.transmissibility"
RANGE = {"low": 0.1, "high": 10.0, "scale": "log"}

FORGETTERS: Raw = {
    "scenario": {"name": "forgetters"},
    "run": {"steps": 60},
    "population": {"n_agents": N_PEOPLE, "traits": ["openness"]},
    "graph": {"kind": "networkx", "generator": "empty_graph"},
    "meme": {"joke": {"kind": "invariant", "first_holders": N_PEOPLE}},
    "process": {"exchange": {"contact": 0.0}, "forgetting": {}},
}


def known_after(step: int, rate: float = RATE) -> float:
    """Expected share of people who still know the joke."""
    return exp(-rate * step / 52)


def tables(**header: Any) -> Raw:
    """A calibration of the rate against its exact consequences, with other settings laid over it."""
    targets = [{"measure": "known.invariant", "step": step, "value": known_after(step), "sd": SD} for step in STEPS]
    settings = {"scenario": "forgetters", "targets": targets, "trials": 30, "replicates": 4, "slices": 0, "seed": 7}
    return {"calibration": {**settings, **header}, "factors": {RATE_PATH: RANGE}}


def calibration(raw: Raw | None = None, **header: Any) -> Calibration:
    """The calibration of these tables."""
    scenarios = {"forgetters": Scenario.from_dict(FORGETTERS)}
    return Calibration.from_dict(raw or tables(**header), scenarios=scenarios)
