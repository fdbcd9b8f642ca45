"""The browser tests' server, with an editor who may change everything: a site of its own, that nobody else reads."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import Page
from pytest_django import DjangoDbBlocker

from articles.editorial.roles import EDITORS
from tests.browser.conftest import (  # noqa: F401 - fixtures
    NewPage,
    _media,
    _small_pages_and_a_broken_one,
    browser,
    media_root,
    new_page,
    site_url,
)


@pytest.fixture(scope="package")
def session(site_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:  # noqa: F811
    """Create an editor for these tests; yield the key of a session in which the editor is logged in.

    A separate test logs in with the form, which would only slow down the others.
    """
    with django_db_blocker.unblock():
        user = User.objects.create_user("ada", is_staff=True)
        user.groups.add(Group.objects.get(name=EDITORS))
        client = Client()
        client.force_login(user)
    yield client.cookies[settings.SESSION_COOKIE_NAME].value
    with django_db_blocker.unblock():
        user.delete()


@pytest.fixture
def desk(session: str, site_url: str, new_page: NewPage, django_db_blocker: DjangoDbBlocker) -> Iterator[Page]:  # noqa: F811
    """Return a page of an editor who is logged in.

    The tests have no transaction of their own, as the mark django_db would give them: it would keep the server, which
    has its own connection, from writing.
    """
    with django_db_blocker.unblock():
        yield logged_in(new_page(), session, site_url)


@pytest.fixture
def examined(session: str, site_url: str, new_page: NewPage, django_db_blocker: DjangoDbBlocker) -> Iterator[Page]:  # noqa: F811
    """Return a page like ``desk`` that takes no notice of the security policy: axe writes styles of its own."""
    with django_db_blocker.unblock():
        yield logged_in(new_page(bypass_csp=True), session, site_url)


def logged_in(page: Page, session: str, url: str) -> Page:
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
    return page
