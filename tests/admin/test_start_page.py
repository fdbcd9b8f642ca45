"""The editors' start page, and the pins on it."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Action, ImportProblem, ImportRun, Pin, Provider, RelatedLink, StoryEvidence
from tests.support.accounts import client_of
from tests.support.factories import TIME, make_article, make_provider

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
        "1 provider has no name",
        "bad.md:3",
        "2\xa0days, 2\xa0hours ago",
    ):
        assert text in html, text
    by_title = {section.title: section for section in page.context["sections"]}
    assert by_title["Last import"].is_urgent
    assert [position.card.title for position in page.context["positions"]] == ["Conflicting"]


def test_what_an_import_says_again_and_again_is_one_line_and_so_are_all_notes(editor: Client) -> None:
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
        ("2 notes", ""),
    ]


def titles(client: Client) -> list[str]:
    return [section.title for section in client.get("/admin/").context["sections"]]


def finished(hours: float, **values: object) -> ImportRun:
    time = timezone.now() - hours * HOUR
    return ImportRun.objects.create(**{"started": time, "finished": time, "paths": "x", "state": "finished"} | values)


def test_what_fails_comes_first_and_what_only_informs_comes_last(editor: Client) -> None:
    finished(1)
    make_article(title="Listed")
    make_provider("nameless.example", name="nameless.example")
    make_article(title="Draft", published=False, is_draft=True)
    make_article(title="Scheduled", published=False, publish_at=timezone.now() + HOUR)
    assert titles(editor) == ["Drafts", "Scheduled articles", "Last import", "Providers"]
    html = editor.get("/admin/").content.decode()
    places = [
        html.index(text)
        for text in ("<h2>Drafts", "<h2>The front page now", "<h2>What came in", "<h2>Last import", "<h2>Providers")
    ]
    assert places == sorted(places)
    make_article(conflicts={"title": "x"}, edited={"title": "y"})
    assert titles(editor)[0] == "Conflicts with files"
    finished(0.5, errors=2)
    assert titles(editor)[:3] == ["Last import", "Conflicts with files", "Drafts"]


def test_an_import_that_was_interrupted_waits_for_somebody(editor: Client) -> None:
    ImportRun.objects.create(started=timezone.now(), paths="x", state="interrupted")
    [section] = editor.get("/admin/").context["sections"]
    assert (section.note, section.is_urgent) == ("The last import was interrupted.", True)
    finished(0)
    assert not editor.get("/admin/").context["sections"][0].is_urgent
    ImportRun.objects.create(started=timezone.now(), paths="x", state="interrupted")
    [section] = editor.get("/admin/").context["sections"]
    assert section.note.endswith("a later one was interrupted")
    assert section.is_urgent


def test_groups_say_how_many_there_are_though_they_show_only_some(editor: Client) -> None:
    for number in range(11):
        make_article(title=f"Draft {number}", published=False, is_draft=True)
    now = timezone.now()
    for number in range(3):
        Pin.objects.create(article=make_article(), place=number + 1, ends=now + HOUR, reason="x")
    sections = {section.title: section for section in editor.get("/admin/").context["sections"]}
    assert (sections["Drafts"].count, len(sections["Drafts"].lines)) == (11, 8)
    assert (sections["Pins that begin or end soon"].count, len(sections["Pins that begin or end soon"].lines)) == (3, 3)
    assert 'Drafts <span class="desk-count">(11)</span>' in editor.get("/admin/").content.decode()


def test_providers_that_lack_something_are_counted_and_listed_with_the_largest_first(editor: Client) -> None:
    named = [make_provider(f"{at}.example", name=name) for at, name in enumerate(("Herald", "HERALD", "Times"))]
    for provider, number in zip(named, (1, 0, 2), strict=True):
        for _ in range(number):
            make_article(provider=provider)
    Provider.objects.filter(articles=None, domain="a.example").delete()  # that of articles which name none
    nameless = make_provider("nameless.example", name="nameless.example")
    Provider.objects.filter(pk=nameless.pk).update(images=[{"url": "/logo.png"}])
    [section] = [each for each in editor.get("/admin/").context["sections"] if each.title == "Providers"]
    assert [line.text for line in section.lines] == [
        "3 providers have no logo", "1 provider has no name", "2 providers have the name of another",
    ]  # fmt: skip
    lists = [editor.get(line.url) for line in section.lines]
    shown = [[provider.domain for provider in each.context["cl"].result_list] for each in lists]
    assert shown == [["2.example", "0.example", "1.example"], ["nameless.example"], ["0.example", "1.example"]]
    html = lists[0].content.decode()
    assert html.count("same name as another") == 2
    assert "2 articles" in html


def test_what_came_in_is_drawn_by_day_and_leads_to_the_articles_of_each(editor: Client) -> None:
    assert editor.get("/admin/").context["arrivals"] is None
    day = dt.timedelta(days=1)
    for age, published in ((0, True), (0, True), (0, False), (3, True), (29, True), (30, True), (40, True)):
        make_article(published=published, published_date_time=TIME - age * day)
    make_article(removed=True, published_date_time=TIME)
    page = editor.get("/admin/")
    found = page.context["arrivals"]
    assert (found.articles, found.others, len(found.days)) == (4, 1, 30)
    counts = {day.date: (day.articles, day.others) for day in found.days if day.articles or day.others}
    last = TIME.date()
    assert counts == {last: (2, 1), last - 3 * day: (1, 0), last - 29 * day: (1, 0)}
    newest = found.days[-1]
    assert (newest.articles_height, newest.others_height, newest.articles_y, newest.others_y) == (40.0, 20.0, 20.0, 0.0)
    assert [each.x for each in found.days[:2]] == [0, 10]
    assert len(editor.get(newest.url).context["cl"].result_list) == 4
    assert "Articles: 4, other accounts: 1" in page.content.decode()


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
        assert editor.post(f"/admin/articles/pin/{pin.pk}/move/?to={where}").status_code == 302

    assert front() == ["a", "b", "c"]
    move(pins[2], "up")
    assert front() == ["a", "c", "b"]
    move(pins[0], "down")
    assert front() == ["c", "a", "b"]
    move(pins[2], "up")
    move(pins[1], "down")
    move(pins[0], "sideways")
    assert front() == ["c", "a", "b"]
    move(pins[2], "0")
    assert front() == ["a", "b", "c"]
    move(pins[2], str(pins[0].pk))
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
