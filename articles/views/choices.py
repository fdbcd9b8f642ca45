"""Readers' choices: the settings page, and the buttons on other pages."""

import datetime as dt
import json
from collections.abc import Callable
from functools import wraps

from django.conf import settings
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
from articles.preferences.descriptions import describe_choices
from articles.preferences.followed import titles_of
from articles.preferences.forms import SettingsForm
from articles.text.rendering import plain_text
from articles.views.errors import foreign_form
from articles.views.pages import render_page

View = Callable[[HttpRequest], HttpResponse]
MAX_UPLOAD = 64 * 1024  # bytes
TIMES = ("last_visit", "seen")


def from_own_page(view: View) -> View:
    """Accept posts from this site's own pages only, by their headers: cached pages cannot contain a CSRF token."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        own = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin" and _is_own_origin(request)
        if request.method == "POST" and not own:
            return foreign_form(request)
        return view(request)

    return checked


def _is_own_origin(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    if origin is None or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    # A browser writes it as a scheme and a host; whatever else it is told to be, it is not this site's.
    return origin.partition("://")[2] == request.get_host()


@from_own_page
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Make the change to the reader's choices that a button asks for, and go back to its page."""
    choices = changed(choices_of(request), request.POST.dict())
    if choices is None:
        return HttpResponseBadRequest(_("There is no such choice."))
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return _save_choices(request, choices, back if own else "/")


@from_own_page
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Show the settings page, or save its form."""
    form = _settings_form(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _save_choices(request, form.chosen, f"{reverse('settings')}?done=kept")
    return _settings_page(request, form)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Send a file with all choices, which ``import_choices`` reads."""
    choices = from_cookie(request)  # downloading the file is not a visit
    values = encode(choices) | {name: _time(getattr(choices, name)) for name in TIMES}
    text = json.dumps({"site": settings.SITE_NAME, "choices": values}, indent=2, ensure_ascii=False)
    headers = {"Content-Disposition": 'attachment; filename="choices.json"', "Cache-Control": "private, no-store"}
    return HttpResponse(f"{text}\n", content_type="application/json", headers=headers | {"Vary": "Cookie"})


def _time(seconds: int) -> str | None:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat() if seconds else None


@from_own_page
@require_POST
def import_choices(request: HttpRequest) -> HttpResponse:
    """Replace the choices by those of a file that ``export`` wrote, in this browser or another."""
    file = request.FILES.get("file")
    try:
        values = json.loads(file.read(MAX_UPLOAD)) if file else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or not isinstance(values.get("choices"), dict):
        return _settings_page(
            request, _settings_form(request), _("This is not a file of choices that was exported here.")
        )
    return _save_choices(request, decode(values["choices"]), f"{reverse('settings')}?done=taken")


@from_own_page
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Delete the cookie."""
    return _save_choices(request, NONE, f"{reverse('settings')}?done=forgotten")


def _save_choices(request: HttpRequest, choices: Choices, url: str) -> HttpResponse:
    """Store choices in the cookie and redirect; if they do not fit, change nothing and say so on the settings page."""
    response = redirect(url)
    try:
        remember(response, choices, request.is_secure())
    except NoRoomError:
        problem = _("That is more than a cookie can hold, so nothing was changed. Take something off the lists first.")
        return _settings_page(request, _settings_form(request), problem)
    return response


def _settings_form(request: HttpRequest, data: QueryDict | None = None) -> SettingsForm:
    topics = {slug: plain_text(name) for slug, name in Topic.objects.order_by("name").values_list("slug", "name")}
    muted = Provider.objects.filter(domain__among=choices_of(request).muted_providers)
    providers = {domain: plain_text(name) for domain, name in muted.values_list("domain", "name")}
    return SettingsForm(choices_of(request), topics, providers, titles_of(choices_of(request)), data)


def _settings_page(request: HttpRequest, form: SettingsForm, problem: str = "") -> HttpResponse:
    context = {
        "form": form,
        "sentences": describe_choices(form.before, form.topics, form.providers, form.followed),
        "problem": problem or (_("Something below is not right; nothing was changed.") if form.errors else ""),
        "done": DONE.get(request.GET.get("done", ""), ""),
        "cookie_size": len(request.COOKIES.get(COOKIE, "")),
    }
    return render_page(request, "settings.html", context, reverse("settings"))


DONE = {
    "kept": gettext_lazy("Your choices are saved."),
    "taken": gettext_lazy("Your choices were imported from the file."),
    "forgotten": gettext_lazy("All your choices are forgotten, and the cookie is gone."),
}
