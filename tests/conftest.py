"""Fixtures shared by all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.societies import Raw, ties_file


@pytest.fixture
def weighted(tmp_path: Path) -> Callable[..., Raw]:
    """Makes a graph table of weighted ties (a, b, weight)."""
    return lambda *ties: ties_file(tmp_path, ties)


@pytest.fixture
def threads() -> Iterator[Callable[[int], None]]:
    """Sets numba's number of threads, and restores it afterwards."""
    import numba  # not above: society.kernels sets up numba before it is first imported

    before = numba.get_num_threads()
    yield numba.set_num_threads
    numba.set_num_threads(before)
