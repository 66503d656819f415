"""Outlook: what people may expect of environments, the one they live in and others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from society.kernels import landscape as kernels
from society.population import Array

if TYPE_CHECKING:
    from society.model import Society


def payoffs(model: Society, who: Array, foresight: float) -> Array:
    """(n_environments, n) payoff of every environment to the people in rows `who`: (1 − a) R(x) + a R*."""
    traits = model.population["traits"][who]
    out = np.zeros((len(model.environments), len(who)))
    for number in range(len(out)):
        if foresight < 1.0:
            out[number] += (1.0 - foresight) * rewards(model, who, number, traits)
        if foresight > 0.0:
            out[number] += foresight * best_rewards(model, who, number)
    return out


def rewards(model: Society, who: Array, number: int, at: Array) -> Array:
    """(n,) reward that an environment, by its number, would give to people in rows `who` at (n, n_traits)."""
    population, endowment = model.population, model.population["endowment"][who]
    environment, out = np.full(len(who), number, np.int32), np.empty(len(who))
    bonus = np.empty((len(who), population.size("well")), np.float32)
    kernels.well_bonus(environment, population["well_log_weight"], population["well_direction"], endowment, bonus)
    form = (population[name] for name in ("landscape_shape", "landscape_form", "well_centre"))
    by_trait = np.ascontiguousarray(at.T)
    kernels.landscape(environment, *form, bonus, endowment, by_trait, out, np.empty((0, 0), np.float32))
    return out


def best_rewards(model: Society, who: Array, number: int) -> Array:
    """(n,) highest reward that an environment holds for the endowments of people in rows `who`.

    Of wells it is the highest of what their centres pay: exact where they do not overlap.
    """
    best, bounds = np.full(len(who), -np.inf), model.scenario.population.trait_bounds
    for top in _tops(model, who, number):
        np.maximum(best, rewards(model, who, number, np.clip(top, *bounds)), out=best)
    return best


def _tops(model: Society, who: Array, number: int) -> list[Array]:
    """Behaviours (n, n_traits), one of which is rewarded best."""
    population, endowment = model.population, model.population["endowment"][who]
    form = population["landscape_form"][number]
    shape = population["landscape_shape"][number]
    top = np.zeros_like(endowment)
    if shape == kernels.QUADRATIC:
        top += np.float32(form[kernels.OPTIMUM]) + np.float32(form[kernels.ENDOWMENT_WEIGHT]) * endowment
    elif shape == kernels.DOUBLE_WELL:
        top[:, int(form[kernels.TRAIT])] = _bottom(float(form[kernels.FIELD]))
    else:
        centres = population["well_centre"][number, : int(form[kernels.N_WELLS])]
        return [top + centre.astype("f4") for centre in centres]
    return [top]


def _bottom(field: float) -> float:
    """The x that makes x⁴/4 − x²/2 − f x least, which has the sign of f: the outer root of x³ − x = f, by Newton."""
    x, size = 1.0 + abs(field), abs(field)
    while (better := x - (x * x * x - x - size) / (3.0 * x * x - 1.0)) < x:
        x = better
    return x if field >= 0 else -x
