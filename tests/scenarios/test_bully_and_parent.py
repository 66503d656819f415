"""What scenarios/bully_and_parent.toml must show: who trains whom at whose cost, person by person.

The reward is quadratic, so that under the gradient rule each person's expectation m and variance v follow exactly from
where they begin, their own optimum, learning rate and attention: m ← m + ηh [c − m + κa (T − m)] and
v ← (1 − ηh (1 + κa))² v + 2ηhT. People are independent of one another: they are the units.
"""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from society.measures.capture import captured, lost
from society.measures.ledger import quadrants
from society.model import Society
from tests.scenarios.worlds import load, standard_error

H = 1 / 52
YEAR, END = 52, 520
TRAIT = {"bully": 0, "parent": 1}
"""Which trait each wants to change."""
CALM = (("process.learning.temperature", 0.0),)
POWERLESS = (("platform.bully.power", 0.0),)
CONSTANT = (("process.learning.age_curve", 0.1),)


class Life:
    """A society, what is expected of it, and what another of the same people would see by another chance."""

    def __init__(self, changes, steps):
        self.model = model = Society(load("bully_and_parent", {"population.n_agents": 1000, **dict(changes)}))
        scenario, n = model.scenario, model.n_agents
        self.age = model.population["age"].copy()
        self.optimum = 1.0 + 0.3 * model.population["endowment"].astype(float)
        self.mean = model.population["traits"].astype(float)
        self.variance = np.zeros((n, 2))
        self.work, self.gain = ({name: np.zeros(n) for name in TRAIT} for _ in range(2))
        self.other_work, self.other_gain = ({name: np.zeros(n) for name in TRAIT} for _ in range(2))
        self._other, self._rng = self.mean.copy(), np.random.default_rng(7)
        self._temperature = scenario.process["learning"].temperature
        self._reach = scenario.process["capture"].power
        for _ in range(steps):
            model.step()
            self._expect(scenario)

    def _expect(self, scenario):
        population = self.model.population
        learnt = H * population["plasticity"].astype(float)
        pull = self.optimum - self.mean
        curvature = np.ones_like(pull)
        other_pull = self.optimum - self._other
        for name, platform in scenario.platforms.items():
            d = TRAIT[name]
            target, towards = next(iter(platform.target.values())), sum(platform.gain_towards.values())
            strength = platform.power * self._reach * population["attention"][self.model.options[name]].astype(float)
            for place, work, gain, spread in (
                (self.mean, self.work, self.gain, self.variance[:, d]),
                (self._other, self.other_work, self.other_gain, 0.0),
            ):
                to_target, to_optimum = target - place[:, d], self.optimum[:, d] - place[:, d]
                work[name] += learnt * strength * (to_target * to_optimum + spread)
                gain[name] += learnt * strength * to_target * towards
            pull[:, d] += strength * (target - self.mean[:, d])
            other_pull[:, d] += strength * (target - self._other[:, d])
            curvature[:, d] += strength
        learnt = learnt[:, None]
        diffusion = 2 * learnt * self._temperature
        self.mean = self.mean + learnt * pull
        self.variance = (1 - learnt * curvature) ** 2 * self.variance + diffusion
        self._other = self._other + learnt * other_pull + np.sqrt(diffusion) * self._rng.standard_normal(pull.shape)

    def interest(self, traits, variance=0.0):
        """(n,) own interest at traits, in the mean over their variance."""
        return -0.5 * ((traits - self.optimum) ** 2 + variance).sum(axis=1)

    def ledger(self, column, name):
        """(n,) drift work on people, or gain, of bully or parent."""
        rows = self.model.population.labels(self.model.population.columns[column].dims[0])
        return self.model.population[column][rows.index(name if column == "gain" else f"capture.{name}")]


@cache
def life(changes=(), steps=END):
    return Life(changes, steps)


def assert_no_difference(found, expected):
    gap = found - expected
    assert abs(gap.mean()) < 4 * standard_error(gap)


def bully(power):
    return (("platform.bully.power", power),)


def path(name, key):
    return f"platform.{name}.{key}"


@pytest.mark.parametrize("changes", [(), CONSTANT, bully(6.0), (("platform.parent.enabled", False),)])
def test_without_chance_everybody_is_where_the_recursion_says(changes):
    calm = life((*CALM, *changes))
    np.testing.assert_allclose(calm.model.population["traits"], calm.mean, atol=5e-5)
    for name in calm.model.platforms:
        np.testing.assert_allclose(calm.ledger("drift_work", name), calm.work[name], atol=2e-4)
        np.testing.assert_allclose(calm.ledger("gain", name), calm.gain[name], atol=2e-4)


def test_with_chance_people_are_there_on_average():
    lived = life()
    for d in range(2):
        assert_no_difference(lived.model.population["traits"][:, d], lived.mean[:, d])
        gaps = lived.model.population["traits"][:, d] - lived.mean[:, d]
        assert_no_difference(gaps**2, lived.variance[:, d])


@pytest.mark.parametrize(("name", "sign"), [("bully", -1), ("parent", 1)])
def test_both_gain_the_bully_at_a_cost_to_people_and_the_parent_to_their_good(name, sign):
    lived = life()
    work, gain = lived.ledger("drift_work", name), lived.ledger("gain", name)
    assert_no_difference(work, lived.work[name])
    assert_no_difference(gain, lived.gain[name])
    assert sign * work.mean() > 4 * standard_error(work)
    assert gain.mean() > 4 * standard_error(gain)


def quadrant(work, gain):
    """(n,) which quadrant each person is in."""
    gains = np.where(work > 0, "symbiosis", "capture"), np.where(work > 0, "gift", "mutual_harm")
    return np.where(gain > 0, *gains)


SWAPPED = ((path("bully", "target.confidence"), 1.0), (path("bully", "gain_towards.confidence"), 1.0))
NOTHING = ((path("bully", "gain_towards.confidence"), 0.0), (path("parent", "gain_towards.skill"), 0.0))
QUADRANTS = [
    ("bully", (), "capture"),
    ("parent", (), "symbiosis"),
    ("bully", SWAPPED, "symbiosis"),
    ("bully", NOTHING, "mutual_harm"),
    ("parent", NOTHING, "gift"),
]


@pytest.mark.parametrize(("name", "changes", "expected"), QUADRANTS)
def test_what_they_want_decides_the_quadrant(name, changes, expected):
    """As many are in it as among the same people by another chance, and most of them."""
    lived = life(changes)
    share = quadrants(lived.model)[f"{name}.{expected}"]
    other = (quadrant(lived.other_work[name], lived.other_gain[name]) == expected).mean()
    error = np.sqrt((share * (1 - share) + other * (1 - other)) / lived.model.n_agents)
    assert abs(share - other) <= 4 * error
    assert share > 0.5


POWERS = (1.5, 3.0, 6.0)


def capture(power, steps=END, changes=()):
    """(n,) capture by the bully against the twin in which it has no power, and that of expectation."""
    lived, twin = life((*bully(power), *changes), steps), life((*POWERLESS, *changes), steps)
    return captured(lived.model, twin.model, "bully"), (twin.mean - lived.mean)[:, 0] / 2


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("steps", [YEAR, END])
def test_capture_is_as_deep_as_the_recursion_says(power, steps):
    assert_no_difference(*capture(power, steps))


def test_capture_and_loss_rise_with_power():
    without = life(POWERLESS)
    depths, losses = [], []
    for power in POWERS:
        lived = life(bully(power))
        found = lost(lived.model, without.model)
        expected = without.interest(without.mean, without.variance) - lived.interest(lived.mean, lived.variance)
        assert_no_difference(found, expected)
        losses.append(found)
        depths.append(capture(power)[0])
    for rising in (depths, losses):
        for less, more in zip([np.zeros(1000), *rising[:-1]], rising, strict=True):
            assert (more - less).mean() > 4 * standard_error(more - less)


def test_without_power_there_is_no_capture():
    """Not by chance: exactly nothing, whatever the bully wants."""
    lived = life((*POWERLESS, *SWAPPED))
    assert not captured(lived.model, life(POWERLESS).model, "bully").any()
    assert not lost(lived.model, life(POWERLESS).model).any()
    assert not lived.ledger("drift_work", "bully").any()


def test_strength_is_motivation_times_ability():
    able = life((("process.capture.power", 2.0),))
    keen = life((*bully(6.0), (path("parent", "power"), 6.0)))
    assert np.array_equal(able.model.population["traits"], keen.model.population["traits"])


@pytest.mark.parametrize("which", ["motivation", "ability"])
def test_without_motivation_or_ability_nobody_is_trained(which):
    none = {
        "motivation": (*POWERLESS, (path("parent", "power"), 0.0)),
        "ability": (("process.capture.power", 0.0),),
    }
    alone = life((("platform.bully.enabled", False), ("platform.parent.enabled", False)))
    assert np.array_equal(life(none[which]).model.population["traits"], alone.model.population["traits"])


def test_the_stronger_are_faster():
    """A larger share of the lasting capture, κa/(1 + κa) · (T − c)/T, is reached within a year."""
    reached = []
    for power in POWERS:
        lasting = power / 3 / (1 + power / 3) * (-2 - life().optimum[:, 0].mean()) / -2
        reached.append(capture(power, YEAR)[0] / lasting)
    for less, more in pairwise(reached):
        assert (more - less).mean() > 4 * standard_error(more - less)


def by_age(values):
    """Of the young, and of those of 25 and over."""
    age = life().age
    return values[age < 18], values[age >= 25]


def head_start(found):
    """Of the young over their elders, and its standard error."""
    young, old = by_age(found)
    return young.mean() - old.mean(), np.hypot(standard_error(young), standard_error(old))


@pytest.mark.parametrize("what", ["capture", "loss"])
def test_children_are_worst_off(what):
    """After ten years; and not where everybody learns at the same rate."""
    for changes, is_worst in (((), True), (CONSTANT, False)):
        lived, twin = life((*bully(3.0), *changes)), life((*POWERLESS, *changes))
        found = capture(3.0, END, changes)[0] if what == "capture" else lost(lived.model, twin.model)
        gap, error = head_start(found)
        assert (gap > 4 * error) == is_worst
        assert abs(gap) < 4 * error or is_worst


def test_it_is_a_head_start_and_no_other_end():
    """After sixty years the recursion leaves next to nothing of it."""
    found, expected = capture(3.0, 60 * 52)
    gap, error = head_start(found)
    assert abs(head_start(expected)[0]) < 0.02
    assert abs(gap - head_start(expected)[0]) < 4 * error


def test_people_are_better_off_with_the_parent():
    """In skill by the parent's training, in confidence since the bully has less of their attention."""
    orphans, lived = life(((path("parent", "enabled"), False),)), life()
    gained = lived.model.population["interest"] - orphans.model.population["interest"]
    expected = lived.interest(lived.mean, lived.variance) - orphans.interest(orphans.mean, orphans.variance)
    assert_no_difference(gained, expected)
    assert gained.mean() > 4 * standard_error(gained)
    further = lived.model.population["traits"][:, 0] - orphans.model.population["traits"][:, 0]
    assert further.mean() > 4 * standard_error(further)


def test_the_ledger_sums_to_the_change_of_own_interest():
    lived = life()
    population = lived.model.population
    start = lived.interest(Society(lived.model.scenario).population["traits"].astype(float))
    total = population["work"].sum(axis=0) + population["world"]
    np.testing.assert_allclose(start + total, population["interest"], atol=1e-4)


def test_people_who_reinforce_are_trained_alike():
    """Learning from trial and error, not by the gradient: the same capture on average, after ten years."""
    trial = (("process.learning.rule", "reinforce"), ("process.learning.noise", 0.3))
    found, expected = capture(3.0, END, trial)
    assert_no_difference(found, expected)
