"""Every command and every program of the README runs, and what it says comes out does come out."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from society.measures import MEASURES
from society.odd.docstrings import lead
from society.processes import PROCESSES
from society.scenario import Scenario

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]
SOCIETY_COMMANDS = [command[command.index("society ") :] for command in COMMANDS if "society " in command]
PROGRAMS = blocks("python")


@pytest.fixture
def clone(tmp_path):
    """A folder that holds the scenarios, as a clone does."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    return tmp_path


def run(arguments, folder):
    return subprocess.run(arguments, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=300)


def test_the_two_commands_of_the_readme_are_those_that_continuous_integration_runs():
    set_up_and_run, set_up_and_test = (command for command in COMMANDS if command.startswith("pip install uv && "))
    assert set_up_and_run == "pip install uv && uv run society run scenarios/quickstart.toml"
    assert set_up_and_test in (ROOT / ".ci" / "run").read_text().splitlines()


@pytest.mark.parametrize("command", SOCIETY_COMMANDS[1:])
def test_a_command_of_the_readme_succeeds(command, clone):
    done = run([sys.executable, "-m", *shlex.split(command)], clone)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_of_the_readme_succeeds(program, clone):
    (clone / "program.py").write_text(program, encoding="utf-8")
    done = run([sys.executable, "program.py"], clone)
    assert done.returncode == 0, done.stderr


def test_the_output_shown_in_the_readme_is_what_the_first_command_prints(clone):
    (shown,) = blocks("text")
    done = run([sys.executable, "-m", *shlex.split(SOCIETY_COMMANDS[0])], clone)
    assert done.returncode == 0, done.stderr
    assert without_timings(done.stdout) == without_timings(shown)


def test_the_readme_lists_every_measure():
    for measure in MEASURES.values():
        row = f"| `{measure.name}` | {measure.doc.splitlines()[0]} |"
        assert row in README or (f"`{measure.name}`" in README and "_by_" in measure.name), measure.name


def test_the_readme_lists_every_process():
    for kind, process in PROCESSES.items():
        assert f"| `{kind}` | {lead(process)} |" in README


def test_the_events_of_the_readme_happen():
    (events,) = blocks("toml")
    scenario = Scenario.from_file(ROOT / "scenarios" / "quickstart.toml")
    assert {*scenario.replace({"event": tomllib.loads(events)["event"]}).events} == {"session", "therapy"}


def without_timings(text):
    return [line.rstrip() for line in text.splitlines() if "agent-steps a second" not in line and line.strip()]
