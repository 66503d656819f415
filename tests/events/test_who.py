"""Whom events reach: each condition, all of them together, and lots that are the person's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.model import Society
from tests.events.lives import STILL, happening, lived
from tests.societies import Raw, ties_file
from tests.tolerance import has_share

KICK: Raw = {"kick": {"along": {"calm": 1.0}}}


def kicked(model: Society) -> Any:
    """(n_agents,) boolean: whom the next step moves."""
    before = model.population["traits"].copy()
    model.step()
    return (model.population["traits"] != before).any(axis=1)


def reached(who: Raw, *, n_agents: int = 6, setting: Raw | None = None, **tables: Any) -> list[int]:
    """Rows of those whom an event of now reaches, in a society in which some columns are set."""
    model = happening(n_agents, event={"now": {"at": 0.0, "who": who} | KICK}, **tables)
    for column, values in (setting or {}).items():
        model.population[column] = values
    return np.flatnonzero(kicked(model)).tolist()


def test_without_conditions_everybody_is_reached() -> None:
    assert reached({}) == [0, 1, 2, 3, 4, 5]


def test_an_age_is_from_its_lower_bound_on_and_below_its_upper() -> None:
    ages = {"age": [10.0, 13.0, 15.0, 17.9, 18.0, 40.0]}
    assert reached({"age": {"low": 13.0, "high": 18.0}}, setting=ages) == [1, 2, 3]
    assert reached({"age": {"low": 18.0}}, setting=ages) == [4, 5]
    assert reached({"age": {"high": 13.0}}, setting=ages) == [0]


def test_a_range_of_traits() -> None:
    traits = {"traits": [[-2.0], [-1.0], [0.0], [1.0], [2.0], [3.0]]}
    assert reached({"traits": {"calm": {"low": 1.0, "high": 3.0}}}, setting=traits) == [3, 4]


def test_groups_and_environments_are_any_of_those_named() -> None:
    places = {"environment": {name: {"kind": "quadratic"} for name in ("abroad", "home", "school")}}
    groups = {"n_agents": 6, "traits": ["calm"], "trait_sd": 0.0, "groups": {"east": 1.0, "north": 1.0, "west": 1.0}}
    tables: Raw = {"population": groups} | places
    setting = {"group": [0, 1, 2, 0, 1, 2], "environment": [0, 0, 0, 1, 1, 2]}
    assert reached({"groups": ["west", "east"]}, setting=setting, **tables) == [0, 2, 3, 5]
    assert reached({"environments": ["home", "school"]}, setting=setting, **tables) == [3, 4, 5]
    assert reached({"groups": ["west"], "environments": ["abroad"]}, setting=setting, **tables) == [2]


def test_users_of_any_of_the_platforms_named() -> None:
    platforms = {name: {"target": {"calm": 1.0}, "rate_entry": 0.0} for name in ("chat", "feed", "work")}
    setting = {"is_user": [[1, 0, 0, 0, 0, 1], [0, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0]]}
    tables: Raw = {"platform": platforms, "process": {"attention": {}} | STILL}
    assert reached({"platforms": ["chat", "feed"]}, setting=setting, **tables) == [0, 1, 5]


def test_people_are_named_as_in_the_graph(tmp_path: Path) -> None:
    graph = ties_file(tmp_path, [(10, 20, 1), (30, 40, 1)])
    population = {"traits": ["calm"], "trait_sd": 0.0, "n_agents": 4}
    assert reached({"ids": [20, "30"]}, graph=graph, population=population) == [1, 2]


def test_whom_the_graph_does_not_know_is_refused(tmp_path: Path) -> None:
    graph = ties_file(tmp_path, [(10, 20, 1), (30, 40, 1)])
    population = {"traits": ["calm"], "n_agents": 4}
    with pytest.raises(
        InputError, match=r"^scenario: event\.now\.who\.ids: no person '21' in the graph; known: 10, 20, 30, 40$"
    ):
        reached({"ids": [21]}, graph=graph, population=population)


def test_who_takes_the_row_of_who_was_named_is_not() -> None:
    model = happening(event={"now": {"every": 0.25, "who": {"ids": [3]}} | KICK})
    assert kicked(model).tolist() == [False] * 3 + [True] + [False] * 2
    for name, column in model.population.per_agent.items():  # as who dies is replaced
        if model.population.owners[name] != "society":
            model.population.by_agent(name)[3] = column.default
    assert not kicked(model).any()


def test_conditions_are_those_of_the_beginning_of_the_step() -> None:
    event = {"now": {"every": 0.05, "count": 5, "who": {"traits": {"calm": {"high": 0.5}}}} | KICK}
    assert lived(0.25, happening(event=event)).population["traits"][:, 0].tolist() == [5.0] * 6


N = 5000


def share(fraction: float, **tables: Any) -> Any:
    """(N,) boolean: who is among the share reached."""
    event = {"now": {"every": 0.25, "who": {"fraction": fraction}} | KICK}
    return kicked(happening(N, event=event | tables.pop("event", {}), **tables))


def test_a_fraction_is_a_share_of_people() -> None:
    assert has_share(share(0.3), 0.3)


def test_a_fraction_of_nobody_and_of_everybody() -> None:
    assert not share(0.0).any()
    assert share(1.0).all()


def test_a_larger_fraction_reaches_those_of_a_smaller_one() -> None:
    assert not (share(0.3) & ~share(0.6)).any()


def test_a_course_reaches_the_same_people_each_time() -> None:
    model = happening(100, event={"now": {"every": 0.25, "who": {"fraction": 0.3}} | KICK})
    assert np.array_equal(kicked(model), kicked(model))


def test_a_fraction_of_two_events_is_drawn_twice() -> None:
    other = {"other": {"every": 0.25, "who": {"fraction": 0.3}, "kick": {"size": 0.0}}}
    one = happening(N, event={"other": {"every": 0.25, "who": {"fraction": 0.3}} | KICK})
    both = share(0.3, event=other) & kicked(one)
    assert has_share(both, 0.09)


def test_another_event_changes_nobodys_draws() -> None:
    alone = lived(1, happening(50, event={"now": {"rate": 2.0, "who": {"fraction": 0.5}, "kick": {"law": "normal"}}}))
    aside = {"aaa": {"rate": 3.0, "who": {"fraction": 0.2}, "kick": {"size": 0.0, "law": "heavy_tailed"}}}
    now = {"now": {"rate": 2.0, "who": {"fraction": 0.5}, "kick": {"law": "normal"}}}
    beside = lived(1, happening(50, event=aside | now))
    assert np.array_equal(alone.population["traits"], beside.population["traits"])
    assert np.array_equal(alone.population["event.now.due"], beside.population["event.now.due"])


def test_a_filter_changes_nobodys_clock() -> None:
    free = lived(1, happening(50, event={"now": {"rate": 2.0} | KICK}))
    bound = lived(1, happening(50, event={"now": {"rate": 2.0, "who": {"fraction": 0.5}} | KICK}))
    assert np.array_equal(free.population["event.now.due"], bound.population["event.now.due"])
