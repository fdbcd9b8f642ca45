"""Shares of providers on a topic's page, and of topics on a provider's."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import visit
from tests.support.pages import DESKTOP, PHONE, follow, resize

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_topic_says_who_covers_it_and_a_provider_what_it_covers(page: Page, size: tuple[int, int]) -> None:
    resize(page, size)
    visit(page, "topic")
    section = page.get_by_role("region", name="Who covers it")
    rows = section.get_by_role("listitem")
    assert 2 <= rows.count() <= 6
    for row in rows.all():
        share = int(row.locator(".shares__count").inner_text().partition("%")[0])
        whole, bar = (row.locator(each).bounding_box() for each in (".shares__bar", ".shares__bar rect"))
        assert whole
        assert bar
        assert abs(100 * bar["width"] / whole["width"] - share) < 1
    assert page.evaluate("measure.smallTargets('.shares a', 24)") == []
    name = section.get_by_role("link").first.inner_text()
    follow(page, section.get_by_role("link").first)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    visit(page, "provider")
    covered = page.get_by_role("region", name="What it covers")
    follow(page, covered.get_by_role("link").first)
    assert "/topics/" in page.url
