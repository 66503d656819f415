"""Processes: one mechanism a file. `PROCESSES` lists them by the kind a scenario chooses them by."""

from importlib.metadata import entry_points

from society.processes.ageing import Ageing
from society.processes.attention import Attention
from society.processes.base import Process, Rule, Source
from society.processes.capture import Capture
from society.processes.coupling import Coupling
from society.processes.deffuant import Deffuant
from society.processes.exchange import Exchange
from society.processes.exploration import Exploration
from society.processes.forgetting import Forgetting
from society.processes.habit import Habit
from society.processes.income import Income
from society.processes.influence import Influence
from society.processes.landscape import Landscape
from society.processes.learning import Learning
from society.processes.migration import Migration
from society.processes.monitoring import Monitoring
from society.processes.mood import Mood
from society.processes.novelty import Novelty
from society.processes.people import People
from society.processes.reinforcing import Reinforcing
from society.processes.rewiring import Rewiring
from society.processes.turnover import Turnover

PROCESSES: dict[str, type[Process]] = {
    process.kind: process
    for process in (
        Ageing,
        Attention,
        Capture,
        Coupling,
        Deffuant,
        Exchange,
        Exploration,
        Forgetting,
        Habit,
        Income,
        Influence,
        Landscape,
        Learning,
        Migration,
        Monitoring,
        Mood,
        Novelty,
        People,
        Reinforcing,
        Rewiring,
        Turnover,
    )
}
"""Kind to class. Another package adds its own through the entry point group ``society.processes``."""

PROCESSES |= {each.kind: each for each in (entry.load() for entry in entry_points(group="society.processes"))}

__all__ = ["PROCESSES", "Process", "Rule", "Source"]
