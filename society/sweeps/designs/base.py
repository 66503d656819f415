"""The `[sweep]` table: what all designs have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from society.sweeps.factors import Factor, Label
from society.tables import Listed, Table, parameter

type Row = dict[str, Label]
type Factors = Mapping[str, Factor]

MAX_RUNS = 10**6
"""Runs of a sweep, and rows of a design before constraints, at most."""


class Design(Table):
    """What a sweep is called, where it starts from and how its factors are varied.

    Rows depend on the factors and the root seed alone.
    """

    kind: ClassVar[str]
    takes_constraints: ClassVar[bool] = True
    """Whether the design is still one without some of its rows."""
    is_endless: ClassVar[bool] = False
    """Whether rows are drawn until enough fulfil the constraints."""

    scenario: str | None = parameter(
        None, "Scenario file of the base, from the folder of this file; required unless every arm names one."
    )
    name: str | None = parameter(
        None, "Short name, used for the results folder; the file's name unless given.", pattern=r"^\w[\w.-]*$"
    )
    title: str = parameter("", "One line for headings.")
    description: str = parameter("", "What is varied and what should be seen.")
    replicates: int = parameter(1, "Runs of each point in each arm, with seeds of their own.", ge=1, le=MAX_RUNS)
    pairing: Literal["common", "independent", "own"] = parameter(
        "common",
        "Seeds: common, replicate r has the same in every row and arm; independent, every run has another; own, as "
        "common, but counted from the seed of the scenario that an arm names.",
    )
    seed: int | None = parameter(
        None, "Root of all seeds; run.seed of the base scenario unless given.", ge=0, le=2**63 - 1
    )
    constraints: Listed[tuple[str, ...]] = parameter(
        (),
        "Conditions on factors and other values of the scenario, such as "
        "'platform.feed.power >= process.peers.weight', that every point fulfils in every arm.",
    )

    @abstractmethod
    def size(self, factors: Factors) -> int:
        """Number of rows, before constraints unless rows are drawn until enough fulfil them."""

    @abstractmethod
    def draw(self, factors: Factors, *, seed: int) -> Iterator[Row]:
        """All rows in order, each the labels of all factors by path; without end if it is endless."""

    def check(self, factors: Factors) -> list[str]:
        """What keeps these factors from being varied in this way."""
        return []
