"""The related articles in the form of an article that has very many: a page of them at a time has all fields."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from articles.admin.article.related import ROWS
from articles.models import Article, RelatedLink
from tests.support.desk import change_url
from tests.support.pages import follow

pytestmark = pytest.mark.browser
MANY = ROWS + 5
SIZES = ({"width": 1280, "height": 900}, {"width": 390, "height": 800})
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
}


@pytest.mark.django_db
def test_the_site_has_enough_articles(site_url: str) -> None:
    """The mark lets pytest-django make the database of the tests."""
    assert Article.objects.count() > MANY


def linked(article: Article) -> list[int]:
    return list(RelatedLink.objects.filter(article=article).values_list("target_id", flat=True))


def give_links(article: Article) -> list[int]:
    """Give an article very many related ones; return what it had."""
    before = linked(article)
    RelatedLink.objects.filter(article=article).delete()
    others = Article.objects.exclude(pk=article.pk).order_by("pk").values_list("pk", flat=True)[:MANY]
    set_links(article, list(others))
    return before


def set_links(article: Article, ids: list[int]) -> None:
    RelatedLink.objects.filter(article=article).delete()
    RelatedLink.objects.bulk_create(
        RelatedLink(article=article, target_id=pk, position=position) for position, pk in enumerate(ids)
    )


@pytest.fixture
def covered(desk: Page) -> Iterator[Article]:
    """Return an article that has very many related ones during a test."""
    article = Article.objects.filter(published=True, is_reference=False).order_by("pk")[0]
    before = give_links(article)
    yield article
    set_links(article, before)


def test_an_editor_orders_deletes_and_goes_on_by_the_keyboard(desk: Page, covered: Article) -> None:
    before = linked(covered)
    desk.goto(change_url(covered))
    rows = desk.locator("#related_links-group tr.short-row")
    expect(rows).to_have_count(MANY - ROWS)
    expect(rows.first.locator("select")).to_have_count(0)
    desk.locator(f"#id_related_links-{MANY - 1}-DELETE").focus()
    desk.keyboard.press("Space")
    desk.locator(f"#id_related_links-{ROWS}-position").fill("0")
    # Scripts number all rows again when a new one is taken away.
    desk.locator("#related_links-group .add-row a").click()
    desk.locator(f"#related_links-{MANY} .inline-deletelink").click()
    desk.get_by_role("button", name=f"Save, then {ROWS + 1}–{MANY}").focus()
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(rf"related_from={ROWS + 1}#related_links-group$"))
    kept = linked(covered)
    assert sorted(kept) == sorted(before[:-1])
    assert before[ROWS] in kept[:2]
    expect(desk.locator(f"#related_links-{ROWS} .select2-selection")).to_be_visible()
    expect(desk.locator("#related_links-0 a").first).to_be_visible()
    follow(desk, desk.get_by_role("button", name=f"Save, then 1–{ROWS}"))
    assert linked(covered) == kept


def test_all_rows_can_be_used_by_everyone(examined: Page, covered: Article) -> None:
    for size in SIZES:
        examined.set_viewport_size(size)  # type: ignore[arg-type]
        examined.goto(change_url(covered))
        expect(examined.locator("#related_links-group .select2-container").first).to_be_visible()
        found = Axe().run(examined, context="#related_links-group", options=AXE_OPTIONS)
        assert found.violations_count == 0, found.generate_report()
        assert examined.evaluate("document.documentElement.scrollWidth") <= size["width"]
