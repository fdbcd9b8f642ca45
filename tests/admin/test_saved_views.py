"""Views of the list of articles that each user of the desk keeps under a name."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from articles.editorial import saved_views
from articles.models import SavedView
from tests.support.accounts import client_of
from tests.support.desk import LIST
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db
VIEWS = f"{LIST}views/"


def send(client: Client, do: str, **values: object) -> tuple[str, list[str]]:
    """Post the form of the views; return where it leads, and the messages."""
    response: Any = client.post(VIEWS, {"do": do} | values, follow=True)
    [(url, _status)] = response.redirect_chain
    return url, [str(message) for message in response.context["messages"]]


def shown(client: Client, query: str = "") -> dict[str, str]:
    """Return the views above the list, and whether each is what the list shows."""
    views = client.get(f"{LIST}?{query}").context["saved_views"]
    return {view.name + (" (now)" if is_now else ""): view.query for view, is_now in views}


def test_a_view_is_kept_under_a_name_and_leads_to_the_same_list(editor: Client) -> None:
    make_article(title="Hot", heat=90)
    make_article(title="Cold", heat=5)
    query = "q=&heat_from=50&state=listed&o=7&p=3"
    assert "Keep this view" in editor.get(f"{LIST}?heat_from=50").content.decode()
    url, messages = send(editor, "save", name=" Hot  ones ", query=query)
    assert messages == ["The view “Hot ones” is kept."]
    assert url == f"{LIST}?heat_from=50&o=7&state=listed"
    page: Any = editor.get(url)
    assert [article.title for article in page.context["cl"].result_list] == ["Hot"]
    assert (
        'href="?heat_from=50&amp;o=7&amp;state=listed" dir="auto" aria-current="page">Hot ones</a>'
        in page.content.decode()
    )
    assert "Keep this view" not in page.content.decode()
    assert shown(editor, "o=7&state=listed&heat_from=50") == {"Hot ones (now)": "heat_from=50&o=7&state=listed"}
    send(editor, "save", name="a\0b", query="q=%00&state=draft")
    assert "a\ufffdb" in shown(editor)
    send(editor, "remove", view=SavedView.objects.get(name="a\ufffdb").pk)
    # The same name means the newer one.
    send(editor, "save", name="Hot ones", query="heat_from=70")
    assert shown(editor) == {"Hot ones": "heat_from=70"}


def test_a_view_is_renamed_and_removed(editor: Client) -> None:
    send(editor, "save", name="One", query="state=draft")
    send(editor, "save", name="Two", query="state=unlisted")
    one, two = SavedView.objects.values_list("pk", flat=True)
    assert send(editor, "rename", view=one, name="Two")[1] == ["Another view has the name “Two”."]
    assert send(editor, "rename", view=one, name=" ")[1]
    assert shown(editor) == {"One": "state=draft", "Two": "state=unlisted"}
    url, messages = send(editor, "rename", view=one, name="Drafts", query="state=draft")
    assert (url, messages) == (f"{LIST}?state=draft", [])
    send(editor, "remove", view=two)
    assert shown(editor) == {"Drafts": "state=draft"}
    assert send(editor, "remove", view=two) == (LIST, [])


def test_nobody_sees_or_changes_the_views_of_others(editor: Client) -> None:
    send(editor, "save", name="Mine", query="state=draft")
    pk = SavedView.objects.get().pk
    for role in ("Editors", "Contributors", "Viewers"):
        other = client_of(role, f"other {role}".replace(" ", "-"))
        assert shown(other) == {}
        send(other, "rename", view=pk, name="Theirs")
        send(other, "remove", view=pk)
        send(other, "save", name="Mine", query="state=unlisted")
        assert shown(other) == {"Mine": "state=unlisted"}
    assert shown(editor) == {"Mine": "state=draft"}
    assert Client().post(VIEWS, {"do": "remove", "view": pk})["Location"].startswith("/admin/login/")
    assert editor.get(VIEWS).status_code == 405
    guarded = Client(enforce_csrf_checks=True)
    guarded.cookies = editor.cookies
    assert guarded.post(VIEWS, {"do": "remove", "view": pk}).status_code == 403
    assert SavedView.objects.filter(pk=pk).exists()


@pytest.mark.parametrize(
    "values",
    [
        {"query": "next=https://evil.example&p=2&_popup=1", "name": "Nothing that narrows"},
        {"query": "", "name": "All"},
        {"query": "state=draft", "name": "\u200b"},
        {"query": "state=draft", "name": "x" * 81},
        {"query": "q=" + "x" * 1000, "name": "Long"},
    ],
)
def test_what_is_no_view_is_not_kept(editor: Client, values: dict[str, str]) -> None:
    send(editor, "save", **values)
    assert not SavedView.objects.exists()


def test_a_list_has_a_limited_number_of_views(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 2)
    for name in ("One", "Two", "Three", "Two"):
        _url, messages = send(editor, "save", name=name, query="state=draft")
        assert ("Remove one first" in messages[0]) == (name == "Three")
    assert list(shown(editor)) == ["One", "Two"]


def test_however_many_views_cost_one_query(editor: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    editor.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        editor.get(LIST)
    before = len(queries)
    for number in range(20):
        send(editor, "save", name=f"View {number}", query="state=draft")
    with django_assert_num_queries(before):
        editor.get(LIST)
