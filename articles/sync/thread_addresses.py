"""The addresses of threads in a file of their own, so that they stay the same if a site is rebuilt from its files.

The file has the path of the lead of a thread's most covered story for each number and slug; for threads that were merged
into another, that of the other one.
"""

from collections.abc import Callable, Mapping

from articles.changes import announce
from articles.content.files import SourceFile
from articles.content.problems import Problem
from articles.db.locks import writing
from articles.models import Article, Story, Thread
from articles.sync.story_addresses import Names, address_lines, continue_numbers, read_addresses, take_addresses


def import_thread_addresses(file: SourceFile, add_problem: Callable[[Problem], None]) -> bool:
    """Create the threads that a file names, if there are no threads yet; return whether it could be read.

    They are empty until their stories are joined.
    """
    found = read_addresses(file, add_problem)
    if found is None:
        return False
    content, addresses = found
    with writing():
        take_addresses(file, content)
        if addresses and not Thread.objects.exists():
            _make_threads(addresses)
    return True


def _make_threads(addresses: Mapping[str, str]) -> None:
    articles = Article.objects.filter(source_path__among=set(addresses.values()))
    ids = dict(articles.values_list("source_path", "pk"))
    story = _stories_led_by(set(ids.values()))
    first: dict[int, int] = {}
    threads = []
    for pk, slug, path in sorted(
        (int(key.partition("-")[0]), key.partition("-")[2], path) for key, path in addresses.items()
    ):
        if article := ids.get(path):
            into = first.setdefault(article, pk)
            # An empty thread is used again for its head; see articles/stories/identity.py.
            merged = into if into != pk else None
            threads.append(Thread(pk=pk, slug=slug, head_id=None if merged else story[article], merged_into_id=merged))
    Thread.objects.bulk_create(threads, batch_size=100)
    announce(threads=[thread.pk for thread in threads])
    continue_numbers(Thread, threads)


def _stories_led_by(articles: set[int]) -> dict[int, int]:
    """Return the stories of leads; those that are not joined yet get an empty story, which is theirs when they are."""
    known = Story.objects.filter(lead__among=articles, merged_into=None)
    found = {lead: pk for pk, lead in known.values_list("pk", "lead_id") if lead}
    for article in sorted(articles - found.keys()):
        found[article] = Story.objects.create(lead_id=article).pk
    return found


def thread_addresses_text(names: Names, text: str | None) -> str:
    """Return the text of the file: the addresses of threads with a page, and of those merged into them."""
    shown = Thread.objects.with_page().filter(head__lead__isnull=False)
    merged = Thread.objects.filter(merged_into__in=shown.values("pk")).exclude(slug="")
    return address_lines(
        names,
        [
            *((pk, slug or "thread", lead) for pk, slug, lead in shown.values_list("pk", "slug", "head__lead_id")),
            *merged.values_list("pk", "slug", "merged_into__head__lead_id"),
        ],
    )
