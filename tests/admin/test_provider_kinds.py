"""The start page asks what the largest providers are."""

from pathlib import Path

import pytest
from django.test import Client

from articles.changes import changing_articles, stories_at_the_end
from articles.editorial.provider_kinds import questions
from articles.editorial.undo import undo
from articles.models import Action, Article, Provider
from tests.support.accounts import client_of
from tests.support.factories import make_article, make_provider
from tests.support.import_runs import run_import

pytestmark = pytest.mark.django_db
URL = "/admin/articles/provider/kind/"


def provider_with(number: int, domain: str, **values: object) -> Provider:
    provider = make_provider(domain, **values)
    one = make_article(provider=provider)
    with stories_at_the_end(), changing_articles() as changes:
        others = Article.objects.bulk_create(
            Article(
                title=f"{domain} {at}",
                slug=f"p{provider.pk}-{at}",
                date=one.date,
                published_date_time=one.published_date_time,
                web_url=f"https://{domain}/{at}",
                provider=provider,
                published=True,
            )
            for at in range(number - 1)
        )
        for other in others:
            changes.add_saved(other.pk)
    return provider


def asked() -> list[str]:
    return [question.domain for question in questions()]


def test_the_largest_are_asked_for_first_and_small_ones_never() -> None:
    for number, domain in ((12, "b.example"), (30, "a.example"), (9, "small.example")):
        provider_with(number, domain)
    provider_with(20, "wire.example", kind=Provider.Kind.WIRE)
    assert [(each.domain, each.articles, each.share) for each in questions()] == [
        ("a.example", 30, 42),
        ("b.example", 12, 17),
    ]


@pytest.mark.parametrize("kind", Provider.Kind.values)
def test_one_press_answers_and_undo_asks_again(editor: Client, kind: str) -> None:
    provider = provider_with(10, "a.example")
    assert f'value="{provider.pk}-{kind}"' in editor.get("/admin/").content.decode()
    page = editor.post(URL, {"answer": f"{provider.pk}-{kind}"}, follow=True)
    provider.refresh_from_db()
    assert (provider.kind, provider.edited, asked()) == (kind, ["kind"], [])
    assert "What are these providers?" not in page.content.decode()
    action = Action.objects.get()
    assert f"/admin/articles/action/{action.pk}/undo/" in page.content.decode()
    undo(action, None)
    assert asked() == ["a.example"]


def test_what_a_file_says_is_not_asked_and_what_it_leaves_out_stays_answered(editor: Client, tmp_path: Path) -> None:
    folder = tmp_path / "_data" / "organizations"
    folder.mkdir(parents=True)
    (tmp_path / "_news").mkdir()
    for domain, kind in (("said.example", "kind: outlet\n"), ("silent.example", "")):
        (folder / f"{domain}.md").write_text(f"---\nname: {domain}\ndomain: {domain}\n{kind}---\n")
    run_import(tmp_path)
    for domain in ("said.example", "silent.example"):
        provider_with(10, domain)
    assert asked() == ["silent.example"]
    silent = Provider.objects.get(domain="silent.example")
    editor.post(URL, {"answer": f"{silent.pk}-outlet"})
    (folder / "silent.example.md").write_text("---\nname: Silent\ndomain: silent.example\n---\n")
    run_import(tmp_path)
    assert (Provider.objects.get(pk=silent.pk).name, asked()) == ("Silent", [])


def test_nobody_else_answers(editor: Client) -> None:
    provider = provider_with(10, "a.example")
    viewer = client_of("Viewers")
    assert "What are these providers?" not in viewer.get("/admin/").content.decode()
    assert viewer.post(URL, {"answer": f"{provider.pk}-wire"}).status_code == 403
    assert editor.get(URL).status_code == 405
    for nonsense in ("", "x", f"{provider.pk}-", f"{provider.pk}-king", "999-wire", "x-wire"):
        assert editor.post(URL, {"answer": nonsense}).status_code == 404
    assert asked() == ["a.example"]
