"""A filter for the direction of publishers' texts."""

from django import template
from django.utils.safestring import SafeString

from articles.text.directions import direction_of, direction_of_html

register = template.Library()


@register.filter
def direction(text: str) -> str:
    """Return the value of the attribute ``dir`` for a text, or for HTML that is marked safe."""
    return direction_of_html(text) if isinstance(text, SafeString) else direction_of(text)
