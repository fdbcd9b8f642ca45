"""The list of threads."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.editorial.edits import edit_articles
from articles.models import Thread
from articles.pages import thread_list
from articles.preferences.choices import Choices
from articles.views import thread_lists
from tests.support.choices import choose
from tests.support.stories import story_of
from tests.support.threads import make_chain, text_of

pytestmark = pytest.mark.django_db


def names(client: Client, url: str = "/threads/") -> list[str]:
    return [thread.name for thread in client.get(url).context["threads"]]


def test_threads_are_listed_with_what_their_pages_say_those_with_news_first(client: Client) -> None:
    old, new = make_chain(2), make_chain(3, start=4)
    [first, second] = client.get("/threads/").context["threads"]
    assert [first.stories, second.stories] == [3, 2]
    assert first.url == Thread.objects.get(stories=3).get_absolute_url()
    assert story_of(new[-1]).first == first.last
    assert second.last == old[-1].published_date_time
    text = text_of(client, "/threads/")
    assert "2 threads" in text
    assert "3 stories (40 days) 3 articles from 3 providers" in text
    assert 'href="/threads/"' in client.get("/stories/").content.decode()


def test_the_list_is_read_page_by_page_in_few_queries(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for start in range(0, 9, 3):
        make_chain(2, start=start)
    everything = names(client)
    monkeypatch.setattr(thread_lists, "PER_PAGE", 2)
    with django_assert_max_num_queries(5):
        first = client.get("/threads/")
    assert [thread.name for thread in first.context["threads"]] + names(client, "/threads/?page=2") == everything
    assert 'rel="next" href="/threads/?page=2"' in first.content.decode().replace(
        'href="/threads/?page=2" rel="next"', 'rel="next" href="/threads/?page=2"'
    )
    assert client.get("/threads/?page=3").status_code == 404


def test_what_has_no_page_is_not_listed(client: Client) -> None:
    assert "No threads yet" in text_of(client, "/threads/")
    one, other = make_chain(2)
    assert len(names(client)) == 1
    edit_articles([one.pk, other.pk], removed=True)
    assert names(client) == []
    assert thread_list.threads_by_time().count() == 0


def test_readers_hide_threads_as_they_hide_stories(client: Client) -> None:
    make_chain(2)
    domain: Any = client.get("/threads/").context["threads"][0].facts.domain
    choose(client, Choices(muted_providers=(domain,)))
    context = client.get("/threads/").context
    assert (context["threads"], context["hidden"].count) == ([], 1)
    assert len(names(client, "/threads/?show=hidden")) == 1


def test_times_are_those_of_articles(client: Client) -> None:
    articles = make_chain(2)
    [thread] = client.get("/threads/").context["threads"]
    assert (thread.first, thread.last) == tuple(article.published_date_time for article in articles)
    assert thread.days == (thread.last - thread.first) / dt.timedelta(days=1)
