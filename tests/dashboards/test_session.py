"""Session: changes wait until they are applied, links open the same view, downloads bring the same state."""

from __future__ import annotations

import pytest

from dashboards.address import Address
from dashboards.session import Session
from society.runner import run, state_hash
from society.scenario import Scenario
from tests.files import scenario_file


@pytest.fixture
def file(tmp_path):
    return str(scenario_file(tmp_path))


@pytest.fixture
def session(file):
    session = Session(Address(scenario=file))
    session.run.wait()
    yield session
    session.close()


def hash_of(session):
    with session.run.look() as model:
        return state_hash(model.state())


def test_a_change_waits_until_it_is_applied(session):
    assert session.change("platform.feed.power", 3.0, shown=1.0)
    assert session.run.scenario.platform["feed"].power == 1.0
    assert session.run.generation == 1
    session.apply()
    session.run.wait()
    assert session.run.scenario.platform["feed"].power == 3.0
    assert session.run.generation == 2
    assert session.pending == {}


def test_a_change_back_to_what_is_shown_waits_no_more(session):
    session.change("platform.feed.power", 3.0, shown=1.0)
    session.change("platform.feed.power", 1.0, shown=1.0)
    assert session.pending == {}


def test_a_value_that_is_not_allowed_is_said_in_words_and_changes_nothing(session):
    assert not session.change("platform.feed.power", -1.0, shown=1.0)
    assert "platform.feed.power = -1.0: must be at least 0" in session.error
    assert session.pending == {}


def test_a_reset_keeps_what_is_applied_and_what_waits(session):
    session.change("platform.feed.power", 3.0, shown=1.0)
    session.apply()
    session.change("platform.feed.power", 2.0, shown=3.0)
    session.reset()
    session.run.wait()
    assert session.run.scenario.platform["feed"].power == 3.0
    assert session.pending == {"platform.feed.power": 2.0}


def test_another_seed_begins_anew(session):
    session.sow("7")
    session.run.wait()
    assert session.run.scenario.run.seed == 7
    assert session.address.values == {"run.seed": 7}


def test_back_to_the_file_forgets_all_changes(session, file):
    session.sow("7")
    session.restore()
    session.run.wait()
    assert session.run.scenario.digest() == Scenario.from_file(file).digest()


def test_a_link_opens_the_same_state(session):
    session.change("platform.feed.power", 3.0, shown=1.0)
    session.apply()
    session.run.run_to(4)
    session.run.wait()
    other = Session(Address.from_query(session.link()))
    other.run.wait()
    assert other.run.n_steps == 4
    assert hash_of(other) == hash_of(session)
    other.close()


def test_the_downloaded_scenario_brings_the_same_state(session, tmp_path):
    session.change("platform.feed.power", 3.0, shown=1.0)
    session.apply()
    session.run.run_to(4)
    session.run.wait()
    (tmp_path / "taken").mkdir()
    taken = tmp_path / "taken" / "home.toml"
    taken.write_text(session.scenario_toml())
    study = run(Scenario.from_file(taken), out=tmp_path / "again")
    assert study.manifest["state_hash"] == hash_of(session)
    assert study.manifest["state_hash"] in taken.read_text()


def test_a_file_that_is_wrong_is_said_in_words(tmp_path):
    session = Session(Address(scenario=str(tmp_path / "gone.toml")))
    assert "gone.toml" in session.error
    assert session.run is None
    assert session.link() == f"scenario={tmp_path}/gone.toml"


@pytest.mark.parametrize("text", ["soon", "-3", "1.5"])
def test_a_step_that_is_no_number_is_said_in_words(session, text):
    session.run_to(text)
    assert "must be a whole number" in session.error


def test_two_sessions_do_not_disturb_each_other(session, file):
    other = Session(Address(scenario=file))
    other.sow("9")
    other.run.wait()
    session.run.run_to(3)
    session.run.wait()
    assert (other.run.n_steps, session.run.n_steps) == (0, 3)
    assert session.run.scenario.run.seed == 1
    other.close()
