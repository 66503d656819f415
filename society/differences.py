"""Differences between a society and its twin, person by person, and their means with intervals over pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from society.inference import interval
from society.measures.base import steps_lived
from society.measures.capture import captured, in_both, lost
from society.measures.divisions import ever_used
from society.model import Society
from society.population import Array
from society.runner import agents_frame

STATES = ("traits", "interest", "wealth", "attention")
FLOWS = ("work", "drift_work", "world", "gain")
"""Columns in which people are compared with who they are in the twin; flows are a year that they have lived."""
OTHERS = ("known", "capture", "interest_lost")
"""What else people are compared in: the number of items they know, and what only makes sense of two."""
ABSENT_IS_NONE = ("attention", "work", "drift_work", "gain", "users")
"""What is 0 for a source or platform that is not there."""
KINDS_OF_USE = ("users", "friends_of_users", "others")


def people_differences(original: Society, twin: Society, platforms: Sequence[str]) -> pd.DataFrame:
    """One row a person who is in both: who they are, and their columns in the original less those in the twin.

    `capture.feed` is the displacement along the target of each platform, as in the measure; `interest_lost` is own
    interest where the twin stands less where the person stands, in the original's world. `use` tells who ever used one
    of the `platforms` in either society, who did not but hears from somebody who did, and all others.
    """
    population, groups = original.population, original.population.labels("group")
    who = {"seed": np.full(original.n_agents, original.scenario.run.seed), "uid": population["uid"]}
    who |= {"label": original.graph.labels, "use": _use(original, twin, platforms)}
    if "age" in population:
        who["age"] = population["age"]
    if groups:
        who["group"] = np.array(groups)[population["group"]]
    numbers = _compared(original, twin)
    if "traits" in population and "traits" in twin.population:
        numbers |= {
            f"capture.{name}": captured(original, twin, name)
            for name in original.platforms
            if _differs(original, twin, name)
        }
        if "interest" in population:
            numbers["interest_lost"] = lost(original, twin)
    return pd.DataFrame(who | numbers)[in_both(original, twin)].reset_index(drop=True)


def mean_differences(
    original: pd.DataFrame, twin: pd.DataFrame, comparing: Sequence[str], level: float
) -> pd.DataFrame:
    """One row a measure, of two frames with a row a pair: means, mean difference, and its interval over pairs.

    Measures in `comparing` are differences already.
    """
    rows = []
    for name in original.columns:
        if name in comparing:
            pairs = original[name]
            means = {"original": np.nan, "twin": np.nan}
        else:
            absent = 0.0 if name.split(".")[0] in ABSENT_IS_NONE else np.nan
            other = twin[name] if name in twin else pd.Series(absent, original.index)
            pairs = original[name] - other
            means = {"original": original[name].mean(), "twin": other.mean()}
        rows.append({"measure": name, **means, **interval(pairs.to_numpy("f8"), level)})
    return pd.DataFrame(rows)


def by_use(pairs: Iterable[pd.DataFrame], level: float) -> pd.DataFrame:
    """Mean over pairs of the mean difference among everybody and by use, with its interval over pairs.

    `people` and `sd_over_people` are means over pairs too; the latter only describes.
    """
    table = pd.concat([_within(people) for people in pairs], ignore_index=True)
    rows = [
        {
            "measure": measure,
            "among": among,
            "people": chosen["people"].mean(),
            **interval(chosen["mean"].to_numpy("f8"), level),
            "sd_over_people": chosen["sd"].mean(),
        }
        for (among, measure), chosen in table.groupby(["among", "measure"], sort=False)
    ]
    return pd.DataFrame(rows, columns=["measure", "among", "people", *interval(np.empty(0), level), "sd_over_people"])


def _within(people: pd.DataFrame) -> pd.DataFrame:
    """One row a measure and kind of use, of the people of one pair."""
    measures = [name for name in people.columns if name.split(".")[0] in (*STATES, *FLOWS, *OTHERS)]
    parts = []
    for among in ("everybody", *KINDS_OF_USE):
        chosen = people if among == "everybody" else people[people["use"] == among]
        if len(chosen):
            values = chosen[measures]
            facts = {"among": among, "measure": measures, "people": len(chosen)}
            parts.append(pd.DataFrame({**facts, "mean": values.mean().to_numpy(), "sd": values.std().to_numpy()}))
    return pd.concat(parts, ignore_index=True)


def _compared(original: Society, twin: Society) -> dict[str, Array]:
    ones, others = agents_frame(original), agents_frame(twin)
    years = np.maximum(steps_lived(original), 1.0) * original.years_per_step
    differences = {}
    for name in ones.columns:
        column = name.split(".")[0]
        if column in (*STATES, *FLOWS):
            absent = 0.0 if column in ABSENT_IS_NONE else np.nan
            difference = ones[name].to_numpy("f8") - (others[name].to_numpy("f8") if name in others else absent)
            differences[name] = difference / years if column in FLOWS else difference
    if "knows" in original.population and "knows" in twin.population:
        differences["known"] = _n_known(original) - _n_known(twin)
    return differences


def _n_known(model: Society) -> Array:
    """(n_agents,) number of items known."""
    counts: Array = np.bitwise_count(model.population["knows"]).sum(axis=1, dtype="f8")
    return counts


def _differs(original: Society, twin: Society, platform: str) -> bool:
    """Whether the twin lacks a platform or has another in its place: what else moves people captures nobody."""
    there = twin.platforms.get(platform)
    return there is None or there.table != original.platforms[platform].table


def _use(original: Society, twin: Society, platforms: Sequence[str]) -> Array:
    """(n_agents,) kind of use."""
    used = np.zeros(original.n_agents, bool)
    for model in (original, twin):
        if "age_at_entry" in model.population:
            for name in platforms:
                if name in model.platforms:
                    used |= ever_used(model, name)
    graph = original.graph
    before = np.concatenate([[0], np.cumsum(used[graph.indices])])
    hears_users = before[graph.indptr[1:]] > before[graph.indptr[:-1]]
    kinds: Array = np.select([used, hears_users], KINDS_OF_USE[:2], KINDS_OF_USE[2])
    return kinds
