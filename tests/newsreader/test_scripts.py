"""What pages bring along for scripts, and how scripts are sent."""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings as project_settings
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.support.factories import make_article, make_topic

PAGE_SCRIPTS = ("theme", "app", "entries", "marks", "times", "keys")
SCRIPTS = Path(project_settings.BASE_DIR) / "static" / "js"


@pytest.mark.django_db
def test_the_page_of_saved_articles_asks_the_database_only_for_the_frame(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_article([make_topic()])
    with django_assert_num_queries(1):  # the topics of the masthead
        html = client.get("/saved/").content.decode()
    assert '<meta name="robots" content="noindex">' in html
    assert "<noscript>" in html
    assert "Article 1" not in html
    assert client.post("/saved/").status_code == 405


@pytest.mark.django_db
def test_the_theme_is_set_before_style_sheets_and_the_other_scripts_wait(client: Client) -> None:
    html = client.get("/").content.decode()
    assert '<script src="/static/js/theme.js"></script>' in html
    assert html.index("js/theme.js") < html.index("css/tokens.css")
    assert '<script type="module" src="/static/js/app.js"></script>' in html


@pytest.mark.django_db
def test_each_card_has_a_button_that_knows_where_the_original_is(client: Client) -> None:
    make_article([make_topic()], web_url="https://a.example/x?a=1&b=2")
    html = client.get("/topics/ai/").content.decode()
    assert 'aria-pressed="false" data-source="https://a.example/x?a=1&amp;b=2"' in html


@pytest.mark.django_db
def test_related_articles_with_a_page_here_know_where_the_original_is(client: Client) -> None:
    target = make_article(web_url="https://b.example/target")
    unlisted = make_article(web_url="https://b.example/unlisted", published=False)
    article = make_article(related=[target, unlisted])
    html = client.get(article.get_absolute_url()).content.decode()
    assert f'href="{target.get_absolute_url()}" data-source="https://b.example/target"' in html
    assert 'href="https://b.example/unlisted" dir="auto"' in html


def test_collected_scripts_import_each_other_by_hashed_names(tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "newsreader.storage.StaticFilesStorage"}}
    # Most of what there is, and long in being compressed, is the admin's.
    call_command("collectstatic", "--noinput", ignore_patterns=["admin", "import_export"], verbosity=0)
    assert storages["staticfiles"].url("js/app.js") != "/static/js/app.js"
    hashed = [path for path in (tmp_path / "js").iterdir() if re.fullmatch(r"[a-z]+\.[0-9a-f]{12}\.js", path.name)]
    assert len(hashed) == len(list(SCRIPTS.glob("*.js")))
    imports = [name for path in hashed for name in re.findall(r'(?:from|import)\s*"\./([^"]+)"', path.read_text())]
    assert len(imports) > 8
    assert set(imports) <= {path.name for path in hashed}


def test_the_scripts_of_every_page_are_small() -> None:
    sizes = {name: len(brotli.compress((SCRIPTS / f"{name}.js").read_bytes())) for name in PAGE_SCRIPTS}
    assert sum(sizes.values()) < 9_000, sizes


def test_base_names_every_script_that_the_first_one_imports() -> None:
    """Browsers fetch them all at once, and the worker keeps what pages name."""
    templates = SCRIPTS.parents[1] / "templates"
    texts = [(templates / name).read_text() for name in ("base.html", "includes/scripts.html")]
    assert set(re.findall(r"js/([a-z]+)\.js", "".join(texts))) == set(PAGE_SCRIPTS)
    for name in PAGE_SCRIPTS:
        imported = re.findall(r'from "\./([a-z]+)\.js"|import "\./([a-z]+)\.js"', (SCRIPTS / f"{name}.js").read_text())
        assert {one or other for one, other in imported} <= set(PAGE_SCRIPTS)
