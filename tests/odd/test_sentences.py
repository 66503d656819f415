"""Everything a document is made of has its sentence: without this, `society describe` would have gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import pytest

from society.age_curve import Shape
from society.environments import ENVIRONMENTS
from society.layout import DIMS, dims
from society.measures import MEASURES
from society.memes import Curve
from society.odd.docstrings import attributes, description, lead, references
from society.odd.parameters import is_parameter
from society.platforms import Platform
from society.population import Column
from society.processes import PROCESSES, Process, Source
from society.processes.base import CORE_COLUMNS
from society.scenario import PLAIN_FAMILIES, SECTIONS
from society.tables import Table, parameter
from society.topologies import TOPOLOGIES
from tests.societies import make_scenario

TABLES: dict[str, type[Table]] = {
    **{f"section {key}": table for key, table in SECTIONS.items()},
    **{f"family {key}": table for key, table in PLAIN_FAMILIES.items()},
    **{f"graph {key}": table for key, table in TOPOLOGIES.items()},
    **{f"environment {key}": table for key, table in ENVIRONMENTS.items()},
    **{f"process {key}": table for key, table in PROCESSES.items()},
    **{f"curve {table.__name__}": table for table in Curve.__subclasses__()},
    **{f"age curve {table.__name__}": table for table in Shape.__subclasses__()},
}


def is_sentence(words: str) -> bool:
    """Whether it begins like a sentence or a formula and ends with a full stop."""
    return bool(re.fullmatch(r"(?![a-z][a-z]).{2,}\.", words.strip(), flags=re.DOTALL))


def gaps(kind: type[Table]) -> Iterator[str]:
    """What lacks a sentence in a table of a scenario: itself, its parameters, its columns and decisions."""
    if not is_sentence(lead(kind)):
        yield "docstring"
    for name, field in kind.model_fields.items():
        is_tag = name == "curve" and issubclass(kind, Curve)
        if is_parameter(kind, name) and not is_tag and not is_sentence(field.description or ""):
            yield f"parameter {name}"
    if issubclass(kind, Process):
        yield from (f"column {column.name}" for column in kind.owns if not is_sentence(column.doc))
        yield from (f"decision {name}" for name, words in kind.decisions.items() if not words.strip())
        fillers = {"setup": (kind.setup, Process.setup), "born": (kind.born, Process.born)}
        yield from (
            name for name, (own, base) in fillers.items() if own is not base and not is_sentence(description(own))
        )
    if issubclass(kind, Source):
        functions = {"reward": (kind.reward, Source.reward), "gradient": (kind.gradient, Source.gradient)}
        yield from (
            name for name, (own, base) in functions.items() if own is not base and not is_sentence(description(own))
        )


@pytest.mark.parametrize("kind", TABLES.values(), ids=TABLES)
def test_every_part_of_a_table_has_its_sentence(kind: type[Table]) -> None:
    assert [*gaps(kind)] == []


class Mute(Source):
    kind: ClassVar[str] = "mute"
    owns: ClassVar[tuple[Column, ...]] = (Column("silence", ""),)
    decisions: ClassVar[dict[str, str]] = {"word": " "}
    volume: float = 1.0
    pitch: float = parameter(1.0, "how high")

    def setup(self, model: object) -> None:
        pass

    def born(self, model: object, who: object) -> None:
        pass

    def reward(self, model: object, row: str, at: object, out: object) -> None:
        pass


def test_what_lacks_its_sentence_is_found() -> None:
    assert [*gaps(Mute)] == [
        "docstring",
        "parameter volume",
        "parameter pitch",
        "column silence",
        "decision word",
        "setup",
        "born",
        "reward",
    ]


@pytest.mark.parametrize("column", CORE_COLUMNS, ids=lambda column: column.name)
def test_every_column_of_every_society_has_its_sentence(column: Column) -> None:
    assert is_sentence(column.doc)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_every_measure_has_its_sentence(measure) -> None:
    assert is_sentence(measure.doc)


@pytest.mark.parametrize("dim", dims(make_scenario(), 6))
def test_every_dimension_has_its_sentence(dim: str) -> None:
    assert is_sentence(DIMS[dim])


def test_every_state_variable_of_a_platform_has_its_sentence() -> None:
    assert all(is_sentence(attributes(Platform)[name]) for name in ("power", "engagement"))


@pytest.mark.parametrize("kind", TABLES.values(), ids=TABLES)
def test_every_work_referred_to_has_authors_a_year_and_an_end(kind: type[Table]) -> None:
    for work in references(kind):
        assert re.match(r"[\w'’ -]+, ", work), work
        assert re.search(r"\b(1[5-9]|20)\d\d\b", work), work
        assert len(re.findall(r"\(\d{4}[a-z]?\)", work)) <= 1, work
        assert work.endswith("."), work
