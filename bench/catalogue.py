"""Measures the editors' pages of stories, topics and providers on a large site, and merging.

``python -m bench.catalogue [--articles 100000] [--database-url postgres://...]``

The site is that of ``bench.pages``. Times of pages are medians over interleaved rounds of one run; each should stay
below a second. The largest topic and the largest provider are merged into the next, and that is undone.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

from bench.pages import BENCH_DIR, fill, measure, queries, setup

ROUNDS = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--database-url", help="an empty database, or one that an earlier run filled")
    arguments = parser.parse_args()
    BENCH_DIR.mkdir(parents=True, exist_ok=True)
    setup(arguments.database_url or f"sqlite:///{BENCH_DIR / f'pages-{arguments.articles}.sqlite3'}")
    fill(arguments.articles)
    report_pages()
    report_merges()


def addresses() -> dict[str, str]:
    """Return the address of each kind of page, the largest of its kind."""
    from articles.models import Article, Story

    admin = "/admin/articles"
    large, next_topic = largest("topic")
    provider, next_provider = largest("provider")
    story, other = Story.objects.exclude(lead=None).order_by("-size", "pk").values_list("pk", flat=True)[:2]
    members = Article.objects.filter(member__story=story).order_by("pk").values_list("pk", flat=True)
    chosen = "&".join(f"article={pk}" for pk in members[1:])
    plan = f"{admin}/story/{story}/plan/"
    return {
        "stories": f"{admin}/story/",
        "stories, flagged": f"{admin}/story/?flag=any",
        "stories, page 50": f"{admin}/story/?p=50",
        "stories, searched": f"{admin}/story/?q=qwertyuiop",
        "largest story": f"{admin}/story/{story}/change/",
        "suggestions, newest": f"{admin}/story/suggestions/",
        "suggestions, earlier": f"{admin}/story/suggestions/?until=2023-06-01T00:00:00%2B00:00",
        "split of the largest": f"{plan}?do=split&{chosen}",
        "take out, together": f"{plan}?do=out&article={members[0]}&together=1",
        "join of two": f"{plan}?do=join&story={other}",
        "story to join, similar": f"{plan}?do=join",
        "story to join, no such": f"{plan}?do=join&q=qwertyuiop+zzz",
        "topics": f"{admin}/topic/",
        "topic": f"{admin}/topic/{large}/change/",
        "topic to merge into": f"{admin}/topic/{large}/merge/",
        "merge of topics": f"{admin}/topic/{large}/merge/?into={next_topic}",
        "providers": f"{admin}/provider/",
        "providers, no logo": f"{admin}/provider/?wants=logo",
        "provider": f"{admin}/provider/{provider}/change/",
        "provider to merge into": f"{admin}/provider/{provider}/merge/?q=e",
        "merge of providers": f"{admin}/provider/{provider}/merge/?into={next_provider}",
        "providers as CSV": f"{admin}/provider/export/",
    }


def largest(scope: str) -> list[int]:
    """Return the ids of the two topics, or providers, with the most articles."""
    from django.db.models import Count

    from articles.models import Article, ArticleTopic

    rows: Any = ArticleTopic.objects.all() if scope == "topic" else Article.objects.all()
    counts = rows.order_by().values_list(scope).annotate(n=Count("pk")).order_by("-n", scope)
    return [pk for pk, _ in counts[:2]]


def report_pages() -> None:
    from django.contrib.auth.models import Group, User
    from django.db import connection
    from django.test import Client

    user = User.objects.get_or_create(username="bench", is_staff=True)[0]
    user.groups.add(Group.objects.get(name="Editors"))
    client = Client()
    client.force_login(user)
    pages = addresses()
    for url in pages.values():
        assert client.get(url).status_code == 200, url
    print(f"{connection.vendor}, milliseconds (median of {ROUNDS}) and queries\n")
    times = measure({name: _getter(client, url) for name, url in pages.items()}, rounds=ROUNDS)
    for name, url in pages.items():
        print(f"{name:24} {times[name] * 1000:8.1f} ms  {queries(client, url):3} queries")
    slowest = max(times, key=lambda name: times[name])
    print(f"\nslowest: {slowest}, {times[slowest]:.2f} s (at most 1)\n")


def _getter(client: Any, url: str) -> Callable[[], Any]:
    return lambda: client.get(url)


def report_merges() -> None:
    """Merge the two largest of each kind, and undo it."""
    from articles.editorial.merging import merge_providers, merge_topics
    from articles.editorial.undo import undo
    from articles.models import Article, ArticleTopic, Provider, Topic

    merges: list[tuple[Any, str, Any]] = [(Topic, "topic", merge_topics), (Provider, "provider", merge_providers)]
    for model, scope, merge in merges:
        one, other = (model.objects.get(pk=pk) for pk in largest(scope))
        links: Any = ArticleTopic if scope == "topic" else Article
        number = links.objects.filter(**{scope: one}).count()
        began = time.perf_counter()
        action = merge(None, one, other)
        merged = time.perf_counter()
        left = undo(action, None).left
        print(
            f"merge of a {scope} with {number:,} articles: {merged - began:.1f} s, "
            f"undone in {time.perf_counter() - merged:.1f} s, {len(left)} rows left"
        )


if __name__ == "__main__":
    main()
