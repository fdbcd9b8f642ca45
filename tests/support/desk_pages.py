"""The pages of the editors' desk, by name, and what they are about."""

import datetime as dt

from django.utils import timezone

from articles.editorial.recording import recording
from articles.models import Action, Article, ArticleTopic, Pin
from tests.support.desk import LIST, change_url
from tests.support.factories import make_article, make_topic

HOUR = dt.timedelta(hours=1)


def make_action(article: Article) -> Action:
    with recording(None, "x", "x") as record:
        record.watch(Article, pk=article.pk)
        Article.objects.filter(pk=article.pk).update(heat=1)
    assert record.action
    return record.action


def pages(article: Article, pin: Pin, action: Action) -> dict[str, str]:
    """Return a page of every type by its name."""
    topic = ArticleTopic.objects.get(article=article).topic_id
    return {
        "start page": "/admin/",
        "articles": LIST,
        "article": change_url(article),
        "new article": f"{LIST}add/",
        "article's history": f"{LIST}{article.pk}/history/",
        "article's looks": f"{LIST}{article.pk}/looks/",
        "new article's looks": f"{LIST}looks/",
        "conflicts": f"{LIST}{article.pk}/conflicts/",
        "known": f"{LIST}known/?address=https://a.example/x",
        "topics": "/admin/articles/topic/",
        "topic": f"/admin/articles/topic/{topic}/change/",
        "new topic": "/admin/articles/topic/add/",
        "topic's deletion": f"/admin/articles/topic/{topic}/delete/",
        "providers": "/admin/articles/provider/",
        "provider": f"/admin/articles/provider/{article.provider_id}/change/",
        "new provider": "/admin/articles/provider/add/",
        "pins": "/admin/articles/pin/",
        "pin": f"/admin/articles/pin/{pin.pk}/change/",
        "new pin": "/admin/articles/pin/add/",
        "pin's deletion": f"/admin/articles/pin/{pin.pk}/delete/",
        "stories": "/admin/articles/story/",
        "notes": "/admin/articles/note/",
        "preview links": "/admin/articles/previewlink/",
        "files that stay out": "/admin/articles/tombstone/",
        "notes on an article": f"/admin/articles/note/about/article/{article.pk}/",
        "imports": "/admin/articles/importrun/",
        "activity": "/admin/articles/action/",
        "tasks": "/admin/articles/taskrecord/",
        "action": f"/admin/articles/action/{action.pk}/undo/",
    }


def make_things() -> tuple[Article, Pin, Action]:
    article = make_article([make_topic()], conflicts={"title": "x"}, edited={"title": "y"}, source_path="a.md")
    pin = Pin.objects.create(article=article, ends=timezone.now() + HOUR, reason="x")
    return article, pin, make_action(article)
