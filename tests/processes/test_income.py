"""Income: what knowledge pays, by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.model import Society
from tests.societies import CROWD, QUARTERLY, Raw, crowd, gradients, make_society, rewards, stepped, teach

OPEN: Raw = {"openness": 1.0}


def earners(*, run: Raw = QUARTERLY, strength: float = 0.5, **memes: Raw) -> Society:
    """Six people at (2, −1), who stay there, and items that nobody knows yet."""
    model = make_society(
        run=run,
        population=crowd(6, "openness", "anger"),
        graph=CROWD,
        meme={name: {"kind": "invariant", "first_holders": 0, "content": OPEN} | meme for name, meme in memes.items()},
        process={
            "exchange": {},
            "income": {"strength": strength},
            "learning": {"rule": "gradient", "temperature": 0.0, "age_curve": [[20.0, 1e-12]]},
            "ageing": {},
        },
    )
    model.population["traits"][:] = [2.0, -1.0]
    return model


def known_by(model: Society, **rows: Any) -> Society:
    """The same society after a step, in which those rows know those items."""
    for item, who in rows.items():
        teach(model, item, who)
    return stepped(model)


AT = [[2.0, -1.0]] * 6


def test_an_item_pays_its_value_and_more_to_who_leans_towards_its_content():
    # ½ · 3 · (1 + 2)
    model = known_by(earners(craft={"value": {"curve": "constant", "base": 3.0}}), craft=range(6))
    assert rewards(model, "income", AT).tolist() == [4.5] * 6


def test_what_one_does_not_know_pays_nothing():
    model = known_by(earners(craft={}), craft=[1])
    assert rewards(model, "income", AT).tolist() == [0, 1.5, 0, 0, 0, 0]


def test_content_is_a_direction():
    # 0.6 · 2 − 0.8 · 1
    model = known_by(earners(craft={"content": {"openness": 3.0, "anger": 4.0}}), craft=[0])
    assert rewards(model, "income", AT)[0] == pytest.approx(0.5 * (1.0 + 0.4), rel=1e-6)


def test_the_gradient_is_the_value_along_the_content():
    model = known_by(earners(craft={"content": {"openness": 3.0, "anger": 4.0}}), craft=[0])
    assert gradients(model, "income", AT)[:2].tolist() == [pytest.approx([0.3, 0.4], rel=1e-6), [0.0, 0.0]]


def test_items_add_up():
    memes = {"craft": {}, "custom": {"content": {"anger": 1.0}}}
    model = known_by(earners(**memes), craft=[0, 1], custom=[1, 2])
    assert rewards(model, "income", AT).tolist() == [1.5, 1.5 + 0.0, 0.0, 0, 0, 0]


def test_a_cooperative_item_pays_by_the_share_of_people_who_know():
    model = known_by(earners(custom={"kind": "cooperative"}), custom=[0, 1, 2])
    assert rewards(model, "income", AT)[:3] == pytest.approx([0.5 * 0.5 * 3.0] * 3)


def test_a_competitive_item_pays_the_less_the_more_people_know():
    model = known_by(earners(tip={"kind": "competitive"}), tip=[0, 1, 2])
    assert rewards(model, "income", AT)[:3] == pytest.approx([0.5 * math.exp(-5.0) * 3.0] * 3, rel=1e-6)


def test_income_adds_up_to_wealth():
    model = known_by(earners(craft={}), craft=[0])
    assert stepped(model, 3).population["wealth"].tolist() == [3.0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("steps_per_year", [1, 12, 365])
def test_a_years_income_does_not_depend_on_the_length_of_a_step(steps_per_year):
    model = earners(craft={}, run={"steps_per_year": steps_per_year})
    teach(model, "craft", [0])
    assert stepped(model, steps_per_year).population["wealth"][0] == pytest.approx(3.0, rel=1e-4)


def test_without_strength_income_teaches_nothing_but_makes_rich():
    model = known_by(earners(craft={}, strength=0.0), craft=[0])
    assert rewards(model, "income", AT).tolist() == [0.0] * 6
    assert model.population["wealth"][0] == 0.75


def test_where_behaviour_is_tried_it_is_what_pays():
    model = make_society(
        run=QUARTERLY,
        graph=CROWD,
        meme={"craft": {"kind": "invariant", "content": OPEN}},
        process={"exploration": {"sd": 2.0}, "exchange": {}, "income": {}, "learning": {}, "ageing": {}},
    )
    population = stepped(model).population
    assert population["wealth"] == pytest.approx(0.25 * (1.0 + population["trial"][:, 0]), rel=1e-6)


def contents(*families: str) -> Any:
    """Drawn content of the items of a family called craft, among others."""
    model = make_society(
        population=crowd(6, "openness", "anger"),
        graph=CROWD,
        meme_family={name: {"kind": "invariant", "n_items": 300} for name in families},
        process={"exploration": {}, "exchange": {}, "income": {}, "learning": {}, "ageing": {}},
    )
    first = model.memes.names.index("craft.0")
    return model.population["item_content"][first : first + 300]


def test_drawn_contents_are_unit_vectors_in_all_directions():
    drawn = contents("craft")
    assert np.linalg.norm(drawn, axis=1) == pytest.approx(np.ones(300))
    # the mean of a unit vector's part along one of two axes is 0 with variance ½
    assert np.abs(drawn.mean(axis=0)).max() < 4 * math.sqrt(0.5 / 300)


@pytest.mark.parametrize("other", ["aaa", "zzz"])
def test_another_family_leaves_contents_as_they_were(other):
    assert np.array_equal(contents("craft"), contents("craft", other))
