"""What the API answers to requests of every kind: fields, errors, validators, other origins, limits, caches."""

import base64
import json

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from articles.models import Article
from newsreader.client_address import network_of
from tests.support.api import get
from tests.support.factories import make_article, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_only_the_fields_asked_for_are_there(client: Client) -> None:
    article = make_article()
    page = get(client, "/api/v1/articles?fields=title,id")
    assert page == {"data": [{"id": article.pk, "title": article.title}], "next": None}
    assert get(client, f"/api/v1/articles/{article.pk}?fields=heat") == {"heat": 70}
    assert set(get(client, "/api/v1/search?q=article&fields=id")) == {
        "data", "next", "found", "has_more", "ignored", "facets",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("/api/v1/articles?fields=id,nope", "fields"),
        ("/api/v1/articles?limit=0", "limit"),
        ("/api/v1/articles?limit=101", "limit"),
        ("/api/v1/articles?limit=x", "limit"),
        ("/api/v1/articles?cursor=x", "cursor"),
        ("/api/v1/articles?cursor=%C3%A9", "cursor"),
        ("/api/v1/search?sort=up", "sort"),
        ("/api/v1/search?cursor=Wy0xXQ", "cursor"),
        (f"/api/v1/search?q={'x' * 300}", "q"),
    ],
)
def test_a_bad_parameter_is_a_problem_that_names_it(client: Client, url: str, name: str) -> None:
    response = client.get(url)
    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    problem = response.json()
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", "Unprocessable Entity", 422)
    assert [error["name"] for error in problem["errors"]] == [name]


@pytest.mark.parametrize("values", [[], ["x", 1, 1], ["2023-09-01T12:00:00Z", 1, 2**70], ["9999-12-31T23:59:59-23:00", 1, 1],
                                    ["2023-09-01T12:00:00Z", True, 1], {"a": 1}, 7])  # fmt: skip
def test_a_made_up_cursor_is_a_problem(client: Client, values: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    assert get(client, f"/api/v1/articles?cursor={cursor}", 422)["errors"][0]["name"] == "cursor"


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("get", "/api/v1/nowhere", 404),
        ("get", "/api/v1/articles/1", 404),
        ("get", f"/api/v1/articles/{10**30}", 404),
        ("get", f"/api/v1/stories/{10**30}", 404),
        ("get", "/api/v1/articles?topic=none", 404),
        ("get", "/api/v1/articles?provider=none.example", 404),
        ("get", "/api/v1/providers/none.example", 404),
        ("get", "/api/news/none/index.json", 404),
        ("get", "/api/news/page/0/index.json", 404),
        ("get", f"/api/news/page/{10**30}/index.json", 404),
        ("get", "/api/news/9999-99-99-x/index.json", 404),
        ("post", "/api/v1/articles", 405),
        ("delete", "/api/news/index.json", 405),
    ],
)
def test_other_errors_are_problems_too(client: Client, method: str, url: str, status: int) -> None:
    response = getattr(client, method)(url)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["status"] == status
    assert response.json()["detail"]


def test_an_answer_that_has_not_changed_is_304(client: Client) -> None:
    article = make_article(title="Before")
    first = client.get("/api/v1/articles")
    assert client.get("/api/v1/articles", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.head("/api/v1/articles").status_code == 200
    Article.objects.filter(pk=article.pk).update(title="After")
    assert client.get("/api/v1/articles", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_scripts_of_other_sites_may_read_it_and_nothing_else(client: Client) -> None:
    for url in ("/api/v1/articles", "/api/news/index.json", "/api/v1/nowhere"):
        assert client.get(url)["Access-Control-Allow-Origin"] == "*"
    preflight = client.options("/api/v1/articles", headers={"Origin": "https://x.example"})
    assert (preflight.status_code, preflight["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    assert "Access-Control-Allow-Origin" not in client.get("/")


def test_no_cookie_changes_an_answer(client: Client) -> None:
    make_article([make_topic()])
    plain = client.get("/api/v1/front")
    client.post("/settings/", {"language": "de", "view": "stories"})
    again = client.get("/api/v1/front")
    assert again.content == plain.content
    assert "Cookie" not in again.get("Vary", "")


def test_requests_beyond_the_limit_of_a_minute_wait(client: Client, settings: Settings) -> None:
    settings.API_RATE_LIMIT = 2
    cache.clear()
    here = {"REMOTE_ADDR": "192.0.2.1"}
    first, second, third, *_ = [client.get("/api/v1/topics", **here) for _ in range(5)]
    assert [first.status_code, second.status_code] == [200, 200]
    assert first["RateLimit-Policy"] == '"default";q=2;w=60'
    assert first["RateLimit"].startswith('"default";r=1;t=')
    # The minute may have turned over in between, but not for all of five requests.
    assert third.status_code in (200, 429)
    limited = next(each for each in (client.get("/api/v1/topics", **here) for _ in range(5)) if each.status_code == 429)
    assert limited["Content-Type"] == "application/problem+json"
    assert 1 <= int(limited["Retry-After"]) <= 60
    assert client.get("/api/v1/topics", REMOTE_ADDR="192.0.2.2").status_code == 200
    assert client.get("/topics/", **here).status_code == 200


def test_a_client_is_an_address_or_a_network_of_ipv6(client: Client, settings: Settings) -> None:
    assert network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("2001:db8::1:2:3:4") == network_of("2001:db8::5:6:7:8") != network_of("2001:db8:0:1::1")
    settings.API_RATE_LIMIT = 1
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    cache.clear()
    by_proxy = [
        client.get("/api/v1/topics", headers={"X-Forwarded-For": f"forged, 192.0.2.{number}"}) for number in (8, 9)
    ]
    assert [each.status_code for each in by_proxy] == [200, 200]


@pytest.mark.parametrize("path", ["/api/v1/articles?fields=id", "/api/news/latest.json"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_where_https_is_wanted_http_is_refused_in_words(
    client: Client, settings: Settings, method: str, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.generic(method, path)
    assert (answer.status_code, answer["Cache-Control"]) == (403, "no-store")
    assert "https://" in json.loads(answer.content)["detail"]
    assert client.generic(method, path, secure=True).status_code != 403
