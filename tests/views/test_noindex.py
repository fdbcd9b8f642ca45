"""Searches, filters and other views of a page are not for the index of search engines."""

import pytest
from django.test import Client

from articles.models import Story
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NOINDEX = '<meta name="robots" content="noindex, follow">'


@pytest.mark.parametrize(
    ("path", "is_indexed"),
    [
        ("/", True),
        ("/?show=hidden", False),
        ("/?utm_source=x", True),
        ("/search/", True),
        ("/search/?q=article", False),
        ("/search/?q=article&page=1", False),
        ("/topics/ai/", True),
        ("/topics/ai/?page=1", True),
        ("/topics/ai/?view=stories", False),
        ("/providers/", True),
        ("/providers/?q=a", False),
    ],
)
def test_only_pages_with_an_address_of_their_own_are_indexed(client: Client, path: str, is_indexed: bool) -> None:
    make_article([make_topic("AI")])
    assert (NOINDEX in client.get(path).content.decode()) != is_indexed


def test_other_groups_of_a_story_are_not_indexed(client: Client) -> None:
    make_article(related=[make_article(provider=make_provider("b.example"))])
    url = Story.objects.get(size=2).get_absolute_url()
    assert NOINDEX not in client.get(url).content.decode()
    assert NOINDEX in client.get(f"{url}?by=time").content.decode()
