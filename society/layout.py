"""Layout: which columns a scenario's society has, who owns them, and how long their dimensions are.

It needs the number of people but no people: it serves the society that is built, and documents written without one.
"""

from __future__ import annotations

from society.environments import Wells
from society.kernels.landscape import N_PARAMETERS
from society.memes import Memes
from society.population import Column
from society.processes import Source
from society.processes.attention import LIFE
from society.processes.base import CORE_COLUMNS
from society.scenario import Scenario

BLOCK = 16384
"""People whose personality moves at a time, or a little more: few enough for the processor's caches, enough to be worth
a call. Fewer than so many for each thread are faster in one."""

DIMS = {
    "agent": "People.",
    "lane": "Threads that work at the same time.",
    "block": "People whose personality moves at a time.",
    "trait": "Traits of personality.",
    "source": "Sources of reward that personality learns from.",
    "mover": "What moves personality by trial: the sources, and chance.",
    "direct": "Sources of displacement by a rule applied as it is.",
    "account": "Accounts of the ledger of own interest.",
    "platform": "Platforms.",
    "option": "What attention is divided between.",
    "environment": "Environments.",
    "group": "Groups.",
    "well": "Wells of an environment.",
    "form": "Numbers that give the form of an environment.",
    "slot": "Items of information.",
    "word": "Words of 64 items in the bit set of what a person knows.",
}
"""What each dimension counts."""


def dims(scenario: Scenario, n_agents: int, *, lanes: int = 1) -> dict[str, tuple[str, ...] | int]:
    """Dimensions of columns: names along them, or their length."""
    teachers = [process for process in scenario.processes if isinstance(process, Source) and process.teaches]
    sources = tuple(sorted(row for process in teachers for row in process.rows(scenario)))
    directs = tuple(sorted(row for process in teachers for row in process.direct_rows()))
    wells = [environment.count for environment in scenario.environments.values() if isinstance(environment, Wells)]
    memes = Memes(tuple(scenario.memes.values()))
    return {
        "agent": n_agents,
        "lane": lanes,
        "block": _block_length(n_agents, lanes),
        "trait": scenario.population.traits,
        "source": sources,
        "mover": (*sources, "chance"),
        "direct": directs,
        "account": (*sources, *directs, "chance", "bounds"),
        "platform": tuple(scenario.platforms),
        "option": (LIFE, *scenario.platforms),
        "environment": tuple(scenario.environments),
        "group": tuple(sorted(scenario.population.groups)),
        "well": max(wells, default=0),
        "form": N_PARAMETERS,
        "slot": memes.n_slots,
        "word": memes.n_words,
    }


def _block_length(n_agents: int, lanes: int) -> int:
    """People in a block, where all lanes have as many blocks of one length."""
    n_blocks = n_agents // BLOCK
    if n_blocks < lanes:
        return n_agents
    return -(-n_agents // (-(-n_blocks // lanes) * lanes))


def columns(scenario: Scenario) -> dict[Column, str]:
    """All columns with their owners; those on demand only where some process reads them."""
    wanted = {name for process in scenario.processes for name in process.inputs()}
    shared = {name for process in scenario.processes for name in process.outputs()}
    if scenario.population.groups:
        shared.add("group")
    core = {column: "society" for column in CORE_COLUMNS if column.name in wanted | shared or not column.on_demand}
    owned = {column: process.name for process in scenario.processes for column in process.columns()}
    return core | {column: owner for column, owner in owned.items() if column.name in wanted or not column.on_demand}
