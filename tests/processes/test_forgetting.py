"""Forgetting: losing and finding items, at a rate or after a fixed time, worked by hand on a path."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.model import Society
from tests.societies import CROWD, PATH, QUARTERLY, Raw, crowd, knowers, make_society, stepped, teach
from tests.tolerance import has_share

NEWS: Raw = {"news": {"kind": "invariant", "first_holders": 0}}
SURE: Raw = {"exchange": {"share": "sincere", "contact": 1e6}}
N = 10_000


def on_a_path(order: tuple[str, ...] = ("exchange", "forgetting"), **forgetting: Any) -> Society:
    """Six people in a row, each sure to tell the next; the first knows the item."""
    processes = SURE | {"forgetting": forgetting}
    model = make_society(graph=PATH, meme=NEWS, process={name: processes[name] for name in order})
    teach(model, "news", [0])
    return model


def in_a_crowd(*, known: bool, **forgetting: Any) -> Society:
    """Many people without ties in quarterly steps, of whom all or nobody know an item."""
    model = make_society(
        run=QUARTERLY, population=crowd(N), graph=CROWD, meme=NEWS, process=SURE | {"forgetting": forgetting}
    )
    if known:
        teach(model, "news", range(N))
    return model


def course(model: Society, steps: int) -> list[list[int]]:
    """Rows of those who know the item after each step."""
    return [np.flatnonzero(knowers(stepped(model), "news")).tolist() for _ in range(steps)]


def test_an_item_is_forgotten_at_its_rate():
    still = knowers(stepped(in_a_crowd(known=True, rate=2.0)), "news")
    assert has_share(still, math.exp(-2.0 * 0.25))


def test_forgetting_has_no_memory():
    still = knowers(stepped(in_a_crowd(known=True, rate=2.0), 4), "news")
    assert has_share(still, math.exp(-2.0))


def test_at_rate_zero_nobody_forgets():
    assert knowers(stepped(in_a_crowd(known=True, rate=0.0), 20), "news").all()


def test_an_item_is_found_at_the_rate_of_rediscovery():
    found = knowers(stepped(in_a_crowd(known=False, rate=0.0, rediscovery=0.8)), "news")
    assert has_share(found, 1.0 - math.exp(-0.8 * 0.25))


def test_without_rediscovery_nobody_finds_anything():
    assert not knowers(stepped(in_a_crowd(known=False, rate=0.0), 20), "news").any()


def test_what_is_forgotten_in_a_step_is_not_found_in_the_same_step():
    model = in_a_crowd(known=True, rate=1e9, rediscovery=1e9)
    assert [len(knowing) for knowing in course(model, 4)] == [0, N, 0, N]


def test_only_items_that_exist_are_found():
    model = in_a_crowd(known=False, rate=0.0, rediscovery=1e9)
    assert set(stepped(model).population["knows"].ravel().tolist()) == {1}


def test_with_immunity_an_item_can_be_told_for_exactly_its_duration():
    # whoever learns it in step t tells it in steps t + 1 and t + 2 and is then immune: two people carry it at a time
    model = on_a_path(active_for=2, immunity=True)
    assert course(model, 7) == [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5], []]


def test_without_immunity_an_item_comes_back():
    # in step 2 person 0, who forgot in step 1, hears it from person 1
    model = on_a_path(active_for=2)
    assert course(model, 3) == [[0, 1], [1, 2], [0, 2, 3]]


def test_a_longer_duration_carries_more_people_at_a_time():
    model = on_a_path(active_for=3, immunity=True)
    assert course(model, 4) == [[0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4]]


def test_the_reverse_order_forgets_before_it_is_ever_told():
    model = on_a_path(("forgetting", "exchange"), active_for=1, immunity=True)
    assert course(model, 2) == [[], []]


def test_in_the_usual_order_one_step_is_enough_to_tell():
    model = on_a_path(active_for=1, immunity=True)
    assert course(model, 6) == [[1], [2], [3], [4], [5], []]


def test_the_immune_do_not_find_it_either():
    model = in_a_crowd(known=True, rate=1e9, rediscovery=1e9, immunity=True)
    assert [len(knowing) for knowing in course(model, 3)] == [0, 0, 0]


def test_the_immune_are_those_who_forgot():
    population = stepped(on_a_path(active_for=1, immunity=True), 2).population
    assert population["immune"][:, 0].tolist() == [1, 1, 0, 0, 0, 0]


def test_without_immunity_there_is_no_such_column():
    assert "immune" not in on_a_path().population


def test_what_is_found_is_known_for_the_full_duration():
    # found in step 0, known after steps 0, 1 and 2, forgotten in step 3, found again in step 4
    model = in_a_crowd(known=False, active_for=3, rediscovery=1e9)
    assert [len(knowing) for knowing in course(model, 5)] == [N, N, N, 0, N]


def test_the_time_of_learning_is_kept_only_where_it_is_needed():
    assert "learned_step" not in on_a_path().population
    assert "learned_step" in on_a_path(active_for=1).population


def test_two_ways_of_forgetting_are_two_hazards():
    model = make_society(
        run=QUARTERLY,
        population=crowd(N),
        graph=CROWD,
        meme=NEWS,
        process=SURE | {"age": {"kind": "forgetting", "rate": 1.0}, "haste": {"kind": "forgetting", "rate": 2.0}},
    )
    teach(model, "news", range(N))
    assert has_share(knowers(stepped(model), "news"), math.exp(-3.0 * 0.25))


@pytest.mark.parametrize("n_items", [1, 64, 65, 130])
def test_every_item_of_a_large_family_can_be_forgotten(n_items):
    family = {"news": {"kind": "invariant", "n_items": n_items}}
    model = make_society(graph=CROWD, meme_family=family, process=SURE | {"forgetting": {"rate": 1e9}})
    assert model.population["knows"].any()
    assert not stepped(model).population["knows"].any()
