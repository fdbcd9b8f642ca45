"""Cached pages that workers and machines share, in Django's cache.

Whatever fails there, pages are served without it.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache

from newsreader.page_cache.entries import Entry

LOCK_SECONDS = 2  # after which a worker that renders a page counts as killed, and another one renders it
LOOK_SECONDS = 0.01  # between two looks whether it has finished


def shared_cache() -> BaseCache | None:
    """Return Django's cache, if other processes share it."""
    found = caches["default"]
    return None if isinstance(found, LocMemCache | DummyCache) else found


class SharedPages:
    """Pages in a cache that other workers use, too."""

    def __init__(self, cache: BaseCache) -> None:
        self._cache = cache

    def get(self, key: str) -> Entry | None:
        """Return the page of a key; None if there is none, it is of an older version, or the cache is down."""
        with suppress(Exception):
            found = self._cache.get(_name(key))
            return found if isinstance(found, Entry) else None
        return None

    def put(self, key: str, entry: Entry, seconds: float) -> None:
        with suppress(Exception):
            self._cache.set(_name(key), entry, seconds)

    @contextmanager
    def rendering(self, key: str) -> Iterator[bool]:
        """Yield True to the worker that is to render a page; for others, wait for it and yield False."""
        name = f"{_name(key)}:rendering"
        if not self._is_first(name):
            self._wait(name)
            yield False
            return
        try:
            yield True
        finally:
            with suppress(Exception):
                self._cache.delete(name)

    def _is_first(self, name: str) -> bool:
        with suppress(Exception):
            return self._cache.add(name, 1, LOCK_SECONDS)
        return True

    def _wait(self, name: str) -> None:
        end = time.monotonic() + LOCK_SECONDS
        with suppress(Exception):
            while time.monotonic() < end and self._cache.get(name):
                time.sleep(LOOK_SECONDS)


def _name(key: str) -> str:
    return f"page:{_release()}:{hashlib.blake2b(key.encode(), digest_size=20).hexdigest()}"


@cache
def _release() -> str:
    """Return a hash of the code and settings, so that releases do not share pages."""
    digest = hashlib.blake2b(digest_size=8)
    code, assets = Path(settings.BASE_DIR), Path(settings.ASSETS_DIR)
    for folder in (code / "articles", code / "newsreader", assets / "templates", assets / "static"):
        for path in sorted(folder.rglob("*.*")):
            if path.suffix in {".py", ".html", ".jinja", ".mo", ".css", ".js"} and path.is_file():
                digest.update(path.read_bytes())
    names = ["PAGE_MAX_AGE", "SITE_NAME", "SITE_TAGLINE", "LANGUAGE_CODE", "TIME_ZONE", "PAGE_SIZE", "REMOTE_IMAGES"]
    names += ["SITE_URL", "WEBSUB_HUBS"]
    names += [name for name in dir(settings) if name.startswith(("RANKING_", "SECURE_", "CONTENT_SECURITY"))]
    digest.update(repr([(name, str(getattr(settings, name))) for name in names]).encode())
    return digest.hexdigest()
