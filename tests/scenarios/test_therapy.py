"""What scenarios/therapy.toml must show: pushes against their threshold, the law of recovery, and what a window adds.

People have no ties: they are independent runs, so that shares of them have binomial errors.
"""

from functools import cache

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import ndtr

from society.basins import first_passages, follow, mean_first_passage, push_threshold
from society.model import Society
from tests.scenarios.worlds import load

RATE, TEMPERATURE, PUSH, DAY = 2.0, 0.05, 0.032, 1 / 364
LESSON, GAIN, WEEKS_4, WEEKS_2 = 1.5, 20.0, 28, 14
ARMS = ("waiting", "mild", "moderate", "severe", "shock", "lesson", "drug", "both")
DEPTHS = {"mild": 0.5, "moderate": 1.0, "severe": 2.0}
CERTAIN = {"process.learning.temperature": 0.0, "population.n_agents": 64}
FLAT = {f"environment.{arm}.depth": 0.0 for arm in ARMS}
LATE = 0.5826
"""−ζ(½)/√(2π): how much farther off a place seems to be, in standard deviations of a step, if seen once a step only."""


def society(values=None):
    return Society(load("therapy", {"record.measures": [], **(values or {})}), threads=1)


def lived(model, days):
    for _ in range(days):
        model.step()
    return model


def people_of(model, arm):
    return model.population["environment"] == [*model.environments].index(arm)


def of(model, arm):
    """Neuroticism of the people in an arm."""
    return model.population["traits"][people_of(model, arm), 0].astype(float)


def upset(x):
    return x - x**3


@pytest.mark.parametrize("days", [7, 28, 91, 364])
@pytest.mark.parametrize("times", [0.95, 1.05])
def test_repeated_pushes_lead_out_only_above_their_threshold(days, times):
    threshold = push_threshold(upset, 1.0, 0.0, every=days * DAY, rate=RATE, step=DAY)
    values = {"every": days * DAY + 1e-8, "until": 1000.0, "kick.size": times * threshold, "at": 0.0 + DAY}
    model = society(CERTAIN | {f"event.sessions.{path}": value for path, value in values.items()})
    x = of(lived(model, 12 * 364), "moderate")
    assert ((x < 0) == (times > 1)).all()


def test_the_threshold_is_what_is_undone_at_the_steepest_place_or_all_the_way():
    often, seldom = (push_threshold(upset, 1.0, 0.0, every=every, rate=RATE) for every in (1e-4, 20.0))
    assert often == pytest.approx(RATE * 1e-4 * 2 / (3 * np.sqrt(3)), rel=1e-3)
    assert seldom == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("size", [0.99, 1.01])
def test_one_push_leads_out_only_if_it_goes_beyond_the_saddle(size):
    x = of(lived(society(CERTAIN | {"event.shock.kick.size": size}), 4 * 364), "shock")
    np.testing.assert_allclose(x, 1.0 if size < 1 else -1.0, atol=0.05)


def test_without_pushes_and_chance_everybody_stays_ill():
    off = {f"event.{name}.enabled": False for name in ("sessions", "shock", "lesson", "drug")}
    model = lived(society(CERTAIN | off), 728)
    assert (model.population["traits"] == 1.0).all()


GRID = np.linspace(-2.5, 2.5, 901)


def kernel(depth, *, field=0.0, push=0.0, times=1.0):
    """(n, n) probabilities of where on a grid one is a day later."""
    rate = times * RATE * DAY
    mean = GRID + rate * (depth * upset(GRID) - field) - push
    edges = np.concatenate([[-np.inf], 0.5 * (GRID[1:] + GRID[:-1]), [np.inf]])
    return np.diff(ndtr((edges - mean[:, np.newaxis]) / np.sqrt(2 * rate * TEMPERATURE)), axis=1)


def after(days, matrix, p):
    return p @ np.linalg.matrix_power(matrix, days)


def half_a_year_ill(depth):
    """(n,) law of neuroticism after half a year."""
    start = np.zeros(len(GRID))
    start[np.abs(GRID - 1.0).argmin()] = 1.0
    return after(182, kernel(depth), start)


def well(p):
    return float(p[GRID < 0].sum() + 0.5 * p[GRID == 0].sum())


@cache
def recovering(depth, push=PUSH, n_sessions=156):
    """(n_sessions,) share who are well a week after each session, by the chain."""
    week = kernel(depth, push=push) @ np.linalg.matrix_power(kernel(depth), 6)
    p, shares = half_a_year_ill(depth), []
    for _ in range(n_sessions):
        p = p @ week
        shares.append(well(p))
    return np.array(shares)


@cache
def trial():
    """(156,) by arm: the share of people who are well a week after each session; and how many there are."""
    model = lived(society(), 182)
    arms = {arm: people_of(model, arm) for arm in ARMS}
    shares = {arm: [] for arm in ARMS}
    for _ in range(156):
        lived(model, 7)
        is_well = model.population["traits"][:, 0] < 0
        for arm, who in arms.items():
            shares[arm].append(is_well[who].mean())
    return {arm: (np.array(values), arms[arm].sum()) for arm, values in shares.items()}


def assert_share(found, expected, n):
    """Within 4 binomial standard errors and one person of n."""
    assert np.all(np.abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / n) + 1 / n)


@pytest.mark.parametrize("arm", DEPTHS)
def test_as_many_are_well_after_so_many_sessions_as_the_chain_says(arm):
    found, n = trial()[arm]
    assert_share(found, recovering(DEPTHS[arm]), n)


@pytest.mark.parametrize(("arm", "half"), [("mild", 35), ("moderate", 43), ("severe", 80)])
def test_it_takes_months_or_years(arm, half):
    assert abs(int(np.argmax(recovering(DEPTHS[arm]) >= 0.5)) + 1 - half) <= 1


def fitted(shares):
    """Slope of the probit of shares on log N, and how far off that line and a constant hazard are at most."""
    n = np.arange(1, len(shares) + 1)

    def line(by):
        return ndtr(by[0] + by[1] * np.log(n))

    def hazard(by):
        return 1 - np.exp(-np.exp(by[0]) * n)

    found = []
    for law, start in ((line, [-6.0, 1.5]), (hazard, [-4.0])):
        best = minimize(lambda by, law=law: np.mean((law(by) - shares) ** 2), start, method="Nelder-Mead").x
        found.append((best, float(np.abs(law(best) - shares).max())))
    (slope, off_line), (_, off_hazard) = found
    return slope[1], off_line, off_hazard


def test_the_dose_curve_is_a_line_in_the_probit_and_no_constant_hazard():
    mixed, off_line, off_hazard = fitted(np.mean([recovering(depth) for depth in DEPTHS.values()], axis=0))
    alike, *_ = fitted(recovering(1.0))
    assert mixed == pytest.approx(1.6, abs=0.05)
    assert alike == pytest.approx(2.3, abs=0.05)
    assert off_line < 0.04
    assert off_hazard == pytest.approx(0.22, abs=0.01)
    seen = fitted(np.mean([trial()[arm][0] for arm in DEPTHS], axis=0))
    assert seen[1] < 0.08 < seen[2]


def test_without_sessions_people_get_well_at_a_constant_rate():
    """At T = .15, for which five years are enough: e^(−2/M) of those left stay for two more, M the exact integral."""
    others = {f"environment.{arm}.share": 0.0 for arm in ARMS[1:]}
    model = society(others | {"process.learning.temperature": 0.15, "population.n_agents": 2000})
    lived(model, 182)
    trajectory = follow(model, lambda m: m.population["traits"][:, 0] <= -1.0, steps=1820, every=1)
    found = first_passages(trajectory, lambda there: there)
    seen_at = -1.0 - LATE * np.sqrt(2 * RATE * 0.15 * DAY)
    mean = mean_first_passage(lambda x: x**2 / 2 - x**4 / 4, 1.0, seen_at, temperature=0.15, rate=RATE)
    for start in (1.0, 3.0):
        left = (found["duration"] > start).sum()
        stay = np.exp(-2.0 / mean)
        stayed = (found["duration"] > start + 2.0 - DAY / 2).sum() / left
        assert_share(stayed, stay, left)


def taught(values, days):
    """(days, 2) neuroticism of those with a lesson alone and with lesson and window, day by day; and the society."""
    model, seen = society(CERTAIN | values), []
    for _ in range(days):
        model.step()
        seen.append([of(model, "lesson").mean(), of(model, "both").mean()])
    return np.array(seen), model


@pytest.mark.parametrize("gain", [0.0, 5.0, GAIN])
@pytest.mark.parametrize("days", [2, 14, 21, 28])
def test_a_window_adds_in_proportion_to_its_length_and_nothing_outside(days, gain):
    """η g a τ; in a lesson of eight weeks that has gone on for ten days when the window opens."""
    windows = {"at": 0.5 + 10 * DAY, "window.gain": gain, "window.dur": days * DAY}
    values = FLAT | {f"event.drug.{path}": value for path, value in windows.items()}
    seen, model = taught(values | {"event.lesson.field.dur": 56 * DAY}, 260)
    added = seen[:, 0] - seen[:, 1]
    assert added[-1] == pytest.approx(RATE * gain * LESSON * days * DAY, rel=1e-3, abs=1e-6)
    outside = np.r_[0:192, 192 + days : 260]
    assert np.abs(np.diff(added, prepend=0.0)[outside]).max() < 1e-6
    assert np.array_equal(of(model, "drug"), of(model, "waiting")[: people_of(model, "drug").sum()])


def test_a_window_without_a_lesson_adds_nothing_to_anybody():
    """Negative control: in the double well too, at rest."""
    model = lived(society(CERTAIN | {"event.lesson.enabled": False}), 364)
    assert (of(model, "drug") == 1.0).all()
    assert (of(model, "both") == 1.0).all()


NEEDED = quad(lambda x: 1 / (LESSON - upset(x)), 0.0, 1.0)[0]


@pytest.mark.parametrize("times", [0.93, 1.07])
@pytest.mark.parametrize("days", [2, 14])
def test_a_lesson_leads_out_only_if_there_is_plasticity_enough_for_it(times, days):
    """η (28 days + g τ) against the integral; daily steps are within a few per cent of continuous time."""
    gain = (times * NEEDED / RATE - WEEKS_4 * DAY) / (days * DAY)
    values = {"event.drug.window.gain": gain, "event.drug.window.dur": days * DAY}
    seen, _ = taught(values, 3 * 364)
    assert seen[-1, 0] == pytest.approx(1.0, abs=0.01)
    assert (seen[-1, 1] < 0) == (times > 1)


def test_what_the_header_says_of_plasticity():
    assert pytest.approx(0.807, abs=5e-4) == NEEDED
    spent = [RATE * DAY * (WEEKS_4 + GAIN * days) for days in (0, 2, WEEKS_2)]
    assert spent == pytest.approx([0.15, 0.37, 1.69], abs=5e-3)


def test_with_chance_lesson_and_drug_lead_out_as_many_as_the_chain_says():
    """And either alone about as few as waiting does."""
    laws = {}
    for arm, field, times in (("lesson", LESSON, 1.0), ("drug", 0.0, 1 + GAIN), ("both", LESSON, 1 + GAIN)):
        p = after(WEEKS_2, kernel(1.0, field=field, times=times), half_a_year_ill(1.0))
        p = after(WEEKS_2, kernel(1.0, field=field), p)
        laws[arm] = well(after(728, kernel(1.0), p))
    laws["shock"] = well(after(756, kernel(1.0), half_a_year_ill(1.0) @ kernel(1.0, push=1.5)))
    laws["waiting"] = well(after(757, kernel(1.0), half_a_year_ill(1.0)))
    for arm, expected in laws.items():
        found, n = trial()[arm]
        assert_share(found[107], expected, n)  # 108 weeks of 7 days after half a year
    few = [laws[arm] for arm in ("lesson", "drug", "waiting")]
    assert few == pytest.approx([0.013, 0.007, 0.005], abs=5e-4)
    assert min(laws["both"], laws["shock"]) > 0.9
