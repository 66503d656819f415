"""Landscape: one's own environment rewards some personalities more than others."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from society.environments import DoubleWell, Quadratic, Wells
from society.kernels import landscape as kernels
from society.kernels.maths import log
from society.kernels.philox import fill_normal
from society.population import Array, Column, Rows
from society.processes.base import Source

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


NO_REWARD, NO_GRADIENT = np.empty(0), np.empty((0, 0), "f4")


class Landscape(Source):
    """The environment a person lives in rewards behaviour y by its landscape R_e(y).

    Endowments u are standard normal and fixed for life; with `wells` they decide which basin pays for whom. Centres
    of wells that the file does not give are normal with the environment's `spread`.
    """

    kind: ClassVar[str] = "landscape"
    reads: ClassVar[tuple[str, ...]] = ("traits",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column("endowment", "Endowment u: what one is born with, by trait.", dims=("agent", "trait")),
        Column(
            "landscape_shape", "Form of each environment: 0 wells, 1 quadratic, 2 double well.", "i4", ("environment",)
        ),
        Column("landscape_form", "Parameters of each environment.", "f8", ("environment", "form")),
        Column("well_centre", "Centre of each well.", "f8", ("environment", "well", "trait")),
        Column("well_log_weight", "Log weight of each well.", "f8", ("environment", "well")),
        Column("well_direction", "Endowment that each well favours.", "f8", ("environment", "well", "trait")),
        Column("well_bonus", "Log weight of each well for this person.", dims=("agent", "well"), is_scratch=True),
    )
    decisions: ClassVar[dict[str, str]] = {
        "endowment": "what one is born with",
        "centre": "where the wells of an environment are",
        "direction": "which endowment each well favours",
    }

    def check(self, scenario: Scenario) -> list[str]:
        """People need somewhere to live."""
        if any(environment.share for environment in scenario.environments.values()):
            return []
        return [": needs an environment with a share above 0: add a table such as [environment.home]"]

    def setup(self, model: Society) -> None:
        """Draw wells, and tabulate the landscapes."""
        population = model.population
        for number, environment in enumerate(model.environments.values()):
            form = population["landscape_form"][number]
            if isinstance(environment, Wells):
                population["landscape_shape"][number] = kernels.WELLS
                self._set_wells(model, number, environment)
            elif isinstance(environment, Quadratic):
                population["landscape_shape"][number] = kernels.QUADRATIC
                form[kernels.CURVATURE] = environment.curvature
                form[kernels.OPTIMUM] = environment.optimum
                form[kernels.ENDOWMENT_WEIGHT] = environment.endowment_weight
            elif isinstance(environment, DoubleWell):
                population["landscape_shape"][number] = kernels.DOUBLE_WELL
                form[kernels.DEPTH], form[kernels.FIELD] = environment.depth, environment.field
                form[kernels.CURVATURE] = environment.curvature
                form[kernels.TRAIT] = model.trait_index(environment.trait) if environment.trait else 0

    def born(self, model: Society, who: Rows) -> None:
        """Draw endowments."""
        population = model.population
        endowment = np.empty_like(population["endowment"][who])
        fill_normal(model.streams.key(self.name, "endowment"), 0, population["uid"][who], endowment)
        population["endowment"][who] = endowment
        self.step(model)

    def step(self, model: Society) -> None:
        """Weigh the wells of the environment each person lives in now."""
        if not model.population["well_bonus"].size:
            return
        names = ("environment", "well_log_weight", "well_direction", "endowment", "well_bonus")
        kernels.well_bonus(*(model.population[name] for name in names))

    def _set_wells(self, model: Society, number: int, environment: Wells) -> None:
        """Tabulate the wells of the environment that stands at a number."""
        population, count = model.population, environment.count
        form = population["landscape_form"][number]
        form[kernels.N_WELLS] = count
        form[kernels.TEMPERATURE] = environment.temperature
        form[kernels.PRECISION] = 1.0 / (environment.width * environment.width)
        population["well_centre"][number, :count] = self._centres(model, environment)
        directions = environment.endowment_gain * self._directions(model, environment)
        population["well_direction"][number, :count] = directions
        weights = np.array(environment.weights or [1.0] * count)
        population["well_log_weight"][number, :count] = [log(weight / weights.sum()) for weight in weights.tolist()]

    def _centres(self, model: Society, environment: Wells) -> Array:
        if environment.centres:
            return np.array(environment.centres)
        return environment.spread * self._drawn(model, environment, "centre")

    def _directions(self, model: Society, environment: Wells) -> Array:
        drawn = self._drawn(model, environment, "direction")
        return drawn / np.sqrt((drawn * drawn).sum(axis=1, keepdims=True))

    def _drawn(self, model: Society, environment: Wells, decision: str) -> Array:
        """(n_wells, n_traits) standard normal numbers named by the environment."""
        out = np.empty((environment.count, model.population.size("trait")))
        key = model.streams.key(self.name, f"{decision}.{environment.name}")
        fill_normal(key, 0, np.arange(environment.count, dtype="i4"), out)
        return out

    def reward(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """R_e(at)."""
        kernels.landscape(*self._arguments(model, who), at, out, NO_GRADIENT)

    def gradient(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """∇R_e(at)."""
        kernels.landscape(*self._arguments(model, who), at, NO_REWARD, out)

    def reward_and_gradient(
        self, model: Society, row: str, who: slice, at: Array, reward: Array, gradient: Array
    ) -> None:
        """Both, from one look at where people are."""
        kernels.landscape(*self._arguments(model, who), at, reward, gradient)

    def _arguments(self, model: Society, who: slice) -> tuple[Array, ...]:
        population = model.population
        places = (population[name] for name in ("landscape_shape", "landscape_form", "well_centre"))
        return population["environment"][who], *places, population["well_bonus"][who], population["endowment"][who]
