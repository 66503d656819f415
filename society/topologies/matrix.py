"""Graphs read from adjacency matrices in MATLAB files."""

from typing import Any, Literal

import numpy as np

from society import tabular
from society.errors import InputError, did_you_mean
from society.graph import SocialGraph, checked_size
from society.tables import parameter
from society.topologies.base import Topology


class Mat(Topology):
    """Ties read from an adjacency matrix, sparse or dense, in a MATLAB file (up to version 7).

    Whoever stands for a column hears those in whose rows the column is not zero. People are numbered from 1 as in
    MATLAB.
    """

    kind: Literal["mat"] = "mat"
    path: str = parameter(..., "The file; unpacked first if its name ends in .gz.")
    variable: str | None = parameter(None, "Name of the matrix; may be omitted if the file has only one square matrix.")
    weighted: bool = parameter(
        False, "Whether an entry is the strength of a tie, below 0 for dislike, or just says that it is."
    )
    directed: bool = parameter(False, "Whether ties run one way; if not, the matrix must be symmetric.")

    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Read the file; nothing is drawn."""
        from scipy import sparse

        name, matrix = self._matrix()
        if not self.directed and abs(matrix - matrix.T).nnz:
            raise InputError(
                f"graph.variable = {name!r}: is not symmetric, so ties run one way; set graph.directed = true"
            )
        ties = (matrix if self.directed else sparse.triu(matrix, format="csr")).tocoo()
        row, column, strength = ties.row, ties.col, ties.data
        if not (row != column).any():
            raise InputError(f"graph.path = {self.path!r}: empty graph, the file has no ties")
        size = matrix.shape[0]
        graph = SocialGraph.from_edges(
            row,
            column,
            n_agents=checked_size(n_agents, size),
            weights=strength if self.weighted else None,
            directed=self.directed,
        )
        return graph.labelled(np.arange(1, size + 1))

    def _matrix(self) -> tuple[str, Any]:
        """Name of the matrix and the matrix, as sparse rows without zeros."""
        from scipy import sparse

        held = self._variables()
        square = {name: value for name, value in held.items() if _is_square(value)}
        if self.variable is not None and self.variable not in square:
            what = "is not a square matrix of numbers" if self.variable in held else "no such variable"
            raise InputError(f"graph.variable = {self.variable!r}: {what}; {did_you_mean(self.variable, square)}")
        if self.variable is None and len(square) != 1:
            raise InputError(
                f"graph.variable: is required, since {self.path!r} has {len(square)} square matrices"
                + (f": {', '.join(sorted(square))}" if square else "")
            )
        name = self.variable or next(iter(square))
        matrix = sparse.csr_array(square[name], dtype=np.float64)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        if not np.isfinite(matrix.data).all():
            raise InputError(f"graph.variable = {name!r}: must hold finite numbers")
        return name, matrix

    def _variables(self) -> dict[str, Any]:
        """What the file holds."""
        from scipy.io import loadmat

        where = f"graph.path = {self.path!r}"
        try:
            with tabular.reading(self.path, where=where), tabular.open_bytes(self.path) as file:
                held = loadmat(file, spmatrix=False)
        except InputError:
            raise
        except NotImplementedError:
            raise InputError(f"{where}: is of MATLAB 7.3, which cannot be read; save it with -v7") from None
        except Exception as error:  # scipy lets through whatever a broken file makes happen
            raise InputError(f"{where}: not a MATLAB file: {error}") from error
        return {name: value for name, value in held.items() if not name.startswith("__")}


def _is_square(value: Any) -> bool:
    if value.ndim != 2 or value.dtype.kind not in "biuf":
        return False
    n_rows, n_columns = value.shape
    return bool(n_rows == n_columns > 0)
