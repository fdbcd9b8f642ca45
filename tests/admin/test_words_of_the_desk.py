"""What editors read everywhere at the desk: one message for each save, one style of dates, and nothing of how it is stored."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import Client
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import override

from articles.changes import stories_at_the_end
from articles.models import Article, Pin, Provider, Story, Topic
from tests.support.desk import LIST, add, bulk, change_url, form_of
from tests.support.desk_pages import HOUR, make_things, pages
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.stories import make_story

pytestmark = pytest.mark.django_db


def words_of(html: str) -> str:
    """Return what people see of a page."""
    main = html.split('id="content"', 1)[-1]
    without = re.sub(r"(?s)<(script|style)\b.*?</\1>|<option\b.*?</option>|<[^>]*>", " ", main)
    return re.sub(r"\s+", " ", unescape(without))


def words_of_all_pages(client: Client) -> dict[str, str]:
    lead, _others = make_story(4)
    article, pin, action = make_things()
    Article.objects.filter(pk=article.pk).update(heat=-1, secured="c2VjcmV0")
    found = pages(article, pin, action) | {
        "story": change_url(Story.objects.get(members=lead.pk)),
        "bulk": f"{LIST}bulk/unlist/?ids={article.pk}",
        "pin's history": change_url(pin, "history"),
        "threads": "/admin/articles/thread/",
    }
    texts = {}
    for name, url in found.items():
        if name not in ("known", "article's looks"):
            response = client.get(url)
            assert response.status_code == 200, name
            texts[name] = words_of(response.content.decode())
    return texts


STORED = re.compile(r"(?<![\w/.])-1(?![\w/])|−1(?!\w)|\b[0-9a-f]{16,}\b|\barticles[_.][a-z]+|articles \|")
OTHER_DATES = re.compile(
    r"\b\d{4}-\d\d-\d\d\b|\b[ap]\.m\.|\b\d\d?/\d\d?/\d{4}\b|\b(?:[A-Z][a-z]{2,8})\.? \d\d?, \d{4}\b"
)


def test_no_page_shows_how_things_are_stored_or_dates_in_another_style(editor: Client) -> None:
    texts = words_of_all_pages(editor)
    found = {name: [*STORED.findall(text), *OTHER_DATES.findall(text)] for name, text in texts.items()}
    assert not any(found.values()), {
        name: [text[max(0, text.find(each) - 60) :][:90] for text in [texts[name]] for each in every]
        for name, every in found.items()
        if every
    }
    assert f"{timezone.localtime(TIME):%-d %b %Y}" in texts["articles"]


def messages_after(client: Client, url: str, data: dict[str, Any]) -> list[str]:
    response = client.post(url, data, follow=True)
    assert response.redirect_chain, url
    return [words_of(str(message)) for message in response.context["messages"]]


def test_each_save_has_one_message(editor: Client) -> None:
    article, pin, _action = make_things()
    topic, provider = make_topic("Space"), make_provider("b.example")
    for row, change, word in (
        (article, {"title": "Other"}, "Changed article “Other”"),
        (topic, {"name": "Orbit"}, "Changed topic “Orbit”"),
        (provider, {"name": "Bee"}, "Changed provider “Bee”"),
        (pin, {"reason": "Because"}, "Changed pin"),
    ):
        url = change_url(row)
        [message] = messages_after(editor, url, form_of(editor, url) | change)
        assert word in message
        assert "Undo" in message
        [message] = messages_after(editor, url, form_of(editor, url))
        assert message.strip() == "Nothing was changed."


def test_what_there_is_to_note_is_in_the_same_message(editor: Client) -> None:
    article, pin, _action = make_things()
    Pin.objects.filter(pk=pin.pk).update(starts=timezone.now() - HOUR)
    other = make_article(title="Known", web_url="https://a.example/known")
    data = form_of(editor, f"{LIST}add/") | {"title": "New", "web_url": other.web_url, "provider": make_provider().pk}
    [message] = messages_after(editor, f"{LIST}add/", data)
    assert "Added article “New”" in message
    assert "Known" in message
    url = change_url(article)
    [message] = messages_after(editor, url, form_of(editor, url) | {"revoke_previews": "on"})
    assert message.strip() == "Preview links that were given out do not work any more."
    end = timezone.localtime() + HOUR
    form = {"place": pin.place, "reason": "x", "confirm": "1", "starts_0": f"{end - HOUR:%Y-%m-%d}",
            "starts_1": f"{end - HOUR:%H:%M}", "ends_0": f"{end:%Y-%m-%d}", "ends_1": f"{end:%H:%M}"}  # fmt: skip
    response: Any = bulk(editor, "pin", [other], follow=True, **form)
    [message] = [words_of(str(each)) for each in response.context["messages"]]
    assert "Pinned 1 article" in message
    assert "the one that starts later comes first" in message


def test_a_deletion_has_one_message(editor: Client) -> None:
    _article, pin, _action = make_things()
    [message] = messages_after(editor, change_url(pin, "delete"), {"post": "yes"})
    assert "Deleted pin" in message
    pin = Pin.objects.create(article=make_article(), ends=timezone.now() + HOUR, reason="x")
    data = {"action": "delete_selected", "_selected_action": [pin.pk], "post": "yes"}
    [message] = messages_after(editor, "/admin/articles/pin/", data)
    assert "Deleted 1" in message


def test_an_undo_names_what_it_undid_once(editor: Client) -> None:
    with stories_at_the_end():
        articles = [make_article(title=f"Number {number}") for number in range(3)]
    bulk(editor, "unlist", articles, confirm="1")
    page = editor.get("/admin/articles/action/").content.decode()
    url = re.findall(r"/admin/articles/action/\d+/undo/", page)[0]
    shown = words_of(editor.get(url).content.decode())
    for article in articles:
        assert shown.count(f"“{article.title}”") == 1
    assert shown.count("published yes no") == len(articles)
    [message] = messages_after(editor, url, {})
    assert message.count("Undone") == 1
    assert "Unpublished 3 articles" in message


def test_a_preview_shows_what_changes_first(editor: Client) -> None:
    make_topic("AI")
    same = [make_article(title=f"Same {number}", published=False) for number in range(2)]
    other = make_article(title="Other")
    page = bulk(editor, "unlist", [*same, other]).content.decode()
    assert "1 article will change" in page
    assert "2 articles stay as they are" in page
    assert page.index("Other") < page.index("Same 0") < page.index("Same 1")


def test_activity_is_the_word_for_what_was_done(editor: Client) -> None:
    add(editor, title="New", web_url="https://a.example/new", provider=make_provider().pk)
    start, activity = (editor.get(url).content.decode() for url in ("/admin/", "/admin/articles/action/"))
    assert "Recent actions" not in start
    assert ">Activity<" in start
    assert "<h1>Activity</h1>" in activity
    for page in (start, activity):
        assert "log entr" not in page.lower()


def test_models_and_the_fields_that_editors_see_have_names_in_their_language() -> None:
    registered = {model: each for model, each in site._registry.items() if model._meta.app_label == "articles"}
    linked = {each.model for shown in registered.values() for each in shown.inlines}
    forms, english = {Article, Pin, Provider, Topic, *linked}, []
    for model in {*registered, *linked}:
        shown = registered.get(model)
        listed = {str(name) for name in shown.list_display} if shown else set()
        names = {"verbose_name": model._meta.verbose_name, "plural": model._meta.verbose_name_plural}
        names |= {
            each.name: each.verbose_name
            for each in model._meta.fields
            if (each.editable and model in forms) or each.name in listed
        }
        names.pop("id", None)
        english += [f"{model.__name__}.{name}" for name, text in names.items() if not isinstance(text, Promise)]
    allowed = {
        "ArticleTopic.article",
        "ProviderAlias.provider",
        "TopicAlias.topic",
        "StoryDecision.article",
    }  # never shown
    assert set(english) - allowed == set()
    with override("de"):
        assert str(Article._meta.verbose_name_plural) == "Artikel"
