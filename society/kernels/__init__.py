"""Compiled kernels: numba functions over arrays, one file for each process that needs one.

Importing this package points numba's cache at a folder named by a digest of every kernel source and of the
compiler, because numba itself notices changes of a kernel's own file only, not of what the kernel calls.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import update_wrapper
from pathlib import Path
from types import FunctionType
from typing import Any

import llvmlite
import numba

from society.paths import user_cache

KEPT_DIGESTS = 4
"""How many generations of compiled kernels stay on disk."""

ROWS_BY_TRAIT = 1024
"""People that one iteration over traits handles at a time: enough to be worth setting up, few enough for the caches."""


def sources_digest(folder: Path = Path(__file__).parent) -> str:
    """Digest of all kernel sources below `folder` and of the versions that compile them."""
    digest = hashlib.blake2b(digest_size=8)
    digest.update(f"{numba.__version__} {llvmlite.__version__} {sys.version}".encode())
    for source in sorted(folder.rglob("*.py")):
        digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()


def _use_cache(root: Path) -> None:
    """Make `root`/digest the cache of numba and drop all but the newest digests."""
    current = root / sources_digest()
    try:
        current.mkdir(parents=True, exist_ok=True)
        os.utime(current)
    except OSError:
        return  # no place to cache: numba falls back to the package folder or compiles anew
    numba.config.CACHE_DIR = str(current)  # type: ignore[attr-defined]
    with suppress(FileNotFoundError):  # another process may prune at the same time
        generations = sorted(root.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
        for old in generations[KEPT_DIGESTS:]:
            shutil.rmtree(old, ignore_errors=True)


if "NUMBA_CACHE_DIR" not in os.environ:
    _use_cache(user_cache() / "kernels")

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}

serial = numba.njit(**_OPTIONS)
"""Compile a kernel that runs in one thread."""

device = numba.njit(forceinline=True, **_OPTIONS)
"""Compile a function that kernels call."""


_THREADS: ContextVar[int | None] = ContextVar("threads", default=None)  # asking numba costs microseconds a kernel


class parallel:
    """Compile a kernel whose prange loop may run in several threads; each iteration writes its own rows only.

    With one thread the same function runs compiled without threads: it starts at once, which counts for small
    populations, and gives the same bits.
    """

    def __init__(self, function: Callable[..., None]) -> None:
        update_wrapper(self, function)
        alone = FunctionType(function.__code__, function.__globals__)
        alone.__qualname__ = f"{function.__qualname__}_alone"  # numba's cache knows kernels by name only
        # what is typed at a prompt has no file and cannot be cached
        options = _OPTIONS | {"cache": Path(function.__code__.co_filename).exists()}
        self.alone = numba.njit(**options)(alone)
        self.together = numba.njit(parallel=True, **options)(function)

    def __call__(self, *arguments: Any) -> None:
        """Run the kernel in the present number of threads."""
        number = _THREADS.get() or numba.get_num_threads()
        (self.alone if number == 1 else self.together)(*arguments)


@contextmanager
def threads(number: int) -> Iterator[None]:
    """Run kernels in so many threads for a while."""
    if _THREADS.get() == number:
        yield
        return
    before = numba.get_num_threads()
    numba.set_num_threads(number)
    token = _THREADS.set(number)
    try:
        yield
    finally:
        _THREADS.reset(token)
        numba.set_num_threads(before)


def max_threads() -> int:
    """The most threads there can be."""
    return int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]
