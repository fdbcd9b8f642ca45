"""Conflicts of topics and providers: both their file and an editor changed a field, and an editor chooses."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.editorial.conflicts import keep_edited_field, take_file_field
from articles.editorial.recording import recording
from articles.editorial.renaming import save_edited
from articles.editorial.undo import undo
from articles.models import Action, Provider, Topic, TopicAlias
from tests.support.data_files import PROVIDER, TOPIC, edit, read, write
from tests.support.desk import change_url
from tests.support.export_runs import run_export
from tests.support.factories import make_provider, make_topic
from tests.support.import_runs import import_problems, run_import

pytestmark = pytest.mark.django_db


def topic() -> Topic:
    return Topic.objects.get(key="ai")


def in_conflict(root: Path) -> Topic:
    """Return the topic with an editor's description and another one in its file."""
    edit(topic(), description="Mine")
    write(root, TOPIC, "name: AI\ndescription: Theirs\n")
    assert [each for each in import_problems(root) if "W408" in each]
    return topic()


def settle(client: Client, row: Topic | Provider, field: str, choice: str) -> str:
    response = client.post(change_url(row, "conflicts"), {"field": field, "choice": choice}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_a_file_that_changes_what_an_editor_changed_leaves_its_value_to_choose(root: Path) -> None:
    edit(topic(), description="Mine", keywords=["mine"])
    import_problems(root)
    # The file is as it was: only the editor changed something.
    assert topic().conflicts == {}
    write(root, TOPIC, "name: AI\ndescription: Theirs\nkeywords: [x]\nparent: Law\n")
    import_problems(root)
    assert (topic().description, topic().conflicts) == ("Mine", {"description": "Theirs"})
    # It stays until someone chooses, and follows the file.
    import_problems(root)
    assert topic().conflicts == {"description": "Theirs"}
    write(root, TOPIC, "name: AI\ndescription: Theirs again\nkeywords: [x]\nparent: Law\n")
    import_problems(root)
    assert topic().conflicts == {"description": "Theirs again"}
    write(root, TOPIC, "name: AI\ndescription: Mine\nkeywords: [x]\nparent: Law\n")
    import_problems(root)
    assert (topic().conflicts, topic().edited) == ({}, ["keywords"])


def test_each_kind_of_field_of_a_topic_can_be_in_conflict_and_take_the_files_value(
    root: Path, admin_client: Client
) -> None:
    write(root, TOPIC, "name: AI\n_id: ai\n")
    import_problems(root)
    mine: dict[str, Any] = {"name": "Machines", "slug": "machines", "shortname": "M", "parent": make_topic("Mine"),
                            "description": "Mine", "keywords": ["m"], "hashtags": ["#m"], "position": 5,
                            "images": ["https://a.example/m.png"]}  # fmt: skip
    edit(topic(), **mine)
    pk = Topic.objects.get(key="machines").pk
    write(root, TOPIC, "name: Robots\n_id: robots\nshortname: R\nparent: Law\ndescription: R\nkeywords: [r]\n"
                       "hashtags: ['#r']\nposition: 6\nimages: ['https://a.example/r.png']\n")  # fmt: skip
    import_problems(root)
    row = Topic.objects.get(pk=pk)
    assert set(row.conflicts) == set(mine)
    page = admin_client.get(change_url(row, "conflicts")).content.decode()
    for text in ("Machines", "Robots", "machines", "robots", "Law", "#r", "https://a.example/r.png", "_id"):
        assert f">{text}<" in page
    for name in mine:
        assert "Took the file" in settle(admin_client, row, name, "file")
    row.refresh_from_db()
    assert (row.conflicts, row.edited) == ({}, [])
    assert (row.name, row.slug, row.shortname, row.description, row.position) == ("Robots", "robots", "R", "R", 6)
    assert (row.keywords, row.hashtags, row.images) == (["r"], ["#r"], ["https://a.example/r.png"])
    assert row.parent == Topic.objects.get(name="Law")
    # Files that use the editor's name still mean the topic.
    assert TopicAlias.objects.filter(topic=row, key="machines", name="Machines").exists()
    # From now on the file's values are taken again.
    write(root, TOPIC, read(root, TOPIC).replace("description: R", "description: S"))
    assert import_problems(root) == []
    assert Topic.objects.get(pk=pk).description == "S"


def test_keeping_ones_own_value_waits_for_the_files_next_one(root: Path, admin_client: Client) -> None:
    row = in_conflict(root)
    assert "Kept description of" in settle(admin_client, row, "description", "mine")
    assert (topic().description, topic().conflicts, topic().edited) == ("Mine", {}, ["description"])
    assert import_problems(root) == []
    assert topic().conflicts == {}
    # Exports write the editor's value, in conflict or not.
    assert run_export(root)[0].paths == [TOPIC]
    assert "description: Mine" in read(root, TOPIC)
    write(root, TOPIC, "name: AI\ndescription: New\n")
    assert [each for each in import_problems(root) if "W408" in each]
    assert topic().conflicts == {"description": "New"}


def test_an_export_writes_the_editors_value_while_there_is_a_conflict(root: Path) -> None:
    in_conflict(root)
    assert run_export(root)[0].paths == [TOPIC]
    assert read(root, TOPIC) == "name: AI\ndescription: Mine\n"
    assert import_problems(root) == []
    assert (topic().edited, topic().conflicts) == ([], {})


def test_both_choices_can_be_undone(root: Path, admin_client: Client) -> None:
    row = in_conflict(root)
    for choice in ("mine", "file"):
        settle(admin_client, row, "description", choice)
        action = Action.objects.latest("pk")
        assert action.kind == "conflict"
        assert topic().conflicts == {}
        assert undo(action, None).left == []
        assert (topic().description, topic().conflicts) == ("Mine", {"description": "Theirs"})
        assert topic().edited == ["description"]


def test_undoing_a_choice_leaves_what_the_file_has_changed_since(root: Path, admin_client: Client) -> None:
    row = in_conflict(root)
    settle(admin_client, row, "description", "file")
    write(root, TOPIC, "name: AI\ndescription: Later\n")
    import_problems(root)
    assert undo(Action.objects.latest("pk"), None).left == ["topic “AI”: description changed since."]
    assert (topic().description, topic().edited, topic().conflicts) == ("Later", [], {})


@pytest.mark.parametrize("is_taken", [False, True])
def test_undoing_an_edit_takes_what_the_file_has_now_if_that_is_allowed(root: Path, is_taken: bool) -> None:
    row = topic()
    with recording(None, "change", "Renamed") as record:
        record.watch(Topic, pk=row.pk)
        row.name = "Machines"
        save_edited(row, ["name"], record)
    write(root, TOPIC, "name: Robots\n")
    import_problems(root)
    assert Topic.objects.get(pk=row.pk).conflicts == {"name": "Robots"}
    if is_taken:
        make_topic("Robots")
    done = undo(Action.objects.latest("pk"), None)
    row.refresh_from_db()
    if is_taken:
        assert done.left == ["topic “AI”: Name: Another topic has this name."]
        assert (row.name, row.conflicts, row.edited) == ("AI", {"name": "Robots"}, ["name"])
    else:
        assert (row.name, row.conflicts, row.edited, done.left) == ("Robots", {}, [], [])
        assert done.action
        assert done.action.changed["articles.topic"][row.pk]["name"] == ["Machines", "Robots"]


def test_a_files_value_that_is_not_allowed_any_more_is_refused_with_the_reason(
    root: Path, admin_client: Client
) -> None:
    edit(topic(), name="Machines", parent=make_topic("Mine"))
    write(root, TOPIC, "name: Robots\nparent: Law\n")
    import_problems(root)
    row = Topic.objects.get(key="machines")
    make_topic("Robots")
    Topic.objects.get(name="Law").delete()
    number = Action.objects.count()
    assert "Another topic has this name." in settle(admin_client, row, "name", "file")
    assert "There is no topic “law” any more." in settle(admin_client, row, "parent", "file")
    row.refresh_from_db()
    assert (row.name, row.conflicts) == ("Machines", {"name": "Robots", "parent": "law"})
    assert Action.objects.count() == number


def test_an_editor_who_sets_what_the_file_has_settles_the_conflict(root: Path) -> None:
    row = in_conflict(root)
    row.description = "Theirs"
    save_edited(row, ["description"])
    assert topic().conflicts == {}
    # What is gone meanwhile is no conflict to settle, either.
    take_file_field(row, "description")
    keep_edited_field(row, "description")
    assert topic().description == "Theirs"


def test_providers_have_conflicts_too_but_not_about_what_their_file_leaves_open(
    root: Path, admin_client: Client
) -> None:
    write(root, PROVIDER, "---\ndomain: a.example\nname: A\nkind: wire\n---\n")
    import_problems(root)
    edit(Provider.objects.get(), name="Mine", kind="vendor", description="Mine")
    write(root, PROVIDER, "---\ndomain: a.example\nname: Theirs\ndescription: Theirs\n---\n")
    import_problems(root)
    row = Provider.objects.get()
    assert row.conflicts == {"name": "Theirs", "description": "Theirs"}
    settle(admin_client, row, "name", "file")
    settle(admin_client, row, "description", "mine")
    row.refresh_from_db()
    assert (row.name, row.description, row.kind, row.conflicts) == ("Theirs", "Mine", "vendor", {})
    assert row.edited == ["description", "kind"]


def test_a_file_that_describes_another_topic_by_now_leaves_no_conflict(root: Path) -> None:
    in_conflict(root)
    make_topic("Law")
    write(root, TOPIC, "name: Law\n")
    import_problems(root)
    assert (topic().source_path, topic().conflicts) == (None, {})


@pytest.mark.parametrize("kind", ["topic", "provider"])
def test_lists_forms_and_the_start_page_lead_to_what_is_in_conflict(admin_client: Client, kind: str) -> None:
    row: Topic | Provider = make_topic("Torn") if kind == "topic" else make_provider("torn.example", name="Torn")
    other = make_topic("Whole") if kind == "topic" else make_provider("whole.example", name="Whole")
    type(row)._base_manager.filter(pk=row.pk).update(edited=["description"], conflicts={"description": "Theirs"})
    url = change_url(row, "conflicts")
    [section] = [each for each in admin_client.get("/admin/").context["sections"] if "conflict" in each.title]
    assert (section.count, section.is_urgent, section.lines[0].text) == (1, True, "Torn")
    assert (section.lines[0].url, section.lines[0].note) == (url, "description")
    assert list(admin_client.get(section.url).context["cl"].result_list) == [row]
    page = admin_client.get(f"/admin/articles/{kind}/").content.decode()
    assert page.count('<span class="flag">conflict</span>') == 1
    assert f'href="{url}"' in admin_client.get(change_url(row)).content.decode()
    assert "/conflicts/" not in admin_client.get(change_url(other)).content.decode()
    assert "Nothing is in conflict." in admin_client.get(change_url(other, "conflicts")).content.decode()
    assert admin_client.get(f"/admin/articles/{kind}/0/conflicts/").status_code == 404


def test_an_import_makes_no_more_queries_for_conflicts_than_one_write_for_each_new_one(root: Path) -> None:
    for number in range(9):
        write(root, f"_data/topics/x{number}.yaml", f"name: X{number}\n")
    import_problems(root)

    def queries(text: str) -> int:
        for number in range(9):
            write(root, f"_data/topics/x{number}.yaml", f"name: X{number}\n{text}")
        with CaptureQueriesContext(connection) as captured:
            run_import(root)
        return len(captured)

    taken = queries("description: First\n")
    for row in Topic.objects.filter(name__startswith="X"):
        edit(row, description="Mine")
    # New conflicts cost what taking the values would; known ones nothing.
    assert queries("description: Second\n") <= taken
    assert Topic.objects.exclude(conflicts={}).count() == 9
    with CaptureQueriesContext(connection) as captured:
        run_import(root)
    unchanged = len(captured)
    Topic.objects.update(conflicts={}, edited=[], description="Second")
    run_import(root)
    with CaptureQueriesContext(connection) as captured:
        run_import(root)
    assert unchanged == len(captured)
