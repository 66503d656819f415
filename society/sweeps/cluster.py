"""Clusters: the runs of a sweep done by the workers of a dask scheduler. There is no queue of our own.

Workers need the same Society and the same plug-ins. Each worker process does one run at a time, in one thread,
whatever its `--nthreads`; a worker that dies loses nothing, since the scheduler gives its runs to others::

    dask scheduler                                                   # on one machine: prints tcp://host:8786
    dask worker tcp://host:8786 --nworkers 16 --nthreads 1           # on every machine that shall work
    society sweep sweep.toml --executor dask --address tcp://host:8786

On a cluster with a queue, such as Slurm, dask-jobqueue starts the workers, and the sweep begins when the first is up::

    import society
    from dask_jobqueue import SLURMCluster
    from distributed import Client

    with SLURMCluster(cores=16, processes=16, memory="64GB", walltime="04:00:00", queue="normal") as cluster:
        cluster.scale(jobs=10)  # 160 worker processes
        with Client(cluster) as client:
            study = society.sweep("sweep.toml", out="results/sweep", executor=client)

If the job that runs this ends early, `society.resume("results/sweep", executor=client)` goes on in the next. Without a
scheduler, `--shard 3/10` and `society merge` divide a sweep among jobs that know nothing of each other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from society.errors import InputError

if TYPE_CHECKING:
    from distributed import Client

ANSWER_SECONDS = 5.0
"""How long to wait for the answer of a scheduler."""
WORKER_SECONDS = 30.0
"""How long to wait for the first of its workers."""


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the dask scheduler at an address, to be passed on as `executor`.

    Parameters
    ----------
    address
        What the scheduler prints when it starts, such as tcp://host:8786.

    Raises
    ------
    InputError
        If nobody answers there, or it is not a scheduler, or one that has no workers; if dask is not installed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError("executor dask: needs dask.distributed: pip install 'society[cluster]'") from None
    _check_scheduler(address)
    with _silent(), Client(address, timeout=ANSWER_SECONDS, set_as_default=False) as client:
        try:
            client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError:
            said = f"the scheduler has no workers; start some: dask worker {address} --nthreads 1"
            raise InputError(f"address = {address!r}: {said}") from None
        yield client


@contextmanager
def _silent() -> Iterator[None]:
    """Keep dask from telling of lost connections at length: what becomes of them is said once."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _check_scheduler(address: str) -> None:
    """Refuse an address at which no scheduler answers in time: a client would wait for ever for some other service."""
    try:
        with ThreadPoolExecutor(1) as thread:  # there may be a loop of events here already, as in notebooks
            kind = thread.submit(asyncio.run, _asked(address)).result()["type"]
    except ValueError as error:
        raise InputError(f"address = {address!r}: must be such as tcp://host:8786: {error}") from None
    except Exception:
        raise InputError(f"address = {address!r}: no dask scheduler answers there in {ANSWER_SECONDS:g} s") from None
    if kind != "Scheduler":
        raise InputError(f"address = {address!r}: is a dask {kind.lower()}, not a scheduler")


async def _asked(address: str) -> dict[str, Any]:
    """What whoever listens at an address says of itself."""
    from distributed import rpc

    async with asyncio.timeout(ANSWER_SECONDS), rpc(address, timeout=ANSWER_SECONDS) as other:
        known: dict[str, Any] = await other.identity()
        return known
