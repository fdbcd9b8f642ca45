"""A site with something in every corner, what is in its database, and archives that were tampered with."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks import task

from articles.jobs import TaskOptions, enqueue
from articles.models import Article, Note, Pin, StoryComparison, TaskRecord, Worker
from newsreader.backup.manifest import NAME
from newsreader.backup.tables import MADE_BY_RUNNING, kept_models, label
from newsreader.backup.values import lines_of
from tests.support.factories import make_article, make_topic

ROOT = Path(__file__).resolve().parents[2]
Dump = dict[str, list[bytes]]


@task()
def nothing() -> None: ...


def make_site() -> Article:
    """Make rows of many tables, a file among the pictures, and tasks; return an article."""
    user = User.objects.create_superuser("ada", password="secret-pass", email="ada@a.example")
    topic = make_topic("Ümläute & <b>", slug="umlaute")
    first = make_article(
        [topic], title="Eins \u2028 \U0001f600 'quoted' \\ ", extra={"b": [1, None, 1.5], "a": {"é": "\u200f"}}
    )
    second = make_article([topic], [first], title="Two", published_date_time=timezone.now())
    Pin.objects.create(article=first, starts=timezone.now(), ends=timezone.now(), reason="look")
    note = Note.objects.create(article=first, text="Ask", author=user)
    note.mentioned.add(user)
    StoryComparison.objects.create(article=first, other=second, same=False)
    first.title = "Another title"
    first.edited = {"title": "Eins"}
    first.save()
    make_article().delete()  # its number is not given again
    picture = Path(settings.MEDIA_ROOT) / "assets" / "ä b.webp"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(bytes(range(256)) * 100)
    enqueue(nothing, options=TaskOptions(title="waits", user=user))
    return first


def make_tasks() -> None:
    """Make a task that runs, and one that is done."""
    worker = Worker.objects.create(name="w")
    for title, status in (("runs", "RUNNING"), ("done", "SUCCESSFUL")):
        enqueue(nothing, options=TaskOptions(title=title))
        record = TaskRecord.objects.get(title=title)
        record.worker = worker
        record.save()
        record.task.status, record.task.worker_ids = status, ["w"]
        record.task.save()


def dump() -> Dump:
    """Return all rows that archives have, but for those that a running site writes by itself."""
    return {label(model): list(lines_of(model)) for model in kept_models(apps) if label(model) not in MADE_BY_RUNNING}


def empty_database() -> None:
    """Delete all rows, as in a database that was just migrated."""
    for model in kept_models(apps):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
    call_command("rebuild_search", verbosity=0)


def tampered(path: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """Write a copy of an archive after ``change`` has changed its manifest and files; return its path."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop(NAME))
    change(manifest, files)
    copy = path.with_name(f"tampered-{path.name}")
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.writestr(NAME, json.dumps(manifest))
    return copy


def manage(url: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of manage.py on a database."""
    given = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"} | environment
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, env=given, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)
