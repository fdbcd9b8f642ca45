"""All addresses of readers' pages, and what a reader gets from one."""

from collections.abc import Iterator

from django.test import Client
from django.urls import reverse

from articles.models import Article, ListingMonth, Provider, Story, Thread, Topic
from tests.support import api
from tests.support.feeds import feed_addresses

ALWAYS = (
    "/",
    "/topics/",
    "/stories/",
    "/catch-up/",
    "/threads/",
    "/providers/",
    "/archive/",
    "/search/?q=excerpt",
    "/about/ranking/",
    "/saved/",
)


def addresses() -> Iterator[str]:
    """Yield the addresses of all pages there are, and those of feeds and the API."""
    yield from ALWAYS
    for topic in Topic.objects.all():
        yield topic.get_absolute_url()
        yield f"{topic.get_absolute_url()}?view=articles"
    yield from (provider.get_absolute_url() for provider in Provider.objects.all())
    yield from (article.get_absolute_url() for article in Article.objects.filter(is_reference=False))
    yield from (story.get_absolute_url() for story in Story.objects.filter(size__gt=0))
    yield from (thread.get_absolute_url() for thread in Thread.objects.with_page())
    for month in ListingMonth.objects.values_list("month", flat=True).distinct():
        yield reverse("archive_month", args=[f"{month.year:04d}", f"{month:%m}"])
    yield from api.addresses()
    yield "/feeds/"
    yield from feed_addresses()


def page(client: Client, url: str) -> tuple[int, bytes, str]:
    response = client.get(url)
    return response.status_code, response.content, response.get("Location", "")
