"""Social cards show a title in any script, and only of what readers may see."""

import io
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image
from pytest_django import Settings

from articles.distribution.cards import drawing, views
from articles.distribution.cards.drawing import _fitted, draw
from articles.distribution.cards.fonts import drawable, font_of
from articles.distribution.cards.lines import broken, is_rtl, parts_of, width_of
from articles.models import Article, Story
from articles.pages.social import card_url
from tests.support.factories import make_article, make_provider, make_topic

WORD = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetzesentwurfsbegruendungstexte"
ARABIC = "مدينة ساحلية تستعين بمياه البحر لتبريد 40 مبنى وفق Harbour Gazette"
TITLES = [
    "Trams run all night",
    WORD,
    ARABIC,
    "中文標題沒有空格也必須換行" * 5,
    "서울의 밤은 길다",
    "Go 🚀 👩‍🚀 🇩🇪 ❤️",
    "word " * 200,
]


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.mark.parametrize("title", TITLES)
def test_every_title_fits(title: str) -> None:
    size, lines = _fitted(drawable(title), 1040)
    assert lines
    assert all(width_of(line, size) <= 1040 for line in lines)
    image = Image.open(io.BytesIO(draw(title, "Gazette", "Newsreader")))
    assert image.size == (1200, 630)
    # Nothing is written over the margins, nor over the line above the names.
    ink = image.convert("L").point(lambda shade: 255 if shade < 128 else 0)
    for box in ((0, 20, 70, 630), (1130, 20, 1200, 630), (0, 515, 1200, 525), (0, 590, 1200, 630)):
        assert ink.crop(box).getbbox() is None, box


@pytest.mark.parametrize("title", [*TITLES, ARABIC * 2, "word " * 60, "Trams " * 22])
def test_a_title_is_broken_in_no_size_that_it_is_too_long_for(title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, tried = drawable(title), []
    fits = [size for size in drawing.SIZES if len(broken(text, size, 1040)) <= drawing._most(size)]
    monkeypatch.setattr(drawing, "broken", lambda *values: tried.append(values[1]) or broken(*values))
    assert _fitted(text, 1040)[0] == (fits or [drawing.SIZES[-1]])[0]
    assert len(tried) <= 3


def test_a_word_of_90_letters_is_broken_and_nothing_is_lost() -> None:
    lines = broken(WORD, 66, 1040)
    assert len(lines) > 1
    assert "".join(lines) == WORD


def test_korean_is_broken_between_words_and_chinese_anywhere_but_before_a_full_stop() -> None:
    assert broken("서울의 밤은", 76, 260)[0] == "서울의"
    assert all(not line.startswith("。") for line in broken("中文。" * 30, 76, 230))


def test_arabic_runs_from_right_to_left_with_numbers_and_names_as_they_are() -> None:
    assert is_rtl(ARABIC)
    assert not is_rtl("Gazette مدينة")
    parts = [part.text.strip() for part in parts_of("مبنى 40 وفق Harbour Gazette", True)]
    assert [part for part in parts if part] == ["Harbour Gazette", "وفق", "40", "مبنى"]


def test_what_no_font_has_is_left_out() -> None:
    assert drawable("a\U00012000\u0e01b \U0010ffff") == "ab"
    assert all(map(font_of, "aßЖλما中の한🚀≥€“—"))


@pytest.mark.django_db
def test_a_page_without_a_large_picture_has_a_card(client: Client) -> None:
    topic = make_topic("AI")
    article = make_article([topic], related=[make_article(provider=make_provider("b.example"))])
    story = Story.objects.get(size=2)
    for page in (article.get_absolute_url(), story.get_absolute_url(), "/topics/ai/"):
        response = client.get(page)
        path = response.context["social"].image_url.removeprefix("http://testserver")
        assert f'content="http://testserver{path}"' in response.content.decode()
        picture = client.get(path)
        assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")


@pytest.mark.django_db
def test_a_card_is_drawn_once_and_replaced_when_the_title_changes(client: Client, tmp_path: Path) -> None:
    article = make_article(title="First")
    before = card_url("article", article.pk, "First", article.provider.name)
    client.get(before)
    [file] = (tmp_path / "cards").iterdir()
    file.write_bytes(b"as it was drawn")
    assert client.get(before).content == b"as it was drawn"
    Article.objects.filter(pk=article.pk).update(title="Second")
    response = client.get(before, follow=True)
    assert [status for _url, status in response.redirect_chain] == [302]
    assert len(list((tmp_path / "cards").iterdir())) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"published": False}, {"removed": True}, {"file_missing": True}])
def test_a_card_goes_with_its_article(client: Client, change: dict[str, bool]) -> None:
    article = make_article(title="First")
    path = card_url("article", article.pk, "First", article.provider.name)
    assert client.get(path).status_code == 200
    Article.objects.filter(pk=article.pk).update(**change)
    assert client.get(path).status_code == 404
    assert client.get("/cards/topic-99999-x.png").status_code == 404


@pytest.mark.django_db
def test_a_title_that_the_fonts_do_not_have_becomes_the_name_of_the_site(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(views, "draw", lambda title, label, site: drawn.append(title) or b"")
    for title in ("ข่าว", "News ☃"):
        article = make_article(title=title)
        client.get(card_url("article", article.pk, title, article.provider.name))
    assert drawn == ["Newsreader", "News ☃"]
