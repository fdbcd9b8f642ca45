"""What has changed since, by the API: enough to keep a copy of the site's articles up to date."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client, TestCase
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.changes import announce, changing_articles, log, stories_at_the_end
from articles.models import Article, RecordedChange
from tests.support.api import get, read_all
from tests.support.factories import make_article, make_reference, make_topic

pytestmark = pytest.mark.django_db
URL = "/api/v1/changes"


def write(article: Article, **values: Any) -> None:
    """Write values of an article as editors do, up to the end of the transaction."""
    with TestCase.captureOnCommitCallbacks(execute=True), stories_at_the_end(), changing_articles([article.pk]):
        Article.objects.filter(pk=article.pk).update(**values)


def made(**values: Any) -> Article:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return make_article(**values)


def follow(client: Client, url: str) -> tuple[list[dict[str, Any]], str]:
    """Return all changes there are, and the address of those to come."""
    found = []
    for _ in range(50):
        page = get(client, url)
        found += page["data"]
        url = page["next"]
        if not page["has_more"]:
            return found, url
    raise AssertionError("the changes have no end")


def test_a_copy_is_kept_up_to_date(client: Client) -> None:
    first, second, third = made(title="First"), made(title="Second"), made(title="Third")
    beginning, url = follow(client, URL)
    assert beginning == []
    copy = {record["id"]: record for record in read_all(client, "/api/v1/articles")}

    write(first, title="First, again")
    write(second, removed=True)
    fourth = made(title="Fourth")
    changes, url = follow(client, url)
    for change in changes:
        if change["is_gone"]:
            del copy[change["id"]]
        else:
            copy[change["id"]] = change["article"]
    assert {pk: record["title"] for pk, record in copy.items()} == {
        first.pk: "First, again",
        third.pk: "Third",
        fourth.pk: "Fourth",
    }
    assert copy == {record["id"]: record for record in read_all(client, "/api/v1/articles")}
    assert follow(client, url)[0] == []


@pytest.mark.parametrize(
    "values",
    [
        {"removed": True},
        {"published": False},
        {"file_missing": True},
        {"published": False, "is_draft": True},
        {"published_date_time": timezone.now() + dt.timedelta(days=365)},
    ],
    ids=["withdrawn", "unlisted", "without its file", "a draft", "of the future"],
)
def test_what_is_no_longer_listed_is_gone(client: Client, values: dict[str, Any]) -> None:
    article = made()
    _, url = follow(client, URL)
    write(article, **values)
    assert follow(client, url)[0] == [{"id": article.pk, "is_gone": True, "article": None}]


def test_deleted_articles_are_gone(client: Client) -> None:
    article, pk = made(), Article.objects.get().pk
    _, url = follow(client, URL)
    with TestCase.captureOnCommitCallbacks(execute=True):
        article.delete()
    assert follow(client, url)[0] == [{"id": pk, "is_gone": True, "article": None}]


def test_articles_without_a_page_are_left_out(client: Client) -> None:
    _, url = follow(client, URL)
    with TestCase.captureOnCommitCallbacks(execute=True):
        make_reference()
    assert follow(client, url)[0] == []


def test_articles_come_with_their_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    article = made(published_date_time=now + dt.timedelta(minutes=5))
    _, url = follow(client, URL)
    assert follow(client, url)[0] == []
    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(minutes=6))
    [change], url = follow(client, url)
    assert (change["id"], change["is_gone"]) == (article.pk, False)
    assert follow(client, url)[0] == []


def test_changes_since_a_time(client: Client) -> None:
    old, new = made(), made()
    now = timezone.now()
    RecordedChange.objects.update(time=now - dt.timedelta(hours=2))
    write(new, title="New")
    since = (now - dt.timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert [change["id"] for change in follow(client, f"{URL}?since={since}")[0]] == [new.pk]
    since = (now - dt.timedelta(hours=3)).isoformat().replace("+", "%2B")
    assert [change["id"] for change in follow(client, f"{URL}?since={since}")[0]] == [old.pk, new.pk]


@pytest.mark.parametrize("since", ["yesterday", "2026-01-31", "2999-01-01T00:00:00Z"])
def test_a_time_that_is_none_is_a_problem(client: Client, since: str) -> None:
    assert get(client, f"{URL}?since={since}", 422)["errors"][0]["name"] == "since"


def test_pages_are_those_of_the_moment_when_the_first_was_asked_for(client: Client) -> None:
    _, url = follow(client, URL)
    articles = [made() for _ in range(5)]
    first = get(client, f"{url}&limit=2")
    assert first["has_more"]
    write(articles[0], title="Later")
    rest, _ = follow(client, first["next"])
    ids = [change["id"] for change in [*first["data"], *rest]]
    assert ids == [*[article.pk for article in articles], articles[0].pk]


def test_long_changes_come_in_stretches(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "ARTICLES", 2)
    _, url = follow(client, URL)
    articles = [made() for _ in range(5)]
    assert sorted(change["id"] for change in follow(client, url)[0]) == [article.pk for article in articles]


def test_fields_are_those_of_articles(client: Client) -> None:
    _, url = follow(client, URL)
    article = made()
    assert follow(client, f"{url}&fields=title")[0] == [
        {"id": article.pk, "is_gone": False, "article": {"title": article.title}}
    ]
    assert get(client, f"{URL}?fields=secret", 422)["errors"][0]["name"] == "fields"


def test_clients_that_have_missed_too_much_start_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made()
    _, url = follow(client, URL)
    with TestCase.captureOnCommitCallbacks(execute=True):
        announce(everything=True)
    assert "articles" in get(client, url, 410)["detail"]

    _, url = follow(client, URL)
    now = timezone.now()
    with monkeypatch.context() as later:
        later.setattr(timezone, "now", lambda: now + dt.timedelta(days=31))
        assert "30 days" in get(client, url, 410)["detail"]

    # A database that was made anew knows nothing of these numbers.
    RecordedChange.objects.all().delete()
    get(client, url, 410)


def test_a_change_is_waited_for_until_it_is_known(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "FINISHED_WITHIN", dt.timedelta(days=1))
    _, url = follow(client, URL)
    open_change = RecordedChange.objects.create()
    article = made()
    assert follow(client, url)[0] == []
    RecordedChange.objects.filter(pk=open_change.pk).update(content={"articles": []})
    assert [change["id"] for change in follow(client, url)[0]] == [article.pk]


def test_a_change_that_will_never_be_known_may_be_anything(client: Client) -> None:
    _, url = follow(client, URL)
    long_ago = timezone.now() - dt.timedelta(minutes=2)
    RecordedChange.objects.create(time=long_ago)
    RecordedChange.objects.create(time=long_ago, content={})
    get(client, url, 410)


def test_changes_are_asked_for_each_time(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    topic = make_topic()
    _, url = follow(client, URL)
    articles = [made(topics=[topic]) for _ in range(20)]
    with django_assert_num_queries(8):
        response = client.get(f"{url}&limit=20")
    assert [change["id"] for change in response.json()["data"]] == [article.pk for article in articles]
    assert response["Cache-Control"] == "no-cache"
    assert response["Link"] == f'<{response.json()["next"]}>; rel="next"'
