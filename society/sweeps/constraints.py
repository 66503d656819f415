"""Constraints: conditions on factors, and other values of the scenario, that every point of a design fulfils.

An expression is read as Python writes it, and worked out here: nothing of it is ever executed as code. Its sorts
(number, string, boolean) are checked when it is read, so that little can go wrong at a point. Numbers are floats.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from society.errors import InputError, did_you_mean
from society.files import flat
from society.sweeps.arms import Arm
from society.sweeps.factors import Factor, Label, sort_of

MAX_LENGTH = 1000
"""Characters of an expression at most."""

type Row = Mapping[str, Label]


@dataclass(frozen=True)
class Constraint:
    """A condition on the labels of a point. Make one with `read_constraint`."""

    text: str
    evaluate: Callable[[Row], Any]

    def allows(self, row: Row) -> bool:
        """Whether a point fulfils the condition.

        Raises
        ------
        InputError
            If it cannot be worked out there, such as a division by zero.
        """
        try:
            return bool(self.evaluate(row))
        except (ArithmeticError, ValueError) as error:
            used = ", ".join(f"{path} = {label!r}" for path, label in row.items())
            raise InputError(f"sweep.constraints: {self.text!r} cannot be worked out where {used}: {error}") from None


@dataclass(frozen=True)
class _Part:
    """Part of an expression: of which sort its value is, and how it is worked out."""

    sort: str
    evaluate: Callable[[Row], Any]


def read_constraint(text: str, factors: Mapping[str, Factor], others: Row | None = None) -> Constraint:
    """Read an expression over factors and other values.

    Parameters
    ----------
    text
        Paths of factors, numbers, strings, true and false; ``and or not``, ``+ - * / **``, comparisons, ``abs``,
        ``min``, ``max``. A factor of options is its label.
    factors
        What is varied, by path.
    others
        Values by path that are the same in all points.

    Raises
    ------
    InputError
        If it is anything else, or puts together what does not belong together.
    """
    try:
        part = _need(_Reader(factors, others or {}).read(_parsed(text)), "boolean", "a constraint")
    except InputError as error:
        raise InputError(f"{text if len(text) <= 80 else text[:77] + '...'!r}: {error}") from None
    return Constraint(text, part.evaluate)


def _parsed(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise InputError(f"has more than {MAX_LENGTH} characters")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError("is not an expression such as platform.feed.power >= 2 * process.habit.depth") from None


def _power(base: float, exponent: float) -> float:
    result: float | complex = base**exponent
    if isinstance(result, complex):
        raise ValueError(f"{base} ** {exponent} is no real number")
    return result


_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: _power,
}
_SAME = {ast.Eq: operator.eq, ast.NotEq: operator.ne}
_ORDER = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}
_FUNCTIONS: dict[str, Callable[..., float]] = {"abs": abs, "max": max, "min": min}
_TRUTH = {"true": True, "false": False}


class _Reader:
    """Turns the syntax tree of an expression into what works it out."""

    def __init__(self, factors: Mapping[str, Factor], others: Row) -> None:
        self.factors, self.others = factors, others

    def read(self, node: ast.expr) -> _Part:
        match node:
            case ast.Constant(value=bool() | int() | float() | str() as value):
                return _constant(value)
            case ast.Name(id=name) if name in _TRUTH and name not in self.factors:
                return _constant(_TRUTH[name])
            case ast.Name() | ast.Attribute():
                return self.factor(node)
            case ast.UnaryOp():
                return self.unary(node)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return self.call(_ARITHMETIC[type(op)], left, right, what="arithmetic")
            case ast.BoolOp():
                return self.junction(node)
            case ast.Compare():
                return self.comparison(node)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
                if len(args) != 1 if name == "abs" else len(args) < 2:
                    raise InputError(f"{name} takes {'one number' if name == 'abs' else 'two numbers or more'}")
                return self.call(_FUNCTIONS[name], *args, what=name)
        raise InputError(f"{ast.unparse(node)!r} cannot stand in a constraint")

    def factor(self, node: ast.Name | ast.Attribute) -> _Part:
        path = ast.unparse(node)
        if path in self.others and path not in self.factors:
            return _constant(self.others[path])
        if path not in self.factors:
            raise InputError(self.unknown(path))
        if self.factors[path].sort == "number":
            return _Part("number", lambda row: float(row[path]))
        return _Part(self.factors[path].sort, lambda row: row[path])

    def unknown(self, path: str) -> str:
        """What is wrong with a path that stands for no value."""
        if of := [factor for factor in self.factors if path.startswith(f"{factor}.")]:
            return f"{path!r} is part of the factor {of[0]!r}; compare its label, a string"
        near = did_you_mean(path, {*self.factors, *self.others})
        near = near if near.startswith("did") else did_you_mean(path, self.factors)
        nor = " nor a value of its scenario" if self.others else ""
        return f"{path!r} is not a factor of this sweep{nor}; {near}"

    def unary(self, node: ast.UnaryOp) -> _Part:
        match node.op:
            case ast.USub():
                return self.call(operator.neg, node.operand, what="a minus")
            case ast.UAdd():
                return self.call(operator.pos, node.operand, what="a plus")
            case ast.Not():
                part = _need(self.read(node.operand), "boolean", "not")
                return _Part("boolean", lambda row: not part.evaluate(row))
        raise InputError(f"{ast.unparse(node)!r} cannot stand in a constraint")

    def call(self, function: Callable[..., Any], *nodes: ast.expr, what: str) -> _Part:
        parts = [_need(self.read(node), "number", what) for node in nodes]
        return _Part("number", lambda row: function(*(part.evaluate(row) for part in parts)))

    def junction(self, node: ast.BoolOp) -> _Part:
        is_and = isinstance(node.op, ast.And)
        parts = [_need(self.read(each), "boolean", "and" if is_and else "or") for each in node.values]
        decides = all if is_and else any
        return _Part("boolean", lambda row: decides(part.evaluate(row) for part in parts))

    def comparison(self, node: ast.Compare) -> _Part:
        parts = [self.read(each) for each in (node.left, *node.comparators)]
        steps = []
        for left, op, right in zip(parts, node.ops, parts[1:], strict=False):
            if type(op) not in _SAME | _ORDER:
                raise InputError("compares with == != < <= > >= only")
            if left.sort != right.sort:
                raise InputError(f"compares a {left.sort} with a {right.sort}")
            if type(op) in _ORDER:
                _need(left, "number", "an order")
            steps.append((left, (_SAME | _ORDER)[type(op)], right))
        return _Part("boolean", lambda row: all(same(a.evaluate(row), b.evaluate(row)) for a, same, b in steps))


def known_values(arm: Arm, factors: Collection[str]) -> Row:
    """Numbers, strings and booleans by path that all points of an arm share: those of its scenario, and what it sets.

    What a factor sets, or may set since it is of the same table, is not among them; nor are seeds.
    """
    values = flat(arm.scenario.resolved())
    for path, value in sorted(arm.values.items()):  # whole tables before what stands in them
        values = {at: each for at, each in values.items() if not f"{at}.".startswith(f"{path}.")}
        values |= flat(value, path) if isinstance(value, Mapping) else {path: value}
    varied = tuple(f"{path}." for path in ("run.seed", *factors))
    return {
        path: value
        for path, value in values.items()
        if isinstance(value, bool | int | float | str) and not f"{path}.".startswith(varied)
    }


def _constant(value: Label) -> _Part:
    sort = sort_of(value)
    constant = float(value) if sort == "number" else value
    return _Part(sort, lambda row: constant)


def _need(part: _Part, sort: str, what: str) -> _Part:
    if part.sort != sort:
        raise InputError(f"{what} needs a {sort}, not a {part.sort}")
    return part
