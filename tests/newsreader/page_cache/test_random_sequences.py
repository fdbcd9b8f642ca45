"""Two workers with pages of their own, one behind them or none, and what happens at random: nobody gets an old page."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.test import Client, TestCase

from newsreader.page_cache import middleware
from newsreader.page_cache import store as store_module
from newsreader.page_cache.shared import SharedPages
from newsreader.page_cache.store import PageStore
from tests.locks.writers import OTHERS, WRITERS, World
from tests.support.choices import EVERYTHING, choose
from tests.support.reader_pages import addresses, page

pytestmark = pytest.mark.django_db
STEPS = 40


def shared_cache() -> BaseCache:
    """The cache that TEST_CACHE_URL names, as in CI; a stand-in, which pickles as Redis's backend does, without it."""
    options = {"KEY_PREFIX": f"test-{os.getpid()}"}
    url = os.environ.get("TEST_CACHE_URL")
    return RedisCache(url, options) if url else LocMemCache("random sequences", options)


@pytest.fixture(params=["shared", "own"])
def workers(
    request: pytest.FixtureRequest, pages: PageStore, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Client]]:
    """Readers without choices, each of another worker."""
    cache = shared_cache() if request.param == "shared" else None
    stores = [PageStore(10_000_000) for _ in range(2)]
    clients = [Client() for _ in stores]
    for store, client in zip(stores, clients, strict=True):
        monkeypatch.setattr(middleware, "store", store)
        monkeypatch.setattr(store_module, "store", store)  # that of the records that pages are made of
        monkeypatch.setattr(store_module, "store", store)
        store.shared = SharedPages(cache) if cache else None
        client.get("/offline/")  # its middleware is made with the first request
    yield clients
    assert all(store.size for store in stores)
    if cache:
        cache.clear()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_in_whatever_order_pages_are_as_if_made_anew(
    seed: int, tmp_path: Path, cold: Client, workers: list[Client]
) -> None:
    dice = random.Random(seed)
    acts = list((WRITERS | OTHERS).values())
    world = World.made(tmp_path)
    known = dict.fromkeys(addresses())
    done = 0
    for _ in range(STEPS):
        if dice.random() < 0.25:
            act = dice.choice(acts)(world)
            with TestCase.captureOnCommitCallbacks(execute=True):
                act()
            known |= dict.fromkeys(addresses())
            done += 1
            continue
        url, reader, has_choices = dice.choice(list(known)), dice.choice(workers), dice.random() < 0.3
        for client in (reader, cold):
            client.cookies.clear()
            if has_choices:
                choose(client, EVERYTHING)
        assert page(reader, url) == page(cold, url), f"{url} after {done} changes"
    assert done >= 4
