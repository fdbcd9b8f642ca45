"""Readers who want many headlines at once; and on phones, a menu."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, visit
from tests.support.edition import PAGES
from tests.support.pages import AXE_OPTIONS, DESKTOP, IN_SIGHT, PHONE, follow, resize

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def choose_compact(page: Page) -> None:
    page.goto(PAGES["settings"])
    page.get_by_label("Compact: many headlines at once").check()
    follow(page, page.get_by_role("button", name="Save these choices"))
    expect(page.locator("main")).to_contain_text("Lists are compact")


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_compact_lists_show_many_more_headlines_at_once(new_page: NewPage, size: tuple[int, int]) -> None:
    page = new_page()
    resize(page, size)
    names = ("front", "topic", "provider", "archive month")
    before = {name: (page.goto(PAGES[name]), page.evaluate(IN_SIGHT))[1] for name in names}
    choose_compact(page)
    for name in names:
        page.goto(PAGES[name])
        assert page.evaluate(IN_SIGHT) > 1.4 * before[name], name
        expect(
            page.locator(":is(.card, .lead) .media, .card__excerpt, .lead__excerpt").filter(visible=True)
        ).to_have_count(0)
        assert page.evaluate("measure.overflows()") == []


def test_no_compact_headline_is_larger_than_that_of_the_lead(new_page: NewPage) -> None:
    page = new_page()
    choose_compact(page)
    for size in (PHONE, DESKTOP):
        resize(page, size)
        page.goto(PAGES["front"])
        titles = page.locator(".front :is(.lead__title, .card__title, .headline__title)")
        first, *others = titles.evaluate_all(
            "titles => titles.map(each => parseFloat(getComputedStyle(each).fontSize))"
        )
        assert others
        assert max(others) < first


def test_links_of_compact_lists_are_large_enough_to_hit(new_page: NewPage) -> None:
    page = new_page()
    choose_compact(page)
    for size in (PHONE, DESKTOP):
        resize(page, size)
        for name in ("front", "topic, folded", "provider"):
            page.goto(PAGES[name])
            assert page.evaluate("measure.smallTargets('main :is(.card, .lead, .headline) a', 24)") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_compact_lists_are_as_accessible_as_others(new_page: NewPage, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    choose_compact(page)
    for name in ("front", "topic"):
        page.goto(PAGES[name])
        assert Axe().run(page, options=AXE_OPTIONS).response["violations"] == []


def test_the_story_is_named_with_its_other_providers_below_a_compact_headline(new_page: NewPage) -> None:
    page = new_page()
    choose_compact(page)
    page.goto(PAGES["topic, folded"])
    line = page.locator(".story-line").first
    expect(line).to_be_visible()
    expect(line).to_contain_text("more article")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_phones_menu_leads_to_what_is_everywhere(new_page: NewPage, javascript: bool) -> None:
    page = new_page(java_script_enabled=javascript)
    resize(page, PHONE)
    for label, path in (
        ("All topics", "/topics/"),
        ("Providers", "/providers/"),
        ("Archive", "/archive/"),
        ("Feeds", "/feeds/"),
    ):
        visit(page, "topic")
        menu = page.locator(".menu__list")
        expect(menu).to_be_hidden()
        page.get_by_text("Menu", exact=True).click()
        expect(menu).to_be_visible()
        follow(page, menu.get_by_role("link", name=label))
        assert page.url.endswith(path)


def test_on_wide_screens_the_same_links_are_in_the_row(page: Page) -> None:
    resize(page, DESKTOP)
    visit(page, "topic")
    expect(page.locator(".menu")).to_be_hidden()
    expect(page.locator(".nav__list--more").get_by_role("link")).to_have_count(4)


def test_the_field_in_the_masthead_suggests_as_the_page_of_search_does(page: Page) -> None:
    resize(page, DESKTOP)
    visit(page, "topic")
    assert page.locator("[role=listbox]").count() == 0
    field = (
        page.get_by_role("banner")
        .get_by_role("combobox", name="Search")
        .or_(page.get_by_role("banner").get_by_role("searchbox"))
    )
    field.click()
    field.press_sequentially("mar", delay=30)
    options = page.get_by_role("banner").get_by_role("option")
    expect(options.first).to_be_visible()
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    follow_enter(page)


def follow_enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/topics/ai/" not in page.url
