"""What readers may not see is nowhere in the API, whatever was done before it was hidden or is done afterwards."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.changes import changing_articles, stories_at_the_end
from articles.models import Article, Topic
from tests.support.api import addresses
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"
LATER = timezone.now() + dt.timedelta(days=365)
HIDDEN: dict[str, dict[str, Any]] = {
    "unlisted": {"published": False},
    "withdrawn": {"removed": True},
    "without its file": {"file_missing": True},
    "a draft": {"published": False, "is_draft": True},
    "of the future": {"published_date_time": LATER},
    "embargoed": {"published": False, "publish_at": LATER},
}


def change(article: Article, **values: Any) -> None:
    """Write values of an article with all that follows from them, as editors and imports do."""
    with stories_at_the_end(), changing_articles([article.pk]):
        Article.objects.filter(pk=article.pk).update(**values)


def edits(article: Article, topic: Topic) -> list[Callable[[], object]]:
    """Return one edit of each kind."""
    return [
        lambda: change(article, title=f"{SECRET} again"),
        lambda: change(article, slug="moved", date=dt.date(2023, 9, 2)),
        lambda: change(article, provider=make_provider("z.example", name="Z")),
        lambda: change(article, heat=999, quality=999),
        lambda: make_article([topic], related=[article]),
        lambda: Topic.objects.filter(pk=topic.pk).update(slug="other"),
    ]


@pytest.mark.parametrize("values", HIDDEN.values(), ids=HIDDEN.keys())
def test_what_is_hidden_is_nowhere_after_any_edit(client: Client, values: dict[str, Any]) -> None:
    topic = make_topic()
    # Alone in its story: as a member of one, an unlisted article is a link to its provider, as on pages.
    article = make_article([topic], title=SECRET, provider=make_provider("y.example"))
    make_article([topic])
    assert in_how_many(client) > 5
    change(article, **values)
    assert in_how_many(client) == 0
    for edit in edits(article, topic)[:4] + edits(article, topic)[5:]:
        edit()
        assert in_how_many(client) == 0


def in_how_many(client: Client) -> int:
    """Return at how many addresses of the API the article is, or the provider that has no other."""
    answers = [client.get(url).content.decode() for url in addresses()]
    return sum(SECRET in text or "y.example" in text for text in answers)
