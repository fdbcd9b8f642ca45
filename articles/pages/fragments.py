"""Fragments of pages, such as cards, in templates of Jinja2, which renders them in a fifth of Django's time.

The texts in them are translated: ``_`` is for texts as they are, and what has a number or a name in it is a function here.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from contextvars import ContextVar
from functools import cache, partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from articles.pages.cards import TopicLink
from articles.templatetags.times import ago
from articles.text import dates
from articles.text.addresses import address
from articles.text.directions import direction

# Django's own takes longer to look up than the time takes to convert.
_zone: ContextVar[dt.tzinfo] = ContextVar("zone of the fragment that is being rendered")


def environment(**options: Any) -> Environment:
    """Return the environment of the fragments, which has the names that all of them may use."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(autoescape=options.pop("autoescape"), **options)
    made.filters |= {
        "ago": ago,
        "direction": direction,
        "iso": partial(dt.datetime.isoformat, timespec="seconds"),
        "local": local,
        "telling": telling,
    }
    made.globals |= {
        "articles_of_story": articles_of_story,
        "at_provider": at_provider,
        "more_articles": more_articles,
        "page_of": page_of,
        "url": address,
    }
    return made


def local(when: dt.datetime) -> dt.datetime:
    """Return a time in the zone of the page."""
    return when.astimezone(_zone.get())


def renderer(made: Environment, name: str) -> Callable[[dict[str, Any]], str]:
    """Return what renders a fragment with values, in the time zone that is the current one now."""
    render, zone = made.get_template(name).render, timezone.get_current_timezone()

    def rendered(values: dict[str, Any]) -> str:
        token = _zone.set(zone)
        try:
            return render(values)
        finally:
            _zone.reset(token)

    return rendered


def in_language(made: Environment, language: str) -> Environment:
    """Return an environment for pages in one language, which need not ask for the current one at each text and date.

    ``written`` writes a date, or a time in the zone that ``local`` has given it.
    """
    own = made.overlay()
    own.filters = made.filters | {"written": partial(dates.in_language, language=language)}
    own.globals = made.globals | {"_": cache(gettext)}
    return own


def telling(topics: Iterable[TopicLink], omitted: Collection[str]) -> list[TopicLink]:
    """Return the topics whose slugs are not ``omitted``."""
    return [topic for topic in topics if topic.slug not in omitted]


def more_articles(number: int) -> str:
    return ngettext("%(n)s more article", "%(n)s more articles", number) % {"n": number}


def articles_of_story(number: int) -> str:
    return ngettext("%(n)s article", "%(n)s articles", number) % {"n": number}


def at_provider(name: str) -> Markup:
    # A translation, whose tags tests compare with those here; the name is escaped.
    return Markup(gettext("(at <bdi>%(provider_name)s</bdi>)")) % {"provider_name": name}  # noqa: S704


def page_of(number: int, total: int) -> str:
    return gettext("Page %(number)s of %(total)s") % {"number": number, "total": total}
