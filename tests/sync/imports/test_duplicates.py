"""Two files about one piece, whose addresses are written in different ways."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from articles.content.checking import check_paths
from articles.models import Article, Story
from articles.stories import rebuild_stories
from articles.sync.imports.run import import_paths
from tests.support.factories import make_article, make_reference
from tests.support.import_runs import other_problems

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]

ADDRESS = "https://quay.example/a"
VARIANTS = [
    "https://quay.example/a",
    "https://quay.example/a/",
    "http://quay.example/a",
    "https://www.quay.example/a",
    "https://quay.example/a?utm_source=feed",
    "https://QUAY.example/a",
    "https://quay.example:443/a",
    "https://quay.example/a#top",
]
OTHERS = ["https://quay.example/b", "https://quay.example/a?page=2", "https://quay.example/A", "https://key.example/a"]
A, B, C = (f"_news/2023-09-01-{name}.md" for name in "abc")


def check(*paths: Path) -> list[str]:
    problems = (str(problem) for _, problem in check_paths(paths, dt.datetime.now(dt.UTC)))
    return [each for each in problems if "N501" not in each]


def warning(path: str, other: str, key: str = "webUrl") -> str:
    return f"{path}: {key} leads to the same piece as {other}; both stay, as copies in one story [warning W414]"


def told(address: str) -> str:
    return f'"{address}"'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


def stories() -> list[set[str]]:
    return sorted(
        ({article.slug for article in Article.objects.filter(member__story=story)} for story in Story.objects.all()),
        key=sorted,
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_variants_of_an_address_are_named_with_both_places_and_are_one_story(
    site: Path, write_article: Write, variant: str
) -> None:
    write_article(A, webUrl=told(ADDRESS))
    write_article(B, title='"Another title"', webUrl=told(variant))
    assert check(site) == other_problems(site) == [warning(f"{B}:5", f"{A}:5")]
    assert stories() == [{"a", "b"}]


@pytest.mark.parametrize("other", OTHERS)
def test_other_addresses_are_other_pieces(site: Path, write_article: Write, other: str) -> None:
    write_article(A, webUrl=told(ADDRESS))
    write_article(B, webUrl=told(other))
    assert check(site) == other_problems(site) == []
    assert stories() == [{"a"}, {"b"}]


def test_a_file_that_comes_later_is_compared_with_articles_that_are_there(site: Path, write_article: Write) -> None:
    write_article(B, webUrl=told(ADDRESS))
    assert other_problems(site) == []
    write_article(A, webUrl=told(VARIANTS[1]))
    assert other_problems(site) == [warning(f"{A}:5", f"{B}:5")]
    assert stories() == [{"a", "b"}]
    assert other_problems(site) == [], "neither file has changed"


def test_an_article_made_here_is_one_of_those(site: Path, write_article: Write) -> None:
    make_article(slug="here", web_url=VARIANTS[2])
    make_reference(web_url=VARIANTS[3])
    write_article(A, webUrl=told(ADDRESS))
    assert other_problems(site) == [warning(f"{A}:5", "an article made here")]
    assert {"a", "here"} in stories()


def test_a_file_that_changes_or_moves_is_no_copy_of_itself(site: Path, write_article: Write) -> None:
    write_article(A, webUrl=told(ADDRESS))
    assert other_problems(site) == []
    write_article(A, title='"Changed"', webUrl=told(VARIANTS[1]))
    assert other_problems(site) == []
    (site / A).rename(site / C)
    assert other_problems(site) == []


def test_a_copy_that_gets_its_own_address_leaves_the_story(site: Path, write_article: Write) -> None:
    write_article(A, webUrl=told(ADDRESS))
    write_article(B, webUrl=told(ADDRESS))
    other_problems(site)
    write_article(B, webUrl=told(OTHERS[0]))
    assert other_problems(site) == []
    assert stories() == [{"a"}, {"b"}]


def test_copies_in_two_folders_of_one_import_are_named(tmp_path: Path, write_article: Write) -> None:
    write_article("x.md", title='"One"', webUrl=told(ADDRESS))
    (tmp_path / "other").mkdir()
    (tmp_path / "site" / "x.md").rename(tmp_path / "other" / "x.md")
    write_article("y.md", title='"Two"', webUrl=told(VARIANTS[1]))
    folders = [tmp_path / "other", tmp_path / "site"]
    problems: list[str] = []
    import_paths(folders, lambda root, problem: problems.append(str(problem)))
    assert [each for each in problems if "N501" not in each] == check(*folders) == [warning("y.md:5", "x.md:5")]


def test_a_withdrawn_file_is_no_copy(site: Path, write_article: Write) -> None:
    write_article(A, webUrl=told(ADDRESS), removed="true")
    write_article(B, webUrl=told(ADDRESS))
    assert check(site) == other_problems(site) == []


def test_a_file_whose_address_here_is_taken_stays_out_and_is_no_copy(site: Path, write_article: Write) -> None:
    write_article(A, webUrl=told(ADDRESS))
    write_article("_news/more/2023-09-01-a.md", webUrl=told(ADDRESS))
    assert [each[-6:-1] for each in check(site)] == [each[-6:-1] for each in other_problems(site)] == [" E106"]


def test_an_original_address_counts_where_there_is_no_other(site: Path, write_article: Write) -> None:
    write_article(A, webUrl=told(ADDRESS))
    write_article(B, webUrl=None, originalUrl=told(VARIANTS[2]))
    [message] = check(site)
    assert other_problems(site) == [message]
    assert "originalUrl leads to the same piece as" in message


def test_the_front_page_of_a_provider_is_no_piece(site: Path, write_article: Write) -> None:
    write_article(A, webUrl='"https://quay.example/"')
    write_article(B, webUrl='"https://quay.example"')
    assert check(site) == other_problems(site) == []
    assert stories() == [{"a"}, {"b"}]


def test_a_rebuild_gives_the_same_stories(site: Path, write_article: Write) -> None:
    for name, address, title in ((A, ADDRESS, "Trams"), (B, VARIANTS[4], "Whale"), (C, OTHERS[0], "Storm")):
        write_article(name, title=title, webUrl=told(address))
    other_problems(site)
    before = stories()
    rebuild_stories()
    assert stories() == before == [{"a", "b"}, {"c"}]
    Article.objects.filter(slug="b").update(file_missing=True)
    rebuild_stories()
    assert stories()[0] == {"a"}
