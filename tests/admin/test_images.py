"""Images in the database: one schema wherever they come from, fields in forms, and pages that survive wrong rows."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from articles.admin.image_rows import ImagesFormField, Row, signed, thumbnail
from articles.content.validation import InvalidError
from articles.editorial.edits import edit_articles, take_file_value
from articles.editorial.undo import undo
from articles.models import Action, Article, Provider, Topic
from articles.pages.images import pick_image, pick_logo
from tests.support.accounts import client_of
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
PICTURE = {
    "url": "https://a.example/x.png",
    "width": 900,
    "height": 600,
    "title": "A tram",
    "isCached": True,
    "by": "B",
}
WRONG: list[Any] = [
    ["/a.png"],
    {"url": "x"},
    5,
    None,
    "x",
    [{"url": "https://a.example/x.png", "width": 9, "height": 9, "title": 5}],
    [{"url": "javascript:alert(1)", "width": 9, "height": 9}],
    [{"url": 5, "width": 9, "height": 9}],
    [{"url": "https://a.example/x.png", "width": "9", "height": 9}],
    [{"width": 9, "height": 9}],
    [[]],
    [None],
]


def spoil(model: type[Article] | type[Provider] | type[Topic], **columns: Any) -> None:
    """Write values past every check, as hands in the database do."""
    with connection.cursor() as cursor:
        for name, value in columns.items():
            cursor.execute(f"UPDATE {model._meta.db_table} SET {name} = %s", [json.dumps(value)])


class Inputs(HTMLParser):
    """What a browser sends of the inputs of a page that belong to images."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.data: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "input" and (names.get("name") or "").startswith("images-"):
            self.data[str(names["name"])] = names.get("value") or ""


def change(client: Client, row: Any, **cells: str) -> str:
    """Send a row's form as a browser does, with ``cells`` of its images changed; return the errors shown."""
    url = f"/admin/articles/{row._meta.model_name}/{row.pk}/change/"
    response = client.get(url)
    form = response.context["adminform"].form
    formsets = [each.formset for each in response.context["inline_admin_formsets"]]
    data: dict[str, Any] = {}
    for part in [form, *(each.management_form for each in formsets)]:
        for field in part:
            value = field.value()
            if field.name == "published_date_time":
                data |= {f"{field.html_name}_0": value.date(), f"{field.html_name}_1": value.time()}
            elif value is not None and value is not False and field.name != "images":
                data[field.html_name] = value
    shown = {key.replace("__", "-"): value for key, value in cells.items()}
    answer = client.post(url, data | Inputs(response.content.decode()).data | shown)
    return "" if answer.status_code == 302 else str(answer.context["errors"])


# -- Pages ------------------------------------------------------------------------------


@pytest.mark.parametrize("value", WRONG)
def test_pages_and_the_desk_survive_rows_with_wrong_images(value: Any) -> None:
    topic = make_topic()
    article = make_article([topic])
    spoil(Article, images=value)
    spoil(Provider, images=value)
    spoil(Topic, images=value)
    readers = ["/", "/topics/ai/", "/topics/", article.get_absolute_url(), "/providers/", "/providers/a.example/"]
    desk = ["", "articles/article/", "articles/provider/", "articles/provider/export/", "articles/article/files/"]
    forms = [f"articles/{row._meta.model_name}/{row.pk}/change/" for row in (article, article.provider, topic)]
    client, editor = Client(), client_of()
    for url in readers:
        html = client.get(url).content.decode()
        assert "a.example/x.png" not in html
        assert "javascript:" not in html
    for url in [*desk, *forms, f"articles/article/{article.pk}/looks/", f"articles/article/{article.pk}/file/"]:
        assert editor.get(f"/admin/{url}").status_code == 200, url


def test_the_right_images_of_a_row_with_wrong_ones_show() -> None:
    make_article()
    spoil(Article, images=["/a.png", PICTURE])
    assert Article.objects.get().images == [PICTURE]
    assert pick_image(Article.objects.values()[0]["images"], {}) is not None


@pytest.mark.parametrize("value", [5, "x", None, [5], {"nonsense": 1}, {"published_date_time": "soon", "images": 5}])
def test_pages_and_the_desk_survive_rows_whose_other_json_is_wrong(value: Any) -> None:
    topic = make_topic()
    article = make_article([topic])
    spoil(Article, own_images=value, extra=value, provider_said=value, edited=value, conflicts=value)
    spoil(Topic, keywords=value, hashtags=value, edited=value, extra=value)
    spoil(Provider, own_images=value, edited=value, extra=value)
    client, editor = Client(), client_of()
    pages = ["/", "/topics/ai/", article.get_absolute_url(), "/providers/a.example/"]
    assert {client.get(url).status_code for url in pages} == {200}
    desk = ["", "article/", "topic/export/", "provider/export/", f"article/{article.pk}/conflicts/", "article/files/"]
    desk += [f"{row._meta.model_name}/{row.pk}/change/" for row in (article, article.provider, topic)]
    for url in desk:
        assert editor.get(f"/admin/articles/{url}" if url else "/admin/").status_code == 200, url


@pytest.mark.parametrize("part", ["changed", "created", "deleted"])
def test_an_action_whose_json_is_wrong_can_be_looked_at(part: str) -> None:
    action = Action.objects.create(kind="change", summary="x")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE articles_action SET {part} = '[5]'")
    editor = client_of()
    for url in ("/admin/", "/admin/articles/action/", f"/admin/articles/action/{action.pk}/undo/"):
        assert editor.get(url).status_code == 200, url


# -- What is written -----------------------------------------------------------------------


@pytest.mark.parametrize("value", [each for each in WRONG if each is not None])
def test_nothing_writes_images_that_no_file_may_have(value: Any) -> None:
    article = make_article()
    article.images = value
    with pytest.raises(ValidationError, match="images"):
        article.full_clean()
    for write in (article.save, lambda: edit_articles([article.pk], images=value)):
        with pytest.raises(InvalidError), transaction.atomic():
            write()
    assert Article.objects.get().images == []


def test_an_undo_and_a_conflict_bring_no_wrong_images_back() -> None:
    article = make_article()
    change_of = {"articles.article": {str(article.pk): {"images": [["/a.png", PICTURE], []]}}}
    action = Action.objects.create(kind="change", summary="x", changed=change_of)
    assert undo(action, None).restored == 1
    assert Article.objects.get().images == [PICTURE]
    Article.objects.update(images=[])
    spoil(Article, conflicts={"images": 5, "heat": 3}, edited={"images": 5, "heat": 2})
    article.refresh_from_db()
    assert article.conflicts == {"heat": 3}
    take_file_value(article, "heat")
    assert Article.objects.get().heat == 3


def test_a_deleted_row_comes_back_without_its_wrong_images() -> None:
    topic = make_topic()
    spoil(Topic, images=5)
    row = {"slug": "old", "name": "Old", "key": "old", "images": 5, "keywords": [5, "a"], "position": 3, "extra": {}}
    row |= {"hashtags": [], "edited": [], "shortname": "", "description": "", "parent_id": None, "source_path": None}
    action = Action.objects.create(kind="delete", summary="x", deleted={"articles.topic": {str(topic.pk + 1): row}})
    assert undo(action, None).restored == 1
    old = Topic.objects.get(slug="old")
    assert (old.images, old.keywords) == ([], ["a"])


# -- Forms ------------------------------------------------------------------------------------


def test_an_editor_changes_adds_orders_and_removes_images_by_fields() -> None:
    article = make_article(images=[PICTURE, {"url": "/b.png"}])
    editor = client_of()
    assert change(editor, article) == ""
    article.refresh_from_db()
    assert article.images == [PICTURE, {"url": "/b.png"}]
    assert change(editor, article, images__0__title="", images__0__width="1000", images__2__url=" /c d.png ") == ""
    article.refresh_from_db()
    first = {key: value for key, value in PICTURE.items() if key != "title"} | {"width": 1000}
    assert article.images == [first, {"url": "/b.png"}, {"url": "/c d.png"}]
    assert change(editor, article, images__0__url="", images__4__url="https://a.example/é.png") == ""
    article.refresh_from_db()
    assert article.images == [{"url": "/b.png"}, {"url": "/c d.png"}, {"url": "https://a.example/é.png"}]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"images__1__url": "x"}, "Image 2, address: Enter an address that begins"),
        ({"images__1__url": "//a.example/x.png"}, "Image 2, address"),
        ({"images__1__url": "javascript:alert(1)"}, "Image 2, address"),
        ({"images__1__url": "/" + "x" * 2001}, "Image 2, address"),
        ({"images__0__width": "x"}, "Image 1, width: Enter a whole number"),
        ({"images__0__height": "-1"}, "Image 1, height"),
        ({"images__0__height": str(2**31)}, "Image 1, height"),
        ({"images__0__title": "x\0"}, "Image 1, title"),
        ({"images__1__title": "No address"}, "Image 2, address: enter one"),
    ],
)
def test_what_is_wrong_with_an_image_is_said_by_number_and_field(cells: dict[str, str], words: str) -> None:
    article = make_article(images=[PICTURE])
    assert words in change(client_of(), article, **cells)
    article.refresh_from_db()
    assert article.images == [PICTURE]


def test_what_was_typed_stays_when_the_form_comes_back() -> None:
    article = make_article(images=[PICTURE])
    editor = client_of()
    url = f"/admin/articles/article/{article.pk}/change/"
    sent = Inputs(editor.get(url).content.decode()).data | {"images-1-url": "x", "images-1-title": '"Quoted" <b>'}
    html = editor.post(url, sent).content.decode()
    again = Inputs(html).data
    assert (again["images-1-url"], again["images-1-title"], again["images-rows"]) == ("x", '"Quoted" <b>', "4")
    assert 'value="&quot;Quoted&quot; &lt;b&gt;"' in html
    assert again["images-0-was"]


def test_topics_keep_images_that_are_only_addresses() -> None:
    topic = make_topic(images=["/a.png", {"url": "/b.png", "note": 1}])
    editor = client_of()
    assert change(editor, topic, images__0__url="/c.png", images__1__width="5") == ""
    topic.refresh_from_db()
    assert topic.images == ["/c.png", {"url": "/b.png", "note": 1, "width": 5}]
    assert topic.edited == ["images"]
    assert change(editor, topic, images__0__title="Now with a title") == ""
    topic.refresh_from_db()
    assert topic.images[0] == {"url": "/c.png", "title": "Now with a title"}


def test_providers_have_their_logos_as_fields() -> None:
    provider = make_provider(images=[{"url": "/a.png", "width": 50, "height": 50, "isCached": True}])
    assert change(client_of(), provider, images__0__width="60") == ""
    provider.refresh_from_db()
    assert (provider.edited, pick_logo(provider.images, {})) == (["images"], "/media/a.png")
    assert provider.images == [{"url": "/a.png", "width": 60, "height": 50, "isCached": True}]


def test_a_contributor_cannot_give_a_draft_images_that_break_pages() -> None:
    contributor = client_of("Contributors")
    owner = User.objects.get(username="one of Contributors")
    draft = make_article(is_draft=True, published=False, drafted_by=owner, images=[PICTURE])
    url = f"/admin/articles/article/{draft.pk}/change/"
    assert "Image 1, width" in change(contributor, draft, images__0__width="many")
    for nonsense in ("[5]", '["/a.png"]', "5"):
        contributor.post(url, {"title": "x", "images": nonsense, "images-rows": "1", "images-0-was": nonsense})
    draft.refresh_from_db()
    assert draft.images == [PICTURE]


def test_a_form_that_is_sent_without_images_leaves_them() -> None:
    article = make_article(images=[PICTURE])
    for rows in ("", "x", "²", "9" * 20):
        field = ImagesFormField(required=False)
        sent = field.widget.value_from_datadict({"images-rows": rows}, {}, "images")
        assert (sent, field.has_changed(article.images, sent)) == (None, False)


def test_an_image_that_another_site_signed_is_taken_for_a_new_one() -> None:
    field = ImagesFormField(required=False)
    data = {"images-rows": "1", "images-0-url": "/a.png", "images-0-was": signed({"url": "/a.png", "x": 1}) + "x"}
    assert field.clean(field.widget.value_from_datadict(data, {}, "images")) == [{"url": "/a.png"}]


def test_an_untouched_image_stays_as_it_is_to_the_last_character() -> None:
    odd = {"url": " /a b.png ", "title": "Two\r\nlines ", "width": None, "height": 0}
    rows = ImagesFormField(required=False).widget
    sent = rows.value_from_datadict(dict(rows.data_of("images", [odd])), {}, "images")
    assert [row.image() for row in sent] == [odd]
    assert Row.of(odd).cells["title"] == "Twolines "


def test_a_keyword_that_no_file_may_have_is_refused() -> None:
    topic = make_topic()
    with pytest.raises(ValidationError, match="keywords"):
        Topic(name="x", slug="x", keywords=["x" * 201]).full_clean()
    editor = client_of()
    url = f"/admin/articles/topic/{topic.pk}/change/"
    answer = editor.post(url, {"keywords": "x" * 201})
    assert "more than 200 characters" in str(answer.context["errors"])


@pytest.mark.parametrize(
    ("url", "remote", "shown"),
    [
        ("https://a.example/x y.png", True, "https://a.example/x%20y.png"),
        ("https://a.example/x.png", False, ""),
        ("/assets/a.png", False, "/media/"),
        ("/assets/gone.png", True, ""),
        ("/assets/unknown.png", True, ""),
        ("/../a.png", True, ""),
        ("javascript:alert(1)", True, ""),
        ("", True, ""),
    ],
)
def test_an_image_shows_itself_above_its_fields_if_pages_may_load_it(
    settings: Settings, url: str, remote: bool, shown: str
) -> None:
    settings.REMOTE_IMAGES = remote
    found = thumbnail(url, {"/assets/a.png": [9, 9], "/assets/gone.png": None})
    assert found.startswith(shown)
    assert bool(found) is bool(shown)


def test_forms_have_a_small_picture_for_each_image() -> None:
    images = [PICTURE, {"url": "https://a.example/y.png"}, {"url": "/assets/a.png"}, {"url": "/assets/gone.png"}]
    article = make_article(images=images, own_images={"/assets/a.png": [9, 9], "/assets/gone.png": None})
    html = client_of().get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert html.count('class="image-row__picture"') == 3
    assert 'src="https://a.example/y.png" alt=""' in html
