"""A reader's own choices, without an account: in one signed cookie, which only this site can write.

The cookie holds what differs from the site's defaults, and nothing that identifies the reader; without choices there is
no cookie. Pages for readers with choices are private (see middleware.py); shared caches store those for all others.
"""

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.apps import apps
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_info, to_locale

from articles.content.domains import DOMAIN_PATTERN
from articles.content.yaml.characters import SLUG_PATTERN

COOKIE = "choices"
SALT = "articles.choices"
MAX_AGE = 400 * 24 * 3600  # seconds; browsers store no cookie longer
MAX_BYTES = 4096  # of name, value and attributes together: browsers drop a longer cookie
VIEWS = ("articles", "stories")
DENSITIES = ("comfortable", "compact")
TEXT_SIZES = ("small", "normal", "large", "larger")
MAX_QUALITY = 100
TOPIC_SLUG = rf"(?=.{{1,100}}\Z){SLUG_PATTERN}"
NUMBER = r"[1-9][0-9]{0,17}"
VISIT_ENDS_AFTER = 30 * 60  # seconds without a page
SEEN_EVERY = 5 * 60  # seconds between two updates of the time of the last page
LAST_SECOND = 2**32  # in the year 2106; later times are invalid


@dataclass(frozen=True, slots=True)
class Choices:
    """A reader's choices. Topics are named by slug and providers by domain, as a rebuilt database has other ids;
    stories and threads by the numbers in their addresses, which exports keep.

    ``view``: whether topics list every article, or one of each story. ``language`` and ``time_zone``: empty for the
    site's. ``mark_new``: whether to store the times of visits, in seconds since 1970, 0 for none: ``seen`` is that of
    the last page, ``last_visit`` that of the last page of the visit before this one.
    """

    view: str = "articles"
    followed_topics: tuple[str, ...] = ()
    followed_stories: tuple[str, ...] = ()
    followed_threads: tuple[str, ...] = ()
    muted_topics: tuple[str, ...] = ()
    muted_providers: tuple[str, ...] = ()
    min_quality: int = 0
    hide_wires: bool = False
    hide_vendors: bool = False
    images: bool = True
    density: str = "comfortable"
    text_size: str = "normal"
    language: str = ""
    time_zone: str = ""
    mark_new: bool = False
    last_visit: int = 0
    seen: int = 0


class NoRoomError(Exception):
    """The choices are more than a cookie can hold."""


def encode(choices: Choices) -> dict[str, Any]:
    """Return the choices as a dictionary for JSON, which ``decode`` reads again."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(choices).items()}


NONE = Choices()
DEFAULTS = encode(NONE)


def choices_of(request: HttpRequest) -> Choices:
    """Return the choices in a request's cookie, the times of this visit included; cached on the request."""
    known = getattr(request, "_choices", None)
    if not isinstance(known, Choices):
        known = visited(from_cookie(request), int(time.time())) if _is_visit(request) else from_cookie(request)
        request._choices = known  # type: ignore[attr-defined]
    return known


def from_cookie(request: HttpRequest) -> Choices:
    """Return the choices in the cookie as they are; a cookie that this site did not sign is ignored."""
    text = request.COOKIES.get(COOKIE, "")
    try:
        return decode(signing.loads(text, salt=SALT, max_age=MAX_AGE)) if text else NONE
    except signing.BadSignature:
        return NONE


def remember(response: HttpResponse, choices: Choices, is_secure: bool) -> None:
    """Set the cookie with the choices, or delete it if they are all the site's defaults.

    Raise NoRoomError, and set nothing, if they are more than browsers store.
    """
    changed = {key: value for key, value in encode(choices).items() if value != DEFAULTS[key]}
    if not changed:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    text = signing.dumps(changed, salt=SALT, compress=True)
    response.set_cookie(COOKIE, text, max_age=MAX_AGE, httponly=True, samesite="Lax", secure=is_secure)
    if len(response.cookies[COOKIE].OutputString()) > MAX_BYTES:
        del response.cookies[COOKIE]
        raise NoRoomError


def decode(values: Any) -> Choices:
    """Return the choices in ``values`` (a dictionary by field); invalid ones are ignored."""
    if not isinstance(values, dict):
        return NONE
    known: dict[str, Any] = {
        name: tuple(values[name]) if isinstance(values[name], list) else values[name]
        for name, is_right in RULES.items()
        if name in values and is_right(values[name])
    }
    return without_times(Choices(**known))


def is_possible(choices: Choices) -> bool:
    """Return whether every choice is valid."""
    return decode(encode(choices)) == without_times(choices)


def without_times(choices: Choices) -> Choices:
    """Return choices without the times of visits, unless the reader wants new articles marked."""
    return choices if choices.mark_new else replace(choices, last_visit=0, seen=0)


def visited(choices: Choices, now: int) -> Choices:
    """Return the choices after a page at ``now``, or the same object if the cookie need not be written.

    A page after a pause begins a visit: articles since the last page before it are new.
    """
    if not choices.mark_new or 0 <= now - choices.seen < SEEN_EVERY:
        return choices
    begins = choices.seen and now - choices.seen > VISIT_ENDS_AFTER
    return replace(choices, seen=now, last_visit=choices.seen if begins else choices.last_visit)


def _is_visit(request: HttpRequest) -> bool:
    """Return whether a request is for a page that a reader looks at, as far as its headers tell."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


@cache
def languages() -> dict[str, str]:
    """Return the languages that readers can choose, code to native name: the site's, and those with a translation."""
    folders = [*map(Path, settings.LOCALE_PATHS), Path(apps.get_app_config("articles").path) / "locale"]
    translated = [code for code, _ in settings.LANGUAGES if any((path / to_locale(code)).is_dir() for path in folders)]
    codes = dict.fromkeys([settings.LANGUAGE_CODE, *(["en"] if translated else []), *translated])
    names = {code: str(get_language_info(code)["name_local"]) for code in codes}
    return {code: name[:1].upper() + name[1:] for code, name in names.items()}


@cache
def time_zones() -> frozenset[str]:
    """Return the time zones that readers can choose: UTC and those named after a place."""
    return frozenset(name for name in available_timezones() if name == "UTC" or name.split("/")[0] in REGIONS)


REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def _is_names_of(pattern: str) -> Callable[[Any], bool]:
    def is_right(value: Any) -> bool:
        return (
            isinstance(value, list)
            and all(isinstance(each, str) and re.fullmatch(pattern, each) for each in value)
            and len(set(value)) == len(value)
        )

    return is_right


def _is_one_of(values: tuple[str, ...]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in values


def _is_number_to(end: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and 0 <= value <= end


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool)


RULES: dict[str, Callable[[Any], bool]] = {
    "view": _is_one_of(VIEWS),
    "followed_topics": _is_names_of(TOPIC_SLUG),
    "followed_stories": _is_names_of(NUMBER),
    "followed_threads": _is_names_of(NUMBER),
    "muted_topics": _is_names_of(TOPIC_SLUG),
    "muted_providers": _is_names_of(rf"(?=.{{1,253}}\Z){DOMAIN_PATTERN}"),
    "min_quality": _is_number_to(MAX_QUALITY),
    "hide_wires": _is_switch,
    "hide_vendors": _is_switch,
    "images": _is_switch,
    "density": _is_one_of(DENSITIES),
    "text_size": _is_one_of(TEXT_SIZES),
    "language": lambda value: isinstance(value, str) and value in languages(),
    "time_zone": lambda value: isinstance(value, str) and value in time_zones(),
    "mark_new": _is_switch,
    "last_visit": _is_number_to(LAST_SECOND),
    "seen": _is_number_to(LAST_SECOND),
}
