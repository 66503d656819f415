"""Random numbers named by the decision they serve, for reproducible and exactly paired runs.

A draw is a pure function of (seed, instance name, decision) — the key — and of (person, partner, item, step) —
the counter: it does not depend on threads, on what is recorded, nor on which other processes exist.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np


@lru_cache(maxsize=4096)
def _key(seed: int, instance: str, decision: str) -> np.uint64:
    name = f"{seed}/{instance}.{decision}".encode()
    return np.uint64(int.from_bytes(blake2b(name, digest_size=8).digest(), "little"))


@dataclass(frozen=True)
class Streams:
    """All random streams of one run."""

    seed: int

    def key(self, instance: str, decision: str) -> np.uint64:
        """The 64-bit Philox key of one decision of one named instance (a process, a platform, an environment)."""
        return _key(self.seed, instance, decision)
