"""Headlines that an article had before, on its page."""

import datetime as dt
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from articles.models import Article, EarlierTitle
from tests.browser.conftest import visit
from tests.support.edition import LONG_WORD
from tests.support.pages import AXE_OPTIONS, DESKTOP, NARROWEST, resize

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module", autouse=True)
def _earlier(site_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Outside of the tests' transactions, which the server does not see."""
    with django_db_blocker.unblock():
        article = Article.objects.get(slug="the-marsh-that-ate-the-storm")
        titles = ("المدينة الساحلية", f"{LONG_WORD} {LONG_WORD}", "The marsh and the storm")
        for hours, title in enumerate(titles, start=1):
            until = article.published_date_time + dt.timedelta(hours=hours)
            EarlierTitle.objects.create(article=article, title=title, until=until)
        yield
        EarlierTitle.objects.all().delete()


@pytest.mark.parametrize(("size", "scheme"), [(NARROWEST, "dark"), (DESKTOP, "light")])
def test_what_a_headline_was_stands_below_it_and_the_ones_before_are_a_click_away(
    page: Page, size: tuple[int, int], scheme: str
) -> None:
    resize(page, size, scheme)
    visit(page, "article")
    told = page.locator(".story__headlines > p")
    expect(told).to_contain_text("Headline was: The marsh and the storm until ")
    others = page.locator(".story__headlines details q")
    expect(others.first).to_be_hidden()
    page.get_by_text("2 earlier headlines").click()
    assert others.all_inner_texts() == [f"{LONG_WORD} {LONG_WORD}", "المدينة الساحلية"]
    assert others.last.get_attribute("dir") == "rtl"
    flaws = page.evaluate("measure.overflows()")
    assert not flaws, "\n".join(flaws)
    assert page.evaluate("measure.smallTargets('.story__headlines summary', 24)") == []
    assert Axe().run(page, options=AXE_OPTIONS).response["violations"] == []
