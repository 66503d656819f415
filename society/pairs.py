"""Pairs: a society and its twin, run side by side over seeds into one folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

from society.counterfactual import Counterfactual
from society.differences import people_differences
from society.errors import InputError
from society.folder import TWIN, FolderWriter, check_folder, now
from society.layout import columns
from society.measures import MEASURES
from society.model import Society
from society.recorder import Recorder
from society.runner import Clock, Recording, end_early, free_folder, origin
from society.scenario import Scenario
from society.twin_study import ORIGINAL, PAIRS, PEOPLE, TwinStudy, done

REPLICATES = 8
"""Pairs that are run unless told otherwise."""


def twin(
    scenario: Scenario,
    *,
    without: str | Sequence[str] = (),
    values: Mapping[str, Any] | None = None,
    replicates: int = REPLICATES,
    out: str | Path | None = None,
    threads: int | None = None,
    force: bool = False,
    progress: Callable[[int], None] | None = None,
) -> TwinStudy:
    """Run a society beside its twin, which lacks some tables or has other values, over several seeds.

    Both have the same people, graph and random numbers, so that nothing but the change tells them apart. The first pair
    has the seed of the scenario, each further one the next.

    Parameters
    ----------
    scenario
        The society.
    without
        Path of the named table that its twin lacks, or several: ``["platform.feed"]``.
    values
        Values by dotted path that its twin has: ``{"platform.feed.power": 0.5}``.
    replicates
        Number of pairs.
    out
        The folder; by default a new one under ``results``, named after the scenario.
    threads
        Threads to compute with, as for `run`.
    force
        Replace results that stand in the folder.
    progress
        Called after each step of a pair with the number of steps that all pairs have done.

    Raises
    ------
    InputError
        If the scenario, the change, the folder or the disk does not allow it.
    KeyboardInterrupt
        If interrupted; pairs that are done are kept, and of the last what was recorded.
    """
    change = Counterfactual((without,) if isinstance(without, str) else tuple(without), dict(values or {}))
    change.check(scenario)
    if replicates < 1:
        raise InputError(f"replicates = {replicates}: must be at least 1")
    seeds = range(scenario.run.seed, scenario.run.seed + replicates)
    scenario.replace({"run.seed": seeds[-1]})  # which may be too large
    if out is not None:
        check_folder(Path(out), force=force)
    pair: Pair | None = Pair(scenario, change, threads)  # what is impossible is said before anything is written
    folder = free_folder(f"{scenario.scenario.name}-twin") if out is None else Path(out)
    writer = FolderWriter(folder, _manifest(scenario, change, replicates), force=force)
    try:
        writer.write_text("scenario.toml", scenario.to_toml())
        for number, seed in enumerate(seeds):
            pair = pair or Pair(scenario.replace({"run.seed": seed}), change, threads)
            pair.run(writer, _counting_from(number * scenario.run.steps, progress))
            pair = None  # which may be large, before the next is made
        _summarise(writer)
        writer.finish("done")
    except BaseException as error:
        end_early(writer, error)
        reader = f"society.TwinStudy.load({str(folder)!r}).differences()"
        error.add_note(f"kept {len(done(folder))} of {replicates} pairs in {folder}; {reader} reads them")
        raise
    return TwinStudy.load(folder)


def _summarise(writer: FolderWriter) -> None:
    """Keep the mean differences as tables that anything reads."""
    study = TwinStudy.load(writer.folder)
    writer.write_text("differences.csv", study.differences().to_csv(index=False))
    writer.write_text("differences_by_use.csv", study.differences_by_use().to_csv(index=False))


class Pair:
    """A society and its twin of one seed, each with its recorder."""

    def __init__(self, scenario: Scenario, change: Counterfactual, threads: int | None) -> None:
        self.change, self.seed, self.clocks = change, scenario.run.seed, {ORIGINAL: Clock(), TWIN: Clock()}
        lacks_one = len(change.without) == 1 and not change.values
        scenario = scenario.replace({"record.twins": list(change.without) if lacks_one else []})
        recorded = _applicable(scenario.record.measures, change.applied(scenario))
        with self.clocks[ORIGINAL].phase("build_s"):
            self.original = Society(scenario, threads=threads)
        with self.clocks[TWIN].phase("build_s"):
            self.twin = change.twin(self.original, also={"record.twins": [], "record.measures": recorded})
        captors = [f"platform.{name}" for name in change.platforms if name in scenario.platform]
        for path in change.without if lacks_one else captors or ["twin"]:
            self.original.twins[path] = self.twin
        # the twin comes first: the original is measured against its present
        self.recorders = {TWIN: Recorder(self.twin), ORIGINAL: Recorder(self.original)}

    def run(self, writer: FolderWriter, progress: Callable[[int], None]) -> None:
        """Step both into folders of their own, then keep how people differ: with that the pair is done."""
        at = f"{PAIRS}/seed-{self.seed}"
        with ExitStack() as stack:
            recordings = [
                stack.enter_context(Recording(recorder, writer.folder / at / side, self.clocks[side]))
                for side, recorder in self.recorders.items()
            ]
            for recording in recordings:
                recording.begin()
            for _ in range(self.original.scenario.run.steps):
                for recording in recordings:
                    recording.step()
                progress(self.original.n_steps)
            for recording in recordings:
                recording.finish()
        platforms = self.change.platforms or [*self.original.platforms]
        writer.write_frame(f"{at}/{PEOPLE}", people_differences(self.original, self.twin, platforms))


def _applicable(measures: Sequence[str], scenario: Scenario) -> list[str]:
    """Those of the named measures that a society of the scenario has."""
    present = {column.name for column in columns(scenario)}
    return [name for name in measures if name in MEASURES and {*MEASURES[name].needs} <= present]


def _counting_from(done: int, progress: Callable[[int], None] | None) -> Callable[[int], None]:
    return lambda n_steps: progress(done + n_steps) if progress else None


def _manifest(scenario: Scenario, change: Counterfactual, replicates: int) -> dict[str, Any]:
    """What is known of pairs when they start."""
    identity = f"{scenario.digest(without_seed=True)} {change} {scenario.run.seed} {replicates}"
    return {
        "kind": TWIN,
        "name": scenario.scenario.name,
        "title": scenario.scenario.title,
        "run_id": sha256(identity.encode()).hexdigest()[:16],
        "change": str(change),
        "seed": scenario.run.seed,
        "replicates": replicates,
        "steps": scenario.run.steps,
        **origin(scenario),
        "started": now(),
    }
