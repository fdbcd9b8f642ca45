"""Pictures that were uploaded and that nothing names are deleted after some time; no other one is."""

import datetime as dt
import os
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from articles.editorial.edits import edit_articles
from articles.editorial.image_uploads import store_image
from articles.editorial.recording import recording
from articles.editorial.undo import undo
from articles.editorial.unused_uploads import delete_unused_uploads
from articles.jobs.cleaning import UPLOADS_STORED_FOR, delete_old_uploads
from articles.models import Action, Note
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
MONTHS_AGO = dt.timedelta(days=90)


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def png(color: str) -> bytes:
    target = BytesIO()
    Image.new("RGB", (60, 40), color).save(target, "PNG")
    return target.getvalue()


def uploaded(color: str, age: dt.timedelta = MONTHS_AGO) -> str:
    """Store a picture that was uploaded some time ago; return its address."""
    url = store_image(SimpleUploadedFile("x.png", png(color))).url
    time = (timezone.now() - age).timestamp()
    os.utime(default_storage.path(url.lstrip("/")), (time, time))
    return url


def is_there(url: str) -> bool:
    return default_storage.exists(url.lstrip("/"))


def test_old_pictures_that_nothing_names_are_deleted() -> None:
    unused, new = uploaded("red"), uploaded("blue", UPLOADS_STORED_FOR - dt.timedelta(days=1))
    other = Path(default_storage.path("assets/uploads/mine.webp"))
    other.write_bytes(b"not stored here by an upload")
    os.utime(other, (0, 0))
    delete_old_uploads.call()
    assert (is_there(unused), is_there(new), other.exists()) == (False, True, True)


def test_what_any_row_names_stays() -> None:
    urls = [uploaded(color) for color in ("red", "green", "blue", "white", "black")]
    make_article(images=[{"url": urls[0]}])
    make_provider("logo.example", images=[{"url": urls[1]}])
    make_topic("Pictures", images=[urls[2]])
    make_article(body=f"![Look](https://site.example/media{urls[3]})")
    Note.objects.create(text=f"See {urls[4]}", article=make_article())
    assert delete_unused_uploads(timezone.now()) == 0
    assert all(map(is_there, urls))


def test_what_an_undo_would_bring_back_stays() -> None:
    url = uploaded("red")
    article = make_article(images=[{"url": url}])
    with recording(None, "change", "Took its picture away") as record:
        record.watch_articles([article.pk])
        edit_articles([article.pk], images=[])
    assert delete_unused_uploads(timezone.now()) == 0
    undo(Action.objects.get(), None)
    article.refresh_from_db()
    assert (article.images, is_there(url)) == ([{"url": url}], True)


def test_a_picture_that_is_uploaded_again_counts_as_new() -> None:
    url = uploaded("red")
    assert store_image(SimpleUploadedFile("x.png", png("red"))).url == url
    assert delete_unused_uploads(timezone.now() - UPLOADS_STORED_FOR) == 0
    assert is_there(url)


def test_a_site_without_uploads_is_asked_nothing(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert delete_unused_uploads(timezone.now()) == 0
