"""Tests of figures also look at a site that caches its pages."""

from tests.newsreader.page_cache.conftest import cold, pages

__all__ = ["cold", "pages"]
