"""CSV files as spreadsheets write them, and previews that cost little and keep nobody from writing."""

import codecs

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.admin.csv_text import MAX_ROWS, read_csv
from articles.admin.known_rows import KnownTopics
from articles.editorial.undo import undo
from articles.models import Action, Provider, ProviderAlias, Topic, TopicAlias
from tests.support.accounts import client_of
from tests.support.desk import confirm, preview_of
from tests.support.factories import make_provider, make_topic

GERMAN = "slug;name;position\r\nferries;Fähren;1\r\n"


# -- Texts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        GERMAN.encode(),
        codecs.BOM_UTF8 + GERMAN.encode(),
        GERMAN.encode("utf-16"),
        codecs.BOM_UTF16_BE + GERMAN.encode("utf-16-be"),
        codecs.BOM_UTF16_LE + GERMAN.replace(";", "\t").encode("utf-16-le"),
        GERMAN.replace(";", ",").replace("\r\n", "\n").encode(),
        b"\r\n\r\n Slug ;NAME;position;\r\n" + "ferries;Fähren;1;;;\r\n;;;\r\n".encode(),
        '"slug";"name";"position"\r"ferries";"Fähren";"1"'.encode(),
    ],
)
def test_files_are_read_as_spreadsheets_write_them(data: bytes) -> None:
    dataset = read_csv(data)
    rows = [dict(zip(dataset.headers, row, strict=True)) for row in dataset]
    assert [{name: row[name] for name in ("slug", "name", "position")} for row in rows] == [
        {"slug": "ferries", "name": "Fähren", "position": "1"}
    ]


def test_cells_keep_the_signs_that_stand_between_others() -> None:
    [row] = read_csv(b'slug;keywords;name\r\na;"x; y, z";"Two\r\nlines ""quoted"""\r\n')
    assert row == ("a", "x; y, z", 'Two\r\nlines "quoted"')
    assert read_csv(b"slug\na\n").dict == [{"slug": "a"}]


@pytest.mark.parametrize("data", [GERMAN.encode("latin-1"), GERMAN.encode("utf-16-le"), b"\x89PNG\r\n\x1a\n\0"])
def test_letters_that_cannot_be_told_are_refused_with_the_way_out(data: bytes) -> None:
    with pytest.raises(ValidationError, match="CSV UTF-8"):
        read_csv(data)


def test_more_rows_than_are_taken_are_refused_with_a_sentence() -> None:
    text = "slug,name\n" + "".join(f"t{number},Topic {number}\n" for number in range(MAX_ROWS + 1))
    with pytest.raises(ValidationError, match="5001 rows; at most 5000"):
        read_csv(text.encode())
    assert len(read_csv(text.rpartition("t")[0].encode())) == MAX_ROWS


# -- Previews -----------------------------------------------------------------------------


@pytest.fixture
def editor(db: None) -> Client:
    return client_of()


def rows_of(number: int) -> str:
    parents = [""] + [f"t{each - 1}" for each in range(1, number)]
    return "slug,name,parent\n" + "".join(f"t{each},Topic {each},{parents[each]}\n" for each in range(number))


def queries_of(client: Client, text: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert "Confirm import" in preview_of(client, "topic", text).content.decode()
    return [query["sql"] for query in captured]


def test_a_preview_reads_as_often_for_many_rows_as_for_one_and_begins_no_transaction(editor: Client) -> None:
    few, many = queries_of(editor, rows_of(1)), queries_of(editor, rows_of(400))
    assert len(few) == len(many) <= 6
    assert all(sql.startswith("SELECT") for sql in many), many


def test_a_row_may_refer_to_one_above_it_and_a_circle_is_refused(editor: Client) -> None:
    assert confirm(editor, "topic", preview_of(editor, "topic", rows_of(3))).status_code == 302
    topics = {topic.slug: topic for topic in Topic.objects.select_related("parent")}
    assert [topics[slug].parent for slug in ("t0", "t1", "t2")] == [None, topics["t0"], topics["t1"]]
    assert (
        "Row 1, parent: A topic cannot be its own ancestor"
        in preview_of(editor, "topic", "slug,parent\nt0,t2\n").content.decode()
    )
    # One that is moved away above makes room.
    moved = preview_of(editor, "topic", "slug,parent\nt1,\nt0,t2\n")
    assert confirm(editor, "topic", moved).status_code == 302
    assert Topic.objects.get(slug="t0").parent == topics["t2"]
    assert "no topic with the address “t9”" in preview_of(editor, "topic", "slug,parent\nt1,t9\n").content.decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("slug,name\nx,AI\n", "Row 1, name: Another topic has this name"),
        ("slug,name\nx,Old\n", "Row 1, name: This is another name of the topic “AI”"),
        ("slug,name\nold,New\n", "Row 1, slug: This is an old address of the topic “AI”"),
        ("slug,name\nx,Same\ny,same\n", "Row 2, name: Another topic has this name"),
        ("slug,name\nai,New\nx,AI\n", "Row 2, name: This is another name of the topic “New”"),
    ],
)
def test_rows_keep_the_rules_of_topics_with_what_is_there_and_with_each_other(
    editor: Client, text: str, words: str
) -> None:
    TopicAlias.objects.create(topic=make_topic("AI"), name="Old", slug="old")
    html = preview_of(editor, "topic", text).content.decode()
    assert words in html
    assert "Confirm import" not in html


def test_rows_say_what_forms_say_of_the_same_values(editor: Client) -> None:
    TopicAlias.objects.create(topic=make_topic("AI"), name="Old", slug="old")
    make_topic("Law")
    for slug, name in (("x", "AI"), ("x", "old "), ("old", "New"), ("x y", "New"), ("x", ""), ("x", "n" * 101)):
        by_form, by_row = Topic(slug=slug, name=name), Topic(slug=slug, name=name)
        with pytest.raises(ValidationError) as formed:
            by_form.full_clean(exclude={"key"})
        with pytest.raises(ValidationError) as rowed:
            KnownTopics.load().check(by_row, {}, {})
        assert rowed.value.message_dict == formed.value.message_dict


def test_a_domain_that_a_provider_has_beside_its_own_is_refused(editor: Client) -> None:
    ProviderAlias.objects.create(provider=make_provider(name="Paper"), domain="old.example")
    html = preview_of(editor, "provider", "domain,name\nold.example,Old\n").content.decode()
    assert "another domain of the provider “Paper”" in html


def test_the_same_row_twice_is_new_and_then_changed(editor: Client) -> None:
    preview = preview_of(editor, "topic", "slug,name\na,One\na,Two\na,Two\n")
    assert [row.import_type for row in preview.context["result"].valid_rows()] == ["new", "update", "skip"]
    confirm(editor, "topic", preview)
    assert [(topic.slug, topic.name) for topic in Topic.objects.all()] == [("a", "Two")]


def test_of_a_file_that_has_become_wrong_nothing_is_imported(editor: Client) -> None:
    preview = preview_of(editor, "topic", "slug,name\na,A\nb,B\n")
    Topic.objects.create(slug="other", name="B")
    answer = confirm(editor, "topic", preview)
    assert answer.status_code == 302
    assert list(Topic.objects.values_list("slug", flat=True)) == ["other"]
    assert not Action.objects.exists()


def test_an_export_of_topics_reads_their_parents_with_them(editor: Client) -> None:
    confirm(editor, "topic", preview_of(editor, "topic", rows_of(2)))
    with CaptureQueriesContext(connection) as few:
        editor.get("/admin/articles/topic/export/")
    confirm(editor, "topic", preview_of(editor, "topic", rows_of(30)))
    with CaptureQueriesContext(connection) as many:
        editor.get("/admin/articles/topic/export/")
    assert len(many) == len(few)


def test_a_file_of_a_spreadsheet_is_imported_to_the_last_umlaut(editor: Client) -> None:
    assert confirm(editor, "topic", preview_of(editor, "topic", GERMAN.encode())).status_code == 302
    topic = Topic.objects.get()
    assert (topic.slug, topic.name, topic.position) == ("ferries", "Fähren", 1)
    assert (
        "CSV UTF-8" in preview_of(editor, "provider", "domain;name\na.example;Ä\n".encode("latin-1")).content.decode()
    )
    assert not Provider.objects.exists()


def test_rows_are_found_by_their_domain_or_slug_however_it_is_written(editor: Client) -> None:
    provider, topic = make_provider("a.example", name="Old"), make_topic("Café")
    confirm(editor, "provider", preview_of(editor, "provider", "domain,name\nA.Example.,New\n"))
    confirm(editor, "topic", preview_of(editor, "topic", "slug,name\ncafe\u0301,Coffee\n"))
    provider.refresh_from_db()
    topic.refresh_from_db()
    assert (provider.name, topic.name, Provider.objects.count(), Topic.objects.count()) == ("New", "Coffee", 1, 1)


def test_an_export_that_comes_back_as_it_went_changes_no_list_whose_texts_have_semicolons(editor: Client) -> None:
    topic = make_topic("AI")
    Topic.objects.filter(pk=topic.pk).update(keywords=["AT&amp;T", "b"])
    confirm(editor, "topic", preview_of(editor, "topic", f"slug,name,keywords\n{topic.slug},AI today,AT&amp;T; b\n"))
    topic.refresh_from_db()
    assert (topic.name, topic.keywords) == ("AI today", ["AT&amp;T", "b"])


def test_another_name_that_a_csv_file_took_comes_back_when_that_is_undone(editor: Client) -> None:
    topic = make_topic("AI")
    TopicAlias.objects.create(topic=topic, key="artificial intelligence", name="Artificial intelligence")
    confirm(editor, "topic", preview_of(editor, "topic", f"slug,name\n{topic.slug},Artificial intelligence\n"))
    undo(Action.objects.latest("pk"), None)
    topic.refresh_from_db()
    assert topic.name == "AI"
    assert topic.aliases.filter(key="artificial intelligence").exists()


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize("kind", ["topic", "provider"])
def test_an_export_with_a_filter_that_there_is_not_leads_to_the_list(kind: str, admin_client: Client) -> None:
    response = admin_client.get(f"/admin/articles/{kind}/export/?made[]=up")
    assert (response.status_code, response["Location"]) == (302, f"/admin/articles/{kind}/")
