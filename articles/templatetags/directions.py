"""A filter for the direction of publishers' texts."""

from django import template

from articles.text.directions import direction

register = template.Library()
register.filter("direction", direction)
