"""Makes logos from pictures that editors upload: decoded, made square, encoded again and stored.

The uploaded file itself is never served, so that no scripts, locations or exploits in it reach readers.
"""

import hashlib
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 2_000_000
MAX_PIXELS = 16_000_000
MIN_SIDE = 48  # pixels; cards show logos at 32 CSS pixels, which are 48 and more on sharp screens
SIDES = (50, 400)  # pixels of the stored logos, as usual in site folders
FORMATS = ("GIF", "JPEG", "PNG", "WEBP")
FOLDER = "logos"


def read_logo(file: Any, size: int) -> Image.Image:
    """Return the picture in an uploaded file of ``size`` bytes; raise ValidationError with a message for editors."""
    if size > MAX_BYTES:
        raise ValidationError(_("The file has %(size)d KB; at most %(most)d KB are allowed.") % {
            "size": size // 1000, "most": MAX_BYTES // 1000})  # fmt: skip
    try:
        image = Image.open(file, formats=FORMATS)
        _check_size(*image.size)
        return ImageOps.exif_transpose(image).convert("RGBA")
    except UnidentifiedImageError:
        raise ValidationError(_("This is not a picture in PNG, JPEG, WebP or GIF. (SVG is not supported.)")) from None
    except Image.DecompressionBombError:
        raise ValidationError(_("The picture has too many pixels.")) from None
    except (OSError, SyntaxError, ValueError):
        raise ValidationError(_("The picture is damaged and cannot be read completely.")) from None


def _check_size(width: int, height: int) -> None:
    size = {"width": width, "height": height}
    # Checked before any pixel is decoded, so that a small file cannot fill the memory.
    if width * height > MAX_PIXELS:
        raise ValidationError(_("The picture has %(width)d × %(height)d pixels, which are too many.") % size)
    if min(width, height) < MIN_SIDE:
        least = {"least": MIN_SIDE} | size
        raise ValidationError(
            _("The picture has %(width)d × %(height)d pixels; each side needs at least %(least)d.") % least
        )


def store_logo(image: Image.Image) -> list[dict[str, Any]]:
    """Store the logo in both sizes of SIDES; return the value of a provider's ``images``."""
    # Small pictures keep their size, as enlarging would only blur them.
    sides = {SIDES[0], min(SIDES[1], max(*image.size, SIDES[0]))}
    return [_store(_squared(image, side), side) for side in sorted(sides)]


def _squared(image: Image.Image, side: int) -> bytes:
    """Return the picture centred on a transparent square, as WebP."""
    square = ImageOps.pad(image, (side, side), Image.Resampling.LANCZOS, color=(0, 0, 0, 0))
    target = BytesIO()
    square.save(target, "WEBP", lossless=True, method=4)
    return target.getvalue()


def _store(data: bytes, side: int) -> dict[str, Any]:
    """Store one size under a name made from its content, so that a new logo gets a new address."""
    name = f"{FOLDER}/{hashlib.sha256(data).hexdigest()[:20]}-{side}x{side}.webp"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))
    return {"url": f"/{name}", "width": side, "height": side}
