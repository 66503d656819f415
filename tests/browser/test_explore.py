"""Explore in a real browser: it paints, plays, steps, resets, changes parameters, opens cards, and gives files away."""

from __future__ import annotations

import re
import shutil
from urllib.parse import unquote

from society.model import Society
from society.results import Study
from society.runner import run, state_hash
from society.scenario import Scenario
from tests.societies import stepped

THREADS = 2
"""That a window takes: one steps, one draws."""
BLACK = """(canvas) => {
  const data = canvas.getContext('2d').getImageData(0, 30, canvas.width, canvas.height - 40).data;
  let black = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200 && data[i] + data[i + 1] + data[i + 2] < 30) black++;
  return black;
}"""
"""Black pixels: the ring round a person, and the ties of who is chosen."""


def batch_hash(file, steps, **values):
    return state_hash(stepped(Society(Scenario.from_file(file), **values), steps).state())


def test_the_page_opens_with_everything_painted(window):
    page = window().ready()
    for panel in ("graph", "personality"):
        page.wait_for(lambda panel=panel: page.painted(panel)["painted"] > 300)
        page.wait_for(lambda panel=panel: page.painted(panel)["colours"] > 5)
    for panel in ("measures", "distribution", "platforms"):
        page.panel(panel).locator("svg[role=img] :is(path, rect)").first.wait_for(state="attached")


def test_play_advances_to_the_end_and_the_charts_with_it(window):
    page = window().ready()
    page.press("Play")
    page.wait_for(lambda: "at its end" in page.state)
    assert page.step == 6
    path = page.panel("measures").locator("svg[role=img] path").first
    page.wait_for(lambda: path.get_attribute("d").count("L") == 6)


def test_a_step_is_a_step_and_reset_goes_back(window):
    page = window().ready()
    page.press("Step")
    page.ready(step=1)
    page.press("Step")
    page.ready(step=2)
    page.press("Reset")
    page.ready(step=0)


def test_a_keyboard_steps_and_chooses_panels_and_keeps_its_place(window):
    page = window().ready()
    page.page.get_by_role("button", name="Step", exact=True).focus()
    for number, key in enumerate(("Enter", "Space"), start=1):
        page.page.keyboard.press(key)
        page.wait_for(lambda number=number: page.step == number)
    page.page.get_by_role("button", name="Measures 2").focus()
    page.page.keyboard.press("Enter")
    page.panel("measures-2").wait_for()
    page.page.keyboard.press("Tab")
    page.wait_for(lambda: page.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid")


def test_a_step_to_run_to_can_be_typed_and_a_past_one_is_said_in_words(window):
    page = window().ready()
    page.run_to(4)
    field = page.page.get_by_label("run to step")
    field.fill("2")
    field.press("Enter")
    page.page.wait_for_selector("text=step 2 is past, since 4 are done; reset first")
    page.press("Reset")
    page.ready(step=0)


def test_a_slider_changes_a_parameter_when_it_is_applied(window):
    page = window().ready()
    page.press("platform.feed")
    page.control("power").locator("[role=slider]").focus()
    page.page.keyboard.press("ArrowRight")
    page.page.wait_for_selector("text=1 change not applied yet")
    assert "set=" not in page.page.url
    page.press("Apply and restart")
    page.page.wait_for_selector("text=/Applied: platform.feed.power = 1.0/")
    page.wait_for(lambda: "set=" in page.page.url)
    page.ready(step=0)
    value = float(re.search(r"set=platform.feed.power=([\d.]+)", unquote(page.page.url))[1])
    assert value > 1.0


def test_every_field_has_a_name_for_who_cannot_see_it(window):
    page = window().ready()
    unnamed = """() => [...document.querySelectorAll("input:not([type=hidden]), [role=slider]")].filter((field) =>
      field.offsetParent && !field.ariaLabel && !field.labels?.length).map((field) => field.outerHTML)"""
    for table, field in {"platform.feed": "power", "population": "n_agents", "process.exchange": "contact"}.items():
        page.press(table)
        page.control(field).wait_for()
        page.wait_for(lambda: page.page.evaluate(unnamed) == [])


def test_a_value_that_is_not_allowed_is_said_beside_its_field(window):
    page = window().ready()
    page.press("platform.feed")
    field = page.control("monthly_exit").locator("input[type=text]").last
    field.fill("7")
    field.press("Enter")
    page.page.wait_for_selector("text=platform.feed.monthly_exit = 7.0: must be below 1")
    page.page.locator("text=not applied yet").wait_for(state="detached")


def test_a_click_opens_a_person_and_a_friend_is_one_click_further(window):
    page = window().ready()
    page.page.wait_for_timeout(300)
    box = page.panel("graph").locator(".society-plane")
    box.focus()
    page.page.keyboard.press("ArrowRight")
    graph = page.panel("graph").locator("canvas").last
    page.wait_for(lambda: graph.evaluate(BLACK) > 10)
    hovered = graph.evaluate(BLACK)
    page.page.keyboard.press("Enter")
    card = page.panel("person")
    card.wait_for()
    person = card.locator("h3").inner_text()
    card.get_by_text("Hears from 2 people").wait_for()
    card.locator("svg[role=img]").get_by_text("openness").first.wait_for()
    page.wait_for(lambda: graph.evaluate(BLACK) > 1.5 * hovered)  # the ties of who is chosen, and a thicker ring
    card.get_by_role("button").filter(has_text=re.compile(r"^\d+$")).first.click()
    page.wait_for(lambda: card.locator("h3").inner_text() != person)
    card.get_by_label("Close").click()
    card.wait_for(state="detached")


def test_the_downloaded_scenario_brings_the_state_that_was_shown(window, dashboard, tmp_path):
    page = window(dashboard.url + "&set=platform.feed.power=0.5").ready()
    page.run_to(4)
    with page.page.expect_download() as found:
        page.page.get_by_text("Scenario of this state").click()
    file = tmp_path / "taken.toml"
    found.value.save_as(file)
    study = run(Scenario.from_file(file), out=tmp_path / "again")
    assert study.manifest["state_hash"] == batch_hash(dashboard.file, 4, **{"platform.feed.power": 0.5})
    assert Study.load(tmp_path / "again").manifest["state_hash"] in file.read_text()


def test_figures_and_data_can_be_saved(window, tmp_path):
    page = window().ready()
    page.run_to(3)
    head = {"SVG": b"<svg", "PNG": b"\x89PNG"}
    for panel in ("graph", "measures"):
        for kind, start in head.items():
            page.panel(panel).hover()
            with page.page.expect_download() as found:
                page.panel(panel).get_by_role("button", name=kind).click()
            assert found.value.path().read_bytes().startswith(start)
    with page.page.expect_download() as found:
        page.page.get_by_text("Measures (CSV)").click()
    lines = found.value.path().read_text().splitlines()
    assert lines[0].startswith("step,")
    assert [line.split(",")[0] for line in lines[1:]] == ["0", "1", "2", "3"]


def test_a_link_opens_the_same_view_again(window):
    page = window().ready()
    page.run_to(3)
    page.panel("distribution").locator(".v-select").first.click()
    page.page.locator(".menuable__content__active").get_by_text("age", exact=True).click()
    page.wait_for(lambda: "view.distribution.of=age" in page.page.url and "step=3" in page.page.url)
    other = window(page.page.url).ready(step=3)
    other.panel("distribution").locator("svg[role=img]").get_by_text("age (years)").wait_for()


def test_two_windows_do_not_disturb_each_other(window):
    one, other = window().ready(), window().ready()
    one.run_to(5)
    assert other.step == 0
    other.press("Step")
    other.ready(step=1)
    assert one.step == 5


def test_a_file_that_is_wrong_is_said_in_words_and_the_page_survives(window, dashboard):
    page = window(dashboard.url.split("?")[0] + "?scenario=gone.toml")
    page.page.wait_for_selector("text=/gone.toml/")
    field = page.page.get_by_label("Scenario file")
    field.fill(str(dashboard.file))
    field.press("Enter")
    page.ready(step=0)


def test_a_page_without_a_scenario_lists_those_nearby(window, dashboard):
    (dashboard.file.parent / "scenarios").mkdir()
    shutil.copy(dashboard.file, dashboard.file.parent / "scenarios" / "near.toml")
    page = window(dashboard.url.split("?")[0])
    page.page.get_by_role("button", name=re.compile(r"near\.toml")).click()
    page.ready()


def test_dark_is_dark(window):
    page = window().ready()
    page.page.wait_for_selector(".society-chart svg[role=img]")
    ink = "() => document.querySelector('.society-chart svg[role=img]').getAttribute('fill')"
    light = page.page.evaluate(ink)
    page.page.locator(".society-bar button").last.click()
    page.wait_for(lambda: page.page.evaluate(ink) != light)
    page.page.locator(".theme--dark").first.wait_for(state="attached")


def test_closed_windows_leave_no_thread_behind(window, dashboard):
    page, *others = (window().ready() for _ in range(3))
    before = dashboard.n_threads
    for other in others:
        other.page.goto("about:blank")
    spare = 1  # that the server may start for itself meanwhile, fewer than one for each window that is closed
    page.wait_for(lambda: dashboard.n_threads <= before - THREADS * len(others) + spare)
