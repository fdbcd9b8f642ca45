"""What readers choose for themselves: the page of settings, and the buttons on other pages."""

import datetime as dt
import json
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.models import Provider, Topic
from articles.preferences.buttons import changed
from articles.preferences.choices import (
    COOKIE,
    NONE,
    Choices,
    NoRoomError,
    choices_of,
    decode,
    encode,
    from_cookie,
    remember,
)
from articles.preferences.descriptions import in_words
from articles.preferences.forms import SettingsForm
from articles.text.rendering import plain_text
from articles.views.pages import render_page

View = Callable[[HttpRequest], HttpResponse]
MAX_UPLOAD = 64 * 1024  # bytes
TIMES = ("last_visit", "seen")


def from_own_page(view: View) -> View:
    """Let only forms of this site post to ``view``: pages that anyone's cache may hold carry no token to tell by."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        own = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin" and _is_own_origin(request)
        if request.method == "POST" and not own:
            raise PermissionDenied
        return view(request)

    return checked


def _is_own_origin(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host() or origin in settings.CSRF_TRUSTED_ORIGINS


@from_own_page
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Make one change to the reader's choices, as a button on a page asks, and go back to that page."""
    choices = changed(choices_of(request), request.POST.dict())
    if choices is None:
        return HttpResponseBadRequest(_("There is no such choice."))
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return _keep(request, choices, back if own else "/")


@from_own_page
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Show all that a reader can choose and has chosen, and keep what the form says."""
    form = _form(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _keep(request, form.chosen, f"{reverse('settings')}?done=kept")
    return _page(request, form)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Give the reader a file with all choices, as ``take_in`` reads it."""
    choices = from_cookie(request)  # saving a file is no visit
    values = encode(choices) | {name: _time(getattr(choices, name)) for name in TIMES}
    text = json.dumps({"site": settings.SITE_NAME, "choices": values}, indent=2, ensure_ascii=False)
    headers = {"Content-Disposition": 'attachment; filename="choices.json"', "Cache-Control": "private, no-store"}
    return HttpResponse(f"{text}\n", content_type="application/json", headers=headers | {"Vary": "Cookie"})


def _time(seconds: int) -> str | None:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat() if seconds else None


@from_own_page
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Take the choices of a file that ``export`` wrote, here or on another device, in place of those there are."""
    file = request.FILES.get("file")
    try:
        values = json.loads(file.read(MAX_UPLOAD)) if file else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or not isinstance(values.get("choices"), dict):
        return _page(request, _form(request), _("This is no file of choices that was saved here."))
    return _keep(request, decode(values["choices"]), f"{reverse('settings')}?done=taken")


@from_own_page
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Take the cookie away."""
    return _keep(request, NONE, f"{reverse('settings')}?done=forgotten")


def _keep(request: HttpRequest, choices: Choices, url: str) -> HttpResponse:
    """Keep choices and go to a page; where they are too many, keep those there were, and say so."""
    response = redirect(url)
    try:
        remember(response, choices, request.is_secure())
    except NoRoomError:
        problem = _("That is more than a cookie holds, so nothing was changed. Take something off the lists first.")
        return _page(request, _form(request), problem)
    return response


def _form(request: HttpRequest, data: QueryDict | None = None) -> SettingsForm:
    topics = {slug: plain_text(name) for slug, name in Topic.objects.order_by("name").values_list("slug", "name")}
    muted = Provider.objects.filter(domain__in=choices_of(request).muted_providers)
    providers = {domain: plain_text(name) for domain, name in muted.values_list("domain", "name")}
    return SettingsForm(choices_of(request), topics, providers, data)


def _page(request: HttpRequest, form: SettingsForm, problem: str = "") -> HttpResponse:
    context = {
        "form": form,
        "sentences": in_words(form.before, form.topics, form.providers),
        "problem": problem or (_("Something below is not right; nothing was changed.") if form.errors else ""),
        "done": DONE.get(request.GET.get("done", ""), ""),
        "cookie_size": len(request.COOKIES.get(COOKIE, "")),
    }
    return render_page(request, "settings.html", context, reverse("settings"))


DONE = {
    "kept": gettext_lazy("Your choices are kept."),
    "taken": gettext_lazy("Your choices are those of the file now."),
    "forgotten": gettext_lazy("All your choices are forgotten, and the cookie is gone."),
}
