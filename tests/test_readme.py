"""Every command and every program of the README runs, and what it says comes out does come out."""

import re
import shlex
import shutil
import struct
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from society.measures import MEASURES
from society.odd.docstrings import lead
from society.processes import PROCESSES
from society.scenario import Scenario
from tests.files import command

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]
SOCIETY_COMMANDS = [command[command.index("society ") :] for command in COMMANDS if "society " in command]
SECTIONS = dict(zip(*[iter(re.split(r"^## (.*)$", README, flags=re.MULTILINE)[1:])] * 2, strict=True))


def steps(section):
    """What a section says to do, in order: commands, programs, and commands with what they print."""
    for language, block in re.findall(
        r"^```(sh|python|console)\n(.*?)^```$", SECTIONS[section], re.MULTILINE | re.DOTALL
    ):
        if language == "sh":
            yield from ((command, None) for command in block.splitlines() if "society " in command)
        elif language == "python":
            yield block, None
        else:
            command, _, printed = block.removeprefix("$ ").partition("\n")
            yield command, printed


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


@pytest.mark.parametrize("section", [name for name in SECTIONS if [*steps(name)]])
def test_what_a_section_of_the_readme_says_to_do_succeeds(section, clone, monkeypatch):
    """Programs in processes of their own, commands in this one, which need not start for each."""
    monkeypatch.chdir(clone)
    for step, printed in steps(section):
        if step.endswith(SOCIETY_COMMANDS[0]):
            continue  # which the test of its output runs
        if "\n" in step:
            (clone / "program.py").write_text(step, encoding="utf-8")
            done = run([sys.executable, "program.py"], clone)
            assert done.returncode == 0, f"{step}\n{done.stderr}"
            continue
        done = command(*shlex.split(step[step.index("society ") :])[1:])
        assert done.code == 0, f"{step}\n{done.err}"
        assert printed is None or without_timings(done.out) == without_timings(printed), step


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
    (events,) = (block for block in blocks("toml") if "[event." in block)
    scenario = Scenario.from_file(ROOT / "scenarios" / "quickstart.toml")
    assert {*scenario.replace({"event": tomllib.loads(events)["event"]}).events} == {"session", "therapy"}


def test_what_the_readme_shows_of_a_sweep_is_in_its_file():
    for shown in (tomllib.loads(block) for block in blocks("toml") if "[sweep]" in block):
        whole = tomllib.loads((ROOT / "scenarios" / "sweeps" / "feed_and_friends.toml").read_text(encoding="utf-8"))
        assert all(whole[table][key] == value for table, values in shown.items() for key, value in values.items())


def test_the_calibration_of_the_readme_runs(clone, monkeypatch):
    (file,) = (block for block in blocks("toml") if "[calibration]" in block)
    (clone / "cal.toml").write_text(file, encoding="utf-8")
    monkeypatch.chdir(clone)
    done = command("calibrate", "cal.toml", "--out", "results/cal")
    assert done.code == 0, done.err
    assert Scenario.from_file(clone / "results" / "cal" / "best.toml").run.steps == 104


def without_timings(text):
    return [line.rstrip() for line in text.splitlines() if "agent-steps a second" not in line and line.strip()]


@pytest.mark.parametrize("picture", re.findall(r"!\[.+?\]\((.+?)\)", README))
def test_pictures_of_the_readme_are_there_and_can_be_seen(picture):
    about = (ROOT / picture).read_bytes()
    width, height = struct.unpack(">II", about[16:24])
    assert about.startswith(b"\x89PNG")
    assert (width, height) == (1280, 800)
    assert len(about) < 400_000
