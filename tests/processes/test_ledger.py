"""The ledger of work: who changes own interest, to the precision of the arithmetic."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.model import Society
from society.scenario import Scenario
from tests.societies import (
    CONSTANT_RATE,
    CROWD,
    QUARTERLY,
    VARIANTS,
    Raw,
    crowd,
    gradients,
    make_society,
    rewards,
    stepped,
)

LANDSCAPES: dict[str, Raw] = {
    "wells": {"kind": "wells", "centres": [[-1.0, 0.0], [1.0, 0.0]]},
    "quadratic": {"kind": "quadratic", "curvature": 2.0, "optimum": 0.5, "endowment_weight": 0.5},
    "double_well": {"kind": "double_well", "depth": 2.0, "field": 0.3},
}
PRECISION = 1e-6
"""Error of a step's work relative to interest (or 1), since slopes and traits are float32."""
TRUNCATION = {"wells": 1e-3, "quadratic": 0.0, "double_well": 0.0}
"""Error of two Gauss points over |Δ|⁵, max |D⁵U|/4320: exact for quartics. For two wells at −1 and 1, along their
axis, D⁵U = τ 2⁵ κ with κ the fifth cumulant of a Bernoulli variable, below 0.13.
"""

every_landscape = pytest.mark.parametrize("landscape", LANDSCAPES)
every_rule = pytest.mark.parametrize("rule", ["reinforce", "gradient"])


def learners(landscape: str, rule: str, n_agents: int = 200, **learning: Any) -> Society:
    """People who learn from one landscape in coarse steps, and are moved by chance."""
    trying = {"exploration": {}} if rule == "reinforce" else {}
    return make_society(
        run=QUARTERLY,
        population=crowd(n_agents, "openness", "anger"),
        graph=CROWD,
        environment={"home": LANDSCAPES[landscape]},
        process=trying | {"landscape": {}, "learning": {"rule": rule} | learning, "ageing": {}},
    )


def interest_now(model: Society) -> np.ndarray:
    """Own interest where the landscape is all there is."""
    return rewards(model, "landscape", model.population["traits"])


@every_landscape
@every_rule
@pytest.mark.parametrize("by_trait", [{}, {"anger": 4.0, "openness": 0.5}], ids=["", "by trait"])
def test_the_work_of_all_accounts_is_the_change_of_interest_in_every_step(landscape, rule, by_trait):
    model = learners(landscape, rule, by_trait=by_trait)
    for _ in range(10):
        booked, before = model.population["work"].sum(axis=0), interest_now(model)
        traits = model.population["traits"].astype("f8")
        stepped(model)
        work, now = model.population["work"].sum(axis=0) - booked, interest_now(model)
        length = np.linalg.norm(model.population["traits"] - traits, axis=1)
        allowed = PRECISION * (1.0 + np.abs(before)) + TRUNCATION[landscape] * length**5
        assert (np.abs(work - (now - before)) < allowed).all()
        assert np.abs(work).max() > 1000 * PRECISION, "the test would not see an error"


@every_rule
def test_the_gauss_points_beat_work_to_first_order(rule):
    # to first order a step is missed by ½ Δ·H·Δ; two Gauss points are exact for a double well
    model = learners("double_well", rule)
    before, traits = interest_now(model), model.population["traits"].copy()
    slope = gradients(model, "landscape", traits)
    stepped(model)
    change = interest_now(model) - before
    first_order = ((model.population["traits"].astype("f8") - traits) * slope).sum(axis=1)
    assert np.abs(first_order - change).max() > 100 * np.abs(model.population["work"].sum(axis=0) - change).max()


@pytest.mark.parametrize("name", ["everything", "gradient rule", "bounded traits", "direct influence", "immunity"])
def test_work_and_world_add_up_to_the_change_of_interest(name):
    model = stepped(Society(Scenario.from_dict(VARIANTS[name])))
    population = model.population
    start, booked = population["interest"].copy(), population["work"].sum(axis=0) + population["world"]
    stepped(model, 50)
    change = population["work"].sum(axis=0) + population["world"] - booked
    # 1e-5 a step: 1e-6 by rounding, more by truncation where the direct rule takes steps of order 1
    assert change == pytest.approx(population["interest"] - start, abs=50 * 1e-5)


def test_the_first_step_starts_the_account_of_the_world_at_zero():
    model = stepped(Society(Scenario.from_dict(VARIANTS["everything"])))
    assert not model.population["world"].any()


def test_the_world_does_nothing_where_only_personality_changes():
    model = stepped(learners("wells", "reinforce"), 10)
    assert not model.population["world"].any()


def test_news_that_makes_one_richer_is_the_worlds_doing():
    model = make_society(
        graph=CROWD,
        meme={"news": {"kind": "invariant", "first_holders": 0, "content": {"openness": 1.0}}},
        process={
            "exploration": {},
            "exchange": {},
            "income": {"strength": 0.5},
            "learning": {"noise": 0.0},
            "ageing": {},
        },
    )
    model.population["traits"][:] = 0.0
    stepped(model)
    model.population["knows"][0, 0] = 1
    stepped(model)
    assert model.population["world"].tolist() == [0.5, 0, 0, 0, 0, 0]


def flow(interest: float = 1.0, **platform: float) -> Society:
    """A person at x = 2 between a landscape −x² and a platform that pulls to 4 with power 3, without chance."""
    model = make_society(
        run=QUARTERLY,
        population={"n_agents": 1},
        graph=CROWD,
        environment={"home": {"kind": "quadratic", "curvature": 2.0}},
        platform={"feed": {"target": {"openness": 4.0}, "power": 3.0, "appeal": 60.0, "rate_entry": 1e9} | platform},
        process={
            "ageing": {},
            "attention": {},
            "landscape": {"interest": interest},
            "capture": {},
            "learning": {"rule": "gradient", "temperature": 0.0, "age_curve": CONSTANT_RATE},
        },
    )
    model.population["traits"][:] = 2.0
    return stepped(model)


def works(model: Society) -> dict[str, float]:
    """Work of the one person by account."""
    accounts = model.population.labels("account")
    return dict(zip(accounts, model.population["work"][:, 0].tolist(), strict=True))


def test_each_source_is_booked_its_share_of_the_step():
    # Δ = 0.025 (−4 + 6) = 0.05, mean slope of U = −x² is −2 (2 + 0.025) = −4.05
    assert works(flow()) == pytest.approx(
        {"capture.feed": 0.15 * -4.05, "landscape": -0.1 * -4.05, "chance": 0.0, "bounds": 0.0}, abs=1e-6
    )


def test_drift_work_is_the_learning_rate_times_gradient_times_slope_at_the_start():
    drift = dict(zip(("capture.feed", "landscape"), flow().population["drift_work"][:, 0].tolist(), strict=True))
    assert drift == pytest.approx({"capture.feed": 0.025 * 6.0 * -4.0, "landscape": 0.025 * -4.0 * -4.0}, rel=1e-6)


def test_a_trait_with_a_learning_rate_of_its_own_is_booked_with_it():
    # Δ = η h m ∇R, and the mean slope of U = −|x − ½|² is −2 (x − ½) − Δ; at x = 2 ∇R = −3
    model = learners("quadratic", "gradient", by_trait={"openness": 0.5, "anger": 4.0}, temperature=0.0)
    population = model.population
    population["endowment"][:], population["traits"][:] = 0.0, 2.0
    rate = 0.092 * 0.25
    stepped(model)
    moved = rate * np.array([0.5, 4.0]) * -3.0
    assert works(model)["landscape"] == pytest.approx((moved * (-3.0 - moved)).sum(), rel=1e-5)
    assert population["drift_work"][0, 0] == pytest.approx(rate * 9.0 * (0.5 + 4.0), rel=1e-5)


def test_bounds_get_nothing_where_nothing_is_bounded():
    model = stepped(learners("quadratic", "gradient", by_trait={"openness": 0.5, "anger": 4.0}), 10)
    booked = dict(zip(model.population.labels("account"), np.abs(model.population["work"]).sum(axis=1), strict=True))
    assert booked["bounds"] < 1e-5 * booked["landscape"]


def test_a_platform_that_pulls_to_where_one_is_does_no_work():
    assert works(flow(power=0.0))["capture.feed"] == 0.0


def test_interest_is_weighted_by_what_a_source_declares():
    # U = ½ · (−x²) after Δ = 0.05
    assert flow(interest=0.5).population["interest"][0] == pytest.approx(-0.5 * 2.05**2, rel=1e-6)


def test_a_source_without_interest_leaves_nothing_to_work_on():
    assert not any(works(flow(interest=0.0)).values())


@pytest.mark.parametrize("by_trait", [{}, {"anger": 3.0}], ids=["", "by trait"])
def test_chance_alone_is_booked_to_chance_alone(by_trait):
    learning = {"noise": 0.1, "by_trait": by_trait}
    model = make_society(
        population=crowd(6, "openness", "anger"),
        graph=CROWD,
        environment={"home": {"kind": "quadratic"}},
        process={"exploration": {"sd": 0.5}, "landscape": {}, "learning": learning, "ageing": {}},
    )
    # the first reward teaches nothing, so that in the first step the noise of judgement is all there is
    stepped(model)
    accounts = model.population.labels("account")
    work = dict(zip(accounts, model.population["work"], strict=True))
    assert not work["landscape"].any()
    assert work["chance"].all()
    assert np.abs(work["bounds"]).max() < 1e-7


def test_agitation_is_what_trial_and_error_costs():
    # at the optimum of −½ k |x|² the drift does no work, while every step away does −½ k |Δ|² on average
    model = learners("quadratic", "gradient", n_agents=5000)
    model.population["endowment"][:] = 0.0
    model.population["traits"][:] = 0.5
    stepped(model)
    total = model.population["work"].sum(axis=0)
    expected = -0.5 * 2.0 * 2 * 2.0 * 0.092 * 0.25 * 0.992
    assert abs(total.mean() - expected) < 4 * total.std() / math.sqrt(len(total))
    assert not model.population["drift_work"].any()
