"""What people of a graph are called: whole numbers where all names are, else strings."""

import re
from collections.abc import Hashable, Sequence
from itertools import count, islice

import numpy as np
from numpy.typing import ArrayLike, NDArray

from society.errors import InputError

WHOLE_NUMBER = r"0|-?[1-9][0-9]{0,17}"
"""How a whole number is written that loses nothing by being read as one."""
_WHOLE = re.compile(WHOLE_NUMBER)

type Labels = NDArray[np.int64] | NDArray[np.str_]


def numbered(names: Labels) -> tuple[Labels, NDArray[np.int64]]:
    """The different names, ascending, and the position of each entry among them."""
    if names.dtype.kind == "U":
        labels, position = np.unique(names, return_inverse=True)
        return labels.astype(np.str_, copy=False), position
    import pandas as pd

    place, numbers = pd.factorize(names, sort=True)  # np.unique takes four times as long
    return np.asarray(numbers, np.int64), np.asarray(place, np.int64)


def label_array(values: ArrayLike) -> Labels:
    """Names given as whole numbers or as strings."""
    labels = np.asarray(values)
    if labels.dtype.kind in "iu":
        return labels.astype(np.int64, copy=False)
    if labels.dtype.kind == "f" and labels.size:
        raise InputError("labels must be whole numbers or strings, not fractions")
    return labels.astype(np.str_, copy=False)


def node_labels(nodes: Sequence[Hashable]) -> Labels:
    """Labels of networkx nodes: whole numbers if all are, else their text."""
    if all(isinstance(node, int) and abs(node) < 2**63 for node in nodes):
        return np.array(nodes, dtype=np.int64)
    labels = np.array([str(node) for node in nodes])
    if len(np.unique(labels)) < len(nodes):
        raise InputError("the graph has different nodes that read the same as text")
    return labels


def text_labels(texts: Sequence[str]) -> Labels:
    """Names read from a text file: whole numbers if every one is written so, without leading zeros."""
    if all(map(_WHOLE.fullmatch, texts)):
        return np.array(texts, dtype=np.int64)
    return np.array(texts, dtype=np.str_)


def more_labels(labels: Labels, n_more: int) -> Labels:
    """Names for people who were added: the next whole numbers, or "isolate-1" …."""
    if labels.dtype.kind == "i":
        first = int(labels.astype(np.int64).max(initial=-1)) + 1
        return np.arange(first, first + n_more, dtype=np.int64)
    taken = set(labels.tolist())
    free = (name for i in count(1) if (name := f"isolate-{i}") not in taken)
    return np.array(list(islice(free, n_more)))
