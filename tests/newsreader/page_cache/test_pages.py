"""Which pages are kept, for whom, and until when."""

import datetime as dt
import gzip
from typing import Any

import brotli
import pytest
from django.contrib.auth.models import User
from django.core.cache.backends.locmem import LocMemCache
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client, TestCase
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.changes import changing_articles, log
from articles.editorial.cleanup import bring_back, clean_up
from articles.editorial.edits import edit_articles
from articles.editorial.schedule import run_due
from articles.models import Article, Pin, RecordedChange
from articles.preferences.choices import COOKIE
from newsreader.page_cache import middleware
from newsreader.page_cache import store as store_module
from newsreader.page_cache.shared import SharedPages
from newsreader.page_cache.store import PageStore
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db

HIT, MISS = "newsreader; hit", "newsreader; fwd=miss; stored"


def status(response: HttpResponse) -> str:
    return str(response.get("Cache-Status", ""))


@pytest.fixture
def article() -> Article:
    return make_article(title="One", topics=[make_topic("AI")])


class Clock:
    """A time that tests move on."""

    def __init__(self, pages: PageStore) -> None:
        self.ahead = 0.0
        self.now = pages.clock
        pages.clock = self

    def __call__(self) -> float:
        return self.now() + self.ahead


# -- What is kept ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["/", "/topics/ai/", "/topics/", "/providers/", "/archive/", "/search/?q=one", "/saved/"]
)
def test_a_page_is_made_once_and_then_costs_no_query(
    article: Article, pages: PageStore, reader: Client, monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries, url: str,
) -> None:  # fmt: skip
    made = reader.get(url)
    assert status(made) == MISS
    monkeypatch.setattr(store_module, "LOOK_SECONDS", 3600)
    with django_assert_num_queries(0):
        kept = reader.get(url)
    assert status(kept) == HIT
    assert kept.content == made.content
    own = {"Cache-Status", "X-Request-ID"}
    headers = [{name: value for name, value in each.items() if name not in own} for each in (made, kept)]
    assert headers[0] == headers[1]


def test_a_look_for_changes_costs_one_query(
    article: Article, reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader.get("/topics/ai/")
    with django_assert_num_queries(1):
        assert status(reader.get("/topics/ai/")) == HIT


def test_each_encoding_has_the_same_page(article: Article, reader: Client, cold: Client) -> None:
    plain = cold.get("/topics/ai/").content
    answers = {
        name: reader.get("/topics/ai/", headers={"Accept-Encoding": name}) for name in ("br", "gzip", "identity")
    }
    assert [each.get("Content-Encoding") for each in answers.values()] == ["br", "gzip", None]
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}
    assert {decode[name](each.content) for name, each in answers.items()} == {plain}
    assert all(each["Content-Length"] == str(len(each.content)) for each in answers.values())
    assert [status(each) for each in answers.values()] == [MISS, HIT, HIT]


def test_a_page_is_stored_in_the_encodings_that_were_asked_for(
    article: Article, pages: PageStore, reader: Client
) -> None:
    reader.get("/topics/ai/", headers={"Accept-Encoding": "br"})
    (entry,) = pages._pages.values()
    assert set(entry.bodies) == {"br"}
    one = pages.size
    plain = reader.get("/topics/ai/").content
    assert (set(entry.bodies), pages.size) == ({"br"}, one)
    assert gzip.decompress(reader.get("/topics/ai/", headers={"Accept-Encoding": "gzip"}).content) == plain
    assert set(entry.bodies) == {"br", "gzip"}
    assert pages.size == one + len(entry.bodies["gzip"]) == entry.size


def test_who_has_the_page_is_told_so(article: Article, reader: Client) -> None:
    etag = reader.get("/topics/ai/")["ETag"]
    answer = reader.get("/topics/ai/", headers={"If-None-Match": f'"other", {etag}'})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
    # One ETag alone is compared without Django's help; the headers are the same.
    alone = reader.get("/topics/ai/", headers={"If-None-Match": etag})
    assert (alone.status_code, alone.content) == (304, b"")
    one, other = ({**each.headers, "X-Request-ID": ""} for each in (alone, answer))
    assert one == other
    assert {"Cache-Control", "Vary"} <= set(answer.headers)
    assert reader.get("/topics/ai/", headers={"If-None-Match": '"other"'}).status_code == 200
    # Also where that page has to be made first.
    assert reader.get("/topics/ai/?view=articles", headers={"If-None-Match": etag}).status_code in (200, 304)


def test_head_has_the_headers_of_the_page(article: Article, reader: Client) -> None:
    page = reader.get("/topics/ai/")
    head = reader.head("/topics/ai/")
    assert (status(head), head.content, head["ETag"]) == (HIT, b"", page["ETag"])


def test_only_parameters_that_a_page_knows_make_another_one(article: Article, reader: Client) -> None:
    plain = reader.get("/topics/ai/")
    assert status(reader.get("/topics/ai/?utm_source=mail&fbclid=1")) == HIT
    assert b"utm_source" not in reader.get("/topics/ai/?utm_source=mail").content
    assert status(reader.get("/topics/ai/?view=stories&utm_source=mail")) == MISS
    assert status(reader.get("/topics/ai/?x=1&view=stories")) == HIT
    assert reader.get("/topics/ai/?view=stories").content != plain.content


def test_a_redirect_keeps_what_the_page_does_not_know(article: Article, reader: Client) -> None:
    answer = reader.get("/topics/AI/?utm_source=mail&page=1")
    assert (answer.status_code, answer["Location"]) == (301, "/topics/ai/?page=1&utm_source=mail")
    assert status(answer) == ""


@pytest.mark.parametrize("path", ["/settings/", "/robots.txt", "/sw.js", "/nowhere/", "/topics/none/", "/admin/login/"])
def test_other_answers_are_not_kept(article: Article, pages: PageStore, reader: Client, path: str) -> None:
    first, second = reader.get(path), reader.get(path)
    assert (status(first), status(second)) == ("", "")
    assert pages.size == 0


def test_what_is_no_page_is_compressed_and_compared_as_ever(article: Article, reader: Client) -> None:
    page = reader.get("/offline/", headers={"Accept-Encoding": "br"})
    assert page["Content-Encoding"] == "br"
    assert reader.get("/offline/", headers={"If-None-Match": page["ETag"]}).status_code == 304


def test_a_withdrawn_article_is_kept_as_gone(article: Article, reader: Client) -> None:
    Article.objects.update(removed=True)
    assert [status(reader.get(article.get_absolute_url())) for _ in range(2)] == [MISS, HIT]
    assert reader.get(article.get_absolute_url()).status_code == 410


def test_a_cleaned_up_article_is_kept_as_gone_until_its_file_may_come_back(article: Article, reader: Client) -> None:
    url = article.get_absolute_url()
    assert status(reader.get(url)) == MISS
    with TestCase.captureOnCommitCallbacks(execute=True):
        Article.objects.update(source_path="_news/a.md")
        clean_up([article.pk])
    assert [(each.status_code, status(each)) for each in (reader.get(url), reader.get(url))] == [
        (410, MISS),
        (410, HIT),
    ]
    with TestCase.captureOnCommitCallbacks(execute=True):
        bring_back(["_news/a.md"])
    assert reader.get(url).status_code == 404


# -- For whom ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [COOKIE, "sessionid", "csrftoken", "messages"])
def test_who_has_a_cookie_of_ours_neither_gets_nor_gives_a_page(
    article: Article, pages: PageStore, reader: Client, name: str
) -> None:
    reader.cookies[name] = "x"
    assert status(reader.get("/topics/ai/")) == ""
    assert pages.size == 0
    del reader.cookies[name]
    assert status(reader.get("/topics/ai/")) == MISS


def test_cookies_of_others_make_no_difference(article: Article, reader: Client) -> None:
    reader.cookies["_ga"] = "x"
    assert [status(reader.get("/topics/ai/")) for _ in range(2)] == [MISS, HIT]


def test_an_editor_gets_no_cached_page(article: Article, pages: PageStore, reader: Client) -> None:
    reader.force_login(User.objects.create_superuser("ada"))
    assert status(reader.get("/")) == ""
    assert pages.size == 0


def test_hosts_and_schemes_have_pages_of_their_own(article: Article, reader: Client) -> None:
    assert b"http://127.0.0.1/topics" in reader.get("/topics/ai/", headers={"host": "127.0.0.1"}).content
    assert status(reader.get("/topics/ai/", headers={"host": "localhost"})) == MISS
    assert status(reader.get("/topics/ai/", headers={"host": "localhost"}, secure=True)) == MISS
    assert reader.get("/topics/ai/", headers={"host": "evil.example"}).status_code == 400
    assert status(reader.get("/topics/ai/", headers={"host": "evil.example"})) == ""


def test_nobody_reads_what_needs_a_password(article: Article, pages: PageStore, reader: Client) -> None:
    assert status(reader.get("/topics/ai/", headers={"Authorization": "Basic eA=="})) == ""
    assert pages.size == 0


# -- Until when --------------------------------------------------------------------------


def test_a_change_makes_just_those_pages_old_that_show_it(reader: Client) -> None:
    one = make_article(title="One", slug="one", topics=[make_topic("AI")])
    two = make_article(title="Two", slug="two", topics=[make_topic("Law")])
    urls = [one.get_absolute_url(), two.get_absolute_url(), "/topics/ai/", "/topics/law/", "/about/ranking/", "/"]
    assert [status(reader.get(url)) for url in urls] == [MISS] * 6
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles([one.pk], title="Another")
    assert [status(reader.get(url)) for url in urls] == [MISS, HIT, MISS, HIT, HIT, MISS]
    assert b"Another" in reader.get("/topics/ai/").content


def test_a_process_that_was_killed_before_it_could_say_makes_all_pages_old(article: Article, reader: Client) -> None:
    reader.get("/topics/ai/")
    with changing_articles([article.pk]):
        Article.objects.update(title="Another")
    assert RecordedChange.objects.latest("pk").content is None
    assert b"Another" in reader.get("/topics/ai/").content


def test_an_article_is_listed_at_its_time(article: Article, pages: PageStore, reader: Client) -> None:
    clock = Clock(pages)
    make_article(
        title="Later",
        slug="later",
        topics=[make_topic("AI")],
        published_date_time=timezone.now() + dt.timedelta(seconds=100),
    )
    assert [status(reader.get("/topics/ai/")) for _ in range(2)] == [MISS, HIT]
    clock.ahead = 99
    assert status(reader.get("/topics/ai/")) == HIT
    clock.ahead = 101
    assert status(reader.get("/topics/ai/")) == MISS


def test_an_article_is_published_at_the_time_that_an_editor_sets_while_pages_are_kept(
    pages: PageStore,
) -> None:
    reader, clock = Client(), Clock(pages)
    make_article(title="Later", slug="later", topics=[make_topic("AI")], published=False)
    assert b"Later" not in reader.get("/topics/ai/").content
    # Nothing that readers see has changed by that.
    Article.objects.update(publish_at=timezone.now())
    clock.ahead = 14
    assert status(reader.get("/topics/ai/")) == HIT
    run_due()
    clock.ahead = 16
    page = reader.get("/topics/ai/")
    assert (status(page), b"Later" in page.content) == (MISS, True)


def test_a_pin_ends_at_its_time(article: Article, pages: PageStore, reader: Client) -> None:
    clock = Clock(pages)
    now = timezone.now()
    Pin.objects.create(article=article, place=1, starts=now, ends=now + dt.timedelta(seconds=100), reason="Hot")
    reader.get("/saved/")
    clock.ahead = 99
    assert status(reader.get("/saved/")) == HIT
    clock.ahead = 101
    assert status(reader.get("/saved/")) == MISS


def test_words_for_an_age_are_made_anew_after_a_minute(pages: PageStore, reader: Client) -> None:
    make_article(
        title="New", topics=[make_topic("AI")], published_date_time=timezone.now() - dt.timedelta(minutes=5, seconds=50)
    )
    clock = Clock(pages)
    assert b"5 minutes ago" in reader.get("/topics/ai/").content
    clock.ahead = 58
    assert status(reader.get("/topics/ai/")) == HIT
    clock.ahead = 61
    assert status(reader.get("/topics/ai/")) == MISS


def test_no_page_is_kept_longer_than_set(article: Article, pages: PageStore, reader: Client, settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 300
    clock = Clock(pages)
    reader.get("/about/ranking/")
    clock.ahead = 299
    assert status(reader.get("/about/ranking/")) == HIT
    clock.ahead = 301
    assert status(reader.get("/about/ranking/")) == MISS


def test_without_a_database_pages_that_are_there_are_given_with_their_age(
    article: Article, pages: PageStore, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(pages)
    page = reader.get("/topics/ai/")

    def fail(*arguments: Any) -> None:
        raise DatabaseError("down")

    monkeypatch.setattr(store_module, "changes_after", fail)
    clock.ahead = 500
    answer = reader.get("/topics/ai/")
    assert (answer.content, status(answer)) == (page.content, HIT)
    assert 490 <= int(answer["Age"]) <= 501


# -- Where -------------------------------------------------------------------------------


def test_another_process_finds_pages_in_the_shared_cache(
    article: Article, pages: PageStore, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = LocMemCache("shared pages", {})
    shared.clear()
    pages.shared = SharedPages(shared)
    page = reader.get("/topics/ai/")
    other = PageStore(1_000_000)
    other.shared = SharedPages(shared)
    monkeypatch.setattr(middleware, "store", other)
    assert (status(found := Client().get("/topics/ai/")), found.content) == (HIT, page.content)
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles([article.pk], title="Another")
    third = PageStore(1_000_000)
    third.shared = SharedPages(shared)
    monkeypatch.setattr(middleware, "store", third)
    assert (status(found := Client().get("/topics/ai/")), b"Another" in found.content) == (MISS, True)


def test_a_shared_cache_that_is_down_changes_nothing(article: Article, pages: PageStore, reader: Client) -> None:
    class Down:
        def get(self, *arguments: Any) -> None:
            raise ConnectionError

        set = get

    pages.shared = SharedPages(Down())
    assert [status(reader.get("/topics/ai/")) for _ in range(2)] == [MISS, HIT]


def test_memory_has_a_bound(article: Article, reader: Client, pages: PageStore) -> None:
    for number in range(30):
        reader.get(f"/search/?q=x{number}")
    one = pages.size // 30
    small = PageStore(5 * one)
    for number, entry in enumerate(pages._pages.values()):
        small.put(str(number), entry)
    assert 3 * one <= small.size <= 5 * one
    assert small.get("0") is None
    assert small.get("29") is not None


def test_the_log_forgets_after_a_month(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "PRUNED_EVERY", 1)
    RecordedChange.objects.all().delete()
    old = RecordedChange.objects.create(time=timezone.now() - dt.timedelta(days=31))
    young = RecordedChange.objects.create(time=timezone.now() - dt.timedelta(days=29))
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles([article.pk], title="Another")
    rows = set(RecordedChange.objects.values_list("pk", flat=True))
    assert old.pk not in rows
    assert young.pk in rows
    assert len(rows) == 2


def test_topics_show_their_new_name_at_once(article: Article, reader: Client) -> None:
    reader.get("/topics/ai/")
    topic = make_topic("AI")
    topic.description = "What machines learn"
    with TestCase.captureOnCommitCallbacks(execute=True):
        topic.save()
    assert b"What machines learn" in reader.get("/topics/ai/").content
