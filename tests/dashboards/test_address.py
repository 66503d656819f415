"""Address: a link says all that a page shows, and reads back the same."""

from __future__ import annotations

import pytest

from dashboards.address import Address
from society.errors import InputError

FULL = Address(
    scenario="scenarios/quick start.toml",
    values={
        "platform.feed.power": 0.5,
        "platform.feed.target": {"anger": 1.0},
        "run.order": ["a", "b"],
        "process.x.on": True,
    },
    step=312,
    view={"panels": "graph,measures-2", "measures-2.measure": "known", "colour": "traits"},
)


def test_an_address_reads_back_as_it_was_written():
    assert Address.from_query(FULL.to_query()) == FULL


def test_an_empty_query_is_an_empty_address():
    assert Address.from_query(None) == Address()
    assert Address().to_query() == ""


def test_settings_seen_later_replace_earlier_ones():
    assert FULL.seen(colour="age").view == {**FULL.view, "colour": "age"}


@pytest.mark.parametrize(
    ("query", "said"), [("step=x", "step = 'x': must be a whole number"), ("set=oops", "must be path=value")]
)
def test_a_broken_link_is_said_in_words(query, said):
    with pytest.raises(InputError, match=said):
        Address.from_query(query)
