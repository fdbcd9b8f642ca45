"""Middleware for readable input, for one address per page, and for readers' choices with their caching headers."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import is_valid_path, resolve, reverse
from django.utils import timezone, translation
from django.utils.cache import has_vary_header, patch_cache_control, patch_vary_headers
from django.utils.encoding import escape_uri_path

from articles.preferences.choices import COOKIE, Choices, NoRoomError, choices_of, from_cookie, remember


class ReadableInputMiddleware:
    """Answer 404 to paths with NUL, which no database stores, and replace it by U+FFFD in query strings.

    In posted forms, Django's fields refuse it, and ``text_from`` replaces it elsewhere.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            raise Http404("a path with NUL")
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "%EF%BF%BD")
        return self.get_response(request)


class OneAddressMiddleware:
    """Redirect ``/Topics/ai/``, which is not found, to ``/topics/ai/``: fixed words of a path in lower case.

    Views do the same for the variable parts of their paths: slugs and domains.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        path = _path_in_lower_case(request.path_info)
        if path is None:
            return response
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{escape_uri_path(path)}{'?' if query else ''}{query}")


def _path_in_lower_case(path: str) -> str | None:
    """Return the valid path that ``path`` becomes with its fixed words in lower case, or None."""
    first, slash, rest = path.removeprefix("/").partition("/")
    if found := _valid_path(f"/{first.lower()}{slash}{rest}", path):
        return found
    # In lower case as a whole, it is the same page only if it has no variable parts.
    whole = _valid_path(path.lower(), path)
    return whole if whole and not resolve(whole).kwargs else None


def _valid_path(wanted: str, path: str) -> str | None:
    """Return ``wanted``, with a slash at its end if need be, if a view has it and it differs from ``path``."""
    if wanted == path:
        return None
    return next((form for form in (wanted, f"{wanted}/") if is_valid_path(form)), None)


class ChoicesMiddleware:
    """Render pages in the reader's language and time zone, and allow shared caches to store those without choices.

    The pages of readers without choices are the same for everyone. This comes after ConditionalGetMiddleware, whose 304
    repeats the headers set here, and before whatever may set a cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        choices = choices_of(request)
        with ExitStack() as stack:
            if choices.language:
                stack.enter_context(translation.override(choices.language))
            if choices.time_zone:
                stack.enter_context(timezone.override(ZoneInfo(choices.time_zone)))
            response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            _store_visit(request, response, choices)
            _set_cache_headers(request, response)
        elif choices.language and has_vary_header(response, "Cookie"):
            patch_cache_control(response, private=True)
        return response


def _store_visit(request: HttpRequest, response: HttpResponse, choices: Choices) -> None:
    """Update the time of the last page in the cookie, if the reader wants new articles marked and it is due."""
    if response.status_code != 200 or COOKIE in response.cookies or choices == from_cookie(request):
        return
    # A cookie without room for the time stays as it is.
    with suppress(NoRoomError):
        remember(response, choices, request.is_secure())


def _set_cache_headers(request: HttpRequest, response: HttpResponse) -> None:
    patch_vary_headers(response, ["Cookie"])
    is_everyones = COOKIE not in request.COOKIES and not response.cookies
    if not is_everyones or request.method not in ("GET", "HEAD") or response.status_code not in SHARED_STATUSES:
        patch_cache_control(response, private=True, no_cache=True)
    elif not response.has_header("Cache-Control"):
        # Browsers revalidate each time and mostly get 304; a shared cache answers them for a while.
        patch_cache_control(response, public=True, max_age=0, s_maxage=settings.PAGE_MAX_AGE)


SHARED_STATUSES = (200, 301, 404, 410)
