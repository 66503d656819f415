"""What scenarios/revolution.toml must show: a society jumps at its fold or drifts, and how long a pulse must be.

Very many people coupled to their mean have a law of their own, which its characteristic function carries from step to
step without error but for a grid: the expectation for a field of any course. Societies are twenty groups of one run.
"""

from functools import cache

import numpy as np
import pytest
from scipy.optimize import brentq

from society.basins import early_warning
from society.model import Society
from tests.scenarios.worlds import load, standard_error

H = 1 / 20
SOCIETIES = 20
UNREST = 20.0
"""Year in which unrest begins."""
GONE = 150.0
"""Year from which the slow field is gone."""
T, KAPPA = "process.learning.temperature", "process.coupling.strength"
RAMP = {"height": 0.25, "rise": 100.0, "dur": 110.0, "fall": 20.0}

PLACES = np.linspace(-3.2, 3.2, 85, endpoint=False)
WAVES = 2 * np.pi * np.arange(len(PLACES) // 2 + 1) / 6.4


def very_many(fields, t=0.2, kappa=1.0):
    """(n_steps + 1,) mean of very many people, in the steps of the simulation, from the old way on."""
    moved = PLACES + H * (PLACES - PLACES**3 - kappa * PLACES)
    forth = np.exp(-1j * np.outer(WAVES, np.clip(moved, -3.2, 3.2))) * np.exp(-(WAVES**2) * t * H)[:, None]
    back = np.exp(1j * np.outer(PLACES, WAVES)) * np.where(WAVES == 0, 1, 2) / len(PLACES)
    law = np.exp(-((PLACES + 1) ** 2) / (2 * 0.3**2))
    law /= law.sum()
    means = [law @ PLACES]
    for field in fields:
        law = (back @ ((forth @ law) * np.exp(-1j * WAVES * H * (kappa * means[-1] + field)))).real
        means.append(law @ PLACES)
    return np.array(means)


def unrest(years, height, rise, dur, fall, at=UNREST):
    """(n_steps,) mean of the field over each step."""
    time = np.arange(round(years / H))[:, None] * H + H * (np.arange(50) + 0.5) / 50 - at
    up = np.clip(time / rise, 0, 1) if rise else time >= 0
    down = np.clip(1 - (time - dur) / fall, 0, 1) if fall else time < dur
    return height * np.minimum(up, down).mean(axis=1)


def law_at(y, t, kappa):
    """Mean and variance of one person among very many, with y = κ m + f."""
    x = np.linspace(-4, 4, 4001)
    height = x**4 / 4 - x**2 / 2 + kappa * x**2 / 2 - y * x
    law = np.exp(-(height - height.min()) / t)
    mean = np.average(x, weights=law)
    return mean, np.average((x - mean) ** 2, weights=law)


def fold(t, kappa):
    """Field at which society loses the old way: κ Var x = T there."""
    y = brentq(lambda y: kappa * law_at(y, t, kappa)[1] - t, -6.0, -1e-6)
    return y - kappa * law_at(y, t, kappa)[0]


@cache
def societies(people, years, changes=(), every=0.5):
    """(n, n_societies) mean of each society twice a year, and (n_societies,) how many people it has."""
    values = {
        "population.n_agents": people * SOCIETIES,
        "population.groups": {f"society_{number:02}": 1.0 for number in range(SOCIETIES)},
        "process.coupling.of": "group",
        **dict(changes),
    }
    model = Society(load("revolution", values), threads=1)
    group = model.population["group"]
    n_people, means = np.bincount(group), []
    for step in range(round(years / H) + 1):
        if step % round(every / H) == 0:
            sums = np.bincount(group, weights=model.population["traits"][:, 0].astype(float))
            means.append(sums / n_people)
        model.step()
    return np.array(means), n_people


def field(height, rise, dur, fall):
    path = "event.unrest.field"
    return ((f"{path}.traits.way", height), (f"{path}.rise", rise), (f"{path}.dur", dur), (f"{path}.fall", fall))


def pulse(height, dur):
    return {"height": height, "rise": 0.0, "dur": dur, "fall": 0.0}


def assert_as_very_many(means, fields, years, **law):
    expected = very_many(fields, **law)
    for year in years:
        found = means[round(2 * year)]
        assert abs(found.mean() - expected[round(year / H)]) < 4 * standard_error(found), year


def test_the_fold_is_where_the_header_says():
    assert [round(fold(0.2, kappa), 3) for kappa in (1.0, 2.0)] == [0.127, 0.232]


@cache
def ramped():
    return societies(400, 170)


def test_a_slow_field_makes_a_revolution_that_stays():
    """As very many people do, but for the years of the jump, whose date differs among societies of 400."""
    means, _ = ramped()
    assert_as_very_many(means, unrest(170, **RAMP), (20, 40, 60, 110, 130, 150, 170))
    assert (means[2 * 20] < -0.7).all()
    assert (means[-1] > 0.7).all()


def test_most_of_it_happens_within_ten_years():
    """Of a hundred in which the field rises."""
    means, _ = ramped()
    rising = means[2 * 20 : 2 * 120 + 1]
    assert ((rising[20:] - rising[:-20]).max(axis=0) > 0.6 * (rising[-1] - rising[0])).all()


def jump(means):
    """(n_societies,) years of unrest until the mean is seen to have crossed 0."""
    return (means[2 * 20 :] > 0).argmax(axis=0) / 2


@pytest.mark.parametrize(
    ("rise", "people"), [(25.0, 400), (100.0, 400), pytest.param(100.0, 4000, marks=pytest.mark.slow)]
)
def test_it_comes_late_by_as_much_as_the_law_says(rise, people):
    """Within 4 SE, and the half of half a year by which its date is rounded up."""
    means, _ = societies(people, 40 + rise, (("event.unrest.field.rise", rise),))
    years = jump(means)
    expected = (very_many(unrest(170, **RAMP | {"rise": rise})) > 0).argmax() * H - UNREST
    assert abs(years.mean() - 0.25 - expected) < 4 * standard_error(years)
    assert (0.25 * years / rise > fold(0.2, 1.0)).all()


def last_held():
    """The constant field below which very many people hold the old way: the fold in steps of 1/20 year."""
    low, high = 0.1, 0.14
    while high - low > 1e-4:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if very_many(np.full(8000, middle))[-1] < 0 else (low, middle)
    return low


def test_the_slower_the_rise_the_nearer_to_the_fold():
    """A saddle-node passed at a rate r is left behind by a field that tends to r^(2/3), from below."""
    late = []
    for rise in (25.0, 100.0, 400.0):
        fields = unrest(20 + rise, 0.25, rise, 1e4, 0.0)
        late.append(fields[(very_many(fields) > 0).argmax() - 1] - last_held())
    exponents = np.log(np.divide(late[:-1], late[1:])) / np.log(4.0)
    assert (np.diff(exponents) > 0).all()
    assert 0.6 < exponents[-1] < 2 / 3


def tips(height, dur):
    return very_many(unrest(UNREST + dur + 60, **pulse(height, dur)))[-1] > 0


@cache
def least_duration(height):
    """How long a pulse must last to tip very many people, within a hundredth."""
    low, high = 0.5, 40.0
    while high > 1.01 * low:
        middle = np.sqrt(low * high)
        low, high = (low, middle) if tips(height, middle) else (middle, high)
    return high


def test_least_durations_are_those_of_the_header():
    assert [round(least_duration(height), 1) for height in (0.25, 0.5)] == [5.8, 2.2]


@pytest.mark.parametrize("height", [0.25, 0.5])
@pytest.mark.parametrize(("times", "revolts"), [(0.5, False), (2.0, True)])
def test_a_pulse_tips_society_if_it_lasts_long_enough(height, times, revolts):
    dur = times * least_duration(height)
    assert tips(height, dur) == revolts
    means, _ = societies(200, 60, (("event.unrest.at", 5.0), *field(**pulse(height, dur))))
    assert ((means[-1] > 0.6) == revolts).all()
    assert ((means[-1] < -0.6) == (not revolts)).all()


def test_a_pulse_below_the_fold_never_does():
    assert fold(0.2, 1.0) > 0.08
    means, _ = societies(200, 100, (("event.unrest.at", 5.0), *field(**pulse(0.08, 90.0))))
    assert (means[-1] < -0.6).all()


@pytest.mark.parametrize(("t", "kappa", "people"), [(0.7, 1.0, 200), (0.2, 0.0, 200), (0.6, 1.0, 200), (0.6, 2.0, 400)])
def test_without_a_side_of_its_own_society_drifts(t, kappa, people):
    """M66, M67: with the field gone it is where it would be without, 0; at κ = 2 that noise leaves it a side."""
    means, _ = societies(people, 170, ((T, t), (KAPPA, kappa)))
    has_side = kappa == 2.0
    years = (20, 60, 120, 170) if has_side else (20, 40, 60, 80, 100, 120, 140, 170)
    assert_as_very_many(means, unrest(170, **RAMP), years, t=t, kappa=kappa)
    rising = means.mean(axis=1)[2 * 20 : 2 * 120 + 1]
    assert ((rising[20:] - rising[:-20]).max() > 0.4 * (rising[-1] - rising[0])) == has_side
    assert (means[-1].mean() > 0.4) == has_side


@pytest.mark.parametrize(("kappa", "revolts"), [(1.0, True), (2.0, False)])
def test_a_closely_coupled_society_holds_its_side_against_more(kappa, revolts):
    assert (fold(0.2, kappa) < 0.18) == revolts
    steady = (("event.unrest.enabled", False), ("environment.home.field", 0.18), (KAPPA, kappa))
    means, _ = societies(200, 40, steady)
    assert ((means[-1] > 0) == revolts).all()


SLOW = 400.0
"""Years in which the field rises where early warnings are looked for: slower than the mean recovers by far."""


def warnings(changes):
    """(2, n_societies) Kendall's τ of variance and autocorrelation of means, with the field below .8 of the fold."""
    until = UNREST + 0.8 * fold(0.2, 1.0) / 0.25 * SLOW
    means, _ = societies(400, until, (("event.unrest.field.rise", SLOW), ("event.unrest.field.dur", SLOW), *changes))
    found = [early_warning(one, window=0.5, bandwidth=0.1).trends for one in means[round(2 * UNREST) :].T]
    return np.array([[each[name] for each in found] for name in ("variance", "autocorrelation")])


def test_before_the_fold_society_recovers_ever_more_slowly():
    """Against twins of the same chance without the field: τ of one society, over few fluctuations, says little."""
    with_field, without = warnings(()), warnings((("event.unrest.enabled", False),))
    for trends, nulls in zip(with_field, without, strict=True):
        assert abs(nulls.mean()) < 4 * standard_error(nulls)
        assert (trends - nulls).mean() > 4 * standard_error(trends - nulls)


def variance_of_mean(height, n_people, t=0.2, kappa=1.0):
    """Variance of the mean of N people on the old side, exactly: people are independent about a normal φ."""
    phi, x = np.linspace(-1.6, -0.2, 1401), np.linspace(-4, 4, 801)
    one = np.exp(-(x**4 / 4 - x**2 / 2 + kappa * x**2 / 2 - height * x) / t)
    log_density = n_people * (np.log(np.exp(kappa * np.outer(phi, x) / t) @ one) - kappa * phi**2 / (2 * t))
    density = np.exp(log_density - log_density.max())
    mean = np.average(phi, weights=density)
    return np.average((phi - mean) ** 2, weights=density) - t / (n_people * kappa)


@pytest.mark.parametrize("height", [0.0, 0.09])
def test_the_mean_of_society_varies_as_the_exact_law_says(height):
    """Within 4 SE over societies; about 1/(1 − κ Var x/T) times what it would be of independent people."""
    steady = (("event.unrest.enabled", False), ("environment.home.field", height))
    means, n_people = societies(400, 80, steady)
    means = means[2 * 20 :]
    expected = np.array([variance_of_mean(height, n) for n in n_people])
    ratio = ((means - means.mean()) ** 2).mean(axis=0) / expected
    assert abs(ratio.mean() - 1) < 4 * standard_error(ratio)
    y = brentq(lambda y: y - law_at(y, 0.2, 1.0)[0] - height, -2.0, -0.6)
    alone = law_at(y, 0.2, 1.0)[1]
    assert expected * n_people == pytest.approx(alone / (1 - alone / 0.2), rel=0.1)


def test_alone_people_make_no_warnings():
    """Negative control: without coupling the mean varies as that of independent people, under any field."""
    for height in (0.0, 0.09):
        steady = (("event.unrest.enabled", False), ("environment.home.field", height), (KAPPA, 0.0))
        means, n_people = societies(200, 100, steady)
        mean, variance = law_at(height, 0.2, 0.0)
        ratio = ((means[2 * 50 :] - mean) ** 2).mean(axis=0) * n_people / variance
        assert abs(ratio.mean() - 1) < 4 * standard_error(ratio)
