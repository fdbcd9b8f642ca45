"""Whatever changes, however it is changed: what is kept is what would be made anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from articles.models import Article, ListingMonth, Provider, Story, Topic
from newsreader.page_cache.store import PageStore
from tests.changes.acts import ALL, UNCHANGED
from tests.locks.writers import World

pytestmark = pytest.mark.django_db

ALWAYS = ("/", "/topics/", "/providers/", "/archive/", "/search/?q=excerpt", "/about/ranking/", "/saved/")


def addresses() -> Iterator[str]:
    """Yield the addresses of all pages there are."""
    yield from ALWAYS
    for topic in Topic.objects.all():
        yield topic.get_absolute_url()
        yield f"{topic.get_absolute_url()}?view=articles"
    yield from (provider.get_absolute_url() for provider in Provider.objects.all())
    yield from (article.get_absolute_url() for article in Article.objects.filter(is_reference=False))
    yield from (story.get_absolute_url() for story in Story.objects.filter(size__gt=0))
    for month in ListingMonth.objects.values_list("month", flat=True).distinct():
        yield reverse("archive_month", args=[f"{month.year:04d}", f"{month:%m}"])


def page(client: Client, url: str) -> tuple[int, bytes, str]:
    response = client.get(url)
    return response.status_code, response.content, response.get("Location", "")


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
    now = {url: page(cold, url) for url in [*before, *dict.fromkeys(addresses())]}
    kept = {url: page(reader, url) for url in now}
    assert {url for url in now if kept[url] != now[url]} == set()
    if name not in UNCHANGED:
        assert any(now[url] != old.get(url) for url in now), "nothing that readers see has changed"
