"""The activity: what editors and schedules did, by day, filtered, and as CSV."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.editorial.recording import recording, start_whole
from articles.editorial.stories.declining import decline
from articles.editorial.undo import undo
from articles.models import Action, Article, Topic
from tests.support.desk import export_of
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/action/"


def summaries(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{LIST}{query}")
    assert response.status_code == 200
    return [action.summary for action in response.context["cl"].result_list]


def rename(user: User | None, topic: Topic, name: str, reason: str = "", part_of: Action | None = None) -> Action:
    with recording(user, "change", f"“{topic.name}” to “{name}”", reason, part_of) as record:
        record.watch(Topic, pk=topic.pk)
        Topic.objects.filter(pk=topic.pk).update(description=name)
    assert record.action
    return record.action


def at(action: Action, time: str) -> None:
    Action.objects.filter(pk=action.pk).update(time=dt.datetime.fromisoformat(time))


@pytest.fixture
def grace(db: None) -> User:
    return User.objects.create_user("grace")


def test_actions_stand_below_their_day_in_the_zone_of_the_site(editor: Client, grace: User, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    topic = make_topic("AI")
    for name, time in (("a", "2024-05-01T14:00Z"), ("b", "2024-05-01T16:00Z"), ("c", "2024-05-01T20:00Z")):
        at(rename(grace, topic, name, "because"), time.replace("Z", "+00:00"))
    page = editor.get(LIST).content.decode()
    first, second = page.index("2 May 2024"), page.index("1 May 2024")
    assert [page.count(day) for day in ("<h2>2 May 2024</h2>", "<h2>1 May 2024</h2>")] == [1, 1]
    assert first < page.index("to “c”") < page.index("to “b”") < second < page.index("to “a”")
    assert ">05:00</time>" in page
    assert page.count("because") == 3


def test_filters_by_who_what_state_and_day(editor: Client, grace: User) -> None:
    topic, article = make_topic("AI"), make_article(title="Old title")
    by_topic = rename(grace, topic, "x")
    by_schedule = rename(None, topic, "y")
    with recording(grace, "change", "A title") as record:
        record.watch_articles([article.pk])
        Article.objects.filter(pk=article.pk).update(title="New title")
    by_article = record.action
    assert by_article
    undo(by_article, grace)
    at(by_topic, "2024-05-01T23:30+00:00")
    at(by_schedule, "2024-05-02T00:10+00:00")
    names = {each.pk: each.summary for each in Action.objects.all()}
    assert summaries(editor, f"?who={grace.pk}") == [names[max(names)], names[by_article.pk], names[by_topic.pk]]
    assert names[by_schedule.pk] in summaries(editor, "?who=schedule")
    assert names[by_topic.pk] not in summaries(editor, "?who=schedule")
    assert summaries(editor, "?about=topics") == [names[by_schedule.pk], names[by_topic.pk]]
    assert summaries(editor, "?about=pins") == []
    assert summaries(editor, "?state=undone") == [names[by_article.pk]]
    assert names[by_article.pk] not in summaries(editor, "?state=valid")
    assert summaries(editor, "?day_from=2024-05-01&day_to=2024-05-01") == [names[by_topic.pk]]
    assert summaries(editor, "?day_to=2024-05-02") == [names[by_schedule.pk], names[by_topic.pk]]


def test_an_action_in_parts_is_found_by_what_its_parts_changed(editor: Client, grace: User) -> None:
    whole = start_whole(grace, "change", "Many at once", "")
    rename(grace, make_topic("AI"), "x", part_of=whole)
    assert summaries(editor) == ["Many at once"]
    assert summaries(editor, "?about=topics") == ["Many at once"]
    assert summaries(editor, "?about=articles") == []


def test_what_changes_no_story_is_about_it_all_the_same(editor: Client, grace: User) -> None:
    one, other = make_article(), make_article()
    action = decline(grace, [((one.pk, other.pk), False)], "Not so: two events")
    assert action
    assert summaries(editor, "?about=stories") == ["Not so: two events"]
    assert summaries(editor, "?about=threads") == []


def test_words_are_searched_for_in_what_was_done_and_why(editor: Client, grace: User) -> None:
    topic = make_topic("AI")
    rename(grace, topic, "one", "a reader wrote")
    rename(grace, topic, "two")
    assert summaries(editor, "?q=reader") == ["“AI” to “one”"]
    assert summaries(editor, "?q=“two”") == ["“AI” to “two”"]


def test_the_export_holds_all_pages_of_what_is_filtered(editor: Client, grace: User) -> None:
    topic = make_topic("AI")
    for number in range(60):
        rename(grace, topic, f"name {number}")
    undone = Action.objects.latest("pk")
    undo(undone, grace)
    rename(None, topic, "other", "=HYPERLINK(1)")
    rows = list(csv.DictReader(io.StringIO(export_of(editor, "action", f"?who={grace.pk}"))))
    assert len(rows) == 61
    assert [row["what"] for row in rows[1:]] == [f"“AI” to “name {number}”" for number in range(59, -1, -1)]
    assert [(row["user"], row["undone by"]) for row in rows[:3]] == [("grace", ""), ("grace", "grace"), ("grace", "")]
    assert dt.datetime.fromisoformat(rows[1]["time"]) == undone.time.replace(microsecond=0)
    assert dt.datetime.fromisoformat(rows[1]["undone"]) <= timezone.now()
    scheduled = list(csv.DictReader(io.StringIO(export_of(editor, "action", "?who=schedule"))))
    assert [(row["user"], row["reason"]) for row in scheduled] == [("schedule", "'=HYPERLINK(1)")]
    link = f"/admin/articles/action/export/?who={grace.pk}"
    assert link in editor.get(f"{LIST}?who={grace.pk}").content.decode()


def test_an_export_with_a_filter_that_cannot_be_leads_to_the_list(editor: Client) -> None:
    response = editor.get(f"{LIST}export/?day_from=never")
    assert (response.status_code, response["Location"]) == (302, LIST)


def test_exports_are_for_who_may_see_the_activity(client: Client, grace: User) -> None:
    grace.is_staff = True
    grace.save()
    client.force_login(grace)
    assert client.get(f"{LIST}export/").status_code == 403


def test_the_activity_takes_as_many_queries_however_long(
    editor: Client, grace: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    topic = make_topic("AI")
    for number in range(30):
        rename(grace, topic, f"name {number}")
    with django_assert_max_num_queries(8):
        assert len(summaries(editor)) == 30
