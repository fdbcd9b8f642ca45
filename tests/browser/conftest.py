"""A live server with the sample edition, and pages of Chromium that watch for errors.

Server and browser are made once in a worker and end with its last test of this folder, so that
neither the articles nor Playwright's event loop reach other tests. No other host is asked anything.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.live_server_helper import LiveServer

from articles.content.importing import import_paths
from articles.content.problems import Level, Problem
from articles.models import Story
from tests.browser.edition import EXTRA_FILES, PAGE_SIZE, PAGES, STATUSES
from tests.conftest import SEED_EDITION

# Playwright's synchronous calls run on an event loop in this thread, which Django takes for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# pytest-django makes the database of the tests only if one of them is marked; this folder's articles must go nowhere else.
REAL_DATABASE = connection.settings_dict["NAME"]
MEASURE_SCRIPT = Path(__file__).with_name("measure.js")

NewPage = Callable[..., Page]


@pytest.fixture(scope="package")
def media_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def _media(media_root: Path, settings: Settings) -> None:
    """Take the place of the fixture that gives every test a media folder: here they share what was imported."""
    settings.MEDIA_ROOT = media_root


@pytest.fixture(autouse=True)
def _small_pages_and_a_broken_one(settings: Settings) -> None:
    settings.PAGE_SIZE = PAGE_SIZE
    settings.ROOT_URLCONF = "tests.browser.urls"


@pytest.fixture(scope="package")
def site_url(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    media_root: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Serve the sample edition and the extra articles; return the server's address without a slash at the end.

    pytest-django's ``live_server`` would empty the database after every test, so its server is used directly.
    """
    assert connection.settings_dict["NAME"] != REAL_DATABASE, "a test here lacks the mark django_db"
    extra = tmp_path_factory.mktemp("extra")
    shutil.copytree(SEED_EDITION / "assets", extra / "assets")
    for name, text in EXTRA_FILES.items():
        path = extra / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with django_db_blocker.unblock():
        fill_site(extra, media_root)
        server = LiveServer("127.0.0.1")
        try:
            yield server.url
        finally:
            server.stop()
            empty_tables()
            connection.close()


def fill_site(extra: Path, media_root: Path) -> None:
    """Import the sample edition and the extra articles."""
    problems: list[Problem] = []
    with override_settings(MEDIA_ROOT=media_root):
        import_paths([SEED_EDITION, extra], lambda root, problem: problems.append(problem))
    assert [problem for problem in problems if problem.level != Level.NOTE] == []
    PAGES["story"] = Story.objects.order_by("-size")[0].get_absolute_url()


def empty_tables() -> None:
    """Leave the tests of other folders what they expect: no articles, and the groups that ``migrate`` made."""
    tables = [model._meta.db_table for model in apps.get_app_config("articles").get_models()]
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables, allow_cascade=True))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if executable is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
        # Under the event loop this thread has a database connection of its own, which nobody else closes.
        connection.close()


@pytest.fixture
def new_page(browser: Browser, site_url: str) -> Iterator[NewPage]:
    """Return a function that opens an empty page, given options of a browser context.

    The test fails at its end if a page had an error, broke the security policy or asked another host.
    """
    contexts = []
    problems: list[str] = []
    elsewhere = re.compile(rf"^(?!{re.escape(site_url)}/)")
    expected = {site_url + PAGES[name] for name in STATUSES}

    def refuse(route: Route) -> None:
        problems.append(f"asked another host: {route.request.url}")
        route.abort()

    def note(message: ConsoleMessage) -> None:
        of_the_page_itself = message.location["url"] in expected and message.text.startswith("Failed to load resource")
        if "Content Security Policy" in message.text or (message.type == "error" and not of_the_page_itself):
            problems.append(f"{message.location['url']}: {message.text}")

    def new(**options: object) -> Page:
        context = browser.new_context(base_url=site_url, **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.add_init_script(path=MEASURE_SCRIPT)
        context.route(elsewhere, refuse)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


def visit(page: Page, name: str) -> None:
    """Open the page of a type, and see that its status is the one that belongs to it."""
    response = page.goto(PAGES[name])
    assert response is not None
    assert response.status == STATUSES.get(name, 200)
