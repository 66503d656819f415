"""Tables read from files: columns of text or of parquet, gzipped where the name of the file ends in .gz.

What the columns mean is the caller's business, and so is where in the scenario the file was named (`where`).
"""

from __future__ import annotations

import gzip
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from society.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

MOST_DIGITS = 18
"""Of a whole number in text; a longer one is read as a name."""


@contextmanager
def reading(path: str, *, where: str) -> Iterator[None]:
    """Say in words why a file cannot be read."""
    if not Path(path).exists():
        raise InputError(f"{where}: no such file")
    try:
        yield
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise InputError(f"{where}: not a gzip file, or cut short") from None
    except UnicodeDecodeError:
        raise InputError(f"{where}: not a text file in UTF-8") from None
    except OSError as error:
        raise InputError(f"{where}: cannot be read: {error.strerror or str(error).splitlines()[0]}") from error


def open_bytes(path: str) -> IO[bytes]:
    """The bytes of a file, unpacked if it is gzipped."""
    return gzip.open(path) if path.endswith(".gz") else open(path, "rb")  # type: ignore[return-value]


def read_text(path: str, *, where: str, empty: str, **options: Any) -> pd.DataFrame:
    """Read a file of columns as text, undecided between numbers and strings; `empty` is said if nothing is in it."""
    import pandas as pd

    try:
        with reading(path, where=where):
            with open_bytes(path) as file:
                if b"\0" in file.read(4096):
                    raise InputError(f"{where}: not a text file")
            with warnings.catch_warnings():
                # Rows longer than the header are cut with no more than this warning.
                warnings.simplefilter("error", pd.errors.ParserWarning)
                table: pd.DataFrame = pd.read_csv(path, dtype=str, index_col=False, encoding="utf-8-sig", **options)
            return table
    except pd.errors.EmptyDataError:
        raise InputError(f"{where}: {empty}") from None
    except pd.errors.ParserWarning:
        raise InputError(f"{where}: malformed: rows are longer than the header") from None
    except pd.errors.ParserError as error:
        reason = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        raise InputError(f"{where}: malformed: {reason}") from error


def read_csv(path: str, *, where: str, empty: str, **options: Any) -> pd.DataFrame:
    """Read comma-separated values with a header as text, stripping names; empty cells are missing."""
    cells = {"skipinitialspace": True, "keep_default_na": False, "na_values": [""]}
    table = read_text(path, where=where, empty=empty, **cells, **options)
    table.columns = table.columns.str.strip()
    return table


def read_parquet(path: str, *, where: str) -> pa.Table:
    """Open a parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with reading(path, where=where), open_bytes(path) as file:
            return pq.read_table(pa.BufferReader(file.read()) if path.endswith(".gz") else file)
    except pa.ArrowException as error:
        raise InputError(f"{where}: not a parquet file: {str(error).splitlines()[0]}") from error


def whole_columns(
    path: str, numbers: Sequence[int], *, n_columns: int, skip_rows: int, delimiter: str
) -> list[pa.ChunkedArray] | None:
    """The columns of these numbers as text, in a tenth of the time, where the file is as plain as can be; else None.

    A file that is not is for `read_text`, which says what is wrong with it.
    """
    import pyarrow as pa
    from pyarrow import csv

    names = [str(number) for number in range(n_columns)]
    wanted = [names[number] for number in numbers]
    try:
        with open_bytes(path) as file:
            table = csv.read_csv(
                file,
                read_options=csv.ReadOptions(column_names=names, skip_rows=skip_rows),
                parse_options=csv.ParseOptions(
                    delimiter=delimiter,
                    newlines_in_values=delimiter == ",",
                    quote_char='"' if delimiter == "," else False,
                ),
                convert_options=csv.ConvertOptions(
                    include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string())
                ),
            )
    except (pa.ArrowException, OSError, EOFError, zlib.error):
        return None
    return [table[name] for name in wanted]


def as_whole_numbers(column: pa.ChunkedArray) -> NDArray[np.int64] | None:
    """Text as whole numbers if it loses nothing by it, no leading zero for one; else None."""
    import pyarrow as pa
    from pyarrow import compute

    text = compute.ascii_trim_whitespace(column)
    try:
        numbers = compute.cast(text, pa.int64())
    except pa.ArrowInvalid:
        return None
    if not compute.all(compute.equal(text, compute.cast(numbers, pa.string()))).as_py():
        return None
    whole: NDArray[np.int64] = numbers.to_numpy()
    limit = 10**MOST_DIGITS
    return whole if len(whole) and -limit < whole.min() and whole.max() < limit else None


def as_numbers(column: pa.ChunkedArray) -> NDArray[np.float64] | None:
    """Text as numbers, or None if some is none."""
    import pyarrow as pa
    from pyarrow import compute

    try:
        numbers: NDArray[np.float64] = compute.cast(compute.ascii_trim_whitespace(column), pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        return None
    return numbers
