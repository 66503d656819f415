"""Streams: keys are functions of names, and the names of decisions are a contract."""

from hashlib import blake2b

import pytest

from society.processes import PROCESSES
from society.streams import Streams

from .rules import Counter
from .societies import make_society, stepped

DECISIONS = {
    "ageing": {"age"},
    "attention": {"membership", "taste"},
    "capture": set(),
    "coupling": set(),
    "deffuant": {"meeting"},
    "exchange": {"first_holders", "telling"},
    "exploration": {"trial"},
    "forgetting": {"loss", "rediscovery"},
    "habit": set(),
    "income": {"content"},
    "influence": {"closest"},
    "landscape": {"endowment", "centre", "direction"},
    "learning": {"traits", "judgement", "diffusion"},
    "migration": {"consideration", "awareness", "choice", "admission"},
    "monitoring": {"practice", "look"},
    "mood": {"offset", "switch"},
    "novelty": set(),
    "people": {"order"},
    "reinforcing": {"activity", "contact"},
    "rewiring": {"loss", "search"},
    "turnover": {"death", "parent", "teaching", "ties"},
}
OUTSIDE_PROCESSES = {("graph", "ties"), ("environment.home", "home"), ("environment.abroad", "home")}
EVERYTHING = {
    "run": {"order": ["ageing", "attention", "exploration", "mood", "landscape", "influence", "capture", "exchange",
                      "forgetting", "income", "monitoring", "deffuant", "reinforcing", "rewiring", "learning",
                      "migration", "people", "turnover"]},
    "environment": {"home": {"kind": "wells"}, "abroad": {"kind": "wells", "capacity": 1}},
    "platform": {"feed": {"target": {"openness": 1.0}}},
    "meme": {"rumour": {"kind": "invariant"}},
    "process": {
        "ageing": {},
        "attention": {"taste": 1.0},
        "exploration": {},
        "landscape": {},
        "influence": {"neighbours": "closest"},
        "capture": {},
        "mood": {"spread": 1.0, "rate_switch": 50.0},
        "monitoring": {"practising": 0.5},
        "exchange": {},
        "forgetting": {"rediscovery": 1.0},
        "income": {},
        "deffuant": {},
        "reinforcing": {},
        "rewiring": {},
        "learning": {},
        "migration": {"rate": 1000.0, "awareness": 0.9},
        "people": {"person": Counter.__name__},
        "turnover": {"rate": 20.0, "ties": "parent", "taught": 0.5},
    },
}  # fmt: skip


def built_in():
    return {kind: process for kind, process in PROCESSES.items() if process.__module__.startswith("society.")}


def test_a_key_is_the_hash_of_seed_instance_and_decision():
    digest = blake2b(b"7/influence.closest", digest_size=8).digest()
    assert int(Streams(7).key("influence", "closest")) == int.from_bytes(digest, "little")


def test_a_key_does_not_depend_on_what_was_asked_before():
    streams = Streams(1)
    first = streams.key("a", "b")
    for name in "cdef":
        streams.key(name, name)
    assert streams.key("a", "b") == first == Streams(1).key("a", "b")


@pytest.mark.parametrize("other", [(2, "a", "b"), (1, "c", "b"), (1, "a", "c"), (1, "b", "a")])
def test_another_seed_instance_or_decision_has_another_key(other):
    seed, instance, decision = other
    assert Streams(seed).key(instance, decision) != Streams(1).key("a", "b")


@pytest.mark.parametrize("kind", built_in())
def test_names_of_decisions_are_pinned(kind):
    assert set(PROCESSES[kind].decisions) == DECISIONS[kind], (
        f"the decisions of {kind} have other names: that gives other random numbers, so all results change. "
        "Say so in the changelog under 'Results:', then change this table."
    )


@pytest.mark.parametrize("rule", ["reinforce", "gradient"])
def test_processes_draw_under_the_names_they_declare(monkeypatch, rule):
    asked = set()
    key = Streams.key

    def spy(self, instance, decision):
        asked.add((instance, decision.partition(".")[0]))
        return key(self, instance, decision)

    monkeypatch.setattr(Streams, "key", spy)
    tables = {**EVERYTHING, "process": {**EVERYTHING["process"], "learning": {"rule": rule}}}
    stepped(make_society(**tables))
    declared = {(kind, decision) for kind, decisions in DECISIONS.items() for decision in decisions}
    other_rule = ("learning", "diffusion" if rule == "reinforce" else "judgement")
    assert asked - OUTSIDE_PROCESSES == declared - {other_rule}
