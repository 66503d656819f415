"""Memes: value curves by hand, and places, names and keys of items."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.memes import BATCH, KINDS, MemeFamily, Memes, MemeTable
from society.streams import Streams
from tests.societies import make_scenario

F = (0.0, 0.1, 0.5, 1.0)
"""Shares of people at which curves are worked out."""


def logistic(x: float) -> float:
    """1 / (1 + e^−x)."""
    return 1.0 / (1.0 + math.exp(-x))


def family(name: str = "news", n_items: int = 1, kind: str = "invariant", **values: Any) -> MemeFamily:
    """A family of items."""
    return MemeFamily.model_validate({"name": name, "kind": kind, "n_items": n_items} | values)


def values(kind: str = "invariant", **curve: Any) -> list[float]:
    """Value of an item at each of F."""
    memes = Memes((family(kind=kind, value=curve) if curve else family(kind=kind),))
    return [float(memes.values(np.array([f]))[0]) for f in F]


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        ({"curve": "constant"}, [1.0, 1.0, 1.0, 1.0]),
        ({"curve": "power"}, [0.0, 0.1, 0.5, 1.0]),
        ({"curve": "power", "exponent": 3}, [0.0, 0.001, 0.125, 1.0]),
        ({"curve": "threshold"}, [0.0, 0.0, 1.0, 1.0]),
        ({"curve": "threshold", "critical_mass": 0.1}, [0.0, 1.0, 1.0, 1.0]),
        ({"curve": "exponential"}, [1.0, math.exp(-1), math.exp(-5), math.exp(-10)]),
        ({"curve": "exponential", "scale": 0.5}, [1.0, math.exp(-0.2), math.exp(-1), math.exp(-2)]),
        ({"curve": "crowding"}, [1.0, 0.5, 1 / 6, 1 / 11]),
        ({"curve": "scarcity"}, [1.0, 0.9, 0.5, 0.0]),
        ({"curve": "scarcity", "exponent": 2}, [1.0, 0.81, 0.25, 0.0]),
    ],
    ids=str,
)
def test_a_curve_has_its_value_by_the_share_of_people_who_know(curve, expected):
    assert values(**curve) == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_the_logistic_curve_runs_from_zero_to_one():
    low, high = logistic(-2.5), logistic(7.5)
    expected = [0.0, (logistic(-1.5) - low) / (high - low), (logistic(2.5) - low) / (high - low), 1.0]
    assert values(curve="logistic") == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("invariant", [1.0, 1.0, 1.0, 1.0]),
        ("cooperative", list(F)),
        ("competitive", [1.0, math.exp(-1), math.exp(-5), math.exp(-10)]),
    ],
)
def test_a_kind_is_the_default_of_its_curve(kind, expected):
    assert values(kind) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_curve_of_ones_own_makes_the_kind_a_mere_name(kind):
    assert values(kind, curve="crowding") == values("invariant", curve="crowding")


def test_the_base_multiplies_the_curve():
    assert values(curve="power", base=3.0) == pytest.approx([0.0, 0.3, 1.5, 3.0])


def test_a_share_beyond_all_people_counts_as_all():
    assert Memes((family(kind="cooperative"),)).values(np.array([1.3]))[0] == 1.0


def test_a_critical_mass_below_zero_is_refused():
    with pytest.raises(InputError, match=r"meme\.news\.value\.critical_mass = -1\.0: must be at least 0"):
        make_scenario(meme={"news": {"kind": "invariant", "value": {"curve": "threshold", "critical_mass": -1.0}}})


TWO = Memes((family("craft", 5), MemeTable(name="tip", kind="competitive")))
"""Five items and one more."""


def test_families_follow_one_another():
    assert TWO.first_slots == (0, 5, 6)
    assert (TWO.n_slots, TWO.n_words) == (6, 1)


def test_slots_are_named_by_family_and_number():
    assert TWO.names == ("craft.0", "craft.1", "craft.2", "craft.3", "craft.4", "tip")


def test_items_can_be_picked_by_kind():
    assert np.flatnonzero(TWO.of_kind("competitive")).tolist() == [5]
    assert not TWO.of_kind("cooperative").any()


def test_values_of_families_stand_at_their_items():
    assert TWO.per_slot([2.0, 3.0]).tolist() == [2, 2, 2, 2, 2, 3]


@pytest.mark.parametrize(("n_items", "n_words"), [(64, 1), (65, 2), (128, 2), (129, 3)])
def test_a_word_holds_sixty_four_items(n_items, n_words):
    assert Memes((family(n_items=n_items),)).n_words == n_words


def test_a_society_without_items_has_no_slots():
    empty = Memes(())
    assert (empty.n_slots, empty.n_words, empty.names) == (0, 0, ())


STREAMS = Streams(1)


def test_a_family_is_drawn_in_batches_numbered_from_zero():
    batches = Memes((family("craft", BATCH + 3), family("tip", 2))).batches(STREAMS, "exchange", "telling")
    assert batches[:, 1:].tolist() == [[0, 0, BATCH], [1, BATCH, 3], [0, BATCH + 3, 2]]


def test_batches_are_keyed_by_their_family():
    keys = TWO.batches(STREAMS, "exchange", "telling")[:, 0]
    assert keys.tolist() == [int(STREAMS.key("exchange", name)) for name in ("telling.craft", "telling.tip")]


def test_another_family_leaves_the_draws_of_the_first():
    alone = Memes((family("tip"),)).batches(STREAMS, "exchange", "telling")
    beside = Memes((family("craft", 9), family("tip"))).batches(STREAMS, "exchange", "telling")
    assert beside[-1, [0, 1, 3]].tolist() == alone[0, [0, 1, 3]].tolist()


def test_families_stand_in_order_of_name_whatever_the_file():
    table = {"kind": "invariant"}
    scenario = make_scenario(meme_family={"b": table}, meme={"c": table, "a": table}, process={"exchange": {}})
    assert [*scenario.memes] == ["a", "b", "c"]


def test_an_item_and_a_family_of_one_name_are_refused():
    table = {"kind": "invariant"}
    with pytest.raises(InputError, match=r"meme\.news: there is a meme_family\.news too"):
        make_scenario(meme_family={"news": table}, meme={"news": table})


def test_content_names_traits():
    with pytest.raises(InputError, match=r"meme\.news\.content: no trait 'opennes'; did you mean 'openness'\?"):
        make_scenario(meme={"news": {"kind": "invariant", "content": {"opennes": 1.0}}})
