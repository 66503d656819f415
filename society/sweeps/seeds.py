"""Seeds of the runs of a sweep: functions of the root seed, the replicate and, if independent, what is run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b

from society.sweeps.factors import Label

MAX_SEED = 2**63 - 1


def independent_seed(root: int, *, replicate: int, arm: str, labels: Mapping[str, Label]) -> int:
    """A seed of 63 bits from what a run is, not from where it stands in the design."""
    plain = {path: _plain(label) for path, label in labels.items()}
    identity = json.dumps([root, replicate, arm, plain], sort_keys=True, separators=(",", ":"))
    return int.from_bytes(blake2b(identity.encode(), digest_size=8).digest(), "little") >> 1


def _plain(label: Label) -> Label:
    """The same for 1 and 1.0, which set a parameter to the same number."""
    return int(label) if isinstance(label, float) and label.is_integer() else label
