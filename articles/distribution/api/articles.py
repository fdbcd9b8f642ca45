"""Articles: lists, newest first, and one with all that its page shows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from ninja import Query, Router
from pydantic import Field

from articles.distribution.api import records
from articles.distribution.api.answers import NO_NUL, Fields, Paging, answer, chosen, next_url, page_answer
from articles.distribution.api.cursors import newest_after
from articles.distribution.api.problems import gone, not_found
from articles.distribution.api.schemas import Article as ArticleRecord
from articles.distribution.api.schemas import FullArticle, Page, Problem
from articles.models import Article, ArticleTopic, Provider, Topic
from articles.models.visibility import has_come, listed
from articles.pages.addresses import provider_called, topic_called
from articles.pages.cards import card_from, related_items
from articles.pages.shown import ANYTHING, shows, shows_articles
from articles.text.parameters import MAX_NUMBER
from articles.text.rendering import markdown, safe_html
from articles.text.videos import find_video

router = Router(tags=["Articles"])


class Wanted(Paging):
    topic: str = Field("", max_length=100, description="The slug of a topic.", pattern=NO_NUL)
    provider: str = Field("", max_length=253, description="The domain of a provider.", pattern=NO_NUL)


@router.get("/articles", response={200: Page[ArticleRecord], 404: Problem, 422: Problem}, url_name="articles")
def list_articles(request: HttpRequest, wanted: Query[Wanted]) -> HttpResponse:
    """Return listed articles, newest first."""
    shows(ANYTHING)
    fields = chosen(wanted.fields, ArticleRecord)
    topic = topic_at(wanted.topic) if wanted.topic else None
    provider = provider_at(wanted.provider) if wanted.provider else None
    links = ArticleTopic.objects.filter(listed(), topic=topic)
    if topic and not provider:
        rows, cursor = newest_after(links, wanted.cursor, wanted.limit, ("listed_from", "tie", "article_id"))
    else:
        articles = Article.objects.listed()
        articles = articles.filter(provider=provider) if provider else articles
        articles = articles.filter(id__in=links.values("article_id")) if topic else articles
        rows, cursor = newest_after(articles, wanted.cursor, wanted.limit, ("listed_from", "tie", "id"))
    data = records.articles_of([row[2] for row in rows], request.build_absolute_uri)
    return page_answer(Page[ArticleRecord](data=data, next=next_url(request, cursor)), fields)


def topic_at(slug: str) -> Topic:
    """Return the topic that has or had a slug; raise a problem if there is none."""
    topic = topic_called(slug)
    if topic is None:
        raise not_found("There is no topic with this slug.")
    return topic


def provider_at(domain: str) -> Provider:
    """Return the provider that has or had a domain; raise a problem if there is none."""
    provider = provider_called(domain)
    if provider is None:
        raise not_found("There is no provider with this domain.")
    return provider


@router.get(
    "/articles/{int:pk}", response={200: FullArticle, 404: Problem, 410: Problem, 422: Problem}, url_name="article"
)
def get_article(request: HttpRequest, pk: int, wanted: Query[Fields]) -> HttpResponse:
    """Return an article with its text and its related articles."""
    fields = chosen(wanted.fields, FullArticle)
    row = row_of(pk)
    return answer(full_article(request, row), fields)


def row_of(pk: int) -> dict[str, Any]:
    """Return the columns of a listed article; raise a problem if there is none."""
    columns = ("featured_content", "body", "removed", "file_missing", "listed_from", "updated_at")
    rows = Article.objects.filter(pk=pk, is_reference=False) if pk <= MAX_NUMBER else Article.objects.none()
    row = rows.card_columns(*columns).first()
    shows_articles([pk])
    if row is None:
        raise not_found("There is no article with this id.")
    if row["removed"] or row["file_missing"]:
        raise gone("The article was withdrawn.")
    if not has_come(row["listed_from"]):
        raise not_found("There is no article with this id.")
    return row


def full_article(request: HttpRequest, row: dict[str, Any]) -> FullArticle:
    video = find_video(row["featured_content"])
    related = related_items(Article.objects.related_to(row["id"]))
    return FullArticle(
        **records.article_values(row, card_from(row), request.build_absolute_uri),
        featured=safe_html(row["featured_content"]),
        content=markdown(row["body"]),
        video_url=iri_to_uri(video.url) if video else None,
        related=records.related_from(related, request.build_absolute_uri),
    )
