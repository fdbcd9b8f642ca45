"""Histories of articles, topics and providers, and going back in them."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.editorial.merging import merge_topics
from articles.models import Action, ImportChange, ImportRun, Pin, Topic
from tests.support.desk import LIST, change_url, form_of
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_a_history_shows_actions_and_imports_and_goes_back(editor: Client) -> None:
    ai, climate = make_topic("AI"), make_topic("Climate")
    article = make_article([ai], title="One two three four five")
    for title in ("One two 3 four five", "Something else entirely here"):
        data = form_of(editor, article) | {"title": title, "topic_links-0-topic": climate.pk}
        assert editor.post(change_url(article), data).status_code == 302
    run = ImportRun.objects.create(started=timezone.now() + HOUR, paths="x", state="finished")
    ImportChange.objects.create(run=run, article_id=article.pk, changed={"heat": [1, 2]})
    page = editor.get(f"{LIST}{article.pk}/history/")
    entries = page.context["entries"]
    assert [entry.who for entry in entries] == ["import", "ada", "ada"]
    first = {each.label: [(part.kind, part.text.strip()) for part in each.parts] for each in entries[2].differences}
    assert first["title"] == [("same", "One two"), ("gone", "three"), ("new", "3"), ("same", "four five")]
    assert first["topics"] == [("gone", "AI"), ("new", "Climate")]
    assert [each.label for each in entries[0].differences] == ["heat"]
    assert f"/admin/articles/importrun/{run.pk}/change/" in page.content.decode()
    version = f"{LIST}{article.pk}/history/{entries[2].version}/"
    assert "One two 3" in editor.get(version).content.decode()
    assert editor.post(version).status_code == 302
    article.refresh_from_db()
    assert article.title == "One two 3 four five"
    assert editor.get(f"{LIST}{article.pk}/history/").context["entries"][1].summary.startswith("“Something else")


def test_the_mark_of_articles_that_do_not_lead_is_shown_nowhere(editor: Client) -> None:
    article = make_article(heat=5, edited={"heat": 5}, conflicts={"heat": -1})
    run = ImportRun.objects.create(started=timezone.now() + HOUR, paths="x", state="finished")
    ImportChange.objects.create(run=run, article_id=article.pk, changed={"heat": [-1, 5]})
    ImportChange.objects.create(run=run, article_id=article.pk, changed={"heat": [5, -1]})
    entries = editor.get(f"{LIST}{article.pk}/history/").context["entries"]
    parts = [[(part.kind, part.text) for part in each.differences[0].parts] for each in entries]
    assert sorted(parts) == [[("gone", "5")], [("new", "5")]]
    [(name, _key, mine, file)] = editor.get(f"{LIST}{article.pk}/conflicts/").context["fields"]
    assert (name, mine, file) == ("heat", ["5"], ["–"])


def test_who_saves_a_form_of_a_row_that_is_gone_is_told_once(editor: Client) -> None:
    for kind in ("article", "topic", "provider"):
        page = editor.post(f"/admin/articles/{kind}/999999/change/", {"name": "x"}, follow=True)
        assert len(page.context["messages"]) == 1
        assert "doesn’t exist" in page.content.decode()


@pytest.mark.parametrize(("model", "field"), [("topic", "description"), ("provider", "description"), ("pin", "reason")])
def test_other_rows_have_histories_and_go_back_too(editor: Client, model: str, field: str) -> None:
    provider, topic = make_provider(description="old"), make_topic(description="old")
    pin = Pin.objects.create(article=make_article(), ends=timezone.now() + HOUR, reason="old")
    row: Any = {"topic": topic, "provider": provider, "pin": pin}[model]
    url = f"/admin/articles/{model}/{row.pk}/"
    for value in ("new", "newer"):
        data = form_of(editor, f"{url}change/") | {field: value}
        assert editor.post(f"{url}change/", data).status_code == 302
    entries = editor.get(f"{url}history/").context["entries"]
    assert [[part.text for part in entry.differences[0].parts] for entry in entries] == [
        ["new", "newer"],
        ["old", "new"],
    ]
    assert editor.post(f"{url}history/{entries[1].version}/").status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == "new"
    editor.post(f"/admin/articles/action/{Action.objects.first().pk}/undo/")  # type: ignore[union-attr]
    row.refresh_from_db()
    assert getattr(row, field) == "newer"


def test_a_deleted_topic_comes_back_from_its_action(editor: Client) -> None:
    topic = make_topic()
    article = make_article([topic])
    assert editor.post(f"/admin/articles/topic/{topic.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Topic.objects.exists()
    action = Action.objects.get()
    assert action.summary == "Deleted topic “AI”"
    page = editor.post(f"/admin/articles/action/{action.pk}/undo/", follow=True)
    assert page.status_code == 200
    assert [link.topic_id for link in article.topic_links.all()] == [topic.pk]
    assert editor.get("/topics/ai/").context["page"].paginator.count == 1


def test_a_merge_shows_each_article_that_moved_and_the_names_of_what_is_gone(editor: Client) -> None:
    blockchain, web = make_topic("Blockchain"), make_topic("Web")
    first, both = make_article([blockchain], title="First"), make_article([blockchain, web], title="Both")
    action = merge_topics(None, blockchain, web)
    assert action
    page = editor.get(f"/admin/articles/action/{action.pk}/undo/")
    rows = {
        title: {each.label: [(part.kind, part.text.strip()) for part in each.parts] for each in differences}
        for title, differences, _url in page.context["rows"]
    }
    # What is still there is linked, and all of it is counted by kind.
    urls = {row.title: row.url for row in page.context["rows"]}
    assert urls["article “First”"] == change_url(first)
    assert urls["topic “Blockchain”"] == ""
    assert f'<a href="{change_url(first)}">article “First”</a>' in page.content.decode()
    kinds = page.context["kinds"]
    assert (kinds[0], set(kinds[1:])) == ("articles: 2", {"topics: 1", "other names and old addresses: 1"})
    assert rows["article “First”"]["topics"] == [("gone", "Blockchain"), ("new", "Web")]
    assert rows["article “Both”"]["topics"] == [("gone", "Blockchain")]
    assert rows["topic “Blockchain”"]["name"] == [("gone", "Blockchain")]
    assert rows["other name “Blockchain”"]
    assert "#" not in str(rows)
    # Each history has what moved of this article alone.
    entry = editor.get(f"{LIST}{first.pk}/history/").context["entries"][0]
    assert [(part.kind, part.text.strip()) for part in entry.differences[0].parts] == [
        ("gone", "Blockchain"),
        ("new", "Web"),
    ]
    editor.post(f"/admin/articles/action/{action.pk}/undo/")
    for article, names in ((first, ["Blockchain"]), (both, ["Blockchain", "Web"])):
        assert [topic.name for topic in Topic.objects.filter(article_links__article=article)] == names


def test_what_an_action_changed_takes_as_many_queries_however_much(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    blockchain, web = make_topic("Blockchain"), make_topic("Web")
    articles = [make_article([blockchain]) for _ in range(110)]
    action = merge_topics(None, blockchain, web)
    assert action
    with django_assert_max_num_queries(18):
        page = editor.get(f"/admin/articles/action/{action.pk}/undo/")
    assert len(page.context["rows"]) == 100
    assert "first 100 rows" in page.content.decode()
    assert "articles: 110" in page.content.decode()
    with django_assert_max_num_queries(14):
        editor.get(f"{LIST}{articles[0].pk}/history/")
