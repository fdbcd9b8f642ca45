"""Validators of fields, with the same rules for forms and for files."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from articles.content.domains import DOMAIN_PATTERN
from articles.content.schema import is_address
from articles.content.yaml.characters import is_visible


def validate_domain(value: str) -> None:
    """Raise ValidationError unless ``value`` is a lower-case host name."""
    if not re.fullmatch(DOMAIN_PATTERN, value):
        raise ValidationError(_("Enter a host name in lower case, such as news.example."))


def validate_address(value: str) -> None:
    """Raise ValidationError unless ``value`` is an address by the importer's rule, which allows spaces in the path."""
    if not is_address(value):
        raise ValidationError(_("Enter an address that begins with http:// or https://."))


def validate_visible(value: str) -> None:
    """Raise ValidationError unless ``value`` has a visible character: a link without one could not be seen."""
    if not is_visible(value):
        raise ValidationError(_("Enter at least one visible character."))
