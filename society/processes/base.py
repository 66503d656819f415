"""The contract of a mechanism: Process, and Source for what shapes personality.

A process is a frozen table of parameters with verbs: `setup` once, `born` for everybody who enters the society, `tied`
when ties change, `changed` when parameters do, `step` each step. Everything that changes lives in the population's
columns, which it declares here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from society.population import Array, Column, Rows
from society.tables import Named, parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class Process(Named):
    """A mechanism: parameters as fields, columns as declarations, one update of the society a step.

    A subclass adds its class variables and `step`; `setup` lays out the world, `born` draws what people start from. Its
    docstring is its entry in the model's documentation (ODD): what happens in society, the equation, the source.
    """

    kind: ClassVar[str]
    """The word a scenario chooses it by."""
    reads: ClassVar[tuple[str, ...]] = ()
    """Columns that must exist."""
    may_read: ClassVar[tuple[str, ...]] = ()
    """Columns it takes account of where they exist."""
    owns: ClassVar[tuple[Column, ...]] = ()
    adds_to: ClassVar[tuple[str, ...]] = ()
    """Columns of other processes (or of the core) that it writes to as well."""
    may_add_to: ClassVar[tuple[str, ...]] = ()
    """Columns of other processes that it writes to as well where they exist."""
    update: ClassVar[Literal["synchronous", "matching", "sequential"]] = "synchronous"
    along_ties: ClassVar[bool] = False
    """Whether people act on one another along the ties of the graph."""
    decisions: ClassVar[dict[str, str]] = {}
    """Name of each random decision, with one sentence."""

    @property
    def full_name(self) -> str:
        """Its path in the scenario."""
        return f"process.{self.name}"

    def inputs(self) -> tuple[str, ...]:
        """Columns that must exist for this instance, where that depends on its parameters."""
        return self.reads

    def outputs(self) -> tuple[str, ...]:
        """Columns of others that this instance writes to, where that depends on its parameters."""
        return self.adds_to

    def draws(self) -> dict[str, str]:
        """Random decisions of this instance, where that depends on its parameters."""
        return self.decisions

    def columns(self) -> tuple[Column, ...]:
        """Columns this instance owns, where that depends on its parameters."""
        return tuple(column.of(self.name) for column in self.owns)

    def setup(self, model: Society) -> None:
        """Fill owned columns before the first step, but for what belongs to a person."""

    def born(self, model: Society, who: Rows) -> None:
        """Fill the owned columns of people who enter: everybody before the first step, later whoever is born.

        Those columns hold their defaults; the people have their own uid, and the environment and group of their place.
        """

    def tied(self, model: Society) -> None:
        """Take account of new ties; called before the first step, and whenever the ties change."""

    def changed(self, model: Society, before: Self) -> None:
        """Bring what is kept of people into line with parameters that were those of `before` up to now."""

    def step(self, model: Society) -> None:
        """Advance the society by one step."""
        raise NotImplementedError


class Source(Process):
    """A process that rewards behaviour, and so teaches personality.

    Each source has one or more rows in `reward`, named by `rows`. In its `step` it brings up to date what the reward
    depends on besides behaviour; `learning`, which comes after all sources, then asks for the rewards of what everybody
    tried and, for the ledger of work, for rewards and gradients at other points. It asks for so many people at a time
    that what it works on stays close to the processor. A reward of nan says that the source does not reach the person.

    `reward` and `gradient` are called from several threads at once, each with other people: they write to `out` only,
    and what they compile is compiled with `society.kernels.parallel`, not with numba's own. Behaviour and gradients
    stand trait by trait, (n_traits, n), so that the processor can work on several people at once.
    """

    adds_to: ClassVar[tuple[str, ...]] = ("reward",)
    teaches: ClassVar[bool] = True
    """False where the reward is the same whatever one's behaviour: it is of interest but nothing to learn from."""

    interest: float = parameter(1.0, "Weight of this reward in a person's own interest.", symbol="ω")

    def rows(self, scenario: Scenario) -> tuple[str, ...]:
        """Names of this source's rows of `reward`, and of its accounts in the ledger."""
        return (self.name,)

    def direct_rows(self) -> tuple[str, ...]:
        """Names of this source's rows of `displacement`."""
        return ()

    def serves(self, row: str) -> str:
        """Name of the platform that gains by a row of `reward`, if any: the ledger sets its gain against that row."""
        return ""

    def step(self, model: Society) -> None:
        """Bring up to date what the reward depends on besides behaviour."""

    def reward(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """Write to out (n,) the reward of each of the people `who` for behaviour at (n_traits, n)."""
        raise NotImplementedError

    def gradient(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """Write to out (n_traits, n) the gradient of `reward` at (n_traits, n)."""
        raise NotImplementedError

    def reward_and_gradient(
        self, model: Society, row: str, who: slice, at: Array, reward: Array, gradient: Array
    ) -> None:
        """Write both, where a source can find them together sooner than one after the other."""
        self.reward(model, row, who, at, reward)
        self.gradient(model, row, who, at, gradient)


class Rule(Source):
    """A source that moves people by a published rule, applied as it is: it rewards nothing.

    Its row of `displacement` has its name; its `step` writes there.
    """

    reads: ClassVar[tuple[str, ...]] = ("traits",)
    adds_to: ClassVar[tuple[str, ...]] = ("displacement",)
    interest: ClassVar[float] = 0.0  # type: ignore[misc]  # what is not rewarded cannot be weighed

    def rows(self, scenario: Scenario) -> tuple[str, ...]:
        """No reward."""
        return ()

    def direct_rows(self) -> tuple[str, ...]:
        """One displacement."""
        return (self.name,)


CORE_COLUMNS = (
    Column("uid", "Permanent number of the person, the same whatever row they stand in.", dtype="i4"),
    Column("environment", "Place of the person's environment in the order of names.", dtype="i4"),
    Column("group", "Place of the person's group in the order of names.", dtype="i4", on_demand=True),
    Column(
        "plasticity_gain",
        "What multiplies the learning rate that goes with age; 1 at the beginning of each step.",
        low=0,
        default=1.0,
        is_scratch=True,
        on_demand=True,
    ),
    Column(
        "plasticity_rms",
        "Root mean square of the learning rate over the step, over its mean; 1 at the beginning of each step.",
        low=1,
        default=1.0,
        is_scratch=True,
        on_demand=True,
    ),
    Column(
        "leaving",
        "Whether the person leaves the society at the end of the step, and another is born in their place.",
        dtype="?",
        is_scratch=True,
        on_demand=True,
    ),
    Column("reward", "Reward for the trial behaviour.", dtype="f8", dims=("lane", "source", "block"), is_scratch=True),
    Column(
        "displacement",
        "Displacement asked for by sources that apply a published rule as it is.",
        dims=("direct", "agent", "trait"),
        is_scratch=True,
    ),
)
"""What belongs to no process: what every society has and, on demand, what several processes share."""
