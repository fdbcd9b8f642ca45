"""How browser tests look at pages: window sizes, colour schemes, what axe is asked."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.edition import PAGES

LIST, ARTICLE = PAGES["topic"], PAGES["article"]
NARROWEST = (320, 740)
PHONE = (360, 740)
DESKTOP = (1280, 900)
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}},  # off by default
    "resultTypes": ["violations"],
}

# How many headlines of lists are in the window.
IN_SIGHT = """[...document.querySelectorAll(".p-name > .u-url")].filter(link => {
    const box = link.getBoundingClientRect();
    return box.height && box.top >= 0 && box.bottom <= innerHeight;
}).length"""


def resize(page: Page, size: tuple[int, int], scheme: str = "light") -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]


def follow(page: Page, link: Locator) -> None:
    """Click a link and wait until the whole page is there; a click alone waits only for its first bytes."""
    with page.expect_navigation():
        link.click()


def theme_switch(page: Page) -> Locator:
    return page.locator("[data-theme-switch]")


def stored(page: Page, key: str) -> list[object]:
    items: list[object] = page.evaluate(f"JSON.parse(localStorage.getItem('newsreader.{key}'))?.items ?? []")
    return items


def cards(page: Page) -> Locator:
    return page.locator(".h-feed .h-entry")


def toast(page: Page) -> Locator:
    return page.get_by_role("status").filter(visible=True)


def save_some(page: Page, number: int) -> None:
    page.goto(LIST)
    for button in page.locator(".save").all()[:number]:
        button.click()
    page.goto("/saved/")
    expect(page.locator("main .h-entry")).to_have_count(number)
