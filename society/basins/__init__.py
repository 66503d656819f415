"""Basins: tools for landscapes of reward, on which personality moves uphill.

Where it comes to rest and what it takes to leave (`Surface`, `find_basins`), who is in which basin (`membership`), how
long people stay (`residences`, `survival`, `mean_first_passage`), and how a basin is lost (`sweep`, `early_warning`).
They look at societies and change none, but for what steps one.
"""

from society.basins.attractors import Basins, find_basins
from society.basins.durations import Survival, survival
from society.basins.exact import mean_first_passage, push_threshold
from society.basins.hysteresis import Loop, continued, sweep, sweep_flow
from society.basins.passage import Trajectory, first_passages, follow, residences
from society.basins.people import basin_names, entropy, membership, occupancy
from society.basins.slowing import EarlyWarning, early_warning
from society.basins.surface import Surface

__all__ = [
    "Basins",
    "EarlyWarning",
    "Loop",
    "Surface",
    "Survival",
    "Trajectory",
    "basin_names",
    "continued",
    "early_warning",
    "entropy",
    "find_basins",
    "first_passages",
    "follow",
    "mean_first_passage",
    "membership",
    "occupancy",
    "push_threshold",
    "residences",
    "survival",
    "sweep",
    "sweep_flow",
]
