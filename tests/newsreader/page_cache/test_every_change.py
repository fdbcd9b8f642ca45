"""Whatever changes, however it is changed: what is kept is what would be made anew."""

from pathlib import Path

import pytest
from django.test import Client, TestCase

from newsreader.page_cache.store import PageStore
from tests.changes.acts import ALL, UNCHANGED
from tests.locks.writers import World
from tests.support.reader_pages import addresses, page

# Which changes are named does differ with the database, and tests/changes/test_writers.py looks at that on each; what
# becomes of pages whose changes are named does not.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.mark.parametrize("name", ALL)
def test_pages_are_as_if_made_anew_after_any_change(
    name: str, tmp_path: Path, cold: Client, reader: Client, pages: PageStore
) -> None:
    world = World.made(tmp_path)
    act = ALL[name](world)
    before = dict.fromkeys(addresses())
    old = {url: page(reader, url) for url in before}
    assert pages.size
    with TestCase.captureOnCommitCallbacks(execute=True):
        act()
    now = {url: page(cold, url) for url in dict.fromkeys([*before, *addresses()])}
    kept = {url: page(reader, url) for url in now}
    assert {url for url in now if kept[url] != now[url]} == set()
    if name not in UNCHANGED:
        assert any(now[url] != old.get(url) for url in now), "nothing that readers see has changed"
