"""The ledger of own interest: who changes it, kept by `learning` from rewards and gradients of all sources.

Not a process: `book_world` comes before personality moves, `book_work` after, for some of the people at a time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

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
    return [(source, row) for row, source in model.source_of.items() if source.teaches]


def own_interest(model: Society, who: slice, at: Array, out: Array, value: Array) -> None:
    """Write own interest U = Σ ω R of some people at personalities (n_traits, n), in the present world, to out (n,).

    `value` (n,) is overwritten.
    """
    out[:] = 0.0
    for row, source in model.source_of.items():
        if source.interest:
            source.reward(model, row, who, at, value)
            kernels.add_rewards(source.interest, value, out)


def set_gradients(model: Society, block: Block) -> None:
    """Write the gradient of each reward at people's personalities to the scratch column `gradient`."""
    here, gradients = block.scratch("here"), block.scratch("gradient")
    for source, row in teachers(model):
        source.gradient(model, row, block.who, here, gradients[model.sources[row]])


def book_world(model: Society, block: Block) -> None:
    """Book what changed own interest while personality stood still, and write its gradient to the column `slope`."""
    population, who = model.population, block.who
    here, gradients, slope = block.scratch("here"), block.scratch("gradient"), block.scratch("slope")
    value, now = block.scratch("value"), block.scratch("total")
    now[:], slope[:] = 0.0, 0.0
    for row, source in model.source_of.items():
        if not source.interest:
            continue
        if source.teaches:
            gradient = gradients[model.sources[row]]
            source.reward_and_gradient(model, row, who, here, value, gradient)
            kernels.add_vectors(source.interest, gradient, slope)
        else:
            source.reward(model, row, who, here, value)
        kernels.add_rewards(source.interest, value, now)
    kernels.book_change(now, population["interest"][who], population["world"][who])


def book_drift(model: Society, block: Block) -> None:
    """Book the work of every source's mean movement, along the `slope` of own interest."""
    population, who = model.population, block.who
    plasticity, gradients, slope = population["plasticity"][who], block.scratch("gradient"), block.scratch("slope")
    for source, row in teachers(model):
        gradient, work = gradients[model.sources[row]], population["drift_work"][model.sources[row]][who]
        if not source.interest:  # else `book_world` has written it
            source.gradient(model, row, who, block.scratch("here"), gradient)
        kernels.book_drift(model.years_per_step, population["rel_rate"], plasticity, gradient, slope, work)
    book_gain(model, block, teachers(model))


def book_work(model: Society, block: Block) -> None:
    """Book the work of every account on own interest."""
    population, who = model.population, block.who
    here, there, slope, point, vector = map(block.scratch, ("here", "there", "slope", "point", "vector"))
    slope[:] = 0.0
    for share in GAUSS_POINTS:
        kernels.between(here, there, share, point)
        for source, row in teachers(model):
            if source.interest:
                source.gradient(model, row, who, point, vector)
                kernels.add_vectors(0.5 * source.interest, vector, slope)
    _book_accounts(model, block, slope)
    own_interest(model, who, there, population["interest"][who], block.scratch("value"))


def _book_accounts(model: Society, block: Block, slope: Array) -> None:
    population, who = model.population, block.who
    here, there = block.scratch("here"), block.scratch("there")
    displacement, work = population["displacement"], population["work"]
    if "coefficient" in population:
        kernels.book_reinforce(
            who.start, population["rel_rate"], here, block.scratch("tried"), there,
            block.scratch("coefficient"), displacement, slope, work,
        )  # fmt: skip
    else:
        kernels.book_gradient(
            who.start, model.years_per_step, population["rel_rate"], here, there, population["plasticity"][who],
            block.scratch("gradient"), displacement, block.scratch("diffusion"), slope, work,
        )  # fmt: skip
