"""Results on disk, read: a folder can be opened at any moment, while it is written or after a kill."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from society.errors import InputError, did_you_mean
from society.folder import RUN, SWEEP, open_manifest, read_frame
from society.population import array_digest

if TYPE_CHECKING:
    from society.scenario import Scenario
    from society.sweeps import Sweep

DESIGN = ("run_id", "row", "arm", "replicate", "seed")
"""Columns of a design before those of its factors: the run, the number of the design point, and what tells runs of the
same point apart."""
FACTS = (
    *("status", "error", "steps_done", "n_agents", "n_ties", "build_s", "compile_s", "steps_s", "record_s", "wall_s"),
    *("agent_steps_per_s", "peak_memory_mb", "state_hash", "results_hash", "code_digest", "worker", "finished"),
)
"""Columns of `runs` that say how a run went, between its design and its outcomes."""
WHOLE = ("steps_done", "n_agents", "n_ties", "agent_steps_per_s")
"""Those of them that are whole numbers, where none is missing."""
MISSING = "missing"
"""Status of a run of the design that has not been done yet."""


TOGETHER = "n_parts"
"""Under which `runs.parquet` notes how many parts, the earliest, it has taken the place of."""


class Study:
    """A study folder, of one run or of a sweep: `design`, `runs`, `series` and `agents` as data frames.

    Use `Study.load(folder)`. A study that was interrupted, or is still running, opens like any other; `status`,
    `counts` and for one run `steps_done` say how far it came.

    Attributes
    ----------
    folder : Path
    manifest : pandas.Series
        Names, versions, digests, hashes and the history of the study.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self._facts = manifest
        self.manifest = pd.Series(manifest, dtype=object)

    @classmethod
    def load(cls, folder: str | Path) -> Study:
        """Open a study folder.

        Raises
        ------
        InputError
            If there is none, or it was written by a later version.
        """
        folder = Path(folder)
        manifest = open_manifest(folder, RUN, SWEEP)
        if "steps_done" in manifest and manifest["status"] in ("running", "killed"):
            manifest["steps_done"] = max((line["step"] for line in journal(folder)), default=0)
        return cls(folder, manifest)

    @property
    def status(self) -> str:
        """One of done, running, interrupted, failed, killed."""
        return str(self.manifest["status"])

    @property
    def is_sweep(self) -> bool:
        """Whether it holds the runs of a sweep, and not a single one."""
        return bool(self._facts.get("kind", RUN) == SWEEP)

    @property
    def steps_done(self) -> int:
        """Last step of which a row is on disk; of the run that came farthest, in a sweep."""
        return int(self.manifest["steps_done"] if "steps_done" in self.manifest else self.runs["steps_done"].max())

    @property
    def design(self) -> pd.DataFrame:
        """One row a planned run: run_id, row, arm, replicate, seed, then one column a factor.

        Rows of equal scenario, seed and replicate share a run_id: the run is done once and counts for all of them.
        """
        if self.is_sweep:
            return _design(self.folder)
        return pd.DataFrame([{**dict.fromkeys(("row", "replicate"), 0), "arm": "", **self._identity}])[[*DESIGN]]

    @property
    def factors(self) -> list[str]:
        """Dotted paths of what varies by design."""
        return list(self._facts.get("factors", []))

    @property
    def arms(self) -> list[str]:
        """Names of the arms; none if the design names none."""
        return list(self._facts.get("arms", []))

    @property
    def outcomes(self) -> list[str]:
        """Columns of `runs` that are measures at the last recorded step."""
        known = {*DESIGN, *FACTS, *self.factors}
        return [name for name in self.runs.columns if name not in known]

    @property
    def runs(self) -> pd.DataFrame:
        """One row a planned run: its design, how it went, and its outcomes at the last recorded step.

        `status` is done, failed or missing; a single run has that of the study.
        """
        if not self.is_sweep:
            return joined(self.design, _one_run(self._facts, self.series))
        return joined(self.design, facts(self.folder))

    @property
    def counts(self) -> dict[str, int]:
        """Number of different runs that are done, failed and missing."""
        statuses = self.runs.drop_duplicates("run_id")["status"]
        return {status: int((statuses == status).sum()) for status in ("done", "failed", MISSING)}

    @property
    def series(self) -> pd.DataFrame:
        """One row a run and recorded step, one column a measure."""
        return self.read_series()

    def read_series(self, columns: Sequence[str] | None = None, run_ids: Collection[str] | None = None) -> pd.DataFrame:
        """Part of the series: some measures, or some runs, which takes less memory than all.

        Parameters
        ----------
        columns
            Measures; all by default. `run_id` and `step` come with them.
        run_ids
            Runs; all by default.
        """
        frames = list(self.series_parts(columns, run_ids))
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"run_id": [], "step": []})

    def series_parts(
        self, columns: Sequence[str] | None = None, run_ids: Collection[str] | None = None
    ) -> Iterator[pd.DataFrame]:
        """The same part of the series in pieces, for studies that do not fit into memory."""
        import pyarrow.parquet as pq

        seen: set[str] = set()
        for part in parts(self.folder, "series"):
            present = pq.read_schema(part).names
            seen |= {*present}
            wanted = None if columns is None else ["run_id", "step", *(name for name in columns if name in present)]
            chosen = None if run_ids is None else [("run_id", "in", list(run_ids))]
            frame = read_frame(part, columns=wanted, filters=chosen)
            if len(frame):
                yield frame
        if unknown := [name for name in columns or () if seen and name not in seen]:
            known = sorted(seen - {"run_id", "step"})
            raise InputError(f"{self.folder}: no measure {unknown[0]!r}; {did_you_mean(unknown[0], known)}")

    @property
    def agents(self) -> pd.DataFrame:
        """One row a run and person at the end, if they were recorded; empty otherwise."""
        frames = [read_frame(part) for part in parts(self.folder, "agents")]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    @property
    def sweep(self) -> Sweep:
        """What was planned.

        Raises
        ------
        InputError
            If the study is of a single run.
        """
        from society.sweeps import Sweep

        self.check_is_sweep()
        return Sweep.from_folder(self.folder)

    def check_is_sweep(self) -> None:
        """Refuse the study of a single run."""
        if not self.is_sweep:
            raise InputError(f"{self.folder}: holds one run, not a sweep; society report and compare take it")

    def scenario(self, run_id: str | None = None) -> Scenario:
        """The exact scenario of a run, seed included; that which all runs start from by default."""
        from society.scenario import Scenario

        if run_id is not None and run_id not in (known := list(self.design["run_id"])):
            raise InputError(f"{self.folder}: no run {run_id!r}; {did_you_mean(run_id, known)}")
        if run_id is None or not self.is_sweep:
            return Scenario.from_file(self.folder / "scenario.toml")
        from society.sweeps.planning import values_of

        run = self.design[self.design["run_id"] == run_id].to_dict("records")[0]
        sweep = self.sweep
        return sweep.arms[run["arm"]].scenario.replace(values_of(sweep, run))

    @property
    def _identity(self) -> dict[str, Any]:
        return {key: self._facts[key] for key in ("run_id", "seed")}

    def __repr__(self) -> str:
        if not self.is_sweep:
            said = f"step {self.steps_done} of {self.manifest['steps']}"
        else:
            said = ", ".join(f"{number} {status}" for status, number in self.counts.items())
        return f"<Study {self.manifest['name']}: {self.status}, {said}>"


def columns_named(names: Sequence[str], known: Sequence[str], *, source: object) -> list[str]:
    """Columns by their names, or by those of their measures: "known" is short for all columns "known.…".

    Raises
    ------
    InputError
        If there is none of some name.
    """
    found: list[str] = []
    measures = [each.split(".")[0] for each in known]
    for name in names:
        columns = [name] if name in known else [each for each in known if each.split(".")[0] == name]
        if not columns:
            raise InputError(f"{source}: no outcome {name!r}; {did_you_mean(name, {*known, *measures})}")
        found += columns
    return list(dict.fromkeys(found))


def results_hash(series: pd.DataFrame, state_hash: str) -> str:
    """sha256 of the recorded series of a run, by step and column name, and of its final state; no timings."""
    ordered = series.sort_values("step")
    names = sorted(name for name in ordered.columns if name != "run_id")
    parts = [state_hash, *(array_digest(name, ordered[name].to_numpy()) for name in names)]
    return sha256("\n".join(parts).encode()).hexdigest()


def hash_of_results(runs: pd.DataFrame) -> str:
    """sha256 of the results of all runs that are done, whatever their order."""
    done = runs[runs["status"] == "done"].drop_duplicates("run_id").sort_values("run_id")
    if done.empty:
        return sha256(b"").hexdigest()
    lines = (f"{run_id} {each}" for run_id, each in zip(done["run_id"], done["results_hash"], strict=True))
    return sha256("\n".join(lines).encode()).hexdigest()


def joined(design: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """The design with how each of its runs went; those that have not been done yet are missing."""
    runs = design.merge(facts, on="run_id", how="left")
    said = {"error": None, "status": MISSING} | {name: runs[name] for name in ("error", "status") if name in runs}
    runs = runs.assign(**said)
    runs["status"] = runs["status"].fillna(MISSING)
    whole = {name: "int64" for name in WHOLE if name in runs and runs[name].notna().all()}
    in_order = [*design.columns, *FACTS]
    others = sorted(name for name in runs.columns if name not in in_order)
    return runs.astype(whole).reindex(columns=[*in_order, *others])


def wanted(runs: pd.DataFrame, shard: Any) -> pd.DataFrame:
    """The different runs of a study, or of one shard of it."""
    runs = runs.drop_duplicates("run_id")
    number, of = shard or (1, 1)
    return runs.iloc[number - 1 :: of]


def facts(folder: Path) -> pd.DataFrame:
    """One row a run that was done or failed, the last word on each."""
    for _ in range(3):
        with suppress(InputError, FileNotFoundError):  # the parts may just have been put together into one table
            return _facts(folder)
    return _facts(folder)


def _facts(folder: Path) -> pd.DataFrame:
    frames, n_together = [], 0
    if (folder / "runs.parquet").exists():
        together = read_frame(folder / "runs.parquet")
        n_together = together.attrs.get(TOGETHER, 0)
        planned = [name for name in _design(folder).columns if name != "run_id"]
        frames.append(together[together["status"] != MISSING].drop(columns=planned, errors="ignore"))
    frames += [read_frame(part) for part in parts(folder, "runs", since=n_together)]
    frames = [frame.dropna(axis="columns", how="all") for frame in frames if len(frame)]
    if not frames:
        return pd.DataFrame({"run_id": pd.Series(dtype=str)})
    return pd.concat(frames, ignore_index=True).drop_duplicates("run_id", keep="last", ignore_index=True)


def _design(folder: Path) -> pd.DataFrame:
    try:
        return read_frame(folder / "design.parquet")
    except FileNotFoundError:
        said = "has no design: whoever began it was stopped before it stood there; begin again with force (--force)"
        raise InputError(f"{folder}: {said}") from None


def _one_run(manifest: Mapping[str, Any], series: pd.DataFrame) -> pd.DataFrame:
    """The table of a single run: of the manifest what is one value, then the outcomes of the last recorded step."""
    keys = ("run_id", *FACTS)
    row = {key: manifest[key] for key in keys if key in manifest} | dict(manifest.get("timing", {}))
    outcomes = series.drop(columns=["run_id", "step"]).iloc[-1].to_dict() if len(series) else {}
    return pd.DataFrame([row | outcomes])


def parts(folder: Path, kind: str, *, since: int = 0) -> list[Path]:
    """Files of series, agents or runs that the journal lists, from a part of some number on.

    Raises
    ------
    InputError
        If one is missing.
    """
    lines = [line for line in journal(folder) if kind in line["holds"] and part_number(line) >= since]
    paths = [folder / kind / f"{line['part']}.parquet" for line in lines]
    if lost := [path for path in paths if not path.exists()]:
        more = f", as have {len(lost) - 1:,} other parts" if len(lost) > 1 else ""
        said = "what the journal lists has to be there; put it back, or do the runs again in another folder"
        raise InputError(f"{lost[0]}: has been taken away{more}: {said}")
    return paths


def part_number(line: Mapping[str, Any]) -> int:
    """The number of the part that a line of the journal lists."""
    return int(line["part"].split("-")[1])


def journal(folder: Path) -> list[dict[str, Any]]:
    """The last line of each part in the journal; a torn line is no line, nor is one of a study that stood here.

    A part holds no more what another has taken over.
    """
    lines: dict[str, dict[str, Any]] = {}
    run_id = open_manifest(folder, RUN, SWEEP)["run_id"]
    for file in sorted((folder / "journal").glob("*.jsonl")):
        for text in file.read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                line = json.loads(text)
                lines[line["part"]] = line
    present = [line for line in lines.values() if line.get("run_id") == run_id]
    taken = {(kind, part) for line in present for part in line.get("joins", ()) for kind in line["holds"]}
    return [
        {**line, "holds": [kind for kind in line["holds"] if (kind, line["part"]) not in taken]} for line in present
    ]
