"""The ledger of own interest: who changes it, kept by `learning` from rewards and gradients of all sources.

Not a process: `book_world` comes before personality moves, `book_work` between the move and its adoption.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from society.kernels import learning as kernels
from society.population import Array
from society.processes.base import Source

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


def own_interest(model: Society, at: Array, out: Array) -> None:
    """Write own interest U = Σ ω R at personalities (n_agents, n_traits), in the present world, to out (n_agents,)."""
    value = np.empty(model.n_agents)
    out[:] = 0.0
    for source, row in _by_row(model):
        if source.interest:
            source.reward(model, row, at, value)
            kernels.add_rewards(source.interest, value, out)


def book_world(model: Society) -> None:
    """Book what changed own interest since the last step while personality stood still."""
    population = model.population
    before = population["interest"].copy()
    own_interest(model, population["traits"], population["interest"])
    population["world"] += np.where(np.isnan(before), 0.0, population["interest"] - before)


def book_work(model: Society) -> None:
    """Book the work of every account on own interest, and of every source's mean movement."""
    population, h = model.population, model.years_per_step
    gradient, slope = population["gradient"], population["slope"]
    interests = np.array([source.interest for source, _ in teachers(model)])

    slope[:] = 0.0
    for number, interest in enumerate(interests):
        if interest:
            kernels.add_vectors(interest, gradient[number], slope)
    kernels.book_drift(population["plasticity"], h, gradient, slope, population["drift_work"])

    slope[:] = 0.0
    for share in GAUSS_POINTS:
        kernels.between(population["traits"], population["traits_next"], share, population["point"])
        for source, row in teachers(model):
            if source.interest:
                source.gradient(model, row, population["point"], population["vector"])
                kernels.add_vectors(0.5 * source.interest, population["vector"], slope)
    _book_accounts(model, slope)


def _book_accounts(model: Society, slope: Array) -> None:
    population = model.population
    traits, traits_next = population["traits"], population["traits_next"]
    if "coefficient" in population:
        kernels.book_reinforce(
            traits, population["trial"], traits_next, population["coefficient"], population["displacement"], slope,
            population["work"],
        )  # fmt: skip
    else:
        kernels.book_gradient(
            model.years_per_step, traits, traits_next, population["plasticity"], population["gradient"],
            population["displacement"], population["diffusion"], slope, population["work"],
        )  # fmt: skip
