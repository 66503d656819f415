"""Exchange: who is told what, and what is withheld, by hand and by the formula."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.model import Society
from tests.societies import (
    COMPLETE,
    CROWD,
    PAIRS,
    PATH,
    QUARTERLY,
    Raw,
    crowd,
    knowers,
    knowledge,
    make_scenario,
    make_society,
    stepped,
    teach,
)
from tests.tolerance import has_share

N = 8000
KINDS = ("invariant", "cooperative", "competitive")
SURE: Raw = {"exchange": {"share": "sincere", "contact": 1e6}}
"""Whoever knows tells, and whoever is told knows."""


def item(kind: str = "invariant", **values: Any) -> Raw:
    """One item that nobody knows at the start."""
    return {"news": {"kind": kind, "first_holders": 0} | values}


def pairs(*, n_agents: int = N, meme: Raw | None = None, **exchange: Any) -> Society:
    """Quarterly steps among disjoint pairs, of whom one each knows the item."""
    model = make_society(
        run=QUARTERLY,
        population=crowd(n_agents),
        graph=PAIRS | {"arguments": {"d": 1, "n": N}},
        meme=meme or item(),
        process={"exchange": exchange},
    )
    teach(model, "news", first_of_pairs(model))
    return model


def first_of_pairs(model: Society) -> Any:
    """Rows of those whose partner has a larger row."""
    paired = np.flatnonzero(model.graph.degree)
    return paired[model.graph.indices > paired]


def heard(model: Society) -> Any:
    """Which of the partners know the item after a step."""
    partners = model.graph.indices[model.graph.indptr[first_of_pairs(model)]]
    return knowers(stepped(model), "news")[partners]


def chance(rate: float) -> float:
    """1 − e^(−rate h) in quarterly steps."""
    return 1.0 - math.exp(-rate * 0.25)


def test_an_item_passes_along_a_tie_with_one_minus_e_to_the_minus_rate_times_step():
    assert has_share(heard(pairs(share="sincere", contact=2.0)), chance(2.0))


@pytest.mark.parametrize(
    ("changes", "factor"),
    [({"willingness": 0.5}, 0.5), ({"adoption": 0.3}, 0.3), ({"willingness": 0.5, "adoption": 0.3}, 0.15)],
)
def test_willingness_and_adoption_multiply_the_rate(changes, factor):
    assert has_share(heard(pairs(share="sincere", contact=2.0, **changes)), chance(2.0 * factor))


def test_transmissibility_multiplies_the_rate():
    assert has_share(heard(pairs(meme=item(transmissibility=3.0), share="sincere", contact=2.0)), chance(6.0))


def test_the_weight_of_a_tie_multiplies_the_rate(weighted):
    graph = weighted(*((2 * pair, 2 * pair + 1, 2.5) for pair in range(N // 2)))
    model = make_society(
        run=QUARTERLY,
        population=crowd(N),
        graph=graph,
        meme=item(),
        process={"exchange": {"share": "sincere", "contact": 1.0}},
    )
    teach(model, "news", first_of_pairs(model))
    assert has_share(heard(model), chance(2.5))


@pytest.mark.parametrize("changes", [{"contact": 0.0}, {"willingness": 0.0}, {"adoption": 0.0}])
def test_nobody_hears_where_a_factor_is_zero(changes):
    assert not heard(pairs(**{"share": "sincere", "contact": 50.0} | changes)).any()


def test_exposures_to_several_knowers_are_independent():
    # the hub of a star of five who know: 1 − (1 − p)^5, over many items
    model = make_society(
        run=QUARTERLY,
        graph={"kind": "networkx", "generator": "star_graph", "arguments": {"n": 5}},
        meme_family={"news": {"kind": "invariant", "n_items": 4000, "first_holders": 0}},
        process={"exchange": {"share": "sincere", "contact": 0.5}},
    )
    for name in model.memes.names:
        teach(model, name, range(1, 6))
    stepped(model)
    assert has_share([knowers(model, name)[0] for name in model.memes.names], chance(2.5))


def test_everybody_hears_what_was_known_at_the_beginning_of_the_step():
    model = make_society(graph=PATH, meme=item(), process=SURE)
    teach(model, "news", [0])
    for reached in range(1, 6):
        assert np.flatnonzero(knowers(stepped(model), "news")).tolist() == [*range(reached + 1)]


def test_only_the_target_of_a_directed_tie_hears(tmp_path):
    (tmp_path / "ties.csv").write_text("a,b\n0,1\n2,1\n1,3\n")
    model = make_society(
        population={"n_agents": 4},
        graph={"kind": "csv", "path": str(tmp_path / "ties.csv"), "directed": True},
        meme=item(),
        process=SURE,
    )
    teach(model, "news", [1])
    assert knowers(stepped(model, 3), "news").tolist() == [False, True, False, True]


def test_who_has_no_friends_hears_nothing():
    model = make_society(graph=CROWD, meme=item(), process=SURE)
    teach(model, "news", [0])
    assert knowers(stepped(model, 5), "news").sum() == 1


def willing(kind: str, known: float, **exchange: Any) -> float:
    """Probability of sharing an item of a kind that a share of people know."""
    model = make_society(meme=item(kind), process={"exchange": exchange})
    return float(model.processes[0].willing(model, np.full(4, known))[0])


def logistic(x: float) -> float:
    """1 / (1 + e^−x)."""
    return 1.0 / (1.0 + math.exp(-x))


@pytest.mark.parametrize(
    ("kind", "known", "gain"),
    [
        ("invariant", 0.0, 0.0),
        ("cooperative", 0.0, 0.3),
        ("cooperative", 0.8, 0.2),
        ("competitive", 0.0, math.exp(-3.0) - 1.0),
        ("competitive", 0.1, math.exp(-4.0) - math.exp(-1.0)),
    ],
)
def test_willingness_is_logistic_in_what_telling_does_to_ones_own_value(kind, known, gain):
    assert willing(kind, known) == pytest.approx(logistic(-3.0 + 4.0 * gain), rel=1e-9)


def test_status_cost_stake_audience_and_temperature_enter_as_in_the_formula():
    changes = {"status": 1.0, "cost": 2.0, "stake": 5.0, "audience": 0.5, "temperature": 2.0}
    assert willing("cooperative", 0.2, **changes) == pytest.approx(logistic((1.0 - 2.0 + 5.0 * 0.5) / 2.0), rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_stake_all_kinds_are_told_alike(kind):
    assert willing(kind, 0.1, stake=0.0) == pytest.approx(logistic(-3.0), rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_sincere_share_all_kinds_alike(kind):
    assert willing(kind, 0.1, share="sincere", willingness=0.7) == 0.7


def test_what_pays_by_being_known_is_pushed():
    # a twelfth of people know it: the gain is 0.3, whatever that share
    model = pairs(n_agents=6 * N, meme=item("cooperative"), contact=2.0)
    assert has_share(heard(model), chance(2.0 * logistic(-3.0 + 4.0 * 0.3)))


def test_what_pays_by_being_scarce_is_withheld():
    share = 1.0 / 12.0
    gain = math.exp(-(share + 0.3) / 0.1) - math.exp(-share / 0.1)
    model = pairs(n_agents=6 * N, meme=item("competitive"), contact=50.0)
    assert has_share(heard(model), chance(50.0 * logistic(-3.0 + 4.0 * gain)))


def test_without_a_stake_scarce_and_common_goods_are_heard_by_the_same_people():
    one, other = (heard(pairs(meme=item(kind), contact=20.0, stake=0.0)) for kind in ("cooperative", "competitive"))
    assert one.any()
    assert np.array_equal(one, other)


CURVES: tuple[Raw, ...] = (
    {"curve": "constant"},
    {"curve": "power", "exponent": 2},
    {"curve": "exponential", "scale": 0.2},
)


def of_families(kinds: tuple[str, ...], curves: tuple[Raw, ...] | None) -> dict[str, list[bool]]:
    """Who knows what after a while, for three families of given kinds and value curves."""
    families = {
        name: {"kind": kind, "n_items": 4, "first_holders": 2} | ({"value": curve} if curve else {})
        for name, kind, curve in zip("abc", kinds, curves or [None] * 3, strict=True)
    }
    model = make_society(
        population=crowd(30),
        graph={"kind": "networkx", "generator": "cycle_graph"},
        meme_family=families,
        process={"exchange": {"contact": 20.0}, "forgetting": {"rate": 0.5}},
    )
    return knowledge(stepped(model, 40))


@pytest.mark.parametrize(
    "kinds", [("cooperative", "competitive", "invariant"), ("competitive", "invariant", "cooperative")]
)
def test_the_names_of_the_kinds_change_nothing(kinds):
    assert of_families(kinds, CURVES) == of_families(KINDS, CURVES)


def test_the_curves_of_the_kinds_change_something():
    assert of_families(KINDS, CURVES[::-1]) != of_families(KINDS, CURVES)


def test_an_item_starts_with_its_first_holders():
    model = make_society(
        population=crowd(50), graph=CROWD, meme_family={"news": {"kind": "invariant", "n_items": 9}}, process=SURE
    )
    assert [sum(known) for known in knowledge(model).values()] == [8] * 9


def test_there_are_no_more_first_holders_than_people():
    model = make_society(graph=CROWD, meme={"news": {"kind": "invariant", "first_holders": 20}}, process=SURE)
    assert knowers(model, "news").all()


def test_items_of_a_family_have_first_holders_of_their_own():
    family = {"news": {"kind": "invariant", "n_items": 3, "first_holders": 2}}
    holders = knowledge(make_society(population=crowd(1000), graph=CROWD, meme_family=family, process=SURE)).values()
    assert len({tuple(np.flatnonzero(known)) for known in holders}) == 3


@pytest.mark.parametrize("other", ["aaa", "zzz"])
def test_another_family_leaves_what_people_hear_as_it_was(other):
    family = {"kind": "invariant", "n_items": 70, "first_holders": 1}
    alone, beside = (
        knowledge(
            stepped(
                make_society(
                    population=crowd(12),
                    meme_family=dict.fromkeys(names, family),
                    process={"exchange": {"share": "sincere", "contact": 5.0}},
                ),
                10,
            )
        )
        for names in (["news"], ["news", other])
    )
    assert alone == {name: known for name, known in beside.items() if name.startswith("news")}


def test_every_item_of_every_tie_has_a_draw_of_its_own():
    # what one of a complete six knows, each of the others hears independently
    family = {"news": {"kind": "invariant", "n_items": 1000, "first_holders": 0}}
    model = make_society(
        run=QUARTERLY, graph=COMPLETE, meme_family=family, process={"exchange": {"share": "sincere", "contact": 2.0}}
    )
    for name in model.memes.names:
        teach(model, name, [0])
    stepped(model)
    told = np.array([knowers(model, name)[1:] for name in model.memes.names], float)
    correlations = np.corrcoef(told.T)[np.triu_indices(5, 1)]
    assert np.abs(correlations).max() < 4 / math.sqrt(1000)


def test_exchange_needs_something_to_exchange():
    with pytest.raises(
        InputError, match=r"process\.exchange.*needs an item: add a \[meme\.\*\] or \[meme_family\.\*\]"
    ):
        make_scenario(process=SURE)
