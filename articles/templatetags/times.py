"""Filters for dates and times."""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from articles.pages.shown import shows_age_until
from articles.text.dates import written

register = template.Library()
register.filter("written", written)

RELATIVE_FOR = dt.timedelta(hours=48)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


@register.filter
def timed(when: dt.datetime, form: str) -> SafeString:
    """Return the element of a time that stands in a sentence, in one of the formats of ``written``."""
    full = written(when, "l j F Y, H:i T")
    words = written(when, form)
    return format_html(
        '<time class="time" datetime="{}" title="{}">{}</time>', date_format(timezone.localtime(when), "c"), full, words
    )


@register.filter
def ago(when: dt.datetime) -> str:
    """Return how long ago ``when`` is in words; empty if that is more than two days ago or in the future.

    times.js updates the words with Intl.RelativeTimeFormat. Where a translation has the same words as that
    (English, "vor 3 Stunden", "قبل 3 ساعات"), nothing moves on the page.
    """
    age = timezone.now() - when
    if age < dt.timedelta(0):
        shows_age_until(when)
        return ""
    if age >= RELATIVE_FOR:
        return ""
    if age < HOUR:
        minutes = max(age // MINUTE, 1)
        shows_age_until(when + (minutes + 1) * MINUTE)
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    hours = age // HOUR
    shows_age_until(when + (hours + 1) * HOUR)
    return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
