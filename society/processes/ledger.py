"""The ledger of own interest: who changes it, kept by `learning` from rewards and gradients of all sources.

Not a process: `book_world` comes before personality moves, `book_work` after, for some of the people at a time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from society.blocks import Block
from society.kernels import learning as kernels
from society.population import Array
from society.processes.base import Source
from society.processes.gain import book_gain

if TYPE_CHECKING:
    from society.model import Society

GAUSS_POINTS = (0.5 - math.sqrt(3) / 6, 0.5 + math.sqrt(3) / 6)
"""Where along a step the gradient of interest is taken: two-point Gauss–Legendre, exact for cubics."""


def teachers(model: Society) -> list[tuple[Source, str]]:
    """Each row of `reward` with the source that writes it, in order of row."""
    return [(source, row) for source, row in _by_row(model) if source.teaches]


def _by_row(model: Society) -> list[tuple[Source, str]]:
    rows = {row: source for source in model.source_processes for row in source.rows(model.scenario)}
    return [(rows[row], row) for row in sorted(rows)]


def own_interest(model: Society, who: slice, at: Array, out: Array) -> None:
    """Write own interest U = Σ ω R of some people at personalities (n, n_traits), in the present world, to out (n,)."""
    value = np.empty(len(at))
    out[:] = 0.0
    for source, row in _by_row(model):
        if source.interest:
            source.reward(model, row, who, at, value)
            kernels.add_rewards(source.interest, value, out)


def set_gradients(model: Society, block: Block) -> None:
    """Write the gradient of each reward at people's personalities to the scratch column `gradient`."""
    traits, gradient = model.population["traits"][block.who], block.scratch("gradient")
    for source, row in teachers(model):
        source.gradient(model, row, block.who, traits, gradient[model.sources[row]][: len(traits)])


def book_world(model: Society, who: slice) -> None:
    """Book what changed own interest since the last step while personality stood still."""
    population = model.population
    interest, before = population["interest"][who], population["interest"][who].copy()
    own_interest(model, who, population["traits"][who], interest)
    population["world"][who] += np.where(np.isnan(before), 0.0, interest - before)


def book_work(model: Society, block: Block) -> None:
    """Book the work of every account on own interest, and of every source's mean movement."""
    population, who = model.population, block.who
    traits, traits_next = population["traits"][who], population["traits_next"][who]
    gradient, plasticity = block.scratch("gradient"), population["plasticity"][who]
    slope, point, vector = (block.scratch(name) for name in ("slope", "point", "vector"))

    slope[:] = 0.0
    for source, row in teachers(model):
        if source.interest:
            kernels.add_vectors(source.interest, gradient[model.sources[row]][: len(traits)], slope)
    kernels.book_drift(who.start, plasticity, model.years_per_step, gradient, slope, population["drift_work"])
    book_gain(model, block, teachers(model))

    slope[:] = 0.0
    for share in GAUSS_POINTS:
        kernels.between(traits, traits_next, share, point)
        for source, row in teachers(model):
            if source.interest:
                source.gradient(model, row, who, point, vector)
                kernels.add_vectors(0.5 * source.interest, vector, slope)
    _book_accounts(model, block, slope)
    own_interest(model, who, traits_next, population["interest"][who])


def _book_accounts(model: Society, block: Block, slope: Array) -> None:
    population, who = model.population, block.who
    traits, traits_next = population["traits"][who], population["traits_next"][who]
    displacement, work = population["displacement"], population["work"]
    if "coefficient" in population:
        kernels.book_reinforce(
            who.start, traits, population["trial"][who], traits_next, block.scratch("coefficient"), displacement, slope,
            work,
        )  # fmt: skip
    else:
        kernels.book_gradient(
            who.start, model.years_per_step, traits, traits_next, population["plasticity"][who],
            block.scratch("gradient"), displacement, block.scratch("diffusion"), slope, work,
        )  # fmt: skip
