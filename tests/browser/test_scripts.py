"""What scripts add for readers stays out of the way: without storage, without scripts, and nothing moves."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import NewPage
from tests.support.edition import PAGES
from tests.support.pages import (
    ARTICLE,
    AXE_OPTIONS,
    DESKTOP,
    LIST,
    PHONE,
    cards,
    resize,
    save_some,
    theme_switch,
    toast,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""
FULL_STORAGE = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


@pytest.mark.parametrize(("script", "name"), [(NO_STORAGE, "front"), (NO_STORAGE, "saved"), (FULL_STORAGE, "front")])
def test_everything_else_works_in_a_browser_that_keeps_nothing(page: Page, script: str, name: str) -> None:
    page.add_init_script(script)
    page.goto(PAGES[name])
    for _ in range(2):
        theme_switch(page).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(LIST)
    cards(page).nth(0).locator(".save").click()
    expect(toast(page)).to_contain_text("could not store it")
    expect(cards(page).nth(0).locator(".save")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto("/saved/")
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()


def test_what_is_kept_can_be_looked_at_and_forgotten(page: Page) -> None:
    save_some(page, 2)
    page.goto(ARTICLE)
    theme_switch(page).click()
    page.goto("/settings/")
    expect(page.locator("[data-count=saved]")).to_have_text("2")
    expect(page.locator("[data-count=read]")).to_have_text("1")
    expect(page.get_by_label("Light")).to_be_checked()
    page.get_by_label("Use single keys").uncheck()
    page.once("dialog", Dialog.dismiss)
    page.get_by_role("button", name="Forget what is stored here").click()
    assert page.evaluate("localStorage.length") == 4
    page.once("dialog", Dialog.accept)
    page.get_by_role("button", name="Forget what is stored here").click()
    expect(toast(page)).to_have_text("Forgotten")
    assert page.evaluate("localStorage.length") == 0
    expect(page.locator("[data-count=saved]")).to_have_text("0")
    expect(page.get_by_label("Same as the system")).to_be_checked()
    expect(page.get_by_label("Use single keys")).to_be_checked()


def test_without_scripts_nothing_of_this_is_shown(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(LIST)
    assert page.locator(".save, .js-only").count() > 3
    for each in page.locator(".js-only").all():
        expect(each).to_be_hidden()
    page.goto("/saved/")
    expect(page.locator("main noscript p")).to_be_visible()
    expect(page.locator("[data-saved-page]")).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", ["front", "topic", "article", "story", "saved"])
def test_scripts_move_nothing(new_page: NewPage, name: str, size: tuple[int, int]) -> None:
    page = new_page(timezone_id="Asia/Tokyo")
    resize(page, size)
    save_some(page, 3)
    page.goto(ARTICLE)
    theme_switch(page).click()
    # What is drawn before scripts run counts, too.
    page.route("**/js/*.js", lambda route: (page.wait_for_timeout(100), route.continue_()))
    page.goto(PAGES[name])
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate("measure.layoutShifts()") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_saved_articles_fit_every_window_and_axe_finds_nothing(page: Page, scheme: str) -> None:
    save_some(page, 3)
    page.get_by_role("button", name="Mark as read").first.click()
    for size in (PHONE, DESKTOP):
        resize(page, size, scheme)
        flaws = page.evaluate("measure.overflows()") + page.evaluate("measure.pictures()")
        flaws += page.evaluate("measure.smallTargets('main a:not(.media), main button', 24)")
        assert not flaws, "\n".join(flaws)
        results = Axe().run(page, options=AXE_OPTIONS)
        assert results.violations_count == 0, results.generate_report()
