"""Pictures that editors upload: checked by their content, made anew, stored by it, served, and exported."""

from io import BytesIO
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from django.conf import settings as site
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image
from pytest_django import Settings

from articles.admin.image_rows import thumbnail
from articles.models import Article
from tests.support.desk import LIST, change_url, form_of
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
OLD = {"url": "https://a.example/x.png", "width": 900, "height": 600}
HTML = b"<html><script>alert(1)</script></html>"


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def picture(
    kind: str = "PNG", size: tuple[int, int] = (640, 480), after: bytes = b"", mode: str = "RGB", **options: Any
) -> bytes:
    target = BytesIO()
    Image.new(mode, size).save(target, kind, **options)
    return target.getvalue() + after


def upload(editor: Client, row: Any, data: bytes, name: str = "x.png", **more: Any) -> Any:
    """Send a row's form with a file in its first empty row."""
    sent = form_of(editor, row)
    images = sent.pop("images", [])
    total = len(images) + 2
    index = len(images)
    form = editor.get(change_url(row)).context["adminform"].form
    sent |= dict(form.fields["images"].widget.data_of("images", images)) | {"images-rows": total}
    sent[f"images-{index}-file"] = SimpleUploadedFile(name, data, "image/png")
    return editor.post(change_url(row), sent | more)


def stored() -> list[str]:
    return [path.name for path in Path(site.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_an_uploaded_picture_is_shown_beside_an_address_and_to_readers(
    editor: Client, client: Client, kind: str
) -> None:
    article = make_article(images=[OLD])
    assert upload(editor, article, picture(kind), "../../etc/passwd.html").status_code == 302
    article.refresh_from_db()
    first, second = article.images
    assert (first, second["width"], second["height"]) == (OLD, 640, 480)
    assert second["url"].startswith("/assets/uploads/")
    assert "passwd" not in second["url"]
    answer = client.get(f"/media{second['url']}")
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert Image.open(BytesIO(answer.getvalue())).size == (640, 480)
    Article.objects.update(images=[second])
    assert f'src="/media{second["url"]}"' in client.get(article.get_absolute_url()).content.decode()
    assert thumbnail(second["url"], {}) == f"/media{second['url']}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (HTML, "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG is not supported"),
        (b"", "empty"),
        (b"GIF89a/*" + HTML, "picture"),
        (picture()[:100], "picture"),
        (b"\x89PNG" + bytes(10_000_000), "at most 10000 KB"),
        (picture("BMP"), "not a picture"),
        (picture("PNG", (10_000, 5_001), mode="1"), "too many pixels"),
    ],
    ids=["html", "svg", "empty", "polyglot", "cut", "huge", "bmp", "bomb"],
)
def test_a_file_that_is_no_picture_is_refused_at_its_field_and_nothing_else_is_lost(
    editor: Client, data: bytes, words: str
) -> None:
    article = make_article(images=[OLD], title="Before")
    page = upload(editor, article, data, title="Typed", **{"images-1-title": "Of the picture"})
    form = page.context["adminform"].form
    assert "Image 2, file: " in str(form.errors["images"])
    assert words in str(form.errors["images"])
    assert form["title"].value() == "Typed"
    assert 'value="Of the picture"' in page.content.decode()
    article.refresh_from_db()
    assert (article.title, article.images, stored()) == ("Before", [OLD], [])


def test_what_is_hidden_in_a_picture_does_not_reach_readers(editor: Client) -> None:
    exif = Image.Exif()
    exif[0x010E] = "At home"  # its description
    article = make_article()
    upload(editor, article, picture("JPEG", exif=exif, after=HTML, comment=b"a secret"))
    [name] = stored()
    kept = next(Path(site.MEDIA_ROOT).rglob(name)).read_bytes()
    for hidden in (b"At home", b"script", b"a secret"):
        assert hidden not in kept


def test_a_picture_is_turned_upright_and_no_larger_than_pages_need(editor: Client) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    article = make_article()
    upload(editor, article, picture("JPEG", (4000, 3000), exif=exif))
    article.refresh_from_db()
    assert (article.images[0]["width"], article.images[0]["height"]) == (1500, 2000)


def test_a_picture_stays_when_something_else_is_wrong_and_is_stored_once(editor: Client) -> None:
    article = make_article()
    page = upload(editor, article, picture(), title="")
    assert page.status_code == 200
    [name] = stored()
    assert f'value="/assets/uploads/{name}"' in page.content.decode()
    upload(editor, article, picture())
    upload(editor, make_article(), picture())
    assert stored() == [name]


def test_the_size_of_uploads_is_a_setting(editor: Client, settings: Settings) -> None:
    settings.IMAGE_UPLOAD_BYTES = 1000
    assert "at most 1 KB" in str(upload(editor, make_article(), picture("BMP")).context["adminform"].form.errors)


def test_topics_and_providers_take_pictures_too(editor: Client) -> None:
    for row in (make_topic(), make_provider()):
        assert upload(editor, row, picture()).status_code == 302
        row.refresh_from_db()
        assert row.images[0]["url"].startswith("/assets/uploads/")


def test_an_export_has_the_picture_beside_the_file_that_names_it_and_imports_take_it(
    editor: Client, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    article = make_article()
    upload(editor, article, picture())
    call_command("export_articles", str(folder), everything=True, verbosity=0)
    article.refresh_from_db()
    url = article.images[0]["url"]
    assert url in next(folder.glob("_news/**/*.md")).read_text()
    with default_storage.open(url.lstrip("/")) as kept:
        assert (folder / url.lstrip("/")).read_bytes() == kept.read()
    # From there it comes into another site.
    Article.objects.all().delete()
    rmtree(site.MEDIA_ROOT)
    call_command("import_articles", str(folder), verbosity=0)
    assert Article.objects.get().images[0]["url"] == url
    assert default_storage.exists(url.lstrip("/"))


def test_a_new_draft_takes_a_picture(editor: Client) -> None:
    data = form_of(editor, f"{LIST}add/") | {"title": "New", "web_url": "https://a.example/new"}
    data |= {"provider": make_provider().pk, "images-rows": 1}
    data["images-0-file"] = SimpleUploadedFile("x.svg", picture("GIF"), "text/html")
    assert editor.post(f"{LIST}add/", data).status_code == 302
    assert Article.objects.get(title="New").images[0]["width"] == 640
