"""Blocks: people worked on some at a time, in several threads, so that all it takes stays in the processor's caches.

A thread works in a lane: it has rows of the scratch columns of dimensions "lane" and "block" to itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from society import kernels
from society.population import Array, Population

if TYPE_CHECKING:
    from society.model import Society


@dataclass(frozen=True)
class Block:
    """Some of the people, and the lane they are worked on in."""

    population: Population
    who: slice
    """Their rows."""
    lane: int

    def __len__(self) -> int:
        return int(self.who.stop - self.who.start)

    def scratch(self, name: str) -> Array:
        """The lane's own part of a scratch column, whose last dimension is the people of the block."""
        column: Array = self.population[name][self.lane]
        shape = (*column.shape[:-1], len(self))
        return column.reshape(-1)[: prod(shape)].reshape(shape)


def in_blocks(model: Society, action: Callable[[Block], None]) -> None:
    """Do something with every block of people; which thread does which makes no difference to what is done."""
    population = model.population
    n_agents, length = population.size("agent"), population.size("block")
    left = deque(slice(first, min(first + length, n_agents)) for first in range(0, n_agents, length))

    def work(lane: int) -> None:
        with kernels.threads(1):
            while left:
                try:
                    who = left.popleft()
                except IndexError:  # another thread was faster
                    return
                action(Block(population, who, lane))

    n_lanes = min(model.threads, population.size("lane"), len(left))
    if n_lanes == 1:
        work(0)
        return
    with ThreadPoolExecutor(n_lanes) as pool:
        for done in [pool.submit(work, lane) for lane in range(n_lanes)]:
            done.result()
