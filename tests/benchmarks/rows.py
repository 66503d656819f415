"""What a benchmark yields: rows of figures; which measurements there are; what the project aims at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Row:
    """One figure: the median of its repeats, with their quartiles where there are any."""

    group: str
    what: str
    value: float
    unit: str
    n_agents: int | None = None
    quartiles: tuple[float, float] | None = None

    @property
    def aim(self) -> tuple[str, float] | None:
        """What is aimed at, ("≥" or "≤", bound), for this figure at this size."""
        return AIMS.get((self.group, self.what, self.n_agents))

    @property
    def is_met(self) -> bool | None:
        """Whether it is reached; None where nothing is aimed at."""
        if self.aim is None:
            return None
        sign, bound = self.aim
        return self.value >= bound if sign == "≥" else self.value <= bound


@dataclass(frozen=True)
class Plan:
    """How large and how often to measure.

    The plain Mesa model is measured at the smallest size, the floor and the building at the largest.
    """

    sizes: tuple[int, ...] = (10**4, 10**5, 10**6)
    scenario: Path = ROOT / "scenarios" / "quickstart.toml"
    """The file that start-up is measured with."""
    most_repeats: int = 50
    runs: int = 1000
    """Runs of a sweep, of so many people and steps each."""
    swept_agents: int = 500
    swept_steps: int = 200
    workers: int = 2
    """Processes that do them where several do."""
    plain_runs: int = 200
    """How many of them a plain loop does."""
    tiny_runs: tuple[int, ...] = (10**3, 10**4)
    """Runs of sweeps of which the memory is measured, done on 20 people in 6 steps each."""
    stored_runs: int = 10**5
    """Runs of a study that is written without doing them."""
    shown: tuple[int, ...] = (10**3, 10**4, 10**5)
    """Numbers of people of societies on a dashboard."""
    watched: float = 20.0
    """Seconds for which each of them is watched."""
    minutes: float = 10.0
    """For which the smallest of them is played, to see whether memory grows."""

    def repeats(self, n_agents: int) -> int:
        """How many steps are timed: fewer of the long ones."""
        return min(self.most_repeats, max(9, 2_500_000 // n_agents))


AIMS: dict[tuple[str, str, int | None], tuple[str, float]] = {
    **{("dashboard", "steps a second, watched, against batch", n): ("≥", 0.7) for n in (10**3, 10**4, 10**5)},
    ("dashboard", "memory after minutes of playing against before", 10**3): ("≤", 1.1),
    ("speed", "2 threads", 10**6): ("≥", 2.5e6),
    ("plain Mesa", "Society in 2 threads against it", 10**4): ("≥", 200.0),
    ("floor", "throughput of Society against it", 10**6): ("≥", 0.5),
    ("build", "time", 10**6): ("≤", 10.0),
    ("build", "peak memory, built and stepping", 10**6): ("≤", 1.5),
    ("build", "columns and graph", 10**6): ("≤", 1000.0),
    ("start", "to the first step, warm", None): ("≤", 3.0),
    ("start", "society --help", None): ("≤", 0.5),
    ("sweep", "overhead, in one process", 500): ("≤", 10.0),
    ("sweep", "overhead, two workers, CPU time", 500): ("≤", 10.0),
    ("sweep", "two workers, of ideal throughput", 500): ("≥", 0.9),
    ("sweep", "against mesa.batch_run", 500): ("≥", 1.0),
    ("sweep", "large study: opening the table of runs", None): ("≤", 2.0),
}
"""What the project set out to reach on two cores, by group, figure and size."""

type Measurement = Callable[[Plan], Iterator[Row]]

MEASUREMENTS: dict[str, Measurement] = {}
"""Every measurement by the name that ``--only`` takes."""


def measurement(function: Measurement) -> Measurement:
    """Register a measurement under the name of its function."""
    MEASUREMENTS[function.__name__] = function
    return function
