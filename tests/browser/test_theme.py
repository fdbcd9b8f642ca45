"""The switch between light, dark and what the system says."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.support.pages import ARTICLE, theme_switch

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
# What the page looked like when its body began: before anything of it was drawn.
FIRST_SIGHT = """new MutationObserver(() => {
  if (!document.body || window.firstSight) return;
  window.firstSight = [document.documentElement.dataset.theme, document.querySelector("meta[name=color-scheme]").content];
}).observe(document, { childList: true, subtree: true });"""
DARK_PAPER, LIGHT_PAPER = "rgb(18, 23, 26)", "rgb(254, 254, 253)"


def paper(page: Page) -> str:
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


def test_the_switch_goes_from_automatic_to_light_to_dark_and_says_so(new_page: NewPage) -> None:
    page = new_page(color_scheme="dark")
    page.goto("/")
    seen = []
    for _ in range(4):
        seen.append((theme_switch(page).inner_text().strip(), paper(page)))
        theme_switch(page).click()
    assert seen == [
        ("Theme: automatic", DARK_PAPER),
        ("Theme: light", LIGHT_PAPER),
        ("Theme: dark", DARK_PAPER),
        ("Theme: automatic", DARK_PAPER),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_remembered_theme_is_there_before_anything_is_drawn(new_page: NewPage, theme: str) -> None:
    page = new_page(color_scheme="light" if theme == "dark" else "dark")
    page.add_init_script(FIRST_SIGHT)
    page.goto("/")
    assert page.evaluate("firstSight[0]") is None
    while theme not in theme_switch(page).inner_text():
        theme_switch(page).click()
    page.goto(ARTICLE)
    assert page.evaluate("firstSight") == [theme, theme]
    assert paper(page) == (DARK_PAPER if theme == "dark" else LIGHT_PAPER)
    colours = page.locator("meta[name=theme-color]").evaluate_all("metas => metas.map((meta) => meta.content)")
    assert set(colours) == {"#12171a" if theme == "dark" else "#fefefd"}
    while "automatic" not in theme_switch(page).inner_text():
        theme_switch(page).click()
    colours = page.locator("meta[name=theme-color]").evaluate_all("metas => metas.map((meta) => meta.content)")
    assert colours == ["#fefefd", "#12171a"]
    assert page.evaluate("localStorage.length && localStorage.getItem('newsreader.theme')") in (None, 0)


def test_a_theme_chosen_in_one_tab_is_the_theme_of_the_other(new_page: NewPage) -> None:
    one = new_page()
    one.goto("/")
    other = one.context.new_page()
    other.goto("/settings/")
    other.get_by_label("Dark").check()
    expect(one.locator("html")).to_have_attribute("data-theme", "dark")
    theme_switch(one).click()
    expect(other.get_by_label("Same as the system")).to_be_checked()
