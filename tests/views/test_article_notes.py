"""What an article's page says beside its text: where it is, when it changed, and how long it takes to read."""

import datetime as dt

import pytest
from django.test import Client

from articles.models import Article
from tests.support.factories import TIME, make_article, make_topic

pytestmark = pytest.mark.django_db


def page(client: Client, article: Article) -> str:
    return " ".join(client.get(article.get_absolute_url()).content.decode().split())


@pytest.mark.parametrize(("minutes", "is_said"), [(5, False), (30, True)])
def test_a_later_change_is_said_and_one_while_it_was_published_is_not(
    client: Client, minutes: int, is_said: bool
) -> None:
    article = make_article(published_date_time=TIME, updated_at=TIME + dt.timedelta(minutes=minutes))
    assert ("<span>Updated <time" in page(client, article)) is is_said


def test_own_texts_say_how_long_they_take_to_read(client: Client) -> None:
    body = "word " * 690
    assert "3 minutes to read" in page(client, make_article(web_url="", original_url="", body=body))
    assert "to read<" not in page(client, make_article(body=body))


def test_breadcrumbs_lead_to_the_topics_and_the_first_of_its_own(client: Client) -> None:
    html = page(client, make_article([make_topic("Cloud"), make_topic("Data")]))
    path = html.partition('<nav class="path"')[2].partition("</nav>")[0]
    assert 'href="/topics/"' in path
    assert 'href="/topics/cloud/"' in path
    assert "Data" not in path
