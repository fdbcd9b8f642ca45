"""Fields for the parts of addresses. To the database, and so to migrations, they look like Django's own."""

import unicodedata
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.content.domains import normal_domain
from articles.content.yaml.characters import SLUG_PATTERN

is_slug = RegexValidator(rf"\A{SLUG_PATTERN}\Z", _("Use only letters, digits, hyphens and underscores."), "invalid")


class AddressPartFormField(forms.CharField):
    """Takes what a model's field takes, and refuses the rest before the row gets it.

    The page that shows the error links to the row's own address, and such a value has none.
    """

    def __init__(self, *, part: "models.Field[Any, Any]", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.part = part

    def to_python(self, value: Any) -> Any:
        return self.part.to_python(super().to_python(value))

    def validate(self, value: Any) -> None:
        super().validate(value)
        self.part.run_validators(value)


class WordSlugField(models.SlugField):  # type: ignore[type-arg]
    """A slug of letters, marks and digits of any script, hyphens and underscores, in NFC.

    Django's own field refuses marks, with which many scripts write vowels.
    """

    default_validators = [is_slug]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # With allow_unicode, Django would use its own validator.
        super().__init__(*args, **kwargs | {"allow_unicode": False})

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.SlugField", args, options | {"allow_unicode": True}

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return unchanged_text(value)

    def formfield(self, **kwargs: Any) -> Any:
        # Not Django's form field, which would add a validator of its own.
        return models.CharField.formfield(self, **{"form_class": AddressPartFormField, "part": self, **kwargs})


class DomainField(models.CharField):  # type: ignore[type-arg]
    """A host name, normalised however it was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 253, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normal_domain(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return unchanged_text(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": AddressPartFormField, "part": self, **kwargs})


def unchanged_text(value: Any) -> Any:
    """Return a value to store or look up as text, not normalised: older rows are stored and found as they are."""
    return value if value is None or hasattr(value, "resolve_expression") else str(value)
