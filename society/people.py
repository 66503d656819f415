"""PersonSet: a Mesa agent set that is a selection of rows of the population.

Agents are made when asked for: at a million people a set costs its row numbers and their uids. Who dies leaves
every set, as in Mesa; the newborn who takes their row is in sets made afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from mesa import Agent
from mesa.agentset import AbstractAgentSet, GroupBy

from society.person import OWN, Person
from society.population import Array

if TYPE_CHECKING:
    from society.model import Society


class PersonSet(AbstractAgentSet[Agent]):  # type: ignore[misc]
    """An agent set that is a selection of rows; selections of it are such sets again.

    Parameters
    ----------
    model
        The society.
    rows
        (n,) rows of the population, in order; numbers of registered agents stand for these.
    others
        Registered agents (platforms) by number, so that `model.agents` is a set like any other.
    """

    def __init__(self, model: Society, rows: Array, others: Mapping[int, Agent] | None = None) -> None:
        self.model = model
        self.others = others or {}
        self.random = model.random
        self.rows = rows

    @property
    def rows(self) -> Array:
        """(n,) rows of those who are still there; numbers of registered agents stand for these."""
        if self._n_born != self.model.n_born:
            self.rows = self._rows[self._uids(self._rows) == self._uid]
        return self._rows

    @rows.setter
    def rows(self, rows: Array) -> None:
        self._rows, self._uid, self._n_born = rows, self._uids(rows), self.model.n_born

    def _uids(self, rows: Array) -> Array:
        uid = self.model.population["uid"]
        return uid[rows] if not self.others else np.where(rows < len(uid), uid[np.minimum(rows, len(uid) - 1)], rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Agent]:
        return (self._at(row) for row in self.rows.tolist())

    def __getitem__(self, item: int | slice) -> Agent | list[Agent]:
        if isinstance(item, slice):
            return list(self._of(self.rows[item]))
        return self._at(int(self.rows[item]))

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, Agent) or agent.model is not self.model:
            return False
        return _is_there(agent) and bool((self.rows == _row(agent)).any())

    def _at(self, row: int) -> Agent:
        return self.model.person_class(self.model, row) if row < self.model.n_agents else self.others[row]

    def _of(self, rows: Array) -> PersonSet:
        return PersonSet(self.model, rows, self.others)

    @property
    def _agents(self) -> dict[Agent, None]:
        return dict.fromkeys(self)

    @property
    def _is_person(self) -> Array:
        return self.rows < self.model.n_agents

    def _update(self, agents: Iterable[Agent]) -> PersonSet:
        agents = [agent for agent in dict.fromkeys(agents) if _is_there(agent)]
        self.others = {**self.others, **{_row(agent): agent for agent in agents if not isinstance(agent, Person)}}
        self.rows = np.array([_row(agent) for agent in agents], dtype=np.int64)
        return self

    def _from_iterable(self, agents: Iterable[Agent]) -> PersonSet:
        """What union, intersection and difference make their result with."""
        return self.copy()._update(agents)

    def _selection(self, rows: Array, inplace: bool) -> PersonSet:
        if inplace:
            self.rows = rows
            return self
        return self._of(rows)

    def select(
        self,
        filter_func: Callable[[Agent], bool] | Array | None = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,
        agent_type: type[Agent] | None = None,
    ) -> PersonSet:
        """Those for whom a function, or a boolean array over this set, is true; at most a number or a share."""
        keep = np.ones(len(self), bool)
        if agent_type is not None:
            keep &= self._is_of(agent_type)
        if isinstance(filter_func, np.ndarray):
            if filter_func.shape != (len(self),) or filter_func.dtype != bool:
                raise ValueError(f"select: the array must be boolean, with one entry for each of {len(self)} agents")
            keep &= filter_func
        elif filter_func is not None:
            keep[keep] = [bool(filter_func(agent)) for agent in self._of(self.rows[keep])]
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        rows = self.rows[keep]
        return self._selection(rows if at_most == float("inf") else rows[: int(at_most)], inplace)

    def _is_of(self, agent_type: type[Agent]) -> Array:
        is_of = self._is_person & issubclass(self.model.person_class, agent_type)
        if self.others:
            wanted = [row for row, agent in self.others.items() if isinstance(agent, agent_type)]
            is_of |= np.isin(self.rows, wanted)
        return is_of

    def copy(self) -> PersonSet:
        """The same selection."""
        return self._of(self.rows.copy())

    __copy__ = copy

    def shuffle(self, inplace: bool = False) -> PersonSet:
        """The same agents in random order, drawn from Mesa's generator (processes never use it)."""
        return self._selection(self.model.rng.permutation(self.rows), inplace)

    def sort(self, key: str | Callable[[Agent], Any], ascending: bool = False, inplace: bool = False) -> PersonSet:
        """The same agents in order of an attribute or a function."""
        values = self._values(key)
        order = sorted(range(len(self)), key=values.__getitem__, reverse=not ascending)
        return self._selection(self.rows[order], inplace)

    def groupby(self, by: str | Callable[[Agent], Any], result_type: str = "agentset") -> GroupBy:
        """Selections by the value of an attribute or a function, in order of first appearance."""
        places: dict[Any, list[int]] = {}
        for place, value in enumerate(self._values(by)):
            places.setdefault(value, []).append(place)
        groups = {value: self._of(self.rows[where]) for value, where in places.items()}
        return GroupBy(groups if result_type == "agentset" else {value: list(group) for value, group in groups.items()})

    def _values(self, by: str | Callable[[Agent], Any]) -> list[Any]:
        return self.get(by) if isinstance(by, str) else self.map(by)

    def get(
        self,
        attr_names: str | list[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """One attribute of everybody, or a list of several; columns are read at once.

        As in Mesa, who does not have the attribute is an AttributeError, or has the default. Columns are of people
        and not of platforms: ask `model.people`, or for a default.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing = {handle_missing!r}: must be 'error' or 'default'")
        missing = (default_value,) if handle_missing == "default" else ()
        if isinstance(attr_names, str):
            return self._attribute(attr_names, missing)
        columns = [self._attribute(name, missing) for name in attr_names]
        return [list(values) for values in zip(*columns, strict=True)] if columns else [[] for _ in range(len(self))]

    def _attribute(self, name: str, missing: tuple[Any, ...]) -> list[Any]:
        is_person = self._is_person
        of_people = self._of_people(name, self.rows[is_person], missing)
        if is_person.all():
            return of_people
        people, others = iter(of_people), iter(self.rows[~is_person].tolist())
        return [next(people) if each else getattr(self.others[next(others)], name, *missing) for each in is_person]

    def _of_people(self, name: str, rows: Array, missing: tuple[Any, ...]) -> list[Any]:
        population, person_class = self.model.population, self.model.person_class
        if name in population.per_agent:
            values = population.by_agent(name)[rows]
            return values.tolist() if values.ndim == 1 else [*values]
        if missing and name not in OWN and not hasattr(person_class, name):
            return [*missing] * len(rows)
        return [getattr(person_class(self.model, row), name) for row in rows.tolist()]

    def set(self, attr_name: str, value: Any) -> PersonSet:
        """Give everybody the same value of an attribute; a column is written at once."""
        is_person = self._is_person
        if attr_name in self.model.population.per_agent:
            self.model.population.by_agent(attr_name)[self.rows[is_person]] = value
        else:
            is_person = np.zeros(len(self), bool)
        for agent in self._of(self.rows[~is_person]):
            setattr(agent, attr_name, value)
        return self

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> PersonSet:
        """Call a method of everybody, or a function on everybody."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> PersonSet:
        """The same in random order."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """What a method of everybody, or a function on everybody, returns."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def add(self, agent: Agent) -> None:
        """Refuse: see `Person.create_agents`."""
        raise TypeError("the population is closed; select or copy to make another set")

    discard = remove = add

    def __repr__(self) -> str:
        return f"<PersonSet of {len(self)}>"


def _is_there(agent: Agent) -> bool:
    """Whether an agent is no person who died."""
    return not isinstance(agent, Person) or agent.is_there


def _row(agent: Agent) -> int:
    """What stands for an agent in `PersonSet.rows`."""
    return int(agent.row if isinstance(agent, Person) else agent.unique_id)
