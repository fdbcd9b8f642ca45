"""Columns of what addresses are made of. To the database, and so to migrations, they are Django's own."""

import unicodedata
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.content.domains import normal_domain
from articles.content.yaml.characters import SLUG_PATTERN

is_slug = RegexValidator(rf"\A{SLUG_PATTERN}\Z", _("Use only letters, digits, hyphens and underscores."), "invalid")


class WordSlugField(models.SlugField):  # type: ignore[type-arg]
    """A part of an address: letters, marks and digits of every script, hyphens and underscores, in NFC.

    Django's own knows no marks, which many scripts write their vowels with.
    """

    default_validators = [is_slug]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # With it, Django would put its own validator in place of ours.
        super().__init__(*args, **kwargs | {"allow_unicode": False})

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.SlugField", args, options | {"allow_unicode": True}

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return as_it_is(value)

    def formfield(self, **kwargs: Any) -> Any:
        # What is allowed here is said once, by the column's validator.
        return models.CharField.formfield(self, **{"form_class": forms.CharField, **kwargs})


class DomainField(models.CharField):  # type: ignore[type-arg]
    """A host name in the one way that providers are known by, however it was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 253, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normal_domain(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return as_it_is(value)


def as_it_is(value: Any) -> Any:
    """Return what a column is to hold or is looked up by: of rows that were there before, the text as they have it."""
    return value if value is None or hasattr(value, "resolve_expression") else str(value)
