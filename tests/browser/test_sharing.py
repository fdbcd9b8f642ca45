"""Passing an article on, and marking a whole list as read."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, visit
from tests.support.edition import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

COPIES = (
    """Object.defineProperty(navigator, "clipboard", {value: {writeText: async text => { window.copied = text; }}})"""
)
SHARES = """navigator.share = async what => { window.shared = what; }"""


@pytest.mark.parametrize("name", ["article", "story"])
def test_the_link_that_is_copied_is_the_address_without_what_it_was_asked_with(page: Page, name: str) -> None:
    page.add_init_script(COPIES)
    visit(page, name)
    page.goto(f"{page.url}?utm_source=letter")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    assert page.evaluate("window.copied") == page.url.partition("?")[0]


def test_without_leave_to_copy_the_reader_is_told(page: Page) -> None:
    page.add_init_script(COPIES.replace("window.copied = text;", "throw new Error();"))
    visit(page, "article")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="did not let the link be copied")).to_be_visible()


def test_a_browser_that_can_share_is_asked_to(page: Page) -> None:
    page.add_init_script(SHARES)
    visit(page, "article")
    page.get_by_role("button", name="Share").click()
    shared = page.evaluate("window.shared")
    assert shared["url"] == page.url
    assert shared["title"].startswith("The marsh that ate the storm")


def test_without_sharing_and_without_scripts_there_are_no_buttons_for_it(page: Page, new_page: NewPage) -> None:
    page.add_init_script("delete Navigator.prototype.share")
    visit(page, "article")
    expect(page.locator("[data-share]")).to_be_hidden()
    expect(page.locator("[data-copy]")).to_be_visible()
    plain = new_page(java_script_enabled=False)
    visit(plain, "article")
    expect(plain.locator(".share")).to_be_hidden()
    expect(plain.locator("[data-share], [data-copy]").filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize("name", ["topic", "provider", "archive month", "story list"])
def test_a_whole_list_is_marked_as_read(page: Page, name: str) -> None:
    visit(page, name)
    listed = page.locator(".columns__main .h-entry")
    beside = page.locator(".sidebar .related__item.is-read").count()
    assert listed.count() > 0
    page.get_by_role("button", name="Mark all above as read").click()
    expect(page.locator(".columns__main .h-entry.is-read")).to_have_count(listed.count())
    page.reload()
    expect(page.locator(".columns__main .h-entry.is-read")).to_have_count(listed.count())
    assert page.locator(".sidebar .related__item.is-read").count() >= beside


def test_on_the_front_page_what_stands_below_the_button_stays_unread(page: Page) -> None:
    page.goto(PAGES["front"])
    page.get_by_role("button", name="Mark all above as read").click()
    expect(page.locator(".front__latest .headline:not(.is-read)")).to_have_count(0)
    expect(page.locator(".lead.is-read")).to_have_count(1)
