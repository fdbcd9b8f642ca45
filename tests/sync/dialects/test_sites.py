"""Made-up sites of well-known tools come in whole, are read, and go back into their own files."""

import os
import re
from pathlib import Path

import pytest
from django.test import Client

from articles.editorial.edits import edit_articles
from articles.models import Article
from tests.support.export_runs import lines_that_differ, run_export, snapshot
from tests.support.import_runs import import_problems
from tests.support.sites import SITES, described

pytestmark = pytest.mark.django_db


def test_a_site_comes_in_whole_and_its_dialect_is_named(site: Path) -> None:
    problems = import_problems(site)
    assert [problem for problem in problems if "[error" in problem] == []
    assert any(f"in the dialect {site.name} " in problem for problem in problems)
    golden = SITES / f"{site.name}.txt"
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_text("".join(f"{line}\n" for line in described()), "utf-8")
    assert list(described()) == golden.read_text("utf-8").splitlines()
    assert Article.objects.count() == 10
    before = list(described()), *Article.objects.values_list("pk", "file_digest")
    import_problems(site)
    assert (list(described()), *Article.objects.values_list("pk", "file_digest")) == before


def test_the_text_of_an_own_article_is_shown_without_a_way_to_a_provider(site: Path, client: Client) -> None:
    import_problems(site)
    for article in Article.objects.filter(published=True):
        page = client.get(article.get_absolute_url()).content.decode()
        assert ("Read at" in page) is bool(article.source_url)
        assert ("Text" in page or "text" in page) or article.source_url or "ferry now" in page
        assert not {"{%", "{{<", "[[", "<Box"} & {mark for mark in ("{%", "{{<", "[[", "<Box") if mark in page}
        for alias in article.aliases.all():
            assert client.get(alias.path).headers["Location"] == article.get_absolute_url()


def test_an_edit_changes_the_lines_of_one_key_in_each_file(site: Path) -> None:
    import_problems(site)
    before = snapshot(site)
    described_before = [line for line in described() if not line.startswith("/")]
    edit_articles(list(Article.objects.values_list("pk", flat=True)), title="Edited")
    _, problems = run_export(site)
    after = snapshot(site)
    changed = {name for name in before if before[name] != after[name]}
    paths = set(Article.objects.values_list("source_path", flat=True))
    assert changed == paths
    assert problems == []
    for name in changed:
        if not before[name].startswith((b"---", b"\xef\xbb\xbf---", b"+++", b"{")):
            assert after[name] == b'---\ntitle: "Edited"\n---\n\n' + before[name]
            continue
        lines = {line.strip() for line in lines_that_differ(before[name], after[name])}
        assert all(b"title" in line.lower() or line in (b"folded", b"A long title that was") for line in lines), lines
    import_problems(site)
    assert {(article.title, str(article.edited)) for article in Article.objects.all()} == {("Edited", "{}")}
    # Nothing else is news to a later import, not even the time at which the files were written.
    assert [line for line in described() if not line.startswith("/")] == described_before


def test_a_whole_export_is_the_same_site(site: Path, tmp_path: Path, client: Client) -> None:
    import_problems(site)
    listed = list(described())
    pages = [client.get(url).content for url in ["/", *(each.get_absolute_url() for each in shown())]]
    out = tmp_path / "out"
    out.mkdir()
    assert run_export(out, everything=True)[1] == []
    Article.objects.all().delete()
    assert [problem for problem in import_problems(out) if "[error" in problem] == []
    assert list(described()) == listed
    again = [client.get(url).content for url in ["/", *(each.get_absolute_url() for each in shown())]]
    assert [len(without_ids(page)) for page in again] == [len(without_ids(page)) for page in pages]


def without_ids(page: bytes) -> bytes:
    """Return a page without the addresses of social cards, which have the article's id and a digest in them."""
    return re.sub(rb"/cards/[a-z]+-[0-9]+-[0-9a-f]+", b"", page)


def shown() -> list[Article]:
    return list(Article.objects.filter(published=True).order_by("date", "slug"))
