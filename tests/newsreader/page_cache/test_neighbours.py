"""An article's page names its neighbours: what is kept is made anew when these change."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client, TestCase

from articles.editorial.edits import edit_articles
from articles.models import Article
from articles.stories import rebuild_stories
from newsreader.page_cache.middleware import STATUS
from tests.support.factories import TIME, make_article, make_topic
from tests.support.stories import link

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def article_at(hour: int, **values: object) -> Article:
    return make_article([make_topic()], title=f"At {hour}", published_date_time=TIME + hour * HOUR, **values)


def added(articles: list[Article]) -> None:
    make_article([make_topic()], title="Between", published_date_time=TIME + 3 * HOUR)


def retitled(articles: list[Article]) -> None:
    edit_articles([articles[2].pk], title="Renamed")


def withdrawn(articles: list[Article]) -> None:
    edit_articles([articles[2].pk], removed=True)


def moved(articles: list[Article]) -> None:
    edit_articles([articles[0].pk], published_date_time=TIME + 3 * HOUR)


def joined(articles: list[Article]) -> None:
    link(articles[1], articles[2])
    rebuild_stories()


def unlinked(articles: list[Article]) -> None:
    articles[2].topic_links.all()[0].delete()


@pytest.mark.parametrize("change", [added, retitled, withdrawn, moved, joined, unlinked])
def test_a_kept_page_is_made_anew_when_what_is_before_or_after_its_article_changes(
    change: Callable[[list[Article]], None], reader: Client, cold: Client
) -> None:
    articles = [article_at(hour) for hour in (0, 2, 4)]
    url = articles[1].get_absolute_url()
    old = reader.get(url)
    assert "At 4" in old.content.decode()
    assert "hit" in reader.get(url)[STATUS]
    with TestCase.captureOnCommitCallbacks(execute=True):
        change(articles)
    new = reader.get(url)
    assert new.content == cold.get(url).content
    assert new.content != old.content


def test_a_change_in_another_topic_leaves_it(reader: Client) -> None:
    articles, law = [article_at(hour) for hour in (0, 2)], make_topic("Law")
    url = articles[1].get_absolute_url()
    reader.get(url)
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles([make_article([law]).pk], title="Renamed")
    assert "hit" in reader.get(url)[STATUS]
