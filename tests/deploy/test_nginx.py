"""nginx as deploy/nginx configures it, in front of the site as it is served."""

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import brotli
import pytest

from bench.nginx import nginx
from bench.production import Site, served

pytestmark = [
    pytest.mark.xdist_group("serving"),
    pytest.mark.skipif(shutil.which("nginx") is None, reason="there is no nginx here"),
]
SECONDS = 10  # until what must happen has happened


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        return None


OPENER = urllib.request.build_opener(NoRedirect)


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def by_nginx(self) -> str:
        """What nginx did: its part of Cache-Status."""
        return self.headers["cache-status"].rpartition("nginx; ")[2]


def ask(url: str, method: str = "GET", **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with OPENER.open(urllib.request.Request(url, method=method, headers=names), timeout=20) as found:
            status, pairs, body = found.status, found.headers, found.read()
    except urllib.error.HTTPError as error:
        with error:
            status, pairs, body = error.code, error.headers, error.read()
    return Answer(status, {name.lower(): ", ".join(pairs.get_all(name) or []) for name in pairs}, body)


@pytest.fixture(scope="module")
def cache(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx in front of a site with a page cache."""
    with (
        served({**site.environment, "PAGE_CACHE_MB": "8"}) as url,
        nginx(tmp_path_factory.mktemp("nginx"), [port_of(url)]) as cache,
    ):
        yield cache.url


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def test_a_page_is_cached_for_each_encoding_and_brotli_is_passed_on(cache: str) -> None:
    page = f"{cache}/topics/"
    plain, first, second = ask(page), ask(page, accept_encoding="gzip, br"), ask(page, accept_encoding="br, zstd")
    assert [each.by_nginx for each in (plain, first, second)] == ["fwd=miss", "fwd=miss", "hit"]
    assert second.headers["content-encoding"] == "br"
    assert brotli.decompress(second.body) == plain.body
    zipped = ask(page, accept_encoding="gzip, br;q=0")
    assert (zipped.headers["content-encoding"], zipped.by_nginx) == ("gzip", "fwd=miss")
    assert ask(page).headers.get("content-encoding") is None


def test_a_browser_that_has_a_page_gets_304(cache: str) -> None:
    etag = ask(f"{cache}/archive/").headers["etag"]
    answer = ask(f"{cache}/archive/", if_none_match=etag)
    assert (answer.status, answer.by_nginx) == (304, "hit")


def test_each_answer_has_an_id_of_its_own(cache: str) -> None:
    ids = {ask(f"{cache}/providers/").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert not any("," in each for each in ids)


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "choices=none"},
        {"cookie": "sessionid=x"},
        {"cookie": "a=b; __Host-sessionid=x"},
        {"authorization": "Basic eDp5"},
    ],
)
def test_no_page_with_a_cookie_is_cached_or_answered_from_the_cache(cache: str, headers: dict[str, str]) -> None:
    page = f"{cache}/search/?q={len(str(headers))}{next(iter(headers.values()))[:3]}"
    assert [ask(page, **headers).by_nginx for _ in range(2)] == ["fwd=bypass", "fwd=bypass"]
    assert ask(page).by_nginx == "fwd=miss"
    assert [ask(page).by_nginx, ask(page, **headers).by_nginx] == ["hit", "fwd=bypass"]


def test_the_admin_is_never_cached_or_compressed(cache: str) -> None:
    for path in ("/admin/", "/admin/none/", "/readyz"):
        for _ in range(2):
            answer = ask(cache + path, accept_encoding="gzip")
            assert answer.by_nginx == "fwd=bypass"
            assert "content-encoding" not in answer.headers


def test_other_parameters_are_pages_of_their_own_and_other_cookies_change_nothing(cache: str) -> None:
    assert ask(f"{cache}/about/ranking/?page=1").by_nginx == "fwd=miss"
    assert ask(f"{cache}/about/ranking/?page=2").by_nginx == "fwd=miss"
    assert ask(f"{cache}/about/ranking/?page=2", cookie="consent=yes").by_nginx == "hit"


def test_purge_fetches_a_page_anew(cache: str) -> None:
    page = f"{cache}/topics/?purged=1"
    answers = [ask(page, method, accept_encoding="br") for method in ("GET", "GET", "PURGE", "GET")]
    assert [each.by_nginx for each in answers] == ["fwd=miss", "hit", "fwd=bypass", "hit"]
    # What the application said when it was asked: first it rendered the page, or had it; then it had it.
    assert "newsreader; hit" in answers[3].headers["cache-status"]
    assert {each.status for each in answers} == {200}


def test_who_may_not_purge_is_refused(site: Site, tmp_path: Path) -> None:
    allowed = {"127.0.0.0/8 1;": "127.0.0.0/8 0;"}
    with nginx(tmp_path, [port_of(site.url)], **allowed) as proxy:
        url = proxy.url
        assert ask(f"{url}/topics/", "PURGE").status == 403
        assert ask(f"{url}/topics/").status == 200
        assert ask(f"{url}/_newsreader_renew").status == 404


def test_a_form_reaches_the_site_with_the_readers_host(cache: str) -> None:
    request = urllib.request.Request(f"{cache}/settings/change/", b"follow=ai&next=/topics/", {"Origin": cache})
    with pytest.raises(urllib.error.HTTPError) as answer:
        OPENER.open(request, timeout=20)
    with answer.value as error:
        assert (error.code, error.headers["Location"]) == (302, "/topics/")


def test_readers_go_on_reading_while_a_page_is_fetched_and_when_the_site_is_down(site: Site, tmp_path: Path) -> None:
    with ExitStack() as running:
        site_running = ExitStack()
        running.enter_context(site_running)
        url = site_running.enter_context(served({**site.environment, "PAGE_MAX_AGE": "1"}))
        cache = running.enter_context(nginx(tmp_path, [port_of(url)])).url
        pages = {path: ask(cache + path).body for path in ("/topics/", "/archive/")}
        assert until(f"{cache}/topics/", "hit; detail=stale").body == pages["/topics/"]
        until(f"{cache}/topics/", "hit")  # what was fetched meanwhile
        site_running.close()
        for path, body in pages.items():
            answer = until(cache + path, "hit; detail=stale")
            assert (answer.status, answer.body) == (200, body)
        assert ask(f"{cache}/providers/").status == 502


def until(url: str, status: str) -> Answer:
    """Ask until nginx answers in this way."""
    deadline = time.monotonic() + SECONDS
    while (answer := ask(url)).by_nginx != status:
        assert time.monotonic() < deadline, answer.by_nginx
        time.sleep(0.1)
    return answer
