"""Titles and texts of both directions are laid out by most of their letters."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils.safestring import mark_safe

from articles.models import Article
from articles.sync.imports.run import import_paths
from articles.templatetags.directions import direction

TITLE = "Linux Foundation تعلن عن نواة جديدة (2026)!"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "auto"),
        ("2026!", "auto"),
        ("All in Latin", "auto"),
        ("Zürich 東京 Москва", "auto"),
        ("كل شيء بالعربية", "rtl"),
        ("הכול בעברית", "rtl"),
        (TITLE, "rtl"),
        ("تعلن Linux Foundation عن نواة جديدة", "rtl"),
        ("السلام is what the Arabic press calls it", "ltr"),
        ("What the word السلام means", "ltr"),
    ],
)
def test_most_letters_say_the_direction(text: str, expected: str) -> None:
    assert direction(text) == expected


def test_names_of_tags_and_addresses_are_no_letters_of_html() -> None:
    html = mark_safe('<p><a href="https://long.example/address/of/something">Linux</a> نواة</p>')
    assert direction(html) == "rtl"


@pytest.mark.django_db
def test_pages_lay_a_mostly_arabic_title_out_from_right_to_left(
    client: Client, tmp_path: Path, write_article: Callable[..., Path]
) -> None:
    write_article("2026-03-02-rtl.md", title=f'"{TITLE}"')
    import_paths([tmp_path / "site"], lambda root, problem: None)
    article = Article.objects.get()
    pages = {
        article.get_absolute_url(): f'<h1 class="p-name" dir="rtl">{TITLE}',
        "/topics/ai/": 'p-name" dir="rtl"><a class="u-url"',
        "/": 'p-name" dir="rtl"><a class="u-url"',
    }
    for url, expected in pages.items():
        assert expected in client.get(url).content.decode(), url
