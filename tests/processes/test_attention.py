"""Attention: who meets a platform when, who leaves and returns, and how attention is divided."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.model import Society
from tests.societies import CROWD, QUARTERLY, Raw, crowd, make_society, stepped
from tests.tolerance import has_mean, has_share, has_variance

N = 10_000
AT_ONCE = 1e9
"""A rate of entry at which everybody who may does so in the first step."""


def feed(**values: Any) -> Raw:
    """One platform called feed, met at once unless told otherwise."""
    return {"feed": {"target": {"openness": 1.0}, "rate_entry": AT_ONCE} | values}


def audience(n_agents: int = 6, *, platform: Raw, **tables: Any) -> Society:
    """People of 20 and the platforms they may use."""
    tables = {"graph": CROWD, "process": {"ageing": {}, "attention": {}}} | tables
    return make_society(population=crowd(n_agents), platform=platform, **tables)


def users(model: Society, platform: str = "feed") -> Any:
    """(n_agents,) who uses a platform."""
    return model.population["is_user"][[*model.platforms].index(platform)]


def share(model: Society, option: str = "feed") -> Any:
    """(n_agents,) attention to an option."""
    return model.population["attention"][model.options[option]]


def logistic(x: float) -> float:
    """1 / (1 + e^−x)."""
    return 1.0 / (1.0 + math.exp(-x))


def test_at_first_all_attention_is_on_life():
    assert (share(audience(platform=feed()), "life") == 1.0).all()


def test_people_meet_a_platform_at_its_rate_of_entry():
    model = audience(N, platform=feed(rate_entry=2.0), run=QUARTERLY)
    assert has_share(users(stepped(model)), 1.0 - math.exp(-0.5))


def test_at_rate_zero_nobody_meets_it():
    assert not users(stepped(audience(platform=feed(rate_entry=0.0)), 20)).any()


def test_people_join_when_they_reach_the_entry_age():
    # 20 at the start, a quarter older in every step before attention: 20.5 in the second
    model = audience(platform=feed(entry_age=20.5), run=QUARTERLY)
    assert not users(stepped(model)).any()
    assert users(stepped(model)).all()


def test_the_age_at_entry_is_that_of_the_first_meeting():
    model = audience(platform=feed(entry_age=20.5), run=QUARTERLY)
    assert np.isnan(model.population["age_at_entry"]).all()
    assert stepped(model, 5).population["age_at_entry"].tolist() == [[20.5] * 6]


@pytest.mark.parametrize(("steps_per_year", "p"), [(12, 0.3), (48, 1.0 - 0.7**0.25)])
def test_users_leave_with_their_monthly_probability(steps_per_year, p):
    model = stepped(audience(N, platform=feed(monthly_exit=0.3), run={"steps_per_year": steps_per_year}))
    assert users(model).all(), "nobody leaves in the step of entry"
    assert has_share(~users(stepped(model)), p)


def test_without_exit_users_stay():
    assert users(stepped(audience(platform=feed()), 50)).all()


@pytest.mark.parametrize(("steps_per_year", "p"), [(12, 0.4), (48, 1.0 - 0.6**0.25)])
def test_former_users_return_with_their_monthly_probability(steps_per_year, p):
    model = stepped(audience(N, platform=feed(monthly_return=0.4), run={"steps_per_year": steps_per_year}))
    users(model)[:] = False
    assert has_share(users(stepped(model)), p)


def test_former_users_do_not_return_by_the_rate_of_entry():
    model = stepped(audience(platform=feed()))
    users(model)[:] = False
    assert not users(stepped(model, 20)).any()


def test_returning_leaves_the_age_at_entry():
    model = stepped(audience(platform=feed(monthly_return=0.999999), run=QUARTERLY))
    users(model)[:] = False
    stepped(model)
    assert users(model).all()
    assert model.population["age_at_entry"].tolist() == [[20.25] * 6]


def test_nobody_uses_a_platform_before_its_launch():
    model = stepped(audience(platform=feed(launch=3)), 3)
    assert not users(model).any()
    assert users(stepped(model)).all()


def test_attention_is_a_logit_over_life_and_platforms():
    model = stepped(audience(platform=feed(appeal=0.5)))
    assert share(model) == pytest.approx(np.full(6, logistic(0.5)), rel=1e-6)
    assert share(model, "life") == pytest.approx(np.full(6, logistic(-0.5)), rel=1e-6)


def test_several_platforms_divide_attention_by_their_appeal():
    model = stepped(audience(platform=feed(appeal=math.log(2.0)) | {"work": feed(appeal=math.log(5.0))["feed"]}))
    assert model.population["attention"][:, 0] == pytest.approx([1 / 8, 2 / 8, 5 / 8], rel=1e-6)


def test_temperature_evens_out_attention():
    model = stepped(audience(platform=feed(appeal=3.0), process={"ageing": {}, "attention": {"temperature": 2.0}}))
    assert share(model) == pytest.approx(np.full(6, logistic(1.5)), rel=1e-6)


def test_at_a_low_temperature_the_best_option_has_all_attention():
    model = stepped(audience(platform=feed(appeal=1.0), process={"ageing": {}, "attention": {"temperature": 0.01}}))
    assert share(model).tolist() == [1.0] * 6


def test_who_does_not_use_a_platform_gives_it_no_attention():
    model = stepped(audience(platform=feed()))
    users(model)[:3] = False
    assert share(stepped(model)).tolist() == [0, 0, 0, 0.5, 0.5, 0.5]


def several(*names: str, **attention: Any) -> Society:
    """Many people and platforms of which they like some better."""
    platforms = {name: feed(rate_entry=5.0, monthly_exit=0.2, monthly_return=0.2)["feed"] for name in names}
    return audience(2000, platform=platforms, process={"ageing": {}, "attention": {"taste": 0.7} | attention})


def test_shares_of_attention_sum_to_one():
    model = stepped(several("feed", "party", "work"), 10)
    assert model.population["attention"].sum(axis=0) == pytest.approx(np.ones(2000), abs=1e-6)


def log_odds(model: Society, platform: str = "feed") -> Any:
    """Utility of a platform beside life for those who use it, nan for others."""
    return np.log(np.where(users(model, platform), share(model, platform) / share(model, "life"), np.nan))


def test_tastes_have_a_gumbel_distribution_of_their_scale():
    # variance π²τ²/6, mean γτ with Euler's constant
    model = audience(N, platform=feed(), process={"ageing": {}, "attention": {"taste": 0.7}})
    utility = log_odds(stepped(model))
    assert has_mean(utility, 0.5772156649 * 0.7)
    assert has_variance(utility, (math.pi * 0.7) ** 2 / 6)


def test_tastes_last():
    model = audience(100, platform=feed(), process={"ageing": {}, "attention": {"taste": 0.7}})
    early = share(stepped(model)).copy()
    assert np.array_equal(share(stepped(model, 9)), early)


def test_tastes_for_two_platforms_are_independent():
    model = audience(N, platform=feed() | {"work": feed()["feed"]}, process={"ageing": {}, "attention": {"taste": 1.0}})
    stepped(model)
    correlation = np.corrcoef(log_odds(model, "feed"), log_odds(model, "work"))[0, 1]
    assert abs(correlation) < 4 / math.sqrt(N)


@pytest.mark.parametrize("other", ["aaa", "zzz"])
def test_another_platform_leaves_who_comes_and_goes_as_it_was(other):
    alone, beside = (stepped(several(*names), 20) for names in (["feed"], ["feed", other]))
    assert np.array_equal(users(alone), users(beside))


@pytest.mark.parametrize("other", ["aaa", "zzz"])
def test_another_platform_leaves_tastes_as_they_were(other):
    alone, beside = (stepped(several(*names), 20) for names in (["feed"], ["feed", other]))
    assert log_odds(alone) == pytest.approx(log_odds(beside), abs=1e-5, nan_ok=True)


def test_a_platform_of_another_name_has_other_users():
    one, other = (stepped(several(name), 5) for name in ("feed", "party"))
    assert not np.array_equal(users(one, "feed"), users(other, "party"))


def star(friends: float) -> Society:
    """A hub with five friends of whom two use the platform; the hub uses it too."""
    model = audience(
        platform=feed(rate_entry=0.0),
        graph={"kind": "networkx", "generator": "star_graph", "arguments": {"n": 5}},
        process={"ageing": {}, "attention": {"friends": friends}},
    )
    users(model)[:3] = True
    return stepped(model)


def test_friends_inside_add_to_a_platforms_utility_by_their_share():
    # two fifths of the hub's friends are there, and all of each user's only friend, the hub
    expected = [logistic(2.0 * 0.4), logistic(2.0), logistic(2.0), 0, 0, 0]
    assert share(star(2.0)) == pytest.approx(expected, rel=1e-6)


def test_without_weight_friends_make_no_difference():
    assert share(star(0.0)).tolist() == [0.5, 0.5, 0.5, 0, 0, 0]


def test_who_has_no_friends_is_drawn_by_none():
    model = audience(platform=feed(), process={"ageing": {}, "attention": {"friends": 5.0}})
    assert share(stepped(model)).tolist() == [0.5] * 6


def with_quality(quality: float) -> Society:
    """Learners whose platform gives some real quality of life."""
    processes = {"exploration": {}, "ageing": {}, "attention": {}, "landscape": {}, "capture": {}, "learning": {}}
    return stepped(
        audience(platform=feed(quality=quality), process=processes, environment={"home": {"kind": "quadratic"}}), 5
    )


def test_quality_of_life_counts_as_own_interest_by_attention():
    with_it, without = (with_quality(quality).population["interest"] for quality in (3.0, 0.0))
    assert with_it - without == pytest.approx(np.full(6, 3.0 * 0.5), abs=1e-6)


def test_quality_of_life_teaches_nothing():
    with_it, without = (with_quality(quality).population for quality in (3.0, 0.0))
    assert np.array_equal(with_it["traits"], without["traits"])
    assert np.array_equal(with_it["work"], without["work"])
    assert "attention.quality" not in with_it.labels("source")


def test_a_platform_sees_the_attention_of_the_step_before():
    model = stepped(audience(platform=feed()))
    assert model.platforms["feed"].engagement == 0.0
    assert stepped(model).platforms["feed"].engagement == 3.0


def leavers(exit_with_friends: float, friends_outside: int, *, steps_per_year: int = 12) -> Any:
    """Who leaves within a month, of users with two friends of whom so many are no users."""
    rings: Raw = {"kind": "networkx", "generator": "circulant_graph", "arguments": {"offsets": [N // 3]}}
    model = audience(
        N // 3 * 3,
        platform=feed(monthly_exit=0.5),
        graph=rings,
        process={"ageing": {}, "attention": {"exit_with_friends": exit_with_friends}},
        run={"steps_per_year": steps_per_year},
    )
    stepped(model)
    third = N // 3  # the graph consists of triangles, each with one person in every third
    users(model)[third : third * (1 + friends_outside)] = False
    users(model)[:third] = True
    return ~users(stepped(model, steps_per_year // 12))[:third]


@pytest.mark.parametrize("friends_outside", [0, 1, 2])
@pytest.mark.parametrize("exit_with_friends", [0.0, 2.0])
def test_friends_inside_keep_one_from_leaving(exit_with_friends, friends_outside):
    # rate −log(1 − .5) · e^(−χ f) a month, f the share of friends inside
    hazard = math.log(2.0) * math.exp(-exit_with_friends * (2 - friends_outside) / 2)
    assert has_share(leavers(exit_with_friends, friends_outside), 1.0 - math.exp(-hazard))


def test_how_friends_keep_one_does_not_depend_on_the_step():
    # whose friends are all outside, and stay there, leaves with the probability of the platform
    assert has_share(leavers(2.0, 2, steps_per_year=48), 0.5)


def test_people_who_leave_with_their_friends_leave_in_clusters():
    """Pairs of friends, of whom each stays longer while the other is there: exits come together, else they do not."""

    def both_or_neither(exit_with_friends: float) -> float:
        pairs: Raw = {"kind": "networkx", "generator": "circulant_graph", "arguments": {"offsets": [N // 2]}}
        model = audience(
            N,
            platform=feed(monthly_exit=0.5),
            graph=pairs,
            process={"ageing": {}, "attention": {"exit_with_friends": exit_with_friends}},
            run={"steps_per_year": 48},
        )
        one, other = np.split(users(stepped(model, 12)), 2)
        share = users(model).mean()
        return float((one == other).mean() - share**2 - (1.0 - share) ** 2)

    noise = 1.0 / np.sqrt(N / 2)
    assert abs(both_or_neither(0.0)) < 4.0 * noise
    assert both_or_neither(3.0) > 4.0 * noise


def test_without_exit_with_friends_friends_change_nothing():
    alone, together = (
        stepped(audience(N, platform=feed(monthly_exit=0.3), graph=graph), 5)
        for graph in (CROWD, {"kind": "networkx", "generator": "cycle_graph"})
    )
    assert (users(alone) == users(together)).all()
