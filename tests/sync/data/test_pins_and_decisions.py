"""What editors say of topics and providers, their pins and decisions: to the files in ``_data``, and from there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from articles.content.layout import PINS_FILE, STORIES_FILE
from articles.models import Article, DataFile, Pin, Story, StoryComparison, StoryDecision, StoryLead
from articles.sync.exports.folder import ExportReport
from tests.support.data_files import END, NAME, OTHER, PIN_TEXT, START, TOPIC, pin, pins, read, write
from tests.support.export_runs import run_export, snapshot
from tests.support.factories import make_article
from tests.support.import_runs import import_problems
from tests.support.rows import article

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


# Pins and decisions


def test_pins_go_to_their_file_and_come_back(root: Path) -> None:
    pin()
    report, problems = run_export(root)
    assert (report.paths, problems, read(root, PINS_FILE)) == ([PINS_FILE], [], PIN_TEXT)
    assert run_export(root)[0].paths == []
    Pin.objects.all().delete()
    DataFile.objects.filter(path=PINS_FILE).delete()
    assert import_problems(root) == []
    assert Pin.objects.values_list("article__slug", "place", "starts", "ends", "reason").get() == (
        "a", 1, START, END, "Good: read")  # fmt: skip
    assert run_export(root)[0].paths == []


def test_a_changed_list_keeps_its_comments_and_other_items_as_they_are(root: Path) -> None:
    text = f"# Ours\npins:\n- {{article: {NAME}, starts: 2024-01-01, ends: 2024-02-01T12:30:00Z, reason: A}}  # a\n# between\n"
    other = (
        f"- article: {OTHER}\n  starts: 2024-01-01T00:00:00Z\n  ends: 2024-03-01T00:00:00Z\n  reason: 'B'  # b\nx: 1\n"
    )
    write(root, PINS_FILE, text + other)
    assert import_problems(root) == []
    Pin.objects.filter(reason="B").update(reason="C")
    assert run_export(root)[0].paths == [PINS_FILE]
    assert read(root, PINS_FILE) == text + other.replace("'B'", "'C'").replace("  starts", "  place: 1\n  starts")
    Pin.objects.filter(reason="A").delete()
    run_export(root)
    assert "reason: A" not in read(root, PINS_FILE)
    assert import_problems(root) == []
    assert pins() == [("b", 1, "C")]


def test_what_file_and_editors_change_of_different_pins_is_all_there(root: Path) -> None:
    pin()
    pin(article=article("b"), place=2, reason="Second")
    run_export(root)
    assert import_problems(root) == []
    pin(place=3, reason="Third")
    Pin.objects.filter(place=2).delete()
    write(root, PINS_FILE, read(root, PINS_FILE).replace('"Good: read"', "Better"))
    assert import_problems(root) == []
    assert pins() == [("a", 1, "Better"), ("a", 3, "Third")]
    assert run_export(root)[0].paths == [PINS_FILE]
    assert "Second" not in read(root, PINS_FILE)
    assert "Third" in read(root, PINS_FILE)


def test_a_pin_that_both_changed_is_named_and_the_editors_stays(root: Path) -> None:
    pin()
    run_export(root)
    import_problems(root)
    Pin.objects.update(reason="Mine")
    write(root, PINS_FILE, read(root, PINS_FILE).replace('"Good: read"', "Theirs"))
    assert run_export(root)[1] == [f"{PINS_FILE}: changed since it was imported; import it first [warning W410]"]
    assert import_problems(root) == [
        f"{PINS_FILE}:2: a decision was changed here and by an editor; the editor's stays [warning W408]"]  # fmt: skip
    assert (pins(), import_problems(root)) == ([("a", 1, "Mine")], [])
    assert run_export(root)[0].paths == [PINS_FILE]
    assert "reason: Mine\n" in read(root, PINS_FILE)


def test_no_import_of_exported_pins_undoes_what_was_decided_since(root: Path) -> None:
    pin()
    run_export(root)
    Pin.objects.all().delete()
    pin(article=article("b"), reason="Another")
    assert import_problems(root) == []
    assert pins() == [("b", 1, "Another")]
    run_export(root)
    assert import_problems(root) == []
    assert pins() == [("b", 1, "Another")]


def test_a_pin_waits_for_its_article(root: Path, write_article: Write) -> None:
    late = "_news/2023-09-03-late.md"
    text = PIN_TEXT.replace(NAME, late)
    write(root, PINS_FILE, text)
    problem = f"{PINS_FILE}:2: pins[1] names an article that does not exist [warning W409]"
    assert import_problems(root) == [problem]
    pin()
    run_export(root)
    assert read(root, PINS_FILE) == text + PIN_TEXT.removeprefix("pins:\n")
    assert import_problems(root) == [problem]
    write_article(late, webUrl='"https://a.example/late"')
    assert import_problems(root) == []
    assert pins() == [("a", 1, "Good: read"), ("late", 1, "Good: read")]
    assert run_export(root)[0].paths == []


def test_what_a_file_that_has_gone_said_is_taken_back_when_asked_to(root: Path) -> None:
    write(root, PINS_FILE, PIN_TEXT)
    import_problems(root)
    pin(article=article("b"))
    (root / PINS_FILE).unlink()
    gone = f"{PINS_FILE}: the file has gone; what it decided"
    assert import_problems(root) == [f"{gone} stays; --prune takes it back [warning W407]"]
    assert pins() == [("a", 1, "Good: read"), ("b", 1, "Good: read")]
    assert import_problems(root, prune=True) == [f"{gone} is taken back [warning W407]"]
    assert import_problems(root) == []
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
    import_problems(root)
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
    assert import_problems(root) == []
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
    problems = import_problems(root)
    assert any(problem.startswith(f"{PINS_FILE}:{BAD_LISTS[text]}") for problem in problems)
    assert pins() == [("a", 1, "Good: read")]
    report, problems = run_export(root)
    assert (report.paths, problems) == (
        [],
        [f"{PINS_FILE}: changed since it was imported; import it first [warning W410]"],
    )
    assert read(root, PINS_FILE) == text


def test_an_article_cannot_join_itself_under_another_name(root: Path) -> None:
    write(root, STORIES_FILE, f"decisions:\n- article: {NAME}\n  joins: https://a.example/first\n")
    assert [problem.split("[")[-1] for problem in import_problems(root)] == ["warning W409]"]
    write(root, STORIES_FILE, f"decisions:\n- article: {NAME}\n  joins: {NAME}\n")
    assert import_problems(root) == [f"{STORIES_FILE}:2: decisions[1] joins itself [error E302]"]
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
    assert import_problems(root) == []
    assert StoryDecision.objects.values_list("article__slug", "joins__slug", "keeps_links").get() == ("b", "a", True)
    assert StoryLead.objects.values_list("article__slug", "reason").get() == ("b", "The first report")
    assert run_export(root)[0].paths == []
    StoryLead.objects.all().delete()
    assert run_export(root)[0].paths == [STORIES_FILE]
    assert read(root, STORIES_FILE).endswith("leads: []\n")


def test_what_editors_said_of_two_articles_goes_to_the_file_and_comes_back(root: Path) -> None:
    one, other = article(), article("b")
    StoryComparison.objects.create(article=other, other=one, same=True)
    assert run_export(root)[0].paths == [STORIES_FILE]
    assert read(root, STORIES_FILE) == f"compared:\n  - article: {OTHER}\n    other: {NAME}\n    same: true\n"
    StoryComparison.objects.all().delete()
    DataFile.objects.filter(path=STORIES_FILE).delete()
    assert import_problems(root) == []
    assert StoryComparison.objects.values_list("article__slug", "other__slug", "same").get() == ("b", "a", True)
    assert run_export(root)[0].paths == []
    (root / STORIES_FILE).write_text(f"compared:\n  - article: {OTHER}\n    other: {NAME}\n", encoding="utf-8")
    assert import_problems(root) == []
    assert StoryComparison.objects.get().same is False
    (root / STORIES_FILE).write_text(f"compared:\n  - article: {NAME}\n    other: {NAME}\n", encoding="utf-8")
    assert "compares an article with itself" in import_problems(root)[0]
    (root / STORIES_FILE).write_text("compared: []\n", encoding="utf-8")
    assert import_problems(root) == []
    assert not StoryComparison.objects.exists()


# Folders


def test_a_copy_that_an_export_wrote_takes_nothing_back_from_the_site(root: Path, tmp_path: Path) -> None:
    pin()
    copy = tmp_path / "copy"
    copy.mkdir()
    assert run_export(copy, everything=True)[1] == []
    assert (copy / PINS_FILE).is_file()
    assert import_problems(root) == []
    assert pins() == [("a", 1, "Good: read")]
    assert run_export(root)[0].paths == [PINS_FILE]


def test_two_sites_have_lists_of_their_own(root: Path, tmp_path: Path, write_article: Write) -> None:
    write(root, PINS_FILE, PIN_TEXT)
    import_problems(root)
    other = tmp_path / "other"
    write(other, "_news/2023-09-05-o.md", read(root, OTHER).replace("a.example/b", "a.example/o"))
    write(other, TOPIC, "name: AI\ndescription: Of the other\n")
    assert [problem for problem in import_problems(other) if "error" in problem] == []
    assert pins() == [("a", 1, "Good: read")]
    write(other, PINS_FILE, PIN_TEXT.replace(NAME, "_news/2023-09-05-o.md"))
    import_problems(other)
    import_problems(root)
    assert pins() == [("a", 1, "Good: read"), ("o", 1, "Good: read")]
    (other / PINS_FILE).unlink()
    import_problems(other, prune=True)
    import_problems(root)
    assert pins() == [("a", 1, "Good: read")]


def test_a_folder_without_news_gets_no_data(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    import_problems(tmp_path / "site")
    pin()
    _, problems = run_export(tmp_path / "site", everything=True)
    assert problems == [f"{PINS_FILE}: is not written: a folder without _news has no _data [warning W412]"]
    assert sorted(snapshot(tmp_path / "site")) == ["2023-09-01-a.md"]


def test_a_link_to_data_out_of_the_folder_is_not_followed(root: Path, tmp_path: Path) -> None:
    pin()
    (tmp_path / "outside.yaml").write_text(PIN_TEXT)
    (root / PINS_FILE).symlink_to(tmp_path / "outside.yaml")
    assert import_problems(root) == [f"{PINS_FILE}: the link leads out of the folder [error E104]"]
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
    assert [problem for problem in import_problems(out) if "N50" not in problem] == []
    assert article().member.story.pk == article("b").member.story.pk == 4711
    assert Story.objects.get(pk=4800).merged_into_id == 4711
    assert make_article(slug="new").member.story.pk > 4800
    assert run_export(out, everything=True)[0].paths == ["_news/2023-09-01-new.md"]
