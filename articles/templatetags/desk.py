"""Filters for texts from files on the editors' pages."""

from django import template

from articles.text.rendering import plain_text

register = template.Library()


@register.filter
def decoded(text: str) -> str:
    """Return a title or name as readers see it, HTML entities decoded."""
    return plain_text(text)
