"""Graphs made by any generator of networkx, by name."""

import inspect
import math
from collections.abc import Callable
from typing import Any, Literal

from pydantic import field_validator

from society.errors import InputError, did_you_mean
from society.graph import SocialGraph
from society.tables import parameter
from society.topologies.base import Topology, require_strengths


class Networkx(Topology):
    """A graph made by any generator of networkx, by its own name and arguments.

    The number of people is passed as `n` and the derived seed as `seed` where the generator takes them and
    `arguments` does not give them.

    References
    ----------
    Hagberg, A. A., Schult, D. A., & Swart, P. J. (2008). Exploring network structure, dynamics, and function using
    NetworkX. Proceedings of the 7th Python in Science Conference, 11–15.
    """

    kind: Literal["networkx"] = "networkx"
    generator: str = parameter(..., "Name of the generator, such as 'watts_strogatz_graph'.")
    arguments: dict[str, Any] = parameter({}, "Its arguments, by name.")
    weight: str | None = parameter(
        None, "Edge attribute that is the strength of a tie, below 0 for dislike; none if omitted."
    )

    @field_validator("arguments")
    @classmethod
    def _finite(cls, arguments: dict[str, Any]) -> dict[str, Any]:
        if unusable := [name for name, value in arguments.items() if not _is_finite(value)]:
            raise InputError(f"{unusable[0]!r} must be finite, not nan or infinity")
        return arguments

    @property
    def expected_agents(self) -> int | None:
        """What is asked for as `n`."""
        n = self.arguments.get("n")
        return n if isinstance(n, int) else None

    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Call the generator."""
        import networkx as nx

        known = _generators()
        if self.generator not in known:
            hint = did_you_mean(self.generator, known)
            raise InputError(f"graph.generator = {self.generator!r}: no such generator in networkx; {hint}")
        generate = known[self.generator]
        arguments = self._completed(generate, n_agents, seed)
        try:
            graph = generate(**arguments)
        except Exception as error:  # a generator may raise anything on arguments it cannot use
            raise InputError(f"graph.arguments: {self.generator} refuses them: {error}") from error
        if not isinstance(graph, nx.Graph) or len(graph) == 0:
            raise InputError(f"graph.generator = {self.generator!r}: does not make a graph with people in it")
        social = SocialGraph.from_networkx(graph, weight=self.weight, n_agents=n_agents)
        return require_strengths(social, self.weight)

    def _completed(self, generate: Callable[..., Any], n_agents: int | None, seed: int) -> dict[str, Any]:
        """Arguments of the call, with `n` and `seed` filled in and all names checked."""
        accepted = {
            name: slot
            for name, slot in inspect.signature(generate).parameters.items()
            if name not in ("create_using", "backend") and slot.kind in (slot.POSITIONAL_OR_KEYWORD, slot.KEYWORD_ONLY)
        }
        for name in sorted(self.arguments.keys() - accepted.keys()):
            hint = did_you_mean(name, accepted)
            raise InputError(f"graph.arguments.{name}: {self.generator} has no such argument; {hint}")
        given = dict(self.arguments)
        if "n" in accepted and "n" not in given:
            if n_agents is None:
                raise InputError(f"population.n_agents: is required, because {self.generator} takes n from it")
            given["n"] = n_agents
        if "seed" in accepted:
            given.setdefault("seed", seed % 2**32)  # numpy's legacy generator takes no more than 32 bits
        if missing := [name for name, slot in accepted.items() if slot.default is slot.empty and name not in given]:
            raise InputError(f"graph.arguments: {self.generator} also needs {', '.join(missing)}")
        return given


def _generators() -> dict[str, Callable[..., Any]]:
    """Public functions of networkx that live among its generators: nothing else may be called from a file."""
    import networkx as nx

    return {
        name: item
        for name, item in vars(nx).items()
        if not name.startswith("_") and callable(item) and item.__module__.startswith("networkx.generators.")
    }


def _is_finite(value: Any) -> bool:
    """Whether a value of a TOML file, or every value inside it, is finite."""
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)
