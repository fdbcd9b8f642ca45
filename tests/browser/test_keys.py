"""Reading by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.conftest import NewPage
from tests.support.edition import PAGES
from tests.support.pages import AXE_OPTIONS, DESKTOP, LIST, PHONE, cards, follow, resize, stored, toast

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def focused_title(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.textContent.trim()")
    return text


def test_one_reads_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    with page.expect_navigation():
        for key in "gt":
            page.keyboard.press(key)
    assert page.url.endswith("/topics/")
    page.locator('main a[href="/topics/ai/"]').focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    titles = page.locator(".h-feed .h-entry .p-name > .u-url").all_inner_texts()
    seen = []
    for key in "jjkjj":
        page.keyboard.press(key)
        seen.append(focused_title(page))
        expect(page.locator(":focus")).to_be_in_viewport(ratio=1)
        assert page.evaluate("measure.focusFlaws()") == []
    assert seen == [titles[0], titles[1], titles[0], titles[1], titles[2]]
    for _ in range(9):
        page.keyboard.press("k")
    assert focused_title(page) == titles[0]
    page.keyboard.press("j")
    read_by_keys(page, titles[1])
    with page.expect_navigation():
        for key in "gh":
            page.keyboard.press(key)
    expect(page.locator("body")).to_have_class("page page--front")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def read_by_keys(page: Page, title: str) -> None:
    """Save, mark and open the focused article, then open it at its provider and take it from the saved ones."""
    page.keyboard.press("s")
    expect(toast(page)).to_have_text("Saved in this browser")
    page.keyboard.press("m")
    expect(toast(page)).to_have_text("Marked as read")
    page.keyboard.press("m")
    expect(toast(page)).to_have_text("Marked as unread")
    with page.expect_navigation():
        page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.evaluate("window.open = (...all) => { window.opened = all; }")
    page.keyboard.press("v")
    assert page.evaluate("opened") == [page.locator(".u-syndication").get_attribute("href"), "_blank", "noopener"]
    page.keyboard.press("s")
    expect(toast(page)).to_have_text("No longer saved")


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_one_goes_through_a_topic_from_article_to_article(page: Page, size: tuple[int, int]) -> None:
    resize(page, size)
    page.goto(PAGES["article"])
    heading = page.get_by_role("heading", level=1)
    first = heading.inner_text()
    around = page.get_by_role("navigation", name="Before and after this article")
    earlier = around.locator('[data-step="earlier"]').last
    assert page.evaluate("measure.smallTargets('.around a', 24)") == []
    title = earlier.inner_text()
    with page.expect_navigation():
        page.keyboard.press("p")
    expect(heading).to_have_text(title)
    with page.expect_navigation():
        page.keyboard.press("n")
    expect(heading).to_have_text(first)
    follow(page, earlier)
    expect(heading).to_have_text(title)


def test_j_and_k_step_through_the_accounts_of_a_story(page: Page) -> None:
    page.goto(PAGES["story"])
    for _ in range(2):
        page.keyboard.press("j")
    expect(page.locator(".account").nth(1).locator(".account__link")).to_be_focused()
    page.keyboard.press("s")
    [saved] = stored(page, "saved")
    title = page.locator(".account").nth(1).locator(".account__link").evaluate("link => link.firstChild.textContent")
    assert (saved["title"], bool(saved["provider"]), saved["source"][:8]) == (title, True, "https://")  # type: ignore[index]


def test_j_begins_with_what_is_in_view(page: Page) -> None:
    page.goto("/")
    page.locator(".h-entry").nth(5).evaluate("entry => entry.scrollIntoView({ block: 'start' })")
    page.keyboard.press("j")
    place = page.evaluate(
        """[...document.querySelectorAll(".h-entry")].indexOf(document.activeElement.closest(".h-entry"))"""
    )
    assert place in (4, 5)


def test_the_slash_goes_to_the_field_of_search_or_to_its_page(page: Page) -> None:
    page.goto(LIST)
    page.keyboard.press("/")
    field = page.locator(".tools input[name=q]")
    expect(field).to_be_focused()
    page.keyboard.type("jk?/gh")
    expect(field).to_have_value("jk?/gh")
    assert page.url.endswith(LIST)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/search/", lambda route: route.fulfill(body="", content_type="text/html"))
    page.evaluate("document.querySelectorAll('input[name=q]').forEach((field) => field.remove())")
    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    # Pictures may come late, and be asked for in between.
    assert any(address.endswith("/search/") for address in asked)


@pytest.mark.parametrize(
    "element", ["<input>", "<textarea></textarea>", "<select><option>j</select>", "<p contenteditable>x</p>"]
)
def test_no_key_does_anything_in_a_field(page: Page, element: str) -> None:
    page.goto(LIST)
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('afterbegin', html)", element)
    field = page.locator("main > :first-child")
    field.focus()
    for key in ("j", "m", "s", "?", "g", "h"):
        page.keyboard.press(key)
    expect(field).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith(LIST)
    assert stored(page, "saved") == []


@pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta", "Shift"])
def test_no_letter_does_anything_with_a_modifier(page: Page, modifier: str) -> None:
    page.goto(LIST)
    page.evaluate("addEventListener('keydown', (event) => { window.prevented = event.defaultPrevented; })")
    for key in ("j", "m"):
        page.keyboard.press(f"{modifier}+{key}")
        assert page.evaluate("prevented") is False
    assert page.evaluate("document.activeElement.localName") == "body"


def test_keys_of_another_script_count_by_their_place(page: Page) -> None:
    page.goto(LIST)
    press = "([key, code, shiftKey]) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, shiftKey, bubbles: true, cancelable: true }))"
    page.evaluate(press, ["ت", "KeyJ", False])
    expect(page.locator(".h-feed .u-url").first).to_be_focused()
    page.evaluate(press, ["؟", "Slash", True])
    expect(page.get_by_role("dialog")).to_be_visible()


def test_keys_can_be_switched_off_and_on_again(page: Page) -> None:
    page.goto(LIST)
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    other = page.context.new_page()
    other.goto("/settings/")
    expect(other.get_by_label("Use single keys")).not_to_be_checked()
    for key in ("?", "j"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.localName") == "body"
    page.get_by_role("contentinfo").get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Use these keys").check()
    page.keyboard.press("Escape")
    expect(other.get_by_label("Use single keys")).to_be_checked()
    page.evaluate("scrollTo(0, 0)")
    page.locator("main").focus()
    page.keyboard.press("j")
    expect(page.locator(".h-feed .u-url").first).to_be_focused()


def test_keys_and_marks_work_from_right_to_left(new_page: NewPage, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "ar"
    page = new_page()
    resize(page, PHONE)
    page.goto(LIST)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.keyboard.press("j")
    expect(page.locator(".h-feed .u-url").first).to_be_focused()
    page.keyboard.press("s")
    expect(cards(page).first.locator(".save")).to_have_attribute("aria-pressed", "true")
    button, title = (cards(page).nth(1).locator(name).bounding_box() for name in (".save", ".card__title"))
    assert button is not None
    assert title is not None
    assert button["x"] < title["x"] + 20
    assert page.evaluate("measure.overflows()") == []
    page.keyboard.press("?")
    results = Axe().run(page, options=AXE_OPTIONS)
    assert results.violations_count == 0, results.generate_report()
