"""The `society` command: each of its commands is a few lines over the library.

Exit codes: 0 all good, 1 a run failed, 2 the input was wrong, 130 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys

from cyclopts import CycloptsError

from society.cli import analyse as analyse  # each adds its commands to the application
from society.cli import calibrate as calibrate
from society.cli import compare as compare
from society.cli import dashboard as dashboard
from society.cli import report as report
from society.cli import scenarios as scenarios
from society.cli import sweeps as sweeps
from society.cli.app import INTERRUPTED, WRONG_INPUT, app

__all__ = ["main"]


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
