"""What is wrong with an event is said with its path, the value, and what would be right."""

from __future__ import annotations

from typing import Any

import pytest

from society.errors import InputError
from society.scenario import Scenario
from tests.societies import Raw, everything

KICK: Raw = {"kick": {}}
NOW: Raw = {"at": 0.0}


def said(event: Raw, *, without: tuple[str, ...] = (), **tables: Any) -> list[str]:
    """Problems of the full society with an event called blow, and without some processes."""
    raw = everything(event={"blow": event}, **tables)
    raw["process"] = {name: table for name, table in raw["process"].items() if name not in without}
    try:
        Scenario.from_dict(raw)
    except InputError as error:
        return str(error).replace("scenario: ", "").splitlines()
    return []


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (KICK, ": does not say when; give at, times, every or rate"),
        (KICK | {"rate": 1.0, "every": 1.0}, ".rate: stands beside every; an event has one of times, every and rate"),
        (KICK | {"at": 1.0, "times": [2.0]}, ".at: stands beside times; put the date among them"),
        (KICK | {"at": 1.0, "count": 3}, ".count = 3: only goes with every"),
        (KICK | {"at": 1.0, "until": 3.0}, ".until = 3.0: only goes with every or rate"),
        (KICK | {"every": 1.0, "until": 3.0, "count": 3}, ".until: stands beside count; a course ends by one of them"),
        (KICK | {"every": 1.0, "at": 3.0, "until": 3.0}, ".until = 3.0: must be after at = 3.0"),
        (NOW, ": does nothing; give one or more of kick, window, environment, field, opens, closes, meme"),
        ({"closes": "feed", "rate": 1.0}, ".closes: needs a date; a rate is of each person"),
        ({"opens": "feed", "who": {"fraction": 0.5}} | NOW, ".opens: a platform opens for everybody; leave out who"),
        ({"closes": "fed"} | NOW, ".closes: no platform 'fed'; did you mean 'feed'?"),
        ({"opens": "fed"} | NOW, ".opens: no platform 'fed'; did you mean 'feed'?"),
        ({"environment": "scool"} | NOW, ".environment: no environment 'scool'; did you mean 'school'?"),
        ({"meme": "crafts"} | NOW, ".meme: no item 'crafts'; did you mean 'craft'?"),
        ({"meme": "craft.5"} | NOW, ".meme: no item 'craft.5'; did you mean 'craft.0'?"),
        ({"kick": {"size": -1.0}} | NOW, ".kick.size = -1.0: must be at least 0.0"),
        ({"kick": {"szie": 1.0}} | NOW, ".kick.szie: unknown key 'szie'; did you mean 'size'?"),
        ({"kick": {"law": "pareto"}} | NOW, ".kick.law = 'pareto': must be one of 'fixed', 'normal' or 'heavy_tailed'"),
        ({"kick": {"towards": {"angr": 1.0}}} | NOW, ".kick.towards: no trait 'angr'; did you mean 'anger'?"),
        ({"kick": {"along": {"anger": 0.0}}} | NOW, ".kick.along: must not be all 0"),
        (
            {"kick": {"away": {"anger": 0.0}, "towards": {"anger": 1.0}}} | NOW,
            ".kick.away: stands beside kick.towards; a kick has one direction",
        ),
        ({"kick": 1.0} | NOW, ".kick = 1.0: must be a table"),
        ({"window": {"gain": 1.0}} | NOW, ".window.dur: is required"),
        ({"window": {"gain": -2.0, "dur": 1.0}} | NOW, ".window.gain = -2.0: must be at least -1.0"),
        ({"field": {"traits": {}}} | NOW, ".field.traits: must name at least one trait"),
        ({"field": {"traits": {"angr": 1.0}}} | NOW, ".field.traits: no trait 'angr'; did you mean 'anger'?"),
        (
            {"field": {"traits": {"anger": 1.0}, "rise": 2.0, "dur": 1.0}} | NOW,
            ".field.rise = 2.0 is above field.dur = 1.0",
        ),
        ({"field": {"traits": {"anger": 1.0}, "fall": 2.0}} | NOW, ".field.fall = 2.0: only goes with field.dur"),
        (KICK | NOW | {"who": {"age": {"low": 9.0, "high": 3.0}}},
         ".who.age.low = 9.0 is not below who.age.high = 3.0"),
        (KICK | NOW | {"who": {"age": {"lo": 9.0}}}, ".who.age.lo: unknown key 'lo'; did you mean 'low'?"),
        (KICK | NOW | {"who": {"ages": {"low": 9.0}}}, ".who.ages: unknown key 'ages'; did you mean 'age'?"),
        (KICK | NOW | {"who": {"traits": {"angr": {}}}}, ".who.traits: no trait 'angr'; did you mean 'anger'?"),
        (KICK | NOW | {"who": {"traits": {"anger": 1.0}}}, ".who.traits.anger = 1.0: must be a table"),
        (
            KICK | NOW | {"who": {"traits": {"anger": {"hgh": 1.0}}}},
            ".who.traits.anger.hgh: unknown key 'hgh'; did you mean 'high'?",
        ),
        (KICK | NOW | {"who": {"groups": ["nord"]}}, ".who.groups: no group 'nord'; did you mean 'north'?"),
        (KICK | NOW | {"who": {"environments": ["hom"]}},
         ".who.environments: no environment 'hom'; did you mean 'home'?"),
        (KICK | NOW | {"who": {"platforms": ["fed"]}}, ".who.platforms: no platform 'fed'; did you mean 'feed'?"),
        (KICK | NOW | {"who": {"fraction": 1.5}}, ".who.fraction = 1.5: must be at most 1.0"),
        (KICK | NOW | {"who": {"ids": [1.5]}},
         ".who.ids.0: 1.5 is no name of a person: must be a string or a whole number"),
        (KICK | {"times": [1.0, -1.0]}, ".times.1 = -1.0: must be at least 0.0"),
        (KICK | {"every": 0.0}, ".every = 0.0: must be at least 0.0001"),
        (KICK | {"rate": 1e9}, ".rate = 1000000000.0: must be at most 10000.0"),
    ],
    ids=str,
)  # fmt: skip
def test_a_problem_is_said_in_words(event: Raw, problem: str) -> None:
    population = everything()["population"] | {"groups": {"north": 1.0}}
    assert f"event.blow{problem}" in said(event, population=population)


@pytest.mark.parametrize(
    ("event", "absent", "problem"),
    [
        (KICK, "learning",
         ".kick: needs people who learn; no process here reads 'displacement'; [process.learning] would"),
        ({"window": {"gain": 1.0, "dur": 1.0}}, "learning",
         ".window: needs people who learn; no process here reads 'plasticity_gain'; [process.learning] would"),
        ({"field": {"traits": {"anger": 1.0}}}, "learning",
         ".field: needs people who learn; no process here reads 'reward'; [process.learning] would"),
        ({"meme": "craft"}, "exchange", ": needs column 'knows', which no process here owns; [process.exchange] would"),
        ({"closes": "feed"}, "attention",
         ": needs column 'is_user', which no process here owns; [process.attention] would"),
        (KICK | {"who": {"age": {"low": 3.0}}}, "ageing",
         ": needs column 'age', which no process here owns; [process.ageing] would"),
        (KICK | {"who": {"groups": ["north"]}}, "ageing",
         ".who.groups: no group 'north'; there is none to choose from"),
    ],
    ids=str,
)  # fmt: skip
def test_an_effect_needs_the_process_that_carries_it_out(event: Raw, absent: str, problem: str) -> None:
    assert f"event.blow{problem}" in said(NOW | event, without=(absent,))


def test_a_good_event_has_no_problems() -> None:
    assert said(NOW | KICK) == []


def test_an_event_has_a_name_of_a_path() -> None:
    with pytest.raises(InputError, match=r"event\.Blow\.name = 'event\.Blow': must be made of lower-case letters"):
        Scenario.from_dict(everything(event={"Blow": NOW | KICK}))


def test_no_process_is_called_event_since_names_of_events_begin_so() -> None:
    with pytest.raises(InputError, match=r"process\.event: the society itself uses the name 'event'"):
        Scenario.from_dict(everything(process={"event": {"kind": "ageing"}}))


def test_an_event_and_a_process_of_one_name_get_along() -> None:
    Scenario.from_dict(everything(event={"peers": NOW | KICK, "learning": NOW | KICK}))


def test_a_value_inside_an_event_goes_by_its_path() -> None:
    scenario = Scenario.from_dict(everything(event={"blow": NOW | KICK}))
    changed = scenario.replace({"event.blow.kick.size": 0.25, "event.blow.who": {"fraction": 0.5}})
    assert changed.event["blow"].kick is not None
    assert (changed.event["blow"].kick.size, changed.event["blow"].who.fraction) == (0.25, 0.5)
    assert changed.digest() != scenario.digest()
