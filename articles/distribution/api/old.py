"""Lists and articles in the shape of the engine that the file format comes from, for its clients.

Lists by page are at ``/api/news/page/<n>/index.json`` and ``/api/news/<topic>/page/<n>/index.json`` (with ``page<n>`` in
the older form, and without a page the first one), articles at ``/api/news/<file name without .md>/index.json``. Keys,
their order and their nesting are that engine's; what this site does not know is null.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.content.layout import NEWS_FOLDER
from articles.distribution.api.problems import problem_response
from articles.distribution.responses import shared
from articles.listings import Scope
from articles.models import Article, Topic
from articles.models.visibility import has_come
from articles.pages.addresses import moved_to, topic_called
from articles.pages.cached import cached_page
from articles.pages.cards import topics_from
from articles.pages.images import media_url, shown_images
from articles.pages.kept_listings import KeptListing
from articles.pages.shown import ANYTHING, CATALOGUE, shows, shows_articles
from articles.text.parameters import day_of
from articles.text.rendering import safe_html
from articles.text.videos import video_frame

PAGE_SIZE = 25  # as that engine has it
MAX_PAGE = 10**6
COLUMNS = ("source_path", "category", "amp_web_url", "cdn_amp_web_url", "featured_content", "body", "updated_at",
           "removed", "file_missing", "listed_from")  # fmt: skip
_STEM = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})-(.+)")
IN_LISTS = ("highlight", "content")  # keys that an article alone does not have


@cached_page()
@require_safe
def everything(request: HttpRequest, page: int) -> HttpResponse:
    return listing(request, Scope(), page)


@cached_page()
@require_safe
def topic(request: HttpRequest, slug: str, page: int) -> HttpResponse:
    shows(CATALOGUE)
    found = Topic.objects.filter(slug=slug).first()
    if found is None:
        heir = topic_called(slug)
        return moved_to(request, reverse("old_topic", args=[heir.slug, page]) if heir else None)
    return listing(request, Scope(topic=found), page)


@cached_page()
@require_safe
def topic_or_article(request: HttpRequest, name: str) -> HttpResponse:
    shows(CATALOGUE)
    found = Topic.objects.filter(slug=name).first()
    if found:
        return listing(request, Scope(topic=found), 1)
    row = row_of(name)
    if row is None:
        heir = topic_called(name)
        return moved_to(request, reverse("old_topic_or_article", args=[heir.slug]) if heir else None)
    return article(request, row)


def listing(request: HttpRequest, scope: Scope, page: int) -> HttpResponse:
    """Return a page of a listing, newest first; the first page may be empty, others raise Http404 then."""
    shows(ANYTHING)
    if not 1 <= page <= MAX_PAGE:
        raise Http404("no such page")
    listed = KeptListing(scope)
    start = (page - 1) * PAGE_SIZE
    if page > 1 and start >= listed.count:
        raise Http404("no such page")
    ids = listed.ids(start, PAGE_SIZE) if listed.count else []
    shows_articles(ids)
    rows = {row["id"]: row for row in Article.objects.filter(id__among=ids).card_columns(*COLUMNS)}
    value = [article_values(request, rows[pk]) for pk in ids if pk in rows]
    following = page + 1 if listed.count > start + PAGE_SIZE else None
    return answer({"page": page, "value": value, "nextPage": following})


def article(request: HttpRequest, row: dict[str, Any]) -> HttpResponse:
    shows_articles([row["id"]])
    if row["removed"] or row["file_missing"]:
        return shared(problem_response(410, "The article was withdrawn."))
    if not has_come(row["listed_from"]):
        raise Http404("not listed")
    values = article_values(request, row) | {"sourceUrl": request.build_absolute_uri(request.path)}
    return answer({key: value for key, value in values.items() if key not in IN_LISTS})


def row_of(stem: str) -> dict[str, Any] | None:
    """Return the columns of the article whose file has this name, or whose address has these words."""
    articles = Article.objects.filter(is_reference=False)
    row = articles.filter(source_path=f"{NEWS_FOLDER}/{stem}.md").card_columns(*COLUMNS).first()
    match = _STEM.fullmatch(stem)
    date = day_of(int(match[1]), int(match[2]), int(match[3])) if match else None
    if row or match is None or date is None:
        return row
    return articles.filter(date=date, slug=match[4]).card_columns(*COLUMNS).first()


def answer(values: dict[str, Any]) -> HttpResponse:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return shared(HttpResponse(text.encode("utf-8", "replace"), content_type="application/json; charset=utf-8"))


def article_values(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    """Return an article's values in the order of that engine."""
    path = row["source_path"] or f"{NEWS_FOLDER}/{row['date']:%Y-%m-%d}-{row['slug']}.md"
    updated = row["updated_at"]
    return {
        "path": path,
        "title": row["title"],
        "excerpt": row["excerpt"],
        "sourceUrl": None,
        "webUrl": row["web_url"] or None,
        "originalUrl": row["original_url"] or None,
        "featuredContent": featured(row["featured_content"]) or None,
        "highlight": None,
        "heat": row["heat"],
        "tags": None,
        "images": images(request, row["images"], row["own_images"]) or None,
        "content": row["body"],
        "type": row["type"],
        "ampWebUrl": row["amp_web_url"] or None,
        "cdnAmpWebUrl": row["cdn_amp_web_url"] or None,
        "publishedDateTime": written(row["published_date_time"]),
        "updatedDateTime": written(updated) if updated else None,
        "provider": {
            "name": row["provider__name"],
            "domain": row["provider__domain"],
            "images": images(request, row["provider__images"], row["provider__own_images"]) or None,
            "publishers": None,
            "authors": None,
        },
        "locale": settings.LANGUAGE_CODE,
        "categories": [row["category"]] if row["category"] else [],
        "topics": [topic.name for topic in topics_from(row["topics_json"])],
    }


def images(request: HttpRequest, values: Sequence[dict[str, Any]], own: Any) -> list[dict[str, Any]]:
    """Return images that pages may show."""
    return [
        {
            "url": request.build_absolute_uri(media_url(image["url"])),
            "width": image.get("width"),
            "height": image.get("height"),
            "title": image.get("title"),
            "attribution": image.get("attribution"),
            "isCached": bool(image.get("isCached", False)),
        }
        for image in shown_images(list(values), own)
    ]


def featured(content: str) -> str:
    """Return the player of a video if its host is known, or else safe HTML."""
    return video_frame(content) or str(safe_html(content))


def written(time: Any) -> str:
    """Return a time as that engine writes it: in the site's zone, with Z for UTC."""
    text = timezone.localtime(time, timezone.get_default_timezone()).replace(microsecond=0).isoformat()
    return str(text.replace("+00:00", "Z"))
