"""A live server with the sample edition, and pages of Chromium that watch for errors.

Server and browser are made once in a worker and end with its last test of this folder, so that
neither the articles nor Playwright's event loop reach other tests. No other host is asked anything.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.live_server_helper import LiveServer

from articles.content.problems import Level, Problem
from articles.models import Story
from articles.sync.imports.run import import_paths
from bench.chromium import ARGUMENTS, find_headless_chromium
from bench.production import Site, production_site
from tests.conftest import SEED_EDITION
from tests.support.edition import EXTRA_FILES, PAGE_SIZE, PAGES, STATUSES, WITHDRAWN
from tests.support.migrated import Template

# Playwright's synchronous calls run on an event loop in this thread, which Django takes for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# pytest-django makes the database of the tests only if one of them is marked; this folder's articles must go nowhere else.
REAL_DATABASE = connection.settings_dict["NAME"]
# There is no other host; this costs nothing, while to intercept requests would turn Chromium's cache off. Passkeys belong
# to names of hosts.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
# Every page is of the one site: there is nothing to keep apart in processes of their own, two or three for each test.
ONE_RENDERER = ("--disable-site-isolation-trials", "--renderer-process-limit=1")
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
            wait_for_answers()
            server.stop()
            empty_tables()
            connection.close()


def wait_for_answers() -> None:
    """Wait until the server's threads end: they close their database connection, which they share while it runs."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=10)


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
def browser(site_url: str) -> Iterator[Browser]:
    """Start Chromium, and close it before the server stops: its open connections hold the server's threads."""
    executable = find_headless_chromium()
    if executable is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*ARGUMENTS, ALONE, *ONE_RENDERER])
        yield browser
        browser.close()
        # Under the event loop this thread has a database connection of its own, which nobody else closes.
        connection.close()


@pytest.fixture(scope="package")
def production(template: Template) -> Iterator[Site]:
    """The sample edition as it is served in production."""
    with production_site({WITHDRAWN: EXTRA_FILES[WITHDRAWN]}, template.file) as site:
        yield site


@pytest.fixture
def new_page(browser: Browser, site_url: str) -> Iterator[NewPage]:
    """Return a function that opens an empty page, given options of a browser context."""
    with watched_pages(browser, site_url) as new:
        yield new


@dataclass(frozen=True, slots=True)
class Shared:
    """A context that tests use one after the other, a page that nobody visits, and what went wrong since the last."""

    context: BrowserContext
    keeper: Page
    problems: list[str]

    def forget(self, site_url: str) -> None:
        """Close the pages of a test, and empty what they stored."""
        for page in self.context.pages:
            if page != self.keeper:
                page.close()
        self.context.clear_cookies()
        session = self.context.new_cdp_session(self.keeper)
        session.send("Storage.clearDataForOrigin", {"origin": site_url, "storageTypes": "all"})
        session.detach()
        self.problems.clear()


@pytest.fixture(scope="package")
def shared(browser: Browser, site_url: str) -> Iterator[Shared]:
    """One context for all tests of ordinary pages, whose process, kept up by an empty page, starts once."""
    problems: list[str] = []
    context = watched_context(browser, site_url, problems)
    yield Shared(context, context.new_page(), problems)
    context.close()


@pytest.fixture
def page(shared: Shared, site_url: str) -> Iterator[Page]:
    """Return a page with nothing stored. What is set for a whole context, such as its clock, needs one of ``new_page``."""
    yield shared.context.new_page()
    problems = [*shared.problems]
    shared.forget(site_url)
    assert not problems, "\n".join(problems)


@pytest.fixture
def production_page(browser: Browser, production: Site) -> Iterator[Page]:
    with watched_pages(browser, production.url) as new:
        yield new(service_workers="block")


@contextmanager
def watched_pages(browser: Browser, site_url: str) -> Iterator[NewPage]:
    """Yield a function that opens an empty page; fail in the end if one wrote to the console or asked another host.

    Pages come from the server alone unless ``service_workers="allow"`` is one of the options.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def new(**options: object) -> Page:
        contexts.append(watched_context(browser, site_url, problems, **options))
        return contexts[-1].new_page()

    yield new
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


def watched_context(browser: Browser, site_url: str, problems: list[str], **options: object) -> BrowserContext:
    """Return a new context that adds to ``problems`` what its pages write to the console or ask another host."""
    # Where style sheets come slowly, Chromium breaks off the fade between pages, and calls that an error.
    options = {"reduced_motion": "reduce", "service_workers": "block"} | options
    context = browser.new_context(base_url=site_url, **options)  # type: ignore[arg-type]
    context.add_init_script(path=MEASURE_SCRIPT)
    context.on("request", lambda request: problems.extend(asked_elsewhere(request, site_url)))
    context.on("console", lambda message: problems.extend(unexpected(message, site_url)))
    context.on("weberror", lambda error: problems.append(str(error.error)))
    return context


def asked_elsewhere(request: Request, site_url: str) -> Iterator[str]:
    if not request.url.startswith((f"{site_url}/", "data:", "blob:", "about:")):
        yield f"asked another host: {request.url}"


def unexpected(message: ConsoleMessage, site_url: str) -> Iterator[str]:
    """Yield what a page wrote to the console, unless it belongs to what the tests do."""
    url = message.location["url"]
    expected = {site_url + PAGES[name] for name in STATUSES}
    is_expected = url in expected and message.text.startswith("Failed to load resource")
    # Without a network, pictures that were not seen with one are missing.
    is_expected |= "/media/" in url and message.text.endswith("net::ERR_FAILED")
    # Advice for password managers about a page that is Django's own.
    is_expected |= "Password forms should have (optionally hidden) username fields" in message.text
    # The tests themselves keep service workers out.
    is_expected |= message.text == "Service Worker registration blocked by Playwright"
    if not is_expected:
        yield f"{url}: {message.text}"


def visit(page: Page, name: str) -> None:
    """Open the page of a type, and see that its status is the one that belongs to it."""
    response = page.goto(PAGES[name])
    assert response is not None
    assert response.status == STATUSES.get(name, 200)
