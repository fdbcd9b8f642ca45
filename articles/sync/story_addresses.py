"""The addresses of stories in a file of their own, so that they stay the same if a site is rebuilt from its files.

Numbers and slugs depend on how stories grew, which no other file records. The file has the path of an article for each
number and slug; for stories that were merged into another, that of the other one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from django.db import connection
from django.db.models import Model

from articles.changes import announce
from articles.content.files import Content, SourceFile
from articles.content.parsing import parse_addresses
from articles.content.problems import Problem
from articles.content.reading import read_parsed
from articles.content.yaml.writer import lines_of_key
from articles.db.locks import writing
from articles.models import Article, Story
from articles.sync.data_files import store_file, stored_files

Names = Callable[[set[int]], Mapping[int, str]]


def import_story_addresses(file: SourceFile, add_problem: Callable[[Problem], None]) -> bool:
    """Create the stories that a file names, if there are no stories yet; return whether it could be read.

    They are empty until their articles are joined.
    """
    found = read_addresses(file, add_problem)
    if found is None:
        return False
    content, addresses = found
    with writing():
        take_addresses(file, content)
        if addresses and not Story.objects.exists():
            _make_stories(addresses)
    return True


def read_addresses(file: SourceFile, add_problem: Callable[[Problem], None]) -> tuple[Content, dict[str, str]] | None:
    """Return a file's content and its addresses, none if they are not valid; None if it cannot be read."""
    found = read_parsed(file, parse_addresses)
    if isinstance(found, Problem):
        add_problem(found)
        return None
    content, parsed = found
    for problem in parsed.problems:
        add_problem(problem)
    return content, parsed.values if parsed.record else {}


def take_addresses(file: SourceFile, content: Content) -> None:
    """Keep a file of addresses that was read, if it is valid."""
    store_file(file, content, stored_files([file.path], file.root).get(file.path))


def _make_stories(addresses: Mapping[str, str]) -> None:
    articles = Article.objects.filter(source_path__among=set(addresses.values()))
    ids = dict(articles.values_list("source_path", "pk"))
    first: dict[int, int] = {}
    stories = []
    for pk, slug, path in sorted(
        (int(key.partition("-")[0]), key.partition("-")[2], path) for key, path in addresses.items()
    ):
        if article := ids.get(path):
            into = first.setdefault(article, pk)
            # An empty story is used again for its lead; see articles/stories/update.py.
            stories.append(
                Story(
                    pk=pk,
                    slug=slug,
                    lead_id=article if into == pk else None,
                    merged_into_id=into if into != pk else None,
                )
            )
    Story.objects.bulk_create(stories, batch_size=100)
    announce(stories=[story.pk for story in stories])
    continue_numbers(Story, stories)


def continue_numbers(model: type[Model], rows: Collection[Model]) -> None:
    """Give new rows higher numbers than these have, which were given by hand."""
    if rows and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table, highest = model._meta.db_table, max(row.pk for row in rows)
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, highest])


def story_addresses_text(names: Names, text: str | None) -> str:
    """Return the text of the file: the addresses of stories with a page, and of those merged into them."""
    leading = Story.objects.filter(merged_into=None, lead__isnull=False, size__gt=1)
    merged = Story.objects.filter(merged_into__in=leading.values("pk")).exclude(slug="")
    every = [*leading.values_list("pk", "slug", "lead_id"), *merged.values_list("pk", "slug", "merged_into__lead_id")]
    return address_lines(names, [(pk, slug or "story", lead) for pk, slug, lead in every])


def address_lines(names: Names, rows: Iterable[tuple[int, str, int | None]]) -> str:
    """Return the text of a file with the number, slug and article of each row."""
    every = sorted((pk, slug, lead) for pk, slug, lead in rows if lead)
    paths = names({lead for _, _, lead in every})
    return "".join(f"{line}\n" for pk, slug, lead in every for line in lines_of_key(f"{pk}-{slug}", paths[lead]))
