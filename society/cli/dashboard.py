"""The command that opens the dashboards: dashboard."""

from __future__ import annotations

import sys
from pathlib import Path

from society.cli.app import WRONG_INPUT, Overrides, Switch, Whole, app, print_error
from society.errors import InputError


@app.command
def dashboard(
    shown: Path | None = None, /, *, port: Whole = None, set_: Overrides = (), no_open: Switch = False
) -> int:
    """Watch and steer a society in the browser, or look at results; Ctrl-C ends it. Nothing leaves this machine.

    Parameters
    ----------
    shown
        Scenario file (TOML) to show first, or folder of results of a run, a sweep or twins; others can be chosen on
        the page.
    port
        Port of this machine; 8765 unless given, 0 for any that is free.
    no_open
        Do not open the browser; the address is printed in any case.
    """
    from society.files import parse_override

    try:
        from dashboards.server import PORT, serve

        values = dict(parse_override(text) for text in set_)
        if values and shown is None:
            raise InputError("--set: goes with a scenario file")
        serve(shown, values=values, port=PORT if port is None else port, open_browser=not no_open)
    except InputError as error:
        print_error(str(error), error)
        return WRONG_INPUT
    sys.stdout.flush()
    return 0
