"""Measures the editors' pages on a large site.

``python -m bench.admin [--articles 100000] [--database-url postgres://...]``

The site is that of ``bench.pages``, with some of what editors do added. Times are medians over interleaved rounds of
one run, of the slowest pages of each type that could be thought of; each should stay below a second.
"""

import argparse
import datetime as dt
from typing import Any

from bench.pages import BENCH_DIR, fill, measure, queries, refresh_statistics, setup


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--database-url", help="an empty database, or one that an earlier run filled")
    arguments = parser.parse_args()
    BENCH_DIR.mkdir(parents=True, exist_ok=True)
    setup(arguments.database_url or f"sqlite:///{BENCH_DIR / f'pages-{arguments.articles}.sqlite3'}")
    fill(arguments.articles)
    edit()
    report()


def edit() -> None:
    """Make some edits, conflicts, drafts, pins and decisions, unless that was done before."""
    from django.utils import timezone

    from articles.editorial.edits import edit_articles
    from articles.editorial.recording import recording
    from articles.models import Action, Article, Pin

    if Action.objects.exists():
        return
    ids = list(Article.objects.filter(is_reference=False).order_by("pk").values_list("pk", flat=True)[:300])
    with recording(None, "change", "Changed 300 articles") as record:
        record.watch_articles(ids)
        edit_articles(ids, heat=3)
    for pk in ids[:20]:
        Article.objects.filter(pk=pk).update(conflicts={"heat": 4})
    now = timezone.now()
    for place, pk in enumerate(Article.objects.listed().newest_first().values_list("pk", flat=True)[:3], start=1):
        Pin.objects.create(article_id=pk, place=place, starts=now, ends=now + dt.timedelta(days=900), reason="bench")
    refresh_statistics()


ARTICLES = "/admin/articles/article/"


def addresses() -> dict[str, str]:
    """Return the address of each kind of page, the largest of its kind."""
    return {"start page": "/admin/", **lists_of_articles(), **pages_of_articles(), **other_pages()}


def lists_of_articles() -> dict[str, str]:
    from django.db.models import Count

    from articles.models import ArticleTopic, Provider

    topic = ArticleTopic.objects.order_by().values_list("topic").annotate(n=Count("pk")).order_by("-n")[0][0]
    rare = ArticleTopic.objects.order_by().values_list("topic").annotate(n=Count("pk")).order_by("n")[0][0]
    provider = Provider.objects.order_by("pk")[0]
    states = ("listed", "later", "scheduled", "draft", "unlisted", "withdrawn", "conflict", "edited", "reference")
    return {
        "articles": ARTICLES,
        "articles, page 100": f"{ARTICLES}?p=100",
        **{f"articles, {state}": f"{ARTICLES}?state={state}" for state in states},
        "articles, large topic": f"{ARTICLES}?topic={topic}",
        "articles, small topic": f"{ARTICLES}?topic={rare}",
        "articles, provider": f"{ARTICLES}?provider={provider.domain}",
        "articles, heat over 99": f"{ARTICLES}?heat_from=100000",
        "articles, quality": f"{ARTICLES}?quality_from=90&quality_to=91",
        "articles, without image": f"{ARTICLES}?image=no",
        "articles, videos": f"{ARTICLES}?type=video",
        "articles, a day": f"{ARTICLES}?day_from=2023-01-01&day_to=2023-01-01",
        "search, common words": f"{ARTICLES}?q=the",
        "search, no such word": f"{ARTICLES}?q=qwertyuiop+zzz",
        "search, file name": f"{ARTICLES}?q=nowhere.md",
        "search, address": f"{ARTICLES}?q=https://a.example/none",
    }


def pages_of_articles() -> dict[str, str]:
    from django.db.models import Count

    from articles.models import Article, RelatedLink

    most = RelatedLink.objects.order_by().values_list("article").annotate(n=Count("pk")).order_by("-n")[0][0]
    edited = Article.objects.edited_here().order_by("pk")[0].pk
    thousand = ",".join(map(str, Article.objects.order_by("pk").values_list("pk", flat=True)[:1000]))
    autocomplete = "app_label=articles&model_name=relatedlink&field_name=target&term=zzqq"
    return {
        "new article": f"{ARTICLES}add/",
        "article with most links": f"{ARTICLES}{most}/change/",
        "article, edited": f"{ARTICLES}{edited}/change/",
        "article's history": f"{ARTICLES}{edited}/history/",
        "autocomplete, articles": f"/admin/autocomplete/?{autocomplete}",
        "known address": f"{ARTICLES}known/?address=https://a.example/none",
        "bulk, 1000 articles": f"{ARTICLES}bulk/unlist/?ids={thousand}",
    }


def other_pages() -> dict[str, str]:
    from articles.models import Action, Pin, Provider, Story, Topic

    story = Story.objects.order_by("-size")[0].pk
    provider = Provider.objects.order_by("pk")[0]
    return {
        "pins": "/admin/articles/pin/",
        "pin": f"/admin/articles/pin/{Pin.objects.order_by('pk')[0].pk}/change/",
        "topics": "/admin/articles/topic/",
        "topic": f"/admin/articles/topic/{Topic.objects.order_by('pk')[0].pk}/change/",
        "providers": "/admin/articles/provider/",
        "provider": f"/admin/articles/provider/{provider.pk}/change/",
        "stories": "/admin/articles/story/",
        "stories, flagged": "/admin/articles/story/?flag=any",
        "largest story": f"/admin/articles/story/{story}/change/",
        "imports": "/admin/articles/importrun/",
        "activity": "/admin/articles/action/",
        "undoing 300 articles": f"/admin/articles/action/{Action.objects.order_by('pk')[0].pk}/undo/",
    }


def report() -> None:
    from django.contrib.auth.models import Group, User
    from django.db import connection
    from django.test import Client

    user = User.objects.get_or_create(username="bench", is_staff=True)[0]
    user.groups.add(Group.objects.get(name="Editors"))
    client = Client()
    client.force_login(user)
    pages = addresses()
    print(f"{connection.vendor}, milliseconds (median) and queries\n")
    times = measure({name: _getter(client, url) for name, url in pages.items()}, rounds=7)
    for name, url in pages.items():
        print(f"{name:26} {times[name] * 1000:8.1f} ms  {queries(client, url):3} queries")
    slowest = max(times, key=lambda name: times[name])
    print(f"\nslowest: {slowest}, {times[slowest]:.2f} s (at most 1)")


def _getter(client: Any, url: str) -> Any:
    return lambda: client.get(url)


if __name__ == "__main__":
    main()
