"""The story desk: what editors see and do there, and that nobody else does."""

import pytest
from django.http import HttpResponse as Response
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.editorial.undo import undo
from articles.models import Action, Article, RelatedLink, Story, StoryDecision, StoryEvidence, StoryLead, StoryMember
from tests.support.accounts import OTHER_ROLES, client_of
from tests.support.factories import make_article, make_provider, make_reference

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return client_of()


def link(article: Article, *targets: Article) -> None:
    for target in targets:
        RelatedLink.objects.create(article=article, target=target)


def story_of(article: Article) -> Story:
    return Story.objects.get(members=article.pk)


@stories_at_the_end()
def make_story(*titles: str) -> list[Article]:
    """Return articles of falling heat; the first lists the others."""
    articles = [make_article(title=title, heat=90 - at, quality=at) for at, title in enumerate(titles)]
    link(articles[0], *articles[1:])
    return articles


def plan_url(article: Article) -> str:
    return f"/admin/articles/story/{story_of(article).pk}/plan/"


def confirm(client: Client, url: str, **data: object) -> Response:
    """Look at a preview, and confirm it as a browser would; return the answer."""
    preview = client.get(url, data)
    assert preview.status_code == 200, preview
    return client.post(url, {"reason": "because", "seen": preview.context["seen"]} | data)


def test_the_desk_shows_members_with_what_is_decided_about_them(editor: Client) -> None:
    lead, member = make_story("Trams &amp; night", "Member")
    link(lead, make_reference(title="Reference", provider=make_provider("b.example", name="B &amp; C")))
    StoryLead.objects.create(article=lead, reason="the first")
    StoryDecision.objects.create(article=member, joins=lead, reason="the same event")
    html = editor.get(f"/admin/articles/story/{story_of(lead).pk}/change/").content.decode()
    words = " ".join(html.split())
    assert "3 articles from 2 providers" in words
    for text in (
        "Trams &amp; night",
        "B &amp; C",
        "chosen to lead</span> the first",
        "placed by an editor</span> the same event",
    ):
        assert text in words
    assert "&amp;amp;" not in html


def test_the_desk_says_why_each_article_is_there(editor: Client) -> None:
    def account(title: str, number: int, **keys: object) -> Article:
        return make_article(title=title, provider=make_provider(f"p{number}.example"), heat=number, **keys)

    one = account("Night trams roll through Port Ellery", 1)
    account("Night trams now roll in Port Ellery, council says", 2)
    account("Night trams roll through Port Ellery", 3)
    link(one, account("Linked", 4))
    account("Another heading", 5, web_url="https://b.example/same")
    account("Not alike", 6, web_url="https://b.example/same")
    copies, same = (
        " ".join(editor.get(f"/admin/articles/story/{story_of(article).pk}/change/").content.decode().split())
        for article in (one, Article.objects.get(title="Not alike"))
    )
    assert '<td dir="auto">1.00 with “Night trams roll through Port Ellery”, the same text</td>' in copies
    assert "with “Night trams roll through Port Ellery”, shares ellery, night, port and roll</td>" in copies
    assert '<td dir="auto">linked with “Night trams roll through Port Ellery”</td>' in copies
    assert '<td dir="auto">same address as “Another heading”</td>' in same


def test_a_split_stands_in_the_histories_of_both_stories(editor: Client) -> None:
    viewer = client_of("Viewers")
    lead, _, other, another = make_story("Lead", "Member", "Other", "Another")
    confirm(editor, plan_url(lead), do="split", article=[other.pk, another.pk], reason="two events")
    assert story_of(lead) != story_of(other) == story_of(another)
    for story in (story_of(lead), story_of(other)):
        url = f"/admin/articles/story/{story.pk}/history/"
        assert url in editor.get(f"/admin/articles/story/{story.pk}/change/").content.decode()
        html = editor.get(url).content.decode()
        assert "Split 2 articles off the story “Lead”" in html
        assert "<q>two events</q>" in html
        assert "Undo this" in html
        html = viewer.get(url).content.decode()
        assert "two events" in html
        assert "Undo this" not in html
    assert editor.get("/admin/articles/story/999/history/").status_code == 404
    assert Client().get(f"/admin/articles/story/{story_of(lead).pk}/history/").status_code == 302


def test_the_desk_needs_few_queries_whatever_it_holds(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    articles = make_story(*(f"Member number {number} about trams" for number in range(30)))
    another, _ = make_story("Member number 77 about trams", "Other")
    StoryEvidence.objects.create(one=articles[0], other=another, score=0.2, likeness=0.5)
    story = f"/admin/articles/story/{story_of(articles[0]).pk}"
    asked = {"do": "split", "article": [each.pk for each in articles[3:6]]}
    for url, query, most in (
        (f"{story}/change/", {}, 14),
        ("/admin/articles/story/", {}, 8),
        ("/admin/articles/story/suggestions/", {}, 12),
        # Evidence leads to another story, which may change, too.
        (f"{story}/plan/", asked, 19),
        (f"{story}/plan/", {"do": "join"}, 13),
        (f"{story}/plan/", {"do": "join", "q": "number 3"}, 8),
    ):
        with django_assert_max_num_queries(most):
            response = editor.get(url, query)
        assert response.status_code == 200
        assert response.context.get("joins", True) or "q" in query


def test_an_editor_sees_a_split_does_it_and_undoes_it(editor: Client) -> None:
    lead, two, three = make_story("Lead", "Two", "Three")
    url = plan_url(lead)
    data = {"do": "split", "article": [two.pk, three.pk]}
    preview = editor.get(url, data)
    assert [(side.title, side.size) for side in preview.context["before"]] == [("Lead", 3)]
    assert [(side.title, side.size) for side in preview.context["after"]] == [("Two", 2), ("Lead", 1)]
    assert not StoryDecision.objects.exists()
    response = confirm(editor, url, **data)
    assert response["Location"] == f"/admin/articles/story/{story_of(lead).pk}/change/"
    assert story_of(two) == story_of(three) != story_of(lead)
    action = Action.objects.get()
    assert (action.summary, action.reason) == ("Split 2 articles off the story “Lead”", "because")
    assert f"/admin/articles/action/{action.pk}/undo/" in editor.get("/admin/articles/story/").content.decode()
    undo(action, None)
    assert story_of(two) == story_of(lead)


def test_an_editor_moves_joins_takes_out_and_releases(editor: Client) -> None:
    here, moved, gone = make_story("Here", "Moved", "Gone")
    there, _ = make_story("There", "Friend")
    confirm(editor, plan_url(here), do="move", article=moved.pk, story=story_of(there).pk)
    assert story_of(moved) == story_of(there)
    confirm(editor, plan_url(here), do="out", article=gone.pk)
    assert story_of(gone) != story_of(here)
    confirm(editor, plan_url(gone), do="release", article=gone.pk)
    assert story_of(gone) == story_of(here)
    confirm(editor, plan_url(here), do="join", story=story_of(there).pk)
    assert story_of(here) == story_of(there) == story_of(moved)


def test_a_join_tells_what_moves_before_and_after_and_undoes_it(editor: Client) -> None:
    here, near = make_story("Here &amp; now", "Near")
    there, friend = make_story("There", "Friend")
    data = {"do": "join", "story": story_of(there).pk}
    preview = editor.get(plan_url(here), data)
    assert "2 articles of “There” move to “Here &amp; now”." in preview.content.decode()
    lines = [line for side in preview.context["after"] for line in side.lines]
    assert {line.title: line.mark for line in lines} == {
        "Here & now": "",
        "Near": "",
        "There": "moves",
        "Friend": "moves",
    }
    stories = {each: story_of(each) for each in (here, near, there, friend)}
    confirm(editor, plan_url(here), **data)
    url = f"/admin/articles/action/{Action.objects.get().pk}/undo/"
    moved = [each for each in stories if story_of(each) != stories[each]]
    page = editor.get(url)
    assert list(page.context["moved"]) == moved
    assert len(moved) == 2
    assert "2 articles moved to another story" in page.content.decode()
    editor.post(url)
    assert story_of(here) == story_of(near) != story_of(there) == story_of(friend)


def test_an_editor_chooses_the_lead_that_readers_see(editor: Client, client: Client) -> None:
    hot, chosen = make_story("Hot", "Chosen")
    url = story_of(hot).get_absolute_url()
    confirm(editor, plan_url(hot), do="lead", article=chosen.pk)
    assert client.get(url).context["lead"].title == "Chosen"
    confirm(editor, plan_url(hot), do="heat")
    assert client.get(url).context["lead"].title == "Hot"


def test_what_remains_is_kept_together_on_demand(editor: Client) -> None:
    hub, one, other = make_story("Hub", "One", "Other")
    url, data = plan_url(hub), {"do": "out", "article": hub.pk}
    preview = editor.get(url, data)
    assert (preview.context["may_keep"], len(preview.context["after"])) == (True, 3)
    kept = editor.get(url + preview.context["keep_url"])
    assert len(kept.context["after"]) == 2
    confirm(editor, url, **data, together="1")
    assert story_of(one) == story_of(other) != story_of(hub)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": "  "}, "Give a reason"),
        ({"seen": "0" * 16}, "changed in the meantime"),
        ({"seen": ""}, "changed in the meantime"),
    ],
)
def test_nothing_is_done_without_a_reason_or_when_something_else_would_come_of_it(
    editor: Client, change: dict[str, str], words: str
) -> None:
    lead, member = make_story("Lead", "Member")
    data = {"do": "out", "article": member.pk}
    seen = editor.get(plan_url(lead), data).context["seen"]
    response = editor.post(plan_url(lead), {**data, "reason": "x", "seen": seen, **change})
    assert words in response.content.decode()
    assert not StoryDecision.objects.exists()


def test_what_cannot_be_is_refused_in_words(editor: Client) -> None:
    lead, one, _ = make_story("Lead", "One", "Other")
    unlisted = make_article(title="Unlisted", published=False)
    link(lead, unlisted)
    stranger = make_article(title="Stranger")
    for data, words in (
        ({"do": "out"}, "Choose articles first"),
        ({"do": "split", "article": stranger.pk}, "Choose articles first"),
        ({"do": "lead", "article": [lead.pk, one.pk]}, "Choose one article"),
        ({"do": "lead", "article": unlisted.pk}, "Only a listed article"),
    ):
        for method in (editor.get, editor.post):
            response = method(plan_url(lead), {"reason": "x", "seen": "x"} | data, follow=True)
            assert words in response.content.decode()
    for data in ({"do": "destroy"}, {}, {"do": ""}):
        assert editor.get(plan_url(lead), data).status_code == 404
    assert editor.get("/admin/articles/story/999999/plan/", {"do": "heat"}).status_code == 404
    assert "nothing to undo" in editor.get(plan_url(lead), {"do": "release", "article": one.pk}).content.decode()
    assert not Action.objects.exists()


def test_the_other_story_is_found_by_words_number_and_address(editor: Client) -> None:
    lead, _ = make_story("Lead", "Member")
    other = make_article(title="Whales near Port Ellery")
    number = story_of(other).pk

    def found(text: str) -> list[int]:
        response = editor.get(plan_url(lead), {"do": "join", "q": text})
        return [story.pk for story in response.context["found"]]

    for text in ("port whales", str(number), f"/stories/{number}-whales/", f"https://news.example/stories/{number}/"):
        assert found(text) == [number]
    assert found("sharks") == []
    assert found(str(story_of(lead).pk)) == []
    # A story that is none, or the same one, is asked for again.
    for given in ("0", "x", "9" * 30, str(story_of(lead).pk)):
        assert "found" in editor.get(plan_url(lead), {"do": "join", "story": given}).context


def test_suggestions_lead_to_a_preview(editor: Client) -> None:
    one, _ = make_story("Trams will run all night in Port Ellery", "Member")
    other = make_article(title="Port Ellery trams cost more at night")
    StoryEvidence.objects.create(one=one, other=other, score=0.2, likeness=0.5)
    html = editor.get("/admin/articles/story/suggestions/").content.decode()
    assert f"/admin/articles/story/{story_of(one).pk}/plan/?do=join&amp;story=" in html or "plan/?do=join" in html
    assert "0.50 with" in html
    old = editor.get("/admin/articles/story/suggestions/", {"until": "2001-01-01"})
    assert old.context["joins"] == old.context["splits"] == []
    for nonsense in ("x", "2001-99-99T00:00:00Z", "0001-01-01", "2001-01-01T00:00:00Z"):
        assert editor.get("/admin/articles/story/suggestions/", {"until": nonsense}).status_code == 200


def test_a_story_that_became_part_of_another_leads_there(editor: Client) -> None:
    one, _ = make_story("One", "Two")
    three, _ = make_story("Three", "Four")
    old = story_of(three).pk
    link(one, three)
    response = editor.get(f"/admin/articles/story/{old}/change/")
    assert response["Location"] == f"/admin/articles/story/{story_of(one).pk}/change/"
    for wrong in ("x", "9" * 30, "0"):
        assert editor.get(f"/admin/articles/story/{wrong}/change/").status_code == 404


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_only_editors_decide(role: str) -> None:
    lead, member = make_story("Lead", "Member")
    other = make_article(title="Other")
    client = client_of(role)
    url = plan_url(lead)
    desk = client.get(f"/admin/articles/story/{story_of(lead).pk}/change/")
    assert desk.status_code == 200
    assert 'name="do"' not in desk.content.decode()
    assert client.get("/admin/articles/story/suggestions/").status_code == 403
    # What the editor's preview would say, so that nothing but the role is wrong.
    for verb in ("out", "move", "split", "join", "lead", "heat", "release"):
        data = {"do": verb, "article": member.pk, "story": story_of(other).pk}
        seen = client_with_preview(url, data)
        assert client.get(url, data).status_code == 403
        assert client.post(url, data | {"reason": "x", "seen": seen}).status_code == 403
    assert not StoryDecision.objects.exists()
    assert not StoryLead.objects.exists()


def client_with_preview(url: str, data: dict[str, object]) -> str:
    from django.contrib.auth.models import User

    User.objects.filter(username="one of Editors").delete()
    context = client_of().get(url, data).context
    return str(context["seen"])


def test_strangers_are_sent_to_the_login(client: Client) -> None:
    lead, member = make_story("Lead", "Member")
    response = client.post(plan_url(lead), {"do": "out", "article": member.pk, "reason": "x"})
    assert response["Location"].startswith("/admin/login/")
    assert StoryMember.objects.filter(story=story_of(lead)).count() == 2


def test_an_editor_chooses_among_some_of_the_articles(editor: Client) -> None:
    articles = make_story(*(f"Tram {number}" for number in range(12)))
    url = f"/admin/articles/story/{story_of(articles[0]).pk}/change/"

    def shown(**query: str) -> list[str]:
        return [member.title for member, _ in editor.get(url, query).context["members"]]

    assert 'name="q"' in editor.get(url).content.decode()
    assert len(shown()) == 12
    assert shown(q="TRAM 11") == ["Tram 11"]
    day = articles[0].published_date_time.date().isoformat()
    assert len(shown(**{"from": day, "until": day})) == 12
    assert shown(until="2000-01-01") == []
    assert "No article of the story is like that." in editor.get(url, {"until": "2000-01-01"}).content.decode()


def test_suggestions_are_of_some_days_and_of_one_kind(editor: Client) -> None:
    one, other = make_article(title="Trams &amp; night"), make_article(title="Night trams")
    StoryEvidence.objects.create(one=one, other=other, score=0.2, likeness=0.5)
    url = "/admin/articles/story/suggestions/"

    def joins(**query: str) -> int:
        return len(editor.get(url, query).context["joins"])

    assert (joins(), joins(kind="joins"), joins(kind="splits")) == (1, 1, 0)
    assert (joins(q="& NIGHT"), joins(q="whale")) == (1, 0)
    day = one.published_date_time.date().isoformat()
    assert (joins(until=day), joins(until="2000-01-01"), joins(**{"from": "x", "until": "x"})) == (1, 0, 1)
    assert "Nothing speaks for cutting or joining" in editor.get(url, {"q": "whale"}).content.decode()
