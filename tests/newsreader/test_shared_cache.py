"""What a cache between readers and this site may keep: a small model of one, which obeys what pages say."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, resolve
from django.urls.exceptions import Resolver404
from django.utils import timezone

from articles.models import Pin, Thread
from articles.preferences.choices import COOKIE, Choices
from articles.urls import urlpatterns
from tests.support.choices import EVERYTHING, choose
from tests.support.factories import TIME, make_article, make_topic
from tests.support.muted_site import Site, make_site

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
# Addresses that are no reader's pages: forms only post to them, images are everyone's, previews are kept by nobody.
NO_PAGES = {"change", "import_choices", "forget_choices", "media", "preview"}
# What programs ask for: it says itself how long anyone may keep it, and whether a choice, that of the language, changes it.
SAME_FOR_ALL = (
    *(
        "/search/suggest/?q=lo",
        "/opensearch.xml",
        "/robots.txt",
        "/.well-known/security.txt",
        "/manifest.webmanifest",
        "/sw.js",
        "/favicon.ico",
    ),
    *("/feeds/front.atom", "/feeds/latest.rss", "/feeds/combined.json?topic=ai", "/topics/ai/feed.rss?deep=1"),
    *("/providers/loud.example/feed.json", "/archive/2023/09/feed.rss", "/search/feed.rss?q=loud"),
    *("/stories/1/feed.rss", "/stories/1-lead/feed.rss", "/threads/1/feed.rss", "/threads/1-lead/feed.atom"),
    *("/feeds/topics.opml", "/feeds/providers.opml", "/feeds/followed.opml"),
)


@dataclass
class Stored:
    request_headers: dict[str, str]
    response: HttpResponse


@dataclass
class SharedCache:
    """A cache that keeps what it may, as long as it may; ``obeys_vary`` and ``bypasses`` are how it tells readers apart."""

    obeys_vary: bool = True
    bypasses: bool = False  # what docs/deployment.md asks of caches that do not obey Vary
    kept: dict[str, list[Stored]] = field(default_factory=dict)
    hits: int = 0

    def get(self, client: Client, url: str) -> HttpResponse:
        headers = {"cookie": client.cookies.output(attrs=[], header="", sep=";").strip()}
        if self.bypasses and f"{COOKIE}=" in headers["cookie"]:
            return client.get(url)
        for stored in self.kept.get(url, []):
            if not self.obeys_vary or all(
                stored.request_headers.get(n) == headers.get(n) for n in vary(stored.response)
            ):
                self.hits += 1
                return stored.response
        response: Any = client.get(url)
        if may_store(response):
            self.kept.setdefault(url, []).append(Stored(headers, response))
        return response


def vary(response: HttpResponse) -> list[str]:
    return [name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()]


def may_store(response: HttpResponse) -> bool:
    """Return whether RFC 9111 allows a shared cache to store the response: explicitly, for a time, and not personal."""
    said = dict(part.strip().partition("=")[::2] for part in response.get("Cache-Control", "").split(","))
    forbidden = {"private", "no-store", "no-cache"} & set(said)
    return not forbidden and "*" not in vary(response) and not response.cookies and int(said.get("s-maxage", "0")) > 0


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def pages(site: Site) -> list[str]:
    gone = make_article([make_topic()], removed=True)
    Pin.objects.create(article=site.lead, ends=timezone.now() + dt.timedelta(days=1), reason="Read this")
    make_article([make_topic()], related=[site.lead], published_date_time=TIME - dt.timedelta(days=60))
    thread = Thread.objects.get()
    return [
        *site.pages,
        "/topics/",
        "/topics/noise/",
        "/providers/",
        "/providers/loud.example/",
        "/archive/",
        "/about/ranking/",
        "/feeds/",
        "/settings/",
        "/stories/",
        "/catch-up/",
        "/catch-up/?since=2023-09-01",
        f"/stories/{site.story.pk}/",
        "/threads/",
        thread.get_absolute_url(),
        f"/threads/{thread.pk}/",
        "/settings/choices.json",
        "/search/?q=loud",
        "/search/?q=topic:ai",
        "/saved/",
        "/offline/",
        "/nowhere/",
        gone.get_absolute_url(),
        "/?show=hidden",
        "/topics/ai/?show=hidden",
    ]


def reader(choices: Choices | None = None) -> Client:
    client = Client()
    if choices:
        choose(client, choices)
    return client


def different_readers() -> dict[str, Callable[[], Client]]:
    """Return readers who see something else on every page, by what they chose."""
    quiet = replace(EVERYTHING, muted_providers=(), muted_topics=(), hide_wires=False, hide_vendors=False)
    return {
        "nothing": reader,
        "everything": lambda: reader(replace(EVERYTHING, language="", muted_providers=("loud.example",))),
        "quiet": lambda: reader(replace(quiet, text_size="larger", seen=0)),
        "text": lambda: reader(Choices(text_size="small")),
        "forged": forged,
    }


def forged() -> Client:
    client = Client()
    client.cookies[COOKIE] = "x:y:z"
    return client


def name_of(url: str) -> str | None:
    try:
        return resolve(url.partition("?")[0]).url_name
    except Resolver404:
        return None


def test_every_kind_of_page_is_looked_at_here(pages: list[str]) -> None:
    assert {name_of(url) for url in (*pages, *SAME_FOR_ALL)} >= {
        pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)
    } - NO_PAGES


@pytest.mark.parametrize("url", SAME_FOR_ALL)
def test_what_programs_ask_for_varies_by_choices_or_is_the_same_for_all(pages: list[str], url: str) -> None:
    plain, own = reader().get(url), reader(replace(EVERYTHING, language="de")).get(url)
    assert own.status_code == plain.status_code
    assert own.content == plain.content or ("cookie" in vary(own) and "cookie" in vary(plain))
    assert not own.cookies


ORDER = ("everything", "nothing", "quiet", "nothing", "text", "forged", "everything", "nothing", "quiet")


def test_a_cache_between_gives_each_reader_what_the_site_would(pages: list[str]) -> None:
    caches = SharedCache(), SharedCache(obeys_vary=False, bypasses=True)
    readers = different_readers()
    for url in pages:
        direct = {name: readers[name]().get(url) for name in readers}
        for cache, name in product(caches, ORDER):
            through = cache.get(readers[name](), url)
            assert (through.status_code, through.content) == (direct[name].status_code, direct[name].content), (
                url,
                name,
            )
            assert through.get("Location") == direct[name].get("Location")
    for cache in caches:
        assert cache.hits >= 2 * (len(pages) - 1), [url for url in pages if not cache.kept.get(url)]


def test_even_a_cache_that_tells_nobody_apart_gives_no_readers_choices_to_another(pages: list[str]) -> None:
    cache, readers = SharedCache(obeys_vary=False), different_readers()
    for url in pages:
        for name in ORDER:
            through = cache.get(readers[name](), url)
            if name == "nothing":
                assert through.content == reader().get(url).content, url
    for url, stored in cache.kept.items():
        assert [each.response.content for each in stored] == [reader().get(url).content], url


def test_the_pages_of_readers_without_choices_are_the_same_for_all_of_them(pages: list[str]) -> None:
    headers = [
        {"accept-language": "ar", "user-agent": "one"},
        {"accept-language": "de", "sec-ch-prefers-color-scheme": "dark", "cookie": "theme=dark; other=2"},
    ]
    for url in pages:
        first, second = (Client().get(url, headers=each) for each in headers)
        assert first.content == second.content, url
        assert first.get("ETag") == second.get("ETag"), url
        assert not first.cookies


def test_pages_with_choices_say_that_they_are_private_and_others_that_they_are_not(pages: list[str]) -> None:
    for url in pages:
        plain, own = reader().get(url), reader(EVERYTHING).get(url)
        for response in (plain, own):
            assert "cookie" in vary(response), url
        assert "private" in own["Cache-Control"], url
        assert "public" not in own["Cache-Control"]
        if url != "/settings/choices.json":
            assert plain["Cache-Control"] == "public, max-age=0, s-maxage=60", url
            assert own.content != plain.content or own.status_code in (301, 302), url


def test_a_page_that_is_not_sent_again_says_the_same_about_caches(client: Client) -> None:
    for who in (reader(), reader(Choices(text_size="large"))):
        first = who.get("/about/ranking/")
        again = who.get("/about/ranking/", headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304
        assert [again[name] for name in ("Vary", "Cache-Control")] == [
            first[name] for name in ("Vary", "Cache-Control")
        ]
    other = reader(Choices(text_size="small")).get("/about/ranking/", headers={"if-none-match": first["ETag"]})
    assert other.status_code == 200


def test_what_no_cache_may_store_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for response in (
        client.post("/settings/change/", {"view": "stories"}),
        client.post("/settings/change/", {"view": "x"}),
        client.post("/settings/forget/"),
        client.post("/settings/", {"view": "x"}),
    ):
        assert not may_store(response)
        assert "private" in response["Cache-Control"]
    monkeypatch.setattr("articles.views.front.choose_leads", lambda *args: 1 / 0)
    client.raise_request_exception = False
    broken = Client(raise_request_exception=False).get("/")
    assert (broken.status_code, may_store(broken)) == (500, False)


def test_the_time_pages_are_kept_is_a_setting(client: Client, settings: Any) -> None:
    settings.PAGE_MAX_AGE = 0
    response: Any = client.get("/")
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=0"
    assert not may_store(response)


def test_the_admin_and_health_checks_keep_their_own_word() -> None:
    response = Client().get("/admin/login/")
    assert "no-store" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]
    assert Client().get("/livez")["Cache-Control"] == "no-store"
