"""The work list of the story desk: several proposals at once, seen before they are done, and "Not so"."""

import datetime as dt
import itertools

import pytest
from django.http import HttpResponse as Response
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.editorial.undo import undo
from articles.models import Action, Article, RelatedLink, StoryComparison, StoryDecision, StoryEvidence
from tests.support.accounts import OTHER_ROLES, client_of
from tests.support.factories import TIME, make_article
from tests.support.stories import story_of

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/story/suggestions/"
SEVERAL = f"{LIST}several/"


@stories_at_the_end()
def make_story(*titles: str) -> list[Article]:
    """Return articles each of which lists the next: only links join them, so that cuts are proposed."""
    articles = [make_article(title=title, heat=90 - at) for at, title in enumerate(titles)]
    for one, other in itertools.pairwise(articles):
        RelatedLink.objects.create(article=one, target=other)
    return articles


def alike(one: Article, other: Article, score: float = 0.2) -> None:
    one, other = sorted((one, other), key=lambda article: article.pk)
    StoryEvidence.objects.create(one=one, other=other, score=score, likeness=0.5)


def two_alike(title: str, another: str) -> list[Article]:
    """Return two articles that may be one story, and are not, being too far apart in time."""
    one, other = make_article(title=title), make_article(title=another, published_date_time=TIME - dt.timedelta(days=9))
    alike(one, other)
    return [one, other]


def keys(client: Client, **query: str) -> list[str]:
    context = client.get(LIST, query).context
    return [each.key for each in [*context["splits"], *context["joins"]]]


def confirm(client: Client, chosen: list[str], **data: str) -> Response:
    """Choose proposals, follow to the preview, and confirm that as a browser would; return the answer."""
    asked = client.post(SEVERAL, {"do": "see", "proposal": chosen, "back": data.get("back", LIST)})
    preview = client.get(asked["Location"])
    assert preview.status_code == 200
    values = {"do": "accept", "proposal": chosen, "seen": preview.context["seen"], "reason": "because", "back": LIST}
    return client.post(SEVERAL, values | data)


def two_of_each() -> tuple[list[Article], list[Article]]:
    """Return a story that may be two, and two articles that may be one."""
    split = make_story("Trams", "Whales")
    return split, two_alike("Bridge opens", "Bridge opened")


def test_several_proposals_are_seen_done_and_undone_at_once(editor: Client) -> None:
    (trams, whales), (one, other) = two_of_each()
    chosen = keys(editor)
    assert len(chosen) == 2
    seen = editor.get(editor.post(SEVERAL, {"do": "see", "proposal": chosen, "back": LIST})["Location"])
    sides = [
        sorted(sorted(line.title for line in story.lines) for story in side)
        for change in seen.context["changes"]
        for side in (change.before, change.after)
    ]
    assert sides == [
        [["Trams", "Whales"]], [["Trams"], ["Whales"]], [["Bridge opened"], ["Bridge opens"]], [["Bridge opened", "Bridge opens"]],
    ]  # fmt: skip
    html = " ".join(seen.content.decode().split())
    assert "linked with “Trams”" in html
    assert "0.50 with “Bridge opened”" in html or "0.50 with “Bridge opens”" in html
    assert not StoryDecision.objects.exists()
    answer = confirm(editor, chosen)
    assert answer["Location"] == LIST
    assert story_of(trams) != story_of(whales)
    assert story_of(one) == story_of(other)
    action = Action.objects.get()
    assert (action.summary, action.reason) == (
        "Accepted suggestions: 1 cut of a story, 1 join of two stories", "because",
    )  # fmt: skip
    assert f"/admin/articles/action/{action.pk}/undo/" in editor.get(LIST).content.decode()
    assert keys(editor) == []
    undo(action, None)
    assert story_of(trams) == story_of(whales)
    assert story_of(one) != story_of(other)


def test_what_stays_as_it_is_is_not_shown(editor: Client) -> None:
    two_of_each()
    [cut] = keys(editor, kind="splits")
    changes = editor.get(SEVERAL, {"proposal": cut}).context["changes"]
    assert [[story.title for story in change.before] for change in changes] == [["Trams"]]


def test_nothing_is_done_without_a_reason_or_when_something_else_would_come_of_it(editor: Client) -> None:
    two_of_each()
    chosen = keys(editor)
    for change, words in (({"reason": " "}, "Give a reason"), ({"seen": "x"}, "changed in the meantime")):
        assert words in confirm(editor, chosen, **change).content.decode()
    assert not StoryDecision.objects.exists()
    assert editor.post(SEVERAL, {"do": "destroy", "proposal": chosen}).status_code == 404


def test_what_does_not_hold_any_more_is_said_and_the_rest_is_done(editor: Client) -> None:
    (trams, whales), _ = two_of_each()
    cut, join = keys(editor)
    StoryEvidence.objects.filter(likeness=0.5).delete()
    preview = editor.get(SEVERAL, {"proposal": [cut, join]})
    assert "1 suggestion does not hold any more." in preview.content.decode()
    assert [each.key for each in preview.context["proposals"]] == [cut]
    for nonsense in ([], ["x"], ["cut-1-"], ["join-0-99999999999999999999"], ["cut-٣-٤"], [f"{join}\x00"]):
        answer = editor.post(SEVERAL, {"do": "see", "proposal": nonsense}, follow=True)
        assert answer.redirect_chain[-1][0] == LIST
    assert "Choose suggestions first." in editor.post(SEVERAL, {"do": "see"}, follow=True).content.decode()
    assert story_of(trams) == story_of(whales)


def test_not_so_takes_proposals_off_the_list_and_the_start_page_until_it_is_undone(editor: Client) -> None:
    two_of_each()
    start = "/admin/"
    assert "Bridge opens" in editor.get(start).content.decode()
    chosen = keys(editor)
    answer = editor.post(SEVERAL, {"do": "decline", "proposal": chosen, "back": f"{LIST}?q=e"}, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?q=e", 302)]
    assert keys(editor) == []
    assert "Stories that may be two" not in editor.get(start).content.decode()
    assert StoryComparison.objects.count() == 2
    action = Action.objects.get()
    assert action.summary == "Not so: 2 suggestions"
    assert action.summary in editor.get("/admin/articles/action/").content.decode()
    details = editor.get(f"/admin/articles/action/{action.pk}/undo/").content.decode()
    assert "Bridge opened" in details
    assert editor.post(f"/admin/articles/action/{action.pk}/undo/").status_code == 302
    assert keys(editor) == chosen


def test_one_that_is_declined_is_named_and_can_be_suggested_again(editor: Client) -> None:
    two_of_each()
    cut, join = keys(editor)
    for key, words in ((cut, "“Trams” is one story, with “Whales”"), (join, "are two stories")):
        editor.post(SEVERAL, {"do": "decline", "proposal": key})
        assert words in Action.objects.latest("pk").summary
    assert keys(editor) == []
    assert keys(editor, kind="declined") == [cut, join]
    editor.post(SEVERAL, {"do": "again", "proposal": [cut]})
    assert keys(editor) == [cut]
    assert Action.objects.latest("pk").summary == "1 declined suggestion is made again"


def test_a_story_declines_what_is_proposed_about_it(editor: Client) -> None:
    (trams, _), _ = two_of_each()
    url = f"/admin/articles/story/{story_of(trams).pk}/change/"
    [split] = editor.get(url).context["splits"]
    answer = editor.post(SEVERAL, {"do": "decline", "proposal": split.key, "back": url}, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert answer.context["splits"] == []


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/admin/articles/topic/", "", "x" * 3000])
def test_nobody_is_led_elsewhere(editor: Client, back: str) -> None:
    two_of_each()
    assert editor.post(SEVERAL, {"do": "decline", "proposal": keys(editor), "back": back})["Location"] == LIST


def test_the_list_says_how_many_more_there_are(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        two_alike(f"A {number}", f"B {number}")
    assert "suggestions are shown" not in editor.get(LIST).content.decode()
    monkeypatch.setattr("articles.editorial.stories.suggestions.suggest.__defaults__", ("", "", 2))
    assert "2 of 3 suggestions are shown" in editor.get(LIST).content.decode()


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_only_editors_decide(role: str) -> None:
    two_of_each()
    chosen = keys(client_of(name="one"))
    client = client_of(role)
    assert client.get(SEVERAL, {"proposal": chosen}).status_code == 403
    for doing in ("accept", "decline", "again", "see"):
        assert client.post(SEVERAL, {"do": doing, "proposal": chosen}).status_code == 403
    assert Client().post(SEVERAL, {"do": "decline", "proposal": chosen})["Location"].startswith("/admin/login/")
    assert not Action.objects.exists()


def test_many_proposals_take_as_many_queries_as_two(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        make_story(f"Trams {number}", f"Whales {number}")
        two_alike(f"Bridge {number}", f"Opened {number}")
    chosen = keys(editor)
    assert len(chosen) == 24
    with django_assert_max_num_queries(26):
        preview = editor.get(SEVERAL, {"proposal": chosen})
    assert len(preview.context["changes"]) == 24
    with django_assert_max_num_queries(60):
        editor.post(SEVERAL, {"do": "decline", "proposal": chosen})
    assert StoryComparison.objects.count() == 24
