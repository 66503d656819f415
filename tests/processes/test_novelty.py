"""Novelty: what a change of environment does to the learning rate, by hand, and how it fades."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.model import Society
from society.processes.novelty import steady_gain
from society.scenario import Scenario
from tests.societies import CROWD, QUARTERLY, Raw, before_learning, everything, make_society, stepped

ETA, H = 0.1, 0.25
PULL: Raw = {"feed": {"target": {"openness": 1.0}, "power": 3.0, "appeal": 60.0, "rate_entry": 1e9}}


def residents(*, run: Raw = QUARTERLY, **novelty: Any) -> Society:
    """Six people at 0, after a step in one of two equal environments, whom a platform pulls to 1 without chance."""
    model = make_society(
        run=run,
        graph=CROWD,
        environment={"here": {"kind": "quadratic", "share": 1.0}, "there": {"kind": "quadratic", "share": 0.0}},
        platform=PULL,
        process={
            "ageing": {},
            "attention": {},
            "capture": {},
            "novelty": novelty,
            "learning": {"rule": "gradient", "temperature": 0.0, "age_curve": ETA},
        },
    )
    stepped(model)
    model.population["traits"][:] = 0.0
    return model


def move(model: Society, rows: Any = slice(None)) -> Society:
    """The society after some people have moved from one environment to the other."""
    environment = model.population["environment"]
    environment[rows] = 1 - environment[rows]
    return model


def plasticity(model: Society) -> list[float]:
    """Everybody's learning rate in the next step."""
    return stepped(model).population["plasticity"].tolist()


def fading(model: Society, steps: int) -> list[float]:
    """Novelty of the first person after each step."""
    return [float(stepped(model).population["novelty"][0]) for _ in range(steps)]


def test_nobody_finds_the_first_step_new():
    assert not residents().population["novelty"].any()


def test_who_stays_where_they_are_finds_nothing_new_and_learns_as_ever():
    assert plasticity(residents()) == pytest.approx([ETA] * 6)


def test_who_moves_learns_faster_by_gain_times_jump():
    # 0.1 (1 + 0.5 · 3)
    rates = plasticity(move(residents(jump=3.0, gain=0.5), [0, 4]))
    assert rates == pytest.approx([0.25, 0.1, 0.1, 0.1, 0.25, 0.1])


def test_who_is_born_somewhere_finds_nothing_new():
    model = move(residents())
    model.population["known_environment"][:] = -1
    assert not stepped(model).population["novelty"].any()


def test_novelty_fades_with_its_time_constant():
    model = move(residents(jump=2.0, dur_novelty=0.5))
    assert fading(model, 4) == pytest.approx([2.0 * math.exp(-k * H / 0.5) for k in range(4)], rel=1e-6)


def test_a_second_move_adds_to_what_is_left_of_the_first():
    model = stepped(move(residents(dur_novelty=0.5)))
    assert fading(move(model), 1) == pytest.approx([1.0 + math.exp(-0.5)], rel=1e-6)


def test_novelty_is_over_in_the_end():
    assert fading(move(residents(dur_novelty=0.1)), 12)[-1] == 0.0


def test_the_steady_gain_of_a_kalman_filter_is_the_published_one():
    # q = 1: P = (1 + √5)/2, the golden ratio φ, and K = φ/(φ + 1) = 1/φ; q = 1/2: P = 1, K = 1/2
    assert steady_gain(1.0) == pytest.approx(2.0 / (1.0 + math.sqrt(5.0)), rel=1e-15)
    assert steady_gain(0.5) == pytest.approx(0.5, rel=1e-15)


@pytest.mark.parametrize("q", [1e-6, 0.01, 0.5, 4.0])
def test_a_kalman_filter_settles_at_its_steady_gain(q):
    variance = 1e6  # of somebody who knows nothing
    for _ in range(20_000):
        gain = variance / (variance + 1.0)
        variance = gain + q
    assert gain == pytest.approx(steady_gain(q), rel=1e-9)


def test_by_kalman_novelty_is_the_excess_of_the_gain_of_the_filter_over_its_steady_state():
    # h/τ = 1/2, so that q = 1/4: K_∞ = (√(1/16 + 1) − 1/4)/2, and then K' = (K + q)/(1 + K + q)
    model = move(residents(rule="kalman", jump=0.4, dur_novelty=0.5))
    steady = 0.5 * (math.sqrt(0.0625 + 1.0) - 0.25)
    gains = [1.4 * steady]
    for _ in range(4):
        gains.append((gains[-1] + 0.25) / (1.25 + gains[-1]))
    assert fading(model, 5) == pytest.approx([gain / steady - 1.0 for gain in gains], rel=1e-5)


def test_by_kalman_novelty_follows_the_law_of_kalman_and_bucy_in_short_steps():
    # τ dp/dt = 1 − p² has p = coth(t/τ + arcoth p₀); half the error is left in steps half as long
    def error(steps_per_year: int) -> float:
        run = {"steps_per_year": steps_per_year}
        after = fading(move(residents(run=run, rule="kalman", jump=4.0, dur_novelty=0.5)), steps_per_year // 4 + 1)[-1]
        return abs(after + 1.0 - 1.0 / math.tanh(0.5 + math.atanh(1.0 / 5.0)))

    coarse, fine = error(400), error(800)
    assert coarse < 0.02
    assert fine == pytest.approx(coarse / 2.0, rel=0.05)


def test_by_kalman_large_novelty_fades_faster_than_small():
    large, small = (fading(move(residents(rule="kalman", jump=jump)), 2) for jump in (5.0, 0.1))
    assert large[1] / large[0] < small[1] / small[0]


@pytest.mark.parametrize("rule", ["decay", "kalman"])
def test_who_stays_has_a_novelty_of_exactly_zero(rule):
    assert not stepped(residents(rule=rule), 50).population["novelty"].any()


def test_a_change_of_environment_raises_susceptibility_to_capture():
    # M47: in the step after the move Δx = η (1 + g ν) h κ (T − x) = 0.1 · 3 · 0.25 · 3 against a third of it
    population = stepped(move(residents(jump=2.0), [0])).population
    pull = population["attention"][1]
    assert population["traits"][:, 0] == pytest.approx(ETA * H * 3.0 * pull * np.array([3, 1, 1, 1, 1, 1]), rel=1e-6)


def test_in_all_a_move_teaches_as_much_as_jump_times_time_constant_more():
    # ∫ g ν dt = g · jump · τ, in steps of h by the sum h/(1 − e^(−h/τ))
    model = move(residents(jump=2.0, gain=1.5, dur_novelty=1.0))
    total = sum(H * 1.5 * novelty for novelty in fading(model, 200))
    assert total == pytest.approx(1.5 * 2.0 * H / (1.0 - math.exp(-H)), rel=1e-6)
    assert total == pytest.approx(1.5 * 2.0 * 1.0, rel=H)


@pytest.mark.parametrize("rule", ["decay", "kalman"])
@pytest.mark.parametrize("off", [{"gain": 0.0}, {"jump": 0.0}, {}], ids=["no gain", "no jump", "no move"])
def test_without_effect_it_changes_no_bit_of_personality(rule, off):
    def traits(raw: Raw) -> bytes:
        model = stepped(Society(Scenario.from_dict(raw)), 5)
        return bytes(stepped(move(model) if off else model, 10).population["traits"].tobytes())

    assert traits(before_learning(novelty=off | {"rule": rule})) == traits(everything())


def test_moving_changes_personality_where_novelty_counts():
    assert not np.array_equal(*(stepped(move(residents(gain=gain)), 3).population["traits"] for gain in (0.0, 1.0)))
