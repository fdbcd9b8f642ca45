"""What is told to others has only what readers may see, from the cache, too, right after every change."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from articles.models import Article
from newsreader.page_cache.store import PageStore
from tests.support.distribution import offered
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
TOMORROW = dt.timedelta(days=1)
HIDDEN: dict[str, dict[str, Any]] = {
    "unlisted": {"published": False},
    "withdrawn": {"removed": True},
    "without its file": {"file_missing": True},
    "draft": {"published": False, "is_draft": True},
    "future": {"published_date_time": timezone.now() + TOMORROW},
    "embargoed": {"published": False, "publish_at": timezone.now() + TOMORROW},
}


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def related_to_it(**values: Any) -> Article:
    """Return an article in a story with two others, and of their topic."""
    topic = make_topic("AI")
    ours = make_article([topic], title="Quokka", slug="quokka", provider=make_provider("q.example"), **values)
    others = [
        make_article([topic], title=f"Other {number}", provider=make_provider(f"{number}.example"))
        for number in range(2)
    ]
    make_article([topic], related=[ours, *others], title="Lead", quality=90, heat=90)
    return ours


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_articles_are_in_none_of_it(client: Client, name: str) -> None:
    related_to_it(**HIDDEN[name])
    text = offered(client)
    assert "Lead" in text
    assert "quokka" not in text.lower()


@pytest.mark.parametrize("name", HIDDEN)
def test_articles_leave_with_the_edit_that_hides_them_and_come_back(
    reader: Client, pages: PageStore, name: str
) -> None:
    article = related_to_it(published_date_time=timezone.now() - dt.timedelta(hours=1))
    before = {key: getattr(article, key) for key in HIDDEN[name]}
    there = offered(reader)
    assert there.count("/quokka/</loc>") == 2, "in the month and in the news"
    for values, is_there in ((HIDDEN[name], False), (before, True)):
        article.refresh_from_db()
        for key, value in values.items():
            setattr(article, key, value)
        article.save()
        assert ("quokka" in offered(reader).lower()) is is_there


def test_a_second_request_is_answered_from_the_cache(reader: Client, pages: PageStore) -> None:
    make_article(slug="first")
    for path in ("/sitemap.xml", "/sitemaps/2023-09.xml"):
        statuses = [reader.get(path)["Cache-Status"] for _ in range(2)]
        assert [status.partition(";")[2].strip()[:3] for status in statuses] == ["fwd", "hit"]
