"""Twin in a real browser: both societies are painted, play together, are changed, and can be taken home."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from society.counterfactual import Counterfactual
from society.model import Society
from society.runner import run, state_hash
from society.scenario import Scenario
from tests.societies import stepped


@pytest.fixture
def url(dashboard):
    return dashboard.url.replace("/explore", "/twin")


def test_both_are_painted_and_play_to_the_end_together(window, url):
    page = window(url).ready()
    for panel in ("graph", "graph-twin", "moved"):
        page.wait_for(lambda panel=panel: page.painted(panel)["painted"] > 300)
    page.press("Play")
    page.wait_for(lambda: "at its end" in page.state)
    for panel in ("both", "difference"):
        path = page.panel(panel).locator("svg[role=img] path").first
        page.wait_for(lambda path=path: path.get_attribute("d").count("L") == 6)
    page.panel("both").locator("path[stroke-dasharray]").first.wait_for(state="attached")
    page.panel("graph-twin").get_by_role("heading", name="Graph without platform.feed", exact=True).wait_for()


def test_a_click_opens_the_cards_of_a_person_in_both(window, url):
    page = window(url).ready()
    page.panel("graph").locator(".society-plane").focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Enter")
    cards = [page.panel("person"), page.panel("person-twin")]
    for card in cards:
        card.wait_for()
    one, other = (card.locator("h3").inner_text() for card in cards)
    assert one.removesuffix(" as it is") == other.removesuffix(" without platform.feed")
    page.wait_for(lambda: "view.person=" in page.page.url)


def test_the_twin_can_be_given_another_value_and_the_link_says_so(window, url):
    page = window(url).ready()
    page.run_to(2)
    field = page.page.get_by_label("The twin has (path=value; …)")
    field.fill("platform.feed.power=0.25")
    field.press("Enter")
    page.ready(step=0)
    page.wait_for(lambda: "twin=platform.feed.power=0.25" in unquote(page.page.url))
    page.page.get_by_text("--set platform.feed.power=0.25").wait_for()
    field.fill("platform.feed.powr=1")
    field.press("Enter")
    page.page.get_by_text("did you mean").wait_for()


def test_both_scenarios_can_be_taken_home_and_bring_the_same_states(window, url, dashboard, tmp_path):
    page = window(url).ready()
    page.run_to(4)
    scenario = Scenario.from_file(dashboard.file)
    sides = {
        "Scenario as it is": scenario,
        "Scenario of the twin": Counterfactual(("platform.feed",)).applied(scenario),
    }
    for number, (label, side) in enumerate(sides.items()):
        with page.page.expect_download() as found:
            page.page.get_by_text(label).click()
        file = tmp_path / f"taken-{number}.toml"
        found.value.save_as(file)
        study = run(Scenario.from_file(file), out=tmp_path / str(number))
        assert study.manifest["state_hash"] == state_hash(stepped(Society(side), 4).state())


def test_links_lead_from_page_to_page_with_the_scenario(window, dashboard):
    page = window(dashboard.url + "&set=platform.feed.power=0.5").ready()
    page.run_to(3)
    page.wait_for(lambda: "step=3" in (page.page.get_by_role("link", name="Twin").get_attribute("href") or ""))
    page.page.get_by_role("link", name="Twin").click()
    page.page.wait_for_url("**/twin?**")
    page.ready(step=3)
    page.wait_for(lambda: "set=platform.feed.power=0.5" in unquote(page.page.url))
    page.page.get_by_role("link", name="Explore").click()
    page.page.wait_for_url("**/explore?**")
    page.ready(step=3)
