"""A person of the plain Mesa model: what one is and knows, and what one does in each stage of a step."""

from __future__ import annotations

import math
from collections import defaultdict

import mesa
import numpy as np

GAUSS_POINTS = (0.5 - math.sqrt(3) / 6, 0.5 + math.sqrt(3) / 6)


class PlainPerson(mesa.Agent):
    """One person with a personality, friends, knowledge, memberships and a ledger of their own interest."""

    def __init__(self, model: mesa.Model) -> None:
        super().__init__(model)
        self.age = self.rng.uniform(*model.age_range)
        self.traits = self.rng.normal(size=model.n_traits)
        self.bonus = model.sources["landscape"].bonus(self.rng.normal(size=model.n_traits))
        self.taste = {name: self.rng.gumbel() for name in model.platforms}
        self.friends: list[PlainPerson] = []
        self.knows: set[int] = set()
        self.uses: set[str] = set()
        self.age_at_entry: dict[str, float] = {}
        self.attention = {"life": 1.0}
        self.wealth = 0.0
        self.expected: dict[str, float] = {}
        self.work: dict[str, float] = defaultdict(float)
        self.drift_work: dict[str, float] = defaultdict(float)
        self.world = 0.0
        self.interest: float | None = None

    def grow_older(self) -> None:
        self.age += self.model.years

    def try_something(self) -> None:
        """Behave a little differently from what one is."""
        self.trial = self.traits + self.model.rules["exploration"].sd * self.rng.normal(size=self.model.n_traits)

    def come_and_go(self) -> None:
        """Enter platforms for the first time, leave them, come back."""
        for name, platform in self.model.platforms.items():
            if name in self.uses:
                if self._within_a_month(platform.monthly_exit):
                    self.uses.remove(name)
            elif name in self.age_at_entry:
                if self._within_a_month(platform.monthly_return):
                    self.uses.add(name)
            elif self.age >= platform.entry_age and self.random.random() < 1.0 - math.exp(
                -platform.rate_entry * self.model.years
            ):
                self.uses.add(name)
                self.age_at_entry[name] = self.age

    def _within_a_month(self, p_month: float) -> bool:
        """Whether it happens in this step what happens within a month with that probability."""
        return self.random.random() < 1.0 - (1.0 - p_month) ** (12.0 * self.model.years)

    def divide_attention(self) -> None:
        """Divide attention by a logit over life and the platforms one uses."""
        rules, appeal = self.model.rules["attention"], {"life": 1.0}
        for name in self.uses:
            inside = sum(name in friend.uses for friend in self.friends) / max(len(self.friends), 1)
            utility = self.model.platforms[name].appeal + rules.friends * inside + rules.taste * self.taste[name]
            appeal[name] = math.exp(utility / rules.temperature)
        total = sum(appeal.values())
        self.attention = {name: each / total for name, each in appeal.items()}

    def look_around(self) -> None:
        """See what one's friends are like on average."""
        if self.friends:
            self.norm = np.mean([friend.traits for friend in self.friends], axis=0)

    def listen(self) -> None:
        """Hear from friends some of what they knew at the beginning of the step."""
        p_told, draw, heard = self.model.p_told, self.random.random, set()
        for friend in self.friends:
            for item in friend.knows - self.knows:
                if draw() < p_told[item]:
                    heard.add(item)
        self.heard = heard

    def take_in(self) -> None:
        """Forget some of what one knew, take in what one heard, find some of the rest oneself."""
        draw, p_loss, p_find = self.random.random, self.model.p_loss, self.model.p_find
        kept = {item for item in self.knows if draw() >= p_loss}
        found = {item for item in self.model.everything - self.knows - self.heard if draw() < p_find}
        self.knows = kept | self.heard | found

    def earn(self) -> None:
        """Be paid for what one knows and how one behaves."""
        known = list(self.knows)
        self.income_base = self.model.value[known].sum()
        self.income_slope = self.model.slope[known].sum(axis=0)
        self.wealth += self.model.years * (self.income_base + self.income_slope @ self.trial)

    def learn(self) -> None:
        """Move along what one tried by how much better than expected it went, and book what that did to oneself."""
        model, x = self.model, self.traits
        self.reached = {name: source for name, source in model.sources.items() if source.reaches(self)}
        self._book_world()
        rate = math.exp(np.interp(self.age, model.curve_ages, model.curve_logs))
        sd, tried = model.rules["exploration"].sd, self.trial - x
        pushes = self._pushes(rate / sd**2)
        together = sum(pushes.values())
        length, limit = abs(together) * math.sqrt(tried @ tried), sd * math.sqrt(model.n_traits)
        if length > limit:
            together *= limit / length
        chance = rate / sd**2 * math.sqrt(model.years) * model.rules["learning"].noise * self.rng.normal()
        after = x + (together + chance) * tried
        self._book_drift(rate)
        self._book_work(pushes | {"chance": chance}, after)
        self.traits = after
        self.interest = self._interest_at(after)

    def _pushes(self, gain: float) -> dict[str, float]:
        """What each source multiplies y − x by; expectations start at the first reward and follow."""
        pushes, expected = {}, {}
        for name, source in self.reached.items():
            reward = source.reward(self, self.trial)
            before = self.expected.get(name, reward)
            pushes[name] = gain * self.model.years * (reward - before)
            expected[name] = before + self.model.renewal * (reward - before)
        self.expected = expected
        return pushes

    def _interest_at(self, at: np.ndarray) -> float:
        """Own interest U = Σ ω R, with the quality of life that platforms give."""
        quality = sum(self.attention[name] * self.model.platforms[name].quality for name in self.uses)
        total = self.model.rules["attention"].interest * quality
        return total + sum(
            weight * self.reached[name].reward(self, at)
            for name, weight in self.model.interest.items()
            if weight and name in self.reached
        )

    def _slope_at(self, at: np.ndarray) -> np.ndarray:
        """Gradient of own interest."""
        slope = np.zeros(len(at))
        for name, weight in self.model.interest.items():
            if weight and name in self.reached:
                slope += weight * self.reached[name].gradient(self, at)
        return slope

    def _book_world(self) -> None:
        """Book what changed own interest since the last step while personality stood still."""
        if self.interest is not None:
            self.world += self._interest_at(self.traits) - self.interest

    def _book_drift(self, rate: float) -> None:
        """Book the work of every source's mean movement."""
        slope = self._slope_at(self.traits)
        for name, source in self.reached.items():
            self.drift_work[name] += rate * self.model.years * (source.gradient(self, self.traits) @ slope)

    def _book_work(self, pushes: dict[str, float], after: np.ndarray) -> None:
        """Book the work of each account along the step; to the bounds goes what the cap took away."""
        moved = after - self.traits
        slope = 0.5 * sum(self._slope_at(self.traits + share * moved) for share in GAUSS_POINTS)
        along = (self.trial - self.traits) @ slope
        for name, push in pushes.items():
            self.work[name] += push * along
        self.work["bounds"] += moved @ slope - sum(pushes.values()) * along
