"""What holds for all validation tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from society.kernels import threads


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Run kernels in one thread: the same bits, and modules may run beside one another."""
    with threads(1):
        yield
