"""The editors' start page, and the pins on it."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Action, ImportProblem, ImportRun, Pin, RelatedLink, StoryEvidence
from tests.support.accounts import client_of
from tests.support.factories import make_article, make_provider

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_the_start_page_shows_what_needs_attention(editor: Client) -> None:
    now = timezone.now()
    conflict = make_article(title="Conflicting", conflicts={"title": "x"}, edited={"title": "y"})
    make_article(title="Waiting draft", published=False, is_draft=True)
    make_article(title="Coming soon", published=False, publish_at=now + HOUR)
    make_provider("nameless.example", name="nameless.example")
    Pin.objects.create(article=conflict, ends=now + HOUR, reason="Ends soon")
    run = ImportRun.objects.create(
        started=now - 50 * HOUR, finished=now - 50 * HOUR, paths="x", state="finished", errors=1
    )
    ImportProblem.objects.create(run=run, path="bad.md", line=3, code="E101", message="no title")
    page = editor.get("/admin/")
    html = page.content.decode()
    for text in (
        "Conflicting",
        "Waiting draft",
        "Coming soon",
        "nameless.example",
        "bad.md:3",
        "2\xa0days, 2\xa0hours ago",
    ):
        assert text in html, text
    by_title = {section.title: section for section in page.context["sections"]}
    assert by_title["Last import"].is_urgent
    assert [position.card.title for position in page.context["positions"]] == ["Conflicting"]


def test_what_an_import_says_again_and_again_is_one_line(editor: Client) -> None:
    run = ImportRun.objects.create(
        started=timezone.now(), finished=timezone.now(), paths="x", state="finished", errors=1, warnings=5, notes=2
    )
    for code, number in (("N502", 2), ("W405", 5), ("E101", 1)):
        for line in range(number):
            ImportProblem.objects.create(run=run, path="a.md", line=line + 1, code=code, message=f"{code} here")
    [section] = [each for each in editor.get("/admin/").context["sections"] if each.title == "Last import"]
    assert [(line.text, line.note) for line in section.lines] == [
        ("a.md:1", "E101 E101 here"),
        ("W405: an image that is not in the folder", "5 times"),
        ("N502: the same related article twice, linked once", "2 times"),
    ]


def test_what_the_story_desk_proposes_is_on_the_start_page(editor: Client) -> None:
    one, two = make_article(heat=9, title="Two leads"), make_article(heat=8)
    RelatedLink.objects.create(article=one, target=two, position=0)
    StoryEvidence.objects.create(one=two, other=make_article(title="Nearly it"), score=0.2, likeness=0.5)
    [section] = [each for each in editor.get("/admin/").context["sections"] if each.title.startswith("Stories that")]
    assert [line.text for line in section.lines] == ["Two leads", "Two leads + Nearly it"]
    desk = editor.get(section.url)
    assert [split.story_title for split in desk.context["splits"]] == ["Two leads"]
    assert [join.other.title for join in desk.context["joins"]] == ["Nearly it"]


def test_those_who_may_not_decide_are_not_asked_about_stories() -> None:
    StoryEvidence.objects.create(one=make_article(), other=make_article(), score=0.2, likeness=0.5)
    sections = client_of("Viewers").get("/admin/").context["sections"]
    assert not [each for each in sections if each.title.startswith("Stories that")]


def test_pins_are_moved_and_ended_from_the_start_page(editor: Client) -> None:
    articles = [make_article(title=title, provider=make_provider(f"{title}.example")) for title in "abc"]
    now = timezone.now()
    pins = [
        Pin.objects.create(article=each, place=n + 1, starts=now - HOUR, ends=now + HOUR, reason="x")
        for n, each in enumerate(articles)
    ]

    def front() -> list[str]:
        return [position.card.title for position in editor.get("/admin/").context["positions"] if position.pin]

    def move(pin: Pin, where: str) -> None:
        assert editor.post(f"/admin/articles/pin/{pin.pk}/move/", {"move": where}).status_code == 302

    assert front() == ["a", "b", "c"]
    move(pins[2], "up")
    assert front() == ["a", "c", "b"]
    move(pins[0], "down")
    assert front() == ["c", "a", "b"]
    move(pins[2], "up")
    move(pins[1], "down")
    move(pins[0], "sideways")
    assert front() == ["c", "a", "b"]
    move(pins[0], "off")
    assert front() == ["c", "b"]
    editor.post(f"/admin/articles/action/{Action.objects.first().pk}/undo/")  # type: ignore[union-attr]
    assert front() == ["c", "a", "b"]
    assert editor.get(f"/admin/articles/pin/{pins[0].pk}/move/").status_code == 405


def test_pins_that_are_over_leave_the_list_by_themselves(editor: Client) -> None:
    now = timezone.now()
    for hours, reason in ((1, "now"), (-1, "over")):
        Pin.objects.create(article=make_article(), starts=now - 2 * HOUR, ends=now + hours * HOUR, reason=reason)

    def reasons(**query: str) -> list[str]:
        return [pin.reason for pin in editor.get("/admin/articles/pin/", query).context["cl"].result_list]

    assert (reasons(), reasons(when="over"), reasons(when="later")) == (["now"], ["over"], [])
