"""What happens to the world: people move, platforms open and close, items become known."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from society.model import Society
from society.scenario import Scenario
from tests.events.lives import happening
from tests.societies import Raw, everything, knowers, stepped, teach

PLACES: Raw = {"home": {"kind": "quadratic"}, "school": {"kind": "quadratic", "share": 0.0}}


def test_people_move_and_stay() -> None:
    event = {"move": {"at": 0.25, "who": {"ids": [1, 4]}, "environment": "school"}}
    model = happening(event=event, environment=PLACES)
    assert stepped(model).population["environment"].tolist() == [0] * 6
    assert stepped(model, 4).population["environment"].tolist() == [0, 1, 0, 0, 1, 0]


def test_who_moves_is_rewarded_by_the_new_place_in_the_same_step() -> None:
    places = {
        "home": {"kind": "quadratic", "optimum": 0.0},
        "school": {"kind": "quadratic", "optimum": 4.0, "share": 0.0},
    }
    event = {"move": {"at": 0.0, "environment": "school"}}
    processes = {
        "ageing": {},
        "landscape": {},
        "learning": {"rule": "gradient", "temperature": 0.0, "age_curve": [[20.0, 0.1]]},
    }
    model = stepped(happening(event=event, environment=places, process=processes))
    assert model.population["traits"][:, 0] == pytest.approx(0.1 * 0.25 * 4.0)


def test_to_a_place_that_is_switched_off_nobody_moves() -> None:
    places = PLACES | {"school": {"kind": "quadratic", "enabled": False}}
    model = happening(event={"move": {"at": 0.0, "environment": "school"}}, environment=places)
    assert stepped(model).population["environment"].tolist() == [0] * 6


FEED: Raw = {"target": {"calm": 1.0}, "rate_entry": 1e6, "monthly_return": 0.999}


def users(event: Raw, **feed: Any) -> list[int]:
    """How many of six use the feed after each of eight quarters."""
    model = happening(event=event, platform={"feed": FEED | feed}, process={"ageing": {}, "attention": {}})
    return [int(stepped(model).population["is_user"].sum()) for _ in range(8)]


def test_a_platform_that_closes_loses_its_users_for_good() -> None:
    assert users({"ban": {"at": 0.5, "closes": "feed"}}) == [6, 6, 0, 0, 0, 0, 0, 0]


def test_a_platform_opens_where_it_would_not_have_yet() -> None:
    assert users({"start": {"at": 0.5, "opens": "feed"}}, launch=10**6) == [0, 0, 6, 6, 6, 6, 6, 6]


def test_a_platform_that_opens_again_gets_back_those_who_return() -> None:
    found = users({"ban": {"at": 0.5, "closes": "feed"}, "end": {"at": 1.0, "opens": "feed"}})
    assert found == [6, 6, 0, 0, 6, 6, 6, 6]


def test_who_closes_and_opens_in_one_step_does_so_in_order_of_dates() -> None:
    assert users({"a": {"at": 0.6, "opens": "feed"}, "b": {"at": 0.55, "closes": "feed"}})[2:] == [6] * 6
    assert users({"b": {"at": 0.55, "opens": "feed"}, "a": {"at": 0.6, "closes": "feed"}})[2:] == [0] * 6


def test_who_moves_twice_in_one_step_lives_where_they_moved_last() -> None:
    def home(early: str, late: str, **when: Any) -> list[int]:
        events = {early: {"at": 0.05, "environment": "school"}, late: {"at": 0.1, "environment": "home"} | when}
        return stepped(happening(event=events, environment=PLACES)).population["environment"].tolist()

    assert home("a", "b") == home("b", "a") == [0] * 6
    assert home("a", "b", at=0.05) == [0] * 6
    assert home("b", "a", at=0.05) == [1] * 6


def test_nobody_is_moved_again_in_the_next_step() -> None:
    model = stepped(happening(event={"move": {"at": 0.24, "environment": "school"}}, environment=PLACES))
    model.population["environment"][:] = 0
    assert stepped(model, 3).population["environment"].tolist() == [0] * 6


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_no_event_sees_what_another_does_in_the_same_step(names: tuple[str, str]) -> None:
    move, blow = names
    kick = {"at": 0.1, "who": {"environments": ["school"]}, "kick": {"along": {"calm": 1.0}}}
    model = happening(event={move: {"at": 0.0, "environment": "school"}, blow: kick}, environment=PLACES)
    assert stepped(model).population["traits"][:, 0].tolist() == [0.0] * 6


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_users_of_a_platform_that_closes_are_its_users_for_all_events_of_the_step(names: tuple[str, str]) -> None:
    ban, move = names
    events = {
        ban: {"at": 0.5, "closes": "feed"},
        move: {"at": 0.5, "who": {"platforms": ["feed"]}, "environment": "school"},
    }
    processes = {"ageing": {}, "attention": {}}
    model = happening(event=events, environment=PLACES, platform={"feed": FEED}, process=processes)
    assert stepped(model, 3).population["environment"].tolist() == [1] * 6


def test_who_closes_and_opens_at_one_moment_does_so_in_order_of_name() -> None:
    assert users({"a": {"at": 0.5, "closes": "feed"}, "b": {"at": 0.5, "opens": "feed"}})[2:] == [6] * 6
    assert users({"a": {"at": 0.5, "opens": "feed"}, "b": {"at": 0.5, "closes": "feed"}})[2:] == [0] * 6


def test_attention_leaves_with_the_platform() -> None:
    processes = {"ageing": {}, "attention": {}}
    model = happening(event={"ban": {"at": 0.25, "closes": "feed"}}, platform={"feed": FEED}, process=processes)
    assert stepped(model).population["attention"].tolist() == [[0.5] * 6] * 2
    assert stepped(model).population["attention"].tolist() == [[1.0] * 6, [0.0] * 6]


def closed() -> Society:
    processes = {"ageing": {}, "attention": {}}
    event = {"ban": {"at": 0.25, "closes": "feed"}}
    return stepped(happening(event=event, platform={"feed": FEED}, process=processes), 2)


def test_that_a_platform_is_closed_is_part_of_the_state() -> None:
    model, other = closed(), closed()
    other.platforms["feed"].open()
    assert model.state()["platforms"] != other.state()["platforms"]


def test_that_a_platform_is_closed_is_pickled() -> None:
    assert not pickle.loads(pickle.dumps(closed())).platforms["feed"].is_open


def test_to_open_what_is_open_anyway_is_noticed() -> None:
    start = {"start": {"at": 0.5, "opens": "feed"}}
    scenario = happening(event=start, platform={"feed": FEED}, process={"ageing": {}, "attention": {}}).scenario
    said = "event.start opens a platform that is open anyway, from platform.feed.launch on."
    assert said in scenario.notices
    assert said not in scenario.replace({"platform.feed.launch": 3}).notices
    assert said not in scenario.replace({"event.ban": {"at": 0.1, "closes": "feed"}}).notices


def told(meme: str, *, who: Raw | None = None) -> Society:
    """A society of silent people, to some of whom an item becomes known in the first step."""
    memes = {
        "meme": {"news": {"kind": "invariant", "first_holders": 0}},
        "meme_family": {"tip": {"kind": "invariant", "n_items": 70, "first_holders": 0}},
    }
    event = {"press": {"at": 0.0, "who": who or {}, "meme": meme}}
    return happening(event=event, process={"exchange": {"contact": 0.0}}, **memes)


def test_those_reached_come_to_know_the_item_and_nobody_else() -> None:
    model = stepped(told("news", who={"ids": [0, 3]}))
    assert np.flatnonzero(knowers(model, "news")).tolist() == [0, 3]
    assert not knowers(model, "tip.0").any()


def test_a_family_becomes_known_whole_and_one_of_its_items_by_itself() -> None:
    whole, one = stepped(told("tip")), stepped(told("tip.69"))
    assert all(knowers(whole, f"tip.{item}").all() for item in (0, 63, 69))
    assert knowers(one, "tip.69").all()
    assert not knowers(one, "tip.68").any()
    assert not knowers(one, "news").any()


def test_who_is_immune_does_not_take_it_up_again() -> None:
    forgetting = {"forgetting": {"rate": 0.0, "immunity": True}}
    model = happening(
        event={"press": {"at": 0.0, "meme": "news"}},
        meme={"news": {"kind": "invariant", "first_holders": 0}},
        process={"exchange": {"contact": 0.0}} | forgetting,
    )
    model.population["immune"][:3] = 1
    assert knowers(stepped(model), "news").tolist() == [False] * 3 + [True] * 3


def test_when_it_became_known_is_remembered() -> None:
    model = happening(
        event={"press": {"at": 0.5, "meme": "news"}},
        meme={"news": {"kind": "invariant", "first_holders": 0}},
        process={"exchange": {"contact": 0.0}, "forgetting": {"active_for": 3}},
    )
    teach(model, "news", [0])
    found = [knowers(stepped(model), "news").tolist() for _ in range(8)]
    # known from step 2 on, and told in three steps: 3, 4 and 5
    assert [each[5] for each in found] == [False, False, True, True, True, False, False, False]


TWINS: Raw = {
    "ban": {"at": 0.1, "closes": "feed"},
    "blow": {"rate": 0.5, "kick": {}},
    "school": {"at": 0.1, "who": {"platforms": ["feed"]}, "environment": "school"},
    "news": {"at": 0.1, "meme": "tip"},
}


@pytest.mark.parametrize("path", ["platform.feed", "environment.school", "meme_family.tip"])
def test_without_what_an_event_names_the_event_does_nothing_and_the_rest_is_paired(path: str) -> None:
    scenario = Scenario.from_dict(everything(event=TWINS))
    model = stepped(Society(scenario.replace({f"{path}.enabled": False})), 10)
    whole = stepped(Society(scenario), 10)
    assert np.array_equal(model.population["event.blow.due"], whole.population["event.blow.due"])


def test_a_disabled_event_is_as_if_it_were_not_in_the_file() -> None:
    off = {name: table | {"enabled": False} for name, table in TWINS.items()}
    assert (
        stepped(Society(Scenario.from_dict(everything(event=off))), 10).state()
        == stepped(Society(Scenario.from_dict(everything())), 10).state()
    )
