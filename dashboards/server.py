"""Server: the dashboards served to browsers of this machine, with nothing fetched from elsewhere."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import warnings
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboards.address import Address
from society.errors import InputError
from society.scenario import Scenario

HOST = "127.0.0.1"
PORT = 8765
"""Where dashboards are unless told otherwise."""
NOWHERE = "http://127.0.0.1:9/"
"""What stands in for the network from which solara would fetch an asset that it lacks."""
SETTINGS = {
    "SOLARA_APP": "dashboards.app",
    "SOLARA_MODE": "production",
    "SOLARA_ASSETS_CDN": NOWHERE,
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_TITLE": "Society",
    "SOLARA_THEME_VARIANT": "light",  # with "auto" the page of solara 1.64 stays empty
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
}
"""Of solara, which reads them when it is first imported; a window that is gone for 10 minutes is closed."""


def serve(
    shown: str | Path | None = None,
    *,
    values: Mapping[str, Any] | None = None,
    port: int = PORT,
    open_browser: bool = True,
) -> None:
    """Serve the dashboards until interrupted.

    Parameters
    ----------
    shown
        Scenario file to show first, or folder of results.
    values
        Values by dotted path that replace those of the scenario file.
    port
        Port of this machine; 0 for any that is free.
    open_browser
        Whether to open the first page.

    Raises
    ------
    InputError
        If the scenario or the folder is wrong or the port is taken.
    """
    page, address = first_page(shown, dict(values or {}))
    bound = _bound(port)
    query = address.to_query()
    url = f"http://{HOST}:{bound.getsockname()[1]}/{page}" + (f"?{query}" if query else "")
    print(f"Dashboard: {url}\nCtrl-C ends it.", flush=True)
    _serve(bound, url if open_browser else None)


def first_page(shown: str | Path | None, values: Mapping[str, Any]) -> tuple[str, Address]:
    """The page and address of a scenario file, or of a folder of results, once it is found to be right."""
    if shown is None or not Path(shown).is_dir():
        if shown is not None:
            Scenario.from_file(shown).replace(dict(values))
        return "explore", Address(scenario=str(shown) if shown is not None else "", values=values)
    if values:
        raise InputError(f"{shown}: --set goes with a scenario file, and this is a folder of results")
    from dashboards.studies_folder import open_study

    open_study(shown)
    return "studies", Address(study=str(shown))


def _bound(port: int) -> socket.socket:
    """A socket bound to a port of this machine."""
    if not 0 <= port <= 65535:
        raise InputError(f"--port {port}: must be between 0 and 65535")
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
        bound.listen()  # so that whoever comes before the server is ready waits
    except OSError as error:
        bound.close()
        why = "is in use" if isinstance(error, OSError) and error.errno == 98 else f"cannot be had: {error.strerror}"
        raise InputError(f"--port {port}: {why}; choose another, or 0 for any that is free") from None
    return bound


def _serve(bound: socket.socket, url: str | None) -> None:
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    warnings.filterwarnings("ignore", "Cookies with samesite=none")  # of pages shown inside others, which these are not
    import uvicorn

    config = uvicorn.Config(
        "solara.server.starlette:app",
        log_level="warning",
        timeout_graceful_shutdown=1,
        ws_ping_interval=None,
        ws_per_message_deflate=False,  # on one machine it costs more than it saves
    )
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # which else complains of windows that are still open
    logging.getLogger("solara.server.app").addFilter(_is_news)
    server = uvicorn.Server(config)
    if url is not None:
        threading.Thread(target=_open, args=(server, url), daemon=True).start()
    try:
        server.run(sockets=[bound])
    except KeyboardInterrupt:
        print("Dashboard ended.")


def _is_news(record: logging.LogRecord) -> bool:
    """Whether there is more to say than that the end of the server and that of a window both close the window."""
    return not str(record.msg).startswith("Tried to close a kernel context that is already closed")


def _open(server: Any, url: str) -> None:
    """Open a page as soon as the server answers."""
    while not server.started and not server.should_exit:
        time.sleep(0.05)
    if server.started:
        webbrowser.open(url)
