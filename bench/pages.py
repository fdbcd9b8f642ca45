"""Measures pages on a large site, and the cost of later pages of a list.

``python -m bench.pages [--articles 100000] [--database-url postgres://...]``

A site is generated and imported once into a database of its own, kept in ``var/bench`` (or in the
database of that address) for the next run. Times are medians over interleaved rounds of one run.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.generate import DEFAULT_MEAN_RELATED, generate_site

BENCH_DIR = Path(__file__).resolve().parent.parent / "var" / "bench"
ROUNDS = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--database-url", help="an empty database, or one that an earlier run filled")
    arguments = parser.parse_args()
    BENCH_DIR.mkdir(parents=True, exist_ok=True)
    setup(arguments.database_url or f"sqlite:///{BENCH_DIR / f'pages-{arguments.articles}.sqlite3'}")
    fill(arguments.articles)
    report()


def setup(database_url: str) -> None:
    """Point Django at the benchmark's own database."""
    import django

    os.environ |= {"DATABASE_URL": database_url, "SECRET_KEY": "bench", "DJANGO_SETTINGS_MODULE": "newsreader.settings"}
    os.environ |= {"VAR_DIR": str(BENCH_DIR), "ALLOWED_HOSTS": "testserver", "DEBUG": "false"}
    os.environ["PAGE_CACHE_MB"] = "0"  # pages are to be rendered; bench.serving measures those that are cached
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def fill(articles: int, mean_related: float = DEFAULT_MEAN_RELATED) -> None:
    """Generate and import the site unless the database holds one."""
    from articles.models import Article
    from articles.sync.imports.run import import_paths

    if Article.objects.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        generate_site(site, articles, mean_related=mean_related)
        began = time.perf_counter()
        import_paths([site], lambda root, problem: None)
        print(f"imported {articles:,} articles in {time.perf_counter() - began:.0f} s")
    refresh_statistics()


def refresh_statistics() -> None:
    """Update the planner's statistics, as autovacuum does in time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def report() -> None:
    from django.db import connection
    from django.test import Client

    client = Client()
    print(f"{connection.vendor}, {ROUNDS} rounds each, milliseconds (median) and queries\n")
    times = measure({name: lambda url=url: client.get(url) for name, url in addresses().items()})  # type: ignore[misc]
    for name, url in addresses().items():
        print(f"{name:24} {times[name] * 1000:7.1f} ms  {queries(client, url)} queries  {url}")
    ratio = times["topic, last page"] / times["topic, first page"]
    print(f"\nlast page of the largest topic / its first page: {ratio:.2f} (at most 1.5)")
    report_compression(client)


def report_compression(client: Any) -> None:
    """Print what compressed pages cost: from the cache, and compressed anew each time."""
    from newsreader.compression import compressed_bodies

    def get(url: str, encoding: str, is_new: bool = False) -> Any:
        if is_new:
            compressed_bodies.clear()
        return client.get(url, headers={"accept-encoding": encoding})

    print("\ncompressed pages: kilobytes sent, and processor time / that of the page as it is\n")
    pages = addresses()
    kinds = {"identity": ("identity", False), "br": ("br", False), "br anew": ("br", True), "gzip anew": ("gzip", True)}
    for name in ("front", "topic, first page", "article", "largest story"):
        times = measure(
            {kind: partial(get, pages[name], *options) for kind, options in kinds.items()}, clock=time.process_time
        )
        sizes = [
            f"{encoding} {len(get(pages[name], encoding).content) / 1000:.1f} kB"
            for encoding in ("identity", "br", "gzip")
        ]
        ratios = [f"{kind} {times[kind] / times['identity']:.2f}" for kind in kinds if kind != "identity"]
        print(f"{name:24} {', '.join(sizes)}; {', '.join(ratios)}")


def addresses() -> dict[str, str]:
    """Return the address of each kind of page, the largest of its kind."""
    from django.conf import settings

    from articles.listings import Listing, Scope, listed_counts
    from articles.models import Article, Provider, Story, Topic

    def last_page(**scope: Any) -> int:
        return -(-Listing(Scope(**scope)).count // settings.PAGE_SIZE)

    topic = Topic.objects.get(pk=max(counts := listed_counts("topic"), key=lambda key: counts[key]))
    provider = Provider.objects.get(pk=max(counts := listed_counts("provider"), key=lambda key: counts[key]))
    month = max(Listing(Scope()).listed_months(), key=lambda row: row[1])[0]
    article = Article.objects.listed().order_by("-heat", "id")[0]
    pages = last_page(topic=topic)
    folded = last_page(topic=topic, is_folded=True)
    story = Story.objects.filter(rank__isnull=False).order_by("-size")[0]
    return {
        "front": "/",
        "topic, first page": topic.get_absolute_url(),
        "topic, middle page": f"{topic.get_absolute_url()}?page={pages // 2}",
        "topic, last page": f"{topic.get_absolute_url()}?page={pages}",
        "article": article.get_absolute_url(),
        "provider, first page": provider.get_absolute_url(),
        "provider, last page": f"{provider.get_absolute_url()}?page={last_page(provider=provider)}",
        "topic, folded": f"{topic.get_absolute_url()}?view=stories",
        "topic, folded, last page": f"{topic.get_absolute_url()}?view=stories&page={folded}",
        "largest story": story.get_absolute_url(),
        "topics": "/topics/",
        "providers": "/providers/",
        "archive": "/archive/",
        "archive month": f"/archive/{month:%Y/%m}/",
    }


def measure(
    actions: dict[str, Callable[[], Any]], rounds: int = ROUNDS, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Return each action's median time in seconds, after one round to warm up."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(rounds + 1):
        for name, action in actions.items():
            began = clock()
            response = action()
            if number:
                times[name].append(clock() - began)
            assert response.status_code == 200, name
    return {name: statistics.median(values) for name, values in times.items()}


def queries(client: Any, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


if __name__ == "__main__":
    main()
