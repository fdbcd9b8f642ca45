"""Changes of many articles at once."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from articles.listings import Listing, Scope
from articles.models import Action, Article, Pin
from tests.support.desk import LIST, bulk
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_a_bulk_change_shows_what_will_change_and_can_be_undone(editor: Client) -> None:
    listed, unlisted = make_article([make_topic()]), make_article([make_topic()], published=False)
    page = editor.post(LIST, {"action": "unlist", "_selected_action": [listed.pk, unlisted.pk]})
    shown = [*page.context["changes"], *page.context["unchanged"]]
    assert [(change.title, change.before, change.after) for change in shown] == [
        (listed.title, "listed", "unlisted"),
        (unlisted.title, "unlisted", "unlisted"),
    ]
    assert page.context["changing"] == 1
    listed.refresh_from_db()
    assert listed.published
    page = bulk(editor, "unlist", [listed, unlisted], confirm="1", reason="old")
    action = Action.objects.get()
    assert (action.summary, action.reason) == ("Unpublished 1 article", "old")
    assert f"/admin/articles/action/{action.pk}/undo/" in page.content.decode()
    assert editor.get("/topics/ai/").context["page"].paginator.count == 0
    shown = editor.get(f"/admin/articles/action/{action.pk}/undo/")
    assert [row.title for row in shown.context["rows"]] == [f"article “{listed.title}”"]
    page = editor.post(f"/admin/articles/action/{action.pk}/undo/", follow=True)
    assert "Undone: Unpublished 1 article" in page.content.decode()
    assert editor.get("/topics/ai/").context["page"].paginator.count == 1


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
    assert (
        "is pinned at position 1 at that time, too" in bulk(editor, "pin", [one], confirm="1", **data).content.decode()
    )


def test_too_many_articles_are_refused(editor: Client) -> None:
    ids = ",".join(str(number) for number in range(1, 1002))
    page = editor.post(f"{LIST}bulk/unlist/", {"ids": ids, "confirm": "1"}, follow=True)
    assert "At most 1000 articles" in page.content.decode()
