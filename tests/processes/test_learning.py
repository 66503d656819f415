"""Learning: one law for personality, worked by hand on one and six people."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.model import Society
from tests.societies import CONSTANT_RATE, CROWD, QUARTERLY, Raw, crowd, make_scenario, make_society, rewards, stepped
from tests.tolerance import has_mean, has_variance

ETA, H, SD = 0.1, 0.25, 0.5
QUADRATIC: Raw = {"home": {"kind": "quadratic", "curvature": 2.0}}
FLAT: Raw = {"home": {"kind": "quadratic", "curvature": 0.0}}


def learners(
    rule: str, *, n_agents: int = 6, environment: Raw = QUADRATIC, processes: Raw | None = None, **learning: Any
) -> Society:
    """People without ties who learn from their landscape alone at η = 0.1, in quarterly steps, from x = 1."""
    trying = {"exploration": {"sd": SD}} if rule == "reinforce" else {}
    model = make_society(
        run=QUARTERLY,
        population=crowd(n_agents, "openness", "anger"),
        graph=CROWD,
        environment=environment,
        process=trying
        | {"landscape": {}}
        | (processes or {})
        | {"learning": {"rule": rule, "age_curve": CONSTANT_RATE} | learning, "ageing": {}},
    )
    model.population["traits"][:] = 1.0
    return model


def before_and_after(model: Society) -> tuple[Any, Any]:
    """Everybody's traits before and after one step."""
    before = model.population["traits"].copy()
    return before, stepped(model).population["traits"]


def account(model: Society, name: str) -> Any:
    """(n_agents,) work booked on one account."""
    return model.population["work"][model.population.labels("account").index(name)]


def test_the_first_reward_teaches_nothing_because_it_is_what_one_expects_from_then_on():
    before, after = before_and_after(learners("reinforce", noise=0.0))
    assert np.array_equal(before, after)


def test_the_baseline_starts_at_the_first_reward():
    population = stepped(learners("reinforce")).population
    assert np.array_equal(population["baseline"], population["reward"][0].astype("f4"))


def test_the_baseline_follows_with_its_time_constant():
    population = (model := stepped(learners("reinforce", dur_baseline=0.5))).population
    before = population["baseline"].copy()
    stepped(model)
    expected = before + (1.0 - math.exp(-H / 0.5)) * (population["reward"][0] - before)
    assert population["baseline"] == pytest.approx(expected, rel=1e-6)


def test_personality_moves_along_what_was_tried_by_how_much_better_than_expected_it_went():
    model = stepped(learners("reinforce", noise=0.0))
    baseline = model.population["baseline"][0].copy()
    before, after = before_and_after(model)
    tried = model.population["trial"].astype("f8") - before
    gain = -0.5 * 2.0 * (model.population["trial"].astype("f8") ** 2).sum(axis=1) - baseline
    expected = ETA * H * gain[:, None] * tried / SD**2
    assert np.linalg.norm(expected, axis=1).max() < SD * math.sqrt(2), "no cap in this test"
    assert after - before == pytest.approx(expected, abs=2e-6)


def test_a_baseline_is_forgotten_when_the_source_no_longer_reaches_the_person():
    model = _users_for_a_step()
    assert np.isfinite(model.population["baseline"][0]).all()
    model.population["is_user"][:] = False
    assert np.isnan(stepped(model).population["baseline"][0]).all()


def test_a_source_that_is_new_again_starts_its_baseline_again():
    model = _users_for_a_step()
    for is_user in (False, True):
        model.population["is_user"][:] = is_user
        stepped(model)
    assert np.array_equal(model.population["baseline"], model.population["reward"][0].astype("f4"))


def test_a_source_that_does_not_reach_a_person_does_not_move_them():
    model = _users_for_a_step()
    model.population["is_user"][0, :3] = False
    before, after = before_and_after(model)
    assert np.array_equal(before[:3], after[:3])
    assert (before[3:] != after[3:]).all()


def _users_for_a_step() -> Society:
    """Six people who learn from a platform alone, which they neither leave nor come back to by themselves."""
    model = make_society(
        graph=CROWD,
        platform={"feed": {"target": {"openness": 2.0}, "rate_entry": 1e9}},
        process={
            "ageing": {},
            "exploration": {},
            "attention": {},
            "capture": {},
            "learning": {"noise": 0.0, "age_curve": CONSTANT_RATE},
        },
    )
    return stepped(model)


def steep() -> Society:
    """People who have seen what the steepest of landscapes pays, and learn from it without noise from now on."""
    steepest = {"home": {"kind": "quadratic", "curvature": 1e5}}
    return stepped(learners("reinforce", noise=0.0, environment=steepest))


def test_what_sources_do_is_capped_at_the_breadth_of_trial():
    before, after = before_and_after(steep())
    assert np.linalg.norm(after - before, axis=1) == pytest.approx(np.full(6, SD * math.sqrt(2)), rel=1e-5)


def test_chance_is_not_capped():
    before, after = before_and_after(learners("reinforce", noise=1e4))
    assert (np.linalg.norm(after - before, axis=1) > 10 * SD).all()


@pytest.mark.parametrize("steps_per_year", [4, 12, 104])
def test_judgement_noise_moves_people_alike_whatever_the_length_of_a_step(steps_per_year):
    # variance η² s²/σ² a year and trait, here with steps at which a cap of σ√D on the whole would be felt
    model = learners("reinforce", n_agents=20_000, environment=FLAT, noise=5.0)
    model = Society(model.scenario.replace({"run.steps_per_year": steps_per_year}))
    start = model.population["traits"].copy()
    stepped(model, steps_per_year)
    squares = ((model.population["traits"] - start).astype("f8") ** 2).mean(axis=1)
    standard_error = squares.std() / math.sqrt(len(squares))
    assert abs(squares.mean() - (ETA * 5.0 / SD) ** 2) < 4 * standard_error


def test_what_the_cap_takes_is_booked_as_bounds():
    model = stepped(steep())
    assert (np.abs(account(model, "bounds")) > 1.0).all()


def test_nothing_is_booked_as_bounds_where_there_is_no_cap():
    model = stepped(learners("reinforce", noise=0.01), 20)
    assert account(model, "bounds") == pytest.approx(np.zeros(6), abs=1e-5)


@pytest.mark.parametrize("rule", ["reinforce", "gradient"])
def test_traits_stay_within_their_bounds(rule):
    model = _bounded(rule)
    for _ in range(20):
        stepped(model)
        assert model.population["traits"].max() <= np.float32(0.2)
        assert model.population["traits"].min() >= np.float32(-0.1)


def test_what_the_bounds_take_is_booked_as_bounds():
    # U = −½ (x − 10)², x = 0.2 at the bound: what the landscape does there, the bound undoes
    model = _bounded("gradient", temperature=0.0)
    model.population["traits"][:] = 0.2
    stepped(model)
    assert (account(model, "landscape") > 0).all()
    assert account(model, "bounds") == pytest.approx(-account(model, "landscape"), rel=1e-6)


def _bounded(rule: str, **learning: Any) -> Society:
    trying = {"exploration": {}} if rule == "reinforce" else {}
    return make_society(
        population={"trait_low": -0.1, "trait_high": 0.2},
        graph=CROWD,
        environment={"home": {"kind": "quadratic", "optimum": 10.0}},
        process=trying | {"landscape": {}, "learning": {"rule": rule} | learning, "ageing": {}},
    )


def test_initial_traits_are_normal_with_the_sd_of_the_population():
    model = make_society(population=crowd(20_000) | {"trait_sd": 2.0}, graph=CROWD, process=_just_learning())
    assert has_mean(model.population["traits"][:, 0], 0.0)
    assert has_variance(model.population["traits"][:, 0], 4.0)


def test_initial_traits_are_clipped_to_their_bounds():
    tables = crowd(1000) | {"trait_low": -0.5, "trait_high": 1.0}
    traits = make_society(population=tables, graph=CROWD, process=_just_learning()).population["traits"]
    assert (traits.min(), traits.max()) == (-0.5, 1.0)


def _just_learning(**learning: Any) -> Raw:
    return {"exploration": {}, "learning": learning, "ageing": {}}


def test_without_noise_chance_does_nothing():
    assert not account(stepped(learners("reinforce", noise=0.0), 5), "chance").any()


def test_noise_of_judgement_is_booked_as_chance():
    assert account(stepped(learners("reinforce", noise=1.0), 5), "chance").all()


def test_noise_of_judgement_moves_personality_at_the_temperature_it_stands_for():
    # on flat ground Δ = η √h s N ξ / σ, so that Var Δ = η² h s²/σ² = 2 η h T with T = η s²/2σ²
    model = learners("reinforce", n_agents=20_000, environment=FLAT, noise=0.2)
    before, after = before_and_after(model)
    assert has_mean((after - before)[:, 0], 0.0)
    assert has_variance((after - before)[:, 0], 2.0 * ETA * H * (ETA * 0.2**2 / (2.0 * SD**2)))


def test_on_flat_ground_without_noise_nobody_moves():
    before, after = before_and_after(stepped(learners("reinforce", environment=FLAT, noise=0.0), 5))
    assert np.array_equal(before, after)


def test_the_gradient_rule_climbs_by_the_learning_rate_times_the_gradient():
    # x' = x − η h k x = 1 − 0.1 · 0.25 · 2
    _, after = before_and_after(learners("gradient", temperature=0.0))
    assert after == pytest.approx(np.full((6, 2), 0.95), rel=1e-6)


def test_the_gradient_rule_diffuses_at_its_temperature():
    model = learners("gradient", n_agents=20_000, environment=FLAT, temperature=0.7)
    before, after = before_and_after(model)
    assert has_mean((after - before)[:, 0], 0.0)
    assert has_variance((after - before)[:, 0], 2.0 * ETA * H * 0.7)


def test_the_gradient_rule_needs_no_trial_behaviour():
    assert "trial" not in learners("gradient").population


def test_the_gradient_rule_has_no_cap():
    far = {"home": {"kind": "quadratic", "optimum": 1000.0}}
    _, after = before_and_after(learners("gradient", environment=far, temperature=0.0))
    assert after == pytest.approx(np.full((6, 2), 1.0 + ETA * H * 999.0), rel=1e-6)


def test_the_pulls_of_several_sources_add_up():
    # landscape −2x and a platform that pulls to 1 with power 3: x' = x + η h (−2x + 3 (1 − x))
    model = make_society(
        run=QUARTERLY,
        graph=CROWD,
        environment=QUADRATIC,
        platform={"feed": {"target": {"openness": 1.0}, "power": 3.0, "appeal": 60.0, "rate_entry": 1e9}},
        process={
            "ageing": {},
            "attention": {},
            "landscape": {},
            "capture": {},
            "learning": {"rule": "gradient", "temperature": 0.0, "age_curve": CONSTANT_RATE},
        },
    )
    model.population["traits"][:] = 2.0
    stepped(model)
    assert model.population["traits"] == pytest.approx(np.full((6, 1), 2.0 + 0.025 * (-4.0 - 3.0)), rel=1e-6)


def rate_at(age: float, **learning: Any) -> float:
    """The learning rate at an age."""
    model = make_society(graph=CROWD, process=_just_learning(**learning))
    model.population["age"][:] = age
    return float(stepped(model).population["plasticity"][0])


@pytest.mark.parametrize(("age", "rate"), [(3, 0.175), (20, 0.092), (30, 0.067), (60, 0.045)])
def test_the_learning_rate_is_that_of_the_table_at_its_points(age, rate):
    assert rate_at(age) == pytest.approx(rate, rel=1e-6)


@pytest.mark.parametrize(("age", "low", "high"), [(11.5, 0.175, 0.092), (25.0, 0.092, 0.067), (45.0, 0.067, 0.045)])
def test_the_learning_rate_is_the_geometric_mean_half_way_between_points(age, low, high):
    assert rate_at(age) == pytest.approx(math.sqrt(low * high), rel=1e-6)


@pytest.mark.parametrize(("age", "rate"), [(0, 0.175), (2.9, 0.175), (60.1, 0.045), (110, 0.045)])
def test_the_learning_rate_is_constant_beyond_the_table(age, rate):
    assert rate_at(age) == pytest.approx(rate, rel=1e-6)


@pytest.mark.parametrize("age", [1, 20, 90])
def test_a_single_point_makes_the_rate_constant(age):
    assert rate_at(age, age_curve=[[20.0, 0.3]]) == pytest.approx(0.3, rel=1e-6)


def learners_by_trait(rule: str, by_trait: Raw, **learning: Any) -> Society:
    """The same people with a learning rate of its own for some traits, after the step that sets expectations."""
    return stepped(learners(rule, by_trait=by_trait, **learning))


@pytest.mark.parametrize("rule", ["reinforce", "gradient"])
def test_multipliers_of_one_change_no_bit(rule):
    with_ones = learners_by_trait(rule, {"openness": 1.0, "anger": 1.0})
    assert stepped(with_ones, 10).state() == stepped(learners_by_trait(rule, {}), 10).state()


def test_a_trait_that_learns_twice_as_fast_climbs_twice_as_far():
    # x' = x − η m h k x = 1 − 0.1 · 2 · 0.25 · 2 for anger
    _, after = before_and_after(learners("gradient", temperature=0.0, by_trait={"anger": 2.0}))
    assert after == pytest.approx(np.tile([0.95, 0.9], (6, 1)), rel=1e-6)


def test_a_trait_that_learns_twice_as_fast_diffuses_twice_as_much():
    model = learners("gradient", n_agents=20_000, environment=FLAT, temperature=0.7, by_trait={"anger": 2.0})
    before, after = before_and_after(model)
    assert has_variance((after - before)[:, 0], 2.0 * ETA * H * 0.7)
    assert has_variance((after - before)[:, 1], 4.0 * ETA * H * 0.7)


@pytest.mark.parametrize(
    ("noise", "steps"), [(0.2, 0), (0.0, 1)], ids=["by noise, before there is anything to learn", "by what it learns"]
)
def test_a_trait_that_learns_three_times_as_fast_moves_three_times_as_far_along_what_was_tried(noise, steps):
    shallow = {"home": {"kind": "quadratic", "curvature": 0.1}}  # so that the cap stays out of it
    people = (
        stepped(learners("reinforce", environment=shallow, noise=noise, by_trait=each), steps)
        for each in ({}, {"anger": 3.0})
    )
    (before, after), (before_too, after_too) = map(before_and_after, people)
    assert np.array_equal(before, before_too)
    assert np.array_equal(after[:, 0], after_too[:, 0])
    assert (after - before).any(axis=0).all()
    assert after_too[:, 1] - before[:, 1] == pytest.approx(3.0 * (after - before)[:, 1], abs=1e-6)


@pytest.mark.parametrize("rule", ["reinforce", "gradient"])
def test_a_trait_with_a_multiplier_of_zero_is_not_learnt(rule):
    population = stepped(learners(rule, by_trait={"anger": 0.0}), 10).population
    assert (population["traits"][:, 1] == 1.0).all()
    assert (population["traits"][:, 0] != 1.0).all()


def test_the_cap_is_one_of_the_whole_movement_multipliers_included():
    steepest = {"home": {"kind": "quadratic", "curvature": 1e5}}
    before, after = before_and_after(learners_by_trait("reinforce", {"anger": 5.0}, noise=0.0, environment=steepest))
    assert np.linalg.norm(after - before, axis=1) == pytest.approx(np.full(6, SD * math.sqrt(2)), rel=1e-5)


def test_multipliers_are_of_traits_that_exist():
    with pytest.raises(InputError, match=r"process\.learning\.by_trait: no trait 'opennes'; did you mean 'openness'\?"):
        make_scenario(process=_just_learning(by_trait={"opennes": 1.0}))


def test_multipliers_are_not_below_zero():
    with pytest.raises(InputError, match=r"process\.learning\.by_trait\.openness = -1\.0: must be at least 0"):
        make_scenario(process=_just_learning(by_trait={"openness": -1.0}))


def test_the_displacement_of_a_published_rule_is_added_as_it_is():
    model = make_society(
        population={"n_agents": 2},
        graph={"kind": "networkx", "generator": "path_graph"},
        process={
            "exploration": {},
            "peers": {"kind": "influence", "scaled_by": "direct"},
            "learning": {"noise": 0.0},
            "ageing": {},
        },
    )
    model.population["traits"][:, 0] = [1.0, 5.0]
    assert stepped(model).population["traits"][:, 0].tolist() == [5.0, 1.0]


def test_without_a_ledger_personality_is_the_same():
    kept, unkept = (stepped(learners("reinforce", ledger=ledger), 20) for ledger in (True, False))
    assert np.array_equal(kept.population["traits"], unkept.population["traits"])
    assert "work" not in unkept.population


def test_reward_at_present_personality_is_what_the_interest_column_says():
    model = stepped(learners("reinforce"), 3)
    assert np.array_equal(model.population["interest"], rewards(model, "landscape", model.population["traits"]))
