"""Surfaces and societies whose basins are known."""

from __future__ import annotations

from typing import Any

import numpy as np

from society.basins import Surface
from society.model import Society
from society.population import Array
from tests.societies import CROWD, Raw, crowd, make_society

FOLD = 2 / (3 * np.sqrt(3))
"""Field |f| at which x³ − x = f loses one of its outer roots."""


def double_well(field: float = 0.0) -> Surface:
    """R = −(x⁴/4 − x²/2 − f x): attractors are the outer roots of x³ − x = f."""
    return Surface(
        lambda x: (-(x**4) / 4 + x**2 / 2 + field * x)[:, 0],
        lambda x: -(x**3) + x + field,
        np.linspace(-2, 2, 40)[:, None],
    )


def himmelblau() -> Surface:
    """R = −(x² + y − 11)² − (x + y² − 7)², of four maxima of height 0."""

    def parts(at: Array) -> tuple[Array, Array]:
        return at[:, 0] ** 2 + at[:, 1] - 11, at[:, 0] + at[:, 1] ** 2 - 7

    def reward(at: Array) -> Array:
        a, b = parts(at)
        return np.asarray(-(a**2) - b**2)

    def gradient(at: Array) -> Array:
        a, b = parts(at)
        return -np.stack([4 * at[:, 0] * a + 2 * b, 2 * a + 4 * at[:, 1] * b], axis=1)

    side = np.linspace(-5, 5, 8)
    return Surface(reward, gradient, np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2))


def waves(tilt: float = 0.1) -> Surface:
    """R = cos x + t x over three periods."""
    return Surface(
        lambda x: (np.cos(x) + tilt * x)[:, 0], lambda x: -np.sin(x) + tilt, np.linspace(-1, 4 * np.pi + 1, 30)[:, None]
    )


def ring(lean: float = 0.2) -> Surface:
    """R = −(x² + y² − 1)²/4 + ε x²/2: two maxima on a ring whose middle, on the straight way, is a minimum."""
    return Surface(
        lambda at: -(((at**2).sum(axis=1) - 1) ** 2) / 4 + lean * at[:, 0] ** 2 / 2,
        lambda at: -((at**2).sum(axis=1, keepdims=True) - 1) * at + lean * at * [1.0, 0.0],
        np.random.default_rng(1).uniform(-2, 2, (30, 2)),
    )


def gradient_society(
    environment: Raw, *, n_agents: int = 6, traits: tuple[str, ...] = ("first",), **more: Any
) -> Society:
    """People without ties who learn by gradient in one environment, without chance unless `learning` says so."""
    learning = {"rule": "gradient", "temperature": 0.0, "age_curve": [[0.0, 1.0]], "ledger": False}
    processes = {"ageing": {}, "landscape": {}, "learning": learning | more.pop("learning", {})}
    return make_society(
        population=crowd(n_agents, *traits),
        graph=more.pop("graph", CROWD),
        environment={"home": environment},
        process=processes,
        **more,
    )
