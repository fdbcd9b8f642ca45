"""Pages are sent compressed to those who want it, and only those that betray nothing."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import path
from django.utils.cache import add_never_cache_headers, patch_cache_control
from hypothesis import given
from hypothesis import strategies as st

from articles.preferences.choices import COOKIE
from newsreader import compression
from newsreader.compression import CompressedBodies, CompressionMiddleware, accepted_encoding
from newsreader.urls import urlpatterns as site_urlpatterns
from tests.support.factories import make_article, make_topic

LONG = "Trams will run all night. " * 200
DECODERS: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}


def answer(response: HttpResponse, path: str = "/", method: str = "GET", accepted: str = "br, gzip") -> HttpResponse:
    """Return what the middleware makes of a view's response."""
    request = RequestFactory().generic(method, path, headers={"accept-encoding": accepted})
    return CompressionMiddleware(lambda _: response)(request)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br ; q=0.5 , gzip; q=0.25", "br"),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=0, *", "gzip"),
        ("br;q=0, gzip;q=0.000", None),
        ("gzip;q=0.5, identity;q=1", None),
        ("identity", None),
        ("deflate, zstd", None),
        ("", None),
        ("br;q=a lot", None),
        ("br;quality=1", None),
        ("bruit, xgzip", None),
    ],
)
def test_the_encoding_is_the_one_a_client_likes_best(header: str, expected: str | None) -> None:
    assert accepted_encoding(header) == expected


@given(st.text() | st.text(alphabet="brgzip;q=,.01* "))
def test_any_header_is_understood_as_something(header: str) -> None:
    assert accepted_encoding(header) in {"br", "gzip", None}


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_page_arrives_in_the_encoding_asked_for(encoding: str) -> None:
    response = answer(HttpResponse(LONG), accepted=encoding)
    assert response["Content-Encoding"] == encoding
    assert DECODERS[encoding](response.content).decode() == LONG
    assert response["Content-Length"] == str(len(response.content))
    assert len(response.content) < len(LONG) / 20


def test_a_page_says_that_it_depends_on_the_encodings_even_when_none_was_wanted() -> None:
    response = answer(HttpResponse(LONG, headers={"Vary": "Cookie"}), accepted="")
    assert response["Vary"] == "Cookie, Accept-Encoding"
    assert not response.has_header("Content-Encoding")
    assert response.content.decode() == LONG


@pytest.mark.parametrize(
    ("content_type", "is_compressed"),
    [
        ("text/html; charset=utf-8", True),
        ("text/plain", True),
        ("text/javascript", True),
        ("Application/JSON", True),
        ("application/xml", True),
        ("application/atom+xml; charset=utf-8", True),
        ("application/manifest+json", True),
        ("application/opensearchdescription+xml", True),
        ("application/zip", False),
        ("application/octet-stream", False),
        ("image/webp", False),
        ("image/svg+xml", False),
        ("font/woff2", False),
        ("", False),
    ],
)
def test_only_text_is_compressed(content_type: str, is_compressed: bool) -> None:
    response = answer(HttpResponse(LONG, content_type=content_type))
    assert response.has_header("Content-Encoding") == is_compressed
    assert response.has_header("Vary") == is_compressed


def test_what_is_small_stays_as_it_is() -> None:
    small = answer(HttpResponse("a" * 499))
    assert (small.content, small.has_header("Content-Encoding")) == (b"a" * 499, False)
    assert answer(HttpResponse("a" * 500))["Content-Encoding"] == "br"


def test_what_would_grow_stays_as_it_is() -> None:
    noise = bytes((number * number * 31 + number // 7) % 256 for number in range(600))
    assert len(brotli.compress(noise, quality=5)) >= len(noise), "choose noise that does not compress"
    response = answer(HttpResponse(noise, content_type="text/plain"), accepted="br")
    assert (response.content, response.has_header("Content-Encoding")) == (noise, False)


def test_streams_and_what_is_compressed_already_pass_untouched(tmp_path: Path) -> None:
    stream = answer(StreamingHttpResponse(iter([LONG.encode()])))  # type: ignore[arg-type]
    assert not stream.has_header("Content-Encoding")
    file = tmp_path / "a.txt"
    file.write_text(LONG)
    assert not answer(FileResponse(file.open("rb"))).has_header("Content-Encoding")  # type: ignore[arg-type]
    done = answer(HttpResponse(b"x" * 900, content_type="text/html", headers={"Content-Encoding": "zstd"}))
    assert (done.content, done["Content-Encoding"]) == (b"x" * 900, "zstd")


def with_cookie(response: HttpResponse) -> None:
    response.set_cookie("session", "secret")


def without_cookie(response: HttpResponse) -> None:
    response.delete_cookie("choices")


def private(response: HttpResponse) -> None:
    patch_cache_control(response, private=True)


def untransformed(response: HttpResponse) -> None:
    patch_cache_control(response, no_transform=True)


def public(response: HttpResponse) -> None:
    patch_cache_control(response, public=True, max_age=60)


@pytest.mark.parametrize(
    ("change", "path", "is_compressed"),
    [
        (public, "/search/?q=trams", True),
        (private, "/topics/ai/", True),
        (private, "/topics/ai/?page=12", True),
        (private, "/search/?q=trams", False),
        (private, "/search/?q=12", False),
        (private, "/topics/ai/?page=12&next=trams", False),
        (private, "/topics/ai/?page=trams", False),
        (with_cookie, "/", False),
        (without_cookie, "/", False),
        (add_never_cache_headers, "/", False),
        (untransformed, "/", False),
    ],
)
def test_what_could_betray_a_secret_by_its_length_is_not_compressed(
    change: Callable[[HttpResponse], None], path: str, is_compressed: bool
) -> None:
    response = HttpResponse(LONG)
    change(response)
    assert answer(response, path).has_header("Content-Encoding") == is_compressed


def test_answers_to_posts_are_not_compressed() -> None:
    assert not answer(HttpResponse(LONG), method="POST").has_header("Content-Encoding")


def test_all_encodings_of_a_page_have_one_weak_tag() -> None:
    tags = {answer(HttpResponse(LONG), accepted=accepted)["ETag"] for accepted in ("br", "gzip", "")}
    assert len(tags) == 1
    assert tags.pop().startswith('W/"')
    assert answer(HttpResponse(LONG + "."))["ETag"] != answer(HttpResponse(LONG))["ETag"]


def test_a_tag_of_the_view_is_kept_and_weakened() -> None:
    assert answer(HttpResponse(LONG, headers={"ETag": '"edition-7"'}))["ETag"] == 'W/"edition-7"'
    assert answer(HttpResponse(LONG, headers={"ETag": 'W/"edition-7"'}))["ETag"] == 'W/"edition-7"'


@pytest.fixture
def compressions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The encodings of all compressions done, in their order."""
    done: list[str] = []

    def counted(encoding: str) -> Callable[[bytes], bytes]:
        compressor = compression.COMPRESSORS[encoding]
        return lambda body: done.append(encoding) or compressor(body)  # type: ignore[func-returns-value]

    for encoding in list(compression.COMPRESSORS):
        monkeypatch.setitem(compression.COMPRESSORS, encoding, counted(encoding))
    compression.compressed_bodies.clear()
    return done


def test_a_body_is_compressed_once_for_each_encoding(compressions: list[str]) -> None:
    for accepted in ("br", "gzip", "br", "gzip", ""):
        answer(HttpResponse(LONG), accepted=accepted)
    answer(HttpResponse(LONG), "/elsewhere/")
    assert compressions == ["br", "gzip"]


def test_what_was_asked_for_longest_ago_is_forgotten_first(compressions: list[str]) -> None:
    sizes = [len(gzip.compress(f"{number} {LONG}".encode(), 6, mtime=0)) for number in range(3)]
    limit = max(sizes) * 2
    bodies = CompressedBodies(limit)
    for number in (0, 1, 0, 2):
        bodies.get("gzip", str(number), f"{number} {LONG}".encode())
        assert bodies.size <= limit
    assert len(compressions) == 3
    bodies.get("gzip", "0", f"0 {LONG}".encode())
    assert len(compressions) == 3
    bodies.get("gzip", "1", f"1 {LONG}".encode())
    assert len(compressions) == 4
    bodies.clear()
    assert bodies.size == 0


def test_a_body_larger_than_the_memory_is_compressed_and_not_kept(compressions: list[str]) -> None:
    bodies = CompressedBodies(limit=10)
    for _ in range(2):
        assert gzip.decompress(bodies.get("gzip", "a", LONG.encode())).decode() == LONG
        assert bodies.size == 0
    assert len(compressions) == 2


@pytest.fixture
def topic_url(db: None) -> str:
    topic = make_topic("AI")
    for _ in range(3):
        make_article([topic])
    return "/topics/ai/"


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_who_has_a_page_in_some_encoding_is_told_so(client: Client, topic_url: str, encoding: str) -> None:
    page = client.get(topic_url, headers={"accept-encoding": encoding})
    assert page.get("Content-Encoding", "identity") == encoding
    again = client.get(topic_url, headers={"accept-encoding": encoding, "if-none-match": page["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Vary"]) == (page["ETag"], page["Vary"])
    assert "Accept-Encoding" in page["Vary"]
    assert not again.has_header("Content-Encoding")


@pytest.mark.parametrize("encoding", ["br", "identity"])
def test_a_head_request_has_the_headers_of_the_page(client: Client, topic_url: str, encoding: str) -> None:
    page = client.get(topic_url, headers={"accept-encoding": encoding})
    head = client.head(topic_url, headers={"accept-encoding": encoding})
    assert head.headers.pop("X-Request-ID") != page.headers.pop("X-Request-ID")
    assert head.headers == page.headers
    assert head["Content-Length"] == str(len(page.content))


def test_a_page_for_all_readers_is_the_same_for_one_with_choices_and_both_are_compressed(
    client: Client, topic_url: str
) -> None:
    shared = client.get(topic_url, headers={"accept-encoding": "br"})
    client.post("/settings/change/", {"view": "stories", "next": topic_url})
    assert COOKIE in client.cookies
    own = client.get(topic_url, headers={"accept-encoding": "br"})
    assert "private" in own["Cache-Control"]
    assert (shared["Content-Encoding"], own["Content-Encoding"]) == ("br", "br")
    assert "stories" in brotli.decompress(own.content).decode()


def test_an_error_page_is_compressed_too(client: Client, topic_url: str) -> None:
    response = client.get("/nowhere/", headers={"accept-encoding": "br"})
    assert (response.status_code, response["Content-Encoding"]) == (404, "br")


@pytest.mark.parametrize(
    "path", ["/admin/login/", "/admin/", "/admin/articles/article/add/", "/admin/password_change/"]
)
def test_the_admin_is_never_compressed(admin_client: Client, admin_user: User, path: str) -> None:
    response = admin_client.get(path, headers={"accept-encoding": "br"}, follow=True)
    assert len(response.content) > compression.SMALLEST
    assert not response.has_header("Content-Encoding")


def page_with_a_token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{LONG}{get_token(request)}")


def page_of_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"text": LONG})


urlpatterns = [*site_urlpatterns, path("token/", page_with_a_token), path("json/", page_of_json)]


def test_a_page_with_a_csrf_token_is_never_compressed(client: Client, settings: object) -> None:
    settings.ROOT_URLCONF = __name__  # type: ignore[attr-defined]
    for _ in range(2):
        # The second time the reader has the cookie already, and gets it again.
        response = client.get("/token/", headers={"accept-encoding": "br"})
        assert response.status_code == 200
        assert not response.has_header("Content-Encoding")
    response = client.get("/json/", headers={"accept-encoding": "br"})
    assert json.loads(brotli.decompress(response.content)) == {"text": LONG}


def test_images_are_not_compressed(db: None, client: Client) -> None:
    default_storage.save("a/b.png", ContentFile(LONG.encode()))
    response = client.get("/media/a/b.png", headers={"accept-encoding": "br"})
    assert response.status_code == 200
    assert not response.has_header("Content-Encoding")
    assert b"".join(response.streaming_content).decode() == LONG  # type: ignore[attr-defined]
