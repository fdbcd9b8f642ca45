"""Topics and providers as CSV files: out, back in by way of a preview, and what is refused."""

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from articles.admin.taxonomy.csv_files import guarded, unguarded
from articles.editorial.undo import undo
from articles.models import Action, Provider, Topic, TopicAlias
from tests.support.desk import confirm, export_of, last_action, preview_of
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db


def test_topics_go_out_and_come_back_as_csv(editor: Client) -> None:
    parent = make_topic("Parent", position=1)
    make_topic("Child", parent=parent, position=2, keywords=["a", "b c"], description="=SUM(A1)")
    text = export_of(editor, "topic")
    assert text.splitlines() == [
        "slug,name,shortname,parent,position,description,keywords,hashtags",
        "parent,Parent,,,1,,,",
        "child,Child,,parent,2,'=SUM(A1),a; b c,",
    ]
    assert "child" not in export_of(editor, "topic", "?q=parent&").splitlines()[1]
    # Nothing of it is new.
    preview = preview_of(editor, "topic", text)
    assert [row.import_type for row in preview.context["result"].valid_rows()] == ["skip", "skip"]
    confirm(editor, "topic", preview)
    assert not Action.objects.exists()
    changed = text.replace("Child", "Kid").replace("a; b c", "d") + "new,New,,child,7,,,\n"
    preview = preview_of(editor, "topic", changed)
    assert [row.import_type for row in preview.context["result"].valid_rows()] == ["skip", "update", "new"]
    assert "style=" not in re.sub(r"<head>.*?</head>", "", preview.content.decode(), flags=re.DOTALL)
    assert (Topic.objects.count(), Action.objects.exists()) == (2, False)
    assert confirm(editor, "topic", preview).status_code == 302
    child, new = Topic.objects.get(slug="child"), Topic.objects.get(slug="new")
    assert (child.name, child.keywords, child.description, new.parent) == ("Kid", ["d"], "=SUM(A1)", child)
    assert sorted(child.edited) == ["keywords", "name"]
    assert TopicAlias.objects.get().name == "Child"
    assert undo(last_action(), None).left == []
    assert set(Topic.objects.values_list("name", flat=True)) == {"Parent", "Child"}


def test_providers_go_out_and_come_back_as_csv(editor: Client) -> None:
    make_article(provider=make_provider("a.example", name="A"))
    text = export_of(editor, "provider")
    assert text.splitlines() == ["domain,name,kind,description", "a.example,A,outlet,"]
    preview = preview_of(editor, "provider", text.replace("outlet", "wire") + "b.example,B,blog,+1\n")
    confirm(editor, "provider", preview)
    assert set(Provider.objects.values_list("domain", "kind", "description")) == {
        ("a.example", "wire", ""),
        ("b.example", "blog", "+1"),
    }
    assert last_action().summary == "Imported providers from a CSV file"


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("topic", "slug,name,parent\nai,AI,nowhere\n", "Row 1"),
        ("topic", "slug,name,parent\nai,AI,ai\n", "its own ancestor"),
        ("topic", "slug,name\nx y,Ai\n", "Row 1, slug"),
        ("topic", "slug,name\nother,AI\n", "Another topic has this name"),
        ("topic", "slug,name,position\nai,AI,many\n", "“many” is not a whole number"),
        ("provider", "domain,name,kind\na.example,A,nonsense\n", "Row 1, kind"),
        ("provider", "domain,name\nNot a domain,A\n", "Row 1, domain"),
        ("provider", "name\nA\n", "domain"),
        ("topic", "slug,name\nai," + "x" * 101 + "\n", "Row 1, name"),
        ("topic", "slug,name\nai, \n", "Row 1, name: Enter at least one visible"),
        ("topic", "slug,name\nai,AI,more\n", "Row 1 has more cells"),
        ("topic", "slug,keywords\nai," + "x" * 201 + "\n", "Row 1, keywords"),
        ("topic", "name\nAI\n", "There is no column “slug”"),
        ("topic", "slug,name\nai,A\0I\n", "save it as “CSV UTF-8”"),
        ("topic", "slug,name\nai," + "x" * 140_000 + "\n", "save it as “CSV UTF-8”"),
        ("topic", b"\xff\xfe\x00", "save it as “CSV UTF-8”"),
        ("topic", "\n \n", "The file is empty"),
        ("topic", "", "empty"),
    ],
)
def test_bad_rows_are_named_and_nothing_is_written(editor: Client, kind: str, text: str | bytes, words: str) -> None:
    make_topic("AI")
    response = preview_of(editor, kind, text)
    assert response.status_code == 200
    html = response.content.decode()
    assert words in html
    assert "Confirm import" not in html
    assert not re.search(r"\w+(Error|DoesNotExist|Exception)\b|import_id_fields|matching query", html)
    assert Topic.objects.get().edited == []


def test_only_a_file_that_was_looked_at_is_imported(editor: Client) -> None:
    for name in ("/etc/passwd", "passwd", "", "x:y:z"):
        data = {"import_file_name": name, "original_file_name": "x.csv", "format": "0", "resource": ""}
        assert editor.post("/admin/articles/topic/process_import/", data).status_code in (200, 400)
    assert "more than" in preview_of(editor, "topic", "slug,name\n" + "x" * 1_000_001).content.decode()
    assert not Topic.objects.exists()


@given(st.text())
def test_no_cell_is_taken_for_a_formula_and_every_text_comes_back(text: str) -> None:
    assert guarded(text)[:1] not in set("=+-@\t\r")
    assert unguarded(guarded(text)) == text
