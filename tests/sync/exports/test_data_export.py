"""What editors say of topics and providers, their pins and decisions: to the files in ``_data``, and from there."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from articles.content.layout import PINS_FILE, STORIES_FILE
from articles.editorial.edits import note_edited_fields
from articles.editorial.merging import merge_providers, merge_topics
from articles.models import (
    Article,
    DataFile,
    Pin,
    Provider,
    ProviderAlias,
    Story,
    StoryDecision,
    StoryLead,
    Topic,
    TopicAlias,
)
from articles.sync.exports.export import ExportReport
from tests.support.export_runs import lines_that_differ, run_export, run_import, snapshot
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
NAME, OTHER = "_news/2023-09-01-a.md", "_news/2023-09-02-b.md"
TOPIC, PROVIDER = "_data/topics/00-ai.yaml", "_data/organizations/a.example.md"
START, END = dt.datetime(2024, 1, 1, tzinfo=dt.UTC), dt.datetime(2024, 2, 1, 12, 30, tzinfo=dt.UTC)


@pytest.fixture
def root(tmp_path: Path, write_article: Write) -> Path:
    """A site of two articles that are linked with each other, imported."""
    entry = {"title": '"B"', "publishedDateTime": "2023-09-02T00:00:00Z", "webUrl": '"https://a.example/b"',
             "provider": "{domain: a.example}"}  # fmt: skip
    write_article(NAME, related=[entry])
    write_article(OTHER, webUrl='"https://a.example/b"')
    root = tmp_path / "site"
    write(root, TOPIC, "# The first one\nname: AI   # short\ntaxonomy: topic\nkeywords:\n- x")
    run_import(root)
    return root


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def read(root: Path, path: str) -> str:
    return (root / path).read_text()


def article(slug: str = "a") -> Article:
    return Article.objects.get(slug=slug)


def edit(row: Topic | Provider, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    note_edited_fields(row, values)
    row.save()


def pin(**values: Any) -> Pin:
    return Pin.objects.create(**{"article": article(), "starts": START, "ends": END, "reason": "Good: read"} | values)


def pins() -> list[tuple[str, int, str]]:
    return list(Pin.objects.order_by("pk").values_list("article__slug", "place", "reason"))


PIN_TEXT = f"""pins:
  - article: {NAME}
    place: 1
    starts: 2024-01-01T00:00:00Z
    ends: 2024-02-01T12:30:00Z
    reason: "Good: read"
"""


# Topics and providers


def test_only_the_lines_of_what_was_said_of_a_topic_differ(root: Path) -> None:
    parent = make_topic("Science")
    edit(Topic.objects.get(key="ai"), description="All: of it", keywords=["x", "y"], shortname="A", parent=parent)
    before = snapshot(root)[TOPIC]
    report, problems = run_export(root)
    assert (report.paths, problems) == ([TOPIC], [])
    assert read(root, TOPIC) == (
        '# The first one\nname: AI   # short\nshortname: A\nparent: Science\ndescription: "All: of it"\n'
        "taxonomy: topic\nkeywords:\n- x\n- y"
    )
    assert b"name: AI   # short" in before
    assert run_export(root)[0].paths == []
    assert run_import(root) == []
    topic = Topic.objects.get(key="ai")
    assert (topic.edited, topic.description, topic.parent) == ([], "All: of it", parent)
    assert run_export(root)[0].paths == []


def test_a_place_and_an_address_of_a_topic_go_to_its_file(root: Path) -> None:
    edit(Topic.objects.get(key="ai"), position=7, slug="machines", images=[])
    assert run_export(root)[0].paths == [TOPIC]
    assert "position: 7\n" in read(root, TOPIC)
    assert "_id: machines\n" in read(root, TOPIC)
    Topic.objects.all().delete()
    run_import(root)
    assert Topic.objects.values_list("slug", "position").get(key="ai") == ("machines", 7)


def test_a_topic_made_here_gets_a_file_and_one_that_articles_name_needs_none(root: Path) -> None:
    edit(make_topic("Named by none"), name="Named by none", description="New")
    assert Topic.objects.count() == 2
    report, problems = run_export(root)
    assert (report.paths, problems) == (["_data/topics/named-by-none.yaml"], [])
    assert read(root, report.paths[0]) == (
        "taxonomy: topic\n_id: named-by-none\nname: Named by none\ndescription: New\n"
    )
    assert run_import(root) == []
    assert Topic.objects.get(slug="named-by-none").source_path == report.paths[0]
    assert run_export(root)[0].paths == []


def test_a_field_of_a_topic_that_both_changed_is_named_and_the_editors_stays(root: Path) -> None:
    edit(Topic.objects.get(key="ai"), description="Mine")
    write(root, TOPIC, "name: AI\nshortname: New\ndescription: Theirs\n")
    report, problems = run_export(root)
    assert (report.paths, problems) == (
        [],
        [f"{TOPIC}:1: changed since it was imported; import it first [warning W410]"],
    )
    assert run_import(root) == [
        f"{TOPIC}:3: description was changed here and by an editor; the editor's stays [warning W408]"]  # fmt: skip
    assert run_import(root) == []
    assert Topic.objects.values_list("shortname", "description").get(key="ai") == ("New", "Mine")
    assert run_export(root)[0].paths == [TOPIC]
    assert read(root, TOPIC) == "name: AI\nshortname: New\ndescription: Mine\n"


def test_a_provider_without_a_file_gets_one_that_says_what_its_articles_did_too(root: Path) -> None:
    provider = Provider.objects.get()
    edit(provider, kind="vendor", description="A maker")
    assert run_export(root) == (ExportReport(created=1, unchanged=1, paths=[PROVIDER]), [])
    assert read(root, PROVIDER) == (
        "---\ntaxonomy: organization\n_id: a.example\nname: A Paper\ndomain: a.example\nkind: vendor\n"
        "description: A maker\n---\n"
    )
    Provider.objects.update(kind="outlet", description="", edited=[])
    assert run_import(root) == []
    assert Provider.objects.values_list("kind", "description", "name").get() == ("vendor", "A maker", "A Paper")


def test_only_the_lines_of_what_was_said_of_a_provider_differ(root: Path) -> None:
    write(root, PROVIDER, "---\r\ndomain: A.Example # as it was\r\nstars: 5\r\n---\r\nText.")
    run_import(root)
    edit(Provider.objects.get(), kind="wire", name="A & B")
    before = snapshot(root)[PROVIDER]
    assert run_export(root)[0].paths == [PROVIDER]
    assert lines_that_differ(before, snapshot(root)[PROVIDER]) == {b"name: A & B", b"kind: wire"}
    assert run_import(root) == []
    assert Provider.objects.values_list("kind", "name", "edited").get() == ("wire", "A & B", [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "---\ndomain: a.example\nkind: paper\n---\n",
            "3: kind must be 'outlet', 'wire', 'vendor' or 'blog', not 'paper'",
        ),
        ("---\ndomain: a.example\nkind: 1\n---\n", "3: kind must be 'outlet', 'wire', 'vendor' or 'blog', not 1"),
    ],
)
def test_a_kind_must_be_one_there_is(root: Path, text: str, problem: str) -> None:
    write(root, PROVIDER, text)
    assert run_import(root) == [f"{PROVIDER}:{problem} [error E302]"]


# Pins and decisions


def test_pins_go_to_their_file_and_come_back(root: Path) -> None:
    pin()
    report, problems = run_export(root)
    assert (report.paths, problems, read(root, PINS_FILE)) == ([PINS_FILE], [], PIN_TEXT)
    assert run_export(root)[0].paths == []
    Pin.objects.all().delete()
    DataFile.objects.filter(path=PINS_FILE).delete()
    assert run_import(root) == []
    assert Pin.objects.values_list("article__slug", "place", "starts", "ends", "reason").get() == (
        "a", 1, START, END, "Good: read")  # fmt: skip
    assert run_export(root)[0].paths == []


def test_a_changed_list_keeps_its_comments_and_other_items_as_they_are(root: Path) -> None:
    text = f"# Ours\npins:\n- {{article: {NAME}, starts: 2024-01-01, ends: 2024-02-01T12:30:00Z, reason: A}}  # a\n# between\n"
    other = (
        f"- article: {OTHER}\n  starts: 2024-01-01T00:00:00Z\n  ends: 2024-03-01T00:00:00Z\n  reason: 'B'  # b\nx: 1\n"
    )
    write(root, PINS_FILE, text + other)
    assert run_import(root) == []
    Pin.objects.filter(reason="B").update(reason="C")
    assert run_export(root)[0].paths == [PINS_FILE]
    assert read(root, PINS_FILE) == text + other.replace("'B'", "'C'").replace("  starts", "  place: 1\n  starts")
    Pin.objects.filter(reason="A").delete()
    run_export(root)
    assert "reason: A" not in read(root, PINS_FILE)
    assert run_import(root) == []
    assert pins() == [("b", 1, "C")]


def test_what_file_and_editors_change_of_different_pins_is_all_there(root: Path) -> None:
    pin()
    pin(article=article("b"), place=2, reason="Second")
    run_export(root)
    assert run_import(root) == []
    pin(place=3, reason="Third")
    Pin.objects.filter(place=2).delete()
    write(root, PINS_FILE, read(root, PINS_FILE).replace('"Good: read"', "Better"))
    assert run_import(root) == []
    assert pins() == [("a", 1, "Better"), ("a", 3, "Third")]
    assert run_export(root)[0].paths == [PINS_FILE]
    assert "Second" not in read(root, PINS_FILE)
    assert "Third" in read(root, PINS_FILE)


def test_a_pin_that_both_changed_is_named_and_the_editors_stays(root: Path) -> None:
    pin()
    run_export(root)
    run_import(root)
    Pin.objects.update(reason="Mine")
    write(root, PINS_FILE, read(root, PINS_FILE).replace('"Good: read"', "Theirs"))
    assert run_export(root)[1] == [f"{PINS_FILE}:1: changed since it was imported; import it first [warning W410]"]
    assert run_import(root) == [
        f"{PINS_FILE}:2: a decision was changed here and by an editor; the editor's stays [warning W408]"]  # fmt: skip
    assert (pins(), run_import(root)) == ([("a", 1, "Mine")], [])
    assert run_export(root)[0].paths == [PINS_FILE]
    assert "reason: Mine\n" in read(root, PINS_FILE)


def test_no_import_of_exported_pins_undoes_what_was_decided_since(root: Path) -> None:
    pin()
    run_export(root)
    Pin.objects.all().delete()
    pin(article=article("b"), reason="Another")
    assert run_import(root) == []
    assert pins() == [("b", 1, "Another")]
    run_export(root)
    assert run_import(root) == []
    assert pins() == [("b", 1, "Another")]


def test_a_pin_waits_for_its_article(root: Path, write_article: Write) -> None:
    late = "_news/2023-09-03-late.md"
    text = PIN_TEXT.replace(NAME, late)
    write(root, PINS_FILE, text)
    problem = f"{PINS_FILE}:2: pins[1] names an article that is not there [warning W409]"
    assert run_import(root) == [problem]
    pin()
    run_export(root)
    assert read(root, PINS_FILE) == text + PIN_TEXT.removeprefix("pins:\n")
    assert run_import(root) == [problem]
    write_article(late, webUrl='"https://a.example/late"')
    assert run_import(root) == []
    assert pins() == [("a", 1, "Good: read"), ("late", 1, "Good: read")]
    assert run_export(root)[0].paths == []


def test_what_a_file_that_has_gone_said_is_taken_back_when_asked_to(root: Path) -> None:
    write(root, PINS_FILE, PIN_TEXT)
    run_import(root)
    pin(article=article("b"))
    (root / PINS_FILE).unlink()
    gone = f"{PINS_FILE}:1: the file has gone; what it decided"
    assert run_import(root) == [f"{gone} stays; --prune takes it back [warning W407]"]
    assert pins() == [("a", 1, "Good: read"), ("b", 1, "Good: read")]
    assert run_import(root, prune=True) == [f"{gone} is taken back [warning W407]"]
    assert run_import(root) == []
    assert pins() == [("b", 1, "Good: read")]
    assert run_export(root)[0].paths == [PINS_FILE]


def test_an_article_made_here_is_pinned_by_the_path_that_it_gets(root: Path) -> None:
    pin(article=make_article(slug="made"))
    report, problems = run_export(root)
    assert (report.paths, problems) == (["_news/2023-09-01-made.md", PINS_FILE], [])
    assert "article: _news/2023-09-01-made.md\n" in read(root, PINS_FILE)


def test_decisions_about_stories_go_to_their_file_and_come_back(root: Path, write_article: Write) -> None:
    entry = {"title": '"R"', "publishedDateTime": "2023-09-02T00:00:00Z", "webUrl": '"https://r.example/r?x=1#y"',
             "provider": "{domain: r.example}"}  # fmt: skip
    write_article("_news/2023-09-03-c.md", webUrl='"https://a.example/c"', related=[entry])
    run_import(root)
    reference = Article.objects.get(is_reference=True)
    assert article("b").member.story == article().member.story
    StoryDecision.objects.create(article=article("b"), reason="Another matter")
    StoryDecision.objects.create(article=reference, joins=article())
    assert run_export(root) == (ExportReport(created=1, unchanged=1, paths=[STORIES_FILE]), [])
    assert read(root, STORIES_FILE) == (
        f"decisions:\n  - article: {OTHER}\n    reason: Another matter\n"
        f"  - article: https://r.example/r?x=1#y\n    joins: {NAME}\n"
    )
    StoryDecision.objects.all().delete()
    DataFile.objects.filter(path=STORIES_FILE).delete()
    assert article("b").member.story == article().member.story
    assert run_import(root) == []
    assert StoryDecision.objects.count() == 2
    assert article("b").member.story != article().member.story == Article.objects.get(is_reference=True).member.story
    assert run_export(root)[0].paths == []


BAD_LISTS = {
    "pins: 1\n": "1: pins must be a list, not 1 [error E302]",
    "pins:\n- article: x\n": "2: pins[1].ends is missing [error E301]",
    f"pins:\n- article: {NAME}\n  starts: 2024-01-02\n  ends: 2024-01-01\n  reason: A\n": (
        "2: pins[1] must end after it starts [error E302]"),
    f"pins:\n- article: {NAME}\n  starts: 2024-01-01\n  ends: 2024-01-02\n  reason: ' '\n": (
        "5: pins[1].reason: is empty [error E301]"),
    f"pins:\n- article: {NAME}\n  place: 0\n  starts: 2024-01-01\n  ends: 2024-01-02\n  reason: A\n": (
        "3: pins[1].place is below 1 [error E305]"),
    "pins: [\n": "2: not valid YAML",
}  # fmt: skip


@pytest.mark.parametrize("text", BAD_LISTS)
def test_a_bad_list_changes_nothing_and_is_not_written_over(root: Path, text: str) -> None:
    pin()
    write(root, PINS_FILE, text)
    problems = run_import(root)
    assert any(problem.startswith(f"{PINS_FILE}:{BAD_LISTS[text]}") for problem in problems)
    assert pins() == [("a", 1, "Good: read")]
    report, problems = run_export(root)
    assert (report.paths, problems) == (
        [],
        [f"{PINS_FILE}:1: changed since it was imported; import it first [warning W410]"],
    )
    assert read(root, PINS_FILE) == text


def test_an_article_cannot_join_itself_under_another_name(root: Path) -> None:
    write(root, STORIES_FILE, f"decisions:\n- article: {NAME}\n  joins: https://a.example/first\n")
    assert [problem.split("[")[-1] for problem in run_import(root)] == ["warning W409]"]
    write(root, STORIES_FILE, f"decisions:\n- article: {NAME}\n  joins: {NAME}\n")
    assert run_import(root) == [f"{STORIES_FILE}:2: decisions[1] joins itself [error E302]"]
    assert not StoryDecision.objects.exists()


def test_chosen_leads_and_joined_stories_go_to_their_file_and_come_back(root: Path) -> None:
    StoryLead.objects.create(article=article("b"), reason="The first report")
    StoryDecision.objects.create(article=article("b"), joins=article(), keeps_links=True)
    assert run_export(root)[0].paths == [STORIES_FILE]
    assert read(root, STORIES_FILE) == (
        f"decisions:\n  - article: {OTHER}\n    joins: {NAME}\n    keepsLinks: true\n"
        f"leads:\n  - article: {OTHER}\n    reason: The first report\n"
    )
    StoryDecision.objects.all().delete()
    StoryLead.objects.all().delete()
    DataFile.objects.filter(path=STORIES_FILE).delete()
    assert run_import(root) == []
    assert StoryDecision.objects.values_list("article__slug", "joins__slug", "keeps_links").get() == ("b", "a", True)
    assert StoryLead.objects.values_list("article__slug", "reason").get() == ("b", "The first report")
    assert run_export(root)[0].paths == []
    StoryLead.objects.all().delete()
    assert run_export(root)[0].paths == [STORIES_FILE]
    assert read(root, STORIES_FILE).endswith("leads: []\n")


def test_other_names_of_a_topic_go_to_its_file_and_the_merged_ones_file_is_not_used(root: Path) -> None:
    write(root, "_data/topics/01-ml.yaml", "name: ML\n")
    run_import(root)
    merge_topics(None, Topic.objects.get(key="ml"), Topic.objects.get(key="ai"))
    assert run_export(root)[0].paths == [TOPIC]
    assert "oldSlugs:\n  - ml\n" in read(root, TOPIC)
    assert "otherNames:\n  - ML\n" in read(root, TOPIC)
    note = (
        "_data/topics/01-ml.yaml:1: ML is merged into AI, which other words describe; this file is not used [note N503]"
    )
    assert run_import(root) == [note]
    assert run_export(root)[0].paths == []
    Topic.objects.all().delete()
    DataFile.objects.all().delete()
    assert run_import(root) == [note]
    assert list(Topic.objects.values_list("name", "slug")) == [("AI", "ai")]
    assert set(TopicAlias.objects.values_list("name", "slug")) == {("ML", None), ("", "ml")}
    assert run_export(root)[0].paths == []


def test_other_names_come_and_go_with_the_file_and_editors_keep_theirs(root: Path) -> None:
    text = read(root, TOPIC)
    write(root, TOPIC, f"{text}\notherNames: [KI, IA]\noldSlugs: [ki]\n")
    assert run_import(root) == []
    assert set(TopicAlias.objects.values_list("name", "slug")) == {("KI", None), ("IA", None), ("", "ki")}
    TopicAlias.objects.filter(name="IA").delete()
    TopicAlias.objects.create(topic=Topic.objects.get(key="ai"), name="Mine")
    assert run_import(root) == []
    assert set(TopicAlias.objects.exclude(name="").values_list("name", flat=True)) == {"KI", "Mine"}
    write(root, TOPIC, f"{text}\notherNames: [IA]\n")
    assert run_import(root) == []
    assert set(TopicAlias.objects.values_list("name", "slug")) == {("Mine", None)}
    assert run_export(root)[0].paths == [TOPIC]
    assert "otherNames: [Mine]\n" in read(root, TOPIC)


def test_other_domains_of_a_provider_go_to_its_file_and_come_back(root: Path) -> None:
    other = Provider.objects.create(domain="old.example", name="Old")
    merge_providers(None, other, Provider.objects.get(domain="a.example"))
    assert run_export(root)[0].paths == [PROVIDER]
    assert "otherDomains:\n  - old.example\n" in read(root, PROVIDER)
    write(root, "_data/organizations/old.example.md", "---\ndomain: old.example\n---\n")
    ProviderAlias.objects.all().delete()
    DataFile.objects.all().delete()
    assert [problem.rpartition(" ")[2] for problem in run_import(root)] == ["N503]"]
    assert ProviderAlias.objects.values_list("domain", "provider__domain").get() == ("old.example", "a.example")
    write(root, PROVIDER, "---\ndomain: a.example\n---\n")
    run_import(root)
    assert not ProviderAlias.objects.exists()


# Folders


def test_a_copy_that_an_export_wrote_takes_nothing_back_from_the_site(root: Path, tmp_path: Path) -> None:
    pin()
    copy = tmp_path / "copy"
    copy.mkdir()
    assert run_export(copy, everything=True)[1] == []
    assert (copy / PINS_FILE).is_file()
    assert run_import(root) == []
    assert pins() == [("a", 1, "Good: read")]
    assert run_export(root)[0].paths == [PINS_FILE]


def test_two_sites_have_lists_of_their_own(root: Path, tmp_path: Path, write_article: Write) -> None:
    write(root, PINS_FILE, PIN_TEXT)
    run_import(root)
    other = tmp_path / "other"
    write(other, "_news/2023-09-05-o.md", read(root, OTHER).replace("a.example/b", "a.example/o"))
    write(other, TOPIC, "name: AI\ndescription: Of the other\n")
    assert [problem for problem in run_import(other) if "error" in problem] == []
    assert pins() == [("a", 1, "Good: read")]
    write(other, PINS_FILE, PIN_TEXT.replace(NAME, "_news/2023-09-05-o.md"))
    run_import(other)
    run_import(root)
    assert pins() == [("a", 1, "Good: read"), ("o", 1, "Good: read")]
    (other / PINS_FILE).unlink()
    run_import(other, prune=True)
    run_import(root)
    assert pins() == [("a", 1, "Good: read")]


def test_a_folder_without_news_gets_no_data(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    run_import(tmp_path / "site")
    pin()
    _, problems = run_export(tmp_path / "site", everything=True)
    assert problems == [f"{PINS_FILE}:1: is not written: a folder without _news has no _data [warning W412]"]
    assert sorted(snapshot(tmp_path / "site")) == ["2023-09-01-a.md"]


def test_a_link_to_data_out_of_the_folder_is_not_followed(root: Path, tmp_path: Path) -> None:
    pin()
    (tmp_path / "outside.yaml").write_text(PIN_TEXT)
    (root / PINS_FILE).symlink_to(tmp_path / "outside.yaml")
    assert run_import(root) == [f"{PINS_FILE}:1: the link leads out of the folder [error E104]"]
    Pin.objects.update(reason="Mine")
    assert run_export(root)[0].paths == []
    assert (tmp_path / "outside.yaml").read_text() == PIN_TEXT


def test_stories_keep_their_addresses_when_a_site_is_built_anew(root: Path, tmp_path: Path) -> None:
    Story.objects.all().delete()
    story = Story.objects.create(pk=4711, slug="old-name", lead=article())
    Story.objects.create(pk=4800, slug="older", merged_into=story)
    from articles.stories import rebuild_stories

    rebuild_stories()
    out = tmp_path / "out"
    out.mkdir()
    assert run_export(out, everything=True)[1] == []
    # Of two that are alike in all, their addresses say which one leads.
    lead = Story.objects.get(pk=4711).lead
    assert lead is not None
    path = lead.source_path
    assert read(out, "_data/story-addresses.yaml") == f"4711-old-name: {path}\n4800-older: {path}\n"
    Article.objects.all().delete()
    Story.objects.all().delete()
    assert [problem for problem in run_import(out) if "N50" not in problem] == []
    assert article().member.story.pk == article("b").member.story.pk == 4711
    assert Story.objects.get(pk=4800).merged_into_id == 4711
    assert make_article(slug="new").member.story.pk > 4800
    assert run_export(out, everything=True)[0].paths == ["_news/2023-09-01-new.md"]
