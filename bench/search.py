"""Measures searches: a fixed mix of queries, including their pages, and what they find.

``python -m bench.search [--articles 100000] [--database-url postgres://...]``

A site is generated and imported once into a database of its own, kept in ``var/bench`` (or in the database of that
address) for the next run. Each query is asked in turns, through Django's test client: facets, cards and the page are
included. Beside each kind's median stands its ratio to that of the archive's index, a page that searches for nothing.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

from bench.pages import BENCH_DIR, fill, refresh_statistics, setup

ROUNDS = 15
LIMIT = 50  # milliseconds that the median query may take
PLAIN = "/archive/"
# Words of bench/generate.py; which are rare and which common is measured there.
MIX = {
    "word, rare": ["q=mandelbrot", "q=zurich", "q=lantern"],
    "word, in many articles": ["q=vector", "q=open", "q=harborline"],
    "word, in half of all": ["q=the", "q=cloud", "q=in"],
    "two words": ["q=vector+search", "q=lakeside+council", "q=union+rail"],
    "phrase": ["q=%22vector+search%22", "q=%22real-time+fraud%22", "q=%22the+lakeside+council%22"],
    "exclusion": ["q=vector+-search", "q=council+-lakeside", "q=-cloud"],
    "topic": ["q=vector+topic:{topic}", "q=topic:{small}"],
    "provider": ["q=vector+provider:{provider}", "q=provider:{provider}"],
    "dates": ["q=vector+after:2022+before:2023", "q=before:2021-06"],
    "type": ["q=type:video", "q=vector+type:article"],
    "newest first": ["q=vector&sort=date", "q=the&sort=date&page=50"],
    "misspelt": ["q=vectro", "q=larkpsur+energy", "q=lakesdie"],
    "nothing": ["q=xyzzyx", "q=topic:nowhere+the"],
    "address": ["q={address}", "q=https://nowhere.example/a-story-that-is-not-here"],
}
TYPED = ["q=ve", "q=lak", "q=vector+se", "q=open"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--database-url", help="an empty database, or one that an earlier run filled")
    arguments = parser.parse_args()
    BENCH_DIR.mkdir(parents=True, exist_ok=True)
    setup(arguments.database_url or f"sqlite:///{BENCH_DIR / f'search-{arguments.articles}.sqlite3'}")
    fill(arguments.articles)
    refresh_statistics()
    report()


def report() -> None:
    from django.db import connection
    from django.test import Client

    from articles.models import Article

    client = Client()
    kinds = {kind: [f"/search/?{each}" for each in urls] for kind, urls in filled(MIX).items()}
    kinds["typing ahead"] = [f"/search/suggest/?{each}" for each in TYPED]
    times = measure(client.get, [PLAIN, *(url for urls in kinds.values() for url in urls)])
    plain = statistics.median(wall for wall, _ in times[PLAIN])
    print(f"{connection.vendor}, {Article.objects.listed().count():,} listed of {Article.objects.count():,} articles, "
          f"{ROUNDS} rounds, milliseconds\n")  # fmt: skip
    medians, processor = [], []
    for kind, urls in kinds.items():
        each = [statistics.median(wall for wall, _ in times[url]) for url in urls]
        medians += each
        processor += [statistics.median(used for _, used in times[url]) for url in urls]
        print(
            f"{kind:24} {statistics.median(each):7.1f}  slowest {max(each):7.1f}  {statistics.median(each) / plain:5.1f} x plain"
        )
    print(f"\nplain page {PLAIN}: {plain:.1f}")
    print(f"all: median {statistics.median(medians):.1f} (at most {LIMIT}), slowest {max(medians):.1f}")
    print(
        f"processor time of this process alone: median {statistics.median(processor):.1f}, slowest {max(processor):.1f}"
    )


def filled(mix: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the mix with names from the database: a large topic and a small one, a provider, an article's address."""
    from urllib.parse import quote

    from articles.listings import listed_counts
    from articles.models import Article, Provider, Topic

    topics = listed_counts("topic")
    ordered = sorted(topics, key=lambda pk: topics[pk])
    slugs = dict(Topic.objects.values_list("id", "slug"))
    providers = listed_counts("provider")
    provider = Provider.objects.get(pk=sorted(providers, key=lambda pk: providers[pk])[-2])
    article = Article.objects.listed().newest_first().exclude(web_url="")[1000]
    names = {"topic": slugs[ordered[-2]], "small": slugs[ordered[len(ordered) // 2]], "provider": provider.domain,
             "address": quote(f"{article.web_url}?utm_source=bench", safe="")}  # fmt: skip
    return {kind: [url.format(**names) for url in urls] for kind, urls in mix.items()}


def measure(get: Callable[[str], Any], urls: Iterable[str]) -> dict[str, list[tuple[float, float]]]:
    """Return the milliseconds that each address took in each round, and those of this process's processor time."""
    times: dict[str, list[tuple[float, float]]] = {url: [] for url in urls}
    for number in range(ROUNDS + 1):
        for url, taken in times.items():
            began, used = time.perf_counter(), time.process_time()
            response = get(url)
            if number:  # the first round warms up
                taken.append(((time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000))
            assert response.status_code in (200, 302), url
    return times


if __name__ == "__main__":
    main()
