"""An address may search so often a minute; what the page cache answers does not count."""

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limit(settings: Settings) -> Iterator[None]:
    settings.SEARCH_RATE_LIMIT = 3
    cache.clear()
    yield
    cache.clear()


def search(text: str, address: str = "192.0.2.7") -> int:
    return Client().get("/search/", {"q": text}, REMOTE_ADDR=address).status_code


def test_beyond_the_limit_a_page_says_when_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_800_000_015.0)
    assert [search(text) for text in "abc"] == [200] * 3
    response = Client().get("/search/", {"q": "d"}, REMOTE_ADDR="192.0.2.7")
    assert (response.status_code, response["Retry-After"]) == (429, "45")
    assert re.search(r"Go on in 45\s+seconds", response.content.decode())
    assert "no-store" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]
    assert search("d", "198.51.100.4") == 200


def test_the_empty_form_and_other_pages_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_800_000_015.0)
    assert [search(text) for text in "abcd"][-1] == 429
    assert search("") == 200
    assert Client().get("/", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_limit_of_none_is_none(settings: Settings) -> None:
    settings.SEARCH_RATE_LIMIT = 0
    assert {search("a") for _ in range(5)} == {200}
