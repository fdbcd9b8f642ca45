"""Measures the editors' pages on a large site.

``python -m bench.admin [--articles 100000] [--database-url postgres://...]``

The site is that of ``bench.pages``, with some of what editors do added. Times are medians over interleaved rounds of
one run, of the slowest pages of each type that could be thought of; each should stay below half a second, and below a
second when it is opened first after a start. Beside the time on the clock stands the least processor time, which says
more on a machine that does other things at once (that of PostgreSQL is not in it).
"""

import argparse
import datetime as dt
import time
from typing import Any

from bench.pages import BENCH_DIR, fill, queries, refresh_statistics, setup


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

    edit_others()
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


def edit_others() -> None:
    """Make conflicts of topics and providers, and notes, unless that was done before."""
    from articles.models import Article, Note, Provider, Topic

    for model in (Topic, Provider):
        ids = list(model.objects.order_by("pk").values_list("pk", flat=True)[:20])
        rows = model.objects.filter(pk__in=ids, conflicts={})
        rows.update(edited=["description"], conflicts={"description": "The file's"})
    if not Note.objects.exists():
        articles = Article.objects.order_by("pk")[:300]
        Note.objects.bulk_create(Note(text="Who knows more?", article=article) for article in articles)


ARTICLES = "/admin/articles/article/"
ROUNDS = 5


def addresses() -> dict[str, str]:
    """Return the address of each kind of page, the largest of its kind."""
    pages = {"start page": "/admin/"} | lists_of_articles() | pages_of_articles()
    return pages | pages_of_topics() | other_pages()


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
        "conflicts": f"{ARTICLES}{edited}/conflicts/",
        "differences from files": f"{ARTICLES}files/",
    }


def pages_of_topics() -> dict[str, str]:
    from articles.models import Provider, Topic

    provider = Provider.objects.order_by("pk")[0]
    topics = Topic.objects.order_by("pk").values_list("pk", flat=True)[:2]
    return {
        "conflicts of a topic": f"/admin/articles/topic/{topics[0]}/conflicts/",
        "topics in conflict": "/admin/articles/topic/?file=conflict",
        "silent topics": "/admin/articles/topic/?news=silent",
        "new topic": "/admin/articles/topic/add/",
        "merge of topics": f"/admin/articles/topic/{topics[0]}/merge/?into={topics[1]}",
        "history of a topic": f"/admin/articles/topic/{topics[0]}/history/",
        "deletion of a topic": f"/admin/articles/topic/{topics[0]}/delete/",
        "conflicts of a provider": f"/admin/articles/provider/{provider.pk}/conflicts/",
        "providers in conflict": "/admin/articles/provider/?file=conflict",
        "silent providers": "/admin/articles/provider/?news=silent",
        "providers by articles": "/admin/articles/provider/?o=-6",
        "new provider": "/admin/articles/provider/add/",
        "merge of a provider": f"/admin/articles/provider/{provider.pk}/merge/?q=a",
        "topics": "/admin/articles/topic/",
        "topic": f"/admin/articles/topic/{topics[0]}/change/",
        "providers": "/admin/articles/provider/",
        "provider": f"/admin/articles/provider/{provider.pk}/change/",
    }


def other_pages() -> dict[str, str]:
    from articles.models import Action, Article, Pin, Story, Thread

    story = Story.objects.order_by("-size")[0].pk
    thread = Thread.objects.order_by("-stories", "pk")[0].pk
    article = Article.objects.order_by("pk")[0].pk
    return {
        "notes": "/admin/articles/note/",
        "notes on an article": f"/admin/articles/note/about/article/{article}/",
        "threads": "/admin/articles/thread/",
        "largest thread": f"/admin/articles/thread/{thread}/change/",
        "tasks": "/admin/articles/taskrecord/",
        "activity, searched": "/admin/articles/action/?q=changed",
        "proposals": "/admin/articles/story/suggestions/",
        "new pin": "/admin/articles/pin/add/",
        "pins": "/admin/articles/pin/",
        "pin": f"/admin/articles/pin/{Pin.objects.order_by('pk')[0].pk}/change/",
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

    import newsreader.wsgi  # noqa: F401 - loads what a server has loaded before its first request

    user = User.objects.get_or_create(username="bench", is_staff=True)[0]
    user.groups.add(Group.objects.get(name="Editors"))
    client = Client()
    client.force_login(user)
    pages = addresses()
    first = {name: _seconds(client, url) for name, url in pages.items()}
    print(f"{connection.vendor}, milliseconds: first opened, median, least, least of the processor; and queries\n")
    times = {name: sorted(_seconds(client, url) for _round in range(ROUNDS)) for name, url in pages.items()}
    for name, url in pages.items():
        clock, middle = (times[name][at][0] for at in (0, ROUNDS // 2))
        processor = min(used for _elapsed, used in times[name])
        figures = " ".join(f"{each * 1000:7.1f}" for each in (first[name][0], middle, clock, processor))
        print(f"{name:26} {figures} ms  {queries(client, url):3} queries", flush=True)
    slowest = max(times, key=lambda name: times[name][0])
    later = max(first, key=lambda name: first[name])
    print(f"\nslowest at its best: {slowest}, {times[slowest][0][0]:.2f} s (at most 0.5)")
    print(f"slowest when first opened: {later}, {first[later][0]:.2f} s (at most 1)")


def _seconds(client: Any, url: str) -> tuple[float, float]:
    """Return how long a page takes: on the clock, and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    status = client.get(url).status_code
    if status != 200:
        raise RuntimeError(f"{url} answered {status}")
    return time.perf_counter() - clock, time.process_time() - processor


if __name__ == "__main__":
    main()
