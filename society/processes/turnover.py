"""Turnover: people die, and others are born in their place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from society.family import Family, parents
from society.kernels import turnover as kernels
from society.kernels.exchange import flip, note_learned
from society.kernels.maths import log
from society.population import Array, Column, Rows
from society.processes.base import Process
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario

CERTAIN = 1e6
"""Hazard of what is as good as certain."""


class Turnover(Process):
    """People die, each with a hazard by age, and others are born in their place: the number of people is constant.

    μ(a) = c + s e^(s (a − M)), the law of Gompertz and Makeham (1860) by the modal age M (Missov et al. 2015): c is
    `rate`, s `senescence`; s = 0 leaves the constant hazard c. The probability of a step is 1 − exp(−∫μ). Who has
    reached the age `until` dies in any case.

    At the end of the step a newborn of age `entry_age` with a uid of their own takes the place: environment, group and
    ties. Everything else starts as at the beginning of the society, from draws of their own. With a `parent` the
    environment and the group are the parent's, and u' = √h² u + √(1 − h²) ξ: u is the parent's endowment and ξ the
    newborn's own draw, so that the variance stays and parent and child correlate by h (one parent stands for both).
    Personality starts likewise, by `upbringing`; items that the parent knows are taught with probability `taught`.
    With `parent = "neighbour"` this is death and birth on the graph, with "environment" the process of Moran (1958).
    Where no neighbour survives, somebody of the environment is the parent.

    With `ties = "parent"` the newborn has as many ties as the place had at the beginning, but one at least: with the
    parent, then with the parent's friends, then with those of the dead, in order of lot, as long as there are any.

    References
    ----------
    Makeham, W. M. (1860). On the law of mortality and the construction of annuity tables. The Assurance Magazine 8,
    301–310.
    Missov, T. I., Lenart, A., Nemeth, L., Canudas-Romo, V., & Vaupel, J. W. (2015). The Gompertz force of mortality in
    terms of the modal age at death. Demographic Research 32, 1031–1048.
    Moran, P. A. P. (1958). Random processes in genetics. Mathematical Proceedings of the Cambridge Philosophical
    Society 54, 60–71.
    """

    kind: ClassVar[str] = "turnover"
    along_ties: ClassVar[bool] = True
    reads: ClassVar[tuple[str, ...]] = ("age",)
    adds_to: ClassVar[tuple[str, ...]] = ("leaving", "age", "environment")
    may_add_to: ClassVar[tuple[str, ...]] = ("group", "endowment", "traits", "knows", "learned_step")
    owns: ClassVar[tuple[Column, ...]] = (
        Column("entered", "Step in which the person was born; 0 for those of the beginning.", "i4", unit="steps"),
        Column("parent", "Number (uid) of whom the person takes after; -1 for nobody.", "i4", default=-1),
    )
    decisions: ClassVar[dict[str, str]] = {
        "death": "whether one dies",
        "parent": "whom a newborn takes after",
        "teaching": "which of the parent's items a newborn is taught",
        "ties": "with which of the parent's friends a newborn has ties",
    }

    rate: float = parameter(0.0, "Hazard of dying at any age.", symbol="c", ge=0, le=1e6, unit="per year")
    senescence: float = parameter(
        0.1, "How fast the hazard of dying grows with age; 0 for a constant hazard.", symbol="s", ge=0, le=10,
        unit="per year",
    )  # fmt: skip
    modal_age: float = parameter(
        85.0, "Age at which most die, if they die of age alone.", symbol="M", ge=0, le=1000, unit="years"
    )
    until: float | None = parameter(None, "Age that nobody survives; none if not given.", gt=0, unit="years")
    entry_age: float = parameter(0.0, "Age of newborns.", ge=0, le=150, unit="years")
    parent: Literal["neighbour", "environment", "nobody"] = parameter(
        "neighbour", "Whom a newborn takes after: one the dead heard from, one of the same environment, or nobody."
    )
    heritability: float = parameter(
        0.4, "Share of the variance of endowment that comes from the parent.", symbol="h²", ge=0, le=1
    )
    upbringing: float = parameter(
        0.0, "Share of the variance of first personality that comes from the parent's.", ge=0, le=1
    )
    taught: float = parameter(0.0, "Probability of being taught each item that the parent knows.", ge=0, le=1)
    ties: Literal["place", "parent"] = parameter(
        "place", "Whose ties a newborn has: those of the place, or the parent's."
    )

    def check(self, scenario: Scenario) -> list[str]:
        """Newborns live, and have the parent that is spoken of."""
        found = []
        if self.until is not None and self.until <= self.entry_age:
            found.append(f"until = {self.until} is not above entry_age = {self.entry_age}")
        if self.ties == "parent" and self.parent == "nobody":
            found.append("ties = 'parent': needs a parent; set parent to 'neighbour' or 'environment'")
        return found

    def setup(self, model: Society) -> None:
        """Remember the ties of the beginning, which say how many newborns have."""
        model.graphs[self.name] = model.graph

    def step(self, model: Society) -> None:
        """Choose who dies, by the hazard of the ages lived through in this step."""
        population = model.population
        until = math.inf if self.until is None else self.until
        kernels.dies(
            model.streams.key(self.name, "death"), model.n_steps, population["uid"], population["age"],
            model.years_per_step, self.rate, self.senescence, self.modal_age, until, population["leaving"],
        )  # fmt: skip

    def born(self, model: Society, who: Rows) -> None:
        """Give newborns their age, and what they have from their parent."""
        if not model.n_born:  # this is the beginning
            return
        population, newborns = model.population, np.asarray(who)
        population["entered"][who] = model.n_steps + 1
        population["age"][who] = self.entry_age
        parent = parents(model, newborns, self.parent, model.streams.key(self.name, "parent"))
        child, parent = newborns[parent >= 0], parent[parent >= 0]
        self._inherit(model, child, parent)
        if self.ties == "parent":
            family, key = Family(child, parent, population["uid"]), model.streams.key(self.name, "ties")
            model.tie(family.befriended(model.graph, model.graphs[self.name], key))

    def _inherit(self, model: Society, child: Array, parent: Array) -> None:
        """Hand on what people of rows `child` have from people of rows `parent`."""
        population = model.population
        population["parent"][child] = population["uid"][parent]
        for name in ("environment", "group"):
            if name in population:
                population[name][child] = population[name][parent]
        for name, share in (("endowment", self.heritability), ("traits", self.upbringing)):
            if name in population:
                own, parents = population[name][child], population[name][parent]
                population[name][child] = math.sqrt(share) * parents + math.sqrt(1.0 - share) * own
        if "traits" in population:
            population["traits"][child] = np.clip(population["traits"][child], *model.scenario.population.trait_bounds)
        if self.taught and "knows" in population:
            self._teach(model, child, parent)

    def _teach(self, model: Society, child: Array, parent: Array) -> None:
        population = model.population
        batches = model.memes.batches(model.streams, self.name, "teaching")
        hazard = np.full(model.memes.n_slots, -log(1.0 - self.taught) if self.taught < 1.0 else CERTAIN)
        taught = np.empty_like(population["knows"][child])
        flip(population["uid"][child], 0, batches, hazard, population["knows"][parent], taught)
        known = population["knows"][child]
        population["knows"][child] = known | taught
        if "learned_step" in population:
            learned = population["learned_step"][child]
            note_learned(model.n_steps, known, known | taught, learned)
            population["learned_step"][child] = learned
