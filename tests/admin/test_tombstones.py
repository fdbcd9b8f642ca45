"""Files whose articles were cleaned up, on the desk."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.editorial.cleanup import bring_back, clean_up
from articles.editorial.undo import undo
from articles.models import Action, Tombstone
from tests.support.accounts import OTHER_ROLES, client_of
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/tombstone/"


def cleaned_up(*paths: str, **values: Any) -> list[Tombstone]:
    clean_up([make_article(source_path=path, file_digest=path * 4, **values).pk for path in paths])
    Action.objects.all().delete()
    return list(Tombstone.objects.filter(source_path__in=paths).order_by("pk"))


def let_in(client: Client, *stones: Tombstone) -> Any:
    data = {"action": "let_in", "_selected_action": [stone.pk for stone in stones]}
    return client.post(LIST, data, follow=True)


def test_the_list_has_files_and_addresses_and_is_searched(editor: Client) -> None:
    one, two = cleaned_up("_news/one.md", "_news/two.md")
    [unseen] = cleaned_up("_news/three.md", published=False)
    page = editor.get(LIST)
    assert list(page.context["cl"].result_list) == [unseen, two, one]
    html = page.content.decode()
    assert f"/{one.date:%Y/%m/%d}/{one.slug}/" in html
    assert "_news/three.md" in html
    assert html.count('<a href="/2') == 2
    assert list(editor.get(f"{LIST}?q=news/tw").context["cl"].result_list) == [two]
    assert list(editor.get(f"{LIST}?q={one.slug}").context["cl"].result_list) == [one]


def test_letting_files_in_again_is_an_action_that_can_be_undone(editor: Client) -> None:
    one, two = cleaned_up("_news/one.md", "_news/two.md")
    before = Tombstone.objects.filter(pk=one.pk).values().get()
    page = let_in(editor, one)
    assert "1 file that stayed out may come in again" in page.content.decode()
    assert list(Tombstone.objects.all()) == [two]
    action = Action.objects.get()
    assert action.user == User.objects.get(username="ada")
    shown = editor.get(f"/admin/articles/action/{action.pk}/undo/")
    assert "_news/one.md" in shown.content.decode()
    assert one.file_digest not in shown.content.decode()
    assert editor.get("/admin/articles/action/").status_code == 200
    undo(action, action.user)
    assert Tombstone.objects.filter(pk=one.pk).values().get() == before


@pytest.mark.any_database
def test_the_command_records_it_too() -> None:
    cleaned_up("_news/one.md", "_news/two.md")
    assert bring_back(["_news/one.md", "_news/two.md", "_news/never.md"]) == 2
    assert Action.objects.get().summary == "2 files that stayed out may come in again"
    assert bring_back(["_news/one.md"]) == 0
    assert Action.objects.count() == 1


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_nobody_else_sees_them_or_lets_them_in(role: str) -> None:
    [stone] = cleaned_up("_news/one.md")
    client = client_of(role)
    assert client.get(LIST).status_code == let_in(client, stone).status_code == 403
    assert list(Tombstone.objects.all()) == [stone]


def test_they_are_neither_added_nor_changed_nor_deleted_without_a_record(editor: Client) -> None:
    [stone] = cleaned_up("_news/one.md")
    for what in ("add", f"{stone.pk}/delete"):
        assert editor.post(f"{LIST}{what}/", {"post": "yes"}).status_code == 403
    assert editor.get(f"{LIST}{stone.pk}/change/")["Location"] == LIST
    assert "delete_selected" not in editor.get(LIST).content.decode()
    assert Tombstone.objects.exists()


@pytest.mark.any_database
def test_the_list_costs_the_same_for_many(editor: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cleaned_up(*(f"_news/{number}.md" for number in range(12)))
    with django_assert_num_queries(6):
        editor.get(LIST)
