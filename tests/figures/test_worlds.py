"""Pictures of societies: their graphs and their landscapes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from society.errors import InputError
from society.figures import basin_figure, network_figure, networks
from society.figures.networks import _part_of, layout
from society.graph import SocialGraph
from society.graph_measures import communities
from society.model import Society
from tests.societies import CROWD, RING, crowd, make_society

WELL = {"process": {"ageing": {}, "exploration": {}, "landscape": {}, "learning": {}}}


def double_well(*traits: str) -> Society:
    return make_society(
        **WELL, population=crowd(6, *traits), environment={"home": {"kind": "double_well", "trait": traits[0]}}
    )


class TestNetwork:
    def test_everybody_and_every_tie_is_drawn(self) -> None:
        figure = network_figure(make_society())
        ties, people = figure.axes[0].lines[0], figure.axes[0].collections
        assert np.isnan(ties.get_xdata()).sum() == 6
        assert sum(len(each.get_offsets()) for each in people) == 6  # type: ignore[arg-type]
        assert "all 6 people and the 6 ties" in figure.caption

    def test_it_is_the_same_each_time(self) -> None:
        assert network_figure(make_society()).svg() == network_figure(make_society()).svg()

    def test_ties_draw_neighbours_together(self) -> None:
        ring = SocialGraph.from_edges(np.arange(40), (np.arange(40) + 1) % 40, n_agents=40)
        places = layout(ring, seed=1)
        near = np.linalg.norm(places - np.roll(places, 1, axis=0), axis=1).mean()
        far = np.linalg.norm(places - np.roll(places, 20, axis=0), axis=1).mean()
        assert near < 0.5 * far

    def test_groups_have_colours_and_a_legend(self) -> None:
        model = make_society(population={"groups": {"east": 1.0, "west": 1.0}})
        legend = network_figure(model).axes[0].get_legend()
        assert [text.get_text() for text in legend.get_texts()] == ["east", "west"]  # type: ignore[union-attr]

    def test_a_trait_of_recorded_people_can_be_told_by_colours(self) -> None:
        people = pd.DataFrame({"traits.openness": np.linspace(-1, 1, 6)})
        figure = network_figure(make_society(), colour="traits.openness", people=people)
        assert figure.axes[1].get_ylabel() == "traits.openness"

    def test_an_unknown_colour_is_refused_with_what_is_near(self) -> None:
        with pytest.raises(InputError, match="did you mean 'degree'"):
            network_figure(make_society(), colour="degre")

    def test_people_of_another_society_are_refused(self) -> None:
        with pytest.raises(InputError, match="people: 5 rows for 6 people"):
            network_figure(make_society(), colour="x", people=pd.DataFrame({"x": range(5)}))

    def test_a_society_without_ties_is_drawn(self) -> None:
        assert "the 0 ties" in network_figure(make_society(graph=CROWD)).caption

    def test_of_a_large_society_whole_communities_are_drawn(self) -> None:
        model = make_society(population=crowd(600), graph={**RING})
        community = communities(model.graph, seed=1)
        part = _part_of(model.graph, 200, 1)
        assert len(part.rows) == 200
        shares = [
            np.isin(np.flatnonzero(community == each), part.rows).mean() for each in np.unique(community[part.rows])
        ]
        assert sum(share < 1 for share in shares) <= 1

    def test_of_a_very_large_one_those_nearest_to_somebody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(networks, "MOST_DIVIDED", 500)
        part = _part_of(make_society(population=crowd(600), graph={**RING}).graph, 51, 1)
        steps = np.diff(np.sort((part.rows - part.rows[0]) % 600))
        assert len(part.rows) == 51
        assert part.graph.n_edges == 50  # a stretch of the ring
        assert np.count_nonzero(steps > 1) <= 1


class TestLandscapes:
    def test_one_trait_is_a_curve_with_two_attractors_and_the_barrier_between(self) -> None:
        axes = basin_figure(double_well("openness")).axes[0]
        curve, saddle, attractors, _ = axes.lines
        assert list(saddle.get_xdata()) == pytest.approx([0.0], abs=1e-6)
        assert sorted(attractors.get_xdata()) == pytest.approx([-1.0, 1.0])  # type: ignore[type-var]
        assert list(attractors.get_ydata()) == pytest.approx([0.25, 0.25])  # d (x²/2 − x⁴/4) at ±1
        assert np.max(curve.get_ydata()) == pytest.approx(0.25, abs=1e-3)

    def test_of_several_traits_the_one_that_tells_basins_apart_is_drawn(self) -> None:
        assert basin_figure(double_well("anger", "calm", "drive")).axes[0].get_xlabel() == "anger"

    def test_two_traits_are_a_map(self) -> None:
        axes = basin_figure(double_well("anger", "calm"), traits=["anger", "calm"]).axes[0]
        _, saddles, attractors = axes.lines
        assert sorted(map(tuple, np.round(attractors.get_xydata(), 6).tolist())) == [(-1.0, 0.0), (1.0, 0.0)]  # type: ignore[arg-type]
        assert np.round(saddles.get_xydata(), 6).tolist() == [[0.0, 0.0]]  # type: ignore[arg-type]

    def test_a_map_shows_every_attractor_at_its_height_though_they_differ_in_other_traits(self) -> None:
        centres = [[-2.0, 0.0, 3.0], [2.0, 0.0, -3.0]]
        wells = {"kind": "wells", "centres": centres, "temperature": 1.0, "endowment_gain": 0.0}
        model = make_society(**WELL, population=crowd(6, "a", "b", "c"), environment={"home": wells})
        from society.figures.landscapes import _Land

        land = _Land.of(model, "home")
        tops = land.reward([0, 1], land.attractors[:, :2])
        assert tops == pytest.approx(land.surface.reward(land.attractors))

    @pytest.mark.parametrize(
        ("how", "message"),
        [
            ({"traits": ["opennes"]}, "did you mean 'openness'"),
            ({"traits": ["openness"] * 3}, "3 of them; a picture has one or two"),
            ({"environments": ["hom"]}, "did you mean 'home'"),
            ({"people": pd.DataFrame({"traits.openness": [0.0]})}, "no column 'environment'"),
        ],
    )
    def test_what_is_not_there_is_refused(self, how: dict[str, object], message: str) -> None:
        with pytest.raises(InputError, match=message):
            basin_figure(double_well("openness"), **how)  # type: ignore[arg-type]

    def test_recorded_people_stand_where_they_are(self) -> None:
        people = pd.DataFrame({"traits.openness": [0.5, -0.5], "environment": [0, 0]})
        figure = basin_figure(double_well("openness"), people=people)
        assert sorted(figure.axes[0].lines[-1].get_xdata()) == [-0.5, 0.5]  # type: ignore[arg-type]
        assert "at the end of the run" in figure.caption
