"""Constraints: they mean what Python means by them, and nothing else can be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from society.errors import InputError
from society.sweeps.constraints import read_constraint
from society.sweeps.factors import Factor, Levels, Options
from tests.files import tiny
from tests.sweeps.files import AGE, POWER, SD, column, refused, swept

FACTORS: Mapping[str, Factor] = {
    "a": Levels(values=(0.0, 1.0)),
    "b": Levels(values=(0.0, 1.0)),
    "on": Levels(values=(True, False)),
    "graph": Options(options={"ring": {}, "hubs": {}}),
    POWER: Levels(values=(0, 1)),
}
HERE: dict[str, Any] = {"a": 2.0, "b": -3.0, "on": True, "graph": "ring", POWER: 4}


def holds(text: str) -> bool:
    """Whether a constraint holds at the point HERE."""
    return read_constraint(text, FACTORS).allows(HERE)


def said(text: str) -> str:
    """What is said when a constraint is refused."""
    with pytest.raises(InputError) as caught:
        holds(text)
    return str(caught.value)


NUMBERS = st.deferred(
    lambda: (
        st.sampled_from(["a", "b"])
        | st.floats(0, 10, allow_subnormal=False).map(repr)
        | st.builds("({} {} {})".format, NUMBERS, st.sampled_from(["+", "-", "*", "/", "**"]), NUMBERS)
        | st.builds("(-{})".format, NUMBERS)
        | st.builds("abs({})".format, NUMBERS)
        | st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), NUMBERS, NUMBERS)
    )
)
ORDER = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
TRUTHS = st.deferred(
    lambda: (
        st.sampled_from(["True", "False"])
        | st.builds("({} {} {})".format, NUMBERS, ORDER, NUMBERS)
        | st.builds("({} {} {} {} {})".format, NUMBERS, ORDER, NUMBERS, ORDER, NUMBERS)
        | st.builds("({} {} {})".format, TRUTHS, st.sampled_from(["and", "or", "==", "!="]), TRUTHS)
        | st.builds("(not {})".format, TRUTHS)
    )
)
VALUES = st.floats(-10, 10, allow_subnormal=False)


@settings(max_examples=150, deadline=None)
@given(text=TRUTHS.filter(lambda text: len(text) < 500), a=VALUES, b=VALUES)
def test_it_is_what_python_makes_of_it(text: str, a: float, b: float) -> None:
    row = {"a": a, "b": b}
    said = ""
    try:
        ours: object = read_constraint(text, FACTORS).allows(row)
    except InputError as error:
        ours, said = "refused", str(error)
    try:
        pythons: object = eval(text, {"__builtins__": {"abs": abs, "min": min, "max": max}}, row)
    except (ArithmeticError, TypeError):  # a division by zero, an overflow, or an order of complex numbers
        pythons = "refused"
    assert ours == pythons or "is no real number" in said  # where Python goes on with a complex one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > b", True),
        ("b < a < 1", False),
        ("a == 2 and b == -3", True),
        ("a ** 2 + b ** 2 <= 13", True),
        ("max(a, b, 7) == 7 and min(a, b) == b and abs(b) == 3", True),
        (f"{POWER} >= 2 * a", True),
        ("graph == 'ring' or graph == 'hubs'", True),
        ("graph != 'ring'", False),
        ("on and not a == 3", True),
        ("on == true", True),
        ("on == false", False),
        ("b < 0 or 1 / 0 > 1", True),
        ("1 < 2", True),
    ],
)
def test_it_holds_where_it_should(text: str, expected: bool) -> None:
    assert holds(text) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("platform.feed.powr > 1", f"'platform.feed.powr' is not a factor of this sweep; did you mean {POWER!r}?"),
        ("c > 1", "'c' is not a factor of this sweep; known: a, b, graph, on"),
        ("a > 'b'", "compares a number with a string"),
        ("graph > 'a'", "an order needs a number, not a string"),
        ("graph + 1 > 2", "arithmetic needs a number, not a string"),
        ("not a", "not needs a boolean, not a number"),
        ("a and b > 1", "and needs a boolean, not a number"),
        ("a + b", "a constraint needs a boolean, not a number"),
        ("abs(a, b) > 1", "abs takes one number"),
        ("min(a) > 1", "min takes two numbers or more"),
        ("a // 2 > 1", "'a // 2' cannot stand in a constraint"),
        ("a is b", "compares with == != < <= > >= only"),
        ("a in [1, 2]", "'[1, 2]' cannot stand in a constraint"),
        ("a = 1", "is not an expression"),
        ("", "is not an expression"),
        ("a >", "is not an expression"),
        ("(" * 400 + "a" + ")" * 400 + " > 1", "is not an expression"),
        ("a > " + "1" * 1000, "has more than 1000 characters"),
        ("a > 1 / 0", "cannot be worked out where a = 2.0"),
        ("b ** 0.5 > 1", "-3.0 ** 0.5 is no real number"),
        ("10 ** (10 ** 10) > a", "cannot be worked out"),
    ],
    ids=lambda text: text[:20],
)
def test_anything_else_is_refused_in_words(text: str, words: str) -> None:
    assert words in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__ == 1",
        "(lambda: 1)() == 1",
        "[x for x in (1,)] == 1",
        "eval('1') == 1",
        "abs.__self__ == 1",
        "f'{a}' == '2'",
        "abs(*[a]) > 1",
        "abs(x=a) > 1",
        "(a := 3) > 1",
        "a if on else b",
        "b'x' == b'x'",
        "1j == 1j",
        "... == ...",
        "None == None",
    ],
)
def test_code_is_not_executed_but_refused(text: str) -> None:
    assert "cannot stand in a constraint" in said(text) or "is not a factor" in said(text)


def test_points_that_do_not_fulfil_it_are_left_out() -> None:
    sweep = swept({POWER: [1, 2, 3], SD: [1, 2, 3]}, constraints=[f"{POWER} > {SD}", f"{SD} != 2"])
    assert ([[*row.values()] for row in sweep.rows], sweep.n_excluded) == ([[2, 1], [3, 1]], 7)


def test_rows_are_numbered_without_those_left_out() -> None:
    sweep = swept({POWER: [1, 2, 3]}, constraints=[f"{POWER} != 2"], arms={"one": {}, "other": {}})
    assert [(point.arm, point.row) for point in sweep.points()] == [("one", 0), ("one", 1), ("other", 0), ("other", 1)]


def test_a_sweep_without_points_is_refused() -> None:
    assert "exclude all 2 points" in refused({POWER: [1, 2]}, constraints=[f"{POWER} > 2"])


def test_every_broken_constraint_is_told_with_its_number() -> None:
    lines = refused({POWER: [1, 2]}, constraints=["powr > 2", f"{POWER} > 0", f"{POWER} > 'a'"]).splitlines()
    assert [line.split(" = ")[0] for line in lines] == ["sweep: sweep.constraints[0]", "sweep: sweep.constraints[2]"]


def test_numbers_are_floats_so_that_no_power_takes_for_ever() -> None:
    assert "cannot be worked out" in said("9 ** 9 ** 9 > a")


class TestOtherValues:
    def test_a_value_of_the_scenario_may_stand_in_it(self) -> None:
        base = tiny({"run.steps": 6})
        sweep = swept({AGE: [3, 9]}, base=base, constraints=[f"{AGE} < run.steps"])
        assert column(sweep, AGE) == [3]

    def test_a_default_counts_as_well(self) -> None:
        assert column(swept({AGE: [51, 53]}, constraints=[f"{AGE} > run.steps_per_year"]), AGE) == [53]

    def test_what_is_set_goes_before_the_scenario(self) -> None:
        assert column(swept({AGE: [3, 9]}, values={"run.steps": 10}, constraints=[f"{AGE} < run.steps"]), AGE) == [3, 9]

    def test_it_holds_in_every_arm(self) -> None:
        arms = {"short": {"set": {"run.steps": 5}}, "long": {"set": {"run.steps": 10}}}
        assert column(swept({AGE: [3, 9]}, arms=arms, constraints=[f"{AGE} < run.steps"]), AGE) == [3]

    def test_part_of_a_factor_of_tables_is_refused(self) -> None:
        options = {"ring": {"kind": "small_world"}, "hubs": {"kind": "scale_free"}}
        said = refused({"graph": {"options": options}}, constraints=["graph.mean_degree > 3"])
        assert "'graph.mean_degree' is part of the factor 'graph'; compare its label, a string" in said

    def test_seeds_are_no_such_values(self) -> None:
        assert "'run.seed' is not a factor" in refused({AGE: [3]}, constraints=["run.seed > 0"])
