"""Measures joining stories: all of them, and those affected by one changed article.

``python -m bench.stories [--articles 100000] [--database-url postgres://...]``

A site with ten links an article is generated and imported once into a database of its own, kept in ``var/bench``
(or in the database of that address) for the next run.
"""

import argparse
import statistics
import time

from bench.pages import BENCH_DIR, fill, setup

MEAN_RELATED = 11.5  # entries a file, so that 100,000 articles have a million links
CHANGED = 25  # articles that are changed one by one
REBUILDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--database-url", help="an empty database, or one that an earlier run filled")
    arguments = parser.parse_args()
    BENCH_DIR.mkdir(parents=True, exist_ok=True)
    setup(arguments.database_url or f"sqlite:///{BENCH_DIR / f'stories-{arguments.articles}.sqlite3'}")
    fill(arguments.articles, MEAN_RELATED)
    report()


def report() -> None:
    from django.db import connection

    from articles.models import Article, RelatedLink, Story
    from articles.stories import mark_changed, rebuild_stories, update_marked_stories

    articles, links, stories = Article.objects.count(), RelatedLink.objects.count(), Story.objects.filter(size__gt=1)
    largest = stories.order_by("-size")[0]
    print(f"{connection.vendor}: {articles:,} articles, {links:,} links, {stories.count():,} stories of several")
    print(
        f"rebuild of everything, nothing changed: {median(rebuild_stories, REBUILDS):.2f} s (at most 30 s)", flush=True
    )
    empty_tables()
    print(f"rebuild from nothing: {median(rebuild_stories, 1):.2f} s")
    ids = list(Article.objects.filter(is_reference=False).order_by("slug").values_list("pk", flat=True)[:CHANGED])
    times = []
    for pk in ids:
        mark_changed([pk])
        times.append(median(update_marked_stories, 1))
    print(
        f"one changed article, median of {CHANGED}: {statistics.median(times):.4f} s, longest {max(times):.4f} s (at most 0.1 s)"
    )
    mark_changed([Story.objects.order_by("-size")[0].lead_id or 0])
    print(
        f"one changed article of the largest story ({largest.size} articles): {median(update_marked_stories, 1):.4f} s"
    )


def empty_tables() -> None:
    """Delete all stories at once; only this benchmark does that."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_storymember")
        cursor.execute("DELETE FROM articles_story")


def median(action: object, times: int) -> float:
    """Return the median seconds that a call takes."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        action()  # type: ignore[operator]
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
