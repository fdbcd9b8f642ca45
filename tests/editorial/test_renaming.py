"""Topics and providers that are renamed: files and links that say what they were called go on meaning them."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from articles.editorial.recording import recording
from articles.editorial.renaming import save_edited
from articles.editorial.undo import undo
from articles.models import Action, Article, Provider, ProviderAlias, Topic, TopicAlias
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def import_site(root: Path) -> str:
    """Import a site as editors' actions are compared with: as a run with a record; return its report."""
    stream = StringIO()
    call_command("import_articles", root / "site", stdout=stream, stderr=stream)
    return stream.getvalue()


def write_topic(root: Path, name: str, text: str) -> None:
    path = root / "site/_data/topics" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def aliases() -> list[tuple[str, str | None]]:
    return list(TopicAlias.objects.values_list("name", "slug"))


def rename(user: User | None, row: Topic | Provider, **values: str) -> Action:
    """Rename a row as an editor does."""
    with recording(user, "change", "Renamed") as record:
        record.watch(type(row), pk=row.pk)
        for name, value in values.items():
            setattr(row, name, value)
        save_edited(row, list(values), record)
    assert record.action is not None
    return record.action


# -- Editors -----------------------------------------------------------------------------


def test_a_topic_is_found_by_what_it_was_called(client: Client) -> None:
    topic = make_topic("AI")
    rename(None, topic, name="Artificial intelligence", slug="artificial-intelligence")
    assert client.get("/topics/ai/")["Location"] == "/topics/artificial-intelligence/"
    rename(None, topic, name="ai", slug="ai")
    assert aliases() == [("Artificial intelligence", "artificial-intelligence")]
    assert client.get("/topics/ai/").status_code == 200


def test_a_name_that_is_written_another_way_is_the_same_name() -> None:
    topic = make_topic("AI")
    rename(None, topic, name="ai")
    assert (Topic.objects.get().edited, aliases()) == (["name"], [])


def test_a_name_comes_back_without_its_address_and_the_address_stays_an_old_one() -> None:
    topic = make_topic("AI")
    rename(None, topic, name="Robots", slug="robots")
    rename(None, topic, name="AI")
    assert set(aliases()) == {("", "ai"), ("Robots", None)}


def test_a_row_that_is_renamed_twice_between_two_reads_is_known_by_what_the_database_has() -> None:
    topic = make_topic("AI")
    stale = Topic.objects.get()
    rename(None, topic, name="Robots")
    rename(None, stale, name="Machines")
    assert {name for name, _ in aliases()} == {"AI", "Robots"}


def test_a_renaming_action_describes_the_names_it_leaves_and_takes_them_back(ada: User) -> None:
    article = make_article(provider=make_provider("old.example"))
    moved = rename(ada, article.provider, domain="new.example")
    assert moved.changed["articles.article"] == {article.pk: {"provider_said": [{}, {"domain": "old.example"}]}}
    assert undo(moved, ada).left == []
    article.refresh_from_db()
    assert (article.provider.domain, article.provider_said) == ("old.example", {})
    assert not ProviderAlias.objects.exists()


# -- Undo after an import ------------------------------------------------------------------


def test_files_imported_since_go_on_meaning_a_topic_whose_new_name_is_undone(
    ada: User, tmp_path: Path, write_article: Write
) -> None:
    topic = make_topic("Kites")
    renamed = rename(ada, topic, name="Toys")
    write_article("_news/2023-09-01-a.md", topics="[Toys]")
    import_site(tmp_path)
    back = undo(renamed, ada)
    assert (back.left, Topic.objects.get().name, aliases()) == ([], "Kites", [("Toys", None)])
    write_article("_news/2023-09-01-a.md", topics="[Toys]", title="New")
    import_site(tmp_path)
    assert list(Topic.objects.values_list("name", flat=True)) == ["Kites"]
    assert back.action is not None
    undo(back.action, ada)
    assert (Topic.objects.get().name, aliases()) == ("Toys", [("Kites", None)])


def test_files_imported_since_go_on_meaning_a_provider_whose_new_domain_is_undone(
    ada: User, tmp_path: Path, write_article: Write
) -> None:
    write_article("_news/2023-09-01-a.md", provider="{domain: old.example}")
    import_site(tmp_path)
    renamed = rename(ada, Provider.objects.get(), domain="new.example")
    write_article("_news/2023-09-02-b.md", provider="{domain: new.example}", webUrl="https://a.example/b")
    import_site(tmp_path)
    assert undo(renamed, ada).left == []
    said = dict(Article.objects.values_list("slug", "provider_said"))
    assert said == {"a": {}, "b": {"domain": "new.example"}}
    write_article("_news/2023-09-02-b.md", provider="{domain: new.example}", webUrl="https://a.example/b", title="New")
    import_site(tmp_path)
    assert [provider.domain for provider in Provider.objects.all()] == ["old.example"]


# -- Files ---------------------------------------------------------------------------------


def test_articles_that_name_a_topic_as_its_file_did_before_get_it(tmp_path: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md", topics="[Robots]")
    write_topic(tmp_path, "00-robots.yaml", "_id: robots\nname: Robots\n")
    import_site(tmp_path)
    write_topic(tmp_path, "00-robots.yaml", "_id: robots\nname: Robotics\n")
    write_topic(tmp_path, "01-arms.yaml", "name: Arms\nparent: Robots\n")
    write_article("_news/2023-09-01-a.md", topics="[Robots]", title="New")
    assert "0 errors, 0 warnings, 0 notes" in import_site(tmp_path)
    assert set(Topic.objects.values_list("name", "parent__name")) == {("Robotics", None), ("Arms", "Robotics")}
    assert aliases() == [("Robots", None)]
    write_topic(tmp_path, "00-robots.yaml", "_id: robots\nname: Robots\n")
    import_site(tmp_path)
    assert (set(Topic.objects.values_list("name", flat=True)), aliases()) == ({"Robots", "Arms"}, [("Robotics", None)])


def test_a_name_that_one_file_gives_up_and_another_takes_is_the_others(tmp_path: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md", topics="[Other]")
    write_topic(tmp_path, "00-a.yaml", "name: Robots\n")
    import_site(tmp_path)
    write_topic(tmp_path, "00-a.yaml", "name: Robotics\n")
    write_topic(tmp_path, "01-b.yaml", "name: Robots\n")
    assert "0 errors, 0 warnings, 0 notes" in import_site(tmp_path)
    paths = {("Robotics", "_data/topics/00-a.yaml"), ("Robots", "_data/topics/01-b.yaml"), ("Other", None)}
    assert set(Topic.objects.values_list("name", "source_path")) == paths
    assert aliases() == []
