"""Tests that use one context after the other leave nothing in it."""

import pytest

from tests.browser.conftest import Shared

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

STORE = """async () => {
  localStorage.setItem("a", "b");
  sessionStorage.setItem("a", "b");
  document.cookie = "a=b; path=/";
  await caches.open("a");
  await new Promise((resolve) => { indexedDB.open("a").onsuccess = resolve; });
}"""
STORED = """async () => [
  localStorage.length, sessionStorage.length, document.cookie, await caches.keys(), await indexedDB.databases(),
]"""


def test_what_a_test_stored_and_opened_is_gone_for_the_next(shared: Shared, site_url: str) -> None:
    page = shared.context.new_page()
    page.goto("/offline/")
    page.evaluate(STORE)
    stored = page.evaluate(STORED)
    assert all(stored)
    shared.problems.append("said before")
    shared.forget(site_url)
    assert page.is_closed()
    assert shared.context.pages == [shared.keeper]
    assert shared.problems == []
    page = shared.context.new_page()
    page.goto("/offline/")
    assert page.evaluate(STORED) == [0, 0, "", [], []]
    shared.forget(site_url)


def test_what_a_page_does_wrong_is_noticed(shared: Shared, site_url: str) -> None:
    page = shared.context.new_page()
    page.goto("/offline/")
    with shared.context.expect_console_message():
        page.evaluate("console.warn('a warning')")
    with shared.context.expect_event("weberror"):
        page.evaluate("void setTimeout(() => { throw new Error('an error'); })")
    found = "\n".join(shared.problems)
    shared.forget(site_url)
    assert "a warning" in found
    assert "an error" in found
