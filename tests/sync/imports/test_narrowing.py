"""Where writing many files fails because of some, these stay out by name, and all others get in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from articles.content.problems import Problem
from articles.db.bulk import insert_tuples, update_objects
from articles.models import Article, Pin, Provider, RelatedLink, Topic
from articles.sync import decisions
from articles.sync.imports import linking, providers, topics, writing
from articles.sync.imports.narrowing import is_of_a_file, write_narrowed
from articles.sync.imports.report import Options, Report
from articles.sync.imports.run import import_paths
from bench.generate import generate_site
from tests.support.rows import rows

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
ENTRY: dict[str, object] = {
    "title": '"Other"',
    "publishedDateTime": "2023-08-31T00:00:00Z",
    "webUrl": '"https://b.example/other"',
    "provider": "{name: B Paper, domain: b.example}",
}


def run(site: Path, **options: Any) -> tuple[Report, list[Problem]]:
    problems: list[Problem] = []
    return import_paths([site], lambda root, problem: problems.append(problem), Options(**options)), problems


def codes(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in problems if problem.code != "N501"]


@contextmanager
def refusing(monkeypatch: pytest.MonkeyPatch, title: str) -> Iterator[None]:
    """Make the database refuse articles with this title, as it does for duplicate rows."""

    def insert(model: Any, columns: Sequence[str], values: Any) -> None:
        values = list(values)
        insert_tuples(model, columns, values)
        if model is Article:
            insert_tuples(model, columns, [row for row in values if title in row])

    def update(model: Any, columns: Sequence[str], articles: Sequence[Article]) -> None:
        update_objects(model, columns, articles)
        if any(article.title == title for article in articles):
            raise IntegrityError("no such title")

    with monkeypatch.context() as patch:
        patch.setattr(writing, "insert_tuples", insert)
        patch.setattr(writing, "update_objects", update)
        yield


@pytest.fixture
def site(tmp_path: Path, write_article: Write) -> Path:
    """Nine articles, two of them bad, that all list the same other one, and two of them each other."""
    for number in range(1, 10):
        near: dict[str, object] = ENTRY | {"webUrl": f'"https://a.example/{number % 9 + 1}"', "title": '"Near"'}
        title = '"Bad"' if number in (3, 8) else f'"Title {number}"'
        address = f'"https://a.example/{number}"'
        write_article(f"2023-09-0{number}-a.md", title=title, webUrl=address, topics="[AI, B]", related=[ENTRY, near])
    return tmp_path / "site"


BAD = [("2023-09-03-a.md", "E108"), ("2023-09-08-a.md", "E108")]


def test_the_files_that_a_database_refuses_stay_out_and_all_others_get_in(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with refusing(monkeypatch, "Bad"):
        report, problems = run(site)
    assert codes(problems) == BAD
    assert "IntegrityError" in problems[-1].message
    assert (report.read, report.created, report.left_out) == (9, 7, 2)
    assert [problem.message for problem in problems if problem.code == "N501"] == [
        "topics[1]: the topic AI has no file; it is created",
        "topics[2]: the topic B has no file; it is created",
    ]
    assert Article.objects.filter(is_reference=False).count() == 7
    assert RelatedLink.objects.count() == 14


def test_what_was_left_out_gets_in_when_it_can_and_all_is_as_if_it_had_always(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        run(site)
        undisturbed = rows()
        transaction.set_rollback(True)
    with refusing(monkeypatch, "Bad"):
        run(site)
    report, problems = run(site)
    assert (report.created, report.unchanged, codes(problems)) == (2, 7, [])
    assert rows() == undisturbed


def test_a_dry_run_narrows_too_and_leaves_nothing(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with refusing(monkeypatch, "Bad"):
        report, problems = run(site, dry_run=True)
    assert (report.created, codes(problems)) == (7, BAD)
    assert not Article.objects.exists()


def test_an_article_that_cannot_be_changed_keeps_what_it_was(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(site)
    for file in site.iterdir():
        file.write_text(file.read_text().replace("heat: 70", "heat: 71"))
    update = writing.update_objects

    def refuse(model: Any, columns: Any, articles: Any) -> None:
        update(model, columns, articles)
        if any(article.title == "Bad" for article in articles):
            raise ValueError("whatever it is")

    monkeypatch.setattr(writing, "update_objects", refuse)
    report, problems = run(site)
    assert (report.updated, report.left_out, codes(problems)) == (7, 2, BAD)
    assert set(Article.objects.filter(title="Bad").values_list("heat", flat=True)) == {70}
    assert set(Article.objects.exclude(title="Bad").filter(is_reference=False).values_list("heat", flat=True)) == {71}


def test_a_bad_file_among_many_is_found_in_few_writes() -> None:
    calls: list[int] = []

    def write(files: Sequence[int]) -> None:
        calls.append(len(files))
        if 700 in files:
            raise DataError("no")

    left_out: list[int] = []
    write_narrowed(range(1600), write, lambda file, error: left_out.append(file))
    assert left_out == [700]
    assert len(calls) <= 24
    assert sum(calls) <= 4 * 1600


def test_of_what_the_database_is_to_blame_for_no_file_is_accused(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OperationalError("the server is gone")

    monkeypatch.setattr(linking, "insert_tuples", fail)
    with pytest.raises(OperationalError):
        run(site)
    assert not Article.objects.exists()


def test_errors_of_copying_are_django_s(db: None) -> None:
    with pytest.raises(DataError if connection.vendor == "postgresql" else Exception), transaction.atomic():
        insert_tuples(Topic, ["id", "name"], [("no number", "x" * 101)])


def test_a_limit_of_the_database_counts_as_the_file_s() -> None:
    error = OperationalError("string is too long for tsvector")
    assert not is_of_a_file(error)
    cause = Exception()
    cause.sqlstate = "54000"  # type: ignore[attr-defined]
    error.__cause__ = cause
    assert is_of_a_file(error)


# Files of _data


@pytest.fixture
def data(tmp_path: Path, write_article: Write) -> Path:
    site = tmp_path / "site"
    files = {
        "topics/a.yaml": "name: Good\nparent: Bad\n",
        "topics/b.yaml": "name: Bad\n",
        "topics/c.yaml": "name: Better\nparent: Good\n",
        "organizations/bad.example.md": "---\nname: Bad\ndomain: bad.example\n---\n",
        "organizations/good.example.md": "---\nname: Good\ndomain: good.example\n---\n",
        "pins.yaml": "pins:\n  - article: _news/2023-09-01-a.md\n    starts: 2023-09-01\n    ends: 2023-09-02\n    reason: x\n",
        "stories.yaml": "leads:\n  - article: _news/2023-09-01-a.md\n",
    }
    for name, text in files.items():
        (site / "_data" / name).parent.mkdir(parents=True, exist_ok=True)
        (site / "_data" / name).write_text(text)
    write_article("_news/2023-09-01-a.md")
    return site


def refusing_rows(monkeypatch: pytest.MonkeyPatch, model: type[Any]) -> None:
    save = model.save

    def refuse(row: Any, *arguments: Any, **options: Any) -> None:
        if getattr(row, "name", "Bad") == "Bad":
            raise RuntimeError("no")
        save(row, *arguments, **options)

    monkeypatch.setattr(model, "save", refuse)


@pytest.mark.parametrize(
    ("model", "path", "kept"),
    [
        (Topic, "_data/topics/b.yaml", ["Better"]),
        (Provider, "_data/organizations/bad.example.md", ["Good"]),
        (Pin, "_data/pins.yaml", []),
    ],
)
def test_a_bad_file_of_data_keeps_no_other_out(
    data: Path, monkeypatch: pytest.MonkeyPatch, model: type[Any], path: str, kept: list[str]
) -> None:
    refusing_rows(monkeypatch, model)
    report, problems = run(data)
    assert (path, "E108") in codes(problems)
    assert report.created == 1
    assert report.exit_code == 1
    names = {getattr(row, "name", "") for row in model.objects.all()}
    assert names >= set(kept)
    assert "Bad" not in names
    monkeypatch.undo()
    report, problems = run(data)
    assert codes(problems) == []
    assert model.objects.count() >= len(kept) + 1


def test_a_data_file_that_cannot_be_read_for_a_reason_of_ours_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: str, data: bytes) -> None:
        raise RecursionError(path)

    monkeypatch.setattr(topics, "parse_topic", fail)
    monkeypatch.setattr(providers, "parse_organization", fail)
    monkeypatch.setattr(decisions, "parse_stories", fail)
    _, problems = run(data)
    assert {path for path, code in codes(problems) if code == "E108"} >= {
        *(f"_data/topics/{name}.yaml" for name in "abc"),
        "_data/organizations/bad.example.md",
        "_data/organizations/good.example.md",
    }
    assert Article.objects.count() == 1


def test_a_large_import_is_narrowed_by_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate_site(tmp_path / "site", 40, 3)
    bad = sorted((tmp_path / "site" / "_news").rglob("*.md"))[17]
    bad.write_text(
        "\n".join('title: "Bad"' if line.startswith("title:") else line for line in bad.read_text().split("\n"))
    )
    monkeypatch.setattr("articles.sync.imports.run.BATCH_SIZE", 10)
    with refusing(monkeypatch, "Bad"):
        report, problems = run(tmp_path / "site")
    assert report.left_out == 1
    assert [Path(path).name for path, code in codes(problems) if code == "E108"] == [bad.name]
    call_command("rebuild_stories")
