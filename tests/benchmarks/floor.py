"""The floor: bare kernels that move what a step of the default model moves, and know no rules.

A column that changes within the first steps, or that a step computes (scratch), is read and written once; one that
stays is read once. Along every arc goes what neighbours look at. Nothing is moved twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numba
import numpy as np

from society import Society, kernels
from tests.benchmarks.model import default_model
from tests.benchmarks.rows import Plan, Row, measurement
from tests.benchmarks.speed import warm
from tests.benchmarks.timing import in_turn, stepping, thread_counts

GATHERED = ("traits", "knows", "is_user")
"""What processes read of neighbours: influence, exchange, attention."""
PROBE = 500
"""People in the small society that shows which columns change."""


@numba.njit(parallel=True, nogil=True)
def renew(column, mask):
    """Read and write every word."""
    for k in numba.prange(len(column)):
        column[k] ^= mask


@numba.njit(parallel=True, nogil=True)
def skim(column):
    """Read every word."""
    total = np.uint64(0)
    for k in numba.prange(len(column)):
        total += column[k]
    return total


@cache
def gather_of(width: int) -> Callable[..., None]:
    """A kernel that combines the neighbours' rows of so many words."""

    @numba.njit(parallel=True, nogil=True)
    def gather(indptr, indices, rows, out):
        for i in numba.prange(len(out)):
            for w in range(width):
                out[i, w] = 0
            for e in range(indptr[i], indptr[i + 1]):
                for w in range(width):
                    out[i, w] ^= rows[indices[e], w]

    return gather


class Floor:
    """The columns and arcs of one society, ready to be moved."""

    def __init__(self, model: Society) -> None:
        population, self.graph = model.population, model.graph
        changing = changed(Society(default_model(PROBE)))
        names = [name for name, column in population.columns.items() if "agent" in column.dims]
        self.renewed = [name for name in names if name in changing or population.columns[name].is_scratch]
        self.skimmed = [name for name in names if name not in self.renewed]
        self.words = {name: _words(population[name].reshape(-1)) for name in names if population[name].size}
        self.rows = [rows for name in GATHERED for rows in _rows(population[name], population.columns[name].dims)]
        self.out = [np.empty_like(rows) for rows in self.rows]
        self.n_bytes = sum(2 * self.words[name].nbytes for name in self.renewed if name in self.words)
        self.n_bytes += sum(self.words[name].nbytes for name in self.skimmed if name in self.words)

    def stream(self) -> None:
        """Move all columns once."""
        for name, words in self.words.items():
            if name in self.renewed:
                renew(words, words.dtype.type(0))
            else:
                skim(words)

    def gather(self) -> None:
        """Move along every arc what neighbours look at."""
        for rows, out in zip(self.rows, self.out, strict=True):
            gather_of(rows.shape[1])(self.graph.indptr, self.graph.indices, rows, out)


def changed(model: Society, *, steps: int = 8) -> set[str]:
    """Names of the columns that are not what they were after some steps."""
    before = {name: array.copy() for name, array in model.population.items()}
    for _ in range(steps):
        model.step()
    return {name for name, array in model.population.items() if array.tobytes() != before[name].tobytes()}


def _words(flat: np.ndarray) -> np.ndarray:
    return flat.view("u8" if flat.nbytes % 8 == 0 else "u1")


def _rows(array: np.ndarray, dims: tuple[str, ...]) -> list[np.ndarray]:
    """Rows of words by person: one array, or one for each label of the dimension above people."""
    tables = [array] if dims[0] == "agent" else list(array)
    rows = [table.reshape(len(table), -1) for table in tables]
    return [each.view("u8" if each.shape[1] * each.itemsize % 8 == 0 else "u1") for each in rows]


@measurement
def floor(plan: Plan) -> Iterator[Row]:
    """Throughput of the floor and of Society, in turn on the same arrays, and bytes moved."""
    n_agents, threads = plan.sizes[-1], thread_counts()[-1]
    model = warm(Society(default_model(n_agents)))
    bare = Floor(model)
    actions = {"columns": bare.stream, "arcs": bare.gather, "Society": stepping(model, threads)}
    with kernels.threads(threads):
        in_turn(actions, repeats=1)
        times = in_turn(actions, repeats=plan.repeats(n_agents))

    for part in ("columns", "arcs"):
        median, quartiles = times[part].summary(lambda seconds: seconds / n_agents * 1e9)
        yield Row("floor", f"{part} moved", median, "ns/agent-step", n_agents, quartiles)
    stream = float(np.median(times["columns"].wall))
    together = stream + float(np.median(times["arcs"].wall))
    yield Row("floor", "read and written in columns", bare.n_bytes / n_agents, "bytes/agent-step", n_agents)
    yield Row("floor", "memory speed over columns", bare.n_bytes / stream / 1e9, "GB/s", n_agents)
    yield Row("floor", "floor", n_agents / together, "agent-steps/s", n_agents)
    median, quartiles = times["Society"].summary(lambda seconds: n_agents / seconds)
    yield Row("floor", "Society", median, "agent-steps/s", n_agents, quartiles)
    yield Row("floor", "throughput of Society against it", median * together / n_agents, "ratio", n_agents)
