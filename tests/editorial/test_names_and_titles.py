"""Names and titles that look the same or like nothing, whichever way they come in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from articles.models import Article, Provider, Topic
from tests.support.desk import change_url, errors_of, parents, preview_of
from tests.support.factories import make_article, make_provider, make_topic
from tests.support.import_runs import import_problems

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
COMPOSED, DECOMPOSED = "Caf\u00e9", "Cafe\u0301"
INVISIBLE = ["&nbsp;", "\u200e\u200f", "\u200b", "\u3164"]


def test_files_that_compose_letters_differently_name_one_topic(tmp_path: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md", topics=f"[{COMPOSED}]")
    write_article("_news/2023-09-02-b.md", topics=f"[{DECOMPOSED.upper()}]", webUrl='"https://a.example/b"')
    data = tmp_path / "site" / "_data" / "topics"
    data.mkdir(parents=True)
    (data / "cafe.yaml").write_text(f"name: {DECOMPOSED}\n")
    (data / "tea.yaml").write_text(f"name: Tea\nparent: {COMPOSED}\n")
    assert import_problems(tmp_path / "site") == []
    assert parents() == {DECOMPOSED: None, "Tea": DECOMPOSED}
    assert Topic.objects.get(parent=None).articles.count() == 2


def test_no_form_takes_a_name_that_differs_in_how_letters_are_composed(editor: Client) -> None:
    make_topic(COMPOSED)
    assert "Another topic has this name." in errors_of(editor, make_topic("Tea"), name=DECOMPOSED)


def test_domains_in_composed_and_decomposed_letters_are_one_provider(tmp_path: Path, write_article: Write) -> None:
    for number, domain in enumerate((f"{COMPOSED}.example", f"{DECOMPOSED}.example"), start=1):
        write_article(
            f"_news/2023-09-0{number}-a.md",
            webUrl=f'"https://a.example/{number}"',
            provider=f"{{name: A, domain: {domain}}}",
        )
    assert not [problem for problem in import_problems(tmp_path / "site") if "error" in problem]
    assert Provider.objects.get().domain == f"{COMPOSED.lower()}.example"


def test_a_provider_is_searched_for_however_its_name_is_written(client: Client) -> None:
    article = make_article(provider=make_provider("cafe.example", name=f"Le {DECOMPOSED}"))
    for name in (f"Le {COMPOSED}", f"LE {DECOMPOSED}"):
        cards = client.get("/search/", {"q": f'provider:"{name}"'}).context["cards"]
        assert [card.title for card in cards] == [article.title]


def test_providers_of_one_name_are_offered_for_a_merge_however_it_is_written(editor: Client) -> None:
    one, other = make_provider("one.example", name=COMPOSED), make_provider("two.example", name=DECOMPOSED.upper())
    choices = editor.get(change_url(one, "merge")).context["choices"]
    assert [pk for pk, _name, _detail in choices] == [other.pk]


@pytest.mark.parametrize("text", INVISIBLE)
def test_forms_refuse_titles_and_names_without_a_visible_character(editor: Client, text: str) -> None:
    words = "Enter at least one visible character."
    article, topic = make_article(), make_topic("AI")
    for row, field in ((article, "title"), (topic, "name"), (article.provider, "name")):
        assert words in errors_of(editor, row, **{field: text})


@pytest.mark.parametrize("text", INVISIBLE)
def test_csv_files_may_not_have_names_without_a_visible_character(editor: Client, text: str) -> None:
    for kind, row in (("topic", f"slug,name\nai,{text}\n"), ("provider", f"domain,name\na.example,{text}\n")):
        result = preview_of(editor, kind, row).context["result"]
        assert result.has_validation_errors()


@pytest.mark.parametrize("text", ["&nbsp;", "\\u200e\\u200f", "\\u3164"])
def test_a_file_with_a_title_without_a_visible_character_is_named_and_stays_out(
    tmp_path: Path, write_article: Write, text: str
) -> None:
    write_article("_news/2023-09-01-a.md", title=f'"{text}"')
    [problem] = [each for each in import_problems(tmp_path / "site") if "error" in each]
    assert "title: has no visible character" in problem
    assert not Article.objects.exists()
