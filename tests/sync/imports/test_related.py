"""Related articles of files become links, to articles or to references."""

from collections.abc import Callable
from pathlib import Path

import pytest

from articles.changes import changing_articles
from articles.editorial.edits import editing
from articles.models import Article, RelatedEntry, RelatedLink, UnlinkedEntry
from tests.support.import_runs import run_import
from tests.support.site_files import entry

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def links(slug: str) -> list[str]:
    return list(RelatedLink.objects.filter(article__slug=slug).values_list("target__web_url", flat=True))


def test_an_entry_without_article_becomes_a_reference_that_the_file_takes_over(
    tmp_path: Path, write_article: Write
) -> None:
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=[entry("https://b.example/b")])
    run_import(tmp_path / "site")
    reference = Article.objects.get(is_reference=True)
    assert (reference.title, reference.provider.domain) == ("About https://b.example/b", "b.example")
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"', title='"The article"')
    run_import(tmp_path / "site")
    article = Article.objects.get(slug="b")
    assert (article.pk, article.is_reference, article.title) == (reference.pk, False, "The article")
    assert links("a") == ["https://b.example/b"]
    assert Article.objects.count() == 2


def test_an_entry_also_finds_an_article_by_its_original_address(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=[entry("https://b.example/original")])
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"', originalUrl='"https://b.example/original"')
    run_import(tmp_path / "site")
    assert links("a") == ["https://b.example/b"]
    assert not Article.objects.filter(is_reference=True).exists()


def test_a_reference_that_turns_out_to_be_a_known_article_is_merged_with_it(
    tmp_path: Path, write_article: Write
) -> None:
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=[entry("https://b.example/new")])
    write_article("2023-09-01-b.md", webUrl='"https://b.example/old"')
    run_import(tmp_path / "site")
    write_article("2023-09-01-b.md", webUrl='"https://b.example/new"')
    run_import(tmp_path / "site")
    assert links("a") == ["https://b.example/new"]
    assert list(Article.objects.values_list("is_reference", flat=True)) == [False, False]


def test_an_article_never_links_to_itself_nor_twice_to_another(tmp_path: Path, write_article: Write) -> None:
    twice = [entry("https://b.example/b"), entry("https://a.example/a"), entry("https://b.example/b")]
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=twice)
    run_import(tmp_path / "site")
    assert links("a") == ["https://b.example/b"]


def lists(slug: str) -> tuple[list[str], list[str]]:
    """Return the addresses that an article's file lists: those that are linked, and those that are not, with places."""
    linked = RelatedLink.objects.filter(article__slug=slug).order_by("position")
    unlinked = UnlinkedEntry.objects.filter(article__slug=slug).order_by("position")
    return [f"{each.position} {each.entry and each.entry.address}" for each in linked.select_related("entry")], [
        f"{each.position} {each.entry.address}" for each in unlinked.select_related("entry")
    ]


def test_entries_that_make_no_link_are_kept_at_their_places(tmp_path: Path, write_article: Write) -> None:
    twice = [entry("https://a.example/a"), entry("https://b.example/b"), entry("https://b.example/b")]
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=[*twice, entry("https://c.example/c")])
    run_import(tmp_path / "site")
    assert lists("a") == (
        ["1 https://b.example/b", "3 https://c.example/c"],
        ["0 https://a.example/a", "2 https://b.example/b"],
    )
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=[entry("https://c.example/c")])
    run_import(tmp_path / "site")
    assert lists("a") == (["0 https://c.example/c"], [])
    assert set(RelatedEntry.objects.values_list("address", flat=True)) == {"https://c.example/c"}


def test_two_addresses_that_turn_out_to_be_one_article_are_linked_once_and_apart_again(
    tmp_path: Path, write_article: Write
) -> None:
    both = [entry("https://b.example/b"), entry("https://b.example/original")]
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=both)
    run_import(tmp_path / "site")
    apart = (["0 https://b.example/b", "1 https://b.example/original"], [])
    assert lists("a") == apart
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"', originalUrl='"https://b.example/original"')
    run_import(tmp_path / "site")
    linked, unlinked = lists("a")
    assert (len(linked), sorted([*linked, *unlinked])) == (1, apart[0])
    assert links("a") == ["https://b.example/b"]
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"')
    run_import(tmp_path / "site")
    assert lists("a") == apart
    assert links("a") == ["https://b.example/b", "https://b.example/original"]


def test_an_address_that_becomes_the_articles_own_is_linked_no_more(tmp_path: Path, write_article: Write) -> None:
    related = [entry("https://a.example/new"), entry("https://b.example/b")]
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=related)
    write_article("2023-09-02-c.md", webUrl='"https://c.example/c"', related=related)
    run_import(tmp_path / "site")
    write_article("2023-09-01-a.md", webUrl='"https://a.example/new"', related=related)
    run_import(tmp_path / "site")
    assert lists("a") == (["1 https://b.example/b"], ["0 https://a.example/new"])
    assert links("c") == ["https://a.example/new", "https://b.example/b"]


def test_what_a_file_lists_beside_an_editors_choice_is_not_linked(tmp_path: Path, write_article: Write) -> None:
    both = [entry("https://b.example/b"), entry("https://b.example/original"), entry("https://c.example/c")]
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=both)
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"', originalUrl='"https://b.example/original"')
    run_import(tmp_path / "site")
    article = Article.objects.get(slug="a")
    with editing([article.pk]), changing_articles([article.pk]):
        RelatedLink.objects.filter(article=article, target__slug="b").delete()
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"')
    run_import(tmp_path / "site")
    assert links("a") == ["https://c.example/c"]


def test_related_links_keep_the_order_of_the_file_when_it_changes(tmp_path: Path, write_article: Write) -> None:
    addresses = [f"https://b.example/{number}" for number in range(5)]
    write_article("2023-09-01-a.md", related=[entry(address) for address in addresses])
    run_import(tmp_path / "site")
    assert links("a") == addresses
    changed = [addresses[3], "https://b.example/new", addresses[0], addresses[4]]
    write_article("2023-09-01-a.md", related=[entry(address) for address in changed])
    report, _ = run_import(tmp_path / "site")
    assert links("a") == changed
    assert report.updated == 1


def test_two_articles_may_share_an_address_at_their_provider(tmp_path: Path, write_article: Write) -> None:
    for name in ("2023-09-01-a.md", "2023-09-02-b.md"):
        write_article(name, webUrl='"https://a.example/same"')
    write_article("2023-09-03-c.md", webUrl='"https://a.example/c"', related=[entry("https://a.example/same")])
    report, _ = run_import(tmp_path / "site")
    assert report.created == 3
    assert RelatedLink.objects.get().target.slug == "a"
