"""How tests read the API."""

from typing import Any

from django.test import Client
from django.urls import reverse

from articles.models import Article, Story, Thread, Topic

LISTS = ("/api/v1/articles", "/api/v1/stories", "/api/v1/threads", "/api/v1/search?q=article", "/api/v1/front", "/api/v1/providers",
         "/api/v1/topics", "/api/news/index.json", "/api/news/page/1/index.json")  # fmt: skip


def addresses() -> list[str]:
    """Return the addresses of all lists, topics, articles and stories in the API."""
    articles = Article.objects.filter(is_reference=False)
    topics = Topic.objects.values_list("slug", flat=True)
    return [
        *LISTS,
        *(f"/api/v1/articles?topic={slug}" for slug in topics),
        *(f"/api/news/{slug}/index.json" for slug in topics),
        *(reverse("api:article", args=[article.pk]) for article in Article.objects.all()),
        *(f"/api/news/{article.date:%Y-%m-%d}-{article.slug}/index.json" for article in articles),
        *(reverse("api:thread", args=[pk]) for pk in Thread.objects.values_list("pk", flat=True)),
        *(reverse("api:story", args=[pk]) for pk in Story.objects.values_list("pk", flat=True)),
    ]


def get(client: Client, url: str, status: int = 200) -> Any:
    """Return the JSON at an address."""
    response = client.get(url)
    assert response.status_code == status, (url, response.content)
    return response.json()


def read_all(client: Client, url: str) -> list[dict[str, Any]]:
    """Return the records of a list from all its pages."""
    found: list[dict[str, Any]] = []
    following: str | None = url
    while following:
        page = get(client, following)
        found += page["data"]
        following = page["next"]
    return found
