"""The form of an article: what it says, and two editors who have it open at once."""

import pytest
from django.test import Client

from articles.editorial.edits import edit_articles
from articles.models import Action, Article
from tests.support.accounts import client_of
from tests.support.desk import LIST, change_url, fields_of, form_of, save
from tests.support.factories import make_article, make_reference, make_topic

pytestmark = pytest.mark.django_db


def test_the_form_says_where_the_file_is_what_differs_and_little_of_what_is_secured(editor: Client) -> None:
    article = make_article(source_path="_news/a.md", title="File's", secured="c2VjcmV0")
    edit_articles([article.pk], title="Mine")
    html = editor.get(change_url(article)).content.decode()
    assert "_news/a.md" in html
    assert "<del>File&#x27;s</del>" in html
    assert "<ins>Mine</ins>" in html
    assert "8 characters, which nobody is shown" in html
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
    other = client_of("Editors", "bob")
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
    assert "Someone else saved this article" in page.content.decode()
    again = fields_of(page)
    response = editor.post(change_url(article), again)
    assert response.status_code == 302, response.context["errors"]
    article.refresh_from_db()
    assert (article.title, article.heat, article.excerpt) == ("Mine", 5, "My excerpt")
    assert {link.topic.name for link in article.topic_links.all()} == {"AI", "Climate", "Space"}


def test_an_import_between_counts_as_someone_else(editor: Client) -> None:
    article = make_article(heat=1)
    data = form_of(editor, article) | {"title": "Mine"}
    Article.objects.filter(pk=article.pk).update(heat=9)
    page = editor.post(change_url(article), data)
    assert page.status_code == 200
    assert editor.post(change_url(article), fields_of(page)).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.heat) == ("Mine", 9)


def test_an_unchanged_form_saves_nothing_and_is_no_action(editor: Client) -> None:
    article = make_article([make_topic()], [make_reference()])
    assert editor.post(change_url(article), form_of(editor, article)).status_code == 302
    assert not Action.objects.exists()


def test_topics_stand_under_the_excerpt(editor: Client) -> None:
    for url in (f"{LIST}add/", change_url(make_article([make_topic("AI")]))):
        html = editor.get(url).content.decode()
        places = [html.index(text) for text in ('id="id_excerpt"', 'id="topic_links-group"', "Publishing</")]
        assert places == sorted(places), url
        assert html.count('id="topic_links-group"') == 1
        assert html.count('id="related_links-group"') == 1


def test_the_heat_of_an_article_that_does_not_lead_is_empty_and_stays(editor: Client) -> None:
    article = make_article(heat=-1)
    assert "heat" not in form_of(editor, article)
    assert "another article leads its story" in editor.get(change_url(article)).content.decode()
    save(editor, article, title="Other")
    article.refresh_from_db()
    assert (article.title, article.heat, "heat" in article.edited) == ("Other", -1, False)
    save(editor, article, heat="5")
    article.refresh_from_db()
    assert article.heat == 5
