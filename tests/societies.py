"""Small societies for tests: scenarios from keyword tables, and readings of their state.

Six people on a ring, with nothing happening, unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from society.model import Society
from society.population import Array
from society.scenario import Scenario
from tests.rules import Walker

type Raw = dict[str, Any]

RING: Raw = {"kind": "networkx", "generator": "cycle_graph"}
CROWD: Raw = {"kind": "networkx", "generator": "empty_graph"}
COMPLETE: Raw = {"kind": "networkx", "generator": "complete_graph"}
PATH: Raw = {"kind": "networkx", "generator": "path_graph"}
PAIRS: Raw = {"kind": "networkx", "generator": "random_regular_graph", "arguments": {"d": 1}}

CONSTANT_RATE = [[20.0, 0.1]]
"""An age curve that says η = 0.1 a year at any age."""

QUARTERLY: Raw = {"steps_per_year": 4}


def make_scenario(**tables: Any) -> Scenario:
    """A scenario of six people on a ring and one trait, with the given tables laid over it."""
    base: Raw = {"run": {"steps": 10}, "population": {"n_agents": 6, "traits": ["openness"]}, "graph": RING}
    for key, value in tables.items():
        base[key] = {**base.get(key, {}), **value} if key in ("run", "population") else value
    return Scenario.from_dict(base)


def make_society(**tables: Any) -> Society:
    """The society of `make_scenario`."""
    return Society(make_scenario(**tables))


def crowd(n_agents: int, *traits: str) -> Raw:
    """A population table of `n_agents` people."""
    return {"n_agents": n_agents, "traits": list(traits or ("openness",))}


def stepped(model: Society, steps: int = 1) -> Society:
    """The same society some steps later."""
    for _ in range(steps):
        model.step()
    return model


def ties_file(folder: Path, ties: Iterable[tuple[int, int, float]]) -> Raw:
    """A graph table that reads weighted ties from a file."""
    path = folder / "ties.csv"
    path.write_text("source,target,weight\n" + "".join(f"{a},{b},{weight}\n" for a, b, weight in ties))
    return {"kind": "csv", "path": str(path), "weight": "weight"}


def knowers(model: Society, item: str) -> Array:
    """(n_agents,) boolean: who knows the item of that name."""
    word, bit = divmod(model.memes.names.index(item), 64)
    return (model.population["knows"][:, word] >> np.uint64(bit)) & np.uint64(1) == 1


def teach(model: Society, item: str, rows: Iterable[int]) -> None:
    """Let some people know an item."""
    word, bit = divmod(model.memes.names.index(item), 64)
    model.population["knows"][list(rows), word] |= np.uint64(1 << bit)


def knowledge(model: Society) -> dict[str, list[bool]]:
    """Who knows each item, by its name."""
    return {name: knowers(model, name).tolist() for name in model.memes.names if name}


def rewards(model: Society, row: str, at: Any) -> Array:
    """(n_agents,) reward of one source row for behaviour `at` (n_agents, n_traits)."""
    out = np.empty(model.n_agents)
    model.source_of[row].reward(model, row, slice(0, model.n_agents), by_trait(at), out)
    return out


def gradients(model: Society, row: str, at: Any) -> Array:
    """(n_agents, n_traits) gradient of `rewards`."""
    out = by_trait(np.zeros(np.shape(at)))
    model.source_of[row].gradient(model, row, slice(0, model.n_agents), by_trait(at), out)
    return out.T


def by_trait(at: Any) -> Array:
    """(n_traits, n) numbers that are given person by person."""
    return np.array(at, np.float32).T.copy()


def everything(**tables: Any) -> Raw:
    """Tables of a society in which every process runs; those given replace the table of the same name."""
    full: Raw = {
        "run": {"steps": 10},
        "population": {"n_agents": 40, "traits": ["openness", "anger"], "age_low": 10.0, "age_high": 40.0},
        "graph": {
            "kind": "networkx",
            "generator": "watts_strogatz_graph",
            "arguments": {"n": 36, "k": 4, "p": 0.2},
        },
        "environment": {"home": {"kind": "wells", "n_wells": 3}, "school": {"kind": "quadratic", "share": 0.5}},
        "platform": {
            "feed": {
                "target": {"anger": 2.0},
                "monthly_exit": 0.3,
                "monthly_return": 0.5,
                "entry_age": 12.0,
                "quality": 0.3,
            },
            "party": {"target": {"openness": -2.0}, "launch": 3, "rate_entry": 10.0},
        },
        "meme_family": {
            "craft": {"kind": "invariant", "n_items": 5},
            "custom": {"kind": "cooperative", "n_items": 4},
            "tip": {"kind": "competitive", "n_items": 60},
        },
        "process": {
            "ageing": {},
            "exploration": {},
            "mood": {"n_moods": 2, "offsets": {"anger": [0.5, -0.5]}},
            "attention": {"friends": 1.0, "taste": 0.5},
            "landscape": {},
            "peers": {"kind": "influence", "neighbours": "closest", "k": 2},
            "capture": {},
            "exchange": {"contact": 20.0, "cost": 1.0},
            "forgetting": {"rate": 2.0, "rediscovery": 0.5},
            "income": {},
            "habit": {"social": 0.5},
            "monitoring": {"threshold": 0.3, "resistance": 0.5},
            "learning": {},
        },
    }
    return full | tables


def with_processes(changes: Raw) -> Raw:
    """The tables of `everything` with some processes' tables replaced, or removed where None."""
    processes = everything()["process"] | changes
    return everything(process={name: table for name, table in processes.items() if table is not None})


EVENTS: Raw = {
    "ban": {"at": 0.1, "closes": "feed"},
    "comeback": {"times": [0.15], "opens": "feed"},
    "crisis": {
        "at": 0.02,
        "interest": 0.5,
        "field": {"traits": {"anger": 1.0, "openness": -0.5}, "rise": 0.05, "dur": 0.08, "fall": 0.05},
    },
    "dose": {"rate": 20.0, "window": {"gain": 3.0, "dur": 0.04}, "who": {"age": {"low": 15.0}}},
    "press": {"every": 0.03, "who": {"ids": [0], "environments": ["home"]}, "meme": "craft"},
    "schooling": {"at": 0.05, "who": {"platforms": ["feed"], "fraction": 0.5}, "environment": "school"},
    "therapy": {
        "every": 0.01,
        "count": 15,
        "who": {"traits": {"anger": {"low": 0.0}}, "fraction": 0.5},
        "kick": {"size": 0.1, "law": "normal", "towards": {"anger": -1.0}},
    },
    "trauma": {"rate": 5.0, "until": 0.15, "kick": {"size": 0.1, "law": "heavy_tailed"}},
}
"""Events of every kind, within ten weeks."""


def before_learning(**processes: Raw) -> Raw:
    """The tables of `everything` with further processes just before learning."""
    table = everything()["process"]
    learning = table.pop("learning")
    return everything(process=table | processes | {"learning": learning})


PEERS: Raw = {"kind": "influence"}

VARIANTS: dict[str, Raw] = {
    "everything": everything(),
    "gradient rule": with_processes({"exploration": None, "mood": None, "learning": {"rule": "gradient"}}),
    "no ledger": with_processes({"learning": {"ledger": False}}),
    "bounded traits": everything(
        population=everything()["population"] | {"trait_low": -1.0, "trait_high": 1.0},
    ),
    "direct influence": with_processes({"peers": {"kind": "influence", "scaled_by": "direct", "self_weight": 1.0}}),
    "stubborn influence": with_processes({"peers": PEERS | {"rule": "friedkin_johnsen", "stubbornness": 0.3}}),
    "hated groups": everything(
        population=everything()["population"] | {"groups": {"blue": 0.5, "red": 0.5}},
        process=with_processes({"peers": PEERS | {"rule": "signed", "between_groups": -0.5}})["process"],
    ),
    "bounded confidence": with_processes({"peers": PEERS | {"neighbours": "within", "confidence": 1.0}}),
    "meetings by pairs": with_processes({"peers": {"kind": "deffuant", "contact": 10.0}}),
    "reinforcing": with_processes({"peers": {"kind": "reinforcing", "activity_low": 0.3}}),
    "reinforcing among everybody": with_processes({"peers": {"kind": "reinforcing", "among": "everybody"}}),
    "rewired": before_learning(rewiring={"rate": 5.0}),
    "leaving with friends": with_processes({"attention": {"exit_with_friends": 2.0}}),
    "most alike": with_processes({"peers": {"kind": "influence", "neighbours": "closest", "closest_by": "traits"}}),
    "immunity": with_processes({"forgetting": {"rate": 2.0, "immunity": True, "rediscovery": 0.5}}),
    "active for": with_processes({"forgetting": {"active_for": 2}}),
    "active for and found again": with_processes({"forgetting": {"active_for": 2, "rediscovery": 2.0}}),
    "sincere": with_processes({"exchange": {"share": "sincere", "contact": 5.0}}),
    "fixed depth": with_processes({"habit": {"reward_gain": 0.0}, "monitoring": {"dur_anchor": 5.0}}),
    "people die": with_processes(
        {"turnover": {"rate": 2.0, "parent": "environment", "ties": "parent", "taught": 0.5, "upbringing": 0.5}}
    ),
    "nobody gets old": with_processes({"turnover": {"senescence": 0.0, "until": 30.0, "entry_age": 10.0}}),
    "people move": with_processes({"migration": {"rate": 20.0, "cost": 0.1, "awareness": 0.9}}),
    "double well": everything(environment={"home": {"kind": "double_well"}}),
    "events": everything(event=EVENTS),
    "novelty": before_learning(novelty={}),
    "novelty as a filter has it": before_learning(novelty={"rule": "kalman"}),
    "coupling to society": before_learning(coupling={"traits": ["anger"], "interest": 0.5}),
    "coupling to groups": before_learning(coupling={"of": "group"})
    | {"population": everything()["population"] | {"groups": {"north": 1.0, "south": 2.0}}},
    "rates of its own for each trait": with_processes({"learning": {"by_trait": {"anger": 2.0}}}),
    "explore young": with_processes({"exploration": {"sd": [[10.0, 0.5], [40.0, 0.1]]}}),
    "a rule in Python": with_processes({"walking": {"kind": "people", "person": Walker.__name__}}),
}
"""Societies that between them take every branch of every process."""
