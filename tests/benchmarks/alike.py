"""Start the plain Mesa model from the same state as a society, to see whether the same comes of it."""

from __future__ import annotations

import numpy as np

from society import Society
from tests.benchmarks.plain_mesa import PlainSociety


def plain_twin(model: Society, *, seed: int) -> PlainSociety:
    """A plain model with the same world, ties and people as a society that has not stepped yet."""
    population = model.population
    plain = PlainSociety(model.scenario, model.graph.to_networkx(), seed=seed)
    plain.content[:] = population["item_content"]
    landscape = plain.sources["landscape"]
    landscape.centres[:] = population["well_centre"][0]
    landscape.directions[:] = population["well_direction"][0] / landscape.home.endowment_gain
    known = knowledge(model)
    for i, person in enumerate(plain.agents):
        person.age = float(population["age"][i])
        person.traits = population["traits"][i].astype("f8")
        person.bonus = landscape.bonus(population["endowment"][i].astype("f8"))
        person.knows = set(np.flatnonzero(known[i]).tolist())
    return plain


def knowledge(model: Society) -> np.ndarray:
    """(n_agents, n_items) boolean: who knows each item."""
    words = model.population["knows"].astype("<u8").view("u1")
    bits = np.unpackbits(words, axis=1, bitorder="little")[:, : model.memes.n_slots]
    return bits.astype(bool)
