"""Addresses of articles that were cleaned up say that these are gone, if readers knew them."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.editorial.cleanup import bring_back, clean_up
from articles.models import Article, ArticleAlias
from tests.support.events import one_event
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db


def cleaned_up(name: str = "_news/old.md", **values: object) -> str:
    """Return the address of an article that was cleaned up."""
    article = make_article(source_path=name, title="Secret", **values)
    assert clean_up([article.pk]) == 1
    return article.get_absolute_url()


def test_the_address_of_what_was_listed_answers_410(client: Client) -> None:
    url, withdrawn = cleaned_up(), make_article(removed=True)
    response, other = client.get(url), client.get(withdrawn.get_absolute_url())
    assert response.status_code == other.status_code == 410
    html = response.content.decode()
    assert "This article is not kept here any more." in html
    assert "Secret" not in html
    own = ("X-Request-ID", "ETag", "Content-Length", "Server-Timing")
    first, second = ({name: each[name] for name in each.headers if name not in own} for each in (response, other))
    assert first == second
    assert client.get(f"{url}?page=2").status_code == 410
    assert client.get(f"{url[:-1]}-x/").status_code == 404


def test_that_of_what_readers_never_saw_answers_404(client: Client) -> None:
    later = timezone.now() + dt.timedelta(days=1)
    assert client.get(cleaned_up("a", published=False)).status_code == 404
    assert client.get(cleaned_up("b", published_date_time=later)).status_code == 404
    assert client.get(cleaned_up("c", published=False, removed=True)).status_code == 410
    assert client.get(cleaned_up("d", file_missing=True)).status_code == 410


def test_another_article_may_have_the_address(client: Client) -> None:
    url = cleaned_up()
    heir = make_article()
    alias = ArticleAlias.objects.create(article=heir, path=url.rstrip("/"))
    assert client.get(url)["Location"] == heir.get_absolute_url()
    alias.delete()
    assert client.get(url).status_code == 410
    Article.objects.filter(pk=heir.pk).update(date=dt.date(*map(int, url.split("/")[1:4])), slug=url.split("/")[4])
    assert client.get(url).status_code == 200


def test_when_its_file_may_come_back_pages_are_made_anew(client: Client) -> None:
    url = cleaned_up()
    with one_event():
        assert bring_back(["_news/old.md"]) == 1
    assert client.get(url).status_code == 404


@pytest.mark.any_database
def test_it_costs_few_queries(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    url = cleaned_up()
    client.get(url)
    with django_assert_num_queries(5):
        assert client.get(url).status_code == 410
