"""What a society promises whatever its processes: bits, names and order that matter, and those that do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from society.model import Society
from society.scenario import Scenario
from tests.societies import Raw, before_learning, everything, make_society, stepped, with_processes

STEPS = 20


def state_of(raw: Raw) -> dict[str, str]:
    """Hashes of the state after a while."""
    return stepped(Society(Scenario.from_dict(raw)), STEPS).state()


def differing(one: dict[str, str], other: dict[str, str]) -> set[str]:
    """Common parts of two states that are not equal."""
    return {name for name in one.keys() & other.keys() if one[name] != other[name]}


def test_the_number_of_threads_changes_no_bit(threads):
    threads(1)
    one = state_of(everything())
    threads(2)
    assert state_of(everything()) == one


def test_how_many_people_move_at_a_time_changes_no_bit(monkeypatch):
    together = state_of(everything())
    monkeypatch.setattr("society.layout.BLOCK", 7)
    assert state_of(everything()) == together


def test_another_seed_changes_the_state():
    assert "traits" in differing(state_of(everything()), state_of(everything(run={"seed": 2})))


SOURCES = ("landscape", "peers", "capture", "income")


def in_order(*sources: str) -> Raw:
    """The full society with its sources of reward in an order of their own, after exchange and forgetting."""
    table = everything()["process"]
    names = ("ageing", "exploration", "attention", "exchange", "forgetting", *sources, "learning")
    return everything(process={name: table[name] for name in names})


@pytest.mark.parametrize("order", [SOURCES[::-1], (*SOURCES[1:], SOURCES[0]), (*SOURCES[2:], *SOURCES[:2])])
def test_the_order_of_sources_changes_no_bit(order):
    assert state_of(in_order(*order)) == state_of(in_order(*SOURCES))


def test_the_order_of_exchange_and_forgetting_is_part_of_the_model():
    names = [*everything()["process"]]
    swapped = [{"exchange": "forgetting", "forgetting": "exchange"}.get(name, name) for name in names]
    assert "knows" in differing(state_of(everything()), state_of(everything(run={"order": swapped})))


def test_the_order_of_other_tables_changes_no_bit():
    raw = everything()
    for family in ("environment", "platform", "meme_family"):
        raw[family] = dict(reversed(raw[family].items()))
    assert state_of(raw) == state_of(everything())


@pytest.mark.parametrize(
    "inert",
    [
        {"kin": {"kind": "influence", "strength": 0.0}},
        {"aaa": {"kind": "influence", "strength": 0.0}},
        {"ads": {"kind": "capture", "power": 0.0}},
        {"lapse": {"kind": "forgetting", "rate": 0.0}},
    ],
)
def test_a_process_without_effect_changes_no_common_part_of_the_state(inert):
    one, other = state_of(everything()), state_of(before_learning(**inert))
    assert differing(one, other) == set()


def test_a_process_with_effect_changes_the_state():
    other = state_of(before_learning(kin={"kind": "influence", "strength": 0.3}))
    assert {"traits", "baseline.landscape"} <= differing(state_of(everything()), other)


def test_a_disabled_process_is_as_if_it_were_not_in_the_file():
    kin = {"kind": "influence", "strength": 0.3, "enabled": False}
    assert state_of(before_learning(kin=kin)) == state_of(everything())


def paired(**changes: Any) -> tuple[Society, Society]:
    """A society with a feed that not all meet, and the same without it; people do not influence each other."""
    raw = with_processes({"peers": None, "attention": {}})
    raw["platform"] = {"feed": raw["platform"]["feed"] | {"entry_age": 25.0}}
    scenario = Scenario.from_dict(raw | changes)
    without = scenario.replace({"platform.feed.enabled": False})
    return stepped(Society(scenario), STEPS), stepped(Society(without), STEPS)


UNTOUCHED = ("uid", "environment", "age", "plasticity", "endowment", "well_bonus", "well_centre", "knows", "graph")


def test_without_a_platform_everything_it_has_no_hand_in_is_the_same():
    with_feed, without = (model.state() for model in paired())
    assert not differing(with_feed, without) & {*UNTOUCHED}
    assert {"traits", "platforms"} <= differing(with_feed, without)


def test_who_never_met_the_platform_is_the_same_person_without_it():
    with_feed, without = (model.population for model in paired())
    met = ~np.isnan(with_feed["age_at_entry"][0])
    assert 0 < met.sum() < len(met)
    assert np.array_equal(with_feed["traits"][~met], without["traits"][~met])
    assert (with_feed["traits"][met] != without["traits"][met]).any(axis=1).all()


def test_who_never_met_the_platform_differs_by_their_friends_where_people_influence_each_other():
    raw = everything()
    raw["platform"] = {"feed": raw["platform"]["feed"] | {"entry_age": 25.0}}
    scenario = Scenario.from_dict(raw)
    with_feed = stepped(Society(scenario), STEPS).population
    without = stepped(Society(scenario.replace({"platform.feed.enabled": False})), STEPS).population
    stayed = np.isnan(with_feed["age_at_entry"][0])
    assert (with_feed["traits"][stayed] != without["traits"][stayed]).any()


def test_renaming_an_instance_changes_its_draws():
    table = everything()["process"]
    renamed = {("trying" if name == "exploration" else name): process for name, process in table.items()}
    renamed["trying"] = {"kind": "exploration"}
    assert "traits" in differing(state_of(everything()), state_of(everything(process=renamed)))


def friends_of_two(*names: str) -> list[list[int]]:
    """The one closest friend of everybody in a complete graph, by instance of influence."""
    peers = {name: {"kind": "influence", "neighbours": "closest", "k": 1} for name in names}
    model = make_society(
        population={"n_agents": 50},
        graph={"kind": "networkx", "generator": "complete_graph"},
        process={"exploration": {}} | peers | {"learning": {}, "ageing": {}},
    )
    return [model.graphs[name].indices.tolist() for name in names]


def test_two_instances_of_one_kind_share_no_draws():
    kin, mates = friends_of_two("kin", "mates")
    # of 50 lots among 49 each, one coincides on average
    assert sum(a == b for a, b in zip(kin, mates, strict=True)) < 10


def test_an_instance_keeps_its_draws_beside_another_of_its_kind():
    assert friends_of_two("kin")[0] == friends_of_two("kin", "mates")[0]


def test_two_exchanges_of_one_society_are_refused_since_both_would_own_what_people_know():
    raw = everything(process=everything()["process"] | {"gossip": {"kind": "exchange"}})
    with pytest.raises(ValueError, match=r"'knows' already belongs to process\.exchange"):
        Scenario.from_dict(raw)


def test_looking_at_people_changes_nothing():
    watched = Society(Scenario.from_dict(everything()))
    for _ in range(STEPS):
        watched.step()
        watched.agents.shuffle()
        watched.people.get("age")
        watched.state()
    assert watched.state() == state_of(everything())
