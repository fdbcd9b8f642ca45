"""The lists of the desk as editors use them: at 1,280 pixels and on a phone, by mouse and by keyboard alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from articles.changes import changing_articles
from articles.models import Article, SavedView
from tests.support.pages import AXE_OPTIONS

pytestmark = pytest.mark.browser
LIST = "/admin/articles/article/"
LISTS = [LIST, *(f"/admin/articles/{name}/" for name in ("provider", "topic", "story", "pin", "note", "action", "taskrecord",
         "importrun", "thread"))]  # fmt: skip
SIZES = {"desktop": (1280, 800), "phone": (360, 800)}

# What reaches beyond the window, or out of a table that would scroll.
TOO_WIDE = """() => [...document.querySelectorAll("#content *")]
  .filter((each) => !each.closest("option") && each.getBoundingClientRect().right > (each.closest(".results") ?? document.documentElement).getBoundingClientRect().right + 1)
  .map((each) => each.outerHTML.slice(0, 120))"""


def resize(page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})


@pytest.mark.parametrize("size", SIZES)
def test_lists_fit_and_have_large_enough_targets(examined: Page, size: str) -> None:
    resize(examined, size)
    for url in LISTS:
        examined.goto(url)
        for drawer in examined.locator(".drawer > summary").all():
            drawer.click()
        assert examined.evaluate(TOO_WIDE) == [], url
        found = Axe().run(examined, options=AXE_OPTIONS)
        assert found.violations_count == 0, f"{url}: {found.generate_report()}"


@pytest.mark.parametrize("size", SIZES)
def test_search_comes_first_and_filters_are_in_a_drawer(desk: Page, size: str) -> None:
    resize(desk, size)
    desk.goto(f"{LIST}?state=listed")
    places: list[Any] = [
        desk.locator(selector).first.bounding_box()
        for selector in ("#searchbar", ".drawer > summary", "#changelist .actions", "#result_list tbody tr")
    ]
    assert [place["y"] for place in places] == sorted(place["y"] for place in places)
    expect(desk.locator("#changelist-filter")).to_be_hidden()
    expect(desk.locator(".drawer__count")).to_have_text("1")
    desk.locator(".drawer > summary").click()
    desk.get_by_role("link", name="Unlisted", exact=True).click()
    expect(desk.locator(".narrowing__active li").first).to_have_text("State: Unlisted ✕")
    desk.locator(".drawer > summary").focus()
    if not desk.locator(".drawer").evaluate("drawer => drawer.open"):
        desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Escape")
    expect(desk.locator("#changelist-filter")).to_be_hidden()
    expect(desk.locator(".drawer > summary")).to_be_focused()
    desk.locator(".narrowing__active a").first.click()
    expect(desk.locator(".narrowing__active")).to_have_count(0)


@pytest.mark.django_db  # one test has to ask for the database, so that there is one
def test_rows_are_cards_on_a_phone_with_the_names_of_columns(desk: Page) -> None:
    resize(desk, "phone")
    desk.goto(LIST)
    row = desk.locator("#result_list tbody tr").first
    label = row.locator("td.field-shown_heat").evaluate("cell => getComputedStyle(cell, '::before').content")
    assert "Heat:" in label
    title: Any = row.locator("th a").bounding_box()
    provider: Any = row.locator("td.field-provider").bounding_box()
    assert provider["y"] > title["y"]
    row.locator(".action-select").check()
    expect(desk.locator(".action-counter")).to_contain_text("1 of")
    resize(desk, "desktop")
    hidden = row.locator("td.field-shown_heat").evaluate("cell => getComputedStyle(cell, '::before').display")
    assert hidden == "none"


def test_the_keyboard_alone_goes_through_the_list(desk: Page) -> None:
    desk.goto(LIST)
    rows = desk.locator("#result_list tbody tr")
    desk.keyboard.press("j")
    expect(rows.nth(0).locator("th a")).to_be_focused()
    desk.keyboard.press("x")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    expect(rows.nth(1).locator("th a")).to_be_focused()
    desk.keyboard.press("x")
    expect(desk.locator(".action-counter")).to_contain_text("2 of")
    desk.keyboard.press("Control+x")
    expect(desk.locator(".action-counter")).to_contain_text("2 of")
    desk.keyboard.press("/")
    expect(desk.locator("#searchbar")).to_be_focused()
    desk.keyboard.type("jkxe/")
    expect(desk.locator("#searchbar")).to_have_value("jkxe/")
    expect(desk.locator(".action-counter")).to_contain_text("2 of")
    desk.locator("body").evaluate("() => document.activeElement.blur()")
    title = rows.nth(1).locator("th a").inner_text()
    desk.keyboard.press("e")
    expect(desk.locator("#id_title")).to_have_value(title)


@pytest.fixture
def no_views(desk: Page) -> Iterator[None]:
    yield
    SavedView.objects.all().delete()


@pytest.mark.parametrize("size", SIZES)
def test_a_view_is_kept_used_and_removed(desk: Page, no_views: None, size: str) -> None:
    resize(desk, size)
    desk.goto(f"{LIST}?state=listed&heat_from=1")
    desk.get_by_text("Keep this view").click()
    desk.get_by_label("Name", exact=True).fill("Hot")
    desk.keyboard.press("Enter")
    expect(desk.locator(".messagelist")).to_contain_text("The view “Hot” is kept.")
    desk.goto(LIST)
    desk.get_by_role("link", name="Hot", exact=True).click()
    expect(desk.locator(".narrowing__active li")).to_have_count(3)
    expect(desk.get_by_role("link", name="Hot", exact=True)).to_have_attribute("aria-current", "page")
    desk.get_by_text("Change my views").click()
    desk.get_by_role("button", name="Remove", exact=True).click()
    expect(desk.get_by_role("link", name="Hot", exact=True)).to_have_count(0)


def test_minus_one_is_not_shown_as_a_heat(desk: Page) -> None:
    article = Article.objects.filter(published=True).order_by("pk").first()
    assert article
    heat = article.heat
    with changing_articles([article.pk]):
        Article.objects.filter(pk=article.pk).update(heat=-1)
    desk.goto(f"{LIST}?heat_to=-1&heat_from=-1")
    expect(desk.locator("td.field-shown_heat").first).to_have_text("–")
    with changing_articles([article.pk]):
        Article.objects.filter(pk=article.pk).update(heat=heat)
