"""Rows in an order that editors change: by buttons, and with ``order.js`` by dragging and by keys."""

from collections.abc import Sequence

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.text.parameters import number_from

SCRIPT = forms.Script("js/admin/order.js", defer=True)


def order_buttons(pk: int, group: int | str, url: str, name: str) -> SafeString:
    """Return the buttons that move a row among those of its group; they post to ``url`` with ``to`` as in ``moved``."""
    sign = "&" if "?" in url else "?"
    return format_html(
        '<span class="order" data-order="{}" data-order-group="{}" data-order-url="{}">'
        '<button class="button" formaction="{}{}to=up" aria-label="{}">↑</button> '
        '<button class="button" formaction="{}{}to=down" aria-label="{}">↓</button></span>',
        pk,
        group,
        url,
        url,
        sign,
        _("Move %s up") % name,
        url,
        sign,
        _("Move %s down") % name,
    )


def moved(ids: Sequence[int], pk: int, to: str) -> list[int]:
    """Return ``ids`` with ``pk`` moved "up", "down", or to before another id (0: to the end)."""
    if pk not in ids:
        return list(ids)
    at = ids.index(pk)
    others = [each for each in ids if each != pk]
    if to in ("up", "down"):
        position = max(at + (-1 if to == "up" else 1), 0)
    elif (before := number_from(to)) in (*others, 0):
        position = others.index(before) if before else len(others)
    else:
        position = at
    return [*others[:position], pk, *others[position:]]
