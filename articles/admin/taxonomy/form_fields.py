"""Custom form fields."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image

from articles.content.limits import NAME_MAX_LENGTH
from articles.editorial.logos import FORMATS, read_logo


class LinesField(forms.CharField):
    """A list of texts, one per line."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 40, "class": ""})

    def __init__(self, *, label: Any) -> None:
        super().__init__(label=label, required=False, help_text=_("One per line."))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (" ".join(line.split()) for line in str(super().to_python(value)).splitlines())
        found = list(dict.fromkeys(line for line in lines if line))
        if longer := [line for line in found if len(line) > NAME_MAX_LENGTH]:
            text = _("“%(text)s…” has more than %(most)d characters.")
            raise ValidationError([text % {"text": line[:40], "most": NAME_MAX_LENGTH} for line in longer])
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or []) != self.to_python(data)
        except ValidationError:
            return True


class LogoField(forms.FileField):
    """An uploaded picture, decoded."""

    widget = forms.FileInput(attrs={"accept": ",".join(f"image/{kind.lower()}" for kind in FORMATS)})

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        return read_logo(file, file.size) if file else None

    def clean(self, data: Any, initial: Any = None) -> Image.Image | None:
        try:
            return super().clean(data, initial)
        except ValidationError as error:
            # With the field's name, as errors are also listed together.
            raise ValidationError([_("Logo: %s") % message for message in error.messages]) from None
