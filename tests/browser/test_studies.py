"""Studies in a real browser: stored runs are shown, filtered, compared and done again; what comes anew is shown too."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

import society
from society.results import Study
from society.runner import run
from society.scenario import Scenario
from tests.sweeps.files import POWER, swept

FEED = {"with_feed": {}, "without_feed": {"set": {"platform.feed.enabled": False}}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two levels, two arms, two replicates."""
    folder = tmp_path_factory.mktemp("results") / "feed"
    society.sweep(swept({POWER: [0.5, 1.0]}, arms=FEED, replicates=2, title="A feed"), out=folder, workers=1)
    return folder


@pytest.fixture
def studies(window, dashboard):
    """Opens the page of a folder, once its table and its charts stand there."""

    def open_page(folder, **query):
        base = dashboard.url.split("/explore")[0]
        page = window(f"{base}/studies?{urlencode({'study': folder, **query})}")
        page.page.wait_for_selector("[data-panel='runs'] tbody tr, [data-panel='replay'] canvas")
        return page

    return open_page


def choose(page, panel, label, option):
    """Choose an option of a setting of a panel."""
    page.panel(panel).locator(f".v-select:has([aria-label='{label}'])").click()
    page.page.locator(".menuable__content__active").get_by_text(option, exact=True).click()


def rows(page):
    return page.panel("runs").locator("tbody tr")


def test_the_page_opens_with_every_chart_painted(studies, folder):
    page = studies(folder)
    page.wait_for(lambda: page.state == "sweep · 8 done")
    page.wait_for(lambda: rows(page).count() == 8)
    for panel, mark in (("time", "path"), ("compare", "circle, path"), ("factor", "circle")):
        page.panel(panel).locator(f"svg[role=img] :is({mark})").first.wait_for(state="attached")
    page.wait_for(lambda: page.panel("time").locator("svg[role=img] path[fill-opacity]").count() == 2)


def test_a_filter_acts_on_the_table_and_the_charts(studies, folder):
    page = studies(folder)
    page.page.locator(".society-side .v-select:has([aria-label='arm'])").click()
    page.page.locator(".menuable__content__active").get_by_text("without_feed", exact=True).click()
    page.wait_for(lambda: rows(page).count() == 4)
    page.wait_for(lambda: page.panel("time").locator("svg[role=img] path[fill-opacity]").count() == 1)
    page.wait_for(lambda: "view.arm=without_feed" in page.page.url)
    page.press("Show all")
    page.wait_for(lambda: rows(page).count() == 8)


def test_a_text_is_looked_for_and_runs_are_sorted(studies, folder):
    page = studies(folder)
    head = page.panel("runs").get_by_role("button", name="seed")
    head.click()
    page.wait_for(lambda: "↑" in head.inner_text())
    head.click()
    page.wait_for(lambda: "↓" in head.inner_text())
    wanted = Study.load(folder).runs["run_id"].iloc[5]
    field = page.page.get_by_label("run, arm or error holds")
    field.fill(wanted)
    field.press("Enter")
    page.wait_for(lambda: rows(page).count() == 1)
    rows(page).get_by_text(wanted).wait_for()


def test_two_levels_are_compared_over_time(studies, folder):
    page = studies(folder)
    choose(page, "compare", "compare by", POWER)
    choose(page, "compare", "show", "attention.feed")
    chart = page.panel("compare").locator("svg[role=img]")
    chart.locator("text", has_text="attention.feed: difference").wait_for()
    page.wait_for(lambda: chart.locator("path[fill-opacity]").count() == 1)


def test_a_run_opens_with_its_facts_and_its_exact_scenario(studies, folder, tmp_path):
    page = studies(folder)
    chosen = Study.load(folder).runs.iloc[2]
    rows(page).filter(has_text=chosen["run_id"]).click()
    card = page.panel("run")
    card.get_by_text(chosen["state_hash"]).wait_for()
    with page.page.expect_download() as found:
        card.get_by_text("Scenario (TOML)").click()
    found.value.save_as(tmp_path / "taken.toml")
    again = run(Scenario.from_file(tmp_path / "taken.toml"), out=tmp_path / "again")
    assert again.manifest["state_hash"] == chosen["state_hash"]
    card.get_by_label("Close").click()
    card.wait_for(state="detached")


def test_a_run_opens_in_explore(studies, window, dashboard, folder):
    chosen = Study.load(folder).runs.iloc[7]
    page = studies(folder, run=chosen["run_id"])
    link = page.panel("run").get_by_text("Open in Explore").locator("xpath=ancestor::a").get_attribute("href")
    other = window(dashboard.url.split("/explore")[0] + link).ready()
    other.page.locator(".society-quiet").get_by_text(f"seed {chosen['seed']}").first.wait_for()
    other.run_to(6)
    with other.page.expect_download() as found:
        other.page.get_by_text("Scenario of this state").click()
    assert chosen["state_hash"] in found.value.path().read_text()


def test_a_run_is_done_again_and_scrubbed(studies, folder):
    chosen = Study.load(folder).runs["run_id"].iloc[0]
    page = studies(folder, run=chosen)
    page.press("Replay")
    page.page.wait_for_selector("text=the last state is the recorded one, bit by bit")
    page.wait_for(lambda: "Step 6 of 6" in page.panel("replay").inner_text())
    page.wait_for(lambda: page.painted("graph")["painted"] > 300)
    path = page.panel("measures").locator("svg[role=img] path").first
    page.wait_for(lambda: path.get_attribute("d").count("L") == 6)
    slider = page.panel("replay").locator("[role=slider]")
    slider.focus()
    for _ in range(2):
        page.page.keyboard.press("ArrowLeft")
    page.wait_for(lambda: "Step 4 of 6" in page.panel("replay").inner_text())
    page.wait_for(lambda: path.get_attribute("d").count("L") == 4)
    page.wait_for(lambda: "view.at=4" in page.page.url)
    page.press("Back to the study")
    rows(page).first.wait_for()


def test_a_link_opens_a_replay_at_its_step(studies, folder):
    chosen = Study.load(folder).runs["run_id"].iloc[0]
    page = studies(folder, run=chosen, **{"view.at": "3"})
    page.wait_for(lambda: "Step 3 of 6" in page.panel("replay").inner_text())


def test_a_study_that_grows_is_followed(studies, tmp_path):
    folder = tmp_path / "grows"
    society.sweep(swept({POWER: [0.5, 1.0]}), out=folder, workers=1)
    page = studies(folder)
    page.wait_for(lambda: "2 done" in page.state)
    society.extend(folder, replicates=3, workers=1)
    page.wait_for(lambda: "6 done" in page.state)
    page.wait_for(lambda: rows(page).count() == 6)
    page.wait_for(lambda: "3 replicates" in page.panel("time").inner_text())


def test_figures_and_data_can_be_saved(studies, folder):
    page = studies(folder)
    for kind, start in {"SVG": b"<svg", "PNG": b"\x89PNG"}.items():
        page.panel("time").locator("svg[role=img]").hover()
        with page.page.expect_download() as found:
            page.panel("time").get_by_role("button", name=kind).click()
        assert found.value.path().read_bytes().startswith(start)
    with page.page.expect_download() as found:
        page.page.get_by_text("Runs (CSV)").click()
    lines = found.value.path().read_text().splitlines()
    assert lines[0].startswith("run_id,row,arm,replicate,seed")
    assert len(lines) == 9
    with page.page.expect_download() as found:
        page.panel("time").get_by_label("Data of this chart (CSV)").click()
    assert found.value.path().read_text().startswith("group,step,mean,low,high,n")


def test_a_wrong_folder_is_said_in_words_and_another_can_be_chosen(window, dashboard, folder):
    page = window(dashboard.url.split("/explore")[0] + "/studies?study=gone")
    page.page.wait_for_selector("text=gone: is not a study folder: it has no manifest.json")
    field = page.page.get_by_label("Folder of results")
    field.fill(str(folder))
    field.press("Enter")
    page.wait_for(lambda: page.state == "sweep · 8 done")


def test_results_nearby_are_listed(window, dashboard):
    found = dashboard.file.parent / "results" / "near"
    society.sweep(swept({POWER: [0.5, 1.0]}, title="Near"), out=found, workers=1)
    page = window(dashboard.url.split("/explore")[0] + "/studies")
    page.page.get_by_role("button", name=re.compile("Near")).click()
    page.wait_for(lambda: "2 done" in page.state)
    page.wait_for(lambda: "study=results/near" in page.page.url)
