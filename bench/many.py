"""Compares pages of 1,000,000 articles with the same pages of 10,000.

``python -m bench.many [--articles 1000000] [--base 10000] [--few postgres://... --many postgres://...] [--sitemaps]``

Files of so many articles would take an hour to import. So a site of ``--base`` articles is imported, and its rows are
copied in the database with other ids and addresses, until there are enough: articles with their topics, links, stories
and what is searched, and the counts of listings. Each page is then asked for in both databases in turns, each in a
process of its own; page cache and kept records are off. At the end ``bench.sitemaps`` measures all sitemaps of the many,
and nothing else with ``--sitemaps``.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.pages import BENCH_DIR, fill, refresh_statistics, setup

ROUNDS = 20
AT_MOST = 1.2
STEP = 10_000_000  # between the ids of a row and of its next copy
SEARCHES = ("quantum", '"quantum safe" provider:openharbor.example')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--base", type=int, default=10_000)
    parser.add_argument("--few", help="the address of a database for the base; else a file of SQLite in var/bench")
    parser.add_argument("--many", help="the address of another database for all articles")
    parser.add_argument("--sitemaps", action="store_true", help="measure nothing but sitemaps")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    BENCH_DIR.mkdir(parents=True, exist_ok=True)
    if arguments.serve:
        serve(arguments.serve)
        return
    few, many = BENCH_DIR / f"few-{arguments.base}.sqlite3", BENCH_DIR / f"many-{arguments.articles}.sqlite3"
    setup(arguments.few or f"sqlite:///{few}")
    fill(arguments.base)
    if not arguments.many and not many.exists():
        copy_file(many)
    target = arguments.many or f"sqlite:///{many}"
    command = (
        f"import bench.many; bench.many.copy({target!r}, {arguments.articles // arguments.base}, {arguments.base})"
    )
    subprocess.run([sys.executable, "-c", command], check=True)
    if not arguments.sitemaps:
        compare(arguments.few or f"sqlite:///{few}", target)
    subprocess.run([sys.executable, "-m", "bench.sitemaps", "--database-url", target], check=True)


def copy_file(path: Path) -> None:
    """Copy the database to a file of SQLite, with what is in its log only."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])


def copy(database_url: str, times: int, base: int) -> None:
    """Copy the rows of the base until there are ``times`` as many, unless that was done before."""
    setup(database_url)
    fill(base)
    from django.db import connection, transaction

    from articles.models import Article

    if Article.objects.count() >= base * times:
        return
    began = time.perf_counter()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for option in ("foreign_keys = OFF", "journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
                cursor.execute(f"PRAGMA {option}")
        with transaction.atomic():
            for statement in statements(times):
                cursor.execute(statement)
    refresh_statistics()
    print(f"copied {times} times in {time.perf_counter() - began:.0f} s", flush=True)


def statements(times: int) -> list[str]:
    """Return the statements that copy all rows ``times`` - 1 times."""
    from django.db import connection

    from articles.models import Article, ArticleTopic, ListingMonth, RelatedLink, Story, StoryMember

    copied: list[Any] = [Article, Story, StoryMember, ArticleTopic, RelatedLink]
    numbers = (
        f"(WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {times - 1}) SELECT k FROM n) AS n"
    )
    queries = [
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "
        f"SELECT {', '.join(columns.values())} FROM {numbers}, {model._meta.db_table} AS old WHERE old.{pk} < {STEP}"
        for model in copied
        for pk in [model._meta.pk.column]
        for columns in [columns_of(model, copied)]
    ]
    queries.append(f"UPDATE {ListingMonth._meta.db_table} SET count = count * {times}, folded = folded * {times}")
    if connection.vendor == "sqlite":
        queries += search_statements(numbers)
    return queries


def columns_of(model: Any, copied: list[Any]) -> dict[str, str]:
    """Return the expression for each column of a copy: ids are moved, addresses end in its number."""
    moved = f"+ k * {STEP}"
    columns: dict[str, str] = {}
    for each in model._meta.concrete_fields:
        old = f'old."{each.column}"'
        if each.generated:
            continue
        if each.primary_key or (each.is_relation and each.related_model in copied):
            old = f"{old} {moved}"
        elif each.name in ("source_path", "slug", "web_url", "original_url"):
            old = f"CASE WHEN {old} = '' THEN {old} ELSE {old} || '-' || k END"
        columns[f'"{each.column}"'] = old
    return columns


def search_statements(numbers: str) -> list[str]:
    documents = (
        "INSERT OR IGNORE INTO articles_searchdocument (place, article_id, keys, title, names, excerpt, tie) "
        f"SELECT place + k * 1000003, article_id + k * {STEP}, keys, title, names, excerpt, tie "
        f"FROM {numbers}, articles_searchdocument AS old WHERE old.article_id < {STEP}"
    )
    return [documents, "INSERT INTO articles_search (articles_search) VALUES ('rebuild')"]


def serve(database_url: str) -> None:
    """Ask for the path of each line of standard input, and print the seconds of processor time that it took."""
    setup(database_url)
    from django.test import Client

    from bench.pages import addresses

    client = Client()
    found = addresses() | {f"search: {text}": f"/search/?q={text.replace(' ', '+')}" for text in SEARCHES}
    print(json.dumps(found), flush=True)
    for line in sys.stdin:
        began = time.process_time()
        response = client.get(line.strip())
        assert response.status_code == 200, line
        print(time.process_time() - began, flush=True)


class Asked:
    """A process that asks for pages of one database."""

    def __init__(self, database_url: str) -> None:
        command = [sys.executable, "-m", "bench.many", "--serve", database_url]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.paths: dict[str, str] = json.loads(self.line())

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()

    def time(self, name: str) -> float:
        assert self.process.stdin
        self.process.stdin.write(self.paths[name] + "\n")
        self.process.stdin.flush()
        return float(self.line())


def compare(few_url: str, many_url: str) -> None:
    few, many = Asked(few_url), Asked(many_url)
    print("\n| page | few, ms | many, ms | many / few |\n| --- | ---: | ---: | ---: |")
    for name in few.paths:
        times: tuple[list[float], list[float]] = ([], [])
        for number in range(ROUNDS + 2):
            for site, spent in zip((few, many), times, strict=True):
                spent.append(site.time(name)) if number > 1 else site.time(name)
        one, other = (statistics.median(each) * 1000 for each in times)
        mark = "" if other <= one * AT_MOST else f" (more than {AT_MOST})"
        print(f"| {name} | {one:.1f} | {other:.1f} | {other / one:.2f}{mark} |", flush=True)
    for site in (few, many):
        site.process.terminate()
        site.process.wait()


if __name__ == "__main__":
    main()
