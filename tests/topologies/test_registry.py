"""All kinds of the `[graph]` table."""

import pytest
from pydantic import ValidationError

from society.topologies import TOPOLOGIES, Csv, EdgeList


def test_every_kind_is_registered_under_its_own_name():
    assert all(topology.model_fields["kind"].default == kind for kind, topology in TOPOLOGIES.items())


def test_every_field_but_the_kind_is_described():
    for topology in TOPOLOGIES.values():
        described = {name: field.description or "" for name, field in topology.model_fields.items() if name != "kind"}
        assert all(description.endswith(".") for description in described.values())


def test_kind_chooses_the_class():
    assert isinstance(TOPOLOGIES["edge_list"].model_validate({"kind": "edge_list", "path": "x"}), EdgeList)


def test_an_unknown_key_is_refused():
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Csv(path="x", sorce="a")


@pytest.mark.parametrize("kind", TOPOLOGIES)
def test_every_kind_says_what_it_is(kind):
    assert TOPOLOGIES[kind].__doc__


GENERATORS = ("small_world", "scale_free", "erdos_renyi", "random_regular", "blocks", "geometric", "hyperbolic")


@pytest.mark.parametrize("kind", GENERATORS)
def test_every_generator_cites_its_source(kind):
    assert "References" in TOPOLOGIES[kind].__doc__
