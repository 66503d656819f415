"""Sources of reward of the plain Mesa model: what each pays a person for behaviour, and its gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from society.environments import Wells
    from society.platforms import PlatformTable
    from tests.benchmarks.plain_person import PlainPerson


class Landscape:
    """R(x) = τ log Σ_b π_b exp(k u·s_b − |x − c_b|²/2w²)."""

    def __init__(self, home: Wells, centres: np.ndarray, directions: np.ndarray) -> None:
        self.home, self.centres, self.directions = home, centres, directions
        weights = np.array(home.weights or [1.0] * home.count)
        self.log_weights = np.log(weights / weights.sum())

    def bonus(self, endowment: np.ndarray) -> np.ndarray:
        """Log weight of each well for who is born with that endowment."""
        return self.log_weights + self.home.endowment_gain * (self.directions @ endowment)

    def reaches(self, person: PlainPerson) -> bool:
        return True

    def _weights(self, person: PlainPerson, at: np.ndarray) -> tuple[np.ndarray, float]:
        square = ((at - self.centres) ** 2).sum(axis=1)
        exponent = person.bonus - 0.5 * square / self.home.width**2
        top = exponent.max()
        return np.exp(exponent - top), top

    def reward(self, person: PlainPerson, at: np.ndarray) -> float:
        weights, top = self._weights(person, at)
        return self.home.temperature * (top + np.log(weights.sum()))

    def gradient(self, person: PlainPerson, at: np.ndarray) -> np.ndarray:
        weights, _ = self._weights(person, at)
        centre = weights @ self.centres / weights.sum()
        return self.home.temperature / self.home.width**2 * (centre - at)


class Peers:
    """R(x) = −½ ρ |x − m|², m the mean of one's friends."""

    def __init__(self, strength: float) -> None:
        self.strength = strength

    def reaches(self, person: PlainPerson) -> bool:
        return bool(person.friends)

    def reward(self, person: PlainPerson, at: np.ndarray) -> float:
        gap = at - person.norm
        return -0.5 * self.strength * (gap @ gap)

    def gradient(self, person: PlainPerson, at: np.ndarray) -> np.ndarray:
        return self.strength * (person.norm - at)


class Pull:
    """R(x) = −½ κ a |x − T|² over the traits that a platform's target names, a the attention one gives to it."""

    def __init__(self, platform: PlatformTable, places: dict[str, int], *, power: float) -> None:
        self.name, self.power = platform.name, power
        self.target, self.is_named = np.zeros(len(places)), np.zeros(len(places))
        for trait, value in platform.target.items():
            self.target[places[trait]], self.is_named[places[trait]] = value, 1.0

    def reaches(self, person: PlainPerson) -> bool:
        return self.name in person.attention

    def reward(self, person: PlainPerson, at: np.ndarray) -> float:
        gap = (at - self.target) * self.is_named
        return -0.5 * self.power * person.attention[self.name] * (gap @ gap)

    def gradient(self, person: PlainPerson, at: np.ndarray) -> np.ndarray:
        return self.power * person.attention[self.name] * (self.target - at) * self.is_named


class Income:
    """R(x) = strength · Σ v (1 + x·c) over the items one knows."""

    def __init__(self, strength: float) -> None:
        self.strength = strength

    def reaches(self, person: PlainPerson) -> bool:
        return True

    def reward(self, person: PlainPerson, at: np.ndarray) -> float:
        return self.strength * (person.income_base + person.income_slope @ at)

    def gradient(self, person: PlainPerson, at: np.ndarray) -> np.ndarray:
        return self.strength * person.income_slope
