"""The other side of the ledger: what platforms, by what they state to be after, gain from people.

Not a process: `ledger` calls it in every step. A platform's gain is never its reward to the person.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from society.blocks import Block
from society.kernels import gain as kernels
from society.processes.base import Source

if TYPE_CHECKING:
    from society.model import Society


def book_gain(model: Society, block: Block, teachers: Iterable[tuple[Source, str]]) -> None:
    """Book the gain of each platform from people by its table: attention, or how far its sources move them its way."""
    population, who, years = model.population, block.who, model.years_per_step
    for gain, platform in zip(population["gain"], model.platforms.values(), strict=True):
        if platform.table.gain == "engagement" and "attention" in population:
            attention = population["attention"][model.options[platform.name]][who]
            kernels.gain_attention(attention, years, gain[who])
        elif platform.table.gain == "traits":
            worth = np.array([platform.table.gain_towards.get(trait, 0.0) for trait in population.labels("trait")])
            worth *= population["rel_rate"]
            for source, row in teachers:
                if source.serves(row) == platform.name:
                    gradient = block.scratch("gradient")[model.sources[row]]
                    kernels.gain_movement(population["plasticity"][who], years, gradient, worth, gain[who])
