"""Histories of times long past are thinned; what is needed to go on stays."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.editorial.recording import recording
from articles.jobs import TaskOptions, enqueue
from articles.jobs.thinning import thin, thin_histories
from articles.models import Action, Article, ImportChange, ImportProblem, ImportRun, Pin, PreviewLink
from tests.jobs.sample_tasks import note
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db
NOW = timezone.now()
OLD = NOW - dt.timedelta(days=400)
BEFORE = NOW - dt.timedelta(days=365)


def edit(article: Article, quality: int, time: dt.datetime) -> None:
    with recording(None, "test", f"Set {quality}") as record:
        record.watch(Article, pk=article.pk)
        Article.objects.filter(pk=article.pk).update(quality=quality)
    assert record.action
    Action.objects.filter(pk=record.action.pk).update(time=time)
    Article.history.filter(action=record.action).update(history_date=time)


def import_run(time: dt.datetime) -> ImportRun:
    run = ImportRun.objects.create(started=time, finished=time, state="finished", paths="x")
    ImportProblem.objects.create(run=run, path="a", line=1, code="E101", message="m")
    ImportChange.objects.create(run=run, article_id=1, changed={})
    return run


@pytest.fixture(autouse=True)
def _histories() -> None:
    article, other = make_article(), make_article()
    for quality, time in ((1, OLD), (2, OLD), (3, NOW)):
        edit(article, quality, time)
    edit(other, 1, OLD)
    Pin.objects.create(article=article, starts=OLD, ends=NOW)
    for time in (OLD, NOW):
        PreviewLink.objects.create(article=article, expires_at=time)
    import_run(OLD)
    enqueue(note, "x", options=TaskOptions(title="done"))
    enqueue(note, "x", options=TaskOptions(title="waits"))
    DBTaskResult.objects.filter(record__title="done").update(status="SUCCESSFUL", finished_at=OLD)


def left() -> tuple[Any, ...]:
    versions = list(Article.history.order_by("history_id").values_list("quality", flat=True))
    return Action.objects.count(), versions, ImportRun.objects.count(), DBTaskResult.objects.count()


def test_the_latest_version_of_each_row_and_the_last_import_stay() -> None:
    assert thin(BEFORE) == {"actions": 3, "imports": 0, "preview links": 1, "tasks": 1, "versions": 2}
    assert left() == (1, [3, 1], 1, 1)
    import_run(NOW)
    assert thin(BEFORE)["imports"] == 1
    assert (ImportProblem.objects.count(), ImportChange.objects.count()) == (1, 1)
    assert Pin.objects.count() == 1


def test_a_dry_run_only_counts(capsys: Any) -> None:
    before = left()
    call_command("cleanup", "--histories", "1y", "--dry-run")
    assert capsys.readouterr().out == "would delete 3 actions, 0 imports, 1 preview links, 1 tasks, 2 versions\n"
    assert left() == before


def test_the_worker_thins_as_long_as_is_set(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HISTORY_DAYS = 365
    monkeypatch.setattr("articles.jobs.thinning.AT_ONCE", 1)
    thin_histories.call()
    assert left() == (1, [3, 1], 1, 1)
