"""What all tests share. Tests never depend on the clock, on order or on the network."""

import gc
import math
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from _pytest.nodeid import coerce_node_id
from django.db import transaction
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from articles.changes import log
from articles.sync.imports import run
from articles.sync.imports.report import Report
from tests.support.databases import database_copy, url_of
from tests.support.migrated import Template
from tests.support.processor_times import ProcessorTimes
from tests.support.site_files import article_text

# An example may take long on a busy machine; CI tries the same ones every time.
settings.register_profile("newsreader", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("newsreader")

SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPORA = SHARED / "corpora"
SEED_EDITION = Path(__file__).resolve().parents[1] / "articles" / "seed"


# Who asks for one of these has the database, directly or by way of other fixtures.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="run what may differ on another database: leave out tests that use none, or are marked any_database",
    )
    parser.addoption("--processor-times", action="store_true", help="print which tests take most processor time")


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(100_000, 20, 20)  # almost nothing that is made while tests are collected is garbage
    if config.getoption("--processor-times"):
        config.pluginmanager.register(ProcessorTimes())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if getattr(config.option, "loadgroup", False):
        name_groups(items)
    if config.getoption("--database-only"):
        config.hook.pytest_deselected(items=[item for item in items if not depends_on_database(item)])
        items[:] = filter(depends_on_database, items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look no more for garbage among what stays until the end, and less often: it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def name_groups(items: list[pytest.Item]) -> None:
    """Name the group of each test that has one in its id, by which pytest-xdist gives it to a worker.

    pytest-xdist 3.8 does so in an attribute that pytest 9.2 does not read any more.
    """
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group and "@" not in item.nodeid.rpartition("]")[2]:
            item._id = coerce_node_id(f"{item.nodeid}@{group.args[0]}")


def depends_on_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    uses_it = item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)
    return uses_it and item.get_closest_marker("any_database") is None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With NO_SKIPS=1, as in CI, a skipped test fails the run: what it needs is there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if os.environ.get("NO_SKIPS") == "1" and skipped and not hasattr(session.config, "workerinput"):
        reporter.write_line(f"\nNO_SKIPS is set, and {len(skipped)} tests were skipped.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real files; a test that needs it is skipped where it is absent."""
    if not CORPORA.is_dir():
        pytest.skip("the corpora are not beside this checkout")
    return CORPORA


@pytest.fixture(scope="session")
def template(pytestconfig: pytest.Config) -> Template:
    """The migrated database of which the tests' own is a copy."""
    assert pytestconfig.cache
    return Template(pytestconfig.cache.mkdir("migrated"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    template: Template, django_db_modify_db_settings_parallel_suffix: None
) -> Iterator[ExitStack]:
    """Have Django copy the template, or make it of what Django migrates, until ``django_db_setup`` closes the stack."""
    with ExitStack() as stack:
        stack.enter_context(template.in_use())
        yield stack


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_modify_db_settings: ExitStack, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        django_db_modify_db_settings.close()


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _log_is_not_pruned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what follows each hundredth change: which one that is depends on PostgreSQL's sequence, so on other tests."""
    monkeypatch.setattr(log, "PRUNED_EVERY", math.inf)


@pytest.fixture(autouse=True)
def _accounts_for_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every import in the test's process fail if its totals do not account for each file."""
    import_all = run._import_all

    def checked(*arguments: Any) -> Report:
        report = import_all(*arguments)
        assert report.created + report.updated + report.unchanged + report.moved + report.left_out == report.read, (
            report
        )
        return report

    monkeypatch.setattr(run, "_import_all", checked)


@pytest.fixture
def new_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[Callable[[], str]]:
    """Return a function that makes a migrated and empty database for processes of their own, and returns its URL."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        yield lambda: url_of(stack.enter_context(database_copy(tmp_path)))


@pytest.fixture
def database_url(new_database: Callable[[], str]) -> str:
    return new_database()


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back at the end whatever is written to the database meanwhile; deleting it row by row takes far longer."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def write_article(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes an article file below ``tmp_path / "site"`` and returns its path.

    While there are others, each has an address of its own at its provider, unless it is told one.
    """
    first: set[Path] = set()

    def write(name: str = "2023-09-01-first.md", **keys: Any) -> Path:
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if any(other != path and other.exists() for other in first):
            keys = {"webUrl": f'"https://a.example/{name.rpartition("/")[0]}/{path.stem}"'} | keys
        elif "webUrl" not in keys:
            first.add(path)
        path.write_text(article_text(**keys), encoding="utf-8")
        return path

    return write
