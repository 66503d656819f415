"""Hints about memory."""

import numpy as np

from society.kernels import serial
from society.kernels.memory import prefetch


@serial
def fetch_all(rows):
    for i in range(len(rows)):
        prefetch(rows, i)


def test_what_is_fetched_stays_as_it_is():
    rows = np.arange(24, dtype="f4").reshape(6, 4)
    for some in (rows, rows[::-2], rows[:0]):
        before = some.copy()
        fetch_all(some)
        assert some.tolist() == before.tolist()
