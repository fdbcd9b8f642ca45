"""Topics and providers at the editors' desk: forms, order, merging, CSV; and that nobody but editors changes them."""

import codecs
import re
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from articles.admin.taxonomy.csv_files import guarded, unguarded
from articles.admin.taxonomy.topic import moved
from articles.editorial.undo import undo
from articles.models import Action, Article, Provider, ProviderAlias, Topic, TopicAlias
from articles.pages.topic_tree import in_tree_order
from tests.support.accounts import OTHER_ROLES, client_of
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return client_of()


def change_url(row: Model, what: str = "change") -> str:
    return f"/admin/articles/{row._meta.model_name}/{row.pk}/{what}/"


def form_of(client: Client, url: str) -> dict[str, object]:
    """Return what a browser would send for a form when nothing was changed."""
    context = client.get(url).context
    formsets = [each.formset for each in context["inline_admin_formsets"]]
    forms = [context["adminform"].form, *(each.management_form for each in formsets)]
    forms += [form for formset in formsets for form in formset.forms]
    data: dict[str, object] = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = value
            if field.field.show_hidden_initial:
                data[field.html_initial_name] = value
    return data


def save(client: Client, row: Model, **changes: object) -> HttpResponse:
    url = change_url(row)
    response = client.post(url, form_of(client, url) | changes)
    assert response.status_code == 302, response.context["errors"]
    return response


def errors_of(client: Client, row: Model, **changes: object) -> str:
    url = change_url(row)
    response = client.post(url, form_of(client, url) | changes)
    assert response.status_code == 200
    return str(response.context["errors"])


def last_deed() -> Action:
    return Action.objects.latest("pk")


# -- Topics ---------------------------------------------------------------------------


def test_topics_are_shown_as_a_tree_and_ordered_by_buttons(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first, second = make_topic("First", position=1), make_topic("Second", position=2)
    make_topic("Below", parent=second, position=1)
    make_article([first])

    def shown() -> list[str]:
        response = editor.get("/admin/articles/topic/")
        admin = response.context["cl"].model_admin
        return [admin.shown_name(topic) for topic in response.context["cl"].result_list]

    with django_assert_max_num_queries(12):
        assert shown() == ["First", "Second", "– Below"]
    html = editor.get("/admin/articles/topic/").content.decode()
    assert 'aria-label="Move First down"' in html
    assert editor.post(f"{change_url(first, 'move')}?to=down").status_code == 302
    assert shown() == ["Second", "– Below", "First"]
    assert last_deed().summary == "Changed the order of topics"
    editor.post(f"{change_url(first, 'move')}?to={second.pk}")
    assert shown() == ["First", "Second", "– Below"]
    for nonsense in ("x", "999", "-1", str(first.pk)):
        editor.post(f"{change_url(first, 'move')}?to={nonsense}")
    assert shown() == ["First", "Second", "– Below"]
    assert editor.get(change_url(first, "move")).status_code == 405
    # Of what was looked for, there is no order to change.
    assert "Move First down" not in editor.get("/admin/articles/topic/?q=First").content.decode()


@given(st.lists(st.integers(1, 9), unique=True, min_size=1), st.data())
def test_moving_one_loses_none(ids: list[int], data: st.DataObject) -> None:
    pk = data.draw(st.sampled_from(ids))
    to = data.draw(st.sampled_from(["up", "down", "0", "5", "x"]))
    result = moved(ids, pk, to)
    assert sorted(result) == sorted(ids)
    assert [each for each in result if each != pk] == [each for each in ids if each != pk]


def test_a_topic_whose_parent_is_not_among_those_shown_is_no_loss() -> None:
    parent = make_topic("Parent")
    child = make_topic("Child", parent=parent)
    assert in_tree_order([child]) == [(child, 0)]
    assert in_tree_order([child, parent]) == [(parent, 0), (child, 1)]


def test_the_parent_is_chosen_among_topics_that_do_not_stand_below(editor: Client) -> None:
    top = make_topic("Top")
    middle = make_topic("Middle", parent=top)
    make_topic("Low", parent=middle)
    make_topic("Other")
    form = editor.get(change_url(middle)).context["adminform"].form
    assert [name for _, name in form.fields["parent"].choices] == ["None: a topic of its own", "Other", "Top"]
    save(editor, middle, parent="")
    assert Topic.objects.get(name="Middle").parent is None


def test_keywords_are_written_a_line_each(editor: Client) -> None:
    topic = make_topic(keywords=["a", "b"])
    assert form_of(editor, change_url(topic))["keywords"] == "a\nb"
    save(editor, topic, keywords="one\r\n two  words \r\n\r\none", hashtags="")
    topic.refresh_from_db()
    assert topic.keywords == ["one", "two words"]
    assert topic.edited == ["keywords"]


def test_a_topic_that_is_renamed_is_found_by_its_old_name_and_address(editor: Client, client: Client) -> None:
    topic = make_topic("AI")
    save(editor, topic, name="Artificial intelligence", slug="artificial-intelligence")
    assert client.get("/topics/ai/")["Location"] == "/topics/artificial-intelligence/"
    assert TopicAlias.objects.get().key == "ai"
    undo(last_deed(), None)
    assert client.get("/topics/ai/").status_code == 200
    assert not TopicAlias.objects.exists()


def test_other_names_are_given_and_collisions_are_refused(editor: Client) -> None:
    topic = make_topic("AI")
    make_topic("Law")
    row = {"aliases-TOTAL_FORMS": 1, "aliases-0-topic": topic.pk}
    save(editor, topic, **row, **{"aliases-0-name": "A.I.", "aliases-0-slug": "a-i"})
    assert str(TopicAlias.objects.get()) == "A.I."
    row = {"aliases-TOTAL_FORMS": 2, "aliases-1-topic": topic.pk}
    for given_, words in (({"name": "law"}, "merge it"), ({"slug": "law"}, "merge it"), ({"name": " "}, "")):
        extra = {f"aliases-1-{name}": value for name, value in given_.items()}
        if words:
            assert words in errors_of(editor, topic, **row, **extra)
        else:
            save(editor, topic, **row, **extra)
    assert TopicAlias.objects.count() == 1


def test_an_editor_merges_two_topics_and_undoes_it(
    editor: Client, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    old, new = make_topic("A.I.", slug="a-i"), make_topic("AI")
    make_topic("Below", parent=old)
    make_article([old])
    make_article([old, new])
    assert [name for _, name, _ in editor.get(change_url(old, "merge")).context["choices"]] == ["AI"]
    found = editor.get(change_url(old, "merge"), {"q": "low"})
    assert [name for _, name, _ in found.context["choices"]] == ["Below"]
    with django_assert_max_num_queries(12):
        preview = editor.get(change_url(old, "merge"), {"into": new.pk})
    assert preview.context["consequences"][:4] == [
        "2 articles go there.",
        "1 of them has both already.",
        "1 topic below it goes there, too.",
        "Readers who come to /topics/a-i/ are led to /topics/ai/.",
    ]
    assert "reason" in editor.post(change_url(old, "merge"), {"into": new.pk, "reason": " "}).content.decode()
    assert Topic.objects.count() == 3
    response = editor.post(change_url(old, "merge"), {"into": new.pk, "reason": "one subject"})
    assert response["Location"] == change_url(new)
    assert client.get("/topics/a-i/")["Location"] == "/topics/ai/"
    assert last_deed().reason == "one subject"
    assert editor.post(f"/admin/articles/action/{last_deed().pk}/undo/").status_code == 302
    assert client.get("/topics/a-i/").context["page"].count == 2
    assert client.get("/topics/ai/").context["page"].count == 1


def test_two_rows_of_a_list_are_merged_by_choosing_them(editor: Client) -> None:
    ids = [make_topic(name).pk for name in "ABC"]

    def choose(chosen: list[int]) -> HttpResponse:
        return editor.post("/admin/articles/topic/", {"action": "merge_chosen", "_selected_action": chosen})

    assert choose(ids[:2])["Location"] == f"/admin/articles/topic/{ids[1]}/merge/?into={ids[0]}"
    for wrong in (ids, ids[:1]):
        assert choose(wrong)["Location"] == "/admin/articles/topic/"
    for given_ in ("", "x", "999", str(ids[0])):
        assert "choices" in editor.get(f"/admin/articles/topic/{ids[0]}/merge/", {"into": given_}).context
    assert editor.get("/admin/articles/topic/999/merge/").status_code == 404


# -- Providers ------------------------------------------------------------------------


def picture(side: int = 100) -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (side, side), "red").save(target, "PNG")
    return SimpleUploadedFile("logo.png", target.getvalue(), "image/png")


def test_the_list_of_providers_needs_few_queries(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        make_article(provider=make_provider(f"p{number}.example"))
    make_provider("named.example", name="Named", images=[{"url": "https://a.example/x.png", "width": 50, "height": 50}])
    with django_assert_max_num_queries(12):
        editor.get("/admin/articles/provider/")
    with django_assert_max_num_queries(12):
        editor.get(change_url(Provider.objects.get(name="Named")))

    def count(query: str) -> int:
        return int(editor.get(f"/admin/articles/provider/?{query}").context["cl"].result_count)

    assert [count(query) for query in ("", "wants=logo", "wants=name", "kind__exact=wire")] == [22, 21, 0, 0]


def test_an_editor_gives_a_provider_kind_and_logo_that_imports_keep(editor: Client, client: Client) -> None:
    provider = make_article().provider
    save(editor, provider, kind="blog", new_logo=picture())
    provider.refresh_from_db()
    assert (provider.kind, sorted(provider.edited)) == ("blog", ["images", "kind"])
    [small, large] = provider.images
    assert (small["width"], large["width"]) == (50, 100)
    assert default_storage.exists(small["url"].lstrip("/"))
    assert small["url"] in client.get("/providers/").content.decode()
    undo(last_deed(), None)
    provider.refresh_from_db()
    assert (provider.kind, provider.images) == ("outlet", [])
    save(editor, provider, new_logo=picture())
    save(editor, provider, no_logo="on")
    provider.refresh_from_db()
    assert provider.images == []


def test_what_is_no_picture_is_refused_by_name_of_the_field(editor: Client) -> None:
    provider = make_provider()
    svg = SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
    assert "Logo: This is no picture" in errors_of(editor, provider, new_logo=svg)
    assert "at least 48" in errors_of(editor, provider, new_logo=picture(20))
    assert "take it away" in errors_of(editor, provider, new_logo=picture(), no_logo="on")
    assert Provider.objects.get().images == []


def test_other_domains_are_given_and_a_providers_own_offers_a_merge(editor: Client, client: Client) -> None:
    provider, other = make_provider("paper.example"), make_provider("other.example")
    row = {"aliases-TOTAL_FORMS": 1, "aliases-0-provider": provider.pk}
    errors = errors_of(editor, provider, **row, **{"aliases-0-domain": "other.example"})
    assert f"/admin/articles/provider/{other.pk}/merge/?into={provider.pk}" in errors
    assert "Enter a host name" in errors_of(editor, provider, **row, **{"aliases-0-domain": "no domain"})
    save(editor, provider, **row, **{"aliases-0-domain": "OLD.example."})
    assert ProviderAlias.objects.get().domain == "old.example"
    assert client.get("/providers/old.example/")["Location"] == "/providers/paper.example/"
    assert "another domain" in errors_of(editor, other, domain="old.example")


def test_a_provider_that_gets_another_domain_is_found_by_the_old_one(editor: Client, client: Client) -> None:
    article = make_article(provider=make_provider("old.example"), provider_said={"name": "Old"})
    save(editor, article.provider, domain="paper.example")
    assert client.get("/providers/old.example/")["Location"] == "/providers/paper.example/"
    article.refresh_from_db()
    assert article.provider_said == {"name": "Old", "domain": "old.example"}
    undo(last_deed(), None)
    article.refresh_from_db()
    assert (article.provider.domain, article.provider_said) == ("old.example", {"name": "Old"})
    save(editor, article.provider, domain="paper.example")
    save(editor, Provider.objects.get(domain="paper.example"), domain="old.example")
    article.refresh_from_db()
    assert article.provider_said == {"name": "Old"}
    assert [alias.domain for alias in ProviderAlias.objects.all()] == ["paper.example"]


def test_an_editor_merges_two_providers(editor: Client, client: Client) -> None:
    old, new = make_provider("www.paper.example", name="Paper"), make_provider("paper.example", name="The Paper")
    make_article(provider=old)
    response = editor.get(change_url(old, "merge"))
    assert [name for _, name, _ in response.context["choices"]] == ["The Paper"]
    preview = editor.get(change_url(old, "merge"), {"into": new.pk})
    assert "1 article or reference goes there." in preview.context["consequences"]
    editor.post(change_url(old, "merge"), {"into": new.pk, "reason": "the same"})
    assert client.get("/providers/www.paper.example/")["Location"] == "/providers/paper.example/"
    assert Article.objects.get().provider == new


# -- CSV --------------------------------------------------------------------------------


class Fields(HTMLParser):
    """The hidden fields of a page's first form that posts."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "input" and names.get("type") == "hidden" and names.get("name"):
            self.data[str(names["name"])] = names.get("value") or ""


def preview_of(client: Client, kind: str, text: str | bytes) -> HttpResponse:
    file = SimpleUploadedFile("rows.csv", text.encode() if isinstance(text, str) else text, "text/csv")
    return client.post(f"/admin/articles/{kind}/import/", {"import_file": file, "format": "0"})


def confirm(client: Client, kind: str, preview: HttpResponse) -> HttpResponse:
    fields = Fields()
    fields.feed(preview.content.decode())
    return client.post(f"/admin/articles/{kind}/process_import/", fields.data)


def export_of(client: Client, kind: str, query: str = "") -> str:
    response = client.get(f"/admin/articles/{kind}/export/{query}")
    assert response["Content-Type"] == "text/csv"
    assert response.content.startswith(codecs.BOM_UTF8)
    return response.content.decode("utf-8-sig")


def test_topics_go_out_and_come_back_as_csv(editor: Client) -> None:
    parent = make_topic("Parent", position=1)
    make_topic("Child", parent=parent, position=2, keywords=["a", "b c"], description="=SUM(A1)")
    text = export_of(editor, "topic")
    assert text.splitlines() == [
        "slug,name,shortname,parent,position,description,keywords,hashtags",
        "parent,Parent,,,1,,,",
        "child,Child,,parent,2,'=SUM(A1),a; b c,",
    ]
    assert "child" not in export_of(editor, "topic", "?q=parent&").splitlines()[1]
    # Nothing of it is new.
    preview = preview_of(editor, "topic", text)
    assert [row.import_type for row in preview.context["result"].valid_rows()] == ["skip", "skip"]
    confirm(editor, "topic", preview)
    assert not Action.objects.exists()
    changed = text.replace("Child", "Kid").replace("a; b c", "d") + "new,New,,child,7,,,\n"
    preview = preview_of(editor, "topic", changed)
    assert [row.import_type for row in preview.context["result"].valid_rows()] == ["skip", "update", "new"]
    assert "style=" not in re.sub(r"<head>.*?</head>", "", preview.content.decode(), flags=re.DOTALL)
    assert (Topic.objects.count(), Action.objects.exists()) == (2, False)
    assert confirm(editor, "topic", preview).status_code == 302
    child, new = Topic.objects.get(slug="child"), Topic.objects.get(slug="new")
    assert (child.name, child.keywords, child.description, new.parent) == ("Kid", ["d"], "=SUM(A1)", child)
    assert sorted(child.edited) == ["keywords", "name"]
    assert TopicAlias.objects.get().name == "Child"
    assert undo(last_deed(), None).left == []
    assert set(Topic.objects.values_list("name", flat=True)) == {"Parent", "Child"}


def test_providers_go_out_and_come_back_as_csv(editor: Client) -> None:
    make_article(provider=make_provider("a.example", name="A"))
    text = export_of(editor, "provider")
    assert text.splitlines() == ["domain,name,kind,description", "a.example,A,outlet,"]
    preview = preview_of(editor, "provider", text.replace("outlet", "wire") + "b.example,B,blog,+1\n")
    confirm(editor, "provider", preview)
    assert set(Provider.objects.values_list("domain", "kind", "description")) == {
        ("a.example", "wire", ""),
        ("b.example", "blog", "+1"),
    }
    assert last_deed().summary == "Imported providers from a CSV file"


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("topic", "slug,name,parent\nai,AI,nowhere\n", "Row 1"),
        ("topic", "slug,name,parent\nai,AI,ai\n", "below itself"),
        ("topic", "slug,name\nx y,Ai\n", "Row 1, slug"),
        ("topic", "slug,name\nother,AI\n", "Another topic has this name"),
        ("topic", "slug,name,position\nai,AI,many\n", "“many” is no whole number"),
        ("provider", "domain,name,kind\na.example,A,nonsense\n", "Row 1, kind"),
        ("provider", "domain,name\nNot a domain,A\n", "Row 1, domain"),
        ("provider", "name\nA\n", "domain"),
        ("topic", "slug,name\nai," + "x" * 101 + "\n", "Row 1, name"),
        ("topic", "slug,name\nai, \n", "Row 1, name: Enter at least one visible"),
        ("topic", "slug,name\nai,AI,more\n", "Row 1 has more cells"),
        ("topic", "slug,keywords\nai," + "x" * 201 + "\n", "Row 1, keywords"),
        ("topic", "name\nAI\n", "There is no column “slug”"),
        ("topic", "slug,name\nai,A\0I\n", "save it as “CSV UTF-8”"),
        ("topic", "slug,name\nai," + "x" * 140_000 + "\n", "save it as “CSV UTF-8”"),
        ("topic", b"\xff\xfe\x00", "save it as “CSV UTF-8”"),
        ("topic", "\n \n", "The file is empty"),
        ("topic", "", "empty"),
    ],
)
def test_bad_rows_are_named_and_nothing_is_written(editor: Client, kind: str, text: str | bytes, words: str) -> None:
    make_topic("AI")
    response = preview_of(editor, kind, text)
    assert response.status_code == 200
    html = response.content.decode()
    assert words in html
    assert "Confirm import" not in html
    assert not re.search(r"\w+(Error|DoesNotExist|Exception)\b|import_id_fields|matching query", html)
    assert Topic.objects.get().edited == []


def test_only_a_file_that_was_looked_at_is_imported(editor: Client) -> None:
    for name in ("/etc/passwd", "passwd", "", "x:y:z"):
        data = {"import_file_name": name, "original_file_name": "x.csv", "format": "0", "resource": ""}
        assert editor.post("/admin/articles/topic/process_import/", data).status_code in (200, 400)
    assert "more than" in preview_of(editor, "topic", "slug,name\n" + "x" * 1_000_001).content.decode()
    assert not Topic.objects.exists()


@given(st.text())
def test_no_cell_is_taken_for_a_formula_and_every_text_comes_back(text: str) -> None:
    assert guarded(text)[:1] not in set("=+-@\t\r")
    assert unguarded(guarded(text)) == text


# -- Who may -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_nobody_else_changes_topics_or_providers_by_any_request(role: str) -> None:
    topic, other = make_topic("AI"), make_topic("A.I.", slug="a-i")
    provider, second = make_provider("a.example"), make_provider("b.example")
    client, editor = client_of(role), client_of()
    pages = [
        (change_url(topic), form_of(editor, change_url(topic)) | {"name": "Hacked"}),
        (change_url(provider), form_of(editor, change_url(provider)) | {"name": "Hacked", "new_logo": picture()}),
        (change_url(topic, "merge"), {"into": other.pk, "reason": "x"}),
        (change_url(provider, "merge"), {"into": second.pk, "reason": "x"}),
        (f"{change_url(topic, 'move')}?to=down", {}),
        (change_url(topic, "delete"), {"post": "yes"}),
    ]
    before = list(Topic.objects.values()), list(Provider.objects.values())
    for url, data in pages:
        assert client.post(url, data).status_code == 403, url
    for kind in ("topic", "provider"):
        assert preview_of(client, kind, "slug,name\nai,Hacked\n").status_code == 403
        confirmed = confirm(client, kind, preview_of(editor, kind, "slug,name\nai,Hacked\n"))
        assert confirmed.status_code == 403
        assert client.get(f"/admin/articles/{kind}/export/").status_code == 403
        assert "import/" not in client.get(f"/admin/articles/{kind}/").content.decode()
        client.post(f"/admin/articles/{kind}/", {"action": "merge_chosen", "_selected_action": [1, 2]})
    assert (list(Topic.objects.values()), list(Provider.objects.values())) == before
    for row in (topic, provider):
        assert client.get(change_url(row)).status_code == 200
        assert client.get(change_url(row, "merge"), {"into": other.pk}).status_code == 403
