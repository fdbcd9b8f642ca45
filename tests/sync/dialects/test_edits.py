"""Each kind of edit goes back into the files of each tool, and is what they say when they are read again."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from articles.editorial.edits import add_topics, edit_articles, remove_topics
from articles.models import Article, Topic
from tests.support.export_runs import lines_that_differ, run_export, snapshot
from tests.support.factories import make_topic
from tests.support.import_runs import import_problems
from tests.support.sites import described

pytestmark = pytest.mark.django_db


def compared(lines: list[str]) -> list[str]:
    """Return lines without what follows from the file: the link's provider, and the order of topics of several keys."""
    kept = [line for line in lines if not line.startswith("    by:")]
    return [f"topics: {sorted(line[12:].split(', '))}" if line.startswith("    topics:") else line for line in kept]


def ids() -> list[int]:
    return list(Article.objects.values_list("pk", flat=True))


def later() -> None:
    for article in Article.objects.all():
        edit_articles([article.pk], published_date_time=article.published_date_time + dt.timedelta(hours=1))


def turned() -> None:
    for article in Article.objects.all():
        edit_articles([article.pk], published=not article.published)


def pictured() -> None:
    for article in Article.objects.all():
        edit_articles([article.pk], images=[{"url": "https://quay.example/a.png", "width": 90, "height": 60}])


# The edits, and what the changed lines may have: the names of keys, and the values that were there or are now.
EDITS: dict[str, tuple[Callable[[], object], str]] = {
    "excerpt": (
        lambda: edit_articles(ids(), excerpt="Edited: in words"),
        "excerpt description summary edited: lines two",
    ),
    "published": (turned, "draft published exclude status expiry permalink"),
    "time": (later, "date pub created 2024 2022 3"),
    "link": (lambda: edit_articles(ids(), web_url="https://quay.example/new"), "link url ref source"),
    "topic added": (lambda: add_topics(ids(), [make_topic("New one")]), "tag categor topics - new keywords"),
    "topics removed": (lambda: remove_topics(ids(), Topic.objects.all()), "tag categor topics - [ ] ferry # keywords"),
    "pictures": (pictured, "image cover thumbnail hero url width height - src alt"),
    "heat": (lambda: edit_articles(ids(), heat=7, quality=8), "heat quality"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_what_the_files_say_afterwards(site: Path, edit: str) -> None:
    import_problems(site)
    before = snapshot(site)
    act, words = EDITS[edit]
    act()
    edited = list(described())
    assert run_export(site)[1] == []
    after = snapshot(site)
    for name in before:
        old, new = before[name], after[name]
        if old.startswith((b"---", b"\xef\xbb\xbf---", b"+++", b"{")):
            lines = {line.decode().strip().lower() for line in lines_that_differ(old, new)}
            assert [line for line in lines if line and not any(word in line for word in words.split())] == [], name
    import_problems(site)
    assert compared(list(described())) == compared(edited)
    assert {str(each.conflicts) for each in Article.objects.all()} == {"{}"}
    assert {str(each.edited) for each in Article.objects.all()} == {"{}"}
    assert run_export(site)[1] == []
    assert snapshot(site) == after
