"""Purges as each kind of cache wants them, sent to a server that plays it."""

import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsreader.cdn.services import Purge, PurgeError, Service, services
from tests.newsreader.cdn.conftest import Caches

PURGE = Purge(("anything", "article-7", "topic-1"), ("/", "/topics/ai/"))


def service(address: str) -> Service:
    (found,) = services([address])
    return found


def test_fastly_gets_the_tags_of_its_service_with_the_token(caches: Caches) -> None:
    service(f"fastly://to%2Fken@SU1Z0isx?endpoint=http://{caches.address}").send(PURGE)
    (asked,) = caches.asked
    assert (asked.method, asked.path) == ("POST", "/service/SU1Z0isx/purge")
    assert asked.headers["Fastly-Key"] == "to/ken"
    assert asked.body == {"surrogate_keys": ["anything", "article-7", "topic-1"]}


def test_cloudflare_gets_the_tags_of_its_zone_with_the_token(caches: Caches) -> None:
    service(f"cloudflare://token@zone1?endpoint=http://{caches.address}").send(PURGE)
    (asked,) = caches.asked
    assert (asked.method, asked.path) == ("POST", "/client/v4/zones/zone1/purge_cache")
    assert asked.headers["Authorization"] == "Bearer token"
    assert asked.body == {"tags": ["anything", "article-7", "topic-1"]}


def test_varnish_gets_the_tags_in_a_header(caches: Caches) -> None:
    service(f"varnish://{caches.address}").send(PURGE)
    assert [(each.method, each.path, each.headers["xkey-purge"]) for each in caches.asked] == [
        ("PURGE", "/", "anything article-7 topic-1")
    ]


def test_other_caches_get_the_addresses_of_pages_at_the_sites_host(caches: Caches) -> None:
    caches.statuses = [200, 404]  # it does not have the second one
    service(f"purge://{caches.address}?host=news.example").send(PURGE)
    assert [(each.method, each.path, each.headers["Host"]) for each in caches.asked] == [
        ("PURGE", "/", "news.example"),
        ("PURGE", "/topics/ai/", "news.example"),
    ]


@pytest.mark.parametrize(("kind", "size"), [("fastly", 256), ("cloudflare", 30)])
def test_many_tags_are_sent_in_parts_of_the_size_that_a_service_takes(caches: Caches, kind: str, size: int) -> None:
    tags = tuple(f"article-{number}" for number in range(600))
    service(f"{kind}://token@id?endpoint=http://{caches.address}").send(Purge(tags, ()))
    assert caches.tags() == list(tags)
    assert len(caches.asked) == -(-600 // size)


def test_no_header_to_varnish_is_too_long(caches: Caches) -> None:
    tags = tuple(f"article-{number:09}" for number in range(1000))
    service(f"varnish://{caches.address}").send(Purge(tags, ()))
    headers = [each.headers["xkey-purge"] for each in caches.asked]
    assert " ".join(headers).split() == list(tags)
    assert max(map(len, headers)) <= 4000


@pytest.mark.parametrize("kind", ["fastly", "cloudflare", "varnish", "purge"])
@pytest.mark.parametrize("status", [301, 403, 429, 503])
def test_a_refusal_names_the_cache_and_the_status_but_no_token(caches: Caches, kind: str, status: int) -> None:
    caches.statuses = [status]
    address = f"{kind}://{'secret@id' if kind in ('fastly', 'cloudflare') else caches.address}"
    with pytest.raises(PurgeError) as caught:
        service(f"{address}?endpoint=http://{caches.address}").send(PURGE)
    assert str(caught.value) == f"{address.replace('secret@', '')}: HTTP status {status}"
    assert len(caches.asked) == 1


def test_cloudflare_may_refuse_with_status_200(caches: Caches) -> None:
    caches.body = {"success": False, "errors": [{"message": "no such zone"}]}
    with pytest.raises(PurgeError, match="cloudflare://id: an answer without success"):
        service(f"cloudflare://secret@id?endpoint=http://{caches.address}").send(PURGE)


def test_a_cache_that_is_down_is_an_error_that_names_it() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))  # taken, but nobody listens
        port = listener.getsockname()[1]
        with pytest.raises(PurgeError, match=rf"varnish://127\.0\.0\.1:{port}: NewConnectionError"):
            service(f"varnish://127.0.0.1:{port}").send(PURGE)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("akamai://secret@id", "address 2: it begins with one of fastly://, cloudflare://, varnish://, purge://"),
        ("secret", "address 2: it begins with one of"),
        ("varnish://", "address 2: it begins with one of"),
        ("fastly://SU1Z", "address 2: fastly://TOKEN@ID, the token is missing"),
    ],
)
def test_a_wrong_address_is_named_by_its_place_without_its_token(address: str, message: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        services(["varnish://127.0.0.1", address])
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)
