"""What editors decide about threads: to ``_data/threads.yaml``, and from there; and the addresses of threads."""

from collections.abc import Callable
from pathlib import Path

import pytest

from articles.content.layout import THREADS_FILE
from articles.models import Article, DataFile, Story, Thread, ThreadDecision, ThreadName
from tests.support.data_files import read, write
from tests.support.export_runs import run_export
from tests.support.import_runs import import_problems
from tests.support.rows import article

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
ONE, NEXT = "_news/2023-09-01-one.md", "_news/2023-11-01-next.md"


@pytest.fixture
def site(tmp_path: Path, write_article: Write) -> Path:
    """A site of two stories that are linked."""
    entry = {"title": '"One"', "publishedDateTime": "2023-09-01T00:00:00Z", "webUrl": '"https://a.example/one"',
             "provider": "{domain: a.example}"}  # fmt: skip
    write_article(ONE, title='"One"', publishedDateTime="2023-09-01T00:00:00Z", webUrl='"https://a.example/one"')
    write_article(
        NEXT,
        title='"Next"',
        publishedDateTime="2023-11-01T00:00:00Z",
        webUrl='"https://a.example/next"',
        related=[entry],
    )
    assert [problem for problem in import_problems(tmp_path / "site") if "N50" not in problem] == []
    assert Thread.objects.get().stories == 2
    return tmp_path / "site"


def test_decisions_and_names_go_to_their_file_and_come_back(site: Path) -> None:
    ThreadDecision.objects.create(article=article("next"), begins=True, reason="Another matter")
    ThreadName.objects.create(article=article("one"), name="All of it: told")
    assert run_export(site)[0].paths == [THREADS_FILE]
    assert read(site, THREADS_FILE) == (
        f"decisions:\n  - article: {NEXT}\n    begins: true\n    reason: Another matter\n"
        f'names:\n  - article: {ONE}\n    name: "All of it: told"\n'
    )
    assert run_export(site)[0].paths == []
    ThreadDecision.objects.all().delete()
    ThreadName.objects.all().delete()
    DataFile.objects.filter(path=THREADS_FILE).delete()
    assert import_problems(site) == []
    assert ThreadDecision.objects.values_list("article__slug", "joins", "apart", "begins", "reason").get() == (
        "next", None, False, True, "Another matter")  # fmt: skip
    assert ThreadName.objects.get().name == "All of it: told"
    assert Thread.objects.filter(stories__gt=1).count() == 0


def test_what_a_file_adds_counts_and_what_it_takes_back_does_not(site: Path) -> None:
    write(site, THREADS_FILE, f"names:\n  - article: {ONE}\n    name: Trams\n    by: me\n")
    assert import_problems(site) == []
    assert Thread.objects.get().name == "Trams"
    ThreadName.objects.update(reason="Better")
    run_export(site)
    assert read(site, THREADS_FILE) == f"names:\n  - article: {ONE}\n    name: Trams\n    reason: Better\n    by: me\n"
    assert import_problems(site) == []
    write(site, THREADS_FILE, "names: []\n")
    assert import_problems(site) == []
    assert Thread.objects.get().name == ""


def test_what_a_file_and_an_editor_change_differently_stays_as_the_editor_has_it(site: Path) -> None:
    write(site, THREADS_FILE, f"names:\n  - article: {ONE}\n    name: Trams\n")
    import_problems(site)
    ThreadName.objects.update(name="Mine")
    write(site, THREADS_FILE, f"names:\n  - article: {ONE}\n    name: Theirs\n")
    assert import_problems(site) == [
        f"{THREADS_FILE}:2: a decision was changed here and by an editor; the editor's stays [warning W408]"
    ]
    assert ThreadName.objects.get().name == "Mine"


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ("", "decides nothing: joins, apart or begins is missing [error E302]"),
        (f"\n    joins: {ONE}", "joins itself [error E302]"),
        ("\n    begins: 3", "begins must be true or false"),
    ],
)
def test_what_makes_no_sense_is_named(site: Path, item: str, problem: str) -> None:
    write(site, THREADS_FILE, f"decisions:\n  - article: {ONE}{item}\n")
    [found] = import_problems(site)
    assert problem in found
    assert not ThreadDecision.objects.exists()


def test_threads_keep_their_addresses_when_a_site_is_built_anew(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    head = Thread.objects.get().head
    assert head
    assert head.lead
    Thread.objects.all().delete()
    thread = Thread.objects.create(pk=4711, slug="old-name", head=head)
    Thread.objects.create(pk=4800, slug="older", merged_into=thread)
    from articles.stories import rebuild_stories

    rebuild_stories()
    assert run_export(out, everything=True)[1] == []
    path = head.lead.source_path
    assert read(out, "_data/thread-addresses.yaml") == f"4711-old-name: {path}\n4800-older: {path}\n"
    Article.objects.all().delete()
    Story.objects.all().delete()
    Thread.objects.all().delete()
    assert [problem for problem in import_problems(out) if "N50" not in problem] == []
    thread = Thread.objects.get(merged_into=None)
    assert (thread.pk, thread.slug, thread.stories) == (4711, "old-name", 2)
    assert Thread.objects.get(pk=4800).merged_into_id == 4711
    assert run_export(out, everything=True)[0].paths == []
