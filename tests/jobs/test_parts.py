"""Merges and changes of many articles: in parts that are done once, with progress, and undone as one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from articles.admin.article import bulk as bulk_module
from articles.admin.article import bulk_task
from articles.admin.taxonomy import merge as merge_module
from articles.jobs import merges, parts
from articles.jobs.claims import claim, give_back
from articles.jobs.current import TaskCancelledError, WorkerStopsError
from articles.jobs.running import run_task
from articles.listings import Listing, Scope
from articles.models import Action, Article, ArticleTopic, Provider, TaskRecord, Topic, Worker
from tests.support.accounts import client_of
from tests.support.desk import LIST
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make more than three articles many, and do two at a time."""
    for module in (bulk_module, merge_module):
        monkeypatch.setattr(module, "MAX_ARTICLES", 3)
    for module in (parts, merges, bulk_task):
        monkeypatch.setattr(module, "PART", 2)
    monkeypatch.setattr(parts, "PAUSE", 0)


@pytest.fixture
def editor() -> Client:
    return client_of(name="ada")


@pytest.fixture
def worker() -> Worker:
    return Worker.objects.create(name="one")


def work(worker: Worker) -> TaskRecord:
    record = claim(worker)
    assert record
    run_task(record)
    return again(record)


def again(record: TaskRecord) -> TaskRecord:
    return TaskRecord.objects.select_related("task", "action").get(pk=record.pk)


def stops_after(number: int, error: type[Exception]) -> Callable[[], bool]:
    """Return what a worker is asked after each part; at the given one, it stops or the task is cancelled."""
    counted: Iterator[int] = iter(range(1, 100))

    def stops() -> bool:
        if next(counted) == number:
            raise error
        return False

    return stops


def ask(editor: Client, name: str, articles: list[Article], **data: Any) -> str:
    """Confirm a change of articles at the desk, and return what the desk says."""
    ids = ",".join(str(article.pk) for article in articles)
    answer = editor.post(f"{LIST}bulk/{name}/", {"ids": ids, "confirm": "1"} | data, follow=True)
    return answer.content.decode()


def test_a_change_of_many_articles_is_done_by_the_worker_and_undone_as_one(editor: Client, worker: Worker) -> None:
    topic = make_topic()
    articles = [make_article([topic]) for _ in range(5)]
    assert "“Unpublished 5 articles” starts as soon as a worker is free." in ask(
        editor, "unlist", articles, reason="old"
    )
    assert Article.objects.listed().count() == 5
    record = work(worker)
    assert (record.state, record.done, record.total) == ("done", 5, 5)
    assert (Article.objects.listed().count(), Listing(Scope(topic=topic)).count) == (0, 0)
    whole = Action.objects.get(part_of=None)
    assert (whole.summary, whole.reason, str(whole.user)) == ("Unpublished 5 articles", "old", "ada")
    assert whole.parts.count() == 3
    assert record.action == whole
    undo = f"/admin/articles/action/{whole.pk}/undo/"
    assert f'<a href="{undo}">What it changed, and undo</a>' in editor.get("/admin/").content.decode()
    page = editor.get("/admin/articles/action/")
    assert [action.pk for action in page.context["cl"].result_list] == [whole.pk]
    shown = editor.get(f"/admin/articles/action/{whole.parts.first().pk}/undo/", follow=True)  # type: ignore[union-attr]
    assert shown.context["action"] == whole
    assert len(shown.context["rows"]) == 2
    editor.post(f"/admin/articles/action/{whole.pk}/undo/")
    undone = work(worker)
    assert (undone.state, undone.notes) == ("done", "")
    assert (Article.objects.listed().count(), Listing(Scope(topic=topic)).count) == (5, 5)
    whole.refresh_from_db()
    assert (whole.undone_at is not None, str(whole.undone_by)) == (True, "ada")


def test_a_few_articles_are_changed_at_once_and_pins_always(editor: Client, worker: Worker) -> None:
    articles = [make_article([make_topic()]) for _ in range(3)]
    ask(editor, "unlist", articles)
    assert Article.objects.listed().count() == 0
    assert not TaskRecord.objects.exists()
    articles.append(make_article())
    assert "At most 3 articles can be changed at once" in ask(editor, "pin", articles)


def test_without_a_worker_many_articles_are_not_changed(editor: Client) -> None:
    articles = [make_article() for _ in range(4)]
    assert "At most 3 articles can be changed at once" in ask(editor, "unlist", articles)
    assert Article.objects.listed().count() == 4


def test_topics_are_added_to_many_articles_with_what_the_form_was_sent(editor: Client, worker: Worker) -> None:
    articles, space = [make_article([make_topic()]) for _ in range(4)], make_topic("Space")
    ask(editor, "add_topics", articles, topics=[space.pk])
    assert work(worker).state == "done"
    assert ArticleTopic.objects.filter(topic=space).count() == 4
    ask(editor, "remove_topics", articles, topics=[space.pk])
    space.delete()
    record = work(worker)
    assert record.last_error == "What was chosen has been deleted or changed meanwhile."


def test_what_was_interrupted_goes_on_and_does_no_part_twice(editor: Client, worker: Worker) -> None:
    articles = [make_article([make_topic()]) for _ in range(5)]
    ask(editor, "unlist", articles)
    record = claim(worker)
    assert record
    run_task(record, stops_after(1, WorkerStopsError))
    assert (again(record).state, again(record).done, Article.objects.listed().count()) == ("waiting", 2, 3)
    # Who publishes one of them meanwhile has the last word.
    Article.objects.filter(pk=articles[0].pk).update(published=True)
    assert (work(worker).state, Action.objects.filter(part_of=None).count()) == ("done", 1)
    assert list(Article.objects.filter(published=True)) == [articles[0]]


def test_a_change_that_still_goes_on_is_not_undone(editor: Client, worker: Worker) -> None:
    ask(editor, "unlist", [make_article() for _ in range(5)])
    record = claim(worker)
    assert record
    run_task(record, stops_after(1, WorkerStopsError))
    whole = Action.objects.get(part_of=None)
    page = editor.post(f"/admin/articles/action/{whole.pk}/undo/", follow=True).content.decode()
    assert "This is still being done" in page
    assert Article.objects.listed().count() == 3


def merge(editor: Client, kind: str, one: Any, into: Any) -> None:
    url = f"/admin/articles/{kind}/{one.pk}/merge/"
    assert editor.post(url, {"into": into.pk, "reason": "the same"}).status_code == 302


def topics() -> dict[str, int]:
    return {topic.name: ArticleTopic.objects.filter(topic=topic).count() for topic in Topic.objects.order_by("name")}


@pytest.fixture
def pair() -> tuple[Topic, Topic]:
    """Two topics, of which one has five articles and the other one two of these."""
    one, into = make_topic("Robots"), make_topic("AI")
    for number in range(5):
        make_article([one, into] if number < 2 else [one])
    return one, into


def test_topics_with_many_articles_are_merged_by_the_worker_and_parted_again(
    editor: Client, worker: Worker, pair: tuple[Topic, Topic]
) -> None:
    merge(editor, "topic", *pair)
    assert topics() == {"AI": 2, "Robots": 5}
    record = work(worker)
    assert (record.state, record.done, record.total, record.title) == ("done", 6, 6, "Merge “Robots” into “AI”")
    assert topics() == {"AI": 5}
    assert Listing(Scope(topic=pair[1])).count == 5
    whole = Action.objects.get(part_of=None)
    assert (whole.summary, whole.reason) == ("Merged topic “Robots” into “AI”", "the same")
    editor.post(f"/admin/articles/action/{whole.pk}/undo/")
    undone = work(worker)
    assert (undone.state, undone.notes) == ("done", "")
    assert topics() == {"AI": 2, "Robots": 5}
    assert Listing(Scope(topic=Topic.objects.get(name="Robots"))).count == 5


def test_without_a_worker_topics_are_merged_in_the_request_and_parts_undone_there(
    editor: Client, worker: Worker, pair: tuple[Topic, Topic]
) -> None:
    merge(editor, "topic", *pair)
    work(worker)
    Worker.objects.all().delete()
    whole = Action.objects.get(part_of=None)
    editor.post(f"/admin/articles/action/{whole.pk}/undo/")
    assert topics() == {"AI": 2, "Robots": 5}
    merge(editor, "topic", *pair)
    assert topics() == {"AI": 5}
    assert TaskRecord.objects.count() == 1


def test_a_merge_that_is_cancelled_is_taken_back(editor: Client, worker: Worker, pair: tuple[Topic, Topic]) -> None:
    merge(editor, "topic", *pair)
    record = claim(worker)
    assert record
    run_task(record, stops_after(2, TaskCancelledError))
    assert again(record).state == "cancelled"
    assert topics() == {"AI": 2, "Robots": 5}


def test_a_merge_whose_worker_was_killed_at_its_end_is_done(
    editor: Client, worker: Worker, pair: tuple[Topic, Topic]
) -> None:
    merge(editor, "topic", *pair)
    record = claim(worker)
    assert record
    run_task(record)
    TaskRecord.objects.filter(pk=record.pk).update(worker=worker)
    task = again(record).task
    task.status = "RUNNING"
    task.save()
    give_back(again(record))
    assert work(worker).state == "done"
    assert topics() == {"AI": 5}


def test_a_merge_with_what_has_been_deleted_fails(editor: Client, worker: Worker, pair: tuple[Topic, Topic]) -> None:
    merge(editor, "topic", *pair)
    pair[1].delete()
    assert work(worker).last_error == "One of the two has been deleted."


def test_providers_with_many_articles_are_merged_by_the_worker_and_parted_again(editor: Client, worker: Worker) -> None:
    one, into = make_provider("one.example"), make_provider("into.example")
    for _ in range(5):
        make_article(provider=one)
    merge(editor, "provider", one, into)
    assert Article.objects.filter(provider=one).count() == 5
    assert work(worker).state == "done"
    assert not Provider.objects.filter(pk=one.pk).exists()
    assert Article.objects.filter(provider=into).count() == 5
    assert {row["domain"] for row in Article.objects.values_list("provider_said", flat=True)} == {"one.example"}
    editor.post(f"/admin/articles/action/{Action.objects.get(part_of=None).pk}/undo/")
    assert work(worker).state == "done"
    assert Article.objects.filter(provider__domain="one.example").count() == 5
