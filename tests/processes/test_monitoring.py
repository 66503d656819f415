"""Monitoring: self-images that are late and dim, noticing, and resistance."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.measures import MEASURES
from society.model import Society
from society.scenario import Scenario
from tests.societies import CONSTANT_RATE, CROWD, Raw, crowd, gradients, make_society, rewards, stepped, with_processes
from tests.tolerance import has_mean, has_share, has_variance

H = 1.0 / 52
UNSEEN: Raw = {"threshold": 1e9}


def observers(n_agents: int = 6, *traits: str, **monitoring: Any) -> Society:
    """People who are moved by nobody, in weekly steps, and look at themselves."""
    return make_society(
        run={"steps_per_year": 52},
        population=crowd(n_agents, *traits),
        graph=CROWD,
        process={
            "ageing": {},
            "monitoring": monitoring,
            "learning": {"rule": "gradient", "temperature": 0.0, "age_curve": CONSTANT_RATE},
        },
    )


def drifting(model: Society, speed: float, steps: int) -> Society:
    """The same society after steps before each of which all traits have moved on at a speed a year; from 0."""
    model.population["traits"][:] = 0.0
    stepped(model)
    for _ in range(steps):
        model.population["traits"] += np.float32(speed * H)
        stepped(model)
    return model


class TestSelfImage:
    def test_at_first_one_is_what_one_thinks_one_is(self) -> None:
        population = stepped(observers(noise=0.0)).population
        assert np.array_equal(population["self_image"], population["traits"])
        assert np.array_equal(population["anchor"], population["traits"])

    def test_it_follows_with_its_time_constant(self) -> None:
        model = observers(noise=0.0, dur_image=0.5, **UNSEEN)
        model.population["traits"] = 0.0
        stepped(model).population["traits"] = 1.0
        assert stepped(model, 26).population["self_image"] == pytest.approx(1.0 - math.exp(-1.0), rel=1e-5)

    @pytest.mark.parametrize("skill", [0.0, 0.5])
    def test_its_error_has_the_variance_of_long_looks(self, skill: float) -> None:
        # a mean of looks with weights ρ (1 − ρ)^k, each with variance (1 − skill)² s²/h
        model = observers(20_000, noise=0.8, dur_image=0.1, practising=0.0, rate_decay=0.0, **UNSEEN)
        model.population["skill"] = skill
        stepped(model, 52)
        error = (model.population["self_image"] - model.population["traits"])[:, 0]
        renewal = 1.0 - math.exp(-H / 0.1)
        assert has_mean(error, 0.0)
        assert has_variance(error, ((1.0 - skill) * 0.8) ** 2 / H * renewal / (2.0 - renewal))

    def test_with_all_the_skill_there_is_it_has_no_error(self) -> None:
        model = observers(practising=1.0, noise=5.0, rate_practice=0.0)
        model.population["skill"] = 1.0
        assert np.array_equal(stepped(model, 5).population["self_image"], model.population["traits"])


class TestSkill:
    def test_it_grows_with_practice(self) -> None:
        skill = stepped(observers(practising=1.0, rate_practice=2.0), 26).population["skill"]
        assert skill == pytest.approx(1.0 - math.exp(-1.0), rel=1e-5)

    def test_it_fades_without(self) -> None:
        model = observers(practising=0.0, rate_decay=2.0)
        model.population["skill"] = 0.8
        assert stepped(model, 26).population["skill"] == pytest.approx(0.8 * math.exp(-1.0), rel=1e-5)

    def test_who_practises_a_little_comes_to_have_some(self) -> None:
        # a p/(a p + b (1 − p)) = 2 · ¼/(2 · ¼ + 1 · ¾)
        model = observers(rate_practice=2.0, rate_decay=1.0)
        model.population["practice"] = 0.25
        assert stepped(model, 52 * 20).population["skill"] == pytest.approx(0.4, rel=1e-5)

    def test_the_given_share_practises_for_good(self) -> None:
        model = stepped(observers(20_000, practising=0.3))
        first = model.population["practice"].copy()
        assert has_share(first == 1.0, 0.3)
        assert np.array_equal(stepped(model, 5).population["practice"], first)


class TestNoticing:
    def test_there_is_a_lag_and_a_depth_at_detection(self) -> None:
        # M16: m trails x = v t by v τ (1 − e^(−t/τ)) or, step by step, by v h Σ (1 − ρ)^k
        speed, threshold, tau = 0.5, 1.0, 0.5
        model = drifting(observers(3, *"abc", noise=0.0, threshold=threshold, dur_image=tau), speed, 5 * 52)
        x = m = 0.0
        step = 0
        while m <= threshold:
            step += 1
            x += speed * H
            m += (1.0 - math.exp(-H / tau)) * (x - m)
        population = model.population
        assert population["noticed_step"].tolist() == [step] * 3
        assert population["changed_step"].tolist() == [math.floor(threshold / (speed * H)) + 1] * 3
        assert population["noticed_displacement"] == pytest.approx(x, rel=1e-4)
        assert x - threshold == pytest.approx(speed * tau, rel=0.05)
        assert MEASURES["detection_lag"](model)["detection_lag"] == pytest.approx(tau, rel=0.05)

    def test_a_change_within_the_threshold_is_not_noticed(self) -> None:
        population = drifting(observers(noise=0.0, threshold=1.0), 0.09, 10 * 52).population
        assert (population["noticed_step"] == -1).all()
        assert (population["changed_step"] == -1).all()
        assert np.isnan(population["noticed_displacement"]).all()

    @pytest.mark.parametrize(("speed", "is_noticed"), [(0.2, False), (0.4, True)])
    def test_change_so_slow_that_one_gets_used_to_it_is_never_noticed(self, speed: float, is_noticed: bool) -> None:
        # in the long run the anchor trails the self-image by v τ_a = 1 at .25 a year
        model = drifting(observers(noise=0.0, threshold=1.0, dur_anchor=4.0), speed, 40 * 52)
        assert (model.population["traits"] > 7.9).all()
        assert (model.population["noticed_step"] >= 0).tolist() == [is_noticed] * 6

    def test_who_sees_themselves_dimly_may_notice_a_change_that_was_none(self) -> None:
        population = stepped(observers(50, noise=2.0, dur_image=0.1, practising=0.0), 52).population
        assert (population["noticed_step"] >= 0).all()
        assert (population["changed_step"] == -1).all()
        assert (population["noticed_displacement"] == 0.0).all()


class TestTraining:
    """M17: self-reports become better by training; behaviour changes without it."""

    @staticmethod
    def after_years(practising: float) -> Society:
        table = {"practising": practising, "rate_practice": 1.0, "resistance": 0.0}
        return stepped(Society(Scenario.from_dict(with_processes({"monitoring": table}))), 3 * 52)

    def test_the_error_of_self_report_falls_with_training(self) -> None:
        model = observers(4000, practising=0.5, rate_practice=1.0, dur_image=0.1, **UNSEEN)
        stepped(model, 3 * 52)
        practising = model.population["practice"] > 0
        error = (model.population["self_image"] - model.population["traits"])[:, 0]
        ratio = error[practising].std() / error[~practising].std()
        # skill was 1 − e^(−t) a while τ_m = .1 ago, when the looks that count were taken
        assert ratio == pytest.approx(math.exp(-2.95), rel=0.1)

    def test_personality_is_the_same_whoever_trains(self) -> None:
        nobody, everybody = (self.after_years(share) for share in (0.0, 1.0))
        assert np.array_equal(nobody.population["traits"], everybody.population["traits"])
        assert not np.array_equal(nobody.population["self_image"], everybody.population["self_image"])

    def test_watching_oneself_changes_no_common_part_of_the_state(self) -> None:
        without, null = (
            stepped(Society(Scenario.from_dict(with_processes({"monitoring": table}))), 20).state()
            for table in (None, {"resistance": 0.0})
        )
        assert {name for name in without if without[name] != null[name]} == set()


class TestResistance:
    def test_those_who_noticed_are_pulled_back_to_what_they_were(self) -> None:
        # the anchor is 0, x = 2: R = −½ · 3 · 4 and ∇R = −6
        model = observers(noise=0.0, resistance=3.0, dur_image=0.01)
        model.population["traits"] = 0.0
        stepped(model).population["traits"][:3] = 2.0
        model.population["noticed_step"][:3] = 0
        assert rewards(model, "monitoring", [[2.0]] * 6)[:3].tolist() == [-6.0] * 3
        assert gradients(model, "monitoring", [[2.0]] * 6)[:3].tolist() == [[-6.0]] * 3

    def test_it_does_not_reach_who_has_not_noticed(self) -> None:
        model = stepped(observers(noise=0.0, resistance=3.0))
        assert np.isnan(rewards(model, "monitoring", [[2.0]] * 6)).all()
        assert not gradients(model, "monitoring", [[2.0]] * 6).any()

    def test_they_go_back_at_the_learning_rate(self) -> None:
        # x' = x − η h ρ x for who noticed, from the step after
        model = observers(noise=0.0, resistance=3.0, dur_image=1e-6)
        model.population["traits"] = 0.0
        stepped(model).population["traits"] = 2.0
        stepped(model, 52)
        assert model.population["traits"] == pytest.approx(2.0 * (1.0 - 0.1 * H * 3.0) ** 52, rel=1e-4)

    def test_without_it_there_is_no_such_reward(self) -> None:
        assert "monitoring" not in observers().sources

    def test_resistance_changes_traits(self) -> None:
        without, other = (
            stepped(Society(Scenario.from_dict(with_processes({"monitoring": table}))), 52).state()
            for table in (None, {"resistance": 1.0, "threshold": 0.1})
        )
        assert without["traits"] != other["traits"]
