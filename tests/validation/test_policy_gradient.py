"""Learning by trial (`reinforce`): in the mean the gradient of every reward, smoothed by the breadth of trial."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from society.model import Society
from society.population import Array
from tests.validation.evidence import Values, errors_from, run, society

CENTRES = np.array([[-1.5, 0.0], [1.5, 0.5], [0.0, -2.0]])
WEIGHTS = np.array([0.5, 0.3, 0.2])
PLACES = np.array([[0.3, -0.6], [-0.9, 0.8]])
SD, RATE, YEARS = 0.5, 0.1, 1 / 50
SOURCES = ("capture.feed", "landscape", "peers")


def hermite(n_points: int = 40) -> tuple[Array, Array]:
    """Nodes and weights for the mean of a function of a standard normal."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(n_points)
    return nodes, weights / weights.sum()


def slope_of_wells(x: Array) -> Array:
    """(2,) gradient of log Σ π_b exp(−|x − c_b|²/2): the mean way to the wells."""
    part = WEIGHTS * np.exp(-((CENTRES - x) ** 2).sum(axis=1) / 2)
    return np.average(CENTRES - x, axis=0, weights=part)


def smoothed_slope_of_wells(x: Array) -> Array:
    """Mean of the gradient over trials, by quadrature."""
    nodes, weights = hermite()
    slopes = [slope_of_wells(x + SD * np.array(trial)) for trial in product(nodes, nodes)]
    return np.average(slopes, axis=0, weights=np.outer(weights, weights).ravel())


def expected_slopes(place: int) -> dict[str, Array]:
    """Smoothed gradient of each source for people at `PLACES[place]`; smoothing leaves that of a quadratic as it is."""
    x, others = PLACES[place], PLACES[1 - place]
    return {
        "capture.feed": np.array([0.0, 1.2 * 0.5 * (2.0 - x[1])]),
        "landscape": smoothed_slope_of_wells(x),
        "peers": 0.3 * (others - x),
    }


def in_place(values: Values | None = None) -> Society:
    """The society with even people at one place and odd people at the other, after the step that sets expectations."""
    model = society("reinforce_sources", values)
    model.population["traits"][:] = PLACES[np.arange(model.n_agents) % 2]
    return run(model)


def movements(model: Society) -> Array:
    """(mover, n_agents, 2) displacement of everybody in the last step by each source, and last by chance."""
    population = model.population
    tried = population["trial"].astype(float) - population["traits_next"]  # which holds the traits of before
    return np.asarray(population["coefficient"][0, :, :, None] * tried)


@pytest.fixture(scope="module", autouse=True)
def one_block() -> Iterator[None]:
    """What is worked out for everybody in a step stays readable after it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("society.layout.BLOCK", 200_000)
        yield


@pytest.fixture(scope="module")
def moved() -> Array:
    """(source, n_agents, 2) movement an η h in the second step, with sources in order of name."""
    return movements(run(in_place())) / (RATE * YEARS)


def test_nobody_moves_on_their_first_reward() -> None:
    """What is expected of a source starts at its first reward, and judgement has no noise here."""
    model = in_place()
    np.testing.assert_array_equal(model.population["traits"], np.tile(PLACES.astype("f4"), (100_000, 1)))


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("source", SOURCES)
def test_the_mean_movement_is_the_smoothed_gradient_of_each_source(moved: Array, source: str, place: int) -> None:
    """η h ∇(R ∗ N(0, σ²)) with σ = .5, all three sources at once, 100,000 people at each place, within 4 SE."""
    people = moved[SOURCES.index(source), place::2]
    assert (errors_from(people, expected_slopes(place)[source]) < 4).all()


@pytest.mark.parametrize("source", SOURCES)
def test_expectation_is_used_before_it_is_updated(moved: Array, source: str) -> None:
    """Updating it first would scale movement by e^(−h/τ_b) = 4/5 here: at one place or other more than 4 SE away."""
    errors = [errors_from(moved[SOURCES.index(source), k::2], 0.8 * expected_slopes(k)[source]) for k in (0, 1)]
    assert np.nanmax(errors) > 4


def test_the_gradient_is_the_smoothed_one(moved: Array) -> None:
    """Negative control: the gradient of the wells at x itself is more than 4 SE away."""
    errors = [errors_from(moved[SOURCES.index("landscape"), k::2], slope_of_wells(PLACES[k])) for k in (0, 1)]
    assert np.max(errors) > 4


def test_a_source_moves_people_the_same_with_and_without_the_others(moved: Array) -> None:
    alone = {"process.capture.enabled": False, "process.peers.enabled": False, "process.attention.enabled": False}
    model = run(in_place(alone))
    np.testing.assert_array_equal(movements(model)[0] / (RATE * YEARS), moved[SOURCES.index("landscape")])


def test_noise_of_judgement_has_its_temperature() -> None:
    """s = 1, η = .1, σ = .5: variance 2 η T h a trait, T = η s²/2σ² = .2, within 4 SE over 200,000 people."""
    chance = movements(in_place({"process.learning.noise": 1.0}))[-1]
    assert (errors_from(chance**2 / (2 * RATE * YEARS), 0.2) < 4).all()


def test_without_noise_of_judgement_there_is_no_chance(moved: Array) -> None:
    assert not moved[-1].any()


def smoothed_wells(x: Array) -> Array:
    """(n,) log of the mixture .7 N(−1.5, 1) + .3 N(1.5, 1), its mean over trials of width 1."""
    nodes, weights = hermite(80)
    at = x[:, None] + nodes
    return np.log(0.7 * np.exp(-((at + 1.5) ** 2) / 2) + 0.3 * np.exp(-((at - 1.5) ** 2) / 2)) @ weights


def law_of_trial() -> Array:
    """P(x > 0), E x and E x² of the law exp(R_σ/T), by quadrature on a grid: .3686, −.4597, 2.7266."""
    x = np.linspace(-8, 8, 3200)
    density = np.exp(smoothed_wells(x))
    return np.average([x > 0, x, x**2], axis=1, weights=density)


@pytest.fixture(scope="module")
def settled() -> Array:
    """(5000, 3) x > 0, x and x² of people without ties, after 7.4 relaxation times of moving between wells."""
    x = run(society("wells_reinforce")).population["traits"][:, 0].astype(float)
    return np.stack([x > 0, x, x**2], axis=1)


def test_trial_settles_in_the_smoothed_landscape(settled: Array) -> None:
    """exp(R_σ/T), σ = 1, T = η s²/2σ² = 1 = τ, within 4 SE.

    What the variance of the rewards themselves adds is of order ηh = .002 of T: .3 %, a sixth of one SE of E x².
    """
    assert (errors_from(settled, law_of_trial()) < 4).all()


def test_trial_does_not_settle_in_the_landscape_itself(settled: Array) -> None:
    """Negative control: the mixture has P(x > 0) = .3267, mean −.6 and second moment 3.25, all more than 4 SE away."""
    assert (errors_from(settled, [0.3267, -0.6, 3.25]) > 4).all()
