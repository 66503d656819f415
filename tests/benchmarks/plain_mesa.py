"""The default model as one would write it in plain Mesa: an agent a person, a method a mechanism, networkx for ties.

Same rules as `society`, own random numbers. It knows what the default model uses: wells, influence by all neighbours as
a reward, sharing by interest, forgetting at a rate after exchange, learning by reinforcement with the ledger.
"""

from __future__ import annotations

import math
from collections import Counter

import mesa
import networkx as nx
import numpy as np

from society import Scenario
from society.memes import Curve, Exponential, Power
from tests.benchmarks.plain_person import PlainPerson
from tests.benchmarks.plain_sources import Income, Landscape, Peers, Pull


class PlainSociety(mesa.Model):
    """People on a networkx graph, stepped stage by stage so that everybody sees the same present.

    Parameters
    ----------
    scenario
        A scenario of the default model, for its parameters.
    ties
        Who is friends with whom, nodes 0 … n − 1.
    seed
        Of Mesa's random numbers.
    """

    def __init__(self, scenario: Scenario, ties: nx.Graph, *, seed: int) -> None:
        super().__init__(rng=seed)
        self.rules = scenario.process
        self.platforms = scenario.platforms
        self.years = 1.0 / scenario.run.steps_per_year
        self.n_traits = len(scenario.population.traits)
        self.age_range = scenario.population.age_low, scenario.population.age_high
        self.engagement = dict.fromkeys(self.platforms, 0.0)
        self._make_world(scenario)
        self._make_people(scenario, ties)
        self._set_probabilities()

    def step(self) -> None:
        """Advance by one step, in the order of the scenario's processes."""
        people = self.agents
        for name in self.engagement:
            self.engagement[name] = sum(person.attention.get(name, 0.0) for person in people)
        for stage in ("grow_older", "try_something", "come_and_go", "divide_attention", "look_around"):
            people.do(stage)
        self.p_told = self._chances_of_telling(self._known())
        people.do("listen")
        people.do("take_in")
        self._set_values(self._known())
        people.do("earn")
        people.do("learn")

    def _make_world(self, scenario: Scenario) -> None:
        """Draw the wells of the one environment and the content of every item."""
        (home,) = scenario.environments.values()
        self.items = [family for family in scenario.memes.values() for _ in range(family.n_items)]
        self.everything = frozenset(range(len(self.items)))
        self.content = self._directions(len(self.items))
        centres = home.spread * self.rng.normal(size=(home.count, self.n_traits))
        named = {trait: place for place, trait in enumerate(scenario.population.traits)}
        pulls = {
            f"capture.{name}": Pull(platform, named, power=self.rules["capture"].power * platform.power)
            for name, platform in self.platforms.items()
        }
        self.sources = {
            **pulls,
            "income": Income(self.rules["income"].strength),
            "landscape": Landscape(home, centres, self._directions(home.count)),
            "peers": Peers(self.rules["peers"].strength),
        }
        self.interest = {name: self.rules[name.partition(".")[0]].interest for name in self.sources}

    def _make_people(self, scenario: Scenario, ties: nx.Graph) -> None:
        people = PlainPerson.create_agents(self, len(ties)).to_list()
        for node, person in enumerate(people):
            person.friends = [people[friend] for friend in ties[node]]
        for item, family in enumerate(self.items):
            for person in self.random.sample(people, family.first_holders):
                person.knows.add(item)

    def _directions(self, number: int) -> np.ndarray:
        drawn = self.rng.normal(size=(number, self.n_traits))
        return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)

    def _set_probabilities(self) -> None:
        """What happens at a rate happens in a step with probability 1 − e^(−rate h)."""
        forgetting, learning, h = self.rules["forgetting"], self.rules["learning"], self.years
        self.p_loss = 1.0 - math.exp(-forgetting.rate * h)
        self.p_find = 1.0 - math.exp(-forgetting.rediscovery * h)
        self.renewal = 1.0 - math.exp(-h / learning.dur_baseline)
        self.curve_ages, rates = zip(*learning.age_curve, strict=True)
        self.curve_logs = np.log(rates)

    def _known(self) -> list[float]:
        """Share of people who know each item."""
        counts = Counter(item for person in self.agents for item in person.knows)
        return [counts[item] / len(self.agents) for item in range(len(self.items))]

    def _chances_of_telling(self, known: list[float]) -> list[float]:
        """Probability that each item passes along a tie in this step, by what its spread is worth to who knows it."""
        rules = self.rules["exchange"]
        chances = []
        for family, f in zip(self.items, known, strict=True):
            gain = value(family.curve, f + rules.audience) - value(family.curve, f)
            drive = (rules.status - rules.cost + rules.stake * gain) / rules.temperature
            willing = 1.0 / (1.0 + math.exp(-drive))
            rate = rules.contact * rules.adoption * family.transmissibility * willing
            chances.append(1.0 - math.exp(-rate * self.years))
        return chances

    def _set_values(self, known: list[float]) -> None:
        """What each item pays now, and along which direction of behaviour."""
        self.value = np.array([value(family.curve, f) for family, f in zip(self.items, known, strict=True)])
        self.slope = self.value[:, np.newaxis] * self.content


def value(curve: Curve, f: float) -> float:
    """What an item pays who knows it when a share f of people do, by the curve of its kind."""
    f = min(f, 1.0)
    if isinstance(curve, Power):
        return curve.base * f**curve.exponent
    if isinstance(curve, Exponential):
        return curve.base * math.exp(-f / curve.scale)
    return curve.base
