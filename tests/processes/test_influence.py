"""Influence: whom one looks to, what they are like, and what that does, on graphs of at most six people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.model import Society
from tests.societies import COMPLETE, CROWD, PATH, RING, Raw, gradients, make_society, rewards, stepped


def peers(traits: list[float], *, graph: Raw = PATH, rule: str = "gradient", **influence: Any) -> Society:
    """People of given traits who influence each other, without chance."""
    learning: Raw = {"rule": "gradient", "temperature": 0.0} if rule == "gradient" else {"noise": 0.0}
    trying = {} if rule == "gradient" else {"exploration": {}}
    model = make_society(
        population={"n_agents": len(traits)},
        graph=graph,
        process=trying | {"peers": {"kind": "influence"} | influence, "learning": learning, "ageing": {}},
    )
    model.population["traits"][:, 0] = traits
    return model


def norms(model: Society) -> Any:
    """(n_agents,) mean of those each looks to, after a step."""
    return stepped(model).population["peers_norm"][:, 0]


def after(model: Society) -> list[float]:
    """Everybody's trait after a step."""
    return stepped(model).population["traits"][:, 0].tolist()


def test_the_norm_is_the_mean_of_ones_neighbours():
    assert norms(peers([0.0, 3.0, 9.0])).tolist() == [3.0, 4.5, 3.0]


def test_oneself_counts_with_the_given_weight():
    assert norms(peers([0.0, 3.0, 9.0], self_weight=1.0)).tolist() == [1.5, 4.0, 6.0]


def test_ties_count_with_their_weight(weighted):
    graph = weighted((0, 1, 1.0), (1, 2, 3.0))
    assert norms(peers([0.0, 3.0, 8.0], graph=graph)).tolist() == [3.0, 6.0, 3.0]


def test_who_has_no_neighbours_has_no_norm():
    assert np.isnan(norms(peers([0.0, 3.0], graph=CROWD))).all()


def test_likeness_is_rewarded_by_squared_distance():
    # −½ · 0.4 · 2²
    model = stepped(peers([0.0, 3.0, 9.0], strength=0.4))
    assert rewards(model, "peers", [[1.0], [6.5], [1.0]]) == pytest.approx([-0.8] * 3)


def test_the_gradient_points_to_the_norm():
    model = stepped(peers([0.0, 3.0, 9.0], strength=0.4))
    assert gradients(model, "peers", [[1.0], [6.5], [1.0]])[:, 0] == pytest.approx([0.8, -0.8, 0.8])


def test_likeness_works_through_learning():
    # x' = x + η h ρ (m − x) with η = 0.092 at the age of 20
    moved = np.array([0.0, 3.0, 9.0]) + 0.092 / 52.0 * 0.3 * np.array([3.0, 1.5, -6.0])
    assert after(peers([0.0, 3.0, 9.0])) == pytest.approx(moved, rel=1e-6)


@pytest.mark.parametrize("rule", ["gradient", "reinforce"])
def test_without_strength_nobody_is_influenced(rule):
    assert after(stepped(peers([0.0, 3.0, 9.0], rule=rule, strength=0.0), 5)) == [0.0, 3.0, 9.0]


@pytest.mark.parametrize("rule", ["gradient", "reinforce"])
@pytest.mark.parametrize("self_weight", [0.0, 1.0])
def test_who_has_no_neighbours_is_not_influenced(rule, self_weight):
    model = peers([0.0, 3.0, 9.0], graph=CROWD, rule=rule, self_weight=self_weight)
    assert after(stepped(model, 5)) == [0.0, 3.0, 9.0]


def test_the_direct_rule_puts_everybody_at_the_mean_of_their_neighbours():
    assert after(peers([0.0, 3.0, 9.0], scaled_by="direct")) == [3.0, 4.5, 3.0]


def test_the_direct_rule_with_oneself_is_that_of_degroot():
    assert after(peers([0.0, 3.0, 9.0], scaled_by="direct", self_weight=1.0)) == [1.5, 4.0, 6.0]


def test_the_direct_rule_leaves_those_without_neighbours():
    assert after(peers([0.0, 3.0, 9.0], graph=CROWD, scaled_by="direct")) == [0.0, 3.0, 9.0]


def test_the_direct_rule_reads_what_everybody_was_at_the_start_of_the_step():
    # on a path of two they exchange places for ever; one after another they would agree
    assert after(stepped(peers([0.0, 1.0], scaled_by="direct"))) == [0.0, 1.0]


def test_the_direct_rule_is_a_displacement_and_no_source_of_reward():
    model = peers([0.0, 1.0], scaled_by="direct")
    assert (tuple(model.sources), tuple(model.directs)) == ((), ("peers",))


def friedkin(traits: list[float], stubbornness: float, **values: Any) -> Society:
    """People of given traits under the rule of Friedkin and Johnsen."""
    table = {"rule": "friedkin_johnsen", "stubbornness": stubbornness, "scaled_by": "direct"} | values
    return influenced(traits, PATH, table)


def influenced(traits: list[float], graph: Raw, influence: Raw, **population: Any) -> Society:
    """People of given traits whom nothing else moves."""
    model = make_society(
        population={"n_agents": len(traits)} | population,
        graph=graph,
        process={
            "ageing": {},
            "peers": {"kind": "influence"} | influence,
            "learning": {"rule": "gradient", "temperature": 0.0},
        },
    )
    model.population["traits"][:, 0] = traits
    return model


def test_the_stubborn_hold_on_to_what_they_were():
    # .5 · (0, 3, 9) + .5 · W x twice: first (1.5, 3.75, 6), then with W x = (3.75, 3.75, 3.75)
    model = friedkin([0.0, 3.0, 9.0], 0.5)
    assert after(model) == [1.5, 3.75, 6.0]
    assert after(model) == [1.875, 3.375, 6.375]


def test_without_stubbornness_friedkin_and_johnsen_are_degroot():
    degroot = influenced([0.0, 3.0, 9.0], PATH, {"scaled_by": "direct"})
    assert after(stepped(friedkin([0.0, 3.0, 9.0], 0.0), 4)) == after(stepped(degroot, 4))


def test_the_wholly_stubborn_come_back_to_what_they_were():
    model = stepped(friedkin([0.0, 3.0, 9.0], 1.0))
    model.population["traits"][:, 0] = [5.0, 5.0, 5.0]
    assert after(model) == [0.0, 3.0, 9.0]


def test_a_newcomer_holds_on_to_what_they_were_when_they_came():
    model = stepped(friedkin([0.0, 3.0, 9.0], 1.0))
    model.population["peers_innate"][1] = np.nan  # as for everybody who is new
    model.population["traits"][:, 0] = [0.0, 7.0, 9.0]
    assert after(stepped(model, 3)) == [0.0, 7.0, 9.0]


def test_stubbornness_can_be_learnt_from_as_well():
    # the norm is .5 · x(0) + .5 · W x, and likeness to it is rewarded
    model = stepped(friedkin([0.0, 3.0, 9.0], 0.5, scaled_by="plasticity", strength=0.4))
    assert rewards(model, "peers", [[0.0], [3.0], [9.0]]) == pytest.approx(-0.2 * np.array([1.5, 0.75, 3.0]) ** 2)


def test_who_is_disliked_draws_to_the_opposite(weighted):
    # person 1 likes 0 and dislikes 2: (0 − 2 · 6) / 3
    graph = weighted((0, 1, 1.0), (1, 2, -2.0))
    assert after(influenced([0.0, 3.0, 6.0], graph, {"rule": "signed", "scaled_by": "direct"})) == [3.0, -4.0, -3.0]


def test_dislike_needs_a_rule_for_it(weighted):
    graph = weighted((0, 1, 1.0), (1, 2, -2.0))
    with pytest.raises(InputError, match=r"peers\.rule = 'degroot': ties of weight below 0 need rule = 'signed'"):
        influenced([0.0, 3.0, 6.0], graph, {})


def test_without_dislike_signed_is_degroot(weighted):
    graph = weighted((0, 1, 1.0), (1, 2, 3.0))
    signed, degroot = (influenced([0.0, 3.0, 8.0], graph, {"rule": rule}) for rule in ("signed", "degroot"))
    assert after(stepped(signed, 5)) == after(stepped(degroot, 5))


def grouped(between_groups: float, rule: str = "signed") -> Society:
    """Three people on a path of whom the last is of another group."""
    table = {"rule": rule, "scaled_by": "direct", "between_groups": between_groups}
    model = influenced([1.0, 3.0, 6.0], PATH, table, groups={"blue": 0.5, "red": 0.5})
    model.population["group"][:] = [0, 0, 1]
    return model


def test_another_group_can_be_disliked():
    # (1 − .5 · 6) / 1.5
    assert after(grouped(-0.5)) == pytest.approx([3.0, -2.0 / 1.5, -3.0])


@pytest.mark.parametrize("rule", ["signed", "degroot"])
def test_another_group_can_count_less(rule):
    # (1 + .5 · 6) / 1.5
    assert after(grouped(0.5, rule)) == pytest.approx([3.0, 4.0 / 1.5, 3.0])


def test_another_group_that_counts_nothing_is_not_heard():
    assert after(grouped(0.0)) == [3.0, 1.0, 6.0]


def test_those_further_away_than_the_confidence_are_not_heard():
    within = {"neighbours": "within", "confidence": 3.0, "self_weight": 1.0, "scaled_by": "direct"}
    assert after(influenced([0.0, 3.0, 9.0], COMPLETE, within)) == [1.5, 1.5, 9.0]


def test_with_no_confidence_nobody_moves():
    within = {"neighbours": "within", "confidence": 0.0, "scaled_by": "direct"}
    assert after(stepped(influenced([0.0, 3.0, 9.0], COMPLETE, within), 5)) == [0.0, 3.0, 9.0]


def test_with_boundless_confidence_all_are_heard():
    within = {"neighbours": "within", "confidence": 1e9, "scaled_by": "direct"}
    assert after(influenced([0.0, 3.0, 9.0], PATH, within)) == [3.0, 4.5, 3.0]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"rule": "friedkin_johnsen"}, "stubbornness: is required by rule = 'friedkin_johnsen'"),
        ({"stubbornness": 0.5}, "stubbornness = 0.5: has no effect with rule = 'degroot'"),
        ({"neighbours": "within"}, "confidence: is required by neighbours = 'within'"),
        ({"confidence": 0.5}, "confidence = 0.5: has no effect with neighbours = 'all'"),
        ({"rule": "signed", "neighbours": "closest"}, "neighbours = 'closest': rule = 'signed' is for all neighbours"),
        ({"between_groups": 0.5}, "between_groups = 0.5: needs population.groups"),
    ],
)
def test_a_parameter_without_effect_is_refused(table, said):
    with pytest.raises(InputError, match=f"process.peers.{said}"):
        influenced([0.0, 3.0, 9.0], PATH, table)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"between_groups": -0.5}, "between_groups = -0.5: below 0 is for rule = 'signed'"),
        (
            {"between_groups": 0.5, "neighbours": "closest", "closest_by": "traits"},
            "between_groups = 0.5: has no effect with closest_by = 'traits'",
        ),
    ],
)
def test_weights_between_groups_without_effect_are_refused(table, said):
    with pytest.raises(InputError, match=f"process.peers.{said}"):
        influenced([0.0, 3.0, 9.0], PATH, table, groups={"blue": 0.5, "red": 0.5})


def closest(k: int, graph: Raw = COMPLETE, **tables: Any) -> Society:
    """Six people who look to their closest friends."""
    process = {"kind": "influence", "neighbours": "closest", "k": k}
    return make_society(
        graph=graph, process={"exploration": {}, "peers": process, "learning": {}, "ageing": {}}, **tables
    )


@pytest.mark.parametrize("k", [1, 2, 5])
def test_the_closest_friends_are_exactly_k(k):
    assert closest(k).graphs["peers"].degree.tolist() == [k] * 6


def test_who_has_fewer_than_k_friends_looks_to_all_of_them():
    assert closest(5, RING).graphs["peers"].degree.tolist() == [2] * 6


def test_the_closest_are_friends():
    chosen, all_friends = closest(1, RING).graphs["peers"], closest(1, RING).graph
    assert all(chosen.neighbours(i)[0] in all_friends.neighbours(i) for i in range(6))


def test_the_closest_by_tie_are_fixed():
    model = closest(2)
    before = model.graphs["peers"].digest()
    stepped(model, 20)
    assert model.graphs["peers"].digest() == before


def test_the_closest_are_drawn_by_lot():
    friends = {tuple(closest(1, run={"seed": seed}).graphs["peers"].indices.tolist()) for seed in range(5)}
    assert len(friends) > 1


def test_heavier_ties_are_closer(weighted):
    graph = weighted((0, 1, 1.0), (0, 2, 5.0), (0, 3, 3.0), (0, 4, 4.0), (0, 5, 2.0))
    model = closest(2, graph)
    assert model.graphs["peers"].neighbours(0).tolist() == [2, 4]


def alike(traits: list[float], k: int, uid: list[int] | None = None) -> Any:
    """Norms where all know all and look to the k most alike."""
    model = peers(traits, graph=COMPLETE, neighbours="closest", closest_by="traits", k=k)
    if uid:
        model.population["uid"][:] = uid
    return norms(model)


def test_the_closest_by_traits_are_the_most_alike():
    assert alike([0.0, 1.0, 3.0, 7.0], 1).tolist() == [1.0, 0.0, 1.0, 3.0]
    assert alike([0.0, 1.0, 3.0, 7.0], 2).tolist() == [2.0, 1.5, 0.5, 2.0]


def test_of_equally_alike_people_the_smaller_uid_is_closest():
    assert alike([0.0, 1.0, -1.0, 9.0], 1)[0] == 1.0
    assert alike([0.0, 1.0, -1.0, 9.0], 1, uid=[0, 2, 1, 3])[0] == -1.0


def test_who_is_most_alike_is_asked_anew_each_step():
    model = peers([0.0, 1.0, 3.0, 7.0], graph=COMPLETE, neighbours="closest", closest_by="traits", k=1)
    assert norms(model)[0] == 1.0
    model.population["traits"][:, 0] = [0.0, 5.0, 3.0, 7.0]
    assert norms(model)[0] == 3.0


def test_being_like_ones_friends_is_no_own_interest_by_default():
    model = stepped(peers([0.0, 3.0, 9.0], rule="reinforce"), 5)
    assert not model.population["interest"].any()


def test_being_like_ones_friends_can_be_declared_ones_own_interest():
    model = stepped(peers([0.0, 3.0, 9.0], rule="reinforce", interest=1.0))
    assert model.population["interest"] == pytest.approx([-0.15 * 9.0, -0.15 * 2.25, -0.15 * 36.0])
