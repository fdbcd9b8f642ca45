"""Measures joining stories: all of them, and those affected by one changed article.

``python -m bench.stories [--articles 100000] [--database-url postgres://...]``

A site with ten links an article is generated and imported once into a database of its own, kept in ``var/bench``
(or in the database of that address) for the next run.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.pages import BENCH_DIR, fill, setup

MEAN_RELATED = 11.5  # entries a file, so that 100,000 articles have a million links
CHANGED = 25  # articles that are changed one by one
Seconds = tuple[float, float, float]
REBUILDS = 1  # each takes half a minute, and differs little


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

    from articles.models import Article, RelatedLink, Story, Thread
    from articles.stories import mark_changed, rebuild_stories, update_marked_stories

    articles, links, stories = Article.objects.count(), RelatedLink.objects.count(), Story.objects.filter(size__gt=1)
    print(f"{connection.vendor}: {articles:,} articles, {links:,} links, {stories.count():,} stories of several")
    print(
        "seconds of this process's processor; of PostgreSQL's, if it is on this machine; and by the clock, with other work\n"
    )
    show(
        "rebuild of everything, nothing changed (at most 30 s)", [seconds_of(rebuild_stories) for _ in range(REBUILDS)]
    )
    empty_tables()
    show("rebuild from nothing (at most 30 s)", [seconds_of(rebuild_stories)])

    def change(pk: int) -> Seconds:
        mark_changed([pk])
        return seconds_of(update_marked_stories)

    real = Article.objects.filter(is_reference=False)
    story, thread = Story.objects.order_by("-size")[0], Thread.objects.order_by("-stories", "pk")[0]
    cases = {
        "one changed article": real.order_by("slug"),
        f"one of the largest story ({story.size} articles)": real.filter(member__story=story).order_by("slug"),
        f"one of the largest thread ({thread.stories} stories)": real.filter(
            member__story__thread_member__thread=thread
        ).order_by("slug"),
    }
    for name, rows in cases.items():
        show(f"{name} (at most 0.1 s)", [change(pk) for pk in rows.values_list("pk", flat=True)[:CHANGED]])


def show(name: str, times: Sequence[Seconds]) -> None:
    """Print the median of some measurements, and the longest of several.

    Of PostgreSQL, it is the mean: its processor's time is counted in hundredths of a second.
    """
    processor, server, clock = zip(*times, strict=True)
    longest = f", longest {max(processor):.3f}" if len(times) > 1 else ""
    own = f"{statistics.median(processor):.3f}{longest}"
    print(f"{name}: {own}; {statistics.mean(server):.3f}; {statistics.median(clock):.3f}", flush=True)


def empty_tables() -> None:
    """Delete all stories and threads at once; only this benchmark does that."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("threadmember", "threadlink", "thread", "storymember", "story"):
            cursor.execute(f"DELETE FROM articles_{table}")


def seconds_of(action: Callable[[], object]) -> Seconds:
    """Return the seconds that a call takes: of this process's processor, of PostgreSQL's, and by the clock."""
    server, processor, clock = server_seconds(), time.process_time(), time.perf_counter()
    action()
    return time.process_time() - processor, server_seconds() - server, time.perf_counter() - clock


def server_seconds() -> float:
    """Return the processor's time that PostgreSQL has spent for this connection; 0 without one on this machine."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        path = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not path.exists():
        return 0.0
    user, system = path.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
