"""Shares of providers and topics are kept, and counted anew when what they are of changes."""

from collections.abc import Callable

import pytest
from django.test import Client, TestCase

from articles.editorial.edits import edit_articles, replace_topic
from articles.models import Article
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db


def added(article: Article) -> None:
    make_article([make_topic()], provider=make_provider("b.example"))


def withdrawn(article: Article) -> None:
    edit_articles([article.pk], removed=True)


def of_another_provider(article: Article) -> None:
    edit_articles([article.pk], provider=make_provider("b.example"))


def of_another_topic(article: Article) -> None:
    replace_topic([article.pk], make_topic(), make_topic("Law"))


def provider_renamed(article: Article) -> None:
    provider = make_provider("b.example")
    provider.name = "Renamed"
    provider.save()


def topic_renamed(article: Article) -> None:
    topic = make_topic("Law")
    topic.name = "Renamed"
    topic.save()


@pytest.mark.parametrize(
    "change", [added, withdrawn, of_another_provider, of_another_topic, provider_renamed, topic_renamed]
)
def test_kept_shares_are_as_if_counted_anew_after_a_change(
    change: Callable[[Article], None], reader: Client, cold: Client
) -> None:
    one, other = make_topic(), make_topic("Law")
    article = make_article([one])
    make_article([one, other], provider=make_provider("b.example"))
    for _ in range(3):
        make_article([one, other])
    urls = ("/topics/ai/", "/topics/law/", "/providers/a.example/", "/providers/b.example/")
    old = [reader.get(url).content for url in urls]
    assert b'class="shares"' in old[0]
    with TestCase.captureOnCommitCallbacks(execute=True):
        change(article)
    kept = [reader.get(url).content for url in urls]
    assert kept == [cold.get(url).content for url in urls]
    assert kept != old
