"""News while the front page is open."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
MINUTE = 60_000


def add_news(page: Page, number: int) -> list[str | None]:
    """Add as many articles to later answers; return the ETags that the page asked with."""
    asked: list[str | None] = []
    added = "".join(f'<a class="u-url" href="/2030/01/01/news-{each}/">News</a>' for each in range(number))

    def answer(route: Route) -> None:
        asked.append(route.request.header_value("If-None-Match"))
        response = route.fetch()
        text = response.text().replace("</main>", f"{added}{added}</main>")
        route.fulfill(response=response, body=text, headers=response.headers | {"etag": f'"{number}"'})

    page.route(lambda url: url.endswith("/"), answer)
    return asked


@pytest.fixture
def page(new_page: NewPage) -> Page:
    page = new_page()
    page.clock.install()
    page.goto("/")
    return page


def test_news_wait_behind_a_button(page: Page) -> None:
    button = page.locator("#news button")
    expect(button).to_be_hidden()
    page.mouse.wheel(0, 600)
    page.wait_for_function("scrollY > 100")
    place = page.evaluate("scrollY")
    asked = add_news(page, 12)
    page.clock.fast_forward(MINUTE + 1)
    expect(button).to_have_text("12 new")
    assert page.evaluate("scrollY") == place
    assert page.locator('a[href^="/2030/"]').count() == 0
    assert len(asked) == 1
    button.click()
    expect(page.locator('a[href="/2030/01/01/news-3/"]').first).to_be_attached()
    page.wait_for_function("scrollY === 0")


def test_without_news_there_is_no_button(page: Page) -> None:
    asked = add_news(page, 0)
    page.clock.fast_forward(MINUTE + 1)
    page.clock.fast_forward(MINUTE + 1)
    page.wait_for_timeout(300)
    expect(page.locator("#news button")).to_be_hidden()
    assert len(asked) == 2


def test_a_page_that_nobody_sees_asks_nothing(page: Page) -> None:
    asked = add_news(page, 1)
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })")
    page.clock.fast_forward(3 * MINUTE)
    page.wait_for_timeout(300)
    assert asked == []
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#news button")).to_have_text("1 new")


def test_other_pages_ask_nothing(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/topics/")
    assert page.locator("#news").count() == 0
