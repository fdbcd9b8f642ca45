"""A site that keeps its pages, as tests of that look at it."""

from typing import Any

import pytest
from django.test import Client, override_settings

from newsreader.page_cache import middleware
from newsreader.page_cache import store as store_module
from newsreader.page_cache.store import PageStore


@pytest.fixture
def cold() -> Client:
    """A reader whose pages are always made anew."""
    with override_settings(PAGE_CACHE_BYTES=0):
        client = Client()
        client.get("/offline/")  # its middleware is chosen at the first request
    return client


@pytest.fixture
def pages(settings: Any, monkeypatch: pytest.MonkeyPatch, cold: Client) -> PageStore:
    """The pages that are kept: none yet. Changes are looked for with each request."""
    settings.PAGE_CACHE_BYTES = 10_000_000
    kept = PageStore(settings.PAGE_CACHE_BYTES)
    monkeypatch.setattr(middleware, "store", kept)
    monkeypatch.setattr(store_module, "store", kept)
    monkeypatch.setattr(store_module, "LOOK_SECONDS", 0)
    return kept


@pytest.fixture
def reader(pages: PageStore) -> Client:
    """A reader without choices of a site that keeps pages."""
    return Client()
