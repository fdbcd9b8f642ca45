"""The direction of what publishers wrote."""

from django import template
from django.utils.safestring import SafeString

from articles.text.directions import direction_of, direction_of_html

register = template.Library()


@register.filter
def direction(text: str) -> str:
    """Return what the attribute ``dir`` of a text, or of HTML that is marked safe, is to be."""
    return direction_of_html(text) if isinstance(text, SafeString) else direction_of(text)
