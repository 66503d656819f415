"""The application that all commands belong to, and what they share: types of options, reading, errors in words."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter, Token

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
Outcomes = Annotated[
    tuple[str, ...],
    Parameter(
        name="--outcome",
        help="Measure, such as known or capture.feed, its last value; or mean, peak, trough, change, slope or time of "
        "one, in a window of steps if given: peak(capture.feed), mean(known, 100:), time(capture.feed > 0.5). May be "
        "repeated.",
        negative=(),
    ),
]
Files = Annotated[list[Path], Parameter(json_list=False)]
Switch = Annotated[bool, Parameter(negative=())]
Whole = Annotated[int | None, Parameter(converter=_whole)]


def run_overrides(seed: int | None, steps: int | None) -> list[str]:
    """Overrides by path for the options that have a name of their own."""
    return [f"run.{key}={value}" for key, value in (("seed", seed), ("steps", steps)) if value is not None]


def load(file: Path, overrides: Sequence[str]) -> Scenario:
    """The scenario of a file with values overridden, each written path=value."""
    from society.files import parse_override
    from society.scenario import Scenario

    scenario = Scenario.from_file(file)
    return scenario.replace(dict(parse_override(text) for text in overrides)) if overrides else scenario


def each(files: Sequence[Path], action: Callable[[Path], int | None]) -> int:
    """Do something with each file, say what went wrong with which, and return the worst exit code."""
    worst = 0
    for file in files:
        try:
            worst = max(worst, action(file) or 0)
        except InputError as error:
            print_error(str(error), error)
            worst = max(worst, WRONG_INPUT)
        except KeyboardInterrupt as error:
            print_error(f"{file}: interrupted", error)
            return INTERRUPTED
        except BrokenPipeError:
            raise
        except Exception as error:
            print_error(f"{file}: failed: {type(error).__name__}: {error}", error)
            worst = max(worst, FAILED)
    return worst


def print_error(text: str, error: BaseException) -> None:
    """The message, then what the library noted on the way."""
    print(text, *getattr(error, "__notes__", []), sep="\n", file=sys.stderr)
