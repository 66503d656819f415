"""What tests of scenarios share: loading, running to a step, and agreement within standard errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from society.model import Society
from society.population import Array
from society.scenario import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def load(name: str, changes: Mapping[str, Any] | None = None, *, only: Iterable[str] = ()) -> Scenario:
    """A scenario with some values replaced, and with only some of its processes if any are named."""
    scenario = Scenario.from_file(SCENARIOS / f"{name}.toml")
    wanted = {*only} or {*scenario.process}
    off = {f"process.{process}.enabled": False for process in scenario.process if process not in wanted}
    return scenario.replace({"record.twins": [], **off, **(changes or {})})


def run(scenario: Scenario, steps: int | None = None) -> Society:
    """A society after so many steps, or after all of the scenario's."""
    model = Society(scenario, threads=1)  # beside another worker, two threads would wait for each other
    for _ in range(scenario.run.steps if steps is None else steps):
        model.step()
    return model


def standard_error(values: Array) -> float:
    """Standard error of the mean over independent runs."""
    return float(values.std(ddof=1) / np.sqrt(len(values)))


def per_step(p_month: float, years: float = 1 / 52) -> float:
    """Probability within a step of what happens with a given probability within a month."""
    return float(1 - (1 - p_month) ** (12 * years))


def share_of_users(monthly_exit: float, monthly_return: float, steps: int) -> float:
    """Share of those who came in at the first step who use a platform after so many steps: a two-state chain."""
    leave, come_back = per_step(monthly_exit), per_step(monthly_return)
    resting = come_back / (leave + come_back)
    return float(resting + (1 - resting) * (1 - leave - come_back) ** (steps - 1))
