"""The related articles in the form of an article that has very many of them."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html as lxml_html

from articles.admin.article.related import ROWS
from articles.models import Action, Article, RelatedLink
from tests.support.accounts import client_of
from tests.support.desk import change_url
from tests.support.factories import TIME, make_article, make_provider, make_reference

pytestmark = pytest.mark.django_db
MANY = 2 * ROWS + 10


def article_with(number: int, title: str = "Widely covered") -> Article:
    provider = make_provider("covers.example")
    targets = [
        Article(title=f"{title} {place}", provider=provider, web_url=f"https://covers.example/{title}/{place}",
                tie=place, is_reference=True, published_date_time=TIME)
        for place in range(1, number + 1)
    ]  # fmt: skip
    return make_article(related=Article.objects.bulk_create(targets), title=title)


def sent_by(page: Any) -> dict[str, str]:
    """Return what a browser without scripts would send for the form, from the HTML itself."""
    form = lxml_html.fromstring(page.content.decode()).get_element_by_id("article_form")
    return dict(form.form_values())


def titles(article: Article) -> list[str]:
    return list(RelatedLink.objects.filter(article=article).values_list("target__title", flat=True))


def post(client: Client, article: Article, data: dict[str, Any], query: str = "") -> Any:
    return client.post(change_url(article) + query, data)


@pytest.mark.parametrize(("query", "first"), [("", 0), (f"?related_from={ROWS + 4}", ROWS), ("?related_from=x", 0)])
def test_a_page_of_the_rows_has_a_field_for_another_article(editor: Client, query: str, first: int) -> None:
    article = article_with(MANY)
    page = editor.get(change_url(article) + query)
    document = lxml_html.fromstring(page.content.decode())
    selects = document.xpath("//select[starts-with(@name, 'related_links-')][not(contains(@name, '__prefix__'))]/@name")
    assert selects == [f"related_links-{number}-target" for number in range(first, first + ROWS)]
    assert (
        len(document.xpath("//input[contains(@name, '-position')][starts-with(@name, 'related_links-')]")) == MANY + 1
    )
    buttons = [each.text_content() for each in document.xpath("//div[@class='row-pages']/button")]
    every = [f"Save, then {start + 1}–{min(start + ROWS, MANY)}" for start in range(0, MANY, ROWS)]
    assert buttons == [each for each in every if not each.startswith(f"Save, then {first + 1}–")]


def test_a_short_list_has_no_pages(editor: Client) -> None:
    assert "row-pages" not in editor.get(change_url(article_with(ROWS))).content.decode()


def test_what_is_sent_unchanged_is_no_edit_on_any_page(editor: Client) -> None:
    article = article_with(MANY)
    for query in ("", f"?related_from={ROWS + 1}"):
        data = sent_by(editor.get(change_url(article) + query))
        assert post(editor, article, data, query).status_code == 302
    assert not Action.objects.exists()
    assert titles(article) == [f"Widely covered {number}" for number in range(1, MANY + 1)]


def test_rows_of_other_pages_are_ordered_and_deleted_as_well(editor: Client) -> None:
    article = article_with(MANY)
    data = sent_by(editor.get(change_url(article)))
    last = MANY - 1
    data |= {f"related_links-{last}-position": "0", f"related_links-{ROWS}-DELETE": "on"}
    assert post(editor, article, data).status_code == 302
    found = titles(article)
    assert found[0] in (f"Widely covered {MANY}", "Widely covered 1")
    assert set(found[:2]) == {f"Widely covered {MANY}", "Widely covered 1"}
    assert found[2:] == [f"Widely covered {number}" for number in range(2, MANY) if number != ROWS + 1]


def test_saving_leads_to_the_page_that_was_asked_for_and_stays_on_the_open_one(editor: Client) -> None:
    article = article_with(MANY)
    data = sent_by(editor.get(change_url(article))) | {"title": "Kept"}
    response = post(editor, article, data | {"_continue": str(ROWS + 1)})
    assert response["Location"] == f"{change_url(article)}?related_from={ROWS + 1}#related_links-group"
    article.refresh_from_db()
    assert article.title == "Kept"
    query = f"?related_from={ROWS + 1}"
    data = sent_by(editor.get(change_url(article) + query)) | {"title": "Kept again"}
    response = post(editor, article, data | {"_continue": "Save and continue editing"}, query)
    assert response["Location"] == change_url(article) + query
    data = sent_by(editor.get(change_url(article) + query))
    response = post(editor, article, data | {"_continue": "1"}, query)
    assert response["Location"] == f"{change_url(article)}#related_links-group"
    assert post(editor, article, data, query)["Location"] == "/admin/articles/article/"


def test_a_fault_in_a_row_of_another_page_is_shown_there_with_all_fields(editor: Client) -> None:
    article = article_with(MANY)
    data = sent_by(editor.get(change_url(article)))
    data |= {f"related_links-{ROWS}-position": "first", f"related_links-{ROWS + 1}-DELETE": "on", "title": "Typed"}
    page = post(editor, article, data)
    assert page.status_code == 200
    again = sent_by(page)
    assert (again["title"], again[f"related_links-{ROWS + 1}-DELETE"]) == ("Typed", "on")
    assert "Enter a whole number." in page.content.decode()
    again[f"related_links-{ROWS}-position"] = ""
    assert post(editor, article, again).status_code == 302
    assert titles(article)[-1] == f"Widely covered {ROWS + 1}"
    assert RelatedLink.objects.filter(article=article).count() == MANY - 1


def test_the_second_of_two_editors_loses_no_row_whatever_page_is_open(editor: Client) -> None:
    article, new = article_with(MANY), make_reference(title="New")
    query = f"?related_from={ROWS + 1}"
    mine = sent_by(editor.get(change_url(article) + query)) | {f"related_links-{ROWS}-DELETE": "on"}
    theirs = sent_by(client_of("Editors", "bob").get(change_url(article)))
    theirs |= {"related_links-TOTAL_FORMS": str(MANY + 1), f"related_links-{MANY}-target": str(new.pk)}
    assert post(editor, article, theirs | {f"related_links-{MANY}-article": str(article.pk)}).status_code == 302
    page = post(editor, article, mine, query)
    assert page.status_code == 200
    assert post(editor, article, sent_by(page), query).status_code == 302
    kept = [f"Widely covered {number}" for number in range(1, MANY + 1) if number != ROWS + 1]
    assert titles(article) == [*kept, "New"]


def test_who_may_only_look_sees_all_rows_without_fields() -> None:
    article = article_with(MANY)
    user = User.objects.create_user("carl", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=["view_article", "view_relatedlink"]))
    client = Client()
    client.force_login(user)
    html = client.get(change_url(article)).content.decode()
    assert html.count("Widely covered ") >= MANY
    assert "related_links-0-target" not in html
    assert "row-pages" not in html


def test_queries_do_not_grow_with_the_rows(editor: Client) -> None:
    counts = []
    for number in (ROWS + 5, MANY):
        article = article_with(number, f"With {number}")
        editor.get(change_url(article))
        with CaptureQueriesContext(connection) as opened:
            page = editor.get(change_url(article))
        data = sent_by(page) | {"title": f"Other {number}"}
        with CaptureQueriesContext(connection) as saved:
            assert post(editor, article, data).status_code == 302
        counts.append((len(opened), len(saved)))
    assert counts[1][0] <= counts[0][0]
    assert counts[1][1] <= counts[0][1]
    assert counts[0][0] <= 14
