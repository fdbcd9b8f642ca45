"""Answers that must not depend on the rest of the stack, and who may keep the others."""

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
    """Answer 404 to addresses with NUL, which nothing here has in its own, and replace it in queries by U+FFFD.

    No database holds it. Forms refuse it themselves, in Django's fields and by ``text_from`` elsewhere.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            raise Http404("no address has NUL")
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "%EF%BF%BD")
        return self.get_response(request)


class OneAddressMiddleware:
    """Lead who asks for ``/Topics/ai/`` to ``/topics/ai/``: of a page that is not found, the fixed words in small letters.

    Views do the same with what is theirs: names, which may differ by case.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        path = _in_small_letters(request.path_info)
        if path is None:
            return response
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{escape_uri_path(path)}{'?' if query else ''}{query}")


def _in_small_letters(path: str) -> str | None:
    """Return the address that ``path`` is but for the case of its fixed words, None when there is none."""
    first, slash, rest = path.removeprefix("/").partition("/")
    if begun := _other_address(f"/{first.lower()}{slash}{rest}", path):
        return begun
    # In small letters as a whole, only what has no names in it is the same page.
    whole = _other_address(path.lower(), path)
    return whole if whole and not resolve(whole).kwargs else None


def _other_address(wanted: str, path: str) -> str | None:
    if wanted == path:
        return None
    return next((form for form in (wanted, f"{wanted}/") if is_valid_path(form)), None)


class ChoicesMiddleware:
    """Make readers' pages in their language and time zone, and say which ones a shared cache may keep.

    Those are the pages of readers without choices, which are the same for everyone. It stands inside of
    ConditionalGetMiddleware, whose 304 repeats what is said here, and outside of whatever may set a cookie.
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
            _keep_visit(request, response, choices)
            _say_who_may_keep(request, response)
        elif choices.language and has_vary_header(response, "Cookie"):
            patch_cache_control(response, private=True)
        return response


def _keep_visit(request: HttpRequest, response: HttpResponse, choices: Choices) -> None:
    """Write the time of this page into the cookie, where the reader wants to see what is new and it is time to."""
    if response.status_code != 200 or COOKIE in response.cookies or choices == from_cookie(request):
        return
    # A cookie that is full to the brim stays as it is.
    with suppress(NoRoomError):
        remember(response, choices, request.is_secure())


def _say_who_may_keep(request: HttpRequest, response: HttpResponse) -> None:
    patch_vary_headers(response, ["Cookie"])
    is_everyones = COOKIE not in request.COOKIES and not response.cookies
    if not is_everyones or request.method not in ("GET", "HEAD") or response.status_code not in SHARED_STATUSES:
        patch_cache_control(response, private=True, no_cache=True)
    elif not response.has_header("Cache-Control"):
        # Browsers ask again each time, and mostly get 304; a cache in between answers them meanwhile.
        patch_cache_control(response, public=True, max_age=0, s_maxage=settings.PAGE_MAX_AGE)


SHARED_STATUSES = (200, 301, 404, 410)
