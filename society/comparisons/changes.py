"""Changes: what differs between the scenarios, versions and code of two sides, by dotted path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from society.comparisons.sides import Side
from society.files import flat

if TYPE_CHECKING:
    from society.comparisons.comparison import Comparison


def changes(comparison: Comparison) -> pd.DataFrame:
    """One row a path, at the first design point of which both sides have runs; seeds and titles are no change."""
    a, b, matched = comparison.a, comparison.b, comparison.matched
    at = matched.pairs["point"].iloc[0] if len(matched.pairs) else matched.a["point"].iloc[0]
    chosen = (runs.loc[runs["point"] == at, "run_id"].iloc[0] for runs in (matched.a, matched.b))
    facts = [
        flat(side.study.scenario(run_id).resolved()) | _origin(side)
        for side, run_id in zip((a, b), chosen, strict=True)
    ]
    rows = [
        {"path": path, "a": facts[0].get(path), "b": facts[1].get(path)}
        for path in dict.fromkeys([*facts[0], *facts[1]])
        if facts[0].get(path) != facts[1].get(path) and not path.startswith("scenario.") and path != "run.seed"
    ]
    return pd.DataFrame(rows, columns=["path", "a", "b"]).astype(object)


def _origin(side: Side) -> dict[str, object]:
    """Versions and code that its runs come from."""
    versions = {f"versions.{name}": value for name, value in side.study.manifest["versions"].items()}
    codes: list[str] = [*side.done["code_digest"].dropna().unique()] if "code_digest" in side.done else []
    return {**versions, "code_digest": ", ".join(sorted(code[:12] for code in codes))}
