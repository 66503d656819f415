"""Arms: named variants of a society, in each of which every point of a design is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from society.scenario import Scenario
from society.tables import Table, parameter

ARM_NAME = r"^\w[\w.-]*$"


class ArmTable(Table):
    """One arm of a sweep, in which every point of the design is run."""

    scenario: str | None = parameter(
        None, "Scenario file the arm starts from, from the folder of this file; the base unless given."
    )
    title: str = parameter("", "One line for tables and figures.")
    set: dict[str, Any] = parameter({}, "Values of this arm by quoted path, over those of [set].")


@dataclass(frozen=True)
class Arm:
    """A variant in which every point of the design is run.

    Attributes
    ----------
    scenario
        What it starts from.
    values
        What it sets by path, those of `[set]` included.
    title
        One line for tables and figures.
    has_own_scenario
        Whether it starts from a scenario of its own, not the base.
    """

    scenario: Scenario
    values: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    has_own_scenario: bool = False
