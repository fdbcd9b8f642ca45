"""Logos that editors upload."""

import contextlib
import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from articles.editorial.logos import MAX_BYTES, read_logo, store_logo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><script>alert(1)</script></svg>'


def picture(width: int = 300, height: int = 200, kind: str = "PNG", **options: object) -> bytes:
    target = BytesIO()
    Image.new("RGB", (width, height), "red").save(target, kind, **options)
    return target.getvalue()


def logo_of(data: bytes) -> Image.Image:
    return read_logo(BytesIO(data), len(data))


def bomb(side: int) -> bytes:
    """Return a small PNG that says it has ``side`` by ``side`` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_of_any_usual_kind_becomes_two_square_ones(kind: str) -> None:
    images = store_logo(logo_of(picture(kind=kind)))
    assert [(each["width"], each["height"]) for each in images] == [(50, 50), (300, 300)]
    for each in images:
        with Image.open(default_storage.open(each["url"].lstrip("/"))) as stored:
            assert (stored.format, stored.size) == ("WEBP", (each["width"], each["height"]))


def test_small_pictures_are_not_blown_up_and_wide_ones_stay_whole() -> None:
    assert [each["width"] for each in store_logo(logo_of(picture(48, 48)))] == [50]
    [_, large] = store_logo(logo_of(picture(800, 400)))
    with Image.open(default_storage.open(large["url"].lstrip("/"))) as stored:
        assert stored.getpixel((200, 10)) == (0, 0, 0, 0)  # above it
        assert stored.getpixel((2, 200)) == (255, 0, 0, 255)


def test_the_same_picture_has_the_same_address_and_another_one_another() -> None:
    one, same, other = (store_logo(logo_of(picture(side, 200)))[0]["url"] for side in (300, 300, 310))
    assert one == same != other


def test_what_a_picture_says_of_itself_does_not_pass() -> None:
    image = Image.new("RGB", (60, 60))
    exif = image.getexif()
    exif[0x010E] = "a secret place"
    target = BytesIO()
    image.save(target, "JPEG", exif=exif)
    stored, _ = store_logo(logo_of(target.getvalue()))
    data = default_storage.open(stored["url"].lstrip("/")).read()
    assert b"secret" in target.getvalue()
    assert b"secret" not in data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SVG, "SVG is not supported"),
        (b"", "not a picture"),
        (b"<html>", "not a picture"),
        (picture()[:400] + b"\0" * 20, "damaged"),
        (picture(40, 400), "at least 48"),
        (bomb(4001), "too many"),
        (bomb(60_000), "too many"),
        (bomb(60), "damaged"),
        (picture(kind="TIFF"), "not a picture"),
        (b"\x89PNG" + b"\0" * MAX_BYTES, "2000 KB; at most"),
    ],
)
def test_an_unusable_picture_is_refused_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        logo_of(data)


@given(st.binary(max_size=200), st.integers(0, 300))
def test_no_bytes_break_it(noise: bytes, at: int) -> None:
    data = picture(60, 60)
    for each in (noise, data[:at] + noise + data[at + len(noise) :]):
        with contextlib.suppress(ValidationError):
            assert logo_of(each).mode == "RGBA"


def test_readers_get_the_logo(client: Client) -> None:
    stored, _ = store_logo(logo_of(picture(60, 60)))
    response = client.get(f"/media{stored['url']}")
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
