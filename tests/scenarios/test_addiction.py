"""What scenarios/addiction.toml must show: folds, escape from a habit, relapse, and noticing too late.

People have no ties: they are independent runs.
"""

from functools import cache

import numpy as np
import pytest

from society.basins import first_passages, follow, mean_first_passage
from society.model import Society
from society.scenario import Scenario
from tests.scenarios.worlds import load, standard_error

FOLD = 2 / (3 * np.sqrt(3))
CERTAIN = {"process.learning.temperature": 0.0, "population.n_agents": 4, "process.monitoring.noise": 0.0}
NO_HABIT = {"process.habit.enabled": False}
NO_DETOX = {"event.detox.enabled": False}
NO_EVENT = {"event.drug.enabled": False, **NO_DETOX}
ALIKE = {"process.monitoring.enabled": False}
WEEK = 1 / 52
LATE = 0.5826
"""−ζ(½)/√(2π): how much farther off a place seems to be, in standard deviations of a step, if seen once a step only."""


def society(*changes):
    values = {"population.n_agents": 1000}
    for change in changes:
        values |= change
    return Society(load("addiction", values), threads=1)


def use(model):
    return model.population["traits"][:, 0].astype(float)


def lived(model, years):
    for _ in range(round(years * model.scenario.run.steps_per_year)):
        model.step()
    return model


def ramp(home, *changes, rise=100.0):
    """Doses at which use begins and ends as the dose goes slowly up to 1.5 and back; nan if it does not."""
    values = {"event.drug.at": 5.0, "event.drug.field.dur": rise, "run.steps_per_year": 12}
    values |= {f"event.drug.field.{part}": rise for part in ("rise", "fall")}
    model = society(CERTAIN, NO_HABIT, NO_DETOX, ALIKE, values, {"environment.home.field": home}, *changes)
    doses, seen = [], []
    for _ in range(round((2 * rise + 10) * 12)):
        model.step()
        time = model.n_steps / 12 - 5.0
        doses.append(1.5 * np.clip(min(time, 2 * rise - time) / rise, 0, 1))
        seen.append(use(model)[0] > 0)
    jumps = np.flatnonzero(np.diff(seen))
    begins, ends = ([doses[jump] for jump in jumps] + [np.nan, np.nan])[:2]
    return begins, ends


def test_no_taper_ends_use_that_began_beyond_the_fold():
    begins, ends = ramp(-0.3)
    rate = 1.5 / 100
    assert 0.3 + FOLD < begins < 0.3 + FOLD + 1.5 * 1.947 * rate ** (2 / 3)
    assert np.isnan(ends)


def test_where_a_sober_life_pays_more_use_ends_at_another_fold_than_it_began():
    """Late by 1.947 r^⅔ on either side, and by terms of the order of r."""
    begins, ends = ramp(-0.5, rise=300.0)
    late = 1.947 * (1.5 / 300) ** (2 / 3)
    assert begins - (0.5 + FOLD) == pytest.approx(late, rel=0.25)
    assert (0.5 - FOLD) - ends == pytest.approx(late, rel=0.25)


def test_with_one_basin_there_is_no_loop():
    """Negative control: a single optimum at −1 lags by r/k on either side."""
    home = {"kind": "quadratic", "optimum": -1.0}
    raw = {**load("addiction", CERTAIN | NO_HABIT | ALIKE).raw, "environment": {"home": home}}
    raw["event"] = {"drug": {"at": 5.0, "field": {"traits": {"use": 1.5}, "rise": 100.0, "dur": 100.0, "fall": 100.0}}}
    model = Society(Scenario.from_dict(raw), threads=1)
    lived(model, 5 + 80)
    up = use(model)[0]
    lived(model, 40)
    down = use(model)[0]
    assert down - up == pytest.approx(2 * 1.5 / 100, rel=0.01)
    assert up == pytest.approx(-1.0 + 1.5 * 0.8 - 1.5 / 100, abs=1e-3)


HELD = 0.8
"""Where a habit is held in the tests of escape."""


def held(start, depth, n_agents):
    """People who start somewhere with a habit of a depth at HELD that does not forget."""
    frozen = {"process.habit.dur_habit": 1e9, "process.habit.dur_depth": 1e-3, "process.habit.depth": depth}
    model = society(NO_EVENT, ALIKE, frozen, {"population.n_agents": n_agents})
    model.population["traits"][:] = start
    model.population["habit"][:] = HELD
    return model


def escape_time(start, to, depth):
    """Mean time from one place to another by the exact integral, as seen once a week."""
    seen_at = to + np.sign(to - start) * LATE * np.sqrt(2 * 0.05 * WEEK)
    return mean_first_passage(
        lambda x: x**2 / 2 - x**4 / 4 - 0.3 * x - 0.5 * depth * (x - HELD) ** 2, start, seen_at, temperature=0.05
    )


@pytest.mark.parametrize("depth", [0.0, 0.1, 0.2])
def test_who_has_a_habit_gets_out_of_use_as_late_as_the_integral_says(depth):
    expected = escape_time(HELD, -0.8, depth)
    model = held(HELD, depth, 1000)
    steps = round(15 * expected * 52)
    found = first_passages(follow(model, use, steps=steps), lambda x: x <= -0.8)
    assert found["ended"].all()
    times = found["duration"].to_numpy()
    assert abs(times.mean() - expected) < 4 * standard_error(times)


def barrier(depth):
    """How much better using is than the saddle on the way out of it."""
    saddle, top = np.sort(np.roots([1, 0, depth - 1, 0.3 - depth * HELD]).real)[1:]
    climb = [x**2 / 2 - x**4 / 4 - 0.3 * x - 0.5 * depth * (x - HELD) ** 2 for x in (saddle, top)]
    return climb[1] - climb[0]


def test_the_logarithm_of_that_time_rises_as_the_barrier_does():
    """By ΔV/T, and what the curvatures at the saddle and at the top make of it, which is less than 15 % of that."""
    depths = (0.2, 0.25, 0.3, 0.35, 0.4)
    rise = np.diff(np.log([escape_time(HELD, -0.8, depth) for depth in depths]))
    assert rise == pytest.approx(np.diff([barrier(depth) for depth in depths]) / 0.05, rel=0.15)


def years_of_use(duration, *changes):
    """(n_agents,) years of use in the thirty years after a drug that was there for so long, without detox."""
    model = society(NO_DETOX, ALIKE, {"event.drug.field.dur": duration, "population.n_agents": 400}, *changes)
    lived(model, 10 + duration)
    total = np.zeros(model.n_agents)
    for _ in range(30 * 52):
        model.step()
        total += (use(model) > 0) * WEEK
    return total


def assert_more(one, other):
    gap = one.mean() - other.mean()
    assert gap > 4 * np.hypot(standard_error(one), standard_error(other))


def test_use_outlasts_the_drug_the_longer_the_longer_it_was_there():
    short, long = years_of_use(3.0), years_of_use(15.0)
    assert_more(long, short)


def test_without_habit_it_does_not_matter_how_long_it_was_there():
    """Negative control."""
    short, long = (years_of_use(years, NO_HABIT) for years in (3.0, 15.0))
    assert abs(long.mean() - short.mean()) < 4 * np.hypot(standard_error(short), standard_error(long))


def depth_after_a_year(dose, gain):
    """(n_agents,) depth of habits when the drug has been there for a year, by the rule of reinforcement."""
    reinforce = {"process.learning.rule": "reinforce", "process.exploration.enabled": True}
    drug = {"event.drug.field.traits.use": dose, "process.habit.reward_gain": gain}
    model = society(NO_DETOX, ALIKE, reinforce, drug, {"population.n_agents": 200, "process.habit.max_depth": 100.0})
    return lived(model, 11).population["habit_depth"].astype(float)


def test_a_stronger_dose_makes_a_deeper_habit():
    weak, strong, stronger = (depth_after_a_year(dose, 1.0) for dose in (0.0, 1.5, 3.0))
    assert_more(strong, weak)
    assert_more(stronger, strong)


def test_if_reward_adds_nothing_all_habits_are_alike():
    """Negative control, and the law of tenure: k₀ (1 − e^(−t/τ)) after t years, the first step beginning it."""
    depth = depth_after_a_year(3.0, 0.0)
    np.testing.assert_allclose(depth, 0.7 * (1 - np.exp(-11 / 2)), rtol=1e-3)


@cache
def relapse(fall=0.0, depth=0.7):
    """(n_agents,) years from detox to relapse, inf for who keeps sober for fifteen."""
    values = {"event.drug.field.fall": fall, "event.detox.at": 25.0 + fall, "process.habit.depth": depth}
    model = lived(society(ALIKE, values), 25.0 + fall + WEEK)
    found = first_passages(follow(model, use, steps=15 * 52), lambda x: x >= 0.5)
    return np.where(found["ended"], found["duration"], np.inf)


def hazards(times, spans):
    """Relapses a year of those still sober, and its standard error, for spans of years."""
    rates = []
    for start, end in spans:
        n = ((times > start) & (times <= end)).sum()
        at_risk = (np.minimum(times, end) - start).clip(0).sum()
        rates.append((n / at_risk, np.sqrt(max(n, 1)) / at_risk))
    return rates


def test_after_detox_people_fall_back_and_those_who_keep_sober_ever_less():
    times = relapse()
    (early, error), (late, late_error) = hazards(times, [(0, 5), (5, 15)])
    assert early - late > 4 * np.hypot(error, late_error)
    assert np.isinf(times).mean() > 0.5


def test_without_habit_nobody_falls_back():
    assert np.isinf(relapse(depth=0.0)).all()


def test_if_habits_did_not_forget_relapse_would_go_on_at_a_constant_rate():
    """Negative control: κ held at .5, and the mean time from sober to using is the exact integral."""
    depth, sober = 0.5, -1.0
    expected = escape_time(sober, 0.5, depth)
    model = held(sober, depth, 1000)
    times = first_passages(follow(model, use, steps=round(15 * expected * 52)), lambda x: x >= 0.5)
    times = times["duration"].to_numpy()
    assert abs(times.mean() - expected) < 4 * standard_error(times)
    (early, error), (late, late_error) = hazards(times, [(expected / 2, expected), (expected, 3 * expected)])
    assert abs(early - late) < 4 * np.hypot(error, late_error)


def test_after_a_taper_fewer_fall_back():
    cut, taper = (np.isfinite(relapse(fall)).astype(float) for fall in (0.0, 10.0))
    assert_more(cut, taper)


def test_but_use_lasts_longer():
    cut, taper = (years_of_use(15.0, {"event.drug.field.fall": fall}) for fall in (0.0, 10.0))
    assert_more(taper, cut)


def noticing(**values):
    """A society when the drug has been there for eight years, seen without noise."""
    changes = {f"process.monitoring.{name}": value for name, value in values.items()}
    return lived(society(CERTAIN, NO_HABIT, NO_DETOX, changes), 18).population


def test_people_notice_late_and_far_gone():
    population = noticing()
    assert (population["changed_step"] > 520).all()
    assert (population["noticed_step"] > population["changed_step"]).all()
    assert (population["noticed_displacement"] >= 1.5).all()


def test_who_sees_at_once_notices_at_once():
    """Negative control."""
    population = noticing(dur_image=1e-6)
    assert np.array_equal(population["noticed_step"], population["changed_step"])


def test_nobody_notices_beyond_what_they_change():
    assert (noticing(threshold=3.0)["noticed_step"] == -1).all()


def test_to_stop_on_noticing_is_too_late():
    notices = (noticing()["noticed_step"][0] + 1) * WEEK - 10.0
    after = {
        years: use(lived(society(CERTAIN, NO_HABIT, NO_DETOX, {"event.drug.field.dur": years}), 40))
        for years in (0.25, float(notices))
    }
    assert (after[0.25] < -1).all()
    assert (after[float(notices)] > 0.7).all()


def test_most_notice_after_the_change_with_noise_and_chance_too():
    """Of those whom the drug was the first to change that much: others did so by chance, or saw it in noise."""
    population = lived(society(NO_DETOX), 25).population
    first, noticed = population["changed_step"], population["noticed_step"]
    by_drug = (first >= 520) & ((noticed >= 520) | (noticed == -1))
    assert by_drug.mean() > 0.5
    late = (noticed > first)[by_drug & (noticed != -1)]
    assert late.mean() - 0.5 > 4 * np.sqrt(0.25 / len(late))


def test_noise_alone_makes_people_notice_what_is_not_there():
    """Negative control: without drug, change beyond the threshold is noticed by few, and without noise by fewer."""
    noticed = [
        (lived(society(NO_EVENT, {"process.monitoring.noise": noise}), 25).population["noticed_step"] >= 0).mean()
        for noise in (0.0, 0.1, 0.4)
    ]
    assert noticed[0] <= noticed[1] < noticed[2]
    assert noticed[1] < 0.1
