"""Stores images that editors upload: decoded, no larger than pages need, encoded again, under names made from that.

The uploaded file itself is never served, so that no scripts, locations or exploits in it reach readers.
"""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from articles.content.image_files import UPLOADS, image_name

MAX_PIXELS = 50_000_000
MAX_SIDE = 2000  # pixels of the stored image
FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
QUALITY = 88


@dataclass(frozen=True, slots=True)
class StoredImage:
    """The address of an image as files have it, and its size in pixels."""

    url: str
    width: int
    height: int


def store_image(file: Any) -> StoredImage:
    """Store an uploaded image and return it; raise ValidationError with a message for editors.

    The same image is stored once. It is there before the form is saved, so that it is not lost with other errors.
    """
    if not file.size:
        raise ValidationError(_("The file is empty."))
    if file.size > settings.IMAGE_UPLOAD_BYTES:
        raise ValidationError(_("The file has %(size)d KB; at most %(most)d KB are allowed.") % {
            "size": file.size // 1000, "most": settings.IMAGE_UPLOAD_BYTES // 1000})  # fmt: skip
    image = _read(file)
    target = BytesIO()
    image.save(target, "WEBP", quality=QUALITY, method=4)
    data = target.getvalue()
    url = f"{UPLOADS}{hashlib.sha256(data).hexdigest()[:32]}.webp"
    _keep(image_name(url), data)
    return StoredImage(url, *image.size)


def _keep(name: str, data: bytes) -> None:
    """Store a picture; one that is there already counts as uploaded now, so that it is not deleted as an old one."""
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))
        return
    with suppress(OSError):  # that of another user of the machine, say
        os.utime(default_storage.path(name))


def _read(file: Any) -> Image.Image:
    """Return the first picture of a file, upright, in the size to store, without anything else that the file has."""
    try:
        image: Image.Image = Image.open(file, formats=FORMATS)
        # Checked before any pixel is decoded, so that a small file cannot fill the memory.
        if image.width * image.height > MAX_PIXELS:
            raise ValidationError(_("The picture has too many pixels."))
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))
        upright = ImageOps.exif_transpose(image)
        picture = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except UnidentifiedImageError:
        message = _("This is not a picture in PNG, JPEG, WebP, GIF or AVIF. (SVG is not supported.)")
        raise ValidationError(message) from None
    except Image.DecompressionBombError:
        raise ValidationError(_("The picture has too many pixels.")) from None
    except (OSError, SyntaxError, ValueError, TypeError, EOFError):
        raise ValidationError(_("The picture is damaged and cannot be read completely.")) from None
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    picture.info.clear()
    return picture
