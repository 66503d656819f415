"""Small graph files, one for each kind of `[graph]` that reads a file, with the same ten people in each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

TIES = [(i, (i + step) % 10, 0.5 + i) for step in (1, 3) for i in range(10)]


def _graph() -> nx.Graph[Any]:
    graph = nx.Graph()
    graph.add_weighted_edges_from(TIES)
    return graph


def _mat(path: Path) -> None:
    from scipy.io import savemat

    savemat(path, {"A": nx.to_numpy_array(_graph())})


def _frame() -> pd.DataFrame:
    return pd.DataFrame(TIES, columns=["source", "target", "weight"])


WRITERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "csv": ("ties.csv", lambda path: _frame().to_csv(path, index=False)),
    "edge_list": ("ties.txt", lambda path: np.savetxt(path, np.array(TIES), fmt=("%d", "%d", "%g"))),
    "parquet": ("ties.parquet", lambda path: _frame().to_parquet(path, index=False)),
    "mat": ("ties.mat", _mat),
    "gml": ("ties.gml", lambda path: nx.write_gml(_graph(), path)),
    "graphml": ("ties.graphml", lambda path: nx.write_graphml_xml(_graph(), path)),
    "gexf": ("ties.gexf", lambda path: nx.write_gexf(_graph(), path)),
    "pajek": ("ties.net", lambda path: nx.write_pajek(nx.relabel_nodes(_graph(), str), path)),
}
"""Name and writer of a file by kind."""


def write_graphs(folder: Path) -> dict[str, str]:
    """Write one file of each kind, and return their paths by kind."""
    for name, write in WRITERS.values():
        write(folder / name)
    return {kind: str(folder / name) for kind, (name, _) in WRITERS.items()}
