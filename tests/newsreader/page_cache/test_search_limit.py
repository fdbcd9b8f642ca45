"""The limit of searches is for those that are made, not for those that are there."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limit(settings: Settings) -> Iterator[None]:
    settings.SEARCH_RATE_LIMIT = 1
    cache.clear()
    yield
    cache.clear()


def test_what_the_cache_answers_does_not_count_and_no_refusal_is_kept(
    reader: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsreader.limits.time.time", lambda: 1_800_000_015.0)
    assert [reader.get("/search/?q=a").status_code for _ in range(5)] == [200] * 5
    assert reader.get("/search/?q=b").status_code == 429
    settings.SEARCH_RATE_LIMIT = 0
    assert reader.get("/search/?q=b").status_code == 200
