"""A reader's own choices, without an account: in one signed cookie, which only this site can write.

Pages that choices change vary by that cookie, and are private once there is one: a shared cache holds the page of
readers without choices only.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

COOKIE = "choices"
SALT = "articles.choices"
MAX_AGE = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
VIEWS = ("articles", "stories")


@dataclass(frozen=True, slots=True)
class Choices:
    """``view``: whether topics list each article, or fold those of one story."""

    view: str = "articles"


def choices_of(request: HttpRequest) -> Choices:
    """Return the choices in a request's cookie; one that this site did not write, or of another form, counts for nothing."""
    text = request.COOKIES.get(COOKIE, "")
    try:
        values: Any = signing.loads(text, salt=SALT, max_age=MAX_AGE) if text else {}
    except signing.BadSignature:
        values = {}
    if not isinstance(values, dict):
        return Choices()
    return Choices(view=values["view"]) if values.get("view") in VIEWS else Choices()


def remember(response: HttpResponse, choices: Choices, is_secure: bool) -> None:
    """Let the reader's browser keep the choices; those that are all as they come need no cookie."""
    changed = {key: value for key, value in asdict(choices).items() if value != DEFAULTS[key]}
    if not changed:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    text = signing.dumps(changed, salt=SALT)
    response.set_cookie(COOKIE, text, max_age=MAX_AGE, httponly=True, samesite="Lax", secure=is_secure)


DEFAULTS = {field.name: field.default for field in fields(Choices)}


def vary_by_choices(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Say that a page depends on the reader's choices."""
    patch_vary_headers(response, ["Cookie"])
    if COOKIE in request.COOKIES:
        patch_cache_control(response, private=True)
    return response
