"""Files become rows: articles, topics, providers, related links and references."""

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from articles.models import Article, Provider, RelatedLink, Topic
from tests.conftest import SEED_EDITION, taken_back
from tests.support.import_runs import run_import
from tests.support.rows import digest, rows
from tests.support.site_files import entry

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def test_the_seed_keeps_all_that_its_file_says(corpora: Path) -> None:
    report, problems = run_import(corpora / "seed")
    assert (report.created, len(problems), report.exit_code) == (1, 3, 0)
    assert all("N501" in problem for problem in problems)
    article = Article.objects.get(is_reference=False)
    assert article.title == "DASA Plans To Use Advanced Facial Recognition Tech For Security"
    assert article.published_date_time == dt.datetime(2023, 9, 1, 15, 40, tzinfo=dt.UTC)
    assert article.amp_web_url.endswith("/amp/")
    assert article.cdn_amp_web_url.startswith("https://techround-co-uk.cdn.")
    assert (article.quality, article.heat, article.published, article.type, article.category) == (
        56,
        76,
        True,
        "article",
        "news",
    )
    assert (article.provider.name, article.provider.domain) == ("TechRound", "techround.co.uk")
    assert article.get_absolute_url() == "/2023/09/01/dasa-plans-to-use-advanced-facial-recognition-tech-for-security/"
    assert [link.topic.name for link in article.topic_links.all()] == ["Computer Vision", "AI", "AI in Security"]
    assert [link.target.provider.name for link in article.related_links.all()] == ["TechSpot", "SourceSecurity"]
    text = next((corpora / "seed").iterdir()).read_text()
    assert f'secured: "{article.secured}"' in text


def test_the_same_import_twice_changes_nothing(corpora: Path) -> None:
    run_import(corpora / "powerapps")
    before = list(Article.objects.order_by("id").values())
    report, _ = run_import(corpora / "powerapps")
    assert (report.created, report.updated, report.unchanged) == (0, 0, 674)
    assert list(Article.objects.order_by("id").values()) == before


def test_a_changed_file_updates_its_article_and_keeps_its_address(tmp_path: Path, write_article: Write) -> None:
    write_article("first.md", title='"Old title"', topics="[A, B]")
    run_import(tmp_path / "site")
    before = Article.objects.get()
    write_article("first.md", title='"New title"', topics="[B, C]", publishedDateTime="2023-10-01T00:00:00Z")
    report, _ = run_import(tmp_path / "site")
    after = Article.objects.get()
    assert (report.updated, report.created) == (1, 0)
    assert (after.pk, after.title) == (before.pk, "New title")
    assert after.get_absolute_url() == before.get_absolute_url() == "/2023/09/01/old-title/"
    assert [link.topic.name for link in after.topic_links.all()] == ["B", "C"]


def test_a_changed_comment_leaves_the_article_as_it_was(tmp_path: Path, write_article: Write) -> None:
    file = write_article()
    run_import(tmp_path / "site")
    file.write_text(file.read_text().replace("---\n", "---\n# a comment\n", 1))
    report, _ = run_import(tmp_path / "site")
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)


def test_two_files_cannot_have_one_address_here(tmp_path: Path, write_article: Write) -> None:
    write_article("x/2023-09-01-a.md")
    write_article("y/2023-09-01-a.md")
    report, problems = run_import(tmp_path / "site")
    assert (report.created, report.exit_code) == (1, 1)
    assert problems[0] == "y/2023-09-01-a.md:1: its address /2023/09/01/a/ belongs to x/2023-09-01-a.md [error E106]"


def test_a_bad_file_stays_out_and_keeps_no_good_one_out(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    write_article("2023-09-01-b.md", title="no")
    (tmp_path / "site" / "README.md").write_text("# About\n")
    (tmp_path / "site" / "c.md").write_text("# Not an article\n")
    report, problems = run_import(tmp_path / "site")
    assert (report.created, report.exit_code) == (1, 1)
    assert [problem.split(" ")[0] for problem in problems if "error" in problem] == ["2023-09-01-b.md:2:", "c.md:1:"]


def test_a_bad_file_leaves_its_article_as_it_was(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md", title='"Good"')
    run_import(tmp_path / "site")
    write_article("2023-09-01-a.md", title='"Better"', quality='"x"')
    run_import(tmp_path / "site")
    assert Article.objects.get().title == "Good"


def test_settled_files_that_were_not_written_to_are_not_read_again(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_article("a.md")
    monkeypatch.setattr("articles.content.files.STAMP_VALID_AFTER", 10**18)
    run_import(tmp_path / "site")
    assert Article.objects.get(slug__gt="").file_stamp == ""
    monkeypatch.setattr("articles.content.files.STAMP_VALID_AFTER", -(10**18))
    assert run_import(tmp_path / "site")[0].unchanged == 1
    assert Article.objects.get(slug__gt="").file_stamp
    with monkeypatch.context() as patch:
        patch.setattr("articles.content.files.hashlib", None)
        report, _ = run_import(tmp_path / "site")
    assert (report.read, report.unchanged, report.exit_code) == (1, 1, 0)
    path.touch()
    assert run_import(tmp_path / "site")[0].unchanged == 1
    path.write_text(path.read_text().replace('title: "', 'title: "New ', 1))
    assert run_import(tmp_path / "site")[0].updated == 1


def test_nothing_to_read_is_exit_code_two(tmp_path: Path) -> None:
    assert run_import(tmp_path / "nothing")[0].exit_code == 2
    (tmp_path / "empty").mkdir()
    assert run_import(tmp_path / "empty")[0].exit_code == 2


def test_a_dry_run_says_what_would_happen_and_writes_nothing(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md", related=[entry("https://b.example/b")])
    report, _ = run_import(tmp_path / "site", dry_run=True)
    assert report.created == 1
    assert not Article.objects.exists()
    assert not Provider.objects.exists()
    assert not Topic.objects.exists()


def test_unknown_keys_entities_and_body_are_kept(tmp_path: Path, write_article: Write) -> None:
    file = write_article("2023-09-01-a.md", excerpt='"Fish &amp; chips &#8211; daily"', mood="calm")
    file.write_text(file.read_text() + "\n# Heading\n\nText.\n")
    run_import(tmp_path / "site")
    article = Article.objects.get()
    assert article.excerpt == "Fish &amp; chips &#8211; daily"
    assert article.extra == {"mood": "calm"}
    assert article.body == "# Heading\n\nText."


def test_providers_are_one_by_domain_whatever_their_names_and_order(tmp_path: Path, write_article: Write) -> None:
    names = ["Morningstar%2c Inc.", "Morningstar, Inc.", "Morningstar%2c Inc."]
    for order in (names, names[::-1], [names[1], names[0], names[0]]):
        for number, name in enumerate(order):
            write_article(f"2023-09-0{number + 1}-a.md", provider=f'{{name: "{name}", domain: Morningstar.com}}')
        run_import(tmp_path / "site")
        assert [(each.domain, each.name) for each in Provider.objects.all()] == [
            ("morningstar.com", "Morningstar, Inc.")
        ]
        Article.objects.all().delete()
        Provider.objects.all().delete()


def test_topics_are_one_whatever_their_letter_case(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md", topics="[Machine Learning, machine  learning, C, C++, 'C#']")
    run_import(tmp_path / "site")
    assert {topic.slug for topic in Topic.objects.all()} == {"machine-learning", "c", "c-plus-plus", "c-sharp"}


def test_dates_and_other_values_without_json_are_kept_wherever_they_stand(tmp_path: Path, write_article: Write) -> None:
    odd = "[{url: 'https://b.example/x.png', width: 5, height: 5, taken: 2023-01-01, ratio: .nan}]"
    provider = f"{{name: B Paper, domain: b.example, images: {odd}}}"
    write_article("a.md", related=[entry("https://b.example/b", seen="2023-01-01", images=odd, provider=provider)])
    report, _ = run_import(tmp_path / "site")
    assert report.created == 1
    reference = Article.objects.get(is_reference=True)
    assert reference.extra == {"seen": {"!timestamp": "2023-01-01"}}
    assert reference.images[0]["ratio"] == {"!float": "nan"}
    assert Provider.objects.get(domain="b.example").images[0]["taken"] == {"!timestamp": "2023-01-01"}


def test_the_azure_site_imports_with_its_links(corpora: Path) -> None:
    report, problems = run_import(corpora / "azure-sample")
    assert (report.created, report.problems["error"]) == (800, 0)
    assert not [problem for problem in problems if "error" in problem]
    assert Article.objects.listed().count() == 400
    assert RelatedLink.objects.filter(target__is_reference=False).exists()
    addresses = list(Article.objects.filter(is_reference=True).values_list("web_url", flat=True))
    assert len(addresses) == len(set(addresses)) == 3001


def test_the_rows_do_not_depend_on_the_order_of_files(corpora: Path, tmp_path: Path) -> None:
    files = sorted((corpora / "azure-sample" / "_news").iterdir())[::8]
    with taken_back():
        run_import(*files)
        expected = _picture()
    random.Random(1).shuffle(files)
    run_import(*files)
    assert _picture() == expected


# A digest of all rows that the site gives; any change of what an import makes of real files changes it.
AZURE_ROWS = "327fd0643c2d5747fb3ce95c669f11e0b8b606aeb59dc9763ea1ada4428bc416"


def test_the_azure_site_gives_the_same_rows_on_every_database(corpora: Path) -> None:
    run_import(corpora / "azure-sample")
    assert digest(rows()) == AZURE_ROWS


def _picture() -> object:
    articles = Article.objects.filter(is_reference=False).order_by("source_path")
    linked = RelatedLink.objects.order_by("article__source_path", "position")
    return (
        list(articles.values_list("source_path", "title", "date", "slug", "provider__domain", "listed_from")),
        list(linked.values_list("article__source_path", "position", "target__web_url", "target__is_reference")),
    )


def test_the_command_prints_problems_by_path_and_line_and_totals(
    tmp_path: Path, write_article: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article("2023-09-01-a.md", title="no")
    write_article("2023-09-01-b.md")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        call_command("import_articles", "site")
    assert caught.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("site/2023-09-01-a.md:2: title must be text")
    assert lines[-1] == "created 1, updated 0, unchanged 0, left out 1, problems: 1 error, 0 warnings, 1 note"


def test_the_command_leaves_a_filled_database_alone_when_asked(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    call_command("import_articles", "--only-if-empty", str(tmp_path / "site"))
    write_article("2023-09-02-b.md")
    call_command("import_articles", "--only-if-empty", str(tmp_path / "site"))
    assert Article.objects.count() == 1


def test_the_sample_edition_has_no_problems() -> None:
    report, problems = run_import(SEED_EDITION)
    assert problems == []
    assert report.created >= 40
