"""Parts of tables as files: given the same columns, and put together without reading all of them at once."""

from __future__ import annotations

from pathlib import Path

from society.folder import whole


def unify(parts: list[Path]) -> None:
    """Give all parts the columns of all, so that anything reads them as one table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schemas = [pq.read_schema(part).remove_metadata() for part in parts]
    if all(schema == schemas[0] for schema in schemas):
        return
    together = pa.unify_schemas(schemas, promote_options="permissive")
    for part, schema in zip(parts, schemas, strict=True):
        if schema != together:
            table = pq.read_table(part)
            columns = [
                table[field.name].cast(field.type)
                if field.name in table.column_names
                else pa.nulls(len(table), field.type)
                for field in together
            ]
            with whole(part) as temporary:
                pq.write_table(pa.table(columns, schema=together), temporary, compression="zstd")


def join(parts: list[Path], path: Path) -> None:
    """Write parts of the same columns as one file, each as a group of rows in it."""
    import pyarrow.parquet as pq

    with whole(path) as temporary, pq.ParquetWriter(temporary, pq.read_schema(parts[0]), compression="zstd") as writer:
        for part in parts:
            writer.write_table(pq.read_table(part).cast(writer.schema))
