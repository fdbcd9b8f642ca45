"""Fragments of pages, such as cards, in templates of Jinja2, which renders them in a fifth of Django's time.

The texts in them are translated: ``_`` is for texts as they are, and what has a number or a name in it is a function here.
"""

from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from articles.templatetags.times import ago
from articles.text.addresses import address
from articles.text.dates import written
from articles.text.directions import direction


def environment(**options: Any) -> Environment:
    """Return the environment of the fragments, which has the names that all of them may use."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(autoescape=options.pop("autoescape"), **options)
    made.filters |= {"ago": ago, "direction": direction, "iso": iso, "written": written}
    made.globals |= {
        "_": text,
        "and_more": and_more,
        "articles_of_story": articles_of_story,
        "at_provider": at_provider,
        "page_of": page_of,
        "quality_of": quality_of,
        "url": address,
    }
    return made


def text(message: str) -> str:
    """Return the translation of a text."""
    return _text(message, get_language() or "")


@cache
def _text(message: str, language: str) -> str:
    return gettext(message)


def iso(when: Any) -> str:
    """Return a time in the zone of the page as programs read it."""
    return timezone.localtime(when).isoformat()


def and_more(number: int) -> str:
    return ngettext("and %(n)s more", "and %(n)s more", number) % {"n": number}


def articles_of_story(number: int) -> str:
    return ngettext("%(n)s article", "%(n)s articles", number) % {"n": number}


def at_provider(name: str) -> Markup:
    # A translation, whose tags tests compare with those here; the name is escaped.
    return Markup(gettext("(at <bdi>%(provider_name)s</bdi>)")) % {"provider_name": name}  # noqa: S704


def page_of(number: int, total: int) -> str:
    return gettext("Page %(number)s of %(total)s") % {"number": number, "total": total}


def quality_of(number: int) -> str:
    return gettext("quality %(quality)s") % {"quality": number}
