"""`society dashboard`: what is wrong is said before anything is served."""

from __future__ import annotations

import socket

import pytest

from tests.files import command, scenario_file


def test_a_wrong_scenario_is_said_in_words_before_the_server_starts(tmp_path):
    outcome = command("dashboard", scenario_file(tmp_path, {"platform.feed.power": -1.0}), "--no-open")
    assert outcome.code == 2
    assert "platform.feed.power = -1.0: must be at least 0" in outcome.err
    assert outcome.out == ""


def test_a_file_that_is_not_there_is_said_in_words(tmp_path):
    outcome = command("dashboard", tmp_path / "gone.toml", "--no-open")
    assert outcome.code == 2
    assert "gone.toml" in outcome.err


def test_a_port_that_is_taken_is_said_in_words(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = command("dashboard", scenario_file(tmp_path), "--no-open", "--port", str(port))
    assert outcome.code == 2
    assert outcome.err == f"--port {port}: is in use; choose another, or 0 for any that is free\n"


@pytest.mark.parametrize("port", ["-1", "70000"])
def test_a_port_that_cannot_be_is_refused(port):
    outcome = command("dashboard", "--no-open", f"--port={port}")
    assert outcome.code == 2
    assert "must be between 0 and 65535" in outcome.err


def test_values_go_with_a_scenario():
    outcome = command("dashboard", "--no-open", "--set", "run.steps=3")
    assert outcome.code == 2
    assert outcome.err == "--set: goes with a scenario file\n"


def test_values_are_checked_before_the_server_starts(tmp_path):
    outcome = command("dashboard", scenario_file(tmp_path), "--no-open", "--set", "platform.feed.pwoer=1.0")
    assert outcome.code == 2
    assert "did you mean 'power'?" in outcome.err
