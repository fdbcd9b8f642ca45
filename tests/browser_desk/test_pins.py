"""The order of pins, by dragging and by keys, on the start page and in their list."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.changes import changing_articles
from articles.models import Article, Pin

pytestmark = pytest.mark.browser
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def pins(desk: Page) -> Iterator[list[str]]:
    """Pin three articles, with a position left free; return the ids of their pins, in order."""
    now = timezone.now()
    articles = Article.objects.listed().newest_first()[:3]
    with changing_articles():
        found = [
            Pin.objects.create(article=each, place=place, starts=now - HOUR, ends=now + HOUR, reason="x")
            for each, place in zip(articles, (1, 2, 4), strict=True)
        ]
    yield [str(pin.pk) for pin in found]
    with changing_articles():
        for pin in found:
            pin.delete()


def shown(page: Page) -> list[str]:
    found: list[str] = page.locator("[data-order]").evaluate_all("marks => marks.map(mark => mark.dataset.order)")
    return found


def places() -> list[int]:
    return sorted(Pin.objects.filter(reason="x").values_list("place", flat=True))


@pytest.mark.django_db
def test_the_site_has_articles_to_pin(site_url: str) -> None:
    """The mark lets pytest-django make the database of the tests."""
    assert Article.objects.listed().count() > 3


@pytest.mark.parametrize(("path", "row"), [("/admin/", "li"), ("/admin/articles/pin/", "tr")])
def test_pins_are_dragged_into_order(desk: Page, pins: list[str], path: str, row: str) -> None:
    desk.set_viewport_size({"width": 1280, "height": 3000})  # nothing scrolls under the mouse
    desk.goto(path)
    first, second, third = pins
    assert shown(desk) == pins
    rows = [desk.locator(f"{row}:has([data-order='{pk}'])") for pk in (third, first)]
    rows[0].drag_to(rows[1], source_position={"x": 5, "y": 5}, target_position={"x": 5, "y": 3})
    expect(desk.locator(".messagelist")).to_contain_text("among the pins")
    assert shown(desk) == [third, first, second]
    assert places() == [1, 2, 4]
    expect(desk).to_have_url(f"{desk.url.split('/admin/')[0]}{path}")


@pytest.mark.parametrize("path", ["/admin/", "/admin/articles/pin/"])
def test_keys_move_a_pin_step_by_step_and_the_focus_goes_with_it(desk: Page, pins: list[str], path: str) -> None:
    desk.goto(path)
    first, second, third = pins
    desk.locator(f"[data-order='{third}'] button").first.focus()
    for _step in range(2):
        with desk.expect_navigation():
            desk.keyboard.press("Alt+ArrowUp")
        expect(desk.locator(f"[data-order='{third}'] button").first).to_be_focused()
    assert shown(desk) == [third, first, second]
    with desk.expect_navigation():
        desk.keyboard.press("Alt+ArrowDown")
    expect(desk.locator(f"[data-order='{third}'] button").last).to_be_focused()
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    expect(desk.locator(f"[data-order='{third}'] button").last).to_be_focused()
    assert shown(desk) == [first, second, third]
    assert places() == [1, 2, 4]
