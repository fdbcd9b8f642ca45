"""Notes to colleagues: written about an article or a story, assigned, mentioning others, and done."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.editorial.notes import mentioned_in, set_done, write_note
from articles.models import Article, Note, Story
from tests.support.desk import LIST, change_url
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db
NOTES = "/admin/articles/note/"


def colleague(name: str, group: str = "Editors") -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def about(row: Article | Story) -> str:
    return f"{NOTES}about/{row._meta.model_name}/{row.pk}/"


def start_page(user: User) -> dict[str, list[str]]:
    """Return the lines of each group of a user's start page, by title."""
    sections = client_of(user).get("/admin/").context["sections"]
    return {section.title: [line.text for line in section.lines] for section in sections}


def test_a_note_is_written_and_read_on_the_form_of_its_article(editor: Client) -> None:
    article, grace = make_article(title="Lakes & rivers"), colleague("grace")
    response = editor.post(about(article), {"text": "Is the date right?\nIt says May.", "assignee": grace.pk})
    assert (response.status_code, response["Location"]) == (302, about(article))
    note = Note.objects.get()
    assert (note.author and note.author.username, note.assignee, note.article) == ("ada", grace, article)
    for url in (about(article), change_url(article)):
        page = editor.get(url).content.decode()
        assert "Is the date right?<br>It says May." in page
        assert "for grace" in page
    assert "Notes on “Lakes &amp; rivers”" in editor.get(about(article)).content.decode()


def test_a_note_on_a_story_is_seen_on_its_page_and_stays_when_it_becomes_part_of_another(editor: Client) -> None:
    first, second = (Story.objects.get(members__article=make_article()) for _ in range(2))
    editor.post(about(first), {"text": "Two events?"})
    assert "Two events?" in editor.get(change_url(first)).content.decode()
    assert "Two events?" not in editor.get(change_url(second)).content.decode()
    Story.objects.filter(pk=first.pk).update(merged_into=second)
    assert editor.get(about(first))["Location"] == about(second)
    assert "Two events?" in editor.get(change_url(second)).content.decode()


def test_notes_are_on_the_start_page_of_whom_they_are_for_or_mention() -> None:
    ada, grace, mary = (colleague(name) for name in ("ada", "grace", "mary.s"))
    article = make_article()
    write_note(ada, article, "For Grace", assignee=grace)
    write_note(ada, article, "What do you think, @Mary.S?")
    write_note(ada, article, "To nobody")
    assert start_page(grace)["Notes for you"] == ["For Grace"]
    assert start_page(mary)["Notes for you"] == ["What do you think, @Mary.S?"]
    assert "Notes for you" not in start_page(ada)
    for note in Note.objects.all():
        set_done(mary, note, is_done=True)
    assert "Notes for you" not in start_page(grace) | start_page(mary)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ada look", {"ada"}),
        ("Look, @ADA. And (@grace)!", {"ada", "grace"}),
        ("@mary.s.", {"mary.s"}),
        ("mail ada@grace.example, a+@ada", set()),
        ("@adas @ad @gone @vera", set()),
        ("nobody", set()),
    ],
)
def test_who_is_mentioned(text: str, names: set[str]) -> None:
    for name in ("ada", "grace", "mary.s"):
        colleague(name)
    User.objects.create_user("vera")  # a reader's account, if a site has such
    User.objects.create_user("gone", is_staff=True, is_active=False)
    assert {User.objects.get(pk=pk).username for pk in mentioned_in(text)} == names


def test_a_note_is_done_and_open_again() -> None:
    ada, grace = colleague("ada"), colleague("grace")
    article = make_article()
    note = write_note(ada, article, "Check the name")
    client = client_of(grace)
    for _twice in range(2):
        assert client.post(f"{NOTES}{note.pk}/state/", {"state": "done"})["Location"] == about(article)
    client_of(ada).post(f"{NOTES}{note.pk}/state/", {"state": "done"})
    note.refresh_from_db()
    assert note.done_by == grace
    assert "Check the name" not in client.get(change_url(article)).content.decode()
    assert "Done by grace" in client.get(about(article)).content.decode()
    client.post(f"{NOTES}{note.pk}/state/", {"state": "open"})
    note.refresh_from_db()
    assert (note.done_at, note.done_by) == (None, None)


def test_the_list_has_open_notes_and_finds_others() -> None:
    ada, grace = colleague("ada"), colleague("grace")
    article, other = make_article(title="One"), make_article(title="Two")
    write_note(ada, article, "Open")
    write_note(grace, other, "Mine, @ada")
    set_done(grace, write_note(grace, article, "Finished", assignee=ada), is_done=True)

    def found(query: str) -> set[str]:
        return {note.text for note in client_of(ada).get(f"{NOTES}{query}").context["cl"].result_list}

    assert found("") == {"Open", "Mine, @ada"}
    assert found("?state=done") == {"Finished"}
    assert found("?state=all") == {"Open", "Mine, @ada", "Finished"}
    assert found("?whose=mine") == {"Mine, @ada"}
    assert found("?whose=mine&state=all") == {"Mine, @ada", "Finished"}
    assert found("?whose=written") == {"Open"}
    assert found("?q=mine") == {"Mine, @ada"}
    page = client_of(ada).get(NOTES).content.decode()
    assert about(article) in page
    assert "Two" in page


def test_empty_and_endless_notes_are_refused(editor: Client) -> None:
    article = make_article()
    for text in ("", "  ", "\u200b", "x" * 2001):
        assert editor.post(about(article), {"text": text}).status_code == 200
    reader = User.objects.create_user("vera")
    assert editor.post(about(article), {"text": "x", "assignee": reader.pk}).status_code == 200
    assert not Note.objects.exists()


def test_viewers_read_notes_and_write_none() -> None:
    article, vera = make_article(), colleague("vera", "Viewers")
    note = write_note(colleague("ada"), article, "Check the name")
    client = client_of(vera)
    page = client.get(about(article)).content.decode()
    assert "Check the name" in page
    assert "<textarea" not in page
    assert client.post(about(article), {"text": "x"}).status_code == 403
    assert client.post(f"{NOTES}{note.pk}/state/", {"state": "done"}).status_code == 403
    assert Note.objects.open().count() == 1
    stranger = User.objects.create_user("sam", is_staff=True)
    assert client_of(stranger).get(about(article)).status_code == 403
    assert client_of(stranger).get(f"{NOTES}{note.pk}/change/").status_code == 403


def test_a_note_survives_its_author_and_is_about_exactly_one_thing() -> None:
    ada, article = colleague("ada"), make_article()
    note = write_note(ada, article, "Check the name")
    ada.delete()
    note.refresh_from_db()
    assert note.author is None
    assert "account is gone" in client_of(colleague("grace")).get(about(article)).content.decode()
    story = Story.objects.get(members__article=article)
    for subjects in ({}, {"article": article, "story": story}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Note.objects.create(text="x", time=timezone.now(), **subjects)


def test_addresses_of_nothing_are_404(editor: Client) -> None:
    for path in ("about/article/0/", "about/topic/1/", "0/state/", "0/change/"):
        assert editor.get(f"{NOTES}{path}").status_code == 404, path
    assert editor.get(f"{NOTES}add/")["Location"] == NOTES


def test_pages_with_many_notes_take_as_many_queries(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    article, ada = make_article(), User.objects.get(username="ada")
    for number in range(30):
        write_note(ada, article, f"Note {number}", assignee=ada)
    for url, most in ((NOTES, 8), (about(article), 8), (f"{LIST}{article.pk}/change/", 16)):
        with django_assert_max_num_queries(most):
            assert "Note 29" in editor.get(url).content.decode()
