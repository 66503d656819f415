"""Surface: reward as a function of personality, that of an environment or of all that teaches a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from society import kernels
from society.basins.staged import staged
from society.environments import DoubleWell, Quadratic, Wells
from society.errors import InputError, did_you_mean
from society.population import Array
from society.processes.landscape import Landscape
from society.processes.ledger import teachers

if TYPE_CHECKING:
    from society.model import Society
    from society.processes import Source

N_SOWN = 128
"""Starts sown beside known places; a power of two, as Sobol points are even in such numbers."""
CHUNK = 1024
"""Points at which a landscape is asked for rewards at a time."""

type PointFunction = Callable[[Array], Array]
"""A function of points (n, n_traits): to (n,) or (n, n_traits)."""


@dataclass(frozen=True)
class Surface:
    """Reward R(x) as one person meets it, in units of reward, with its gradient; its maxima are what attracts.

    Parameters
    ----------
    reward
        (n, n_traits) points to (n,) rewards.
    gradient
        (n, n_traits) points to (n, n_traits) gradients.
    starts
        (n_starts, n_traits) points from which attractors are looked for; they should lie in every basin.

    Examples
    --------
    >>> import numpy as np
    >>> starts = np.linspace(-2, 2, 20)[:, None]
    >>> Surface(lambda x: (x**2 / 2 - x**4 / 4)[:, 0], lambda x: x - x**3, starts).gradient(np.array([[2.0]]))
    array([[-6.]])
    """

    reward: PointFunction
    gradient: PointFunction
    starts: Array

    @classmethod
    def from_environment(cls, model: Society, environment: str, *, endowment: ArrayLike | None = None) -> Surface:
        """The landscape of an environment, for whom has an endowment.

        Parameters
        ----------
        model
            A society with the process `landscape`.
        environment
            Name of the environment.
        endowment
            (n_traits,) endowment u; 0, that of nobody in particular, if not given.

        Raises
        ------
        InputError
            If there is no such environment or no landscape, or if the endowment is not one number a trait.
        """
        number, landscape = number_of(model, environment), landscape_of(model)
        n_traits = model.population.size("trait")
        born = np.zeros(n_traits) if endowment is None else np.asarray(endowment, float)
        if born.shape != (n_traits,):
            raise InputError(f"endowment: {born.shape} numbers for {n_traits} traits")
        stage = staged(model, 0, CHUNK, values={"environment": number, "endowment": born})
        landscape.step(stage)
        own = chosen_sources(model, landscape.rows(model.scenario))
        return cls(*_asked_in_chunks(stage, own), sown(landmarks(model, environment, born)))

    @classmethod
    def from_person(cls, model: Society, row: int, *, sources: Sequence[str] | None = None) -> Surface:
        """All that teaches the person of a row at present, others and platforms being what they are now.

        Parameters
        ----------
        model
            A society; what depends on others is that of its last step.
        row
            Row of the person in the population.
        sources
            Rows of `reward` that count; by default all.

        Raises
        ------
        InputError
            If there is no such row of people or of rewards.
        """
        if not 0 <= row < model.n_agents:
            raise InputError(f"row = {row}: must be between 0 and {model.n_agents - 1}")
        places, stage = [model.population["traits"][[row]].astype(float)], staged(model, row, CHUNK)
        if "endowment" in model.population:
            environment = [*model.environments][int(model.population["environment"][row])]
            places.append(landmarks(model, environment, model.population["endowment"][row].astype(float)))
            landscape_of(model).step(stage)  # who was born or moved at the end of the step is new to the environment
        return cls(*_asked_in_chunks(stage, chosen_sources(model, sources)), sown(np.concatenate(places)))

    def along(self, trait: int, *, through: ArrayLike | None = None) -> Callable[[ArrayLike], Array]:
        """R as a function of (n,) places on one trait; the others are those of a point (n_traits,), by default 0."""
        n_traits = self.starts.shape[1]
        if not 0 <= trait < n_traits:
            raise InputError(f"trait = {trait}: must be between 0 and {n_traits - 1}")
        point = np.zeros(n_traits) if through is None else np.asarray(through, float)

        def reward(places: ArrayLike) -> Array:
            at = np.tile(point, (np.size(places), 1))
            at[:, trait] = places
            return self.reward(at)

        return reward


def number_of(model: Society, environment: str) -> int:
    """Place of an environment in the order of names."""
    names = [*model.environments]
    if environment not in names:
        raise InputError(f"no environment {environment!r}; {did_you_mean(environment, names)}")
    return names.index(environment)


def landscape_of(model: Society) -> Landscape:
    """The process that rewards by environment."""
    for process in model.processes:
        if isinstance(process, Landscape):
            return process
    raise InputError("this society has no landscape: add [process.landscape]")


def chosen_sources(model: Society, sources: Sequence[str] | None = None) -> list[tuple[Source, str]]:
    """Sources that teach, each with its row of `reward`: those named, or all."""
    known = {row: source for source, row in teachers(model)}
    for row in sources or ():
        if row not in known:
            raise InputError(f"no source of reward {row!r}; {did_you_mean(row, known)}")
    return [(known[row], row) for row in (known if sources is None else sources)]


def total_reward(model: Any, who: slice, sources: list[tuple[Source, str]], at: Array) -> Array:
    """(n,) sum of what sources pay each of the people `who` at (n, n_traits); who is not reached gets 0."""
    total, one, by_trait = np.zeros(len(at)), np.empty(len(at)), np.ascontiguousarray(at.T)
    for source, row in sources:
        source.reward(model, row, who, by_trait, one)
        total += np.nan_to_num(one, copy=False)
    return total


def total_gradient(model: Any, who: slice, sources: list[tuple[Source, str]], at: Array) -> Array:
    """(n, n_traits) gradient of `total_reward`."""
    by_trait = np.ascontiguousarray(at.T)
    total, one = np.zeros(by_trait.shape), np.empty(by_trait.shape)
    for source, row in sources:
        source.gradient(model, row, who, by_trait, one)
        total += np.nan_to_num(one, copy=False)
    return total.T


def landmarks(model: Society, environment: str, endowment: Array) -> Array:
    """(n, n_traits) places between which the attractors of an environment lie."""
    table, n_traits = model.environments[environment], model.population.size("trait")
    if isinstance(table, Wells):
        return model.population["well_centre"][number_of(model, environment), : table.count].astype(float)
    if isinstance(table, Quadratic):
        return (table.optimum + table.endowment_weight * endowment)[None]
    if isinstance(table, DoubleWell):
        farthest = np.zeros((2, n_traits))  # roots of x³ − x = f lie within 1 + |f|^⅓
        farthest[:, model.trait_index(table.trait) if table.trait else 0] = 1.0 + abs(table.field) ** (1 / 3)
        return farthest * [[-1.0], [1.0]]
    traits = model.population["traits"].astype(float)
    return np.stack([traits.min(axis=0), traits.max(axis=0)])


def sown(places: Array) -> Array:
    """Starts for a search: the places themselves, and Sobol points in the box that reaches 1 beyond them."""
    from scipy.stats import qmc

    low, high = places.min(axis=0) - 1.0, places.max(axis=0) + 1.0
    even = qmc.Sobol(places.shape[1], scramble=False).random(N_SOWN)
    return np.concatenate([places, qmc.scale(even, low, high)])


def _asked_in_chunks(stage: Any, sources: list[tuple[Source, str]]) -> tuple[PointFunction, PointFunction]:
    """Reward and gradient of who stands in every row of a staged society, at any number of points."""

    def asked(total: Callable[..., Array], at: Array) -> Array:
        at = np.ascontiguousarray(at, np.float64)
        parts = [at[first : first + CHUNK] for first in range(0, len(at), CHUNK)] or [at]
        with kernels.threads(1):
            return np.concatenate([total(stage, slice(0, len(part)), sources, part) for part in parts])

    return lambda at: asked(total_reward, at), lambda at: asked(total_gradient, at)
