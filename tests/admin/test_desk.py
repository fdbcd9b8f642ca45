"""The editors' desk: start page, lists, bulk changes, drafts, publishing at times, pins, histories."""

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import signing
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from articles.admin.changelist import AheadPaginator
from articles.editorial import schedule
from articles.editorial.edits import edit_articles
from articles.editorial.schedule import run_due
from articles.listings import Listing, Scope
from articles.models import (
    Action,
    Article,
    ImportChange,
    ImportProblem,
    ImportRun,
    Pin,
    Provider,
    RelatedLink,
    Story,
    Topic,
)
from articles.pages.previews import SALT, preview_url
from articles.stories import settle
from tests.admin.test_admin import form_of
from tests.support.factories import make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
LIST = "/admin/articles/article/"


def log_in(role: str, name: str = "") -> Client:
    user = User.objects.create_user(name or role.lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor() -> Client:
    return log_in("Editors", "ada")


def change_url(article: Article) -> str:
    return f"{LIST}{article.pk}/change/"


def bulk(client: Client, name: str, articles: list[Article], **data: Any) -> Any:
    ids = ",".join(str(each.pk) for each in articles)
    return client.post(f"{LIST}bulk/{name}/", {"ids": ids, **data}, follow=True)


def titles(client: Client, **query: Any) -> list[str]:
    return sorted(each.title for each in client.get(LIST, query).context["cl"].result_list)


# -- Lists ----------------------------------------------------------------------


def test_filters_narrow_the_list(editor: Client) -> None:
    ai = make_topic("AI")
    make_article([ai], title="Hot", heat=90, quality=1)
    image = [{"url": "https://a.example/x.png", "width": 900, "height": 600}]
    make_article(title="Cold", heat=-1, quality=50, images=image, provider=make_provider("b.example", name="Bee"))
    make_article(title="Video", type="video", published=False, edited={"title": "x"}, conflicts={"title": "y"})
    make_article(title="Old", published_date_time=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    make_article(title="Draft", published=False, is_draft=True, publish_at=timezone.now() + HOUR)
    expected = {
        ("topic", str(ai.pk)): ["Hot"],
        ("provider", "b.example"): ["Cold"],
        ("provider", "bee"): ["Cold"],
        ("provider", "nobody"): [],
        ("heat_from", "80"): ["Hot"],
        ("heat_to", "0"): ["Cold"],
        ("quality_from", "50"): ["Cold"],
        ("image", "yes"): ["Cold"],
        ("type", "video"): ["Video"],
        ("state", "conflict"): ["Video"],
        ("state", "edited"): ["Video"],
        ("state", "unlisted"): ["Video"],
        ("state", "draft"): ["Draft"],
        ("state", "scheduled"): ["Draft"],
        ("day_to", "2020-01-01"): ["Old"],
    }
    found = {query: titles(editor, **dict([query])) for query in expected}
    assert found == expected
    assert titles(editor, heat_from="0", heat_to="80", day_from="2023-01-01") == ["Draft", "Video"]


@pytest.mark.parametrize(
    "query", [{"heat_from": "x"}, {"quality_to": str(2**40)}, {"day_from": "soon"}, {"topic": "x"}]
)
def test_a_filter_that_makes_no_sense_is_no_error(editor: Client, query: dict[str, str]) -> None:
    make_article()
    assert editor.get(LIST, query, follow=True).status_code == 200


def test_articles_are_found_by_address_file_and_words(editor: Client) -> None:
    one = make_article(title="The quick brown fox", web_url="https://a.example/fox/", source_path="_news/fox.md")
    make_article(title="Another", published=False)
    for term in ("quick FOX", "http://a.example/fox", one.get_absolute_url(), f"https://here{one.get_absolute_url()}"[8:],
                 "_news/fox.md", "fox.md"):  # fmt: skip
        assert titles(editor, q=term) == ["The quick brown fox"], term
    assert titles(editor, q="another") == ["Another"]


def test_words_find_what_readers_find_and_titles_that_no_reader_sees(editor: Client) -> None:
    trams = make_topic("Trams")
    make_article([trams], title="Rails", excerpt="Ten new carriages", provider=make_provider("loud.example"))
    make_article([trams], title="Rails again", excerpt="Old carriages")
    make_article(title="Carriages to come", published=False)
    expected = {
        "carriage": [
            "Carriages to come",
            "Rails",
            "Rails again",
        ],  # a title has it as it is written, the others its stem
        '"new carriages"': ["Rails"],
        "carriages -new": ["Rails again"],
        "topic:trams": ["Rails", "Rails again"],
        "provider:loud.example rails": ["Rails"],
        '"(*) -" OR NEAR': [],
    }
    assert {term: titles(editor, q=term) for term in expected} == expected


def test_a_list_counts_no_further_than_a_few_pages(editor: Client, settings: Settings) -> None:
    for number in range(9):
        make_article(title=f"N{number}")
    everything = Article.objects.order_by("pk")
    assert [AheadPaginator(everything, 2, page).count for page in (1, 2, 9)] == [8, 9, 9]
    assert AheadPaginator(everything, 2).goes_on
    assert not AheadPaginator(everything, 2, 3).goes_on


@pytest.mark.parametrize(
    ("url", "most"),
    [("/admin/", 19), (LIST, 12), (f"{LIST}?topic=1&heat_from=1&provider=a.example&q=article", 12), (f"{LIST}add/", 12),
     ("change", 12), ("history", 12), (f"{LIST}bulk/unlist/?ids=1,2,3", 12), ("/admin/articles/action/", 12),
     ("/admin/articles/pin/", 12), ("/admin/articles/pin/add/", 12)],
)  # fmt: skip
def test_pages_need_few_queries_whatever_they_hold(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries, url: str, most: int
) -> None:
    topics = [make_topic(name) for name in ("AI", "Climate", "Space")]
    references = [make_reference(title=f"R{number}") for number in range(15)]
    articles = [make_article(topics, references, provider=make_provider(f"p{number}.example")) for number in range(15)]
    bulk(editor, "unlist", articles[:5], confirm="1")
    for number, article in enumerate(articles[5:10]):
        Pin.objects.create(article=article, place=number + 1, ends=timezone.now() + HOUR, reason="x")
    url = {"change": change_url(articles[0]), "history": f"{LIST}{articles[0].pk}/history/"}.get(url, url)
    with django_assert_max_num_queries(most):
        assert editor.get(url).status_code == 200


# -- Bulk changes ---------------------------------------------------------------


def test_a_bulk_change_shows_what_will_change_and_can_be_undone(editor: Client) -> None:
    listed, unlisted = make_article([make_topic()]), make_article([make_topic()], published=False)
    page = editor.post(LIST, {"action": "unlist", "_selected_action": [listed.pk, unlisted.pk]})
    assert {(change.title, change.before, change.after) for change in page.context["changes"]} == {
        (listed.title, "listed", "unlisted"),
        (unlisted.title, "unlisted", "unlisted"),
    }
    assert page.context["changing"] == 1
    listed.refresh_from_db()
    assert listed.published
    page = bulk(editor, "unlist", [listed, unlisted], confirm="1", reason="old")
    action = Action.objects.get()
    assert (action.summary, action.reason) == ("Unpublished 1 article", "old")
    assert f"/admin/articles/action/{action.pk}/undo/" in page.content.decode()
    assert editor.get("/topics/ai/").context["page"].count == 0
    shown = editor.get(f"/admin/articles/action/{action.pk}/undo/")
    assert [name for name, _ in shown.context["rows"]] == [f"article “{listed.title}”"]
    page = editor.post(f"/admin/articles/action/{action.pk}/undo/", follow=True)
    assert "1 row set back" in page.content.decode()
    assert editor.get("/topics/ai/").context["page"].count == 1


def test_topics_are_added_removed_and_replaced(editor: Client) -> None:
    ai, climate, space = make_topic("AI"), make_topic("Climate"), make_topic("Space")
    one, both = make_article([ai]), make_article([climate, ai])

    def topics(article: Article) -> list[str]:
        return [link.topic.name for link in article.topic_links.all()]

    shown = bulk(editor, "add_topics", [one, both], topics=[climate.pk, space.pk], show="1")
    assert [change.after for change in shown.context["changes"]] == ["AI, Climate, Space", "Climate, AI, Space"]
    assert topics(one) == ["AI"]
    bulk(editor, "add_topics", [one, both], topics=[climate.pk, space.pk], confirm="1")
    assert (topics(one), topics(both)) == (["AI", "Climate", "Space"], ["Climate", "AI", "Space"])
    bulk(editor, "remove_topics", [one, both], topics=[climate.pk], confirm="1")
    assert (topics(one), topics(both)) == (["AI", "Space"], ["AI", "Space"])
    bulk(editor, "replace_topic", [one, both], old=space.pk, new=climate.pk, confirm="1")
    assert topics(one) == ["AI", "Climate"]
    assert (Listing(Scope(topic=space)).count, Listing(Scope(topic=climate)).count) == (0, 2)
    editor.post(f"/admin/articles/action/{Action.objects.first().pk}/undo/")  # type: ignore[union-attr]
    assert topics(one) == ["AI", "Space"]
    assert (Listing(Scope(topic=space)).count, Listing(Scope(topic=climate)).count) == (2, 0)


def test_a_bulk_change_of_imported_articles_is_an_edit(editor: Client) -> None:
    one = make_article(source_path="a.md", provider=make_provider("a.example"))
    make_provider("b.example")
    assert "no provider of this domain" in bulk(editor, "set_provider", [one], provider="c.example").content.decode()
    bulk(editor, "set_provider", [one], provider="B.example", confirm="1")
    one.refresh_from_db()
    assert (one.provider.domain, one.edited) == ("b.example", {"provider": "a.example"})


def test_articles_are_pinned_in_their_order(editor: Client) -> None:
    one, two = make_article(title="One"), make_article(title="Two")
    page = editor.get(f"{LIST}bulk/pin/", {"ids": f"{two.pk},{one.pk}"})
    start = timezone.localtime() - HOUR
    data = {
        "place": 1,
        "reason": "Look",
        "starts_0": start.date(),
        "starts_1": "00:00",
        "ends_0": "2999-01-01",
        "ends_1": "00:00",
    }
    assert page.context["total"] == 2
    bulk(editor, "pin", [two, one], confirm="1", **data)
    assert list(Pin.objects.order_by("place").values_list("article__title", "place")) == [("Two", 1), ("One", 2)]
    assert editor.get("/").context["lead"].title == "Two"
    assert "pinned to place 1 in that time, too" in bulk(editor, "pin", [one], confirm="1", **data).content.decode()


def test_too_many_articles_are_refused(editor: Client) -> None:
    ids = ",".join(str(number) for number in range(1, 1002))
    page = editor.post(f"{LIST}bulk/unlist/", {"ids": ids, "confirm": "1"}, follow=True)
    assert "At most 1000 articles" in page.content.decode()


# -- Drafts and publishing ------------------------------------------------------


def add(client: Client, **data: Any) -> Any:
    inlines = {
        f"{name}-{kind}_FORMS": 0
        for name in ("topic_links", "related_links", "story_decision")
        for kind in ("TOTAL", "INITIAL")
    }
    return client.post(f"{LIST}add/", inlines | data, follow=True)


def test_a_draft_needs_title_address_and_provider_only(editor: Client) -> None:
    add(editor, title="A new piece", web_url="https://a.example/new", provider=make_provider().pk)
    draft = Article.objects.get()
    assert (draft.is_draft, draft.published, draft.slug, draft.heat, draft.images) == (
        True,
        False,
        "a-new-piece",
        0,
        [],
    )
    assert draft.drafted_by == User.objects.get(username="ada")
    assert editor.get(draft.get_absolute_url()).status_code == 404
    data = form_of(editor, draft) | {"published": "on"}
    assert editor.post(change_url(draft), data).status_code == 302
    draft.refresh_from_db()
    assert not draft.is_draft
    assert editor.get(draft.get_absolute_url()).status_code == 200


def test_an_address_that_is_known_is_told_before_and_after_saving(editor: Client) -> None:
    known = make_article(title="Known &amp; told", web_url="https://a.example/known/")
    answer = editor.get(f"{LIST}known/", {"address": "http://a.example/known"}).json()
    assert answer == {
        "known": [{"pk": known.pk, "title": "Known & told", "is_reference": False, "url": change_url(known)}]
    }
    assert editor.get(f"{LIST}known/", {"address": "http://a.example/known", "without": known.pk}).json() == {
        "known": []
    }
    assert editor.get(f"{LIST}known/", {"address": "javascript:x"}).json() == {"known": []}
    page = add(editor, title="Twice", web_url="https://a.example/known", provider=known.provider_id)
    assert "This address is known already" in page.content.decode()


def split(name: str, time: dt.datetime) -> dict[str, Any]:
    local = timezone.localtime(time)
    return {f"{name}_0": local.date(), f"{name}_1": f"{local:%H:%M:%S}"}


@pytest.mark.parametrize(
    ("published", "start", "end", "error"),
    [(True, HOUR, None, "published already"), (False, -HOUR, None, "has passed"), (True, None, -HOUR, "has passed"),
     (False, 2 * HOUR, HOUR, "end before it begins"), (False, None, HOUR, "not published"), (False, HOUR, 2 * HOUR, ""),
     (True, None, HOUR, "")],
)  # fmt: skip
def test_a_schedule_that_makes_no_sense_is_refused(
    editor: Client, published: bool, start: dt.timedelta | None, end: dt.timedelta | None, error: str
) -> None:
    article = make_article(published=published)
    data = form_of(editor, article)
    for name, delta in (("publish_at", start), ("unlist_at", end)):
        data |= split(name, timezone.now() + delta) if delta else {}
    response = editor.post(change_url(article), data)
    assert (response.status_code == 302) == (not error)
    assert not error or error in str(response.context["errors"])


def test_articles_come_and_go_at_their_times_wherever_they_are_listed() -> None:
    topic, now = make_topic(), timezone.now()
    lead = make_article([topic], heat=90, title="Lead")
    coming = make_article(
        [topic], [lead], heat=99, published=False, is_draft=True, publish_at=now + HOUR, title="Coming"
    )
    going = make_article([topic], heat=50, unlist_at=now + 2 * HOUR, title="Going")
    settle()

    def state() -> tuple[int, int, int, list[int], Any]:
        listing, folded = Listing(Scope(topic=topic)), Listing(Scope(topic=topic, is_folded=True))
        months = sum(count for _, count in Listing(Scope(provider=lead.provider)).listed_months())
        return (
            listing.count,
            folded.count,
            months,
            sorted(listing.ids(0, 9)),
            Story.objects.get(members=lead.pk).lead_id,
        )

    before = state()
    assert before == (2, 2, 2, sorted([lead.pk, going.pk]), lead.pk)
    assert run_due(now) == 0
    assert run_due(now + HOUR) == 1
    assert state() == (3, 2, 3, sorted([lead.pk, coming.pk, going.pk]), coming.pk)
    assert run_due(now + 2 * HOUR) == 1
    assert state() == (2, 1, 2, sorted([lead.pk, coming.pk]), coming.pk)
    coming.refresh_from_db()
    assert (coming.publish_at, coming.is_draft, coming.published_date_time < now) == (None, False, True)
    assert [action.user for action in Action.objects.all()] == [None, None]
    assert run_due(now + 3 * HOUR) == 0


def test_a_schedule_that_was_missed_altogether_leaves_the_article_unlisted() -> None:
    now = timezone.now()
    article = make_article(published=False, publish_at=now + HOUR, unlist_at=now + 2 * HOUR)
    run_due(now + 3 * HOUR)
    article.refresh_from_db()
    assert (article.published, article.publish_at, article.unlist_at) == (False, None, None)


def test_an_import_keeps_what_a_schedule_published() -> None:
    now = timezone.now()
    article = make_article(published=False, source_path="a.md", publish_at=now + HOUR)
    run_due(now + HOUR)
    article.refresh_from_db()
    assert (article.published, article.edited) == (True, {"published": False})


def test_readers_see_what_is_due_without_a_job(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SCHEDULE_LOOK_SECONDS = 15
    now = timezone.now()
    article = make_article(published=False, publish_at=now + HOUR, unlist_at=now + 2 * HOUR)
    client = Client()
    for hours, status in ((0, 404), (1, 200), (1.5, 200), (2, 404)):
        moved = now + hours * HOUR
        monkeypatch.setattr(schedule.timezone, "now", lambda moved=moved: moved)
        assert client.get(article.get_absolute_url()).status_code == status, hours


def test_a_story_has_its_new_lead_when_the_time_of_that_comes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SCHEDULE_LOOK_SECONDS = 15
    now = timezone.now()
    old = make_article(title="The old lead", heat=60, published_date_time=now - HOUR)
    new = make_article(title="The new lead", heat=90, published_date_time=now + HOUR, related=[old])
    settle()
    client = Client()
    for hours, lead in ((0, old), (1, new), (2, new)):
        moved = now + hours * HOUR
        monkeypatch.setattr(schedule.timezone, "now", lambda moved=moved: moved)
        page = client.get("/").content.decode()
        assert [title for title in ("The old lead", "The new lead") if f"{title}</a>" in page] == [lead.title], hours
        assert Story.objects.get(merged_into=None).lead == lead
    assert schedule.next_due() is None


def test_the_next_time_is_the_earliest_of_articles_and_stories() -> None:
    now = timezone.now()
    assert schedule.next_due() is None
    make_article(published=False, publish_at=now + 3 * HOUR)
    assert schedule.next_due() == now + 3 * HOUR
    make_article(unlist_at=now + 2 * HOUR)
    assert schedule.next_due() == now + 2 * HOUR
    make_article(published_date_time=now + HOUR, related=[make_article()])
    settle()
    assert schedule.next_due() == now + HOUR


def test_the_schedule_asks_the_database_rarely(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.SCHEDULE_LOOK_SECONDS = 15
    schedule.look_again()
    client = Client()
    for number in (1, 0):
        with django_assert_num_queries(1 + number):  # the topics of the masthead, and the look
            assert client.get("/about/ranking/").status_code == 200
    schedule.look_again()
    with django_assert_num_queries(2):
        client.get("/about/ranking/")


def test_the_command_does_what_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    make_article(published=False, publish_at=timezone.now() - HOUR)
    call_command("run_schedule")
    assert capsys.readouterr().out == "changed 1\n"
    assert Article.objects.listed().count() == 1


def test_a_preview_shows_an_unpublished_article_to_who_has_the_link(settings: Settings) -> None:
    draft = make_article([make_topic()], published=False, is_draft=True, title="Not yet", body="The text")
    url, reader = preview_url(draft.pk), Client()
    response = reader.get(url)
    assert response.status_code == 200
    assert "Not yet" in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "og:title" not in response.content.decode()
    assert reader.get("/topics/ai/").context["page"].count == 0
    assert reader.get(url[:-3] + "x/").status_code == 404
    assert reader.get(preview_url(make_reference().pk)).status_code == 404
    assert reader.get(f"/preview/{signing.dumps(draft.pk, salt='other')}/").status_code == 404
    assert reader.get(f"/preview/{signing.dumps('x', salt=SALT)}/").status_code == 404
    for payload in (draft.pk, [draft.pk], [draft.pk, "0"], [draft.pk, 1], [0, 0], {}, None):
        assert reader.get(f"/preview/{signing.dumps(payload, salt=SALT)}/").status_code == 404
    settings.PREVIEW_HOURS = -1
    assert reader.get(url).status_code == 404


@pytest.mark.parametrize("how", ["removed", "file_missing"])
def test_a_withdrawn_articles_preview_says_that_it_is_gone(editor: Client, how: str) -> None:
    article = make_article(source_path="_news/a.md", title="Secret", body="The text")
    url = preview_url(article.pk)
    Article.objects.update(**{how: True})
    response = Client().get(url)
    assert response.status_code == 410
    assert "Secret" not in response.content.decode()
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex, nofollow")
    assert "/preview/" not in editor.get(change_url(article)).content.decode()
    Article.objects.update(**{how: False})
    assert Client().get(url).status_code == 200


def link_of(client: Client, article: Article) -> str:
    """Return the preview link that an article's form shows, if any."""
    found = re.search(r"/preview/[^/]+/", client.get(change_url(article)).content.decode())
    return found.group() if found else ""


def test_links_to_previews_are_taken_back_on_the_form(editor: Client) -> None:
    draft, other = (make_article(published=False, is_draft=True) for _ in range(2))
    old, others = link_of(editor, draft), link_of(editor, other)
    assert Client().get(old).status_code == 200
    assert editor.post(change_url(draft), form_of(editor, draft)).status_code == 302
    assert Client().get(old).status_code == 200
    assert editor.post(change_url(draft), form_of(editor, draft) | {"revoke_previews": "on"}).status_code == 302
    new = link_of(editor, draft)
    assert [Client().get(url).status_code for url in (old, new, others)] == [404, 200, 200]
    assert not editor.get(change_url(draft)).context["adminform"].form["revoke_previews"].value()


def test_only_who_may_change_an_article_has_links_to_its_preview(editor: Client) -> None:
    contributor, viewer = log_in("Contributors", "bob"), log_in("Viewers", "eve")
    bob = User.objects.get(username="bob")
    own, others = make_article(published=False, is_draft=True, drafted_by=bob), make_article(published=False)
    assert Client().get(link_of(contributor, own)).status_code == 200
    assert editor.post(change_url(own), form_of(editor, own)).status_code == 302
    for client, article in ((contributor, others), (viewer, own), (viewer, others)):
        assert client.get(change_url(article)).status_code == 200
        assert link_of(client, article) == ""
        assert "revoke_previews" not in client.get(change_url(article)).content.decode()
        client.post(change_url(article), {"revoke_previews": "on"})
    assert set(Article.objects.values_list("preview_number", flat=True)) == {0}
    assert contributor.post(change_url(own), form_of(contributor, own) | {"revoke_previews": "on"}).status_code == 302
    assert Article.objects.get(pk=own.pk).preview_number == 1


# -- The form -------------------------------------------------------------------


def test_the_form_says_where_the_file_is_what_differs_and_little_of_what_is_secured(editor: Client) -> None:
    article = make_article(source_path="_news/a.md", title="File's", secured="c2VjcmV0")
    edit_articles([article.pk], title="Mine")
    html = editor.get(change_url(article)).content.decode()
    assert "_news/a.md" in html
    assert "<del>File&#x27;s</del>" in html
    assert "<ins>Mine</ins>" in html
    assert "8 characters, SHA-256 begins with" in html
    assert "c2VjcmV0" not in html
    looks = editor.get(f"{LIST}{article.pk}/looks/")
    assert looks["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in looks["Content-Security-Policy"]
    assert "Mine" in looks.content.decode()
    assert "frame-ancestors 'none'" in editor.get(change_url(article))["Content-Security-Policy"]


def test_the_second_of_two_editors_is_told_and_loses_nothing(editor: Client) -> None:
    ai, climate, space = make_topic("AI"), make_topic("Climate"), make_topic("Space")
    article = make_article([ai], title="Base", excerpt="Base", heat=1)
    mine = form_of(editor, article) | {"title": "Mine", "excerpt": "My excerpt"}
    mine |= {"topic_links-TOTAL_FORMS": 2, "topic_links-1-topic": climate.pk}
    other = log_in("Editors", "bob")
    theirs = form_of(other, article) | {"title": "Theirs", "heat": 5, "topic_links-0-topic": space.pk}
    assert other.post(change_url(article), theirs).status_code == 302
    page = editor.post(change_url(article), mine)
    assert page.status_code == 200
    form = page.context["adminform"].form
    shown = {clash.label: (clash.theirs, clash.mine) for clash in form.clashes}
    assert shown == {"Title": ("Theirs", "Mine"), "Heat": ("5", "5"), "topics": ("Space", "AI, Climate")}
    article.refresh_from_db()
    assert (article.title, article.heat, article.excerpt) == ("Theirs", 5, "Base")
    assert (form["title"].value(), form["excerpt"].value(), form["heat"].value()) == ("Mine", "My excerpt", "5")
    assert "Someone else has saved this article" in page.content.decode()
    again = data_of(page)
    response = editor.post(change_url(article), again)
    assert response.status_code == 302, response.context["errors"]
    article.refresh_from_db()
    assert (article.title, article.heat, article.excerpt) == ("Mine", 5, "My excerpt")
    assert {link.topic.name for link in article.topic_links.all()} == {"AI", "Climate", "Space"}


def data_of(page: Any) -> dict[str, Any]:
    """Return what a browser sends for a page's form as it is shown."""
    forms = [page.context["adminform"].form]
    for each in page.context["inline_admin_formsets"]:
        forms += [each.formset.management_form, *each.formset.forms]
    data = {}
    for form in forms:
        for field in form:
            value = field.value()
            if (
                isinstance(value, list)
                and len(value) == 2
                and field.name in ("publish_at", "unlist_at", "published_date_time")
            ):
                data |= {f"{field.html_name}_{index}": part or "" for index, part in enumerate(value)}
            elif value not in (None, False):
                data[field.html_name] = value
    return data


def test_an_import_between_counts_as_someone_else(editor: Client) -> None:
    article = make_article(heat=1)
    data = form_of(editor, article) | {"title": "Mine"}
    Article.objects.filter(pk=article.pk).update(heat=9)
    page = editor.post(change_url(article), data)
    assert page.status_code == 200
    assert editor.post(change_url(article), data_of(page)).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.heat) == ("Mine", 9)


def test_an_unchanged_form_saves_nothing_and_is_no_deed(editor: Client) -> None:
    article = make_article([make_topic()], [make_reference()])
    assert editor.post(change_url(article), form_of(editor, article)).status_code == 302
    assert not Action.objects.exists()


# -- Histories ------------------------------------------------------------------


def test_a_history_tells_deeds_and_imports_and_goes_back(editor: Client) -> None:
    ai, climate = make_topic("AI"), make_topic("Climate")
    article = make_article([ai], title="One two three four five")
    for title in ("One two 3 four five", "Something else entirely here"):
        data = form_of(editor, article) | {"title": title, "topic_links-0-topic": climate.pk}
        assert editor.post(change_url(article), data).status_code == 302
    run = ImportRun.objects.create(started=timezone.now() + HOUR, paths="x", state="finished")
    ImportChange.objects.create(run=run, article_id=article.pk, changed={"heat": [1, 2]})
    page = editor.get(f"{LIST}{article.pk}/history/")
    entries = page.context["entries"]
    assert [entry.who for entry in entries] == ["import", "ada", "ada"]
    first = {each.label: [(part.kind, part.text.strip()) for part in each.parts] for each in entries[2].differences}
    assert first["title"] == [("same", "One two"), ("gone", "three"), ("new", "3"), ("same", "four five")]
    assert first["topics"] == [("gone", "AI"), ("new", "Climate")]
    assert [each.label for each in entries[0].differences] == ["heat"]
    assert f"/admin/articles/importrun/{run.pk}/change/" in page.content.decode()
    version = f"{LIST}{article.pk}/history/{entries[2].version}/"
    assert "One two 3" in editor.get(version).content.decode()
    assert editor.post(version).status_code == 302
    article.refresh_from_db()
    assert article.title == "One two 3 four five"
    assert editor.get(f"{LIST}{article.pk}/history/").context["entries"][1].summary.startswith("“Something else")


@pytest.mark.parametrize(("model", "field"), [("topic", "description"), ("provider", "description"), ("pin", "reason")])
def test_other_rows_have_histories_and_go_back_too(editor: Client, model: str, field: str) -> None:
    provider, topic = make_provider(description="old"), make_topic(description="old")
    pin = Pin.objects.create(article=make_article(), ends=timezone.now() + HOUR, reason="old")
    row: Any = {"topic": topic, "provider": provider, "pin": pin}[model]
    url = f"/admin/articles/{model}/{row.pk}/"
    for value in ("new", "newer"):
        data = form_data(editor, f"{url}change/") | {field: value}
        assert editor.post(f"{url}change/", data).status_code == 302
    entries = editor.get(f"{url}history/").context["entries"]
    assert [[part.text for part in entry.differences[0].parts] for entry in entries] == [
        ["new", "newer"],
        ["old", "new"],
    ]
    assert editor.post(f"{url}history/{entries[1].version}/").status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == "new"
    editor.post(f"/admin/articles/action/{Action.objects.first().pk}/undo/")  # type: ignore[union-attr]
    row.refresh_from_db()
    assert getattr(row, field) == "newer"


def form_data(client: Client, url: str) -> dict[str, Any]:
    data: dict[str, Any] = {}
    context = client.get(url).context
    management = [each.formset.management_form for each in context["inline_admin_formsets"]]
    for field in (field for form in (context["adminform"].form, *management) for field in form):
        value = field.value()
        if isinstance(value, dt.datetime):
            data |= split(field.html_name, value)
        elif value is not None and value is not False:
            data[field.html_name] = data[f"initial-{field.html_name}"] = value
    return data


def test_a_deleted_topic_comes_back_from_its_deed(editor: Client) -> None:
    topic = make_topic()
    article = make_article([topic])
    assert editor.post(f"/admin/articles/topic/{topic.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Topic.objects.exists()
    action = Action.objects.get()
    assert action.summary == "Deleted topic “AI”"
    page = editor.post(f"/admin/articles/action/{action.pk}/undo/", follow=True)
    assert page.status_code == 200
    assert [link.topic_id for link in article.topic_links.all()] == [topic.pk]
    assert editor.get("/topics/ai/").context["page"].count == 1


# -- Start page and pins --------------------------------------------------------


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
    assert [place.card.title for place in page.context["places"]] == ["Conflicting"]


def test_flagged_stories_are_on_the_start_page(editor: Client) -> None:
    one, two = make_article(heat=9, title="Two leads"), make_article(heat=8)
    RelatedLink.objects.create(article=one, target=two, position=0)
    assert "Two leads" in [line.text for section in editor.get("/admin/").context["sections"] for line in section.lines]


def test_pins_are_moved_and_ended_from_the_start_page(editor: Client) -> None:
    articles = [make_article(title=title, provider=make_provider(f"{title}.example")) for title in "abc"]
    now = timezone.now()
    pins = [
        Pin.objects.create(article=each, place=n + 1, starts=now - HOUR, ends=now + HOUR, reason="x")
        for n, each in enumerate(articles)
    ]

    def front() -> list[str]:
        return [place.card.title for place in editor.get("/admin/").context["places"] if place.pin]

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


def test_a_provider_is_renamed_and_its_articles_follow(editor: Client) -> None:
    provider = make_provider("a.example", name="a.example")
    data = form_data(editor, f"/admin/articles/provider/{provider.pk}/change/") | {"name": "The A"}
    assert editor.post(f"/admin/articles/provider/{provider.pk}/change/", data).status_code == 302
    assert Provider.objects.get().edited == ["name"]
    assert Action.objects.get().summary == "Changed provider “The A”"
