"""Files in ``_data`` where things go other ways than usual: copies, renamed and taken files, news on both sides."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from PIL import Image

from articles.content.checking import check_paths
from articles.content.layout import GROWN_FILES, PINS_FILE, STORIES_FILE
from articles.editorial.logos import read_logo, store_logo
from articles.editorial.merging import merge_topics
from articles.models import Article, DataFile, Pin, Provider, ProviderAlias, Story, StoryDecision, Topic, TopicAlias
from articles.stories import rebuild_stories
from tests.conftest import SEED_EDITION
from tests.support.data_files import NAME, OTHER, PIN_TEXT, PROVIDER, TOPIC, edit, pin, pins, read, write
from tests.support.export_runs import run_export, snapshot
from tests.support.factories import make_article, make_provider, make_topic
from tests.support.import_runs import import_problems
from tests.support.rows import article
from tests.support.site_files import article_text

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("source", ["seed", "azure-sample", "powerapps"])
@pytest.mark.parametrize("everything", [False, True])
def test_a_site_in_which_nobody_edited_anything_stays_as_it_is(
    tmp_path: Path, request: pytest.FixtureRequest, source: str, everything: bool
) -> None:
    origin = SEED_EDITION if source == "seed" else request.getfixturevalue("corpora") / source
    copy = tmp_path / "site"
    (copy / "_news").mkdir(parents=True)
    for path in [*(origin / "_data").rglob("*"), *sorted((origin / "_news").rglob("*.md"))[:100]]:
        if path.is_file():
            write(copy, path.relative_to(origin).as_posix(), path.read_text())
    import_problems(copy)
    before = snapshot(copy)
    report, problems = run_export(copy, everything)
    assert problems == []
    assert set(report.paths) <= set(GROWN_FILES) if everything else report.paths == []
    assert {path: data for path, data in snapshot(copy).items() if path in before} == before


# Copies


def test_pins_written_to_a_copy_survive_the_next_import_of_the_original(root: Path, tmp_path: Path) -> None:
    pin()
    (tmp_path / "copy/_news").mkdir(parents=True)
    assert PINS_FILE in run_export(tmp_path / "copy")[0].paths
    assert import_problems(root) == []
    assert pins() == [("a", 1, "Good: read")]
    assert run_export(root)[0].paths == [PINS_FILE]


def test_pins_written_to_a_copy_survive_though_the_original_has_older_ones(root: Path, tmp_path: Path) -> None:
    write(root, PINS_FILE, PIN_TEXT)
    import_problems(root)
    pin(article=article("b"), reason="New")
    Pin.objects.filter(reason="Good: read").delete()
    copy = tmp_path / "copy"
    (copy / "_news").mkdir(parents=True)
    write(copy, PINS_FILE, PIN_TEXT)
    assert PINS_FILE in run_export(copy)[0].paths
    assert import_problems(root) == []
    assert pins() == [("b", 1, "New")]


def test_a_site_without_pins_does_not_miss_those_of_another_site(root: Path, tmp_path: Path) -> None:
    write(root, PINS_FILE, PIN_TEXT)
    write(tmp_path / "other", "_news/2023-09-09-z.md", article_text(webUrl='"https://a.example/z"'))
    assert import_problems(root, tmp_path / "other", prune=True) == []
    assert pins() == [("a", 1, "Good: read")]


# Files that are others'


def test_the_file_of_another_topic_is_not_taken(root: Path) -> None:
    write(root, "_data/topics/sea.yaml", "_id: ocean\nname: Ocean\n")
    import_problems(root)
    before = read(root, "_data/topics/sea.yaml")
    topic = make_topic("Sea")
    edit(topic, description="Salt")
    report, problems = run_export(root)
    assert (report.paths, problems) == (["_data/topics/sea-2.yaml"], [])
    assert read(root, "_data/topics/sea.yaml") == before
    import_problems(root)
    assert set(Topic.objects.values_list("name", "source_path").exclude(name="AI")) == {
        ("Ocean", "_data/topics/sea.yaml"), ("Sea", "_data/topics/sea-2.yaml")}  # fmt: skip


def test_a_name_that_is_another_topics_stays_in_the_file_and_is_named(root: Path) -> None:
    write(root, "_data/topics/01-ml.yaml", "name: ML\n")
    import_problems(root)
    write(root, TOPIC, "name: AI\notherNames:\n  - ML\noldSlugs: [ml]\n")
    assert import_problems(root) == [
        f"{TOPIC}:3: otherNames[1]: ML belongs to another topic; merge the two in the admin [warning W413]",
        f"{TOPIC}:4: oldSlugs[1]: ml belongs to another topic; merge the two in the admin [warning W413]",
    ]
    assert not TopicAlias.objects.exists()
    assert run_export(root)[0].paths == []
    write(root, PROVIDER, "---\ndomain: a.example\notherDomains: [b.example]\n---\n")
    make_provider("b.example")
    assert import_problems(root) == [
        f"{PROVIDER}:3: otherDomains[1]: b.example belongs to another provider; merge the two in the admin [warning W413]"
    ]
    assert not ProviderAlias.objects.exists()
    assert run_export(root)[0].paths == []


def test_a_parent_by_another_name_is_not_created(root: Path) -> None:
    write(root, TOPIC, "name: AI\notherNames: [A.I.]\n")
    write(root, "_data/topics/01-ml.yaml", "name: ML\nparent: A.I.\n")
    Topic.objects.all().delete()
    DataFile.objects.all().delete()
    assert import_problems(root) == []
    assert Topic.objects.get(key="ml").parent == Topic.objects.get(key="ai")


def test_a_name_with_an_address_goes_when_the_file_drops_it(root: Path, admin_user: User) -> None:
    merge_topics(admin_user, make_topic("ML"), Topic.objects.get(key="ai"))
    run_export(root)
    import_problems(root)
    write(root, TOPIC, "name: AI\noldSlugs: [ml]\n")
    import_problems(root)
    assert list(TopicAlias.objects.values_list("key", "slug")) == [(None, "ml")]


def test_a_topic_of_the_house_says_what_it_is(root: Path) -> None:
    edit(Topic(name="Sea", slug="sea"), name="Sea", description="Salt")
    edit(Provider(domain="new.example", name="New"), name="New", kind="blog")
    assert run_export(root)[1] == []
    assert read(root, "_data/topics/sea.yaml") == "taxonomy: topic\n_id: sea\nname: Sea\ndescription: Salt\n"
    assert read(root, "_data/organizations/new.example.md") == (
        "---\ntaxonomy: organization\n_id: new.example\nname: New\ndomain: new.example\nkind: blog\n---\n"
    )


def test_a_logo_from_the_admin_goes_with_its_provider(root: Path) -> None:
    stream = BytesIO()
    Image.new("RGB", (60, 60)).save(stream, "PNG")
    images = store_logo(read_logo(BytesIO(stream.getvalue()), 1000))
    edit(Provider.objects.get(), images=images)
    report, problems = run_export(root)
    assert (problems, len(report.paths)) == ([], 1 + len(images))
    assert import_problems(root) == []
    assert all((root / image["url"].lstrip("/")).is_file() for image in images)
    assert run_export(root)[0].paths == []


# Pins


def test_unknown_keys_of_an_item_stay_when_it_is_changed(root: Path) -> None:
    write(root, PINS_FILE, PIN_TEXT + "    ticket: 12\n")
    import_problems(root)
    Pin.objects.update(reason="Better")
    run_export(root)
    assert read(root, PINS_FILE) == PIN_TEXT.replace("Good: read", "Better") + "    ticket: 12\n"


def test_a_pin_that_is_moved_changes_one_line(root: Path) -> None:
    write(root, PINS_FILE, PIN_TEXT)
    import_problems(root)
    Pin.objects.update(place=2)
    run_export(root)
    assert read(root, PINS_FILE) == PIN_TEXT.replace("place: 1", "place: 2")


def test_a_pin_of_the_same_article_at_the_same_time_is_an_editors_to_decide(root: Path) -> None:
    pin(place=2, starts=dt.datetime(2024, 1, 15, tzinfo=dt.UTC), reason="Mine")
    write(root, PINS_FILE, PIN_TEXT)
    assert import_problems(root) == [
        f"{PINS_FILE}:2: a decision was changed here and by an editor; the editor's stays [warning W408]"
    ]
    assert pins() == [("a", 2, "Mine")]
    assert run_export(root)[0].paths == [PINS_FILE]
    assert "Good" not in read(root, PINS_FILE)


def test_equal_pins_are_both_kept(root: Path) -> None:
    pin()
    pin()
    run_export(root)
    Pin.objects.all().delete()
    DataFile.objects.all().delete()
    import_problems(root)
    assert Pin.objects.count() == 2


def test_a_draft_is_nobodys_business(root: Path) -> None:
    pin(article=make_article(slug="secret", web_url="https://a.example/secret", is_draft=True, published=False))
    assert run_export(root)[0].paths == []
    assert not (root / PINS_FILE).exists()


@pytest.mark.parametrize("name", ["/2023/09/01/a/", "https://a.example/first"])
def test_an_article_may_be_named_by_its_address(root: Path, name: str) -> None:
    text = PIN_TEXT.replace(NAME, name)
    write(root, PINS_FILE, text)
    assert import_problems(root) == []
    assert pins() == [("a", 1, "Good: read")]
    assert run_export(root)[0].paths == []
    Pin.objects.update(place=3)
    run_export(root)
    assert read(root, PINS_FILE) == text.replace("place: 1", "place: 3")


def test_a_pin_follows_a_file_that_is_renamed(root: Path) -> None:
    pin()
    run_export(root)
    import_problems(root)
    (root / NAME).rename(root / "_news/2024-01-01-z.md")
    assert import_problems(root) == []
    assert pins() == [("a", 1, "Good: read")]
    assert run_export(root)[0].paths == []


def test_the_last_decision_that_is_taken_back_leaves_an_empty_list(root: Path) -> None:
    decision = StoryDecision.objects.create(article=article("b"))
    run_export(root)
    import_problems(root)
    decision.delete()
    assert run_export(root)[0].paths == [STORIES_FILE]
    assert read(root, STORIES_FILE) == "decisions: []\n"
    assert import_problems(root) == []
    StoryDecision.objects.create(article=article("b"), reason="Again")
    run_export(root)
    assert read(root, STORIES_FILE) == f"decisions:\n  - article: {OTHER}\n    reason: Again\n"


def test_a_story_without_letters_keeps_its_number(root: Path, tmp_path: Path) -> None:
    Article.objects.update(title="!!!")
    Story.objects.update(slug="")
    rebuild_stories()
    number = article().member.story_id
    Story.objects.update(slug="")
    out = tmp_path / "out"
    out.mkdir()
    run_export(out, everything=True)
    Article.objects.all().delete()
    Story.objects.all().delete()
    assert [problem for problem in import_problems(out) if "N50" not in problem] == []
    assert article().member.story_id == number


def test_a_topic_that_no_article_names_any_more_gets_a_file_with_all_others_only(
    root: Path, tmp_path: Path, write_article: Write
) -> None:
    write_article(NAME, topics="[Sea]", provider="{domain: z.example}")
    import_problems(root)
    write_article(NAME, topics="[AI]")
    import_problems(root)
    assert run_export(root)[0].paths == []
    (tmp_path / "all").mkdir()
    paths = run_export(tmp_path / "all", everything=True)[0].paths
    assert {"_data/topics/sea.yaml", "_data/organizations/z.example.md"} <= set(paths)


def test_a_site_imported_before_its_data_was_kept_is_not_said_to_have_changed(root: Path, tmp_path: Path) -> None:
    write(root, PROVIDER, "---\ndomain: a.example\nstars: 5\n---\n")
    import_problems(root)
    DataFile.objects.all().delete()
    assert run_export(root)[1] == []
    (tmp_path / "all").mkdir()
    run_export(tmp_path / "all", everything=True)
    assert read(tmp_path / "all", TOPIC) == "taxonomy: topic\n_id: ai\nname: AI\nkeywords:\n  - x\n"
    assert read(tmp_path / "all", PROVIDER) == "---\nname: a.example\ndomain: a.example\nstars: 5\n---\n"


def test_a_check_names_pins_and_decisions_about_files_that_are_not_there(root: Path) -> None:
    gone = "_news/2023-09-03-gone.md"
    items = PIN_TEXT.replace(NAME, gone) + PIN_TEXT.removeprefix("pins:\n").replace(NAME, "/2030/01/01/x/")
    write(root, PINS_FILE, items + PIN_TEXT.removeprefix("pins:\n"))
    write(root, STORIES_FILE, f"decisions:\n  - article: {NAME}\n    joins: {gone}\nleads:\n  - article: {OTHER}\n")
    found = [str(problem) for _, problem in check_paths([root], NOW) if problem.code != "N501"]
    assert found == [
        f"{PINS_FILE}:2: pins[1] names an article that does not exist [warning W409]",
        f"{STORIES_FILE}:2: decisions[1] names an article that does not exist [warning W409]",
    ]
    (root / NAME).rename(root / "_news/sub.md")
    (root / "_news/more").mkdir()
    (root / "_news/sub.md").rename(root / "_news/more/2023-09-01-a.md")
    assert len([problem for _, problem in check_paths([root / PINS_FILE], NOW)]) == 1
    assert import_problems(root)[:1] == [f"{PINS_FILE}:2: pins[1] names an article that does not exist [warning W409]"]
