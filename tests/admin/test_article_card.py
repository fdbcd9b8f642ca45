"""The card beside an article's form: what readers would see if the form were saved as it is, and nothing is saved."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.admin.article.looks import blank_row
from articles.models import Action, Article, ArticleTopic
from articles.pages.cards import card_from
from tests.support.accounts import client_of
from tests.support.desk import LIST, form_of, save
from tests.support.factories import make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db
NEW = f"{LIST}looks/"
PICTURE = {"url": "https://a.example/x.png", "width": 900, "height": 600}


def card_url(article: Article) -> str:
    return f"{LIST}{article.pk}/looks/"


def main_of(html: str) -> str:
    """Return what stands in the frame, without white space between lines."""
    return re.sub(r"\s+", " ", html[html.index("<main>") : html.index("</main>")])


def typed(client: Client, url: str, data: dict[str, Any]) -> str:
    response = client.post(url, data)
    assert response.status_code == 200
    return main_of(response.content.decode())


def state() -> list[Any]:
    return [list(model.objects.values()) for model in (Article, ArticleTopic, Action)]


def test_the_card_of_a_form_is_the_card_after_it_is_saved(editor: Client) -> None:
    ai, climate = make_topic("AI"), make_topic("Climate")
    article = make_article([ai], title="Before", images=[PICTURE])
    other = make_provider("other.example", name="The Other", kind="vendor")
    changes = {
        "title": "A <b>new</b> title", "excerpt": "Two\r\nlines & more", "type": "video", "provider": other.pk,
        "published_date_time_0": "2023-05-04", "published_date_time_1": "10:00:00",
        "topic_links-TOTAL_FORMS": 2, "topic_links-1-topic": climate.pk, "topic_links-1-position": 1, "topic_links-0-position": 2,
        "images-rows": 1, "images-0-url": "https://a.example/y.png", "images-0-width": 640, "images-0-height": 480,
    }  # fmt: skip
    before = state()
    shown = typed(editor, card_url(article), form_of(editor, article) | changes)
    assert state() == before
    for text in ("The Other", "4 May 2023", "https://a.example/y.png", "Video", "Two lines &amp; more"):
        assert text in shown
    assert shown.index("Climate") < shown.index(">AI<")
    save(editor, article, **changes)
    assert main_of(editor.get(card_url(article)).content.decode()) == shown


def test_a_new_draft_has_a_card_as_soon_as_it_has_a_title(editor: Client) -> None:
    make_article(title="Taken", date=timezone.now().date(), slug="my-title")
    assert "as soon as there is a title" in editor.get(NEW).content.decode()
    assert "as soon as there is a title" in typed(editor, NEW, {"title": " "})
    before = state()
    shown = typed(editor, NEW, {"title": "My title"})
    assert "My title" in shown
    assert f"/{timezone.now():%Y/%m/%d}/my-title-2/" in shown
    assert state() == before


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><b>', "&lt;script&gt;"]
)
def test_hostile_texts_are_shown_as_texts(editor: Client, text: str) -> None:
    article = make_article(title="x")
    shown = typed(editor, card_url(article), {"title": text, "excerpt": text, "images-rows": "1", "images-0-url": text})
    for markup in ("<script", "<b>", "onerror=alert(1)>"):
        assert markup not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("published_date_time_0", "soon"), ("published_date_time_0", "0001-01-01"), ("provider", "x"),
        ("provider", "9" * 30), ("images-0-width", "x"), ("images-0-url", "javascript:alert(1)"), ("images-0-was", "x"),
        ("images-rows", "9" * 30), ("topic_links-TOTAL_FORMS", "9" * 18), ("topic_links-0-topic", "x"),
        ("topic_links-0-topic", "9" * 30), ("topic_links-0-position", "²"), ("date", "9999-99-99"), ("slug", "a/../b"),
        ("web_url", "javascript:alert(1)"), ("type", "x" * 99), ("excerpt", "\0"), ("title", "x\0"), ("slug", ""),
        ("date", ""), ("published_date_time_0", ""), ("topic_links-0-id", "x"),
    ],
)  # fmt: skip
def test_fields_with_errors_do_not_break_the_card(editor: Client, name: str, value: str) -> None:
    article = make_article([make_topic("AI")], title="x", images=[PICTURE])
    data = form_of(editor, article) | {"title": "Shown", name: value}
    shown = typed(editor, card_url(article), data)
    assert "Shown" in shown or name == "title"
    assert "javascript" not in shown


def test_the_card_is_bounded(editor: Client) -> None:
    article = make_article(title="x")
    assert len(typed(editor, card_url(article), {"title": "y" * 100_000})) < 10_000
    assert editor.post(card_url(article), {"title": "y" * 1_100_000}).status_code == 413


def test_only_those_who_may_save_the_form_get_the_card_of_what_they_type() -> None:
    article = make_article(title="x")
    cara, vera = client_of("Contributors", "cara"), client_of("Viewers", "vera")
    draft = make_article(title="y", published=False, is_draft=True, drafted_by=User.objects.get(username="cara"))
    assert cara.post(card_url(draft), {"title": "Mine"}).status_code == 200
    assert cara.post(NEW, {"title": "Mine"}).status_code == 200
    assert cara.post(card_url(article), {"title": "Mine"}).status_code == 403
    assert (vera.get(card_url(article)).status_code, vera.post(card_url(article)).status_code) == (200, 403)
    assert (vera.get(NEW).status_code, vera.post(NEW).status_code) == (403, 403)
    assert Client().post(card_url(article), {"title": "Mine"}).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="cara"))
    assert strict.post(card_url(draft), {"title": "Mine"}).status_code == 403


def test_viewers_and_references_have_no_card_that_follows(editor: Client) -> None:
    article, reference = make_article(), make_reference()
    assert f'data-follow="{card_url(article)}"' in editor.get(f"{LIST}{article.pk}/change/").content.decode()
    seen = client_of("Viewers", "vera").get(f"{LIST}{article.pk}/change/").content.decode()
    assert f'src="{card_url(article)}"' in seen
    assert "data-follow" not in seen
    assert "form-looks" not in editor.get(f"{LIST}{reference.pk}/change/").content.decode()
    assert editor.post(card_url(reference), {"title": "x"}).status_code == 404


@pytest.mark.parametrize("number", [1, 9])
def test_the_card_takes_as_many_queries_for_many_topics(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    article = make_article([make_topic(f"Topic {each}") for each in range(number)], title="x")
    data = form_of(editor, article)
    # Session, user, rights of the user and of groups, article, card with its provider, topics.
    with django_assert_num_queries(7):
        editor.post(card_url(article), data)


def test_the_row_of_a_new_card_has_all_that_cards_are_made_of() -> None:
    assert card_from(blank_row() | {"date": timezone.now().date(), "slug": "x"}).provider.name == "Provider"
