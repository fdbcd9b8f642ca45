"""The browser tests' server, with an editor who may change everything: a site of its own, that nobody else reads."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, User
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

NAME, PASSWORD = "ada", "correct horse battery"


@pytest.fixture(scope="package")
def account(site_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: F811
    """Let somebody be an editor while these tests go on."""
    with django_db_blocker.unblock():
        user = User.objects.create_user(NAME, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name=EDITORS))
    yield
    with django_db_blocker.unblock():
        user.delete()


@pytest.fixture
def desk(account: None, new_page: NewPage, django_db_blocker: DjangoDbBlocker) -> Iterator[Page]:  # noqa: F811
    """Return a page on which an editor has logged in.

    The tests have no transaction of their own, as the mark django_db would give them: it would keep the server, which
    has its own connection, from writing.
    """
    with django_db_blocker.unblock():
        yield log_in(new_page())


@pytest.fixture
def examined(account: None, new_page: NewPage, django_db_blocker: DjangoDbBlocker) -> Iterator[Page]:  # noqa: F811
    """Return a page like ``desk`` that takes no notice of the security policy: axe writes styles of its own."""
    with django_db_blocker.unblock():
        yield log_in(new_page(bypass_csp=True))


def log_in(page: Page) -> Page:
    page.goto("/admin/")
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    return page
