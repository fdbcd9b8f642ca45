"""The page on which administrators see how the site is, in Chromium."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from tests.browser.conftest import NewPage
from tests.browser_desk.conftest import logged_in
from tests.support.axe import serious

pytestmark = pytest.mark.browser


@pytest.fixture
def root(site_url: str, new_page: NewPage, django_db_blocker: DjangoDbBlocker) -> Iterator[Page]:
    with django_db_blocker.unblock():
        user = User.objects.create_superuser("root")
        client = Client()
        client.force_login(user)
        yield logged_in(new_page(bypass_csp=True), client.cookies[settings.SESSION_COOKIE_NAME].value, site_url)
        user.delete()


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_wrong_comes_first_and_is_said_in_words(root: Page, width: int) -> None:
    root.set_viewport_size({"width": width, "height": 800})
    root.goto("/admin/")
    root.get_by_role("link", name="Health").click()
    rows = root.locator(".health dl > div")
    expect(rows.first).to_contain_text("error")
    expect(root.locator(".health")).to_contain_text("None is running.")
    expect(rows.last).to_contain_text("well")
    assert root.evaluate("document.documentElement.scrollWidth") <= width
    for scheme in ("light", "dark"):
        root.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert list(serious(root)) == []


@pytest.mark.django_db  # one test has to ask for the database, so that there is one
def test_it_speaks_the_language_of_the_desk(client: Client) -> None:
    client.force_login(User.objects.create_superuser("other root"))
    with translation.override("de"):
        assert "Keiner läuft." in client.get("/admin/health/").content.decode()
