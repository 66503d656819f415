"""Scenarios for property tests, drawn from the JSON Schema of scenario files.

`From` makes strategies of any schema. `anything` draws whatever the schema allows, in small societies; `sensible` also
lets names refer to what exists and orders processes, so that most of what it draws is a society.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from society.measures import MEASURES
from society.processes import PROCESSES
from society.schema import json_schema
from tests.graph_files import write_graphs
from tests.rules import Walker
from tests.societies import everything

type Raw = dict[str, Any]
type Drawn = SearchStrategy[Any]

SCHEMA = json_schema()
"""The schema as users get it."""
TRAITS = ("openness", "anger", "calm")
NAMES = st.sampled_from(["home", "feed", "x", "craft_2", "old_school"])
USUAL = 10.0
"""Numbers without bounds are drawn from − to + this much, in thousandths."""

SMALL: dict[str, Drawn] = {
    "extends": st.nothing(),
    "run.steps": st.integers(0, 5),
    "population.n_agents": st.integers(1, 60),
    "population.path": st.nothing(),
    "population.id": st.nothing(),
    "population.initial": st.nothing(),
    "*.n_items": st.integers(1, 130),
    "*.n_wells": st.integers(1, 9),
    "process.*.person": st.just(Walker.__name__),
}
"""What keeps societies small: strategies by the paths they are for. `nothing` leaves a key out."""

AFTER_LEARNING = ("migration", "turnover")
"""Processes that follow learning in a step."""

GENERATORS: dict[str, Raw] = {
    "empty_graph": {},
    "cycle_graph": {},
    "complete_graph": {},
    "star_graph": {"n": 7},
    "gnp_random_graph": {"p": 0.1},
    "watts_strogatz_graph": {"n": 36, "k": 4, "p": 0.2},
    "random_regular_graph": {"n": 12, "d": 3},
    "karate_club_graph": {},
    "scale_free_graph": {},
}


class From:
    """Strategies of the values that parts of a schema allow.

    Parameters
    ----------
    schema
        The whole, for its `$defs`.
    hints
        Strategies that stand for the schema's own, by dotted path with * for any name.
    """

    def __init__(self, schema: Raw, hints: Mapping[str, Drawn]) -> None:
        self.definitions = schema.get("$defs", {})
        self.hints = hints

    def value(self, part: Raw, path: str = "") -> Drawn:
        """Any value of a part that stands at a path."""
        for pattern, hint in self.hints.items():
            if fnmatchcase(path, pattern):
                return hint
        if "$ref" in part:
            return self.value(self.definitions[part["$ref"].rsplit("/", 1)[1]], path)
        if options := part.get("oneOf") or ("type" not in part and part.get("anyOf")):
            return st.one_of([self.value(each, path) for each in options if each.get("type") != "null"])
        if "const" in part:
            return st.just(part["const"])
        if "enum" in part:
            return st.sampled_from(part["enum"])
        return getattr(self, "_" + part["type"])(part, path)  # type: ignore[no-any-return]

    def _boolean(self, part: Raw, path: str) -> Drawn:
        return st.booleans() if not path.endswith(".enabled") else st.sampled_from([True, True, True, False])

    def _integer(self, part: Raw, path: str) -> Drawn:
        low, high = part.get("minimum", -100), part.get("maximum", 10**6)
        step = part.get("multipleOf", 1)
        near = st.integers(-(-low // step), min(high, low + 20) // step).map(lambda number: number * step)
        return st.one_of(near, st.just(part.get("default") or low), st.sampled_from([low, high]))

    def _number(self, part: Raw, path: str) -> Drawn:
        low = part.get("minimum", part.get("exclusiveMinimum", -math.inf))
        high = part.get("maximum", part.get("exclusiveMaximum", math.inf))
        first, last = math.ceil(max(low, -USUAL) * 1000), math.floor(min(high, max(low, 0) + USUAL) * 1000)
        thousandths = st.integers(first + ("exclusiveMinimum" in part), last - ("exclusiveMaximum" in part))
        ends = [part[key] for key in ("minimum", "maximum", "default") if part.get(key) is not None]
        return st.one_of(thousandths.map(lambda number: number / 1000), st.sampled_from(ends or [1]))

    def _string(self, part: Raw, path: str) -> Drawn:
        ascii_only = st.characters(codec="ascii")
        return st.from_regex(part["pattern"], fullmatch=True, alphabet=ascii_only) if "pattern" in part else NAMES

    def _array(self, part: Raw, path: str) -> Drawn:
        if "prefixItems" in part:
            return st.tuples(*(self.value(each) for each in part["prefixItems"])).map(list)
        return st.lists(self.value(part["items"]), min_size=part.get("minItems", 0), max_size=4)

    def _object(self, part: Raw, path: str) -> Drawn:
        if "patternProperties" in part:
            ((_, table),) = part["patternProperties"].items()
            return st.dictionaries(NAMES, self.value(table, f"{path}.*"), max_size=2)
        if "properties" not in part:
            more = part.get("additionalProperties")
            is_table = isinstance(more, dict) and "properties" in more
            value = self.value(more, f"{path}.*") if is_table else st.floats(-USUAL, USUAL)
            return st.dictionaries(NAMES, value, max_size=2)
        fields = {key: self.value(each, f"{path}.{key}".lstrip(".")) for key, each in part["properties"].items()}
        fields = {key: field for key, field in fields.items() if not field.is_empty}
        required = {key: fields.pop(key) for key in part.get("required", []) if key in fields}
        table = st.fixed_dictionaries(required, optional=fields)
        if isinstance(more := part.get("additionalProperties"), dict):
            extra = st.dictionaries(NAMES, self.value(more, f"{path}.*"), max_size=2)
            return st.tuples(table, extra).map(lambda both: both[1] | both[0])
        return table


def anything(folder: Path) -> Drawn:
    """Whatever the schema allows: most names refer to nothing, most processes lack what they read."""
    paths = [*write_graphs(folder).values()]
    properties = SCHEMA["properties"]
    lasting = SCHEMA | {
        "required": ["graph", "run"],
        "properties": properties | {"run": properties["run"] | {"required": ["steps"]}},
    }
    existing = {"graph.path": st.sampled_from(paths), "graph.generator": st.sampled_from([*GENERATORS])}
    return From(lasting, SMALL | existing).value(lasting)


def graphs(paths: Mapping[str, str]) -> Drawn:
    """Graph tables of every kind in the schema; files exist, and generators of networkx get what they need."""
    hints = {kind: {"graph.path": st.just(path)} for kind, path in paths.items()}
    by_kind = {part["properties"]["kind"]["const"]: part for part in SCHEMA["properties"]["graph"]["oneOf"]}
    networkx = st.sampled_from([*GENERATORS.items()]).map(
        lambda pair: {"kind": "networkx", "generator": pair[0], "arguments": pair[1]}
    )
    named = {"graph.weight": st.just("weight"), "graph.source": st.just("source"), "graph.target": st.just("target")}
    others = [
        From(SCHEMA, SMALL | named | hints.get(kind, {})).value(part, "graph")
        for kind, part in by_kind.items()
        if kind != "networkx"
    ]
    return st.one_of(networkx, *others)


def sensible(folder: Path) -> Drawn:
    """Scenarios in which what is named exists, and processes stand in order with all they read."""
    graph = graphs(write_graphs(folder))
    return st.lists(st.sampled_from(TRAITS), min_size=1, max_size=3, unique=True).flatmap(
        lambda traits: _sensible(graph, tuple(traits))
    )


@cache
def _tables(traits: tuple[str, ...]) -> tuple[dict[str, Drawn], dict[str, Drawn]]:
    """Strategies of the tables of people with these traits: sections and families, and processes by kind."""
    build = From(SCHEMA, SMALL | _references(traits))
    keys = ("run", "population", "record", "environment", "platform", "meme", "meme_family", "event")
    return (
        {key: build.value(SCHEMA["properties"][key], key) for key in keys},
        {kind: build.value(SCHEMA["$defs"][kind], f"process.{kind}") for kind in PROCESSES},
    )


@st.composite
def _sensible(draw: st.DrawFn, graph: Drawn, traits: tuple[str, ...]) -> Raw:
    tables, processes = _tables(traits)
    raw: Raw = {key: draw(table) for key, table in tables.items()} | {"graph": draw(graph)}
    raw["meme_family"] = {name: table for name, table in raw["meme_family"].items() if name not in raw["meme"]}
    raw["run"]["steps"] = draw(st.integers(0, 5))
    population = raw["population"]
    population["traits"] = [*traits]
    if "path" not in raw["graph"]:
        population["n_agents"] = draw(st.integers(36, 60))
    elif "n_agents" in population:
        population["n_agents"] = draw(st.integers(10, 60))
    for low, high in (("trait_low", "trait_high"), ("age_low", "age_high")):
        ends = [population.pop(key) for key in (low, high) if key in population]
        if len(ends) == 2:
            population |= {low: min(ends), high: max(ends)}
    for platform in raw["platform"].values():
        platform |= {"gain": "traits"} if "gain_towards" in platform else {"gain": "engagement"}
    raw["process"] = draw(_processes(processes, raw))
    raw["event"] = draw(_events(raw))
    paths = [f"{family}.{name}" for family in ("platform", "meme_family", "event") for name in raw[family]]
    raw["record"]["twins"] = draw(st.lists(st.sampled_from(paths), max_size=1)) if paths else []
    return raw


def _references(traits: tuple[str, ...]) -> dict[str, Drawn]:
    """Strategies of whatever names something else in the scenario."""
    numbers = st.floats(-3, 3)
    by_trait = st.dictionaries(st.sampled_from(traits), numbers, min_size=1)
    centre = st.lists(numbers, min_size=len(traits), max_size=len(traits))
    rising = st.lists(st.integers(0, 90), min_size=1, max_size=4, unique=True).map(sorted)
    points = rising.map(lambda ages: [[age, 1 / (age + 5)] for age in ages])
    shapes = [
        {"kind": "bump", "height": 0.3, "floor": 0.05},
        {"kind": "exponential", "start": 0.3, "floor": 0.01},
    ]
    age_curve = st.one_of(points, st.sampled_from([0.1, 2, *shapes]))
    return {
        "run.order": st.nothing(),
        "record.measures": st.just([]) | st.lists(st.sampled_from([*MEASURES]), max_size=1),
        "platform.*.target": by_trait,
        "platform.*.gain_towards": by_trait,
        "*.content": by_trait,
        "process.*.offsets": st.nothing(),
        "environment.*.trait": st.sampled_from(["", *traits]),
        "environment.*.centres": st.lists(centre, max_size=3),
        "environment.*.weights": st.nothing(),
        "environment.*.share": st.sampled_from([1.0, 0.25, 3]),
        "event.*.who.traits": st.dictionaries(
            st.sampled_from(traits), st.sampled_from([-1.0, 0.5]).map(lambda low: {"low": low}), max_size=1
        ),
        "event.*.who.age": st.sampled_from([18, 30.5]).map(lambda low: {"low": low, "high": 40}),
        "event.*.who.ids": st.just([]),
        "event.*.kick.towards": by_trait,
        "event.*.kick.away": by_trait,
        "event.*.kick.along": st.dictionaries(st.sampled_from(traits), st.floats(0.1, 3), min_size=1),
        "event.*.field.traits": by_trait,
        "event.*.field": _fields(by_trait),
        "event.*.rate": st.floats(0, 200),
        "process.*.age_curve": age_curve,
        "process.exploration.sd": age_curve,
        "process.*.by_trait": st.dictionaries(st.sampled_from(traits), st.sampled_from([0, 0.5, 2.0])),
        "process.turnover.until": st.integers(151, 200),
        "process.turnover.parent": st.sampled_from(["neighbour", "environment"]),
        "process.*.dur_memory": st.sampled_from([1.0, 2.5]),
    }


def _fields(by_trait: Drawn) -> Drawn:
    """Fields of events, which fall only if they end."""
    years = st.floats(0.01, 2)
    rising = st.fixed_dictionaries({"traits": by_trait}, optional={"rise": years})
    ending = st.fixed_dictionaries({"traits": by_trait, "dur": st.just(2.0)}, optional={"rise": years, "fall": years})
    return rising | ending


@st.composite
def _processes(draw: st.DrawFn, processes: Mapping[str, Drawn], raw: Raw) -> Raw:
    """Processes of some kinds, with those that own what they read, in an order that works, some under other names."""
    kinds = {kind for kind in PROCESSES if draw(st.booleans())} or {"exchange"}
    owner = {column.name: kind for kind, process in PROCESSES.items() for column in process.owns}
    needs = {kind: {owner[name] for name in process.reads if name in owner} for kind, process in PROCESSES.items()}
    needs["learning"].add("exploration")  # by its usual rule
    while missing := set().union(*(needs[kind] for kind in kinds)) - kinds:
        kinds |= missing
    if "exchange" in kinds:
        raw["meme"]["news"] = {"kind": "invariant"}
    if "landscape" in kinds:
        raw["environment"]["earth"] = {"kind": "quadratic"}
    usual = [table.get("kind", name) for name, table in everything()["process"].items()]
    before = [kind for kind in usual if kind != "learning"]
    order = [*before, *sorted(PROCESSES.keys() - {*usual, *AFTER_LEARNING}), "learning", *AFTER_LEARNING]
    tables: Raw = {}
    for kind in sorted(kinds, key=order.index):
        table = draw(processes[kind]) | {"enabled": True}
        if kind == "influence":
            table = _fitting_influence(table)
        tables[draw(st.sampled_from([kind, f"some_{kind}"]))] = table
    return tables


EFFECTS = {
    "kick": "learning",
    "window": "learning",
    "field": "learning",
    "environment": None,
    "opens": "attention",
    "closes": "attention",
    "meme": "exchange",
}
"""What an event can do, and the kind of process without which it does nothing."""


WHEN = (["at"], ["at"], ["at"], ["times"], ["every", "at", "count"], ["every", "until"], ["rate", "until"])
"""Fields that say when an event happens."""
USUAL_DATES: Raw = {"at": 0.02, "times": [0.01, 0.05], "every": 0.03, "rate": 5.0, "until": 0.06, "count": 4}


@st.composite
def _events(draw: st.DrawFn, raw: Raw) -> Raw:
    """The events of a scenario, with names that exist and what people here have and do; the others are left out."""
    kinds = {each.get("kind", name) for name, each in raw["process"].items()}
    events = {name: draw(_event(table, raw, kinds)) for name, table in raw["event"].items()}
    return {name: table for name, table in events.items() if EFFECTS.keys() & table.keys()}


@st.composite
def _event(draw: st.DrawFn, table: Raw, raw: Raw, kinds: set[str]) -> Raw:
    """An event drawn by the schema, with one way to say when."""
    when = draw(st.sampled_from(WHEN))
    dates = {name: table.get(name) or USUAL_DATES[name] for name in when}
    if "until" in dates:
        dates["until"] = max(dates["until"], 0.06)
    who = _addressed(table.get("who", {}), raw, kinds) if when != ["at"] else {}
    known = {
        "environment": [*raw["environment"]],
        "opens": [*raw["platform"]] if when == ["at"] else [],
        "closes": [*raw["platform"]] if when == ["at"] else [],
        "meme": [*raw["meme"], *raw["meme_family"]],
    }
    effects = [name for name, kind in EFFECTS.items() if name in table and kind in {None, *kinds}]
    what = {name: table[name] for name in effects if name not in known}
    what |= {name: draw(st.sampled_from(known[name])) for name in effects if known.get(name)}
    if kick := what.get("kick"):
        ways = [way for way in ("towards", "away", "along") if way in kick]
        what["kick"] = {name: value for name, value in kick.items() if name not in ways[1:]}
    rest = {name: table[name] for name in ("enabled", "interest") if name in table}
    return rest | dates | {"who": who} | what


def _addressed(who: Raw, raw: Raw, kinds: set[str]) -> Raw:
    """Conditions on what people here have."""
    owner = {"age": "ageing", "traits": "learning", "platforms": "attention"}
    names: Raw = {"environments": raw["environment"], "platforms": raw["platform"]}
    names["groups"] = raw["population"].get("groups", {})
    kept = {name: value for name, value in who.items() if owner.get(name) in {None, *kinds}}
    return kept | {name: [*known][:2] for name, known in names.items() if name in kept}


def _fitting_influence(table: Raw) -> Raw:
    """What a rule of influence needs, without what has no effect under it."""
    table = {key: value for key, value in table.items() if key not in ("stubbornness", "confidence", "between_groups")}
    if table.get("rule") == "signed":
        table["neighbours"] = "all"
    if table.get("rule") == "friedkin_johnsen":
        table["stubbornness"] = 0.5
    if table.get("neighbours") == "within":
        table["confidence"] = 1.0
    return table


@st.composite
def broken(draw: st.DrawFn, whole: Drawn) -> Raw:
    """A scenario with one thing wrong or strange in it: a value of another type, a key misspelt, lost or moved."""
    raw = draw(whole)
    table = draw(st.sampled_from(_tables_in(raw)))
    if not table:
        return raw | {"nonsense": {}}
    key = draw(st.sampled_from([*table]))
    odd = st.sampled_from([True, -1, 0, 1.5, 10**30, math.nan, -math.inf, "", "x", [], [[]], {}, {"a": {}}])
    change = draw(st.sampled_from(["loss", "key", "value"]))  # the least broken first, as examples are tried
    if change == "value":
        table[key] = draw(odd)
    else:
        value = table.pop(key)
        if change == "key":
            table[key + "x"] = value
    return raw


def _tables_in(raw: Raw) -> list[Raw]:
    """A table and all tables in it."""
    return [raw, *(inner for value in raw.values() if isinstance(value, dict) for inner in _tables_in(value))]
