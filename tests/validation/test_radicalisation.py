"""Reinforcing opinions (Baumann et al. 2020): two people exactly, and the phases of a thousand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from society.model import Society
from society.population import Array
from tests.validation.evidence import Values, run, society

TWO_PEOPLE: Values = {
    "population.n_agents": 2,
    "graph.generator": "path_graph",
    "process.reinforcing.among": "ties",
    "process.reinforcing.activity_low": 1.0,
    "process.reinforcing.coupling": 2.0,
    "process.reinforcing.controversy": 1.01,
}
FIXED_POINT = 1.91873841
"""x = K tanh(α x) at K = 2, α = 1.01."""


def pair(one: float, other: float, values: Values | None = None) -> Array:
    """(2,) opinions of two who hear each other all the time, after 20 times their memory.

    Of steps of .1: shorter ones would end where what is left to go in a step is less than float32 can tell.
    """
    model = society("reinforcing", TWO_PEOPLE | {"run.steps_per_year": 10} | (values or {}))
    model.population["traits"][:, 0] = one, other
    return run(model, 200).population["traits"][:, 0]


def thousand(controversy: float, homophily: float, seed: int, steps: int | None = None) -> Array:
    """(1000,) opinions at the end, which began uniform on [−1, 1]."""
    values = {"run.seed": seed, **_topic(controversy, homophily)}
    model = society("reinforcing", values)
    model.population["traits"][:, 0] = np.random.default_rng(seed).uniform(-1.0, 1.0, model.n_agents)
    return run(model, steps).population["traits"][:, 0]


def _topic(controversy: float, homophily: float) -> Values:
    return {"process.reinforcing.controversy": controversy, "process.reinforcing.homophily": homophily}


def test_two_who_lean_to_the_same_side_end_at_the_fixed_point() -> None:
    """A deviation δ shrinks as e^(−t (1 − K α / cosh²(α x))) = e^(−.84 t), until .084 δ is half a float32 unit, 6e-8.

    So 7e-7 may be left.
    """
    np.testing.assert_allclose(pair(0.2, 0.5), FIXED_POINT, atol=8e-7)
    np.testing.assert_allclose(pair(-0.5, -0.2), -FIXED_POINT, atol=8e-7)


def test_two_who_do_not_hear_each_other_become_neutral() -> None:
    """Negative control: without coupling e^(−20) is left."""
    np.testing.assert_allclose(pair(0.2, 0.5, {"process.reinforcing.coupling": 0.0}), 0.0, atol=1e-8)


def test_two_at_a_topic_without_controversy_become_neutral() -> None:
    """K α = .5 < 1: e^(−20 (1 − .5)) = 5e-5 of the start is left."""
    np.testing.assert_allclose(pair(0.2, 0.5, {"process.reinforcing.controversy": 0.25}), 0.0, atol=5e-5)


def is_neutral(x: Array) -> bool:
    """Whether all opinions are nearly 0: with homophily the most active hold each other up, and get there later."""
    return float(np.abs(x).mean()) < 0.01 and float(np.abs(x).max()) < 0.1


def is_radical(x: Array) -> bool:
    """Whether all are on one side, and far out."""
    return abs(float(np.sign(x).mean())) > 0.99 and float(np.abs(x).mean()) > 1.0


def is_polarised(x: Array) -> bool:
    """Whether a quarter or more are on each side, far out, and few between."""
    right = float((x > 0).mean())
    return 0.25 < right < 0.75 and float(np.abs(x).mean()) > 1.0 and float((np.abs(x) < 0.2).mean()) < 0.2


PHASES = [(0.05, 3.0, is_neutral), (3.0, 0.0, is_radical), (3.0, 3.0, is_polarised)]
"""Controversy, homophily, and what becomes of a thousand."""
named = pytest.mark.parametrize(("controversy", "homophily", "phase"), PHASES, ids=["neutral", "radical", "polarised"])


@named
def test_a_thousand_are_in_the_published_phase(controversy: float, homophily: float, phase: object) -> None:
    opinions = thousand(controversy, homophily, seed=1)
    assert [each(opinions) for _, _, each in PHASES] == [each is phase for _, _, each in PHASES]


@pytest.mark.slow
@named
def test_every_seed_is_in_the_published_phase(controversy: float, homophily: float, phase: object) -> None:
    for seed in range(2, 12):
        opinions = thousand(controversy, homophily, seed)
        assert [each(opinions) for _, _, each in PHASES] == [each is phase for _, _, each in PHASES], seed


def critical_controversy(coupling: float = 3.0, contacts: int = 10, reciprocity: float = 0.5) -> float:
    """α_c = 1 / (K Λ), Λ the largest eigenvalue of the mean of A without homophily, m (a_i + r a_j) / N."""

    def moment(k: int) -> float:
        return (1.0 - 0.01 ** (k - 1.1)) / (k - 1.1) * 1.1 / (0.01**-1.1 - 1.0)

    first, second = moment(1), moment(2)
    root = math.sqrt((1.0 - reciprocity) ** 2 * first**2 + 4.0 * reciprocity * second)
    return 2.0 / (coupling * contacts * ((1.0 + reciprocity) * first + root))


@pytest.mark.parametrize(("share", "grows"), [(0.6, False), (1.6, True)])
def test_the_neutral_state_is_unstable_above_the_critical_controversy(share: float, grows: bool) -> None:
    """Small opinions move as e^((α/α_c − 1) t): e^(−.4 · 4) and e^(.6 · 4) between the second year and the sixth."""
    model: Society = society("reinforcing", {"run.seed": 1, **_topic(share * critical_controversy(), 0.0)})
    model.population["traits"][:, 0] = 0.001
    early = float(run(model, 200).population["traits"].mean(dtype=float))
    late = float(run(model, 400).population["traits"].mean(dtype=float))
    assert (late > early) is grows
    assert math.log(late / early) == pytest.approx(4.0 * (share - 1.0), abs=0.8)
