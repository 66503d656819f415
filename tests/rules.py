"""Classes of people with rules in plain Python, for tests."""

from __future__ import annotations

import math

from society.person import Person
from society.population import Column


class Walker(Person):
    """Goes out now and then, and notes who of those they hear from has been out before."""

    walks = Column("How often one has gone out.", dtype="i4", low=0)
    is_keen = Column("Whether one likes to go out.", dtype="?")
    met = Column("How many walks of friends one has seen.", dtype="i4", low=0)

    def setup(self) -> None:
        """Half of the people are keen."""
        self.is_keen = self.draw("keen") < 0.5

    def step(self) -> None:
        """Go out with some probability, the keen in any case."""
        if self.is_keen or self.draw("walk") < 0.2:
            self.walks += 1
        self.met += sum(self.cell.neighborhood.agents.get("walks"))


class Counter(Person):
    """Counts their own steps."""

    steps_lived = Column("Steps lived through.", dtype="i4", default=3)

    def step(self) -> None:
        """Count."""
        self.steps_lived += 1


class Follower(Person):
    """Takes the highest rank seen so far among those they hear from and themselves, so that order shows."""

    rank = Column("Rank taken.", dtype="i4")

    def step(self) -> None:
        """Stand one above the highest."""
        self.rank = 1 + max([0, *self.model.population["rank"].tolist()])


class Switch(Person):
    """Is switched on once, at a rate of one a year."""

    is_on = Column("Whether one has been switched on.", dtype="?")

    def step(self) -> None:
        """Switch on with the probability of a step."""
        if self.draw("switch") < 1.0 - math.exp(-self.model.years_per_step):
            self.is_on = True
