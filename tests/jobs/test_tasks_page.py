"""The admin's page of tasks, and what the editors' start page says about them and about the worker."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.jobs import TaskOptions, enqueue
from articles.jobs.claims import claim
from articles.jobs.running import run_task
from articles.models import TaskRecord, TaskState, Worker
from tests.jobs.sample_tasks import note, note_and_refuse
from tests.support.accounts import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PAGE = "/admin/articles/taskrecord/"


@pytest.fixture
def editor() -> Client:
    return client_of(name="ada")


def add(title: str, state: TaskState = TaskState.WAITING) -> TaskRecord:
    """Add a task that is in a state."""
    task = note_and_refuse if state == TaskState.FAILED else note
    record = enqueue(task, "/dev/null", options=TaskOptions(title=title, tries=1))
    assert record
    if state != TaskState.WAITING:
        claimed = claim(Worker.objects.create(name="one"))
        assert claimed == record
        if state != TaskState.RUNNING:
            run_task(claimed)
    return TaskRecord.objects.select_related("task").get(pk=record.pk)


def add_one_of_each() -> dict[TaskState, TaskRecord]:
    states = (TaskState.RUNNING, TaskState.FAILED, TaskState.DONE, TaskState.WAITING)
    return {state: add(f"It is {state}", state) for state in states}


def test_tasks_are_listed_by_state_with_tries_and_errors(editor: Client) -> None:
    records = add_one_of_each()
    TaskRecord.objects.filter(pk=records[TaskState.RUNNING].pk).update(done=1, total=4)
    page = editor.get(PAGE).content.decode()
    for text in ("It is waiting", "It is running", "It is failed", "It is done", "ValueError: It is not to be.", "1/1"):
        assert text in page, text
    assert 'value="25"' in page
    for state in records:
        shown = editor.get(PAGE, {"state": state.value}).context["cl"].result_list
        assert [record.title for record in shown] == [f"It is {state}"]
    assert editor.get(PAGE, {"state": "cancelled"}).context["cl"].result_count == 0
    assert editor.get(PAGE, {"state": "odd"}).context["cl"].result_count == 4


def test_a_page_of_many_tasks_takes_few_queries(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        add(f"Task {number}", TaskState.DONE)
    for url in (PAGE, f"{PAGE}{TaskRecord.objects.all()[0].pk}/change/"):
        with django_assert_max_num_queries(7):
            assert editor.get(url).status_code == 200


def test_a_task_shows_its_error_and_is_tried_again(editor: Client) -> None:
    record = add("A sad task", TaskState.FAILED)
    page = editor.get(f"{PAGE}{record.pk}/change/").content.decode()
    assert "raise ValueError" in page
    assert f'formaction="{PAGE}{record.pk}/again/"' in page
    answer = editor.post(f"{PAGE}{record.pk}/again/", follow=True)
    assert "“A sad task” will be tried again." in answer.content.decode()
    assert TaskRecord.objects.in_state("waiting").get() == record
    assert "has not failed" in editor.post(f"{PAGE}{record.pk}/again/", follow=True).content.decode()


def test_a_task_is_cancelled(editor: Client) -> None:
    record = add("A needless task")
    assert f'formaction="{PAGE}{record.pk}/cancel/"' in editor.get(PAGE).content.decode()
    assert "is cancelled" in editor.post(f"{PAGE}{record.pk}/cancel/", follow=True).content.decode()
    assert TaskRecord.objects.in_state("cancelled").get() == record
    assert "has ended already" in editor.post(f"{PAGE}{record.pk}/cancel/", follow=True).content.decode()


def test_several_are_cancelled_and_tried_again_at_once(editor: Client) -> None:
    chosen = [add("one").pk, add("two").pk]
    editor.post(PAGE, {"action": "cancel_chosen", "_selected_action": chosen})
    assert TaskRecord.objects.in_state("cancelled").count() == 2
    editor.post(PAGE, {"action": "try_chosen_again", "_selected_action": chosen})
    assert TaskRecord.objects.in_state("waiting").count() == 2


def test_viewers_see_tasks_and_change_nothing_and_contributors_see_none() -> None:
    record = add("A task")
    viewer, contributor = client_of("Viewers"), client_of("Contributors")
    assert "A task" in viewer.get(PAGE).content.decode()
    assert (
        "formaction"
        not in viewer.get(PAGE).content.decode() + viewer.get(f"{PAGE}{record.pk}/change/").content.decode()
    )
    for client in (viewer, contributor):
        for name in ("cancel", "again"):
            assert client.post(f"{PAGE}{record.pk}/{name}/").status_code == 403
        client.post(PAGE, {"action": "cancel_chosen", "_selected_action": [record.pk]})
    assert [contributor.get(url).status_code for url in (PAGE, f"{PAGE}now/")] == [403, 403]
    assert contributor.get("/admin/").context["work"] is None
    assert TaskRecord.objects.in_state("waiting").get() == record


def test_nothing_is_done_by_a_link(editor: Client) -> None:
    record = add("A task")
    assert editor.get(f"{PAGE}{record.pk}/cancel/").status_code == 403


def test_the_start_page_says_that_no_worker_is_there_and_since_when(editor: Client) -> None:
    assert "No worker has been seen yet." in editor.get("/admin/").content.decode()
    worker = Worker.objects.create(name="one")
    assert "No worker has been seen" not in editor.get("/admin/").content.decode()
    Worker.objects.filter(pk=worker.pk).update(seen=timezone.now() - dt.timedelta(hours=3))
    assert "No worker has been seen for 3\xa0hours." in editor.get("/admin/").content.decode()


def test_a_worker_that_has_stopped_is_missed_at_once(editor: Client) -> None:
    Worker.objects.create(name="one", stopped=timezone.now())
    assert "No worker has been seen for" in editor.get("/admin/").content.decode()


def test_the_start_page_shows_what_waits_runs_and_has_failed_today(editor: Client, tmp_path: Path) -> None:
    records = add_one_of_each()
    TaskRecord.objects.filter(pk=records[TaskState.RUNNING].pk).update(done=1, total=2)
    page = editor.get("/admin/").content.decode()
    assert [state for state in records if f"It is {state}" in page] == ["running", "failed", "waiting"]
    assert 'value="50"' in page
    assert f'data-now="{PAGE}now/"' in page
    part = editor.get(f"{PAGE}now/")
    assert part["X-Is-Moving"] == "1"
    assert "It is running" in part.content.decode()
    task = records[TaskState.FAILED].task
    task.finished_at = timezone.now() - dt.timedelta(days=2)
    task.save()
    assert "It is failed" not in editor.get("/admin/").content.decode()


def test_the_start_page_takes_as_many_queries_for_many_tasks_as_for_one(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add("Task")
    with CaptureQueriesContext(connection) as of_one:
        editor.get("/admin/")
    for number in range(7):
        add(f"Task {number}")
    with django_assert_num_queries(len(of_one)):
        assert len(editor.get("/admin/").context["work"].tasks) == 8
