"""Commands on scenario files: run, twin, validate, show, describe, schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from society.cli.app import (
    WRONG_INPUT,
    Files,
    Overrides,
    Switch,
    Whole,
    app,
    each,
    load,
    print_error,
    run_overrides,
)
from society.cli.sweeps import Doing, study_of, sweep_of
from society.errors import InputError

if TYPE_CHECKING:
    from society.scenario import Scenario
    from society.sweeps.sweep import Sweep

TwinValues = Annotated[
    tuple[str, ...],
    Parameter(
        name="--set", help="Value by path that the twin has, such as platform.feed.power=0.5; repeatable.", negative=()
    ),
]
Paths = Annotated[
    tuple[str, ...],
    Parameter(help="Table by path that the twin lacks, such as platform.feed; may be repeated.", negative=()),
]


@app.command
def run(
    files: Files,
    /,
    *,
    out: Path | None = None,
    seed: Whole = None,
    steps: Whole = None,
    set_: Overrides = (),
    threads: Whole = None,
    workers: Whole = None,
    quiet: Switch = False,
    force: Switch = False,
) -> int:
    """Run scenario files into a study folder: several of them side by side, as the arms of one study.

    Parameters
    ----------
    files
        Scenario files (TOML).
    out
        Folder of the study; by default under results.
    seed
        Seed instead of the file's; the same as --set run.seed=N.
    steps
        Number of steps instead of the file's; the same as --set run.steps=N.
    threads
        Threads to compute with, for a single file; the results are the same.
    workers
        Worker processes, for several files: one for each core unless given.
    quiet
        Print nothing but errors.
    force
        Replace a study that stands in the folder.
    """
    from society.console import Console
    from society.runner import run as run_scenario

    overrides = [*set_, *run_overrides(seed, steps)]

    def run_one(file: Path) -> None:
        if workers is not None:
            raise InputError("--workers: is for several files; a single one is computed in threads (--threads)")
        console = Console(quiet=quiet)
        scenario = load(file, overrides)
        with console.progress(scenario) as progress:
            study = run_scenario(scenario, out=out, threads=threads, force=force, progress=progress)
        console.summary(study, scenario.record.measures)

    def run_all(files: Sequence[Path]) -> int:
        from society.sweeps.execution import sweep
        from society.sweeps.sweep import Sweep

        if threads is not None:
            raise InputError("--threads: is for a single file; several run side by side, one thread each (--workers)")
        several = Sweep.from_scenarios(_loaded(files, overrides))
        return study_of(Doing(workers=workers, quiet=quiet), lambda how: sweep(several, out=out, force=force, **how))

    return each(files, run_one) if len(files) == 1 else each([Path("run")], lambda _: run_all(files))


@app.command
def twin(
    file: Path,
    /,
    *,
    without: Paths = (),
    set_: TwinValues = (),
    replicates: Whole = None,
    out: Path | None = None,
    seed: Whole = None,
    steps: Whole = None,
    threads: Whole = None,
    quiet: Switch = False,
    force: Switch = False,
) -> int:
    """Run a scenario beside its twin, which lacks something or has it otherwise, and say what difference that makes.

    Both have the same people, graph and random numbers.

    Parameters
    ----------
    file
        Scenario file (TOML).
    replicates
        Number of pairs, each with a seed of its own; 8 unless given.
    out
        Folder of the results; by default under results.
    seed
        Seed of the first pair instead of the file's; the others have the next.
    steps
        Number of steps instead of the file's.
    threads
        Threads to compute with; the results are the same.
    quiet
        Print nothing but errors.
    force
        Replace results that stand in the folder.
    """
    from society.console import Console
    from society.files import parse_override
    from society.pairs import REPLICATES
    from society.pairs import twin as run_twin

    console = Console(quiet=quiet)
    n_pairs = REPLICATES if replicates is None else replicates

    def run_pairs(file: Path) -> None:
        scenario = load(file, run_overrides(seed, steps))
        values = dict(parse_override(text) for text in set_)
        with console.progress(scenario, n_pairs) as progress:
            study = run_twin(
                scenario, without=without, values=values, replicates=n_pairs, out=out, threads=threads, force=force,
                progress=progress,
            )  # fmt: skip
        console.twin_summary(study, scenario.record.measures)

    return each([file], run_pairs)


@app.command
def validate(files: Files, /, *, set_: Overrides = ()) -> int:
    """Check files of scenarios, sweeps and calibrations, all they name included, without running anything.

    The society of a scenario or calibration is built. The scenario of every run of a sweep is checked, and societies of
    it are built until each value of each factor has been seen, or many.

    Parameters
    ----------
    files
        Scenario, sweep or calibration files (TOML).
    """
    from society.calibration.settings import Calibration
    from society.calibration.simulator import Simulator
    from society.files import read_tables
    from society.model import Society
    from society.recorder import Recorder

    def validate_one(file: Path) -> None:
        raw = read_tables(file, what="a scenario, sweep or calibration file")
        if "sweep" in raw:
            print(f"{file}: good: {_validated(sweep_of(file, set_))}")
            return
        if "calibration" in raw:
            if set_:
                raise InputError(f"--set {set_[0]}: is for scenario and sweep files")
            found = Calibration.from_file(file)
            Simulator(found, lambda tasks: ())  # which builds its society, and refuses targets that results lack
            parts = f"{_some(len(found.factors), 'factor')}, {_some(len(found.targets), 'target')}"
            print(f"{file}: good: {found.header.trials:,} trials of {found.header.replicates:,} runs: {parts}")
            return
        model = Society(load(file, set_))
        Recorder(model)
        sizes = f"{model.n_agents:,} people, {model.graph.n_edges:,} ties, {_counted(model.scenario)}"
        print(f"{file}: good: {sizes}")
        for notice in model.notices:
            print(f"{file}: note: {notice}")

    return each(files, validate_one)


@app.command
def show(file: Path, /, *, set_: Overrides = (), graph: Switch = False) -> int:
    """Print a scenario as TOML with every parameter that has a value, defaults included.

    Parameters
    ----------
    file
        Scenario file (TOML).
    graph
        Build the social graph instead, and print its measures.
    """
    return each(
        [file], lambda file: _show_graph(load(file, set_)) if graph else print(load(file, set_).to_toml(), end="")
    )


@app.command
def describe(file: Path, /, *, out: Path | None = None, html: Switch = False, set_: Overrides = ()) -> int:
    """Describe the model of a scenario as an ODD+D document, from its file and the code, without running it.

    Of a sweep file it is said what is varied, and how.

    Parameters
    ----------
    file
        Scenario or sweep file (TOML).
    out
        File to write: Markdown if it ends in .md, one HTML page if in .html; printed if not given.
    html
        Print HTML instead of Markdown.
    """
    from society.files import read_tables
    from society.odd import describe, to_html, write
    from society.sweeps.description import describe_sweep

    def describe_one(file: Path) -> None:
        if html and out is not None and out.suffix != ".html":
            raise InputError(f"--out {out}: must end in .html, because of --html")
        is_sweep = "sweep" in read_tables(file, what="a scenario or sweep file")
        document = describe_sweep(sweep_of(file, set_)) if is_sweep else describe(load(file, set_))
        if out is not None:
            write(document, out)
        else:
            print(to_html(document) if html else document, end="")

    return each([file], describe_one)


@app.command
def schema(*, sweep: Switch = False, keys: Switch = False) -> int:
    """Print the JSON Schema of scenario files, for editors.

    Parameters
    ----------
    sweep
        That of sweep files instead.
    keys
        With --sweep: a table of all keys of a sweep file, for people.
    """
    from society.schema import json_schema, sweep_schema

    if keys and not sweep:
        print_error("--keys: goes with --sweep; society describe FILE has all parameters of a scenario", InputError())
        return WRONG_INPUT
    if keys:
        from society.sweeps.reference import sweep_reference

        print(sweep_reference(), end="")
        return 0
    print(json.dumps(sweep_schema() if sweep else json_schema(), indent=2, ensure_ascii=False))
    return 0


def _validated(chosen: Sweep) -> str:
    """Check and build the points of a sweep, and say how many there are."""
    from society.sweeps.planning import planned
    from society.sweeps.screen import built, size
    from society.sweeps.task import WRONG_INPUT
    from society.sweeps.trying import to_build, try_to_build

    design = planned(chosen)
    points, n_untried = to_build(chosen, design)
    if failures := try_to_build(chosen, points):
        raise InputError(*(failure.removeprefix(WRONG_INPUT) for failure in failures)).within(chosen.source)
    said = size(design, chosen.replicates, design["run_id"].nunique())
    return f"{said}; {built(len(points), n_untried)}"


def _some(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _counted(scenario: Scenario) -> str:
    events, processes = len(scenario.events), len(scenario.processes) - len(scenario.events)
    said = f"{processes} processes"
    return f"{said}, {events} event{'s' * (events > 1)}" if events else said


def _show_graph(scenario: Scenario) -> None:
    from society.console import Console
    from society.graph_measures import measured

    graph = scenario.build_graph()
    Console(quiet=False).graph(scenario, graph.notices, measured(graph, seed=scenario.run.seed))


def _loaded(files: Sequence[Path], overrides: Sequence[str]) -> dict[str, Scenario]:
    """Scenarios by the stems of their files, numbered where these are the same; all that is wrong with any at once."""
    from society.files import short_name

    named: dict[str, Scenario] = {}
    problems: list[str] = []
    for file in files:
        stem = short_name(file.stem) or "scenario"
        name, number = stem, 1
        while name in named:
            number += 1
            name = f"{stem}-{number}"
        try:
            named[name] = load(file, overrides)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return named
