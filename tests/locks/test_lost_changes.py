"""An import and an editor at the same rows at once: whoever comes second sees what the first one did."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from articles.content.layout import STORIES_FILE
from articles.db.locks import writing
from articles.editorial.edits import add_topics, edit_articles, note_edited_fields
from articles.models import Article, DataFile, Provider, StoryLead, Topic
from articles.sync.imports import decision_files, providers, topics
from articles.sync.imports.writing import ArticleWriter
from tests.locks.threads import Stop, Task, call, let_meet
from tests.locks.writers import World
from tests.support.factories import make_provider, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("locks")]
Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """What an editor changes, what the file comes to say of it, and how that looks in the end, by who was first.

    ``part`` of an import has the transaction that brings the file's word in; ``writes``, as its holder and name, does so.
    """

    edit: Callable[[World], object]
    part: str
    writes: tuple[Any, str]
    file: Callable[[World], None]
    shown: Callable[[World], Shown]
    editor_first: Shown
    import_first: Shown


def title_of(world: World) -> Shown:
    article = world.article()
    return {"title": article.title, "edited": article.edited, "conflicts": article.conflicts}


def topics_of(world: World) -> Shown:
    article = world.article()
    names = [link.topic.name for link in article.topic_links.select_related("topic")]
    return {"topics": names, "edited": article.edited, "conflicts": article.conflicts}


def change(row: Topic | Provider) -> None:
    row.description = "Editor"
    note_edited_fields(row, ["description"])
    row.save()


def described(row: Topic | Provider) -> Shown:
    return {"description": row.description, "edited": row.edited}


def choose_lead(world: World) -> None:
    with writing():
        StoryLead.objects.get(article=world.article()).delete()
        StoryLead.objects.create(article=world.article(), reason="Editor")


CASES = {
    "title": Case(
        lambda world: edit_articles([world.article().pk], title="Editor title"),
        "take",
        (ArticleWriter, "record_changes"),
        lambda world: world.write_files(title="File title"),
        title_of,
        {"title": "Editor title", "edited": {"title": "One"}, "conflicts": {"title": "File title"}},
        {"title": "Editor title", "edited": {"title": "File title"}, "conflicts": {}},
    ),
    "topics": Case(
        lambda world: add_topics([world.article().pk], [make_topic("Editor topic")]),
        "take",
        (ArticleWriter, "record_changes"),
        lambda world: world.write_files(topics="[AI, File topic]"),
        topics_of,
        {"topics": ["AI", "Law", "Editor topic"], "edited": {"topics": ["AI", "Law"]},
         "conflicts": {"topics": ["AI", "File topic"]}},
        {"topics": ["AI", "File topic", "Editor topic"], "edited": {"topics": ["AI", "File topic"]}, "conflicts": {}},
    ),
    "topic": Case(
        lambda world: change(make_topic("AI")),
        "import_topics",
        (topics.Topics, "save"),
        lambda world: world.write_files(),
        lambda world: described(make_topic("AI")),
        {"description": "Editor", "edited": ["description"]},
        {"description": "Editor", "edited": ["description"]},
    ),
    "provider": Case(
        lambda world: change(make_provider("a.example")),
        "import_organizations",
        (providers.Organizations, "save"),
        lambda world: world.write_files(),
        lambda world: described(make_provider("a.example")),
        {"description": "Editor", "edited": ["description"]},
        {"description": "Editor", "edited": ["description"]},
    ),
    "decision": Case(
        choose_lead,
        "import_decisions",
        (decision_files, "_take_file"),
        lambda world: world.write_files(),
        lambda world: {"reasons": list(StoryLead.objects.values_list("reason", flat=True))},
        {"reasons": ["Editor"]},
        {"reasons": ["Editor"]},
    ),
}  # fmt: skip


def begin(world: World) -> None:
    """Reset the files and the database to a state without edits."""
    Article.objects.update(edited={}, conflicts={})
    Topic.objects.update(edited=[])
    Provider.objects.update(edited=[])
    StoryLead.objects.all().delete()
    DataFile.objects.filter(path=STORIES_FILE).delete()
    world.write_files()
    world.import_files()


@pytest.mark.parametrize("name", CASES)
def test_an_import_that_waits_for_an_editor_keeps_the_change(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    edits = 0

    def meet() -> None:
        """Make the editor's change just before the import writes the same rows."""
        nonlocal edits
        if not edits and any(frame.function == case.part for frame in inspect.stack(0)):
            edits += 1
            call(case.edit, world)

    call(begin, world)
    case.file(world)
    let_meet(monkeypatch)
    Task(world.import_files, meet=meet).result()
    assert edits
    assert call(case.shown, world) == case.editor_first


@pytest.mark.parametrize("name", CASES)
def test_an_editor_who_waits_for_an_import_changes_what_it_brought(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, stop = CASES[name], Stop()

    def edit() -> None:
        with writing():
            case.edit(world)

    call(begin, world)
    case.file(world)
    original = getattr(*case.writes)

    def write(*arguments: Any) -> None:
        original(*arguments)
        stop.here()

    monkeypatch.setattr(*case.writes, write)
    importer = Task(world.import_files)
    with stop.reached(importer):
        editor = Task(edit)
        assert editor.is_done_or_waits() == "advisory"
    importer.result()
    editor.result()
    assert call(case.shown, world) == case.import_first
