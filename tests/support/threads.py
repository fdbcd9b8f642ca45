"""Threads as tests make them and read them."""

import datetime as dt
import re
from itertools import pairwise

from django.test import Client

from articles.changes import stories_at_the_end
from articles.models import Article
from tests.support.factories import TIME, make_article, make_provider
from tests.support.stories import link

WORDS = [
    "Harbour",
    "Tunnel",
    "Orchard",
    "Violin",
    "Glacier",
    "Comet",
    "Bakery",
    "Census",
    "Pelican",
    "Lantern",
    "Quarry",
    "Meadow",
]


def make_chain(number: int, days: int = 20, start: int = 0) -> list[Article]:
    """Return articles of different events, each linking to the one before."""
    with stories_at_the_end():
        articles = [
            make_article(
                title=f"{WORDS[place % 12]} {WORDS[(place * 5 + 1) % 12]} {place}",
                published_date_time=TIME + dt.timedelta(days=days * place),
                provider=make_provider(f"p{place % 9}.example"),
            )
            for place in range(start, start + number)
        ]
        for before, after in pairwise(articles):
            link(after, before)
    return articles


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    body = re.sub(r"(?s)^.*<main", "", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
