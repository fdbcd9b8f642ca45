"""Whether database and cache answer, and how large the database is."""

from collections.abc import Iterator
from pathlib import Path

from django.core.cache import cache
from django.db import Error, connection, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Worker
from newsreader.operations.findings import Finding, check, error, ok, warning
from newsreader.operations.processes import web_workers
from newsreader.page_cache.shared import shared_cache

LARGE_LOG = 500_000_000  # bytes of a write-ahead log that nobody moves into the database
PATIENCE = 2000  # milliseconds to wait for another writer


@check("database", gettext_lazy("Database"))
def database() -> Iterator[Finding]:
    try:
        size = _size()
    except Error as failure:
        text = _("It does not answer: %s") % _line(failure)
        yield error(text, _("Start it, or correct %s.") % "DATABASE_URL")
        return
    yield from _writing(filesizeformat(size))
    log = _log_size()
    if log > LARGE_LOG:
        text = _("Its write-ahead log has %s.") % filesizeformat(log)
        yield warning(text, _("Something has been reading for very long: restart the site's processes."))


def _writing(size: str) -> Iterator[Finding]:
    try:
        write_nothing()
    except Error as failure:
        if "locked" in str(failure):
            text = _("Somebody else has been writing for some seconds; it has %s.") % size
            yield warning(text, _("Look again in a minute; an import may be running."))
        else:
            text = _("It can be read, but not written to: %s") % _line(failure)
            yield error(text, _("Free space on its disk, and give the site's account the right to write there."))
    else:
        yield ok(_("It answers and can be written to; it has %s.") % size)


def write_nothing() -> None:
    """Write a row and take it back; raise Error if that is impossible."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if is_sqlite:
            cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            with transaction.atomic():
                Worker.objects.create(name="doctor")
                transaction.set_rollback(True)
        finally:
            if is_sqlite:
                seconds = connection.settings_dict["OPTIONS"].get("timeout", 5)
                cursor.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _size() -> int:
    question = "SELECT pg_database_size(current_database())"
    if connection.vendor == "sqlite":
        question = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])


def _log_size() -> int:
    path = Path(f"{connection.settings_dict['NAME']}-wal")
    return path.stat().st_size if connection.vendor == "sqlite" and path.is_file() else 0


@check("cache", gettext_lazy("Cache"))
def cache_answers() -> Iterator[Finding]:
    processes = web_workers()
    try:
        if ask := getattr(cache, "ask", None):  # Redis: otherwise counts of this process would answer
            ask()
        cache.set("doctor", "well", 10)
        is_well = cache.get("doctor") == "well"
    except Exception as failure:  # noqa: BLE001 - each kind of cache has errors of its own
        is_well, why = False, _line(failure)
    else:
        why = _("it forgets")
    if not is_well:
        yield error(_("It does not answer: %s") % why, _("Start it, or correct %s.") % "CACHE_URL")
    elif shared_cache() is not None:
        yield ok(_("All processes share it, and it answers."))
    elif processes > 1:
        text = _("Each of the %d processes has one of its own, so that each has limits of its own.") % processes
        yield warning(text, _("Give them one that they share: %s") % "CACHE_URL=redis://127.0.0.1:6379/0")
    else:
        yield ok(_("It is within the process, which is enough for one."))


def _line(failure: Exception) -> str:
    return " ".join(str(failure).split())
