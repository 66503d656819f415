"""What the figures were measured on, and whether anything else kept it busy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from society.provenance import machine, versions

IDLE = 0.3
"""Load average above which something else is running."""


def facts() -> dict[str, Any]:
    """Cores, processor, memory, versions and load."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        **machine(),
        "usable_cores": len(os.sched_getaffinity(0)),
        "processor": processor(),
        "memory_gb": round(memory / 1e9, 1),
        "load_average": round(os.getloadavg()[0], 2),
        "versions": versions(),
    }


def processor() -> str:
    """Model name of the processor."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def warning(facts: dict[str, Any]) -> str | None:
    """A sentence if the machine was not idle at the start."""
    if facts["load_average"] <= IDLE:
        return None
    return (
        f"The machine is not idle (load average {facts['load_average']}): wall times are too long. "
        "CPU time counts this process alone."
    )
