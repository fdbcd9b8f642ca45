"""Tags that include a template as ``{% include … only %}`` does; one of them keeps what it has rendered."""

import datetime as dt
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from cachetools import LRUCache
from cachetools.keys import hashkey
from django import template
from django.template import engines
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from jinja2 import Environment

from articles.pages.fragments import in_language, renderer
from articles.pages.shown import collecting, shows_age_until

register = template.Library()

LIMIT = 16_000_000  # bytes in each process; some ten thousand cards
FRAGMENT = ".jinja"
OVERHEAD = 500  # approximate bytes of the records that identify a fragment


@dataclass(frozen=True, slots=True)
class Fragment:
    """HTML that is right from ``rendered`` until ``until``, when the words for an age in it change."""

    html: SafeString
    rendered: dt.datetime
    until: dt.datetime | None

    def is_right(self, now: dt.datetime) -> bool:
        return self.rendered <= now and (self.until is None or now < self.until)


class Fragments:
    """The fragments that were used last, at most ``limit`` bytes of them; safe to share between threads."""

    def __init__(self, limit: int) -> None:
        self._fragments: LRUCache[Hashable, Fragment] = LRUCache(
            limit, getsizeof=lambda each: len(each.html) + OVERHEAD
        )
        self._lock = Lock()

    def get(self, key: Hashable, now: dt.datetime) -> Fragment | None:
        """Return the fragment of a key unless time has changed it by ``now``."""
        with self._lock:
            fragment = self._fragments.get(key)
        return fragment if fragment and fragment.is_right(now) else None

    def put(self, key: Hashable, fragment: Fragment) -> None:
        with self._lock, suppress(ValueError):  # larger than the limit
            self._fragments[key] = fragment

    def clear(self) -> None:
        with self._lock:
            self._fragments.clear()


fragments = Fragments(LIMIT)


Render = Callable[[dict[str, Any]], str]


@register.simple_tag(takes_context=True)
def include_fragment(context: Context, name: str, **values: Any) -> SafeString:
    """Return a template rendered with ``values`` only; those of Jinja2 end with ``.jinja``."""
    return SafeString(_renderer(context, name, get_language() or "")(values))


def _renderer(context: Context, name: str, language: str) -> Render:
    """Return what renders a template with values only, in the current language."""
    if name.endswith(FRAGMENT):
        # Jinja2 escapes what is not marked safe.
        return renderer(_jinja(language), name)
    template = context.template.engine.get_template(name)  # type: ignore[union-attr]
    return lambda values: template.render(context.new(values))


@cache
def _jinja(language: str) -> Environment:
    return in_language(engines["jinja2"].env, language)  # type: ignore[attr-defined]


@register.simple_tag(takes_context=True)
def include_kept(context: Context, name: str, **values: Hashable) -> SafeString:
    """Return a template rendered with ``values`` only; it is rendered again when one of them or the time has changed.

    The values are strings, numbers and frozen records that compare by what they contain, so that nothing needs to be
    told of changes. The template may depend on these, on the language and on the time zone, and on nothing else.
    """
    return _Kept(context, name).html(values)


@register.simple_tag(takes_context=True)
def include_each_kept(
    context: Context, name: str, item: str, items: Iterable[Hashable], **values: Hashable
) -> SafeString:
    """Return the same for each of ``items``, which the template gets as ``item``, beside ``values``."""
    kept = _Kept(context, name)
    return SafeString("".join([kept.html({item: each, **values}) for each in items]))


class _Kept:
    """A template whose fragments are kept, on one page."""

    def __init__(self, context: Context, name: str) -> None:
        language = get_language() or ""
        # What each fragment may depend on beside its values.
        self._place = (name, language, timezone.get_current_timezone_name(), get_script_prefix())
        self._now = timezone.now()
        self._keeps = not context.template.engine.debug  # type: ignore[union-attr]
        self._render = _renderer(context, name, language)

    def html(self, values: dict[str, Any]) -> SafeString:
        # With types: a text that is marked safe equals the same text that is not. The hash of such a key is made once.
        key = hashkey(*self._place, *values.items(), *map(type, values.values()))
        fragment = fragments.get(key, self._now) if self._keeps else None
        if fragment is None:
            with collecting() as shown:
                html = SafeString(self._render(values))
            fragment = Fragment(html, self._now, shown.words_until)
            fragments.put(key, fragment)
        if fragment.until:
            shows_age_until(fragment.until)
        return fragment.html
