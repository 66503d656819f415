"""Person and PersonSet: Mesa agents and agent sets as views of rows of the population.

Views are made when asked for and hold nothing of their own: at a million people they cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa import Agent
from mesa.agentset import AbstractAgentSet, GroupBy

from society.errors import did_you_mean
from society.population import Array

if TYPE_CHECKING:
    from society.model import Society

_OWN = ("model", "unique_id", "pos")


class Person(Agent):  # type: ignore[misc]
    """A person: attributes are the person's entries of the columns, read and written through.

    A column with people in its second dimension (such as `attention`, by option) gives the person's entries along the
    first. Two views of one row are equal.
    """

    def __init__(self, model: Society, row: int) -> None:  # a view is not registered with the model
        self.model = model
        self.unique_id = int(model.population["uid"][row]) + 1
        self.pos = None
        object.__setattr__(self, "row", row)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        index = self._index(name)
        value = self.model.population[name][index]
        return value.item() if np.ndim(value) == 0 else value

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _OWN:
            object.__setattr__(self, name, value)
        else:
            index = self._index(name)
            self.model.population[name][index] = value

    def _index(self, name: str) -> tuple[slice | int, ...]:
        columns = self.model.population.per_agent
        if name not in columns:
            raise AttributeError(f"a person has no {name!r}; {did_you_mean(name, columns)}")
        return tuple(self.row if dim == "agent" else slice(None) for dim in columns[name].dims)

    def remove(self) -> None:
        """Refuse: who lives in the society is up to its processes."""
        raise TypeError("people cannot be removed one by one; the population is closed")

    @classmethod
    def create_agents(cls, *args: Any, **kwargs: Any) -> Any:
        """Refuse: who lives in the society is up to its scenario."""
        raise TypeError("people are not created one by one; set population.n_agents in the scenario")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Person) and other.model is self.model and other.unique_id == self.unique_id

    def __hash__(self) -> int:
        return hash(self.unique_id)

    def __repr__(self) -> str:
        return f"<Person {self.unique_id}>"


class PersonSet(AbstractAgentSet[Agent]):  # type: ignore[misc]
    """An agent set that is a selection of rows; selections of it are such sets again.

    Parameters
    ----------
    model
        The society.
    rows
        (n,) rows of the population, in order; from `model.n_agents` on they stand for the registered agents
        (platforms), so that `model.agents` is a set like any other.
    """

    def __init__(self, model: Society, rows: Array) -> None:
        self.model = model
        self.rows = rows
        self.random = model.random

    def _at(self, row: int) -> Agent:
        if row < self.model.n_agents:
            return Person(self.model, row)
        return [*self.model.platforms.values()][row - self.model.n_agents]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Agent]:
        return (self._at(row) for row in self.rows.tolist())

    def __getitem__(self, item: int | slice) -> Agent | list[Agent]:
        if isinstance(item, slice):
            return list(PersonSet(self.model, self.rows[item]))
        return self._at(int(self.rows[item]))

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, Agent) or agent.model is not self.model:
            return False
        if isinstance(agent, Person):
            return bool((self.rows == agent.row).any())
        return any(agent is other for other in PersonSet(self.model, self.rows[self.rows >= self.model.n_agents]))

    @property
    def _agents(self) -> dict[Agent, None]:
        return dict.fromkeys(self)

    def _update(self, agents: Iterable[Agent]) -> PersonSet:
        platforms = [*self.model.platforms.values()]
        n = self.model.n_agents
        rows = [agent.row if isinstance(agent, Person) else n + platforms.index(agent) for agent in agents]
        self.rows = np.array(rows, dtype=np.int64)
        return self

    def _selection(self, rows: Array, inplace: bool) -> PersonSet:
        if inplace:
            self.rows = rows
            return self
        return PersonSet(self.model, rows)

    def select(
        self,
        filter_func: Callable[[Agent], bool] | Array | None = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,
        agent_type: type[Agent] | None = None,
    ) -> PersonSet:
        """Those for whom a function, or a boolean array over this set, is true; at most a number or a share."""
        keep = np.ones(len(self), bool)
        if isinstance(filter_func, np.ndarray):
            keep &= filter_func
        elif filter_func is not None:
            keep &= np.fromiter((filter_func(agent) for agent in self), dtype=bool, count=len(self))
        if agent_type is not None:
            keep &= np.fromiter((isinstance(agent, agent_type) for agent in self), dtype=bool, count=len(self))
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        rows = self.rows[keep]
        return self._selection(rows if at_most == float("inf") else rows[: int(at_most)], inplace)

    def copy(self) -> PersonSet:
        """The same selection."""
        return PersonSet(self.model, self.rows.copy())

    __copy__ = copy

    def shuffle(self, inplace: bool = False) -> PersonSet:
        """The same agents in random order, drawn from Mesa's generator (processes never use it)."""
        return self._selection(self.model.rng.permutation(self.rows), inplace)

    def sort(self, key: str | Callable[[Agent], Any], ascending: bool = False, inplace: bool = False) -> PersonSet:
        """The same agents in order of an attribute or a function."""
        values = self._values(key).tolist()
        order = sorted(range(len(self)), key=values.__getitem__, reverse=not ascending)
        return self._selection(self.rows[order], inplace)

    def groupby(self, by: str | Callable[[Agent], Any], result_type: str = "agentset") -> GroupBy:
        """Selections by the value of an attribute or a function."""
        values = self._values(by)
        groups = {value.item(): PersonSet(self.model, self.rows[values == value]) for value in np.unique(values)}
        return GroupBy(groups if result_type == "agentset" else {key: list(group) for key, group in groups.items()})

    def _values(self, by: str | Callable[[Agent], Any]) -> Array:
        return np.array([getattr(agent, by) if isinstance(by, str) else by(agent) for agent in self])

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> PersonSet:
        """Call a method of everybody, or a function on everybody."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> PersonSet:
        """The same in random order."""
        return self.shuffle().do(method, *args, **kwargs)

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """What a method of everybody, or a function on everybody, returns."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def add(self, agent: Agent) -> None:
        """Refuse: see `Person.create_agents`."""
        raise TypeError("the population is closed; select or copy to make another set")

    discard = remove = add
