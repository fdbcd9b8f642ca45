"""Checking files without a database: what is found."""

from collections.abc import Callable
from pathlib import Path

import pytest

from articles.content.check import site as site_check
from articles.content.check.report import Report
from articles.content.checking import check_paths
from tests.conftest import SEED_EDITION
from tests.support.checking import ENTRY, NOW, A, B, found, problems_of, write
from tests.support.site_files import article_text

Write = Callable[..., Path]


# What is found


def test_problems_of_a_site_come_in_the_order_of_paths(site: Path, write_article: Write) -> None:
    write_article(B, title=None)
    write_article(A, heat='"x"', quality='"y"')
    write("_data/topics/00-ai.yaml", "name: AI\nkeywords: x\n")
    write("_data/organizations/a.example.md", "---\ndomain: a/b\n---\n")
    (site / "_news" / "2023-09-01-aa.md").symlink_to("/etc/hostname")
    assert found(site) == [
        ("_data/organizations/a.example.md", 2, "E304"),
        ("_data/topics/00-ai.yaml", 2, "E302"),
        (A, 6, "E302"),
        (A, 7, "E302"),
        ("_news/2023-09-01-aa.md", 0, "E104"),
        (B, 1, "E301"),
    ]


@pytest.mark.parametrize("site_name", ["powerapps", "azure-sample"])
def test_real_sites_have_no_errors(corpora: Path, site_name: str) -> None:
    report = Report()
    codes = {problem.code for _, problem in check_paths([corpora / site_name], NOW, report)}
    assert codes <= {"N501", "N502", "W405", "W414"}
    assert report.files > 700


def test_the_sample_edition_has_no_problems() -> None:
    assert found(SEED_EDITION) == []


def test_a_partial_without_front_matter_is_read_but_no_problem(site: Path) -> None:
    for name in ("_news/README.md", "_news/_partial.md", "_news/notes.md"):
        write(name, "no front matter")
    report = Report()
    assert [problem.path for _, problem in check_paths([site], NOW, report)] == ["_news/notes.md"]
    assert report.files == 3


def test_files_that_cannot_be_read_are_problems_and_do_not_count_as_read(site: Path) -> None:
    write(A, b"x" * 2_000_001)
    write("_data/topics/a.yaml", b"x" * 2_000_001)
    write("_data/organizations/a.md", b"x" * 2_000_001)
    report = Report()
    assert [problem.code for _, problem in check_paths([site], NOW, report)] == ["E102"] * 3
    assert report.files == 0


# Addresses


def test_the_second_file_of_an_address_is_an_error_that_names_the_first(site: Path, write_article: Write) -> None:
    write_article(A)
    write_article("_news/old/2023-09-01-A.md")
    (problem,) = problems_of(site)
    assert (problem.path, problem.line, problem.code) == ("_news/old/2023-09-01-A.md", 1, "E106")
    assert problem.message == f"its address /2023/09/01/a/ belongs to {A}"


def test_addresses_are_compared_between_folders(tmp_path: Path, write_article: Write) -> None:
    write_article("one/2023-09-01-a.md")
    write_article("two/sub/2023-09-01-a.md")
    folders = [tmp_path / "site" / "one", tmp_path / "site" / "two"]
    assert found(*folders) == [("sub/2023-09-01-a.md", 1, "E106")]


def test_addresses_from_titles_are_compared(site: Path, write_article: Write) -> None:
    write_article("_news/x.md")
    write_article("_news/y.md")
    assert found(site) == [("_news/y.md", 1, "E106")]


def test_a_file_that_stays_out_takes_no_address(site: Path, write_article: Write) -> None:
    write_article(A, title=None)
    write_article("_news/old/2023-09-01-a.md")
    assert found(site) == [(A, 1, "E301")]


OTHERS: dict[str, tuple[str, str, list[str]]] = {
    "an article": ("_news/old/2023-09-01-a.md", article_text(), ["E106"]),
    "an article of another address": ("_news/old/2023-09-02-a.md", article_text(), []),
    "a broken file": ("_news/old/2023-09-01-a.md", article_text(title=None), []),
    "no article file": ("_news/2023-09-01-a.rst", article_text(), []),
    "a file in a hidden folder": ("_news/.old/2023-09-01-a.md", article_text(), []),
    "a file elsewhere": ("drafts/2023-09-01-a.md", article_text(), []),
}


@pytest.mark.parametrize(("path", "text", "expected"), OTHERS.values(), ids=OTHERS)
def test_a_file_alone_is_compared_with_its_site(
    site: Path, write_article: Write, path: str, text: str, expected: list[str]
) -> None:
    write(path, text)
    write_article(A)
    assert [problem.code for problem in problems_of(A)] == expected


def test_a_link_that_leads_away_takes_no_address(site: Path, write_article: Write) -> None:
    write_article("../elsewhere/2023-09-01-a.md")
    (site / "_news" / "old").mkdir()
    (site / "_news" / "old" / "2023-09-01-a.md").symlink_to(site.parent / "elsewhere" / "2023-09-01-a.md")
    write_article(A)
    assert found(A) == []


def test_a_file_or_folder_named_twice_is_checked_once(site: Path, write_article: Write) -> None:
    write_article(A, title=None)
    write_article(B)
    report = Report()
    paths = [site, site / "_news", Path(A), Path(B)]
    assert [problem.code for _, problem in check_paths(paths, NOW, report)] == ["E301"]
    assert report.files == 2


# Images


def test_images_that_are_not_in_the_site_folder_are_warnings_wherever_they_are_named(
    site: Path, write_article: Write
) -> None:
    write("assets/here.png", b"x")
    write("assets/huge.png", b"x" * 10_000_001)
    missing = "[{url: /assets/gone.png, width: 1, height: 1}]"
    images = [f"{{url: {url}, width: 1, height: 1}}" for url in ("/assets/here.png", "https://a.example/x.png")]
    write_article(
        A,
        images=f"[{', '.join(images)}, {{url: /assets/huge.png, width: 1, height: 1}}]",
        provider=f"{{domain: a.example, images: {missing}}}",
        related=[ENTRY | {"images": missing}],
    )
    write("_data/topics/ai.yaml", "name: AI\nimages:\n  - /assets/gone.png\n  - /assets/here.png\n")
    write("_data/organizations/a.md", f"---\ndomain: a.example\nimages: {missing}\n---\n")
    assert found(site) == [
        ("_data/organizations/a.md", 3, "W405"),
        ("_data/topics/ai.yaml", 3, "W405"),
        (A, 9, "W405"),
        (A, 11, "W405"),
        (A, 17, "W405"),
    ]


def test_images_are_looked_for_from_the_site_when_a_file_is_named_alone(site: Path, write_article: Write) -> None:
    write("assets/here.png", b"x")
    write_article(A, images="[{url: /assets/here.png, width: 1, height: 1}]")
    assert found(A) == []


# Topics


def test_a_topic_without_a_file_is_noted_once_where_it_is_first_named(
    site: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_check, "CHUNK_SIZE", 1)
    write("_data/topics/ai.yaml", "name: AI\n")
    write_article(A, topics="[ai, Ships]")
    write_article(B, topics="[AI, SHIPS, Sea]")
    assert found(site) == [(A, 10, "N501"), (B, 10, "N501")]
    assert [problem.message.partition(" has")[0] for problem in problems_of(site)] == [
        "topics[2]: the topic Ships",
        "topics[3]: the topic Sea",
    ]


def test_a_site_without_a_folder_of_topics_needs_no_topic_files(site: Path, write_article: Write) -> None:
    write_article(A)
    assert found(site) == []


def test_problems_of_topic_files_are_named_when_these_are_checked(site: Path, write_article: Write) -> None:
    write("_data/topics/ai.yaml", "name: AI\nparent: Gone\n")
    write("_data/topics/broken.yaml", "name: [\n")
    write("_data/topics/sea.yaml", "name: Sea\n")
    write_article(A)
    assert found(A, "_data/topics/sea.yaml") == []


def test_the_topics_of_the_site_are_known_when_a_file_is_named_alone(site: Path, write_article: Write) -> None:
    write("_data/topics/ai.yaml", "name: AI\n")
    write("_data/topics/notes.txt", "name: Sea\n")
    write_article(A, topics="[AI, Sea]")
    assert found(A) == [(A, 10, "N501")]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a": "name: A\nparent: B\n", "b": "name: B\n"}, []),
        ({"a": "name: A\nparent: C\n", "b": "name: B\nparent: c\n"}, [("a", 2, "N501")]),
        ({"a": "name: A\nparent: a\n"}, [("a", 2, "W406")]),
        ({"a": "name: A\nparent: B\n", "b": "name: B\nparent: A\n"}, [("b", 2, "W406")]),
    ],
)
def test_parents_of_topics_have_files_and_go_up(
    site: Path, write_article: Write, files: dict[str, str], expected: list[tuple[str, int, str]]
) -> None:
    for name, text in files.items():
        write(f"_data/topics/{name}.yaml", text)
    assert found(site) == [(f"_data/topics/{name}.yaml", line, code) for name, line, code in expected]


# What is named


DATA = {
    "a topic": (["_data/topics/b.yaml"], ["_data/topics/b.yaml"]),
    "all topics": (["_data/topics"], ["_data/topics/a.yaml", "_data/topics/b.yaml"]),
    "an organization": (["_data/organizations/a.md"], ["_data/organizations/a.md"]),
    "all data": (["_data"], ["_data/organizations/a.md", "_data/topics/a.yaml", "_data/topics/b.yaml"]),
    "a topic and an article": ([A, "_data/topics/a.yaml"], ["_data/topics/a.yaml", A]),
}


@pytest.mark.parametrize(("paths", "expected"), DATA.values(), ids=DATA)
def test_topics_and_organizations_are_checked_as_such_when_they_are_named_alone(
    site: Path, write_article: Write, paths: list[str], expected: list[str]
) -> None:
    write_article(A, title=None)
    for name in ("a", "b"):
        write(f"_data/topics/{name}.yaml", f"name: {name}\nkeywords: 1\n")
    write("_data/organizations/a.md", "---\ndomain: a/b\n---\n")
    whole = problems_of(site)
    assert [problem.path for problem in problems_of(*paths)] == expected
    assert problems_of(*paths) == [problem for problem in whole if problem.path in expected]


def test_a_topic_that_is_not_there_is_a_problem(site: Path) -> None:
    assert [problem.code for problem in problems_of("_data/topics/gone.yaml")] == ["E107"]
