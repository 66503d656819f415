"""The order of processes: what is missing, owned twice or read too early, in words."""

from __future__ import annotations

from typing import Any

import pytest

from society.errors import InputError
from society.population import Column
from society.processes import PROCESSES
from society.processes.ageing import Ageing
from society.processes.attention import Attention
from society.processes.capture import Capture
from society.processes.exchange import Exchange
from society.processes.exploration import Exploration
from society.processes.influence import Influence
from society.processes.landscape import Landscape
from society.processes.learning import Learning
from society.processes.order import order_problems
from society.processes.turnover import Turnover
from society.scenario import Scenario
from tests.societies import everything

AGEING, EXPLORATION, LEARNING = Ageing(name="ageing"), Exploration(name="exploration"), Learning(name="learning")
HOME, PEERS = Landscape(name="home"), Influence(name="peers")

REMEDY = "; change their order in the file or in run.order"


def said(*processes: Any) -> list[str]:
    """Problems of a list of processes."""
    return order_problems(processes, PROCESSES)


def test_a_complete_list_in_order_has_no_problems():
    assert said(AGEING, EXPLORATION, HOME, PEERS, LEARNING) == []


def test_the_order_of_sources_is_free():
    assert said(AGEING, EXPLORATION, PEERS, HOME, LEARNING) == []


def test_the_order_of_what_lasts_is_free():
    assert said(EXPLORATION, HOME, LEARNING, AGEING) == []


def test_no_processes_at_all_are_in_order():
    assert said() == []


def test_what_is_missing_names_a_process_that_would_own_it():
    capture = Capture(name="capture")
    assert said(AGEING, EXPLORATION, capture, LEARNING) == [
        "process.capture: needs column 'attention', which no process here owns; [process.attention] would"
    ]


def test_every_missing_column_is_said():
    assert said(LEARNING) == [
        "process.learning: needs column 'age', which no process here owns; [process.ageing] would",
        "process.learning: needs column 'trial', which no process here owns; [process.exploration] would",
        "process.learning: needs column 'exploration_sd', which no process here owns; [process.exploration] would",
    ]


def test_the_gradient_rule_misses_no_trial_behaviour():
    assert said(AGEING, HOME, Learning(name="learning", rule="gradient")) == []


def test_a_column_that_nobody_would_own_is_said_without_advice():
    class Strange(Ageing):
        reads = ("luck",)
        owns = ()

    assert said(Strange(name="strange")) == ["process.strange: needs column 'luck', which no process here owns"]


def test_a_column_has_one_owner():
    assert said(AGEING, Ageing(name="again")) == ["process.again: its column 'age' already belongs to process.ageing"]


def test_two_instances_with_columns_of_their_own_get_along():
    assert said(AGEING, EXPLORATION, PEERS, Influence(name="kin"), LEARNING) == []


def test_nobody_owns_what_every_society_has():
    class Grabbing(Ageing):
        owns = (Column("uid", "Somebody's number."),)

    assert said(Grabbing(name="grabbing")) == ["process.grabbing: its column 'uid' already belongs to every society"]


def test_a_trial_is_drawn_before_income_pays_for_it():
    exchange, income = Exchange(name="exchange"), PROCESSES["income"](name="income")
    assert said(exchange, income, EXPLORATION, AGEING, LEARNING) == [
        "process.income: must come after process.exploration, which writes 'trial'" + REMEDY
    ]


def test_learning_comes_after_all_sources():
    assert said(AGEING, EXPLORATION, HOME, LEARNING, PEERS) == [
        "process.learning: must come after process.peers, which writes 'reward'" + REMEDY,
        "process.learning: must come after process.peers, which writes 'displacement'" + REMEDY,
    ]


def test_learning_comes_after_exploration():
    problems = said(AGEING, HOME, LEARNING, EXPLORATION)
    assert any(
        "process.learning: must come after process.exploration, which writes 'trial'" in each for each in problems
    )


def test_attention_may_come_after_what_reads_it_since_it_lasts():
    capture, attention = Capture(name="capture"), Attention(name="attention")
    assert said(AGEING, EXPLORATION, capture, attention, LEARNING) == []


def test_forgetting_needs_something_known():
    problems = said(PROCESSES["forgetting"](name="forgetting"))
    assert (
        problems[0] == "process.forgetting: needs column 'knows', which no process here owns; [process.exchange] would"
    )
    assert said(Exchange(name="exchange"), PROCESSES["forgetting"](name="forgetting")) == []


def ordered(*names: str, **tables: Any) -> Scenario:
    """The full scenario with an order of steps of its own."""
    return Scenario.from_dict(everything(run={"order": [*names]}, **tables))


NAMES = tuple(everything()["process"])


def test_without_an_order_of_its_own_a_scenario_steps_in_the_order_of_the_file():
    assert [process.name for process in Scenario.from_dict(everything()).processes] == [*NAMES]


def test_run_order_decides_the_order_of_steps():
    order = (*NAMES[1:-1], NAMES[-1], NAMES[0])
    assert tuple(process.name for process in ordered(*order).processes) == order


def test_run_order_leaves_out_what_is_disabled():
    process = everything()["process"] | {"forgetting": {"enabled": False}}
    assert "forgetting" not in [each.name for each in ordered(*NAMES, process=process).processes]


def test_run_order_names_every_process():
    with pytest.raises(InputError, match=r"run\.order: does not say where process 'learning' comes"):
        ordered(*NAMES[:-1])


def test_run_order_names_no_process_twice():
    with pytest.raises(InputError, match=r"run\.order: 'ageing' stands twice"):
        ordered(*NAMES, "ageing")


def test_run_order_names_the_nearest_of_what_it_does_not_know():
    with pytest.raises(InputError, match=r"run\.order: no process 'agein'; did you mean 'ageing'\?"):
        ordered("agein", *NAMES)


def test_run_order_is_checked_like_the_order_of_the_file():
    with pytest.raises(InputError, match=r"process\.income: must come after process\.exploration"):
        ordered("income", *(name for name in NAMES if name != "income"))


def test_who_hands_something_on_to_newborns_comes_after_its_owner():
    turnover = Turnover(name="turnover")
    assert said(AGEING, EXPLORATION, LEARNING, turnover) == []
    assert said(AGEING, EXPLORATION, turnover, LEARNING) == [
        "process.turnover: must come after process.learning, whose 'traits' it changes for newborns" + REMEDY
    ]
