"""Files become rows: articles, topics, providers, related links and references."""

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from articles.changes import changing_articles
from articles.editorial.edits import editing
from articles.models import Article, Provider, RelatedEntry, RelatedLink, Topic, UnlinkedEntry
from articles.sync.imports.run import Report, import_paths
from tests.conftest import SEED_EDITION, taken_back

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def run(*paths: Path, dry_run: bool = False) -> tuple[Report, list[str]]:
    problems: list[str] = []
    report = import_paths(paths, lambda root, problem: problems.append(str(problem)), dry_run=dry_run)
    return report, problems


def entry(address: str, **keys: object) -> dict[str, object]:
    return {
        "title": f'"About {address}"',
        "publishedDateTime": "2023-08-31T00:00:00Z",
        "webUrl": f'"{address}"',
        "provider": "{name: B Paper, domain: b.example}",
    } | keys


def links(slug: str) -> list[str]:
    return list(RelatedLink.objects.filter(article__slug=slug).values_list("target__web_url", flat=True))


def test_the_seed_keeps_all_that_its_file_says(corpora: Path) -> None:
    report, problems = run(corpora / "seed")
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
    run(corpora / "powerapps")
    before = list(Article.objects.order_by("id").values())
    report, _ = run(corpora / "powerapps")
    assert (report.created, report.updated, report.unchanged) == (0, 0, 674)
    assert list(Article.objects.order_by("id").values()) == before


def test_a_changed_file_updates_its_article_and_keeps_its_address(tmp_path: Path, write_article: Write) -> None:
    write_article("first.md", title='"Old title"', topics="[A, B]")
    run(tmp_path / "site")
    before = Article.objects.get()
    write_article("first.md", title='"New title"', topics="[B, C]", publishedDateTime="2023-10-01T00:00:00Z")
    report, _ = run(tmp_path / "site")
    after = Article.objects.get()
    assert (report.updated, report.created) == (1, 0)
    assert (after.pk, after.title) == (before.pk, "New title")
    assert after.get_absolute_url() == before.get_absolute_url() == "/2023/09/01/old-title/"
    assert [link.topic.name for link in after.topic_links.all()] == ["B", "C"]


def test_a_changed_comment_leaves_the_article_as_it_was(tmp_path: Path, write_article: Write) -> None:
    file = write_article()
    run(tmp_path / "site")
    file.write_text(file.read_text().replace("---\n", "---\n# a comment\n", 1))
    report, _ = run(tmp_path / "site")
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)


def test_an_entry_without_article_becomes_a_reference_that_the_file_takes_over(
    tmp_path: Path, write_article: Write
) -> None:
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=[entry("https://b.example/b")])
    run(tmp_path / "site")
    reference = Article.objects.get(is_reference=True)
    assert (reference.title, reference.provider.domain) == ("About https://b.example/b", "b.example")
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"', title='"The article"')
    run(tmp_path / "site")
    article = Article.objects.get(slug="b")
    assert (article.pk, article.is_reference, article.title) == (reference.pk, False, "The article")
    assert links("a") == ["https://b.example/b"]
    assert Article.objects.count() == 2


def test_an_entry_also_finds_an_article_by_its_original_address(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=[entry("https://b.example/original")])
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"', originalUrl='"https://b.example/original"')
    run(tmp_path / "site")
    assert links("a") == ["https://b.example/b"]
    assert not Article.objects.filter(is_reference=True).exists()


def test_a_reference_that_turns_out_to_be_a_known_article_is_merged_with_it(
    tmp_path: Path, write_article: Write
) -> None:
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=[entry("https://b.example/new")])
    write_article("2023-09-01-b.md", webUrl='"https://b.example/old"')
    run(tmp_path / "site")
    write_article("2023-09-01-b.md", webUrl='"https://b.example/new"')
    run(tmp_path / "site")
    assert links("a") == ["https://b.example/new"]
    assert list(Article.objects.values_list("is_reference", flat=True)) == [False, False]


def test_an_article_never_links_to_itself_nor_twice_to_another(tmp_path: Path, write_article: Write) -> None:
    twice = [entry("https://b.example/b"), entry("https://a.example/a"), entry("https://b.example/b")]
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=twice)
    run(tmp_path / "site")
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
    run(tmp_path / "site")
    assert lists("a") == (
        ["1 https://b.example/b", "3 https://c.example/c"],
        ["0 https://a.example/a", "2 https://b.example/b"],
    )
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=[entry("https://c.example/c")])
    run(tmp_path / "site")
    assert lists("a") == (["0 https://c.example/c"], [])
    assert set(RelatedEntry.objects.values_list("address", flat=True)) == {"https://c.example/c"}


def test_two_addresses_that_turn_out_to_be_one_article_are_linked_once_and_apart_again(
    tmp_path: Path, write_article: Write
) -> None:
    both = [entry("https://b.example/b"), entry("https://b.example/original")]
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=both)
    run(tmp_path / "site")
    apart = (["0 https://b.example/b", "1 https://b.example/original"], [])
    assert lists("a") == apart
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"', originalUrl='"https://b.example/original"')
    run(tmp_path / "site")
    linked, unlinked = lists("a")
    assert (len(linked), sorted([*linked, *unlinked])) == (1, apart[0])
    assert links("a") == ["https://b.example/b"]
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"')
    run(tmp_path / "site")
    assert lists("a") == apart
    assert links("a") == ["https://b.example/b", "https://b.example/original"]


def test_an_address_that_becomes_the_articles_own_is_linked_no_more(tmp_path: Path, write_article: Write) -> None:
    related = [entry("https://a.example/new"), entry("https://b.example/b")]
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=related)
    write_article("2023-09-02-c.md", webUrl='"https://c.example/c"', related=related)
    run(tmp_path / "site")
    write_article("2023-09-01-a.md", webUrl='"https://a.example/new"', related=related)
    run(tmp_path / "site")
    assert lists("a") == (["1 https://b.example/b"], ["0 https://a.example/new"])
    assert links("c") == ["https://a.example/new", "https://b.example/b"]


def test_what_a_file_lists_beside_an_editors_choice_is_not_linked(tmp_path: Path, write_article: Write) -> None:
    both = [entry("https://b.example/b"), entry("https://b.example/original"), entry("https://c.example/c")]
    write_article("2023-09-01-a.md", webUrl='"https://a.example/a"', related=both)
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"', originalUrl='"https://b.example/original"')
    run(tmp_path / "site")
    article = Article.objects.get(slug="a")
    with editing([article.pk]), changing_articles([article.pk]):
        RelatedLink.objects.filter(article=article, target__slug="b").delete()
    write_article("2023-09-01-b.md", webUrl='"https://b.example/b"')
    run(tmp_path / "site")
    assert links("a") == ["https://c.example/c"]


def test_related_links_keep_the_order_of_the_file_when_it_changes(tmp_path: Path, write_article: Write) -> None:
    addresses = [f"https://b.example/{number}" for number in range(5)]
    write_article("2023-09-01-a.md", related=[entry(address) for address in addresses])
    run(tmp_path / "site")
    assert links("a") == addresses
    changed = [addresses[3], "https://b.example/new", addresses[0], addresses[4]]
    write_article("2023-09-01-a.md", related=[entry(address) for address in changed])
    report, _ = run(tmp_path / "site")
    assert links("a") == changed
    assert report.updated == 1


def test_two_articles_may_share_an_address_at_their_provider(tmp_path: Path, write_article: Write) -> None:
    for name in ("2023-09-01-a.md", "2023-09-02-b.md"):
        write_article(name, webUrl='"https://a.example/same"')
    write_article("2023-09-03-c.md", webUrl='"https://a.example/c"', related=[entry("https://a.example/same")])
    report, _ = run(tmp_path / "site")
    assert report.created == 3
    assert RelatedLink.objects.get().target.slug == "a"


def test_two_files_cannot_have_one_address_here(tmp_path: Path, write_article: Write) -> None:
    write_article("x/2023-09-01-a.md")
    write_article("y/2023-09-01-a.md")
    report, problems = run(tmp_path / "site")
    assert (report.created, report.exit_code) == (1, 1)
    assert problems[0] == "y/2023-09-01-a.md:1: its address /2023/09/01/a/ belongs to x/2023-09-01-a.md [error E106]"


def test_a_bad_file_stays_out_and_keeps_no_good_one_out(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    write_article("2023-09-01-b.md", title="no")
    (tmp_path / "site" / "README.md").write_text("# About\n")
    (tmp_path / "site" / "c.md").write_text("# Not an article\n")
    report, problems = run(tmp_path / "site")
    assert (report.created, report.exit_code) == (1, 1)
    assert [problem.split(" ")[0] for problem in problems if "error" in problem] == ["2023-09-01-b.md:2:", "c.md:1:"]


def test_a_bad_file_leaves_its_article_as_it_was(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md", title='"Good"')
    run(tmp_path / "site")
    write_article("2023-09-01-a.md", title='"Better"', quality='"x"')
    run(tmp_path / "site")
    assert Article.objects.get().title == "Good"


def test_settled_files_that_were_not_written_to_are_not_read_again(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_article("a.md")
    monkeypatch.setattr("articles.content.files.SETTLED_AFTER", 10**18)
    run(tmp_path / "site")
    assert Article.objects.get(slug__gt="").file_stamp == ""
    monkeypatch.setattr("articles.content.files.SETTLED_AFTER", -(10**18))
    assert run(tmp_path / "site")[0].unchanged == 1
    assert Article.objects.get(slug__gt="").file_stamp
    with monkeypatch.context() as patch:
        patch.setattr("articles.content.files.hashlib", None)
        report, _ = run(tmp_path / "site")
    assert (report.read, report.unchanged, report.exit_code) == (1, 1, 0)
    path.touch()
    assert run(tmp_path / "site")[0].unchanged == 1
    path.write_text(path.read_text().replace('title: "', 'title: "New ', 1))
    assert run(tmp_path / "site")[0].updated == 1


def test_nothing_to_read_is_exit_code_two(tmp_path: Path) -> None:
    assert run(tmp_path / "nothing")[0].exit_code == 2
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty")[0].exit_code == 2


def test_a_dry_run_says_what_would_happen_and_writes_nothing(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md", related=[entry("https://b.example/b")])
    report, _ = run(tmp_path / "site", dry_run=True)
    assert report.created == 1
    assert not Article.objects.exists()
    assert not Provider.objects.exists()
    assert not Topic.objects.exists()


def test_unknown_keys_entities_and_body_are_kept(tmp_path: Path, write_article: Write) -> None:
    file = write_article("2023-09-01-a.md", excerpt='"Fish &amp; chips &#8211; daily"', mood="calm")
    file.write_text(file.read_text() + "\n# Heading\n\nText.\n")
    run(tmp_path / "site")
    article = Article.objects.get()
    assert article.excerpt == "Fish &amp; chips &#8211; daily"
    assert article.extra == {"mood": "calm"}
    assert article.body == "# Heading\n\nText."


def test_providers_are_one_by_domain_whatever_their_names_and_order(tmp_path: Path, write_article: Write) -> None:
    names = ["Morningstar%2c Inc.", "Morningstar, Inc.", "Morningstar%2c Inc."]
    for order in (names, names[::-1], [names[1], names[0], names[0]]):
        for number, name in enumerate(order):
            write_article(f"2023-09-0{number + 1}-a.md", provider=f'{{name: "{name}", domain: Morningstar.com}}')
        run(tmp_path / "site")
        assert [(each.domain, each.name) for each in Provider.objects.all()] == [
            ("morningstar.com", "Morningstar, Inc.")
        ]
        Article.objects.all().delete()
        Provider.objects.all().delete()


def test_topics_are_one_whatever_their_letter_case(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md", topics="[Machine Learning, machine  learning, C, C++, 'C#']")
    run(tmp_path / "site")
    assert {topic.slug for topic in Topic.objects.all()} == {"machine-learning", "c", "c-plus-plus", "c-sharp"}


def test_a_site_folder_brings_topics_with_parents_and_providers_with_logos(corpora: Path) -> None:
    run(corpora / "powerapps")
    topic = Topic.objects.get(slug="common-data-service")
    assert (topic.parent.name if topic.parent else None, topic.shortname, topic.position) == ("Power Apps", "CDS", 3)
    assert topic.keywords == ["common data service"]
    assert topic.extra["services"]["news"].startswith("https://")
    provider = Provider.objects.get(domain="bbc.com")
    assert provider.name == "BBC"
    assert provider.images[0]["url"] == "/assets/images/organizations/bbc.com-50x50.jpg"


def test_images_of_the_site_folder_are_copied_once(tmp_path: Path, write_article: Write, settings: object) -> None:
    image = tmp_path / "site" / "assets" / "a.webp"
    image.parent.mkdir(parents=True)
    image.write_bytes(b"first")
    images = "[{url: /assets/a.webp, width: 5, height: 5}, {url: /assets/none.webp, width: 5, height: 5}]"
    write_article("2023-09-01-a.md", images=images)
    _, problems = run(tmp_path / "site")
    assert sorted(problem.rpartition(" ")[2] for problem in problems) == ["N501]", "W405]"]
    copy = Path(settings.MEDIA_ROOT) / "assets" / "a.webp"  # type: ignore[attr-defined]
    assert copy.read_bytes() == b"first"
    image.write_bytes(b"second")
    write_article("2023-09-01-a.md", images=images, title='"Changed"')
    run(tmp_path / "site")
    assert copy.read_bytes() == b"second"
    assert [each.name for each in copy.parent.iterdir()] == ["a.webp"]


def write_data(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / "site" / "_data" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_dates_and_other_values_without_json_are_kept_wherever_they_stand(tmp_path: Path, write_article: Write) -> None:
    odd = "[{url: 'https://b.example/x.png', width: 5, height: 5, taken: 2023-01-01, ratio: .nan}]"
    provider = f"{{name: B Paper, domain: b.example, images: {odd}}}"
    write_article("a.md", related=[entry("https://b.example/b", seen="2023-01-01", images=odd, provider=provider)])
    report, _ = run(tmp_path / "site")
    assert report.created == 1
    reference = Article.objects.get(is_reference=True)
    assert reference.extra == {"seen": {"!timestamp": "2023-01-01"}}
    assert reference.images[0]["ratio"] == {"!float": "nan"}
    assert Provider.objects.get(domain="b.example").images[0]["taken"] == {"!timestamp": "2023-01-01"}


def test_a_topic_file_may_rename_its_topic(tmp_path: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md", topics="[Robots]")
    write_data(tmp_path, "topics/00-robots.yaml", "_id: robots\nname: Robots\n")
    run(tmp_path / "site")
    write_data(tmp_path, "topics/00-robots.yaml", "_id: robots\nname: Robotics\n")
    report, _ = run(tmp_path / "site")
    assert report.exit_code == 0
    assert [(topic.slug, topic.name) for topic in Topic.objects.all()] == [("robots", "Robotics")]


def test_a_provider_file_may_change_its_domain(tmp_path: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md")
    for domain in ("old.example", "new.example"):
        write_data(tmp_path, "organizations/x.md", f"---\nname: X\ndomain: {domain}\n---\n")
        assert run(tmp_path / "site")[0].exit_code == 0
    paths = Provider.objects.exclude(domain="a.example").values_list("domain", "source_path")
    assert set(paths) == {("old.example", None), ("new.example", "_data/organizations/x.md")}


@pytest.mark.parametrize("name", ["topics/00-x.yaml", "organizations/x.md"])
def test_a_bad_data_file_stays_out_with_its_line(tmp_path: Path, write_article: Write, name: str) -> None:
    write_article("_news/2023-09-01-a.md")
    text = 'name: "X\\0"\ndomain: x.example\nshortname: "a"\n'
    write_data(tmp_path, name, text if name.endswith("yaml") else f"---\n{text}---\n")
    report, problems = run(tmp_path / "site")
    assert (report.exit_code, report.created) == (1, 1)
    assert f"_data/{name}:{1 if name.endswith('yaml') else 2}: name contains a NUL" in problems[0]


def test_images_that_came_later_are_copied_though_the_article_is_unchanged(
    tmp_path: Path, write_article: Write, settings: object
) -> None:
    write_article("2023-09-01-a.md", images="[{url: /assets/a.webp, width: 5, height: 5}]")
    run(tmp_path / "site")
    image = tmp_path / "site" / "assets" / "a.webp"
    image.parent.mkdir()
    image.write_bytes(b"late")
    report, _ = run(tmp_path / "site")
    assert report.unchanged == 1
    assert (Path(settings.MEDIA_ROOT) / "assets" / "a.webp").read_bytes() == b"late"  # type: ignore[attr-defined]


def test_a_topic_below_itself_gets_no_parent(tmp_path: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md")
    data = tmp_path / "site" / "_data" / "topics"
    data.mkdir(parents=True)
    (data / "00-a.yaml").write_text("_id: a\nname: A\nparent: B\n")
    (data / "01-b.yaml").write_text("_id: b\nname: B\nparent: A\n")
    _, problems = run(tmp_path / "site")
    assert any("W406" in problem for problem in problems)
    assert Topic.objects.filter(name__in="AB", parent=None).count() == 1


def test_the_azure_site_imports_with_its_links(corpora: Path) -> None:
    report, problems = run(corpora / "azure-sample")
    assert (report.created, report.problems["error"]) == (800, 0)
    assert not [problem for problem in problems if "error" in problem]
    assert Article.objects.listed().count() == 400
    assert RelatedLink.objects.filter(target__is_reference=False).exists()
    addresses = list(Article.objects.filter(is_reference=True).values_list("web_url", flat=True))
    assert len(addresses) == len(set(addresses)) == 3001


def test_the_rows_do_not_depend_on_the_order_of_files(corpora: Path, tmp_path: Path) -> None:
    files = sorted((corpora / "azure-sample" / "_news").iterdir())[::8]
    with taken_back():
        run(*files)
        expected = _picture()
    random.Random(1).shuffle(files)
    run(*files)
    assert _picture() == expected


# A digest of all rows that the site gives; any change of what an import makes of real files changes it.
AZURE_ROWS = "327fd0643c2d5747fb3ce95c669f11e0b8b606aeb59dc9763ea1ada4428bc416"


def test_the_azure_site_gives_the_same_rows_on_every_database(corpora: Path) -> None:
    from tests.sync.imports.test_edit_safety import digest, rows

    run(corpora / "azure-sample")
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
    report, problems = run(SEED_EDITION)
    assert problems == []
    assert report.created >= 40
