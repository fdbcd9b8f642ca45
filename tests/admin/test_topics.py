"""Topics at the editors' desk: their tree and order, other names, merging."""

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from articles.admin.ordering import moved
from articles.editorial.undo import undo
from articles.models import Topic, TopicAlias
from articles.pages.topic_tree import in_tree_order
from tests.support.desk import change_url, errors_of, form_of, last_action, save
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db


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
    assert last_action().summary == "Changed the order of topics"
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
    undo(last_action(), None)
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
        "2 articles move there.",
        "1 of them has both already.",
        "1 topic below it moves there, too.",
        "Readers who open /topics/a-i/ are redirected to /topics/ai/.",
    ]
    assert "reason" in editor.post(change_url(old, "merge"), {"into": new.pk, "reason": " "}).content.decode()
    assert Topic.objects.count() == 3
    response = editor.post(change_url(old, "merge"), {"into": new.pk, "reason": "one subject"})
    assert response["Location"] == change_url(new)
    assert client.get("/topics/a-i/")["Location"] == "/topics/ai/"
    assert last_action().reason == "one subject"
    assert editor.post(f"/admin/articles/action/{last_action().pk}/undo/").status_code == 302
    assert client.get("/topics/a-i/").context["page"].paginator.count == 2
    assert client.get("/topics/ai/").context["page"].paginator.count == 1


def test_what_a_merge_moves_is_shown_before_and_after_it(editor: Client) -> None:
    old, new = make_topic("Old"), make_topic("New")
    article = make_article([old], title="Moving")
    TopicAlias.objects.create(topic=old, name="Older", slug="older")
    page = editor.get(change_url(old, "merge"), {"into": new.pk})
    assert "What also means “Old” means the other one, too: Older" in page.context["consequences"]
    assert f'href="{page.context["articles_url"]}"' in page.content.decode()
    assert list(editor.get(page.context["articles_url"]).context["cl"].result_list) == [article]
    editor.post(change_url(old, "merge"), {"into": new.pk, "reason": "one subject"})
    shown = editor.get(f"/admin/articles/action/{last_action().pk}/undo/")
    assert {"article “Moving”", "other name “Older”", "other name “Old”"} <= {
        row.title for row in shown.context["rows"]
    }
    assert undo(last_action(), None).left == []
    assert TopicAlias.objects.get().topic == Topic.objects.get(name="Old")


def test_the_deletion_of_a_topic_counts_its_articles_in_a_few_queries(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    topic = make_topic("Old")
    articles = [make_article([topic], title=f"Number {at}") for at in range(3)]
    TopicAlias.objects.create(topic=topic, name="Older")
    with django_assert_max_num_queries(8):
        page = admin_client.get(change_url(topic, "delete")).content.decode()
    assert "Number 1" not in page
    for text in ("Topic: Old", "Other name: Older", "3 articles lose this topic, and stay"):
        assert text in page
    admin_client.post(change_url(topic, "delete"), {"post": "yes"})
    assert not Topic.objects.exists()
    assert articles[0].topics.count() == 0
    assert undo(last_action(), None).left == []
    assert articles[0].topics.get().name == "Old"


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
