"""Fixtures for tests of topologies."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Write a file, gzipped if its name ends in .gz, and return its path as a scenario would hold it."""

    def _write(content: str | bytes, name: str = "x.csv") -> str:
        path = tmp_path / name
        data = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return str(path)

    return _write
