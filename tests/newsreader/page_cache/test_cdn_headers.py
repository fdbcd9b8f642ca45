"""What pages say to shared caches that are told of changes."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, Pin, Topic
from newsreader.cdn.headers import MAX_BYTES, tag_headers
from newsreader.page_cache.store import PageStore
from tests.support.factories import make_article, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
AGES = ("Surrogate-Control", "CDN-Cache-Control")


@pytest.fixture
def article() -> Article:
    return make_article(title="One", topics=[make_topic("AI")])


def test_pages_name_what_they_show(article: Article, reader: Client, settings: Any) -> None:
    settings.CDN_TAGS = True
    made, stored = reader.get("/topics/ai/"), reader.get("/topics/ai/")
    keys = made["Surrogate-Key"].split(" ")
    assert {"page", f"article-{article.pk}", f"topic-{Topic.objects.get().pk}", "catalogue"} <= set(keys)
    assert made["Cache-Tag"].split(",") == keys
    assert [stored[name] for name in ("Surrogate-Key", "Cache-Tag")] == [made["Surrogate-Key"], made["Cache-Tag"]]
    assert not any(name in made for name in AGES), "only caches that are told of changes may keep pages longer"


def test_pages_say_nothing_of_it_unless_asked_to(article: Article, reader: Client) -> None:
    response = reader.get("/topics/ai/")
    assert not {"Surrogate-Key", "Cache-Tag", *AGES} & set(response.headers)


def test_pages_of_readers_with_choices_have_no_tags(article: Article, reader: Client, settings: Any) -> None:
    settings.CDN_TAGS = True
    reader.cookies["choices"] = "v1"
    assert "Surrogate-Key" not in reader.get("/topics/ai/").headers


def test_a_cache_with_purges_may_keep_a_page_until_it_changes_with_time(
    article: Article, reader: Client, pages: PageStore, settings: Any
) -> None:
    settings.CDN_PURGE_URLS = ["varnish://127.0.0.1:1"]
    settings.PAGE_CACHE_SECONDS = 600
    Pin.objects.create(article=article, ends=timezone.now() + dt.timedelta(seconds=50))
    seconds = [int(reader.get("/topics/ai/")[name].removeprefix("max-age=")) for name in AGES]
    assert 40 <= seconds[0] == seconds[1] <= 50
    now = pages.clock
    pages.clock = lambda: now() + 20
    response = reader.get("/topics/ai/", headers={"If-None-Match": reader.get("/topics/ai/")["ETag"]})
    assert response.status_code == 304
    assert 20 <= int(response["CDN-Cache-Control"].removeprefix("max-age=")) <= 30


def test_a_cache_that_a_purge_did_not_reach_is_right_again_after_five_minutes(
    article: Article, reader: Client, settings: Any
) -> None:
    settings.CDN_PURGE_URLS = ["varnish://127.0.0.1:1"]
    settings.PAGE_CACHE_SECONDS = 3600
    assert [reader.get("/topics/ai/")[name] for name in AGES] == ["max-age=300"] * 2


def test_a_page_with_too_many_tags_is_purged_with_any_change() -> None:
    headers = tag_headers([f"article-{number}" for number in range(2000)])
    assert headers == {"Surrogate-Key": "page anything", "Cache-Tag": "page,anything"}
    fits = tag_headers([f"article-{number}" for number in range(1000)])
    assert fits["Cache-Tag"].count(",") == 1000
    assert len(fits["Cache-Tag"]) < MAX_BYTES
