"""The `society` command: each of its commands is a few lines over the library.

Exit codes: 0 all good, 1 a run failed, 2 the input was wrong, 130 interrupted.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, CycloptsError, Parameter, Token

from society import __version__
from society.errors import InputError

if TYPE_CHECKING:
    from society.scenario import Scenario

FAILED, WRONG_INPUT, INTERRUPTED = 1, 2, 130

app = App(
    name="society",
    help="Simulate how people, information and platforms shape one another.",
    version=__version__,
    version_flags=["--version"],
    help_format="plaintext",
)


def _whole(_: type, tokens: Sequence[Token]) -> int:
    """A whole number, as written: cyclopts itself would round."""
    return int(tokens[0].value)


Overrides = Annotated[
    tuple[str, ...],
    Parameter(name="--set", help="Value by path, such as platform.feed.power=0.5; may be repeated.", negative=()),
]
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
Files = Annotated[list[Path], Parameter(json_list=False)]
Switch = Annotated[bool, Parameter(negative=())]
Whole = Annotated[int | None, Parameter(converter=_whole)]


def main() -> None:
    """Run the command line and leave with its exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what batch systems send: end as after Ctrl-C
    try:
        code = app(exit_on_error=False)
        sys.stdout.flush()
    except CycloptsError:  # cyclopts has said what is wrong
        code = WRONG_INPUT
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:  # whoever reads our output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


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
    quiet: Switch = False,
    force: Switch = False,
) -> int:
    """Run scenario files, each into a study folder of its own; one failure does not stop the others.

    Parameters
    ----------
    files
        Scenario files (TOML).
    out
        Folder of the study, or with several files the folder of their folders; by default under results.
    seed
        Seed instead of the file's; the same as --set run.seed=N.
    steps
        Number of steps instead of the file's; the same as --set run.steps=N.
    threads
        Threads to compute with; the results are the same.
    quiet
        Print nothing but errors.
    force
        Replace studies that stand in the folders.
    """
    from society.console import Console
    from society.runner import run as run_scenario

    console = Console(quiet=quiet)
    overrides = [*set_, *_run_overrides(seed, steps)]
    folders = iter(_folders(files, out))

    def run_one(file: Path) -> None:
        folder = next(folders)
        scenario = _load(file, overrides)
        with console.progress(scenario) as progress:
            study = run_scenario(scenario, out=folder, threads=threads, force=force, progress=progress)
        console.summary(study, scenario.record.measures)

    return _each(files, run_one)


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
        scenario = _load(file, _run_overrides(seed, steps))
        values = dict(parse_override(text) for text in set_)
        with console.progress(scenario, n_pairs) as progress:
            study = run_twin(
                scenario, without=without, values=values, replicates=n_pairs, out=out, threads=threads, force=force,
                progress=progress,
            )  # fmt: skip
        console.twin_summary(study, scenario.record.measures)

    return _each([file], run_pairs)


@app.command
def validate(files: Files, /, *, set_: Overrides = ()) -> int:
    """Check scenario files, all they name included, and build their societies without running them.

    Parameters
    ----------
    files
        Scenario files (TOML).
    """
    from society.model import Society
    from society.recorder import Recorder

    def validate_one(file: Path) -> None:
        model = Society(_load(file, set_))
        Recorder(model)
        sizes = f"{model.n_agents:,} people, {model.graph.n_edges:,} ties, {_counted(model.scenario)}"
        print(f"{file}: good: {sizes}")
        for notice in model.notices:
            print(f"{file}: note: {notice}")

    return _each(files, validate_one)


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
    return _each(
        [file], lambda file: _show_graph(_load(file, set_)) if graph else print(_load(file, set_).to_toml(), end="")
    )


@app.command
def describe(file: Path, /, *, out: Path | None = None, html: Switch = False, set_: Overrides = ()) -> int:
    """Describe the model of a scenario as an ODD+D document, from its file and the code, without running it.

    Parameters
    ----------
    file
        Scenario file (TOML).
    out
        File to write: Markdown if it ends in .md, one HTML page if in .html; printed if not given.
    html
        Print HTML instead of Markdown.
    """
    from society.odd import describe, to_html, write

    def describe_one(file: Path) -> None:
        if html and out is not None and out.suffix != ".html":
            raise InputError(f"--out {out}: must end in .html, because of --html")
        document = describe(_load(file, set_))
        if out is not None:
            write(document, out)
        else:
            print(to_html(document) if html else document, end="")

    return _each([file], describe_one)


@app.command
def schema() -> int:
    """Print the JSON Schema of scenario files, for editors."""
    from society.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0


def _run_overrides(seed: int | None, steps: int | None) -> list[str]:
    return [f"run.{key}={value}" for key, value in (("seed", seed), ("steps", steps)) if value is not None]


def _load(file: Path, overrides: Sequence[str]) -> Scenario:
    from society.files import parse_override
    from society.scenario import Scenario

    scenario = Scenario.from_file(file)
    return scenario.replace(dict(parse_override(text) for text in overrides)) if overrides else scenario


def _counted(scenario: Scenario) -> str:
    events, processes = len(scenario.events), len(scenario.processes) - len(scenario.events)
    said = f"{processes} processes"
    return f"{said}, {events} event{'s' * (events > 1)}" if events else said


def _show_graph(scenario: Scenario) -> None:
    from society.console import Console
    from society.graph_measures import measured

    graph = scenario.build_graph()
    Console(quiet=False).graph(scenario, graph.notices, measured(graph, seed=scenario.run.seed))


def _folders(files: Sequence[Path], out: Path | None) -> list[Path | None]:
    """A folder for each file: `out` itself for one, folders in it named after the files for several."""
    if out is None or len(files) == 1:
        return [out] * len(files)
    folders: list[Path | None] = []
    for file in files:
        folder, number = out / file.stem, 1
        while folder in folders:
            number += 1
            folder = out / f"{file.stem}-{number}"
        folders.append(folder)
    return folders


def _each(files: Sequence[Path], action: Callable[[Path], None]) -> int:
    """Do something with each file, say what went wrong with which, and return the worst exit code."""
    worst = 0
    for file in files:
        try:
            action(file)
        except InputError as error:
            _print_error(str(error), error)
            worst = WRONG_INPUT
        except KeyboardInterrupt as error:
            _print_error(f"{file}: interrupted", error)
            return INTERRUPTED
        except BrokenPipeError:
            raise
        except Exception as error:
            _print_error(f"{file}: failed: {type(error).__name__}: {error}", error)
            worst = max(worst, FAILED)
    return worst


def _print_error(text: str, error: BaseException) -> None:
    """The message, then what the library noted on the way."""
    print(text, *getattr(error, "__notes__", []), sep="\n", file=sys.stderr)
