"""Images in forms: a row of fields for each, and empty rows to add more, without JavaScript.

Keys of an image that the form does not show are sent along, signed, and stay unchanged.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.content.image_files import IMAGE_TYPES, image_name, is_own
from articles.content.limits import ADDRESS_MAX_LENGTH, INTEGER_RANGE, TEXT_MAX_LENGTH
from articles.content.schema import is_address
from articles.content.stored import IMAGES
from articles.content.validation import InvalidError
from articles.editorial.image_uploads import StoredImage, store_image
from articles.pages.images import media_url
from articles.text.parameters import number_from

KEYS = ("url", "width", "height", "title")
LABELS = {
    "url": gettext_lazy("address"),
    "width": gettext_lazy("width"),
    "height": gettext_lazy("height"),
    "title": gettext_lazy("title"),
}
HELP = gettext_lazy(
    "Give an address, or choose a file (PNG, JPEG, WebP, GIF or AVIF, at most %d MB): it is stored here, and address and"
    " size follow when you save. Clear an address to remove its image; the two empty rows are for new images."
)
SPARE_ROWS = 2
MAX_ROWS = 1000
SALT = "articles.images"
_NUMBER = forms.IntegerField(min_value=1, max_value=INTEGER_RANGE[1])
_FIELDS: dict[str, forms.Field] = {
    "url": forms.CharField(max_length=ADDRESS_MAX_LENGTH),
    "width": _NUMBER,
    "height": _NUMBER,
    "title": forms.CharField(max_length=TEXT_MAX_LENGTH),
}


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one image; ``was`` is the image that they were filled from, None in an empty row."""

    cells: Mapping[str, str]
    was: Any = None
    fault: str = ""  # of a file that was uploaded

    @classmethod
    def of(cls, image: Any) -> "Row":
        return cls(cells_of(image), image)

    def image(self) -> Any:
        """Return the image that the fields make, None for an empty row; raise ValidationError if they are invalid."""
        if self.fault:
            raise ValidationError(f"{_('file')}: {self.fault}")
        before = cells_of(self.was)
        if self.was is not None and self.cells == before:
            return self.was
        if not self.cells["url"]:
            return self._check_empty()
        image = dict(self.was) if isinstance(self.was, dict) else {"url": self.was}
        for key in KEYS:
            if self.cells[key] == before[key]:
                continue
            if self.cells[key]:
                image[key] = _value(key, self.cells[key])
            else:
                image.pop(key, None)
        return image["url"] if isinstance(self.was, str) and image.keys() == {"url"} else image

    def _check_empty(self) -> None:
        """Raise ValidationError if a new row has other fields but no address; an image without one is removed."""
        if self.was is None and any(self.cells.values()):
            raise ValidationError(_("%s: enter one, or clear the whole row.") % LABELS["url"])


def valid_images(rows: Iterable[Row]) -> list[Any]:
    """Return the images of those rows that have no fault."""
    images = []
    for row in rows:
        with suppress(ValidationError):
            images += [image] if (image := row.image()) is not None else []
    return images


def cells_of(image: Any) -> dict[str, str]:
    """Return the texts of an image's fields as a browser shows them, and as it sends them back if they are unchanged."""
    values = image if isinstance(image, dict) else {"url": image}
    texts = {key: "" if values.get(key) is None else str(values[key]) for key in KEYS}
    return {key: text.replace("\r", "").replace("\n", "") for key, text in texts.items()}


def _value(key: str, text: str) -> Any:
    try:
        value = _FIELDS[key].clean(text)
    except ValidationError as error:
        raise ValidationError([f"{LABELS[key]}: {message}" for message in error.messages]) from None
    if key == "url":
        _check_address(value)
    return value


def _check_address(url: str) -> None:
    try:
        IMAGES.check([{"url": url}])
    except InvalidError:
        text = _("Enter an address that begins with http:// or https://, or with / for an image of the site folder.")
        raise ValidationError(f"{LABELS['url']}: {text}") from None


class ImageRows(forms.Widget):
    """Rows of fields; the value is a list of images, or of Row when a form was submitted.

    ``own`` are the sizes of images of the site folder, by address, which the admin sets for the row that is shown.
    """

    own: Mapping[str, Any] = MappingProxyType({})
    needs_multipart_form = True

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        rows = [each if isinstance(each, Row) else Row.of(each) for each in value or ()]
        filled = [row for row in rows if row.was is not None or any(row.cells.values())]
        context = {
            "name": name,
            "help": HELP % (settings.IMAGE_UPLOAD_BYTES // 1_000_000),
            "accept": ",".join(sorted(set(IMAGE_TYPES.values()))),
            "total": len(filled) + SPARE_ROWS,
            "rows": [
                _shown(name, *each, self.own) for each in enumerate([*filled, *[Row(cells_of(None))] * SPARE_ROWS])
            ],
        }
        return SafeString(render_to_string("admin/articles/image_rows.html", context))

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return ""  # each field has a label of its own

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-rows" not in data

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row] | None:
        """Return the submitted rows; None if the form was submitted without the widget."""
        total = number_from(data.get(f"{name}-rows"))
        return (
            None if total is None else [_sent(data, files, f"{name}-{index}") for index in range(min(total, MAX_ROWS))]
        )

    def data_of(self, name: str, images: Iterable[Any]) -> Iterator[tuple[str, str]]:
        """Yield what a browser submits for these images if nothing is changed."""
        rows = [Row.of(image) for image in images]
        yield f"{name}-rows", str(len(rows))
        for index, row in enumerate(rows):
            yield from ((f"{name}-{index}-{key}", text) for key, text in row.cells.items())
            yield f"{name}-{index}-was", signed(row.was)


def _shown(name: str, index: int, row: Row, own: Mapping[str, Any]) -> dict[str, Any]:
    fields = [
        {"key": key, "name": f"{name}-{index}-{key}", "label": LABELS[key], "value": row.cells[key]} for key in KEYS
    ]
    was = "" if row.was is None else signed(row.was)
    return {"number": index + 1, "fields": fields, "was": was, "thumbnail": thumbnail(row.cells["url"], own)}


def thumbnail(url: str, own: Mapping[str, Any]) -> str:
    """Return the address to show an image from, empty if pages may not load it.

    ``own`` has what an import found out about images of the site folder, by address.
    """
    if not is_own(url):
        return media_url(url) if settings.REMOTE_IMAGES and is_address(url) else ""
    name = image_name(url)
    is_there = own[url] is not None if url in own else bool(name) and default_storage.exists(name)
    return media_url(url) if is_there else ""


def signed(image: Any) -> str:
    return signing.dumps(image, salt=SALT, compress=True)


def _sent(data: Any, files: Any, name: str) -> Row:
    cells = {key: str(data.get(f"{name}-{key}", "")) for key in KEYS}
    try:
        was = signing.loads(data[f"{name}-was"], salt=SALT) if data.get(f"{name}-was") else None
    except signing.BadSignature:
        was = None
    before = cells_of(was)
    # Strip spaces that were typed, but not those that were there before.
    cells = {key: text if text == before[key] else text.strip() for key, text in cells.items()}
    file = files.get(f"{name}-file")
    if file is None:
        return Row(cells, was)
    stored = _stored(file)
    if isinstance(stored, str):
        return Row(cells, was, stored)
    return Row(cells | {"url": stored.url, "width": str(stored.width), "height": str(stored.height)}, was)


def _stored(file: Any) -> StoredImage | str:
    """Store an uploaded file; return it, or what is wrong with it. Forms read what was sent several times."""
    if not hasattr(file, "stored"):
        try:
            file.stored = store_image(file)
        except ValidationError as error:
            file.stored = " ".join(error.messages)
    stored: StoredImage | str = file.stored
    return stored


class ImagesFormField(forms.Field):
    """A list of images as rows of fields; their order and their other keys stay."""

    widget = ImageRows

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **options: Any) -> None:
        options["show_hidden_initial"] = False  # has_changed compares with the database
        options["help_text"] = ""  # the rows have it
        super().__init__(**options)

    def to_python(self, value: Any) -> list[Any]:
        images, errors = [], []
        for number, row in enumerate(value or (), 1):
            try:
                image = row.image()
            except ValidationError as error:
                errors += [
                    _("Image %(number)d, %(fault)s") % {"number": number, "fault": each} for each in error.messages
                ]
            else:
                images += [] if image is None else [image]
        if errors:
            raise ValidationError(errors)
        return images

    def has_changed(self, initial: Any, data: Any) -> bool:
        if data is None:
            return False
        try:
            return self.to_python(data) != (initial or [])
        except ValidationError:
            return True
