"""Person: a Mesa agent as a view of one row of the population, and the base of rules in plain Python.

A view is made when asked for and holds nothing of its own; sets of people are in `people`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from mesa.discrete_space import FixedAgent

from society.errors import did_you_mean
from society.kernels.philox import uniform
from society.population import Column

if TYPE_CHECKING:
    from society.model import Society
    from society.space import PersonCell

PERSONS: dict[str, type[Person]] = {}
"""Classes of people with a rule of their own, by name; a subclass of `Person` enters when it is defined."""

OWN = ("model", "unique_id", "pos", "row")
"""What a view has besides columns."""


class Person(FixedAgent):  # type: ignore[misc]
    """A person: attributes are the person's entries of the columns, read and written through.

    A column with people in its second dimension (such as `attention`, by option) gives the person's entries along the
    first. Two views of one person are equal. When the person dies, the view is of nobody and has no entries any more.

    A subclass is a rule in plain Python. It declares its attributes in the class body, says in `setup` what people
    start from and in `step` what they do, and takes part where a scenario names it in a process of kind `people`::

        class Walker(Person):
            walks = Column("How often one has gone out.", dtype="i4")

            def step(self):
                if self.draw("walk") < 0.5:
                    self.walks += 1

    Attributes
    ----------
    row
        Place in the columns.
    """

    declared: ClassVar[tuple[Column, ...]] = ()
    """The columns of a subclass, its bases' included."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Take the columns out of the class body, and enter the class among `PERSONS`."""
        super().__init_subclass__(**kwargs)
        own = {name: column for name, column in vars(cls).items() if isinstance(column, Column)}
        for name, column in own.items():
            delattr(cls, name)  # so that reading the attribute reads the person's entry
            _check_declared(f"{cls.__name__}.{name}", name, column)
        cls.declared = tuple(({column.name: column for column in cls.declared} | own).values())
        _enter(cls)

    def __init__(self, model: Society, row: int) -> None:  # a view is not registered with the model
        self.__dict__.update(model=model, unique_id=int(model.population["uid"][row]) + 1, pos=None, row=row)

    def setup(self) -> None:
        """What the person starts from, called once when they enter; at the beginning in order of rows."""

    @property
    def is_there(self) -> bool:
        """Whether the person still lives in the society."""
        return bool(self.model.population["uid"].item(self.row) == self.unique_id - 1)

    def draw(self, decision: str, item: int = 0) -> float:
        """A uniform random number of (0, 1), a function of the seed, the decision, the person, the item and the step.

        The same question gives the same answer: name each decision, and number several draws of one by `item`.
        """
        key = self.model.streams.key(type(self).__name__, decision)
        return float(uniform(key, self.unique_id - 1, item, self.model.n_steps))

    @property
    def cell(self) -> PersonCell:
        """The person's place in `model.space`; `cell.neighborhood.agents` are those the person hears from."""
        return self.model.space[self.row]  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in OWN:
            raise AttributeError(name)
        index = self._index(name)
        value = self.model.population[name][index]
        return value.item() if np.ndim(value) == 0 else value

    def __setattr__(self, name: str, value: Any) -> None:
        if name in OWN or hasattr(type(self), name):
            raise AttributeError(f"{name!r} of a person cannot be set")
        try:
            index = self._index(name)
        except AttributeError as error:
            fix = f'to give people one, write {name} = Column("What it is.") in the body of a subclass of Person'
            raise AttributeError(f"{error}; {fix}") from None
        self.model.population[name][index] = value

    def _index(self, name: str) -> tuple[slice | int, ...]:
        columns = self.model.population.per_agent
        if name not in columns:
            raise AttributeError(f"a person has no {name!r}; {did_you_mean(name, columns)}")
        if not self.is_there:
            raise AttributeError(f"person {self.unique_id} has left the society; another lives in row {self.row}")
        return tuple(self.row if dim == "agent" else slice(None) for dim in columns[name].dims)

    def remove(self) -> None:
        """Refuse: who lives in the society is up to its processes."""
        raise TypeError("people cannot be removed one by one; the population is closed")

    @classmethod
    def create_agents(cls, *args: Any, **kwargs: Any) -> Any:
        """Refuse: who lives in the society is up to its scenario."""
        raise TypeError("people are not created one by one; set population.n_agents in the scenario")

    from_dataframe = create_agents

    def __reduce__(self) -> tuple[Any, ...]:
        # number and row first: a person may be a key of a dictionary that is restored before the society is
        return _restored, (type(self), self.unique_id, self.row), {"model": self.model, "pos": None}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Person) and other.model is self.model and other.unique_id == self.unique_id

    def __hash__(self) -> int:
        return hash(self.unique_id)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}>"


def _restored(person_class: type[Person], unique_id: int, row: int) -> Person:
    person = object.__new__(person_class)
    person.__dict__.update(unique_id=unique_id, row=row)
    return person


def _check_declared(at: str, name: str, column: Column) -> None:
    if name in OWN or hasattr(Person, name):
        raise TypeError(f"{at}: every person has a {name!r} already; choose another name")
    if np.dtype(column.dtype).kind not in "biuf":
        raise TypeError(f"{at}: dtype = {column.dtype!r}: must be a number or a truth value, such as 'f4', 'i4' or '?'")
    if "agent" not in column.dims or column.is_scratch:
        raise TypeError(f"{at}: must have an entry for each person that lasts from step to step")


def _enter(person_class: type[Person]) -> None:
    """Enter a class among `PERSONS`; defining it anew, as in a notebook, replaces it."""
    name = person_class.__name__
    known = PERSONS.get(name)
    if known is not None and known.__module__ != person_class.__module__:
        raise TypeError(f"{name}: {known.__module__} has a Person of that name; choose another")
    PERSONS[name] = person_class
