"""What each process and event that the default model does without adds to it: time of a step, memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from society import Society
from society.processes import PROCESSES
from tests.benchmarks.model import PROCESSES as USUAL
from tests.benchmarks.model import default_model
from tests.benchmarks.rows import Plan, Row, measurement
from tests.benchmarks.timing import in_turn, stepping

ABROAD: dict[str, Any] = {"environment.abroad": {"kind": "wells", "share": 0.5}}
"""Somewhere else to live, in all models that are compared."""
EVENTS: dict[str, dict[str, Any]] = {
    "kick, once a year": {"rate": 1.0, "kick": {"size": 0.5}},
    "window, once a year": {"rate": 1.0, "window": {"gain": 2.0, "dur": 0.04}},
    "field, for good": {"at": 0.0, "field": {"traits": {"neuroticism": 0.5}}},
}
AFTER = {"mood": "exploration", "migration": "learning", "turnover": "learning"}
"""After which process these come; all others come just before `learning`."""


@measurement
def mechanisms(plan: Plan) -> Iterator[Row]:
    """Nanoseconds a person and step, and bytes a person, that one mechanism more costs, in one thread."""
    n_agents = plan.sizes[min(1, len(plan.sizes) - 1)]
    without = Society(default_model(n_agents, ABROAD), threads=1)
    for name, changes in additions().items():
        model = Society(default_model(n_agents, ABROAD | changes), threads=1)
        models = {"with": model, "without": without}
        times = in_turn({key: stepping(each, 1) for key, each in models.items()}, repeats=min(plan.most_repeats, 9))
        more = np.median(times["with"].cpu) - np.median(times["without"].cpu)
        yield Row("one more", name, float(more) / n_agents * 1e9, "ns/agent-step", n_agents)
        yield Row(
            "one more", f"{name}, memory", bytes_a_person(model) - bytes_a_person(without), "bytes/person", n_agents
        )


def additions() -> dict[str, dict[str, Any]]:
    """What is added to the default model, by name: changes by dotted path."""
    kinds = [kind for kind in PROCESSES if kind not in {each.get("kind", name) for name, each in USUAL.items()}]
    processes = {kind: {f"process.{kind}": {}, "run.order": _order(kind)} for kind in kinds if kind != "people"}
    events = {f"event: {name}": {"event.example": table} for name, table in EVENTS.items()}
    return processes | events


def _order(kind: str) -> list[str]:
    order = [*USUAL]
    place = order.index(AFTER[kind]) + 1 if kind in AFTER else order.index("learning")
    return [*order[:place], kind, *order[place:]]


def bytes_a_person(model: Society) -> float:
    """Bytes of all columns, those of a step included, for each person."""
    return sum(array.nbytes for array in model.population.values()) / model.n_agents
