"""Proposals about stories, chosen, seen, done and declined by mouse, by keyboard, and on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from articles.models import Article, StoryComparison, StoryDecision, StoryEvidence, StoryMember
from tests.support.axe import serious
from tests.support.pages import follow

pytestmark = pytest.mark.browser

LIST = "/admin/articles/story/suggestions/?from=2000-01-01&until=2100-01-01&kind=joins"
SIZES = {"desktop": (1280, 600), "phone": (390, 700)}
PAIRS = 8


@pytest.fixture
def pairs(desk: Page) -> Iterator[list[tuple[int, int]]]:
    """Make pairs of distant articles alike, so that they are proposed to be one story; return their ids."""
    lonely = Article.objects.listed().filter(member__story__size=1).order_by("published_date_time")
    ids = list(lonely.values_list("pk", flat=True))
    half = len(ids) // 2
    found = [tuple(sorted(pair)) for pair in zip(ids[:PAIRS], ids[half : half + PAIRS], strict=True)]
    rows = [
        StoryEvidence(one_id=one, other_id=other, score=0.9 - place / 100, likeness=0.5, words="alike")
        for place, (one, other) in enumerate(found)
    ]
    StoryEvidence.objects.bulk_create(rows)
    yield found  # type: ignore[misc]
    StoryEvidence.objects.filter(words="alike").delete()
    StoryComparison.objects.all().delete()


def boxes(page: Page) -> Locator:
    return page.locator(".curate__proposal input[type=checkbox]")


def checked(page: Page) -> list[bool]:
    return [box.is_checked() for box in boxes(page).all()]


def together(pair: tuple[int, int]) -> bool:
    return StoryMember.objects.filter(article__in=pair).values("story").distinct().count() == 1


@pytest.mark.django_db
def test_the_site_has_articles_to_pair(site_url: str) -> None:
    """The mark lets pytest-django make the database of the tests."""
    assert Article.objects.listed().filter(member__story__size=1).count() >= 2 * PAIRS


def test_a_range_is_chosen_by_mouse_seen_done_and_undone(desk: Page, pairs: list[tuple[int, int]]) -> None:
    desk.goto(LIST)
    expect(boxes(desk)).to_have_count(PAIRS)
    boxes(desk).nth(1).click()
    boxes(desk).nth(4).click(modifiers=["Shift"])
    boxes(desk).nth(2).click()
    assert checked(desk) == [False, True, False, True, True, False, False, False]
    expect(desk.locator(".curate__bar legend")).to_contain_text("(3)")
    follow(desk, desk.get_by_role("button", name="See what would change"))
    expect(desk.locator(".curate__change")).to_have_count(3)
    assert not any(map(together, pairs))
    desk.get_by_label("Reason").fill("told twice")
    follow(desk, desk.get_by_role("button", name="Do all of this"))
    expect(desk.locator(".messagelist")).to_contain_text("3 joins of two stories")
    assert [together(pair) for pair in pairs] == [False, True, False, True, True, False, False, False]
    assert desk.url.endswith(LIST)
    expect(boxes(desk)).to_have_count(PAIRS - 3)
    desk.locator(".messagelist").get_by_role("link", name="Undo").click()
    follow(desk, desk.get_by_role("button", name="Undo this"))
    assert not any(map(together, pairs))
    assert not StoryDecision.objects.filter(reason="told twice").exists()


def test_what_a_filter_finds_is_chosen_at_once(desk: Page, pairs: list[tuple[int, int]]) -> None:
    desk.goto(LIST)
    title = boxes(desk).first.evaluate("box => document.querySelector(`label[for='${box.id}']`).textContent")
    word = max(re.findall(r"\w+", title.partition("+")[2]), key=len)
    desk.get_by_label("Words of a title").fill(word)
    follow(desk, desk.get_by_role("button", name="Filter"))
    found = boxes(desk).count()
    assert 0 < found < PAIRS
    desk.get_by_label("All shown").check()
    assert checked(desk) == [True] * found
    expect(desk.locator(".curate__bar legend")).to_contain_text(f"({found})")
    boxes(desk).first.click()
    assert desk.get_by_label("All shown").is_checked() is False


def test_a_range_is_declined_and_brought_back_by_keyboard_alone(desk: Page, pairs: list[tuple[int, int]]) -> None:
    desk.goto(LIST)

    def press_until(where: str) -> None:
        for _ in range(80):
            if desk.evaluate("where => document.activeElement.matches(where)", where):
                return
            desk.keyboard.press("Tab")
        raise AssertionError(where)

    first, third = (boxes(desk).nth(at).get_attribute("id") for at in (0, 2))
    press_until(f"#{first}")
    desk.keyboard.press("Space")
    press_until(f"#{third}")
    desk.keyboard.press("Shift+Space")
    assert checked(desk) == [True] * 3 + [False] * (PAIRS - 3)
    press_until("button[value=decline]")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    expect(desk.locator(".messagelist")).to_contain_text("Not so: 3 suggestions")
    expect(boxes(desk)).to_have_count(PAIRS - 3)
    press_until(".messagelist a")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    press_until("#content button, #content input[type=submit]")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    desk.goto(LIST)
    expect(boxes(desk)).to_have_count(PAIRS)


@pytest.mark.parametrize("size", SIZES)
def test_the_bar_stays_in_view_and_covers_neither_focus_nor_text(
    desk: Page, pairs: list[tuple[int, int]], size: str
) -> None:
    width, height = SIZES[size]
    desk.set_viewport_size({"width": width, "height": height})
    desk.goto(LIST)
    bar = desk.locator(".curate__bar")

    def edges(place: Locator) -> tuple[float, float]:
        box = place.bounding_box()
        assert box is not None
        return box["y"], box["y"] + box["height"]

    assert desk.evaluate("document.documentElement.scrollHeight") > height * 1.3
    top, end = edges(bar)
    assert 0 < top < end <= height
    assert end - top < height / 5
    for button in (*bar.get_by_role("button").all(), bar.get_by_label("All shown")):
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert min(box["width"], box["height"]) >= 24
    boxes(desk).first.focus()
    focused = 0
    while desk.evaluate("document.activeElement.closest('.curate__proposal') !== null"):
        low = desk.evaluate("document.activeElement.getBoundingClientRect().bottom")
        assert low <= edges(bar)[0] + 1
        focused += 1
        desk.keyboard.press("Tab")
    assert focused >= PAIRS * 3
    desk.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    last = desk.locator(".curate__proposal").last
    assert edges(last)[1] <= edges(bar)[0] + 1


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_axe_finds_no_serious_flaw_in_the_list_and_the_preview(
    examined: Page, pairs: list[tuple[int, int]], size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    examined.set_viewport_size({"width": width, "height": height})
    examined.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    examined.goto(LIST)
    boxes(examined).nth(0).check()
    boxes(examined).nth(1).check()
    assert not list(serious(examined))
    follow(examined, examined.get_by_role("button", name="See what would change"))
    expect(examined.locator(".curate__change")).to_have_count(2)
    assert not list(serious(examined))
    assert examined.evaluate("document.documentElement.scrollWidth") <= width
