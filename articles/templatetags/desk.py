"""Filters and tags of the editors' pages."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.text.rendering import plain_text

register = template.Library()


@register.filter
def decoded(text: str) -> str:
    """Return a title or name as readers see it, HTML entities decoded."""
    return plain_text(text)


class ActiveFilter(NamedTuple):
    """A filter that narrows a list: its title, what it asks for, and the address of the list without it."""

    title: str
    value: str
    without: str


@register.simple_tag
def active_filters(changelist: Any) -> list[ActiveFilter]:
    """Return what narrows a list of the admin, but for the search."""
    return list(_active(changelist))


def _active(changelist: Any) -> Iterator[ActiveFilter]:
    for spec in changelist.filter_specs:
        names = [name for name in spec.expected_parameters() if name in changelist.filter_params]
        if names:
            yield ActiveFilter(
                str(spec.title), _value(spec, changelist), changelist.get_query_string(remove=[*names, "p"])
            )


def _value(spec: Any, changelist: Any) -> str:
    choices = list(spec.choices(changelist))
    if "fields" in choices[0]:
        fields = [(str(label), value) for choice in choices for _name, label, value in choice["fields"] if value]
        return ", ".join(value if len(choices[0]["fields"]) == 1 else f"{label} {value}" for label, value in fields)
    return ", ".join(str(choice["display"]) for choice in choices if choice["selected"])


@register.simple_tag
def cells_with_labels(cells: list[str], headers: list[dict[str, Any]]) -> SafeString:
    """Return the cells of a row of a list, each with the name of its column, which phones show beside it."""
    return SafeString("".join(_with_label(cell, header) for cell, header in zip_longest(cells, headers)))


def _with_label(cell: str | None, header: dict[str, Any] | None) -> str:
    if not cell or header is None or "action-checkbox" in cell[:40]:
        return cell or ""
    label = str(header["text"])
    text = _("%(column)s:") % {"column": label[:1].upper() + label[1:]}
    return cell[:3] + format_html(' data-label="{}"', text) + cell[3:]  # after "<td" or "<th"
